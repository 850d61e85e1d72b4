"""Unmanned fleets: containers wait for a vehicle on their side, ride, and are put down on the other.

A vehicle is an entity that goes to and fro for ever.  It stands on one side, looks every minute whether a container
waits there (it takes it over) or on the other side (it drives there empty), and charges after so many trips.
It always holds a seat of each direction.  To load it gives the seat free, the next container takes it and hands it
back at the same instant: that is how a container is taken over, and no other can be in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gatepair.plan.model import Direction, Fleet, LaneKind, Mission, Station, StationKind
from gatepair.plan.rules import exit_post, lanes_for
from gatepair.twin.distributions import Uniform
from gatepair.twin.gate.ground import COMMON_LEVEL, Ground, lane_spans
from gatepair.twin.gate.time import Spans, ahead, ended_early, joined, without
from gatepair.twin.gate.traffic import spread_all
from gatepair.twin.gate.ways import distribution_of
from gatepair.twin.network.network import Hours, Resource, Route
from gatepair.twin.units import minutes, seconds

LOOK: Final = minutes(1)
"""How often an idle vehicle looks for work; a dispatch system is faster, and a minute is little on a trip of twenty."""
OWN_LEVEL: Final = 1
"""A vehicle gets its seat back before the next container."""
ERRANDS_MAX: Final = 16
"""At most so many vehicles drive empty to one side at once."""
HOUR_S: Final = 3_600
VEHICLE: Final = "vehicle.unmanned"


@dataclass(frozen=True, slots=True)
class Run:
    """One direction of a fleet's path: seats, the hours in which a trip may begin, its lane, cranes and gates."""

    direction: Direction
    seats: Resource
    begins: Hours
    lane: Resource
    headway: int
    drive: int
    here: tuple[str, ...]
    """Cranes of the side it starts from."""
    gates: tuple[str, ...]
    """Stations that only missions pass, at both posts."""
    there: tuple[str, ...]


def write_fleets(ground: Ground) -> None:
    """Write every fleet that has missions."""
    for key, fleet in ground.plan.fleets.items():
        missions = [one for one in ground.demand.missions if one.fleet == key]
        if missions and fleet.vehicles:
            _write_fleet(ground, key, fleet, missions)


def _write_fleet(ground: Ground, key: str, fleet: Fleet, missions: list[Mission]) -> None:
    runs = {direction: _run(ground, key, fleet, direction) for direction in Direction}
    for direction, run in runs.items():
        carried = [one for one in missions if one.direction is direction]
        if carried:
            ridden = _write_container(ground, key, run)
            for number, mission in enumerate(carried):
                _bring(ground, ridden, f"containers.{key}.{direction.value}.{number}", mission)
    route = _write_vehicle(ground, key, fleet, runs)
    first = missions[0].direction
    for number in range(fleet.vehicles):
        # They stand on both sides at the beginning, the odd one where containers are listed first.
        direction = first if number % 2 == 0 else _other(first)
        ground.net.present(
            route,
            at=f"{direction.value}.begins",
            cls=VEHICLE,
            priority=OWN_LEVEL,
            source=f"fleet.{key}",
            ordinal=number,
        )


def _run(ground: Ground, key: str, fleet: Fleet, direction: Direction) -> Run:
    plan, way = ground.plan, direction.value
    lanes = lane_spans(ground, direction, fleet.route, kind=LaneKind.UNMANNED)
    keys = lanes_for(plan, kind=LaneKind.UNMANNED, direction=direction, route=fleet.route)
    hours: Spans = without(joined(span for _, found in lanes for span in found), ground.announced(direction))
    path_m = fleet.path_m or plan.routes[fleet.route].length_m
    drive = seconds(path_m * HOUR_S / fleet.speed_m_h)
    trip = drive + 2 * seconds(fleet.lift_s)
    leaves = exit_post(plan, direction)
    enters = plan.partner_of(leaves)
    begins = ahead(ended_early(hours, trip))
    headway = max((lane.headway_s for lane, _ in lanes), default=0)
    return Run(
        direction=direction,
        seats=ground.net.resource(f"seats.{key}.{way}", fleet.vehicles),
        begins=ground.net.calendar(f"missions.{key}.{way}", begins or hours),
        lane=ground.net.resource(f"path.{key}.{way}", max(len(keys), 1)),
        headway=seconds(headway),
        drive=drive,
        here=_cranes(ground, leaves),
        gates=tuple(
            name
            for name, station in plan.stations.items()
            if plan.role_of(station.post, direction) is station.role and _missions_only(station)
        ),
        there=_cranes(ground, enters),
    )


def _missions_only(station: Station) -> bool:
    """Tell whether only missions pass the station: manned vehicles never visit it."""
    manned = station.share_permille.get("default", 1000) or any(station.share_permille.values())
    return not manned and station.kind is not StationKind.CRANE


def _cranes(ground: Ground, post: str) -> tuple[str, ...]:
    return tuple(
        key
        for key, station in ground.plan.stations.items()
        if station.post == post and station.kind is StationKind.CRANE
    )


def _lift(ground: Ground, route: Route, fleet: Fleet, cranes: tuple[str, ...], *, stem: str) -> None:
    """One lift by the crane with the fewest waiting; where a post has none, in the time of the fleet's plan."""
    if not cranes:
        route.delay(seconds(fleet.lift_s), name=f"{stem}.lift", under=None)
        return
    if len(cranes) > 1:
        route.shortest([(ground.stationed(key), f"{stem}.{key}") for key in cranes])
    for key in cranes:
        time = distribution_of(ground.plan.stations[key].service["default"])
        route.label(f"{stem}.{key}").use(ground.stationed(key), time, name=f"{stem}.{key}").goto(f"{stem}.lifted")
    route.label(f"{stem}.lifted")


def _write_container(ground: Ground, key: str, run: Run) -> Route:
    """A container waits for a vehicle; what happens on the way is the vehicle's."""
    way = run.direction.value
    route = ground.net.route(f"mission.{key}.{way}").count(f"containers.{way}")
    route.label("waits").seize(run.seats, 1, name=f"mission.{key}.{way}.waits").read(f"container_wait.{way}")
    route.release(run.seats).exit("taken")
    return route


def _write_trip(ground: Ground, route: Route, fleet: Fleet, run: Run, *, stem: str) -> None:
    """The loaded trip: up, through the gates of the lane, over, down."""
    way = run.direction.value
    route.watch("trip")
    _lift(ground, route, fleet, run.here, stem=f"{stem}.up")
    for name in run.gates:
        time = distribution_of(ground.plan.stations[name].service["default"])
        route.use(ground.stationed(name), time, name=f"{stem}.{name}")
    route.use(run.lane, run.headway, name=run.lane.name).delay(run.drive, name=f"{stem}.drive", under=None)
    _lift(ground, route, fleet, run.there, stem=f"{stem}.down")
    route.count(f"missions.{way}").read(f"trip.{way}", since="trip")


def _write_vehicle(ground: Ground, key: str, fleet: Fleet, runs: dict[Direction, Run]) -> Route:
    """Write the vehicle's life: it stands where a trip of one direction begins, and goes on to the other side."""
    route = ground.net.route(f"fleet.{key}")
    seats = [run.seats for run in runs.values()]
    errands = {direction: _errands(ground, key, fleet, direction) for direction in Direction}
    busy = ground.net.resource(f"fleet.{key}.busy", fleet.vehicles)
    for direction, run in runs.items():
        way, over = direction.value, _other(direction).value
        other = runs[_other(direction)]
        route.label(f"{way}.begins").delay(Uniform(0, LOOK), name=f"fleet.{key}.first", under=None)
        for seat in seats:
            route.seize(seat, 1, name=f"{seat.name}.own")
        route.label(f"{way}.stands").wait_open(run.begins, name=f"fleet.{key}.{way}.hours")
        route.if_queue(run.seats, 1, f"{way}.loads")
        for number, errand in enumerate(errands[direction]):
            # As many drive over empty as containers wait there, and no more.
            route.if_free(errand, 1, f"{way}.errand.{number}").label(f"{way}.next.{number}")
        route.delay(LOOK, name=f"fleet.{key}.{way}.look", under=None).goto(f"{way}.stands")
        for number, errand in enumerate(errands[direction]):
            route.label(f"{way}.errand.{number}").if_queue(other.seats, number + 1, f"{way}.go.{number}")
            route.goto(f"{way}.next.{number}")
            route.label(f"{way}.go.{number}").seize(errand, 1, name=errand.name).seize(busy, 1, name=busy.name)
            route.use(run.lane, run.headway, name=f"{run.lane.name}.empty")
            route.delay(run.drive, name=f"fleet.{key}.{way}.empty", under=None).count(f"empty_trips.{way}")
            route.release(errand).goto(f"{way}.there")
        route.label(f"{way}.loads").seize(busy, 1, name=f"{busy.name}.loaded")
        route.release(run.seats).seize(run.seats, 1, name=f"{run.seats.name}.back")
        _write_trip(ground, route, fleet, run, stem=f"mission.{key}.{way}")
        route.label(f"{way}.there")
        if fleet.charge_after_trips and fleet.charge_s:
            share = 1 / fleet.charge_after_trips
            ways = {"charges": (share, f"{way}.charges"), "not": (1 - share, f"{way}.over")}
            route.branch(ways, name=f"fleet.{key}.charges")
            route.label(f"{way}.charges").delay(seconds(fleet.charge_s), name=f"fleet.{key}.charge", under=None)
        route.label(f"{way}.over").release(busy).goto(f"{over}.stands")
    return route


def _errands(ground: Ground, key: str, fleet: Fleet, direction: Direction) -> list[Resource]:
    count = min(fleet.vehicles, ERRANDS_MAX)
    return [ground.net.resource(f"errand.{key}.{direction.value}.{number}", 1) for number in range(count)]


def _bring(ground: Ground, route: Route, source: str, mission: Mission) -> None:
    """Containers come over the day; those in stock wait already."""
    cls = f"{mission.direction.value}.container"
    if mission.stock:
        ground.net.present(
            route, at="waits", count=mission.stock, cls=cls, priority=COMMON_LEVEL, source=f"{source}.stock"
        )
    ticks = spread_all(ground.horizon, mission.profile, mission.arrivals, name=source)
    if len(ticks):
        ground.net.arrivals(source, route, at=ticks.tolist(), cls=cls, priority=COMMON_LEVEL)


def _other(direction: Direction) -> Direction:
    return Direction.IN if direction is Direction.OUT else Direction.OUT
