"""Sending: what waits in our logs goes out in signed batches, and receipts come back."""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from gatepair.base.errors import Contradiction, EnvelopeRejected, KeyNotValid
from gatepair.base.merkle import CompactRange
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.fence import check_fence
from gatepair.exchange.messages import Lane
from gatepair.exchange.sender import build, check_receipt
from gatepair.exchange.wire import BATCH_ENTRIES_MAX, Outcome, Reply, decode_reply
from gatepair.node import link_receipts as receipts
from gatepair.node import link_state as states
from gatepair.node.link_setting import Carrier, Replied
from gatepair.node.link_showing import Showing
from gatepair.node.link_state import CLOSED, PARTNER_BEHIND, RESTORED, OwnState
from gatepair.node.link_suspicion import held_name, signed_name
from gatepair.node.ports import Mark, Reader, Unit


class Sending(Showing):
    """The sending half over the ledger."""

    def fix_sizes(self, unit: Unit) -> None:
        """Let out, when ``paced``, what the logs hold at this moment and nothing later."""
        self._ensure_loaded(unit)
        if self._paced:
            self._fixed = {lane: unit.own_size(states.own_log(unit, lane)) for lane in self.lanes}

    def outgoing(self, reader: Reader, lane: str, *, now_ms: int, limit: int = BATCH_ENTRIES_MAX) -> bytes | None:
        """Return the next batch of ``lane`` as signed bytes, None when nothing waits or the lane is frozen.

        Asked again before a reply came it returns the same entries: one batch is in flight per lane.
        The first one after a start holds no entries: it signs only what the partner has confirmed, and
        the answer shows whether we still hold all that we ever signed (a restored node must not sign on).

        Raises:
            StorageDamaged: a row does not match its hash; nothing was signed.
        """
        which = Lane(lane)
        self._ensure_loaded(reader)
        if not self._waits(reader, which):
            return None
        return self._next_batch(reader, which, now_ms=now_ms, limit=limit if which in self._greeted else 0)

    def heartbeat(self, reader: Reader, lane: str, *, now_ms: int) -> bytes | None:
        """Return a batch without entries, which asks for a fresh cosignature; None when the lane is frozen.

        Raises:
            StorageDamaged: a row does not match its hash; nothing was signed.
        """
        return self._next_batch(reader, Lane(lane), now_ms=now_ms, limit=0)

    def accept_receipt(
        self, unit: Unit, lane: str, reply: bytes, *, now_ms: int, carrier: Carrier = Carrier.LINE
    ) -> Replied:
        """Take the partner's reply to a batch: keep the receipt, or learn where to go on.

        What a courier brings counts for the receipt in it and for what that proves; it is no answer of now.

        Raises:
            Malformed: the bytes are no reply; the batch counts as unanswered.
            TooLarge: the reply is over its limit.
            EnvelopeRejected: the receipt does not verify; the batch counts as unanswered.
        """
        self._ensure_loaded(unit)
        which, read = Lane(lane), decode_reply(reply)
        own = states.own_state(unit, which)
        if carrier is Carrier.COURIER:
            if read.outcome is Outcome.RECEIVED:
                own = self._confirm(unit, which, read, now_ms=now_ms, carrier=carrier)
            return Replied(read.outcome, own.confirmed, more=False, message=read.message)
        match read.outcome:
            case Outcome.RECEIVED:
                own = self._confirm(unit, which, read, now_ms=now_ms, carrier=carrier)
            case Outcome.GAP:
                own = self._go_back(unit, which, read, now_ms=now_ms)
            case Outcome.CLOSED:
                own = self._be_closed(unit, which, read, now_ms=now_ms)
            case Outcome.FENCED | Outcome.CONTRADICTION | Outcome.FROZEN | Outcome.REJECTED:
                # None of these is signed, so none may stop us for good: it is shown, and tried again later.
                pass
        self._answers[which] = read.outcome
        going = read.outcome in (Outcome.RECEIVED, Outcome.GAP) and own.frozen is None and own.recovery is None
        if going:
            self._greeted.add(which)
        more = going and self._waits(unit, which)
        return Replied(read.outcome, own.confirmed, more, read.message)

    def _waits(self, reader: Reader, lane: Lane) -> bool:
        start = self._start(reader, lane)
        return start < self._free_end(reader, lane, start)

    def _start(self, reader: Reader, lane: Lane) -> int:
        """Return the index from which the next batch begins."""
        return self._next.get(lane, states.own_state(reader, lane).confirmed)

    def _next_batch(self, reader: Reader, lane: Lane, *, now_ms: int, limit: int) -> bytes | None:
        """Return the next batch, without entries when ``limit`` is 0; None when nothing may be signed."""
        if not self._is_sure(reader, lane, now_ms):
            return None
        source = self._source(reader, lane)
        before = self._before(reader, lane, min(self._start(reader, lane), source.size))
        wanted = max(0, min(limit, BATCH_ENTRIES_MAX, self._end(reader, lane) - before.size))
        held = reader.own_entries(states.own_log(reader, lane), start=before.size, limit=wanted) if wanted else []
        rows = self._showable(held, now_ms)
        try:
            told = dataclasses.replace(source, size=max(self._end(reader, lane), before.size + len(rows)))
            built = build(rows, before=before, source=told, cosigned=self._cosigned(reader, lane, now_ms))
        except KeyNotValid:
            # Nothing may be signed until a key that counts is held; the state of the keys shows it.
            return None
        self._built[lane] = built.tree
        self._mark(reader, lane, built.tree)
        return built.raw

    def _before(self, reader: Reader, lane: Lane, size: int) -> CompactRange:
        """Return the tree at ``size``, on which the next signature rests.

        Where a partner that lost something makes us go back, it is made of rows that rotted perhaps since.

        Raises:
            StorageDamaged: a row does not match its hash.
        """
        built = self._built.get(lane)
        return built if built is not None and built.size == size else self.read_back(reader, lane, size)

    def _mark(self, reader: Reader, lane: Lane, signed: CompactRange) -> None:
        """Keep on the second medium how far was signed, before the signature leaves; and how much the mirror held."""
        if self._marks is not None:
            mirror = states.mirror_state(reader, lane)
            marks = {signed_name(lane): Mark(states.own_state(reader, lane).epoch, signed.size, signed.root())}
            marks[held_name(lane)] = Mark(mirror.epoch, mirror.size, mirror.range().root())
            self._marks.raise_to(marks)

    def _cosigned(self, reader: Reader, lane: Lane, now_ms: int) -> str:
        """Return our fresh cosignature over the partner's checkpoint: the sign of life that a batch carries."""
        kept = reader.mirror_checkpoint(states.mirror_log(reader, lane))
        checkpoint = self._empty.get(lane, "") if kept is None else kept.decode()
        return self._cosign(checkpoint, now_ms) if checkpoint else ""

    def _confirm(self, unit: Unit, lane: Lane, reply: Reply, *, now_ms: int, carrier: Carrier) -> OwnState:
        try:
            receipt = check_receipt(
                reply.note,
                source=self._source(unit, lane),
                partner=self._partner,
                root_at=lambda size: self._tree(unit, lane, size).root(),
            )
        except (Contradiction, EnvelopeRejected) as error:
            shown = self._lost(unit, lane, reply.note)
            if shown is not None:
                return self._begin_recovery(unit, lane, now_ms=now_ms, reason=RESTORED, until=shown.origin.epoch)
            if isinstance(error, EnvelopeRejected):
                raise
            return self._freeze_own(unit, lane, {"message": error.message, "shown": reply.note}, now_ms=now_ms)
        own = states.own_state(unit, lane)
        if carrier is Carrier.COURIER and receipt.size <= own.confirmed:
            # Written before what came by line since; it shows no loss.
            return own
        self._next.pop(lane, None)
        if receipt.size < own.confirmed:
            # The partner lost what it had receipted; the receipt proves it, and it gets the rows again.
            self._next[lane] = receipt.size
            return own
        if receipt.size == own.confirmed and receipts.newest(unit, lane) is not None:
            return own
        tree = self._tree(unit, lane, receipt.size)
        own = replace(
            own, confirmed=receipt.size, tree=tree.to_bytes().hex(), cosigned_at_s=max(receipt.at_s, own.cosigned_at_s)
        )
        receipts.put(unit, lane, receipt.size, receipt.note)
        states.put_own(unit, lane, own)
        return own

    def _go_back(self, unit: Unit, lane: Lane, reply: Reply, *, now_ms: int) -> OwnState:
        """Go on from where the partner says that its mirror stands, if that is in our epoch or just before it."""
        own = states.own_state(unit, lane)
        shown = self._lost(unit, lane, reply.held)
        if shown is not None:
            return self._begin_recovery(unit, lane, now_ms=now_ms, reason=RESTORED, until=shown.origin.epoch)
        if reply.epoch == own.epoch:
            if reply.next <= unit.own_size(states.own_log(unit, lane)):
                self._next[lane] = reply.next
        elif states.goes_on_at(own, reply.epoch, reply.next):
            self._next[lane] = 0
        elif reply.epoch < own.epoch:
            # The partner lost the fence from which this epoch goes on.  Only another can bring it forward.
            return self._begin_recovery(unit, lane, now_ms=now_ms, reason=PARTNER_BEHIND)
        return own

    def go_back_to(self, reader: Reader, lane: str, log: Origin, start: int) -> None:
        """Send again from ``start`` of ``log``, where a partner that fetches says that its mirror stands.

        Only one that lost something stands before what it receipted.  An ask of long ago that is played again
        costs a batch that is known over there.
        """
        self._ensure_loaded(reader)
        which = Lane(lane)
        if log == self._own_origin(reader, which):
            if start < self._start(reader, which):
                self._next[which] = start
        elif states.goes_on_at(states.own_state(reader, which), log.epoch, start):
            self._next[which] = 0

    def _be_closed(self, unit: Unit, lane: Lane, reply: Reply, *, now_ms: int) -> OwnState:
        """Stop signing for an epoch that the partner has closed, which it proves by its fence note."""
        own = states.own_state(unit, lane)
        try:
            fence = check_fence(reply.note, log=self._own_origin(unit, lane), holder=self._partner)
        except EnvelopeRejected:
            return own
        if fence.closed < own.epoch:
            return own
        return self._begin_recovery(unit, lane, now_ms=now_ms, reason=CLOSED, until=fence.closed)
