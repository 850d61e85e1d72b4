"""Reading a reconciliation's case from a ledger: histories here, words over there, and when they came.

When an entry of the partner came is read from the logs themselves.  Where it had an effect, the
ledger has its place.  Where it had none, the first message of ours that says it had heard it gives
the instant: an answer is written in the transaction that mirrors the entry.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gatepair.base.entries import Entry
from gatepair.base.errors import BadInput
from gatepair.crossing.commands import PartnerCommand
from gatepair.exchange import fitting, versions
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Header, parse_body, parse_header
from gatepair.exchange.messages import CATALOGUE, OUTCOME, Lane
from gatepair.exchange.succession.held import Succession
from gatepair.node import telling
from gatepair.node.handling import departure_tolerances
from gatepair.node.inbound import command_of
from gatepair.node.link_state import log_key, mirror_logs, mirror_rows, own_logs, own_rows, own_state, past
from gatepair.node.reconcile import Case, Ground, Recorded, Said, Word
from gatepair.node.telling import Told
from gatepair.operations.commands import PartnerGateCommand
from gatepair.plan.model import Plan

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader

PAGE: Final = 1_000
"""Entries read at a time."""


@dataclass(frozen=True, slots=True)
class Site:
    """The post whose ledger is read: its plan, its key in it, the agreement, and the present instant."""

    plan: Plan
    post: str
    agreement: Agreement
    now_ms: int
    succession: Succession | None = None
    """Every version of the agreement that is held, when there is more than one."""

    @property
    def ground(self) -> Ground:
        """Return what decisions here rest on besides what is recorded."""
        if self.succession is None:
            return Ground(self.plan, self.post, self.agreement.mode.value, departure_tolerances(self.agreement))
        held = self.succession
        first, later = departure_tolerances(held.agreements[0]), []
        for at_ms in held.changes_ms:
            ruling = held.ruling(at_ms)
            later.append((at_ms, () if ruling is None else departure_tolerances(ruling.agreement)))
        return Ground(self.plan, self.post, self.agreement.mode.value, first, tuple(later))


def case_of(site: Site, reader: Reader, *, since_ms: int, until_ms: int) -> Case:
    """Return the case of the decisions recorded in ``[since_ms, until_ms)``.

    Reads the streams of the crossings that moved in that time, the gate's, and of the partner's logs
    what arrived since then.
    """
    touched = dict.fromkeys(
        entry.stream.partition("/")[2]
        for entry in _between(reader, since_ms, until_ms)
        if entry.stream.startswith("crossing/")
    )
    ours, lost = list(_said(site, reader)), list(_lost(site, reader))
    said: dict[str, Said] = {}
    for one, _ in ours:
        said.setdefault(one.id, one)
    crossings = {
        each: tuple(
            _recorded(told, said)
            for told in telling.of_crossing(site.post, reader.stream(f"crossing/{each}"), crossing_id=each)
        )
        for each in touched
    }
    gate = tuple(_recorded(told, said) for told in telling.of_gate(site.post, reader.stream(f"gate/{site.post}")))
    recorded = [*gate, *(each for history in crossings.values() for each in history)]
    return Case(
        ground=site.ground,
        crossings=crossings,
        gate=gate,
        words=tuple(_words(site, reader, recorded, _hearings(ours, lost), since_ms=since_ms)),
        said=tuple(one for one, _ in ours if since_ms <= one.at_ms < until_ms and _is_caused(one)),
        lost=tuple(one for one in lost if since_ms <= one.at_ms < until_ms),
        since_ms=since_ms,
        until_ms=until_ms,
    )


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


def _recorded(told: Told, said: Mapping[str, Said]) -> Recorded:
    """Return an event with the message that told the partner of it, as it stands in one of our logs."""
    entry, message = told.entry, None if told.message_id is None else said.get(told.message_id)
    return Recorded(entry.position, entry.recorded_at_ms, entry.actor, entry.command_id, told.event, message)


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


def _words(
    site: Site,
    reader: Reader,
    recorded: Iterable[Recorded],
    hearings: Mapping[str, _Hearing],
    *,
    since_ms: int,
) -> Iterator[Word]:
    """Yield the partner's entries that arrived at or after ``since_ms``; what came before was known to every decision."""
    effects = {leaf: one for one in recorded if (leaf := getattr(one.event, "leaf", ""))}
    partner = site.agreement.other(site.post).post
    for lane in Lane:
        for part in mirror_logs(reader, lane):
            log = str(site.agreement.origin(partner, lane, part.epoch))
            hearing = hearings.get(log, _Hearing([], []))
            for row in mirror_rows(reader, part.key, start=hearing.size_before(since_ms), end=part.size):
                word = _word(row, log, effects.get(row.leaf.hex()), hearing, now_ms=site.now_ms)
                if word is not None:
                    yield word


def _hearings(ours: Iterable[tuple[Said, Header]], lost: Iterable[Said]) -> dict[str, _Hearing]:
    """Return by log of the partner what our messages say of it, save those whose first saying was ``lost``."""
    heard: dict[str, dict[int, int]] = {}
    seen = {said.id for said in lost}
    for said, header in ours:
        if said.id in seen:
            # Said again after a restore it heard more than when it was first said.
            continue
        seen.add(said.id)
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
        heard={one.log: one.size for one in header.heard},
    )


def _order(header: Header, row: LogEntry) -> tuple[PartnerCommand | PartnerGateCommand | None, bool]:
    """Return what an entry asks for, and whether what it needs for that is there."""
    if header.type not in CATALOGUE:
        # A statement about the log itself, such as of its keys or epochs.
        return None, True
    try:
        body = {} if row.body is None else parse_body(row.body).sections
        sections = {name: one.value for name, one in body.items()}
        if fitting.faults(header.type, sections):
            return None, False
        kind, sections_now = versions.raised(header.type, sections)
        command = command_of(kind, header.subject, sections_now, leaf=row.leaf.hex(), at_ms=header.at_ms)
    except BadInput:
        return None, False
    return (command, True) if isinstance(command, PartnerCommand | PartnerGateCommand) else (None, True)


# --- what we said --------------------------------------------------------------------------


def _said(site: Site, reader: Reader) -> Iterator[tuple[Said, Header]]:
    """Yield our messages that count, in the order of lanes and epochs."""
    for lane in Lane:
        for part in own_logs(reader, lane):
            yield from _messages(site, reader, (lane, part.epoch), key=part.key, start=0, end=part.size)


def _lost(site: Site, reader: Reader) -> Iterator[Said]:
    """Yield what a restore lost of our logs: entries beyond a fence, and copies that were begun and are not the true one."""
    for lane in Lane:
        for epoch in range(FIRST_EPOCH, own_state(reader, lane).epoch):
            closed = past(reader, lane, epoch)
            for copy in range(closed.copy + 1):
                key, start = log_key(lane, epoch, copy), closed.size if copy == closed.copy else 0
                found = _messages(site, reader, (lane, epoch), key=key, start=start, end=reader.own_size(key))
                yield from (said for said, _ in found)


def _messages(
    site: Site, reader: Reader, log: tuple[Lane, int], *, key: str, start: int, end: int
) -> Iterator[tuple[Said, Header]]:
    origin = str(site.agreement.origin(site.post, *log))
    for row in own_rows(reader, key, start=start, end=end):
        header = parse_header(row.header)
        yield Said(origin, row.index, header.id, header.type, header.subject, header.at_ms), header


def _is_caused(said: Said) -> bool:
    """Tell whether an entry of the ledger caused the message; an answer is caused by the partner's entry."""
    return said.type in CATALOGUE and said.type != OUTCOME
