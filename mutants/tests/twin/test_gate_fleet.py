"""Unmanned fleets: every container is carried once, by a vehicle that was there."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gatepair.adapters import planfiles
from gatepair.adapters.planfiles import Day, open_day
from gatepair.plan.loading import apply_scenario, variant_of
from gatepair.plan.model import Plan
from gatepair.twin.engine import simulate
from gatepair.twin.gate.gate import compile_gate

FLAT = (1,) * 24


def fleet_plan(overrides: dict[str, Any], variant: str = "boxes-500-fleet-12") -> tuple[Plan, Day]:
    """Return the fleet what-if of one day without other traffic, with ``overrides``."""
    scenario = variant_of(planfiles.open_scenario("what-if-fleet").value, variant)
    quiet = {f"demand.flows.{flow}.{what}": 0 for flow in (0, 1) for what in ("stock", "arrivals")}
    scenario = replace(scenario, overrides={**scenario.overrides, **quiet, **overrides}, days=1)
    return apply_scenario(planfiles.shipped_plan(scenario.plan), scenario), Day(
        planfiles.shipped_plan(scenario.plan), scenario
    )


def carried(overrides: dict[str, Any], **fields: int) -> dict[str, float]:
    """Run one day of missions, the fleet's ``fields`` changed; return its measures."""
    plan, day = fleet_plan(overrides)
    fleet = replace(plan.fleets["smart-1119"], **fields)
    plan = replace(plan, fleets={**plan.fleets, "smart-1119": fleet})
    gate = compile_gate(plan, day.scenario)
    run = simulate(gate.program, until=gate.until, snapshot_every=gate.snapshot_every, engine="slow")
    return gate.measures(run)


def test_every_container_is_carried_once() -> None:
    """Twelve vehicles carry a few containers: those that came early enough are delivered, none twice."""
    few = {"demand.missions.0.arrivals": 20, "demand.missions.1.arrivals": 16}
    measures = carried(few)
    assert (20, 16) == (measures["containers.out"], measures["containers.in"])
    for way in ("out", "in"):
        assert measures["container_wait_count." + way] >= measures[f"missions.{way}"] > 0
        assert measures[f"missions.{way}"] <= measures[f"containers.{way}"]


def test_a_trip_takes_two_lifts_and_the_drive() -> None:
    """A single container each way: up, the gate, over 3.6 km at 20 km/h, down."""
    one = {"demand.missions.0.arrivals": 1, "demand.missions.1.arrivals": 1}
    measures = carried(one)
    drive_s = 3600 / 20_000 * 3600
    for way in ("out", "in"):
        trip_s = measures[f"trip_mean_s.{way}"]
        assert drive_s + 2 * 180 <= trip_s <= drive_s + 2 * 300 + 2 * 30 + 30


def test_a_fleet_fetches_what_waits_on_the_other_side() -> None:
    """All containers come in one direction: the vehicles drive back empty, about one for each that they carried."""
    measures = carried({"demand.missions.0.arrivals": 0, "demand.missions.1.arrivals": 60})
    assert 0 == measures.get("missions.out", 0)
    assert measures["missions.in"] > 40
    assert measures["missions.in"] - 12 <= measures["empty_trips.out"] <= measures["missions.in"] + 12


def test_two_way_loading_saves_the_empty_trips() -> None:
    """As many each way: far fewer drive empty than loaded, where one-way loading needs one for each."""
    measures = carried({"demand.missions.0.arrivals": 100, "demand.missions.1.arrivals": 100})
    loaded = measures["missions.in"] + measures["missions.out"]
    assert measures["empty_trips.in"] + measures["empty_trips.out"] < loaded / 2


def test_more_vehicles_carry_more_and_never_more_than_came() -> None:
    """Under the same arrivals two vehicles carry less than twelve, and twelve not more than there are."""
    many = {"demand.missions.0.arrivals": 250, "demand.missions.1.arrivals": 250}
    two, twelve = (carried({**many, "fleets.smart-1119.vehicles": vehicles}) for vehicles in (2, 12))
    assert two["missions.out"] + two["missions.in"] < twelve["missions.out"] + twelve["missions.in"] <= 500


def test_charging_takes_vehicles_away() -> None:
    """A vehicle that charges an hour after every second trip carries less."""
    many = {"demand.missions.0.arrivals": 250, "demand.missions.1.arrivals": 250, "fleets.smart-1119.vehicles": 3}
    charging = carried(many, charge_after_trips=2, charge_s=3600)
    assert charging["missions.out"] < carried(many)["missions.out"]


@pytest.mark.parametrize("variant", ["ninety-minutes", "whole-day"])
def test_the_window_bounds_what_a_night_carries(variant: str) -> None:
    """In ninety minutes six vehicles carry a few dozen containers at most; in 24 hours several times as many."""
    day = open_day(f"what-if-window:{variant}")
    gate = compile_gate(day.plan, day.scenario, days=1)
    run = simulate(gate.program, until=gate.until, snapshot_every=gate.snapshot_every)
    carried_in = gate.measures(run)["missions.in"]
    assert 3 <= carried_in <= 36 if variant == "ninety-minutes" else carried_in > 60
