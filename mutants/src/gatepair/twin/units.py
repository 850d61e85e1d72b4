"""The twin's unit of time: whole ticks of one microsecond from the run's origin.

Integers add up exactly, so a queue's area equals the sum of its waits to the last tick,
and two engines agree on every event.  2**63 ticks are 292,000 years.
"""

from __future__ import annotations

TICKS_PER_S = 1_000_000
NEVER = 2**62
"""A tick that no run reaches."""
TICKS_MAX = 2**55
"""The longest single delay, 1,141 years; sums of many stay inside 64 bits."""


def seconds(amount: float, /) -> int:
    """Return ``amount`` seconds in ticks, rounded to the nearest."""
    return round(amount * TICKS_PER_S)


def minutes(amount: float, /) -> int:
    """Return ``amount`` minutes in ticks, rounded to the nearest."""
    return round(amount * 60 * TICKS_PER_S)


def hours(amount: float, /) -> int:
    """Return ``amount`` hours in ticks, rounded to the nearest."""
    return round(amount * 3600 * TICKS_PER_S)


def days(amount: float, /) -> int:
    """Return ``amount`` days of 24 hours in ticks, rounded to the nearest."""
    return round(amount * 86_400 * TICKS_PER_S)
