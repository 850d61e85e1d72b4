"""The plan's calendars as the world's people know them: when a place opens next."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from gatepair.plan.calendars import windows
from gatepair.plan.model import Plan

NEVER_MS = 9_007_199_254_740_991
"""Later than any instant: a place that does not open again in the run."""


class Hours:
    """Opening windows of every calendar of a plan over the days of a run."""

    def __init__(self, plan: Plan, first: date, days: int) -> None:
        """Reckon the windows from the day before ``first`` to two days after the last."""
        self._windows: dict[str, list[tuple[int, int]]] = {}
        for key in plan.calendars:
            found: list[tuple[int, int]] = [
                (window.start_ms, window.until_ms)
                for offset in range(-1, days + 3)
                for window in windows(plan, key, first + timedelta(days=offset))
            ]
            self._windows[key] = sorted(found)

    def opens_ms(self, calendar: str, now_ms: int) -> int:
        """Return ``now_ms`` when ``calendar`` is open, else when it opens next."""
        known = self._windows[calendar]
        index = bisect_right(known, (now_ms, NEVER_MS)) - 1
        if index >= 0 and now_ms < known[index][1]:
            return now_ms
        return known[index + 1][0] if index + 1 < len(known) else NEVER_MS

    def last_close_ms(self, calendar: str, until_ms: int) -> int | None:
        """Return when ``calendar`` closes for the last time before ``until_ms``."""
        ends = [end_ms for _, end_ms in self._windows[calendar] if end_ms <= until_ms]
        return max(ends, default=None)
