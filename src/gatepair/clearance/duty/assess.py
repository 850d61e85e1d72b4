"""What is to be paid for one item: every rate option side by side, the cheapest that is open, and the taxes on top.

Amounts are minor units of the importing country's currency, each rounded to the nearest with halves up when it
is reckoned.  An amount that cannot be known is None, never nought, and so is every sum it goes into.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gatepair.base.findings import Finding
from gatepair.clearance.duty import findings as say
from gatepair.clearance.duty.rates import Base, NotOffered, Rate, Unknown, rounded
from gatepair.clearance.duty.tariff import ALTERNATIVES, Option, Tariff, TariffLine, in_force
from gatepair.clearance.origin.model import Treaty

TREATY_OF = {Option.ACFTA: Treaty.ACFTA, Option.RCEP: Treaty.RCEP}


@dataclass(frozen=True, slots=True)
class Exchange:
    """``numerator`` minor units of the duty currency for ``denominator`` minor units of the invoice's."""

    numerator: int
    denominator: int
    currency: str
    """The duty currency."""
    source: str

    def convert(self, minor: int) -> int:
        """Return ``minor`` units of the invoice's currency in the duty currency, rounded to the nearest."""
        return rounded(minor * self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Claim:
    """A preference asked under a treaty: whether origin and proof hold, and the country whose rate is meant."""

    treaty: Treaty
    origin_holds: bool
    proof_holds: bool
    country: str | None
    """Country of origin under the treaty; None when it cannot be told (RCEP tariff differentials)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One goods item to be assessed."""

    hs: str
    """Six to ten digits."""
    origin: str | None
    """Non-preferential country of origin; None when unknown."""
    value_minor: int | None
    """Customs value in the invoice's currency; None when it is not known."""
    quantities: tuple[tuple[str, int], ...] = ()
    """Thousandths by unit, such as grams under ``kg``."""
    claims: tuple[Claim, ...] = ()
    quota_licence: bool = False


@dataclass(frozen=True, slots=True)
class RateOption:
    """One option: its rate, what it comes to, and why it is not open if it is not."""

    option: Option
    rate: Rate
    duty_minor: int | None
    source: str
    refused: tuple[Finding, ...] = ()

    @property
    def open(self) -> bool:
        """Tell whether the rate may be taken."""
        return not self.refused


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of what is to be paid."""

    option: Option
    rate: Rate
    base_minor: int | None
    amount_minor: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that is to be paid for an item."""

    value_minor: int | None
    """Customs value in the duty currency; None when the value or its rate of exchange is not known."""
    currency: str
    options: tuple[RateOption, ...]
    taken: RateOption | None
    """The cheapest open option whose amount is known; None when there is none."""
    charges: tuple[Charge, ...]
    """Duty, what comes on top, excise, VAT, in the order in which they are reckoned."""
    total_minor: int | None
    findings: tuple[Finding, ...]

    def saving_minor(self, option: Option) -> int | None:
        """Return what ``option`` saves against MFN, taxes left aside; None when either is not open or not known."""
        amounts = {each.option: each.duty_minor for each in self.options if each.open}
        asked, usual = amounts.get(option), amounts.get(Option.MFN)
        return None if asked is None or usual is None else usual - asked

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "charges": [
                {
                    "amount_minor": each.amount_minor,
                    "base_minor": each.base_minor,
                    "kind": each.option.value,
                    "rate": str(each.rate),
                    "source": each.source,
                }
                for each in self.charges
            ],
            "currency": self.currency,
            "findings": [finding.to_wire() for finding in self.findings],
            "options": [
                {
                    "duty_minor": each.duty_minor,
                    "open": each.open,
                    "option": each.option.value,
                    "rate": str(each.rate),
                    "refused": [finding.to_wire() for finding in each.refused],
                    "saving_minor": self.saving_minor(each.option),
                    "source": each.source,
                }
                for each in self.options
            ],
            "taken": self.taken.option.value if self.taken else None,
            "total_minor": self.total_minor,
            "value_minor": self.value_minor,
        }


def assess(item: Item, tariffs: Iterable[Tariff], *, country: str, day: str, exchange: Exchange) -> Assessment:
    """Return what is to be paid for ``item`` imported into ``country`` on ``day`` (ISO 8601)."""
    value = None if item.value_minor is None else exchange.convert(item.value_minor)
    base = Base(value, exchange.currency, item.quantities)
    return assess_with(item, in_force(tariffs, country=country, day=day), base)


def assess_with(item: Item, sheets: Sequence[Tariff], base: Base) -> Assessment:
    """Return what is to be paid for ``item`` by the ``sheets`` in force, reckoned on ``base`` in the duty currency.

    The item's own value is not looked at: ``base`` has it converted, or None where no rate of exchange is known.
    """
    options = tuple(_option(item, sheet, base) for sheet in sheets if sheet.option in ALTERNATIVES)
    options = _one_each(options)
    known = [each for each in options if each.open and each.duty_minor is not None]
    taken = min(known, key=lambda each: (each.duty_minor, ALTERNATIVES.index(each.option)), default=None)
    charges = _charges(item, sheets, base, taken)
    amounts = [each.amount_minor for each in charges]
    total = None if taken is None or None in amounts else sum(amount for amount in amounts if amount is not None)
    return Assessment(
        value_minor=base.value_minor,
        currency=base.currency,
        options=options,
        taken=taken,
        charges=charges,
        total_minor=total,
        findings=tuple(_findings(item, sheets, options, charges)),
    )


def _option(item: Item, sheet: Tariff, base: Base) -> RateOption:
    line = sheet.line(item.hs)
    rate: Rate = NotOffered() if line is None else line.rate
    refused: list[Finding] = []
    if isinstance(rate, NotOffered):
        refused.append(say.NO_RATE.at("hs", hs=item.hs, option=sheet.option.value))
    claim = next((each for each in item.claims if each.treaty is TREATY_OF.get(sheet.option)), None)
    country = item.origin if claim is None else claim.country
    if sheet.option in TREATY_OF:
        refused += _claim_faults(sheet.option, claim)
    elif sheet.option is Option.QUOTA and not item.quota_licence:
        refused.append(say.NO_LICENCE.at("quota_licence"))
    if (sheet.option not in TREATY_OF or country is not None) and not sheet.serves(country):
        refused.append(say.OTHER_ORIGIN.at("origin", country=country or "?", option=sheet.option.value))
    if line is not None and country in line.barred:
        refused.append(say.BARRED.at("origin", country=country, hs=line.hs, option=sheet.option.value))
    return RateOption(sheet.option, rate, rate.amount(base), sheet.source_of(line), tuple(refused))


def _claim_faults(option: Option, claim: Claim | None) -> Iterable[Finding]:
    if claim is None:
        yield say.NOT_CLAIMED.at("claims", option=option.value)
        return
    if not claim.origin_holds:
        yield say.ORIGIN_FAILS.at("claims", option=option.value)
    if not claim.proof_holds:
        yield say.PROOF_FAILS.at("claims", option=option.value)
    if claim.origin_holds and claim.country is None:
        yield say.COUNTRY_OPEN.at("claims", option=option.value)


def _one_each(options: Sequence[RateOption]) -> tuple[RateOption, ...]:
    """Keep one row for each option where several sheets divide it by origin: an open one before a refused one."""
    best: dict[Option, RateOption] = {}
    for each in options:
        known = best.get(each.option)
        if known is None or (each.open and not known.open):
            best[each.option] = each
    return tuple(best.values())


def _charges(item: Item, sheets: Sequence[Tariff], base: Base, taken: RateOption | None) -> tuple[Charge, ...]:
    """Return the lines to be paid, each reckoned on the value and all lines before it."""
    rate = Unknown() if taken is None else taken.rate
    duty = Charge(
        taken.option if taken else Option.MFN, rate, base.value_minor, taken.duty_minor if taken else None,
        taken.source if taken else "",
    )  # fmt: skip
    charges = [duty]
    for option in (Option.SAFEGUARD, Option.EXCISE, Option.VAT):
        for sheet in sheets:
            line = sheet.line(item.hs) if sheet.option is option and sheet.serves(item.origin) else None
            if line is None or isinstance(line.rate, NotOffered) or item.origin in line.barred:
                continue
            charges.append(_on_top(line, sheet, base, charges))
    return tuple(charges)


def _on_top(line: TariffLine, sheet: Tariff, base: Base, before: Sequence[Charge]) -> Charge:
    """Reckon a charge: what comes on top of the duty on the bare value, taxes on the value with all charges before."""
    option, rate, source = sheet.option, line.rate, sheet.source_of(line)
    if option is Option.SAFEGUARD:
        return Charge(option, rate, base.value_minor, rate.amount(base), source)
    amounts = [base.value_minor, *(each.amount_minor for each in before)]
    value = None if None in amounts else sum(amount for amount in amounts if amount is not None)
    return Charge(option, rate, value, rate.amount(Base(value, base.currency, base.quantities)), source)


def _findings(
    item: Item, sheets: Sequence[Tariff], options: Sequence[RateOption], charges: Sequence[Charge]
) -> Iterable[Finding]:
    paid = charges[0].amount_minor
    if paid is None:
        yield say.DUTY_UNKNOWN.at("hs", hs=item.hs)
    for each in options:
        # Nothing is cheaper than nothing.
        if each.open and each.duty_minor is None and paid:
            yield say.MAYBE_CHEAPER.at("hs", option=each.option.value, rate=str(each.rate))
    for charge in charges[1:]:
        if charge.amount_minor is None:
            yield say.CHARGE_UNKNOWN.at("hs", option=charge.option.value, rate=str(charge.rate))
    if not any(sheet.option is Option.VAT and sheet.line(item.hs) is not None for sheet in sheets):
        yield say.NO_VAT.at("hs", hs=item.hs)
