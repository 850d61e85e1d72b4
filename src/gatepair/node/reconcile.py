"""Reconciliation: which decisions rested on stale knowledge, and which would have been different.

A pure function of what was recorded here and of what the partner turned out to have said.  Each
decision is made again by the very function that made it, on the crossing and the gate as they
would have stood had the partner's entries been known that it had written by then.  How old the
partner's word was, its clause and the officer who confirmed stay as they were: the question is what
the facts would have changed, not whether a line that works would have been better.

Where that cannot be done the report says so: a person judged on a field that the partner had
corrected (``open``), or a body is withheld, or the decision cannot be made again from what is
recorded (``unclear``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Final

from gatepair.base.duties import Duty
from gatepair.base.findings import Finding, Refusal
from gatepair.base.time import SECOND_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.context import Context, Mode, PartnerWord, Tolerated
from gatepair.crossing.decide import decide
from gatepair.crossing.fold import apply
from gatepair.crossing.model import Rested
from gatepair.crossing.outcome import Order
from gatepair.crossing.paths import touches
from gatepair.crossing.state import Crossing
from gatepair.node import findings as say
from gatepair.operations import commands as gate_commands
from gatepair.operations import gate as gate_rules
from gatepair.operations.events import GateEvent
from gatepair.operations.gate import Gate, GateContext
from gatepair.operations.lanes import lane_view
from gatepair.plan.model import Plan

PartnerOrder = cmd.PartnerCommand | gate_commands.PartnerGateCommand
ALONE: Final = "alone"
"""Clause of a departure that needed no word of anybody."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of ours as it stands in one of our logs."""

    log: str
    index: int
    id: str
    type: str
    subject: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of this post's ledger."""

    position: int
    recorded_at_ms: int
    actor: str
    command_id: str
    event: ev.CrossingEvent | GateEvent
    told: Said | None = None
    """The message that tells the partner of it; None when none does."""


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of the partner's log."""

    log: str
    index: int
    leaf: str
    type: str
    subject: str
    said_at_ms: int
    """By the partner's clock; a claim."""
    arrived_at_ms: int
    """When it was mirrored here."""
    position: int | None
    """Where the ledger records its effect; None when it had none here."""
    order: PartnerOrder | None
    """What it asks for here; None when its body is withheld or asks for no act."""
    readable: bool = True
    """Whether the sections that its type needs came along."""
    heard: Mapping[str, int] = field(default_factory=dict)
    """How much of each log of ours its author had heard."""

    def said_before(self, decision: Recorded) -> bool:
        """Tell whether it was written before ``decision`` by the clocks, and not in knowledge of it."""
        told = decision.told
        knew_of_it = told is not None and self.heard.get(told.log, 0) > told.index
        return self.said_at_ms < decision.event.at_ms and not knew_of_it

    def known_to(self, decision: Recorded) -> bool:
        """Tell whether it had come before ``decision`` was recorded."""
        if self.position is not None:
            return self.position < decision.position
        return self.arrived_at_ms <= decision.recorded_at_ms


class Hindsight(StrEnum):
    """What would have become of a decision, had the partner's entries been known."""

    SAME = "same"
    DIFFERENT = "different"
    """The rules would have refused it."""
    OPEN = "open"
    """A person judged on a field that the partner had corrected; no rule says what the judgement would have been."""
    UNCLEAR = "unclear"
    """It cannot be decided again from what is held here."""


@dataclass(frozen=True, slots=True)
class Row:
    """One decision that rested on stale knowledge."""

    position: int
    at_ms: int
    crossing: str
    decision: str
    """Name of the event that records it."""
    actor: str
    rested: Rested | None
    """Clause, age and size that the decision itself recorded; None when its kind records none."""
    unknown: tuple[Word, ...]
    """What the partner had said by then and this post had not heard, in the order of its logs."""
    hindsight: Hindsight
    reasons: tuple[Finding, ...]
    """Why it would have been refused, or why nobody can say."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What decisions at this post rest on besides what was recorded."""

    plan: Plan
    post: str
    mode: Mode
    tolerances: tuple[Tolerated, ...]
    """The agreement's tolerances for departure, youngest first."""
    later: tuple[tuple[int, tuple[Tolerated, ...]], ...] = ()
    """Instants from which another version of the agreement was in force, rising, and its tolerances."""

    def tolerances_at(self, at_ms: int) -> tuple[Tolerated, ...]:
        """Return the tolerances of the version that was in force at ``at_ms``."""
        return next((tolerances for from_ms, tolerances in reversed(self.later) if from_ms <= at_ms), self.tolerances)

    def fresh_at(self, at_ms: int) -> frozenset[str]:
        """Return the clauses under which a departure at ``at_ms`` rested on no stale word."""
        return frozenset({ALONE, *(line.clause for line in self.tolerances_at(at_ms)[:1])})

    def fresh_ms_at(self, at_ms: int) -> int:
        """Return how long an entry could be on its way at ``at_ms`` without being called late."""
        first = next(iter(self.tolerances_at(at_ms)), None)
        return 0 if first is None or first.max_age_s is None else first.max_age_s * SECOND_MS


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the question is asked about: whole histories, and the decisions in ``[since_ms, until_ms)``."""

    ground: Ground
    crossings: Mapping[str, Sequence[Recorded]]
    """By crossing, from its first event on."""
    gate: Sequence[Recorded]
    words: Sequence[Word]
    said: Sequence[Said]
    """Our messages of that time that count, in the order of lanes and epochs."""
    lost: Sequence[Said]
    """Our messages of that time that a restore cut off from our logs, before they were said again."""
    since_ms: int
    until_ms: int


def reconcile(case: Case) -> tuple[Row, ...]:
    """Return the decisions that rested on stale knowledge, in the order of the ledger; none when none did."""
    looking = _Looking(case)
    rows = [row for crossing in case.crossings for row in looking.rows(crossing)]
    return tuple(sorted(rows, key=lambda row: row.position))


@dataclass(frozen=True, slots=True)
class _Decision:
    """A decision with the crossing as it stood before it, and the order that would make it again."""

    crossing: Crossing
    recorded: Recorded
    order: Order
    duty: Duty


class _Looking:
    """Looks at one decision after the other; reads nothing but its case."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._ground = case.ground
        self._gates = list(_gates(case.gate))
        self._about: dict[str, list[Word]] = {}
        for word in sorted(case.words, key=lambda word: (word.log, word.index)):
            self._about.setdefault(word.subject, []).append(word)

    def rows(self, crossing: str) -> Iterator[Row]:
        """Yield the rows of one crossing."""
        for decision in _decisions(crossing, self._case.crossings[crossing]):
            if self._case.since_ms <= decision.recorded.recorded_at_ms < self._case.until_ms:
                row = self._row(decision)
                if row is not None:
                    yield row

    def _row(self, decision: _Decision) -> Row | None:
        recorded, event = decision.recorded, decision.recorded.event
        rested = event.rested if isinstance(event, ev.VehicleDeparted) else None
        unknown = tuple(self._unknown(decision))
        hindsight, reasons = self._judge(decision, unknown)
        on_stale_word = rested is not None and rested.clause not in self._ground.fresh_at(recorded.recorded_at_ms)
        slack_ms = self._ground.fresh_ms_at(recorded.recorded_at_ms)
        late = any(word.arrived_at_ms - word.said_at_ms > slack_ms for word in unknown)
        if hindsight is Hindsight.SAME and not on_stale_word and not late:
            return None
        return Row(
            position=recorded.position,
            at_ms=event.at_ms,
            crossing=decision.crossing.id,
            decision=type(event).__name__,
            actor=recorded.actor,
            rested=rested,
            unknown=unknown,
            hindsight=hindsight,
            reasons=reasons,
        )

    def _unknown(self, decision: _Decision) -> Iterator[Word]:
        """Yield what the partner had said about the crossing, or about the gate, that had not come yet."""
        about = [*self._about.get(decision.crossing.id, ())]
        if isinstance(decision.order, cmd.Depart):
            partner = self._ground.plan.partner_of(self._ground.post)
            about += [word for word in self._about.get(partner, ()) if _bears_on(word, decision.crossing)]
        for word in about:
            asks = word.order is not None or not word.readable
            if asks and word.said_before(decision.recorded) and not word.known_to(decision.recorded):
                yield word

    def _judge(self, decision: _Decision, unknown: Sequence[Word]) -> tuple[Hindsight, tuple[Finding, ...]]:
        gate = self._gate_before(decision.recorded.position)
        again = self._decided(decision, decision.crossing, gate)
        if isinstance(again, Refusal):
            return Hindsight.UNCLEAR, (say.NOT_DECIDABLE_AGAIN.at("decision"), *again.findings)
        if not unknown:
            return Hindsight.SAME, ()
        crossing, gate = self._informed(decision, gate, unknown)
        anew = self._decided(decision, crossing, gate)
        if isinstance(anew, Refusal):
            return Hindsight.DIFFERENT, anew.findings
        withheld = tuple(
            say.WORD_UNREADABLE.at(f"{word.log}/{word.index}", type=word.type) for word in unknown if not word.readable
        )
        if withheld:
            return Hindsight.UNCLEAR, withheld
        reopened = tuple(_reopened(decision, unknown))
        return (Hindsight.OPEN, reopened) if reopened else (Hindsight.SAME, ())

    def _informed(self, decision: _Decision, gate: Gate, unknown: Sequence[Word]) -> tuple[Crossing, Gate]:
        """Return crossing and gate as they would have stood with the ``unknown`` words; what would not fit is left out."""
        crossing = decision.crossing
        for word in unknown:
            if isinstance(word.order, cmd.PartnerCommand):
                context = self._context(decision, crossing, gate, duty=Duty.PARTNER)
                events = decide(crossing, word.order, context)
                for event in () if isinstance(events, Refusal) else events:
                    crossing = apply(crossing, event, crossing.id)
            elif word.order is not None:
                ground = self._ground
                heard = GateContext(
                    ground.plan, ground.post, decision.recorded.recorded_at_ms, actor=Duty.PARTNER.value
                )
                told = gate_rules.decide(gate, word.order, heard)
                for each in () if isinstance(told, Refusal) else told:
                    gate = gate.apply(each)
        return crossing, gate

    def _decided(self, decision: _Decision, crossing: Crossing, gate: Gate) -> tuple[ev.CrossingEvent, ...] | Refusal:
        return decide(crossing, decision.order, self._context(decision, crossing, gate, duty=decision.duty))

    def _context(self, decision: _Decision, crossing: Crossing, gate: Gate, *, duty: Duty) -> Context:
        ground, recorded, order = self._ground, decision.recorded, decision.order
        # Acts that a restore lost were given again: they were decided as of when they were done.
        lost = gate.recovery
        now_ms = recorded.recorded_at_ms
        if lost is not None:
            now_ms = max(lost.lost_from_ms, min(recorded.event.at_ms, now_ms))
        rested = recorded.event.rested if isinstance(recorded.event, ev.VehicleDeparted) else Rested(clause="")
        lane = None
        if isinstance(order, cmd.Depart):
            lane = lane_view(
                ground.plan,
                gate,
                order.lane,
                direction=crossing.direction,
                now_ms=now_ms,
                commodity=crossing.declaration.commodity(),
            )
        return Context(
            plan=ground.plan,
            post=ground.post,
            now_ms=now_ms,
            actor=recorded.actor,
            duty=duty,
            crossing_id=crossing.id,
            lane=lane,
            partner=PartnerWord(mode=ground.mode, age_s=rested.age_s, size=rested.size),
            tolerances=ground.tolerances_at(now_ms),
            recovering=lost is not None,
        )

    def _gate_before(self, position: int) -> Gate:
        at = bisect_left(self._gates, position, key=lambda each: each[0])
        return self._gates[at - 1][1] if at else Gate()


def _gates(history: Iterable[Recorded]) -> Iterator[tuple[int, Gate]]:
    """Yield the gate after each of its events, with the event's position."""
    gate = Gate()
    for recorded in history:
        if isinstance(recorded.event, GateEvent):
            gate = gate.apply(recorded.event)
            yield recorded.position, gate


def _decisions(crossing_id: str, history: Sequence[Recorded]) -> Iterator[_Decision]:
    """Yield the decisions of this post about one crossing, each with the crossing as it stood before the command."""
    crossing: Crossing | None = None
    for _, group in groupby(history, key=lambda recorded: (recorded.command_id, recorded.recorded_at_ms)):
        before = crossing
        for recorded in group:
            if not isinstance(recorded.event, ev.CrossingEvent):
                continue
            made = None if before is None else _order(crossing_id, recorded.event)
            if made is not None and before is not None:
                yield _Decision(before, recorded, *made)
            crossing = apply(crossing, recorded.event, crossing_id)


def _order(crossing: str, event: ev.CrossingEvent) -> tuple[Order, Duty] | None:
    """Return the order that ``event`` answered and a duty that may give it; None for what is no decision."""
    at_ms = event.at_ms
    match event:
        case ev.VehicleDeparted(lane=lane, seen=seen, rested=rested):
            order = cmd.Depart(crossing=crossing, lane=lane, seen=seen, confirmed_by=rested.officer, at_ms=at_ms)
            return order, Duty.YARD
        case ev.ArrivalAccepted():
            return cmd.AcceptArrival(crossing=crossing, at_ms=at_ms), Duty.GATE_BOARD
        case ev.ArrivalDeclined(reasons=reasons):
            return cmd.DeclineArrival(crossing=crossing, reasons=reasons, at_ms=at_ms), Duty.GATE_BOARD
        case ev.HandoverConfirmed(station=station, seen=seen, condition=condition):
            handover = cmd.ConfirmHandover(
                crossing=crossing, station=station, seen=seen, condition=condition, at_ms=at_ms
            )
            return handover, Duty.YARD
        case ev.AgencyDecided(duty=duty, decision=said):
            verdict = cmd.Decide(
                crossing=crossing,
                verdict=said.verdict,
                reasons=said.reasons,
                evidence=said.evidence,
                source=said.source,
                at_ms=at_ms,
            )
            return verdict, duty
        case ev.CrossingReleased():
            return cmd.Release(crossing=crossing, at_ms=at_ms), Duty.CUSTOMS
        case ev.CrossingRefused(cause=cause, onward=onward, duty=duty):
            return cmd.RefuseCrossing(crossing=crossing, cause=cause, onward=onward, at_ms=at_ms), duty
        case _:
            return None


def _bears_on(word: Word, crossing: Crossing) -> bool:
    """Tell whether a word about the gate is about the way of ``crossing``; a quota holds back calls, no departure."""
    order = word.order
    if isinstance(order, gate_commands.RecordPartnerStop | gate_commands.RecordPartnerReopening):
        return order.direction is crossing.direction and order.route in ("", crossing.route)
    return order is None


def _reopened(decision: _Decision, unknown: Sequence[Word]) -> Iterator[Finding]:
    """Yield a finding for each field that the decision relied on and the partner had corrected."""
    event = decision.recorded.event
    relied_on: tuple[str, ...] = ()
    if isinstance(event, ev.AgencyDecided):
        relied_on = event.decision.relied_on
    elif isinstance(event, ev.CrossingReleased):
        relied_on = event.paths
    for word in unknown:
        if isinstance(word.order, cmd.RecordPartnerCorrection):
            path = word.order.path
            if any(touches(pattern, path) for pattern in relied_on):
                yield say.FIELD_CORRECTED_BEFORE.at(path, field=path)


# --- after a restore -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reissued:
    """A message that stands in two epochs: it was said again after a restore, and is the same message."""

    first: Said
    again: Said


def forgotten(case: Case) -> tuple[Said, ...]:
    """Return the messages that the partner can hold us to and that no entry of our ledger causes any more."""
    histories = (*case.crossings.values(), case.gate)
    explained = {one.told.id for history in histories for one in history if one.told is not None}
    return tuple(one for one in case.said if one.id not in explained)


def reissued(case: Case) -> tuple[Reissued, ...]:
    """Return each message that was said again, with its first place."""
    first: dict[str, Said] = {}
    found: list[Reissued] = []
    for one in case.lost:
        first.setdefault(one.id, one)
    for one in case.said:
        known = first.setdefault(one.id, one)
        if known is not one:
            found.append(Reissued(known, one))
    return tuple(found)
