"""Rules about the declarations of one day together: duplicates, sums of a person, splitting below a threshold."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import Case, Day, is_request
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.checking.identifiers import plain_plate
from gatepair.clearance.checking.quantities import decimal_shown
from gatepair.clearance.checking.rule import DayRule
from gatepair.clearance.checking.rules_regimes import resident_minor
from gatepair.plan.model import Regime

_INVOICE = "380"
"""Commercial invoice. Source: UN/EDIFACT code list 1001."""


class NumberTwice(DayRule):
    """No two declarations of a day bear one number."""

    kind = fi.NUMBER_TWICE

    @override
    def find(self, day: Day) -> Iterator[Finding]:
        first: dict[str, int] = {}
        for index, case in _originals(day):
            number = case.declaration.id or case.declaration.functional_reference_id
            if number and first.setdefault(number, index) != index:
                yield self.kind.at(f"{index}.id", number=number, other=first[number] + 1)


class InvoiceTwice(DayRule):
    """An invoice of one trader stands in one declaration."""

    kind = fi.INVOICE_TWICE

    @override
    def find(self, day: Day) -> Iterator[Finding]:
        first: dict[tuple[str, str], int] = {}
        for index, case in _originals(day):
            trader = case.who("exporter", "consignor", "seller")
            for number in _invoices(case):
                if trader and first.setdefault((trader, number), index) != index:
                    other = _name(day, first[trader, number])
                    yield self.kind.at(f"{index}.goods_shipment.invoice.id", number=number, trader=trader, other=other)


class GoodsTwice(DayRule):
    """The same goods on the same vehicle are declared once; border residents each declare their own."""

    kind = fi.GOODS_TWICE

    @override
    def find(self, day: Day) -> Iterator[Finding]:
        first: dict[tuple[object, ...], int] = {}
        for index, case in _originals(day):
            means = case.declaration.border_transport_means
            if means is None or not means.id or not case.lines:
                continue
            goods = tuple(sorted((line.hs, line.gross_ng or 0, line.net_ng or 0) for line in case.lines))
            person = case.who("declarant") if case.regime is Regime.BORDER_RESIDENT else ""
            key = (plain_plate(means.id), person, goods)
            if first.setdefault(key, index) != index:
                yield self.kind.at(
                    f"{index}.goods_shipment.government_agency_goods_item",
                    vehicle=means.id,
                    other=_name(day, first[key]),
                )


class ResidentDayOver(DayRule):
    """All that a border resident declares in a day stays within the limit of a day."""

    kind = fi.RESIDENT_DAY
    limits = MappingProxyType({"person_day_minor": 800_000})

    @override
    def find(self, day: Day) -> Iterator[Finding]:
        limit = self.limit["person_day_minor"]
        added: dict[str, int] = {}
        for index, case in _originals(day):
            value, person = resident_minor(case), case.who("declarant")
            if value is None or not person:
                continue
            before = added.get(person, 0)
            added[person] = before + value
            # What is over by itself is found in the declaration alone.
            if before and added[person] > limit:
                yield self.kind.at(
                    f"{index}.declarant.id",
                    person=person,
                    value=decimal_shown(added[person], 2),
                    limit=decimal_shown(limit, 2),
                )


class SplitBelow(DayRule):
    """A trader's consignments of one heading that are each below a threshold are below it together too."""

    kind = fi.SPLIT

    @override
    def find(self, day: Day) -> Iterator[Finding]:
        for threshold in day.thresholds:
            added: dict[tuple[str, str], list[int]] = {}
            for index, case in _originals(day):
                trader = case.who("importer", "consignee", "buyer") or case.who("exporter", "consignor", "seller")
                for heading, value in sorted(_values(case, threshold.currency).items()):
                    if not trader or value >= threshold.minor:
                        continue
                    values = added.setdefault((trader, heading), [])
                    values.append(value)
                    if len(values) > 1 and sum(values) >= threshold.minor:
                        yield self.kind.at(
                            f"{index}.goods_shipment.government_agency_goods_item",
                            trader=trader,
                            heading=heading,
                            count=len(values),
                            limit=decimal_shown(threshold.minor, minor_units(threshold.currency)),
                            sum=decimal_shown(sum(values), minor_units(threshold.currency)),
                            currency=threshold.currency,
                        )


def _originals(day: Day) -> Iterator[tuple[int, Case]]:
    return ((index, case) for index, case in enumerate(day.cases) if not is_request(case.declaration))


def _name(day: Day, index: int) -> str:
    declaration = day.cases[index].declaration
    return declaration.id or declaration.functional_reference_id or str(index + 1)


def _invoices(case: Case) -> list[str]:
    """Return the numbers of the invoices of a declaration, each once."""
    invoice = case.shipment.invoice if case.shipment is not None else None
    named = [invoice.id] if invoice is not None and invoice.id else []
    papers = [
        *case.declaration.additional_document,
        *(each for line in case.lines for each in line.item.additional_document),
    ]
    named.extend(paper.id for paper in papers if paper.type_code == _INVOICE and paper.id)
    return list(dict.fromkeys(named))


def _values(case: Case, currency: str) -> dict[str, int]:
    """Return the value of a declaration's goods by heading in minor units of ``currency``; other currencies count not."""
    values: dict[str, int] = {}
    for line in case.lines:
        charge = line.charge
        minor = charge.scaled(minor_units(currency)) if charge is not None and charge.currency == currency else None
        if minor is not None and line.hs:
            values[line.hs[:4]] = values.get(line.hs[:4], 0) + minor
    return values
