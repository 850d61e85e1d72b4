"""The house rules about source text that the linter has no rule for, as functions that return faults."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ("base", "plan", "crossing", "clearance", "operations", "exchange", "twin", "insight")
EXACT = ("base", "plan", "crossing", "clearance", "operations", "exchange")
"""Packages whose results people are paid, fined or held by: no float decides there."""

MODULE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
POSITIONAL_MAX = 4

BANNED_WORDS = {
    "manager": "say what it does: ledger, writer, book, desk",
    "helper": "say what it does, as a verb",
    "helpers": "say what they do, as a verb",
    "util": "name the module by its subject",
    "utils": "name the module by its subject",
}
BANNED_NAMES = {
    "data": "name the thing: declaration, payload, rows, raw",
    "info": "name the thing: report, facts, state",
}
BANNED_CALLS_EVERYWHERE = {
    "eval": "parse what you expect",
    "exec": "call a function",
    "pickle.loads": "base.canonical.decode",
    "pickle.dumps": "base.canonical.encode",
    "yaml.load": "yaml.compose or yaml.safe_load",
    "yaml.unsafe_load": "yaml.safe_load",
    "datetime.utcnow": "base.time.Clock.now",
    "uuid.uuid1": "base.ids.derived",
    "uuid.uuid4": "base.ids.derived, or Entropy.token at the edge",
}
BANNED_CALLS_IN_CORE = {
    "datetime.now": "take now_ms as an argument",
    "datetime.today": "take now_ms as an argument",
    "date.today": "take now_ms as an argument",
    "time.time": "take now_ms as an argument",
    "time.monotonic": "take now_ms as an argument",
    "open": "take the bytes as an argument",
    "input": "take the text as an argument",
    "print": "return the text",
    "json.dumps": "base.canonical.encode",
    "json.loads": "base.canonical.decode",
}
TABLE_MODULES = ("/findings.py",)
"""Tables of sentences in four languages, without a decision in them; they may be long."""
BANNED_IN_CORE = BANNED_CALLS_EVERYWHERE | BANNED_CALLS_IN_CORE
FLOAT_MODULES = {
    "plan/markup.py": "reads the floats that YAML may hold, so that the checks can refuse them by line",
    "plan/problems.py": "asks how alike two words are, for the mend it proposes",
    "plan/sampling.py": "draws service times of the simulated world; nobody is held by them",
}
"""Modules of exact packages that may use floats, with the reason."""
CALL_MODULES = {"plan/schema.py": {"json.dumps", "json.loads"}}
"""Calls that one module may make: the schema is written for people, indented, and is not hashed."""
PORT_MODULES = ("base/time.py",)
"""Where the system's own clock and entropy stand behind their ports."""


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below ``folders`` of the checkout, in order of path."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def package_of(path: Path) -> str:
    """Return the package of the product in which ``path`` lies, or an empty text."""
    parts = path.relative_to(ROOT).parts
    return parts[2] if parts[:2] == ("src", "gatepair") and len(parts) > 3 else ""


def faults(source: str, *, package: str = "", where: str = "planted") -> list[str]:
    """Return one sentence for each broken rule in ``source``, a module of ``package``."""
    tree = ast.parse(source)
    found: list[str] = []
    lines = source.count("\n")
    if lines > MODULE_LINES_MAX and not where.endswith(TABLE_MODULES):
        found.append(f"{where}: the module has {lines} lines; split it, {MODULE_LINES_MAX} are allowed")
    for node in ast.walk(tree):
        found.extend(
            f"{where}:{getattr(node, 'lineno', 0)}: {fault}"
            for fault in _node_faults(node, package=package, where=where)
        )
    found.extend(f"{where}:{line}: {fault}" for line, fault in _comment_faults(source))
    return found


def _node_faults(node: ast.AST, *, package: str, where: str) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _function_faults(node)
    if package:
        yield from _name_faults(node)
    if isinstance(node, ast.Call):
        allowed = next((calls for name, calls in CALL_MODULES.items() if where.endswith(name)), set())
        yield from _call_faults(node, package=package, allowed=allowed)
    if package in CORE and isinstance(node, ast.For | ast.comprehension) and _is_set(node.iter):
        yield "iterates over a set, whose order is not fixed; sort it"
    if package in EXACT and not where.endswith(tuple(FLOAT_MODULES)):
        yield from _float_faults(node)


def _function_faults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > FUNCTION_LINES_MAX:
        yield f"{node.name} has {length} lines; split it, {FUNCTION_LINES_MAX} are allowed"
    if _is_test(node):
        return
    positional = [*node.args.posonlyargs, *node.args.args]
    own = [argument for argument in positional if argument.arg not in {"self", "cls"}]
    if len(own) > POSITIONAL_MAX:
        yield f"{node.name} takes {len(own)} positional parameters; make all after the fourth keyword-only"
    defaults = [None] * (len(positional) - len(node.args.defaults)) + list(node.args.defaults)
    for argument, default in zip(positional, defaults, strict=True):
        typed = isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
        if typed or (isinstance(default, ast.Constant) and isinstance(default.value, bool)):
            yield f"{node.name} takes the boolean {argument.arg} by position; make it keyword-only"


def _is_test(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether pytest or Hypothesis calls it: then the parameters are given by name."""
    called = [mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list]
    marks = [_dotted(mark).rpartition(".")[2] for mark in called]
    return node.name.startswith("test_") or bool(set(marks) & {"fixture", "rule", "initialize", "given", "composite"})


@cache
def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id


def _name_faults(node: ast.AST) -> Iterator[str]:
    for name in _named(node):
        if name in BANNED_NAMES:
            yield f"the name {name} says nothing; {BANNED_NAMES[name]}"
        for word in _words(name):
            if word in BANNED_WORDS:
                yield f"the name {name} says nothing; {BANNED_WORDS[word]}"


def _call_faults(node: ast.Call, *, package: str, allowed: set[str]) -> Iterator[str]:
    called = _dotted(node.func)
    banned = BANNED_IN_CORE if package in CORE else BANNED_CALLS_EVERYWHERE
    for name, instead in banned.items():
        if name in allowed:
            continue
        if called == name or ("." in name and called.endswith(f".{name}")):
            yield f"calls {name}; {instead}"


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a plain name or attribute; what is called on anything else begins with a dot."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def _is_set(node: ast.AST) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}


def _float_faults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield f"the float {node.value} stands where only integers decide; use minor units, grams, permille"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield "divides with /; use // or divmod and say how it rounds"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
        yield "makes a float where only integers decide"


def _comment_faults(source: str) -> Iterator[tuple[int, str]]:
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
    if not marks.search(source):
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and (mark := marks.search(token.string)):
            yield token.start[0], f"the mark {mark.group()} belongs in an issue"
