"""A process that forks workers which write to a ledger until they are killed.

Run as a script; commands come on standard input, one a line: ``sqlite DIRECTORY SEED`` or
``postgres DSN SCHEMA SEED``.  It answers ``pid N``, then whatever the worker says, then ``dead``.
A worker says ``ready`` when it has opened the ledger.
A worker says ``ack COMMAND`` when, and only when, the ledger answered that the command is kept.
Forking from a process without threads that has imported everything makes a worker cheap.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from gatepair.adapters.postgres import PostgresLedger
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.adapters.writer import Writer
from gatepair.base.canonical import encode
from gatepair.base.entries import Draft
from gatepair.base.time import Instant
from gatepair.node.ports import Ledger, Remembered, Row, Stamp, Unit

OUTSTANDING = 24
"""Commands a worker keeps on the way, so that groups form."""


def perform(unit: Unit, command: str, chance: random.Random) -> None:
    """Do one command: entries, a read-model row, a log entry and the answer, which must stay together."""
    stream = f"crossing/{chance.randrange(40)}"
    version = unit.version(stream)
    count = chance.randint(1, 3)
    drafts = [Draft(stream, "Noted/1", encode({"command": command, "pad": "x" * chance.randrange(900)}))] * count
    unit.append(drafts, expected={stream: version}, stamp=Stamp(Instant(1), "worker", command))
    unit.put_row("versions", Row(stream, version + count, encode({"version": version + count})))
    index = unit.own_append("lane", command.encode(), b"body", bytes(32))
    unit.put_state("own", str(index + 1).encode())
    unit.remember(command, Remembered(b"digest", stream.encode()))


def work(ledger: Ledger, seed: str) -> None:
    """Write until killed, acknowledging each command once it is kept."""
    chance = random.Random(seed)
    os.write(1, b"ready\n")

    def run(commands: Sequence[str]) -> list[str]:
        with ledger.begin() as unit:
            for command in commands:
                perform(unit, command, chance)
        return list(commands)

    def acknowledge(future: Future[str]) -> None:
        os.write(1, f"ack {future.result()}\n".encode())

    writer = Writer(run, max_rows=chance.choice([1, 5, 200]))
    waiting: list[Future[str]] = []
    number = 0
    while True:
        while len(waiting) < OUTSTANDING:
            number += 1
            future = writer.submit(f"{seed}-{number:06d}")
            future.add_done_callback(acknowledge)
            waiting.append(future)
        waiting.pop(0).result()


def opened(words: Sequence[str]) -> Ledger:
    """Open the ledger that a command names."""
    if words[0] == "postgres":
        return PostgresLedger(words[1], schema=words[2])
    ledger = SqliteLedger(Path(words[1]))
    # Folding the write-ahead log often makes it likely that a kill falls into it.
    assert ledger._writer is not None
    ledger._writer.execute(f"PRAGMA wal_autocheckpoint = {random.Random(words[2]).choice([4, 60, 4000])}")
    return ledger


def main() -> None:
    """Fork a worker for each line."""
    for line in sys.stdin:
        words = line.split()
        child = os.fork()
        if child == 0:
            # Before anything else that it says.
            os.write(1, f"pid {os.getpid()}\n".encode())
            try:
                work(opened(words), words[-1])
            except BaseException as error:  # noqa: BLE001 - told to the test, which fails with it
                os.write(1, f"failed {type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
