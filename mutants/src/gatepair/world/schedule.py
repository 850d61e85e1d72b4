"""The world's own clockwork: callbacks in the order of their instants."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Schedule:
    """A queue of callbacks by instant in milliseconds; equal instants go in the order they were put."""

    def __init__(self) -> None:
        """Begin empty."""
        self._heap: list[tuple[int, int, Callable[[int], None]]] = []
        self._count = 0

    def put(self, at_ms: int, callback: Callable[[int], None]) -> None:
        """Call ``callback(at_ms)`` when the time has come."""
        self._count += 1
        heapq.heappush(self._heap, (at_ms, self._count, callback))

    def run_until(self, until_ms: int) -> None:
        """Run everything before ``until_ms``, also what is put meanwhile."""
        while self._heap and self._heap[0][0] < until_ms:
            at_ms, _, callback = heapq.heappop(self._heap)
            callback(at_ms)

    def next_ms(self) -> int | None:
        """Return the instant of the next callback."""
        return self._heap[0][0] if self._heap else None
