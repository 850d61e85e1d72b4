"""Whatever is done to two engines, they answer alike: SQLite and PostgreSQL against the one in memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.postgres import PostgresLedger
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.errors import GatepairError
from gatepair.node.ports import Ledger, LogEntry, Reader, Remembered, Row, Unit
from ports.ledger_cases import STAMP, Oops, draft
from ports.postgres_server import fresh_schema

NAMES = ("a", "ă", "A", "a/b")
NAME = st.sampled_from(NAMES)
NUMBER = st.integers(0, 3)
BODY = st.binary(max_size=3)

STEP = st.one_of(
    st.tuples(st.just("append"), st.lists(st.tuples(NAME, NUMBER), min_size=1, max_size=4), st.booleans()),
    st.tuples(st.just("remember"), NAME, BODY),
    st.tuples(st.just("claim"), NAME, NAME),
    st.tuples(st.just("unclaim"), NAME, NAME),
    st.tuples(st.just("put_row"), NAME, NAME, st.integers(-(2**62), 2**62) | NUMBER, BODY),
    st.tuples(st.just("drop_row"), NAME, NAME),
    st.tuples(st.just("clear_model"), NAME),
    st.tuples(st.just("put_state"), NAME, st.none() | BODY),
    st.tuples(st.just("own_append"), NAME, BODY),
    st.tuples(st.just("put_receipt"), NAME, NUMBER, BODY),
    st.tuples(st.just("mirror_append"), NAME, NUMBER, st.integers(0, 2), BODY),
    st.tuples(st.just("erase_body"), NAME, NUMBER, st.booleans()),
)
UNITS = st.lists(st.tuples(st.booleans(), st.lists(STEP, max_size=8)), max_size=6)
"""Units, each with whether it is committed."""


def act(unit: Unit, step: tuple[Any, ...]) -> object:
    """Do one step and return what it answered, or the code of its refusal."""
    name, *rest = step
    try:
        return STEPS[name](unit, *rest)
    except GatepairError as error:
        return error.code


def append(unit: Unit, places: list[tuple[str, int]], stale: Any) -> object:
    """Append to the streams of ``places``, now and then with a version that is not theirs."""
    expected = {stream: unit.version(stream) + (number if stale else 0) for stream, number in places}
    return unit.append([draft(stream, number) for stream, number in places], expected=expected, stamp=STAMP)


def mirror(unit: Unit, lane: str, start: int, rest: tuple[int, bytes]) -> object:
    """Append to the mirror from ``start``, which may not be where it ends."""
    count, body = rest
    entries = [LogEntry(start + one, b"h", body if one else None, bytes(32)) for one in range(count)]
    return unit.mirror_append(lane, entries, body)


STEPS: dict[str, Callable[..., object]] = {
    "append": append,
    "remember": lambda unit, name, body: unit.remember(name, Remembered(body, body)),
    "claim": lambda unit, claim, holder: unit.claim(claim, holder),
    "unclaim": lambda unit, claim, holder: unit.unclaim(claim, holder),
    "put_row": lambda unit, model, key, *rest: unit.put_row(model, Row(key, *rest)),
    "drop_row": lambda unit, model, key: unit.drop_row(model, key),
    "clear_model": lambda unit, model: unit.clear_model(model),
    "put_state": lambda unit, name, body: unit.put_state(name, body),
    "own_append": lambda unit, lane, body: unit.own_append(lane, b"h", body, bytes(32)),
    "put_receipt": lambda unit, lane, size, body: unit.put_receipt(lane, size, body),
    "mirror_append": lambda unit, lane, start, *rest: mirror(unit, lane, start, tuple(rest)),
    "erase_body": lambda unit, lane, index, mirrored: unit.erase_body(lane, index, mirrored=bool(mirrored)),
}


def seen(view: Reader) -> list[object]:
    """Return everything that ``view`` answers about the names in use."""
    found: list[object] = [
        view.head(),
        view.entries(after=0, limit=1000),
        view.entries(after=2, limit=2),
        view.states(""),
    ]
    for name in NAMES:
        rows = view.rows(name)
        found += [view.stream(name), view.version(name), view.remembered(name), view.holder(name), rows]
        found += [view.row(name, "a"), view.rows(name, limit=1), view.state(name), view.states(name)]
        if rows:
            found.append(view.rows(name, after=(rows[0].sort, rows[0].key), limit=2))
        found += [view.own_size(name), view.own_entries(name, start=1, limit=2), view.receipt(name)]
        found += [view.receipt_over(name, index) for index in range(4)]
        found += [view.mirror_size(name), view.mirror_entries(name, start=0, limit=9), view.mirror_checkpoint(name)]
    return found


def run(ledger: Ledger, units: list[tuple[bool, list[tuple[Any, ...]]]]) -> list[object]:
    """Do ``units`` and return all that was answered on the way."""
    answers: list[object] = []
    for committed, steps in units:
        with suppress(Oops), ledger.begin() as unit:
            answers += [act(unit, step) for step in steps]
            answers += seen(unit)
            if not committed:
                raise Oops
    with ledger.read() as view:
        answers += seen(view)
    answers.append(list(ledger.verify()))
    return answers


@settings(max_examples=settings().max_examples // 2)
@given(units=UNITS)
def test_sqlite_agrees_with_memory(tmp_path_factory: pytest.TempPathFactory, units: list[Any]) -> None:
    """Any units, kept or rolled back, are answered by SQLite as in memory, and again after reopening."""
    directory = tmp_path_factory.mktemp("ledger")
    memory, sqlite = MemoryLedger(), SqliteLedger(directory)
    assert run(memory, units) == run(sqlite, units)
    sqlite.close()
    again = SqliteLedger(directory)
    with memory.read() as one, again.read() as other:
        assert seen(one) == seen(other)
    again.close()


@pytest.mark.postgres
@settings(max_examples=5 if settings().max_examples < 1_000 else 100)
@given(units=UNITS)
def test_postgres_agrees_with_memory(units: list[Any]) -> None:
    """Any units, kept or rolled back, are answered by PostgreSQL as in memory."""
    with fresh_schema() as (dsn, schema):
        postgres = PostgresLedger(dsn, schema=schema)
        try:
            assert run(MemoryLedger(), units) == run(postgres, units)
        finally:
            postgres.close()
