"""Vehicles between the two gates, and those held inside one, folded from crossing events of both directions.

The tidal interlock and the partner's backlog need to know who left one gate and has not been taken
in by the other.  Departure and receipt are facts of two posts; both reach this fold, one as our own
event and the other as the partner's word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatepair.base.time import HOUR_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import LoadUnit, Verdict


@dataclass(frozen=True, slots=True)
class OnLine:
    """A vehicle over the line: its lane, when it left, and whether it left here (or came towards us)."""

    lane: str
    since_ms: int
    outgoing: bool


HOURS_KEPT: Final = 48
"""Hours of departures remembered; quotas look at the current one only."""
INSPECTION: Final = "inspection"
"""The hold of a vehicle in an inspection bay: it will not leave within the hour, so it keeps no place of the quota."""


class Traffic:
    """The fold; mutable, constant time per event, thrown away on rollback."""

    def __init__(self) -> None:
        """Begin with an empty line."""
        self._on_line: dict[str, OnLine] = {}
        self._last_clear_ms: dict[str, int] = {}
        self._departures: Counter[int] = Counter()
        self._holds: dict[str, set[str]] = {}
        self._early: set[str] = set()
        self._empties: set[str] = set()

    def on_lane(self, lane: str) -> tuple[str, ...]:
        """Return the crossings that left one gate over ``lane`` and are not yet in the other, oldest first."""
        return tuple(crossing for crossing, at in self._on_line.items() if at.lane == lane)

    def last_clear_ms(self, lane: str) -> int:
        """Return when the last vehicle left ``lane`` at its far end, 0 when none did."""
        return self._last_clear_ms.get(lane, 0)

    def kept(self) -> tuple[dict[int, int], dict[str, int]]:
        """Return what open crossings do not tell: departures by clock hour, and when each lane last cleared."""
        return dict(self._departures), dict(self._last_clear_ms)

    def adopt(self, departures: Mapping[int, int], last_clear_ms: Mapping[str, int]) -> None:
        """Go on from what :meth:`kept` gave, after the open crossings were folded."""
        self._departures = Counter(departures)
        self._last_clear_ms = dict(last_clear_ms)

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
        match event:
            case ev.CrossingDeclared(load=LoadUnit.EMPTY):
                self._empties.add(crossing)
            case ev.VehicleDeparted(lane=lane):
                self._depart(crossing, OnLine(lane, event.at_ms, outgoing=True))
                if crossing not in self._empties:
                    self._count(event.at_ms)
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

    def _count(self, at_ms: int) -> None:
        hour = at_ms // HOUR_MS
        self._departures[hour] += 1
        for old in [kept for kept in self._departures if kept < hour - HOURS_KEPT]:
            del self._departures[old]

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
            case _:
                pass

    def _unhold(self, crossing: str, reason: str) -> None:
        reasons = self._holds.get(crossing)
        if reasons is not None:
            reasons.discard(reason)
            if not reasons:
                del self._holds[crossing]
