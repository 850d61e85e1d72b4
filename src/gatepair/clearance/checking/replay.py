"""Replaying a change of rules over a corpus: which declarations it touches, and which findings come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from gatepair.base.findings import Finding, Severity
from gatepair.clearance.checking.check import check
from gatepair.clearance.checking.codelists import CodeLists
from gatepair.clearance.checking.rulebook import Rulebook
from gatepair.clearance.declaration.model import Declaration


@dataclass(frozen=True, slots=True)
class RulesOf:
    """The rules of one side of a comparison: a book, and the day whose rules of it count."""

    book: Rulebook
    on: date


@dataclass(frozen=True, slots=True)
class Touched:
    """One declaration that the change touches: the findings that it loses and those that it gains."""

    name: str
    gone: tuple[Finding, ...]
    come: tuple[Finding, ...]
    kept_out: tuple[bool, bool]
    """Whether an error kept it out before, and does after."""


@dataclass(slots=True)
class Tally:
    """What a replay came to so far."""

    declarations: int = 0
    touched: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    """Findings lost, by code."""
    come: Counter[str] = field(default_factory=Counter)
    """Findings gained, by code."""
    let_in: int = 0
    """Declarations that an error kept out before and none does after."""
    kept_out: int = 0
    """Declarations that an error keeps out after and none did before."""


def replay(
    corpus: Iterable[tuple[str, Declaration]], *, old: RulesOf, new: RulesOf, codes: CodeLists, tally: Tally
) -> Iterator[Touched]:
    """Check each declaration of ``corpus`` by both sides and give those that differ, in the order of the corpus.

    Findings are the same when code, path and values are. ``tally`` counts all declarations as they go by, so the
    corpus is held one declaration at a time.
    """
    for name, declaration in corpus:
        before = check(declaration, on=old.on, codes=codes, rulebook=old.book)
        after = check(declaration, on=new.on, codes=codes, rulebook=new.book)
        tally.declarations += 1
        if before == after:
            continue
        touched = _touched(name, before, after)
        if touched.gone or touched.come:
            _count(tally, touched)
            yield touched


def _touched(name: str, before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Touched:
    known_before, known_after = {_key(each) for each in before}, {_key(each) for each in after}
    return Touched(
        name,
        tuple(each for each in before if _key(each) not in known_after),
        tuple(each for each in after if _key(each) not in known_before),
        (_keeps_out(before), _keeps_out(after)),
    )


def _count(tally: Tally, touched: Touched) -> None:
    tally.touched += 1
    tally.gone.update(each.code for each in touched.gone)
    tally.come.update(each.code for each in touched.come)
    tally.let_in += touched.kept_out == (True, False)
    tally.kept_out += touched.kept_out == (False, True)


def _keeps_out(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.path, tuple(sorted((key, str(value)) for key, value in finding.params.items()))
