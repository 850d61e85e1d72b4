"""What a declaration says of an item's code, value, quantities and origin, in the exact integers of duty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gatepair.base.findings import Finding
from gatepair.clearance.assessing import findings as say
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.declaration.goods import GovernmentAgencyGoodsItem
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.values import Amount, Measure
from gatepair.clearance.duty.assess import Exchange

_UNITS: Final[Mapping[str, tuple[str, int]]] = {
    "KGM": ("kg", 3),
    "GRM": ("kg", 0),
    "TNE": ("kg", 6),
    "LTR": ("l", 3),
    "MTK": ("m2", 3),
    "MTR": ("m", 3),
    "MTQ": ("m3", 3),
    "H87": ("piece", 3),
    "NAR": ("piece", 3),
    "NMB": ("piece", 3),
}
"""Unit of a rate and decimals kept, by unit code. Source: UN/ECE Recommendation 20."""
_PREFERENTIAL: Final = "2"
"""Type of an origin that only a preference rests on. Source: WCO Data Model, as HMRC's CDS uses it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A customs value as declared; ``minor`` None when it is not known in whole minor units."""

    minor: int | None
    currency: str
    written: str = ""
    """As declared; empty when no value is declared, or in no currency."""


def hs_of(item: GovernmentAgencyGoodsItem) -> tuple[str, str]:
    """Return the HS code of ``item`` (six to ten digits, else empty) and its path in the item."""
    commodity = item.commodity
    if commodity is None:
        return "", "commodity"
    for index, each in enumerate(commodity.classification):
        code = each.id or ""
        if len(code) >= 6 and code.isascii() and code.isdigit():
            return code[: 10 if len(code) >= 10 else len(code) // 2 * 2], f"commodity.classification.{index}.id"
    return "", "commodity.classification"


def origin_of(item: GovernmentAgencyGoodsItem) -> str | None:
    """Return the country of origin that is not merely preferential; None when none is named."""
    countries = [each.country_code for each in item.origin if each.type_code != _PREFERENTIAL and each.country_code]
    return countries[0] if countries else next((each.country_code for each in item.origin if each.country_code), None)


def value_of(item: GovernmentAgencyGoodsItem, declaration: Declaration) -> Value:
    """Return the customs value of ``item``: as valued, else its price, else the statistical value."""
    line = item.commodity.invoice_line if item.commodity else None
    for amount in (item.customs_value_amount, line.item_charge_amount if line else None, item.statistical_value_amount):
        if amount is not None:
            return _value(amount, declaration)
    return Value(None, "")


def _value(amount: Amount, declaration: Declaration) -> Value:
    invoice = declaration.invoice_amount
    currency = amount.currency or (invoice.currency if invoice else "")
    if not currency:
        return Value(None, "")
    minor = amount.scaled(minor_units(currency))
    return Value(minor if minor is not None and minor >= 0 else None, currency, amount.shown())


def exchange_of(declaration: Declaration, invoice: str, duty: str) -> tuple[Exchange | None, Finding]:
    """Return how minor units of ``invoice`` become those of ``duty`` by the declared rate, and what that rests on."""
    for each in declaration.currency_exchange:
        rate = each.rate_numeric
        if each.currency_type_code == invoice and rate is not None and rate.coefficient > 0:
            up, down = minor_units(duty), minor_units(invoice)
            exchange = Exchange(rate.coefficient * 10**up, 10 ** (rate.decimals + down), duty, "declared")
            return exchange, say.EXCHANGE_DECLARED.at(
                "currency_exchange", invoice=invoice, duty=duty, rate=rate.shown()
            )
    return None, say.NO_EXCHANGE.at("currency_exchange", invoice=invoice, duty=duty)


def quantities_of(item: GovernmentAgencyGoodsItem) -> tuple[tuple[str, int], ...]:
    """Return the quantities that specific rates are reckoned on, in thousandths by unit: net mass before gross."""
    measures = item.commodity.goods_measure if item.commodity else None
    if measures is None:
        return ()
    found: dict[str, int] = {}
    for measure in (measures.net_net_weight_measure, measures.tariff_quantity, measures.gross_mass_measure):
        for unit, amount in _quantity(measure):
            found.setdefault(unit, amount)
    return tuple(found.items())


def _quantity(measure: Measure | None) -> Iterator[tuple[str, int]]:
    if measure is not None and measure.unit in _UNITS:
        unit, decimals = _UNITS[measure.unit]
        amount = measure.scaled(decimals)
        if amount is not None and amount >= 0:
            yield unit, amount
