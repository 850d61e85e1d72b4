"""The worked cases: verdict, criterion, figures and articles, each computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from clearance.origin.bills import bill_of, cases, table
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.origin.judge import assess
from gatepair.clearance.origin.rules import BASIS_POINTS

OUR_NAME = {"rcep_country_of_origin": "country_of_origin", "domestic_value_minor": "added_minor"}
IN_WORDS = ("why", "articles", "domestic_value_bp")
CASES = {case["id"]: case for case in cases()}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_verdict_is_the_one_computed_by_hand(case: dict[str, Any]) -> None:
    """Every figure that the case states is the engine's figure, and every article it names is cited."""
    bill = bill_of(case)
    verdict = assess(bill, table(bill.treaty))
    found, expected = verdict.to_wire(), case["expected"]
    assert {name: expected[name] for name in expected if name not in IN_WORDS} == {
        name: found[OUR_NAME.get(name, name)] for name in expected if name not in IN_WORDS
    }
    if "domestic_value_bp" in expected:
        assert verdict.country is not None
        assert expected["domestic_value_bp"] == verdict.country.added_minor * BASIS_POINTS // bill.fob_minor
    cited = " ".join(reason.article for reason in verdict.reasons)
    bare = [article.removeprefix("RCEP ").removeprefix("12/2019 ") for article in expected["articles"]]
    assert [] == [article for article in bare if article not in cited]


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_rule_is_the_row_of_the_table(case: dict[str, Any]) -> None:
    """The shipped table has the row and the rule that the case was computed with."""
    bill = bill_of(case)
    row = table(bill.treaty).row(bill.product.hs)
    assert row is not None
    assert (case["rule"]["row"], case["rule"]["text"]) == (row.hs, str(row.rule))


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_step_reads_in_every_language(case: dict[str, Any]) -> None:
    """No sentence of the working keeps a hole where a value belongs."""
    bill = bill_of(case)
    verdict = assess(bill, table(bill.treaty))
    found = [*(reason.finding for reason in verdict.reasons), *verdict.premises, *verdict.nearest]
    assert [] == [one.code for one in found for language in LANGUAGES if "{" in one.text(language)]
