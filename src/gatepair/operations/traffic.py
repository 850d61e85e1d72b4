"""Vehicles between the two gates, and those held inside one, folded from crossing events of both directions.

The tidal interlock and the partner's backlog need to know who left one gate and has not been taken
in by the other.  Departure and receipt are facts of two posts; both reach this fold, one as our own
event and the other as the partner's word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import LoadUnit, Verdict


@dataclass(frozen=True, slots=True)
class OnLine:
    """A vehicle over the line: its lane, when it left, and whether it left here (or came towards us)."""

    lane: str
    since_ms: int
    outgoing: bool


MINUTES_KEPT: Final = 120
"""Minutes of the partner's words remembered; its rate looks at the last hour only."""
HOURS_KEPT: Final = 48
"""Hours of departures remembered; quotas look at the current one only."""
INSPECTION: Final = "inspection"
"""The hold of a vehicle in an inspection bay: it will not leave within the hour, so it keeps no place of the quota."""


@dataclass(frozen=True, slots=True)
class TrafficKept:
    """What of the traffic is kept across a restart besides the open crossings.

    Departures by clock hour; when each lane last cleared; what the partner accepted and took over, by minute.
    """

    departures: Mapping[int, int] = field(default_factory=dict)
    last_clear_ms: Mapping[str, int] = field(default_factory=dict)
    accepted: Mapping[int, int] = field(default_factory=dict)
    taken: Mapping[int, int] = field(default_factory=dict)


def _count(counts: Counter[int], at_ms: int, unit_ms: int, *, most: int) -> None:
    """Count one more in the unit of ``at_ms`` and forget what is older than ``most`` units before it."""
    unit = at_ms // unit_ms
    counts[unit] += 1
    for old in [kept for kept in counts if kept < unit - most]:
        del counts[old]


def _since(counts: Counter[int], since_ms: int) -> int:
    return sum(count for minute, count in list(counts.items()) if minute >= since_ms // MINUTE_MS)


class Traffic:
    """The fold; mutable, constant time per event, thrown away on rollback."""

    def __init__(self) -> None:
        """Begin with an empty line."""
        self._on_line: dict[str, OnLine] = {}
        self._last_clear_ms: dict[str, int] = {}
        self._departures: Counter[int] = Counter()
        self._accepted: Counter[int] = Counter()
        self._taken: Counter[int] = Counter()
        self._holds: dict[str, set[str]] = {}
        self._early: set[str] = set()
        self._empties: set[str] = set()

    def on_lane(self, lane: str) -> tuple[str, ...]:
        """Return the crossings that left one gate over ``lane`` and are not yet in the other, oldest first."""
        return tuple(crossing for crossing, at in list(self._on_line.items()) if at.lane == lane)

    def last_clear_ms(self, lane: str) -> int:
        """Return when the last vehicle left ``lane`` at its far end, 0 when none did."""
        return self._last_clear_ms.get(lane, 0)

    def kept(self) -> TrafficKept:
        """Return what open crossings do not tell."""
        return TrafficKept(
            departures=dict(self._departures),
            last_clear_ms=dict(self._last_clear_ms),
            accepted=dict(self._accepted),
            taken=dict(self._taken),
        )

    def adopt(self, kept: TrafficKept) -> None:
        """Go on from what :meth:`kept` gave, after the open crossings were folded."""
        self._departures = Counter(kept.departures)
        self._last_clear_ms = dict(kept.last_clear_ms)
        self._accepted = Counter(kept.accepted)
        self._taken = Counter(kept.taken)

    def accepted_since(self, since_ms: int) -> int:
        """Return how many crossings of ours the partner accepted from the minute of ``since_ms`` on, by its clock."""
        return _since(self._accepted, since_ms)

    def taken_since(self, since_ms: int) -> int:
        """Return how many vehicles of ours the partner took over from the minute of ``since_ms`` on, by its clock."""
        return _since(self._taken, since_ms)

    @property
    def laden_since_ms(self) -> tuple[int, ...]:
        """Return when each laden vehicle left that the partner has not taken over yet, the longest first."""
        return tuple(
            sorted(
                at.since_ms
                for crossing, at in list(self._on_line.items())
                if at.outgoing and crossing not in self._empties
            )
        )

    @property
    def in_flight(self) -> int:
        """Return how many vehicles left here and are not yet received over there."""
        return sum(1 for at in self._on_line.values() if at.outgoing)

    def departures_in_hour(self, now_ms: int) -> int:
        """Return how many laden vehicles departed here in the clock hour of ``now_ms``.

        Empty vehicles have a lane of their own and need nothing that a quota shares out.
        """
        return self._departures[now_ms // HOUR_MS]

    def is_held(self, crossing: str) -> bool:
        """Tell whether ``crossing`` is on an agency's hold, in an inspection or waits for a laboratory: it stands."""
        return crossing in self._holds

    def apply(self, crossing: str, event: ev.CrossingEvent) -> None:
        """Take in one event of ``crossing``, whichever way it goes."""
        self._measure(crossing, event)
        match event:
            case ev.CrossingDeclared(load=LoadUnit.EMPTY):
                self._empties.add(crossing)
            case ev.VehicleDeparted(lane=lane):
                self._depart(crossing, OnLine(lane, event.at_ms, outgoing=True))
                if crossing not in self._empties:
                    _count(self._departures, event.at_ms, HOUR_MS, most=HOURS_KEPT)
            case ev.PartnerDeparted() if crossing in self._early:
                # It stood here before the partner's word came; it is no longer on the line.
                self._early.discard(crossing)
            case ev.PartnerDeparted(lane=lane):
                self._depart(crossing, OnLine(lane, event.at_ms, outgoing=False))
            case (
                ev.PartnerReceived()
                | ev.PartnerDisputed()
                | ev.HandoverConfirmed()
                | ev.HandoverDisputed()
                | ev.VehicleReturned()
                | ev.CrossingClosed()
                | ev.CrossingCancelled()
            ):
                self._clear(crossing, event)
            case _:
                self._hold(crossing, event)

    def _measure(self, crossing: str, event: ev.CrossingEvent) -> None:
        """Count what the partner accepts and takes over; empty vehicles have a lane of their own."""
        if crossing in self._empties:
            return
        if isinstance(event, ev.PartnerAccepted):
            _count(self._accepted, event.at_ms, MINUTE_MS, most=MINUTES_KEPT)
        elif isinstance(event, ev.PartnerReceived):
            _count(self._taken, event.at_ms, MINUTE_MS, most=MINUTES_KEPT)

    def _depart(self, crossing: str, at: OnLine) -> None:
        self._on_line[crossing] = at
        self._holds.pop(crossing, None)

    def _clear(self, crossing: str, event: ev.CrossingEvent) -> None:
        at = self._on_line.pop(crossing, None)
        if at is not None:
            self._last_clear_ms[at.lane] = max(event.at_ms, self.last_clear_ms(at.lane))
        elif isinstance(event, ev.HandoverConfirmed | ev.HandoverDisputed):
            self._early.add(crossing)
        if isinstance(event, ev.CrossingClosed | ev.CrossingCancelled):
            self._early.discard(crossing)
            self._empties.discard(crossing)
            self._holds.pop(crossing, None)

    def _hold(self, crossing: str, event: ev.CrossingEvent) -> None:
        match event:
            case ev.AgencyDecided(duty=duty, decision=decision):
                if decision.verdict is Verdict.CLEAR:
                    self._unhold(crossing, duty.value)
                else:
                    self._holds.setdefault(crossing, set()).add(duty.value)
            case ev.SampleTaken(sample=sample):
                self._holds.setdefault(crossing, set()).add(f"sample:{sample.number}")
            case ev.InspectionOrdered():
                self._holds.setdefault(crossing, set()).add(INSPECTION)
            case ev.InspectionFinished():
                self._unhold(crossing, INSPECTION)
            case ev.LaboratoryAnswered(number=number):
                self._unhold(crossing, f"sample:{number}")
            case ev.DecisionReopened(duty=duty):
                self._unhold(crossing, duty.value)
            case ev.PartnerHeld(duty=duty):
                self._holds.setdefault(crossing, set()).add(f"partner:{duty}")
            case ev.PartnerLifted(duty=duty):
                self._unhold(crossing, f"partner:{duty}")
            case _:
                pass

    def _unhold(self, crossing: str, reason: str) -> None:
        reasons = self._holds.get(crossing)
        if reasons is not None:
            reasons.discard(reason)
            if not reasons:
                del self._holds[crossing]
