"""No declaration, however odd, upsets a rule; and what a rule says does not hang on the order of the items."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from clearance.checking.documents import CN_PERSON, CONTAINER, DAY, VN_FIRM, item, number, put, read, written
from clearance.checking.test_rules import CROSSING
from gatepair.adapters.codelists import shipped_codes
from gatepair.clearance.checking.case import Threshold
from gatepair.clearance.checking.check import check, check_day
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Class, Moment, Number

WORDS = ["VN", "CN", "XV", "CNY", "VND", "KGM", "KGM#G", "LTR", "CT", "VY", "B11", "G21", "C11", "transit", "two_way"]
WORDS += ["border_resident", "empty", "08106000", "85423100", "0810", "99999999", "٠٨١٠٦٠٠٠", CONTAINER, "12C-123.45"]
WORDS += [VN_FIRM, CN_PERSON, "001099000001", "91110000600037341L", "VNLGS", "VNTTH", "9", "380", "桂F12345", ""]
WORDS += ["²", "a{b}", "đ中", "20260230", "²0260301", "2026-03-03T00:00:00Z"]
SEEDS = st.integers(0, 2**32 - 1)
"""Declarations are drawn from a seed: one draw a field would take Hypothesis longer than the checks take by far."""


class Odd:
    """Draws values of the data model in which any field may be missing or hold what has no business there."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def value(self, kind: type, depth: int = 0) -> Any:
        """Return a value of ``kind``; deep classes are drawn more rarely."""
        if kind is Moment:
            return Moment(text=self.chance.choice(WORDS))
        if issubclass(kind, Number):
            coefficient = self.chance.choice([0, 1, -1, 5, 100, 2**53 - 1, -(2**53 - 1)])
            more = {} if kind is Number else {kind.__struct_fields__[-1]: self.chance.choice(WORDS)}
            return kind(coefficient=coefficient, decimals=self.chance.randrange(10), **more)
        if not issubclass(kind, Class):
            return self.chance.choice(WORDS)
        fields: dict[str, Any] = {}
        for slot in slots_of(kind).values():
            if slot.many:
                count = self.chance.choice([0, 0, 1, 2]) if depth < 3 else self.chance.randrange(2)
                fields[slot.name] = tuple(self.value(slot.kind, depth + 1) for _ in range(count))
            elif self.chance.random() < 0.6:
                fields[slot.name] = self.value(slot.kind, depth + 1)
        return kind(**fields)


@given(SEEDS)
def test_no_declaration_upsets_a_rule(seed: int) -> None:
    """Every finding on any declaration has all values of its words, its form for machines, and a path."""
    for finding in check(Odd(seed).value(Declaration), on=DAY, codes=shipped_codes(), crossing=CROSSING):
        assert finding.path
        assert all(text.format_map(dict(finding.params)) for text in finding.kind.texts.values())
        msgspec.json.encode(finding.to_wire())


@given(SEEDS)
def test_no_day_upsets_a_rule(seed: int) -> None:
    """A day of any declarations is looked at, and each finding begins with the place of one of them."""
    thresholds = (Threshold("CNY", 100, "synthetic"), Threshold("VND", 1, "synthetic"))
    declarations = [Odd(seed + place).value(Declaration) for place in range(3)]
    for finding in check_day([*declarations, declarations[0]], on=DAY, codes=shipped_codes(), thresholds=thresholds):
        assert int(finding.path.partition(".")[0]) <= len(declarations)


def test_odd_declarations_are_found_fault_with() -> None:
    """The declarations drawn above reach most of the rules, so that they prove something."""
    drawn = [Odd(seed).value(Declaration) for seed in range(200)]
    reached = {each.code for one in drawn for each in check(one, on=DAY, codes=shipped_codes(), crossing=CROSSING)}
    assert len(reached) > 35, len(reached)


FAULTS = {
    "commodity.classification.0.id": "08109999",
    "origin.0.country_code": "XV",
    "packaging.0.type_code": "K9",
    "commodity.goods_measure.net_net_weight_measure": number(1051, unit="KGM"),
    "commodity.invoice_line.item_charge_amount": number(5, 1, currency="VND"),
    "government_procedure.0.current_code": "Z99",
}


@given(st.lists(st.sampled_from(sorted(FAULTS)), min_size=3, max_size=3), st.permutations([0, 1, 2]))
def test_the_order_of_the_items_changes_no_finding(faults: list[str], order: list[int]) -> None:
    """Items stand in any order: the same things are found, each at the item where it is."""
    items = [put(item(place + 1), fault, FAULTS[fault]) for place, fault in enumerate(faults)]
    codes = [Counter(each.code for each in found_in([items[place] for place in way])) for way in ([0, 1, 2], order)]
    assert codes[0] == codes[1]


def found_in(items: list[dict[str, Any]]) -> Any:
    return check(read(written(*items)), on=DAY, codes=shipped_codes())
