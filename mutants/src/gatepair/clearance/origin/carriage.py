"""Direct consignment: whether the way the goods took keeps their preference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.model import Bill
from gatepair.clearance.origin.reasons import Reason
from gatepair.clearance.origin.treaties import Terms

_LOGISTICS: Final = re.compile(
    r"\b(?:un|re)?load|\bstor|\bpreserv|\bkeep|\bcarr|\btransship|\btransit|\bsplit", re.ASCII
)
"""What may be done on the way. Source: 12/2019 Art. 11(2); RCEP 3.15.1(b)."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Whether direct consignment holds, with the working."""

    kept: bool
    reasons: tuple[Reason, ...]


def carried(bill: Bill, terms: Terms) -> Carried:
    """Return whether the carriage of ``bill`` keeps the preference."""
    article, way = terms.articles.carriage, bill.carriage
    if way is None:
        return Carried(kept=True, reasons=(Reason("", say.CARRIAGE_UNSAID.at("carriage")),))
    if not way.via:
        return Carried(kept=True, reasons=(Reason(article, say.CARRIAGE_DIRECT.at("carriage")),))
    broken: list[Reason] = []
    if way.entered_commerce_in:
        found = say.COMMERCE_ENTERED.at("carriage.entered_commerce_in", countries=", ".join(way.entered_commerce_in))
        broken.append(Reason(terms.articles.carriage_control, found))
    for index, words in enumerate(way.operations_in_transit):
        if not _LOGISTICS.search(words.lower()):
            path = f"carriage.operations_in_transit.{index}"
            broken.append(Reason(terms.articles.carriage_control, say.WORKED_IN_TRANSIT.at(path, words=words)))
    if way.customs_control is False:
        broken.append(Reason(terms.articles.carriage_control, say.NOT_UNDER_CONTROL.at("carriage.customs_control")))
    outside = ", ".join(country for country in way.via if not terms.is_party(country))
    papers = (
        (Reason(terms.articles.carriage_evidence, say.CARRIAGE_PAPERS.at("carriage", countries=outside)),)
        if outside and way.through_bill_of_lading is not True
        else ()
    )
    if broken:
        return Carried(kept=False, reasons=(*broken, *papers))
    return Carried(
        kept=True, reasons=(Reason(article, say.CARRIAGE_KEPT.at("carriage", countries=", ".join(way.via))), *papers)
    )
