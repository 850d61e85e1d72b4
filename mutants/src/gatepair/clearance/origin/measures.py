"""The two measures of a product rule: change of classification with its tolerance, and value content.

Everything is compared as exact integers; basis points are rounded down and are for showing only.
"""

from __future__ import annotations

from dataclasses import dataclass

from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.counting import Count, Counted
from gatepair.clearance.origin.model import Bill
from gatepair.clearance.origin.reasons import Reason, amount, percent
from gatepair.clearance.origin.rules import BASIS_POINTS, TariffChange, ValueContent
from gatepair.clearance.origin.treaties import TEXTILES, TOLERANCE_DIVISOR, Terms

BUILD_DOWN = "build_down"
BUILD_UP = "build_up"


@dataclass(frozen=True, slots=True)
class Content:
    """Value content by one method: ``counted_minor`` of the FOB value."""

    method: str
    counted_minor: int
    fob_minor: int

    @property
    def basis_points(self) -> int:
        """Return the share in basis points, rounded down."""
        return self.counted_minor * BASIS_POINTS // self.fob_minor

    def reaches(self, minimum_bp: int) -> bool:
        """Tell whether the share is not below ``minimum_bp``."""
        return self.counted_minor * BASIS_POINTS >= minimum_bp * self.fob_minor

    def missing_minor(self, minimum_bp: int) -> int:
        """Return by how much ``counted_minor`` must grow to reach ``minimum_bp``; 0 when it does."""
        return max(0, -(-minimum_bp * self.fob_minor // BASIS_POINTS) - self.counted_minor)


@dataclass(frozen=True, slots=True)
class Changed:
    """Whether the parts change their classification, those that do not, and whether the tolerance covers them."""

    failing: tuple[Counted, ...]
    tolerated: bool
    reasons: tuple[Reason, ...]

    @property
    def failing_minor(self) -> int:
        """Return the value of the parts that do not change."""
        return sum(each.value_minor for each in self.failing)

    @property
    def met(self) -> bool:
        """Tell whether the change is met, with the tolerance or without."""
        return not self.failing or self.tolerated


def contents(bill: Bill, counted: Count, terms: Terms) -> tuple[Content, ...]:
    """Return the value content by each method that ``terms`` open and the bill allows, build-down first."""
    down = Content(BUILD_DOWN, bill.fob_minor - counted.foreign_minor(), bill.fob_minor)
    if not terms.build_up or bill.costs is None:
        return (down,)
    added = counted.originating_minor() + bill.costs.total_minor()
    return (down, Content(BUILD_UP, min(added, bill.fob_minor), bill.fob_minor))


def content_reason(content: Content, rule: ValueContent, *, bill: Bill, terms: Terms) -> Reason:
    """Return the working of ``content`` against ``rule``."""
    kind = say.CONTENT_MET if content.reaches(rule.minimum_bp) else say.CONTENT_LOW
    article = terms.articles.content_build_up if content.method == BUILD_UP else terms.articles.content
    words = {"counted": amount(content.counted_minor, bill.currency), "fob": amount(bill.fob_minor, bill.currency)}
    shares = {"found": percent(content.basis_points), "wanted": percent(rule.minimum_bp)}
    return Reason(article, kind.at("fob_minor", method=content.method, **words, **shares))


def changed(rule: TariffChange, bill: Bill, counted: Count, *, terms: Terms) -> Changed:
    """Return whether every non-originating part changes as ``rule`` asks, and if not, what the tolerance says."""
    failing: list[Counted] = []
    reasons: list[Reason] = []
    article = terms.articles.change
    for part in counted.foreign_parts():
        words = {"hs": part.material.hs, "product": bill.product.hs, "level": rule.level.word}
        if rule.excludes(part.material.hs):
            reasons.append(Reason(article, say.EXCLUDED.at(part.path, **words)))
        elif not rule.changes(part.material.hs, bill.product.hs):
            reasons.append(Reason(article, say.UNCHANGED.at(part.path, **words)))
        else:
            continue
        failing.append(part)
    if not failing:
        reasons.append(Reason(article, say.CHANGED.at("materials", level=rule.level.word, product=bill.product.hs)))
        return Changed((), tolerated=False, reasons=tuple(reasons))
    tolerated, why = _tolerance(tuple(failing), bill, terms)
    return Changed(tuple(failing), tolerated, (*reasons, why))


def _tolerance(failing: tuple[Counted, ...], bill: Bill, terms: Terms) -> tuple[bool, Reason]:
    value = sum(each.value_minor for each in failing)
    share = percent(value * BASIS_POINTS // bill.fob_minor)
    words = {"value": amount(value, bill.currency), "fob": amount(bill.fob_minor, bill.currency), "share": share}
    if value * TOLERANCE_DIVISOR <= bill.fob_minor:
        return True, Reason(terms.articles.tolerance, say.TOLERATED.at("materials", **words))
    if int(bill.product.hs[:2]) in TEXTILES and _light(failing, bill):
        return True, Reason(terms.articles.tolerance_textiles, say.TOLERATED_BY_WEIGHT.at("materials"))
    return False, Reason(terms.articles.tolerance, say.ABOVE_TOLERANCE.at("materials", **words))


def _light(failing: tuple[Counted, ...], bill: Bill) -> bool:
    """Tell whether the failing parts weigh at most a tenth of the good; unknown weights prove nothing."""
    masses = [each.material.mass_g for each in failing]
    if bill.product.mass_g is None or any(mass is None for mass in masses):
        return False
    return sum(mass for mass in masses if mass is not None) * TOLERANCE_DIVISOR <= bill.product.mass_g
