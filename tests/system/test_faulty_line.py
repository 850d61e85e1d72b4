"""Two real posts over a bad line, killed at any moment: they come together, and nothing is lost or twice."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.cli.demo_proofs import drill_checks
from gatepair.wiring import Settings
from ports.postgres_server import reachable_dsn
from system.faulty_line import NONE, Faults, FaultyLine
from system.served import Served, free_port

HOME, OTHER = "huu-nghi", "youyiguan"
PLAN = "huu-nghi-youyiguan"
UNLIMITED: dict[str, bool | int | str] = {
    "principal_per_s": 100_000,
    "principal_burst": 1_000_000,
    "address_per_s": 100_000,
    "address_burst": 1_000_000,
}
SECONDS = float(os.environ.get("GATEPAIR_TEST_FAULTS_S", "12"))
"""How long the bad line is worked over; the nightly run takes longer."""
TOGETHER_S = 120.0
"""A pair that has not come together by then never will: the line is whole and the backlog of seconds."""


def truck(number: int, direction: str) -> dict[str, Any]:
    """Return a declaration with a tractor of its own."""
    item = {
        "hs": "854231",
        "description": "SYNTHETIC",
        "commodity": "electronics",
        "gross_mass_kg": 18_000,
        "packages": 900,
        "value_minor": 4_000_000,
        "currency": "VND",
        "origin": "VN",
    }
    return {
        "type": "DeclareCrossing",
        "direction": direction,
        "route": "r1119-1120",
        "lane_kind": "manned",
        "load": "truck",
        "declaration": {
            "regime": "ordinary",
            "goods": [item],
            "parties": {"exporter": "SYNTHETIC A", "importer": "SYNTHETIC B"},
            "synthetic": True,
        },
        "binding": {"tractor": f"12C-{number:06d}"},
    }


class BadPair:
    """Two served posts with a faulty line each way."""

    def __init__(self, out: Path, *, seed: int, ledgers: dict[str, str]) -> None:
        """Make and serve both; ``ledgers`` gives the storage of each."""
        self.random = random.Random(seed)
        plan = shipped_plan(PLAN)
        ports = {post: free_port() for post in plan.posts}
        self.lines = {
            post: FaultyLine(ports[plan.partner_of(post)], seed=seed * 2 + at, faults=Faults())
            for at, post in enumerate(plan.posts)
        }
        settings = {
            post: Settings(
                post=post,
                port=ports[post],
                partner_url=self.lines[post].url,
                ledger=ledgers.get(post, "sqlite"),
                web=UNLIMITED,
                synthetic=True,
            )
            for post in plan.posts
        }
        self.directories = wiring.make_pair(out, plan, settings)
        for directory in self.directories.values():
            wiring.add_access(directory)
        self.served = {post: Served(directory) for post, directory in self.directories.items()}
        self.number = 0
        self.declared: dict[str, list[str]] = {HOME: [], OTHER: []}
        self.kills = 0

    def work(self, seconds: float) -> None:
        """Let both sides declare, accept and stop while the line is bad and processes die."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            post, facing = self.random.choice([(HOME, OTHER), (OTHER, HOME)])
            self._declare(post)
            if self.declared[post]:
                self._try(
                    facing, "gate_board", {"type": "AcceptArrival", "crossing": self.random.choice(self.declared[post])}
                )
            if self.random.randrange(40) == 0:
                self._turn(post)
            if self.random.randrange(60) == 0:
                self.kill(post)

    def kill(self, post: str) -> None:
        """Kill a post and start it again."""
        self.kills += 1
        self.served[post].kill()
        self.served[post] = Served(self.directories[post])

    def come_together(self) -> None:
        """Mend both lines, kill each post once more, and wait until nothing is outstanding."""
        for line in self.lines.values():
            line.faults = NONE
        for post in self.served:
            self.kill(post)
        until = time.monotonic() + TOGETHER_S
        while not self._together():
            assert time.monotonic() < until, self._statuses()
            time.sleep(0.2)

    def close(self) -> None:
        """Stop the posts and the lines."""
        for post in self.served.values():
            if post.process.poll() is None:
                post.stop()
        for line in self.lines.values():
            line.close()

    def _declare(self, post: str) -> None:
        self.number += 1
        direction = {HOME: "out", OTHER: "in"}[post]
        answer = self._try(post, "trader", truck(self.number, direction))
        if answer is not None and answer["status"] == "done":
            self.declared[post].append(answer["crossing"])

    def _turn(self, post: str) -> None:
        """Stop the intake of the direction that comes in, or let it in again."""
        direction = {HOME: "in", OTHER: "out"}[post]
        for command in (
            {"type": "StopIntake", "direction": direction, "reason": "fog"},
            {"type": "ReopenIntake", "direction": direction},
        ):
            self._try(post, "command_centre", command)

    def _try(self, post: str, duty: str, command: dict[str, Any]) -> dict[str, Any] | None:
        self.number += 1
        try:
            return self.served[post].command(f"f-{self.number:08d}", command, duty=duty)
        except (OSError, HTTPException):
            return None

    def _statuses(self) -> dict[str, Any]:
        return {post: served.call("GET", "/v1/status")[1]["lanes"] for post, served in self.served.items()}

    def _together(self) -> bool:
        lanes = {post: {lane["lane"]: lane for lane in found} for post, found in self._statuses().items()}
        return all(
            lanes[HOME][name]["size"] == lanes[HOME][name]["confirmed"] == lanes[OTHER][name]["mirror_size"]
            and lanes[OTHER][name]["size"] == lanes[OTHER][name]["confirmed"] == lanes[HOME][name]["mirror_size"]
            for name in lanes[HOME]
        )


@pytest.fixture
def postgres() -> Iterator[Callable[[], str]]:
    """Return what makes empty databases, which are dropped afterwards."""
    dsn = reachable_dsn()
    made: list[str] = []

    def make() -> str:
        name = f"gatepair_test_{os.getpid()}_{len(made)}_{time.monotonic_ns()}"
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return f"{dsn.rpartition('/')[0]}/{name}"

    yield make
    with psycopg.connect(dsn, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def survives(out: Path, *, seed: int, ledgers: dict[str, str], seconds: float = SECONDS) -> None:
    """Work over a bad line with kills, come together, and prove from the two ledgers that nothing is lost or twice."""
    pair = BadPair(out, seed=seed, ledgers=ledgers)
    try:
        pair.work(seconds)
        pair.come_together()
    finally:
        pair.close()
    checks = drill_checks(pair.directories.values())
    assert [] == [check for check in checks if check.state != "ok"], f"SEED={seed}"
    assert pair.declared[HOME]
    assert pair.declared[OTHER]
    struck = sum((line.struck for line in pair.lines.values()), start=Counter())
    assert sum(struck.values()), "no fault struck: the line was too good to prove anything"


def test_a_pair_on_sqlite_comes_together_after_a_bad_line(tmp_path: Path) -> None:
    """Delays, cuts, resets, damage, replays and kills leave two equal pairs of logs and one joint state."""
    survives(tmp_path, seed=1, ledgers={})


@pytest.mark.postgres
def test_a_pair_on_two_engines_comes_together_after_a_bad_line(tmp_path: Path, postgres: Callable[[], str]) -> None:
    """The same with one post on PostgreSQL and the other on SQLite."""
    survives(tmp_path, seed=2, ledgers={HOME: postgres()})


@pytest.mark.nightly
@pytest.mark.timeout(4 * 3_600)
@pytest.mark.parametrize("seed", range(10, 22))
def test_bad_lines_for_hours(tmp_path: Path, seed: int) -> None:
    """The same for ten minutes a seed."""
    survives(tmp_path, seed=seed, ledgers={}, seconds=600)
