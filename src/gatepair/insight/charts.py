"""Geometry of the report's charts: from figures to integer coordinates; the template draws them as inline SVG.

No charting library is used: the maintained ones either need a script in the page, which an offline
and printable report does not have, or fix their colours when they draw, which takes dark mode and
print away from the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 280
LEFT: Final = 56
RIGHT: Final = 16
TOP: Final = 16
BOTTOM: Final = 36
TICKS: Final = 4
ROW: Final = 32
BAR_LEFT: Final = 260
BAR_RIGHT: Final = 90


Scale = Callable[[int], int]
"""From a column or a value to pixels."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a chart over the hours is drawn, in pixels, and the room around its axes."""

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM

    @property
    def floor(self) -> int:
        """Return where the axis of the hours lies."""
        return self.height - self.bottom


FULL: Final = Frame()
SMALL: Final = Frame(width=440, height=120, left=40, right=8, top=12, bottom=24)
"""A chart that stands beside others on a page."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis: where it stands, in pixels, and what it says."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series as the points of an SVG polyline; ``area`` closes it down to the axis."""

    name: str
    points: str
    area: str
    last: int
    last_y: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One upright bar with an optional whisker up to ``high_y``; ``label`` is read by pointing at it."""

    series: str
    x: int
    y: int
    width: int
    height: int
    high_y: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over the hours: lines and bars on common axes."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Span:
    """One lying bar: the median as the bar, the high quantile as a thin one behind it."""

    name: str
    series: str
    y: int
    median: int
    high: int
    label: str


@dataclass(frozen=True, slots=True)
class Spans:
    """A chart of lying bars, one row each."""

    spans: tuple[Span, ...]
    x_ticks: tuple[Tick, ...]
    height: int
    width: int = WIDTH
    left: int = BAR_LEFT


def nice_top(highest: int) -> int:
    """Return the least of 4, 8, 20, 40, 80, 200 … that is not below ``highest``: axes end on round marks."""
    scale = 1
    while True:
        for step in (4, 8, 20):
            if step * scale >= highest:
                return step * scale
        scale *= 10


def over_hours(
    labels: Sequence[str],
    *,
    lines: Sequence[tuple[str, Sequence[int]]] = (),
    bars: Sequence[tuple[str, Sequence[tuple[int, int | None] | None]]] = (),
    unit: str = "",
    frame: Frame = FULL,
) -> Chart:
    """Return a chart with one column for each label; ``lines`` hold counts, ``bars`` (median, high) pairs."""
    values = [value for _, series in lines for value in series]
    values += [max(pair[0], pair[1] or 0) for _, series in bars for pair in series if pair is not None]
    top = nice_top(max(values, default=1) or 1)
    floor = frame.floor
    columns = max(len(labels), 1)

    def x_of(column: int) -> int:
        return frame.left + column * (frame.width - frame.left - frame.right) // columns

    def y_of(value: int) -> int:
        return floor - value * (floor - frame.top) // top

    width = max(1, (x_of(1) - x_of(0)) * 7 // 10)
    drawn = [_line(name, series, x_of, y_of, floor=floor) for name, series in lines]
    upright = [
        Bar(
            series=name,
            x=x_of(column) + width * 2 // 10 + index * width // max(len(bars), 1),
            y=y_of(pair[0]),
            width=max(1, width // max(len(bars), 1) - 2),
            height=floor - y_of(pair[0]),
            high_y=None if pair[1] is None else y_of(pair[1]),
            label=f"{labels[column]} · {pair[0]} {unit}".strip(),
        )
        for index, (name, series) in enumerate(bars)
        for column, pair in enumerate(series)
        if pair is not None
    ]
    return Chart(
        x_ticks=tuple(Tick(x_of(column), label) for column, label in enumerate(labels) if label),
        y_ticks=tuple(Tick(y_of(top * mark // TICKS), str(top * mark // TICKS)) for mark in range(TICKS + 1)),
        lines=tuple(drawn),
        bars=tuple(upright),
        width=frame.width,
        height=frame.height,
        left=frame.left,
        right=frame.right,
        top=frame.top,
        floor=floor,
    )


def _line(name: str, series: Sequence[int], x_of: Scale, y_of: Scale, *, floor: int) -> Line:
    points = [(x_of(column), y_of(value)) for column, value in enumerate(series)]
    drawn = " ".join(f"{x},{y}" for x, y in points)
    area = f"{points[0][0]},{floor} {drawn} {points[-1][0]},{floor}" if points else ""
    return Line(name, drawn, area, series[-1] if series else 0, points[-1][1] if points else floor)


def lying(rows: Sequence[tuple[str, str, int, int]], *, unit_s: int, unit: str) -> Spans:
    """Return lying bars for rows of (name, series, median seconds, high seconds), shown in units of ``unit_s``."""
    top = nice_top(max((-(-high // unit_s) for *_, high in rows), default=1) or 1)
    room = WIDTH - BAR_LEFT - BAR_RIGHT
    spans = tuple(
        Span(
            name=name,
            series=series,
            y=index * ROW + 8,
            median=max(1, median * room // (top * unit_s)),
            high=max(1, high * room // (top * unit_s)),
            label=f"{_tenths(median, unit_s)} / {_tenths(high, unit_s)} {unit}",
        )
        for index, (name, series, median, high) in enumerate(rows)
    )
    marks = tuple(Tick(BAR_LEFT + room * mark // TICKS, f"{top * mark // TICKS} {unit}") for mark in range(TICKS + 1))
    return Spans(spans, marks, len(rows) * ROW + 40)


def _tenths(seconds: int, unit_s: int) -> str:
    """Return ``seconds`` in units with one decimal, rounded half up, without floats."""
    tenths = (seconds * 20 + unit_s) // (2 * unit_s)
    return f"{tenths // 10}.{tenths % 10}"
