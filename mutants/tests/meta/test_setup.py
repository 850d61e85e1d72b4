"""The set-up says what to type when it cannot go on, and does nothing twice."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from meta.tidy import ROOT

TOOLS = ("sh", "dirname", "cat", "sha256sum", "cut", "printf", "id")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that holds only what the set-up reads."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "scripts")
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(f"# {name}\n")
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def program(checkout: Path, name: str, text: str) -> None:
    """Put a program of ours where the set-up looks for one."""
    path = checkout / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def set_up(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up with nothing on the path but what the test put there."""
    return subprocess.run(
        [checkout / "scripts" / "setup.sh", *arguments],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": os.fspath(checkout)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_without_python_it_says_what_to_type(checkout: Path) -> None:
    """On a machine without Python the last lines name the packages to install."""
    done = set_up(checkout)
    assert 1 == done.returncode
    assert "no Python 3.11 or newer was found" in done.stderr
    assert "sudo apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_does_not_count(checkout: Path) -> None:
    """A Python that is too old is passed over as if it were not there."""
    program(checkout, "python3", "exit 1")
    assert "no Python 3.11 or newer was found" in set_up(checkout).stderr


def test_without_the_venv_package_it_names_it(checkout: Path) -> None:
    """A Debian Python without its venv package leads to the exact command."""
    program(checkout, "python3", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac')
    done = set_up(checkout)
    assert 1 == done.returncode
    assert "sudo apt-get install python3.11-venv" in done.stderr


def test_as_root_the_venv_package_is_installed(checkout: Path) -> None:
    """Where the user is root the package is installed through apt-get, without a question."""
    program(checkout, "id", "echo 0")
    program(checkout, "apt-get", 'echo "$@" >>"$HOME/asked"')
    program(checkout, "python3", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac')
    set_up(checkout)
    assert "install -q -y --no-install-recommends python3.12-venv" in (checkout / "asked").read_text()


def test_an_unknown_kind_is_refused(checkout: Path) -> None:
    """Only `run` and `dev` are kinds of environment."""
    done = set_up(checkout, "else")
    assert 1 == done.returncode
    assert "usage" in done.stderr


def test_unchanged_files_are_not_installed_again(checkout: Path) -> None:
    """With the stamp of the present files the set-up ends at once, without looking for a Python."""
    names = ("scripts/setup.sh", "requirements.lock", "pyproject.toml")
    stamp = hashlib.sha256(b"".join((checkout / name).read_bytes() for name in names)).hexdigest()
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / ".gatepair-run").write_text(f"{stamp}\n")
    gatepair = checkout / ".venv" / "bin" / "gatepair"
    gatepair.write_text("")
    gatepair.chmod(0o755)
    assert 0 == set_up(checkout).returncode
    (checkout / "requirements.lock").write_text("# changed\n")
    assert 1 == set_up(checkout).returncode
