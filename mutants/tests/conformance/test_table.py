"""The table of scenarios: each says what it does and expects, names clauses that there are, and stands on the page."""

from __future__ import annotations

import re

import pytest

from gatepair.base.errors import InvariantBroken
from gatepair.conformance.page import page
from gatepair.conformance.playing import scenarios_of
from gatepair.conformance.scenario import SCENARIOS, Role, scenario
from meta.tidy import ROOT

PROTOCOL = ROOT / "docs" / "protocol"
CLAUSES = {
    number
    for path in PROTOCOL.glob("*.md")
    for number in re.findall(r"^\*\*(\d+\.\d+)\*\*", path.read_text(), re.MULTILINE)
}


def test_there_are_scenarios_for_both_halves() -> None:
    """Neither half is left out, and no scenario stands outside of the two."""
    receiver, sender = (scenarios_of(role) for role in (Role.RECEIVER, Role.SENDER))
    assert len(receiver) >= 50
    assert len(sender) >= 12
    assert len(SCENARIOS) == len(receiver) + len(sender)


@pytest.mark.parametrize("number", sorted(SCENARIOS))
def test_a_scenario_names_clauses_that_there_are(number: str) -> None:
    """What it asks for is asked for by the specification, in one sentence each."""
    one = SCENARIOS[number]
    assert one.clauses
    assert [] == [clause for clause in one.clauses if clause not in CLAUSES]
    assert [1, 1] == [len(re.findall(r"[.!?](?= |$)", text)) for text in (one.does, one.expects)]
    assert f"| {number}" in page()


def test_the_numbers_are_of_the_role() -> None:
    """R tries a receiver, S a sender."""
    assert {("R", Role.RECEIVER), ("S", Role.SENDER)} == {(number[0], one.role) for number, one in SCENARIOS.items()}


def test_a_scenario_is_declared_once_and_says_what_it_expects() -> None:
    """A number given twice, and a scenario that expects nothing, are programming errors."""

    async def tells_nothing(_: object) -> None:
        """Do something."""

    with pytest.raises(InvariantBroken):
        scenario("R01", "1.1")(SCENARIOS["R02"].act)
    with pytest.raises(InvariantBroken):
        scenario("R99", "1.1")(tells_nothing)
    assert "R99" not in SCENARIOS


def test_some_can_be_chosen() -> None:
    """``only`` keeps the order of the numbers, and a number of the other role is not played."""
    assert ["R05", "R09"] == [one.number for one in scenarios_of(Role.RECEIVER, ["R09", "S01", "R05"])]
