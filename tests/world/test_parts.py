"""Truths of the world's parts: chance, outbox, stations, yards, identities, traffic."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from stdnum import iso6346

from gatepair.base.duties import Duty
from gatepair.crossing.model import Binding, Driver, GoodsItem
from gatepair.plan.model import CommodityGroup, Direction, Regime
from gatepair.world import identities
from gatepair.world.chance import Chance
from gatepair.world.goods import WARES, goods_item
from gatepair.world.outbox import SLOTS, Outbox, slot_of
from gatepair.world.schedule import Schedule
from gatepair.world.stations import ServicePlace, Standing, open_from
from gatepair.world.traffic import Traffic, Trip

HOUR = 3_600_000


class Always:
    """Hours that never close."""

    def opens_ms(self, _calendar, now_ms: int) -> int:
        return now_ms


class Daytime:
    """Open from hour 8 to hour 10."""

    def opens_ms(self, _calendar, now_ms: int) -> int:
        if 8 * HOUR <= now_ms < 10 * HOUR:
            return now_ms
        return 8 * HOUR if now_ms < 8 * HOUR else 32 * HOUR


@given(st.integers(0, 2**31), st.text(max_size=20), st.integers(0, 1_000))
def test_chance_depends_only_on_its_name(seed: int, entity: str, n: int) -> None:
    """The same seed, entity, activity and count give the same number, strictly between 0 and 1."""
    one, other = Chance(seed), Chance(seed)
    other.unit("somebody else", "before")
    assert one.unit(entity, "act", n) == other.unit(entity, "act", n)
    assert 0 < one.unit(entity, "act", n) < 1


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 1_000), min_size=1), st.integers(0, 300))
def test_apportioning_is_within_one_of_the_share(weights: dict[str, int], count: int) -> None:
    """Shares of a mix come out exactly, up to whole vehicles, and none is lost."""
    found = Counter(Chance(1).apportioned("mix", weights, count))
    total = sum(weights.values())
    assert sum(found.values()) == (count if total else 0)
    assert all(abs(found[key] * total - count * weight) < total for key, weight in weights.items() if total)


def test_batches_follow_the_principals_and_each_vehicle_keeps_its_order() -> None:
    """Customs speaks after the border guard; an act that would run ahead of an earlier one waits for the next tick."""
    box = Outbox()
    acts = [("A", Duty.CUSTOMS, 10), ("A", Duty.BORDER_GUARD, 20), ("B", Duty.BORDER_GUARD, 5), ("A", Duty.CUSTOMS, 30)]
    for entity, duty, at_ms in acts:
        box.put(slot_of(duty), entity, {"at_ms": at_ms}, id_=f"{entity}{at_ms}", answered=None)
    first = [[act.order.id for act in slot] for slot in box.take(60)]
    assert [["B5"], ["A10"]] == [slot for slot in first if slot]
    second = [[act.order.id for act in slot] for slot in box.take(60)]
    assert [["A20"], ["A30"]] == [slot for slot in second if slot]
    assert [] == box.waiting


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, len(SLOTS) - 1), st.integers(0, 200)), max_size=40))
def test_everything_is_said_once_and_in_the_order_of_each_vehicle(acts) -> None:
    """Over the ticks no act is lost, none is said twice, and a vehicle's acts keep their order."""
    box = Outbox()
    for at, (entity, slot, at_ms) in enumerate(acts):
        box.put(slot, entity, {"at_ms": at_ms}, id_=str(at), answered=None)
    said = []
    for tick in range(60, 60 * (len(acts) + 6), 60):
        for slot in box.take(tick):
            said += [(act.entity, act.at_ms, act.sequence) for act in slot]
    assert len(acts) == len(set(said)) == len(said)
    for entity in "ABC":
        own = [(at_ms, sequence) for name, at_ms, sequence in said if name == entity]
        assert sorted(own) == own


def test_a_station_serves_as_many_as_it_has_servers() -> None:
    """Three vehicles of ten minutes at two servers end after ten, ten and twenty minutes."""
    schedule, ended = Schedule(), []
    place = ServicePlace("s", servers=2, hours=Always(), calendar="c", schedule=schedule)
    for _ in range(3):
        place.enter(0, 600_000, ended.append)
    schedule.run_until(HOUR)
    assert [600_000, 600_000, 1_200_000] == ended


def test_nobody_begins_outside_the_hours_or_in_a_halt_but_what_began_is_finished() -> None:
    """A service begun before closing ends after it; the next begins when the station opens and no halt stands."""
    schedule, begun, ended = Schedule(), [], []
    place = ServicePlace("s", servers=1, hours=Daytime(), calendar="c", schedule=schedule)
    place.halt(8 * HOUR, 9 * HOUR)
    place.enter(7 * HOUR, 2 * HOUR, ended.append, begun=begun.append)
    place.enter(7 * HOUR, HOUR, ended.append, begun=begun.append)
    schedule.run_until(40 * HOUR)
    assert [11 * HOUR, 33 * HOUR] == ended
    assert [9 * HOUR, 32 * HOUR] == begun


def test_halts_that_meet_are_one() -> None:
    """A halt until noon and one from noon leave no moment between them."""
    assert 15 * HOUR == open_from(Always(), "c", [(12 * HOUR, 15 * HOUR), (9 * HOUR, 12 * HOUR)], 10 * HOUR)


def test_a_full_yard_lets_the_next_in_when_one_leaves() -> None:
    """Who comes to a full yard waits on the road, first come first."""
    schedule, inside = Schedule(), []
    yard = Standing(1, schedule)
    for name in "ABC":
        yard.enter(0, lambda now_ms, name=name: inside.append((name, now_ms)))
    yard.leave(50)
    schedule.run_until(100)
    assert [("A", 0), ("B", 50)] == inside


@pytest.mark.parametrize("country", ["VN", "CN"])
def test_plates_are_unique_and_of_their_form(country) -> None:
    """Five thousand vehicles have five thousand tractors and trailers, none of one country like the other's."""
    pattern = {"VN": r"\d\d[A-Z]-\d{3}\.\d\d", "CN": r"桂F·[A-K]\d{4}挂?"}[country]
    plates = [make(country, at) for at in range(1, 5_001) for make in (identities.tractor, identities.trailer)]
    assert len(plates) == len(set(plates))
    assert all(re.fullmatch(pattern, plate) for plate in plates)
    msgspec.convert({"tractor": plates[0], "trailer": plates[1]}, Binding)


@given(st.integers(0, 999_999))
def test_containers_have_their_check_digit(index: int) -> None:
    """A made-up container number is a valid one."""
    assert iso6346.is_valid(identities.container(index))


def test_people_and_firms_say_that_they_are_synthetic() -> None:
    """Nobody can take them for somebody."""
    assert "SYNTHETIC Driver 0042" == msgspec.convert(identities.driver("VN", 42), Driver).name
    assert identities.firm("Trading", 17).startswith("SYNTHETIC")


@pytest.mark.parametrize("commodity", sorted(WARES, key=lambda one: one.value))
def test_goods_are_valid_and_weigh_what_a_vehicle_carries(commodity) -> None:
    """Each group has goods with an HS code, 20 to 22 tonnes, a value, and a name that says synthetic."""
    item = msgspec.convert(goods_item(Chance(1), "e", commodity, "VN"), GoodsItem)
    assert 20_000 <= item.gross_mass_kg <= 22_000
    assert item.value_minor > 0
    assert item.description.startswith("SYNTHETIC")


def test_every_group_but_none_has_goods() -> None:
    """A mix of the plan may name any group."""
    assert set(CommodityGroup) - {CommodityGroup.NONE} == set(WARES)


def test_traffic_makes_what_the_plan_says(day) -> None:
    """Stock and arrivals are as many as the plan's, come in their window, and every vehicle is another one."""
    traffic = Traffic(day.plan, day.plan.demand, Chance(5))
    flow = next(one for one in day.plan.demand.flows if one.direction is Direction.OUT)
    stock = traffic.stock(flow, (0, 5 * HOUR))
    arrivals = traffic.arrivals(flow, 0, 10 * HOUR)
    assert (flow.stock, flow.arrivals) == (len(stock), len(arrivals))
    assert all(0 <= trip.declared_ms <= trip.came_ms < 6 * HOUR for trip in stock)
    assert all(10 * HOUR <= trip.declared_ms <= trip.came_ms < 34 * HOUR for trip in arrivals)
    plates = [trip.vehicle.binding()["tractor"] for trip in [*stock, *arrivals]]
    assert len(plates) == len(set(plates))


def test_two_way_loads_are_part_of_the_arrivals(day) -> None:
    """Half of eight arrivals two-way: four come by themselves, four are loaded for their way home, then all go empty."""
    flow = replace(next(one for one in day.plan.demand.flows if one.direction is Direction.OUT), two_way_permille=500)
    traffic = Traffic(day.plan, replace(day.plan.demand, flows=(flow,)), Chance(5))
    came = traffic.arrivals(flow, 0, 0)
    assert 4 == len(came)
    inbound = [replace_trip(trip, Direction.IN, f"in-{at}") for at, trip in enumerate(came + came)]
    home = [traffic.homeward(trip, "X", HOUR) for trip in inbound]
    assert [Regime.TWO_WAY] * 4 + [Regime.EMPTY] * 4 == [trip.regime for trip in home]
    assert all(trip.commodity is not CommodityGroup.FRESH_FRUIT for trip in home)


def replace_trip(trip: Trip, direction: Direction, entity: str) -> Trip:
    return dataclasses.replace(trip, direction=direction, entity=entity)
