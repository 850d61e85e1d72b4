"""Asking: requests that prove who makes them, and the comparing of clocks."""

from __future__ import annotations

from typing import Any

from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import clock
from gatepair.exchange.asking import AGE_MS_MAX, Asked, check_request, request_name, request_verifier, signed_request
from gatepair.exchange.note import LogVerifier
from gatepair.node.link_common import LinkCommon


class Asking(LinkCommon):
    """What a link asks the partner besides its batches, and how it knows the partner when asked."""

    @property
    def partner_post(self) -> str:
        """Return the key of the partner's post."""
        return self._partner.post

    def ask(self, method: str, path: str, *, now_ms: int) -> str:
        """Return the header that proves to the partner that we ask for ``path`` (with its query) at ``now_ms``."""
        return self._signed(Asked(method, path, self.post, self._partner.post, now_ms))

    def check_asked(self, header: str, *, method: str, path: str, now_ms: int) -> None:
        """Raise unless ``header`` proves that the partner asks for this, within the hour.

        Raises:
            EnvelopeRejected: it does not, or it was made too long ago or to come.
        """
        asked = check_request(header, method=method, path=path, answerer=self.post, verifier=self._asker())
        if abs(now_ms - asked.at_ms) > AGE_MS_MAX:
            raise EnvelopeRejected("the request was signed too far from the present time", at_ms=asked.at_ms)

    # --- clocks ---------------------------------------------------------------------------

    def probe(self, *, now_ms: int) -> tuple[Asked, str]:
        """Return a new probe and the header that asks it."""
        asked = Asked(clock.METHOD, clock.PATH, self.post, self._partner.post, now_ms)
        return asked, self._signed(asked)

    def answer_probe(self, header: str, *, received_ms: int, answered_ms: int) -> str:
        """Return the answer to the partner's probe; its own time may be as wrong as it likes.

        Raises:
            EnvelopeRejected: the partner did not ask.
        """
        asked = check_request(header, method=clock.METHOD, path=clock.PATH, answerer=self.post, verifier=self._asker())
        name = request_name(self.me.side, self.post)
        return clock.signed_answer(
            asked, received_ms=received_ms, answered_ms=answered_ms, name=name, key=self._held_keys.log
        )

    def compare_clocks(self, asked: Asked, answer: bytes, *, back_ms: int) -> clock.ClockReading:
        """Keep what the ``answer`` to our probe, back at ``back_ms``, tells of the two clocks.

        Raises:
            EnvelopeRejected: it is no answer of the partner; what was known stays.
        """
        self._clock = clock.read_answer(answer, asked, back_ms=back_ms, verifier=self._asker())
        return self._clock

    def clock_status(self) -> dict[str, Any] | None:
        """Return what is known of the two clocks; None before the first answer, and always in a drill."""
        if self._clock is None:
            return None
        return {
            "delay_ms": self._clock.delay_ms,
            "offset_ms": self._clock.offset_ms,
            "state": self._clock.state.value,
        }

    def _signed(self, asked: Asked) -> str:
        return signed_request(asked, name=request_name(self.me.side, self.post), key=self._held_keys.log)

    def _asker(self) -> LogVerifier:
        partner = self._partner
        return request_verifier(partner.side, partner.post, partner.log_key)
