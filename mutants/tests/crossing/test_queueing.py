"""A place cannot be sold: it is taken once, called, missed, moved and lost by the rule alone."""

from __future__ import annotations

import pytest

from crossing.ground import FRUIT, PLAN, START_MS, TEST_PAPER, TRUCK, declare, goods, seen
from crossing.steps import C, Trip, codes
from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing.context import QueueView
from gatepair.crossing.model import LoadUnit, Stage
from gatepair.crossing.timers import due, next_due_ms
from gatepair.plan.model import LaneKind, Regime

GRACE_MS = 30 * 60_000 + 600_000
"""The rule's thirty minutes and the ten from the buffer."""
CALL = cmd.CallForward(**C)
MISS = cmd.MissCall(**C)


def test_one_place_for_one_crossing() -> None:
    """A second place is refused; the number is the next one."""
    trip = Trip().queued()
    assert 1 == (trip.here.place.number if trip.here.place else 0)
    assert ["has_place"] == codes(trip.ask(cmd.TakePlace(**C), Duty.DRIVER))


def test_a_stop_keeps_nobody_from_taking_a_place_and_calls_nobody() -> None:
    """While the direction stands still places are given and kept, and none is called."""
    stopped = QueueView(next_number=1, stopped=True, why="system_outage")
    trip = Trip()
    trip.do(cmd.TakePlace(**C), Duty.DRIVER, queue=stopped)
    assert ["queue_stopped"] == codes(trip.ask(CALL, Duty.NODE, queue=stopped))
    assert Stage.QUEUED is trip.here.stage
    trip.do(CALL, Duty.NODE)


def test_the_call_ends_after_grace_and_way() -> None:
    """The grace counts from the call and includes the way from the buffer."""
    trip = Trip().called()
    assert START_MS + GRACE_MS == (trip.here.place.called_until_ms if trip.here.place else None)


def test_untested_fruit_is_not_called() -> None:
    """Fruit waits for its test paper."""
    trip = Trip(declare(declaration=FRUIT)).queued()
    assert ["not_tested"] == codes(trip.ask(CALL, Duty.NODE))
    trip.do(cmd.AttachDocument(**C, document=TEST_PAPER), Duty.TRADER)
    trip.do(CALL, Duty.NODE)


def test_a_call_is_missed_only_when_its_grace_ran_out() -> None:
    """At the end of the grace the call still runs, a millisecond later it is missed."""
    trip = Trip().called()
    assert ["call_running"] == codes(trip.ask(MISS, Duty.NODE, now_ms=START_MS + GRACE_MS))
    assert START_MS + GRACE_MS + 1 == next_due_ms(trip.here, PLAN)
    assert (MISS,) == due(trip.here, PLAN, START_MS + GRACE_MS + 1)
    assert ["CallMissed"] == trip.do(MISS, Duty.NODE, now_ms=START_MS + GRACE_MS + 1)
    assert Stage.QUEUED is trip.here.stage


def test_the_place_is_lost_after_the_last_recall() -> None:
    """One recall is allowed: the second miss loses the place."""
    trip = Trip().called()
    later = START_MS + GRACE_MS + 1
    trip.do(MISS, Duty.NODE, now_ms=later)
    trip.do(CALL, Duty.NODE, now_ms=later)
    assert ["PlaceLost"] == trip.do(MISS, Duty.NODE, now_ms=later + GRACE_MS + 1)
    assert (Stage.DECLARED, 1) == (trip.here.stage, trip.here.places_lost)


def test_standby_does_not_arrive() -> None:
    """Who missed the call is not let in before the next one."""
    trip = Trip().called()
    trip.do(MISS, Duty.NODE, now_ms=START_MS + GRACE_MS + 1)
    arrival = cmd.RecordArrival(**C, station="a-exit", seen=seen(TRUCK))
    assert ["not_called"] == codes(trip.ask(arrival, Duty.YARD, now_ms=START_MS + GRACE_MS + 1))


@pytest.mark.parametrize(
    ("yard", "expected"),
    [("a-buffer-2", []), ("a-buffer", []), ("a-yard", ["yard_unknown"]), ("b-buffer", ["yard_unknown"])],
)
def test_held_at_a_buffer_of_this_post(yard: str, expected: list[str]) -> None:
    """Only a buffer of one's own post holds a vehicle; the place goes on counting."""
    trip = Trip().queued()
    assert expected == codes(trip.ask(cmd.HoldAtBuffer(**C, yard=yard), Duty.YARD))
    assert Stage.QUEUED is trip.here.stage


def test_held_once_at_one_buffer() -> None:
    """The same order again is a finding."""
    trip = Trip().queued()
    order = cmd.HoldAtBuffer(**C, yard="a-buffer")
    trip.do(order, Duty.YARD)
    assert ["nothing_changed"] == codes(trip.ask(order, Duty.YARD))


@pytest.mark.parametrize(("code", "expected"), [("medical", []), ("friend", ["move_code_unknown"])])
def test_a_place_moves_only_under_a_published_code(code: str, expected: list[str]) -> None:
    """A move carries a code of the plan and the person who answers for it."""
    trip = Trip().queued()
    order = cmd.MovePlace(**C, code=code, reason="driver ill")
    assert expected == codes(trip.ask(order, Duty.GATE_BOARD))


def test_without_a_place_nothing_is_called_moved_or_held() -> None:
    """Orders about a place need one."""
    trip = Trip()
    assert ["no_place"] == codes(trip.ask(CALL, Duty.NODE))
    assert ["no_place"] == codes(trip.ask(cmd.MovePlace(**C, code="medical", reason="x"), Duty.GATE_BOARD))
    assert ["no_place"] == codes(trip.ask(cmd.HoldAtBuffer(**C, yard="a-buffer"), Duty.YARD))
    assert ["not_called"] == codes(trip.ask(cmd.AcknowledgeCall(**C), Duty.DRIVER))


def test_a_call_is_acknowledged_once() -> None:
    """The driver's word is kept once."""
    trip = Trip().called()
    trip.do(cmd.AcknowledgeCall(**C), Duty.DRIVER)
    assert ["nothing_changed"] == codes(trip.ask(cmd.AcknowledgeCall(**C), Duty.DRIVER))


def test_the_empties_lane_has_no_queue() -> None:
    """An empty vehicle on its own lane needs no place and comes to the barrier."""
    trip = Trip(declare(load=LoadUnit.EMPTY, lane_kind=LaneKind.EMPTIES, declaration=goods(regime=Regime.EMPTY)))
    assert ["queue_none"] == codes(trip.ask(cmd.TakePlace(**C), Duty.DRIVER))
    trip.do(cmd.RecordArrival(**C, station="a-exit", seen=seen(TRUCK)), Duty.YARD)


@pytest.mark.parametrize(
    ("start_ms", "until_ms", "expected"),
    [(0, 3_600_000, []), (3_600_000, 3_600_000, ["slot_window"]), (-7_200_000, 0, ["slot_window"])],
)
def test_a_slot_lies_ahead(start_ms: int, until_ms: int, expected: list[str]) -> None:
    """A window ends after it begins, and after now."""
    order = cmd.BookSlot(**C, start_ms=START_MS + start_ms, until_ms=START_MS + until_ms)
    assert expected == codes(Trip().ask(order, Duty.DRIVER))


def test_diverting_closes_here_and_is_told() -> None:
    """Sent to another gate it counts as turned away, loses its place, and the other side hears of it."""
    trip = Trip().queued()
    order = cmd.DivertCrossing(**C, gate="tan-thanh", reason="road closed")
    assert ["PlaceLost", "Diverted", "CrossingClosed"] == trip.do(order, Duty.GATE_BOARD)
    trip.hear()
    assert ("diverted", Stage.CANCELLED) == (trip.here.outcome, trip.there.stage)
