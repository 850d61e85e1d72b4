"""A living gate for tests: two posts as processes, a day going on, and how to log in to their pages."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from gatepair.cli import live
from gatepair.world.processes import GATEPAIR

READY_S = 240
"""When a test gives up; nothing is measured against it."""


def local_hour(living: live.Living) -> int:
    """Return the hour of day at the first post."""
    return int(local_time(living.posts[0].url)[11:13])


def local_time(url: str) -> str:
    """Return the local time that the board of the post at ``url`` says."""
    return str(httpx2.get(f"{url}/v1/board").json()["local_time"])


@contextmanager
def living_gate(directory: Path, *, begins: str = "07:30", pace: float = 30.0) -> Iterator[live.Living]:
    """Run a living gate in ``directory``, and end it."""
    out = directory / "live"
    asked = ("--from", begins, "--pace", str(pace), "--minutes", "30", "--port", "0", "--out", str(out))
    with (directory / "live.log").open("wb") as log:
        process = subprocess.Popen([*GATEPAIR, "live", "run", *asked], stdout=log, stderr=log)
        try:
            until = time.monotonic() + READY_S
            while (found := live.read(out)) is None:
                assert process.poll() is None, (directory / "live.log").read_text()
                assert time.monotonic() < until, (directory / "live.log").read_text()
                time.sleep(0.1)
            yield found
        finally:
            process.terminate()
            assert 0 == process.wait(60)
