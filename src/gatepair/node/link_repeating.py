"""Repeating: opening the next epoch, and saying again in it what the partner does not hold."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from gatepair.base.ids import derived
from gatepair.base.merkle import leaf_hash
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Draft, Header, Heard, read_header, reissued, renamed, seal
from gatepair.exchange.fence import FENCE_SECTION, Fence
from gatepair.exchange.messages import LOG_OPENED, STATEMENTS, Lane
from gatepair.exchange.sender import check_row
from gatepair.node import link_state as states
from gatepair.node.link_common import LinkCommon
from gatepair.node.link_state import DECLARED, WAITING, OwnState, Past, Recovery, Said
from gatepair.node.ports import LogEntry, Reader, Unit

PORTION: Final = 512
"""Entries said again in one transaction: other work of the post waits no longer than for these."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Entries that may have to be said again: the copy of one epoch, or those that wait."""

    epoch: int
    key: str
    end: int


@dataclass(frozen=True, slots=True)
class _Opened:
    """The new epoch, the fence from which it goes on, and what was heard of the partner by now."""

    epoch: int
    fence: Fence
    heard: tuple[Heard, ...]


class Repeating(LinkCommon):
    """The last stretch of the way back."""

    def is_repeating(self, reader: Reader, lane: str) -> bool:
        """Tell whether :meth:`repeat` has something to do."""
        own = states.own_state(reader, Lane(lane))
        return own.frozen is None and own.recovery is not None and own.recovery.again is not None

    def repeat(self, unit: Unit, lane: str, *, now_ms: int) -> bool:
        """Say again a portion of what the partner does not hold; tells whether more is left.

        When nothing is left the lane runs again.

        Raises:
            StorageDamaged: a row does not match its hash; nothing was said again.
        """
        self._ensure_loaded(unit)
        which = Lane(lane)
        own = states.own_state(unit, which)
        recovery = own.recovery
        if own.frozen is not None or recovery is None or recovery.again is None:
            return False
        (epoch, index), again = recovery.again, recovery.declared
        source = _source(unit, which, recovery, epoch)
        rows = unit.own_entries(source.key, start=index, limit=min(PORTION, source.end - index))
        if rows:
            log = self.agreement.origin(self.post, which, max(epoch, FIRST_EPOCH))
            for offset, row in enumerate(rows):
                # Said again it gets a new leaf: what rotted in storage must stop here, before it looks whole.
                check_row(row, index=index + offset, log=log)
            opened = _Opened(own.epoch, states.fence_of(own.stood), self._heard_now(unit))
            rows = [self._under_force(row) for row in rows] if epoch == WAITING else rows
            repeated = sum(_say_again(unit, which, row, source=source, opened=opened) for row in rows)
            recovery = replace(recovery, again=(epoch, index + len(rows)), repeated=recovery.repeated + repeated)
        elif epoch == WAITING:
            states.put_recovered(unit, which, recovery, ended_ms=now_ms)
            recovery, own = None, replace(own, waited=index)
        else:
            recovery = replace(recovery, again=(epoch + 1, 0) if epoch < recovery.epoch else (WAITING, own.waited))
        states.put_own(unit, which, replace(own, recovery=recovery))
        if recovery is None and again:
            self._begin_recovery(unit, which, now_ms=now_ms, reason=DECLARED)
        return recovery is not None

    def _under_force(self, row: LogEntry) -> LogEntry:
        """Return an entry that was never signed under the version of its time, if it names another.

        A post that was put back to before a version came writes under the one before until it comes again.
        """
        read = read_header(row.header)
        named = None if read is None else self.versions.named(read.agreement)
        if read is None or row.body is None or read.type in STATEMENTS or named is None or named.counts(read.at_ms):
            return row
        writing = self.versions.writing(read.at_ms)
        agreed = None if writing is None else writing.message(read.type, sender=self.post)
        if writing is None or agreed is None:
            return row
        header, body = renamed(read, row.body, writing.terms, shown=agreed.sections, entropy=self._entropy)
        return dataclasses.replace(row, header=header, body=body, leaf=leaf_hash(header))

    def _open_next(self, unit: Unit, lane: Lane, recovery: Recovery, *, now_ms: int) -> None:
        """Open the epoch after the closed ones; what counts of those is from now on what the partner holds."""
        fence = states.fence_of(recovery.fence)
        stand, opened = fence.stand, fence.closed + 1
        for epoch in range(stand.origin.epoch + 1, opened):
            copy = recovery.held_copy if epoch == recovery.epoch else states.past(unit, lane, epoch).copy
            states.put_past(unit, lane, epoch, Past(copy, 0))
        states.put_past(unit, lane, stand.origin.epoch, Past(recovery.copy, stand.size))
        own = OwnState(
            epoch=opened,
            stood=recovery.fence,
            waited=states.own_state(unit, lane).waited,
            recovery=replace(recovery, again=_first_again(recovery, stand.origin.epoch, stand.size)),
        )
        states.put_own(unit, lane, own)
        self._suspected.pop(lane, None)
        # A late receipt of the epoch before may have told where to go on: that is no place in this one.
        self._next.pop(lane, None)
        self._built.pop(lane, None)
        log = self.agreement.origin(self.post, lane, opened)
        draft = Draft(
            kind=LOG_OPENED,
            id=derived("L", str(log)),
            subject=self.post,
            sections={FENCE_SECTION: fence.section()},
            at_ms=now_ms,
            heard=self._heard_now(unit),
        )
        sealed = seal(draft, self.versions.of_itself(now_ms), sender=self.post, entropy=self._entropy)
        unit.own_append(states.own_log(unit, lane), sealed.header, sealed.body, sealed.leaf)


def _first_again(recovery: Recovery, epoch: int, size: int) -> tuple[int, int]:
    """Return from where our entries must be looked through: the partner holds ``size`` entries of ``epoch``."""
    if epoch < recovery.epoch:
        return epoch, size
    return recovery.epoch, min(size, recovery.sure) if epoch == recovery.epoch else recovery.sure


def _source(reader: Reader, lane: Lane, recovery: Recovery, epoch: int) -> _Source:
    if epoch == WAITING:
        key = states.waiting_key(lane)
    elif epoch == recovery.epoch:
        # As it was when the recovery began: what was fetched since is not ours to say again.
        return _Source(epoch, states.log_key(lane, epoch, recovery.held_copy), recovery.held)
    else:
        key = states.log_key(lane, epoch, states.past(reader, lane, epoch).copy)
    return _Source(epoch, key, reader.own_size(key))


def _say_again(unit: Unit, lane: Lane, row: LogEntry, *, source: _Source, opened: _Opened) -> bool:
    """Append the entry in ``row`` to the new epoch, unless the partner holds it or it stands there already."""
    read = read_header(row.header)
    if read is not None and read.type == LOG_OPENED:
        return False
    before = None if read is None else states.said(unit, read.id)
    if before is not None and before.epoch == opened.epoch:
        return False
    if _is_held(unit, lane, row, source=source, fence=opened.fence) or _is_held_elsewhere(
        unit, lane, read, before=before, fence=opened.fence
    ):
        return False
    header = row.header if read is None else reissued(read, opened.heard)
    leaf = leaf_hash(header)
    index = unit.own_append(states.log_key(lane, opened.epoch), header, row.body, leaf)
    states.carry_over(unit, row.leaf, leaf)
    if read is not None:
        states.put_said(unit, read.id, Said(opened.epoch, index, before.digest if before is not None else ""))
    return True


def _is_held(reader: Reader, lane: Lane, row: LogEntry, *, source: _Source, fence: Fence) -> bool:
    """Tell whether the partner holds this entry at this place."""
    found = _held_row(reader, lane, fence, epoch=source.epoch, index=row.index)
    return found is not None and found.leaf == row.leaf


def _is_held_elsewhere(reader: Reader, lane: Lane, read: Header | None, *, before: Said | None, fence: Fence) -> bool:
    """Tell whether the partner holds this message where it is known to have been said."""
    if read is None or before is None:
        return False
    # The place may be that of a copy that was never signed, where the true log has something else.
    found = _held_row(reader, lane, fence, epoch=before.epoch, index=before.index)
    held = None if found is None else read_header(found.header)
    return held is not None and held.id == read.id


def _held_row(reader: Reader, lane: Lane, fence: Fence, *, epoch: int, index: int) -> LogEntry | None:
    """Return our entry at a place up to which the partner holds our log; None when the place lies beyond."""
    if epoch == WAITING or (epoch, index) >= fence.position:
        return None
    past = states.past(reader, lane, epoch)
    rows = reader.own_entries(states.log_key(lane, epoch, past.copy), start=index, limit=1)
    return rows[0] if rows and index < past.size else None
