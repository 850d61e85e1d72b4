"""Truths of the steps of a crossing, in every state that random lives reach, and case by case."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from crossing.ground import PLAN
from gatepair.base.time import HOUR_MS
from gatepair.crossing.model import Stage
from gatepair.crossing.state import Crossing
from gatepair.insight.steps import Cause, Ladder, Rung, State, Stepped, Wait, Who, stay_clocks
from gatepair.plan.model import Role
from insight.ladders import reached

ORDER = list(Rung)


@cache
def lives() -> tuple[tuple[Crossing, Ladder], ...]:
    """Return every state that forty lives reach; lived once."""
    return tuple(reached(range(40)))


def test_in_every_state_the_steps_keep_their_order_and_say_what_they_must() -> None:
    """Steps stand in the order of the way, a done one has its time, only one whose turn it is waits for something."""
    seen: Counter[State] = Counter()
    for crossing, found in lives():
        rungs = [ORDER.index(step.rung) for step in found.steps]
        assert sorted(rungs) == rungs, crossing.id
        assert len({(step.rung, step.duty) for step in found.steps}) == len(found.steps)
        for step in found.steps:
            seen[step.state] += 1
            assert (step.state is State.DONE) <= (step.at_ms is not None), step
            assert bool(step.waits) <= (step.state in {State.NOW, State.STOPPED}), step
            assert (step.state is State.STOPPED) == any(wait.stops for wait in step.waits), step
    assert set(State) <= set(seen)


def test_something_is_always_to_be_waited_for_until_the_goods_are_over_the_line() -> None:
    """While a crossing is under way at the post where it leaves, somebody must act, and the first words say who."""
    for crossing, found in lives():
        before = crossing.role is Role.EXIT and crossing.partner_received_at_ms is None
        if before and found.ended is None and crossing.stage is not Stage.CLOSED:
            assert found.lead is not None, (crossing.stage, found)


def test_an_ended_crossing_waits_for_nothing() -> None:
    """What was done stays done, and nothing is to come."""
    ended = [found for _, found in lives() if found.ended is not None]
    assert ended
    for found in ended:
        assert {step.state for step in found.steps} <= {State.DONE, State.NEVER}
        assert found.lead is None


def test_walks_reach_what_the_steps_are_about() -> None:
    """What the truths above prove is not proved of nothing: most causes were met."""
    causes = {wait.cause for _, found in lives() for step in found.steps for wait in step.waits}
    assert {
        Cause.PLACE_WANTED, Cause.PLACE_LOST, Cause.IN_ORDER, Cause.COME, Cause.AGENCY, Cause.HELD, Cause.REFUSED,
        Cause.CUSTOMS_NEXT, Cause.SEND_OVER, Cause.ACCEPTANCE, Cause.ON_THE_LINE, Cause.GOODS_REFUSED,
    } <= causes  # fmt: skip


def now(*waits: Wait) -> Stepped:
    return Stepped(Rung.CALL, State.STOPPED if any(wait.stops for wait in waits) else State.NOW, waits=waits)


@pytest.mark.parametrize(
    ("waits", "cause"),
    [
        ((Wait(Cause.STOPPED, Who.COMMAND_CENTRE), Wait(Cause.PAPER_WANTED, Who.TRADER)), Cause.PAPER_WANTED),
        ((Wait(Cause.IN_ORDER, Who.RULE), Wait(Cause.STOPPED, Who.COMMAND_CENTRE)), Cause.STOPPED),
        ((Wait(Cause.ACCEPTANCE, Who.PARTNER), Wait(Cause.IN_ORDER, Who.RULE)), Cause.IN_ORDER),
        ((Wait(Cause.ACCEPTANCE, Who.PARTNER),), Cause.ACCEPTANCE),
    ],
)
def test_the_first_words_are_what_waits_for_the_trader_then_what_stops(waits, cause) -> None:
    """One's own part comes before a stop, a stop before an ordinary turn, and the other side's acceptance last."""
    lead = Ladder((now(*waits),), None).lead
    assert lead is not None
    assert cause is lead.cause


def test_a_stay_runs_warns_and_is_over_at_its_instants() -> None:
    """24 hours by the plan: it warns from four hours before the end on, and is over at the end itself."""
    crossing = next(
        crossing
        for crossing, _ in lives()
        if crossing.stay is not None and crossing.stay.ended_at_ms is None and crossing.stay.clock == "one_way"
    )
    end_ms = crossing.stay.until_ms
    states = [stay_clocks(crossing, PLAN, end_ms + shift)[0].state for shift in (-4 * HOUR_MS - 1, -4 * HOUR_MS, -1, 0)]
    assert ["runs", "warns", "warns", "over"] == states
    assert -1 == stay_clocks(crossing, PLAN, end_ms + 1_000)[0].left_s(end_ms + 1_000)
