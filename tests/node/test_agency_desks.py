"""What an agency's desk is given: urgency, reasons that stay with their agency, what release lacks, the inspection plan."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.time import HOUR_MS
from gatepair.node.requests import Actor
from gatepair.operations.inspections import Bay, InspectionPlan
from node.pair import HOME, Pair, declaration

BAY = "hn-exit-inspection"
CONTROLS = tuple(duty for duty in AGENCIES if duty is not Duty.GATE_BOARD)
KEEPERS = (Duty.BORDER_GUARD, Duty.CUSTOMS)
"""Whose reasons the shipped plan keeps with them."""


def person(duty: Duty, number: int = 1) -> Actor:
    """Return somebody with ``duty`` at the home post."""
    return Actor(f"{duty.value}-{number}", duty, HOME)


class Gate(Pair):
    """A pair at whose home post vehicles stand inside the gate."""

    def arrived(self, number: int = 0, **changes: Any) -> str:
        """Bring another truck inside the gate of the home post."""
        binding = {"tractor": f"12C-{number:05d}", "trailer": f"12R-{number:05d}"}
        crossing = self.declare(**{"binding": binding, **changes})
        self.do(self.home, "driver", "TakePlace", crossing=crossing)
        self.pass_time()
        self.pass_time()
        self.do(self.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=binding)
        return crossing

    def red(self) -> str:
        """Bring trucks inside until customs' profile draws the red channel for one."""
        for number in range(200):
            crossing = self.arrived(number)
            drawn = self.do(self.home, "customs", "AssignChannel", crossing=crossing)
            if drawn.events[0].payload["channel"] == "red":
                return crossing
            self.do(self.home, "gate_board", "DivertCrossing", crossing=crossing, gate="other", reason="make room")
        raise AssertionError("no red channel in 200 draws")


@pytest.fixture
def pair() -> Gate:
    """Give two posts that know each other."""
    made = Gate()
    made.greet()
    return made


def fruit() -> Mapping[str, Any]:
    """Return a declaration of tested fruit."""
    item = {**declaration()["goods"][0], "hs": "08106000", "commodity": "fresh_fruit"}
    return declaration(goods=[item], documents=[{"kind": "test_report", "number": "SYN-T-1"}])


# --- reasons -------------------------------------------------------------------------------


@pytest.mark.parametrize(("decider", "reader"), list(itertools.permutations(AGENCIES, 2)))
def test_an_agency_s_reasons_are_shown_to_others_as_the_plan_says(pair: Gate, decider: Duty, reader: Duty) -> None:
    """For every pair of duties: that it holds is shown to all, why to those whom the plan lets see it; also in the feed."""
    crossing = pair.arrived()
    pair.do(
        pair.home, decider, "Decide", crossing=crossing, verdict="hold", reasons=["secret-why"], evidence="secret-proof"
    )
    view = pair.home.desk_view(crossing, person(reader))
    assert "hold" == view["decisions"][decider]["verdict"]
    shown = json.dumps([view, pair.home.events(0, 1_000, person(reader))], default=lambda raw: bytes(raw).decode())
    kept = decider in KEEPERS
    assert (not kept, not kept) == ("secret-why" in shown, "secret-proof" in shown)
    assert "secret-why" in json.dumps(pair.home.desk_view(crossing, person(decider)))


def test_customs_is_told_who_holds_and_not_why(pair: Gate) -> None:
    """A release that is refused for the border guard's hold does not tell the guard's reason either."""
    crossing = pair.arrived()
    pair.do(pair.home, "border_guard", "Decide", crossing=crossing, verdict="hold", reasons=["secret-why"])
    answer = pair.say(pair.home, "customs", "Release", crossing=crossing)
    assert "crossing.on_hold" in [finding["code"] for finding in answer.findings]
    assert "secret-why" not in json.dumps(answer.findings)


def test_another_duty_s_proposal_is_its_own_affair(pair: Gate) -> None:
    """What customs asks of its second person is on no other agency's page, and in nobody's work list but customs'."""
    crossing = pair.arrived()
    pair.clear_exit(crossing)
    pair.do(pair.home, "customs", "WithdrawRelease", crossing=crossing, reason="secret-why")
    for duty in CONTROLS:
        known = "secret-why" in json.dumps(pair.home.desk_view(crossing, person(duty, 2)))
        tasks = [row["task"] for row in pair.home.worklist(person(duty, 2), 10)]
        assert (duty is Duty.CUSTOMS, duty is Duty.CUSTOMS) == (known, "confirm" in tasks)
    assert "confirm" not in [row["task"] for row in pair.home.worklist(person(Duty.CUSTOMS, 1), 10)]


# --- release is the last act ---------------------------------------------------------------


def test_what_release_lacks_is_named_to_customs_alone(pair: Gate) -> None:
    """Each agency that has not decided is named; the other duties are told nothing of the release."""
    crossing = pair.arrived()
    lacks = pair.home.desk_view(crossing, person(Duty.CUSTOMS))["release_lacks"]
    assert {"crossing.decision_missing", "crossing.channel_missing"} <= {one["code"] for one in lacks}
    assert {None} == {
        pair.home.desk_view(crossing, person(duty))["release_lacks"] for duty in AGENCIES if duty is not Duty.CUSTOMS
    }


def test_nothing_lacks_when_all_are_done(pair: Gate) -> None:
    """When the page says so, the release is done."""
    crossing = pair.arrived()
    for duty in ("border_guard", "health"):
        pair.do(pair.home, duty, "Decide", crossing=crossing, verdict="clear")
    pair.do(pair.home, "customs", "AssignChannel", crossing=crossing)
    pair.do(pair.home, "customs", "OrderInspection", crossing=crossing, bay=BAY, reason="test")
    pair.do(pair.home, "customs", "FinishInspection", crossing=crossing, passed=True)
    pair.do(pair.home, "customs", "Decide", crossing=crossing, verdict="clear")
    lacks = pair.home.desk_view(crossing, person(Duty.CUSTOMS))["release_lacks"]
    assert ["crossing.fee_missing"] == [one["code"] for one in lacks]
    fee = pair.do(pair.home, "gate_board", "AssessFee", crossing=crossing).events[0].payload["fee"]
    paid = {"amount_minor": fee["amount_minor"], "currency": fee["currency"], "receipt": "R-1"}
    pair.do(pair.home, "gate_board", "PayFee", crossing=crossing, **paid)
    assert [] == pair.home.desk_view(crossing, person(Duty.CUSTOMS))["release_lacks"]
    pair.do(pair.home, "customs", "Release", crossing=crossing)


# --- urgency -------------------------------------------------------------------------------


def why(pair: Gate, crossing: str, duty: Duty = Duty.HEALTH) -> list[tuple[str, bool]]:
    """Return what makes the row of ``crossing`` urgent, and whether now."""
    row = next(row for row in pair.home.worklist(person(duty), 100) if row["crossing"] == crossing)
    assert row["urgent"] is any(one["now"] for one in row["why"])
    return [(one["code"], one["now"]) for one in row["why"]]


def test_perishables_are_named_at_once_and_pressing_after_two_hours(pair: Gate) -> None:
    """The age of fruit inside the gate is always told; from two hours on it presses."""
    crossing = pair.arrived(declaration=fruit())
    assert [("perishable", False)] == why(pair, crossing)
    pair.pass_time(119)
    assert [("perishable", False)] == why(pair, crossing)
    pair.pass_time(1)
    assert [("perishable", True)] == why(pair, crossing)


def test_who_waits_four_hours_waits_long(pair: Gate) -> None:
    """Other goods press by their waiting alone."""
    crossing = pair.arrived()
    pair.pass_time(239)
    assert [] == why(pair, crossing)
    pair.pass_time(1)
    assert [("waits_long", True)] == why(pair, crossing)


# --- the inspection plan -------------------------------------------------------------------


def plan_of(pair: Gate) -> InspectionPlan:
    """Return the inspection plan of the home post."""
    return pair.home.inspections(person(Duty.CUSTOMS))


def bay_of(pair: Gate) -> Bay:
    """Return the bay of the tests."""
    return next(bay for bay in plan_of(pair).bays if bay.key == BAY)


def test_two_agencies_in_one_bay_are_one_visit_quarantine_first(pair: Gate) -> None:
    """Ordered by customs and by quarantine, the vehicle comes once; customs looks last."""
    crossing = pair.arrived(declaration=fruit())
    pair.do(pair.home, "customs", "OrderInspection", crossing=crossing, bay=BAY, reason="risk")
    pair.do(pair.home, "quarantine", "OrderInspection", crossing=crossing, bay=BAY, reason="pests")
    (visit,) = bay_of(pair).line
    assert [Duty.QUARANTINE, Duty.CUSTOMS] == [part.duty for part in visit.parts]
    assert (Duty.QUARANTINE, None) == (visit.now, visit.begun_at_ms)
    pair.do(pair.home, "quarantine", "FinishInspection", crossing=crossing, passed=True)
    (visit,) = bay_of(pair).line
    assert Duty.CUSTOMS is visit.now
    pair.do(pair.home, "customs", "FinishInspection", crossing=crossing, passed=True)
    assert () == bay_of(pair).line


def test_the_time_runs_from_when_the_vehicle_is_in_the_bay(pair: Gate) -> None:
    """One check at the bay begins the visit for every agency; past the plan's length it says by how much."""
    crossing = pair.arrived()
    for duty in ("customs", "quarantine"):
        pair.do(pair.home, duty, "OrderInspection", crossing=crossing, bay=BAY, reason="risk")
    pair.pass_time(5)
    pair.do(pair.home, "yard", "RecordCheck", crossing=crossing, station=BAY, result="in_bay")
    begun_ms = pair.home.now()
    (visit,) = bay_of(pair).inside
    assert (begun_ms, 0, bay_of(pair).places - 1) == (visit.begun_at_ms, visit.over_s, bay_of(pair).free)
    assert visit.expected_s
    pair.pass_time(visit.expected_s // 60 + 3)
    (visit,) = bay_of(pair).inside
    assert 120 <= visit.over_s <= 240


def test_perishables_are_next_in_line(pair: Gate) -> None:
    """Fruit ordered later stands before machines; among the same the earlier order goes first."""
    machines = pair.arrived(number=1)
    pair.do(pair.home, "customs", "OrderInspection", crossing=machines, bay=BAY, reason="risk")
    pair.pass_time()
    late = pair.arrived(number=2, declaration=fruit())
    pair.do(pair.home, "quarantine", "OrderInspection", crossing=late, bay=BAY, reason="pests")
    assert [late, machines] == [visit.crossing for visit in bay_of(pair).line]


def test_a_sample_out_is_late_after_the_laboratory_s_time(pair: Gate) -> None:
    """It stands with its expected time until the answer is recorded."""
    crossing = pair.arrived(declaration=fruit())
    expected_ms = pair.home.now() + HOUR_MS
    sample = {"number": "s-1", "laboratory": "lab-1", "expected_at_ms": expected_ms}
    pair.do(pair.home, "quarantine", "TakeSample", crossing=crossing, **sample)
    assert [("s-1", 0)] == [(one.number, one.late_s) for one in plan_of(pair).samples]
    pair.pass_time(61)
    assert [60] == [one.late_s for one in plan_of(pair).samples]
    pair.do(pair.home, "quarantine", "RecordLaboratoryResult", crossing=crossing, number="s-1", passed=True)
    assert () == plan_of(pair).samples


def test_a_stop_of_the_laboratories_is_told_and_one_for_fog_is_not(pair: Gate) -> None:
    """What stops laboratories stands beside the samples, with its expected end, until it is over."""
    end_ms = pair.home.now() + HOUR_MS
    slow = {"direction": "out", "state": "limited", "reason": "laboratories_down", "expected_end_ms": end_ms}
    pair.do(pair.home, "gate_board", "ReportCondition", **slow)
    pair.do(pair.home, "gate_board", "ReportCondition", direction="out", state="slow", reason="fog")
    assert [("laboratories_down", end_ms)] == [(one.reason, one.expected_end_ms) for one in plan_of(pair).outages]
    pair.do(pair.home, "gate_board", "ReportCondition", direction="out", state="normal", reason="laboratories_down")
    assert () == plan_of(pair).outages


def test_a_red_vehicle_without_an_order_is_not_forgotten(pair: Gate) -> None:
    """Who is on the red channel and in no bay's line stands in a list of its own, for customs."""
    crossing = pair.red()
    assert [crossing] == [one.crossing for one in plan_of(pair).unordered]
    pair.do(pair.home, "customs", "OrderInspection", crossing=crossing, bay=BAY, reason="risk")
    assert () == plan_of(pair).unordered
