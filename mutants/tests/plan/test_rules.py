"""The answers that a plan gives to the live post and to the simulated world."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gatepair.base.duties import Duty
from gatepair.plan import rules
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Regime, Role
from plan.pair import changed, small


@dataclass(frozen=True)
class Facts:
    """The facts of one place."""

    commodity: CommodityGroup = CommodityGroup.OTHER
    regime: Regime = Regime.ORDINARY
    tested: bool = False
    paired_return: bool = False


@pytest.mark.parametrize(
    ("post", "role", "regime", "commodity", "expected"),
    [
        ("west-gate", Role.EXIT, Regime.ORDINARY, CommodityGroup.FRESH_FRUIT, (Duty.BORDER_GUARD, Duty.QUARANTINE)),
        ("west-gate", Role.EXIT, Regime.TRANSIT, CommodityGroup.FRESH_FRUIT, (Duty.BORDER_GUARD, Duty.QUARANTINE)),
        ("west-gate", Role.EXIT, Regime.TRANSIT, CommodityGroup.OTHER, ()),
        ("west-gate", Role.EXIT, Regime.ORDINARY, CommodityGroup.OTHER, (Duty.BORDER_GUARD,)),
        ("east-gate", Role.EXIT, Regime.TRANSIT, CommodityGroup.FRESH_FRUIT, (Duty.BORDER_GUARD,)),
        ("east-gate", Role.ENTRY, Regime.ORDINARY, CommodityGroup.NONE, (Duty.BORDER_GUARD,)),
    ],
)
def test_the_first_rule_that_matches_says_who_decides(
    post: str, *, role: Role, regime: Regime, commodity: CommodityGroup, expected: tuple[Duty, ...]
) -> None:
    """Post, role, regime and goods select; customs is never in the list, because it is last by rule."""
    assert expected == rules.required_duties(small(), post=post, role=role, regime=regime, commodity=commodity)


def test_every_case_has_a_rule_in_a_checked_plan() -> None:
    """Whatever comes, somebody has to decide or the plan says nobody but customs does."""
    for post in small().posts:
        for role in Role:
            for regime in Regime:
                for commodity in CommodityGroup:
                    duties = rules.required_duties(small(), post=post, role=role, regime=regime, commodity=commodity)
                    assert Duty.CUSTOMS not in duties


def test_reliance_is_what_the_plan_lists() -> None:
    """A duty the plan does not list relies on nothing."""
    assert ("goods.*",) == rules.reliance(small(), Duty.CUSTOMS)
    assert () == rules.reliance(small(), Duty.HEALTH)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(CommodityGroup.FRESH_FRUIT, tested=True), "tested"),
        (Facts(CommodityGroup.FRESH_FRUIT, tested=True, paired_return=True), "tested"),
        (Facts(CommodityGroup.FRESH_FRUIT, paired_return=True), "paired"),
        (Facts(tested=True), "rest"),
        (Facts(regime=Regime.TRANSIT), "transit"),
        (Facts(), "rest"),
    ],
)
def test_the_first_class_whose_conditions_all_hold_counts(facts: Facts, expected: str) -> None:
    """Conditions are joined by and, classes by order."""
    found = rules.priority_class(small().queues["west-gate"], facts)
    assert found is not None
    assert expected == found.key


def test_a_rule_without_catch_all_ranks_the_rest_behind() -> None:
    """A plan that was never checked still orders: what fits no class comes after all classes."""
    rule = changed({"queues/east-gate/priorities/0/tested": True}).queues["east-gate"]
    assert 1 == rules.priority_rank(rule, Facts())
    assert rules.priority_class(rule, Facts()) is None


def test_fruit_without_its_paper_is_not_callable() -> None:
    """Needing a test is about the goods; other goods are callable without."""
    rule = small().queues["west-gate"]
    assert not rules.callable_now(rule, Facts(CommodityGroup.FRESH_FRUIT))
    assert rules.callable_now(rule, Facts(CommodityGroup.FRESH_FRUIT, tested=True))
    assert rules.callable_now(rule, Facts())


def test_a_vehicle_loaded_both_ways_may_stay_longer() -> None:
    """24 hours one way, 36 with a return load."""
    assert 24 == rules.stay_hours(small(), Regime.ORDINARY)
    assert 36 == rules.stay_hours(small(), Regime.TWO_WAY)
    assert 36 * 3_600_000 == rules.stay_ms(small(), Regime.TWO_WAY)


def test_a_channel_comes_before_the_goods_and_the_goods_before_the_default() -> None:
    """The most particular time holds."""
    fruit = {"shape": "deterministic", "mean_s": 5, "provenance": {"kind": "assumed", "note": "Made up."}}
    plan = changed({"stations/we-customs/service/fresh_fruit": fruit})
    station = plan.stations["we-customs"]
    assert 600 == rules.service_time(station, CommodityGroup.FRESH_FRUIT, "red").mean_s
    assert 5 == rules.service_time(station, CommodityGroup.FRESH_FRUIT, "green").mean_s
    assert 120 == rules.service_time(station, CommodityGroup.OTHER).high_s


def test_a_station_without_shares_is_visited_by_all() -> None:
    """An absent share means every vehicle; a named one is what it says."""
    shared = changed({"stations/we-customs/share_permille": {"default": 0, "channel:red": 1000, "fresh_fruit": 300}})
    station = shared.stations["we-customs"]
    assert 0 == rules.visit_permille(station, CommodityGroup.OTHER, "green")
    assert 1000 == rules.visit_permille(station, CommodityGroup.OTHER, "red")
    assert 300 == rules.visit_permille(station, CommodityGroup.FRESH_FRUIT)
    bare = changed({"stations/we-customs/share_permille": {}}).stations["we-customs"]
    assert 1000 == rules.visit_permille(bare, CommodityGroup.OTHER)


def test_stations_stand_in_their_order() -> None:
    """The way through a post follows ``order``, then the key."""
    assert ["wx-border-guard", "wx-quarantine", "wx-customs"] == [
        key for key, _ in rules.stations_of(small(), "west-gate", Role.EXIT)
    ]


@pytest.mark.parametrize(
    ("kind", "direction", "expected"),
    [
        (LaneKind.MANNED, Direction.OUT, ("lane-out", "lane-tidal")),
        (LaneKind.MANNED, Direction.IN, ("lane-in", "lane-tidal")),
        (LaneKind.UNMANNED, Direction.IN, ("lane-smart",)),
        (LaneKind.UNMANNED, Direction.OUT, ()),
        (LaneKind.EMPTIES, Direction.OUT, ()),
    ],
)
def test_lanes_are_chosen_by_kind_and_direction(
    kind: LaneKind, direction: Direction, expected: tuple[str, ...]
) -> None:
    """Tidal lanes count for both directions; unmanned and manned lanes are never mixed."""
    assert expected == rules.lanes_for(small(), kind=kind, direction=direction)
    assert expected == rules.lanes_for(small(), kind=kind, direction=direction, route="road")
    assert () == rules.lanes_for(small(), kind=kind, direction=direction, route="path")


def test_a_lane_is_found_with_its_route() -> None:
    """Orders name the lane alone."""
    found = rules.find_lane(small(), "lane-in")
    assert found is not None
    assert "road" == found[0]
    assert rules.find_lane(small(), "nowhere") is None


def test_vehicles_leave_at_the_home_post_going_out() -> None:
    """Out leads away from home; in leads away from the other side."""
    assert "west-gate" == rules.exit_post(small(), Direction.OUT)
    assert "east-gate" == rules.exit_post(small(), Direction.IN)
