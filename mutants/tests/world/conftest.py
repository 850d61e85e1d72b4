"""A small pair of gates for the tests of the world: the shipped plan with a handful of vehicles."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from gatepair.adapters.planfiles import Day, open_day
from gatepair.plan.model import Opening

SMALL = {"out": (6, 8), "in": (8, 14)}
"""Stock and arrivals by direction."""


def small_day(stops=()) -> Day:
    """Return 11 November 2025 with so few vehicles that a test may run the day."""
    day = open_day("2025-11-11")
    demand = day.plan.demand
    flows = tuple(
        replace(
            flow,
            stock=SMALL[flow.direction.value][0],
            arrivals=SMALL[flow.direction.value][1],
            correction_permille=300,
            no_show_permille=200,
            profile=(0, 0, 0, 0, 0, 1, 4, 4, 2, *([0] * 15)),
        )
        for flow in demand.flows
    )
    goods = replace(day.plan.calendars["goods"], openings=(Opening(start="07:00", until="11:00"),))
    calendars = {**day.plan.calendars, "goods": goods}
    plan = replace(day.plan, calendars=calendars, demand=replace(demand, flows=flows, refuse_permille=0))
    return Day(plan, replace(day.scenario, stops=tuple(stops), expectations=()))


@pytest.fixture
def day() -> Day:
    """Return the small day."""
    return small_day()
