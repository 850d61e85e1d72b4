"""When a lane, a station or a direction is open: negotiated hours, holidays, exceptions, cut-offs.

For one local date of a calendar's zone the first of these holds: hours agreed for that date, an
exception of the plan, a public holiday on which the calendar is closed, the weekday's openings.
A direction's cut-off ends its windows early; hours agreed for a date replace the cut-off too.
Windows that meet are one: a night that runs over midnight does not close for an instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import holidays

from gatepair.base.time import Instant, from_datetime, to_datetime
from gatepair.plan.model import Calendar, CalendarException, CommodityGroup, Direction, Opening, Plan, Text

HORIZON_DAYS: Final = 40
"""How far ahead the next opening is looked for; the longest closure known at a land gate is far shorter."""
END_OF_DAY: Final = "24:00"


class AgreedHours(Protocol):
    """Hours agreed with the other side for one date of a calendar (the event ``HoursAgreed`` fits)."""

    @property
    def calendar(self) -> str:
        """Return the calendar's key."""
        ...

    @property
    def date(self) -> str:
        """Return the local date."""
        ...

    @property
    def start(self) -> str:
        """Return the local time at which it opens."""
        ...

    @property
    def until(self) -> str:
        """Return the local time at which it closes."""
        ...

    @property
    def only(self) -> tuple[CommodityGroup, ...]:
        """Return the groups it opens for; empty means all."""
        ...


class Why(StrEnum):
    """Why something is closed, or how it came to be open."""

    HOURS = "hours"
    """By the weekday's openings."""
    AGREED = "agreed"
    """By hours agreed for the date."""
    EXCEPTION = "exception"
    """By an exception of the plan."""
    HOLIDAY = "holiday"
    """A public holiday."""
    CUTOFF = "cutoff"
    """The direction takes no new vehicles until the next opening."""
    COMMODITY = "commodity"
    """Open for other goods alone."""


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of time, in milliseconds, end excluded; ``only`` empty means for all goods."""

    start_ms: Instant
    until_ms: Instant
    only: tuple[CommodityGroup, ...] = ()
    why: Why = Why.HOURS


@dataclass(frozen=True, slots=True)
class DayHours:
    """The windows of one local date, why they are so, and the reason in words where there is one."""

    windows: tuple[Window, ...]
    why: Why
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Openness:
    """Whether something is open at an instant.

    ``until_ms`` is when the present opening ends (None when closed); ``next_ms`` the next opening
    after now (None when there is none within :data:`HORIZON_DAYS`); ``only`` the goods that the
    present opening, or when closed the next one, is limited to.
    """

    open: bool
    until_ms: Instant | None
    next_ms: Instant | None
    only: tuple[CommodityGroup, ...]
    reason: Why
    text: Text | None = None


def windows(plan: Plan, calendar: str, day: date, agreed: Sequence[AgreedHours] = ()) -> tuple[Window, ...]:
    """Return the windows of ``calendar`` on the local date ``day``, without cut-offs, in order."""
    return day_hours(plan, calendar, day, agreed).windows


def day_hours(plan: Plan, calendar: str, day: date, agreed: Sequence[AgreedHours] = ()) -> DayHours:
    """Return the windows of ``calendar`` on the local date ``day`` and why they are so.

    Of several agreements for one date the last holds. Raises ``KeyError`` for an unknown calendar.
    """
    found = plan.calendars[calendar]
    iso = day.isoformat()
    for one in reversed(agreed):
        if one.calendar == calendar and one.date == iso:
            window = _window(found, day, one.start, one.until)
            return DayHours((replace(window, only=tuple(one.only), why=Why.AGREED),), Why.AGREED)
    for exception in found.exceptions:
        if exception.first <= iso <= exception.last:
            return _exceptional(found, exception, day)
    for side in found.closed_on_holidays_of:
        name = holiday(plan.sides[side].holidays, day)
        if name is not None:
            return DayHours((), Why.HOLIDAY, Text(vi=name, zh=name, en=name, fr=name))
    return DayHours(_opened(found, found.openings, day), Why.HOURS)


def is_open(
    plan: Plan,
    calendar: str,
    *,
    now_ms: int,
    direction: Direction | None = None,
    commodity: CommodityGroup | None = None,
    agreed: Sequence[AgreedHours] = (),
) -> Openness:
    """Tell whether ``calendar`` is open at ``now_ms`` for ``direction`` and ``commodity``.

    Without ``direction`` no cut-off counts; without ``commodity`` a window limited to some goods is
    open and names them in ``only``.  A window is open from its first millisecond and closed at its end.
    """
    today = to_datetime(Instant(now_ms)).astimezone(ZoneInfo(plan.calendars[calendar].timezone)).date()
    ahead: list[Window] = []
    usable: list[Window] = []
    for one in _ahead(plan, calendar, today, direction=direction, agreed=agreed):
        ahead.append(one)
        if commodity is None or not one.only or commodity in one.only:
            usable.append(one)
            if one.start_ms > now_ms:
                break
    present = next((one for one in usable if one.start_ms <= now_ms < one.until_ms), None)
    later = next((one for one in usable if one.start_ms > now_ms), None)
    next_ms = later.start_ms if later else None
    if present is not None:
        return Openness(True, present.until_ms, next_ms, present.only, present.why)  # noqa: FBT003 - a named field
    reason, text = _why_closed(plan, calendar, today, now_ms=now_ms, agreed=agreed, ahead=ahead)
    return Openness(False, None, next_ms, later.only if later else (), reason, text)  # noqa: FBT003 - a named field


def lane_is_open(
    plan: Plan,
    lane: str,
    *,
    now_ms: int,
    direction: Direction | None = None,
    commodity: CommodityGroup | None = None,
    agreed: Sequence[AgreedHours] = (),
) -> Openness:
    """Tell the same of a lane by its calendar. Raises ``KeyError`` for an unknown lane."""
    for route in plan.routes.values():
        if lane in route.lanes:
            hours = route.lanes[lane].hours
            return is_open(plan, hours, now_ms=now_ms, direction=direction, commodity=commodity, agreed=agreed)
    raise KeyError(lane)


def spans(
    plan: Plan, calendar: str, first: date, *, days: int, direction: Direction | None = None
) -> tuple[Window, ...]:
    """Return when ``calendar`` is open around the ``days`` local dates from ``first`` on, in order.

    With ``direction`` its cut-off ends the windows early, as in :func:`is_open`.  Windows that meet and are for
    the same goods are one.  The day before and two days after are covered too.
    """
    return tuple(_ahead(plan, calendar, first, direction=direction, agreed=(), days=days + 2))


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays(country, years=year))


def holiday(country: str, day: date) -> str | None:
    """Return the name of the public holiday of ``country`` on ``day``, or None.

    Source: the ``holidays`` package, which follows the governments' yearly notices.
    """
    return _holidays(country, day.year).get(day)


def holidays_of(country: str, years: range) -> tuple[str, ...]:
    """Return the dates of the public holidays of ``country`` in ``years``, in order."""
    return tuple(sorted(day.isoformat() for year in years for day in _holidays(country, year)))


@lru_cache(maxsize=4096)
def local_instant(day: date, clock: str, timezone: str) -> Instant:
    """Return the instant of ``HH:MM`` on ``day`` in ``timezone``; ``24:00`` is the next midnight."""
    if clock == END_OF_DAY:
        return local_instant(day + timedelta(days=1), "00:00", timezone)
    moment = datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(timezone))
    return from_datetime(moment)


def _window(calendar: Calendar, day: date, start: str, until: str) -> Window:
    zone = calendar.timezone
    return Window(local_instant(day, start, zone), local_instant(day, until, zone))


def _opened(calendar: Calendar, openings: Sequence[Opening], day: date) -> tuple[Window, ...]:
    found = [_window(calendar, day, one.start, one.until) for one in openings if day.isoweekday() in one.weekdays]
    return tuple(sorted(found, key=lambda one: one.start_ms))


def _exceptional(calendar: Calendar, exception: CalendarException, day: date) -> DayHours:
    opened = _opened(calendar, exception.openings, day)
    limited = tuple(replace(one, only=exception.only, why=Why.EXCEPTION) for one in opened)
    return DayHours(limited, Why.EXCEPTION, exception.reason)


def _ahead(
    plan: Plan,
    calendar: str,
    today: date,
    *,
    direction: Direction | None,
    agreed: Sequence[AgreedHours],
    days: int = HORIZON_DAYS,
) -> Iterator[Window]:
    """Yield windows from yesterday on, cut off and joined where they meet."""
    held: Window | None = None
    for offset in range(-1, days):
        day = today + timedelta(days=offset)
        for one in windows(plan, calendar, day, agreed):
            window = cut_off(plan.calendars[calendar], one, day, direction)
            if window is None:
                continue
            if held is not None and held.until_ms == window.start_ms and held.only == window.only:
                held = replace(held, until_ms=window.until_ms)
                continue
            if held is not None:
                yield held
            held = window
    if held is not None:
        yield held


def cut_off(calendar: Calendar, window: Window, day: date, direction: Direction | None) -> Window | None:
    """Return ``window`` of ``day`` as far as the cut-off of ``direction`` leaves it; None where it leaves nothing."""
    clock = calendar.cutoff.get(direction) if direction is not None else None
    if clock is None or window.why is Why.AGREED:
        return window
    cutoff_ms = local_instant(day, clock, calendar.timezone)
    if window.start_ms >= cutoff_ms:
        return None
    return replace(window, until_ms=min(window.until_ms, cutoff_ms))


def _why_closed(
    plan: Plan, calendar: str, today: date, *, now_ms: int, agreed: Sequence[AgreedHours], ahead: Sequence[Window]
) -> tuple[Why, Text | None]:
    """Return the nearest reason: other goods, the direction's cut-off, or that day's hours."""
    if any(one.start_ms <= now_ms < one.until_ms for one in ahead):
        return Why.COMMODITY, None
    day = day_hours(plan, calendar, today, agreed)
    if any(one.start_ms <= now_ms < one.until_ms for one in day.windows):
        return Why.CUTOFF, None
    return day.why, day.text
