"""The report of a day as one self-contained HTML page: no script, no font, no address to fetch.

The caller reads the template's text; this module only fills it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, select_autoescape

from gatepair.base.findings import Language
from gatepair.base.time import Instant, to_datetime
from gatepair.clearance.origin.reasons import amount
from gatepair.insight import charts
from gatepair.insight.clearance import ClearanceDay
from gatepair.insight.day import Day, DayTotal, DirectionDay
from gatepair.insight.labels import label
from gatepair.insight.places import PlaceDay
from gatepair.insight.trs import Study

TEMPLATE: Final = "templates/report.html.j2"
"""Where the template lies in this package."""
MINUTE_S: Final = 60
HOUR_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Compared:
    """One documented figure and what the run made of it; ``deviation_permille`` is None when the value is 0."""

    figure: str
    documented: int
    measured: int
    tolerance_permille: int
    source: str = ""

    @property
    def deviation_permille(self) -> int | None:
        """Return how far the run is from the documented figure, in permille, rounded to the nearest."""
        if self.documented == 0:
            return None
        difference = 2_000 * (self.measured - self.documented)
        return (difference + self.documented) // (2 * self.documented)

    @property
    def within(self) -> bool:
        """Tell whether the run is within the aim."""
        return abs(self.measured - self.documented) * 1_000 <= self.tolerance_permille * self.documented

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "figure": self.figure,
            "documented": self.documented,
            "measured": self.measured,
            "deviation_permille": self.deviation_permille,
            "within": self.within,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was verified: ``state`` says whether it holds."""

    name: str
    state: Literal["ok", "failed", "open"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DayReport:
    """Everything the page shows."""

    plan: str
    name: str
    scenario: str
    date: str
    timezone: str
    day: Day
    study: Study
    compared: Sequence[Compared] = ()
    checks: Sequence[Check] = ()
    synthetic: bool = True
    seed: int | None = None
    days: Sequence[DayTotal] = ()
    """Each local day of the window; shown when there are several."""
    places: Sequence[PlaceDay] = ()
    clearance: Sequence[ClearanceDay] = ()
    """What was declared at each post; shown where anything was."""


def render(report: DayReport, template: str, *, language: Language = "en") -> str:
    """Return the page in ``language`` from the text of :data:`TEMPLATE`; every value is escaped."""
    filled = environment(report.timezone)
    words = partial(label, language=language)
    return filled.from_string(template).render(
        report=report,
        language=language,
        t=words,
        directions=[(one.direction.value, one) for one in report.day.directions],
        places=[_place_row(one, words) for one in report.places],
        clearance=[_clearance_row(one, words) for one in report.clearance if one.lodged],
        stock=_stock_chart(report),
        cleared=_cleared_chart(report),
        waiting=_waiting_chart(report),
        stages=_stage_chart(report, words),
    )


def environment(timezone: str) -> Environment:
    """Return what fills in a page: it escapes every value, refuses an unknown name, knows units and local time."""
    made = Environment(
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["span"] = span
    made.filters["percent"] = percent
    made.filters["days"] = days
    made.filters["local"] = partial(local_time, timezone=timezone)
    return made


def _place_row(one: PlaceDay, words: Any) -> tuple[str, dict[str, int], str]:
    """Return the direction, the counts of its places, and the causes of those lost otherwise in words."""
    wire = one.to_wire()
    lost: dict[str, int] = wire.pop("lost")
    return one.direction.value, wire, ", ".join(f"{count} {words('cause.' + cause)}" for cause, count in lost.items())


def _clearance_row(one: ClearanceDay, words: Any) -> tuple[ClearanceDay, dict[str, str]]:
    """Return what was declared at one post, with its money and its counts in words."""
    money = {name: amount(getattr(one, name), one.currency) for name in ("duty_minor", "total_minor", "saved_minor")}
    counts = {
        "options": ", ".join(f"{count} {words('option.' + name)}" for name, count in one.options.items()),
        "channels": ", ".join(f"{count} {words(name)}" for name, count in one.channels.items()),
        "findings": ", ".join(f"{count} × {code}" for code, count in one.findings.items()),
    }
    return one, money | counts


def span(seconds: int | None) -> str:
    """Return seconds as ``1 h 05 min``, ``12 min`` or ``45 s``; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < MINUTE_S:
        return f"{seconds} s"
    minutes = (seconds + MINUTE_S // 2) // MINUTE_S
    hours, rest = divmod(minutes, MINUTE_S)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def percent(permille: int | None) -> str:
    """Return permille as a signed percentage with one decimal; a dash for none."""
    if permille is None:
        return "–"
    sign = "+" if permille > 0 else "−" if permille < 0 else "±"
    return f"{sign}{abs(permille) // 10}.{abs(permille) % 10} %"


def days(permille: int | None) -> str:
    """Return permille of a day as days with two decimals; a dash for none."""
    if permille is None:
        return "–"
    hundredths = (permille + 5) // 10
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def local_time(instant_ms: int | None, *, timezone: str) -> str:
    """Return an instant as local date and time."""
    if instant_ms is None:
        return "–"
    return f"{_local(instant_ms, timezone):%Y-%m-%d %H:%M}"


def _local(instant_ms: int, timezone: str) -> datetime:
    return to_datetime(Instant(instant_ms)).astimezone(ZoneInfo(timezone))


def _hour_labels(report: DayReport) -> list[str]:
    hours = report.day.directions[0].hours
    several = len(hours) > 24
    pattern = "%d. %H" if several else "%H"
    return [format(_local(hour.start_ms, report.timezone), pattern) for hour in hours]


def _stock_chart(report: DayReport) -> charts.Chart:
    lines = [(one.direction.value, [*(hour.stock for hour in one.hours), one.closing]) for one in report.day.directions]
    return charts.over_hours(_thinned([*_hour_labels(report), "24"]), lines=lines)


def _cleared_chart(report: DayReport) -> charts.Chart:
    bars = [
        (one.direction.value, [(hour.cleared, None) if hour.cleared else None for hour in one.hours])
        for one in report.day.directions
    ]
    return charts.over_hours(_thinned(_hour_labels(report)), bars=bars)


def _waiting_chart(report: DayReport) -> charts.Chart:
    bars = [(one.direction.value, _waits(one)) for one in report.day.directions]
    return charts.over_hours(_thinned(_hour_labels(report)), bars=bars, unit="min")


def _waits(one: DirectionDay) -> list[tuple[int, int | None] | None]:
    found: list[tuple[int, int | None] | None] = []
    for hour in one.hours:
        if hour.wait_median_s is None:
            found.append(None)
        else:
            high = None if hour.wait_p90_s is None else hour.wait_p90_s // MINUTE_S
            found.append((hour.wait_median_s // MINUTE_S, high))
    return found


def _thinned(labels: list[str]) -> list[str]:
    """Blank the labels that would overlap when a run has several days."""
    every = max(1, len(labels) // 24)
    return [text if index % (2 * every) == 0 else "" for index, text in enumerate(labels)]


def _stage_chart(report: DayReport, words: Any) -> charts.Spans:
    rows = [
        (
            f"{words('stage.' + row.stage.value)} · {words(row.direction.value)}",
            row.direction.value,
            row.median_s,
            row.p90_s,
        )
        for row in report.study.rows
        if row.channel is None and row.stage.value not in {"wait_for_call", "whole"}
    ]
    return charts.lying(rows, unit_s=MINUTE_S, unit="min")
