"""Checking a declaration: the one entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gatepair.base.findings import Finding
from gatepair.clearance.checking.case import Case, CrossingFacts, Day, Threshold, is_request
from gatepair.clearance.checking.codelists import CodeLists
from gatepair.clearance.checking.rulebook import RULEBOOK, Rulebook
from gatepair.clearance.declaration.model import Declaration


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
    if is_request(declaration):
        return ()
    case = Case(declaration, on=on, codes=codes, crossing=crossing)
    found: list[Finding] = []
    for rule in rulebook.on(on):
        found.extend(rule.find(case))
    return tuple(found)


def check_day(
    declarations: Iterable[Declaration],
    *,
    on: date,
    codes: CodeLists,
    thresholds: tuple[Threshold, ...] = (),
    rulebook: Rulebook = RULEBOOK,
) -> tuple[Finding, ...]:
    """Return what is wrong among all ``declarations`` of the day ``on`` together, in the order of their lodging.

    Duplicates, the sum of a border resident's day, splitting below ``thresholds``. A path begins with the place of
    the declaration among those given; requests to amend or to cancel are passed over. Declarations lodged later never take a finding away.
    """
    day = Day(tuple(Case(each, on=on, codes=codes) for each in declarations), thresholds)
    return tuple(finding for rule in rulebook.of_day(on) for finding in rule.find(day))
