"""Two real posts over a bad line, killed at any moment: they come together, and nothing is lost or twice."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from gatepair.cli.demo_proofs import drill_checks
from ports.postgres_server import reachable_dsn
from system.faulty_line import NONE, Faults, FaultyLine
from system.pairs import HOME, OTHER, OUTWARD, RealPair
from system.served import Served, free_port

SECONDS = float(os.environ.get("GATEPAIR_TEST_FAULTS_S", "12"))
"""How long the bad line is worked over; the nightly run takes longer."""


class BadPair(RealPair):
    """Two served posts with a faulty line each way."""

    def __init__(self, out: Path, *, seed: int, ledgers: dict[str, str]) -> None:
        """Make and serve both; ``ledgers`` gives the storage of each."""
        self.random = random.Random(seed)
        self.kills = 0
        ports = {post: free_port() for post in (HOME, OTHER)}
        self.lines = {
            post: FaultyLine(ports[facing], seed=seed * 2 + at, faults=Faults())
            for at, (post, facing) in enumerate(((HOME, OTHER), (OTHER, HOME)))
        }
        super().__init__(out, ledgers=ledgers, ports=ports, lines={post: line.url for post, line in self.lines.items()})

    def work(self, seconds: float) -> None:
        """Let both sides declare, accept and stop while the line is bad and processes die."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            post, facing = self.random.choice([(HOME, OTHER), (OTHER, HOME)])
            self.declare(post)
            if self.declared[post]:
                crossing = self.random.choice(self.declared[post])
                self.say(facing, "gate_board", {"type": "AcceptArrival", "crossing": crossing})
            if self.random.randrange(40) == 0:
                stop = {"type": "StopIntake", "direction": OUTWARD[facing], "reason": "fog"}
                self.say(post, "command_centre", stop)
                self.say(post, "command_centre", {"type": "ReopenIntake", "direction": OUTWARD[facing]})
            if self.random.randrange(60) == 0:
                self.kill(post)

    def kill(self, post: str) -> None:
        """Kill a post and start it again."""
        self.kills += 1
        self.served[post].kill()
        self.served[post] = Served(self.directories[post])

    def mend(self) -> None:
        """Mend both lines and kill each post once more: what it forgot must not matter."""
        for line in self.lines.values():
            line.faults = NONE
        for post in self.served:
            self.kill(post)

    def close(self) -> None:
        """Stop the posts and the lines."""
        super().close()
        for line in self.lines.values():
            line.close()


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
        pair.mend()
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
