"""Networks written in Python: declared by name, compiled once into arrays.

A minimal one::

    net = Network("one weighbridge")
    scale = net.resource("weighbridge", 1)
    truck = net.route("truck")
    truck.use(scale, Exponential(minutes(2)))
    net.poisson("trucks", truck, rate=1 / minutes(3))
    run = simulate(net.compile(), seed=1, until=days(30))

Everything is in ticks (:mod:`gatepair.twin.units`).  Nothing here is checked until :meth:`Network.compile`, which
names every fault by its place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from gatepair.twin.distributions import Shifted, greatest
from gatepair.twin.network.blocks import (
    Batch,
    Closing,
    Declared,
    Hours,
    Label,
    Resource,
    Source,
    Standing,
    repeated,
)
from gatepair.twin.network.compile import compile_network
from gatepair.twin.network.routes import Choice, Route, Time, time_of
from gatepair.twin.program import Program
from gatepair.twin.units import NEVER

__all__ = ["Batch", "Choice", "Hours", "Network", "Resource", "Route", "repeated"]

ORDINARY = 5
"""The level of those for whom none is given: others may go before and after."""

Mode = Literal["finish", "interrupt", "overlap"]
Rows = Sequence[Sequence[int]]


class Network:
    """Declares resources, routes and sources; :meth:`compile` gives the arrays that the engines run."""

    def __init__(self, name: str = "network", /) -> None:
        self._declared = Declared(name)
        self._routes: list[Route] = []
        self._control: list[Route] = []

    # What there is -----------------------------------------------------------------------------

    def resource(
        self,
        name: str,
        capacity: int = 1,
        /,
        *,
        closing: Closing = "finish",
        changes: Sequence[tuple[int, int]] = (),
        scan: bool = False,
    ) -> Resource:
        """Declare ``capacity`` units; at each (tick, capacity) of ``changes`` there are so many.

        ``closing="finish"``: work under way when units go is finished and nothing new begins; ``"pause"``: the
        latest-started work stops and goes on when units are back.  ``scan=True``: those who cannot be served now
        do not hold up those behind them.
        """
        return self._resource(Resource(
            len(self._declared.resources), name, capacity, closing, tuple(changes), (), scan, quota=False
        ))  # fmt: skip

    def quota(
        self, name: str, capacity: int, /, *, refills: Sequence[int], changes: Sequence[tuple[int, int]] = ()
    ) -> Resource:
        """Declare units that are spent and come back at the ticks of ``refills``."""
        return self._resource(Resource(
            len(self._declared.resources), name, capacity, "finish", tuple(changes), tuple(refills), scan=False, quota=True
        ))  # fmt: skip

    def calendar(self, name: str, spans: Sequence[tuple[int, int]], /, *, every: int = 0) -> Hours:
        """Declare working time as (open, close) ticks, repeated ``every`` ticks (0: these spans only)."""
        hours = Hours(len(self._declared.hours), name, tuple(spans), every)
        self._declared.hours.append(hours)
        return hours

    def batch(self, name: str, size: int, /, *, max_wait: Time | None = None) -> Batch:
        """Declare a batch that goes when it is full or when the first has waited ``max_wait``."""
        wait = None if max_wait is None else time_of(max_wait)
        batch = Batch(len(self._declared.batches), name, size, wait)
        self._declared.batches.append(batch)
        return batch

    def classes(self, *names: str) -> None:
        """Declare the classes; without this there is one, ``all``."""
        self._declared.classes = names

    def route(self, name: str, /) -> Route:
        """Declare a route, to be written block by block."""
        route = Route(name)
        self._routes.append(route)
        return route

    # Who comes ---------------------------------------------------------------------------------

    def poisson(
        self,
        name: str,
        route: Route,
        /,
        *,
        rate: float | Sequence[tuple[int, float]] | Sequence[float],
        every: int = 0,
        unit: int = 3_600_000_000,
        cls: str | None = None,
        priority: int | Mapping[str, int] = ORDINARY,
        mix: Mapping[str, float] | None = None,
        until: int = NEVER,
        entry: Label | None = None,
    ) -> None:
        """Let entities come at random, independently of each other, at a rate that may vary.

        ``rate`` is arrivals a tick; or (tick, arrivals a tick) from each tick on, repeated ``every`` ticks (0: not);
        or a profile of arrivals an hour (a ``unit``), repeated.  ``mix`` are the shares of the classes.
        """
        rates, period = segments(rate, every=every, unit=unit)
        shares = tuple((share, kind) for kind, share in (mix or {cls or self._declared.classes[0]: 1.0}).items())
        levels = tuple(priority if isinstance(priority, int) else priority.get(kind, ORDINARY) for _, kind in shares)
        self._declared.sources.append(
            Source(name, route.name, entry, rates=rates, period=period, until=until, shares=shares, priority=levels)
        )

    def arrivals(
        self,
        name: str,
        route: Route,
        /,
        *,
        at: Sequence[int],
        cls: str | Sequence[str] | None = None,
        priority: int | Sequence[int] | Mapping[str, int] = ORDINARY,
        rows: Rows = (),
        entry: Label | None = None,
    ) -> None:
        """Let entities come at the ticks of ``at``, in that order; ``rows`` are what :class:`Recorded` reads."""
        self._declared.sources.append(self._list(name, route, at, cls=cls, priority=priority, rows=rows, entry=entry))

    def appointments(
        self,
        name: str,
        route: Route,
        /,
        *,
        at: Sequence[int],
        earliness: Time = 0,
        no_show: float = 0.0,
        cls: str | Sequence[str] | None = None,
        priority: int | Sequence[int] | Mapping[str, int] = ORDINARY,
        rows: Rows = (),
        entry: Label | None = None,
    ) -> None:
        """Let entities come for the ticks of ``at``, ``earliness`` before them, or not with the share ``no_show``.

        ``Uniform(-minutes(10), minutes(10))`` is up to ten minutes early or late.
        """
        early = time_of(earliness)
        late = math.ceil(-early.low) if -math.inf < early.low < 0 else 0
        if late:
            early = Shifted(early, late)
        latest = [tick + late for tick in at]
        source = self._list(name, route, latest, cls=cls, priority=priority, rows=rows, entry=entry)
        source.earliness, source.no_show = early, no_show
        source.lead = greatest(early) if early.low >= 0 else 0
        self._declared.sources.append(source)

    def present(
        self,
        route: Route,
        /,
        *,
        at: Label,
        count: int = 1,
        rows: Rows = (),
        since: int = 0,
        remaining: int | None = None,
        cls: str | None = None,
        priority: int = ORDINARY,
        ticket: int = 0,
        source: str | None = None,
        ordinal: int | None = None,
    ) -> None:
        """Let ``count`` entities stand at label ``at`` at tick 0, holding what is held there.

        ``since`` is when they were born (0 or before).  ``remaining`` are the ticks left of the block they stand in;
        without it they begin it at tick 0, in the order declared.  ``source`` and ``ordinal`` name their draws.
        """
        name = source or f"present {route.name}"
        if ordinal is None:
            ordinal = sum(group.count for group in self._declared.standing if group.source == name)
        self._declared.standing.append(
            Standing(
                name,
                route.name,
                at,
                count,
                cls,
                priority,
                since,
                remaining,
                ticket,
                ordinal,
                tuple(tuple(row) for row in rows),
            )
        )

    # What gets in the way ------------------------------------------------------------------------

    def breakdown(
        self, resource: Resource, /, *, up: Time, down: Time, units: int = 1, mode: Mode = "finish", streams: int = 1
    ) -> None:
        """Let ``units`` of ``resource`` fail after ``up`` and be back after ``down``, again and again.

        ``mode``: ``finish``: a busy unit finishes its service, then the repair begins; ``interrupt``: the service
        stops and goes on afterwards; ``overlap``: the repair begins at once, the service goes on to its end.
        ``streams`` are independent causes.
        """
        route = self._controlled(f"breakdown {resource.name}")
        route.label("up").delay(up, name=f"{route.name} up", under=None)
        if mode == "overlap":
            route.take(resource, units)
        else:
            route.seize(resource, units, preempt=mode == "interrupt")
        route.delay(down, name=f"{route.name} down", under=None).release(resource, units).goto("up")
        self._declared.sources.append(self._control_source(route, [0] * streams))

    def tidal(
        self,
        first: Resource,
        second: Resource,
        /,
        *,
        turns: Sequence[tuple[int, Resource]],
        clear: Time,
        units: int = 1,
    ) -> None:
        """Let ``units`` lanes serve ``first`` until a turn (tick, resource) gives them to the other, and so on.

        The capacity of both holds the shared lanes.  A turn waits until the lanes are empty, then ``clear`` passes
        before the other side may use them.
        """
        taken = self._declared.taken
        taken[second.index] = taken.get(second.index, 0) + units
        serving = first
        at: dict[Resource, list[int]] = {first: [], second: []}
        for tick, towards in sorted(turns, key=lambda turn: turn[0]):
            if towards is not serving:
                at[towards].append(tick)
                serving = towards
        for gains, loses in ((second, first), (first, second)):
            route = self._controlled(f"turn {loses.name} to {gains.name}")
            route.seize(loses, units).delay(clear, name=f"{route.name} clear", under=None).release(gains, units)
            if at[gains]:
                self._declared.sources.append(self._control_source(route, at[gains]))

    # -----------------------------------------------------------------------------------------------

    def compile(self) -> Program:
        """Return the arrays of this network.

        Raises:
            NetworkInvalid: with every fault at its place; what only should be looked at is in ``Program.findings``.
        """
        return compile_network(self._declared, self._routes, self._control)

    def _resource(self, resource: Resource, /) -> Resource:
        self._declared.resources.append(resource)
        return resource

    def _controlled(self, name: str, /) -> Route:
        same = sum(route.name == name or route.name.startswith(f"{name} #") for route in self._control)
        route = Route(f"{name} #{same + 1}" if same else name)
        self._control.append(route)
        return route

    @staticmethod
    def _control_source(route: Route, at: Sequence[int], /) -> Source:
        return Source(route.name, route.name, None, control=True, at=tuple(at), cls=("",), priority=(0,))

    def _list(
        self,
        name: str,
        route: Route,
        at: Sequence[int],
        /,
        *,
        cls: str | Sequence[str] | None,
        priority: int | Sequence[int] | Mapping[str, int],
        rows: Rows,
        entry: Label | None,
    ) -> Source:
        kinds = (cls or self._declared.classes[0],) if cls is None or isinstance(cls, str) else tuple(cls)
        if isinstance(priority, int):
            levels: tuple[int, ...] = (priority,)
        elif isinstance(priority, Mapping):
            levels = tuple(priority.get(kind, ORDINARY) for kind in kinds)
        else:
            levels = tuple(int(level) for level in priority)
        return Source(
            name, route.name, entry, at=tuple(int(tick) for tick in at), cls=kinds, priority=levels,
            rows=tuple(tuple(int(ticks) for ticks in row) for row in rows),
        )  # fmt: skip


def segments(
    rate: float | Sequence[tuple[int, float]] | Sequence[float], /, *, every: int, unit: int
) -> tuple[tuple[tuple[float, float], ...], int]:
    """Return ((end, arrivals a tick) of each segment, period) of a rate as :meth:`Network.poisson` takes it."""
    if isinstance(rate, int | float):
        return ((math.inf, float(rate)),), 0
    steps: list[tuple[int, float]] = []
    hourly: list[float] = []
    for step in rate:
        if isinstance(step, Sequence):
            steps.append((step[0], step[1]))
        else:
            hourly.append(float(step))
    if hourly:
        return tuple(((hour + 1.0) * unit, amount / unit) for hour, amount in enumerate(hourly)), len(hourly) * unit
    ends = [*(float(tick) for tick, _ in steps[1:]), float(every) if every else math.inf]
    rates = [(end, float(amount)) for end, (_, amount) in zip(ends, steps, strict=False)]
    if steps and steps[0][0] > 0:
        rates.insert(0, (float(steps[0][0]), 0.0))
    return tuple(rates), every
