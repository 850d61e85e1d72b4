"""What all tests share: how deep properties are searched, and which services are there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No property has a deadline: the machine that runs the tests may be busy with something else.
settings.register_profile(
    "default", max_examples=60, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", parent=settings.get_profile("default"), max_examples=25, derandomize=True)
settings.register_profile("nightly", parent=settings.get_profile("default"), max_examples=1_000)
# On a submission the same examples run each time, so that a refusal can be run again; `make nightly` searches anew.
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(autouse=True)
def as_important_as_before() -> Iterator[None]:
    """Refuse a test that lowers the priority of its process: all later ones would starve beside the other processes."""
    before = os.nice(0)
    yield
    assert before == os.nice(0), "this test lowered the priority of the process that runs it"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the installed Chromium; skip, visibly, where there is none."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    pytest.skip("Chromium is not installed")


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of one megabyte; skip, visibly, where none may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
