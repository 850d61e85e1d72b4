"""One inspection plan for all agencies of a post: what is in each bay, since when, what is next, what is at a laboratory.

An inspection is ordered by one agency; those that several ordered for the same bay are one visit of the vehicle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.time import SECOND_MS
from gatepair.crossing.guards import WORKING
from gatepair.crossing.model import Channel, Code, Line, Stage
from gatepair.crossing.state import Crossing, Inspection
from gatepair.operations.events import ConditionReported, IntakeStopped
from gatepair.operations.gate import Gate
from gatepair.operations.model import RoadState
from gatepair.plan.model import PERISHABLE, CommodityGroup, Plan, StationKind, Text
from gatepair.plan.rules import service_time, shows_reasons
from gatepair.plan.sampling import mean_s

LABORATORY: Final = "laborator"
"""How the code of a stop or condition of the laboratories begins: ``laboratory_closed``, ``laboratories_down``."""


class Part(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What one agency does in a visit; ``passed`` is None until it has said what it found."""

    duty: Duty
    reason: str = ""
    """Absent where it is for that agency alone."""
    ordered_at_ms: int
    passed: bool | None = None


class Visit(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A vehicle that is in a bay (``begun_at_ms``) or is to come to it.

    ``parts`` stand in the order in which the agencies look: quarantine before customs, whose word is the last.
    """

    crossing: str
    tractor: str
    commodity: CommodityGroup
    channel: Channel | None = None
    ordered_at_ms: int
    begun_at_ms: int | None = None
    expected_s: int | None = None
    over_s: int = 0
    """By how much it lasts longer than expected."""
    parts: tuple[Part, ...]

    @property
    def now(self) -> Duty | None:
        """Return whose turn it is."""
        return next((part.duty for part in self.parts if part.passed is None), None)


class Bay(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A bay with its places, the vehicles in it and those in line, first the one that comes next."""

    key: str
    name: Text | None = None
    """Absent for a bay that is ordered and that the plan does not know."""
    places: int = 1
    inside: tuple[Visit, ...] = ()
    line: tuple[Visit, ...] = ()

    @property
    def free(self) -> int:
        """Return how many places are free."""
        return max(0, self.places - len(self.inside))


class SampleOut(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A sample whose result is awaited; ``late_s`` is by how long."""

    crossing: str
    tractor: str
    number: Code
    laboratory: Code
    taken_at_ms: int
    expected_at_ms: int
    late_s: int = 0


class Outage(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What stops laboratories: since when, for how long, and whether the other side said so."""

    reason: Code
    since_ms: int
    text: Line = ""
    expected_end_ms: int | None = None
    by_partner: bool = False


class Unordered(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A vehicle on the red channel for which customs has ordered no inspection yet."""

    crossing: str
    tractor: str
    arrived_at_ms: int | None = None


class InspectionPlan(Struct, frozen=True, kw_only=True):
    """All of it at one moment."""

    at_ms: int
    bays: tuple[Bay, ...]
    unordered: tuple[Unordered, ...]
    samples: tuple[SampleOut, ...]
    outages: tuple[Outage, ...]


def inspection_plan(
    plan: Plan, post: str, crossings: Iterable[Crossing], *, gate: Gate, now_ms: int, reader: Duty
) -> InspectionPlan:
    """Return the inspection plan of ``post`` for ``reader``; the line of a bay is perishables first, then the longest ordered."""
    there = [crossing for crossing in crossings if crossing.stage in WORKING]
    visits: dict[str, list[Visit]] = {}
    for crossing in there:
        for bay, visit in _visits(plan, crossing, now_ms, reader):
            visits.setdefault(bay, []).append(visit)
    known = {
        key: one for key, one in plan.stations.items() if one.post == post and one.kind is StationKind.INSPECTION_BAY
    }
    bays = [
        _bay(key, visits.pop(key, []), name=one.name, places=one.servers)
        for key, one in sorted(known.items(), key=lambda row: (row[1].role, row[1].order, row[0]))
    ]
    bays.extend(_bay(key, found) for key, found in sorted(visits.items()))
    return InspectionPlan(
        at_ms=now_ms,
        bays=tuple(bays),
        unordered=tuple(_unordered(there)),
        samples=tuple(sorted(_samples(there, now_ms), key=lambda one: (one.expected_at_ms, one.number))),
        outages=tuple(_outages(gate, now_ms)),
    )


def _visits(plan: Plan, crossing: Crossing, now_ms: int, reader: Duty) -> Iterator[tuple[str, Visit]]:
    by_bay: dict[str, list[Inspection]] = {}
    for inspection in crossing.inspections:
        by_bay.setdefault(inspection.bay, []).append(inspection)
    for bay, found in by_bay.items():
        if all(one.passed is not None for one in found):
            continue
        commodity = crossing.declaration.commodity()
        station = plan.stations.get(bay)
        channel = crossing.channel.value if crossing.channel else None
        expected_s = mean_s(service_time(station, commodity, channel)) if station is not None else None
        begun_ms = min((one.begun_at_ms for one in found if one.begun_at_ms is not None), default=None)
        lasts_s = (now_ms - begun_ms) // SECOND_MS if begun_ms is not None else 0
        ordered = sorted(found, key=lambda one: AGENCIES.index(one.duty))
        yield (
            bay,
            Visit(
                crossing=crossing.id,
                tractor=crossing.binding.tractor,
                commodity=commodity,
                channel=crossing.channel,
                ordered_at_ms=min(one.ordered_at_ms for one in found),
                begun_at_ms=begun_ms,
                expected_s=expected_s,
                over_s=max(0, lasts_s - expected_s) if expected_s is not None else 0,
                parts=tuple(
                    Part(
                        duty=one.duty,
                        reason=one.reason if shows_reasons(plan, of=one.duty, to=reader) else "",
                        ordered_at_ms=one.ordered_at_ms,
                        passed=one.passed,
                    )
                    for one in ordered
                ),
            ),
        )


def _bay(key: str, visits: Iterable[Visit], *, name: Text | None = None, places: int = 1) -> Bay:
    found = list(visits)
    inside = sorted(
        (one for one in found if one.begun_at_ms is not None), key=lambda one: (one.begun_at_ms or 0, one.crossing)
    )
    line = sorted(
        (one for one in found if one.begun_at_ms is None),
        key=lambda one: (one.commodity not in PERISHABLE, one.ordered_at_ms, one.crossing),
    )
    return Bay(key=key, name=name, places=places, inside=tuple(inside), line=tuple(line))


def _unordered(crossings: Iterable[Crossing]) -> Iterator[Unordered]:
    for crossing in crossings:
        waits = crossing.channel is Channel.RED and crossing.stage is Stage.ARRIVED and not crossing.released
        if waits and crossing.inspection_of(Duty.CUSTOMS) is None:
            yield Unordered(
                crossing=crossing.id, tractor=crossing.binding.tractor, arrived_at_ms=crossing.arrived_at_ms
            )


def _samples(crossings: Iterable[Crossing], now_ms: int) -> Iterator[SampleOut]:
    for crossing in crossings:
        for sample in crossing.samples:
            if sample.passed is None:
                yield SampleOut(
                    crossing=crossing.id,
                    tractor=crossing.binding.tractor,
                    number=sample.number,
                    laboratory=sample.laboratory,
                    taken_at_ms=sample.taken_at_ms,
                    expected_at_ms=sample.expected_at_ms,
                    late_s=max(0, now_ms - sample.expected_at_ms) // SECOND_MS,
                )


def _outages(gate: Gate, now_ms: int) -> Iterator[Outage]:
    """Yield what stops laboratories now, one line for what is said of several roads."""
    found: dict[tuple[str, bool], Outage] = {}
    standing = [one for one in gate.conditions.values() if one.state is not RoadState.NORMAL]
    told: list[IntakeStopped | ConditionReported] = [*gate.stops.values(), *standing]
    for one in told:
        if one.reason.startswith(LABORATORY):
            found.setdefault(
                (one.reason, one.by_partner),
                Outage(
                    reason=one.reason,
                    since_ms=min(one.at_ms, now_ms),
                    text=one.text,
                    expected_end_ms=one.expected_end_ms,
                    by_partner=one.by_partner,
                ),
            )
    yield from found.values()
