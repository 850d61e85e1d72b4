"""A post whose disk is full says so and goes on when there is room; its partner never notices more than silence."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepair.cli.demo_proofs import drill_checks
from system.pairs import HOME, OTHER, RealPair, truck

DISK = "6m"
LEFT_BYTES = 4_096
"""Room that the ballast leaves: less than a page of the write-ahead log with its header."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give the other post a small file system of its own; skip, visibly, where none may be mounted."""
    place = tmp_path / OTHER
    place.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(LEFT_BYTES))
        except OSError:
            pass
    return ballast


def test_a_full_disk_stops_one_post_and_loses_nothing(tmp_path: Path, disk: Path) -> None:
    """Commands are refused as full, the partner works on, and with room again both come together by themselves."""
    pair = RealPair(tmp_path)
    try:
        pair.declare(HOME)
        pair.come_together()
        ballast = fill(disk)
        refused = [
            pair.served[OTHER].call("POST", "/v1/commands", _order(number), duty="trader") for number in range(900, 940)
        ]
        assert (507, "storage_full") == (refused[-1][0], refused[-1][1]["error"]["code"])
        for _ in range(20):
            answer = pair.declare(HOME)
            assert answer is not None
            assert "done" == answer["status"]
        assert not pair.is_together()
        assert 200 == pair.served[OTHER].call("GET", "/health", duty=None)[0]
        ballast.unlink()
        pair.come_together()
        again = pair.served[OTHER].call("POST", "/v1/commands", _order(939), duty="trader")
        assert "done" == again[1]["answers"][0]["status"]
        pair.come_together()
    finally:
        pair.close()
    assert [] == [check for check in drill_checks(pair.directories.values()) if check.state != "ok"]


def _order(number: int) -> dict[str, object]:
    return {"commands": [{"id": f"full-{number:06d}", "command": truck(number, "in")}]}
