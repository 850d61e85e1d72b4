"""A post that is killed at any moment loses nothing that it acknowledged, and keeps nothing by half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepair.adapters.postgres import PostgresLedger
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.node.ports import Ledger
from ports.postgres_server import fresh_schema


class Nursery:
    """Starts workers and kills them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def killed(self, line: str, *, after_s: float, after_acks: int = 0, ready: bool = True) -> list[str]:
        """Start a worker with ``line``, kill it and return the commands it acknowledged.

        The kill comes ``after_s`` after the worker has opened the ledger and acknowledged ``after_acks``
        commands, or else (``ready`` False) after its start.  Counting acknowledgements, and not time
        alone, gives a busy machine's workers as much to lose as a quiet one's.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        said = self._lines()
        timer = threading.Timer(after_s, os.kill, (int(next(said).removeprefix("pid ")), signal.SIGKILL))
        if not ready:
            timer.start()
        acknowledged: list[str] = []
        waiting = ready
        for word in said:
            if word != "ready":
                assert word.startswith("ack "), word
                acknowledged.append(word.removeprefix("ack "))
            if waiting and len(acknowledged) >= after_acks:
                waiting = False
                timer.start()
        timer.join()
        return acknowledged

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        while (said := self._process.stdout.readline().strip()) != "dead":
            yield said

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """Give a nursery."""
    nursery = Nursery()
    yield nursery
    nursery.close()


def check_whole(ledger: Ledger, acknowledged: list[str]) -> None:
    """Check that every acknowledged command is kept whole, and that what is kept agrees with itself."""
    versions: dict[str, int] = {}
    commands: dict[str, str] = {}
    for entry in ledger.verify():
        versions[entry.stream] = entry.version
        commands[entry.command_id] = entry.stream
    with ledger.read() as view:
        lost = [command for command in acknowledged if command not in commands]
        assert [] == lost
        for command, stream in commands.items():
            remembered = view.remembered(command)
            assert remembered is not None
            assert stream.encode() == remembered.answer
        assert versions == {row.key: row.sort for row in view.rows("versions")}
        assert versions == {stream: view.version(stream) for stream in versions}
        assert len(commands) == view.own_size("lane")
        assert (view.state("own") or b"0") == str(len(commands)).encode()
        assert set(commands) == {entry.header.decode() for entry in view.own_entries("lane", start=0, limit=10**6)}


def kill_often(nursery: Nursery, directory: Path, *, kills: int, seed: str) -> None:
    """Kill ``kills`` workers one after another on one ledger and look at it now and then."""
    chance = random.Random(seed)
    acknowledged: list[str] = []
    for number in range(kills):
        # One kill in eight falls into the opening itself.
        acknowledged += nursery.killed(
            f"sqlite {directory} {seed}-{number}",
            after_s=chance.uniform(0.0, 0.02),
            after_acks=chance.randrange(6),
            ready=number % 8 != 0,
        )
        if number % 25 == 24:
            ledger = SqliteLedger(directory)
            check_whole(ledger, acknowledged)
            ledger.close()
    assert len(acknowledged) > kills


@pytest.mark.parametrize("seed", ["tan-thanh", "puzhai", "mong-cai", "dongxing"])
def test_no_kill_loses_an_acknowledged_command(nursery: Nursery, tmp_path: Path, seed: str) -> None:
    """After fifty kills a seed at random moments every acknowledged command is there and the chain verifies."""
    kill_often(nursery, tmp_path, kills=50, seed=seed)


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_no_kill_in_a_long_night_either(nursery: Nursery, tmp_path: Path, seed: str) -> None:
    """The same over a thousand kills for each seed, on twenty ledgers."""
    for number in range(20):
        kill_often(nursery, tmp_path / str(number), kills=50, seed=f"{seed}-{number}")


def test_a_kill_while_the_ledger_is_made(nursery: Nursery, tmp_path: Path) -> None:
    """A worker killed while it makes the file leaves something that the next start makes whole."""
    for number in range(40):
        directory = tmp_path / str(number)
        acknowledged = nursery.killed(f"sqlite {directory} {number}", after_s=0.0005 * number, ready=False)
        ledger = SqliteLedger(directory)
        check_whole(ledger, acknowledged)
        ledger.close()


@pytest.mark.postgres
def test_no_kill_of_a_worker_loses_one_on_postgres(nursery: Nursery) -> None:
    """Killing a worker at any moment loses nothing acknowledged on PostgreSQL, and the next one gets its turn."""
    chance = random.Random("postgres")
    acknowledged: list[str] = []
    with fresh_schema() as (dsn, schema):
        for number in range(30):
            line = f"postgres {dsn} {schema} p{number}"
            acknowledged += nursery.killed(line, after_s=chance.uniform(0.0, 0.03), after_acks=chance.randrange(5))
        ledger = PostgresLedger(dsn, schema=schema)
        check_whole(ledger, acknowledged)
        ledger.close()
    assert len(acknowledged) > 30
