"""The verdict on one origin question, with its whole working.

The order is that of the treaties: wholly obtained, only originating materials, then the product's own
rule with its alternatives side by side; then minimal operations, carriage, and for RCEP the country of
origin.  What the bill does not say is a premise of the verdict and is named as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gatepair.base.findings import Finding
from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin import ways
from gatepair.clearance.origin.carriage import carried
from gatepair.clearance.origin.counting import count
from gatepair.clearance.origin.differential import CountryOfOrigin, country_of_origin
from gatepair.clearance.origin.measures import Content
from gatepair.clearance.origin.model import Bill, Treaty
from gatepair.clearance.origin.nearest import nearest
from gatepair.clearance.origin.reasons import Reason
from gatepair.clearance.origin.rules import BASIS_POINTS, Scoped
from gatepair.clearance.origin.table import Row, RuleTable
from gatepair.clearance.origin.treaties import TERMS
from gatepair.clearance.origin.ways import Question, Tried
from gatepair.clearance.origin.work import Operation, operations


class Origin(StrEnum):
    """What is found."""

    ORIGINATING = "originating"
    NOT_ORIGINATING = "not_originating"
    OPEN = "open"
    """The bill does not say enough."""


class Preference(StrEnum):
    """Whether the preferential rate may be given, as far as origin and carriage go."""

    ELIGIBLE = "eligible"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer."""

    treaty: Treaty
    origin: Origin
    criterion: str | None
    """The code for the proof's box; None when the good does not originate."""
    also_met: tuple[str, ...]
    preference: Preference
    row: str
    """Code and rule of the line that decided; empty when none was needed or there."""
    foreign_minor: int
    """Value of non-originating materials (VNM)."""
    content: Content
    """Value content by the better method."""
    unchanged_minor: int
    """Value of the parts that fail the change of classification; 0 when none is asked or all change."""
    unchanged_bp: int
    country: CountryOfOrigin | None
    """RCEP country of origin; None under other treaties and for goods that do not originate."""
    reasons: tuple[Reason, ...]
    premises: tuple[Finding, ...]
    """What the verdict rests on without the bill proving it."""
    nearest: tuple[Finding, ...]
    """Ways to qualify, the least first; empty when the good originates."""

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "treaty": self.treaty.value,
            "verdict": self.origin.value,
            "criterion": self.criterion,
            "also_met": list(self.also_met),
            "preference": self.preference.value,
            "row": self.row,
            "vnm_minor": self.foreign_minor,
            "rvc_bp": self.content.basis_points,
            "rvc_method": self.content.method,
            "non_ctc_minor": self.unchanged_minor,
            "non_ctc_bp": self.unchanged_bp,
            "country_of_origin": self.country.country if self.country else None,
            "added_minor": self.country.added_minor if self.country else None,
            "reasons": [reason.to_wire() for reason in self.reasons],
            "premises": [premise.to_wire() for premise in self.premises],
            "nearest": [way.to_wire() for way in self.nearest],
        }


@dataclass(frozen=True, slots=True)
class _Judged:
    """Origin before carriage and country."""

    origin: Origin
    met: tuple[Tried, ...] = ()
    tried: tuple[Tried, ...] = ()
    row: Row | None = None
    scoped: Scoped | None = None
    reasons: tuple[Reason, ...] = ()
    premises: tuple[Finding, ...] = ()

    def best(self) -> Tried | None:
        """Return the way to claim: the first that is met without the tolerance, else the first that is met."""
        return next((each for each in self.met if not each.by_tolerance), self.met[0] if self.met else None)


def assess(bill: Bill, table: RuleTable) -> Verdict:
    """Return the verdict on ``bill`` by ``table``, which is the one of its treaty in force on the day.

    Cost: linear in the number of materials, twice where another Party's proof is missing.

    Raises:
        ValueError: the table is of another treaty; a programming error.
    """
    if table.treaty is not bill.treaty:
        raise ValueError(f"a table of {table.treaty} cannot judge a bill under {bill.treaty}")
    terms = TERMS[bill.treaty]
    question = Question(bill, terms, table, count(bill, terms), operations(bill.work))
    judged = _judge(question)
    way = carried(bill, terms)
    country = _country(question, judged)
    best = judged.best()
    failing = next((each.failing for each in judged.tried if each.failing), ())
    unchanged = sum(each.value_minor for each in failing)
    return Verdict(
        treaty=bill.treaty,
        origin=judged.origin,
        criterion=best.code if best else None,
        also_met=_also(judged, question) if best else (),
        preference=_preference(judged.origin, kept=way.kept),
        row=f"{judged.row.hs}: {judged.row.rule}" if judged.row else "",
        foreign_minor=question.counted.foreign_minor(),
        content=_shown_content(question, best),
        unchanged_minor=unchanged,
        unchanged_bp=unchanged * BASIS_POINTS // bill.fob_minor,
        country=country,
        reasons=(*question.counted.reasons, *judged.reasons, *way.reasons, *(country.reasons if country else ())),
        premises=(*judged.premises, *_premises(question)),
        nearest=() if judged.origin is Origin.ORIGINATING else nearest(question, judged.tried, assess),
    )


def _judge(question: Question) -> _Judged:
    outside = [
        Reason("", say.NOT_EXPORTING_PARTY.at(path, country=country, treaty=question.terms.treaty.value))
        for path, country in (
            ("exporting_party", question.bill.exporting_party),
            ("importing_party", question.bill.importing_party),
        )
        if not question.terms.is_party(country)
    ]
    if outside:
        return _Judged(Origin.NOT_ORIGINATING, reasons=tuple(outside))
    for way in (ways.wholly_obtained(question), ways.exclusively(question)):
        if way.met:
            return _Judged(Origin.ORIGINATING, met=(way,), reasons=way.reasons)
    return _by_rule(question)


def _by_rule(question: Question) -> _Judged:
    bill, table = question.bill, question.table
    if not question.counted.materials:
        return _Judged(Origin.OPEN, reasons=(Reason("", say.NO_MATERIALS.at("materials")),))
    row = table.row(bill.product.hs)
    if row is None:
        return _Judged(Origin.OPEN, reasons=(Reason(table.source, say.NO_ROW.at("product.hs", hs=bill.product.hs)),))
    scopes = _scopes(row, bill.product.scope)
    judged = tuple(_judge_scoped(question, row, scoped) for scoped in scopes)
    if len({each.origin for each in judged}) == 1:
        return judged[0]
    words = "; ".join(table.terms[scope] for scope in row.rule.scopes)
    asked = Reason(table.source, say.SCOPE_OPEN.at("product.scope", scopes=words))
    return _Judged(Origin.OPEN, row=row, reasons=(_row_reason(question, row), asked))


def _scopes(row: Row, asked: str) -> Sequence[Scoped]:
    """Return the part of a divided line that the good says it belongs to, else every part."""
    chosen = [each for each in row.rule.scoped if each.scope == asked]
    return chosen or row.rule.scoped


def _judge_scoped(question: Question, row: Row, scoped: Scoped) -> _Judged:
    tried = ways.by_rule(question, scoped)
    working = (_row_reason(question, row), *(reason for each in tried for reason in each.reasons))
    met = tuple(each for each in tried if each.met)
    if met and (foreign := _made_outside(question)):
        return _Judged(Origin.NOT_ORIGINATING, tried=tried, row=row, scoped=scoped, reasons=(*working, foreign))
    if met and question.terms.minimal_overrides and question.minimal_only:
        why = (*working, *ways.minimal_reasons(question))
        # No other share of materials would help: what is missing is work.
        return _Judged(Origin.NOT_ORIGINATING, row=row, scoped=scoped, reasons=why)
    if met:
        return _Judged(Origin.ORIGINATING, met=met, tried=tried, row=row, scoped=scoped, reasons=working)
    origin = Origin.OPEN if any(each.open_condition for each in tried) else Origin.NOT_ORIGINATING
    return _Judged(origin, tried=tried, row=row, scoped=scoped, reasons=working)


def _row_reason(question: Question, row: Row) -> Reason:
    found = say.ROW.at("product.hs", hs=row.hs, rule=str(row.rule), source=question.table.source)
    return Reason(question.terms.articles.product_rule, found)


def _made_outside(question: Question) -> Reason | None:
    """Return why the work does not count: its last step was done elsewhere than in the exporting Party."""
    named = [each.country for each in question.done if each.country]
    if named and named[-1] != question.bill.exporting_party:
        return Reason(question.terms.articles.product_rule, say.MADE_OUTSIDE.at("work", country=named[-1]))
    return None


def _also(judged: _Judged, question: Question) -> tuple[str, ...]:
    best = judged.best()
    others = [each.code for each in judged.met if each is not best]
    if question.terms.treaty is Treaty.RCEP and question.counted.accumulated:
        others.append("ACU")
    return tuple(others)


def _shown_content(question: Question, best: Tried | None) -> Content:
    """Return the content that was claimed, else by build-down, which needs nothing but the bill."""
    if best is not None and best.content is not None:
        return best.content
    return question.contents()[0]


def _country(question: Question, judged: _Judged) -> CountryOfOrigin | None:
    if question.terms.treaty is not Treaty.RCEP or judged.origin is not Origin.ORIGINATING:
        return None
    best = judged.best()
    return country_of_origin(
        question.bill,
        question.counted,
        exclusively=best is not None and best.code == "PE",
        minimal_only=question.minimal_only,
    )


def _preference(origin: Origin, *, kept: bool) -> Preference:
    match origin:
        case Origin.ORIGINATING:
            return Preference.ELIGIBLE if kept else Preference.REFUSED
        case Origin.NOT_ORIGINATING:
            return Preference.REFUSED
        case Origin.OPEN:
            return Preference.OPEN


def _premises(question: Question) -> Iterator[Finding]:
    if not question.table.complete:
        yield say.LIST_PREMISE.at("product.hs", treaty=question.terms.treaty.value)
    if not question.done:
        yield say.WORK_UNSAID.at("work")
    for each in question.done:
        if each.operation is Operation.MAKE and each.words != Operation.MAKE:
            yield say.WORK_TAKEN.at("work", words=each.words)
    if question.bill.carriage is None:
        yield say.CARRIAGE_UNSAID.at("carriage")
