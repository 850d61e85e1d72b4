"""The plan's clock in ticks: hours, cut-offs, holidays and stops as spans and as changes of a capacity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from gatepair.base.time import DAY_MS, HOUR_MS, Instant, to_datetime
from gatepair.plan.calendars import HORIZON_DAYS, local_instant, spans
from gatepair.plan.model import CommodityGroup, Direction, Plan
from gatepair.twin.units import TICKS_PER_S

TICKS_PER_MS = TICKS_PER_S // 1_000
Spans = tuple[tuple[int, int], ...]
"""(open tick, close tick), in order and apart; the close is excluded."""
Changes = tuple[tuple[int, int], ...]
"""(tick, capacity) after tick 0."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a run covers: from ``origin_ms`` (tick 0) to ``until_ms``.

    ``first`` is the local date of the origin at the home side, ``midnight_ms`` where that date begins.
    """

    first: date
    days: int
    origin_ms: int
    until_ms: int
    midnight_ms: int

    @property
    def until(self) -> int:
        """Return the tick at which the run ends."""
        return self.tick(self.until_ms)

    def tick(self, at_ms: int) -> int:
        """Return the tick of an instant in milliseconds; negative before the origin."""
        return (at_ms - self.origin_ms) * TICKS_PER_MS

    def instant(self, tick: int) -> Instant:
        """Return the instant of ``tick``, in whole milliseconds."""
        return Instant(self.origin_ms + tick // TICKS_PER_MS)

    def hour_ticks(self) -> range:
        """Return the ticks of the whole clock hours of the run."""
        first = self.tick(-(-self.origin_ms // HOUR_MS) * HOUR_MS)
        return range(first, self.until + 1, HOUR_MS * TICKS_PER_MS)


def horizon_of(plan: Plan, first: date, days: int) -> Horizon:
    """Return the ``days`` local days of the home side from ``first`` on."""
    zone = plan.sides[plan.home].timezone
    origin_ms = local_instant(first, "00:00", zone)
    until = date.fromordinal(first.toordinal() + days)
    return Horizon(first, days, origin_ms, local_instant(until, "00:00", zone), origin_ms)


def horizon_from(plan: Plan, start_ms: int, days: int) -> Horizon:
    """Return ``days`` times 24 hours from the instant ``start_ms`` on."""
    zone = plan.sides[plan.home].timezone
    first = to_datetime(Instant(start_ms)).astimezone(ZoneInfo(zone)).date()
    return Horizon(first, days + 1, start_ms, start_ms + days * DAY_MS, local_instant(first, "00:00", zone))


class Openings:
    """Spans of a plan's calendars over a horizon; each is reckoned once."""

    def __init__(self, plan: Plan, horizon: Horizon) -> None:
        self._plan = plan
        self._horizon = horizon
        self._known: dict[tuple[str, Direction | None, CommodityGroup | None], Spans] = {}

    def of(
        self, calendar: str, *, direction: Direction | None = None, commodity: CommodityGroup | None = None
    ) -> Spans:
        """Return when ``calendar`` is open; with ``direction`` its cut-off counts, with ``commodity`` only its hours.

        The same windows as :func:`gatepair.plan.calendars.is_open` reads.  Without ``commodity`` hours that are
        for some goods only are left in.
        """
        key = (calendar, direction, commodity)
        if key not in self._known:
            windows = spans(
                self._plan, calendar, self._horizon.first, days=self._horizon.days + HORIZON_DAYS, direction=direction
            )
            ticks = [
                (self._horizon.tick(one.start_ms), self._horizon.tick(one.until_ms))
                for one in windows
                if commodity is None or not one.only or commodity in one.only
            ]
            self._known[key] = joined(ticks)
        return self._known[key]


def joined(found: Iterable[tuple[int, int]]) -> Spans:
    """Return the union of spans, in order, those that touch as one."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        elif end > start:
            made.append((start, end))
    return tuple(made)


def without(found: Spans, halts: Spans) -> Spans:
    """Return ``found`` less ``halts``; both in order and apart."""
    made: list[tuple[int, int]] = []
    first = 0
    for start, end in found:
        at = start
        while first < len(halts) and halts[first][1] <= start:
            first += 1
        index = first
        while index < len(halts) and halts[index][0] < end:
            halt_start, halt_end = halts[index]
            if halt_start > at:
                made.append((at, halt_start))
            at = max(at, halt_end)
            index += 1
        if at < end:
            made.append((at, end))
    return tuple(made)


def within(found: Spans, others: Spans) -> Spans:
    """Return what is in both."""
    return without(found, without(found, others))


def ended_early(found: Spans, by: int) -> Spans:
    """Return spans that end ``by`` ticks before, and still hold at that very tick; too short ones go."""
    return tuple((start, end - by + 1) for start, end in found if start <= end - by) if by else found


def ended_late(found: Spans, by: int) -> Spans:
    """Return spans that end ``by`` ticks after."""
    return joined((start, end + by) for start, end in found)


def capacity_of(parts: Sequence[tuple[Spans, int]]) -> tuple[int, Changes]:
    """Return (capacity at tick 0, changes after it) of what is there while its spans are open.

    Changes after the run's end stay: who waits at the end is seen to wait for the next morning, not for ever.
    """
    steps: dict[int, int] = {}
    for found, units in parts:
        for start, end in found:
            if end > 0:
                steps[max(start, 0)] = steps.get(max(start, 0), 0) + units
                steps[end] = steps.get(end, 0) - units
    capacity = steps.pop(0, 0)
    initial, changes = capacity, []
    for tick in sorted(steps):
        capacity += steps[tick]
        if steps[tick]:
            changes.append((tick, capacity))
    return initial, tuple(changes)


def ahead(found: Spans) -> Spans:
    """Return what of ``found`` is after tick 0."""
    return tuple((max(start, 0), end) for start, end in found if end > 0)
