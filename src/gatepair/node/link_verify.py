"""Checking a link from its rows: every log that is kept, every body that is still held, fences, receipts and checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gatepair.base.errors import EnvelopeRejected, KeyNotValid, Malformed
from gatepair.base.findings import Finding
from gatepair.base.merkle import EMPTY_ROOT
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.fence import Fence, check_holder
from gatepair.exchange.key_statements import digest_of, parse_statement
from gatepair.exchange.keys import KeyRing, KeyState
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import Note
from gatepair.exchange.sections.statements import Fenced
from gatepair.node import link_receipts as receipts
from gatepair.node import link_state as states
from gatepair.node.link_receipts import KeptReceipt
from gatepair.node.link_rows import (
    Beside,
    Hashed,
    StoredLog,
    fence_findings,
    hashed,
    mirror_stored,
    own_stored,
)
from gatepair.node.ports import Mark, Reader


@dataclass(frozen=True, slots=True)
class PairOfLogs:
    """The two logs of one lane by their key names, and whose keys count for them."""

    own: str
    partners: str
    partner: str = ""
    """The partner's post."""
    ring: KeyRing | None = None
    """None checks no signature: hashes, roots and places alone."""


@dataclass(frozen=True, slots=True)
class LaneMarks:
    """What the second medium says of one lane."""

    signed: Mark | None = None
    held: Mark | None = None


@dataclass(frozen=True, slots=True)
class LogReport:
    """What one log came to."""

    log: str
    size: int
    """Entries that both sides count."""
    root: bytes
    rows: int
    """Rows that were hashed: more than counts, where a restore or a stolen key left some behind."""


@dataclass(frozen=True, slots=True)
class LaneReport:
    """What was found in one lane."""

    lane: Lane
    own: tuple[LogReport, ...]
    """Our log, epoch by epoch; the last one is open."""
    mirror: tuple[LogReport, ...]
    """The partner's log, epoch by epoch; in the last one our mirror stands."""
    receipted: int
    """Entries of our log that the partner holds: those of closed epochs, and those below the largest receipt that verified."""
    rows: int
    """All rows that were hashed, with those of other copies and those that wait."""
    findings: tuple[Finding, ...]

    @property
    def own_root(self) -> bytes:
        """Return the root of the open log."""
        return self.own[-1].root if self.own else EMPTY_ROOT

    @property
    def mirror_root(self) -> bytes:
        """Return the root of the partner's log in the epoch where our mirror stands."""
        return self.mirror[-1].root if self.mirror else EMPTY_ROOT

    @property
    def own_size(self) -> int:
        """Return how many entries our log has in all epochs."""
        return sum(log.size for log in self.own)

    @property
    def mirror_size(self) -> int:
        """Return how many entries of the partner's log count in all epochs."""
        return sum(log.size for log in self.mirror)

    def to_wire(self) -> dict[str, Any]:
        """Return the report as plain values; the roots are those of the open epochs."""
        return {
            "lane": self.lane.value,
            "mirror_root": self.mirror_root.hex(),
            "mirror_size": self.mirror_size,
            "own_root": self.own_root.hex(),
            "own_size": self.own_size,
            "receipted": self.receipted,
            "rows": self.rows,
        }


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What was found in all lanes, and in what belongs to none."""

    lanes: tuple[LaneReport, ...]
    elsewhere: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything that does not verify; nothing when all is well."""
        return (*(finding for lane in self.lanes for finding in lane.findings), *self.elsewhere)

    @property
    def sent(self) -> int:
        """Return how many entries our logs hold."""
        return sum(lane.own_size for lane in self.lanes)

    @property
    def receipted(self) -> int:
        """Return how many of them the partner holds by a receipt or a fence that verified."""
        return sum(lane.receipted for lane in self.lanes)

    @property
    def mirrored(self) -> int:
        """Return how many entries of the partner are held."""
        return sum(lane.mirror_size for lane in self.lanes)

    def to_wire(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "findings": [finding.to_wire() for finding in self.findings],
            "lanes": [lane.to_wire() for lane in self.lanes],
        }


def verify_lane(
    reader: Reader, lane: Lane, logs: PairOfLogs, *, beside: Beside, marks: LaneMarks | None = None
) -> LaneReport:
    """Return what is found when every row of every log of ``lane`` is hashed again and held against what was signed.

    ``marks`` are those of the second medium; without them the ledger alone is looked at.
    """
    try:
        return _Lane(reader, lane, logs, marks=marks or LaneMarks()).report(beside)
    except Malformed:
        name = f"exchange/own/{lane.value}, exchange/mirror/{lane.value}"
        return LaneReport(lane, (), (), 0, 0, (kinds.STATE_FALSE.at(lane.value, name=name),))


def statement_findings(reader: Reader, ring: KeyRing) -> Iterator[Finding]:
    """Yield a finding for each key statement that is kept and is not what enough roots signed."""
    for name, raw in reader.states(states.KEPT):
        try:
            text = raw.decode()
            sound = states.KEPT + digest_of(parse_statement(text)[1].text) == name and ring.counts(text)
        except (EnvelopeRejected, UnicodeDecodeError):
            sound = False
        if not sound:
            yield kinds.STATE_FALSE.at(name, name=name)


class _Lane:
    """One lane while it is checked."""

    def __init__(self, reader: Reader, lane: Lane, logs: PairOfLogs, *, marks: LaneMarks) -> None:
        self.reader, self.lane, self.logs, self.marks = reader, lane, logs, marks
        self.own_state, self.mirror_state = states.own_state(reader, lane), states.mirror_state(reader, lane)
        self.found: list[Finding] = []
        self.receipted = 0
        """Entries below the largest receipt for the open log that verified."""

    def report(self, beside: Beside) -> LaneReport:
        all_own = [self._hash_own(log, beside) for log in own_stored(self.reader, self.lane, self.logs.own)]
        own = {each.log.epoch: each for each in all_own if each.log.counts}
        partners = mirror_stored(self.reader, self.lane, self.logs.partners)
        mirror = {log.epoch: self._hash_mirror(log, beside) for log in partners}
        self.found += fence_findings(own, epoch=self.own_state.epoch)
        self.found += fence_findings(mirror, epoch=self.mirror_state.epoch)
        self.found += self._stood_findings(own)
        self.found += self._place_findings(own[self.own_state.epoch], mirror[self.mirror_state.epoch])
        self.found += self._mark_findings("signed", self.marks.signed, own)
        self.found += self._mark_findings("held", self.marks.held, mirror)
        self.found += self._frozen_findings()
        return LaneReport(
            self.lane,
            tuple(_reported(each) for each in own.values()),
            tuple(_reported(each) for each in mirror.values()),
            sum(each.log.size for epoch, each in own.items() if epoch < self.own_state.epoch) + self.receipted,
            sum(each.tree.size for each in (*all_own, *mirror.values())),
            tuple(self.found),
        )

    # --- logs -----------------------------------------------------------------------------

    def _hash_own(self, log: StoredLog, beside: Beside) -> Hashed:
        kept = list(receipts.all_over(self.reader, log.key))
        marks = {receipt.size for receipt in kept} | _size_in(self.marks.signed, log.epoch)
        if log.epoch == self.own_state.epoch:
            marks.add(self.own_state.confirmed)
        done = hashed(self.reader, log, marks=marks, beside=beside, found=self.found)
        for receipt in kept:
            true = self._is_true(receipt, done)
            if not true:
                named = {"log": log.name, "size": receipt.size}
                self.found.append(kinds.RECEIPT_FALSE.at(f"{log.name}/{receipt.size}", **named))
            elif log.counts and log.epoch == self.own_state.epoch and receipt.series == self.own_state.series:
                self.receipted = receipt.size
        return done

    def _hash_mirror(self, log: StoredLog, beside: Beside) -> Hashed:
        marks = _size_in(self.marks.held, log.epoch)
        done = hashed(self.reader, log, marks=marks, beside=beside, found=self.found)
        note = self.reader.mirror_checkpoint(log.key)
        if (note is not None or done.tree.size) and not self._is_checkpoint_of(note or b"", done):
            size = done.tree.size
            self.found.append(kinds.CHECKPOINT_FALSE.at(f"{log.name}/{size}", log=log.name, size=size))
        return done

    def _is_true(self, receipt: KeptReceipt, log: Hashed) -> bool:
        """Tell whether ``receipt`` is over the rows of ``log`` and signed; one that a revocation voided need not count."""
        try:
            signed, checkpoint = _read(receipt.note)
            if self.logs.ring is not None:
                self.logs.ring.check_log(signed)
                self._check_mirror(signed, self.logs.ring, may_be_void=self._may_be_void(receipt, log.log))
        except EnvelopeRejected:
            return False
        stands = checkpoint.size == receipt.size and log.has(checkpoint.size, checkpoint.root)
        return stands and self._is_named(checkpoint, log.log)

    def _check_mirror(self, signed: Note, ring: KeyRing, *, may_be_void: bool) -> None:
        try:
            ring.check_mirror(signed, self.logs.partner)
        except KeyNotValid as error:
            if not may_be_void or error.fields.get("state") != KeyState.REVOKED.value:
                raise

    def _may_be_void(self, receipt: KeptReceipt, log: StoredLog) -> bool:
        """Tell whether no new receipt can be had in its place, or is awaited: its epoch is closed, or its series ended."""
        return log.epoch != self.own_state.epoch or receipt.series < self.own_state.series

    def _is_checkpoint_of(self, note: bytes, log: Hashed) -> bool:
        try:
            signed, checkpoint = _read(note)
            # What a stolen key added stands under its signature, which counts for nothing by now.
            if self.logs.ring is not None and log.log.size == log.tree.size:
                self.logs.ring.check_log(signed)
        except EnvelopeRejected:
            return False
        stands = (checkpoint.size, checkpoint.root) == (log.tree.size, log.tree.root())
        return stands and self._is_named(checkpoint, log.log)

    def _is_named(self, checkpoint: Checkpoint, log: StoredLog) -> bool:
        # Another copy of an epoch's log goes by the name of the epoch.
        return self.logs.ring is None or str(checkpoint.origin) == log.name.partition("~")[0]

    # --- places ---------------------------------------------------------------------------

    def _stood_findings(self, own: Mapping[int, Hashed]) -> Iterator[Finding]:
        """Hold the partner's fence note, from which our open epoch goes on, against its first entry."""
        log = own[self.own_state.epoch]
        if log.fence is not None and not self._is_fence(self.own_state.stood, log.fence):
            yield kinds.FENCE_FALSE.at(f"{log.log.name}/fence", log=log.log.name)

    def _is_fence(self, note: str, told: Fenced) -> bool:
        try:
            signed = notes.parse(note)
            fence = Fence.parse(signed.text)
            if self.logs.ring is not None:
                check_holder(signed, self.logs.ring, self.logs.partner)
        except EnvelopeRejected:
            return False
        stand = fence.stand
        said = (fence.closed, stand.origin.epoch, stand.size, stand.root.hex())
        return said == (told.closed, told.epoch, told.size, told.root)

    def _place_findings(self, own: Hashed, mirror: Hashed) -> Iterator[Finding]:
        """Hold against the rows what is kept of both logs to make the next batch cheap."""
        confirmed, stand = self.own_state.range(), self.mirror_state.range()
        if confirmed.size != self.own_state.confirmed or not own.has(confirmed.size, confirmed.root()):
            name = f"exchange/own/{self.lane.value}"
            yield kinds.STATE_FALSE.at(name, name=name)
        if stand.size != mirror.log.size or not mirror.has(stand.size, stand.root()):
            name = f"exchange/mirror/{self.lane.value}"
            yield kinds.STATE_FALSE.at(name, name=name)

    def _mark_findings(self, name: str, mark: Mark | None, logs: Mapping[int, Hashed]) -> Iterator[Finding]:
        """Hold a mark against the rows; of a closed epoch of ours it may say more than counts."""
        if mark is None:
            return
        log = logs.get(mark.epoch)
        closed = log is not None and log.log.epoch != max(logs) and mark.size > log.log.size
        if log is None or not (closed or log.has(mark.size, mark.root)):
            name = f"{name}/{self.lane.value}"
            yield kinds.MARK_FALSE.at(name, name=name, epoch=mark.epoch, size=mark.size)

    def _frozen_findings(self) -> Iterator[Finding]:
        for frozen in (self.own_state.frozen, self.mirror_state.frozen):
            if frozen is not None:
                yield kinds.LANE_FROZEN.at(self.lane.value, lane=self.lane.value, reason=frozen.reason)


def _reported(log: Hashed) -> LogReport:
    return LogReport(log.log.name, log.log.size, log.root or b"", log.tree.size)


def _size_in(mark: Mark | None, epoch: int) -> set[int]:
    return {mark.size} if mark is not None and mark.epoch == epoch else set()


def _read(note: bytes) -> tuple[Note, Checkpoint]:
    signed = notes.parse(note)
    return signed, Checkpoint.parse(signed.text)
