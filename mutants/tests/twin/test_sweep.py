"""Axes, designs, prices and the sweep over a grid."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from gatepair.base.errors import NetworkInvalid, PlanInvalid, SettingInvalid
from gatepair.plan.findings import OUT_OF_RANGE
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.gate.gate import GateTask, compile_gate
from gatepair.twin.study.comparing import Difference
from gatepair.twin.study.costs import Costing, Per, Price, PriceList, check_prices, cost_of, load_prices, price
from gatepair.twin.study.designs import AS_PLANNED, Axis, Design, axis, check_axes, design_of, grid, planned, space_size
from gatepair.twin.study.experiment import Experiment, experiment_of, replicate_task
from gatepair.twin.study.sweep import Row, Sweep, sweep
from plan.pair import busy_day, small

SERVERS = "stations.wx-customs.servers"
MONDAY = date(2025, 11, 10)
PRICES = """\
costs: 1
currency: VND
prices:
  - {path: stations.wx-customs.servers, amount_minor: 100, per: open_hour, note: synthetic}
  - {path: fleets.*.vehicles, amount_minor: 7000}
"""


def queue_like(plan: Plan, scenario: Scenario | None, *, seed: int, first: int, replications: int) -> Experiment:
    """Return a wait that falls with the servers; the noise depends on seed and replication alone."""
    servers = plan.stations["wx-customs"].servers
    noise = [random.Random(f"{seed}/{number}").gauss(0, 5) for number in range(first, first + replications)]
    return experiment_of({"wait": 60 / servers + one, "cleared": 10.0 * servers} for one in noise)


def test_an_axis_reads_values_as_a_plan_does() -> None:
    """Numbers, words, tables and nothing are read as in a plan file; a comma inside a table parts nothing."""
    assert Axis((SERVERS,), (2, 3, 4)) == axis(f"{SERVERS}=2,3,4")
    assert Axis(("calendars.day.openings.1.until",), ("18:00", "20:00")) == axis(
        "calendars.day.openings.1.until=18:00,20:00"
    )
    assert Axis(("routes.road.lanes.lane-out",), (None, {"kind": "manned", "direction": "out"})) == axis(
        "routes.road.lanes.lane-out=null,{kind: manned, direction: out}"
    )


def test_a_range_counts_up() -> None:
    """`2..6` is each whole number, `2..10..4` every fourth, both ends included where they are met."""
    assert (2, 3, 4, 5, 6) == axis("a.b=2..6").values
    assert (2, 6, 10) == axis("a.b=2..10..4").values


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b=", "=3", "a+=3", "a=[", "a=6..2", "a=1..x", "a=1..9..0", "a=0..1000000", "a=1..2..3..4"]
)
def test_an_axis_that_cannot_be_read_is_refused(text: str) -> None:
    """A text of another form is refused with what to write instead."""
    with pytest.raises(SettingInvalid):
        axis(text)


def test_paths_joined_by_plus_move_together() -> None:
    """Two paths on one axis take the same value in every design."""
    both = axis(f"{SERVERS}+stations.wx-quarantine.servers=2,3")
    assert [2, 3] == [planned(small(), None, one).stations["wx-quarantine"].servers for one in grid([both])]
    assert [2, 3] == [planned(small(), None, one).stations["wx-customs"].servers for one in grid([both])]


def test_a_grid_is_every_combination_in_order() -> None:
    """The last axis runs fastest, and a design knows its places on the axes."""
    axes = [axis("a=1,2"), axis("b=x,y,z")]
    assert 6 == space_size(axes)
    assert ["a=1, b=x", "a=1, b=y", "a=1, b=z", "a=2, b=x", "a=2, b=y", "a=2, b=z"] == [one.name for one in grid(axes)]
    assert (1, 2) == grid(axes)[-1].choices
    assert design_of(axes, (1, 2)) == grid(axes)[-1]


def test_a_grid_that_contradicts_itself_is_refused() -> None:
    """A path on two axes, a value twice and a grid too large to run are refused."""
    with pytest.raises(SettingInvalid, match="two axes"):
        check_axes([axis("a=1,2"), axis("a+b=3,4")])
    with pytest.raises(SettingInvalid, match="twice"):
        check_axes([axis("a=1,2,1")])
    with pytest.raises(SettingInvalid, match="search instead"):
        grid([axis("a=1..200"), axis("b=1..200")])


def test_a_design_stands_on_top_of_the_scenario() -> None:
    """A design's value holds over the scenario's at the same path; the scenario's others stay."""
    day = planned(small(), busy_day(), Design((("demand.flows.0.stock", 9),)))
    assert day.demand is not None
    assert 9 == day.demand.flows[0].stock
    assert "lane-tidal" not in day.routes["road"].lanes
    assert small() == planned(small(), None, AS_PLANNED)


def test_a_path_that_leads_nowhere_is_refused_with_the_nearest_name() -> None:
    """The override mechanism of scenarios names what it knows instead."""
    with pytest.raises(PlanInvalid, match="wx-customs"):
        planned(small(), None, Design((("stations.wx-custom.servers", 2),)))


def test_an_entry_of_a_table_is_repeated() -> None:
    """Three lanes like one are the lane and two copies beside it; none takes it away; one changes nothing."""
    none, one, three = grid([axis("count(routes.road.lanes.lane-in)=0,1,3")])
    lanes = planned(small(), None, three).routes["road"].lanes
    assert ["lane-in", "lane-in-2", "lane-in-3"] == [key for key in lanes if key.startswith("lane-in")]
    assert lanes["lane-in"] == lanes["lane-in-3"]
    assert "lane-in" not in planned(small(), None, none).routes["road"].lanes
    assert small() == planned(small(), None, one)


def test_copies_take_over_what_else_is_changed() -> None:
    """A change of the entry itself, by the scenario or the design, is in the copies too."""
    lane = "routes.road.lanes.lane-in"
    both = Design(((f"count({lane})", 2), (f"{lane}.headway_s", 9)))
    assert 9 == planned(small(), busy_day(), both).routes["road"].lanes["lane-in-2"].headway_s


@pytest.mark.parametrize(
    ("path", "value"), [("routes.road.lanes.gone", 2), ("routes.road.length_m", 2), ("stations.wx-customs", -1)]
)
def test_what_cannot_be_counted_is_refused(path: str, value: int) -> None:
    """Only entries of tables are repeated, and at least none times."""
    with pytest.raises(SettingInvalid):
        planned(small(), None, Design(((f"count({path})", value),)))


def test_a_price_is_read_from_a_flag() -> None:
    """An amount is whole minor units a day, or an hour of opening."""
    assert Price("fleets.*.vehicles", 40000) == price("fleets.*.vehicles=40000")
    assert Price("stations.x.servers", 900, Per.OPEN_HOUR) == price("stations.x.servers=900/hour")


@pytest.mark.parametrize("text", ["a", "a=", "=3", "a=1.5", "a=-1", "a=3/week", "a=3/", "a=9999999999999999"])
def test_a_price_that_cannot_be_read_is_refused(text: str) -> None:
    """Fractions of minor units, negative amounts and other units of time are no prices."""
    with pytest.raises(SettingInvalid):
        price(text)


def test_a_price_list_is_read_with_its_faults_at_their_lines() -> None:
    """A list that fits is read whole; a field that does not is named with its line."""
    assert 2 == len(load_prices(PRICES, "prices.yaml").prices)
    with pytest.raises(PlanInvalid, match=r"prices\.yaml:4"):
        load_prices(PRICES.replace("amount_minor: 100", "amount_minor: cheap"), "prices.yaml")


def test_hours_are_paid_as_the_calendar_opens() -> None:
    """Ten hours a day for one server at 100 an hour and two carts at 7,000 a day make 15,000 a day."""
    found = cost_of(small(), load_prices(PRICES, "prices.yaml"), first=MONDAY, days=2)
    assert 2 * (10 * 100 + 2 * 7000) == found.total_minor
    assert [("stations.wx-customs.servers", 1), ("fleets.carts.vehicles", 2)] == [
        (line.path, line.units) for line in found.lines
    ]


def test_a_closed_day_has_no_hours_to_pay() -> None:
    """On the closed days of Tết only what is paid by the day costs anything."""
    found = cost_of(small(), load_prices(PRICES, "prices.yaml"), first=date(2026, 2, 16), days=1)
    assert 14_000 == found.total_minor


def test_an_entry_of_a_table_counts_as_one() -> None:
    """Lanes are priced by their entries: the small pair has four."""
    listed = PriceList(costs=1, currency="VND", prices=(Price("routes.*.lanes.*", 5),))
    assert 20 == cost_of(small(), listed, first=MONDAY, days=1).total_minor


@pytest.mark.parametrize("path", ["stations.*.server", "stations.wx-customs.name.vi"])
def test_a_price_of_nothing_is_refused(path: str) -> None:
    """A price that fits no place, or a place that cannot be counted, is refused before anything runs."""
    with pytest.raises(SettingInvalid):
        check_prices([Price(path, 1)], small())


def test_an_hourly_price_needs_hours() -> None:
    """A fleet has no opening hours of its own, so it is priced by the day."""
    with pytest.raises(SettingInvalid, match="by the day"):
        check_prices([Price("fleets.*.vehicles", 1, Per.OPEN_HOUR)], small())


def swept(values: str, **options: Any) -> Sweep:
    """Return a sweep over the servers of the small pair, with six replications unless told otherwise."""
    asked: dict[str, Any] = {"run": queue_like, "seed": 1, "replications": 6} | options
    return sweep(small(), None, designs=grid([axis(f"{SERVERS}={values}")]), **asked)


def difference(found: Sweep, number: int, measure: str) -> Difference:
    line = found.difference(found.rows[number], measure)
    assert line is not None
    return line


def test_a_sweep_compares_each_design_with_the_base_by_the_same_draws() -> None:
    """Noise of the replication cancels: the difference of 60/2 and 60/1 is exact though each mean is not."""
    found = swept("2,3")
    assert 1 < found.rows[0].figures()["wait"].half_width
    assert pytest.approx(-30) == difference(found, 0, "wait").difference.mean
    assert pytest.approx(0, abs=1e-9) == difference(found, 0, "wait").difference.half_width
    assert pytest.approx(20) == difference(found, 1, "cleared").difference.mean
    assert not found.cut_short


def test_differences_hold_together() -> None:
    """With two designs each difference has half the error of the sweep's level; a mean alone has all of it."""
    found = swept("2,3")
    assert pytest.approx(0.975) == difference(found, 0, "wait").difference.level
    assert pytest.approx(0.95) == found.rows[0].figures()["wait"].level


def test_a_design_that_no_plan_allows_is_listed_with_its_reason() -> None:
    """No servers are no plan: the row says so and has no figures; the other design is run all the same."""
    found = swept("0,2")
    assert "wx-customs" in found.rows[0].refused
    assert {} == found.rows[0].figures()
    assert "" == found.rows[1].refused
    assert pytest.approx(0.95) == difference(found, 1, "wait").difference.level


def test_a_design_that_cannot_run_is_listed_with_its_reason() -> None:
    """A network that the engine refuses does not end the sweep."""

    def refusing(plan: Plan, scenario: Scenario | None, **asked: int) -> Experiment:
        if plan.stations["wx-customs"].servers == 2:
            raise NetworkInvalid([OUT_OF_RANGE.at("stations.wx-customs", found="x", wanted="y")])
        return queue_like(plan, scenario, **asked)

    found = swept("2,3", run=refusing)
    assert "stations.wx-customs" in found.rows[0].refused
    assert pytest.approx(-40) == difference(found, 1, "wait").difference.mean


def test_a_sweep_of_which_nothing_can_be_run_is_refused() -> None:
    """When every design is refused, or the base is, the first refusal is raised."""
    nowhere = grid([axis("stations.gone.servers=1,2")])
    with pytest.raises(PlanInvalid):
        sweep(small(), None, designs=nowhere, run=queue_like, seed=1, replications=5)
    with pytest.raises(PlanInvalid):
        swept("2,3", base=nowhere[0])


def test_a_measure_without_values_is_not_compared() -> None:
    """A measure that no replication has a number for is left out, the others stay."""

    def patchy(_plan: Plan, _scenario: Scenario | None, **_asked: int) -> Experiment:
        return experiment_of({"wait": float("nan"), "cleared": float(number)} for number in range(4))

    found = swept("2,3", run=patchy)
    assert ["cleared"] == list(found.base.figures())
    assert found.difference(found.rows[0], "wait") is None


def test_only_the_measures_asked_for_are_compared() -> None:
    """Naming one measure keeps the table, and the family of intervals, to it."""
    found = swept("2,3", measures=["cleared"])
    assert found.comparison is not None
    assert ["cleared", "cleared"] == [line.measure for line in found.comparison.differences]


def test_a_sweep_prices_each_design() -> None:
    """Each row carries the cost of its own plan."""
    found = swept("2,3", costing=Costing(load_prices(PRICES, "prices.yaml"), MONDAY, 1))
    assert [15_000, 16_000, 17_000] == [row.cost.total_minor for row in (found.base, *found.rows) if row.cost]


def test_a_stopped_sweep_keeps_what_is_complete() -> None:
    """When stop says so after two designs, the base and one row are there, compared, and the sweep is marked."""
    seen: list[Row] = []
    found = swept("2..5", on_done=seen.append, stop=lambda: len(seen) == 2)
    assert (True, 1) == (found.cut_short, len(found.rows))
    assert pytest.approx(-30) == difference(found, 0, "wait").difference.mean


def test_an_interrupted_sweep_keeps_what_is_complete() -> None:
    """Ctrl-C in the third design keeps the first two."""

    def interrupted(plan: Plan, scenario: Scenario | None, **asked: Any) -> Experiment:
        if plan.stations["wx-customs"].servers == 3:
            raise KeyboardInterrupt
        return queue_like(plan, scenario, **asked)

    found = swept("2..5", run=interrupted)
    assert (True, 1) == (found.cut_short, len(found.rows))


def test_a_design_cut_short_is_kept_with_the_replications_it_has() -> None:
    """A runner that was stopped within a design ends the sweep; its two replications are compared as two."""

    def short(plan: Plan, scenario: Scenario | None, **asked: Any) -> Experiment:
        whole = queue_like(plan, scenario, **asked)
        if plan.stations["wx-customs"].servers < 3:
            return whole
        return replace(whole, replications=whole.replications[:2], cut_short=True)

    found = swept("2..5", run=short)
    assert (True, 2) == (found.cut_short, len(found.rows))
    assert 2 == difference(found, 1, "wait").replications


def test_a_sweep_stopped_before_it_began_has_nothing() -> None:
    """The base stands there with its cost and without figures."""
    found = swept("2,3", stop=lambda: True)
    assert ({}, (), None, True) == (found.base.figures(), found.rows, found.comparison, found.cut_short)


def test_a_sweep_runs_the_compiled_gate() -> None:
    """A partner that takes one vehicle an hour clears fewer of the small pair's twelve than one that takes two."""

    def gate(plan: Plan, scenario: Scenario | None, *, seed: int, first: int, replications: int) -> Experiment:
        task = GateTask(compile_gate(plan, scenario), seed, engine="slow")
        return replicate_task(task, replications=replications, first=first)

    found = sweep(
        small(),
        msgspec.structs.replace(busy_day(), days=1, stops=()),
        designs=grid([axis("quotas.0.per_hour=1,2")]),
        run=gate,
        seed=1,
        replications=3,
        measures=["cleared.out"],
    )
    base, one, two = (row.figures()["cleared.out"].mean for row in (found.base, *found.rows))
    assert one < two <= base
