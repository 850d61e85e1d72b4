"""Amendments by pointers: exactly the place named changes, and what leads nowhere changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.formats.wco import read_wco
from gatepair.clearance.declaration.amending import Intent, amend, intent_of
from gatepair.clearance.declaration.identifiers import CLASS_BY_NUMBER, ELEMENT_BY_NUMBER
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Class

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpora" / "wco" / "declarations"


def made(**fields: Any) -> Declaration:
    return msgspec.convert(fields, Declaration)


def item(number: int, **fields: Any) -> dict[str, Any]:
    return {"sequence_numeric": {"coefficient": number}} | fields


def mass(kilograms: int) -> dict[str, Any]:
    return {"commodity": {"goods_measure": {"net_net_weight_measure": {"coefficient": kilograms, "unit": "KGM"}}}}


def pointers(*sections: str, tag: str = "", numbers: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return an amendment whose pointers go down ``sections``, the how manieth by ``numbers``, to the element ``tag``."""
    way = [
        {"document_section_code": section, "sequence_numeric": {"coefficient": numbers[at] if at < len(numbers) else 1}}
        for at, section in enumerate(sections)
    ]
    if tag:
        way[-1]["tag_id"] = tag
    return {"change_reason_code": "28", "pointer": way}


TWO = made(goods_shipment={"government_agency_goods_item": [item(1, **mass(90)), item(2, **mass(50))]})
MASS_PATH = ("42A", "67A", "68A", "23A", "65A")


def test_one_field_changes_and_nothing_else() -> None:
    """The net mass of the second item becomes 49; the request holds that item only."""
    request = made(
        amendment=[pointers(*MASS_PATH, tag="128", numbers=(1, 1, 2))],
        goods_shipment={"government_agency_goods_item": [item(2, **mass(49))]},
    )
    amended = amend(TWO, request)
    wanted = made(goods_shipment={"government_agency_goods_item": [item(1, **mass(90)), item(2, **mass(49))]})
    assert (wanted, ()) == (amended.declaration, amended.findings)
    (change,) = amended.changes
    path = "goods_shipment.government_agency_goods_item.1.commodity.goods_measure.net_net_weight_measure"
    assert (path, 50, 49, "28") == (change.path, change.old.coefficient, change.new.coefficient, change.reason_code)


def test_what_the_request_leaves_empty_is_taken_out() -> None:
    """A pointer to a place at which the request says nothing removes what stands there."""
    amended = amend(TWO, made(amendment=[pointers(*MASS_PATH, tag="128", numbers=(1, 1, 1))]))
    assert None is amended.changes[0].new
    items = amended.declaration.goods_shipment
    assert items is not None
    commodity = items.government_agency_goods_item[0].commodity
    assert commodity is not None
    assert commodity.goods_measure is not None
    assert None is commodity.goods_measure.net_net_weight_measure


def test_a_whole_item_is_added_or_taken_out() -> None:
    """A pointer that ends at a class is about the whole of it."""
    third = made(
        amendment=[pointers("42A", "67A", "68A", numbers=(1, 1, 3))],
        goods_shipment={"government_agency_goods_item": [item(3, **mass(7))]},
    )
    added = amend(TWO, third)
    assert ["goods_shipment.government_agency_goods_item.2"] == [change.path for change in added.changes]
    removed = amend(added.declaration, made(amendment=[pointers("42A", "67A", "68A", numbers=(1, 1, 3))]))
    assert TWO == removed.declaration


@pytest.mark.parametrize(
    ("amendment", "code"),
    [
        (pointers("67A"), "declaration.pointer_unknown"),
        (pointers("42A"), "declaration.pointer_unknown"),
        (pointers("42A", "99Z"), "declaration.pointer_unknown"),
        (pointers("42A", "23A"), "declaration.pointer_unknown"),
        (pointers("42A", "67A", tag="128"), "declaration.pointer_unknown"),
        ({"pointer": []}, "declaration.pointer_unknown"),
        (pointers(*MASS_PATH, tag="128", numbers=(1, 1, 9)), "declaration.place_missing"),
        (pointers("42A", "67A", "68A", numbers=(1, 1, 9)), "declaration.place_missing"),
    ],
)
def test_what_leads_nowhere_is_told_and_changes_nothing(amendment: dict[str, Any], code: str) -> None:
    """A wrong class, element or number is a finding with its pointer."""
    amended = amend(TWO, made(amendment=[amendment]))
    assert (TWO, (), [code]) == (amended.declaration, amended.changes, [finding.code for finding in amended.findings])


def test_a_request_without_pointers_is_told() -> None:
    """Nothing to amend is a finding."""
    assert ["declaration.no_amendment"] == [finding.code for finding in amend(TWO, made()).findings]


@given(st.sampled_from(sorted(ELEMENT_BY_NUMBER)))
def test_an_amendment_twice_has_one_effect(place: tuple[str, str]) -> None:
    """Whatever element is amended, giving the same request again changes nothing more."""
    way = _way_to(place[0])
    request = made(amendment=[pointers("42A", *way, tag=place[1])])
    once = amend(TWO, request)
    assert () == amend(once.declaration, request).changes


def _way_to(name: str, model: type[Class] = Declaration, seen: tuple[str, ...] = ()) -> list[str]:
    """Return the class numbers that lead from a declaration to the class ``name``."""
    if model.__name__ == name:
        return []
    numbers = {each: number for number, each in CLASS_BY_NUMBER.items()}
    for element, slot in slots_of(model).items():
        if element in numbers and element not in seen and issubclass(slot.kind, Class):
            way = _way_to(name, slot.kind, (*seen, element))
            if way or slot.kind.__name__ == name:
                return [numbers[element], *way]
    return []


@pytest.mark.parametrize(
    ("function", "kind", "intent"),
    [
        ("9", "IMD", Intent.ORIGINAL),
        ("13", "COR", Intent.AMENDMENT),
        ("13", "INV", Intent.CANCELLATION),
        ("13", "GPN", Intent.OTHER),
        (None, None, Intent.OTHER),
    ],
)
def test_what_a_document_asks_for(function: str | None, kind: str | None, intent: Intent) -> None:
    """Function and type together tell an original from an amendment and a cancellation."""
    assert intent is intent_of(Declaration(function_code=function, type_code=kind))


@pytest.mark.parametrize(
    ("scenario", "original", "asked", "wanted"),
    [
        ("TT_IM005b", "TT_IM005b.xml", "TT_IM005b_Amendment.xml", ("net_net_weight_measure", "89")),
        ("TT_EX009a", "TT_EX009a.xml", "Step5_TT_EX009a_Amendment.xml", ("lpco_exemption_code", "EP")),
    ],
)
def test_amendments_of_the_corpus_apply_in_order(
    scenario: str, original: str, asked: str, wanted: tuple[str, str]
) -> None:
    """A real declaration, amended by the real request that followed it, changes in the one place that it names."""
    folder = CORPUS / scenario
    if not folder.exists():
        pytest.skip("the corpus of real declarations is not beside this checkout")
    first, request = (read_wco((folder / name).read_bytes()).content for name in (original, asked))
    assert isinstance(first, Declaration)
    assert isinstance(request, Declaration)
    assert (Intent.ORIGINAL, Intent.AMENDMENT) == (intent_of(first), intent_of(request))
    amended = amend(first, request)
    (change,) = amended.changes
    shown = change.new.shown() if hasattr(change.new, "shown") else change.new
    assert (*wanted, ()) == (change.path.rsplit(".", 1)[1], shown, amended.findings)
