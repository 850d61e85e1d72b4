"""A run may begin with vehicles anywhere in the gate, and each goes on from where it stands."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as with_fields

from gatepair.base.errors import PlanInvalid
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.plan.model import CommodityGroup, Direction, Regime
from gatepair.twin.engine import simulate
from gatepair.twin.gate.gate import Gate, compile_gate
from gatepair.twin.gate.standing import PLACES, Standing, StandingStop
from gatepair.twin.results import Run
from world.conftest import small_day

NINE_MS = 1_762_794_000_000 + 9 * HOUR_MS
"""11 November 2025, 09:00 in Hanoi."""
OTHER, FRUIT = CommodityGroup.OTHER, CommodityGroup.FRESH_FRUIT


def begun(*standing: Standing, stops: tuple[StandingStop, ...] = ()) -> tuple[Gate, Run]:
    """Compile and run the small gate from nine o'clock on with ``standing`` and nobody else."""
    day = small_day()
    demand = day.plan.demand
    assert demand is not None
    flows = tuple(with_fields(flow, arrivals=0, stock=50, no_show_permille=0) for flow in demand.flows)
    plan = with_fields(day.plan, demand=with_fields(demand, flows=flows))
    gate = compile_gate(plan, start_ms=NINE_MS, days=2, standing=standing, stops=stops)
    run = simulate(
        gate.program, until=gate.until, snapshot_every=gate.snapshot_every, records=True, engine="slow",
    )  # fmt: skip
    return gate, run


@pytest.mark.parametrize("at", [*PLACES, "exit:hn-exit-customs", "entry:yyg-entry-screening"])
def test_a_vehicle_goes_on_from_wherever_it_stands(at: str) -> None:
    """It comes home in the end, or stands in the yard over there: nobody is lost, and nothing else is brought."""
    came = NINE_MS + 10 * MINUTE_MS if at == "declared" else NINE_MS - HOUR_MS
    one = Standing(Direction.OUT, OTHER, at, ticket=1, came_ms=came, since_ms=NINE_MS - 5 * MINUTE_MS)
    gate, run = begun(one)
    cleared_before = at in {"flight", "entry.gate", "entry.release", "inland"} or at.startswith("entry")
    measures = gate.measures(run)
    assert (0.0 if cleared_before else 1.0) == measures["cleared.out"]
    assert 0 == measures["stock.out"]
    assert 1 == measures["empties.in"]


def test_a_service_that_runs_ends_sooner_than_one_that_begins() -> None:
    """Of an inspection that has lasted most of its time only the rest is left."""
    waits = Standing(Direction.OUT, OTHER, "exit:hn-exit-inspection", ticket=1, came_ms=NINE_MS, channel="red")
    fresh = Standing(
        Direction.OUT, OTHER, "exit:hn-exit-inspection", ticket=1, came_ms=NINE_MS, channel="red", serving=True,
        since_ms=NINE_MS - 4 * HOUR_MS,
    )  # fmt: skip
    ends = []
    for one in (waits, fresh):
        gate, run = begun(one)
        bay = gate.program.resource_names.index("hn-exit-inspection")
        ends.append(int(run.visits[run.visits["resource"] == bay]["ended"][0]))
    assert ends[1] < ends[0]


def test_places_are_called_by_class_then_number_and_moved_ones_first() -> None:
    """Standing out of order, they are called as the published rule says."""
    rows = [
        Standing(Direction.OUT, OTHER, "queue", ticket=7, came_ms=NINE_MS - HOUR_MS),
        Standing(Direction.OUT, OTHER, "queue", ticket=3, came_ms=NINE_MS - HOUR_MS),
        Standing(Direction.OUT, FRUIT, "queue", ticket=9, came_ms=NINE_MS - HOUR_MS),
        Standing(Direction.OUT, OTHER, "queue", ticket=8, came_ms=NINE_MS - HOUR_MS, moved=1),
        Standing(Direction.OUT, OTHER, "queue", ticket=6, came_ms=NINE_MS - 60 * HOUR_MS),
    ]
    stop = StandingStop("youyiguan", Direction.OUT, NINE_MS - HOUR_MS, NINE_MS + HOUR_MS, announced=True)
    gate, run = begun(*rows, stops=(stop,))
    queue = gate.program.resource_names.index("queue.out")
    calls = run.visits[(run.visits["resource"] == queue) & (run.visits["flag"] == 1)]
    assert [3, 4, 2, 1, 0] == [int(one) for one in calls["ordinal"]]
    assert {HOUR_MS * 1000} == {int(one) for one in calls["started"]}


def test_fruit_without_its_paper_is_not_called() -> None:
    """It waits at least a day for the laboratory, however empty the gate is."""
    gate, run = begun(
        Standing(Direction.OUT, FRUIT, "queue", tested=False, ticket=1, came_ms=NINE_MS, since_ms=NINE_MS)
    )
    first = gate.series(run)["cleared.out"][:23]
    assert 0 == first.sum()


def test_the_rest_of_a_time_is_drawn_for_each_replication() -> None:
    """Two replications differ in what is left of a drive; one replication is always the same."""
    one = Standing(Direction.OUT, OTHER, "called", ticket=1, came_ms=NINE_MS - HOUR_MS, since_ms=NINE_MS - MINUTE_MS)
    gate, _ = begun(one)
    rest = [gate.program_for(1, replication).present.tolist() for replication in (0, 0, 1)]
    assert rest[0] == rest[1] != rest[2]


def test_empty_vehicles_and_return_loads_may_stand_too() -> None:
    """An empty one on its way out of the partner's gate and a two-way load in the queue both come home."""
    gate, run = begun(
        Standing(Direction.IN, CommodityGroup.NONE, "exit.line", regime=Regime.EMPTY, since_ms=NINE_MS),
        Standing(Direction.IN, OTHER, "queue", regime=Regime.TWO_WAY, ticket=4, came_ms=NINE_MS),
    )
    measures = gate.measures(run)
    assert (1, 1) == (measures["empties.in"], measures["cleared.in"])


def test_an_unknown_place_is_refused() -> None:
    """The message names what was given and what there is."""
    with pytest.raises(PlanInvalid, match="exit:nowhere"):
        begun(Standing(Direction.OUT, OTHER, "exit:nowhere"))
