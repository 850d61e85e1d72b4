"""Clocks compared: four instants of a probe give how far the partner's clock is from ours, and how sure that is.

The clock decides nothing about order.  A post whose clock is far off states wrong times in its
entries and receipts, though, so it is warned at two seconds and signs no batches at five minutes.

Source: the four timestamps of RFC 5905 §8; limits of the exchange notes §3.10.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import note as notes
from gatepair.exchange.asking import Asked, parse_ms
from gatepair.exchange.note import LineVerifier
from gatepair.exchange.signer import SigningKey

PATH: Final = "/x/1/probe"
METHOD: Final = "POST"
PROBE_MS: Final = 60_000
"""How often clocks are compared. Source: exchange notes §3.10."""
ALARM_MS: Final = 2_000
"""Difference from which on people are told."""
REFUSAL_MS: Final = 300_000
"""Difference from which on nothing is signed for the partner; what comes in is still taken in."""
_MARK: Final = "gatepair/probe/v1"


class ClockState(StrEnum):
    """What a reading means."""

    RIGHT = "right"
    ALARM = "alarm"
    """People should look; everything goes on."""
    REFUSES = "refuses"
    """Nothing is signed until the clocks agree again; receiving goes on."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """How far the partner's clock is ahead of ours (negative: behind), and how long the way there and back took."""

    offset_ms: int
    delay_ms: int

    @property
    def sure_ms(self) -> int:
        """Return how far apart the clocks are at least, whichever way the delay was divided."""
        return max(0, abs(self.offset_ms) - (self.delay_ms + 1) // 2)

    @property
    def state(self) -> ClockState:
        """Return what it means; only a difference that no delay explains counts, or a slow line would stop a post."""
        if self.sure_ms >= REFUSAL_MS:
            return ClockState.REFUSES
        return ClockState.ALARM if self.sure_ms >= ALARM_MS else ClockState.RIGHT


def reading(*, asked_ms: int, received_ms: int, answered_ms: int, back_ms: int) -> ClockReading:
    """Return what four instants tell: the first and last by our clock, the two between by the partner's.

    Raises:
        EnvelopeRejected: an instant lies before the one by the same clock that precedes it, as when a clock was
            set meanwhile; probe again.
    """
    if back_ms < asked_ms or answered_ms < received_ms:
        raise EnvelopeRejected("a clock was set back during the probe")
    offset_ms = ((received_ms - asked_ms) + (answered_ms - back_ms)) // 2
    return ClockReading(offset_ms, max(0, (back_ms - asked_ms) - (answered_ms - received_ms)))


def signed_answer(asked: Asked, *, received_ms: int, answered_ms: int, name: str, key: SigningKey) -> str:
    """Return the answer to the probe ``asked``: a note with the two instants, bound to this probe."""
    text = f"{_MARK}\n{asked.answerer}\n{asked.asker}\n{_digest(asked)}\n{received_ms}\n{answered_ms}\n"
    return notes.Note(text, (notes.sign(text, name=name, key=key),)).to_text()


def read_answer(text: str | bytes, asked: Asked, *, back_ms: int, verifier: LineVerifier) -> ClockReading:
    """Return what the answer in ``text`` to our probe ``asked``, which came back at ``back_ms``, tells.

    Raises:
        EnvelopeRejected: it does not verify, answers another probe, or a clock was set meanwhile.
    """
    signed = notes.parse(text)
    notes.verify(signed, verifier)
    lines = signed.text.split("\n")
    if len(lines) != 7 or lines[:4] != [_MARK, asked.answerer, asked.asker, _digest(asked)]:
        raise EnvelopeRejected("the note answers another probe")
    return reading(
        asked_ms=asked.at_ms, received_ms=parse_ms(lines[4]), answered_ms=parse_ms(lines[5]), back_ms=back_ms
    )


def _digest(asked: Asked) -> str:
    return sha256(asked.to_text().encode()).hexdigest()
