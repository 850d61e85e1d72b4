"""The layers of ARCHITECTURE.md hold, and breaking one is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meta.tidy import ROOT

LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the product in ``checkout``."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(checkout / "pyproject.toml"), "--no-cache"],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the product that a test may spoil."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_layer_imports_only_those_below() -> None:
    """All import contracts are kept."""
    done = lint(ROOT)
    assert 0 == done.returncode, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("crossing/model.py", "import sqlite3", "The core reads no clock"),
        ("plan/model.py", "import gatepair.crossing.events", "A line may import only the lines below it"),
        ("exchange/__init__.py", "import gatepair.plan.model", "The exchange imports base only"),
        ("world/__init__.py", "import gatepair.node.ports", "over HTTP"),
    ],
)
def test_a_planted_import_breaks_its_contract(copy: Path, *, module: str, line: str, contract: str) -> None:
    """An import that no layer allows fails the check, and the report names the contract."""
    spoilt = copy / "src" / "gatepair" / module
    with spoilt.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint(copy)
    assert 1 == done.returncode, done.stdout
    assert any(contract in row and "BROKEN" in row for row in done.stdout.splitlines()), done.stdout
