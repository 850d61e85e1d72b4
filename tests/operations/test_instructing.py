"""At every moment a driver has exactly one instruction, and it is the one that his crossing and the gate allow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossing.ground import FRUIT, PLAN, START_MS, declare, goods, seen
from crossing.life import walk
from crossing.steps import C, Trip, codes
from gatepair.base.duties import Duty
from gatepair.base.time import HOUR_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.fold import apply
from gatepair.crossing.model import Instruction, LoadUnit, Onward, SealKind, Stage, Verdict
from gatepair.crossing.state import BEFORE_GATE, Crossing
from gatepair.operations import events as gate_events
from gatepair.operations.capacity import Situation
from gatepair.operations.gate import Gate
from gatepair.operations.instructing import Told, instruct
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Regime, Role

SENDING = frozenset({Instruction.COME_NOW, Instruction.GO_TO_STATION, Instruction.CROSS, Instruction.DRIVE_OUT})
STOP = gate_events.IntakeStopped(at_ms=START_MS, direction=Direction.OUT, reason="fog", actor="centre-1")
FRUIT_PASSES = gate_events.IntakeStopped(
    at_ms=START_MS,
    direction=Direction.OUT,
    reason="fog",
    actor="centre-1",
    allows=(CommodityGroup.FRESH_FRUIT,),
)


def at(post: str = "a-post", *, stop: gate_events.IntakeStopped | None = None, alone: bool = False) -> Situation:
    """Return what the post knows, an hour after the small gate opens."""
    gate = Gate() if stop is None else Gate().apply(stop)
    return Situation(plan=PLAN, post=post, now_ms=START_MS, gate=gate, alone=alone)


def told(trip: Trip, **given: object) -> Told:
    return instruct(trip.here, at(**given))


def every_state(seed: int) -> Iterator[tuple[str, Crossing]]:
    """Yield each crossing of a random life at each post, after each of its events."""
    for post, desk in walk(seed).pair.desks.items():
        for crossing_id, events in desk.streams.items():
            known: Crossing | None = None
            for event in events:
                known = apply(known, event, crossing_id)
                yield post, known


@given(seed=st.integers(0, 10_000), stopped=st.booleans())
def test_every_state_has_one_instruction_that_fits_it(seed: int, *, stopped: bool) -> None:
    """Whatever happened: one instruction, the same each time, and none that the gate would refuse at once."""
    for post, crossing in every_state(seed):
        here = at(post, stop=STOP if stopped else None)
        found = instruct(crossing, here)
        assert found == instruct(crossing, here)
        assert isinstance(found.instruction, Instruction)
        assert 1 <= len(found.basis) <= 48
        if found.instruction is Instruction.COME_NOW:
            assert Stage.CALLED is crossing.stage
        if found.instruction in {Instruction.CROSS, Instruction.DRIVE_OUT}:
            assert crossing.released
            assert not crossing.partner_holds
        if found.instruction is Instruction.CROSS:
            assert found.lanes
        if crossing.stage in BEFORE_GATE and crossing.role is Role.EXIT and stopped:
            stands_still = here.gate.standing(crossing.direction, crossing.route)
            assert not stands_still or found.instruction not in SENDING
        if crossing.stage is Stage.ARRIVED:
            assert found.instruction is not Instruction.DO_NOT_DEPART


@given(seed=st.integers(0, 10_000))
def test_another_call_is_another_instruction(seed: int) -> None:
    """Of all calls of a crossing each has a basis of its own, so that reading one is never reading another."""
    for post, desk in walk(seed).pair.desks.items():
        for crossing_id, events in desk.streams.items():
            known: Crossing | None = None
            bases = []
            for event in events:
                known = apply(known, event, crossing_id)
                if isinstance(event, ev.PlaceCalled):
                    bases.append(instruct(known, at(post)).basis)
            assert len(bases) == len(set(bases))


@settings(max_examples=settings().max_examples // 2)
@given(seed=st.integers(0, 10_000))
def test_who_is_sent_over_the_line_is_let_over_it(seed: int) -> None:
    """Where a life ends with that instruction, the departure over the lane that it names is refused for nothing here."""
    for pair in (walk(seed + more).pair for more in range(3)):
        for post, desk in pair.desks.items():
            for crossing in tuple(desk.crossings.values()):
                found = instruct(crossing, at(post))
                if found.instruction is Instruction.CROSS:
                    look = seen(crossing.binding, seals=tuple(seal.number for seal in crossing.seals))
                    leave = cmd.Depart(crossing=crossing.id, lane=found.lanes[0], seen=look)
                    assert [] == codes(pair.act(post, crossing.id, leave, Duty.YARD))


def test_a_seal_that_is_not_whole_keeps_him_where_he_stands() -> None:
    """Nobody is sent to a barrier that will not open for him."""
    trip = Trip().accepted().arrived().checked()
    trip.do(cmd.ApplySeal(**C, number="s-1", kind=SealKind.CUSTOMS), Duty.CUSTOMS)
    trip.do(cmd.Release(**C), Duty.CUSTOMS)
    assert Instruction.CROSS is told(trip).instruction
    trip.do(cmd.CheckSeal(**C, number="s-1", intact=False), Duty.YARD)
    assert (Instruction.STAY, "officers") == (told(trip).instruction, told(trip).why)


# --- the way, step by step ----------------------------------------------------------------


def test_who_has_no_place_does_not_depart() -> None:
    """Declared and without a place, the vehicle stays at home."""
    found = told(Trip())
    assert (Instruction.DO_NOT_DEPART, "no_place") == (found.instruction, found.why)


def test_a_lost_place_is_another_reason_than_none() -> None:
    """Who lost the place is told so, under another basis."""
    trip = Trip().called()
    late_ms = START_MS + HOUR_MS
    trip.do(cmd.MissCall(**C), Duty.NODE, now_ms=late_ms)
    trip.do(cmd.CallForward(**C), Duty.NODE, now_ms=late_ms)
    trip.do(cmd.MissCall(**C), Duty.NODE, now_ms=late_ms + HOUR_MS)
    found = told(trip)
    assert (Instruction.DO_NOT_DEPART, "place_lost", "place-1") == (found.instruction, found.why, found.basis)


def test_who_waits_waits_and_who_is_held_holds() -> None:
    """At a buffer by one's own choice one waits; by the gate's order one holds, and a second order is another one."""
    trip = Trip().queued()
    assert (Instruction.WAIT, "a-buffer") == (told(trip).instruction, told(trip).yard)
    trip.do(cmd.HoldAtBuffer(**C, yard="a-buffer"), Duty.YARD)
    first = told(trip)
    trip.do(cmd.HoldAtBuffer(**C, yard="a-buffer-2"), Duty.YARD)
    trip.do(cmd.HoldAtBuffer(**C, yard="a-buffer"), Duty.YARD)
    again = told(trip)
    assert (Instruction.HOLD_AT_BUFFER, "a-buffer") == (first.instruction, first.yard)
    assert (first.instruction, first.yard) == (again.instruction, again.yard)
    assert first.basis != again.basis


def test_untested_fruit_is_told_why_it_waits() -> None:
    """The driver learns that the paper is missing, not only that he waits."""
    assert "not_tested" == told(Trip(declare(declaration=FRUIT)).queued()).why


def test_a_called_vehicle_comes_until_the_queue_says() -> None:
    """The end is the call's own, unless a stop has given a fresh grace."""
    trip = Trip().called()
    found = told(trip)
    assert (Instruction.COME_NOW, "a-exit") == (found.instruction, found.station)
    assert trip.here.place is not None
    assert trip.here.place.called_until_ms == found.until_ms
    assert 5 == instruct(trip.here, at(), deadline_ms=5).until_ms


def test_a_stop_keeps_the_called_at_home_unless_it_lets_their_goods_pass() -> None:
    """While a stop stands nobody sets out but whom it exempts; the call comes back with the end of the stop."""
    trip = Trip().called()
    found = told(trip, stop=STOP)
    assert (Instruction.DO_NOT_DEPART, f"stop-{START_MS}") == (found.instruction, found.basis)
    assert Instruction.DO_NOT_DEPART is told(trip, stop=FRUIT_PASSES).instruction
    fruit = Trip(declare(declaration=FRUIT))
    fruit.do(cmd.TakePlace(**C), Duty.DRIVER)
    assert Instruction.WAIT is told(fruit, stop=FRUIT_PASSES).instruction


def test_an_empty_vehicle_comes_without_a_place() -> None:
    """On the empties' lane there is no queue: it comes to the barrier, unless a stop stands."""
    trip = Trip(declare(load=LoadUnit.EMPTY, lane_kind=LaneKind.EMPTIES, declaration=goods(regime=Regime.EMPTY)))
    assert (Instruction.GO_TO_STATION, "a-exit") == (told(trip).instruction, told(trip).station)
    assert Instruction.DO_NOT_DEPART is told(trip, stop=STOP).instruction


def test_inside_he_is_led_from_agency_to_agency_and_over_the_line() -> None:
    """An inspection goes first, a hold keeps him, the release sends him over an open lane."""
    trip = Trip().accepted().arrived()
    trip.do(cmd.OrderInspection(**C, bay="bay-1", reason="look"), Duty.CUSTOMS)
    assert (Instruction.GO_TO_STATION, "bay-1") == (told(trip).instruction, told(trip).station)
    trip.do(cmd.FinishInspection(**C, passed=True), Duty.CUSTOMS)
    trip.do(cmd.Decide(**C, verdict=Verdict.HOLD, reasons=("doubt",)), Duty.BORDER_GUARD)
    found = told(trip)
    assert (Instruction.STAY, "held", Duty.BORDER_GUARD) == (found.instruction, found.why, found.duty)
    released = Trip().released()
    assert (Instruction.CROSS, True) == (told(released).instruction, bool(told(released).lanes))
    assert (Instruction.STAY, "stopped") == (told(released, stop=STOP).instruction, told(released, stop=STOP).why)
    assert Instruction.FOLLOW_OTHER_SIDE is told(Trip().departed()).instruction


def test_refused_goods_are_turned_back_with_where_to() -> None:
    """Who is refused learns where the goods go."""
    trip = Trip().accepted().arrived()
    trip.do(cmd.Decide(**C, verdict=Verdict.REFUSE, reasons=("pest",)), Duty.BORDER_GUARD)
    trip.do(cmd.RefuseCrossing(**C, cause="pest", onward=Onward.HOME_MARKET), Duty.BORDER_GUARD)
    assert (Instruction.TURNED_BACK, "home_market") == (told(trip).instruction, told(trip).why)


def test_before_the_other_side_let_it_go_he_follows_the_other_side() -> None:
    """At the entry post an announced vehicle has nothing to do here yet."""
    trip = Trip().hear()
    assert Instruction.FOLLOW_OTHER_SIDE is instruct(trip.there, at("b-post")).instruction


# --- what he says he read -----------------------------------------------------------------


@pytest.mark.parametrize("instruction", sorted(set(Instruction) - {"do_not_depart", "hold_at_buffer", "come_now"}))
def test_what_needs_no_answer_takes_none(instruction: Instruction) -> None:
    """Only what the gate waits for is acknowledged."""
    trip = Trip().queued()
    order = cmd.AcknowledgeInstruction(**C, instruction=instruction, basis="any")
    assert ["instruction_silent"] == codes(trip.ask(order, Duty.DRIVER))


def test_reading_a_call_is_one_fact_however_it_is_said() -> None:
    """By its basis a call is acknowledged once, as by the plain command; an older call's basis is refused."""
    trip = Trip().called()
    basis = told(trip).basis
    old = cmd.AcknowledgeInstruction(**C, instruction=Instruction.COME_NOW, basis="call-1")
    assert ["instruction_changed"] == codes(trip.ask(old, Duty.DRIVER))
    order = cmd.AcknowledgeInstruction(**C, instruction=Instruction.COME_NOW, basis=basis)
    assert ["CallAcknowledged"] == trip.do(order, Duty.DRIVER)
    assert ["nothing_changed"] == codes(trip.ask(order, Duty.DRIVER))
    assert ["nothing_changed"] == codes(trip.ask(cmd.AcknowledgeCall(**C), Duty.DRIVER))
    assert trip.here.heard is not None
    assert (Instruction.COME_NOW, basis) == (trip.here.heard.instruction, trip.here.heard.basis)


def test_reading_a_hold_is_kept_with_its_time() -> None:
    """The gate knows since when the driver knows; twice is once."""
    trip = Trip().queued()
    trip.do(cmd.HoldAtBuffer(**C, yard="a-buffer"), Duty.YARD)
    order = cmd.AcknowledgeInstruction(**C, instruction=Instruction.HOLD_AT_BUFFER, basis=told(trip).basis)
    assert ["InstructionAcknowledged"] == trip.do(order, Duty.DRIVER)
    assert trip.here.heard is not None
    assert START_MS == trip.here.heard.at_ms
    assert ["nothing_changed"] == codes(trip.ask(order, Duty.DRIVER))
