"""Which materials count as originating, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.model import Bill, Material, Status, Stock, Use
from gatepair.clearance.origin.reasons import Reason
from gatepair.clearance.origin.treaties import Terms

_NO_PART = frozenset({Use.TRANSPORT_PACKING, Use.INDIRECT})
"""Uses that never count, whatever the test."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One material, and whether it counts as originating."""

    index: int
    material: Material
    originating: bool
    accumulated: bool = False
    """Whether it counts because another Party's proof came with it."""

    @property
    def path(self) -> str:
        """Return the place of the material in the bill."""
        return f"materials.{self.index}"

    @property
    def value_minor(self) -> int:
        """Return the value that the treaty counts."""
        return max(0, self.material.value_minor - self.material.deductible_minor)


@dataclass(frozen=True, slots=True)
class Count:
    """All materials of a bill, counted."""

    materials: tuple[Counted, ...]
    reasons: tuple[Reason, ...]

    @property
    def accumulated(self) -> bool:
        """Tell whether any material counts by accumulation."""
        return any(each.accumulated for each in self.materials)

    def parts(self) -> tuple[Counted, ...]:
        """Return what the good is made of: neither packing nor accessories nor things used up."""
        return tuple(each for each in self.materials if each.material.use is Use.MATERIAL)

    def foreign_parts(self) -> tuple[Counted, ...]:
        """Return the parts that must change their classification."""
        return tuple(each for each in self.parts() if not each.originating)

    def valued(self) -> tuple[Counted, ...]:
        """Return what value content is reckoned over: parts, accessories and retail packing."""
        return tuple(each for each in self.materials if each.material.use not in _NO_PART)

    def foreign_minor(self) -> int:
        """Return the value of non-originating materials (VNM)."""
        return sum(each.value_minor for each in self.valued() if not each.originating)

    def originating_minor(self) -> int:
        """Return the value of originating materials (VOM)."""
        return sum(each.value_minor for each in self.valued() if each.originating)


def count(bill: Bill, terms: Terms) -> Count:
    """Return the materials of ``bill`` with what each counts as under ``terms``."""
    counted: list[Counted] = []
    reasons: list[Reason] = []
    for index, material in enumerate(bill.materials):
        one, why = _counted(index, material, bill, terms)
        counted.append(one)
        reasons += why
    return Count(tuple(counted), tuple(reasons))


def _counted(index: int, material: Material, bill: Bill, terms: Terms) -> tuple[Counted, list[Reason]]:
    path, words = f"materials.{index}", {"hs": material.hs, "country": material.origin or "?"}
    reasons = list(_use_reasons(material, path, terms))
    if material.use in _NO_PART:
        return Counted(index, material, originating=False), reasons
    if material.status is Status.UNDETERMINED:
        reasons.append(Reason(terms.articles.undetermined, say.UNDETERMINED.at(path, **words)))
    elif material.status is Status.ORIGINATING:
        if material.stock is Stock.MIXED:
            reasons.append(Reason(terms.articles.fungible, say.MIXED_STOCK.at(path, **words)))
        elif material.origin == bill.exporting_party:
            return Counted(index, material, originating=True), reasons
        elif not terms.is_party(material.origin):
            reasons.append(Reason(terms.articles.accumulation, say.NOT_PARTY.at(path, **words)))
        elif not any(word in material.evidence.lower() for word in terms.proof_words):
            reasons.append(Reason(terms.articles.accumulation, say.NO_PROOF.at(path, **words)))
        else:
            reasons.append(
                Reason(terms.articles.accumulation, say.ACCUMULATED.at(path, **words, evidence=material.evidence))
            )
            return Counted(index, material, originating=True, accumulated=True), reasons
    return Counted(index, material, originating=False), reasons


def _use_reasons(material: Material, path: str, terms: Terms) -> Iterator[Reason]:
    articles = {
        Use.TRANSPORT_PACKING: (terms.articles.transport_packing, say.LEFT_OUT),
        Use.INDIRECT: (terms.articles.indirect, say.LEFT_OUT),
        Use.RETAIL_PACKING: (terms.articles.retail_packing, say.ONLY_VALUE),
        Use.ACCESSORY: (terms.articles.accessories, say.ONLY_VALUE),
    }
    if material.use in articles:
        article, kind = articles[material.use]
        yield Reason(article, kind.at(path, hs=material.hs, use=material.use.value))
