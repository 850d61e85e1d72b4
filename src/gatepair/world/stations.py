"""Places where vehicles are served: several servers, first come first served, within their hours."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from gatepair.world.hours import Hours
from gatepair.world.schedule import Schedule

Served = Callable[[int], None]
"""Called with the instant at which the service began or ended."""


class ServicePlace:
    """One station: vehicles wait in one line for any free server.

    Nobody begins a service outside the hours or during a halt; what has begun is finished.
    """

    def __init__(self, key: str, *, servers: int, hours: Hours, calendar: str, schedule: Schedule) -> None:
        """Open an empty station with ``servers`` places under ``calendar``."""
        self.key = key
        self._servers = servers
        self._hours = hours
        self._calendar = calendar
        self._schedule = schedule
        self._line: deque[tuple[int, Served, Served | None]] = deque()
        self._busy = 0
        self._halts: list[tuple[int, int]] = []
        self._woken_ms = -1

    def halt(self, start_ms: int, until_ms: int) -> None:
        """Begin no service between the two instants."""
        self._halts.append((start_ms, until_ms))

    def enter(self, now_ms: int, lasts_ms: int, served: Served, *, begun: Served | None = None) -> None:
        """Join the line; ``begun`` is called when the service of ``lasts_ms`` begins, ``served`` when it ends."""
        self._line.append((lasts_ms, served, begun))
        self._begin(now_ms)

    def _begin(self, now_ms: int) -> None:
        while self._line and self._busy < self._servers:
            opens_ms = self._opens_ms(now_ms)
            if opens_ms > now_ms:
                self._wake(opens_ms)
                return
            lasts_ms, served, begun = self._line.popleft()
            self._busy += 1
            if begun is not None:
                begun(now_ms)
            self._schedule.put(now_ms + lasts_ms, self._finisher(served))

    def _finisher(self, served: Served) -> Served:
        def finish(now_ms: int) -> None:
            self._busy -= 1
            served(now_ms)
            self._begin(now_ms)

        return finish

    def _wake(self, at_ms: int) -> None:
        if self._woken_ms != at_ms:
            self._woken_ms = at_ms
            self._schedule.put(at_ms, self._begin)

    def _opens_ms(self, now_ms: int) -> int:
        """Return the earliest instant from ``now_ms`` on at which a service may begin."""
        return open_from(self._hours, self._calendar, self._halts, now_ms)


class Standing:
    """Places to stand in a yard: those who come to a full yard wait on the road before it."""

    def __init__(self, capacity: int, schedule: Schedule) -> None:
        """Open an empty yard of ``capacity`` vehicles."""
        self._free = capacity
        self._schedule = schedule
        self._line: deque[Served] = deque()

    def enter(self, now_ms: int, inside: Served) -> None:
        """Call ``inside`` as soon as there is room."""
        if self._free:
            self._free -= 1
            inside(now_ms)
            return
        self._line.append(inside)

    def leave(self, now_ms: int) -> None:
        """Free a place; the next one drives in."""
        if self._line:
            self._schedule.put(now_ms, self._line.popleft())
            return
        self._free += 1


def open_from(hours: Hours, calendar: str, halts: Sequence[tuple[int, int]], now_ms: int) -> int:
    """Return the earliest instant from ``now_ms`` on that is within ``calendar`` and in none of ``halts``."""
    moment = now_ms
    while True:
        opens_ms = hours.opens_ms(calendar, moment)
        halted = [until_ms for start_ms, until_ms in halts if start_ms <= opens_ms < until_ms]
        if not halted:
            return opens_ms
        moment = max(halted)
