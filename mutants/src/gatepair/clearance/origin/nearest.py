"""The nearest ways to qualify for a good that does not originate, the least change first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gatepair.base.findings import Finding
from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.counting import Counted
from gatepair.clearance.origin.model import Bill, Status
from gatepair.clearance.origin.reasons import amount
from gatepair.clearance.origin.treaties import TOLERANCE_DIVISOR
from gatepair.clearance.origin.ways import Question, Tried

if TYPE_CHECKING:
    from gatepair.clearance.origin.judge import Verdict
    from gatepair.clearance.origin.table import RuleTable

Assess = Callable[["Bill", "RuleTable"], "Verdict"]


def nearest(question: Question, tried: Sequence[Tried], assess: Assess) -> tuple[Finding, ...]:
    """Return how the good of ``question`` would qualify; ``tried`` are the alternatives of its rule that failed.

    Each way stands alone: taking it, with nothing else changed, makes the good originate.
    """
    shifts = sorted(_shifts(question, tried), key=lambda each: each[0])
    return (*_by_proof(question, assess), *(finding for _, finding in shifts))


def to_replace(failing: Sequence[Counted], fob_minor: int) -> tuple[Counted, ...]:
    """Return the fewest of ``failing`` whose replacement leaves at most the tolerance, the dearest first."""
    kept = sum(each.value_minor for each in failing)
    chosen: list[Counted] = []
    for each in sorted(failing, key=lambda part: (-part.value_minor, part.index)):
        if kept * TOLERANCE_DIVISOR <= fob_minor:
            break
        chosen.append(each)
        kept -= each.value_minor
    return tuple(sorted(chosen, key=lambda part: part.index))


def _shifts(question: Question, tried: Sequence[Tried]) -> Iterator[tuple[int, Finding]]:
    bill = question.bill
    for each in tried:
        if each.content is not None and not each.met:
            missing = each.content.missing_minor(each.minimum_bp)
            yield missing, say.WAY_CONTENT.at("materials", value=amount(missing, bill.currency))
        elif each.failing and not each.met and not each.by_tolerance:
            parts = to_replace(each.failing, bill.fob_minor)
            value = sum(part.value_minor for part in parts)
            names = ", ".join(_name(part) for part in parts)
            yield value, say.WAY_CHANGE.at("materials", materials=names, value=amount(value, bill.currency))


def _by_proof(question: Question, assess: Assess) -> Iterator[Finding]:
    """Find whether proofs of other Parties for what they sent would suffice."""
    lacking = [
        each
        for each in question.counted.materials
        if not each.originating
        and each.material.status is Status.ORIGINATING
        and question.terms.is_party(each.material.origin)
        and not any(word in each.material.evidence.lower() for word in question.terms.proof_words)
    ]
    if not lacking:
        return
    proved = list(question.bill.materials)
    for each in lacking:
        proved[each.index] = replace(each.material, evidence=question.terms.proof_words[0])
    verdict = assess(replace(question.bill, materials=tuple(proved)), question.table)
    if verdict.criterion is not None:
        yield say.WAY_PROOF.at("materials", materials=", ".join(_name(each) for each in lacking))


def _name(part: Counted) -> str:
    return f"{part.material.hs} {part.material.description}".strip()
