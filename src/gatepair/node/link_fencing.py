"""What we do for a partner that lost something: close an epoch of its log, and hand back its own entries."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from msgspec import Raw
from msgspec.structs import replace

from gatepair.base.canonical import decode_as
from gatepair.base.errors import BadInput, EnvelopeRejected, NotInAgreement
from gatepair.exchange.calls import Answered, Ask, Call, Held, Returned, ask, call_of, check_ask, hand_back
from gatepair.exchange.checkpoint import FIRST_EPOCH, Origin
from gatepair.exchange.findings import AGREEMENT_NOT_IN_FORCE
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import BATCH_ENTRIES_MAX, Outcome, rejected
from gatepair.node import link_state as states
from gatepair.node.link_receiving import Receiving
from gatepair.node.link_suspicion import closed_name
from gatepair.node.ports import Mark, Reader, Unit


class Fencing(Receiving):
    """The holder of a mirror, asked by its writer."""

    def screen_ask(self, lane: str, call: Call, raw: bytes) -> None:
        """Raise unless ``raw`` is an ask for ``call`` about ``lane`` signed by the partner; reads no ledger.

        Raises:
            NotInAgreement: nothing is exchanged in this lane.
            TooLarge: the ask is over its limit.
            Malformed: the bytes are no ask.
            EnvelopeRejected: the partner did not sign it, or it is about another log.
        """
        self._check_ask(self._lane(lane), call, raw)

    def fence(self, unit: Unit, lane: str, raw: bytes, *, now_ms: int) -> bytes:
        """Close the epoch of the partner's log that it asks to be closed, and return where our mirror stands.

        Asked again the answer is the same.  It must be sent only when the transaction has ended: a late
        batch of the epoch must find it closed.
        """
        try:
            which = self._lane(lane)
            asked = self._check_ask(which, Call.FENCE, raw)
        except (BadInput, EnvelopeRejected, NotInAgreement) as error:
            return rejected(error.code, error.message)
        state = self._mirror_state(unit, which)
        if not self.in_force(now_ms):
            finding = AGREEMENT_NOT_IN_FORCE.at(agreement=self.agreement.id)
            return self._answer(unit, which, Outcome.REJECTED, code=finding.code, message=finding.text("en"))
        if state.frozen is not None:
            return self._frozen(unit, which, state.frozen)
        state = self._close(unit, which, Origin.parse(asked.origin).epoch)
        mirror = self._mirror(unit, which, state)
        return self._answer(unit, which, Outcome.FENCED, note=self._fence_note(mirror, now_ms), held=mirror.checkpoint)

    def give_back(self, reader: Reader, lane: str, raw: bytes) -> bytes:
        """Return entries of the partner's own log as our mirror holds them; changes nothing."""
        try:
            which = self._lane(lane)
            asked = self._check_ask(which, Call.RETURN, raw)
        except (BadInput, EnvelopeRejected, NotInAgreement) as error:
            return rejected(error.code, error.message)
        return self._page(reader, which, Origin.parse(asked.origin), start=asked.start)

    # --- by courier -----------------------------------------------------------------------

    def remember_ask(self, unit: Unit, lane: Lane, raw: bytes) -> Call:
        """Keep what the partner asks by courier, so that each bundle for it brings the answer; returns what it asks.

        Raises:
            TooLarge: the ask is over its limit.
            Malformed: the bytes are no ask.
            EnvelopeRejected: the partner did not sign it, it is about another log, or a courier brings no such answer.
        """
        call = call_of(raw)
        if call not in (Call.FENCE, Call.RETURN):
            raise EnvelopeRejected("a courier brings back the answers to asks for a fence and for entries only")
        self._check_ask(lane, call, raw)
        unit.put_state(_asked_name(lane), raw)
        return call

    def remembered_ask(self, reader: Reader, lane: Lane) -> tuple[Call, bytes] | None:
        """Return what the partner asked by courier; None when it asked nothing, or has opened a later epoch since."""
        raw = reader.state(_asked_name(lane))
        if raw is None:
            return None
        call = call_of(raw)
        asked = self._check_ask(lane, call, raw)
        later = states.mirror_state(reader, lane).epoch > Origin.parse(asked.origin).epoch
        return None if later else (call, raw)

    def entries_for(self, reader: Reader, lane: Lane, raw: bytes) -> Iterator[bytes]:
        """Yield entries of the partner's own log, answer by answer, that it lacks by its ask ``raw``.

        To an ask for a fence they are those of the epoch in which the mirror stands: the asker needs them next.
        """
        asked = self._check_ask(lane, call_of(raw), raw)
        log, stand = Origin.parse(asked.origin), states.mirror_state(reader, lane).epoch
        if asked.call is Call.FENCE and log.epoch != stand:
            log, start = dataclasses.replace(log, epoch=stand), 0
        else:
            start = asked.start
        size = reader.mirror_size(states.log_key(lane, log.epoch))
        while start < size:
            page = self._page(reader, lane, log, start=start)
            yield page
            start += len(decode_as(Returned, page).entries)

    def _page(self, reader: Reader, lane: Lane, log: Origin, *, start: int) -> bytes:
        key = states.log_key(lane, log.epoch)
        checkpoint = reader.mirror_checkpoint(key)
        held = Held(log, reader.mirror_size(key), "" if checkpoint is None else checkpoint.decode())
        rows = reader.mirror_entries(key, start=start, limit=BATCH_ENTRIES_MAX)
        return hand_back(rows, held, start=start, key=self._held_keys.log)

    def fetching(self, reader: Reader, lane: str, *, answered: tuple[Call, bytes] | None) -> bytes:
        """Return the ask for what the partner has for us in ``lane``, with our answer to what it gave us last."""
        which = Lane(lane)
        state = states.mirror_state(reader, which)
        log = self.agreement.origin(self._partner.post, which, state.epoch)
        told = None if answered is None else Answered(answered[0], Raw(answered[1]))
        return ask(Call.NEXT, log, key=self._held_keys.log, start=state.size, answered=told)

    def asked_next(self, lane: str, raw: bytes) -> Ask:
        """Return what the partner's ask ``raw`` for the next call says: its answer to the last, and where its mirror stands.

        Raises:
            NotInAgreement: nothing is exchanged in this lane.
            TooLarge: the ask is over its limit.
            Malformed: the bytes are no ask.
            EnvelopeRejected: the partner did not sign it, or it is about another log.
        """
        return self._check_ask(self._lane(lane), Call.NEXT, raw)

    def _check_ask(self, lane: Lane, call: Call, raw: bytes) -> Ask:
        asked = check_ask(raw, call, asker=self._partner)
        writer = self.post if call is Call.NEXT else self._partner.post
        if Origin.parse(asked.origin).key_name != self.agreement.origin(writer, lane, FIRST_EPOCH).key_name:
            raise EnvelopeRejected("the ask is about another log", origin=asked.origin)
        return asked

    def _close(self, unit: Unit, lane: Lane, epoch: int) -> states.MirrorState:
        """Close the partner's log up to ``epoch``, here and on the second medium."""
        known = self._mirror_state(unit, lane)
        state = replace(known, closed=max(epoch, known.closed))
        # The mark may know of a closing whose transaction was rolled back: the ledger must know it too.
        if state != states.mirror_state(unit, lane):
            states.put_mirror(unit, lane, state)
        if self._marks is not None:
            self._marks.raise_to({closed_name(lane): Mark(state.closed, 0, b"")})
        return state


def _asked_name(lane: Lane) -> str:
    return f"exchange/asked/{lane.value}"
