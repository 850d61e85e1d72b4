"""Withhold, disclose, erase, in any order: every proof holds, and what was erased is nowhere in the file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.pair import ANNOUNCED, NORTH, NOW_MS, SOUTH, Node, agreement, pair, push
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.errors import EnvelopeRejected, GatepairError, Malformed, NotFound, TooLarge
from gatepair.base.time import DAY_MS
from gatepair.exchange.disclosure import DISCLOSURE_BYTES_MAX, decode_disclosure
from gatepair.exchange.envelope import parse_header
from gatepair.node.link_erasing import Retention
from gatepair.node.link_state import sections_of

LOG = "n.example/north-post/trial/normal#1"
DAYS = next(message.retention_days for message in agreement().messages if message.kind == ANNOUNCED)


def announce(node: Node, number: int, *, withhold: tuple[str, ...] = ()) -> None:
    """Announce crossing ``number`` with a driver whose name nobody else has."""
    sections = {"driver": {"name": secret(number)}, "route": {"number": number}}
    with node.unit() as unit:
        node.link.enqueue(
            unit, kind=ANNOUNCED, subject=f"X{number}", sections=sections, now_ms=node.now_ms, withhold=withhold
        )


def secret(number: int) -> str:
    return f"SYNTHETIC-NAME-{number:04d}"


def disclose(node: Node, index: int, *names: str) -> bytes:
    with node.unit() as unit:
        return node.link.disclose(unit, LOG, index, names, now_ms=node.now_ms)[0]


def take(node: Node, raw: bytes) -> int:
    with node.unit() as unit:
        return len(node.link.take_disclosure(unit, raw, now_ms=node.now_ms))


def erase_due(node: Node) -> int:
    """Erase until nothing is due; return how many bodies went."""
    count, more = 0, True
    while more:
        with node.unit() as unit:
            erased, more = node.link.erase_due(unit, now_ms=node.now_ms, limit=3)
        count += sum(one.count for one in erased)
    node.ledger.scrub()
    return count


def held(node: Node, index: int, *, mirrored: bool) -> set[str]:
    """Return the sections of an entry that are held."""
    with node.ledger.read() as reader:
        read = reader.mirror_entries if mirrored else reader.own_entries
        (row,) = read("normal", start=index, limit=1)
        return set(sections_of(reader, row))


def faults(node: Node) -> tuple[Any, ...]:
    with node.ledger.read() as reader:
        return node.link.verify(reader).findings


def test_a_withheld_section_does_not_leave() -> None:
    """The partner gets the digest and not the section; nothing shows whether there is one."""
    north, south = pair()
    announce(north, 1, withhold=("driver",))
    push(north, south)
    assert {"route"} == held(south, 0, mirrored=True) == held(north, 0, mirrored=False)
    with south.ledger.read() as reader:
        (row,) = reader.mirror_entries("normal", start=0, limit=1)
    digests = parse_header(row.header).sections
    assert {"driver", "goods", "parties"} <= set(digests)
    assert {64} == {len(digest) for digest in digests.values()}
    assert () == faults(north) == faults(south)


def test_what_was_withheld_is_disclosed_later() -> None:
    """The partner takes it when it fits the old header; taken again it changes nothing."""
    north, south = pair()
    announce(north, 1, withhold=("driver",))
    push(north, south)
    raw = disclose(north, 0, "driver")
    assert [1, 0] == [take(south, raw), take(south, raw)]
    assert {"driver", "route"} == held(south, 0, mirrored=True) == held(north, 0, mirrored=False)
    assert raw == disclose(north, 0, "driver")
    assert () == faults(north) == faults(south)


@pytest.mark.parametrize(
    "change",
    [
        {"index": 1},
        {"leaf": "00" * 32},
        {"log": "s.example/south-post/trial/normal#1"},
        {"sections": {"driver": {"salt": "00" * 16, "value": {"name": "another"}}}},
        {"sections": {"cargo": {"salt": "00" * 16, "value": 1}}},
        {"sections": {}},
        {"extra": 1},
        {"format": "gatepair/disclosure/v2"},
    ],
)
def test_a_false_disclosure_is_refused(change: dict[str, Any]) -> None:
    """Nothing that does not fit the header, the entry or the form is taken."""
    north, south = pair()
    announce(north, 1, withhold=("driver",))
    push(north, south)
    value = json.loads(disclose(north, 0, "driver")) | change
    raw = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises((EnvelopeRejected, Malformed, NotFound)):
        take(south, raw)
    assert {"route"} == held(south, 0, mirrored=True)


def test_a_disclosure_has_its_limit() -> None:
    """A disclosure longer than a whole body is not read."""
    with pytest.raises(TooLarge):
        decode_disclosure(b" " * (DISCLOSURE_BYTES_MAX + 1))


def test_what_is_not_there_cannot_be_disclosed() -> None:
    """A section that was never there, or an entry of another log, is not found."""
    north, _ = pair()
    announce(north, 1, withhold=("driver",))
    for index, name in ((0, "goods"), (1, "driver")):
        with pytest.raises(NotFound):
            disclose(north, index, name)


def test_bodies_go_when_their_time_is_over() -> None:
    """Nothing is erased a moment before the retention ran out, everything at that moment, on both sides."""
    north, south = pair()
    announce(north, 1)
    announce(north, 2, withhold=("driver",))
    push(north, south)
    assert [0, 0] == [erase_due(node) for node in (north, south)]
    for node in (north, south):
        node.now_ms = NOW_MS + DAYS * DAY_MS - 1
    assert [0, 0] == [erase_due(node) for node in (north, south)]
    for node in (north, south):
        node.now_ms += 1
    assert [2, 2] == [erase_due(node) for node in (north, south)]
    assert set() == held(north, 0, mirrored=False) == held(south, 1, mirrored=True)
    assert [0, 0] == [erase_due(node) for node in (north, south)]
    with pytest.raises(NotFound):
        disclose(north, 1, "driver")
    assert () == faults(north) == faults(south)


def test_what_is_over_is_not_taken_back() -> None:
    """A disclosure that comes after the retention ran out is refused."""
    north, south = pair()
    announce(north, 1, withhold=("driver",))
    push(north, south)
    raw = disclose(north, 0, "driver")
    erase_due(south)
    south.now_ms += DAYS * DAY_MS
    erase_due(south)
    with pytest.raises(EnvelopeRejected, match="run out"):
        take(south, raw)


def test_a_false_clock_of_the_partner_erases_nothing() -> None:
    """Retention counts by our own clock: a partner that dates its entries into the past does not make us forget."""
    north, south = pair()
    north.now_ms -= 10 * DAYS * DAY_MS
    announce(north, 1)
    push(north, south)
    erase_due(south)
    south.now_ms += DAY_MS
    assert 0 == erase_due(south)
    assert {"driver", "route"} == held(south, 0, mirrored=True)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9)), max_size=30), st.integers(1, 120))
def test_marks_never_say_too_much(steps: list[tuple[int, int]], days: int) -> None:
    """What is said to be held for so long was indeed held then, however many marks were dropped since."""
    kept, now_ms, size = Retention({}, ()), 0, 0
    history = []
    for hours, more in steps:
        now_ms += hours * 3_600_000
        size += more
        history.append((now_ms, size))
        kept = kept.marked(size, now_ms=now_ms, days_max=days)
        said = kept.held_for(days, now_ms)
        assert said <= max((held for at_ms, held in history if at_ms <= now_ms - days * DAY_MS), default=0)
        assert len(kept.marks) <= days + 3


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("announce"), st.booleans()),
        st.tuples(st.just("push"), st.none()),
        st.tuples(st.just("disclose"), st.integers(0, 5)),
        st.tuples(st.just("erase"), st.sampled_from(["due", "section"])),
        st.tuples(st.just("wait"), st.sampled_from([1, DAYS])),
    ),
    max_size=14,
)


@contextmanager
def on_disk() -> Iterator[tuple[Node, Node, list[Path]]]:
    """Give two posts whose ledgers are files."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / post for post in (NORTH, SOUTH)]
        for place in places:
            place.mkdir()
        ledgers = [SqliteLedger(place) for place in places]
        try:
            yield Node(NORTH, ledger=ledgers[0]), Node(SOUTH, ledger=ledgers[1]), places  # type: ignore[arg-type]
        finally:
            for ledger in ledgers:
                ledger.close()


@given(STEPS)
def test_in_any_order_all_proofs_hold_and_the_erased_is_gone(steps: list[tuple[str, Any]]) -> None:
    """After each step both posts verify; whatever a post has erased stands in none of its files."""
    with on_disk() as (north, south, places):
        gone: dict[str, set[int]] = {NORTH: set(), SOUTH: set()}
        said = 0
        for act, choice in steps:
            if act == "announce":
                announce(north, said, withhold=("driver",) if choice else ())
                said += 1
            else:
                _do(act, choice, north, south, said=said)
            for node, place in ((north, places[0]), (south, places[1])):
                assert () == faults(node)
                present = _names_readable(node, said)
                gone[node.post] = (gone[node.post] | _were_erased(act, said, present)) - present
                node.ledger.scrub()
                raw = b"".join(file.read_bytes() for file in sorted(place.iterdir()) if file.is_file())
                assert not [number for number in gone[node.post] if secret(number).encode() in raw]


def _do(act: str, choice: Any, north: Node, south: Node, *, said: int) -> None:
    if act == "push":
        push(north, south)
    elif act == "disclose" and choice < said:
        # Erased, or not sent yet: then there is nothing to disclose, or nobody to take it.
        with suppress(NotFound, EnvelopeRejected):
            take(south, disclose(north, choice, "driver"))
    elif act == "erase":
        for node in (north, south):
            if choice == "due":
                erase_due(node)
            else:
                with node.unit() as unit:
                    node.link.erase_section(unit, "X0", "driver")
    elif act == "wait":
        for node in (north, south):
            node.now_ms += choice * DAY_MS


def _names_readable(node: Node, said: int) -> set[int]:
    """Return the numbers of the drivers whose names the ledger still gives."""
    with node.ledger.read() as reader:
        rows = [row.body for row in reader.own_entries("normal", start=0, limit=99)]
        rows += [row.body for row in reader.mirror_entries("normal", start=0, limit=99)]
        rows += [value for prefix in ("withheld", "apart") for _, value in reader.states(f"exchange/{prefix}/")]
    whole = b"".join(body for body in rows if body is not None)
    return {number for number in range(said) if secret(number).encode() in whole}


def _were_erased(act: str, said: int, present: set[int]) -> set[int]:
    return set(range(said)) - present if act == "erase" else set()


def test_a_name_in_the_file_would_be_found() -> None:
    """The search of the test above does find a name that was not erased."""
    with on_disk() as (north, _, places):
        announce(north, 7)
        north.ledger.scrub()
        assert any(secret(7).encode() in file.read_bytes() for file in places[0].iterdir() if file.is_file())


def test_an_unknown_lane_of_errors_is_ours() -> None:
    """Every refusal here is one of the error tree."""
    assert issubclass(NotFound, GatepairError)
