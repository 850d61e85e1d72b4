"""The hours of one date as they stand: the calendar's, what was agreed for the date, what each side announced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from gatepair.operations.gate import Gate
from gatepair.plan.calendars import Why, Window, cut_off, day_hours, local_instant
from gatepair.plan.model import Direction, Plan, Text


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The windows of one date, why they are so, and which sides announced less than was in force."""

    windows: tuple[Window, ...]
    why: Why
    text: Text | None = None
    limited_here: bool = False
    limited_there: bool = False


def day_plan(plan: Plan, gate: Gate, calendar: str, day: date, *, direction: Direction) -> DayPlan:
    """Return when ``calendar`` is open for ``direction`` on ``day``, stops left out. Raises ``KeyError`` as calendars do."""
    rule = plan.calendars[calendar]
    found = day_hours(plan, calendar, day, gate.hours)
    windows = tuple(one for window in found.windows if (one := cut_off(rule, window, day, direction)) is not None)
    limited = [False, False]
    for by_partner in (False, True):
        limit = gate.limits.get((calendar, day.isoformat(), by_partner))
        if limit is None:
            continue
        start_ms = local_instant(day, limit.start, rule.timezone)
        until_ms = local_instant(day, limit.until, rule.timezone)
        narrower = (
            replace(
                one,
                start_ms=max(one.start_ms, start_ms),
                until_ms=min(one.until_ms, until_ms),
                only=tuple(group for group in limit.only or one.only if not one.only or group in one.only),
            )
            for one in windows
            if not (limit.only and one.only) or set(limit.only) & set(one.only)
        )
        kept = tuple(one for one in narrower if one.start_ms < one.until_ms)
        limited[by_partner] = kept != windows
        windows = kept
    return DayPlan(windows, found.why, found.text, limited_here=limited[0], limited_there=limited[1])
