"""Each rule passes what is right, finds what is wrong, and says so in four languages; its boundary is on one side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from clearance.checking.documents import CN_PERSON, CONTAINER, DAY, VN_FIRM, changed, found, number, shows
from gatepair.adapters.codelists import shipped_codes
from gatepair.base.findings import Severity
from gatepair.clearance.checking.case import CrossingFacts
from gatepair.clearance.checking.check import check
from gatepair.clearance.checking.rule import Rule
from gatepair.clearance.checking.rulebook import RULEBOOK
from gatepair.plan.calendars import Window

Changes = Mapping[str, Any]
GOODS = "goods_shipment.government_agency_goods_item"
CROSSING = CrossingFacts(
    tractor="12C12345",
    trailer="12R-01234",
    containers=(CONTAINER,),
    seals=("vn0001",),
    owner="xuat khau a",
    leaves="VN",
    enters="CN",
    offices=frozenset({"15BB"}),
    gross_mass_kg=2100,
    planned_ms=1_000,
    windows=(Window(1_000, 2_000),),  # type: ignore[arg-type]
)
PROCEDURE = "government_procedure.0.current_code"


@dataclass(frozen=True)
class Row:
    """One rule: changes that it must find, where and with which values it shows, and changes just inside the rule."""

    code: str
    wrong: Changes
    at: str
    shown: tuple[str, ...] = ()
    right: Changes = field(default_factory=dict)
    crossing: CrossingFacts | None = None
    on: date = DAY


def regime(code: str, **more: Any) -> dict[str, Any]:
    """Return the changes that put both items under ``code``."""
    return {f"@.{PROCEDURE}": code, f"%.{PROCEDURE}": code, **more}


def charge(minor: int, currency: str = "CNY") -> dict[str, Any]:
    return number(minor, 2, currency=currency)


PRICE = "commodity.invoice_line.item_charge_amount"
RESIDENT = regime("border_resident", **{"declarant.id": CN_PERSON})
BONDED = regime("C11", **{"goods_shipment.warehouse.id": "KNQ01"})

ROWS = [
    Row("reference_missing", {"id": None}, "functional_reference_id", (), {"id": None, "functional_reference_id": "R-1"}),
    Row("reference_missing", {"id": ""}, "functional_reference_id"),
    Row("type_missing", {"@.government_procedure": [], "%.government_procedure": []}, "type_code", (), {"@.government_procedure": [], "%.government_procedure": [], "type_code": "IM"}),
    Row("type_missing", {"@.government_procedure": [{}], "%.government_procedure": []}, "type_code", (), {"@.government_procedure": []}),
    Row("function_missing", {"function_code": None, "type_code": "COR"}, "function_code", ("COR",), {"function_code": None, "type_code": "IM"}),
    Row("nothing_declared", {"goods_shipment": None, "border_transport_means": None}, "goods_shipment", (), {"goods_shipment": None}),
    Row("nothing_declared", {"function_code": "9", "type_code": "GPR", "goods_shipment": None, "border_transport_means": None}, "goods_shipment", (), {"function_code": "13", "type_code": "GPR", "goods_shipment": None, "border_transport_means": None}),
    Row("hs_missing", {"@.commodity.classification": []}, f"{GOODS}.0.commodity.classification", ("1",), {"@.commodity.classification.0.id": "081060"}),
    Row("hs_unknown", {"@.commodity.classification.0.id": "08109999"}, f"{GOODS}.0.commodity.classification.0.id", ("08109999",), {"@.commodity.classification.0.id": "0810609099"}),
    Row("hs_unknown", {"@.commodity.classification.0.id": "0810600"}, f"{GOODS}.0.commodity.classification.0.id", ("0810600",)),
    Row("hs_unknown", {"@.commodity.classification.0.id": "999999"}, f"{GOODS}.0.commodity.classification.0.id", ("999999",)),
    Row("country_unknown", {"@.origin.0.country_code": "XV"}, f"{GOODS}.0.origin.0.country_code", ("XV",), {"@.origin.0.country_code": "LA"}),
    Row("country_unknown", {"exporter.address.country_code": "vn"}, "exporter.address.country_code", ("vn",)),
    Row("currency_unknown", {f"@.{PRICE}": charge(5, "RMB")}, f"{GOODS}.0.{PRICE}.currency", ("RMB",), {f"@.{PRICE}": charge(5, "VND")}),
    Row("currency_unknown", {"currency_exchange": [{"currency_type_code": "YUA"}]}, "currency_exchange.0.currency_type_code", ("YUA",)),
    Row("amount_decimals", {f"@.{PRICE}": number(1005, 1, currency="VND")}, f"{GOODS}.0.{PRICE}", ("100.5", "VND", "0"), {f"@.{PRICE}": number(1000, 1, currency="VND")}),
    Row("unit_unknown", {"@.commodity.goods_measure.tariff_quantity": number(3, unit="QQQ")}, f"{GOODS}.0.commodity.goods_measure.tariff_quantity.unit", ("QQQ",), {"@.commodity.goods_measure.tariff_quantity": number(3, unit="H87")}),
    Row("mass_unit", {"@.commodity.goods_measure.gross_mass_measure": number(3, unit="LTR")}, f"{GOODS}.0.commodity.goods_measure.gross_mass_measure.unit", ("LTR",), {"@.commodity.goods_measure.gross_mass_measure": number(3, unit="TNE")}),
    Row("package_unknown", {"@.packaging.0.type_code": "K9"}, f"{GOODS}.0.packaging.0.type_code", ("K9",), {"@.packaging.0.type_code": "BX"}),
    Row("place_malformed", {"goods_shipment.trade_terms.location_id": "VNL1S"}, "goods_shipment.trade_terms.location_id", ("VNL1S",), {"goods_shipment.trade_terms.location_id": "CNYYG"}),
    Row("place_malformed", {"goods_shipment.trade_terms.location_id": "XVABC"}, "goods_shipment.trade_terms.location_id", ("XVABC",)),
    Row("place_unlisted", {"goods_shipment.trade_terms.location_id": "VNTTH"}, "goods_shipment.trade_terms.location_id", ("VNTTH",), {"goods_shipment.trade_terms.location_id": "LAVTE"}),
    Row("container_form", {"goods_shipment.consignment.transport_equipment.0.id": "CSQA3054383"}, "goods_shipment.consignment.transport_equipment.0.id", ("CSQA3054383",), {"goods_shipment.consignment.transport_equipment.0.id": "MSCU6639870"}),
    Row("container_digit", {"goods_shipment.consignment.transport_equipment.0.id": "CSQU3054384"}, "goods_shipment.consignment.transport_equipment.0.id", ("CSQU3054384", "3")),
    Row("container_twice", {"goods_shipment.consignment.transport_equipment.1": {"id": CONTAINER}}, "goods_shipment.consignment.transport_equipment.1.id", (CONTAINER,), {"@.commodity.transport_equipment": [{"id": CONTAINER}]}),
    Row("plate_vn", {"border_transport_means.id": "12C-12"}, "border_transport_means.id", ("12C-12",), {"border_transport_means.id": "43C-01234/12R01234"}),
    Row("plate_cn", {"border_transport_means": {"id": "桂1234", "registration_nationality_code": "CN"}}, "border_transport_means.id", ("桂1234",), {"border_transport_means": {"id": "桂F12345/桂F1234挂", "registration_nationality_code": "CN"}}),
    Row("vn_tax_form", {"exporter.id": "010023348"}, "exporter.id", ("010023348",), {"exporter.id": "0314409058-002"}),
    Row("vn_tax_form", {"exporter.id": "001099000001"}, "exporter.id", ("001099000001",), on=date(2025, 6, 30)),
    Row("vn_tax_digit", {"exporter.id": "0100233480"}, "exporter.id", ("0100233480",), {"exporter.id": VN_FIRM}),
    Row("vn_person_form", {"exporter.id": "003099000001"}, "exporter.id", ("003099000001",), {"exporter.id": "001099000001"}),
    Row("vn_person_form", {"exporter.id": "001499000001"}, "exporter.id", ("001499000001",), {"exporter.id": "001399000001"}),
    Row("vn_person_old", {"exporter.id": "8000000002"}, "exporter.id", ("8000000002",), {"exporter.id": "0800000002"}),
    Row("cn_number_form", {"goods_shipment.importer.id": "911100006000373"}, "goods_shipment.importer.id", ("911100006000373",), {"goods_shipment.importer.id": "4501960AB1"}),
    Row("cn_credit_digit", {"goods_shipment.importer.id": "91110000600037341A"}, "goods_shipment.importer.id", ("91110000600037341A", "L")),
    Row("cn_person_digit", {"goods_shipment.importer.id": "360426199101010072"}, "goods_shipment.importer.id", ("360426199101010072",), {"goods_shipment.importer.id": CN_PERSON}),
    Row("negative", {f"@.{PRICE}": charge(-100)}, f"{GOODS}.0.{PRICE}", ("-1.00",), {f"@.{PRICE}": charge(0)}),
    Row("negative", {"@.commodity.goods_measure.net_net_weight_measure": number(-1, unit="KGM")}, f"{GOODS}.0.commodity.goods_measure.net_net_weight_measure", ("-1",)),
    Row("negative", {"@.commodity.goods_measure.gross_mass_measure": number(-2, 1, unit="KGM")}, f"{GOODS}.0.commodity.goods_measure.gross_mass_measure", ("-0.2",), {"@.commodity.goods_measure.gross_mass_measure": number(0)}),
    Row("negative", {"@.packaging.0.quantity_quantity": number(-1)}, f"{GOODS}.0.packaging.0.quantity_quantity", ("-1",), {"@.packaging.0.quantity_quantity": number(0), "@.commodity.goods_measure.net_net_weight_measure": number(0)}),
    Row("mass_missing", {"@.commodity.goods_measure": None}, f"{GOODS}.0.commodity.goods_measure", ("1",), {"@.commodity.goods_measure": {"net_net_weight_measure": number(1, 3)}}),
    Row("net_over_gross", {"@.commodity.goods_measure.net_net_weight_measure": number(1_050_001, 3, unit="KGM")}, f"{GOODS}.0.commodity.goods_measure.net_net_weight_measure", ("1050.001", "1050"), {"@.commodity.goods_measure.net_net_weight_measure": number(1_050_000, unit="GRM")}),
    Row("gross_sum", {"total_gross_mass_measure": number(2101, unit="KGM")}, "total_gross_mass_measure", ("2101", "2100"), {"total_gross_mass_measure": number(21, 1, unit="TNE")}),
    Row("net_over_total", {"total_gross_mass_measure": number(19999, 1, unit="KGM")}, "total_gross_mass_measure", ("2000", "1999.9"), {"total_gross_mass_measure": number(2000, unit="KGM")}),
    Row("packages_missing", {"@.packaging": []}, f"{GOODS}.0.packaging", ("1",), {"@.packaging": [{"type_code": "VY"}]}),
    Row("packages_missing", {"@.packaging.0.quantity_quantity": number(0)}, f"{GOODS}.0.packaging", ("1",), {"@.packaging.0.quantity_quantity": number(1)}),
    Row("packages_sum", {"total_package_quantity": number(199)}, "total_package_quantity", ("199", "200"), {"total_package_quantity": number(2000, 1)}),
    Row("packages_sum", {"@.packaging.0.quantity_quantity": number(99)}, "total_package_quantity", ("200", "199"), {"total_package_quantity": None}),
    Row("packages_sum", {"total_package_quantity": number(0)}, "total_package_quantity", ("0", "200"), {"total_package_quantity": number(0), "goods_shipment": None}),
    Row("items_count", {"goods_item_quantity": number(3)}, "goods_item_quantity", ("3", "2"), {"goods_item_quantity": None}),
    Row("item_sequence", {"%.sequence_numeric": number(1)}, f"{GOODS}.1.sequence_numeric", ("1",), {"%.sequence_numeric": number(7)}),
    Row("invoice_sum", {"invoice_amount": charge(4_000_001)}, "invoice_amount", ("40000.01", "40000", "CNY"), {"invoice_amount": number(40_000, currency="CNY")}),
    Row("invoice_sum", {f"@.{PRICE}": charge(2_000_001)}, "invoice_amount", ("40000", "40000.01"), {"invoice_amount": None}),
    Row("invoice_sum", {"invoice_amount": charge(0)}, "invoice_amount", ("0.00", "40000"), {"invoice_amount": charge(0), "goods_shipment": None}),
    Row("invoice_sum", {"invoice_amount": charge(1)}, "invoice_amount", ("0.01",), {"@.commodity.invoice_line": None}),
    Row("invoice_currency", {f"@.{PRICE}": charge(1, "USD")}, f"{GOODS}.0.{PRICE}", ("USD", "CNY"), {f"@.{PRICE}": charge(1, "")}),
    Row("value_missing", {f"@.{PRICE}": charge(0)}, f"{GOODS}.0.commodity.invoice_line", ("1",), {f"@.{PRICE}": charge(1)}),
    Row("tariff_mass", {"@.commodity.goods_measure.tariff_quantity": number(1001, unit="KGM")}, f"{GOODS}.0.commodity.goods_measure.tariff_quantity", ("1001", "1000"), {"@.commodity.goods_measure.tariff_quantity": number(1, unit="TNE")}),
    Row("rate_nought", {"currency_exchange": [{"currency_type_code": "CNY", "rate_numeric": number(0)}]}, "currency_exchange.0.rate_numeric", ("CNY",), {"currency_exchange": [{"currency_type_code": "CNY", "rate_numeric": number(1, 9)}]}),
    Row("paper_twice", {"@.additional_document": [{"type_code": "851", "id": "P1"}, {"type_code": "851", "id": "P1"}]}, f"{GOODS}.0.additional_document.1.id", ("851", "P1"), {"@.additional_document": [{"type_code": "851", "id": "P1"}, {"type_code": "861", "id": "P1"}]}),
    Row("paper_twice", {"additional_document": [{"id": "P1"}, {"id": "P2"}, {"id": "P1"}]}, "additional_document.2.id", ("P1",), {"additional_document": [{"type_code": "851"}, {"type_code": "851"}, {"id": "P1"}, {"id": "P2"}]}),
    Row("paper_early", {"@.additional_document": [{"id": "P1", "effective_date_time": {"text": "20260303"}}]}, f"{GOODS}.0.additional_document.0.effective_date_time", ("P1", "2026-03-03"), {"@.additional_document": [{"id": "P1", "effective_date_time": {"text": "2026-03-02T08:00:00Z"}}]}),
    Row("invoice_early", {"goods_shipment.invoice": {"id": "I1", "issue_date_time": {"text": "2026-03-03"}}}, "goods_shipment.invoice.issue_date_time", ("I1", "2026-03-03"), {"goods_shipment.invoice": {"id": "I1", "issue_date_time": {"text": "20260302"}}}),
    Row("procedure_unknown", regime("Z99"), f"{GOODS}.0.{PROCEDURE}", ("Z99",), regime("two_way")),
    Row("regime_mixed", {f"@.{PROCEDURE}": "transit"}, GOODS, ("ordinary, transit",), regime("A11")),
    Row("goods_missing", {GOODS: []}, GOODS, (), {"goods_shipment": None}),
    Row("goods_on_empty", regime("empty"), GOODS, ("2",), {"goods_shipment": None}),
    Row("trader_missing", {"exporter": None}, "exporter", ("exporter",), {"exporter": None, "@.consignor.name": "C"}),
    Row("trader_missing", {"goods_shipment.importer": None}, "goods_shipment.importer", ("importer",), {"goods_shipment.importer": None, "goods_shipment.buyer.name": "B"}),
    Row("previous_missing", regime("G21"), f"{GOODS}.0.previous_document", ("G21",), regime("G21", **{"goods_shipment.previous_document": [{"id": "T1"}]})),
    Row("warehouse_missing", regime("C11"), "goods_shipment.warehouse.id", (), BONDED),
    Row("guarantee_missing", regime("transit"), "obligation_guarantee", (), regime("transit", obligation_guarantee=[{"id": "G"}])),
    Row("guarantee_missing", regime("G11"), "obligation_guarantee", (), regime("G21")),
    Row("exit_office_missing", regime("transit"), "exit_office.id", (), regime("transit", **{"exit_office.id": "15BB"})),
    Row("seal_missing", {**BONDED, "goods_shipment.consignment.transport_equipment": []}, "goods_shipment.consignment.transport_equipment", ("bonded",), BONDED),
    Row("seal_missing", regime("transit", **{"goods_shipment.consignment.transport_equipment.0.seal": []}), "goods_shipment.consignment.transport_equipment", ("transit",), regime("71", **{"goods_shipment.consignment.transport_equipment.0.seal": []})),
    Row("warehouse_missing", {**BONDED, "goods_shipment.warehouse.id": ""}, "goods_shipment.warehouse.id", (), regime("transit")),
    Row("exit_office_missing", regime("G21", **{"exit_office.id": ""}), "exit_office.id", (), regime("G11")),
    Row("trader_missing", regime("A11", exporter=None, **{"declarant.name": "D"}), "exporter", ("exporter",), {"exporter": None, "declarant.name": "D"}),
    Row("resident_over", {**RESIDENT, f"@.{PRICE}": charge(400_000), f"%.{PRICE}": charge(400_001)}, GOODS, ("8000.01", "8000"), {**RESIDENT, f"@.{PRICE}": charge(400_000), f"%.{PRICE}": charge(400_000)}),
    Row("resident_over", {**RESIDENT, f"@.{PRICE}": charge(900_000)}, GOODS, ("8000",), {**RESIDENT, f"@.{PRICE}": charge(900_000, "VND")}),
    Row("trader_missing", {"exporter": None, "goods_shipment.importer": None}, "goods_shipment.importer", (), {**RESIDENT, "exporter": None, "goods_shipment.importer": None}),
    Row("seal_missing", regime("G11", **{"goods_shipment.consignment.transport_equipment": []}), "goods_shipment.consignment.transport_equipment", ("temporary",), {"@.government_procedure": [], f"%.{PROCEDURE}": "C11", "goods_shipment.consignment.transport_equipment": []}),
    Row("resident_currency", {**RESIDENT, f"@.{PRICE}": charge(1, "VND")}, f"{GOODS}.0.{PRICE}.currency", ("VND",), RESIDENT),
    Row("resident_person", regime("border_resident", **{"declarant.id": VN_FIRM}), "declarant.id", (VN_FIRM,), regime("border_resident", **{"declarant.id": "001099000001"})),
    Row("two_way_owner", regime("two_way", **{"@.consignor.name": "C", "%.consignor.name": "D"}), "goods_shipment", ("C, D",), regime("two_way", **{"@.consignor.id": VN_FIRM})),
    Row("two_way_mixed", regime("two_way", **{"%.commodity.classification.0.id": "08071100"}), GOODS, ("0807, 0810",), regime("two_way", **{"%.commodity.classification.0.id": "08104000"})),
    Row("two_way_mixed", regime("two_way", **{"%.commodity.classification.0.id": "85423100"}), GOODS, ("0810, 8542",), regime("two_way", **{"@.commodity.classification.0.id": "84733000", "%.commodity.classification.0.id": "85423100"})),
    Row("two_way_mixed", regime("two_way", **{"@.commodity.classification.0.id": "83014000", "%.commodity.classification.0.id": "84733000"}), GOODS, ("8301, 8473",), regime("two_way", **{"@.commodity.classification.0.id": "25010000", "%.commodity.classification.0.id": "27160000"})),
    Row("two_way_mixed", regime("two_way", **{"@.commodity.classification.0.id": "24011000", "%.commodity.classification.0.id": "24021000"}), GOODS, ("2401, 2402",), regime("two_way", **{"@.commodity.classification.0.id": "24011000", "%.commodity.classification.0.id": "24012000"})),
    Row("direction_wrong", {"goods_shipment.export_country.id": "CN"}, "goods_shipment.destination.country_code", ("CN",), {"goods_shipment.export_country.id": "CN", "@.government_procedure.0.previous_code": "71"}),
    Row("direction_wrong", {"goods_shipment.destination.country_code": "VN"}, "goods_shipment.destination.country_code", ("B11", "VN"), {"goods_shipment.destination.country_code": "VN", "@.government_procedure.0.previous_code": "71"}),
    Row("lapsed", {"acceptance_date_time.text": "20260214"}, "acceptance_date_time", ("2026-02-14", "15"), {"acceptance_date_time.text": "20260215"}),
    Row("lapsed", regime("A11", **{"acceptance_date_time.text": "20251231"}), "acceptance_date_time", ("2025-12-31",), regime("40", **{"acceptance_date_time.text": "20251231"})),
    Row("plate_differs", {"border_transport_means.id": "12C-999.99"}, "border_transport_means.id", ("12C-999.99", "12C12345 / 12R-01234"), {"border_transport_means.id": "12C-123.45/12R01234"}, CROSSING),
    Row("container_unbound", {"goods_shipment.consignment.transport_equipment.0.id": "MSCU6639870"}, "goods_shipment.consignment.transport_equipment.0.id", ("MSCU6639870",), {}, CROSSING),
    Row("container_undeclared", {"goods_shipment.consignment.transport_equipment": []}, "goods_shipment.consignment.transport_equipment", (CONTAINER,), {}, CROSSING),
    Row("seal_differs", {"goods_shipment.consignment.transport_equipment.0.seal.0.id": "VN0002"}, "goods_shipment.consignment.transport_equipment.0.seal.0.id", ("VN0002",), {}, CROSSING),
    Row("wrong_way", {"goods_shipment.destination.country_code": "VN", "goods_shipment.export_country.id": "CN"}, "goods_shipment.destination.country_code", ("VN", "CN"), {"goods_shipment.destination.country_code": "RU"}, CROSSING),
    Row("itinerary_without", {"goods_shipment.consignment.itinerary": [{"routing_country_code": "LA"}]}, "goods_shipment.consignment.itinerary", ("CN",), {"goods_shipment.consignment.itinerary": []}, CROSSING),
    Row("office_differs", {"exit_office.id": "20BD"}, "exit_office.id", ("20BD",), {"exit_office.id": "15BB"}, CROSSING),
    Row("gate_closed", {}, "border_transport_means", ("1970-01-01T00:00:02",), {}, CrossingFacts(planned_ms=2_000, windows=(Window(1_000, 2_000),))),  # type: ignore[arg-type]
    Row("mass_over_crossing", {"total_gross_mass_measure": number(2_100_001, 3, unit="KGM")}, "total_gross_mass_measure", ("2100.001", "2100"), {}, CROSSING),
    Row("owner_differs", {"exporter.name": "Ai khac"}, "exporter.name", ("Ai khac", "xuat khau a"), {}, CROSSING),
]  # fmt: skip
ONLY_WRONG = {"gate_closed"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code} {dict(row.wrong)}"[:60])
def test_a_rule_finds_what_is_wrong_where_it_is(row: Row) -> None:
    """The finding stands at its place, and each language names what was wrong."""
    findings = found(changed(row.wrong), f"check.{row.code}", on=row.on, crossing=row.crossing)
    assert row.at in [finding.path for finding in findings]
    shows(next(finding for finding in findings if finding.path == row.at), *row.shown)


@pytest.mark.parametrize("row", [row for row in ROWS if row.code not in ONLY_WRONG], ids=lambda row: f"{row.code} {dict(row.right)}"[:60])  # fmt: skip
def test_a_rule_passes_what_is_just_right(row: Row) -> None:
    """What lies on the right side of the boundary is not found."""
    assert [] == found(changed(row.right), f"check.{row.code}", on=DAY, crossing=row.crossing)


def test_a_right_declaration_has_no_findings() -> None:
    """The declaration in which each test changes one thing is right by every rule, alone and on its crossing."""
    assert () == check(changed(), on=DAY, codes=shipped_codes(), crossing=CROSSING)


def test_every_rule_is_tried() -> None:
    """No rule is in the book without a case that it finds."""
    assert {entry.code for entry in RULEBOOK.entries if issubclass(entry.rule, Rule)} == {
        f"check.{row.code}" for row in ROWS
    }


def test_an_empty_vehicle_needs_no_papers_of_goods() -> None:
    """A declaration without a shipment is for an empty vehicle, and nothing is missing."""
    assert () == check(changed({"goods_shipment": None, "goods_item_quantity": None, "total_package_quantity": None, "invoice_amount": None}), on=DAY, codes=shipped_codes())  # fmt: skip


def test_a_request_to_amend_is_not_a_declaration() -> None:
    """An amendment holds only what changes; that the rest is missing is no fault of it."""
    wrong = {"function_code": "13", "type_code": "COR", "exporter": None}
    assert () == check(changed(wrong), on=DAY, codes=shipped_codes())


def test_the_pilot_ends() -> None:
    """The rules of the two-way pilot hold from its first day to its last, and not a day longer."""
    mixed = changed(regime("two_way", **{"%.commodity.classification.0.id": "08071100"}))
    days = [date(2025, 12, 9), date(2025, 12, 10), date(2026, 12, 9), date(2026, 12, 10)]
    assert [0, 1, 1, 0] == [len(found(mixed, "check.two_way_mixed", on=day)) for day in days]


def test_twelve_digits_are_a_tax_number_from_a_day_on() -> None:
    """On 1 July 2025 the personal number took the place of a person's tax number."""
    person = changed({"exporter.id": "001099000001"})
    assert [1, 0] == [len(found(person, "check.vn_tax_form", on=day)) for day in (date(2025, 6, 30), date(2025, 7, 1))]


def test_findings_carry_their_source_and_weight() -> None:
    """Who reads a finding can look up the law or standard behind it."""
    (finding,) = found(changed({"@.packaging.0.type_code": "K9"}), "check.package_unknown")
    assert "UN/ECE Recommendation 21" == finding.to_wire()["source"]
    assert Severity.ERROR is finding.severity
