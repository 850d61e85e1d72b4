"""A day of the simulated world through two live posts, and the same vehicles and draws through the twin."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np

from gatepair.adapters.planfiles import Day
from gatepair.base.duties import Duty
from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import LoadUnit
from gatepair.plan import habits
from gatepair.plan.model import Direction, Role, StationKind
from gatepair.plan.rules import exit_post, required_duties, stations_of, visit_permille
from gatepair.plan.sampling import service_ms
from gatepair.twin.engine import simulate
from gatepair.twin.gate.gate import Gate, compile_gate
from gatepair.twin.gate.time import TICKS_PER_MS
from gatepair.twin.gate.ways import Kind, Recorded, call_lasts_s, drive_s
from gatepair.world.people import Journey, People
from gatepair.world.run import World
from world.inprocess import InProcessPost, pair

Moments = dict[str, dict[str, int]]
"""Instants in milliseconds by step or station, then by crossing."""


@dataclass(frozen=True)
class Replayed:
    """What the posts recorded and what the twin made of the same draws, at the places that both know."""

    posts: Moments
    twin: Moments
    gate: Gate


def replayed(out: Path, day: Day, *, seed: int, tick_ms: int, engine: str = "auto") -> Replayed:
    """Run ``day`` through posts in this process with ticks of ``tick_ms``, then its draws through the twin."""
    world, doors, until_ms = _run(out, day, seed, tick_ms)
    posts = _moments(day, doors)
    journeys = [one for one in world.people.journeys.values() if one.crossing in _came(posts)]
    journeys.sort(key=lambda one: _came(posts)[one.crossing])
    crossings = [_recorded(world.people, one, _came(posts)[one.crossing]) for one in journeys]
    gate = compile_gate(day.plan, day.scenario, start_ms=world.start_ms, days=2, recorded=crossings)
    run = simulate(gate.program, until=gate.horizon.tick(until_ms), records=True, engine=engine)
    names = {
        direction: [one.crossing for one in journeys if one.trip.direction is direction] for direction in Direction
    }
    return Replayed(posts, dict(_twin_moments(gate, run.visits, names)), gate)


def _run(out: Path, day: Day, seed: int, tick_ms: int) -> tuple[World, dict[str, InProcessPost], int]:
    start_ms = World(day.plan, day.scenario, seed, {}, tick_ms=tick_ms).start_ms
    doors = pair(out, day.plan, start_ms=start_ms, seed=seed)
    world = World(day.plan, day.scenario, seed, doors, tick_ms=tick_ms)
    result = asyncio.run(world.run(on_progress=lambda _: None))
    return world, doors, result.until_ms


def _came(posts: Moments) -> dict[str, int]:
    """Return when each vehicle took its place; those without a queue, when they were at the gate."""
    return {**posts["arrived"], **posts["placed"]}


def _moments(day: Day, doors: dict[str, InProcessPost]) -> Moments:
    found: Moments = {name: {} for name in ("placed", "called", "arrived", "departed.out", "departed.in")}
    for post, door in doors.items():
        with door.post.ledger.read() as reader:
            entries = list(reader.entries(after=0, limit=1_000_000))
        bays: dict[str, str] = {}
        for entry in entries:
            kind, crossing = entry.type.partition("/")[0], entry.stream.partition("/")[2]
            payload = msgspec.json.decode(entry.payload)
            match kind:
                case "PlaceTaken":
                    found["placed"][crossing] = payload["at_ms"]
                case "PlaceCalled":
                    found["called"][crossing] = payload["at_ms"]
                case "VehicleArrived":
                    found["arrived"][crossing] = payload["at_ms"]
                case "VehicleDeparted":
                    way = next(one for one in Direction if exit_post(day.plan, one) == post)
                    found[f"departed.{way.value}"][crossing] = payload["at_ms"]
                case "CheckRecorded":
                    found.setdefault(payload["station"], {}).setdefault(crossing, payload["at_ms"])
                case "InspectionOrdered":
                    bays[crossing] = payload["bay"]
                case "InspectionFinished":
                    found.setdefault(bays[crossing], {})[crossing] = payload["at_ms"]
                case _:
                    pass
    return found


def _recorded(people: People, journey: Journey, came_ms: int) -> Recorded:
    """Return one journey's facts and draws under the names that the compiled gate asks for."""
    trip, plan = journey.trip, people.plan
    way, leaves = trip.direction.value, exit_post(plan, trip.direction)
    enters = plan.partner_of(leaves)
    fixed = {"misses": "yes" if trip.misses else "no", "refuse": "no"}
    share = people.demand.sample_permille.get(trip.commodity, 0)
    fixed["sample"] = _word(people, trip.entity, f"{enters}/sample", share)
    times = {"laboratory": service_ms(people.demand.laboratory_s, people.chance.unit(trip.entity, "laboratory"))}
    times[f"{way}.coming"] = _coming_ms(people, journey, leaves)
    if trip.paper_ms is not None:
        times[f"{way}.paper"] = max(0, trip.paper_ms - came_ms)
    for post, role in ((leaves, Role.EXIT), (enters, Role.ENTRY)):
        channel = journey.channels.get(post)
        fixed[f"{post}/channel"] = channel.value if channel else "green"
        for key, station in stations_of(plan, post, role):
            permille = visit_permille(station, trip.commodity, fixed[f"{post}/channel"])
            fixed[f"{post}/{key}"] = _word(people, trip.entity, f"{post}/{key}", permille)
            times[key] = people.service_ms(journey, (key, station), channel)
        times |= _pauses(people, journey, post, role)
    empty = trip.load is LoadUnit.EMPTY
    traits = tuple(sorted(fixed.items()))
    mark = f"{abs(hash(traits)):x}"
    kind = Kind(
        trip.direction, trip.commodity, trip.regime, tested=trip.tested or empty, homeward=trip.return_of is not None,
        fixed=traits, mark=mark,
    )  # fmt: skip
    return Recorded(came_ms, kind, times)


def _word(people: People, entity: str, draw: str, permille: int) -> str:
    return "yes" if people.chance.happens(entity, draw, permille) else "no"


def _coming_ms(people: People, journey: Journey, post: str) -> int:
    read_ms = people.pause_ms(journey, "acknowledge", habits.ACKNOWLEDGE_S)
    start_ms = read_ms + people.pause_ms(journey, "start", habits.START_S)
    latest_ms = (call_lasts_s(people.plan, post) - habits.HURRY_S) * SECOND_MS
    return max(read_ms, min(start_ms + drive_s(people.plan, post) * SECOND_MS, latest_ms))


def _pauses(people: People, journey: Journey, post: str, role: Role) -> dict[str, int]:
    """Return papers and release as one time, and the drive-off by itself where a barrier stands before it."""
    plan, trip = people.plan, journey.trip
    way = stations_of(plan, post, role)
    met = [
        (key, station)
        for key, station in way
        if trip.load is not LoadUnit.EMPTY
        and people.chance.happens(
            trip.entity, f"{post}/{key}", visit_permille(station, trip.commodity, journey.channels.get(post, "green"))
        )
    ]
    barriers = []
    while met and len(way) > 1 and met[-1][1].kind is StationKind.BARRIER and met[-1][1].order > 1:
        barriers.append(met.pop())
    duties = required_duties(plan, post=post, role=role, regime=trip.regime, commodity=trip.commodity)
    met_duties = {station.duty for _, station in met}
    papers = [duty for duty in duties if duty is not Duty.CUSTOMS and duty not in met_duties]
    spent = sum(people.pause_ms(journey, f"{post}/{duty.value}", habits.PAPER_CHECK_S) for duty in papers)
    spent += people.pause_ms(journey, f"{post}/release", habits.RELEASE_S)
    drive = "drive-off" if role is Role.EXIT else f"{post}/drive-off"
    drive_ms = people.pause_ms(journey, drive, habits.DRIVE_OFF_S)
    if not barriers:
        return {f"{post}.{role.value}.release": spent + drive_ms}
    return {f"{post}.{role.value}.release": spent, f"{post}.{role.value}.drive_off": drive_ms}


def _twin_moments(
    gate: Gate, visits: np.ndarray, names: dict[Direction, list[str]]
) -> Iterator[tuple[str, dict[str, int]]]:
    program = gate.program
    by_source = {f"recorded.{direction.value}": crossings for direction, crossings in names.items()}
    found: Moments = {}
    for row in visits:
        crossings = by_source.get(program.source_names[row["source"]])
        if crossings is None or row["ordinal"] >= len(crossings):
            continue
        station = program.station_names[row["station"]]
        if station.startswith("queue."):
            place, tick = "called", row["started"]
        elif station.startswith("lane."):
            place, tick = f"departed.{station.split('.')[1]}", row["ended"]
        else:
            place, tick = station, row["ended"]
        found.setdefault(place, {})[crossings[row["ordinal"]]] = gate.origin_ms + int(tick) // TICKS_PER_MS
    yield from found.items()


@dataclass(frozen=True)
class Agreement:
    """How two records of one place agree: whom both saw, pairs in another order, and how far apart those pairs were."""

    both: int
    only_one: int
    pairs: int
    swapped: int
    apart_ms: int
    """The longest time between two that changed their order, in the posts' record."""
    late_ms: int
    """The longest time by which one vehicle was there at another instant."""


def agreement(one: dict[str, int], other: dict[str, int]) -> Agreement:
    """Return how ``other`` agrees with ``one``."""
    both = [crossing for crossing in one if crossing in other]
    swapped = [
        abs(one[first] - one[second])
        for first, second in combinations(both, 2)
        if (one[first] - one[second]) * (other[first] - other[second]) < 0
    ]
    return Agreement(
        both=len(both),
        only_one=len(set(one) ^ set(other)),
        pairs=len(both) * (len(both) - 1) // 2,
        swapped=len(swapped),
        apart_ms=max(swapped, default=0),
        late_ms=max((abs(one[crossing] - other[crossing]) for crossing in both), default=0),
    )
