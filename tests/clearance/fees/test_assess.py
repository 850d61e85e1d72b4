"""Fees by table: classes, goods, regimes, routes, multipliers, mixed loads, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.feetables import shipped_fee_tables
from gatepair.base.errors import Malformed
from gatepair.clearance.fees.assess import FeeAssessment, assess_fee
from gatepair.clearance.fees.model import Course, FeeLoad, Onward, times
from gatepair.clearance.fees.table import FeeTable, read_fees
from gatepair.crossing.model import LoadUnit
from gatepair.plan.model import CommodityGroup, Regime

G = CommodityGroup
ON = date(2025, 11, 11)
VEGETABLES = {"goods": ["fresh_vegetables"], "gross_mass_kg": 1_999}
RE_EXPORT = {"goods": ["fresh_fruit"], "gross_mass_kg": 20_000, "regime": "temporary", "box_ft": 40}


def load(**changes: Any) -> FeeLoad:
    """Return an export truck of 20 t of electronics, changed by ``changes``."""
    return msgspec.convert(
        {"goods": ["electronics"], "gross_mass_kg": 20_000, "direction": "export"} | changes, FeeLoad
    )


def fee(asked: FeeLoad, province: str = "lang-son", on: date = ON) -> FeeAssessment:
    return assess_fee(asked, shipped_fee_tables(), province=province, on=on)


def told(found: FeeAssessment) -> list[str]:
    """Return the codes of the premises."""
    return [finding.code.removeprefix("fees.premise_") for finding in found.premises]


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        (VEGETABLES, 100_000),
        (VEGETABLES | {"gross_mass_kg": 2_000}, 1_530_000),
        (VEGETABLES | {"direction": "import"}, 1_530_000),
        (VEGETABLES | {"onward": "transshipment"}, 30_000),
        (RE_EXPORT, 4_000_000),
        (RE_EXPORT | {"box_ft": 20}, 1_530_000),
        (RE_EXPORT | {"direction": "import", "onward": "inland"}, 5_200_000),
        (RE_EXPORT | {"onward": "inland"}, 4_000_000),
        ({"goods": ["ore"]}, 7_650_000),
        ({"goods": ["ore"], "direction": "import"}, 1_530_000),
        ({"goods": ["ore"], "onward": "transshipment"}, 2_295_000),
        ({}, 1_530_000),
        ({"load": "empty", "goods": []}, None),
    ],
)
def test_fees_of_lang_son(changes: dict[str, Any], amount: int | None) -> None:
    """Hand-computed. Source: Resolution 09/2025/NQ-HĐND as reported; the mean 1,530,000 for what was not."""
    assert amount == fee(load(**changes)).amount_minor


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"goods": ["fresh_fruit"], "regime": "transit", "gross_mass_kg": 18_000}, 5_500_000),
        ({"goods": ["fresh_fruit"], "regime": "transit", "gross_mass_kg": 17_999}, 4_500_000),
        ({"goods": ["fresh_fruit"], "regime": "transit", "gross_mass_kg": 10_000}, 4_500_000),
        ({"goods": ["fresh_fruit"], "regime": "transit", "gross_mass_kg": 9_999}, None),
        ({"goods": ["electronics"], "regime": "bonded", "box_ft": 40}, 6_500_000),
        ({"goods": ["electronics"], "regime": "bonded", "box_ft": 20}, 5_500_000),
        ({"goods": ["fresh_fruit"], "regime": "bonded", "box_ft": 20, "gross_mass_kg": 17_000}, 4_500_000),
        ({"goods": ["fresh_fruit"], "gross_mass_kg": 20_000}, 500_000),
        ({"goods": ["fresh_fruit"], "gross_mass_kg": 20_020}, 500_500),
        ({"goods": ["fresh_fruit"], "gross_mass_kg": 20_000, "direction": "import"}, 2_000_000),
        ({"goods": ["electronics"]}, 2_000_000),
    ],
)
def test_fees_of_cao_bang(changes: dict[str, Any], amount: int | None) -> None:
    """Hand-computed, by vehicle and by tonne. Source: Resolution 39/2019 as reported."""
    assert amount == fee(load(**changes), "cao-bang").amount_minor


@pytest.mark.parametrize(
    ("day", "known"), [(date(2025, 5, 7), False), (date(2025, 5, 8), True), (date(2025, 5, 9), True)]
)
def test_a_table_holds_from_its_first_day(day: date, known: bool) -> None:  # noqa: FBT001 - by name
    """The day before there is no table, and no table is not a fee of nought."""
    found = fee(load(), on=day)
    assert known is (found.amount_minor is not None)
    assert known is ("fees.no_table" not in [finding.code for finding in found.findings])


TWO = "fees: t\nprovince: p\ncurrency: VND\nfrom: {first}\n{until}source: synthetic\n\n*\t*\t*\t*\t*\t{rate}\n"


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2025, 5, 31), 1),
        (date(2025, 6, 1), 2),
        (date(2025, 6, 30), 2),
        (date(2025, 7, 1), 1),
    ],
)
def test_the_later_table_holds_on_its_days(day: date, amount: int) -> None:
    """Of two tables of a province the later one holds, until its own last day."""
    tables = (
        read_fees(TWO.format(first="2025-06-01", until="until: 2025-06-30\n", rate=2)),
        read_fees(TWO.format(first="2025-01-01", until="", rate=1)),
    )
    assert amount == assess_fee(load(), tables, province="p", on=day).amount_minor


def test_a_result_says_what_it_rests_on() -> None:
    """A mean is told as such, stacked multipliers and our readings are premises, and every step has its source."""
    ore = fee(load(goods=["ore"], onward="transshipment"))
    assert ["class", "incomplete", "stacked"] == told(ore)
    assert ["fees.estimate"] == [finding.code for finding in ore.findings]
    assert ["class", "farm", "incomplete"] == told(fee(load(**RE_EXPORT)))
    assert [] == list(fee(load(**RE_EXPORT)).findings)
    assert ["synthetic"] == told(fee(load(), "synthetic-demo"))
    assert all(step.source for step in ore.steps)
    assert {"vi", "zh", "en", "fr"} == set(ore.to_wire()["steps"][0]["text"])


def test_what_no_row_names_is_not_known() -> None:
    """A part that is not known leaves the whole unknown, and what is known is told as the least."""
    found = fee(load(goods=["fresh_fruit", "electronics"], regime="bonded", gross_mass_kg=9_999, box_ft=0), "cao-bang")
    assert (None, 0) == (found.amount_minor, found.at_least_minor)
    table = read_fees(TWO.format(first="2025-01-01", until="", rate=7).replace("*\t*\t*\t", "*\t*\tore\t"))
    mixed = assess_fee(load(goods=["ore", "other"]), (table,), province="p", on=ON)
    assert (None, 7) == (mixed.amount_minor, mixed.at_least_minor)
    assert ["fees.no_row"] == [finding.code for finding in mixed.findings]


# --- truths -------------------------------------------------------------------------------

LOADS = st.builds(
    FeeLoad,
    goods=st.lists(st.sampled_from(list(G)), max_size=4).map(tuple),
    gross_mass_kg=st.integers(0, 60_000),
    direction=st.sampled_from(list(Course)),
    load=st.sampled_from(list(LoadUnit)),
    regime=st.sampled_from(list(Regime)),
    onward=st.sampled_from(list(Onward)),
    box_ft=st.sampled_from([0, 20, 40]),
)
PROVINCES = st.sampled_from([table.province for table in shipped_fee_tables()])


@given(LOADS, PROVINCES, st.integers(0, 40_000))
def test_a_heavier_vehicle_never_pays_less(asked: FeeLoad, province: str, more_kg: int) -> None:
    """All else the same, the fee does not fall with the mass, and it is never below nought."""
    light = fee(asked, province).amount_minor
    heavy = fee(msgspec.structs.replace(asked, gross_mass_kg=asked.gross_mass_kg + more_kg), province).amount_minor
    assert light is None or light >= 0
    assert light is None or heavy is None or heavy >= light


@given(LOADS, PROVINCES)
def test_a_mixed_load_pays_the_highest_of_its_parts(asked: FeeLoad, province: str) -> None:
    """Never more, never less, and never by the order of the goods."""
    whole = fee(asked, province)
    alone = [fee(msgspec.structs.replace(asked, goods=(group,)), province).amount_minor for group in asked.goods]
    known = [amount for amount in alone if amount is not None]
    if asked.goods:
        assert whole.at_least_minor == max(known, default=0)
        assert whole.amount_minor == (max(known) if len(known) == len(alone) else None)
    backwards = msgspec.structs.replace(asked, goods=asked.goods[::-1] * 2)
    assert whole.amount_minor == fee(backwards, province).amount_minor


@pytest.mark.parametrize(
    ("amount", "permilles", "mass_kg", "expected"),
    [
        (3_333, (300,), 1_000, 1_000),
        (5, (300,), 1_000, 2),
        (3, (500,), 1_000, 2),
        (1, (499,), 1_000, 0),
        (5, (300, 300), 1_000, 0),
        (25_000, (), 1, 25),
        (25_000, (), 20_020, 500_500),
        (3, (1300,), 500, 2),
    ],
)
def test_amounts_are_rounded_once_halves_up(
    amount: int, permilles: tuple[int, ...], mass_kg: int, expected: int
) -> None:
    """1.5 becomes 2, 1.499 becomes 1, and 5 x 0.3 x 0.3 = 0.45 is not rounded on the way."""
    assert expected == times(amount, permilles, mass_kg=mass_kg)


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10_000), max_size=3), st.integers(0, 100_000))
def test_a_product_is_the_nearest_integer(amount: int, permilles: list[int], mass_kg: int) -> None:
    """Whatever the multipliers and in whatever order, the result lies within half a unit."""
    exact, whole = amount * mass_kg, 1_000
    for permille in permilles:
        exact, whole = exact * permille, whole * 1_000
    found = times(amount, permilles, mass_kg=mass_kg)
    assert abs(2 * (exact - found * whole)) <= whole
    assert found == times(amount, permilles[::-1], mass_kg=mass_kg)


# --- sheets -------------------------------------------------------------------------------

SHEET = """fees: t
province: p
currency: VND
from: 2025-01-01
multiplier goods:ore,other direction:export: 5000
source: synthetic

truck\t<2t\tfarm\tordinary\texport\t100
*\t2t-10t\t*\t*\t*\t200
*\t>=10t\t*\t*\t*\t~300
"""


def shipped(text: str) -> FeeTable:
    return read_fees(text)


def test_a_sheet_is_read() -> None:
    """Classes, lists of goods, multipliers."""
    table = shipped(SHEET)
    assert (3, 1) == (len(table.rows), len(table.multipliers))
    assert (G.ORE, G.OTHER) == table.multipliers[0].selector.goods
    assert [False, False, True] == [row.estimate for row in table.rows]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\t200", "\t2.5", "line 9"),
        ("\t200", "\t-200", "line 9"),
        ("2t-10t", "10t-2t", "line 9"),
        ("2t-10t", "heavy", "line 9"),
        ("farm", "stones", "line 8"),
        ("ordinary", "odd", "line 8"),
        ("export\t100", "out\t100", "line 8"),
        ("direction:export: 5000", "direction:export: 5.0", "thousandths"),
        ("direction:export: 5000", "way:export: 5000", "each once"),
        ("goods:ore,other", "goods:ore goods:other", "each once"),
        ("~300", "199", "pay less"),
        ("source: synthetic", "source: synthetic\nuntil: 2024-12-31", "until"),
        ("source: synthetic", "source: synthetic\npremises: hope", "premises"),
    ],
)
def test_a_sheet_that_is_none_is_refused(old: str, new: str, said: str) -> None:
    """Rates are natural numbers, words are known, and no heavier class pays less."""
    with pytest.raises(Malformed, match=said):
        shipped(SHEET.replace(old, new, 1))


def test_rows_that_fall_are_named() -> None:
    """At the edge of the class the fee would fall: goods, regime and both masses are told."""
    with pytest.raises(Malformed, match=r"fresh_fruit \(ordinary\) pay less at 10000 kg than at 9999 kg"):
        shipped(SHEET.replace("~300", "199"))
