"""The figures of a day: arrivals, cleared, stock over the hours, waits, stops, alarms.

For the direction that leaves the home side a vehicle is *cleared* when it departed over the line;
for the direction that comes home, when it went inland.  That is how the home side's daily report
counts both.  Stock is what came and has neither been cleared nor withdrawn, so for every window
``opening + arrivals - cleared - withdrawn = closing``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing.model import LoadUnit
from gatepair.insight.quantiles import permille, quantile
from gatepair.insight.timeline import Step, Timeline
from gatepair.plan.model import CommodityGroup, Direction

CLEARED_STEP: Final = {Direction.OUT: Step.DEPARTED, Direction.IN: Step.GONE}
"""The step that counts as cleared, as the home side's daily report counts."""

WARN_PERMILLE: Final = 1_700
"""Stock over cleared per day at which the board warns: the peak of the 2023 durian season (computed)."""
CRISIS_PERMILLE: Final = 5_000
"""Stock over cleared per day at which the board calls a crisis (a proposal, assumed)."""


class Alarm(StrEnum):
    """How bad the stock is against what a day clears."""

    NORMAL = "normal"
    WARNING = "warning"
    CRISIS = "crisis"


def alarm_at(stock_per_cleared_permille: int) -> Alarm:
    """Return the alarm level of stock over what a day clears, in permille."""
    if stock_per_cleared_permille >= CRISIS_PERMILLE:
        return Alarm.CRISIS
    return Alarm.WARNING if stock_per_cleared_permille >= WARN_PERMILLE else Alarm.NORMAL


@dataclass(frozen=True, slots=True)
class Stop:
    """A direction stood still from ``start_ms`` to ``end_ms`` (None: still does), as ``post`` recorded it."""

    post: str
    direction: Direction
    start_ms: int
    end_ms: int | None
    reason: str
    by_partner: bool
    text: str = ""

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "post": self.post,
            "direction": self.direction.value,
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "reason": self.reason,
            "by_partner": self.by_partner,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour from ``start_ms``: stock when it begins, what came and was cleared in it, waits of those called."""

    start_ms: int
    stock: int
    arrivals: int
    cleared: int
    called: int
    wait_median_s: int | None
    wait_p90_s: int | None

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "start_ms": self.start_ms,
            "stock": self.stock,
            "arrivals": self.arrivals,
            "cleared": self.cleared,
            "called": self.called,
            "wait_median_s": self.wait_median_s,
            "wait_p90_s": self.wait_p90_s,
        }


@dataclass(frozen=True, slots=True)
class DirectionDay:
    """One direction's figures of the window."""

    direction: Direction
    opening: int
    arrivals: int
    cleared: int
    withdrawn: int
    closing: int
    empties: int
    """Empty vehicles that departed in the window; they count nowhere else."""
    cleared_by_commodity: dict[CommodityGroup, int]
    stock_by_commodity: dict[CommodityGroup, int]
    hours: tuple[Hour, ...]

    @property
    def stock_per_cleared_permille(self) -> int | None:
        """Return closing stock over cleared, in permille of a day; None when nothing was cleared."""
        return permille(self.closing, self.cleared)

    @property
    def alarm(self) -> Alarm:
        """Return the alarm level of stock over cleared; nothing cleared before a stock is a crisis."""
        ratio = self.stock_per_cleared_permille
        if ratio is None:
            return Alarm.CRISIS if self.closing else Alarm.NORMAL
        return alarm_at(ratio)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "direction": self.direction.value,
            "opening": self.opening,
            "arrivals": self.arrivals,
            "cleared": self.cleared,
            "withdrawn": self.withdrawn,
            "closing": self.closing,
            "empties": self.empties,
            "stock_per_cleared_permille": self.stock_per_cleared_permille,
            "alarm": self.alarm.value,
            "cleared_by_commodity": {key.value: count for key, count in self.cleared_by_commodity.items()},
            "stock_by_commodity": {key.value: count for key, count in self.stock_by_commodity.items()},
            "hours": [hour.to_wire() for hour in self.hours],
        }


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of the window ``first_ms`` (inclusive) to ``until_ms`` (exclusive)."""

    first_ms: int
    until_ms: int
    directions: tuple[DirectionDay, ...]
    stops: tuple[Stop, ...]

    def of(self, direction: Direction) -> DirectionDay:
        """Return one direction's figures."""
        return next(found for found in self.directions if found.direction is direction)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "first_ms": self.first_ms,
            "until_ms": self.until_ms,
            "directions": [direction.to_wire() for direction in self.directions],
            "stops": [stop.to_wire() for stop in self.stops],
        }


def figures(timelines: Iterable[Timeline], stops: Sequence[Stop], *, first_ms: int, until_ms: int) -> Day:
    """Return the figures of the window over ``timelines`` of both directions."""
    known = list(timelines)
    directions = tuple(
        _direction([one for one in known if one.direction is direction], direction, first_ms, until_ms)
        for direction in Direction
    )
    touching = [stop for stop in stops if stop.start_ms < until_ms and (stop.end_ms or until_ms) > first_ms]
    return Day(first_ms, until_ms, directions, tuple(touching))


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One local day of a run of several: what was cleared, and what stands at its end, by direction."""

    date: str
    cleared: Mapping[Direction, int]
    stock: Mapping[Direction, int]

    def to_wire(self) -> dict[str, Any]:
        """Return the published form; ``stock`` is of the direction out, as in the summary of the whole run."""
        return {
            "date": self.date,
            "cleared": {direction.value: count for direction, count in self.cleared.items()},
            "stock": self.stock[Direction.OUT],
        }


def totals(timelines: Iterable[Timeline], bounds: Iterable[tuple[str, int, int]]) -> tuple[DayTotal, ...]:
    """Return one total for each ``(date, first_ms, until_ms)`` of ``bounds``."""
    laden = [one for one in timelines if one.load is not LoadUnit.EMPTY and one.came_ms() is not None]
    return tuple(
        DayTotal(
            date,
            cleared={
                way: _count((one.at(CLEARED_STEP[way]) for one in laden if one.direction is way), first_ms, until_ms)
                for way in Direction
            },
            stock={way: len(stock_at((one for one in laden if one.direction is way), until_ms)) for way in Direction},
        )
        for date, first_ms, until_ms in bounds
    )


def left_ms(timeline: Timeline) -> int | None:
    """Return when the vehicle left the stock: cleared, or withdrawn before that."""
    cleared, withdrawn = timeline.at(CLEARED_STEP[timeline.direction]), timeline.at(Step.WITHDRAWN)
    return withdrawn if cleared is None else cleared


def stock_at(timelines: Iterable[Timeline], moment_ms: int) -> list[Timeline]:
    """Return those that came before ``moment_ms`` and had not left by then."""
    standing: list[Timeline] = []
    for timeline in timelines:
        came, left = timeline.came_ms(), left_ms(timeline)
        if came is not None and came < moment_ms and (left is None or left >= moment_ms):
            standing.append(timeline)
    return standing


def _direction(timelines: list[Timeline], direction: Direction, first_ms: int, until_ms: int) -> DirectionDay:
    laden = [timeline for timeline in timelines if timeline.load is not LoadUnit.EMPTY]
    cleared = [
        one
        for one in laden
        if _within(one.at(CLEARED_STEP[direction]), first_ms, until_ms) and one.came_ms() is not None
    ]
    closing = stock_at(laden, until_ms)
    empties = [one for one in timelines if one.load is LoadUnit.EMPTY]
    return DirectionDay(
        direction=direction,
        opening=len(stock_at(laden, first_ms)),
        arrivals=_count((one.came_ms() for one in laden), first_ms, until_ms),
        cleared=len(cleared),
        withdrawn=_count((left_ms(one) for one in laden if one.came_ms() is not None), first_ms, until_ms)
        - len(cleared),
        closing=len(closing),
        empties=_count((one.at(Step.DEPARTED) for one in empties), first_ms, until_ms),
        cleared_by_commodity=_by_commodity(cleared),
        stock_by_commodity=_by_commodity(closing),
        hours=tuple(_hour(laden, direction, start) for start in range(first_ms, until_ms, HOUR_MS)),
    )


def _hour(laden: list[Timeline], direction: Direction, start_ms: int) -> Hour:
    until_ms = start_ms + HOUR_MS
    called = [one for one in laden if _within(one.at(Step.CALLED), start_ms, until_ms)]
    waits = [
        ((one.at(Step.CALLED) or 0) - placed) // SECOND_MS
        for one in called
        if (placed := one.at(Step.PLACED)) is not None
    ]
    return Hour(
        start_ms=start_ms,
        stock=len(stock_at(laden, start_ms)),
        arrivals=_count((one.came_ms() for one in laden), start_ms, until_ms),
        cleared=_count(
            (one.at(CLEARED_STEP[direction]) for one in laden if one.came_ms() is not None), start_ms, until_ms
        ),
        called=len(called),
        wait_median_s=quantile(waits, 50) if waits else None,
        wait_p90_s=quantile(waits, 90) if waits else None,
    )


def _within(moment: int | None, first_ms: int, until_ms: int) -> bool:
    return moment is not None and first_ms <= moment < until_ms


def _count(moments: Iterable[int | None], first_ms: int, until_ms: int) -> int:
    return sum(1 for moment in moments if _within(moment, first_ms, until_ms))


def _by_commodity(timelines: Iterable[Timeline]) -> dict[CommodityGroup, int]:
    """Return counts by commodity in the plan's order of groups, groups without vehicles left out."""
    counts = Counter(timeline.commodity for timeline in timelines)
    return {group: counts[group] for group in CommodityGroup if counts[group]}
