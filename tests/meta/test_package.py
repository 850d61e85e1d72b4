"""What is built and installed is whole, and under licences that allow it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from meta.tidy import ROOT, python_files

DISTRIBUTIONS = {
    "argon2": "argon2-cffi",
    "nacl": "pynacl",
    "nats": "nats-py",
    "pkcs11": "python-pkcs11",
    "stdnum": "python-stdnum",
    "typing_extensions": "typing-extensions",
    "yaml": "pyyaml",
}
"""Packages whose import name differs from the name they are installed by."""
UNIMPORTED = {
    "brotli": "fontTools finds it by itself",
    "django-js-lib-htmx": "its files are read through importlib.resources, by the name of its package",
    "distributed": "the command line imports it by name, and only where a cluster is asked for",
    "fontpkg-be-vietnam-pro": "its files are read through importlib.resources, by the name of its package",
    "fonttools": "imported by name, and only where a screen has no type of its own",
    "gmssl-pyx": "the plug-in imports it by name, and only where a post lets it in",
    "httptools": "uvicorn finds it by itself",
    "pylopdf-fonts-zh-cn": "its files are read through importlib.resources, by the name of its package",
    "tzdata": "zoneinfo finds it by itself",
    "uvloop": "uvicorn finds it by itself",
}
"""Direct dependencies that no module imports, with the reason."""
RUNNING = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build the wheel and return the names of its files."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    built = next(Path(folder).glob("*.whl"))
    return zipfile.ZipFile(built).namelist()


def test_the_wheel_holds_every_file_of_the_product(wheel: list[str]) -> None:
    """Queries, plans, templates and type marks are installed with the code that reads them."""
    files = [
        str(path.relative_to(ROOT / "src"))
        for path in sorted((ROOT / "src" / "gatepair").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert [] == [name for name in files if name not in wheel]


def test_the_wheel_holds_only_the_product(wheel: list[str]) -> None:
    """No test, key or output of a run is shipped."""
    assert [] == [name for name in wheel if not re.match(r"gatepair(/|-[0-9.]+\.dist-info/)", name)]


@pytest.mark.parametrize("name", RUNNING)
def test_no_package_for_running_is_under_gpl(name: str) -> None:
    """Each package that a post installs has a licence that is named and is neither GPL nor AGPL."""
    try:
        known = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed on this machine")
    marks = [mark for mark in known.get_all("Classifier") or [] if mark.startswith("License ::")]
    named = " ".join([known.get("License-Expression") or "", *marks, (known.get("License") or "")[:80]]).strip()
    assert named
    assert not re.search(r"\bA?GPL|(?<!Lesser )(?<!Lesser\s)General Public License", named), named


def test_imported_packages_are_declared() -> None:
    """Each foreign package that the product imports is a direct dependency of its own, and each one declared is used."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    declared = {re.split(r"[\[><=]", name)[0] for name in named}
    imported = {
        name.partition(".")[0]
        for path in python_files("src")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported_by(node)
    }
    foreign = imported - set(sys.stdlib_module_names) - {"gatepair"}
    assert declared - set(UNIMPORTED) == {DISTRIBUTIONS.get(name, name) for name in foreign}


def imported_by(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
