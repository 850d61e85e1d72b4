"""Write the reference pages of docs/reference from the code: findings, commands, events, errors, routes, settings, command line.

``python scripts/reference.py`` writes them; ``--check`` writes nothing and exits 1 when a page is stale.
The pages are committed, so that they can be read and reviewed without running anything.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import itertools
import json
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import click

import gatepair
from gatepair.base import errors, findings

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTE = "This page is written by `make docs` from the code; change the docstrings there."
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "zh": "中文", "en": "English", "fr": "Français"}


def declare_findings() -> None:
    """Import every module that declares findings; tests hold that these are all named so."""
    names = [found.name for found in pkgutil.walk_packages(gatepair.__path__, "gatepair.")]
    for name in sorted(name for name in names if name.endswith(".findings")):
        importlib.import_module(name)


def sentences(text: str | None) -> str:
    """Return a docstring as Markdown, one sentence a line and reST literals as Markdown ones."""
    if not text:
        return ""
    whole = inspect.cleandoc(text).replace("``", "`")
    paragraphs = [" ".join(part.split()) for part in whole.split("\n\n")]
    return "\n\n".join(_one_a_line(part) for part in paragraphs)


def _one_a_line(paragraph: str) -> str:
    lines: list[str] = []
    current = ""
    for word in paragraph.split(" "):
        if current and current.endswith((".", "!", "?")) and (word[:1].isupper() or word.startswith("`")):
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return "\n".join([*lines, current])


@cache
def _class_body(cls: type) -> ast.ClassDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    body = tree.body[0]
    if not isinstance(body, ast.ClassDef):
        raise TypeError(f"{cls} is not written as a class")
    return body


def fields(cls: type) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, type, default and description of each field, those of the class itself before inherited ones."""
    for owner in cls.__mro__:
        if not owner.__module__.startswith("gatepair."):
            continue
        body = _class_body(owner).body
        for index, node in enumerate(body):
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            after = body[index + 1] if index + 1 < len(body) else None
            described = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                described = " ".join(str(after.value.value).replace("``", "`").split())
            default = ast.unparse(node.value) if node.value is not None else ""
            yield node.target.id, ast.unparse(node.annotation), default, described


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def field_table(cls: type) -> str:
    """Return the fields of ``cls`` as a Markdown table, or a sentence when there are none."""
    rows = [
        f"| `{name}` | `{_cell(kind)}` | {f'`{_cell(default)}`' if default else 'required'} | {_cell(described)} |"
        for name, kind, default, described in fields(cls)
    ]
    if not rows:
        return "It has no fields."
    return "\n".join(["| Field | Type | Default | Meaning |", "| --- | --- | --- | --- |", *rows])


def findings_page() -> str:
    """Return the page of every finding kind with its texts."""
    declare_findings()
    parts = [
        "# Findings",
        f"A finding is a typed statement about one place in some data.\n{NOTE}",
        "A client acts on the code; the texts are for people and may be reworded in any release.",
    ]
    for code in sorted(findings.REGISTRY):
        declared = findings.REGISTRY[code]
        lines = [f"- {LANGUAGE_NAMES[language]}: {declared.texts[language]}" for language in findings.LANGUAGES]
        source = f"\nSource: {declared.source}." if declared.source else ""
        parts.append(f"## {code}\n\nSeverity: {declared.severity.value}.{source}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def commands_page() -> str:
    """Return the page of every command: purpose, who may give it, fields."""
    crossing = importlib.import_module("gatepair.crossing.commands")
    operations = importlib.import_module("gatepair.operations.commands")
    duties = importlib.import_module("gatepair.node.permissions").COMMAND_DUTIES
    parts = [
        "# Commands",
        f"A command is an order to a post; it becomes events, or it is refused with findings.\n{NOTE}",
        """`at_ms` is when the ordered thing happened at the gate, in milliseconds since 1970-01-01T00:00:00Z.
Without it the post takes its own present time.""",
    ]
    for module, stream in ((crossing, "crossing/<id>"), (operations, "gate/<post>")):
        for command in module.ALL:
            allowed = ", ".join(f"`{duty.value}`" for duty in sorted(duties.get(command, ())))
            parts.append(
                f"## {command.__name__}\n\n{sentences(command.__doc__)}\n\n"
                f"Given by: {allowed or 'nobody'}.\nStream: `{stream}`.\n\n{field_table(command)}"
            )
    return "\n\n".join(parts) + "\n"


def event_type(event: type) -> str:
    """Return the recorded type of ``event`` with its present version, such as ``PlaceTaken/1``."""
    crossing = importlib.import_module("gatepair.crossing.codec")
    operations = importlib.import_module("gatepair.operations.codec")
    audit = importlib.import_module("gatepair.node.audit")
    if event in audit.WIRE_NAMES:
        return str(audit.WIRE_NAMES[event])
    return f"{event.__name__}/{crossing.VERSIONS.get(event, operations.VERSION)}"


EVENT_STREAMS = {
    "gatepair.crossing.events": "crossing/<id>",
    "gatepair.operations.events": "gate/<post>",
    "gatepair.node.audit": "audit/<post>",
}


def events_page() -> str:
    """Return the page of every event: what it states, version, fields."""
    parts = [
        "# Events",
        f"An event is a past fact in a post's ledger; it is never changed.\n{NOTE}",
        "The payload is canonical JSON of the fields; a field at its default is left out.",
    ]
    for name, stream in EVENT_STREAMS.items():
        parts.extend(
            f"## {event.__name__}\n\n{sentences(event.__doc__)}\n\n"
            f"Type: `{event_type(event)}`.\nStream: `{stream}`.\n\n{field_table(event)}"
            for event in importlib.import_module(name).ALL
        )
    return "\n\n".join(parts) + "\n"


def error_classes() -> list[type[errors.GatepairError]]:
    """Return the error classes in the order of the tree."""

    def below(parent: type[errors.GatepairError]) -> Iterator[type[errors.GatepairError]]:
        yield parent
        for child in parent.__subclasses__():
            if child.__module__ == errors.__name__:
                yield from below(child)

    return list(below(errors.GatepairError))


def errors_page() -> str:
    """Return the page of every error code."""
    tree = (errors.__doc__ or "").split("\n\n")[1]
    parts = [
        "# Errors",
        f"Every error carries a stable code, a sentence for the operator and machine fields.\n{NOTE}",
        f"```text\n{textwrap.dedent(tree)}\n```",
    ]
    parts.extend(
        f"## {error.code}\n\n{sentences(error.__doc__)}\n\nClass: `{error.__name__}`.\nHTTP status: {error.http_status}."
        for error in error_classes()
    )
    return "\n\n".join(parts) + "\n"


def _option_row(parameter: click.Parameter) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("-"))
    kind = "" if getattr(parameter, "is_flag", False) else parameter.make_metavar(click.Context(click.Command("x")))
    help_text = " ".join((getattr(parameter, "help", "") or "").split())
    return f"| {names} | {f'`{_cell(kind)}`' if kind else ''} | {_cell(help_text)} |"


def _command_part(path: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    help_text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    parts = [f"## {path}", sentences(help_text), f"```text\n{usage}\n```"]
    options = [_option_row(one) for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if options:
        parts.append("\n".join(["| Option | Value | Meaning |", "| --- | --- | --- |", *options]))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if below := command.get_command(context, name):
                parts.extend(_command_part(f"{path} {name}", below))
    return parts


def command_line_page() -> str:
    """Return the page of every command of the command line, as its own help tells it."""
    group = importlib.import_module("gatepair.cli").group
    parts = ["# Command line", f"Every command also explains itself with `--help`.\n{NOTE}"]
    context = click.Context(group, info_name="gatepair")
    for name in group.list_commands(context):
        parts.extend(_command_part(f"gatepair {name}", group.get_command(context, name)))
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    """Return the page of every setting of a post."""
    post = importlib.import_module("gatepair.wiring").Settings
    web = importlib.import_module("gatepair.web.settings").WebSettings
    copies = importlib.import_module("gatepair.node.copies").CopySettings
    tls = importlib.import_module("gatepair.adapters.tls").TlsSettings
    messages = importlib.import_module("gatepair.adapters.texting").MessageSettings
    return (
        "\n\n".join(
            [
                "# Settings",
                f"The settings of a post stand in `post.json` in its directory.\n{NOTE}",
                """A change holds from the next start.
An unknown name or a value that cannot be used stops the start with `setting_invalid`.""",
                f"## The post\n\n{sentences(post.__doc__)}\n\n{field_table(post)}",
                f"""## The interface

The names below stand inside `web`, as in `"web": {{"https": true, "address_per_s": 50}}`.

{field_table(web)}

Rates are token buckets: a caller may make `burst` requests at once and `per_s` a second in the long run.
Callers with a credential are counted by account or key, all others by address.
A drill key has no limit, and neither has anybody on a post with a stepped clock.""",
                f"""## Keys and the line

`signers` and `plug_ins` say where the private keys are; [Keys](../guides/keys.md) tells how they are written.
The names below stand inside `tls`.

{field_table(tls)}""",
                f"""## Copies for the country

{sentences(copies.__doc__)}
The guide is [Copies for the country](../guides/copies.md).

{field_table(copies)}""",
                f"""## Text messages

{sentences(messages.__doc__)}
The guide is [The public board](../guides/board.md).

{field_table(messages)}""",
            ]
        )
        + "\n"
    )


def routes_page() -> str:
    """Return the page of every route: who may call it, what goes in and out."""
    described = _described()
    rows = []
    details = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            duties = operation["x-duties"]
            who = "everybody" if "public" in duties else ", ".join(f"`{duty}`" for duty in duties)
            # Readers of Markdown do not agree on the anchor of a heading that ends in a mark.
            linked = f"[`{name}`](#{_anchor(name)})" if name[-1].isalnum() or name[-1] == "}" else f"`{name}`"
            rows.append(f"| {linked} | {operation['summary']} |")
            lines = [f"## {name}", f"{operation['summary']}.\n{sentences(operation['description'])}"]
            drill = " Only on a drill, with a drill key." if operation.get("x-drill") else ""
            lines.append(f"Permitted: {who}.{drill}".replace(". Only", ".\nOnly"))
            parameters = [
                f"| `{one['name']}` | {one['in']} | {'required' if one.get('required') else '`' + str(one['schema'].get('default', '')) + '`'} |"
                f" {_cell(one.get('description', ''))} |"
                for one in operation.get("parameters", ())
            ]
            if parameters:
                head = ["| Parameter | In | Default | Meaning |", "| --- | --- | --- | --- |"]
                lines.append("\n".join([*head, *parameters]))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if "$ref" in body:
                lines.append(f"Body: `{body['$ref'].rpartition('/')[2]}` of the OpenAPI document.")
            details.append("\n\n".join(lines))
    table = "\n".join(["| Route | What it does |", "| --- | --- |", *rows])
    intro = f"Every route of a post and who may call it.\n{NOTE}"
    shapes = "The shapes of bodies and answers are in [openapi.json](openapi.json), which every post also serves."
    return "\n\n".join(["# Routes", intro, shapes, table, *details]) + "\n"


def _anchor(heading: str) -> str:
    return "".join(one for one in heading.lower().replace(" ", "-") if one.isalnum() or one in "-_")


def openapi_document() -> str:
    """Return the OpenAPI document of every route, as it is served."""
    return json.dumps(_described(), ensure_ascii=False, indent=1) + "\n"


@cache
def _described() -> dict[str, Any]:
    app = importlib.import_module("gatepair.web.app")
    partner = importlib.import_module("gatepair.web.exchange_routes").partner_routes(None)
    documents = importlib.import_module("gatepair.web.routes.attachments").attachment_routes(None)
    assessments = importlib.import_module("gatepair.web.routes.assessments").assessment_routes(None, None)
    files = importlib.import_module("gatepair.web.routes.declarations").declaration_routes(None)
    pages = importlib.import_module("gatepair.web.console.areas").supplied_routes(None, None, None)
    openapi = importlib.import_module("gatepair.web.openapi")
    courier = importlib.import_module("gatepair.web.courier_routes").courier_routes(None)
    more = (*partner, *courier, *documents, *assessments, *files, *pages)
    found: dict[str, Any] = openapi.describe((*app.ROUTES, *more))
    return found


LIMIT_MODULES = ("gatepair.adapters.peer.http", "gatepair.adapters.peer.wire")
LIMIT_NAME = re.compile(r"[A-Z0-9_]+_(MAX|MIN|MS|S|DAYS)")
UNITS = {"BYTES": "bytes", "MS": "ms", "S": "s", "DAYS": "days", "CHARS": "characters"}
LIMITS_HEAD = """# Limits and errors

Part of [the exchange between two posts](README.md); clauses are numbered through all its pages.
This page is written by `make docs` from the constants, errors and findings of the code.

## 19 Limits and errors

**19.1** What is over a limit is refused as the clause says that names it, and nothing else suffers: the post goes on working, and a lane is never frozen for it.

**19.2** Whatever strangers do on the line, a post MUST go on answering its partner: batches that the partner did not sign are turned away before they wait for anything that the partner waits for, and MAY be answered with 429 and `Retry-After`, which the partner's signed ones are not for that reason.

**19.3** What a sender does with an answer:

| answer | the sender |
|---|---|
| 200 `received` | verifies the receipt, keeps it and goes on after it; a receipt that does not verify is no answer |
| 409 `gap` | goes on from `next`, unless the note proves that it was restored |
| 410 `closed` | sends nothing more for this epoch, once a fence proves it; else it tries again later |
| 400 `rejected` | shows `code` and `message` to people and tries again later, without the body that does not fit when the code says so |
| 422 `contradiction` | shows it to people, who compare both notes; it tries again later |
| 423 `frozen` | shows it to people and tries again later |
| 401, 403 | shows it to people: a key or the agreement does not fit |
| 413 | sends fewer entries |
| 429 | waits as long as `Retry-After` says |
| 5xx, another media type, no answer | tries again with pauses that grow; the partner's silence is measured and nothing else is |"""
LIMITS_CODES = """**19.5** Codes that stand in replies and in outcomes.
A client acts on the code; the sentence is for people."""
REPLY_ERRORS = ("BadInput", "ExchangeError", "StorageError", "Overloaded")


def _constants(module: Any) -> Iterator[tuple[str, int | float, str]]:
    """Yield name, value and description of the limits that ``module`` declares itself."""
    body = ast.parse(inspect.getsource(module)).body
    for node, after in itertools.pairwise([*body, ast.Pass()]):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        name = node.target.id
        value = getattr(module, name)
        if LIMIT_NAME.fullmatch(name) and isinstance(value, int | float):
            described = (
                after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            )
            # The notes that a number came from are not part of the specification; its reason is.
            told = re.sub(r" ?(Source: exchange notes [^.]*(\.\d+)*\.|\(exchange notes [^)]*\))", "", str(described))
            yield name, value, " ".join(told.replace("``", "`").split())


def _value(name: str, value: float) -> str:
    parts = name.removesuffix("_MAX").removesuffix("_MIN").split("_")
    unit = UNITS.get(parts[-1], "")
    return f"{value:,} {unit}".strip()


def limits_page() -> str:
    """Return the page of the exchange's limits, each with its reason, and of its error codes."""
    exchange = importlib.import_module("gatepair.exchange")
    names = sorted(f"gatepair.exchange.{found.name}" for found in pkgutil.iter_modules(exchange.__path__))
    rows = [
        f"| `{name}` of {module.rpartition('.')[2]} | {_value(name, value)} | {_cell(described)} |"
        for module in (*names, *LIMIT_MODULES)
        for name, value, described in _constants(importlib.import_module(module))
    ]
    limits = "\n".join(["| limit | value | reason |", "|---|---|---|", *rows])
    declare_findings()
    bases = tuple(getattr(errors, name) for name in REPLY_ERRORS)
    codes = {cls.code: sentences(cls.__doc__).replace("\n", " ") for cls in error_classes() if issubclass(cls, bases)}
    codes |= {
        code: declared.texts["en"] for code, declared in findings.REGISTRY.items() if code.startswith("exchange.")
    }
    told = "\n".join(f"| `{code}` | {_cell(codes[code])} |" for code in sorted(codes))
    table = f"| code | meaning, and what to do |\n|---|---|\n{told}"
    return "\n\n".join([LIMITS_HEAD, f"**19.4** Limits:\n\n{limits}", LIMITS_CODES, table]) + "\n"


def messages_page() -> str:
    """Return the page of the messages, their versions, effects and counterparts."""
    return str(importlib.import_module("gatepair.exchange.message_page").page())


@cache
def message_schemas() -> dict[str, str]:
    """Return the JSON Schemas of the messages by the name of their file."""
    found: dict[str, str] = importlib.import_module("gatepair.exchange.message_page").schemas()
    return found


def conformance_page() -> str:
    """Return the page of the scenarios of the conformance kit."""
    return str(importlib.import_module("gatepair.conformance.page").page())


VERIFIER_MODULE = "../../src/gatepair/exchange/js/verify.mjs"


def verifier_module() -> str:
    """Return the verifier in JavaScript with the words of the one in Python: both say the same in four languages."""
    declare_findings()
    words = importlib.import_module("gatepair.exchange.report_words").WORDS
    told = {
        code: {"severity": declared.severity.value, "text": declared.texts}
        for code, declared in sorted(findings.REGISTRY.items())
        if code.startswith("evidence.")
    }
    before, begin, rest = _read(PAGES / VERIFIER_MODULE).partition("// BEGIN WORDS\n")
    _, end, after = rest.partition("// END WORDS\n")
    tables = f"const FINDINGS = {_one_row_a_key(told)};\nconst WORDS = {_one_row_a_key(words)};\n"
    return before + begin + tables + end + after


def _one_row_a_key(table: Mapping[str, Any]) -> str:
    rows = "".join(f"  {json.dumps(key)}: {json.dumps(row, ensure_ascii=False)},\n" for key, row in table.items())
    return "{\n" + rows + "}"


WRITERS = {
    VERIFIER_MODULE: verifier_module,
    "../protocol/conformance.md": conformance_page,
    "../protocol/limits.md": limits_page,
    "../protocol/messages.md": messages_page,
    **{f"../protocol/schemas/{name}": partial(message_schemas().__getitem__, name) for name in message_schemas()},
    "command-line.md": command_line_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "findings.md": findings_page,
    "openapi.json": openapi_document,
    "routes.md": routes_page,
    "settings.md": settings_page,
}


def stale() -> list[str]:
    """Return the names of the pages that differ from what the code says."""
    return [name for name, write in WRITERS.items() if _read(PAGES / name) != write()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description="Write the reference pages from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    if parser.parse_args().check:
        old = stale()
        for name in old:
            print(f"docs/reference/{name} is stale; run: make docs")
        return 1 if old else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, write in WRITERS.items():
        (PAGES / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
