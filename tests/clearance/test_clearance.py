"""Declaration checks, the channel's draw and the fee: a passing, a failing and a boundary case for each rule."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossing.ground import BOX, DRIVER, GREEN, OTHER_TRUCK, PLAN, TRUCK, X1, Pair, declare, goods, item
from gatepair.base.duties import Duty
from gatepair.clearance.channel.draw import draws
from gatepair.clearance.channel.of_plan import channel_of, profile_for
from gatepair.clearance.checks import CONTAINER_GROSS_KG_MAX, check_declaration, errors
from gatepair.clearance.fees.of_plan import amount_minor, fee_of
from gatepair.crossing.model import Binding, Channel, Declaration, LoadUnit, Parties
from gatepair.crossing.state import Crossing
from gatepair.plan.model import CommodityGroup, Fee, LaneKind, Regime, Role

G = CommodityGroup


def crossing_of(declaration: Declaration, load: LoadUnit = LoadUnit.TRUCK, crossing: str = X1) -> Crossing:
    """Return a crossing declared at ``a-post``."""
    pair = Pair()
    kind = {LoadUnit.CONTAINER: LaneKind.UNMANNED, LoadUnit.EMPTY: LaneKind.EMPTIES}.get(load, LaneKind.MANNED)
    binding = BOX if load is LoadUnit.CONTAINER else TRUCK
    order = declare(declaration=declaration, load=load, lane_kind=kind, binding=binding)
    assert isinstance(pair.act("a-post", crossing, order, Duty.TRADER), tuple)
    return pair.desks["a-post"].crossings[crossing]


def found(declaration: Declaration, binding: Binding = TRUCK, load: LoadUnit = LoadUnit.TRUCK) -> list[str]:
    """Return the codes of what the checks find."""
    return [one.code.removeprefix("clearance.") for one in check_declaration(declaration, binding, load=load)]


# --- checks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"hs": "8542"}, []),
        ({"hs": "85423"}, ["hs_unknown"]),
        ({"hs": "854231000"}, ["hs_unknown"]),
        ({"hs": "770100"}, ["hs_unknown"]),
        ({"hs": "000100"}, ["hs_unknown"]),
        ({"hs": "980100"}, ["hs_unknown"]),
        ({"hs": "970100", "commodity": G.OTHER}, []),
        ({"hs": "081060"}, ["hs_group"]),
        ({"hs": "081060", "commodity": G.FRESH_FRUIT}, []),
        ({"hs": "870323", "commodity": G.VEHICLES}, []),
        ({"hs": "870323", "commodity": G.FRESH_FRUIT}, ["hs_group"]),
        ({"commodity": G.NONE}, ["group_none"]),
        ({"gross_mass_kg": 0}, ["mass_missing"]),
        ({"gross_mass_kg": 1}, []),
        ({"packages": 0}, ["packages_missing"]),
        ({"hs": "260111", "commodity": G.ORE, "packages": 0}, []),
        ({"value_minor": 0}, ["value_missing"]),
        ({"currency": "VND"}, []),
        ({"currency": "XXX"}, ["currency_unknown"]),
        ({"origin": "CN"}, []),
        ({"origin": "ZZ"}, ["country_unknown"]),
    ],
)
def test_an_item_is_consistent(fields: dict[str, Any], expected: list[str]) -> None:
    """Codes exist, the chapter fits the group, masses, packages and values are there."""
    assert expected == found(goods(item(**fields)))


@pytest.mark.parametrize(
    ("number", "expected"),
    [("CSQU3054383", []), ("CSQU3054384", ["container_digit"]), ("MSKU6011672", [])],
)
def test_container_numbers_carry_their_check_digit(number: str, expected: list[str]) -> None:
    """The last digit follows from the others (ISO 6346)."""
    assert expected == found(goods(), Binding(tractor="12C-12345", containers=(number,)))


def test_a_container_is_named_once() -> None:
    """The same number twice is a finding."""
    assert ["container_twice"] == found(goods(), Binding(tractor="12C-12345", containers=("CSQU3054383",) * 2))


@pytest.mark.parametrize(("mass_kg", "expected"), [(0, []), (1, ["mass_over_container"])])
def test_a_container_carries_what_it_may(mass_kg: int, expected: list[str]) -> None:
    """At the limit it passes, a kilogram above it does not."""
    heavy = goods(item(gross_mass_kg=CONTAINER_GROSS_KG_MAX + mass_kg))
    assert expected == found(heavy, BOX, LoadUnit.CONTAINER)


@pytest.mark.parametrize(
    ("plate", "expected"),
    [
        ("12C-123.45", []),
        ("43C-01234", []),
        ("29LD-0123", []),
        ("桂F12345", []),
        ("桂F1234挂", []),
        ("ABC", ["plate_unusual"]),
    ],
)
def test_plates_of_both_sides_are_known(plate: str, expected: list[str]) -> None:
    """Another form is a warning only: it does not keep the declaration out."""
    findings = check_declaration(goods(), Binding(tractor=plate), load=LoadUnit.TRUCK)
    assert expected == [one.code.removeprefix("clearance.") for one in findings]
    assert () == errors(findings)


def test_goods_name_their_parties() -> None:
    """A blank exporter is a finding; an empty vehicle has no parties to name."""
    blank = Parties(exporter=" ", importer="B")
    assert ["party_missing"] == found(msgspec.structs.replace(goods(), parties=blank))
    empty = goods(regime=Regime.EMPTY)
    assert [] == found(msgspec.structs.replace(empty, parties=blank), OTHER_TRUCK, LoadUnit.EMPTY)


def test_two_way_transport_takes_one_group() -> None:
    """A mixed load is refused in two-way transport and passes otherwise."""
    mixed = (item(), item(G.FRESH_FRUIT))
    assert ["two_way_mixed"] == found(goods(*mixed, regime=Regime.TWO_WAY))
    assert [] == found(goods(*mixed))


def test_the_drivers_country_exists() -> None:
    """The nationality is a country code."""
    nowhere = msgspec.structs.replace(DRIVER, nationality="ZZ")
    findings = check_declaration(goods(), TRUCK, load=LoadUnit.TRUCK, driver=nowhere)
    assert ["driver.nationality"] == [one.path for one in findings]


# --- the channel --------------------------------------------------------------------------


@given(st.integers(1, 99), st.text("ABCDEFGH", min_size=1), st.text("0123456789abcdef", max_size=32))
def test_a_draw_can_be_repeated_and_stays_within_its_range(version: int, crossing: str, salt: str) -> None:
    """The same version, crossing and salt give the same draw, from 0 to 999."""
    draw = draws(version, crossing, salt)
    assert draw == draws(version, crossing, salt)
    assert 0 <= draw.share_permille < 1000
    assert 0 <= draw.random_permille < 1000


def test_a_published_draw_does_not_change() -> None:
    """The draw of a known crossing is fixed for ever, or published draws could not be checked."""
    assert 266 == draws(1, X1, "00ff").share_permille


def test_draws_follow_the_shares() -> None:
    """Over many crossings green, yellow and red come near their shares."""
    drawn = [draws(1, f"X{number}", "salt").share_permille for number in range(4_000)]
    assert abs(sum(draw < 600 for draw in drawn) - 2_400) < 120
    assert abs(sum(draw >= 880 for draw in drawn) - 480) < 90


@pytest.mark.parametrize(
    ("on", "version"),
    [("2024-12-31", 1), ("2025-01-01", 1), ("2025-12-31", 1), ("2026-01-01", 2), ("2030-01-01", 2)],
)
def test_the_profile_in_force_holds(on: str, version: int) -> None:
    """A profile holds from its first day until the next one's."""
    profile = profile_for(PLAN, "a-post", Role.EXIT, on=on)
    assert version == (profile.version if profile else 0)


def test_the_deepest_channel_of_a_mixed_load_counts() -> None:
    """Electronics are always red in this plan: fruit beside them does not make them green."""
    mixed = crossing_of(goods(item(G.FRESH_FRUIT), item()))
    draw = channel_of(PLAN, "a-post", mixed, on="2025-11-11", salt="s")
    assert (Channel.RED, "share.electronics") == ((draw.channel, draw.reason) if draw else None)


def test_the_draw_falls_into_its_share() -> None:
    """Below the green share it is green, then yellow, then red."""
    bounds = {Channel.GREEN: range(600), Channel.YELLOW: range(600, 880), Channel.RED: range(880, 1000)}
    for number in range(40):
        fruit = crossing_of(
            goods(item(G.FRESH_FRUIT)), crossing="X" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[number % 32] * 20
        )
        draw = channel_of(PLAN, "a-post", fruit, on="2025-11-11", salt=str(number))
        assert draw is not None
        assert draw.draw_permille in bounds[draw.channel]


def test_a_post_without_a_profile_draws_nothing() -> None:
    """Where the plan has no profile there is no channel."""
    assert None is channel_of(PLAN, "b-post", crossing_of(goods()), on="2025-11-11", salt="s")
    assert GREEN.channel is Channel.GREEN


# --- fees ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declaration", "load", "amount", "line"),
    [
        (goods(), LoadUnit.TRUCK, 1_500_000, "lines.3"),
        (goods(item(G.ORE)), LoadUnit.TRUCK, 10_000_000, "lines.1"),
        (goods(item(G.FRESH_VEGETABLES, gross_mass_kg=2_000)), LoadUnit.TRUCK, 100_000, "lines.2"),
        (goods(item(G.FRESH_VEGETABLES, gross_mass_kg=2_001)), LoadUnit.TRUCK, 1_500_000, "lines.3"),
        (goods(item(G.FRESH_VEGETABLES, gross_mass_kg=1), item(G.ORE)), LoadUnit.TRUCK, 10_000_000, "lines.1"),
        (goods(), LoadUnit.CONTAINER, 1_350_002, "lines.4"),
        (goods(regime=Regime.EMPTY), LoadUnit.EMPTY, 0, "lines.0"),
    ],
)
def test_the_first_matching_line_holds_and_mixed_loads_pay_most(
    declaration: Declaration, load: LoadUnit, amount: int, line: str
) -> None:
    """Lines are read in order, masses include their limit, multipliers round half up, mixed loads pay the highest."""
    fee = fee_of(PLAN, "a-post", crossing_of(declaration, load))
    assert (amount, "VND", f"a-fees {line}") == ((fee.amount_minor, fee.currency, fee.line) if fee else None)


def test_a_post_without_a_table_charges_nothing() -> None:
    """No table, no fee."""
    assert None is fee_of(PLAN, "b-post", crossing_of(goods()))


@given(st.integers(0, 10**12), st.integers(1, 10_000))
def test_multipliers_stay_integers_within_half_a_unit(amount: int, permille: int) -> None:
    """The product is the nearest integer, halves up; no float decides."""
    line = msgspec.convert(
        {
            "load": "",
            "commodities": [],
            "regimes": [],
            "amount_minor": amount,
            "multiplier_permille": permille,
            "provenance": {"kind": "assumed"},
        },
        Fee,
    )
    exact = amount * permille
    assert abs(exact - amount_minor(line) * 1000) <= 500
