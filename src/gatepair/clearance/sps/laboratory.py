"""Laboratory cases: a sample is taken, results come in, and the case ends with a release or a refusal.

A lot is released only when every substance asked for was found to be within its limit, and refused only on a result
that failed.  A failed result may be asked again once, of another laboratory; what that one finds holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from gatepair.base.findings import Refusal
from gatepair.clearance.sps import findings as say

RETESTS_MAX: Final = 1
"""How often a failed result may be asked again; our own rule until one is published."""


class CaseState(StrEnum):
    """How far a case is."""

    WAITING = "waiting"
    """At least one result is awaited and none failed."""
    PASSED = "passed"
    FAILED = "failed"
    RELEASED = "released"
    REFUSED = "refused"


ENDED: Final = frozenset({CaseState.RELEASED, CaseState.REFUSED})


@dataclass(frozen=True, slots=True)
class Result:
    """What one laboratory found of one substance."""

    substance: str
    laboratory: str
    passed: bool
    reported: date


@dataclass(frozen=True, slots=True)
class LabCase:
    """A sample with what is asked of it and what has come in."""

    number: str
    laboratory: str
    substances: tuple[str, ...]
    taken: date
    expected: date
    """Day by which the results were promised."""
    results: tuple[Result, ...] = ()
    retests: tuple[tuple[str, str], ...] = ()
    """Substance and laboratory of each second test that was asked for."""
    ended: CaseState | None = None

    @property
    def state(self) -> CaseState:
        """Return how far the case is."""
        if self.ended is not None:
            return self.ended
        verdicts = [self._verdict(substance) for substance in self.substances]
        if False in verdicts:
            return CaseState.FAILED
        return CaseState.WAITING if None in verdicts else CaseState.PASSED

    def overdue(self, on: date) -> bool:
        """Tell whether a result is still awaited on a day after the promised one."""
        return self.state is CaseState.WAITING and on > self.expected

    def awaited_from(self, substance: str) -> str:
        """Return the laboratory whose word on ``substance`` counts: of the second test if one was asked for."""
        return next((laboratory for name, laboratory in self.retests if name == substance), self.laboratory)

    def _verdict(self, substance: str) -> bool | None:
        where = self.awaited_from(substance)
        found = [each.passed for each in self.results if (each.substance, each.laboratory) == (substance, where)]
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Report:
    """A result came in."""

    result: Result


@dataclass(frozen=True, slots=True)
class Retest:
    """A failed result is asked again, of another laboratory."""

    substance: str
    laboratory: str


@dataclass(frozen=True, slots=True)
class ReleaseLot:
    """The lot goes on."""


@dataclass(frozen=True, slots=True)
class RefuseLot:
    """The lot does not."""


Act = Report | Retest | ReleaseLot | RefuseLot


def advance(case: LabCase, act: Act) -> LabCase | Refusal:
    """Return ``case`` after ``act``, or why the act cannot be done; nothing of the case changes then."""
    if case.state in ENDED:
        return Refusal((say.CASE_ENDED.at("case", number=case.number),))
    match act:
        case Report(result):
            return _reported(case, result)
        case Retest(substance, laboratory):
            return _asked_again(case, substance, laboratory)
        case ReleaseLot():
            if case.state is not CaseState.PASSED:
                return Refusal((say.CASE_NOT_PASSED.at("case", number=case.number),))
            return replace(case, ended=CaseState.RELEASED)
        case RefuseLot():
            if case.state is not CaseState.FAILED:
                return Refusal((say.CASE_NOT_FAILED.at("case", number=case.number),))
            return replace(case, ended=CaseState.REFUSED)


def _reported(case: LabCase, result: Result) -> LabCase | Refusal:
    if result.substance not in case.substances or result.laboratory != case.awaited_from(result.substance):
        words = {"number": case.number, "substance": result.substance, "laboratory": result.laboratory}
        return Refusal((say.RESULT_NOT_ASKED.at("result", **words),))
    if result.reported < case.taken:
        return Refusal((say.RESULT_BEFORE_SAMPLE.at("result.reported", number=case.number),))
    if any((each.substance, each.laboratory) == (result.substance, result.laboratory) for each in case.results):
        return Refusal((say.RESULT_TWICE.at("result", number=case.number, substance=result.substance),))
    return replace(case, results=(*case.results, result))


def _asked_again(case: LabCase, substance: str, laboratory: str) -> LabCase | Refusal:
    failed = any(
        each.substance == substance and not each.passed and each.laboratory == case.awaited_from(substance)
        for each in case.results
    )
    asked = sum(name == substance for name, _ in case.retests)
    if not failed or asked >= RETESTS_MAX or laboratory == case.laboratory:
        return Refusal((say.RETEST_NOT_OPEN.at("retest", number=case.number, substance=substance),))
    return replace(case, retests=(*case.retests, (substance, laboratory)))
