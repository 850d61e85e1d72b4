"""People stop a lane and let it go on; after a contradiction it goes on in a new epoch, and nothing is lost or twice."""

from __future__ import annotations

import pytest

from exchange.pair import NORTH, NOW_MS, Node, pair, push
from exchange.steps import forged, row
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import Outcome, decode_reply
from gatepair.node import link_state as states
from gatepair.node.link_freezing import BY_HAND
from gatepair.node.link_state import CONTRADICTION, Freeze

ROUNDS_MAX = 30
"""Rounds in which two sides come together; a loop that needs more does not end."""


def freeze(node: Node, lane: Lane = Lane.NORMAL) -> None:
    with node.unit() as unit:
        node.link.freeze(unit, lane, by="centre-1", now_ms=NOW_MS)


def unfreeze(node: Node, lane: Lane = Lane.NORMAL) -> None:
    with node.unit() as unit:
        node.link.unfreeze(unit, lane, now_ms=NOW_MS)


def freezes(node: Node, lane: Lane = Lane.NORMAL) -> tuple[Freeze | None, Freeze | None]:
    with node.ledger.read() as reader:
        return node.link.freezes(reader, lane)


def settle(*nodes: Node) -> None:
    """Let both call at each other until nothing waits."""
    first, second = nodes
    for _ in range(ROUNDS_MAX):
        moved = False
        for caller, called in ((first, second), (second, first)):
            asked = caller.call()
            if asked is not None:
                moved = True
                caller.answered(asked[0], called.serve(*asked))
        if not moved:
            return
    pytest.fail("the two sides do not come together")


def test_a_lane_stopped_by_hand_neither_sends_nor_takes() -> None:
    """Nothing is signed, the partner is answered frozen, and the other lanes go on."""
    north, south = pair()
    north.say("X1", route=1)
    push(north, south)
    freeze(south)
    north.say("X2", route=2)
    south.say("X3", route=3)
    batch = north.next()
    assert batch is not None
    reply = decode_reply(south.take(batch))
    assert (Outcome.FROZEN, BY_HAND) == (reply.outcome, reply.code)
    assert (None, None) == (south.next(), south.beat())
    assert (Freeze(NOW_MS, "centre-1", BY_HAND),) * 2 == freezes(south)
    assert (None, None) == freezes(south, Lane.URGENT)
    north.say(NORTH, "route.stopped/1", stop={"reason": "fog"})
    assert push(north, south, "urgent")
    assert 1 == len(south.effects("urgent"))


def test_a_lane_stopped_by_hand_goes_on_where_it_stood() -> None:
    """Without a contradiction nothing is wrong with the logs: no new epoch, nothing lost, nothing twice."""
    north, south = pair()
    freeze(south)
    north.say("X1", route=1)
    south.say("X2", route=2)
    batch = north.next()
    assert batch is not None
    north.accept(south.take(batch))
    unfreeze(south)
    settle(north, south)
    assert (1, 1) == (len(north.effects()), len(south.effects()))
    assert (None, None) == freezes(south)
    with north.ledger.read() as reader:
        assert 1 == states.own_state(reader, Lane.NORMAL).epoch


def test_a_freeze_outlives_the_process() -> None:
    """A restart lets nothing go on."""
    _, south = pair()
    freeze(south)
    south.restart()
    assert all(freezes(south))


def test_a_second_stop_keeps_the_first_reason() -> None:
    """Who stops a lane that contradicts itself does not make the contradiction a matter of taste."""
    _, south = pair()
    north = Node(NORTH)
    south.take(forged(north, [row(0, node=north)]))
    south.take(forged(north, [row(0, node=north, value=9)]))
    freeze(south)
    out, back = freezes(south)
    assert (BY_HAND, CONTRADICTION) == (out and out.reason, back and back.reason)


def test_after_a_contradiction_the_lane_goes_on_in_a_new_epoch() -> None:
    """The partner learns that its epoch is closed where the mirror stands, and says again what is missing there."""
    north, south = pair()
    north.say("X1", route=1)
    push(north, south)
    fork = forged(north, [row(0, node=Node(NORTH), value=9)])
    assert Outcome.CONTRADICTION is decode_reply(south.take(fork)).outcome
    assert (None, CONTRADICTION) == (freezes(south)[0], (freezes(south)[1] or Freeze(0, "", "")).reason)
    north.say("X2", route=2)
    unfreeze(south)
    settle(north, south)
    assert 2 == len(south.effects())
    assert (None, None) == freezes(south)
    with north.ledger.read() as reader, south.ledger.read() as held:
        own, mirror = states.own_state(reader, Lane.NORMAL), states.mirror_state(held, Lane.NORMAL)
    assert (None, own.epoch) == (own.recovery, mirror.epoch)
    assert own.epoch > 1
