"""The receiving half, without any input or output: a batch and a mirror's state become a judgement.

The order of the checks is the protocol's: signature, epoch, start, known prefix, root, then policy
entry by entry; a batch that opens a later epoch must go on exactly where the mirror stands.  A well-formed entry is never refused from the mirror, because a
log with a refused entry would be dead; what the agreement does not allow is quarantined: header and
leaf are kept, the body is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gatepair.base.errors import BadInput, EnvelopeRejected, NotInAgreement, NotInForce, SignatureUnchecked
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import Header, Opened, Place, open_read, parse_header
from gatepair.exchange.fence import goes_on_from
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import LOG_OPENED, READS, STATEMENTS
from gatepair.exchange.signer import verify_ed25519
from gatepair.exchange.wire import Batch, body_of, signed_text

QUARANTINE_MALFORMED: Final = "malformed"
QUARANTINE_NOT_AGREED: Final = "not_in_agreement"
QUARANTINE_NOT_IN_FORCE: Final = "not_in_force"
"""It names a version of the agreement that does not count at the time that it states."""
QUARANTINE_NOT_READ: Final = "not_read"
"""Agreed, but of a type or version that this software does not read."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is known of the partner's log: its tree, its checkpoint, and whether we still trust it."""

    origin: Origin
    """The epoch in which the mirror stands."""
    tree: CompactRange
    checkpoint: str = ""
    """The partner's latest signed note; empty before the first."""
    closed: int = 0
    """Epochs up to this one take nothing more."""

    @property
    def stand(self) -> Checkpoint:
        """Return epoch, size and root of what is held."""
        return Checkpoint(self.origin, self.tree.size, self.tree.root())


@dataclass(frozen=True, slots=True)
class Judged:
    """One new entry: opened, or quarantined for ``quarantine`` with its body dropped."""

    index: int
    header: bytes
    body: bytes | None
    leaf: bytes
    read: Header | None
    opened: Opened | None
    quarantine: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """All verified: ``new`` entries follow the mirror's end (none in a heartbeat or a repeat)."""

    mirror: Mirror
    new: tuple[Judged, ...]
    complete: bool
    """Whether nothing of the sender's log is outstanding."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The batch does not go on from where the mirror stands."""

    mirror: Mirror


@dataclass(frozen=True, slots=True)
class Closed:
    """The batch belongs to an epoch that is closed."""

    mirror: Mirror


@dataclass(frozen=True, slots=True)
class Rejected:
    """It does not verify; nothing changes."""

    mirror: Mirror
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Contradicted:
    """Two signed statements cannot both be true; the lane is to be frozen."""

    mirror: Mirror
    held: str
    shown: str
    message: str
    start: int = 0
    headers: tuple[bytes, ...] = ()
    """Headers from ``start`` under what is shown, where they are needed to see that both cannot be true."""


Judgement = Taken | Gap | Closed | Rejected | Contradicted


@dataclass(frozen=True, slots=True)
class Bench:
    """What judging needs besides the batch: who the partner is, what is agreed, how to ask the mirror for a root."""

    ring: KeyRing
    """Whose keys count."""
    in_force: Sequence[Terms]
    tree_at: Callable[[int], CompactRange]
    """Tree of the mirror at a size up to its length."""
    reads: Collection[str] = READS
    """The types that this software reads."""
    signed: Checkpoint | None = None
    """What :func:`check_signer` gave for this batch, this log and this ring before; None checks it now."""


def judge(batch: Batch, mirror: Mirror, bench: Bench) -> Judgement:
    """Return what is to be done with ``batch``; changes nothing.

    A lane already frozen is the caller's to answer.
    """
    try:
        checkpoint = bench.signed or check_signer(batch, mirror.origin, bench.ring)
    except (EnvelopeRejected, SignatureUnchecked) as error:
        return Rejected(mirror, error.code, error.message)
    if checkpoint.origin.epoch < max(mirror.origin.epoch, mirror.closed + 1):
        return Closed(mirror)
    if checkpoint.size != batch.start + len(batch.entries):
        return Rejected(mirror, EnvelopeRejected.code, "the checkpoint does not stand at the end of the batch")
    if checkpoint.origin.epoch > mirror.origin.epoch:
        return _judge_opening(batch, checkpoint, mirror=mirror, bench=bench)
    if checkpoint.size <= mirror.tree.size:
        return _judge_known(batch, checkpoint, mirror=mirror, bench=bench)
    if batch.start > mirror.tree.size:
        return Gap(mirror)
    return _judge_new(batch, checkpoint, mirror=mirror, bench=bench)


def check_signer(batch: Batch, log: Origin, ring: KeyRing) -> Checkpoint:
    """Return the checkpoint of ``batch``, signed for ``log`` or another epoch of it by keys that count there.

    Raises:
        EnvelopeRejected: it is of another log, or the log's keys did not sign it.
        KeyNotValid: they signed it, but do not count at its size.
        SignatureUnchecked: a line that the agreement requires cannot be checked here.
    """
    if batch.origin.partition("#")[0] != log.key_name:
        raise EnvelopeRejected("the batch is of another log", origin=batch.origin)
    signed = notes.parse(batch.checkpoint)
    if signed.text.partition("\n")[0] != batch.origin:
        raise EnvelopeRejected("the checkpoint is of another log than the batch", origin=batch.origin)
    checkpoint, signers = ring.check_log(signed)
    text, signature = signed_text(batch), bytes.fromhex(batch.signature)
    if not any(verify_ed25519(key.public, text, signature) for key in signers.keys):
        raise EnvelopeRejected("the signature of the batch is false", origin=batch.origin)
    return checkpoint


def _judge_opening(batch: Batch, checkpoint: Checkpoint, *, mirror: Mirror, bench: Bench) -> Judgement:
    """Judge a batch of a later epoch: its first entry must go on exactly where the mirror stands.

    Taken, it closes the epoch before in the same step, so nothing that comes late can follow there.
    A writer that is told of a gap asks for a fence and learns where the mirror stands.
    """
    if batch.start or not batch.entries:
        return Gap(mirror)
    empty = Mirror(checkpoint.origin, CompactRange(), closed=checkpoint.origin.epoch - 1)
    judged = _judge_new(batch, checkpoint, mirror=empty, bench=bench)
    if isinstance(judged, Rejected):
        return replace(judged, mirror=mirror)
    if not isinstance(judged, Taken) or not _goes_on(judged.new[0], mirror):
        return Gap(mirror)
    return judged


def _goes_on(first: Judged, mirror: Mirror) -> bool:
    opened = first.opened
    return opened is not None and opened.type == LOG_OPENED and goes_on_from(opened.sections, mirror.stand)


def _judge_known(batch: Batch, checkpoint: Checkpoint, *, mirror: Mirror, bench: Bench) -> Judgement:
    """Judge a repeat or a heartbeat: nothing is new, but the root must be the one we hold."""
    if bench.tree_at(checkpoint.size).root() != checkpoint.root:
        return _contradicted(batch, mirror, "two roots are signed for one size")
    if checkpoint.size == mirror.tree.size and not mirror.checkpoint:
        mirror = replace(mirror, checkpoint=batch.checkpoint)
    return Taken(mirror, (), complete=batch.size <= mirror.tree.size)


def _judge_new(batch: Batch, checkpoint: Checkpoint, *, mirror: Mirror, bench: Bench) -> Judgement:
    fresh = batch.entries[mirror.tree.size - batch.start :]
    headers = [bytes(entry.header) for entry in fresh]
    tree = mirror.tree.copy()
    tree.extend(leaf_hash(header) for header in headers)
    if tree.root() != checkpoint.root:
        return _judge_false_root(batch, checkpoint, mirror=mirror, bench=bench)
    judged: list[Judged] = []
    for offset, entry in enumerate(fresh):
        place = Place(mirror.origin, mirror.tree.size + offset)
        try:
            judged.append(_judge_entry(headers[offset], body_of(entry), place=place, bench=bench))
        except EnvelopeRejected as error:
            # The writer mends it by withholding the body: headers alone are always taken.
            return Rejected(mirror, error.code, error.message)
    after = replace(mirror, tree=tree, checkpoint=batch.checkpoint)
    return Taken(after, tuple(judged), complete=batch.size <= tree.size)


def _judge_entry(header: bytes, body: bytes | None, *, place: Place, bench: Bench) -> Judged:
    leaf = leaf_hash(header)
    try:
        read = parse_header(header)
    except BadInput:
        return Judged(place.index, header, None, leaf, None, None, quarantine=QUARANTINE_MALFORMED)
    if read.type not in bench.reads and read.type not in STATEMENTS:
        return Judged(place.index, header, None, leaf, read, None, quarantine=QUARANTINE_NOT_READ)
    try:
        opened = open_read(read, body, leaf=leaf, in_force=bench.in_force, place=place)
    except NotInAgreement as error:
        why = QUARANTINE_NOT_IN_FORCE if isinstance(error, NotInForce) else QUARANTINE_NOT_AGREED
        return Judged(place.index, header, None, leaf, read, None, quarantine=why)
    return Judged(place.index, header, body, leaf, read, opened)


def _judge_false_root(batch: Batch, checkpoint: Checkpoint, *, mirror: Mirror, bench: Bench) -> Judgement:
    """Tell a fork from damage on the way.

    If what was signed is our prefix with the entries sent, but those entries are not the ones we
    hold, the partner has signed two histories.  Anything else proves nothing and is sent again.
    """
    tree = bench.tree_at(batch.start).copy()
    tree.extend(leaf_hash(bytes(entry.header)) for entry in batch.entries)
    if tree.root() == checkpoint.root:
        found = _contradicted(batch, mirror, "the entries signed are not the ones signed before")
        return replace(found, start=batch.start, headers=tuple(bytes(entry.header) for entry in batch.entries))
    return Rejected(mirror, EnvelopeRejected.code, "the signed root is not the root of the entries sent")


def _contradicted(batch: Batch, mirror: Mirror, message: str) -> Contradicted:
    return Contradicted(mirror, held=mirror.checkpoint, shown=batch.checkpoint, message=message)
