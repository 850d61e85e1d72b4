"""Rules about figures: masses, packages, values, totals, days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import Case, Line
from gatepair.clearance.checking.quantities import day_of, decimal_shown, kilograms_shown, nanograms
from gatepair.clearance.checking.rule import Rule
from gatepair.clearance.declaration.papers import AdditionalDocument

DECIMALS: Final = 9
"""Decimals to which amounts are compared: the most that a declaration can write."""


class Negative(Rule):
    """No mass, amount or number of packages is less than nought."""

    kind = fi.NEGATIVE

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            if (line.gross_ng or 0) < 0:
                yield self._at(line, "commodity.goods_measure.gross_mass_measure", kilograms_shown(line.gross_ng or 0))
            if (line.net_ng or 0) < 0:
                yield self._at(
                    line, "commodity.goods_measure.net_net_weight_measure", kilograms_shown(line.net_ng or 0)
                )
            charge = line.charge
            if charge is not None and charge.coefficient < 0:
                yield self._at(line, "commodity.invoice_line.item_charge_amount", charge.shown())
            for index, packaging in enumerate(line.item.packaging):
                quantity = packaging.quantity_quantity
                if quantity is not None and quantity.coefficient < 0:
                    yield self._at(line, f"packaging.{index}.quantity_quantity", quantity.shown())

    def _at(self, line: Line, tail: str, value: str) -> Finding:
        return self.kind.at(line.path(tail), value=value)


class MassMissing(Rule):
    """Every item has a mass."""

    kind = fi.MASS_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            if not line.gross_ng and not line.net_ng:
                yield self.kind.at(line.path("commodity.goods_measure"), item=line.index + 1)


class NetOverGross(Rule):
    """Goods weigh no more without their packing than with it."""

    kind = fi.NET_OVER_GROSS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            net, gross = line.net_ng, line.gross_ng
            if net is not None and gross is not None and net > gross:
                yield self.kind.at(
                    line.path("commodity.goods_measure.net_net_weight_measure"),
                    item=line.index + 1,
                    net_kg=kilograms_shown(net),
                    gross_kg=kilograms_shown(gross),
                )


class GrossSum(Rule):
    """The total gross mass is the sum of the items', where each item has one."""

    kind = fi.GROSS_SUM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        total = nanograms(case.declaration.total_gross_mass_measure)
        if total is None or not case.lines:
            return
        added = 0
        for line in case.lines:
            if line.gross_ng is None:
                return
            added += line.gross_ng
        if added != total:
            yield self.kind.at(
                "total_gross_mass_measure", total_kg=kilograms_shown(total), sum_kg=kilograms_shown(added)
            )


class NetOverTotal(Rule):
    """The net masses together are no more than the total gross mass."""

    kind = fi.NET_OVER_TOTAL

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        total = nanograms(case.declaration.total_gross_mass_measure)
        if total is None:
            return
        added = 0
        for line in case.lines:
            added += line.net_ng or 0
        if added > total:
            yield self.kind.at(
                "total_gross_mass_measure", sum_kg=kilograms_shown(added), total_kg=kilograms_shown(total)
            )


class PackagesMissing(Rule):
    """Goods that are not bulk come in packages. Source: UN/ECE Recommendation 21, codes of bulk begin with V."""

    kind = fi.PACKAGES_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            packed = line.item.packaging
            if not packed or all(
                not (each.type_code or "").startswith("V")
                and (each.quantity_quantity is None or not each.quantity_quantity.coefficient)
                for each in packed
            ):
                yield self.kind.at(line.path("packaging"), item=line.index + 1)


class PackagesSum(Rule):
    """The total of packages is the sum of the items', where each item has a number."""

    kind = fi.PACKAGES_SUM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        total = case.declaration.total_package_quantity
        if total is None or not case.lines:
            return
        added = 0
        for line in case.lines:
            if not line.item.packaging:
                return
            for packaging in line.item.packaging:
                count = packaging.quantity_quantity
                whole = count.scaled(0) if count is not None else None
                if whole is None:
                    return
                added += whole
        if added != total.scaled(0):
            yield self.kind.at("total_package_quantity", total=total.shown(), sum=added)


class ItemsCount(Rule):
    """The declaration has as many items as it counts."""

    kind = fi.ITEMS_COUNT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        total = case.declaration.goods_item_quantity
        if total is not None and total.scaled(0) != len(case.lines):
            yield self.kind.at("goods_item_quantity", total=total.shown(), found=len(case.lines))


class ItemSequence(Rule):
    """No two items bear one number."""

    kind = fi.ITEM_SEQUENCE

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        seen: set[int | None] = set()
        for line in case.lines:
            number = line.item.sequence_numeric
            if number is None:
                continue
            whole = number.scaled(0)
            if whole in seen:
                yield self.kind.at(line.path("sequence_numeric"), number=number.shown())
            seen.add(whole)


class InvoiceSum(Rule):
    """The invoice is the sum of the items' prices, where all are in its currency."""

    kind = fi.INVOICE_SUM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        total = case.declaration.invoice_amount
        if total is None or not case.lines:
            return
        added = 0
        for line in case.lines:
            charge = line.charge
            if charge is None or charge.currency != total.currency:
                return
            added += charge.scaled(DECIMALS) or 0
        if added != total.scaled(DECIMALS):
            yield self.kind.at(
                "invoice_amount", total=total.shown(), sum=decimal_shown(added, DECIMALS), currency=total.currency
            )


class InvoiceCurrency(Rule):
    """Items are priced in the currency of their invoice."""

    kind = fi.INVOICE_CURRENCY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        total = case.declaration.invoice_amount
        if total is None or not total.currency:
            return
        for line in case.lines:
            charge = line.charge
            if charge is not None and charge.currency and charge.currency != total.currency:
                yield self.kind.at(
                    line.path("commodity.invoice_line.item_charge_amount"),
                    currency=charge.currency,
                    invoice=total.currency,
                )


class ValueMissing(Rule):
    """Every item has a price or a value."""

    kind = fi.VALUE_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            item = line.item
            if not any(
                amount is not None and amount.coefficient
                for amount in (line.charge, item.customs_value_amount, item.statistical_value_amount)
            ):
                yield self.kind.at(line.path("commodity.invoice_line"), item=line.index + 1)


class TariffMass(Rule):
    """A tariff quantity in kilograms is the net mass: the tariff counts goods by mass without their packing."""

    kind = fi.TARIFF_MASS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for line in case.lines:
            quantity = line.measured.tariff_quantity if line.measured is not None else None
            if quantity is None or quantity.unit not in ("KGM", "GRM", "TNE") or line.net_ng is None:
                continue
            counted = nanograms(quantity)
            if counted is not None and counted != line.net_ng:
                yield self.kind.at(
                    line.path("commodity.goods_measure.tariff_quantity"),
                    item=line.index + 1,
                    quantity_kg=kilograms_shown(counted),
                    net_kg=kilograms_shown(line.net_ng),
                )


class RateNought(Rule):
    """A rate of exchange is above nought."""

    kind = fi.RATE_NOUGHT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for index, exchange in enumerate(case.declaration.currency_exchange):
            if exchange.rate_numeric is not None and exchange.rate_numeric.coefficient <= 0:
                path = f"currency_exchange.{index}.rate_numeric"
                yield self.kind.at(path, currency=exchange.currency_type_code or "")


class PaperTwice(Rule):
    """An item, or the declaration as a whole, names a document once."""

    kind = fi.PAPER_TWICE

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, papers in _papers(case):
            seen: set[tuple[str | None, str | None, str]] = set()
            for index, paper in enumerate(papers):
                key = (paper.category_code, paper.type_code, paper.id or "")
                if paper.id and key in seen:
                    yield self.kind.at(f"{path}.{index}.id", type=paper.type_code or "", number=paper.id)
                seen.add(key)


class PaperEarly(Rule):
    """A document is in effect on the day of the check."""

    kind = fi.PAPER_EARLY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, papers in _papers(case):
            for index, paper in enumerate(papers):
                day = day_of(paper.effective_date_time)
                if day is not None and day > case.on:
                    yield self.kind.at(
                        f"{path}.{index}.effective_date_time",
                        number=paper.id or "",
                        day=day.isoformat(),
                        on=case.on.isoformat(),
                    )


class InvoiceEarly(Rule):
    """An invoice is not dated after the day of the check."""

    kind = fi.INVOICE_EARLY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        invoice = case.shipment.invoice if case.shipment is not None else None
        day = day_of(invoice.issue_date_time) if invoice is not None else None
        if invoice is not None and day is not None and day > case.on:
            yield self.kind.at(
                "goods_shipment.invoice.issue_date_time",
                number=invoice.id or "",
                day=day.isoformat(),
                on=case.on.isoformat(),
            )


def _papers(case: Case) -> Iterator[tuple[str, tuple[AdditionalDocument, ...]]]:
    if case.declaration.additional_document:
        yield "additional_document", case.declaration.additional_document
    for line in case.lines:
        if line.item.additional_document:
            yield line.path("additional_document"), line.item.additional_document
