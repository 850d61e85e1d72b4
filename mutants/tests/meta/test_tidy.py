"""The source keeps the house rules that the linter has no rule for."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

from meta.tidy import BANNED_WORDS, PORT_MODULES, ROOT, faults, package_of, python_files

PRODUCT = [path for path in python_files("src") if not str(path).endswith(PORT_MODULES)]
AROUND = python_files("tests", "bench", "scripts")
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Put together from parts, so that this file does not hold what it forbids.
FORBIDDEN_TEXTS = {
    "/wo" + "rk/": "a path of one machine",
    "/ro" + "ot/": "a path of one machine",
    "/tmp/" + "gp": "a path of one machine",
    "pypi" + ".org": "an address of a package index",
    "pythonhosted" + ".org": "an address of a package index",
    "registry.npm" + "js": "an address of a package index",
}


def tracked() -> list[str]:
    """Return the files git keeps, or skip where the tests run without git's folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [name for name in listed.stdout.decode().split("\0") if name]


def test_the_product_keeps_the_rules() -> None:
    """No module, function, name or call of the product breaks a house rule."""
    found = [
        fault
        for path in PRODUCT
        for fault in faults(
            path.read_text(encoding="utf-8"), package=package_of(path) or "root", where=str(path.relative_to(ROOT))
        )
    ]
    assert [] == found


def test_tests_and_scripts_keep_the_rules() -> None:
    """Tests, benchmarks and scripts are as short and as plain as the product."""
    found = [
        fault
        for path in AROUND
        for fault in faults(path.read_text(encoding="utf-8"), where=str(path.relative_to(ROOT)))
    ]
    assert [] == found


def test_no_module_has_an_empty_name() -> None:
    """No module or package is named by a word that says nothing."""
    named = [path for path in PRODUCT if set(path.stem.split("_")) & set(BANNED_WORDS)]
    assert [] == named


PLANTED = {
    "long module": ("x = 1\n" * 601, "601 lines"),
    "long function": ("def f():\n" + "    x = 1\n" * 70, "f has 71 lines"),
    "five positional": ("def f(a, b, c, d, e): ...\n", "5 positional"),
    "boolean by position": ("def f(a: bool): ...\n", "boolean a"),
    "boolean default": ("def f(a=True): ...\n", "boolean a"),
    "empty name": ("data = 1\n", "name data"),
    "empty class": ("class LaneManager: ...\n", "name LaneManager"),
    "clock": ("now = datetime.now(UTC)\n", "calls datetime.now"),
    "qualified clock": ("now = datetime.datetime.now(UTC)\n", "calls datetime.now"),
    "file": ("text = open(path).read()\n", "calls open"),
    "set order": ("for x in {1, 2}: ...\n", "iterates over a set"),
    "set order in a comprehension": ("y = [x for x in set(z)]\n", "iterates over a set"),
    "float": ("share = 0.5\n", "the float 0.5"),
    "division": ("share = a / b\n", "divides with /"),
    "mark": ("# TO" + "DO later\n", "belongs in an issue"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_fault_is_found(name: str) -> None:
    """The checker finds a module of the core that breaks one rule, and says which."""
    source, expected = PLANTED[name]
    found = faults(source, package="crossing")
    assert 1 == len(found), found
    assert expected in found[0]


def test_a_clean_module_has_no_faults() -> None:
    """Four positional parameters, a keyword-only boolean and a sorted set are all right."""
    source = "def f(a, b, c, d, *, e: bool = False):\n    return [x for x in sorted({a, b})]\n"
    assert [] == faults(source, package="crossing")


def test_every_test_says_which_truth_it_proves() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files("tests")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert [] == silent


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_host(lock: str) -> None:
    """A lock file holds names, versions and hashes: no address and no option that names an index."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert [] == re.findall(r"^.*(?:://|^--).*$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    """Each locked package is pinned to one version and carries at least one hash."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    loose = [line for line in text.splitlines() if line and ("==" not in line or "--hash=sha256:" not in line)]
    assert [] == loose


def test_the_development_lock_holds_the_running_one() -> None:
    """What is tested is what is run: each pin for running stands in the development lock."""
    pins = [set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / lock).read_text(), flags=re.MULTILINE)) for lock in LOCKS]
    assert set() == pins[0] - pins[1]


def test_no_file_names_a_machine_or_an_index() -> None:
    """No committed text holds a path of somebody's machine or an address of a package index."""
    found = []
    for name in tracked():
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found.extend(f"{name} holds {kind}: {word}" for word, kind in FORBIDDEN_TEXTS.items() if word in text)
    assert [] == found
