"""The assessment of a whole declaration: each item's options, duty, taxes and preferences, with all that was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from gatepair.base.findings import Finding
from gatepair.clearance.assessing import findings as say
from gatepair.clearance.assessing.model import Assessed, AssessedItem, ItemPapers, Papers, Preference, Tables
from gatepair.clearance.assessing.preferences import Good, preferences_of
from gatepair.clearance.assessing.values import (
    Value,
    exchange_of,
    hs_of,
    origin_of,
    quantities_of,
    value_of,
)
from gatepair.clearance.checking.case import Case, CrossingFacts, is_request
from gatepair.clearance.checking.rulebook import RULEBOOK
from gatepair.clearance.declaration.goods import GovernmentAgencyGoodsItem
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.duty.assess import Claim, Exchange, Item, assess_with
from gatepair.clearance.duty.rates import Base
from gatepair.clearance.duty.tariff import Tariff
from gatepair.clearance.fees.assess import FeeAssessment, assess_fee
from gatepair.clearance.sps.check import SpsResult, check_shipment
from gatepair.clearance.sps.model import Shipment, SpsItem
from gatepair.plan.model import Regime

ITEM: Final = "goods_shipment.government_agency_goods_item"
DUTIABLE: Final = frozenset({Regime.ORDINARY, Regime.TWO_WAY, Regime.BORDER_RESIDENT})
"""Regimes under which goods come to stay, so that duty falls due at the gate."""


def assess_declaration(
    declaration: Declaration,
    papers: Papers,
    tables: Tables,
    *,
    on: date,
    country: str | None = None,
    crossing: CrossingFacts | None = None,
) -> Assessed:
    """Return ``declaration`` assessed with ``papers`` on the day ``on`` by ``tables``.

    With ``crossing`` the declaration is also held against it.
    With ``country`` only duty of that country is reckoned: a post has no say in what its partner's side takes.
    Pure: the same arguments give the same result. Cost: linear in items, and for each bill of materials in its parts.
    """
    checked, regime = _checked(declaration, tables, on=on, crossing=crossing)
    regime = papers.regime or regime
    work = _Work(declaration, papers, tables, on, country, regime)
    items = tuple(work.items())
    return Assessed(
        on=on,
        importing=work.importing,
        currency=work.currency,
        regime=regime,
        items=items,
        findings=(*checked, *work.findings),
        premises=tuple(work.premises.values()),
        permits=_permits(work, items),
        fee=_fee(papers, tables, on),
        sheets=tuple(each.name for each in work.sheets),
    )


def _checked(
    declaration: Declaration, tables: Tables, *, on: date, crossing: CrossingFacts | None
) -> tuple[list[Finding], Regime | None]:
    """Return what the rules in force find, and the regime that the declared procedures mean."""
    if tables.codes is None or is_request(declaration):
        return [], None
    case = Case(declaration, on=on, codes=tables.codes, crossing=crossing)
    return [finding for rule in RULEBOOK.on(on) for finding in rule.find(case)], case.regime


def _permits(work: _Work, items: Sequence[AssessedItem]) -> SpsResult | None:
    """Return what permits and quarantine ask of goods that go from one country into another through a named gate."""
    papers, book = work.papers, work.tables.book
    exporter = _exporter(work.declaration, items)
    if papers.gate is None or book is None or work.importing is None or exporter is None:
        return None
    shown = {each.item: each for each in papers.items}
    goods = tuple(
        SpsItem(hs=each.hs, product=one.product if one else None, sites=one.sites if one else ())
        for each in items
        if each.hs
        for one in (shown.get(each.item),)
    )
    shipment = Shipment(
        exporter=exporter,
        importer=work.importing,
        gate=papers.gate,
        items=goods,
        certificates=papers.certificates,
        tests=papers.tests,
    )
    return check_shipment(shipment, book, on=work.on)


def _exporter(declaration: Declaration, items: Sequence[AssessedItem]) -> str | None:
    """Return the country that the goods leave: as declared, else the one from which all of them originate."""
    shipment = declaration.goods_shipment
    if shipment is not None and shipment.export_country is not None and shipment.export_country.id:
        return shipment.export_country.id
    origins = {each.origin for each in items}
    return origins.pop() if len(origins) == 1 else None


def _fee(papers: Papers, tables: Tables, on: date) -> FeeAssessment | None:
    if papers.load is None or papers.province is None:
        return None
    return assess_fee(papers.load, tables.fees, province=papers.province, on=on)


@dataclass(slots=True)
class _Work:
    """One assessment under way."""

    declaration: Declaration
    papers: Papers
    tables: Tables
    on: date
    country: str | None
    regime: Regime | None
    importing: str | None = None
    currency: str = ""
    sheets: Sequence[Tariff] = ()
    findings: list[Finding] = field(default_factory=list)
    premises: dict[object, Finding] = field(default_factory=dict)
    exchanges: dict[str, Exchange | None] = field(default_factory=dict)

    def items(self) -> Iterator[AssessedItem]:
        """Yield each item assessed, in the order of the declaration."""
        shipment = self.declaration.goods_shipment
        goods = shipment.government_agency_goods_item if shipment is not None else ()
        if not goods:
            self.findings.append(say.NO_GOODS.at(ITEM))
        self._begin(goods)
        shown = {each.item: each for each in self.papers.items}
        for index, item in enumerate(goods):
            number = _number(index, item)
            yield self._item(index, item, number, shown.get(number))

    def _begin(self, goods: Sequence[GovernmentAgencyGoodsItem]) -> None:
        """Find the importing country, its sheets and its currency, and papers that speak of no item."""
        papers, day = self.papers, self.on.isoformat()
        destination = _destination(self.declaration, goods)
        self.importing = papers.importing or destination
        if None not in (papers.importing, destination) and papers.importing != destination:
            self.findings.append(say.IMPORTER_DIFFERS.at("importing", papers=papers.importing, declared=destination))
        if papers.province is not None and papers.load is None:
            self.findings.append(say.FEE_WITHOUT_LOAD.at("load", province=papers.province))
        if self.importing is None:
            self.findings += [say.IMPORTER_UNKNOWN.at("goods_shipment.destination")] if goods else []
        elif self.country not in (None, self.importing):
            self._premise(say.OTHER_COUNTRY.at("", importing=self.importing))
        else:
            self.sheets = self.tables.shelf.on(self.importing, day)
            self.currency = self.tables.shelf.currency(self.importing, day)
            if not self.currency and goods:
                self.findings.append(say.NO_CURRENCY.at("", country=self.importing))
        if self.regime is not None and self.regime not in DUTIABLE and goods:
            self._premise(say.NO_DUTY_HERE.at("", regime=self.regime.value))
        numbers = [_number(index, item) for index, item in enumerate(goods)]
        told: set[int] = set()
        for index, each in enumerate(papers.items):
            if each.item in told or each.item not in numbers:
                self.findings.append(say.PAPERS_UNMATCHED.at(f"items.{index}.item", item=each.item))
            told.add(each.item)

    def _item(self, index: int, item: GovernmentAgencyGoodsItem, number: int, shown: ItemPapers | None) -> AssessedItem:
        path = f"{ITEM}.{index}"
        hs, place = hs_of(item)
        origin = origin_of(item)
        preferences: Sequence[Preference] = ()
        duty = None
        if not hs:
            self.findings.append(say.HS_MISSING.at(f"{path}.{place}"))
        elif self.importing is not None and self.currency:
            value = value_of(item, self.declaration)
            claims: Sequence[Claim] = ()
            if shown is not None:
                good = Good(path, hs, origin, value, self.importing, self.on)
                asked = preferences_of(good, shown, self.tables.rules)
                preferences, claims = asked.preferences, asked.claims
                self.findings += asked.findings
                for each in asked.premises:
                    self._premise(each)
            quantities = quantities_of(item)
            base = Base(self._in_duty_currency(value, path), self.currency, quantities)
            licence = shown is not None and shown.quota_licence
            duty = assess_with(Item(hs, origin, value.minor, quantities, tuple(claims), licence), self.sheets, base)
            self.findings += [Finding(each.kind, f"{path}.{each.path}", each.params) for each in duty.findings]
        description = (item.commodity.description if item.commodity else None) or ""
        return AssessedItem(number, hs, description, origin, duty, tuple(preferences))

    def _in_duty_currency(self, value: Value, path: str) -> int | None:
        """Return ``value`` in the currency of duty; None, with a finding, when it or its rate is not known."""
        if value.minor is None:
            place = f"{path}.customs_value_amount"
            unfit = say.VALUE_UNFIT.at(place, value=value.written, currency=value.currency)
            self.findings.append(unfit if value.written else say.VALUE_MISSING.at(place))
            return None
        if value.currency == self.currency:
            return value.minor
        if value.currency not in self.exchanges:
            exchange, told = exchange_of(self.declaration, value.currency, self.currency)
            self.exchanges[value.currency] = exchange
            if exchange is None:
                self.findings.append(told)
            else:
                self._premise(told)
        exchange = self.exchanges[value.currency]
        return None if exchange is None else exchange.convert(value.minor)

    def _premise(self, finding: Finding) -> None:
        self.premises.setdefault((finding.code, finding.path, str(finding.params)), finding)


def _number(index: int, item: GovernmentAgencyGoodsItem) -> int:
    """Return the item's sequence number, or its place from 1 where it has none."""
    told = item.sequence_numeric.scaled(0) if item.sequence_numeric is not None else None
    return told if told is not None and told > 0 else index + 1


def _destination(declaration: Declaration, goods: Sequence[GovernmentAgencyGoodsItem]) -> str | None:
    """Return the one country that the declaration sends all its goods to; None when it names none or several."""
    shipment = declaration.goods_shipment
    whole = shipment.destination.country_code if shipment is not None and shipment.destination else None
    named = {each.destination.country_code if each.destination else whole for each in goods}
    return named.pop() if len(named) == 1 else None
