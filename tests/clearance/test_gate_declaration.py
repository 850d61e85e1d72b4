"""A goods declaration and what is declared at the gate say the same of the same fields, both ways."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from gatepair.adapters.codelists import shipped_codes
from gatepair.adapters.codewords import shipped_index
from gatepair.adapters.formats.wco import read_wco
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import ITEM
from gatepair.clearance.checking.check import check
from gatepair.clearance.codes_search import CodeList
from gatepair.clearance.declaration import model as wco
from gatepair.clearance.gate_declaration import (
    PAPER_KINDS,
    at_gate,
    field_of,
    gathered,
    goods_declaration,
    leaves,
)
from gatepair.crossing.commands import DeclareCrossing
from web.real import DECLARE

CODES = shipped_codes()
ORDER = msgspec.convert(DECLARE, DeclareCrossing)
DAY = date(2025, 11, 11)


def texts(declaration: wco.Declaration) -> dict[str, str]:
    return {one.field: one.text for one in gathered(declaration, CODES, shipped_index().group_of)}


def test_there_and_back_nothing_changes() -> None:
    """What was declared at the gate, as a goods declaration and back, is what it was."""
    found = texts(goods_declaration(ORDER.declaration, ORDER.binding))
    item = ORDER.declaration.goods[0]
    assert ("12C-12345", "12R-00001") == (found["binding.tractor"], found["binding.trailer"])
    assert {
        "hs": item.hs, "description": item.description, "commodity": "fresh_fruit", "gross_mass_kg": "20000",
        "packages": "1000", "value_minor": "100000.00", "currency": "USD", "origin": "VN",
    } == {name.rpartition(".")[2]: text for name, text in found.items() if name.startswith("declaration.goods.0.")}  # fmt: skip
    assert "SYNTHETIC Exporter 001" == found["declaration.parties.exporter"]
    assert "SYNTHETIC Importer 001" == found["declaration.parties.importer"]


def test_a_sound_order_has_no_error_as_a_goods_declaration() -> None:
    """The checks of goods declarations find nothing at its fields that would keep it out."""
    found = at_gate(check(goods_declaration(ORDER.declaration, ORDER.binding), on=DAY, codes=CODES))
    assert [] == [one.code for one in found if one.severity.value == "error"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("hs", "080199", "check.hs_unknown"), ("origin", "ZZ", "check.country_unknown")],
)
def test_a_finding_is_told_at_the_field_of_the_gate(name: str, value: str, code: str) -> None:
    """What is found in the goods declaration has the path of the order."""
    item = msgspec.structs.replace(ORDER.declaration.goods[0], **{name: value})
    declaration = msgspec.structs.replace(ORDER.declaration, goods=(item,))
    found = at_gate(check(goods_declaration(declaration, ORDER.binding), on=DAY, codes=CODES))
    assert (code, f"declaration.goods.0.{name}") in {(one.code, one.path) for one in found}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{ITEM}.3.commodity.classification.0.id", "declaration.goods.3.hs"),
        (f"{ITEM}.0.commodity.goods_measure", "declaration.goods.0.gross_mass_kg"),
        (f"{ITEM}.0.commodity.goods_measure.tariff_quantity", ""),
        (f"{ITEM}.0.packaging", "declaration.goods.0.packages"),
        (f"{ITEM}.0.packaging.1.type_code", ""),
        (f"{ITEM}.0.commodity.invoice_line.item_charge_amount.currency", "declaration.goods.0.currency"),
        (f"{ITEM}.0.customs_value_amount", "declaration.goods.0.value_minor"),
        ("goods_shipment.consignment.transport_equipment.2.id", "binding.containers"),
        ("goods_shipment.consignment.transport_equipment.2.seal.0.id", ""),
        ("exporter.name", "declaration.parties.exporter"),
        ("goods_shipment.warehouse.id", ""),
        ("", ""),
    ],
)
def test_every_place_leads_to_its_field_or_to_none(path: str, field: str) -> None:
    """What the gate does not ask has no field."""
    assert field == field_of(path)


def test_a_finding_about_what_the_gate_does_not_ask_is_left_out() -> None:
    """Seals, totals and procedures are told when the goods declaration is lodged."""
    assert () == at_gate((fi.WAREHOUSE_MISSING.at("goods_shipment.warehouse"),))


XML = """<Declaration>
  <AdditionalDocument><ID>K1</ID><TypeCode>N851</TypeCode></AdditionalDocument>
  <BorderTransportMeans><ID>12C 123.45; 12R-1</ID></BorderTransportMeans>
  <GoodsShipment>
    <Consignor><Name>Sender</Name></Consignor><Consignee><Name>Receiver</Name></Consignee>
    <Consignment><TransportEquipment><ID>CSQU3054383</ID></TransportEquipment></Consignment>
    <Invoice><ID>I-7</ID></Invoice>
    <GovernmentAgencyGoodsItem>
      <CustomsValueAmount currencyID="VND">5</CustomsValueAmount>
      <AdditionalDocument><ID>K1</ID><TypeCode>N851</TypeCode></AdditionalDocument>
      <AdditionalDocument><ID>Z9</ID><TypeCode>Y 999</TypeCode></AdditionalDocument>
      <Commodity><GoodsMeasure><GrossMassMeasure unitCode="TNE">1.5</GrossMassMeasure></GoodsMeasure></Commodity>
      <GovernmentProcedure><CurrentCode>G11</CurrentCode></GovernmentProcedure>
      <Packaging><QuantityQuantity>2</QuantityQuantity></Packaging>
      <Packaging><QuantityQuantity>3</QuantityQuantity></Packaging>
    </GovernmentAgencyGoodsItem>
    <GovernmentAgencyGoodsItem>
      <Commodity><GoodsMeasure><GrossMassMeasure unitCode="KGM">0.5</GrossMassMeasure></GoodsMeasure></Commodity>
    </GovernmentAgencyGoodsItem>
  </GoodsShipment>
</Declaration>"""


def test_a_declaration_of_others_is_taken_over_without_rounding() -> None:
    """Tonnes become kilograms, packages are added, half a kilogram stays half, papers stand once by our names."""
    found = texts(read_wco(XML.encode()).content)  # type: ignore[arg-type]
    assert ("12C123.45", "12R-1", "CSQU3054383") == tuple(
        found[f"binding.{name}"] for name in ("tractor", "trailer", "containers")
    )
    assert ("1500", "5", "5", "VND") == tuple(
        found[f"declaration.goods.0.{name}"] for name in ("gross_mass_kg", "packages", "value_minor", "currency")
    )
    assert "0.5" == found["declaration.goods.1.gross_mass_kg"]
    assert "temporary" == found["declaration.regime"]
    assert ("Sender", "Receiver") == tuple(found[f"declaration.parties.{one}"] for one in ("exporter", "importer"))
    papers = {name: text for name, text in found.items() if "documents" in name}
    assert ["phyto", "y_999", "invoice"] == [papers[f"declaration.documents.{row}.kind"] for row in range(3)]
    assert ["K1", "Z9", "I-7"] == [papers[f"declaration.documents.{row}.number"] for row in range(3)]


def test_every_coded_paper_has_a_kind_that_the_form_offers() -> None:
    """A kind that no list has could not be chosen again."""
    offered = {code for entry in shipped_index().lists[CodeList.DOCUMENT] for code in entry.codes}
    assert set() == set(PAPER_KINDS.values()) - offered


def test_leaves_name_every_value_by_its_path() -> None:
    """Numbers with their unit, rows by their number."""
    found = dict(leaves(goods_declaration(ORDER.declaration, ORDER.binding)))
    assert "20000 KGM" == found[f"{ITEM}.0.commodity.goods_measure.gross_mass_measure"]
    assert "08106000" == found[f"{ITEM}.0.commodity.classification.0.id"]
