"""Where one crossing is and why: its steps in order, what the next ones wait for, who must act, what stopped it.

Pure: made from the crossing, its timeline and what stands around it.  The words are the reader's affair; here
each wait is a code with the one who must act, so that a page, a message or a program says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from gatepair.base.duties import Duty
from gatepair.base.findings import Finding
from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing.model import LoadUnit, Stage, Verdict
from gatepair.crossing.state import Crossing, Refused
from gatepair.insight.timeline import Step, Timeline
from gatepair.operations.events import IntakeStopped
from gatepair.plan.model import Plan, Role
from gatepair.plan.rules import stay_ms


class Rung(StrEnum):
    """A step as people see it, in the order of the way."""

    DECLARED = "declared"
    ACCEPTED = "accepted"
    """The other side said that it may come."""
    PLACE = "place"
    CALL = "call"
    ARRIVAL = "arrival"
    CHECK = "check"
    """One agency's own decision; there is one rung for each agency that the plan asks."""
    RELEASE = "release"
    DEPARTURE = "departure"
    RECEIPT = "receipt"
    """The other side has it."""
    INLAND = "inland"
    """The goods left the gate on the side where they came in."""


class State(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    """It is its turn."""
    STOPPED = "stopped"
    """It is held up by something that somebody must mend."""
    AHEAD = "ahead"
    NEVER = "never"
    """The crossing ended before it."""


class Who(StrEnum):
    """Who must act next."""

    TRADER = "trader"
    DRIVER = "driver"
    YARD = "yard"
    GATE_BOARD = "gate_board"
    BORDER_GUARD = "border_guard"
    HEALTH = "health"
    QUARANTINE = "quarantine"
    CUSTOMS = "customs"
    LABORATORY = "laboratory"
    COMMAND_CENTRE = "command_centre"
    PARTNER = "partner"
    RULE = "rule"
    """Nobody: the published rule or the clock brings it."""


class Cause(StrEnum):
    """What a step waits for, or what stopped it."""

    PLACE_WANTED = "place_wanted"
    PLACE_LOST = "place_lost"
    PAPER_WANTED = "paper_wanted"
    WINDOW = "window"
    STANDBY = "standby"
    IN_ORDER = "in_order"
    STOPPED = "stopped"
    STOPPED_THERE = "stopped_there"
    OUT_OF_HOURS = "out_of_hours"
    GOODS_BARRED = "goods_barred"
    OTHER_WAY = "other_way"
    """A tidal lane runs the other way, or is being turned."""
    COME = "come"
    EXPECTED = "expected"
    """No call is needed: it may come."""
    AGENCY = "agency"
    HELD = "held"
    REFUSED = "refused"
    LACKING = "lacking"
    """What release lacks besides the agencies' words; :attr:`Wait.finding` says it."""
    CUSTOMS_NEXT = "customs_next"
    SEND_OVER = "send_over"
    ACCEPTANCE = "acceptance"
    DECLINED = "declined"
    HELD_THERE = "held_there"
    ON_THE_LINE = "on_the_line"
    DISPUTED = "disputed"
    GOODS_REFUSED = "goods_refused"
    EXIT_NEXT = "exit_next"


MENDED_BY: Final[Mapping[str, Who]] = {
    "crossing.fee_missing": Who.GATE_BOARD,
    "crossing.fee_unpaid": Who.TRADER,
    "crossing.sample_open": Who.LABORATORY,
}
"""Who acts on what release lacks; customs on all else."""
STOPPING: Final = frozenset(
    {
        Cause.PLACE_LOST, Cause.PAPER_WANTED, Cause.STANDBY, Cause.STOPPED, Cause.STOPPED_THERE, Cause.GOODS_BARRED,
        Cause.HELD, Cause.REFUSED, Cause.DECLINED, Cause.HELD_THERE, Cause.DISPUTED, Cause.GOODS_REFUSED,
    }
)  # fmt: skip
"""Causes that hold a step up until somebody mends something; the others are its ordinary turn."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that a step waits for; ``until_ms`` is when it should be over, as far as anybody said."""

    cause: Cause
    who: Who
    params: Mapping[str, Any] = field(default_factory=dict)
    until_ms: int | None = None
    finding: Finding | None = None

    @property
    def stops(self) -> bool:
        """Tell whether this is more than an ordinary turn."""
        if self.finding is not None:
            return self.finding.code in {"crossing.inspection_failed", "crossing.sample_failed", "crossing.fee_unpaid"}
        return self.cause in STOPPING

    def to_wire(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "cause": self.cause.value,
            "who": self.who.value,
            "params": dict(self.params),
            "until_ms": self.until_ms,
            "stops": self.stops,
            "finding": None if self.finding is None else self.finding.to_wire(),
        }


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step of the ladder."""

    rung: Rung
    state: State
    at_ms: int | None = None
    duty: Duty | None = None
    """Whose decision it is."""
    waits: tuple[Wait, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "rung": self.rung.value,
            "state": self.state.value,
            "at_ms": self.at_ms,
            "duty": "" if self.duty is None else self.duty.value,
            "waits": [wait.to_wire() for wait in self.waits],
        }


@dataclass(frozen=True, slots=True)
class Ended:
    """How a crossing ended before its way was done: the code of its end, and what was said about it."""

    outcome: str
    at_ms: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the crossing at this post, besides the crossing itself."""

    now_ms: int
    alone: bool
    queues: bool
    """Whether the vehicle is called from the queue before it may come."""
    required: tuple[Duty, ...]
    """Whose decision customs' release rests on."""
    lacking: tuple[Finding, ...] = ()
    """What release lacks besides those decisions."""
    papers_there: bool = True
    """Whether the rule would call the place as far as papers go."""
    recalls: int = 0
    ahead: int | None = None
    """Vehicles before it in its line; None when it does not wait there."""
    not_before_ms: int = 0
    """The queue does not call it before: its window, or its rest after a missed call."""
    stops: tuple[IntakeStopped, ...] = ()
    """Stops that keep this vehicle's goods from its road."""
    shut: str = ""
    """Why the lanes of its line are closed now, as :class:`gatepair.operations.lanes.LineView` says it."""
    opens_ms: int | None = None
    place_lost: str = ""
    """Why its last place was lost."""
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class StayClock:
    """A clock that runs for the vehicle: ``hours`` is its length, ``there`` whether it runs at the other side."""

    kind: str
    hours: int
    until_ms: int
    state: str
    """``runs``, ``warns`` or ``over``."""
    there: bool

    def left_s(self, now_ms: int) -> int:
        """Return the seconds that are left; negative when it has run out."""
        return (self.until_ms - now_ms) // SECOND_MS


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a crossing; ``lead`` is the one wait that matters most to its trader now."""

    steps: tuple[Stepped, ...]
    ended: Ended | None

    @property
    def lead(self) -> Wait | None:
        """Return what the trader should know first: what waits for the trader, else what stops it, else the next turn."""
        live = [wait for step in self.steps if step.state in (State.NOW, State.STOPPED) for wait in step.waits]
        mine = [wait for wait in live if wait.who in (Who.TRADER, Who.DRIVER)]
        stopping = [wait for wait in live if wait.stops]
        # The other side's acceptance runs beside the way here: it leads only where nothing else waits.
        turns = [wait for wait in live if wait.cause is not Cause.ACCEPTANCE]
        return next(iter([*mine, *stopping, *turns, *live]), None)

    def to_wire(self) -> dict[str, Any]:
        """Return plain values."""
        lead, ended = self.lead, self.ended
        return {
            "steps": [step.to_wire() for step in self.steps],
            "lead": None if lead is None else lead.to_wire(),
            "ended": None if ended is None else {"outcome": ended.outcome, "at_ms": ended.at_ms, "said": ended.said},
        }


def ladder(crossing: Crossing, timeline: Timeline, around: Around) -> Ladder:
    """Return the steps of ``crossing`` from declaring to the other side's receipt, or inland where it came in."""
    rows = _exit_rows if crossing.role is Role.EXIT else _entry_rows
    steps = tuple(_settled(row, around) for row in rows(crossing, timeline, around))
    return Ladder(steps, around.ended)


@dataclass(frozen=True, slots=True)
class _Row:
    rung: Rung
    at_ms: int | None
    turn: bool
    """Whether it is this step's turn."""
    waits: tuple[Wait, ...] = ()
    duty: Duty | None = None


def _settled(row: _Row, around: Around) -> Stepped:
    """Return the step of ``row``: what is done waits for nothing, and nothing waits after the end."""
    if row.at_ms is not None and not any(wait.stops for wait in row.waits):
        return Stepped(row.rung, State.DONE, row.at_ms, row.duty)
    if around.ended is not None:
        return Stepped(row.rung, State.NEVER, None, row.duty)
    if any(wait.stops for wait in row.waits):
        return Stepped(row.rung, State.STOPPED, row.at_ms, row.duty, row.waits)
    if row.turn:
        return Stepped(row.rung, State.NOW, None, row.duty, row.waits)
    return Stepped(row.rung, State.AHEAD, None, row.duty)


# --- the post where it leaves ---------------------------------------------------------------


def _exit_rows(crossing: Crossing, timeline: Timeline, around: Around) -> Iterator[_Row]:
    stage, left = crossing.stage, crossing.departure
    before = left is None
    yield _Row(Rung.DECLARED, timeline.at(Step.DECLARED), turn=False)
    if not around.alone:
        accepted = crossing.partner_accepted_at_ms or crossing.partner_received_at_ms
        yield _Row(Rung.ACCEPTED, accepted, before, tuple(_acceptance(crossing)))
    if around.queues:
        yield from _queue_rows(crossing, timeline, around)
    here = stage is Stage.ARRIVED
    arrived = crossing.arrived_at_ms
    coming = stage is Stage.CALLED or (not around.queues and stage is Stage.DECLARED)
    yield _Row(Rung.ARRIVAL, arrived, coming, tuple(_arrival(crossing, around)))
    yield from _check_rows(crossing, around, here=here)
    departed = left.at_ms if left is not None else None
    go = tuple(_departure(crossing, around)) if before and crossing.released and here else ()
    yield _Row(Rung.DEPARTURE, departed, here and crossing.released, go)
    if not around.alone:
        yield _Row(Rung.RECEIPT, crossing.partner_received_at_ms, not before, tuple(_receipt(crossing)))
        yield _Row(Rung.INLAND, crossing.partner_closed_at_ms, crossing.partner_received_at_ms is not None)


def _acceptance(crossing: Crossing) -> Iterator[Wait]:
    if crossing.partner_declined and crossing.partner_accepted_at_ms is None:
        reasons = [reason.code for reason in crossing.partner_declined]
        yield Wait(Cause.DECLINED, Who.TRADER, {"reasons": reasons})
    elif crossing.partner_accepted_at_ms is None:
        yield Wait(Cause.ACCEPTANCE, Who.PARTNER)


def _queue_rows(crossing: Crossing, timeline: Timeline, around: Around) -> Iterator[_Row]:
    place, stage = crossing.place, crossing.stage
    past = crossing.arrived_at_ms is not None or crossing.departure is not None
    taken = place.taken_at_ms if place is not None else timeline.at(Step.PLACED) if past else None
    yield _Row(Rung.PLACE, taken, stage is Stage.DECLARED, tuple(_place(crossing, around)) if taken is None else ())
    called = timeline.at(Step.CALLED) if past or stage is Stage.CALLED else None
    waits = tuple(_call(crossing, around)) if stage in (Stage.QUEUED, Stage.DECLARED) else ()
    yield _Row(Rung.CALL, called, stage is Stage.QUEUED, waits)


def _place(crossing: Crossing, around: Around) -> Iterator[Wait]:
    if around.place_lost:
        yield Wait(Cause.PLACE_LOST, Who.DRIVER, {"why": around.place_lost})
    elif crossing.stage is Stage.DECLARED:
        yield Wait(Cause.PLACE_WANTED, Who.DRIVER)


def _call(crossing: Crossing, around: Around) -> Iterator[Wait]:
    """What keeps a waiting place from being called, the trader's own part first."""
    place, slot = crossing.place, crossing.slot
    if not around.papers_there:
        yield Wait(Cause.PAPER_WANTED, Who.TRADER, {"commodity": crossing.declaration.commodity().value})
    if place is None:
        return
    yield from _shut(around)
    if place.misses and around.not_before_ms > around.now_ms:
        params = {"misses": place.misses, "recalls": around.recalls}
        yield Wait(Cause.STANDBY, Who.RULE, params, until_ms=around.not_before_ms)
    elif slot is not None and slot[0] > around.now_ms:
        yield Wait(Cause.WINDOW, Who.RULE, until_ms=slot[0])
    yield Wait(Cause.IN_ORDER, Who.RULE, {"number": place.number, "ahead": around.ahead})


def _shut(around: Around) -> Iterator[Wait]:
    """What stops the road itself: stops of either side, hours, goods that it does not take now."""
    for stop in around.stops:
        cause, who = (Cause.STOPPED_THERE, Who.PARTNER) if stop.by_partner else (Cause.STOPPED, Who.COMMAND_CENTRE)
        said = {"reason": stop.reason, "text": stop.text, "since_ms": stop.at_ms}
        yield Wait(cause, who, said, until_ms=stop.expected_end_ms)
    if around.shut == "closed":
        yield Wait(Cause.OUT_OF_HOURS, Who.RULE, until_ms=around.opens_ms)
    elif around.shut == "not_this_commodity":
        yield Wait(Cause.GOODS_BARRED, Who.RULE, until_ms=around.opens_ms)
    elif around.shut:
        yield Wait(Cause.OTHER_WAY, Who.COMMAND_CENTRE)


def _arrival(crossing: Crossing, around: Around) -> Iterator[Wait]:
    place = crossing.place
    if crossing.stage is Stage.CALLED and place is not None:
        yield Wait(Cause.COME, Who.DRIVER, {"acknowledged": place.acknowledged}, until_ms=place.called_until_ms)
    elif crossing.stage is Stage.DECLARED and not around.queues:
        yield Wait(Cause.EXPECTED, Who.DRIVER)


# --- the agencies and customs ---------------------------------------------------------------


def _check_rows(crossing: Crossing, around: Around, *, here: bool) -> Iterator[_Row]:
    others = tuple(duty for duty in crossing.decisions if duty not in around.required and duty is not Duty.CUSTOMS)
    for duty in (*around.required, *others):
        decision = crossing.decisions.get(duty)
        at_ms = decision.at_ms if decision is not None and decision.verdict is Verdict.CLEAR else None
        yield _Row(Rung.CHECK, at_ms, here, tuple(_agency(crossing, duty, here=here)), duty)
    released_ms = crossing.release.at_ms if crossing.release is not None else None
    yield _Row(Rung.RELEASE, released_ms, here, tuple(_release(crossing, around, here=here)))


def _agency(crossing: Crossing, duty: Duty, *, here: bool) -> Iterator[Wait]:
    decision = crossing.decisions.get(duty)
    if decision is not None and decision.verdict is not Verdict.CLEAR:
        cause = Cause.HELD if decision.verdict is Verdict.HOLD else Cause.REFUSED
        yield Wait(
            cause, Who(duty.value), {"duty": duty.value, "reasons": list(decision.reasons), "at_ms": decision.at_ms}
        )
    elif decision is None and here:
        yield Wait(Cause.AGENCY, Who(duty.value), {"duty": duty.value})


def _release(crossing: Crossing, around: Around, *, here: bool) -> Iterator[Wait]:
    if crossing.refused is not None and crossing.departure is None:
        yield _refused(crossing.refused, Who.YARD)
        return
    own = crossing.decisions.get(Duty.CUSTOMS)
    if own is not None and own.verdict is not Verdict.CLEAR:
        yield from _agency(crossing, Duty.CUSTOMS, here=here)
    if crossing.released or not here:
        return
    for finding in around.lacking:
        yield Wait(Cause.LACKING, MENDED_BY.get(finding.code, Who.CUSTOMS), finding=finding)
    if not around.lacking and all(duty in crossing.decisions for duty in around.required):
        yield Wait(Cause.CUSTOMS_NEXT, Who.CUSTOMS)


# --- over the line --------------------------------------------------------------------------


def _departure(crossing: Crossing, around: Around) -> Iterator[Wait]:
    yield from _shut(around)
    for duty, reasons in crossing.partner_holds.items():
        yield Wait(Cause.HELD_THERE, Who.PARTNER, {"duty": duty.value, "reasons": list(reasons)})
    yield Wait(Cause.SEND_OVER, Who.YARD)


def _receipt(crossing: Crossing) -> Iterator[Wait]:
    if crossing.partner_received_at_ms is not None or crossing.departure is None:
        return
    if crossing.dispute:
        yield Wait(Cause.DISPUTED, Who.PARTNER, {"reason": crossing.dispute})
    elif crossing.refused is not None:
        yield _refused(crossing.refused, Who.PARTNER)
    else:
        yield Wait(Cause.ON_THE_LINE, Who.PARTNER, {"since_ms": crossing.departure.at_ms})


def _refused(refused: Refused, who: Who) -> Wait:
    said = {"duty": refused.duty.value, "cause": refused.cause, "onward": refused.onward.value}
    return Wait(Cause.GOODS_REFUSED, who, said)


# --- the post where it comes in, working alone ----------------------------------------------


def _entry_rows(crossing: Crossing, timeline: Timeline, around: Around) -> Iterator[_Row]:
    here = crossing.stage is Stage.ARRIVED
    yield _Row(Rung.DECLARED, timeline.at(Step.ANNOUNCED), turn=False)
    came = crossing.received_at_ms or crossing.arrived_at_ms
    coming = crossing.stage in (Stage.DECLARED, Stage.ANNOUNCED)
    yield _Row(Rung.ARRIVAL, came, coming, (Wait(Cause.EXPECTED, Who.DRIVER),) if coming else ())
    yield from _check_rows(crossing, around, here=here)
    leaving = here and crossing.released
    yield _Row(Rung.INLAND, timeline.at(Step.GONE), leaving, (Wait(Cause.EXIT_NEXT, Who.YARD),) if leaving else ())


# --- the vehicle's stay ---------------------------------------------------------------------


def stay_clocks(crossing: Crossing, plan: Plan, now_ms: int) -> tuple[StayClock, ...]:
    """Return the clocks of the vehicle's stay: that of this post, or as the plan's hours give it for the other side.

    At the post where the vehicle left nobody says when its stay over there ends, so the clock is reckoned from the
    other side's receipt.  None for a container, whose carrier stays at home, and for a vehicle that came home.
    """
    stay = crossing.stay
    if stay is not None:
        if stay.ended_at_ms is not None:
            return ()
        hours = plan.stay.two_way_h if stay.clock == "two_way" else plan.stay.one_way_h
        return (_clock(plan, stay.clock, hours, until_ms=stay.until_ms, now_ms=now_ms, there=False),)
    received = crossing.partner_received_at_ms
    if received is None or crossing.return_of is not None or crossing.load is LoadUnit.CONTAINER or crossing.refused:
        return ()
    length_ms = stay_ms(plan, crossing.declaration.regime)
    kind = "two_way" if length_ms == plan.stay.two_way_h * HOUR_MS else "one_way"
    filing_ms = received + plan.stay.filing_h * HOUR_MS
    found = (
        _clock(plan, kind, length_ms // HOUR_MS, until_ms=received + length_ms, now_ms=now_ms, there=True),
        _clock(plan, "filing", plan.stay.filing_h, until_ms=filing_ms, now_ms=now_ms, there=True),
    )
    # Nobody tells this post that the vehicle left: after the longest clock there is nothing more to count.
    return found if now_ms < filing_ms else ()


def _clock(plan: Plan, kind: str, hours: int, *, until_ms: int, now_ms: int, there: bool) -> StayClock:
    warns = now_ms >= until_ms - plan.stay.warn_before_h * HOUR_MS
    state = "over" if now_ms >= until_ms else "warns" if warns else "runs"
    return StayClock(kind, hours, until_ms, state, there)
