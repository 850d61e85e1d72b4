"""How many may be called: each limit binds alone, and the smallest counts."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gatepair.base.duties import Duty
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import AgencyDecision, Sample, Verdict
from gatepair.operations import events as gate_ev
from gatepair.operations.capacity import Situation, capacity, fixed_limits
from gatepair.operations.queue import Capacity
from gatepair.operations.rule import CallLine
from gatepair.operations.slots import SlotBook, next_free_ms, per_window, slot_findings
from gatepair.plan.model import Direction, LaneKind
from operations.scene import MORNING_MS, ROAD, SEAFOOD, Scene, facts, small_plan

AGV = CallLine("road", LaneKind.UNMANNED)


@pytest.fixture
def scene() -> Scene:
    """Give a gate at opening time."""
    return Scene()


def room(scene: Scene, **words: Any) -> Capacity:
    return capacity(scene.book, situation(scene, **words))


def situation(scene: Scene, **words: Any) -> Situation:
    return Situation(
        plan=scene.plan, post=scene.post, now_ms=scene.now_ms, gate=scene.gate, traffic=scene.traffic, **words
    )


def fill(scene: Scene, number: int) -> None:
    for _ in range(number):
        scene.take()


def quota(scene: Scene, per_hour: int) -> None:
    announced = gate_ev.QuotaAnnounced(
        at_ms=scene.now_ms, direction=Direction.OUT, per_hour=per_hour, actor="partner", by_partner=True
    )
    scene.rule_gate(announced)


def test_an_empty_gate_calls_its_servers_and_those_ahead(scene: Scene) -> None:
    """Two servers and three called ahead: five; yard and partner have more."""
    fill(scene, 20)
    found = room(scene)
    assert {"service": 5, "yard": 10, "partner_backlog": 12} == dict(found.limits)
    assert (5, 5) == (found.room, found.lines[ROAD].room)


def test_called_and_inside_take_room(scene: Scene) -> None:
    """Each vehicle called or inside counts once until it departs."""
    fill(scene, 20)
    scene.call(5)
    assert 0 == room(scene).room
    scene.arrive(1)
    assert 0 == room(scene).room
    scene.depart(1)
    assert 1 == room(scene).room


def test_a_vehicle_on_hold_takes_yard_but_no_server(scene: Scene) -> None:
    """Who waits for a laboratory or an agency stands in the yard and is not being served."""
    fill(scene, 20)
    scene.call(5)
    scene.arrive(1)
    sample = Sample(number="s1", laboratory="lab", taken_at_ms=scene.now_ms, expected_at_ms=scene.now_ms)
    scene.happen(1, ev.SampleTaken(at_ms=scene.now_ms, sample=sample))
    assert {"service": 1, "yard": 5} == {key: room(scene).limits[key] for key in ("service", "yard")}
    hold = AgencyDecision(verdict=Verdict.HOLD)
    scene.happen(1, ev.AgencyDecided(at_ms=scene.now_ms, duty=Duty.QUARANTINE, decision=hold))
    scene.happen(1, ev.LaboratoryAnswered(at_ms=scene.now_ms, number="s1", passed=True))
    assert 1 == room(scene).room
    clear = AgencyDecision(verdict=Verdict.CLEAR)
    scene.happen(1, ev.AgencyDecided(at_ms=scene.now_ms, duty=Duty.QUARANTINE, decision=clear))
    assert 0 == room(scene).room


def test_the_partners_quota_is_not_exceeded_within_the_hour(scene: Scene) -> None:
    """Departures of the hour and those on the way count against the quota; the next hour begins anew."""
    fill(scene, 20)
    quota(scene, 2)
    assert [1, 2] == scene.call(room(scene).room)
    assert 0 == room(scene).room
    for number in (1, 2):
        scene.arrive(number)
        scene.depart(number)
        scene.taken(number)
    assert 0 == room(scene).room
    scene.wait(49)
    assert 0 == room(scene).room
    # Ten minutes' drive before the hour ends, whoever is called departs in the next one.
    scene.wait(1)
    assert 2 == room(scene).room


def test_a_quota_of_nothing_calls_nobody(scene: Scene) -> None:
    """Zero is a quota; none announced is not."""
    fill(scene, 3)
    quota(scene, 0)
    assert 0 == room(scene).room


def test_vehicles_not_yet_received_hold_the_calls_back(scene: Scene) -> None:
    """When the partner takes nothing in, its measured backlog stops the calls; alone it does not count."""
    fill(scene, 40)
    for number in range(1, 13):
        scene.call()
        scene.arrive(number)
        scene.depart(number)
    assert (12, 0) == (scene.traffic.in_flight, room(scene).room)
    assert 5 == room(scene, alone=True).room
    scene.taken(1)
    assert 1 == room(scene).room


def test_no_call_when_the_drive_ends_after_closing(scene: Scene) -> None:
    """The last call is given the driving time before closing, not a millisecond later."""
    fill(scene, 3)
    scene.now_ms = MORNING_MS + 10 * HOUR_MS - 10 * MINUTE_MS
    assert [ROAD] == list(room(scene).lines)
    scene.now_ms += 1
    assert [] == list(room(scene).lines)


def test_a_stop_closes_the_line_or_leaves_it_to_some_goods(scene: Scene) -> None:
    """A stopped line takes no calls; what the stop allows is called."""
    fill(scene, 3)
    scene.take(facts(SEAFOOD))
    scene.stop(allows=(SEAFOOD,))
    assert frozenset({SEAFOOD}) == room(scene).lines[ROAD].only
    scene.stop(by_partner=True)
    assert {} == room(scene).lines


def test_the_unmanned_line_has_its_fleet(scene: Scene) -> None:
    """Three vehicles and three ahead, and only in the unmanned lane's night window."""
    for _ in range(9):
        scene.take(facts(lane_kind=LaneKind.UNMANNED))
    assert {} == room(scene).lines
    scene.now_ms = MORNING_MS + 11 * HOUR_MS
    assert [AGV] == list(room(scene).lines)
    called = scene.call(5, AGV)
    assert (5, 1) == (len(called), 6 - scene.book.pipeline(AGV))


def test_the_plans_quota_holds_until_the_partner_announces_one(scene: Scene) -> None:
    """Before any announcement the plan's own number counts."""
    quotas = [{"post": "b-post", "direction": "out", "per_hour": 1, "provenance": {"kind": "assumed"}}]
    limited = Scene(small_plan(quotas=quotas))
    fill(limited, 3)
    assert 1 == room(limited).room
    quota(limited, 4)
    assert 4 == room(limited).room


# --- slots --------------------------------------------------------------------------------------


def book(scene: Scene, slots: SlotBook, crossing: str, start_ms: int) -> list[str]:
    """Ask for a window and book it when nothing is found against it."""
    at = situation(scene)
    found = slot_findings(slots, at, ROAD, direction=Direction.OUT, start_ms=start_ms, until_ms=start_ms + HOUR_MS)
    if not found:
        booked = ev.SlotBooked(at_ms=scene.now_ms, start_ms=start_ms, until_ms=start_ms + HOUR_MS)
        slots.apply(crossing, booked)
    return [finding.code for finding in found]


def test_a_window_takes_as_many_as_the_slowest_station(scene: Scene) -> None:
    """Two booths of five minutes serve 24 an hour; the 25th booking is told the next free window."""
    slots = SlotBook()
    assert 24 == per_window(situation(scene), Direction.OUT)
    answers = [book(scene, slots, f"X{at}", MORNING_MS + HOUR_MS) for at in range(25)]
    assert [[]] * 24 + [["slot.full"]] == answers
    at = situation(scene)
    free_ms = next_free_ms(slots, at, ROAD, direction=Direction.OUT, after_ms=MORNING_MS + HOUR_MS)
    assert MORNING_MS + 2 * HOUR_MS == free_ms


def test_the_partners_quota_limits_the_window(scene: Scene) -> None:
    """No more is booked than the partner takes."""
    quota(scene, 3)
    assert 3 == per_window(situation(scene), Direction.OUT)


def test_a_booking_moves_and_is_freed(scene: Scene) -> None:
    """A second booking replaces the first, and leaving the queue frees the window."""
    slots = SlotBook()
    book(scene, slots, "X1", MORNING_MS)
    book(scene, slots, "X1", MORNING_MS + HOUR_MS)
    assert (0, 1) == (slots.booked(MORNING_MS), slots.booked(MORNING_MS + HOUR_MS))
    slots.apply("X1", ev.CrossingCancelled(at_ms=scene.now_ms, reason="sold out"))
    assert 0 == slots.booked(MORNING_MS + HOUR_MS)


def test_windows_that_cannot_be_are_refused(scene: Scene) -> None:
    """A slot is a whole hour, ahead of us, within the road's hours."""
    slots, at = SlotBook(), situation(scene)

    def codes(start_ms: int, until_ms: int) -> list[str]:
        found = slot_findings(slots, at, ROAD, direction=Direction.OUT, start_ms=start_ms, until_ms=until_ms)
        return [finding.code for finding in found]

    assert ["slot.not_a_window"] == codes(MORNING_MS + 1, MORNING_MS + HOUR_MS + 1)
    assert ["slot.not_a_window"] == codes(MORNING_MS, MORNING_MS + 2 * HOUR_MS)
    assert ["slot.past"] == codes(MORNING_MS - HOUR_MS, MORNING_MS)
    assert ["slot.closed"] == codes(MORNING_MS + 12 * HOUR_MS, MORNING_MS + 13 * HOUR_MS)
    assert [] == codes(MORNING_MS, MORNING_MS + HOUR_MS)


def test_a_plan_without_gate_yards_is_limited_by_its_servers() -> None:
    """Where the plan names no gate yard the yard does not limit."""
    plan = small_plan()
    yards = {key: yard for key, yard in plan.yards.items() if yard.kind.value == "buffer"}
    scene = Scene(replace(plan, yards=yards))
    fill(scene, 9)
    assert {"service": 5} == dict(room(scene).limits)


def test_an_empty_gate_has_its_fixed_limits_as_room(scene: Scene) -> None:
    """What the plan alone gives is what may be called when nobody is inside: the twin builds on the same numbers."""
    fixed = fixed_limits(scene.plan, scene.post, Direction.OUT)
    known = {"service": fixed.service, "yard": fixed.yard, "partner_backlog": fixed.partner_backlog}
    assert dict(room(scene).limits) == known
    assert fixed.partner_quota is None
