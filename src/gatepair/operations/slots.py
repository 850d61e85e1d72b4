"""Booked windows: whole hours, each with as many vehicles as the gate can take in it.

A slot gives no rank: a place with a slot is called in the published order, but not before its window.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from gatepair.base.findings import Finding
from gatepair.base.time import HOUR_MS, MINUTE_MS, Instant, rfc3339
from gatepair.crossing import events as ev
from gatepair.operations import findings as say
from gatepair.operations.capacity import NOT_SERVING, Situation
from gatepair.operations.lanes import line_view
from gatepair.operations.rule import CallLine
from gatepair.plan.model import Direction, Plan, Role

WINDOW_MS: Final = HOUR_MS
"""Length of a slot. Source: the plan's quotas are per hour."""
AHEAD_WINDOWS: Final = 24 * 14
"""How far ahead a free window is looked for."""
HOUR_S: Final = 3_600


class SlotBook:
    """Who booked which window; a fold over crossing events, mutable, thrown away on rollback."""

    def __init__(self) -> None:
        """Begin with nothing booked."""
        self._by_crossing: dict[str, int] = {}
        self._booked: Counter[int] = Counter()

    def booked(self, start_ms: int) -> int:
        """Return how many vehicles booked the window that begins at ``start_ms``."""
        return self._booked[start_ms]

    def apply(self, crossing: str, event: ev.CrossingEvent) -> None:
        """Take in one event: a booking replaces the one before; leaving the queue frees it."""
        match event:
            case ev.SlotBooked(start_ms=start_ms):
                self._free(crossing)
                self._by_crossing[crossing] = start_ms
                self._booked[start_ms] += 1
            case ev.PlaceLost() | ev.VehicleDeparted() | ev.Diverted() | ev.CrossingCancelled() | ev.CrossingClosed():
                self._free(crossing)
            case _:
                pass

    def _free(self, crossing: str) -> None:
        start_ms = self._by_crossing.pop(crossing, None)
        if start_ms is not None:
            self._booked[start_ms] -= 1
            if not self._booked[start_ms]:
                del self._booked[start_ms]


def per_window(at: Situation, direction: Direction) -> int:
    """Return how many vehicles one window takes: the partner's quota and the slowest station, whichever is less."""
    partner = at.plan.partner_of(at.post)
    announced = at.gate.quotas.get((direction, True))
    quotas = [quota.per_hour for quota in at.plan.quotas if quota.post == partner and quota.direction is direction]
    limit = announced if announced is not None else (quotas[0] if quotas else None)
    rates = [_per_hour(at.plan, key) for key, one in at.plan.stations.items() if _serves(at, key, one.role)]
    slowest = min(rates, default=0)
    return slowest if limit is None else min(limit, slowest) if rates else limit


def _serves(at: Situation, key: str, role: Role) -> bool:
    station = at.plan.stations[key]
    everyone = not station.share_permille
    return station.post == at.post and role is Role.EXIT and everyone and station.kind not in NOT_SERVING


def _per_hour(plan: Plan, key: str) -> int:
    station = plan.stations[key]
    service = station.service.get("default")
    mean_s = service.mean_s or (service.low_s + service.high_s) // 2 if service is not None else 0
    return station.servers * HOUR_S // mean_s if mean_s else station.servers * HOUR_S


def slot_findings(
    slots: SlotBook, at: Situation, line: CallLine, *, direction: Direction, start_ms: int, until_ms: int
) -> tuple[Finding, ...]:
    """Return why the window may not be booked by a vehicle of ``line``; nothing when it may."""
    if start_ms % WINDOW_MS or until_ms - start_ms != WINDOW_MS:
        return (say.SLOT_NOT_A_WINDOW.at("start_ms", minutes=WINDOW_MS // MINUTE_MS),)
    if until_ms <= at.now_ms:
        return (say.SLOT_PAST.at("start_ms"),)
    if not _open(at, line, direction, start_ms):
        return (say.SLOT_CLOSED.at("start_ms", route=line.route),)
    capacity = per_window(at, direction)
    if slots.booked(start_ms) < capacity:
        return ()
    later = next_free_ms(slots, at, line, direction=direction, after_ms=start_ms)
    shown = rfc3339(Instant(later)) if later is not None else "-"
    return (say.SLOT_FULL.at("start_ms", capacity=capacity, next=shown),)


def next_free_ms(slots: SlotBook, at: Situation, line: CallLine, *, direction: Direction, after_ms: int) -> int | None:
    """Return the start of the next open window with room after ``after_ms``, None within two weeks."""
    capacity = per_window(at, direction)
    first = after_ms - after_ms % WINDOW_MS + WINDOW_MS
    for start_ms in range(first, first + AHEAD_WINDOWS * WINDOW_MS, WINDOW_MS):
        if slots.booked(start_ms) < capacity and _open(at, line, direction, start_ms):
            return start_ms
    return None


@dataclass(frozen=True, slots=True)
class Window:
    """One window that may be booked: when it is, and for how many more vehicles there is room."""

    start_ms: int
    until_ms: int
    room: int


def free_windows(
    slots: SlotBook, at: Situation, line: CallLine, *, direction: Direction, within_ms: int
) -> tuple[Window, ...]:
    """Return the windows with room that begin within ``within_ms`` from now, the one that runs now among them."""
    capacity = per_window(at, direction)
    first = at.now_ms - at.now_ms % WINDOW_MS
    starts = (start for start in range(first, at.now_ms + within_ms, WINDOW_MS) if slots.booked(start) < capacity)
    return tuple(
        Window(start, start + WINDOW_MS, capacity - slots.booked(start))
        for start in starts
        if _open(at, line, direction, start)
    )


def _open(at: Situation, line: CallLine, direction: Direction, start_ms: int) -> bool:
    return line_view(at.plan, at.gate, line, direction=direction, now_ms=start_ms).open
