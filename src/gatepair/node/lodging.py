"""Goods declarations lodged for a crossing: read, checked and assessed by the tables that the post has today."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from gatepair.base.errors import BadInput, InvariantBroken, StorageDamaged
from gatepair.base.findings import Finding, Refusal, Severity
from gatepair.clearance.assessing.model import Assessed, Dossier
from gatepair.clearance.checking.case import CrossingFacts
from gatepair.clearance.checking.codelists import CodeLists
from gatepair.clearance.checking.crossings import facts_of
from gatepair.clearance.codes_search import CodeIndex
from gatepair.clearance.gate_declaration import FileDocument
from gatepair.crossing import findings as fi
from gatepair.crossing.commands import LodgeDeclaration
from gatepair.crossing.model import Lodged, LodgedFinding, LodgedItem
from gatepair.crossing.state import Crossing

if TYPE_CHECKING:
    from gatepair.node.post import Post


class Clearing(Protocol):
    """What reads a declaration and brings the tables to assess it by."""

    def dossiers(self, raw: bytes) -> tuple[Sequence[Dossier], Sequence[Finding], int]:
        """Return the declarations in ``raw`` with their papers, what reading found, and how many documents there are.

        Raises:
            BadInput: it cannot be read; the message names the place.
        """
        ...

    def read(self, raw: bytes, *, form: str, mapping: str, name: str) -> Sequence[FileDocument]:
        """Return the documents of a file with the place of every value; ``form`` and ``mapping`` may be empty.

        Raises:
            BadInput: the file, its mapping or the name of its format is refused; with findings.
        """
        ...

    @property
    def codes(self) -> CodeLists:
        """Return the lists of codes that declarations are checked by."""
        ...

    @property
    def index(self) -> CodeIndex:
        """Return the words by which codes are found."""
        ...

    def assess(
        self, dossier: Dossier, *, on: date, country: str | None = None, crossing: CrossingFacts | None = None
    ) -> Assessed:
        """Return ``dossier`` assessed on the day ``on``, held against ``crossing``; duty is that of ``country``."""
        ...


def lodged_of(post: Post, crossing: Crossing, command: LodgeDeclaration, *, on: date, actor: str) -> Lodged | Refusal:
    """Return what the declaration comes to, or the refusal with all that is wrong with it.

    An error found keeps the declaration out; warnings and notes go with it.
    """
    clearing = post.clearing
    if clearing is None:
        raise InvariantBroken("this post was opened without what reads declarations")
    raw = command.declaration_text.encode()
    try:
        dossiers, found, documents = clearing.dossiers(raw)
    except BadInput as error:
        return Refusal((fi.LODGED_UNREAD.at("declaration_text", why=error.message),))
    if documents != 1 or len(dossiers) != 1:
        words = {"count": documents, "declarations": len(dossiers)}
        return Refusal((fi.LODGED_NO_DECLARATION.at("declaration_text", **words),))
    declaration = dossiers[0].declaration
    reference = declaration.functional_reference_id or declaration.id
    if not reference:
        return Refusal((fi.LODGED_NO_REFERENCE.at("declaration_text"),))
    country = post.plan.sides[post.plan.posts[post.post].side].country
    # The owner that a binding names is the vehicle's, who need not be a party of the declaration.
    facts = dataclasses.replace(facts_of(crossing, post.plan), owner="")
    try:
        assessed = clearing.assess(dossiers[0], on=on, country=country, crossing=facts)
    except StorageDamaged:
        # A sheet that somebody changed by hand must not hold up what other people do in the same transaction.
        return Refusal((fi.LODGED_NO_TABLES.at("declaration_text"),))
    findings = (*found, *assessed.findings)
    errors = tuple(each for each in findings if each.severity is Severity.ERROR)
    if errors:
        return Refusal(errors)
    return _lodged(assessed, findings, reference=reference, sha256=hashlib.sha256(raw).hexdigest(), actor=actor)


def _lodged(assessed: Assessed, findings: Sequence[Finding], *, reference: str, sha256: str, actor: str) -> Lodged:
    return Lodged(
        sha256=sha256,
        reference=reference,
        actor=actor,
        on=assessed.on.isoformat(),
        importing=assessed.importing or "",
        currency=assessed.currency,
        items=tuple(_items(assessed)),
        duty_minor=assessed.duty_minor,
        total_minor=assessed.total_minor,
        saved_minor=assessed.saved_minor(),
        findings=tuple(LodgedFinding(each.code, each.severity.value, each.path) for each in findings),
        premises=tuple(dict.fromkeys(each.code for each in assessed.premises)),
        sheets=assessed.sheets,
    )


def _items(assessed: Assessed) -> Sequence[LodgedItem]:
    return [
        LodgedItem(
            item=each.item,
            hs=each.hs,
            option=each.duty.taken.option.value if each.duty and each.duty.taken else "",
            duty_minor=each.duty.charges[0].amount_minor if each.duty else None,
            total_minor=each.duty.total_minor if each.duty else None,
            saved_minor=each.saved_minor,
        )
        for each in assessed.items
    ]
