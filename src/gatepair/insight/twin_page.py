"""The report of the twin as one self-contained HTML page, in the look of the day's report.

The caller reads both templates' texts; this module only fills them in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from gatepair.base.findings import Language
from gatepair.insight import twin_charts
from gatepair.insight.report import HOUR_S, MINUTE_S, environment, span
from gatepair.insight.twin_charts import CourseChart, Forest, Row
from gatepair.insight.twin_labels import figure_words, words
from gatepair.insight.twin_report import Course, Difference, Estimate, Figure, TwinReport, Unit

TEMPLATE: Final = "templates/twin.html.j2"
"""Where the template lies in this package; it extends the day's :data:`gatepair.insight.report.TEMPLATE`."""
CHARTS: Final = "templates/charts.html.j2"
"""Where the macros lie by which the page, and the planner's pages of a post, draw."""
DAY_S: Final = 86_400
WHOLE_FROM: Final = 100
"""Counts from here on are shown without decimals."""
MINUS: Final = "−"
MAIN_FIGURES: Final = ("cleared", "arrivals", "stock", "stock_per_cleared_day", "empties", "overdue", "missions")
COLOURS: Final = 10
"""Designs beyond this many share colours."""


@dataclass(frozen=True, slots=True)
class DrawnCourse:
    """A course with its chart, its unit in words and the names of its bands."""

    title: str
    unit: str
    chart: CourseChart
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DrawnComparison:
    """One figure's differences as a chart and as rows."""

    title: str
    base: str
    chart: Forest
    rows: tuple[tuple[str, str, bool], ...]


def render(report: TwinReport, template: str, *, layout: str, charts: str, language: Language = "en") -> str:
    """Return the page from the texts of :data:`TEMPLATE`, the day's report and :data:`CHARTS`; all is escaped."""
    filled = environment(report.timezone)
    say = partial(words, language=language)
    name_of = partial(figure_words, language=language)
    filled.filters["shown"] = shown
    filled.filters["figure"] = name_of
    filled.filters["whole"] = whole
    return filled.from_string(template).render(
        day_page=filled.from_string(layout),
        charts=filled.from_string(charts),
        report=report,
        language=language,
        t=say,
        cards=_cards(report),
        main_figures=[one for one in report.figures if is_main(one)],
        held=[one for one in report.figures if one.documented is not None],
        documented=_documented_chart(report, name_of),
        courses=[drawn_course(one, report, say) for one in report.courses],
        band_note=say("band_note").format(
            low=report.making.band_permille[0] // 10, high=report.making.band_permille[1] // 10
        ),
        loads=loads_chart(report),
        waiting=waiting_chart(report, say),
        comparisons=comparisons_of(report, name_of),
        alike=alike_in(report, name_of),
        design_series={one.name: f"d{index % COLOURS}" for index, one in enumerate(report.designs)},
        level=f"{100 * report.making.level:g} %",
    )


# --- words ---------------------------------------------------------------------------------------


def shown(estimate: Estimate | None, *, signed: bool = False) -> str:
    """Return an estimate as ``123 (118 – 129)`` in its unit; without an interval only the mean."""
    if estimate is None or not math.isfinite(estimate.mean):
        return "–"
    mean = _signed(estimate.mean, value_words(abs(estimate.mean), estimate.unit), signed=signed)
    if estimate.low is None or estimate.high is None:
        return mean
    ends = [
        _signed(end, end_words(abs(end), estimate.unit, beside=abs(estimate.mean)), signed=signed)
        for end in (estimate.low, estimate.high)
    ]
    return f"{mean} ({ends[0]} – {ends[1]})"


def short(estimate: Estimate | None, *, signed: bool = False) -> str:
    """Return an estimate as ``123 ± 5``, for the narrow columns of a terminal; its wider arm counts."""
    if estimate is None or not math.isfinite(estimate.mean):
        return "–"
    mean = _signed(estimate.mean, value_words(abs(estimate.mean), estimate.unit), signed=signed)
    if estimate.low is None or estimate.high is None:
        return mean
    arm = max(estimate.high - estimate.mean, estimate.mean - estimate.low)
    if estimate.unit is Unit.SECONDS:
        return f"{mean} ± {span(round(arm))}"
    words_of = end_words(arm, estimate.unit, beside=arm if arm < 10 else WHOLE_FROM)
    return f"{mean.removesuffix(' %')} ± {words_of}{' %' if estimate.unit is Unit.SHARE else ''}"


def whole(value: float) -> str:
    """Return a count without decimals, its thousands apart."""
    return f"{value:,.0f}".replace(",", " ")


def value_words(size: float, unit: Unit) -> str:
    """Return a size, which is not negative, with its unit."""
    match unit:
        case Unit.SECONDS:
            return span(round(size))
        case Unit.SHARE:
            return f"{100 * size:.1f} %"
        case Unit.VEHICLES | Unit.NUMBER | Unit.DAYS:
            return end_words(size, unit, beside=size)


def end_words(size: float, unit: Unit, *, beside: float) -> str:
    """Return the end of an interval in the unit in which the mean ``beside`` it is shown, without naming the unit."""
    match unit:
        case Unit.SECONDS:
            if beside < MINUTE_S:
                return str(round(size))
            minutes = round(size / MINUTE_S)
            return f"{minutes // 60}:{minutes % 60:02d}" if beside >= HOUR_S - MINUTE_S // 2 else str(minutes)
        case Unit.SHARE:
            return f"{100 * size:.1f}"
        case Unit.DAYS:
            return f"{size:.2f}"
        case Unit.VEHICLES | Unit.NUMBER:
            return whole(size) if beside >= WHOLE_FROM else f"{size:.1f}"


def _signed(value: float, text: str, *, signed: bool) -> str:
    """Return ``text`` with the sign of ``value``; what rounds to nothing has none, ``signed`` writes the plus too."""
    if not any(digit in "123456789" for digit in text):
        return text
    return f"{MINUS}{text}" if value < 0 else f"+{text}" if signed and value > 0 else text


def is_main(one: Figure) -> bool:
    """Tell whether a figure is shown in the open: documented ones, and the totals of each direction."""
    parts = one.figure.split(".")
    return one.documented is not None or (parts[0] in MAIN_FIGURES and len(parts) == 2)


# --- parts ---------------------------------------------------------------------------------------


def _cards(report: TwinReport) -> list[tuple[str, dict[str, Estimate]]]:
    """Return direction and headline estimates by label, for each direction that has any."""
    by_name = {one.figure: one.estimate for one in report.figures}
    waits = {one.direction: one.p90 for one in report.waiting if not one.of}
    cards = []
    for way in ("out", "in"):
        found = {
            "cleared_big": by_name.get(f"cleared.{way}"),
            "stock_end": by_name.get(f"stock.{way}"),
            "wait_p90": waits.get(way),
        }
        kept = {key: one for key, one in found.items() if one is not None}
        if "cleared_big" in kept:
            cards.append((way, kept))
    return cards


def _way_of(figure: str) -> str:
    """Return the colour of a dotted figure: that of its direction."""
    parts = figure.split(".")
    return next((way for way in ("out", "in") if way in parts), "both")


def _documented_chart(report: TwinReport, name_of: Any) -> Forest | None:
    """Return each documented figure's deviation in percent, mean and interval, its aim as the zone."""
    rows = []
    for one in report.figures:
        if one.documented:
            aim = (one.tolerance_permille or 0) / 10
            words_of = f"{shown(Estimate(one.estimate.mean, unit=one.estimate.unit))} : {one.documented}"
            rows.append(Row(name_of(one.figure), _way_of(one.figure), _deviation(one), words_of, zone=(-aim, aim)))
    return twin_charts.forest(rows, zero=0.0, unit=" %") if rows else None


def _deviation(one: Figure) -> Estimate:
    """Return the figure's estimate as percent above or below the documented value."""
    base = one.documented or 1

    def percent(value: float | None) -> float | None:
        return None if value is None else 100 * (value - base) / base

    mean = 100 * (one.estimate.mean - base) / base
    return Estimate(mean, percent(one.estimate.low), percent(one.estimate.high))


def drawn_course(one: Course, report: TwinReport, say: Any) -> DrawnCourse:
    """Return a course as a chart; times are drawn in minutes or, when they are long, in hours or days."""
    size, unit = _axis_unit(one)
    series = {design.name: f"d{index % COLOURS}" for index, design in enumerate(report.designs)}
    bands = [replace(band, series=series.get(band.series, band.series)) for band in one.bands]
    legend = tuple((drawn.series, say(band.series)) for drawn, band in zip(bands, one.bands, strict=True))
    title, _, way = one.figure.partition(".")
    named = say(f"course.{title}") + (f" · {say(way)}" if way else "")
    return DrawnCourse(
        named, say(f"unit.{unit}"), twin_charts.course(_marks(one.labels), bands, unit_size=size), legend
    )


def _marks(labels: Sequence[str]) -> list[str]:
    """Return what stands at the axis: the time within one day, else the date where a day begins."""
    parts = [label.partition(" ") for label in labels]
    days_named = [day for day, _, _ in parts]
    if any(day.count("-") != 2 for day in days_named):
        return list(labels)
    if len(set(days_named[:-1])) <= 1:
        return [time for _, _, time in parts]
    marks = [f"{day[8:]}.{day[5:7]}." for day in days_named]
    # The last point is a midnight: its date would stand outside the frame.
    return [mark if at == 0 or marks[at - 1] != mark != marks[-1] else "" for at, mark in enumerate(marks)]


def _axis_unit(one: Course) -> tuple[float, str]:
    """Return the size and the name of the unit of a course's axis."""
    if one.unit is not Unit.SECONDS:
        return 1.0, one.unit.value
    top = max((value for band in one.bands for value in band.high if math.isfinite(value)), default=0.0)
    if top <= 4 * HOUR_S:
        return float(MINUTE_S), "minutes"
    return (float(HOUR_S), "hours") if top <= 4 * DAY_S else (float(DAY_S), "days")


def loads_chart(report: TwinReport) -> Forest:
    """Return how busy each place is as lying bars."""
    return twin_charts.loads(
        [
            Row(
                f"{one.name} · {one.place}" if one.place else one.name,
                one.direction or "both",
                one.utilisation,
                shown(one.utilisation),
                one.bottleneck,
            )
            for one in report.loads
        ]
    )


def waiting_chart(report: TwinReport, say: Any) -> Forest | None:
    """Return the waits of each direction and class as a chart; None when nobody waited."""
    known = [one for one in report.waiting if math.isfinite(one.p90.mean)]
    if not known:
        return None
    size, unit = _time_unit(max(one.p90.mean for one in known))
    rows = [
        Row(
            f"{say(one.direction)} · {one.of or say('all_classes')}",
            one.direction,
            _divided(one.p90, size),
            shown(one.p90),
            strong=not one.of,
        )
        for one in known
    ]
    return twin_charts.forest(rows, zero=0.0, unit=f" {unit}")


def _time_unit(longest: float) -> tuple[int, str]:
    """Return the unit, in seconds and in signs, in which times up to ``longest`` seconds are drawn."""
    return (HOUR_S, "h") if longest > 4 * HOUR_S else (MINUTE_S, "min")


def _divided(one: Estimate, size: float) -> Estimate:
    low, high = (None if end is None else end / size for end in (one.low, one.high))
    return Estimate(one.mean / size, low, high)


def comparisons_of(report: TwinReport, name_of: Any) -> list[DrawnComparison]:
    """Return one chart for each figure compared, on an axis of its own."""
    series = {design.name: f"d{index % COLOURS}" for index, design in enumerate(report.designs)}
    figures = list(dict.fromkeys(one.figure for one in report.differences))
    drawn = []
    for figure in figures:
        of = [one for one in report.differences if one.figure == figure]
        if not any(_differs(one) for one in of):
            continue
        size, unit = _axis_of(of)
        rows = [
            Row(
                one.design, series.get(one.design, "d1"), _divided(one.difference, size), _change(one), strong=one.clear
            )
            for one in of
        ]
        drawn.append(
            DrawnComparison(
                title=name_of(figure),
                base=f"{of[0].base} · {shown(of[0].base_mean)}",
                chart=twin_charts.forest(rows, zero=0.0, unit=unit),
                rows=tuple((one.design, _change(one), one.clear) for one in of),
            )
        )
    return drawn


def _differs(one: Difference) -> bool:
    """Tell whether any replication differed: the interval of no difference at all is one point."""
    return not one.difference.mean == one.difference.low == one.difference.high == 0


def alike_in(report: TwinReport, name_of: Any) -> list[str]:
    """Return the figures in which no design differs from the base in any replication, with the base's mean."""
    found = {}
    for figure in dict.fromkeys(one.figure for one in report.differences):
        of = [one for one in report.differences if one.figure == figure]
        if not any(_differs(one) for one in of):
            found[figure] = f"{name_of(figure)}: {shown(of[0].base_mean)}"
    return list(found.values())


def _axis_of(rows: list[Difference]) -> tuple[float, str]:
    """Return what the differences of one figure are divided by for the axis, and the axis' unit."""
    if rows[0].difference.unit is Unit.SECONDS:
        size, unit = _time_unit(max(abs(one.difference.mean) for one in rows))
        return size, f" {unit}"
    return (0.01, " %") if rows[0].difference.unit is Unit.SHARE else (1.0, "")


def _change(one: Difference) -> str:
    return shown(one.difference, signed=True)
