"""Signs of life: what makes the partner's word young, and what does not."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.pair import NOW_MS, Node, pair, push
from exchange.steps import greeted
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import decode_reply, encode_reply
from gatepair.node import link_state as states

YEAR_MS = 31_536_000_000


def talking() -> tuple[Node, Node]:
    """Return a pair in which each has said something and heard the other."""
    north, south = greeted()
    south.say("Y0", route=0)
    push(south, north)
    return north, south


def later(ms: int, *nodes: Node) -> None:
    for node in nodes:
        node.now_ms += ms


def beat(sender: Node, receiver: Node) -> None:
    """Bring one heartbeat over."""
    raw = sender.beat()
    assert raw is not None
    sender.accept(receiver.take(raw))


def test_a_cosignature_from_the_future_blocks_no_later_one() -> None:
    """One heartbeat of a clock that ran away proves nothing, and the next true one proves life."""
    north, south = talking()
    south.now_ms += YEAR_MS
    beat(south, north)
    south.now_ms -= YEAR_MS
    later(600_000, north, south)
    assert 600 == north.link.partner_age_s(north.now_ms)
    beat(south, north)
    assert 0 == north.link.partner_age_s(north.now_ms)


def test_a_time_to_come_that_is_kept_blocks_nothing_either() -> None:
    """A ledger that an earlier release wrote may hold such a time; it is not believed."""
    north, south = talking()
    with north.unit() as unit:
        state = states.mirror_state(unit, Lane.NORMAL)
        states.put_mirror(unit, Lane.NORMAL, structs.replace(state, proof_at_s=(NOW_MS + YEAR_MS) // 1000))
    north.restart()
    later(600_000, north, south)
    beat(south, north)
    assert 0 == north.link.partner_age_s(north.now_ms)


@pytest.mark.parametrize("ahead_ms", [0, 299_000])
def test_a_clock_a_little_ahead_is_believed(ahead_ms: int) -> None:
    """Up to the five minutes at which a post stops signing, its time counts, and an old beat again does not."""
    north, south = talking()
    later(600_000, north, south)
    south.now_ms += ahead_ms
    raw = south.beat()
    assert raw is not None
    north.take(raw)
    assert 0 == north.link.partner_age_s(north.now_ms)
    later(60_000, north)
    north.take(raw)
    assert 60 == north.link.partner_age_s(north.now_ms)


@pytest.mark.parametrize("size", [0, 1, 2, 1_000])
def test_a_reply_makes_the_word_no_younger(size: int) -> None:
    """What a reply states of the length of its writer's log is signed by nobody: whoever sits on the line could say it."""
    north, south = talking()
    later(600_000, north, south)
    south.say("Y1", route=1)
    raw = north.beat()
    assert raw is not None
    north.accept(encode_reply(structs.replace(decode_reply(south.take(raw)), size=size)))
    assert 600 == north.link.partner_age_s(north.now_ms)
    push(south, north)
    assert 0 == north.link.partner_age_s(north.now_ms)


def test_two_posts_that_have_said_nothing_hear_each_other() -> None:
    """A sign of life stands over an empty log as well, so silence is measured from the first minute."""
    north, south = pair()
    beat(north, south)
    beat(south, north)
    assert (None, 0) == (south.link.partner_age_s(NOW_MS), north.link.partner_age_s(NOW_MS))
    later(60_000, north, south)
    beat(north, south)
    beat(south, north)
    assert (0, 0) == (south.link.partner_age_s(south.now_ms), north.link.partner_age_s(north.now_ms))
