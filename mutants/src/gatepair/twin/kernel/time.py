"""When sources send and when working time is over: the kernel's copy of what the plain engine computes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gatepair.twin.kernel.bits import called
from gatepair.twin.kernel.memory import calendar_at, clock_at, rate_at, source_at, span_at
from gatepair.twin.units import NEVER


@called
def next_by_rate(w: Any, number: int, u: float) -> Any:
    """Return the tick of the next arrival of source ``number`` for a draw ``u``, or NEVER."""
    source = source_at(w, number)
    clock = clock_at(w, number)
    need = -math.log(1 - u)
    while True:
        if clock.segment == source.length:
            if source.period == 0:
                return NEVER
            clock.base += source.period
            clock.at = 0.0
            clock.segment = 0
        part = rate_at(w, source.offset + clock.segment)
        if part.rate > 0:
            room = (part.end - clock.at) * part.rate
            if need <= room:
                clock.at += need / part.rate
                return clock.base + int(np.floor(clock.at))
            need -= room
        clock.at = part.end
        clock.segment += 1


@called
def first_open(w: Any, hours: Any, within: int) -> Any:
    """Return the first span of a calendar that closes after ``within``, or as many as there are."""
    low = 0
    high = hours.spans_length
    while low < high:
        middle = (low + high) >> 1
        if within < span_at(w, hours.spans + middle).close:
            high = middle
        else:
            low = middle + 1
    return low


@called
def worked(w: Any, hours: Any, within: int) -> Any:
    """Return the open ticks of a calendar's period before ``within``."""
    at = first_open(w, hours, within)
    if at < hours.spans_length:
        span = span_at(w, hours.spans + at)
        return span.before + max(0, within - span.open)
    return hours.open_total


@called
def work_end(w: Any, calendar: int, work: int) -> Any:
    """Return the tick at which ``work`` ticks of working time from now are over, or NEVER."""
    hours = calendar_at(w, calendar)
    now = w.now
    cycle = 0
    within = now
    if hours.period != 0:
        cycle = now // hours.period
        within = now - cycle * hours.period
    if work == 0:
        at = first_open(w, hours, within)
        if at < hours.spans_length:
            return cycle * hours.period + max(within, span_at(w, hours.spans + at).open)
        if hours.period != 0:
            return (cycle + 1) * hours.period + span_at(w, hours.spans).open
        return NEVER
    target = work + worked(w, hours, within)
    if hours.period != 0:
        more = (target - 1) // hours.open_total
        target -= more * hours.open_total
        cycle += more
    low = 0
    high = hours.spans_length
    while low < high:
        middle = (low + high) >> 1
        span = span_at(w, hours.spans + middle)
        if target <= span.before + span.close - span.open:
            high = middle
        else:
            low = middle + 1
    if low == hours.spans_length:
        return NEVER
    span = span_at(w, hours.spans + low)
    return cycle * hours.period + span.open + target - span.before
