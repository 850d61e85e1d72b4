"""Every value of a file is shown with its place and what it fills."""

from __future__ import annotations

import pytest

from gatepair.adapters.formats.reading import Format
from gatepair.adapters.formats.table_mapping import read_mapping
from gatepair.adapters.formats.tracing import TRACED_MAX, read_traced
from gatepair.base.errors import BadInput
from gatepair.clearance.checking.case import ITEM

TABLE = "Reference,Currency,Value,HS code,Note\nA,USD,1.00,081060,x\nA,CNY,2.00,,\nB,VND,3,080390,\n"


def test_cells_stand_in_the_order_of_paper_with_the_places_that_they_fill() -> None:
    """Row by row from the left; each declaration has its own, each row the next item, a currency its amount's place."""
    first, second = read_traced(TABLE.encode(), name="x.csv")
    price = "commodity.invoice_line.item_charge_amount"
    assert [
        ("A2", "Reference", "A", "functional_reference_id"),
        ("B2", "Currency", "USD", f"{ITEM}.0.{price}.currency"),
        ("C2", "Value", "1.00", f"{ITEM}.0.{price}"),
        ("D2", "HS code", "081060", f"{ITEM}.0.commodity.classification.id"),
        ("A3", "Reference", "A", "functional_reference_id"),
        ("B3", "Currency", "CNY", f"{ITEM}.1.{price}.currency"),
        ("C3", "Value", "2.00", f"{ITEM}.1.{price}"),
    ] == [(one.place, one.name, one.text, one.path) for one in first.traced]
    assert ["A4", "B4", "C4", "D4"] == [one.place for one in second.traced]
    assert ("csv", 4) == (second.format, second.mapped)


def test_a_mapping_tells_places_too() -> None:
    """The header is the table's, the place the mapping's."""
    mapping = read_mapping("columns: {Hàng: description}")
    (found,) = read_traced("Hàng\nXoài".encode(), Format.CSV, mapping=mapping)
    assert [("A2", "Hàng", f"{ITEM}.0.commodity.description")] == [
        (one.place, one.name, one.path) for one in found.traced
    ]


def test_elements_are_named_by_path_and_line() -> None:
    """Those with no place in the model too, with nothing that they fill; attributes stand behind their number."""
    xml = (
        b"<Declaration>\n<ID>X</ID>\n<GoodsShipment><GovernmentAgencyGoodsItem/>"
        b"<GovernmentAgencyGoodsItem><CustomsValueAmount currencyID='USD'>5</CustomsValueAmount></GovernmentAgencyGoodsItem>"
        b"</GoodsShipment>\n<Hue>red</Hue></Declaration>"
    )
    (found,) = read_traced(xml)
    assert [
        ("/Declaration/ID (2)", "X", "id"),
        (
            "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/CustomsValueAmount (3)",
            "5 USD",
            f"{ITEM}.1.customs_value_amount",
        ),
        ("/Declaration/Hue (4)", "red", ""),
    ] == [(one.place, one.text, one.path) for one in found.traced]


def test_segments_are_named_by_their_number() -> None:
    """What each component became is told by the declaration beside it, not segment by segment."""
    (found,) = read_traced(b"UNH+1+CUSDEC:D:96B:UN'BGM+830+REF1'UNT+3+1'")
    assert [("2", "BGM", "830+REF1")] == [(one.place, one.name, one.text) for one in found.traced]


def test_our_own_json_is_named_by_its_paths() -> None:
    """There the place in the file is the place that it fills."""
    (found,) = read_traced(b'{"id": "X", "total_gross_mass_measure": {"coefficient": 5, "unit": "KGM"}}')
    assert [("id", "X"), ("total_gross_mass_measure", "5 KGM")] == [(one.path, one.text) for one in found.traced]


def test_no_more_than_a_person_can_look_at() -> None:
    """A long table is read whole and shown in part."""
    rows = "".join("081060\n" for _ in range(TRACED_MAX + 5))
    (found,) = read_traced(f"HS code\n{rows}".encode(), Format.CSV)
    assert (TRACED_MAX, TRACED_MAX + 5) == (len(found.traced), found.mapped)


@pytest.mark.parametrize("raw", [b"", b"hello", b"<a>", b"{"])
def test_a_file_that_is_refused_is_refused_here_too(raw: bytes) -> None:
    """With its finding."""
    with pytest.raises(BadInput) as refused:
        read_traced(raw)
    assert refused.value.findings
