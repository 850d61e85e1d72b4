"""What stands after a row of documents about one declaration: submitted, answered, amended, presented, cancelled.

Each document is held against what stands and either changes it, as a new version, or is a finding and changes nothing.

Source: WCO Data Model 3.6; function code 9 for an original, 13 with type COR, INV or GPR for an amendment, a
cancellation or the notice that goods are presented, as customs administrations use them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from msgspec import structs

from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.amending import ROOT, Change, Intent, amend, intent_of
from gatepair.clearance.declaration.answering import Answer
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.papers import AdditionalInformation, Amendment, Pointer
from gatepair.clearance.declaration.parties import Submitter
from gatepair.clearance.declaration.response import Response
from gatepair.clearance.declaration.values import Number

_AMENDMENT: Final = "06A"
"""Number of the class Amendment, to which the sentence of a request points."""
REASON_IN_WORDS: Final = "AES"
"""Kind of statement that gives the reason of a request in words. Source: WCO Data Model, element 369, as used."""


class Standing(StrEnum):
    """How far a declaration has come by its documents."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RELEASED = "released"
    CANCELLED = "cancelled"


_STANDINGS: Final[dict[str, Standing]] = {
    Answer.ACCEPTED: Standing.ACCEPTED,
    Answer.REJECTED: Standing.REJECTED,
    Answer.RELEASED: Standing.RELEASED,
    Answer.CANCELLED: Standing.CANCELLED,
}
"""What an answer makes of a declaration; every other leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Held:
    """A declaration as it stands after the documents so far; ``version`` counts from one and grows by amendments."""

    declaration: Declaration
    standing: Standing = Standing.SUBMITTED
    version: int = 1
    presented: bool = False
    """Whether the notice came that the goods are there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What stands after a document, what it changed, and why it changed nothing where it did not."""

    held: Held | None
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def take(held: Held | None, document: Declaration | Response) -> Taken:
    """Return what stands after ``document``, which is about the declaration that is ``held``, or its first one."""
    if isinstance(document, Response):
        return _answered(held, document)
    if intent_of(document) is Intent.ORIGINAL:
        if held is not None and held.standing is not Standing.REJECTED:
            return Taken(held, findings=(say.SUBMITTED_TWICE.at("function_code"),))
        return Taken(Held(document))
    if held is None:
        return Taken(None, findings=(say.NOTHING_SUBMITTED.at("id"),))
    if finding := _unfit(held, document):
        return Taken(held, findings=(finding,))
    match intent_of(document):
        case Intent.AMENDMENT:
            amended = amend(held.declaration, document)
            if amended.findings:
                # A request is done whole or not at all: nobody has to find out which half of it was.
                return Taken(held, findings=amended.findings)
            return Taken(replace(held, declaration=amended.declaration, version=held.version + 1), amended.changes)
        case Intent.CANCELLATION:
            findings = _cancellation_faults(document)
            standing = held.standing if findings else Standing.CANCELLED
            return Taken(replace(held, standing=standing), findings=findings)
        case Intent.PRESENTATION:
            return Taken(replace(held, presented=True))
        case Intent.ORIGINAL | Intent.OTHER:
            function, kind = document.function_code or "", document.type_code or ""
            return Taken(held, findings=(say.INTENT_UNKNOWN.at("type_code", function=function, type=kind),))


def cancellation_of(
    declaration: Declaration, *, reference: str, reason_code: str, reason: str, submitter: str = ""
) -> Declaration:
    """Return the request that asks to cancel ``declaration``, which customs must have given its number.

    ``reason_code`` is of the administration's list, ``reason`` a sentence of at most 512 characters.
    """
    root = Pointer(sequence_numeric=Number(coefficient=1), document_section_code=ROOT)
    amendment = Pointer(sequence_numeric=Number(coefficient=1), document_section_code=_AMENDMENT)
    return Declaration(
        function_code="13",
        functional_reference_id=reference,
        id=declaration.id,
        type_code="INV",
        submitter=Submitter(id=submitter) if submitter else None,
        additional_information=(
            AdditionalInformation(
                statement_description=reason[:512], statement_type_code=REASON_IN_WORDS, pointer=(root, amendment)
            ),
        ),
        amendment=(Amendment(change_reason_code=reason_code),),
    )


def _unfit(held: Held, document: Declaration) -> Finding | None:
    """Return why a request cannot be about the declaration that is held."""
    known, named = held.declaration.id, document.id
    if known is not None and named != known:
        return say.OTHER_DECLARATION.at("id", named=named or "–", known=known)
    if held.standing is Standing.CANCELLED:
        return say.CANCELLED_ALREADY.at("id", named=known or named or "–")
    return None


def _cancellation_faults(document: Declaration) -> tuple[Finding, ...]:
    """Return what keeps a cancellation from being one: no reason, or pointers at a part of the declaration only."""
    findings: list[Finding] = []
    coded = any(amendment.change_reason_code for amendment in document.amendment)
    if not coded and not any(said.statement_description for said in document.additional_information):
        findings.append(say.NO_REASON.at("amendment"))
    for index, amendment in enumerate(document.amendment):
        pointers = amendment.pointer
        if len(pointers) > 1 or (pointers and (pointers[0].document_section_code != ROOT or pointers[0].tag_id)):
            findings.append(say.CANCELS_A_PART.at(f"amendment.{index}.pointer"))
    return tuple(findings)


def _answered(held: Held | None, response: Response) -> Taken:
    named = response.declaration
    if held is None:
        return Taken(None, findings=(say.NOTHING_SUBMITTED.at("declaration"),))
    reference = held.declaration.functional_reference_id
    if named is not None and named.functional_reference_id not in (None, reference):
        words = {"named": named.functional_reference_id, "known": reference or "–"}
        return Taken(held, findings=(say.OTHER_DECLARATION.at("declaration.functional_reference_id", **words),))
    standing = _STANDINGS.get(response.function_code or "", held.standing)
    declaration = held.declaration
    if named is not None and named.id is not None and declaration.id is None:
        declaration = _numbered(declaration, named.id)
    return Taken(replace(held, declaration=declaration, standing=standing))


def _numbered(declaration: Declaration, number: str) -> Declaration:
    """Return ``declaration`` under the number that customs gave it."""
    return structs.replace(declaration, id=number)
