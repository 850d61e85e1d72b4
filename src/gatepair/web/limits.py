"""Rate limits: one token bucket for each caller, in memory of this process."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gatepair.base.errors import RateLimited
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.web.settings import WebSettings


class Buckets:
    """Token buckets by name; each holds up to ``burst`` tokens and gains ``per_s`` a second.

    Integer arithmetic in millitokens and milliseconds.  The bucket longest unused is forgotten
    when there are more than ``size_max``; a forgotten caller starts with a full bucket.
    """

    def __init__(
        self,
        *,
        per_min: int,
        burst: int,
        size_max: int,
        span_ms: int = MINUTE_MS,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Allow ``burst`` at once and ``per_min`` a minute in the long run; in each ``span_ms`` where one is given."""
        self._per_min = per_min
        # A token is as many parts as its span has milliseconds: a rate gains a whole number of parts in each.
        self._token = span_ms
        self._full = burst * span_ms
        self._size_max = size_max
        self._monotonic_ns = monotonic_ns
        self._buckets: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, name: str) -> None:
        """Take one token of ``name``.

        Raises:
            RateLimited: when there is none; ``retry_after_s`` says when one will be there.
        """
        now_ms = self._monotonic_ns() // 1_000_000
        parts, seen_ms = self._buckets.get(name, (self._full, now_ms))
        parts = min(self._full, parts + (now_ms - seen_ms) * self._per_min)
        if parts < self._token:
            wait_ms = -(-(self._token - parts) // self._per_min)
            raise RateLimited("too many requests; wait and try again", retry_after_s=-(-wait_ms // 1_000))
        self._buckets[name] = (parts - self._token, now_ms)
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._size_max:
            self._buckets.popitem(last=False)


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How many text messages may be asked for in an hour: by one address, about one place, to one number, in all."""

    by_address: Buckets
    by_place: Buckets
    by_number: Buckets
    in_all: Buckets
    salt: bytes
    """Numbers are remembered as digests under it, and it is thrown away with the process."""

    @classmethod
    def of(cls, settings: WebSettings) -> TextLimits:
        """Return fresh limits."""

        def hourly(count: int) -> Buckets:
            return Buckets(per_min=count, burst=count, size_max=settings.buckets_max, span_ms=HOUR_MS)

        by_place, by_number = hourly(settings.texts_per_place), hourly(settings.texts_per_place)
        return cls(
            hourly(settings.texts_per_address),
            by_place,
            by_number,
            hourly(settings.texts_per_hour),
            secrets.token_bytes(16),
        )

    def take(self, *, address: str, place: str, number: str) -> None:
        """Take one message of each. Raises RateLimited when one of them has none left."""
        self.by_address.take(address)
        self.by_place.take(place)
        self.by_number.take(hashlib.blake2b(number.encode(), key=self.salt).hexdigest())
        self.in_all.take("")
