"""Checking a declaration: the one entry."""

from __future__ import annotations

from datetime import date
from typing import Final

from gatepair.base.findings import Finding
from gatepair.clearance.checking.case import Case, CrossingFacts
from gatepair.clearance.checking.codelists import CodeLists
from gatepair.clearance.checking.rulebook import RULEBOOK, Rulebook
from gatepair.clearance.declaration.amending import Intent, intent_of
from gatepair.clearance.declaration.model import Declaration

_REQUESTS: Final = frozenset({Intent.AMENDMENT, Intent.CANCELLATION})


def check(
    declaration: Declaration,
    *,
    on: date,
    codes: CodeLists,
    crossing: CrossingFacts | None = None,
    rulebook: Rulebook = RULEBOOK,
) -> tuple[Finding, ...]:
    """Return all that the rules in force on the day ``on`` find, rule by rule and in the order of the fields.

    With ``crossing`` the declaration is also held against it. A request to amend or to cancel is no declaration:
    amend first, check what comes of it; nothing is found in the request itself.
    """
    if intent_of(declaration) in _REQUESTS:
        return ()
    case = Case(declaration, on=on, codes=codes, crossing=crossing)
    found: list[Finding] = []
    for rule in rulebook.on(on):
        found.extend(rule.find(case))
    return tuple(found)
