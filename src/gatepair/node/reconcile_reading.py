"""Reading a reconciliation's case from a ledger: histories here, words over there, and when they came.

When an entry of the partner came is read from the logs themselves.  Where it had an effect, the
ledger has its place.  Where it had none, the first message of ours that says it had heard it gives
the instant: an answer is written in the transaction that mirrors the entry.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gatepair.base.entries import Entry
from gatepair.base.errors import BadInput, Malformed
from gatepair.crossing import events as ev
from gatepair.crossing.codec import decode_event
from gatepair.crossing.commands import PartnerCommand
from gatepair.crossing.fold import apply
from gatepair.crossing.state import Crossing
from gatepair.exchange.envelope import Header, parse_body, parse_header
from gatepair.exchange.messages import OUTCOME
from gatepair.node import exports
from gatepair.node.handling import departure_tolerances
from gatepair.node.inbound import command_of
from gatepair.node.link_state import log_key, mirror_rows, mirror_state, own_rows, own_state
from gatepair.node.reconcile import Case, Ground, Recorded, Said, Word
from gatepair.operations.codec import decode_gate_event
from gatepair.operations.commands import PartnerGateCommand

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader
    from gatepair.node.queries import Queries

PAGE: Final = 1_000
"""Entries read at a time."""


def case_of(post: Queries, reader: Reader, *, since_ms: int, until_ms: int) -> Case:
    """Return the case of the decisions recorded in ``[since_ms, until_ms)``.

    Reads the streams of the crossings that moved in that time, the gate's, and of the partner's logs
    what arrived since then.
    """
    touched = dict.fromkeys(
        entry.stream.partition("/")[2]
        for entry in _between(reader, since_ms, until_ms)
        if entry.stream.startswith("crossing/")
    )
    crossings = {one: tuple(map(_crossing_event, reader.stream(f"crossing/{one}"))) for one in touched}
    gate = tuple(map(_gate_event, reader.stream(f"gate/{post.post}")))
    recorded = [*gate, *(each for history in crossings.values() for each in history)]
    return Case(
        ground=ground_of(post),
        crossings=crossings,
        gate=gate,
        words=tuple(_words(post, reader, recorded, since_ms=since_ms)),
        since_ms=since_ms,
        until_ms=until_ms,
    )


def ground_of(post: Queries) -> Ground:
    """Return what decisions at ``post`` rest on besides what is recorded."""
    return Ground(post.plan, post.post, post.link.mode, departure_tolerances(post.link))


# --- the ledger ----------------------------------------------------------------------------


def _between(reader: Reader, since_ms: int, until_ms: int) -> Iterator[Entry]:
    position = _position_at(reader, since_ms)
    while page := reader.entries(after=position, limit=PAGE):
        for entry in page:
            if entry.recorded_at_ms >= until_ms:
                return
            yield entry
        position = page[-1].position


def _position_at(reader: Reader, at_ms: int) -> int:
    """Return the last position recorded before ``at_ms``; positions rise with the clock."""
    low, high = 0, reader.head().position
    while low < high:
        middle = (low + high) // 2
        (entry,) = reader.entries(after=middle, limit=1)
        low, high = (middle + 1, high) if entry.recorded_at_ms < at_ms else (low, middle)
    return low


def _crossing_event(entry: Entry) -> Recorded:
    event = decode_event(entry.type, entry.payload)
    return Recorded(entry.position, entry.recorded_at_ms, entry.actor, entry.command_id, event)


def _gate_event(entry: Entry) -> Recorded:
    event = decode_gate_event(entry.type, entry.payload)
    return Recorded(entry.position, entry.recorded_at_ms, entry.actor, entry.command_id, event)


# --- the partner's words -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hearing:
    """How much of one log of the partner our messages say they had heard, and when, in rising order."""

    sizes: list[int]
    at_ms: list[int]

    def first_after(self, index: int) -> int | None:
        """Return the instant of the first message that had heard entry ``index``; None when none had."""
        at = bisect_right(self.sizes, index)
        return self.at_ms[at] if at < len(self.sizes) else None

    def size_before(self, at_ms: int) -> int:
        """Return how much had been heard before ``at_ms``."""
        at = bisect_right(self.at_ms, at_ms - 1)
        return self.sizes[at - 1] if at else 0


def _words(post: Queries, reader: Reader, recorded: Iterable[Recorded], *, since_ms: int) -> Iterator[Word]:
    """Yield the partner's entries that arrived at or after ``since_ms``; what came before was known to every decision."""
    effects = {leaf: one for one in recorded if (leaf := getattr(one.event, "leaf", ""))}
    hearings = _hearings(post, reader)
    partner = post.link.agreement.other(post.post).post
    for lane in post.link.lanes:
        for epoch in range(1, mirror_state(reader, lane).epoch + 1):
            key = log_key(lane, epoch)
            log = str(post.link.agreement.origin(partner, lane, epoch))
            hearing = hearings.get(log, _Hearing([], []))
            start = hearing.size_before(since_ms)
            for row in mirror_rows(reader, key, start=start, end=reader.mirror_size(key)):
                word = _word(row, log, effects.get(row.leaf.hex()), hearing, now_ms=post.now())
                if word is not None:
                    yield word


def _hearings(post: Queries, reader: Reader) -> dict[str, _Hearing]:
    """Return by log of the partner what our messages say of it."""
    heard: dict[str, dict[int, int]] = {}
    seen: set[str] = set()
    for _, _, header in _own(post, reader):
        if header.id in seen:
            # Said again after a restore it heard more than when it was first said.
            continue
        seen.add(header.id)
        for one in header.heard:
            known = heard.setdefault(one.log, {})
            known[one.size] = min(header.at_ms, known.get(one.size, header.at_ms))
    found = {}
    for log, instants in heard.items():
        sizes = sorted(instants)
        # A message written later never heard less; instants are made to rise with sizes all the same.
        at_ms = [min(instants[size] for size in sizes[at:]) for at in range(len(sizes))]
        found[log] = _Hearing(sizes, at_ms)
    return found


def _word(row: LogEntry, log: str, effect: Recorded | None, hearing: _Hearing, *, now_ms: int) -> Word | None:
    try:
        header = parse_header(row.header)
    except BadInput:
        return None
    order, readable = _order(header, row)
    heard_at_ms = hearing.first_after(row.index)
    arrived_at_ms = effect.recorded_at_ms if effect is not None else now_ms if heard_at_ms is None else heard_at_ms
    return Word(
        log=log,
        index=row.index,
        leaf=row.leaf.hex(),
        type=header.type,
        subject=header.subject,
        said_at_ms=header.at_ms,
        arrived_at_ms=arrived_at_ms,
        position=None if effect is None else effect.position,
        order=order,
        readable=readable,
    )


def _order(header: Header, row: LogEntry) -> tuple[PartnerCommand | PartnerGateCommand | None, bool]:
    """Return what an entry asks for, and whether what it needs for that is there."""
    try:
        sections = {} if row.body is None else {name: one.value for name, one in parse_body(row.body).sections.items()}
        command = command_of(header.type, header.subject, sections, leaf=row.leaf.hex(), at_ms=header.at_ms)
    except (BadInput, Malformed):
        return None, False
    return (command, True) if isinstance(command, PartnerCommand | PartnerGateCommand) else (None, True)


# --- what we said --------------------------------------------------------------------------


def said_by(post: Queries, reader: Reader, *, since_ms: int, until_ms: int) -> Iterator[Said]:
    """Yield our messages of that time that an entry of the ledger caused, in the order of lanes and epochs."""
    for log, index, header in _own(post, reader):
        if since_ms <= header.at_ms < until_ms and header.type != OUTCOME:
            yield Said(log, index, header.id, header.type, header.subject, header.at_ms)


def explained_by(case: Case) -> frozenset[str]:
    """Return the ids of the messages that the case's entries cause."""
    post = case.ground.post
    return frozenset(
        message_id
        for subject, history in (*case.crossings.items(), (post, case.gate))
        for message_id in _caused(post, subject, history)
    )


def _caused(post: str, subject: str, history: Iterable[Recorded]) -> Iterator[str]:
    crossing: Crossing | None = None
    said: Counter[tuple[str, str, str]] = Counter()
    for one in history:
        if isinstance(one.event, ev.CrossingEvent):
            crossing = apply(crossing, one.event, subject)
            message = exports.of_crossing(one.event, crossing)
        else:
            message = exports.of_gate(one.event, post)
        if message is not None:
            like = (one.command_id, message.kind, message.subject)
            yield exports.message_id(post, one.command_id, message, said[like])
            said[like] += 1


def _own(post: Queries, reader: Reader) -> Iterator[tuple[str, int, Header]]:
    for lane in post.link.lanes:
        for epoch in range(1, own_state(reader, lane).epoch + 1):
            key = log_key(lane, epoch)
            log = str(post.link.agreement.origin(post.post, lane, epoch))
            for row in own_rows(reader, key, start=0, end=reader.own_size(key)):
                yield log, row.index, parse_header(row.header)
