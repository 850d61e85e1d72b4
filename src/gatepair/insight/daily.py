"""The daily report in the form that the gate's board has long used: stock, arrivals, cleared, turned back, by 20:00.

A report covers the day from one cut to the next, so that what two reports count is counted once.
Source of the form: the board's published reports (domain notes §4.1, §9 row 34), such as that of 11 Nov 2025.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepair.crossing.model import LoadUnit
from gatepair.insight.day import CLEARED_STEP, stock_at
from gatepair.insight.timeline import Step, Timeline
from gatepair.plan.model import CommodityGroup, Direction

CUT: Final = "20:00"
"""Local time of the post at which a day of the report ends. Source: domain notes §9 row 34."""


class Figure(StrEnum):
    """A figure of the report, in its order; all of loaded vehicles."""

    STOCK = "stock"
    STOCK_FRUIT = "stock_fruit"
    STOCK_OTHER = "stock_other"
    STOCK_UNKNOWN = "stock_unknown"
    STOCK_OUTSIDE = "stock_outside"
    ARRIVALS = "arrivals"
    CLEARED = "cleared"
    CLEARED_FRUIT = "cleared_fruit"
    TURNED_BACK = "turned_back"
    MOVED_AWAY = "moved_away"
    WITHDRAWN = "withdrawn"


COUNTED: Final[Mapping[Figure, str]] = {
    Figure.TURNED_BACK: "refused",
    Figure.MOVED_AWAY: "diverted",
    Figure.WITHDRAWN: "cancelled",
}
"""Figures that the ledger counts by hour, and the name of the count."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One crossing's timeline and the road it takes."""

    timeline: Timeline
    route: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; a comparison is None where nothing was recorded then."""

    figure: Figure
    direction: Direction
    route: str
    value: int
    day_before: int | None = None
    week_before: int | None = None


Values = Mapping[tuple[Figure, Direction, str], int]
"""Figures by direction and road; no road is all roads together."""


def values(
    passages: Iterable[Passage], counts: Mapping[tuple[Direction, str], int], *, first_ms: int, until_ms: int
) -> Values:
    """Return the figures of the day from ``first_ms`` (included) to ``until_ms`` (not).

    ``counts`` are those of the hours of that day, by direction and name; a moment of the cut counts to the next day.
    """
    loaded = [one for one in passages if one.timeline.load is not LoadUnit.EMPTY and one.timeline.came_ms() is not None]
    found: dict[tuple[Figure, Direction, str], int] = {}
    for direction in Direction:
        mine = [one for one in loaded if one.timeline.direction is direction]
        found |= {
            (figure, direction, ""): count
            for figure, count in (
                *_stock([one.timeline for one in mine], until_ms),
                (Figure.ARRIVALS, sum(1 for one in mine if _within(one.timeline.came_ms(), first_ms, until_ms))),
                *((figure, counts.get((direction, name), 0)) for figure, name in COUNTED.items()),
            )
        }
        cleared = [one for one in mine if _within(one.timeline.at(CLEARED_STEP[direction]), first_ms, until_ms)]
        for route in ("", *sorted({one.route for one in cleared})):
            taken = [one for one in cleared if route in ("", one.route)]
            found[Figure.CLEARED, direction, route] = len(taken)
            found[Figure.CLEARED_FRUIT, direction, route] = sum(1 for one in taken if _is_fruit(one.timeline))
    return found


def _stock(mine: Sequence[Timeline], until_ms: int) -> tuple[tuple[Figure, int], ...]:
    standing = stock_at(mine, until_ms)
    fruit = sum(1 for one in standing if _is_fruit(one))
    unknown = sum(1 for one in standing if one.commodity is CommodityGroup.NONE)
    inside = sum(1 for one in standing if _within(one.at(Step.ARRIVED) or one.at(Step.RECEIVED), 0, until_ms))
    return (
        (Figure.STOCK, len(standing)),
        (Figure.STOCK_FRUIT, fruit),
        (Figure.STOCK_OTHER, len(standing) - fruit - unknown),
        (Figure.STOCK_UNKNOWN, unknown),
        (Figure.STOCK_OUTSIDE, len(standing) - inside),
    )


def _is_fruit(timeline: Timeline) -> bool:
    return timeline.commodity is CommodityGroup.FRESH_FRUIT


def _within(moment: int | None, first_ms: int, until_ms: int) -> bool:
    return moment is not None and first_ms <= moment < until_ms


def lines(today: Values, day_before: Values | None, week_before: Values | None) -> tuple[Line, ...]:
    """Return the report's lines in order: direction, figure, then the roads under what was cleared."""
    keys = {*today, *(key for other in (day_before, week_before) if other for key in other)}
    order = {figure: number for number, figure in enumerate(Figure)}
    ways = list(Direction)
    return tuple(
        Line(
            *key,
            today.get(key, 0),
            day_before=None if day_before is None else day_before.get(key, 0),
            week_before=None if week_before is None else week_before.get(key, 0),
        )
        for key in sorted(keys, key=lambda key: (ways.index(key[1]), order[key[0]], key[2]))
    )
