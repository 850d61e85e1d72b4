"""Rules about codes: each must stand in the list that its standard keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import ITEM, At, Case, Line, dotted
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.checking.quantities import is_mass_unit
from gatepair.clearance.checking.rule import Rule
from gatepair.clearance.declaration.values import Amount, Measure

_PLACE: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)
_HS_LENGTHS: Final = frozenset({6, 8, 10, 11, 12, 13})
"""Six digits of the Harmonized System and what countries add behind them."""


class HsMissing(Rule):
    """Every item has an HS code."""

    kind = fi.HS_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            if not line.hs:
                yield self.kind.at(line.path("commodity.classification"), item=line.index + 1)


class HsUnknown(Rule):
    """An HS code begins with a subheading of 2022."""

    kind = fi.HS_UNKNOWN

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        known = case.codes.hs
        for line in case.lines:
            if line.hs and (line.hs[:6] not in known or len(line.hs) not in _HS_LENGTHS):
                yield self.kind.at(line.path(f"commodity.classification.{line.hs_at}.id"), hs=line.hs)


class CountryUnknown(Rule):
    """A country code stands in ISO 3166-1."""

    kind = fi.COUNTRY_UNKNOWN

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        known = case.codes.countries
        for path, country in _countries(case):
            if country is not None and country not in known:
                yield self.kind.at(dotted(path), country=country)


class CurrencyUnknown(Rule):
    """A currency stands in ISO 4217."""

    kind = fi.CURRENCY_UNKNOWN

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        known = case.codes.currencies
        for path, amount in _amounts(case):
            if amount.currency and amount.currency not in known:
                yield self.kind.at(dotted(path, "currency"), currency=amount.currency)
        for index, exchange in enumerate(case.declaration.currency_exchange):
            currency = exchange.currency_type_code
            if currency is not None and currency not in known:
                yield self.kind.at(f"currency_exchange.{index}.currency_type_code", currency=currency)


class AmountDecimals(Rule):
    """An amount is a whole number of minor units of its currency."""

    kind = fi.AMOUNT_DECIMALS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, amount in _amounts(case):
            if not amount.decimals or not amount.currency:
                continue
            decimals = minor_units(amount.currency)
            if amount.decimals > decimals and amount.scaled(decimals) is None:
                yield self.kind.at(dotted(path), amount=amount.shown(), currency=amount.currency, decimals=decimals)


class UnitUnknown(Rule):
    """A unit of a quantity stands in Recommendation 20; a qualifier behind ``#`` is the tariff's own."""

    kind = fi.UNIT_UNKNOWN

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        known = case.codes.units
        for path, measure in _quantities(case):
            if measure is not None and measure.unit and measure.unit.partition("#")[0] not in known:
                yield self.kind.at(dotted(path, "unit"), unit=measure.unit)


class MassUnit(Rule):
    """A mass is given in a unit of mass that can be turned into kilograms exactly."""

    kind = fi.MASS_UNIT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, measure in _masses(case):
            if measure is not None and not is_mass_unit(measure.unit):
                yield self.kind.at(dotted(path, "unit"), unit=measure.unit)


class PackageUnknown(Rule):
    """A kind of package stands in Recommendation 21."""

    kind = fi.PACKAGE_UNKNOWN

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        known = case.codes.packages
        for line in case.lines:
            for index, packaging in enumerate(line.item.packaging):
                code = packaging.type_code
                if code is not None and code not in known:
                    yield self.kind.at(line.path(f"packaging.{index}.type_code"), package=code)


class PlaceMalformed(Rule):
    """A place of loading or of delivery is a UN/LOCODE of a country that exists."""

    kind = fi.PLACE_MALFORMED

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, place in _places(case):
            if place is not None and not (_PLACE.fullmatch(place) and place[:2] in case.codes.countries):
                yield self.kind.at(path, place=place)


class PlaceUnlisted(Rule):
    """A place in a country whose border places are listed is one of them, or lies inland."""

    kind = fi.PLACE_UNLISTED

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, place in _places(case):
            if place is None or place in case.codes.places or place[:2] not in case.codes.places_of:
                continue
            if _PLACE.fullmatch(place):
                yield self.kind.at(path, place=place)


def _places(case: Case) -> Iterator[tuple[str, str | None]]:
    shipment = case.shipment
    if shipment is None:
        return
    consignment = shipment.consignment
    if consignment is not None and consignment.loading_location is not None:
        yield "goods_shipment.consignment.loading_location.id", consignment.loading_location.id
    if shipment.trade_terms is not None:
        yield "goods_shipment.trade_terms.location_id", shipment.trade_terms.location_id


def _countries(case: Case) -> Iterator[tuple[At, str | None]]:
    means = case.declaration.border_transport_means
    if means is not None:
        yield ("border_transport_means.registration_nationality_code",), means.registration_nationality_code
    for _, path, party in case.parties:
        if party.address is not None:
            yield (path, "address.country_code"), party.address.country_code
    shipment = case.shipment
    if shipment is None:
        return
    if shipment.destination is not None:
        yield ("goods_shipment.destination.country_code",), shipment.destination.country_code
    if shipment.export_country is not None:
        yield ("goods_shipment.export_country.id",), shipment.export_country.id
    if shipment.consignment is not None:
        for index, leg in enumerate(shipment.consignment.itinerary):
            yield ("goods_shipment.consignment.itinerary", index, "routing_country_code"), leg.routing_country_code
    for line in case.lines:
        yield from _countries_of(line)


def _countries_of(line: Line) -> Iterator[tuple[At, str | None]]:
    item = line.item
    for index, origin in enumerate(item.origin):
        yield (ITEM, line.index, "origin", index, "country_code"), origin.country_code
    if item.destination is not None:
        yield (ITEM, line.index, "destination.country_code"), item.destination.country_code
    if item.export_country is not None:
        yield (ITEM, line.index, "export_country.id"), item.export_country.id


def _amounts(case: Case) -> Iterator[tuple[At, Amount]]:
    if case.declaration.invoice_amount is not None:
        yield ("invoice_amount",), case.declaration.invoice_amount
    for line in case.lines:
        item = line.item
        if item.customs_value_amount is not None:
            yield (ITEM, line.index, "customs_value_amount"), item.customs_value_amount
        if item.statistical_value_amount is not None:
            yield (ITEM, line.index, "statistical_value_amount"), item.statistical_value_amount
        if line.charge is not None:
            yield (ITEM, line.index, "commodity.invoice_line.item_charge_amount"), line.charge


def _masses(case: Case) -> Iterator[tuple[At, Measure | None]]:
    if case.declaration.total_gross_mass_measure is not None:
        yield ("total_gross_mass_measure",), case.declaration.total_gross_mass_measure
    for line in case.lines:
        measured = line.measured
        if measured is not None:
            yield (ITEM, line.index, "commodity.goods_measure.gross_mass_measure"), measured.gross_mass_measure
            yield (ITEM, line.index, "commodity.goods_measure.net_net_weight_measure"), measured.net_net_weight_measure


def _quantities(case: Case) -> Iterator[tuple[At, Measure | None]]:
    for line in case.lines:
        commodity = line.item.commodity
        if commodity is None:
            continue
        if line.measured is not None:
            yield (ITEM, line.index, "commodity.goods_measure.tariff_quantity"), line.measured.tariff_quantity
        for index, duty in enumerate(commodity.duty_tax_fee):
            tail = (ITEM, line.index, "commodity.duty_tax_fee", index, "specific_tax_base_quantity")
            yield tail, duty.specific_tax_base_quantity
