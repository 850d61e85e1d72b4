"""Whatever byte of what a post keeps of its exchange is changed behind its back, verifying names the place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from exchange.key_life import NEW, said
from exchange.pair import ANNOUNCED, NORTH, NOW_MS, Dice, Node, agreement, keys_of, pair, push
from exchange.proofs import policy, root_note
from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.postgres import PostgresLedger
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.merkle import EMPTY_ROOT, CompactRange
from gatepair.cli.ledger import ledger as ledger_commands
from gatepair.exchange.messages import Lane
from gatepair.exchange.report import Verdict
from gatepair.exchange.verify import verify
from gatepair.node import link_state as states
from gatepair.node.link import Link
from gatepair.node.ports import Ledger, Mark, Reader

OWN = "n.example/north-post/trial/normal"
PARTNERS = "s.example/south-post/trial/normal"

Change = Callable[[Any], Any]


def say(node: Node, name: str, *, withhold: Sequence[str] = ()) -> None:
    """Say one message under an id of its own."""
    with node.unit() as unit:
        node.link.enqueue(
            unit,
            kind=ANNOUNCED,
            subject=name,
            sections={"route": name, "driver": {"name": "SYNTHETIC"}},
            now_ms=node.now_ms,
            message_id=f"M-{name}",
            withhold=withhold,
        )


def rich() -> Node:
    """Return a north that keeps every kind of place: closed and open epochs of both logs, a copy, and what waited."""
    north, south = pair()
    for number in range(3):
        say(north, f"X{number}", withhold=("driver",) if number == 1 else ())
        push(north, south)
        say(south, f"Y{number}")
        push(south, north)
    behind = north.backup()
    say(north, "X3")
    push(north, south)
    # Without marks it writes into the closed epoch before it knows: the copy with that does not count.
    north.marks = None
    north.restore(behind)
    say(north, "W0")
    north.accept(south.take(north.next() or b""))
    say(north, "W1")
    say(north, "W2")
    push(north, south)
    behind = south.backup()
    say(south, "Y3")
    push(south, north)
    south.restore(behind)
    push(south, north)
    say(north, "X5")
    say(south, "Y5")
    with north.unit() as unit:
        north.link.take_statement(unit, said("announced", NEW, 0), now_ms=NOW_MS)
    push(north, south)
    push(south, north)
    return north


def copied(memory: MemoryLedger, ledger: Ledger) -> None:
    """Write all that ``memory`` keeps of the exchange into ``ledger``."""
    kept = memory._kept
    with ledger.begin() as unit:
        for lane, rows in kept.own.items():
            for row in rows:
                unit.own_append(lane, row.header, row.body, row.leaf)
        for lane, rows in kept.mirror.items():
            unit.mirror_append(lane, rows, kept.checkpoints[lane])
        for lane, receipts in kept.receipted.items():
            for size, note in receipts:
                unit.put_receipt(lane, size, note)
        for name, value in kept.states.items():
            unit.put_state(name, value)


RICH = rich()


# --- planting --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One value in the ledger, what is done to it, and what must be found."""

    table: str
    where: str
    values: tuple[Any, ...]
    column: str
    change: Change
    code: str
    path: str


def after(old: bytes) -> Change:
    """Return what changes one bit in the byte that follows ``old`` where it stands last."""

    def change(raw: bytes) -> bytes:
        at = raw.rindex(old) + len(old)
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]

    return change


def in_signature(raw: bytes) -> bytes:
    """Change one letter of the last signature line of a note."""
    at = len(raw) - 12
    return raw[:at] + (b"B" if raw[at : at + 1] == b"A" else b"A") + raw[at + 1 :]


def row(table: str, place: tuple[str, int], column: str, *, change: Change, path: str) -> Place:
    return Place(table, "lane = ? AND log_index = ?", place, column, change, "exchange.log_damaged", path)


def kept(name: str, change: Change, code: str, path: str) -> Place:
    return Place("states", "name = ?", (name,), "value", change, code, path)


def last(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def kept_name(prefix: str) -> str:
    return next(name for name in RICH.ledger._kept.states if name.startswith(prefix))


def rows() -> dict[str, Place]:
    """Return rows of both logs, of a copy and of what waited."""
    subject, value = after(b'"subject":"'), after(b'"value":"')
    return {
        "an entry of a closed epoch": row("own_log", ("normal~1", 0), "header", change=subject, path=f"{OWN}#1/0"),
        "a body of a closed epoch": row("own_log", ("normal~1", 0), "body", change=value, path=f"{OWN}#1/0"),
        "a leaf of a closed epoch": row("own_log", ("normal~1", 0), "leaf", change=last, path=f"{OWN}#1/0"),
        "an entry that a restore left behind": row(
            "own_log", ("normal", 3), "header", change=after(b'"subject":"'), path=f"{OWN}#1~0/3"
        ),
        "an entry of the open epoch": row("own_log", ("normal#3", 1), "header", change=subject, path=f"{OWN}#3/1"),
        "a body of the open epoch": row("own_log", ("normal#3", 1), "body", change=value, path=f"{OWN}#3/1"),
        "a header that waited": row(
            "own_log", ("normal+", 0), "header", change=after(b'"subject":"'), path=f"{OWN}+/0"
        ),
        "a body that waited": row("own_log", ("normal+", 1), "body", change=value, path=f"{OWN}+/1"),
        "a partner's entry, closed epoch": row(
            "mirror_log", ("normal", 2), "header", change=after(b'"subject":"'), path=f"{PARTNERS}#1/2"
        ),
        "a partner's body, closed epoch": row(
            "mirror_log", ("normal", 1), "body", change=value, path=f"{PARTNERS}#1/1"
        ),
        "a partner's entry, open epoch": row(
            "mirror_log", ("normal#2", 1), "header", change=after(b'"subject":"'), path=f"{PARTNERS}#2/1"
        ),
        "the fence that opens our epoch": row(
            "own_log", ("normal#3", 0), "body", change=after(b'"root":"'), path=f"{OWN}#3/0"
        ),
        "the fence that opens the partner's epoch": row(
            "mirror_log", ("normal#2", 0), "body", change=after(b'"size":'), path=f"{PARTNERS}#2/0"
        ),
    }


def kept_states() -> dict[str, Place]:
    """Return what is kept besides the rows."""
    return {
        "the fence note": kept(
            "exchange/own/normal",
            after(b"gatepair/fence/v1\\n" + OWN.encode() + b"#"),
            "exchange.fence_false",
            f"{OWN}#3/fence",
        ),
        "how much of a closed epoch counts": kept(
            "exchange/past/normal/000000001", after(b'"size":'), "exchange.fence_false", f"{OWN}#3/0"
        ),
        "how far our log is confirmed": kept(
            "exchange/own/normal", after(b'"confirmed":'), "exchange.state_false", "exchange/own/normal"
        ),
        "our tree": kept("exchange/own/normal", after(b'"tree":"000000000000000'), "exchange.state_false", "normal"),
        "the partner's tree": kept(
            "exchange/mirror/normal", after(b'"tree":"000000000000000'), "exchange.state_false", "normal"
        ),
        "a withheld section": kept(
            kept_name(states.WITHHELD), after(b'"name":"'), "exchange.log_damaged", f"{OWN}#1/1"
        ),
        "a key statement": kept(
            kept_name(states.KEPT), after(b'"size":'), "exchange.state_false", kept_name(states.KEPT)
        ),
    }


def note(table: str, place: tuple[Any, ...], code: str, path: str) -> Place:
    where = "lane = ? AND size = ?" if len(place) == 2 else "lane = ?"
    return Place(table, where, place, "note", in_signature, code, path)


def notes_kept() -> dict[str, Place]:
    """Return receipts and checkpoints of closed and open epochs."""
    memory = RICH.ledger._kept
    size, receipted = len(memory.mirror["normal"]), memory.receipts["normal#3"][0]
    false_receipt, false_checkpoint = "exchange.receipt_false", "exchange.checkpoint_false"
    return {
        "a receipt, closed epoch": note("receipts", ("normal", 1), false_receipt, f"{OWN}#1~0/1"),
        "the last receipt, closed epoch": note("receipts", ("normal", 3), false_receipt, f"{OWN}#1~0/3"),
        "a receipt, open epoch": note("receipts", ("normal#3", receipted), false_receipt, f"{OWN}#3/{receipted}"),
        "the partner's checkpoint, closed epoch": note(
            "mirror_checkpoints", ("normal",), false_checkpoint, f"{PARTNERS}#1/{size}"
        ),
        "the partner's checkpoint, open epoch": note(
            "mirror_checkpoints", ("normal#2",), false_checkpoint, f"{PARTNERS}#2/2"
        ),
    }


PLACES = {**rows(), **kept_states(), **notes_kept()}


class OnSqlite:
    """The north post's ledger as a file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        with self.opened() as ledger:
            copied(RICH.ledger, ledger)

    @contextmanager
    def opened(self) -> Iterator[Ledger]:
        with closing(SqliteLedger(self._directory)) as ledger:
            yield ledger

    def run(self, sql: str, *values: Any) -> list[Any]:
        """Do what the ledger itself never does, and leave no other trace."""
        with closing(sqlite3.connect(self._directory / "ledger.sqlite")) as connection, connection:
            guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            rows = connection.execute(sql, values).fetchall()
            for _, guard in guards:
                connection.execute(guard)
        return rows


class OnPostgres:
    """The north post's ledger on a server."""

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn, self._schema = dsn, schema
        with self.opened() as ledger:
            copied(RICH.ledger, ledger)

    @contextmanager
    def opened(self) -> Iterator[Ledger]:
        with closing(PostgresLedger(self._dsn, schema=self._schema)) as ledger:
            yield ledger

    def run(self, sql: str, *values: Any) -> list[Any]:
        """Do what the ledger itself never does."""
        with psycopg.connect(self._dsn) as connection:
            connection.execute(f"SET search_path = {self._schema}")
            connection.execute("SET session_replication_role = replica")
            return connection.execute(sql.replace("?", "%s"), values).fetchall()


Engine = OnSqlite | OnPostgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give the rich north post on each engine."""
    if request.param == "sqlite":
        yield OnSqlite(tmp_path)
        return
    from ports.postgres_server import fresh_schema  # noqa: PLC0415 - skips where no server answers

    with fresh_schema() as (dsn, schema):
        yield OnPostgres(dsn, schema)


def link(marks: MemoryMarks | None = None) -> Link:
    return Link(agreement(), NORTH, keys=keys_of(NORTH), entropy=Dice(9), marks=marks)


def plant(engine: Engine, place: Place) -> None:
    """Change one value behind the ledger's back."""
    where = f"FROM {place.table} WHERE {place.where}"
    ((old,),) = engine.run(f"SELECT {place.column} {where}", *place.values)
    new = place.change(old)
    ((kept,),) = engine.run(
        f"UPDATE {place.table} SET {place.column} = ? WHERE {place.where} RETURNING {place.column}",  # noqa: S608 - the names stand in this file
        new,
        *place.values,
    )
    assert old != new == kept


def found_in(engine: Engine) -> list[tuple[str, str]]:
    """Return code and place of each finding."""
    with engine.opened() as ledger, ledger.read() as reader:
        return [(finding.code, finding.path) for finding in link().verify(reader).findings]


# --- the cases -------------------------------------------------------------------------------------


def test_what_nobody_touched_verifies(engine: Engine) -> None:
    """The post has closed epochs of both logs, a copy that does not count and entries that waited; all is well."""
    assert [] == found_in(engine)
    with engine.opened() as ledger, ledger.read() as reader:
        (normal,) = [lane for lane in link().verify(reader).lanes if lane.lane is Lane.NORMAL]
        assert [f"{OWN}#1", f"{OWN}#2", f"{OWN}#3"] == [log.log for log in normal.own]
        assert [f"{PARTNERS}#1", f"{PARTNERS}#2"] == [log.log for log in normal.mirror]
        assert 2 == reader.own_size("normal+")
        assert normal.rows > normal.own_size + normal.mirror_size


@pytest.mark.parametrize("name", PLACES)
def test_a_changed_byte_is_found(engine: Engine, name: str) -> None:
    """Each kind of place gets its finding, with the place."""
    place = PLACES[name]
    plant(engine, place)
    assert (place.code, place.path) in found_in(engine)


def test_rows_that_are_gone_are_found(engine: Engine) -> None:
    """A closed epoch whose last entry was taken away does not bear out its fence any more."""
    last_index = len(RICH.ledger._kept.own["normal~1"]) - 1
    engine.run("DELETE FROM own_log WHERE lane = ? AND log_index = ? RETURNING lane", "normal~1", last_index)
    assert [("exchange.fence_false", f"{OWN}#3/0")] == found_in(engine)


def test_marks_are_held_against_the_rows(engine: Engine) -> None:
    """A mark with another root, or beyond what is there, is named; one that is borne out is not."""
    with engine.opened() as ledger, ledger.read() as reader:
        signed, held = places_in(reader)
        good = {"signed/normal": signed, "held/normal": held}
        assert [] == marked(reader, good)
        for name, mark in good.items():
            for false in (
                Mark(mark.epoch, mark.size, EMPTY_ROOT),
                Mark(mark.epoch, mark.size + 1, mark.root),
                Mark(mark.epoch + 1, 0, EMPTY_ROOT),
            ):
                assert [("exchange.mark_false", name)] == marked(reader, {**good, name: false})


def places_in(reader: Reader) -> tuple[Mark, Mark]:
    """Return where both logs stand."""
    own, mirror = states.own_state(reader, Lane.NORMAL), states.mirror_state(reader, Lane.NORMAL)
    signed = Mark(own.epoch, own.confirmed, own.range().root())
    return signed, Mark(mirror.epoch, mirror.size, mirror.range().root())


def marked(reader: Reader, marks: dict[str, Mark]) -> list[tuple[str, str]]:
    """Return what is found about ``marks``."""
    report = link(MemoryMarks(marks)).verify(reader, with_marks=True)
    return [(finding.code, finding.path) for finding in report.findings]


def test_the_command_names_the_place_without_a_key(tmp_path: Path) -> None:
    """``gatepair ledger verify`` walks closed epochs and waiting rows too, and needs no key for it."""
    engine = OnSqlite(tmp_path)
    sound = CliRunner().invoke(ledger_commands, ["verify", str(tmp_path)])
    assert (0, True) == (sound.exit_code, "more kept" in sound.stdout)
    plant(engine, PLACES["a body that waited"])
    plant(engine, PLACES["a partner's entry, closed epoch"])
    told = CliRunner().invoke(ledger_commands, ["verify", str(tmp_path)])
    assert 1 == told.exit_code
    for place in ("own/normal+/1", "mirror/normal#1/2"):
        assert f"exchange.log_damaged at {place}" in told.stdout


def test_evidence_outlives_a_copy_that_was_begun_anew() -> None:
    """What was receipted in a closed epoch is shown though the copy that counts is another than the receipted one."""
    signed = [(RICH.terms.encoded(), root_note(RICH.terms))]
    with RICH.ledger.read() as reader:
        proof = RICH.link.evidence(reader, "X2", signed=signed, tree=CompactRange(), now_ms=NOW_MS)
    report = verify(proof.raw, policy())
    assert (Verdict.PROVED, [f"{OWN}#1"]) == (report.verdict, [entry.log for entry in report.entries])
