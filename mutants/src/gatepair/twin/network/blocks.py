"""What a network is declared from: resources, calendars, batches, and the blocks that a route records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from gatepair.twin.distributions import Distribution
from gatepair.twin.program import Attribute, Op
from gatepair.twin.units import NEVER, TICKS_MAX

Closing = Literal["finish", "pause"]
Label = str


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """Servers, places, vehicles or a quota: units that entities take and give back.

    ``changes`` are (tick, capacity); ``refills`` are ticks at which spent units come back.
    """

    index: int
    name: str
    capacity: int
    closing: Closing
    changes: tuple[tuple[int, int], ...]
    refills: tuple[int, ...]
    scan: bool
    quota: bool

    @property
    def greatest(self) -> int:
        """Return the most units there ever are."""
        return max([self.capacity, *(capacity for _, capacity in self.changes)])


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """A calendar of working time: (open tick, close tick) spans, repeated every ``period`` ticks (0: not)."""

    index: int
    name: str
    spans: tuple[tuple[int, int], ...]
    period: int


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """A group that gathers: full at ``size``, or when the first has waited ``max_wait``."""

    index: int
    name: str
    size: int
    max_wait: Distribution | None


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an entity waits."""

    patience: Distribution | None = None
    on_renege: Label | None = None
    promote: tuple[Distribution, int] | None = None
    ordered: bool = False
    preempt: bool = False
    at_once: bool = False
    aged: bool = False


NO_TERMS = Terms()


@dataclass(slots=True)
class Block:
    """One block of a route, as it was recorded."""

    op: Op
    station: str
    activity: str
    resource: Resource | None = None
    units: int = 1
    dist: Distribution | None = None
    members: tuple[tuple[Resource, int], ...] = ()
    hours: Hours | None = None
    batch: Batch | None = None
    targets: tuple[Label | None, ...] = ()
    """Labels to go to; None is the next block."""
    shares: tuple[float, ...] = ()
    cases: tuple[str, ...] = ()
    """The classes that SWITCH tells apart, one a target."""
    queues: tuple[Resource, ...] = ()
    word: str = ""
    """The name of an outcome, tally, counter or stopwatch, or of the class that SET gives."""
    since: str | None = None
    attribute: Attribute | None = None
    number: int = 0
    terms: Terms = NO_TERMS
    under: Resource | Literal["auto"] | None = None
    fused: bool = False
    """BRANCH may use the second lane of the VISIT or DELAY before it."""


@dataclass(slots=True)
class Source:
    """Where entities come from; the kind is told by what is filled in."""

    name: str
    route: str
    entry: Label | None
    control: bool = False
    rates: tuple[tuple[float, float], ...] = ()
    """(end of the segment, arrivals a tick)."""
    period: int = 0
    until: int = NEVER
    shares: tuple[tuple[float, str], ...] = ()
    """(share, class) of a rate."""
    at: tuple[int, ...] = ()
    cls: tuple[str, ...] = ()
    """The class of each arrival, or one for all."""
    priority: tuple[int, ...] = ()
    """The level of each arrival, or one for all; for rates: one a class of ``shares``."""
    rows: tuple[tuple[int, ...], ...] = ()
    earliness: Distribution | None = None
    lead: int = 0
    no_show: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Entities that stand at a label at tick 0."""

    source: str
    route: str
    at: Label
    count: int
    cls: str | None
    priority: int
    since: int
    remaining: int | None
    ticket: int
    ordinal: int
    rows: tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class Declared:
    """Everything a network was told, in order."""

    name: str
    resources: list[Resource] = field(default_factory=list)
    hours: list[Hours] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    classes: tuple[str, ...] = ("all",)
    sources: list[Source] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    """Units of a resource (by index) that control holds from the start."""


def repeated(
    changes: Sequence[tuple[int, int]], /, *, every: int, until: int, begin: int = 0
) -> tuple[tuple[int, int], ...]:
    """Return (tick, value) ``changes`` of one period, repeated ``every`` ticks from ``begin`` while before ``until``."""
    if every <= 0:
        return tuple(changes)
    starts = range(begin, until, every)
    return tuple((start + tick, value) for start in starts for tick, value in changes if start + tick < until)


def in_ticks(tick: int) -> bool:
    """Tell whether ``tick`` can be an instant of a run."""
    return 0 <= tick <= TICKS_MAX
