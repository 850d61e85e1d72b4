"""The RCEP country of origin, by which the importing Party's rate is chosen.

Source: RCEP Article 2.6; Viet Nam Circular 32/2022/TT-BCT, Annex II, note 8.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.counting import Count
from gatepair.clearance.origin.model import Bill
from gatepair.clearance.origin.reasons import Reason, amount, percent
from gatepair.clearance.origin.rules import BASIS_POINTS
from gatepair.clearance.origin.treaties import DIFFERENTIAL_DIVISOR


@dataclass(frozen=True, slots=True)
class CountryOfOrigin:
    """The country, None when it cannot be told, with what was added in the exporting Party and the working."""

    country: str | None
    added_minor: int
    reasons: tuple[Reason, ...]


def country_of_origin(bill: Bill, counted: Count, *, exclusively: bool, minimal_only: bool) -> CountryOfOrigin:
    """Return the country of origin of an originating good.

    ``exclusively`` tells that it originates by Article 3.2(b), ``minimal_only`` that nothing beyond minimal
    operations was done in the exporting Party.
    """
    added = _added_minor(bill, counted)
    if bill.on_appendix is None:
        return CountryOfOrigin(None, added, (_unknown(bill),))
    if bill.on_appendix:
        words = {"country": bill.exporting_party, "value": amount(added, bill.currency)}
        share = percent(added * BASIS_POINTS // bill.fob_minor)
        found = say.COUNTRY_VALUE.at("on_appendix", **words, fob=amount(bill.fob_minor, bill.currency), share=share)
        working = Reason(
            f"RCEP 2.6.3, {_NAMES.get(bill.importing_party, bill.importing_party)} Appendix to Annex I", found
        )
        if added * DIFFERENTIAL_DIVISOR >= bill.fob_minor:
            return CountryOfOrigin(bill.exporting_party, added, (working, _told(bill.exporting_party, "RCEP 2.6.3")))
        return _by_materials(bill, counted, added, working)
    if exclusively and minimal_only:
        return _by_materials(bill, counted, added)
    return CountryOfOrigin(bill.exporting_party, added, (_told(bill.exporting_party, "RCEP 2.6.2"),))


_NAMES = {
    "CN": "China",
    "ID": "Indonesia",
    "JP": "Japan",
    "KR": "Korea",
    "PH": "Philippines",
    "TH": "Thailand",
    "VN": "Viet Nam",
}
"""Parties that hold an Appendix. Source: RCEP Annex I (China and the Philippines read, the others unverified)."""


def _added_minor(bill: Bill, counted: Count) -> int:
    """Return what the exporting Party added: built up where costs are given, else what is left of the FOB value."""
    home = [each for each in counted.valued() if each.originating and each.material.origin == bill.exporting_party]
    value = sum(each.value_minor for each in home)
    if bill.costs is not None:
        return min(value + bill.costs.total_minor(), bill.fob_minor)
    return max(0, bill.fob_minor - sum(each.value_minor for each in counted.valued()) + value)


def _by_materials(bill: Bill, counted: Count, added: int, *before: Reason) -> CountryOfOrigin:
    """Return the Party that gave the originating materials of the highest value; Parties that gave equally tell nothing."""
    given: Counter[str] = Counter()
    for each in counted.valued():
        if each.originating and each.material.origin is not None:
            given[each.material.origin] += each.value_minor
    highest = given.most_common(2)
    if not highest or (len(highest) > 1 and highest[0][1] == highest[1][1]):
        return CountryOfOrigin(None, added, (*before, _unknown(bill)))
    country = highest[0][0]
    found = Reason("RCEP 2.6.4", say.COUNTRY_BY_MATERIALS.at("materials", country=country))
    return CountryOfOrigin(country, added, (*before, found, _told(country, "RCEP 2.6.4")))


def _told(country: str, article: str) -> Reason:
    return Reason(article, say.COUNTRY.at("", country=country))


def _unknown(bill: Bill) -> Reason:
    return Reason("RCEP 2.6", say.COUNTRY_UNKNOWN.at("on_appendix", importing=bill.importing_party))
