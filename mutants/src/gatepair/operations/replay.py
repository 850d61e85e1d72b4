"""The verifier's replay: public records folded through the post's own queue, each held against the rule."""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Finding
from gatepair.base.time import MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import Binding, PlaceFacts, Seen
from gatepair.operations import events as gate_ev
from gatepair.operations import findings as say
from gatepair.operations.gate import Gate
from gatepair.operations.lanes import line_view
from gatepair.operations.public_order import Record, RecordKind
from gatepair.operations.queue import WAITING_STATES, Place, PlaceState, QueueBook
from gatepair.operations.rule import class_key, grace_ms
from gatepair.plan.model import Direction, Plan
from gatepair.plan.rules import callable_now, priority_rank

BACKDATED_MS_MAX: Final = 15 * MINUTE_MS
"""How long after the fact a place may be recorded, since waiting time counts from it: a shift on paper is not."""
AHEAD_MS_MAX: Final = 2 * MINUTE_MS
"""How far a stated time may lie ahead of the recording clock."""
CAUSES: Final = frozenset({"rebound", "missed", "cancelled", "diverted", "departed", "closed", "refused"})
"""Why a place may end."""
GATE_KINDS: Final = frozenset(
    {
        RecordKind.STOPPED,
        RecordKind.REOPENED,
        RecordKind.QUOTA,
        RecordKind.HOURS,
        RecordKind.LIMITED,
        RecordKind.TURNING,
        RecordKind.TURNED,
        RecordKind.RESTORED,
        RecordKind.RECOVERED,
    }
)
"""Records about the gate and not about a place."""
NOBODY: Final = Binding(tractor="XXX")
"""Stands for the vehicle in folded events: the public order does not know it."""


class Replay:
    """The state of the order after some records; :meth:`take` gives what is wrong with the next one."""

    def __init__(self, plan: Plan, post: str, direction: Direction) -> None:
        """Begin before the first record of ``direction`` at its exit ``post``."""
        self.plan = plan
        self.rule = plan.queues[post]
        self.direction = direction
        self.book = QueueBook(self.rule, direction)
        self.gate = Gate()
        self.places = 0
        self.calls = 0
        self.moves = 0
        self._index = 0
        self._recorded_ms = 0

    def take(self, record: Record) -> list[Finding]:
        """Fold ``record`` and return what is wrong with it. It is folded even when wrong, so that one fault is one finding."""
        findings = self._sequence(record)
        match record.kind:
            case kind if kind in GATE_KINDS:
                self._gate(record)
            case RecordKind.TAKEN:
                findings += self._taken(record)
            case _:
                place = self.book.by_number(record.number)
                if place is None:
                    what = record.kind.value
                    return [
                        *findings,
                        say.ORDER_NO_PLACE.at(_path(record), index=record.index, what=what, number=record.number),
                    ]
                findings += self._held_against(record, place)
        return findings

    def _held_against(self, record: Record, place: Place) -> list[Finding]:
        match record.kind:
            case RecordKind.FACTS:
                return self._facts(record, place)
            case RecordKind.SLOT:
                return self._slot(record, place)
            case RecordKind.BUFFER:
                return self._buffer(record, place)
            case RecordKind.CALLED:
                return self._called(record, place)
            case RecordKind.MISSED:
                return self._missed(record, place)
            case RecordKind.MOVED:
                return self._moved(record, place)
            case RecordKind.REBOUND:
                return self._rebound(record, place)
            case RecordKind.ARRIVED:
                return self._arrived(record, place)
            case _:
                return self._left(record, place)

    def _sequence(self, record: Record) -> list[Finding]:
        findings = []
        if record.index != self._index:
            findings.append(say.ORDER_GAP.at(_path(record), expected=self._index, found=record.index))
        late = record.kind is RecordKind.TAKEN and record.at_ms < self._earliest_ms(record)
        ahead = record.at_ms > record.recorded_ms + AHEAD_MS_MAX
        if record.recorded_ms < self._recorded_ms or late or ahead:
            findings.append(say.ORDER_TIME.at(_path(record), index=record.index))
        self._index = record.index + 1
        self._recorded_ms = max(self._recorded_ms, record.recorded_ms)
        return findings

    def _earliest_ms(self, record: Record) -> int:
        """Return since when a place may be counted; what a restore lost is recorded again with its own times."""
        recovery = self.gate.recovery
        since_ms = record.recorded_ms if recovery is None else min(record.recorded_ms, recovery.lost_from_ms)
        return since_ms - BACKDATED_MS_MAX

    # --- places ---------------------------------------------------------------------------

    def _taken(self, record: Record) -> list[Finding]:
        findings = []
        number, expected = record.number, self.book.next_number
        if number < expected:
            return [say.ORDER_NUMBER_REUSED.at(_path(record), number=number)]
        findings += [
            say.ORDER_NUMBER_GAP.at(_path(record), missing=missing, number=number)
            for missing in range(expected, min(number, expected + 10))
        ]
        if record.facts is None or not record.binding:
            return [*findings, say.ORDER_NO_PLACE.at(_path(record), index=record.index, what="taken", number=number)]
        self.places += 1
        crossing = str(number)
        if record.not_before_ms:
            self.book.apply(
                crossing,
                ev.SlotBooked(at_ms=record.at_ms, start_ms=record.not_before_ms, until_ms=record.not_before_ms),
            )
        self.book.apply(
            crossing,
            ev.PlaceTaken(
                at_ms=record.at_ms,
                number=number,
                facts=record.facts,
                binding_digest=record.binding,
                yard=record.yard,
            ),
        )
        return findings + self._classed(record, record.facts)

    def _classed(self, record: Record, facts: PlaceFacts) -> list[Finding]:
        expected = class_key(self.rule, priority_rank(self.rule, facts))
        if record.class_key == expected:
            return []
        return [
            say.ORDER_CLASS_FORGED.at(_path(record), number=record.number, found=record.class_key, expected=expected)
        ]

    def _facts(self, record: Record, place: Place) -> list[Finding]:
        facts = record.facts or place.facts
        self._fold(place, ev.PlaceFactsChanged(at_ms=record.at_ms, number=place.number, facts=facts))
        return self._classed(record, facts)

    def _slot(self, record: Record, place: Place) -> list[Finding]:
        start_ms = record.not_before_ms
        self._fold(place, ev.SlotBooked(at_ms=record.at_ms, start_ms=start_ms, until_ms=start_ms))
        return []

    def _buffer(self, record: Record, place: Place) -> list[Finding]:
        self._fold(place, ev.HeldAtBuffer(at_ms=record.at_ms, number=place.number, yard=record.yard))
        return []

    # --- calls ----------------------------------------------------------------------------

    def _called(self, record: Record, place: Place) -> list[Finding]:
        self.calls += 1
        findings = self._due(record, place)
        given_ms = record.until_ms - record.at_ms
        if given_ms < grace_ms(self.rule):
            findings.append(
                say.ORDER_GRACE_SHORT.at(
                    _path(record),
                    number=place.number,
                    given_min=given_ms // MINUTE_MS,
                    grace_min=self.rule.grace_min,
                )
            )
        self._fold(place, ev.PlaceCalled(at_ms=record.at_ms, number=place.number, until_ms=record.until_ms))
        return findings

    def _due(self, record: Record, place: Place) -> list[Finding]:
        """Return why this call is not the one that the rule asks for, nothing when it is."""
        now_ms = record.at_ms
        view = line_view(self.plan, self.gate, place.line, direction=self.direction, now_ms=now_ms)
        best = next(self.book.callable(place.line, now_ms, only=view.only), None) if view.open else None
        if best is not None and best.number == place.number:
            return []
        why = self.why_not(place, now_ms) or view.why
        if not why and view.only is not None and place.facts.commodity not in view.only:
            why = "stopped" if self.gate.standing(self.direction, place.facts.route) else "not_this_commodity"
        if why:
            return [say.ORDER_CALL_NOT_DUE.at(_path(record), number=place.number, why=why)]
        expected = best.number if best is not None else 0
        return [say.ORDER_CALL_UNEXPLAINED.at(_path(record), number=place.number, expected=expected)]

    def why_not(self, place: Place, now_ms: int) -> str:
        """Return the code of what keeps the place itself from being called now, empty when nothing does."""
        if place.state not in WAITING_STATES:
            return place.state.value
        if not callable_now(self.rule, place.facts):
            return "no_test_paper"
        if place.not_before_ms > now_ms:
            return "standby" if place.state is PlaceState.STANDBY else "before_its_slot"
        return ""

    def _missed(self, record: Record, place: Place) -> list[Finding]:
        findings = self._miss(record, place)
        self._fold(place, ev.CallMissed(at_ms=record.at_ms, number=place.number, misses=place.misses + 1))
        return findings

    def _miss(self, record: Record, place: Place) -> list[Finding]:
        stopped = self.book.stopped(place.facts.route)
        if place.state is PlaceState.CALLED and record.at_ms > self.book.deadline_ms(place) and not stopped:
            return []
        return [say.ORDER_MISS_EARLY.at(_path(record), number=place.number)]

    def _arrived(self, record: Record, place: Place) -> list[Finding]:
        findings = []
        if place.state is not PlaceState.CALLED:
            findings.append(say.ORDER_NOT_CALLED.at(_path(record), number=place.number))
        if record.binding != place.binding_digest:
            findings.append(say.ORDER_SWAPPED.at(_path(record), number=place.number))
        self._fold(place, ev.VehicleArrived(at_ms=record.at_ms, station="gate", seen=Seen(tractor=NOBODY.tractor)))
        return findings

    def _left(self, record: Record, place: Place) -> list[Finding]:
        findings = []
        match record.code:
            case "departed" if place.state is not PlaceState.INSIDE:
                findings.append(say.ORDER_NOT_ARRIVED.at(_path(record), number=place.number))
            case "missed":
                findings += self._miss(record, place)
                if place.misses + 1 <= self.rule.recalls:
                    findings.append(
                        say.ORDER_LOST_EARLY.at(
                            _path(record), number=place.number, misses=place.misses + 1, recalls=self.rule.recalls
                        )
                    )
            case cause if cause not in CAUSES:
                findings.append(say.ORDER_CAUSE_UNKNOWN.at(_path(record), number=place.number, cause=cause))
            case _:
                pass
        self._fold(place, ev.PlaceLost(at_ms=record.at_ms, number=place.number, cause=record.code))
        return findings

    # --- by hand --------------------------------------------------------------------------

    def _moved(self, record: Record, place: Place) -> list[Finding]:
        self.moves += 1
        moved = ev.PlaceMoved(at_ms=record.at_ms, number=place.number, code=record.code, reason="", actor=record.staff)
        self._fold(place, moved)
        return self._by_hand(record, place)

    def _rebound(self, record: Record, place: Place) -> list[Finding]:
        self._fold(
            place,
            ev.BindingChanged(
                at_ms=record.at_ms,
                old=NOBODY,
                new=NOBODY,
                reason="",
                keeps_place=True,
                binding_digest=record.binding,
            ),
        )
        return self._by_hand(record, place)

    def _by_hand(self, record: Record, place: Place) -> list[Finding]:
        findings = []
        if not record.code:
            findings.append(say.ORDER_MOVE_WITHOUT_CODE.at(_path(record), number=place.number))
        elif record.code not in self.rule.move_codes:
            findings.append(say.ORDER_MOVE_CODE_UNKNOWN.at(_path(record), number=place.number, code=record.code))
        if not record.staff:
            findings.append(say.ORDER_MOVE_WITHOUT_PERSON.at(_path(record), number=place.number))
        return findings

    # --- the gate -------------------------------------------------------------------------

    def _gate(self, record: Record) -> None:
        event = self._gate_event(record)
        if event is not None:
            self.gate = self.gate.apply(event)
            self.book.apply_gate(event)

    def _gate_event(self, record: Record) -> gate_ev.GateEvent | None:
        match record.kind:
            case RecordKind.STOPPED:
                return gate_ev.IntakeStopped(
                    at_ms=record.at_ms,
                    direction=self.direction,
                    reason=record.code,
                    actor="",
                    route=record.route,
                    allows=record.allows,
                    by_partner=record.by_partner,
                )
            case RecordKind.REOPENED:
                return gate_ev.IntakeReopened(
                    at_ms=record.at_ms,
                    direction=self.direction,
                    actor="",
                    route=record.route,
                    by_partner=record.by_partner,
                )
            case RecordKind.TURNING if record.towards is not None:
                # When it will be clear is not public and decides nothing here: the turned lane has its own record.
                return gate_ev.LaneTurnBegun(
                    at_ms=record.at_ms, lane=record.lane, direction=record.towards, clear_at_ms=0, actor=""
                )
            case RecordKind.TURNED if record.towards is not None:
                return gate_ev.LaneTurned(at_ms=record.at_ms, lane=record.lane, direction=record.towards)
            case RecordKind.HOURS:
                return gate_ev.HoursAgreed(
                    at_ms=record.at_ms,
                    calendar=record.calendar,
                    date=record.date,
                    start=record.start,
                    until=record.until,
                    actor="",
                    only=record.allows,
                )
            case RecordKind.LIMITED:
                return gate_ev.HoursAnnounced(
                    at_ms=record.at_ms,
                    calendar=record.calendar,
                    date=record.date,
                    start=record.start,
                    until=record.until,
                    actor="",
                    only=record.allows,
                    by_partner=record.by_partner,
                )
            case RecordKind.RESTORED:
                return gate_ev.RecoveryBegun(at_ms=record.at_ms, position=0, lost_from_ms=record.lost_from_ms, actor="")
            case RecordKind.RECOVERED:
                return gate_ev.RecoveryFinished(at_ms=record.at_ms, actor="")
            case _:
                return None

    def _fold(self, place: Place, event: ev.CrossingEvent) -> None:
        self.book.apply(place.crossing, event)


def _path(record: Record) -> str:
    return f"records.{record.index}"
