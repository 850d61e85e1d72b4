"""The ways in which a good may originate, each tried with its working."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.counting import Count, Counted
from gatepair.clearance.origin.measures import Content, changed, content_reason, contents
from gatepair.clearance.origin.model import Bill
from gatepair.clearance.origin.reasons import Reason
from gatepair.clearance.origin.rules import (
    Alternative,
    ChemicalReaction,
    Scoped,
    TariffChange,
    ValueContent,
    WhollyObtained,
)
from gatepair.clearance.origin.table import RuleTable
from gatepair.clearance.origin.treaties import Terms
from gatepair.clearance.origin.work import Done, Operation


@dataclass(frozen=True, slots=True)
class Question:
    """A bill made ready to be tried: its materials counted, its work understood, the table at hand."""

    bill: Bill
    terms: Terms
    table: RuleTable
    counted: Count
    done: tuple[Done, ...]

    @property
    def minimal_only(self) -> bool:
        """Tell whether work is named and all of it is minimal."""
        return bool(self.done) and all(each.operation in self.terms.minimal for each in self.done)

    def contents(self) -> tuple[Content, ...]:
        """Return the value content by each method that is open."""
        return contents(self.bill, self.counted, self.terms)


@dataclass(frozen=True, slots=True)
class Tried:
    """One way: the code by which a proof names it, whether it is met, and what would be needed if not."""

    code: str
    met: bool
    reasons: tuple[Reason, ...]
    by_tolerance: bool = False
    content: Content | None = None
    minimum_bp: int = 0
    failing: tuple[Counted, ...] = ()
    open_condition: bool = False
    """Whether only a condition stands in the way that the bill does not speak of."""


def wholly_obtained(question: Question) -> Tried:
    """Try whether the good is wholly obtained in the exporting Party."""
    bill, article = question.bill, question.terms.articles.wholly_obtained
    grounds = [
        each.words
        for each in question.done
        if each.operation is Operation.OBTAIN and each.country in ("", bill.exporting_party)
    ]
    if grounds and not question.counted.parts():
        found = say.WHOLLY_OBTAINED.at("work", country=bill.exporting_party, words=", ".join(grounds))
        return Tried("WO", met=True, reasons=(Reason(article, found),))
    missed = say.NOT_WHOLLY_OBTAINED.at("work", country=bill.exporting_party)
    return Tried("WO", met=False, reasons=(Reason(article, missed),))


def exclusively(question: Question) -> Tried:
    """Try whether the good is made from originating materials only."""
    parts = question.counted.parts()
    if parts and all(each.originating for each in parts):
        return Tried(
            "PE", met=True, reasons=(Reason(question.terms.articles.exclusively, say.EXCLUSIVELY.at("materials")),)
        )
    return Tried("PE", met=False, reasons=())


def by_rule(question: Question, scoped: Scoped) -> tuple[Tried, ...]:
    """Try each alternative of the product's rule, in the order of the table."""
    tried = tuple(_alternative(each, question) for each in scoped.alternatives)
    only_content = all(isinstance(each, ValueContent) for each in scoped.alternatives)
    if only_content and not any(each.met for each in tried):
        hint = Reason(question.terms.articles.tolerance, say.TOLERANCE_NO_HELP.at("materials"))
        tried = (*tried[:-1], _with(tried[-1], hint))
    return tried


def _with(tried: Tried, reason: Reason) -> Tried:
    return Tried(tried.code, tried.met, (*tried.reasons, reason), content=tried.content, minimum_bp=tried.minimum_bp)


def _alternative(rule: Alternative, question: Question) -> Tried:
    match rule:
        case WhollyObtained():
            found = say.ONLY_WHOLLY_OBTAINED.at("product.hs")
            return Tried("WO", met=False, reasons=(Reason(question.terms.articles.product_rule, found),))
        case TariffChange():
            return _change(rule, question)
        case ValueContent():
            return _content(rule, question)
        case ChemicalReaction():
            return _reaction(question)


def _change(rule: TariffChange, question: Question) -> Tried:
    codes, bill = question.terms.codes, question.bill
    found = changed(rule, bill, question.counted, terms=question.terms)
    reasons = found.reasons
    open_condition = bool(rule.condition) and rule.condition not in bill.product.conditions
    if open_condition:
        condition = question.table.terms[rule.condition]
        reasons = (
            *reasons,
            Reason(question.table.source, say.CONDITION_OPEN.at("product.conditions", condition=condition)),
        )
    return Tried(
        codes["tolerance"] if found.tolerated else codes["change"],
        met=found.met and not open_condition,
        reasons=reasons,
        by_tolerance=found.tolerated,
        failing=found.failing,
        open_condition=open_condition and found.met,
    )


def _content(rule: ValueContent, question: Question) -> Tried:
    """Take the method that gives most; where both give the same, the one whose costs the bill took the trouble to name."""
    best = max(reversed(question.contents()), key=lambda each: each.counted_minor)
    reasons = tuple(
        content_reason(each, rule, bill=question.bill, terms=question.terms) for each in question.contents()
    )
    met = best.reaches(rule.minimum_bp)
    return Tried(question.terms.codes["content"], met, reasons, content=best, minimum_bp=rule.minimum_bp)


def _reaction(question: Question) -> Tried:
    article = f"{question.terms.articles.product_rule}, Annex 3A headnotes (CR)"
    for each in question.done:
        country = each.country or question.bill.exporting_party
        if each.operation is Operation.CHEMICAL_REACTION and question.terms.is_party(country):
            return Tried("CR", met=True, reasons=(Reason(article, say.REACTION.at("work", country=country)),))
    return Tried("CR", met=False, reasons=(Reason(article, say.NO_REACTION.at("work")),))


def minimal_reasons(question: Question) -> Iterator[Reason]:
    """Yield each minimal operation with its article, then the conclusion."""
    for each in sorted(question.done, key=lambda done: question.terms.minimal[done.operation]):
        yield Reason(question.terms.minimal[each.operation], say.MINIMAL.at("work", words=each.words))
    yield Reason(question.terms.minimal[question.done[0].operation], say.MINIMAL_ONLY.at("work"))
