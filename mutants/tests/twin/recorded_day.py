"""A synthetic day of the simulated world in this process, as two ledgers and the truth behind them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from gatepair.adapters.planfiles import open_day
from gatepair.plan.model import Direction, Opening, Plan
from gatepair.twin.ledgers.observed import Ledger, facts
from gatepair.world.run import World
from world.inprocess import pair

COUNTS = {"out": (20, 26), "in": (26, 36)}
"""Stock and arrivals by direction: enough that lines form, few enough for a test."""
MORNING = (1, 1, 1, 2, 3, 5, 8, 9, 8, 6, 3, 1, *([0] * 12))
"""Hourly weights of arrivals: the gate is open from 7 to 12, for each tick of the simulated world costs time."""


@dataclass(frozen=True)
class RecordedDay:
    """The plan of the day, both ledgers, and each crossing's name in the simulated world."""

    plan: Plan
    ledgers: tuple[Ledger, ...]
    entities: dict[str, str]
    start_ms: int
    until_ms: int


def small_plan(counts=None):
    """Return 11 November 2025 as a morning with fewer vehicles and more of what is rare, and its scenario."""
    day = open_day("2025-11-11")
    counts = counts or COUNTS
    demand = day.plan.demand
    flows = tuple(
        replace(
            flow,
            stock=counts[flow.direction.value][0],
            arrivals=counts[flow.direction.value][1],
            correction_permille=200,
            no_show_permille=100,
            profile=MORNING,
        )
        for flow in demand.flows
    )
    goods = replace(
        day.plan.calendars["goods"], openings=(Opening(start="07:00", until="12:00"),), cutoff={Direction.OUT: "11:30"}
    )
    calendars = {**day.plan.calendars, "goods": goods}
    plan = replace(day.plan, calendars=calendars, demand=replace(demand, flows=flows, refuse_permille=0))
    return plan, replace(day.scenario, stops=(), expectations=())


@lru_cache(maxsize=2)
def recorded_day(seed: int = 1) -> RecordedDay:
    """Run the day once for all tests of this process."""
    plan, scenario = small_plan()
    with TemporaryDirectory() as folder:
        doors = pair(Path(folder), plan, start_ms=World(plan, scenario, seed, {}).start_ms, seed=seed)
        result = asyncio.run(World(plan, scenario, seed, doors).run(on_progress=lambda _: None))
        ledgers, entities = [], {}
        for post, door in doors.items():
            with door.post.ledger.read() as reader:
                entries = reader.entries(after=0, limit=10_000_000)
            ledgers.append(Ledger(post, facts(entries)))
            for entry in entries:
                family, _, crossing = entry.stream.partition("/")
                if family == "crossing" and entry.command_id.startswith("w"):
                    entities.setdefault(crossing, entry.command_id.split(".")[2])
    return RecordedDay(plan, tuple(ledgers), entities, result.start_ms, result.until_ms)
