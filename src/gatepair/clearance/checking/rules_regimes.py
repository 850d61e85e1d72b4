"""Rules of regimes: what each asks for.

Export and import, transit, temporary admission and re-export, bonded goods, border-resident trade, the two-way
pilot, empty vehicles.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import Case, Line
from gatepair.clearance.checking.identifiers import Number, number_of
from gatepair.clearance.checking.quantities import day_of, decimal_shown
from gatepair.clearance.checking.rule import Rule
from gatepair.plan.model import Regime

_SECTION_ENDS: Final = (5, 14, 15, 24, 27, 38, 40, 43, 46, 49, 63, 67, 70, 71, 83, 85, 89, 92, 93, 96, 97)
"""Last chapter of each section. Source: Harmonized System 2022."""
FARM_CHAPTER_LAST: Final = 24
"""Sections I to IV hold animals, plants, fats and prepared food. Source: Harmonized System 2022."""
RESIDENT_CURRENCY: Final = "CNY"


class ProcedureUnknown(Rule):
    """The procedure of an item is one of which the regime is known."""

    kind = fi.PROCEDURE_UNKNOWN

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line, procedure in zip(case.lines, case.procedures, strict=True):
            named = line.item.government_procedure
            if procedure is None and named:
                path = line.path("government_procedure.0.current_code")
                yield self.kind.at(path, procedure=named[0].current_code or "")


class RegimeMixed(Rule):
    """All items of a declaration stand under one regime."""

    kind = fi.REGIME_MIXED

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        regimes = sorted({procedure.regime.value for procedure in case.procedures if procedure is not None})
        if len(regimes) > 1:
            yield self.kind.at("goods_shipment.government_agency_goods_item", regimes=", ".join(regimes))


class GoodsMissing(Rule):
    """A declaration of a shipment has goods; an empty vehicle has no shipment."""

    kind = fi.GOODS_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.shipment is not None and not case.lines:
            yield self.kind.at("goods_shipment.government_agency_goods_item")


class GoodsOnEmpty(Rule):
    """An empty vehicle carries no goods."""

    kind = fi.GOODS_ON_EMPTY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.regime is Regime.EMPTY and case.lines:
            yield self.kind.at("goods_shipment.government_agency_goods_item", count=len(case.lines))


class TraderMissing(Rule):
    """Goods have one who sends them and one who gets them."""

    kind = fi.TRADER_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if not case.lines or case.regime in (Regime.EMPTY, Regime.BORDER_RESIDENT):
            return
        first = case.procedures[0] if case.procedures else None
        # Who declares an export for himself sends the goods, and who declares an import for himself gets them.
        own = ("declarant",) if first is not None else ()
        leaves = first is not None and first.direction == "export"
        if not case.named("exporter", "consignor", "seller", *(own if leaves else ())):
            yield self.kind.at("exporter", party="exporter")
        if not case.named("importer", "consignee", "buyer", *(() if leaves else own)):
            yield self.kind.at("goods_shipment.importer", party="importer")


class PreviousMissing(Rule):
    """A procedure that follows another names the declaration before."""

    kind = fi.PREVIOUS_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.shipment is None or case.shipment.previous_document:
            return
        for line, procedure in zip(case.lines, case.procedures, strict=True):
            if procedure is not None and procedure.follows and not line.item.previous_document:
                yield self.kind.at(line.path("previous_document"), procedure=procedure.code)


class WarehouseMissing(Rule):
    """Bonded goods have their warehouse."""

    kind = fi.WAREHOUSE_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.regime is Regime.BONDED and case.shipment is not None:
            warehouse = case.shipment.warehouse
            if warehouse is None or not warehouse.id:
                yield self.kind.at("goods_shipment.warehouse.id")


class GuaranteeMissing(Rule):
    """Goods in transit, or admitted for a time, are guaranteed for."""

    kind = fi.GUARANTEE_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        first = case.procedures[0] if case.procedures else None
        admitted = case.regime is Regime.TEMPORARY and first is not None and first.direction == "import"
        if (case.regime is Regime.TRANSIT or admitted) and not case.declaration.obligation_guarantee:
            yield self.kind.at("obligation_guarantee")


class ExitOfficeMissing(Rule):
    """Goods in transit or for re-export name the office where they leave."""

    kind = fi.EXIT_OFFICE_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        first = case.procedures[0] if case.procedures else None
        leaves_again = case.regime is Regime.TEMPORARY and first is not None and first.direction == "export"
        office = case.declaration.exit_office
        if (case.regime is Regime.TRANSIT or leaves_again) and (office is None or not office.id):
            yield self.kind.at("exit_office.id")


class SealMissing(Rule):
    """Goods in transit, bonded or admitted for a time travel under seal."""

    kind = fi.SEAL_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        regime = case.regime
        first = case.procedures[0] if case.procedures else None
        if regime not in (Regime.TRANSIT, Regime.BONDED, Regime.TEMPORARY) or first is None or first.source == "CDS":
            return
        if not any(unit.seal for _, unit in case.equipment):
            yield self.kind.at("goods_shipment.consignment.transport_equipment", regime=regime.value)


class ResidentOver(Rule):
    """Border residents bring goods up to a value a day free of duty."""

    kind = fi.RESIDENT_OVER
    limits = MappingProxyType({"person_day_minor": 800_000})

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        value = resident_minor(case)
        limit = self.limit["person_day_minor"]
        if value is not None and value > limit:
            yield self.kind.at(
                "goods_shipment.government_agency_goods_item",
                value=decimal_shown(value, 2),
                limit=decimal_shown(limit, 2),
            )


class ResidentCurrency(Rule):
    """Goods of border residents are valued in the currency of the limit."""

    kind = fi.RESIDENT_CURRENCY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.regime is not Regime.BORDER_RESIDENT:
            return
        for line in case.lines:
            charge = line.charge
            if charge is not None and charge.currency != RESIDENT_CURRENCY:
                path = line.path("commodity.invoice_line.item_charge_amount.currency")
                yield self.kind.at(path, currency=charge.currency)


class ResidentPerson(Rule):
    """Who declares as a border resident is a person, known by an identity card or a personal number."""

    kind = fi.RESIDENT_PERSON

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.regime is not Regime.BORDER_RESIDENT:
            return
        declarant = case.declaration.declarant
        number = (declarant.id if declarant is not None else None) or ""
        forms = (number_of(number, "CN"), number_of(number, "VN"))
        if Number.CN_PERSON not in forms and Number.VN_PERSON not in forms:
            yield self.kind.at("declarant.id", number=number)


class TwoWayOwner(Rule):
    """The two-way pilot takes goods of one owner a load. Source: terms of the pilot of 10 December 2025."""

    kind = fi.TWO_WAY_OWNER
    since = date(2025, 12, 10)
    until = date(2026, 12, 9)

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.regime is not Regime.TWO_WAY:
            return
        owners = sorted(
            {party.id or party.name or "" for name, _, party in case.parties if name in ("consignor", "exporter")}
            - {""}
        )
        if len(owners) > 1:
            yield self.kind.at("goods_shipment", owners=", ".join(owners))


class TwoWayMixed(Rule):
    """The two-way pilot takes one farm commodity a vehicle and no mixed load.

    Farm goods count by heading; others by section of the Harmonized System, so that electronics and their parts
    are one load.
    """

    kind = fi.TWO_WAY_MIXED
    since = date(2025, 12, 10)
    until = date(2026, 12, 9)

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.regime is not Regime.TWO_WAY:
            return
        headings = sorted({line.hs[:4] for line in case.lines if line.hs})
        if len({_load(heading) for heading in headings}) > 1:
            path = "goods_shipment.government_agency_goods_item"
            yield self.kind.at(path, headings=", ".join(headings))


class Direction(Rule):
    """Goods for export or import leave one country for another, unless they stood under a procedure before."""

    kind = fi.DIRECTION

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        exported, destination = countries_of(case)
        procedure = case.procedures[0] if case.procedures else None
        if procedure is None or not procedure.direction or _follows(case.lines[0]):
            return
        if exported and exported == destination:
            yield self.kind.at(
                "goods_shipment.destination.country_code",
                procedure=procedure.code,
                direction=procedure.direction,
                exported=exported,
                destination=destination,
            )


class Lapsed(Rule):
    """A declaration registered in Viet Nam is good for fifteen days."""

    kind = fi.LAPSED
    since = date(2015, 1, 1)
    limits = MappingProxyType({"days": 15})

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        procedure = case.procedures[0] if case.procedures else None
        day = day_of(case.declaration.acceptance_date_time)
        if procedure is None or procedure.source != "VN" or day is None:
            return
        if case.on > day + timedelta(days=self.limit["days"]):
            yield self.kind.at("acceptance_date_time", day=day.isoformat(), days=self.limit["days"])


def resident_minor(case: Case) -> int | None:
    """Return the value of a border resident's goods in fen; None under another regime or in another currency."""
    if case.regime is not Regime.BORDER_RESIDENT:
        return None
    added = 0
    for line in case.lines:
        charge = line.charge
        minor = charge.scaled(2) if charge is not None and charge.currency == RESIDENT_CURRENCY else None
        if minor is None:
            return None
        added += minor
    return added


def countries_of(case: Case) -> tuple[str, str]:
    """Return the country of export and of destination of the shipment, else of its first item; empty when unknown."""
    shipment = case.shipment
    if shipment is None:
        return "", ""
    item = case.lines[0].item if case.lines else None
    export_country = shipment.export_country or (item.export_country if item is not None else None)
    destination = shipment.destination or (item.destination if item is not None else None)
    return (
        (export_country.id or "") if export_country is not None else "",
        (destination.country_code or "") if destination is not None else "",
    )


def _follows(line: Line) -> bool:
    """Tell whether the goods stood under another procedure before, so that they need not have crossed a border now."""
    before = line.item.government_procedure[0].previous_code
    return before is not None and before.strip("0") != ""


def _load(heading: str) -> str:
    chapter = int(heading[:2])
    if chapter <= FARM_CHAPTER_LAST:
        return heading
    return next((f"section {number}" for number, last in enumerate(_SECTION_ENDS) if chapter <= last), heading)
