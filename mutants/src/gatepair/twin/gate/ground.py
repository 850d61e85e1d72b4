"""What the compiled gate stands on: the network being written, its resources by direction, hours and stops.

The limits of the call-forward rule become resources: whoever is called takes one of each at once.

- ``service``: servers of the exit post and the vehicles called ahead; given back at the line, and while held.
- ``yard``: places of the exit gate yard; given back at the line.
- ``quota``: the partner's quota of the clock hour; spent at the line, back at the next hour; while held it is free.
- ``backlog``: places and servers of the partner; given back when it has taken the vehicle over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from gatepair.base.time import HOUR_MS
from gatepair.operations.capacity import FixedLimits, fixed_limits
from gatepair.operations.gate import FIRST_TIDE
from gatepair.plan import habits
from gatepair.plan.model import (
    CommodityGroup,
    Demand,
    Direction,
    Lane,
    LaneDirection,
    LaneKind,
    Plan,
    Role,
    YardKind,
)
from gatepair.plan.rules import exit_post, lanes_for, stations_of, widest_road
from gatepair.twin.gate.time import (
    TICKS_PER_MS,
    Horizon,
    Openings,
    Spans,
    ahead,
    capacity_of,
    ended_early,
    joined,
    within,
    without,
)
from gatepair.twin.gate.ways import Kind, Recording
from gatepair.twin.network.network import Hours, Network, Resource, Route
from gatepair.twin.units import seconds

PLENTY: Final = 1_000_000
"""Units of what never limits anything but is open or closed."""
MOVED_LEVEL: Final = 1
"""Places moved by hand go before every class."""
FIRST_LEVEL: Final = 2
"""Level of the first class of the published rule."""
LAST_LEVEL: Final = 15
COMMON_LEVEL: Final = 5
"""Everybody's level once called: stations serve in the order of coming, as at the gate."""


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop over ticks: by notice no lane is open; without notice the post's entry stands still."""

    post: str
    direction: Direction
    start: int
    end: int
    announced: bool


@dataclass(slots=True)
class Side:
    """One direction: its posts, its limits as resources, its line of call and its lanes."""

    direction: Direction
    leaves: str
    enters: str
    limits: FixedLimits
    queue: Resource
    service: Resource
    yard: Resource | None
    quota: Resource | None
    hourly: Resource | None
    backlog: Resource | None
    places: Resource
    """Places in the gate yards of the post that takes the vehicles in."""
    intake: Hours
    """When that post works: the hours of its first station less its silent stops."""
    groups: dict[CommodityGroup, int]
    """Which of ``open`` a group of goods needs; the same for all where hours are for all goods."""
    open: tuple[Resource, ...]
    """Hours for some goods only, as companions of the queue; empty where all have the same hours."""
    waits: tuple[Hours, ...]
    """The same hours at the lane."""
    pairs: Resource | None = None
    """Return loads of vehicles on their way home in this direction."""
    accepts: Hours | None = None
    """When the partner accepts announcements, where that can hold a vehicle up."""

    @property
    def way(self) -> str:
        """Return the direction's word."""
        return self.direction.value

    def called_units(self) -> list[tuple[Resource, int]]:
        """Return what a called vehicle takes besides its turn in the queue."""
        found = (self.service, self.yard, self.quota, self.backlog)
        return [(resource, 1) for resource in found if resource is not None]

    def working_units(self) -> list[Resource]:
        """Return what a held vehicle gives back for the time: it will not leave within the hour."""
        return [resource for resource in (self.service, self.quota, self.backlog) if resource is not None]


@dataclass(slots=True)
class Road:
    """The lanes of one kind on one road in one direction, as one resource; and the time over the line."""

    name: str
    lanes: Resource
    hours: Hours
    headway: int
    over_the_line: int


@dataclass(slots=True)
class Ground:
    """The network being written."""

    plan: Plan
    demand: Demand
    horizon: Horizon
    net: Network
    route: Route
    openings: Openings
    halts: tuple[Halt, ...]
    recording: Recording
    on: str
    """The local date by which channel profiles are chosen."""
    returns: bool = True
    """Whether vehicles come home by themselves; a recorded day lists its return trips."""
    stations: dict[str, Resource] = field(default_factory=dict)
    sides: dict[Direction, Side] = field(default_factory=dict)
    roads: dict[tuple[Direction, LaneKind], Road] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
    sampled: dict[str, list[int]] = field(default_factory=dict)
    """By entry: the numbers of the ways on which samples are taken."""

    def kinds_of(self, direction: Direction, *, laden: bool) -> list[Kind]:
        """Return the kinds that go ``direction``, laden or empty."""
        return [kind for kind in self.kinds if kind.direction is direction and kind.laden is laden]

    def silent(self, post: str) -> Spans:
        """Return when ``post`` stands still without having told anybody."""
        return joined((one.start, one.end) for one in self.halts if one.post == post and not one.announced)

    def announced(self, direction: Direction) -> Spans:
        """Return when no lane leads ``direction`` because a stop stands."""
        return joined((one.start, one.end) for one in self.halts if one.direction is direction and one.announced)

    def stationed(self, key: str) -> Resource:
        """Return the resource of the station ``key``."""
        return self.stations[key]


def opposite(direction: Direction) -> Direction:
    """Return the other direction."""
    return Direction.IN if direction is Direction.OUT else Direction.OUT


def lay(ground: Ground) -> None:
    """Declare stations, sides and roads of the plan in the network, in the plan's order."""
    for key, station in ground.plan.stations.items():
        found = ground.openings.of(station.hours)
        if station.role is Role.ENTRY:
            found = without(found, ground.silent(station.post))
        capacity, changes = capacity_of([(found, station.servers)])
        ground.stations[key] = ground.net.resource(key, capacity, changes=changes)
    for direction in Direction:
        ground.sides[direction] = _side(ground, direction)
        for asked in (LaneKind.MANNED, LaneKind.EMPTIES):
            route, kind = widest_road(ground.plan, direction, asked)
            if (direction, kind) not in ground.roads:
                ground.roads[direction, kind] = _road(ground, direction, route, kind)


def lane_spans(
    ground: Ground, direction: Direction, route: str, *, kind: LaneKind, commodity: CommodityGroup | None = None
) -> list[tuple[Lane, Spans]]:
    """Return the lanes that lead ``direction``, each with the hours in which it is open for ``commodity``.

    A tidal lane that nobody turned runs out of the home side, as at the posts.  Stops are not taken off.
    """
    found = []
    for key in lanes_for(ground.plan, kind=kind, direction=direction, route=route):
        lane = ground.plan.routes[route].lanes[key]
        if lane.direction is LaneDirection.TIDAL and FIRST_TIDE.direction is not direction:
            continue
        found.append((lane, ground.openings.of(lane.hours, direction=direction, commodity=commodity)))
    return found


def _side(ground: Ground, direction: Direction) -> Side:
    plan, net, way = ground.plan, ground.net, direction.value
    leaves = exit_post(plan, direction)
    enters = plan.partner_of(leaves)
    limits = fixed_limits(plan, leaves, direction)
    route, kind = widest_road(plan, direction, LaneKind.MANNED)
    travel = limits.travel_ms * TICKS_PER_MS

    def hours(commodity: CommodityGroup | None) -> Spans:
        found = lane_spans(ground, direction, route, kind=kind, commodity=commodity)
        return joined(span for _, spans in found for span in spans)

    def line(commodity: CommodityGroup | None) -> Spans:
        return without(hours(commodity), ground.announced(direction))

    def calls(commodity: CommodityGroup | None) -> Spans:
        # A stop does not tell its beginning before it begins, so only closing hours end the calls early.
        return within(ended_early(hours(commodity), travel), line(commodity))

    by_goods = {commodity: calls(commodity) for commodity in CommodityGroup}
    distinct = list(dict.fromkeys(by_goods.values()))
    several = len(distinct) > 1
    at_all, changes = (PLENTY, ()) if several else capacity_of([(distinct[0], PLENTY)])
    waits = [joined(line(next(one for one in CommodityGroup if by_goods[one] == found))) for found in distinct]
    intake = without(ground.openings.of(_intake_hours(plan, enters)), ground.silent(enters))
    return Side(
        direction=direction,
        leaves=leaves,
        enters=enters,
        limits=limits,
        service=net.resource(f"service.{way}", limits.service),
        yard=None if limits.yard is None else net.resource(f"yard.{way}", limits.yard),
        quota=_quota(ground, way, limits, line(None)),
        hourly=_hourly(ground, way, limits, line(None)),
        backlog=None if limits.partner_backlog is None else net.resource(f"backlog.{way}", limits.partner_backlog),
        places=net.resource(f"gate.{enters}", _places(plan, enters)),
        intake=net.calendar(f"intake.{enters}", ahead(intake)),
        # After the quota: where the line opens on the hour, the hour's quota is set before anybody is called.
        queue=net.resource(f"queue.{way}", at_all, changes=changes, scan=several),
        groups={commodity: distinct.index(found) for commodity, found in by_goods.items()},
        open=tuple(_opened(net, f"open.{way}.{index}", found) for index, found in enumerate(distinct))
        if several
        else (),
        waits=tuple(net.calendar(f"lane.{way}.{index}", ahead(found)) for index, found in enumerate(waits))
        if several
        else (),
    )


def _opened(net: Network, name: str, found: Spans) -> Resource:
    capacity, changes = capacity_of([(found, PLENTY)])
    return net.resource(name, capacity, changes=changes)


def _road(ground: Ground, direction: Direction, route: str, kind: LaneKind) -> Road:
    name = f"lane.{direction.value}.{route}.{kind.value}"
    lanes = lane_spans(ground, direction, route, kind=kind)
    stops = ground.announced(direction)
    capacity, changes = capacity_of([(without(found, stops), 1) for _, found in lanes])
    headways = sorted(lane.headway_s for lane, _ in lanes)
    hours = without(joined(span for _, found in lanes for span in found), stops)
    length_m = ground.plan.routes[route].length_m
    return Road(
        name=name,
        lanes=ground.net.resource(name, capacity, changes=changes),
        hours=ground.net.calendar(f"{name}.hours", ahead(hours)),
        headway=seconds(headways[-1] if headways else 0),
        over_the_line=seconds(length_m // habits.LINE_SPEED_M_S),
    )


def _quota(ground: Ground, way: str, limits: FixedLimits, line: Spans) -> Resource | None:
    """Declare the partner's quota: near the end of an hour the next hour's counts too, for the time of the drive."""
    if limits.partner_quota is None:
        return None
    per_hour, travel, hour = limits.partner_quota, limits.travel_ms * TICKS_PER_MS, HOUR_MS * TICKS_PER_MS
    hours = _hours_of(ground, line)
    if travel >= hour:
        return ground.net.quota(f"quota.{way}", 2 * per_hour, refills=hours)
    changes: list[tuple[int, int]] = []
    for tick in hours:
        if tick > travel > 0:
            changes.append((tick - travel, 2 * per_hour))
        changes.append((tick, per_hour))
    return ground.net.quota(f"quota.{way}", per_hour, refills=hours, changes=changes)


def _hourly(ground: Ground, way: str, limits: FixedLimits, line: Spans) -> Resource | None:
    """Declare the departures of the hour that count: more than the quota count as the quota, when the next begins."""
    if limits.partner_quota is None or limits.travel_ms == 0:
        return None
    return ground.net.quota(f"hourly.{way}", limits.partner_quota, refills=_hours_of(ground, line))


def _hours_of(ground: Ground, line: Spans) -> list[int]:
    """Return the clock hours that matter: while the line is open, and the one after."""
    hour = HOUR_MS * TICKS_PER_MS
    found: Sequence[int] = ground.horizon.hour_ticks()
    kept, index = [], 0
    for tick in found:
        while index < len(line) and line[index][1] <= tick - hour:
            index += 1
        if index < len(line) and line[index][0] < tick + hour and tick < ground.horizon.until:
            kept.append(tick)
    return kept


def _intake_hours(plan: Plan, post: str) -> str:
    """Return the calendar by which ``post`` takes vehicles in: that of its first station."""
    stations = stations_of(plan, post, Role.ENTRY)
    return stations[0][1].hours if stations else next(iter(plan.calendars))


def _places(plan: Plan, post: str) -> int:
    yards = (yard.capacity for yard in plan.yards.values() if yard.post == post and yard.kind is YardKind.GATE)
    return sum(yards) or habits.YARD_PLACES
