"""Geometry of the twin's charts: bands over time, bars with whiskers, intervals beside a mark.

As in :mod:`gatepair.insight.charts`, figures become integer coordinates and the template draws them
as inline SVG, so that the page needs no script and keeps its colours in the style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gatepair.insight.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TICKS, TOP, WIDTH, Tick
from gatepair.insight.twin_report import Band, Estimate

ROW: Final = 30
LABELS_MAX: Final = 16
"""More marks than this on a time axis would overlap."""
NARROW: Final = 1e-9
"""Ends nearer to each other than this, relative to their size, are taken as one."""
NICE_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Margins:
    """Room beside the rows, in pixels: for names at the left, for figures in words at the right."""

    left: int
    right: int

    @property
    def letters(self) -> int:
        """Return how many letters of a name fit at the left."""
        return self.left * 10 // 75


FIGURES: Final = Margins(285, 245)
LOADS: Final = Margins(420, 190)


@dataclass(frozen=True, slots=True)
class BandShape:
    """One band as SVG: the polygons between low and high, the median as polylines, broken where no value is."""

    series: str
    areas: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseChart:
    """Bands over time on common axes."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    bands: tuple[BandShape, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT


@dataclass(frozen=True, slots=True)
class Whisker:
    """One row: a dot or bar up to ``at``, a whisker from ``low`` to ``high``, and its words."""

    name: str
    series: str
    y: int
    at: int
    low: int | None
    high: int | None
    label: str
    strong: bool = False
    zone: tuple[int, int] | None = None
    """The stretch of the aim."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Rows of whiskers over one axis; ``zero`` is the upright mark."""

    rows: tuple[Whisker, ...]
    x_ticks: tuple[Tick, ...]
    height: int
    zero: int | None = None
    width: int = WIDTH
    left: int = FIGURES.left


@dataclass(frozen=True, slots=True)
class Row:
    """One row to be drawn: its name, its colour, its estimate and its words."""

    name: str
    series: str
    estimate: Estimate
    label: str
    strong: bool = False
    zone: tuple[float, float] | None = None


def course(labels: Sequence[str], bands: Sequence[Band], *, unit_size: float = 1.0) -> CourseChart:
    """Return ``bands`` over ``labels`` (empty: no mark there); values are divided by ``unit_size`` to be drawn."""
    values = [value / unit_size for band in bands for value in (*band.high, *band.median) if math.isfinite(value)]
    _, top, step = nice_span(0.0, max([1.0, *values]))
    floor = HEIGHT - BOTTOM
    columns = max(len(labels) - 1, 1)

    def x_of(column: int) -> int:
        return LEFT + column * (WIDTH - LEFT - RIGHT) // columns

    def y_of(value: float) -> int:
        return floor - round(max(value, 0.0) / unit_size * (floor - TOP) / top)

    named = [(at, label) for at, label in enumerate(labels) if label]
    every = max(1, math.ceil(len(named) / LABELS_MAX))
    return CourseChart(
        x_ticks=tuple(Tick(x_of(at), label) for at, label in named[::every]),
        y_ticks=tuple(
            Tick(y_of(step * mark * unit_size), _plain(step * mark, step)) for mark in range(round(top / step) + 1)
        ),
        bands=tuple(_shape(band, x_of, y_of) for band in bands),
    )


def _shape(band: Band, x_of: Callable[[int], int], y_of: Callable[[float], int]) -> BandShape:
    """Return a band, in as many pieces as it has stretches without a gap."""
    areas, lines = [], []
    for first, last in _stretches(band.median):
        columns = range(first, last)
        upper = [f"{x_of(at)},{y_of(band.high[at])}" for at in columns]
        lower = [f"{x_of(at)},{y_of(band.low[at])}" for at in reversed(columns)]
        areas.append(" ".join([*upper, *lower]))
        lines.append(" ".join(f"{x_of(at)},{y_of(band.median[at])}" for at in columns))
    return BandShape(band.series, tuple(areas), tuple(lines))


def _stretches(values: Sequence[float]) -> list[tuple[int, int]]:
    """Return the half-open stretches of ``values`` in which each is a number."""
    found: list[tuple[int, int]] = []
    first: int | None = None
    for at, value in enumerate([*values, math.nan]):
        if math.isfinite(value):
            first = at if first is None else first
        elif first is not None:
            found.append((first, at))
            first = None
    return found


def loads(rows: Sequence[Row]) -> Forest:
    """Return lying bars of shares from 0 to 1, with a whisker each; the strong row is the bottleneck."""
    axis = _Axis(0.0, 1.0, LOADS)
    marks = tuple(Tick(axis.x(mark / TICKS), f"{100 * mark // TICKS} %") for mark in range(TICKS + 1))
    return _forest(rows, axis, marks=marks)


def forest(rows: Sequence[Row], *, zero: float | None = None, unit: str = "") -> Forest:
    """Return the rows' intervals over one axis that holds them all, their zones and ``zero`` included."""
    ends = [value for row in rows for value in (*_ends(row.estimate), *(row.zone or ()))]
    ends += [] if zero is None else [zero]
    low, high, step = nice_span(min(ends, default=0.0), max(ends, default=1.0))
    axis = _Axis(low, high, FIGURES)
    values = [low + step * mark for mark in range(round((high - low) / step) + 1)]
    marks = tuple(Tick(axis.x(value), f"{_plain(value, step)}{unit}") for value in values)
    return _forest(rows, axis, marks=marks, zero=None if zero is None else axis.x(zero))


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    margins: Margins

    def x(self, value: float) -> int:
        """Return where ``value`` stands between the ends of the axis, which nothing leaves."""
        room = WIDTH - self.margins.left - self.margins.right
        share = (value - self.low) / (self.high - self.low)
        return self.margins.left + round(min(max(share, 0.0), 1.0) * room)

    def known(self, value: float | None) -> int | None:
        """Return where ``value`` stands, or None for none."""
        return None if value is None else self.x(value)


def _forest(rows: Sequence[Row], axis: _Axis, *, marks: tuple[Tick, ...], zero: int | None = None) -> Forest:
    letters = axis.margins.letters
    drawn = tuple(
        Whisker(
            name=row.name if len(row.name) <= letters else f"…{row.name[1 - letters :]}",
            series=row.series,
            y=index * ROW + 8,
            at=axis.x(row.estimate.mean),
            low=axis.known(row.estimate.low),
            high=axis.known(row.estimate.high),
            label=row.label,
            strong=row.strong,
            zone=None if row.zone is None else (axis.x(row.zone[0]), axis.x(row.zone[1])),
        )
        for index, row in enumerate(rows)
    )
    return Forest(drawn, marks, len(rows) * ROW + 40, zero=zero, left=axis.margins.left)


def _ends(estimate: Estimate) -> list[float]:
    return [value for value in (estimate.mean, estimate.low, estimate.high) if value is not None]


def nice_span(low: float, high: float) -> tuple[float, float, float]:
    """Return ends and step of an axis with at most seven round marks that holds ``low`` and ``high``."""
    if high - low <= NARROW * max(abs(low), abs(high), 1.0):
        low, high = low - 1.0, high + 1.0
    raw = (high - low) / 5
    scale = 10.0 ** math.floor(math.log10(raw))
    step = next(scale * one for one in NICE_STEPS if scale * one >= raw * 0.999)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _plain(value: float, step: float) -> str:
    """Return ``value`` with as many decimals as ``step`` needs, and a true minus."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9) + (1 if f"{step:e}".startswith("2.5") else 0))
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        return "0"
    return text.replace("-", "−")
