"""Every subheading of HS 2022 answers an origin question under both treaties."""

from __future__ import annotations

from collections import Counter
from functools import cache

import msgspec
import pytest

from clearance.origin.bills import table
from gatepair.adapters.codelists import shipped_codes
from gatepair.clearance.origin.judge import Origin, Verdict, assess
from gatepair.clearance.origin.model import Bill, Treaty

SUBHEADINGS = 5_612
"""Subheadings of HS 2022. Source: the nomenclature as the tables of rules resolve it."""
ASKS = {"origin.scope_open", "origin.condition_open"}
"""What an answer that is still open asks for: which part of the line, or a condition that no code shows."""


@cache
def answers(treaty: Treaty) -> dict[str, Verdict]:
    """Return the verdict for each subheading on a good made of a foreign part of its own heading and one of another."""
    found = {}
    for hs in sorted(shipped_codes().hs):
        other = "010121" if hs[:2] != "01" else "843149"
        fields = {
            "treaty": treaty.value, "exporting_party": "VN", "importing_party": "CN", "product": {"hs": hs},
            "fob_minor": 100_000, "currency": "USD", "work": ["made in VN"],
            "materials": [
                {"hs": hs, "value_minor": 5_000, "status": "non_originating", "origin": "US"},
                {"hs": other, "value_minor": 60_000, "status": "non_originating", "origin": "US"},
                {"hs": other, "value_minor": 10_000, "status": "originating", "origin": "VN"},
            ],
        }  # fmt: skip
        found[hs] = assess(msgspec.convert(fields, Bill), table(treaty))
    return found


def test_the_nomenclature_is_whole() -> None:
    """The list that the questions are asked from is that of HS 2022."""
    assert SUBHEADINGS == len(shipped_codes().hs)


@pytest.mark.parametrize("treaty", Treaty)
def test_every_subheading_has_its_rule_and_its_answer(treaty: Treaty) -> None:
    """Each is decided by a line of the table; where the answer is open, it asks for what would decide it."""
    found = answers(treaty)
    assert [] == [
        hs for hs, verdict in found.items() if not verdict.row or not hs.startswith(verdict.row.partition(":")[0])
    ]
    unasked = [
        hs
        for hs, verdict in found.items()
        if verdict.origin is Origin.OPEN and not ASKS & {reason.finding.code for reason in verdict.reasons}
    ]
    assert [] == unasked


@pytest.mark.parametrize("treaty", Treaty)
def test_answers_of_both_kinds_are_given(treaty: Treaty) -> None:
    """The rules tell goods apart: some of the same making originate and some do not."""
    kinds = Counter(verdict.origin for verdict in answers(treaty).values())
    assert {Origin.ORIGINATING, Origin.NOT_ORIGINATING} <= set(kinds)
    assert kinds[Origin.OPEN] < SUBHEADINGS // 100


@pytest.mark.parametrize("treaty", Treaty)
def test_a_good_grown_at_home_originates_whatever_its_subheading(treaty: Treaty) -> None:
    """Wholly obtained comes before every rule."""
    fields = {
        "treaty": treaty.value,
        "exporting_party": "VN",
        "importing_party": "CN",
        "fob_minor": 1,
        "currency": "USD",
    }
    bills = (
        msgspec.convert({**fields, "product": {"hs": hs}, "work": ["harvested in VN"]}, Bill)
        for hs in shipped_codes().hs
    )
    assert {"WO"} == {assess(bill, table(treaty)).criterion for bill in bills}
