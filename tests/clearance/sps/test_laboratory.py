"""Laboratory cases: from the sample to a release or a refusal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.findings import Refusal
from gatepair.clearance.sps.laboratory import (
    ENDED,
    Act,
    CaseState,
    LabCase,
    RefuseLot,
    ReleaseLot,
    Report,
    Result,
    Retest,
    advance,
)

TAKEN = date(2025, 11, 10)
CASE = LabCase("S1", "L1", ("cadmium", "yellow"), TAKEN, date(2025, 11, 13))


def report(substance: str, *, passed: bool, laboratory: str = "L1", reported: date = TAKEN) -> Report:
    return Report(Result(substance, laboratory, passed, reported))


GOOD = [report("cadmium", passed=True), report("yellow", passed=True)]
BAD = [report("cadmium", passed=True), report("yellow", passed=False)]


def after(*acts: Act) -> LabCase | list[str]:
    """Return the case after ``acts``, or the codes of the first refusal."""
    case = CASE
    for act in acts:
        found = advance(case, act)
        if isinstance(found, Refusal):
            return [finding.code.removeprefix("sps.") for finding in found.findings]
        case = found
    return case


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([], CaseState.WAITING),
        (GOOD[:1], CaseState.WAITING),
        (GOOD, CaseState.PASSED),
        ([*GOOD, ReleaseLot()], CaseState.RELEASED),
        (BAD[1:], CaseState.FAILED),
        ([*BAD, RefuseLot()], CaseState.REFUSED),
        ([*BAD, Retest("yellow", "L2")], CaseState.WAITING),
        ([*BAD, Retest("yellow", "L2"), report("yellow", passed=True, laboratory="L2")], CaseState.PASSED),
        ([*BAD, Retest("yellow", "L2"), report("yellow", passed=False, laboratory="L2")], CaseState.FAILED),
    ],
)
def test_a_case_goes_its_way(acts: list[Act], state: CaseState) -> None:
    """All substances pass, or one fails; the second laboratory's word holds."""
    case = after(*acts)
    assert isinstance(case, LabCase)
    assert state is case.state


@pytest.mark.parametrize(
    ("acts", "found"),
    [
        ([*GOOD[:1], ReleaseLot()], "case_not_passed"),
        ([*BAD, ReleaseLot()], "case_not_passed"),
        ([*GOOD, RefuseLot()], "case_not_failed"),
        ([RefuseLot()], "case_not_failed"),
        ([*GOOD, ReleaseLot(), RefuseLot()], "case_ended"),
        ([*BAD, RefuseLot(), Retest("yellow", "L2")], "case_ended"),
        ([report("lead", passed=True)], "result_not_asked"),
        ([report("cadmium", passed=True, laboratory="L2")], "result_not_asked"),
        ([*GOOD[:1], report("cadmium", passed=False)], "result_twice"),
        ([report("cadmium", passed=True, reported=TAKEN - timedelta(days=1))], "result_before_sample"),
        ([*GOOD, Retest("yellow", "L2")], "retest_not_open"),
        ([*BAD, Retest("yellow", "L1")], "retest_not_open"),
        ([*BAD, Retest("yellow", "L2"), Retest("yellow", "L3")], "retest_not_open"),
        (
            [*BAD, Retest("yellow", "L2"), report("yellow", passed=False, laboratory="L2"), Retest("yellow", "L3")],
            "retest_not_open",
        ),
    ],
)
def test_an_act_out_of_turn_is_refused(acts: list[Act], found: str) -> None:
    """No release before all has passed, no refusal without a failed result, nothing after the end."""
    assert [found] == after(*acts)


@pytest.mark.parametrize(("days", "overdue"), [(-1, False), (0, False), (1, True)])
def test_a_case_is_overdue_after_its_day(days: int, overdue: bool) -> None:  # noqa: FBT001 - by name
    """On the promised day it is not late yet, the day after it is; a passed case never is."""
    assert overdue is CASE.overdue(CASE.expected + timedelta(days=days))
    passed = after(*GOOD)
    assert isinstance(passed, LabCase)
    assert not passed.overdue(CASE.expected + timedelta(days=days))


ACTS = st.one_of(
    st.builds(
        lambda substance, laboratory, passed: Report(Result(substance, laboratory, passed, TAKEN)),
        st.sampled_from(["cadmium", "yellow"]),
        st.sampled_from(["L1", "L2", "L3"]),
        st.booleans(),
    ),
    st.builds(Retest, st.sampled_from(["cadmium", "yellow"]), st.sampled_from(["L1", "L2", "L3"])),
    st.just(ReleaseLot()),
    st.just(RefuseLot()),
)


@given(st.lists(ACTS, max_size=14))
def test_no_way_leads_to_a_release_without_every_result(acts: list[Act]) -> None:
    """However acts are strung, results are never lost, an end is final, and a released lot has passed in all."""
    case = CASE
    for act in acts:
        before, found = case, advance(case, act)
        if isinstance(found, Refusal):
            continue
        assert before.state not in ENDED
        assert before.results == found.results[: len(before.results)]
        case = found
    if case.state is CaseState.RELEASED:
        counted = {
            substance: [
                each.passed
                for each in case.results
                if (each.substance, each.laboratory) == (substance, case.awaited_from(substance))
            ]
            for substance in case.substances
        }
        assert {"cadmium": [True], "yellow": [True]} == counted
