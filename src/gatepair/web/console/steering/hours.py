"""The calendar's days, lanes and quotas in the words and on the clocks of the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from gatepair.base.time import Instant, to_datetime
from gatepair.web.console.catalogue import LOCALES, say, translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.pages import Reader

WHY: Final[Mapping[str, str]] = {
    "agreed": say("agreed for this day"),
    "exception": say("exception of the plan"),
    "holiday": say("public holiday"),
}
"""Why a day is not as its weekday; the weekday's own hours need no word."""
LANE_WHY: Final[Mapping[str, str]] = {
    "stopped": say("stopped"),
    "stopped_by_partner": say("stopped by the other side"),
    "turning": say("is being turned"),
    "other_way": say("runs the other way"),
    "closed": say("outside its hours"),
    "not_this_commodity": say("open for other goods alone"),
}
"""Why a lane is shut."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one column: the hours on our clock and on theirs, and in words what is special."""

    here: str
    there: str
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One local date with what is special about it on either side."""

    date: str
    title: str
    free: bool
    holidays: Sequence[str]
    cells: Sequence[Cell]


def day_rows(found: Mapping[str, Any], reader: Reader) -> list[DayRow]:
    """Return the days of :func:`gatepair.node.steering_calendar.calendar` as rows of the table."""
    rows = []
    for index, day in enumerate(found["dates"]):
        when = date.fromisoformat(day["date"])
        rows.append(
            DayRow(
                date=day["date"],
                title=format_skeleton("MMMEd", when, locale=LOCALES[reader.language]),
                free=bool(day["holidays"]),
                holidays=[f"{side.upper()}: {name}" for side, name in day["holidays"].items()],
                cells=[_cell(column["days"][index], reader) for column in found["columns"]],
            )
        )
    return rows


def _cell(day: Mapping[str, Any], reader: Reader) -> Cell:
    gettext = translator(reader.language)
    zones = [post["timezone"] for post in reader.layout["posts"]]
    here, there = (", ".join(_between(one, zone) for one in day["windows"]) for zone in zones)
    remarks = [gettext(WHY[day["why"]])] if day["why"] in WHY else []
    if day["text"] and day["why"] == "exception":
        remarks = [day["text"][reader.language]]
    only = dict.fromkeys(group for one in day["windows"] for group in one["only"])
    if only:
        remarks.append(gettext(say("only %(goods)s")) % {"goods": ", ".join(gettext(VALUES[group]) for group in only)})
    if day["limited_here"]:
        remarks.append(gettext(say("shortened by us")))
    if day["limited_there"]:
        remarks.append(gettext(say("shortened by the other side")))
    return Cell(here, there if there != here else "", remarks)


def _between(window: Mapping[str, Any], zone: str) -> str:
    start, until = (to_datetime(Instant(window[name])).astimezone(ZoneInfo(zone)) for name in ("start_ms", "until_ms"))
    # A window that ends at midnight ends with its day.
    end = "24:00" if (until.hour, until.minute) == (0, 0) and until.date() > start.date() else f"{until:%H:%M}"
    return f"{start:%H:%M}–{end}"


def column_titles(found: Mapping[str, Any], reader: Reader) -> list[str]:
    """Return what heads each column: the calendar, and the direction where the two differ."""
    gettext = translator(reader.language)
    titles = []
    for column in found["columns"]:
        both = len(column["directions"]) > 1
        ways = gettext(say("both ways")) if both else gettext(VALUES[column["directions"][0]])
        titles.append(f"{column['calendar']} · {ways}")
    return titles


def offsets(reader: Reader, now_ms: int) -> list[str]:
    """Return the offsets of both posts' clocks, ours first; one where both show the same."""
    moment = to_datetime(Instant(now_ms))
    found = (moment.astimezone(ZoneInfo(post["timezone"])).strftime("%z") for post in reader.layout["posts"])
    return list(dict.fromkeys(f"UTC{one[:3]}:{one[3:]}" for one in found))


def hour_of(at_ms: int, reader: Reader) -> str:
    """Return the clock of an hour at our post."""
    return to_datetime(Instant(at_ms)).astimezone(ZoneInfo(reader.layout["posts"][0]["timezone"])).strftime("%H:%M")
