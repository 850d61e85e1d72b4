"""Clocks are compared by probes: what is sure of the difference counts, and only for alarms and for signing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.pair import NORTH, NOW_MS, Node, key, pair, push
from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import note as notes
from gatepair.exchange.asking import request_name
from gatepair.exchange.clock import ALARM_MS, REFUSAL_MS, ClockReading, ClockState, reading

WAYS = st.integers(min_value=0, max_value=120_000)


@given(
    offset_ms=st.integers(min_value=-(10**9), max_value=10**9), out_ms=WAYS, back_ms=WAYS, work_ms=WAYS, start_ms=WAYS
)
def test_the_true_difference_lies_within_half_the_delay(*, offset_ms, out_ms, back_ms, work_ms, start_ms) -> None:
    """However the delay was divided between the two ways, the estimate errs by at most half of it, rounded up."""
    asked = 10**10 + start_ms
    received = asked + out_ms + offset_ms
    found = reading(
        asked_ms=asked,
        received_ms=received,
        answered_ms=received + work_ms,
        back_ms=asked + out_ms + work_ms + back_ms,
    )
    assert out_ms + back_ms == found.delay_ms
    assert abs(found.offset_ms - offset_ms) <= (found.delay_ms + 1) // 2
    assert found.sure_ms <= abs(offset_ms)


@pytest.mark.parametrize(
    ("offset_ms", "delay_ms", "state"),
    [
        (0, 0, ClockState.RIGHT),
        (ALARM_MS - 1, 0, ClockState.RIGHT),
        (ALARM_MS, 0, ClockState.ALARM),
        (-ALARM_MS, 0, ClockState.ALARM),
        (ALARM_MS, 2, ClockState.RIGHT),
        (ALARM_MS + 1, 2, ClockState.ALARM),
        (REFUSAL_MS - 1, 0, ClockState.ALARM),
        (REFUSAL_MS, 0, ClockState.REFUSES),
        (-REFUSAL_MS, 0, ClockState.REFUSES),
        (REFUSAL_MS, 1, ClockState.ALARM),
    ],
)
def test_what_a_difference_means(offset_ms: int, delay_ms: int, state: ClockState) -> None:
    """Two seconds alarm, five minutes refuse, both ways; a delay that could explain the difference takes it away."""
    assert state is ClockReading(offset_ms, delay_ms).state


@pytest.mark.parametrize("moved", [{"back_ms": 99}, {"answered_ms": 199}])
def test_a_clock_set_back_meanwhile_gives_no_reading(moved: dict[str, int]) -> None:
    """Instants of one clock that run backwards are no reading."""
    instants = {"asked_ms": 100, "received_ms": 200, "answered_ms": 200, "back_ms": 100, **moved}
    with pytest.raises(EnvelopeRejected, match="set back"):
        reading(**instants)


def compared(asker: Node, answerer: Node, *, ahead_ms: int) -> None:
    """Let ``asker`` probe ``answerer``, whose clock is ahead; there and back take 40 ms."""
    asked, proof = asker.link.probe(now_ms=NOW_MS)
    at_ms = NOW_MS + ahead_ms + 20
    answer = answerer.link.answer_probe(proof, received_ms=at_ms, answered_ms=at_ms)
    asker.link.compare_clocks(asked, answer.encode(), back_ms=NOW_MS + 40)


def test_the_first_answer_gives_a_status() -> None:
    """Before it nothing is known; after it difference, delay and meaning are."""
    north, south = pair()
    assert None is north.link.clock_status()
    compared(north, south, ahead_ms=3_000)
    assert {"delay_ms": 40, "offset_ms": 3_000, "state": "alarm"} == north.link.clock_status()


def test_a_clock_far_off_signs_nothing_and_still_receives() -> None:
    """At five minutes no batch and no heartbeat leaves, what comes in is taken and receipted, and it passes again."""
    north, south = pair()
    north.say()
    south.say()
    compared(north, south, ahead_ms=-REFUSAL_MS - 20)
    assert (None, None) == (north.next(), north.beat())
    assert 2 == push(south, north)
    assert 1 == len(north.effects())
    compared(north, south, ahead_ms=-REFUSAL_MS + 20)
    assert 2 == push(north, south)


def test_an_answer_binds_to_its_probe() -> None:
    """The answer to one probe, the answer to another, and an answer of somebody else are not mixed up."""
    north, south = pair()
    first, first_proof = north.link.probe(now_ms=NOW_MS)
    second, second_proof = north.link.probe(now_ms=NOW_MS + 1)
    answer = south.link.answer_probe(first_proof, received_ms=1, answered_ms=1)
    with pytest.raises(EnvelopeRejected, match="another probe"):
        north.link.compare_clocks(second, answer.encode(), back_ms=NOW_MS + 2)
    with pytest.raises(EnvelopeRejected):
        north.link.answer_probe(second_proof, received_ms=1, answered_ms=1)
    forged = notes.Note(
        notes.parse(answer).text, (notes.sign("x\n", name=request_name("s.example", "south-post"), key=key(2)),)
    )
    with pytest.raises(EnvelopeRejected):
        north.link.compare_clocks(first, forged.to_text().encode(), back_ms=NOW_MS + 2)
    assert None is north.link.clock_status()
    assert NORTH == first.asker


@pytest.mark.parametrize("garbage", [b"", b"\xff", b"a\n\n", b"gatepair/probe/v1\n\n"])
def test_garbage_for_an_answer_is_rejected(garbage: bytes) -> None:
    """Whatever comes back that is no signed answer leaves what was known."""
    north, south = pair()
    compared(north, south, ahead_ms=0)
    asked, _ = north.link.probe(now_ms=NOW_MS)
    with pytest.raises(EnvelopeRejected):
        north.link.compare_clocks(asked, garbage, back_ms=NOW_MS)
    assert {"delay_ms": 40, "offset_ms": 0, "state": "right"} == north.link.clock_status()
