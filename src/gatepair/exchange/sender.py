"""The sending half, without any input or output: rows become a batch, a reply becomes a receipt.

Rows are hashed again before the checkpoint over them is signed: a bit that flipped in storage must
stop here, because a signed root can never be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from msgspec.structs import replace

from gatepair.base.errors import (
    Contradiction,
    EnvelopeRejected,
    KeyNotValid,
    NotInAgreement,
    SignatureUnchecked,
    StorageDamaged,
)
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Party
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import body_fits, read_header
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.signer import Algorithm, SigningKey
from gatepair.exchange.wire import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    PROTOCOL,
    Batch,
    encode_batch,
    signed_text,
    wire_entry,
)

FRAME_BYTES: Final = 64 * 1024
"""Room kept in a batch for its checkpoint, the cosignature and the JSON around the entries: a dozen lines by ML-DSA-44."""
ENTRY_FRAME_BYTES: Final = 24
"""JSON around one entry: keys, braces, comma."""


class LogRow(Protocol):
    """A stored entry of a log."""

    @property
    def index(self) -> int:
        """Return the place in the log, from 0."""
        ...

    @property
    def header(self) -> bytes:
        """Return the canonical header."""
        ...

    @property
    def body(self) -> bytes | None:
        """Return the body, None when withheld or erased."""
        ...

    @property
    def leaf(self) -> bytes:
        """Return the leaf hash that was stored with it."""
        ...


@dataclass(frozen=True, slots=True)
class LogSource:
    """One outgoing log: its origin, the keys held for it, its length by now, and which keys count where."""

    origin: Origin
    key: SigningKey
    size: int
    more: tuple[SigningKey, ...] = ()
    """Further keys held: the next one before its turn, others by other algorithms."""
    ring: KeyRing | None = None
    """None when ``key`` alone signs, at every size."""

    def signers(self, size: int) -> tuple[SigningKey, ...]:
        """Return the keys that sign a checkpoint at ``size``, one by Ed25519 first.

        Raises:
            KeyNotValid: no key by Ed25519 that is held counts there.
        """
        if self.ring is None:
            return (self.key,)
        counting = {key.public for key in self.ring.log_keys(self.origin, size)}
        held = [key for key in (self.key, *self.more) if key.public in counting]
        first = sorted(held, key=lambda key: key.algorithm is not Algorithm.ED25519)
        if not first or first[0].algorithm is not Algorithm.ED25519:
            raise KeyNotValid(
                f"no key held here may sign {self.origin} at size {size}", log=str(self.origin), size=size
            )
        return tuple(first)

    def check_own(self, signed: notes.Note) -> Checkpoint:
        """Return the checkpoint in ``signed``, which our own keys signed.

        Raises:
            EnvelopeRejected: they did not.
        """
        if self.ring is not None:
            return self.ring.check_log(signed)[0]
        notes.verify(signed, notes.LogVerifier(self.origin.key_name, self.key.public))
        return Checkpoint.parse(signed.text)


@dataclass(frozen=True, slots=True)
class Built:
    """A batch ready to go, and the tree at its end."""

    raw: bytes
    tree: CompactRange


@dataclass(frozen=True, slots=True)
class Receipt:
    """A verified statement of custody: "entries below ``size`` are held", signed at ``at_s``."""

    size: int
    at_s: int
    note: str


def build(rows: Sequence[LogRow], *, before: CompactRange, source: LogSource, cosigned: str = "") -> Built:
    """Return the batch of as many of ``rows`` as fit, after the tree ``before``; without rows a heartbeat.

    Raises:
        StorageDamaged: a row is out of place or does not match its hash; nothing was signed.
    """
    tree = before.copy()
    sent = fitting(rows)
    for row in sent:
        check_row(row, index=tree.size, log=source.origin)
        tree.append(row.leaf)
    batch = Batch(
        v=PROTOCOL,
        origin=str(source.origin),
        start=before.size,
        size=source.size,
        checkpoint=signed_checkpoint(tree, source).to_text(),
        signature="",
        entries=tuple(wire_entry(row.header, row.body) for row in sent),
        cosigned=cosigned,
    )
    signed = replace(batch, signature=source.signers(tree.size)[0].sign(signed_text(batch)).hex())
    return Built(encode_batch(signed), tree)


def fitting(rows: Sequence[LogRow]) -> Sequence[LogRow]:
    """Return as many of the first ``rows`` as fit into one batch, at least one when there is any."""
    room = BATCH_BYTES_MAX - FRAME_BYTES
    for count, row in enumerate(rows[:BATCH_ENTRIES_MAX]):
        room -= len(row.header) + (4 if row.body is None else len(row.body)) + ENTRY_FRAME_BYTES
        if room < 0 and count:
            return rows[:count]
    return rows[:BATCH_ENTRIES_MAX]


def signed_checkpoint(tree: CompactRange, source: LogSource) -> notes.Note:
    """Return the checkpoint over ``tree``, signed by every key of ours that counts there."""
    text = Checkpoint(source.origin, tree.size, tree.root()).to_text()
    name = source.origin.key_name
    return notes.Note(text, tuple(notes.sign(text, name=name, key=key) for key in source.signers(tree.size)))


def check_receipt(text: str, *, source: LogSource, partner: Party, root_at: Callable[[int], bytes]) -> Receipt:
    """Return the receipt in the note ``text`` over our own log.

    ``root_at`` gives the root of our log at a size up to its length.

    Raises:
        EnvelopeRejected: not a note of ours cosigned by the partner's mirror key.
        Contradiction: a root signed by us and cosigned by the partner is not the root of our log.
    """
    signed = notes.parse(text)
    checkpoint = Checkpoint.parse(signed.text)
    if checkpoint.origin != source.origin:
        raise EnvelopeRejected("the receipt is for another log", origin=str(checkpoint.origin))
    source.check_own(signed)
    if source.ring is None:
        at_s = notes.verify(signed, partner.mirror_verifier())
    else:
        at_s = source.ring.check_mirror(signed, partner.post)[1].at_s
    if checkpoint.size > source.size or root_at(checkpoint.size) != checkpoint.root:
        raise Contradiction(
            f"the partner holds {checkpoint.size} entries of {source.origin} that are not those of our log",
            size=checkpoint.size,
        )
    return Receipt(checkpoint.size, at_s, text)


def signed_by_us(text: str, source: LogSource) -> Checkpoint | None:
    """Return the checkpoint in the note ``text`` if our own key signed it, for this or another epoch of the log.

    If it is over what we do not hold, we lost it: this node was restored from a backup.  An unsigned
    claim proves nothing, so nobody on the line can stop us by making one.
    """
    try:
        checkpoint = source.check_own(notes.parse(text))
    except (EnvelopeRejected, NotInAgreement, SignatureUnchecked):
        return None
    return checkpoint if checkpoint.origin.key_name == source.origin.key_name else None


def check_row(row: LogRow, *, index: int, log: Origin) -> None:
    """Raise unless ``row`` stands at ``index`` of ``log``, matches its hash, and has the body that was sealed.

    What rotted in a body would be signed with the batch, and refused by the reader for ever.

    Raises:
        StorageDamaged: it does not.
    """
    if row.index != index:
        raise StorageDamaged(f"entry {index} of the log {log} is missing", log=str(log), index=index)
    if leaf_hash(row.header) != row.leaf:
        raise StorageDamaged(f"entry {index} of the log {log} does not match its hash", log=str(log), index=index)
    header = read_header(row.header)
    if header is not None and row.body is not None and not body_fits(header, row.body):
        raise StorageDamaged(f"the body of entry {index} of the log {log} was changed", log=str(log), index=index)
