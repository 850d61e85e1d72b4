"""Cross-checks of zones and calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from gatepair.plan import findings
from gatepair.plan.model import Calendar, Opening, Plan
from gatepair.plan.problems import Fault, Path, fault


def zone_faults(plan: Plan) -> Iterator[Fault]:
    """Yield time zones and public-holiday calendars that do not exist."""
    for key, side in plan.sides.items():
        if not _zone_exists(side.timezone):
            yield fault(findings.UNKNOWN_ZONE, ("sides", key, "timezone"), found=side.timezone)
        if not _has_holidays(side.holidays):
            yield fault(findings.UNKNOWN_HOLIDAYS, ("sides", key, "holidays"), found=side.holidays)
    for key, calendar in plan.calendars.items():
        if not _zone_exists(calendar.timezone):
            yield fault(findings.UNKNOWN_ZONE, ("calendars", key, "timezone"), found=calendar.timezone)


def calendar_faults(plan: Plan) -> Iterator[Fault]:
    """Yield openings, cut-offs and exceptions that cannot be."""
    for key, calendar in plan.calendars.items():
        path: Path = ("calendars", key)
        yield from openings_faults(calendar.openings, (*path, "openings"))
        yield from _cutoffs(calendar, path)
        if not any(opening.weekdays for opening in calendar.openings):
            yield fault(findings.ALWAYS_CLOSED, path, calendar=key)
        for index, exception in enumerate(calendar.exceptions):
            place = (*path, "exceptions", index)
            yield from date_faults(exception.first, (*place, "first"))
            yield from date_faults(exception.last, (*place, "last"))
            if exception.last < exception.first:
                yield fault(findings.DATES_REVERSED, place, first=exception.first, last=exception.last)
            yield from openings_faults(exception.openings, (*place, "openings"))


def openings_faults(openings: Iterable[Opening], path: Path) -> Iterator[Fault]:
    """Yield windows that end before they start, and pairs that overlap on a weekday."""
    before: list[Opening] = []
    for index, opening in enumerate(openings):
        place = (*path, index)
        if opening.until <= opening.start:
            yield fault(findings.HOURS_REVERSED, place, start=opening.start, until=opening.until)
        for other in before:
            same_day = any(day in other.weekdays for day in opening.weekdays)
            if same_day and opening.start < other.until and other.start < opening.until:
                first = f"{other.start}–{other.until}"
                second = f"{opening.start}–{opening.until}"
                yield fault(findings.HOURS_OVERLAP, place, first=first, second=second)
        before.append(opening)


def date_faults(found: str, path: Path) -> Iterator[Fault]:
    """Yield a fault when ``found`` is no real date."""
    try:
        date.fromisoformat(found)
    except ValueError:
        yield fault(findings.BAD_DATE, path, found=found)


def _cutoffs(calendar: Calendar, path: Path) -> Iterator[Fault]:
    for direction, cutoff in calendar.cutoff.items():
        if not any(opening.start < cutoff <= opening.until for opening in calendar.openings):
            place = (*path, "cutoff", direction.value)
            yield fault(findings.CUTOFF_OUTSIDE, place, cutoff=cutoff, direction=direction.value)


@lru_cache(maxsize=64)
def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=64)
def _has_holidays(country: str) -> bool:
    """Ask for one country: the list of all of them takes most of a second to make."""
    try:
        holidays.country_holidays(country)
    except NotImplementedError:
        return False
    return True
