"""Appends per second of every ledger engine against raw inserts of the same bytes, in the same run.

Usage: ``python bench/ledger.py [--seconds 1.0] [--events 1000000]``.  One JSON line per figure:
``bench``, ``figure``, ``unit``, ``against`` and ``ratio`` (the figure divided by that of ``against``).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.canonical import encode
from gatepair.base.entries import Draft, Entry
from gatepair.base.time import Instant
from gatepair.node.ports import Ledger, Stamp

GROUPS = (1, 10, 100, 1_000)
OPEN = 499
"""Crossings open at one time, which the events go round; a busy gate's yard holds about so many."""
LIFE = 24
"""Events in the life of one crossing; then another takes its turn."""
ROUNDS = 3
"""Each figure is the best of so many rounds, ours and raw in turn, so that a busy moment spoils neither alone."""

RAW_TABLE = """
CREATE TABLE raw (position BIGINT NOT NULL PRIMARY KEY, stream TEXT NOT NULL, version BIGINT NOT NULL,
type TEXT NOT NULL, payload {bytes} NOT NULL, recorded_at_ms BIGINT NOT NULL, actor TEXT NOT NULL,
command_id TEXT NOT NULL, previous {bytes} NOT NULL, leaf {bytes} NOT NULL)
"""


def stream_of(number: int) -> str:
    """Return the stream of event ``number``; names are as scattered as real ones, which are digests."""
    crossing = number // (OPEN * LIFE) * OPEN + number % OPEN
    return f"crossing/X{crossing * 2_654_435_761 % 2**32:020d}"


def drafts(start: int, count: int) -> list[Draft]:
    """Return ``count`` events of the size that a crossing's have."""
    return [
        Draft(
            stream_of(number),
            "CheckRecorded/1",
            encode(
                {"agency": "quarantine", "by": "officer:1234", "number": number, "station": "bay-07", "why": "x" * 180}
            ),
        )
        for number in range(start, start + count)
    ]


class Ours:
    """Appends through the port, one unit a commit."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._versions: dict[str, int] = {}
        self._next = 0

    def commit(self, group: int) -> None:
        """Append ``group`` events and make them durable."""
        batch = drafts(self._next, group)
        self._next += group
        expected = {draft.stream: self._versions.get(draft.stream, 0) for draft in batch}
        stamp = Stamp(Instant(1_762_819_200_000 + self._next), "officer:1234", f"command-{self._next}")
        with self._ledger.begin() as unit:
            for entry in unit.append(batch, expected=expected, stamp=stamp):
                self._versions[entry.stream] = entry.version


def raw_rows(start: int, group: int) -> list[tuple[object, ...]]:
    """Return rows of the same bytes as ours."""
    leaf = bytes(32)
    at = 1_762_819_200_000 + start
    return [
        tuple(
            Entry(
                start + at_row + 1,
                one.stream,
                1,
                one.type,
                one.payload,
                at,
                "officer:1234",
                f"command-{start}",
                leaf,
                leaf,
            )
        )
        for at_row, one in enumerate(drafts(start, group))
    ]


@contextmanager
def raw_sqlite(folder: Path) -> Iterator[Callable[[int], None]]:
    """Give a function that inserts and commits a group into a bare table, as safe as ours."""
    connection = sqlite3.connect(folder / "raw.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(RAW_TABLE.format(bytes="BLOB"))
    at = 0

    def commit(group: int) -> None:
        nonlocal at
        rows = raw_rows(at, group)
        at += group
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")

    yield commit
    connection.close()


@contextmanager
def postgres_pair() -> Iterator[tuple[Callable[[int], None], Callable[[int], None]] | None]:
    """Give ours and raw on PostgreSQL, or None when no server answers."""
    try:
        import psycopg  # noqa: PLC0415 - an optional dependency

        from gatepair.adapters.postgres import PostgresLedger  # noqa: PLC0415

        dsn = os.environ.get("GATEPAIR_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=2)
    except (ImportError, psycopg.Error) as error:
        print(f"PostgreSQL left out: {error}", file=sys.stderr)
        yield None
        return
    schema = f"gatepair_bench_{secrets.token_hex(4)}"
    ledger = PostgresLedger(dsn, schema=schema)
    connection.execute(f"SET search_path = {schema}")
    connection.execute(RAW_TABLE.format(bytes="BYTEA"))
    at = 0

    def commit(group: int) -> None:
        nonlocal at
        rows = raw_rows(at, group)
        at += group
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO raw VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", rows)

    try:
        yield Ours(ledger).commit, commit
    finally:
        ledger.close()
        connection.execute(f"DROP SCHEMA {schema} CASCADE")
        connection.close()


def rate(commit: Callable[[int], None], *, group: int, seconds: float) -> float:
    """Return events per second of ``commit`` over about ``seconds``."""
    count = 0
    start = time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        commit(group)
        count += group
    return count / passed


def tell(bench: str, *, figure: float, unit: str, against: str = "", ratio: float | None = None) -> None:
    """Print one line."""
    shown = None if ratio is None else round(ratio, 3)
    print(
        json.dumps({"bench": bench, "figure": round(figure, 1), "unit": unit, "against": against, "ratio": shown}),
        flush=True,
    )


def compare(bench: str, ours: Callable[[int], None], raw: Callable[[int], None], *, seconds: float) -> None:
    """Print the figures of ``ours`` against ``raw`` for every size of group."""
    for group in GROUPS:
        best = [0.0, 0.0]
        for _ in range(ROUNDS):
            for place, commit in enumerate((ours, raw)):
                best[place] = max(best[place], rate(commit, group=group, seconds=seconds / ROUNDS))
        against = f"raw inserts of the same bytes: {best[1]:.0f}/s"
        tell(f"{bench}.append.{group}", figure=best[0], unit="events/s", against=against, ratio=best[0] / best[1])


def memory(events: int) -> None:
    """Print what a process holds after ``events`` events on SQLite, and what it held before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        ledger = SqliteLedger(Path(folder))
        ours = Ours(ledger)
        start = time.perf_counter()
        for _ in range(events // 1_000):
            ours.commit(1_000)
        passed = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        tell(
            f"ledger.sqlite.memory.{events}",
            figure=after,
            unit="MiB",
            against=f"before: {before:.0f} MiB",
            ratio=after / before,
        )
        tell(f"ledger.sqlite.sustained.{events}", figure=events / passed, unit="events/s")
        start = time.perf_counter()
        count = sum(1 for _ in ledger.verify())
        tell("ledger.sqlite.verify", figure=count / (time.perf_counter() - start), unit="events/s")
        ledger.close()


def main() -> None:
    """Run all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="for each figure of each side")
    parser.add_argument("--events", type=int, default=1_000_000, help="for the memory figure; 0 leaves it out")
    parser.add_argument(
        "--dir", type=Path, default=None, help="where the files are made; default: the system's temporary folder"
    )
    parser.add_argument("--memory-only", action="store_true", help="only the figures over --events")
    options = parser.parse_args()
    if options.memory_only:
        memory(options.events)
        return
    with tempfile.TemporaryDirectory(dir=options.dir) as folder, raw_sqlite(Path(folder)) as raw:
        ledger = SqliteLedger(Path(folder))
        compare("ledger.sqlite", Ours(ledger).commit, raw, seconds=options.seconds)
        compare("ledger.memory", Ours(MemoryLedger()).commit, raw, seconds=options.seconds)
        ledger.close()
    with postgres_pair() as pair:
        if pair:
            compare("ledger.postgres", *pair, seconds=options.seconds)
    if options.events:
        # In a process of its own: this one's memory has already held the other benches.
        subprocess.run([sys.executable, __file__, "--memory-only", "--events", str(options.events)], check=True)


if __name__ == "__main__":
    main()
