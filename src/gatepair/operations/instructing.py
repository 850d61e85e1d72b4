"""What a driver is to do now: a pure function of his crossing, the gate and the plan.

At every moment a vehicle has exactly one instruction.  ``basis`` names what it rests on: an instruction
with another basis is another instruction, so that reading an old call never counts as reading a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gatepair.base.duties import Duty
from gatepair.crossing import findings as fi
from gatepair.crossing.context import Context
from gatepair.crossing.guards import obstacles, required_duties
from gatepair.crossing.model import Instruction, Stage, Verdict
from gatepair.crossing.queueing import needs_place
from gatepair.crossing.state import Crossing, call_basis
from gatepair.operations.capacity import Situation
from gatepair.operations.events import IntakeStopped
from gatepair.operations.lanes import lane_view, lanes_of, line_view
from gatepair.operations.rule import CallLine
from gatepair.plan.model import Role, Station, StationKind
from gatepair.plan.rules import callable_now, stations_of, visit_permille

PASSED: Final = frozenset({"delivered", "received", "departed"})
"""Outcomes of a crossing that is through."""

UNPAID: Final = frozenset({fi.FEE_MISSING.code, fi.FEE_UNPAID.code})
"""What only money keeps here."""


@dataclass(frozen=True, slots=True)
class Told:
    """One instruction: ``why`` a code, ``yard``, ``station`` and ``lanes`` keys of the plan.

    ``until_ms`` is the end of a call or the expected end of a stop, ``duty`` the agency that is waited for.
    """

    instruction: Instruction
    basis: str
    why: str = ""
    yard: str = ""
    station: str = ""
    lanes: tuple[str, ...] = ()
    until_ms: int | None = None
    duty: Duty | None = None


def instruct(crossing: Crossing, at: Situation, *, deadline_ms: int | None = None) -> Told:
    """Return what the driver of ``crossing`` is to do.

    ``deadline_ms`` is until when the queue lets a called vehicle come; absent means as the call said.
    """
    match crossing.stage:
        case Stage.ANNOUNCED | Stage.DECLARED if crossing.role is Role.ENTRY:
            return _towards_us(crossing, at)
        case Stage.DECLARED | Stage.ANNOUNCED:
            return _at_home(crossing, at)
        case Stage.QUEUED:
            return _waiting(crossing, at)
        case Stage.CALLED:
            return _called(crossing, at, deadline_ms)
        case Stage.ARRIVED:
            return _inside(crossing, at)
        case Stage.DEPARTED:
            return Told(Instruction.FOLLOW_OTHER_SIDE, "line", why=_disputed(crossing))
        case Stage.REFUSED:
            return Told(
                Instruction.TURNED_BACK, "refused", why=crossing.refused.onward.value if crossing.refused else ""
            )
        case Stage.CANCELLED:
            return Told(Instruction.DO_NOT_DEPART, "cancelled", why="cancelled")
        case Stage.RETURNED:
            return Told(Instruction.TURNED_BACK, "returned", why="returned")
        case Stage.CLOSED:
            through = crossing.outcome in PASSED
            return Told(
                Instruction.THROUGH if through else Instruction.TURNED_BACK,
                f"closed-{crossing.outcome}",
                why="" if through else crossing.outcome,
            )


def _disputed(crossing: Crossing) -> str:
    return "disputed" if crossing.dispute else ""


# --- before the gate ----------------------------------------------------------------------


def _at_home(crossing: Crossing, at: Situation) -> Told:
    if not needs_place(at.plan, at.post, crossing):
        return _stopped(crossing, at) or _to_barrier(crossing, at)
    why = "place_lost" if crossing.places_lost else "no_place"
    return Told(Instruction.DO_NOT_DEPART, f"place-{crossing.places_lost}", why=why)


def _waiting(crossing: Crossing, at: Situation) -> Told:
    place = crossing.place
    if place is None or place.yard:
        yard = "" if place is None else place.yard
        held = place is not None and place.held
        instruction = Instruction.HOLD_AT_BUFFER if held else Instruction.WAIT
        number, holds = (0, 0) if place is None else (place.number, place.holds)
        return Told(instruction, f"yard-{number}-{holds}", why=_delay(crossing, at), yard=yard)
    # Who waits at home does not set out towards a gate that stands still; the place goes on counting.
    return _stopped(crossing, at) or Told(
        Instruction.WAIT, f"place-{place.number}-{place.misses}", why=_delay(crossing, at)
    )


def _delay(crossing: Crossing, at: Situation) -> str:
    """Return why the place is not called meanwhile, empty when it simply waits for its turn."""
    place = crossing.place
    if place is not None and not callable_now(at.plan.queues[at.post], place.facts):
        return "not_tested"
    if _stop_of(crossing, at) is not None:
        return "stopped"
    if crossing.slot is not None and crossing.slot[0] > at.now_ms:
        return "slot"
    return "missed" if place is not None and place.misses else ""


def _called(crossing: Crossing, at: Situation, deadline_ms: int | None) -> Told:
    stopped = _stopped(crossing, at)
    if stopped is not None:
        return stopped
    place = crossing.place
    until_ms = deadline_ms if deadline_ms is not None or place is None else place.called_until_ms
    return Told(Instruction.COME_NOW, call_basis(place), station=_first(crossing, at), until_ms=until_ms)


def _stopped(crossing: Crossing, at: Situation) -> Told | None:
    """Return the order not to depart while a stop stands that this vehicle is not exempt from."""
    stop = _stop_of(crossing, at)
    if stop is None:
        return None
    return Told(Instruction.DO_NOT_DEPART, f"stop-{stop.at_ms}", why="stopped", until_ms=stop.expected_end_ms)


def _stop_of(crossing: Crossing, at: Situation) -> IntakeStopped | None:
    commodity = crossing.declaration.commodity()
    if at.gate.is_open(crossing.direction, crossing.route, commodity=commodity):
        return None
    return at.gate.standing(crossing.direction, crossing.route)[0]


def _to_barrier(crossing: Crossing, at: Situation) -> Told:
    """Without a queue the vehicle simply comes to the first station, when its lanes are open."""
    line = CallLine(crossing.route, crossing.lane_kind)
    view = line_view(at.plan, at.gate, line, direction=crossing.direction, now_ms=at.now_ms)
    if not view.open:
        return Told(Instruction.WAIT, f"lane-{view.why}", why=view.why)
    station = _first(crossing, at)
    return Told(Instruction.GO_TO_STATION, f"station-{station}"[:48], station=station)


def _towards_us(crossing: Crossing, at: Situation) -> Told:
    if crossing.declined:
        return Told(Instruction.DO_NOT_DEPART, "declined", why="declined")
    if crossing.partner_departure is None:
        return Told(Instruction.FOLLOW_OTHER_SIDE, "announced", why=_disputed(crossing))
    station = _first(crossing, at)
    return Told(Instruction.GO_TO_STATION, f"station-{station}"[:48], why=_disputed(crossing), station=station)


def _first(crossing: Crossing, at: Situation) -> str:
    return next((key for key, _ in stations_of(at.plan, at.post, crossing.role)), "")


# --- inside the gate ----------------------------------------------------------------------


def _inside(crossing: Crossing, at: Situation) -> Told:
    bay = next((one.bay for one in crossing.inspections if one.passed is None), "")
    if bay:
        return Told(Instruction.GO_TO_STATION, f"station-{bay}"[:48], why="inspection", station=bay)
    held = _held(crossing)
    if held is not None:
        return held
    lacking = {finding.code for finding in obstacles(crossing, _context(crossing, at))}
    if crossing.released and not lacking:
        return _leaving(crossing, at)
    key, duty = _next_station(crossing, at)
    if key:
        return Told(Instruction.GO_TO_STATION, f"station-{key}"[:48], station=key, duty=duty)
    if lacking and lacking <= UNPAID:
        return Told(Instruction.STAY, "fee", why="fee")
    waited = next(
        (
            one
            for one in required_duties(at.plan, at.post, crossing)
            if one not in crossing.decisions and one is not Duty.CUSTOMS
        ),
        Duty.CUSTOMS,
    )
    return Told(Instruction.STAY, f"agency-{waited.value}", why="agency", duty=waited)


def _context(crossing: Crossing, at: Situation) -> Context:
    """Return what the gate's own guards ask, so that nobody is sent where they would refuse him."""
    return Context(plan=at.plan, post=at.post, now_ms=at.now_ms, actor="", duty=Duty.DRIVER, crossing_id=crossing.id)


def _held(crossing: Crossing) -> Told | None:
    """Return the order to stay while an agency of either side, a laboratory or something found keeps the vehicle."""
    for verdict in (Verdict.REFUSE, Verdict.HOLD):
        for duty in crossing.verdicts(verdict):
            return Told(Instruction.STAY, f"held-{duty.value}", why="held", duty=duty)
    if any(sample.passed is None for sample in crossing.samples):
        return Told(Instruction.STAY, "laboratory", why="laboratory")
    inspected = [one.passed for one in crossing.inspections]
    sampled = [one.passed for one in crossing.samples]
    if False in inspected or False in sampled or crossing.dispute or not all(seal.intact for seal in crossing.seals):
        return Told(Instruction.STAY, "officers", why="officers")
    if crossing.partner_holds:
        return Told(Instruction.STAY, "other-side", why="other_side")
    return None


def _leaving(crossing: Crossing, at: Situation) -> Told:
    if crossing.role is Role.ENTRY:
        stations = stations_of(at.plan, at.post, Role.ENTRY)
        last = stations[-1][0] if stations else ""
        return Told(Instruction.DRIVE_OUT, "released", station=last)
    if not at.alone and crossing.partner_accepted_at_ms is None:
        return Told(Instruction.STAY, "other-side", why="other_side")
    lanes = _open_lanes(crossing, at)
    if lanes:
        return Told(Instruction.CROSS, "released", lanes=lanes)
    line = CallLine(crossing.route, crossing.lane_kind)
    view = line_view(at.plan, at.gate, line, direction=crossing.direction, now_ms=at.now_ms)
    return Told(Instruction.STAY, "lane", why=view.why or "closed")


def _open_lanes(crossing: Crossing, at: Situation) -> tuple[str, ...]:
    commodity = crossing.declaration.commodity()
    views = (
        lane_view(at.plan, at.gate, key, direction=crossing.direction, now_ms=at.now_ms, commodity=commodity)
        for _, key, _ in lanes_of(at.plan, CallLine(crossing.route, crossing.lane_kind))
    )
    return tuple(view.key for view in views if view is not None and view.open)


def _next_station(crossing: Crossing, at: Situation) -> tuple[str, Duty | None]:
    """Return the first station on the way whose agency has yet to do its work, and that agency."""
    required = required_duties(at.plan, at.post, crossing)
    for key, station in stations_of(at.plan, at.post, crossing.role):
        if key not in crossing.checks and _visits(crossing, station) and _undone(crossing, station, required):
            return key, station.duty
    return "", None


def _visits(crossing: Crossing, station: Station) -> bool:
    """Tell whether such a vehicle is served there; it has passed the barrier by which it came in."""
    if station.kind is StationKind.BARRIER:
        return False
    channel = crossing.channel.value if crossing.channel else None
    return visit_permille(station, crossing.declaration.commodity(), channel) > 0


def _undone(crossing: Crossing, station: Station, required: tuple[Duty, ...]) -> bool:
    if station.duty is Duty.CUSTOMS:
        inspected = station.kind is StationKind.INSPECTION_BAY and crossing.inspection_of(Duty.CUSTOMS) is not None
        return not inspected
    return station.duty in required and station.duty not in crossing.decisions
