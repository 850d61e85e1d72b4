"""Instants, durations and the ports through which time and chance enter.

Inside the core an instant is an ``int``: milliseconds since 1970-01-01T00:00:00Z.  It orders
and subtracts exactly and encodes as itself in canonical JSON.  At the edges it is shown as
RFC 3339 in UTC and in both local times.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import UTC, datetime
from typing import NewType, Protocol

Instant = NewType("Instant", int)
"""Milliseconds since the Unix epoch, UTC."""

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def from_datetime(moment: datetime) -> Instant:
    """Return the instant of an aware ``moment``, cut to the millisecond.

    Raises:
        ValueError: when ``moment`` carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("an instant needs an aware datetime")
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant((delta.days * 86_400 + delta.seconds) * SECOND_MS + delta.microseconds // 1_000)


def to_datetime(instant: Instant) -> datetime:
    """Return ``instant`` as an aware UTC datetime."""
    seconds, millis = divmod(instant, SECOND_MS)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=millis * 1_000)


def rfc3339(instant: Instant) -> str:
    """Return ``instant`` as ``2025-11-11T00:00:00.000Z``."""
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % SECOND_MS:03d}Z"


class Clock(Protocol):
    """Where a shell reads the time; the core gets the instant as an argument."""

    def now(self) -> Instant:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Return the machine's present time."""
        return Instant(time.time_ns() // 1_000_000)


class SteppedClock:
    """A clock that stands still until it is told the time: for drills, demos and tests."""

    def __init__(self, start: Instant) -> None:
        """Begin at ``start``."""
        self._now = start

    def now(self) -> Instant:
        """Return the instant last set."""
        return self._now

    def set(self, instant: Instant) -> None:
        """Move to ``instant``; going back is refused.

        Raises:
            ValueError: when ``instant`` lies before the present one.
        """
        if instant < self._now:
            raise ValueError("a clock never goes back")
        self._now = instant


class Entropy(Protocol):
    """Where a shell gets unpredictable bytes."""

    def token(self, size: int) -> bytes:
        """Return ``size`` bytes."""
        ...


class SystemEntropy:
    """The operating system's generator."""

    def token(self, size: int) -> bytes:
        """Return ``size`` unpredictable bytes."""
        return secrets.token_bytes(size)


class SeededEntropy:
    """Bytes that follow from a seed: for drills, demos and tests, where one seed must give one result.

    Never for a post that does real work: whoever knows the seed knows every salt and key.
    """

    def __init__(self, seed: str) -> None:
        """Begin the sequence of ``seed``."""
        self._seed = seed.encode()
        self._count = 0

    def token(self, size: int) -> bytes:
        """Return the next ``size`` bytes of the sequence (SHA-256 in counter mode)."""
        parts: list[bytes] = []
        while sum(map(len, parts)) < size:
            parts.append(hashlib.sha256(self._seed + b":" + str(self._count).encode()).digest())
            self._count += 1
        return b"".join(parts)[:size]
