"""Rate limits: one token bucket for each caller, in memory of this process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from gatepair.base.errors import RateLimited


class Buckets:
    """Token buckets by name; each holds up to ``burst`` tokens and gains ``per_s`` a second.

    Integer arithmetic in millitokens and milliseconds.  The bucket longest unused is forgotten
    when there are more than ``size_max``; a forgotten caller starts with a full bucket.
    """

    def __init__(
        self, *, per_min: int, burst: int, size_max: int, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """Allow ``burst`` at once and ``per_min`` a minute in the long run."""
        self._per_min = per_min
        self._full = burst * 60_000
        self._size_max = size_max
        self._monotonic_ns = monotonic_ns
        self._buckets: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, name: str) -> None:
        """Take one token of ``name``.

        Raises:
            RateLimited: when there is none; ``retry_after_s`` says when one will be there.
        """
        now_ms = self._monotonic_ns() // 1_000_000
        # A token is 60,000 parts, so that per-minute rates gain a whole number of parts each millisecond.
        parts, seen_ms = self._buckets.get(name, (self._full, now_ms))
        parts = min(self._full, parts + (now_ms - seen_ms) * self._per_min)
        if parts < 60_000:
            wait_ms = -(-(60_000 - parts) // self._per_min)
            raise RateLimited("too many requests; wait and try again", retry_after_s=-(-wait_ms // 1_000))
        self._buckets[name] = (parts - 60_000, now_ms)
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._size_max:
            self._buckets.popitem(last=False)
