"""What a trader is told after declaring: each step in its turn, what it waits for, and since when the partner holds it."""

from __future__ import annotations

from typing import Any

import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound
from gatepair.base.time import HOUR_MS
from gatepair.exchange.agreement import Mode
from gatepair.node.requests import Actor
from node.pair import HOME, SEEN, Pair

OWNER = Actor("trader-1", Duty.TRADER, HOME)
OTHER_TRADER = Actor("trader-2", Duty.TRADER, HOME)


def followed(pair: Pair, crossing: str) -> dict[str, Any]:
    return pair.home.followed(crossing, OWNER)


def states(view: dict[str, Any]) -> dict[str, str]:
    """Return the state of each step; a check by its agency."""
    return {step["duty"] or step["rung"]: step["state"] for step in view["steps"]}


def lead(view: dict[str, Any]) -> tuple[str, str]:
    return view["lead"]["cause"], view["lead"]["who"]


def test_the_ladder_moves_with_the_truck_over_the_line() -> None:
    """Declared, placed, called, checked, released, sent over, received: one step after another, each with who acts."""
    pair = Pair()
    crossing = pair.declare()
    assert ("place_wanted", "driver") == lead(followed(pair, crossing))
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    assert ("in_order", "rule") == lead(followed(pair, crossing))
    pair.pass_time()
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    pair.pass_time()
    assert ("come", "driver") == lead(followed(pair, crossing))
    pair.do(pair.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=SEEN)
    view = followed(pair, crossing)
    assert ("agency", "border_guard") == lead(view)
    assert {"accepted": "done", "arrival": "done", "health": "now", "departure": "ahead"}.items() <= states(
        view
    ).items()
    pair.clear_exit(crossing)
    assert ("send_over", "yard") == lead(followed(pair, crossing))
    pair.do(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN)
    assert ("on_the_line", "partner") == lead(followed(pair, crossing))
    pair.pass_time()
    pair.clear_entry(crossing)
    pair.pass_time()
    view = followed(pair, crossing)
    assert {"done"} == set(states(view).values())
    assert (None, None) == (view["lead"], view["ended"])
    assert all(step["at_ms"] for step in view["steps"])


def test_a_hold_stops_its_step_and_says_who_and_why_without_the_evidence() -> None:
    """The trader whose goods they are is told the coded reason; what the officer noted stays with the agency."""
    pair = Pair()
    crossing = pair.declare()
    pair.to_gate(crossing)
    told = {"verdict": "hold", "reasons": ["fever"], "evidence": "SYNTHETIC note of the officer"}
    pair.do(pair.home, "health", "Decide", crossing=crossing, **told)
    view = followed(pair, crossing)
    assert ("stopped", ("held", "health")) == (states(view)["health"], lead(view))
    assert ["fever"] == view["lead"]["params"]["reasons"]
    assert "SYNTHETIC note" not in repr(view)


def test_what_release_lacks_is_what_the_rule_says() -> None:
    """An unpaid fee waits for the trader, a missing channel for customs; the sentences are those of the refusal."""
    pair = Pair()
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.do(pair.home, "gate_board", "AssessFee", crossing=crossing)
    release = next(step for step in followed(pair, crossing)["steps"] if step["rung"] == "release")
    waits = {wait["finding"]["code"]: wait["who"] for wait in release["waits"]}
    assert {"crossing.channel_missing": "customs", "crossing.fee_unpaid": "trader"} == waits
    refused = pair.say(pair.home, "customs", "Release", crossing=crossing)
    assert set(waits) <= {finding["code"] for finding in refused.findings}


def test_a_changed_trailer_says_that_the_place_is_gone() -> None:
    """The place belongs to the binding: after the change the step says why it is lost, and that a new one is to be taken."""
    pair = Pair()
    crossing = pair.declare()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    binding = {**SEEN, "trailer": "12R-99999"}
    pair.do(pair.home, "trader", "ChangeBinding", crossing=crossing, binding=binding, reason="flat tyre")
    view = followed(pair, crossing)
    assert (("place_lost", "driver"), {"why": "rebound"}) == (lead(view), view["lead"]["params"])
    assert "TakePlace" in view["may"]


def test_the_windows_offered_are_those_that_can_be_booked() -> None:
    """Each is a free hour ahead; booking the first one is done, and the queue then waits for it."""
    pair = Pair()
    crossing = pair.declare()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    windows = followed(pair, crossing)["windows"]
    assert windows
    assert all(one["until_ms"] - one["start_ms"] == HOUR_MS and one["room"] > 0 for one in windows)
    later = windows[3]
    span = {"start_ms": later["start_ms"], "until_ms": later["until_ms"]}
    pair.do(pair.home, "trader", "BookSlot", crossing=crossing, **span)
    view = followed(pair, crossing)
    call = next(step for step in view["steps"] if step["rung"] == "call")
    assert [("window", later["start_ms"])] == [
        (wait["cause"], wait["until_ms"]) for wait in call["waits"] if wait["cause"] == "window"
    ]
    assert later["room"] - 1 == next(one["room"] for one in view["windows"] if one["start_ms"] == later["start_ms"])


def test_a_stop_of_the_other_side_stands_on_the_call_with_its_expected_end() -> None:
    """Who stopped it, why and until when; the place is kept, and the call comes when the direction runs again."""
    pair = Pair()
    crossing = pair.declare()
    end_ms = pair.other.now() + HOUR_MS
    said = {"direction": "out", "reason": "fog", "text": "SYNTHETIC fog", "expected_end_ms": end_ms}
    pair.do(pair.other, "command_centre", "StopIntake", **said)
    pair.pass_time()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.pass_time()
    view = followed(pair, crossing)
    assert (("stopped_there", "partner"), end_ms) == (lead(view), view["lead"]["until_ms"])
    assert ("fog", "SYNTHETIC fog") == (view["lead"]["params"]["reason"], view["lead"]["params"]["text"])
    pair.do(pair.other, "command_centre", "ReopenIntake", direction="out")
    pair.pass_time()
    pair.pass_time()
    assert "come" == followed(pair, crossing)["lead"]["cause"]


def test_a_withdrawn_crossing_says_so_and_waits_for_nothing() -> None:
    """What was done stays done, what was to come will not happen, and the reason is there."""
    pair = Pair()
    crossing = pair.declare()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.do(pair.home, "trader", "CancelCrossing", crossing=crossing, reason="the buyer is gone")
    view = followed(pair, crossing)
    assert ("cancelled", "the buyer is gone") == (view["ended"]["outcome"], view["ended"]["said"])
    assert {"done", "never"} == set(states(view).values())
    assert [] == view["may"]


def test_a_post_that_works_alone_has_no_steps_of_the_other_side() -> None:
    """Without a partner nobody accepts, and nobody will say that it was received."""
    pair = Pair(mode=Mode.ALONE)
    view = followed(pair, pair.declare())
    assert {"accepted", "receipt", "inland"}.isdisjoint(step["rung"] for step in view["steps"])


def test_the_stay_over_there_counts_from_its_receipt_and_warns() -> None:
    """24 hours from the other side's receipt; four hours before the end it warns, then it is over."""
    pair = Pair()
    crossing = pair.whole_way()
    received = next(step["at_ms"] for step in followed(pair, crossing)["steps"] if step["rung"] == "receipt")
    seen = []
    for hours in (19, 2, 3):
        pair.pass_time(hours * 60)
        clock = next(one for one in followed(pair, crossing)["clocks"] if one["kind"] == "one_way")
        seen.append(clock["state"])
        assert received + 24 * HOUR_MS == clock["until_ms"]
    assert ["runs", "warns", "over"] == seen


def test_what_was_told_says_since_when_the_partner_holds_it() -> None:
    """The announcement is told, receipted by a cosignature, and answered; entries of agencies' own work are not listed."""
    pair = Pair()
    crossing = pair.declare()
    (only,) = pair.home.told(crossing, OWNER)["entries"]
    assert ("CrossingDeclared", None) == (only["type"], only["message"]["held_ms"])
    pair.to_gate(crossing)
    pair.do(pair.home, "health", "Decide", crossing=crossing, verdict="hold", reasons=["fever"])
    entries = pair.home.told(crossing, OWNER)["entries"]
    first = entries[0]["message"]
    assert ("crossing.announced", "accepted") == (first["kind"], first["verdict"])
    assert only["at_ms"] < first["held_ms"] <= pair.home.now()
    assert "AgencyDecided" not in {one["type"] for one in entries}
    assert 64 == len(entries[0]["leaf"])


@pytest.mark.parametrize("question", ["followed", "told"])
def test_another_trader_learns_nothing(question: str) -> None:
    """Whose crossing it is, is nobody else's affair: it is as if there were none."""
    pair = Pair()
    crossing = pair.declare()
    with pytest.raises(NotFound):
        getattr(pair.home, question)(crossing, OTHER_TRADER)
