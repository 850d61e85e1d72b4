"""The plan compiled into a network: every rule and every number of the plan is there, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from gatepair.adapters.planfiles import Day, open_day, plan_ids, shipped_plan
from gatepair.base.errors import NetworkInvalid, SettingInvalid
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.operations.capacity import fixed_limits
from gatepair.plan.calendars import is_open
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Opening, Plan, Scenario, Station, Stop
from gatepair.plan.rules import exit_post, widest_road
from gatepair.twin.engine import simulate
from gatepair.twin.gate.gate import Gate, GateTask, compile_gate
from gatepair.twin.gate.measures import bottleneck_of, quantile_s
from gatepair.twin.gate.time import TICKS_PER_MS, ended_early, joined, within, without
from gatepair.twin.gate.traffic import apportioned
from gatepair.twin.results import BINS, HISTOGRAM_BOUNDS, Run
from world.conftest import SMALL, small_day

WEIGHBRIDGE: dict[str, Any] = {
    "post": "huu-nghi", "role": "exit", "kind": "weighbridge", "duty": "border_guard", "order": 2, "servers": 1,
    "hours": "goods", "name": {"vi": "a", "zh": "b", "en": "Weighbridge", "fr": "d"},
    "service": {"default": {"shape": "deterministic", "mean_s": 60, "provenance": {"kind": "assumed", "note": "Made up."}}},
    "provenance": {"kind": "assumed", "note": "Made up."},
}  # fmt: skip


def ran(gate: Gate, *, seed: int = 1, replication: int = 0, records: bool = False) -> Run:
    """Run one replication on the plain engine."""
    program = gate.program_for(seed, replication)
    return simulate(
        program, seed=seed, replication=replication, until=gate.until, snapshot_every=gate.snapshot_every,
        records=records, engine="slow",
    )  # fmt: skip


@cache
def small() -> tuple[Day, Gate, Run]:
    """Return the small day, compiled, and one run of it with records."""
    day = small_day()
    gate = compile_gate(day.plan, day.scenario)
    return day, gate, ran(gate, records=True)


def only(day: Day, direction: Direction, **fields: Any) -> Plan:
    """Return the plan with traffic in one direction alone."""
    demand = day.plan.demand
    assert demand is not None
    flows = tuple(replace(flow, **fields) for flow in demand.flows if flow.direction is direction)
    return replace(day.plan, demand=replace(demand, flows=flows))


def capacity_at(gate: Gate, name: str, tick: int) -> int:
    """Return the capacity of a resource just after the changes of ``tick``."""
    program = gate.program
    number = program.resource_names.index(name)
    changes = [row for row in program.changes.tolist() if row[2] == number and row[0] <= tick and row[3] >= 0]
    return changes[-1][3] if changes else int(program.resources[number, 0])


def test_every_station_of_the_plan_is_in_the_network() -> None:
    """No station is coded by hand and none is forgotten."""
    day, gate, _ = small()
    assert set(day.plan.stations) <= set(gate.program.resource_names)
    assert [] == list(gate.program.findings)


@pytest.mark.parametrize("plan_id", plan_ids())
def test_every_shipped_plan_compiles_as_it_stands(plan_id: str) -> None:
    """Without a scenario an instant says which day is meant."""
    plan = shipped_plan(plan_id)
    gate = compile_gate(plan, start_ms=1_762_794_000_000, standing=[])
    assert {f"queue.{direction.value}" for direction in Direction} <= set(gate.program.resource_names)


def test_a_new_station_in_the_plan_is_a_new_station_in_the_twin() -> None:
    """A weighbridge put into the file is visited by every laden vehicle that leaves, and takes its time."""
    day, _, run = small()
    scale = msgspec.convert(WEIGHBRIDGE, Station)
    gate = compile_gate(replace(day.plan, stations={**day.plan.stations, "hn-exit-weighbridge": scale}), day.scenario)
    weighed = ran(gate)
    assert weighed.resource("hn-exit-gate").starts == weighed.resource("hn-exit-weighbridge").starts > 0
    assert gate.measures(weighed)["stage_mean_s.out.exit"] > small()[1].measures(run)["stage_mean_s.out.exit"]


def test_the_limits_of_a_call_are_those_of_the_post() -> None:
    """Service, yard, quota and backlog have the numbers from which the post calls."""
    day, gate, _ = small()
    for direction in Direction:
        limits = fixed_limits(day.plan, exit_post(day.plan, direction), direction)
        known = [limits.service, limits.yard, limits.partner_quota, limits.partner_backlog]
        names = [f"{name}.{direction.value}" for name in ("service", "yard", "quota", "backlog")]
        assert known == [int(gate.program.resources[gate.program.resource_names.index(name), 0]) for name in names]


def test_a_line_takes_calls_in_its_hours_less_the_drive() -> None:
    """The queue is open exactly when the post's own lane is, and closes as much earlier as the drive takes."""
    day, gate, _ = small()
    for direction in Direction:
        limits = fixed_limits(day.plan, exit_post(day.plan, direction), direction)
        route, kind = widest_road(day.plan, direction, LaneKind.MANNED)
        hours = next(one.hours for one in day.plan.routes[route].lanes.values() if one.kind is kind)
        for minute in range(0, 24 * 60, 5):
            now_ms = gate.origin_ms + minute * MINUTE_MS
            says = is_open(day.plan, hours, now_ms=now_ms, direction=direction)
            calls = says.open and says.until_ms is not None and now_ms + limits.travel_ms <= says.until_ms
            tick = minute * MINUTE_MS * TICKS_PER_MS
            assert calls is (capacity_at(gate, f"queue.{direction.value}", tick) > 0), (direction, minute)


def test_near_the_end_of_an_hour_the_next_quota_counts() -> None:
    """For the time of the drive before the hour the quota is twice what it is after it."""
    _, gate, _ = small()
    hour = HOUR_MS * TICKS_PER_MS
    quota = gate.program.resources[gate.program.resource_names.index("quota.out"), 0]
    drive = 900 * 1000 * TICKS_PER_MS
    assert [quota, 2 * quota, 2 * quota, quota] == [
        capacity_at(gate, "quota.out", tick)
        for tick in (9 * hour - drive - 1, 9 * hour - drive, 9 * hour - 1, 9 * hour)
    ]


def test_vehicles_that_came_are_gone_or_there() -> None:
    """Opening and arrivals make cleared, withdrawn and stock, by direction and by goods, for every hour."""
    _, gate, run = small()
    measures, series = gate.measures(run), gate.series(run)
    for way in ("out", "in"):
        stock, arrivals = SMALL[way]
        assert (stock, arrivals) == (measures[f"opening.{way}"], measures[f"arrivals.{way}"])
        assert measures[f"stock.{way}"] == stock + arrivals - measures[f"cleared.{way}"] - measures[f"withdrawn.{way}"]
        by_goods = [value for name, value in measures.items() if name.startswith(f"stock.{way}.")]
        assert measures[f"stock.{way}"] == sum(by_goods) == series[f"stock.{way}"][-1]
        assert measures[f"cleared.{way}"] == series[f"cleared.{way}"].sum()
    assert len(gate.hours) == len(series["stock.out"]) == 24


def test_nobody_is_called_untested_and_all_others_in_the_published_order() -> None:
    """On a quiet day all who have their papers are called; fruit without one waits for it."""
    day, gate, run = small()
    measures = gate.measures(run)
    demand = day.plan.demand
    assert demand is not None
    called = run.resource("queue.out").starts - measures["missed.out"]
    untested = [
        kind for kind in gate.streams[0].arrivals(1, 0).kinds.tolist() + gate.streams[0].stock(1, 0).kinds.tolist()
        if not gate.streams[0].kinds[kind].tested
    ]  # fmt: skip
    assert sum(SMALL["out"]) - len(untested) == called


def test_whoever_misses_the_call_waits_again_in_the_old_order() -> None:
    """Everybody misses: each place is called twice, once after grace, drive and rest, and all are cleared."""
    day = small_day()
    plan = only(day, Direction.IN, no_show_permille=1000, arrivals=0)
    gate = compile_gate(plan, day.scenario)
    run = ran(gate, records=True)
    queue = gate.program.resource_names.index("queue.in")
    calls = run.visits[(run.visits["resource"] == queue) & (run.visits["flag"] == 1)]
    order = [int(one) for one in calls["ordinal"][calls["started"].argsort(kind="stable")]]
    assert order[:8] == order[8:]
    assert list(range(8)) == sorted(order[:8])
    waits = {int(one["ordinal"]): [] for one in calls}
    for one in calls:
        waits[int(one["ordinal"])].append(int(one["started"]))
    rest = (45 + 20 + 45) * MINUTE_MS * TICKS_PER_MS
    assert {rest} == {later - first for first, later in waits.values()}
    assert 8 == gate.measures(run)["missed.in"]


def test_a_place_may_be_lost_at_the_first_miss() -> None:
    """Where the rule allows no second call, a missed one ends the wait and counts as withdrawn."""
    day = small_day()
    plan = only(day, Direction.OUT, no_show_permille=1000)
    rule = replace(plan.queues["huu-nghi"], recalls=0)
    gate = compile_gate(replace(plan, queues={**plan.queues, "huu-nghi": rule}), day.scenario)
    measures = gate.measures(ran(gate))
    assert measures["missed.out"] == measures["lost.out"] == measures["withdrawn.out"] > 0
    assert 0 == measures["cleared.out"]


def test_who_unloads_comes_home_empty() -> None:
    """Every vehicle that went through and was unloaded in time leaves again by the empties' lane."""
    _, gate, run = small()
    measures = gate.measures(run)
    assert 0 < measures["empties.out"] <= measures["cleared.in"]
    assert 0 < measures["empties.in"] <= measures["cleared.out"]


def test_two_way_loads_take_the_place_of_arrivals() -> None:
    """Half of the arrivals are return loads: as many fewer come by themselves, and as many at most go home laden."""
    day = small_day()
    demand = day.plan.demand
    assert demand is not None
    flows = tuple(replace(flow, two_way_permille=500, no_show_permille=0, stock=40) for flow in demand.flows)
    plan = replace(day.plan, demand=replace(demand, flows=flows))
    gate = compile_gate(plan, day.scenario)
    measures = gate.measures(ran(gate))
    for way in ("out", "in"):
        of = SMALL[way][1]
        assert of - of // 2 <= measures[f"arrivals.{way}"] <= of
    assert measures["arrivals.out"] + measures["arrivals.in"] > sum(SMALL[way][1] - SMALL[way][1] // 2 for way in SMALL)


def test_an_announced_stop_shuts_the_lane_and_the_call() -> None:
    """Nobody is called and nobody leaves while it stands; those inside are served meanwhile."""
    day = small_day([Stop("youyiguan", Direction.OUT, "08:00", "24:00", "fog", announced=True)])
    gate = compile_gate(only(day, Direction.OUT), day.scenario)
    assert 0 == gate.measures(ran(gate))["cleared.out"]


def test_a_silent_stop_is_seen_only_by_what_is_not_accepted() -> None:
    """Calls go on, vehicles reach the way out, and none that was not accepted before leaves."""
    day = small_day([Stop("youyiguan", Direction.OUT, "07:00", "24:00", "outage", announced=False)])
    gate = compile_gate(only(day, Direction.OUT), day.scenario)
    run = ran(gate)
    measures = gate.measures(run)
    assert 0 == measures["cleared.out"]
    assert run.resource("hn-exit-gate").starts > 0


def test_hours_for_some_goods_only_let_only_those_through() -> None:
    """In the early reopening after Tết live seafood passes and everything else waits, without holding it up."""
    day = open_day("2025-11-11")
    demand = day.plan.demand
    assert demand is not None
    mix = {CommodityGroup.OTHER: 500, CommodityGroup.LIVE_SEAFOOD: 500}
    flow = replace(demand.flows[0], stock=8, arrivals=0, mix_permille=mix, no_show_permille=0)
    plan = replace(day.plan, demand=replace(demand, flows=(flow,)))
    scenario: Scenario = replace(day.scenario, date="2026-02-20")
    gate = compile_gate(plan, scenario)
    measures = gate.measures(ran(gate))
    assert (4, 0) == (measures["cleared.out.live_seafood"], measures["cleared.out.other"])


def test_a_replication_is_repeated_alone_and_another_differs() -> None:
    """Traffic and draws follow from seed and number; counts are the same in all, order and instants are not."""
    day, gate, _ = small()
    task = GateTask(gate, 1, "slow")
    first, again = task(3, antithetic=False), task(3, antithetic=False)
    assert first.measures == pytest.approx(again.measures, nan_ok=True)
    stream = gate.streams[0]
    one, other = stream.arrivals(1, 3), stream.arrivals(1, 4)
    assert sorted(one.kinds.tolist()) == sorted(other.kinds.tolist())
    assert one.ticks.tolist() != other.ticks.tolist()
    assert day.plan.demand is not None


def test_shares_are_kept_as_exactly_as_whole_vehicles_allow() -> None:
    """Largest remainders win, ties go to the earlier."""
    assert [4, 3, 3] == apportioned([1, 1, 1], 10)
    assert [40, 70] == apportioned([400, 700], 110)
    assert [0, 0] == apportioned([0, 0], 5)


def test_an_impossible_gate_is_refused_with_its_place() -> None:
    """Lanes that never open, and a plan without demand, do not run."""
    day = small_day()
    closed = replace(day.plan.calendars["goods"], openings=(Opening(start="07:00", until="11:00", weekdays=()),))
    plan = replace(day.plan, calendars={**day.plan.calendars, "goods": closed})
    with pytest.raises(NetworkInvalid) as caught:
        compile_gate(plan, day.scenario)
    assert any("lane.out" in finding.path for finding in caught.value.findings)
    with pytest.raises(SettingInvalid, match="demand"):
        compile_gate(replace(day.plan, demand=None), day.scenario)
    with pytest.raises(SettingInvalid, match="scenario"):
        compile_gate(day.plan)


def test_the_screening_is_named_as_the_limit_of_a_day_that_it_limits() -> None:
    """On the documented day two screening places and the quota made for them are what limits exports."""
    day = open_day("2025-11-11")
    gate = compile_gate(day.plan, day.scenario)
    run = ran(gate)
    limit = bottleneck_of(gate.reading, run.raw, Direction.OUT)
    assert limit.name in {"yyg-entry-screening", "quota.out"}
    assert "hn-entry-check" == max(
        (name for name, serves in gate.reading.stations if serves is Direction.IN),
        key=lambda name: gate.measures(run)[f"utilisation.{name}"],
    )


def test_a_quantile_lies_within_its_bin() -> None:
    """All in one bin: its bounds hold every quantile; nobody at all has none."""
    bins = np.zeros(BINS, dtype=np.int64)
    assert np.isnan(quantile_s(bins, 0.5))
    bins[10] = 7
    low, high = (int(HISTOGRAM_BOUNDS[index]) / 1_000_000 for index in (9, 10))
    assert low <= quantile_s(bins, 0.1) < quantile_s(bins, 0.9) <= high


def test_spans_are_joined_cut_and_ended_early() -> None:
    """The arithmetic of hours: touching spans are one, a halt cuts, a span shorter than the drive goes."""
    assert ((0, 5), (7, 9)) == joined([(7, 9), (0, 3), (3, 5)])
    assert ((0, 2), (4, 5), (7, 9)) == without(((0, 5), (7, 9)), ((2, 4),))
    assert ((3, 5), (7, 8)) == within(((0, 5), (7, 9)), ((3, 8),))
    assert ((0, 3),) == ended_early(((0, 5), (7, 9)), 3)
