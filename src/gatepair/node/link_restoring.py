"""Restoring: coming back into the exchange after part of our own log was lost.

    running ──▶ fencing ──▶ pulling ──▶ repeating ──▶ running, in the next epoch

A lane leaves *running* when the marks show, or the partner shows by our own signature or by its fence
note, that what we signed is not what we hold.  *Fencing*: the partner is asked to close every epoch
that may bear our signature; its answer says where its mirror stands, which cannot change any more.
*Pulling*: what the mirror holds and we do not is fetched; it counts when its root is the one we
signed.  Then the next epoch is opened, and *repeating* says again, under the same ids, what we hold
beyond that place and what was said meanwhile.  All of it lies in the ledger, so a post that dies, or
is restored once more, goes on or begins again.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from gatepair.base.canonical import decode_as
from gatepair.base.errors import EnvelopeRejected
from gatepair.base.merkle import EMPTY_ROOT, leaf_hash
from gatepair.exchange.calls import Call, ask, check_returned
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import body_fits, read_header, values_of
from gatepair.exchange.fence import check_fence
from gatepair.exchange.messages import Lane
from gatepair.exchange.sender import signed_by_us
from gatepair.exchange.wire import Outcome, WireEntry, body_of, decode_reply
from gatepair.node import link_state as states
from gatepair.node.link_repeating import Repeating
from gatepair.node.link_speaking import Speaking
from gatepair.node.link_state import DECLARED, MARKS_LOST, OWN_LOSSES, RESTORED, Past, Recovery, Said, said_digest
from gatepair.node.link_suspicion import held_name
from gatepair.node.link_versions import Versioning
from gatepair.node.ports import Reader, Unit

COPIES_MAX: Final = 2
"""Copies of an epoch that are begun anew when the one in use does not lead to the root that we signed:
one after what the partner had receipted, one from nothing."""


class _ShownLane(Struct, frozen=True):
    """As much of a lane in the partner's state as a restored post needs."""

    lane: str
    mirror_checkpoint: str = ""


class _Shown(Struct, frozen=True):
    lanes: tuple[_ShownLane, ...] = ()


class Restoring(Repeating, Versioning, Speaking):
    """The way of a restored node back into the exchange."""

    def is_restored(self, reader: Reader) -> bool:
        """Tell whether part of what was exchanged is missing here: of our own logs, or of what we receipted."""
        self._ensure_loaded(reader)
        return self.enabled and any(self._lacks(reader, lane) for lane in self.lanes)

    def lacks(self, reader: Reader, lane: Lane) -> bool:
        """Tell whether we held more of the partner's log in ``lane``, or may have: then it is to be asked for at once."""
        self._ensure_loaded(reader)
        if not self.enabled:
            return False
        recovery = self._recovery(reader, lane, now_ms=0)
        return self._lacks(reader, lane) or (recovery is not None and recovery.reason == MARKS_LOST)

    def declare_restored(self, unit: Unit, *, now_ms: int) -> None:
        """Let every lane go through a fence, because a person says that ledger and marks were both put back.

        Nothing else can tell, when both are copies of one moment and the partner has not yet got what was
        signed after it.
        """
        self._ensure_loaded(unit)
        for lane in self.lanes:
            self._begin_recovery(unit, lane, now_ms=now_ms, reason=DECLARED)

    def compare(self, unit: Unit, partner_state: bytes, *, now_ms: int) -> tuple[str, ...]:
        """Take the partner's state at the start: what it reads, and whether it holds more of our log than we do.

        Only our own signature over it proves that; returns the lanes that recover because of it.

        Raises:
            Malformed: the bytes are no state.
        """
        self._ensure_loaded(unit)
        held = {entry.lane: entry.mirror_checkpoint for entry in decode_as(_Shown, partner_state).lanes}
        self.learn(unit, decode_as(dict[str, Any], partner_state))
        found: list[str] = []
        for lane in self.lanes:
            shown = self._lost(unit, lane, held.get(lane.value, ""))
            if shown is not None:
                self._begin_recovery(unit, lane, now_ms=now_ms, reason=RESTORED, until=shown.origin.epoch)
                found.append(lane.value)
        return tuple(found)

    def recovering(self, reader: Reader, lane: str, *, now_ms: int) -> tuple[Call, bytes] | None:
        """Return the next call by which ``lane`` recovers, None when there is nothing to ask.

        Asked again before an answer came it returns the same.
        """
        self._ensure_loaded(reader)
        which = Lane(lane)
        recovery = self._asking(reader, which, now_ms=now_ms)
        if recovery is None or not self.enabled or not self.in_force(now_ms):
            return None
        key = self._held_keys.log
        if not recovery.fence:
            held = states.log_key(which, recovery.epoch, recovery.held_copy)
            start = reader.own_size(held) if recovery.until == recovery.epoch else 0
            return Call.FENCE, ask(Call.FENCE, self._epoch_of_ours(which, recovery.until), key=key, start=start)
        start = reader.own_size(states.log_key(which, recovery.at, recovery.copy))
        return Call.RETURN, ask(Call.RETURN, self._epoch_of_ours(which, recovery.at), key=key, start=start)

    def recover(self, unit: Unit, lane: str, call: Call, answer: bytes, *, now_ms: int) -> bool:
        """Take the partner's answer to the call that :meth:`recovering` gave; tells whether it brought us on.

        One that is late, or a refusal, changes nothing.

        Raises:
            Malformed: the bytes are no answer; the call counts as unanswered.
            TooLarge: the answer is over its limit.
            EnvelopeRejected: the answer does not verify; the call counts as unanswered.
        """
        self._ensure_loaded(unit)
        which = Lane(lane)
        before = recovery = self._asking(unit, which, now_ms=now_ms)
        if recovery is None:
            return False
        if call is Call.FENCE and not recovery.fence:
            recovery = self._fenced(unit, which, answer, recovery)
        elif call is Call.RETURN and recovery.fence:
            recovery = self._pulled(unit, which, answer, recovery, now_ms=now_ms)
        own = replace(self._begin_recovery(unit, which, now_ms=now_ms), recovery=recovery)
        states.put_own(unit, which, own)
        if recovery.fence:
            self._settle(unit, which, recovery, now_ms=now_ms)
        return recovery != before

    # --- what is known --------------------------------------------------------------------

    def _asking(self, reader: Reader, lane: Lane, *, now_ms: int) -> Recovery | None:
        """Return the recovery of ``lane`` while the partner is needed for it."""
        recovery = self._recovery(reader, lane, now_ms=now_ms)
        stands_still = states.own_state(reader, lane).frozen is not None
        return None if recovery is None or recovery.again is not None or stands_still else recovery

    def _lacks(self, reader: Reader, lane: Lane) -> bool:
        recovery = self._recovery(reader, lane, now_ms=0)
        if recovery is not None and (recovery.reason in OWN_LOSSES or recovery.pulled):
            return True
        mark = None if self._marks is None else self._marks.get(held_name(lane))
        mirror = states.mirror_state(reader, lane)
        return mark is not None and mark.position > (mirror.epoch, mirror.size)

    def _epoch_of_ours(self, lane: Lane, epoch: int) -> Origin:
        return self.agreement.origin(self.post, lane, epoch)

    # --- fencing --------------------------------------------------------------------------

    def _fenced(self, unit: Unit, lane: Lane, answer: bytes, recovery: Recovery) -> Recovery:
        """Take the fence note, from which on what the partner's mirror holds cannot change."""
        reply = decode_reply(answer)
        self._answers[lane] = reply.outcome
        if reply.outcome is not Outcome.FENCED:
            return recovery
        fence = check_fence(reply.note, log=self._epoch_of_ours(lane, recovery.until), holder=self._partner)
        if fence.closed < recovery.until:
            # The answer to an earlier ask, when we did not know of so many epochs.
            return recovery
        self._check_ours(unit, lane, fence.stand, reply.held)
        if fence.stand.origin.epoch > fence.closed:
            return replace(recovery, until=fence.stand.origin.epoch)
        if not recovery.counted:
            # An epoch is opened only after the one before it was closed: there can be one more at most.
            return replace(recovery, until=fence.closed + 1, counted=True)
        return _beginning(
            unit, lane, replace(recovery, fence=reply.note), min(fence.stand.origin.epoch, recovery.epoch)
        )

    def _check_ours(self, reader: Reader, lane: Lane, stand: Checkpoint, note: str) -> None:
        """Raise unless we signed what the partner says that it holds: nobody may give us a past that is not ours.

        What our own rows say needs no signature; after a stolen key there may be none.

        Raises:
            EnvelopeRejected: ``note`` is not our own signature over ``stand``.
        """
        own = states.own_state(reader, lane)
        is_held = stand.origin.epoch == own.epoch and stand.size <= own.confirmed
        if is_held and self._tree(reader, lane, stand.size).root() == stand.root:
            return
        shown = signed_by_us(note, self._source(reader, lane))
        if stand.size and (shown is None or (shown.origin, shown.size, shown.root) != _place(stand)):
            raise EnvelopeRejected("the partner does not show our own signature over what it holds")

    # --- pulling --------------------------------------------------------------------------

    def _pulled(self, unit: Unit, lane: Lane, answer: bytes, recovery: Recovery, *, now_ms: int) -> Recovery:
        """Keep what the partner handed back, at the end of our copy of the epoch."""
        key = states.log_key(lane, recovery.at, recovery.copy)
        log = self._epoch_of_ours(lane, recovery.at)
        returned = check_returned(answer, log, start=unit.own_size(key), holder=self._partner)
        shown = signed_by_us(returned.held, self._source(unit, lane))
        root = EMPTY_ROOT if shown is None else shown.root
        self._check_ours(unit, lane, Checkpoint(log, returned.size, root), returned.held)
        for entry in returned.entries:
            _keep(unit, key, entry, epoch=recovery.at)
            self._take_back(unit, entry, now_ms=now_ms)
        return replace(recovery, goal=(returned.size, root.hex()), pulled=recovery.pulled + len(returned.entries))

    def _settle(self, unit: Unit, lane: Lane, recovery: Recovery, *, now_ms: int) -> None:
        """Go on to the next epoch as often as our copy of one is whole; when all are, open a new one."""
        stand = states.fence_of(recovery.fence).stand
        last = stand.origin.epoch
        while recovery.goal is not None:
            size, root = recovery.goal
            if recovery.at == last and recovery.goal != (stand.size, stand.root.hex()):
                anew = _fenced_anew(unit, lane, recovery)
                if anew is not None:
                    recovery = anew
                    break
            key = states.log_key(lane, recovery.at, recovery.copy)
            if unit.own_size(key) < size:
                break
            if states.tree_over(unit, key, size).root().hex() != root:
                if recovery.copies == COPIES_MAX:
                    self._freeze_own(unit, lane, {"goal": recovery.goal, "shown": recovery.fence}, now_ms=now_ms)
                    return
                recovery = _copied_anew(unit, lane, recovery)
            elif recovery.at < last:
                states.put_past(unit, lane, recovery.at, Past(recovery.copy, size))
                recovery = _beginning(unit, lane, recovery, recovery.at + 1)
            else:
                self._open_next(unit, lane, recovery, now_ms=now_ms)
                return
        states.put_own(unit, lane, replace(states.own_state(unit, lane), recovery=recovery))


def _place(stand: Checkpoint) -> tuple[Origin, int, bytes]:
    return stand.origin, stand.size, stand.root


def _beginning(reader: Reader, lane: Lane, recovery: Recovery, epoch: int) -> Recovery:
    """Return ``recovery`` where it looks at ``epoch``; how far the partner holds that one is known only of the last."""
    stand = states.fence_of(recovery.fence).stand
    goal = (stand.size, stand.root.hex()) if stand.origin.epoch == epoch else None
    copy = recovery.held_copy if epoch == recovery.epoch else states.past(reader, lane, epoch).copy
    return replace(recovery, at=epoch, copy=copy, copies=0, goal=goal)


def _fenced_anew(reader: Reader, lane: Lane, recovery: Recovery) -> Recovery | None:
    """Return ``recovery`` where it asks again how the partner stands, which lost what it had said by its fence.

    What came back by now is ours to say again.  None when that lies in another copy than what we had: then the
    epoch is opened, and the partner's answer to that leads to another fence.
    """
    held_in = recovery.copy if recovery.at == recovery.epoch else states.past(reader, lane, recovery.epoch).copy
    if held_in != recovery.held_copy:
        return None
    held = reader.own_size(states.log_key(lane, recovery.epoch, recovery.held_copy))
    return replace(recovery, fence="", goal=None, held=held)


def _copied_anew(unit: Unit, lane: Lane, recovery: Recovery) -> Recovery:
    """Begin another copy of the epoch with what we are sure of: the one in use holds what was never signed."""
    sure = recovery.sure if recovery.at == recovery.epoch else states.past(unit, lane, recovery.at).size
    size = 0 if recovery.copies or recovery.goal is None else min(sure, recovery.goal[0])
    source = states.log_key(lane, recovery.at, recovery.copy)
    copy = recovery.copy + 1
    while unit.own_size(states.log_key(lane, recovery.at, copy)):
        copy += 1
    for row in states.own_rows(unit, source, start=0, end=size):
        unit.own_append(states.log_key(lane, recovery.at, copy), row.header, row.body, row.leaf)
    return replace(recovery, copy=copy, copies=recovery.copies + 1)


def _keep(unit: Unit, key: str, entry: WireEntry, *, epoch: int) -> None:
    """Append one of our own entries that came back, with what of its body fits; what it says is known as said."""
    header = bytes(entry.header)
    read = read_header(header)
    body = body_of(entry)
    if read is None or (body is not None and not body_fits(read, body)):
        body = None
    index = unit.own_append(key, header, body, leaf_hash(header))
    if read is not None:
        digest = "" if body is None else said_digest(read.type, read.subject, values_of(body))
        states.put_said(unit, read.id, Said(epoch, index, digest))
