"""The plans and scenarios we ship are sound, sourced, and described by the published schema."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import jsonschema
import pytest

from gatepair.adapters import planfiles
from gatepair.base.duties import Duty
from gatepair.base.errors import PlanInvalid
from gatepair.base.time import to_datetime
from gatepair.plan.calendars import is_open, local_instant, windows
from gatepair.plan.markup import read
from gatepair.plan.model import CommodityGroup, Direction, FigureKind, LaneKind, Regime, Role
from gatepair.plan.rules import lanes_for, required_duties, service_time, stations_of
from gatepair.plan.sampling import mean_s
from gatepair.plan.schema import plan_schema, scenario_schema, schema_text
from plan.pair import SCENARIO, SMALL

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PLANS = ("huu-nghi-youyiguan", "mong-cai-dongxing", "tan-thanh-puzhai")
SCENARIOS = ("2021-12-18", "2022-02-11", "2025-04-25", "2025-11-11", "2026-01-31")


def test_these_are_what_we_ship() -> None:
    """The list is what the documents promise."""
    assert PLANS == planfiles.plan_ids()
    assert SCENARIOS == planfiles.scenario_ids()


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_shipped_plan_loads_and_is_named_by_its_file(plan_id: str) -> None:
    """Loading checks it; its id is its file's name."""
    assert plan_id == planfiles.shipped_plan(plan_id).id


@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_a_shipped_scenario_fits_its_plan(scenario_id: str) -> None:
    """Overrides, stops and sources fit, and it expects something documented or computed."""
    day = planfiles.open_day(scenario_id)
    assert scenario_id == day.scenario.id
    assert day.scenario.expectations
    assert FigureKind.ASSUMED not in {one.provenance.kind for one in day.scenario.expectations}


@pytest.mark.parametrize("name", planfiles.what_if_ids())
def test_a_shipped_what_if_holds_together_in_each_variant(name: str) -> None:
    """Every variant fits the plan, differs from the first, and says in its provenance what is assumed."""
    scenario = planfiles.open_scenario(name).value
    assert name == scenario.id
    assert 2 <= len(scenario.variants)
    days = [planfiles.open_day(f"{name}:{key}") for key in scenario.variants]
    assert all((one.plan, one.scenario.stops) != (days[0].plan, days[0].scenario.stops) for one in days[1:])
    jsonschema.Draft202012Validator(scenario_schema()).validate(read(planfiles.scenario_text(name)).value)


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_source_of_a_plan_has_an_address(plan_id: str) -> None:
    """A reader can go and look."""
    for key, source in planfiles.shipped_plan(plan_id).sources.items():
        assert source.url.startswith("http"), key


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_source_of_a_plan_is_used(plan_id: str) -> None:
    """A source that no number names, or no note speaks of, is a leftover."""
    text = planfiles.plan_text(plan_id)
    names = planfiles.shipped_plan(plan_id).sources
    used_by_scenarios = "".join(planfiles.scenario_text(one) for one in (*SCENARIOS, *planfiles.what_if_ids()))
    assert [] == [key for key in names if text.count(key) < 2 and key not in used_by_scenarios]


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_required_decision_has_its_station(plan_id: str) -> None:
    """Whoever must decide over any goods is met on the way through, and customs always is."""
    plan = planfiles.shipped_plan(plan_id)
    for post in plan.posts:
        for role in Role:
            there = {station.duty for _, station in stations_of(plan, post, role)}
            for commodity in CommodityGroup:
                needed = required_duties(plan, post=post, role=role, regime=Regime.ORDINARY, commodity=commodity)
                assert {*needed, Duty.CUSTOMS} <= there


def test_the_day_opens_at_eight_in_beijing_and_seven_in_hanoi() -> None:
    """The goods hours of 11 November 2025: 08–19 Beijing, 07–18 Hanoi."""
    plan = planfiles.open_day("2025-11-11").plan
    (window,) = windows(plan, "goods", date(2025, 11, 11))
    assert "2025-11-11T00:00" == to_datetime(window.start_ms).strftime("%Y-%m-%dT%H:%M")
    assert 11 * 3_600_000 == window.until_ms - window.start_ms
    assert local_instant(date(2025, 11, 11), "08:00", "Asia/Shanghai") == window.start_ms


def test_the_partners_screening_is_the_limit_of_that_day() -> None:
    """Two places over eleven hours at the documented times serve 123 vehicles within three percent."""
    station = planfiles.open_day("2025-11-11").plan.stations["yyg-entry-screening"]
    fruit = mean_s(service_time(station, CommodityGroup.FRESH_FRUIT))
    other = mean_s(service_time(station, CommodityGroup.OTHER))
    per_vehicle = (40 * fruit + 83 * other) / 123
    assert station.servers * 11 * 3600 / per_vehicle == pytest.approx(123, rel=0.03)


def test_the_vehicle_check_is_the_limit_coming_in() -> None:
    """Four places over eleven hours at the documented times serve 601 vehicles within three percent."""
    plan = planfiles.open_day("2025-11-11").plan
    station = plan.stations["hn-entry-check"]
    known, new = service_time(station, CommodityGroup.OTHER), service_time(station, CommodityGroup.VEHICLES)
    assert plan.demand is not None
    share = plan.demand.flows[1].mix_permille[CommodityGroup.VEHICLES] / 1000
    per_vehicle = mean_s(known) * (1 - share) + mean_s(new) * share
    assert station.servers * 11 * 3600 / per_vehicle == pytest.approx(601, rel=0.03)


def test_the_stock_of_that_day_adds_up() -> None:
    """What stood and what came make what left and what was left: 151 + 140 = 123 + 168."""
    demand = planfiles.open_day("2025-11-11").plan.demand
    assert demand is not None
    assert 123 + 168 == demand.flows[0].stock + demand.flows[0].arrivals


def test_the_unmanned_lane_runs_at_night_alone() -> None:
    """18:30 to 20:00 Hanoi time, when no manned goods lane is open."""
    plan = planfiles.shipped_plan("tan-thanh-puzhai")
    day = date(2025, 11, 12)
    assert ("smart-in",) == lanes_for(plan, kind=LaneKind.UNMANNED, direction=Direction.IN)
    (night,) = windows(plan, "unmanned-night", day)
    (goods,) = windows(plan, "goods", day)
    assert goods.until_ms < night.start_ms
    assert 90 * 60_000 == night.until_ms - night.start_ms


@pytest.mark.parametrize(
    ("clock", "out_open", "in_open"), [("14:59", True, True), ("15:00", False, True), ("11:30", False, False)]
)
def test_the_pontoon_cuts_off_china_bound_vehicles_at_three(clock: str, *, out_open: bool, in_open: bool) -> None:
    """From 15:00 Viet Nam time no more vehicles enter China over Km3+4, while returns go on to 16:00."""
    plan = planfiles.shipped_plan("mong-cai-dongxing")
    now_ms = local_instant(date(2025, 11, 12), clock, "Asia/Ho_Chi_Minh")
    assert out_open is is_open(plan, "pontoon", now_ms=now_ms, direction=Direction.OUT).open
    assert in_open is is_open(plan, "pontoon", now_ms=now_ms, direction=Direction.IN).open


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_shipped_plan_fits_the_schema(plan_id: str) -> None:
    """An editor that knows the schema accepts what the loader accepts."""
    jsonschema.Draft202012Validator(plan_schema()).validate(read(planfiles.plan_text(plan_id)).value)


@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_a_shipped_scenario_fits_the_schema(scenario_id: str) -> None:
    """The same for scenarios."""
    jsonschema.Draft202012Validator(scenario_schema()).validate(read(planfiles.scenario_text(scenario_id)).value)


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    """An unknown key and a wrong type are seen by both."""
    validator = jsonschema.Draft202012Validator(plan_schema())
    assert validator.is_valid(read(SMALL).value)
    assert not validator.is_valid(read(SMALL.replace("home: west", "hone: west")).value)
    assert not validator.is_valid(read(SMALL.replace("length_m: 500", "length_m: 0")).value)
    assert jsonschema.Draft202012Validator(scenario_schema()).is_valid(read(SCENARIO).value)


@pytest.mark.parametrize(("name", "schema"), [("plan", plan_schema), ("scenario", scenario_schema)])
def test_the_published_schema_is_current(name: str, schema: object) -> None:
    """Make it anew with ``gatepair plan schema > docs/reference/plan.schema.json`` (and --scenario)."""
    assert callable(schema)
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema_text(schema()) == (REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8")


def test_a_name_that_is_neither_id_nor_file_is_answered_with_what_there_is() -> None:
    """The message lists the plans we ship."""
    with pytest.raises(PlanInvalid, match="huu-nghi-youyiguan, mong-cai-dongxing"):
        planfiles.open_plan("huu-nghi")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are the plan's error, with the path."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xff\xfe\x00plan")
    with pytest.raises(PlanInvalid, match="cannot be read as UTF-8"):
        planfiles.open_plan(str(path))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """Size is looked at before content."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"#" * (planfiles.BYTES_MAX + 1))
    with pytest.raises(PlanInvalid, match="larger than"):
        planfiles.open_plan(str(path))


def test_a_plan_file_is_opened_by_its_path(tmp_path: Path) -> None:
    """A path works wherever an id does, and a scenario may be laid over it."""
    plan, scenario = tmp_path / "small.yaml", tmp_path / "busy.yaml"
    plan.write_text(SMALL, encoding="utf-8")
    scenario.write_text(SCENARIO, encoding="utf-8")
    day = planfiles.open_day(str(scenario), str(plan))
    assert "small" == day.plan.id
    assert day.plan.demand is not None
    assert 7 == day.plan.demand.flows[0].stock
