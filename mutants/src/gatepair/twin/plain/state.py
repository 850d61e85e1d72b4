"""Entities and resources of the plain engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from gatepair.twin.program import LEVELS, STOPWATCHES, Flag
from gatepair.twin.results import RESOURCE_FIGURES
from gatepair.twin.units import NEVER


@dataclass(slots=True, eq=False)
class Entity:
    """A truck, its papers, an AGV on its way back, a breakdown: whatever goes through the rows."""

    row: int
    """Its place in the table of entities; free places are used again."""
    key: int
    source: int
    ordinal: int
    cls: int
    prio: int
    born: int
    pc: int
    record: int
    """Its row of recorded times, or -1."""
    ticket: int = 0
    lap: int = 0
    parent: Entity | None = None
    pending: int = 0
    """Children that have not ended."""
    ended: bool = False
    state: int = 0
    at: int = -1
    """The resource it waits for, or is served under; -1 none."""
    asked: int = 0
    started: int = 0
    end: int = NEVER
    """When its time is over."""
    remaining: int = -1
    event: int = 0
    """The seq of its end of time; 0 none."""
    patience: int = 0
    promotion: int = 0
    wants: tuple[tuple[int, int], ...] = ()
    """What it waits for: resource, units."""
    local: int = -1
    """The number of its set among those of the primary, where the queue is scanned."""
    watches: list[int] = field(default_factory=lambda: [0] * STOPWATCHES)
    members: list[Entity] = field(default_factory=list)
    """Who hangs on this leader."""


class ResourceState:
    """Units, who waits for them by level, who is served, and the figures since the warm-up."""

    def __init__(self, index: int, capacity: int, flags: int, /, *, sets: int, taken: int) -> None:
        self.index = index
        self.capacity = capacity
        self.pauses = bool(flags & Flag.PAUSE)
        self.scans = bool(flags & Flag.SCAN)
        self.sets = sets
        self.in_use = taken
        self.out = taken
        self.spent = 0
        self.waiting = 0
        """Ordinary entities that wait for their first unit; suspended ones and control are not counted."""
        self.suspended = 0
        self.levels: list[list[Entity]] = [[] for _ in range(LEVELS)]
        self.running: dict[Entity, None] = {}
        self.figures = dict.fromkeys(RESOURCE_FIGURES, 0)
        self.squares = 0.0
        self._since = 0

    @property
    def free(self) -> int:
        """Return the units that could be taken now; below 0 when units went while in use."""
        return self.capacity - self.in_use

    def head(self) -> Entity | None:
        """Return the first in order, or None when nobody waits."""
        return next((level[0] for level in self.levels if level), None)

    def accrue(self, now: int, /) -> None:
        """Bring the integrals up to ``now``; call before any change."""
        passed = now - self._since
        figures = self.figures
        figures["queue_area"] += self.waiting * passed
        figures["busy_area"] += (self.in_use - self.out) * passed
        figures["capacity_area"] += self.capacity * passed
        figures["out_area"] += self.out * passed
        figures["suspended_area"] += self.suspended * passed
        self._since = now

    def reset(self, now: int, /) -> None:
        """Forget the figures until ``now``; waits under way are carried."""
        self.accrue(now)
        self.figures = dict.fromkeys(RESOURCE_FIGURES, 0)
        self.squares = 0.0
        self.figures["queue_max"] = self.waiting
        self.figures["carried_wait_sum"] = sum(now - entity.asked for entity in self.unserved())

    def unserved(self) -> list[Entity]:
        """Return the ordinary entities that wait for their first unit, in order."""
        return [entity for level in self.levels[1:] for entity in level if entity.remaining < 0]
