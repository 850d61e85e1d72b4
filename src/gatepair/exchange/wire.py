"""What travels: a batch of entries under one signed checkpoint, and the reply to it.

Headers and bodies stand in the batch as the JSON objects that they are; their canonical bytes are
what is hashed, so a reader in any language canonicalises the object and gets the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import TooLarge
from gatepair.base.shapes import spelled
from gatepair.exchange.checkpoint import EPOCH_MAX, FIRST_EPOCH
from gatepair.exchange.envelope import Natural, OriginText
from gatepair.exchange.note import NOTE_BYTES_MAX

BATCH_ENTRIES_MAX: Final = 256
"""Most entries in a batch: a package of C2SP tlog-mirror; more gain nothing (exchange notes §4)."""
BATCH_BYTES_MAX: Final = 4 * 1024 * 1024
"""Longest batch: room for 256 entries of 16 kB, and a second on a slow line. Source: exchange notes §3.4."""
REPLY_BYTES_MAX: Final = 3 * NOTE_BYTES_MAX
"""Longest reply: the two longest notes, escaped, and a few words beside them."""
PROTOCOL: Final = 1

NoteText = Annotated[str, Meta(max_length=NOTE_BYTES_MAX)]
Epoch = Annotated[int, Meta(ge=FIRST_EPOCH, le=EPOCH_MAX)]
SignatureHex = Annotated[str, spelled("[0-9a-f]{128}")]


class WireEntry(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One entry; ``body`` is absent when it is withheld or erased."""

    header: Raw
    body: Raw = msgspec.field(default_factory=lambda: Raw(b"null"))


class Batch(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Entries ``[start, start + len)`` of one log, with a checkpoint at their end; without entries a heartbeat."""

    v: Annotated[int, Meta(ge=PROTOCOL, le=PROTOCOL)]
    origin: OriginText
    start: Natural
    size: Natural
    """How long the sender's log is by now: whether this batch brings the reader up to date."""
    checkpoint: NoteText
    signature: SignatureHex
    """The log key's signature over :func:`signed_text`: nobody else can withhold a body or claim a length."""
    entries: Annotated[tuple[WireEntry, ...], Meta(max_length=BATCH_ENTRIES_MAX)] = ()
    cosigned: NoteText = ""
    """The sender's fresh cosignature over the reader's log of the same lane: proof that the sender is alive now."""


class Outcome(StrEnum):
    """How a batch was answered."""

    RECEIVED = "received"
    """All entries below ``next`` are held durably; ``note`` is the receipt."""
    GAP = "gap"
    """The mirror stands at ``next`` of ``epoch`` and cannot go on from this batch; ``held`` is its checkpoint, if any."""
    CLOSED = "closed"
    """The epoch is closed; nothing more is taken for it. ``note`` is the fence note."""
    FENCED = "fenced"
    """The epoch is closed as was asked; ``note`` is the fence note, ``held`` the checkpoint where the mirror stands."""
    REJECTED = "rejected"
    """The batch cannot be read or does not verify; nothing was kept but what proves it."""
    CONTRADICTION = "contradiction"
    """Two signed statements cannot both be true; the lane is frozen now."""
    FROZEN = "frozen"
    """The lane was frozen before; people must look."""


HTTP_STATUS: Final[Mapping[Outcome, int]] = {
    Outcome.RECEIVED: 200,
    Outcome.GAP: 409,
    Outcome.CLOSED: 410,
    Outcome.FENCED: 200,
    Outcome.REJECTED: 400,
    Outcome.CONTRADICTION: 422,
    Outcome.FROZEN: 423,
}
"""Status under which each outcome is sent over HTTP."""


class Reply(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The answer to a batch or to an ask for a fence.

    ``epoch`` and ``next`` say where the mirror stands, ``size`` how long the answerer's own log is.
    """

    v: Annotated[int, Meta(ge=PROTOCOL, le=PROTOCOL)]
    outcome: Outcome
    epoch: Epoch = FIRST_EPOCH
    next: Natural = 0
    size: Natural = 0
    note: NoteText = ""
    held: NoteText = ""
    """The reader's own latest checkpoint as it is held here: it proves to a restored writer what it had signed."""
    code: Annotated[str, Meta(max_length=64)] = ""
    message: Annotated[str, Meta(max_length=400)] = ""


def signed_text(batch: Batch) -> bytes:
    """Return what the batch's own signature covers besides the checkpoint: place, length, every body, sign of life.

    Lines: a mark, the origin, start, end, size, the hex SHA-256 over the SHA-256 of each body in order
    (of nothing where the body is absent), and the hex SHA-256 of ``cosigned``.  Were the last not covered,
    somebody on the way could put a newer sign of life into an older batch, and what came between would
    not be missed.
    """
    bodies = sha256(b"".join(sha256(body_of(entry) or b"").digest() for entry in batch.entries)).hexdigest()
    end = batch.start + len(batch.entries)
    alive = sha256(batch.cosigned.encode()).hexdigest()
    return f"gatepair/batch/v1\n{batch.origin}\n{batch.start}\n{end}\n{batch.size}\n{bodies}\n{alive}\n".encode()


def wire_entry(header: bytes, body: bytes | None) -> WireEntry:
    """Return an entry as it stands in a batch."""
    return WireEntry(header=Raw(header), body=Raw(b"null" if body is None else body))


def body_of(entry: WireEntry) -> bytes | None:
    """Return the body's bytes, None when it is absent."""
    raw = bytes(entry.body)
    return None if raw == b"null" else raw


def encode_batch(batch: Batch) -> bytes:
    """Return the bytes of ``batch``."""
    return encode(batch)


def decode_batch(raw: bytes) -> Batch:
    """Return the batch in ``raw``; headers and bodies are still to be read.

    Raises:
        TooLarge: over 4 MiB.
        Malformed: not a batch.
    """
    if len(raw) > BATCH_BYTES_MAX:
        raise TooLarge(f"the batch has {len(raw)} bytes; at most {BATCH_BYTES_MAX} are read", limit=BATCH_BYTES_MAX)
    return decode_as(Batch, raw)


def encode_reply(reply: Reply) -> bytes:
    """Return the bytes of ``reply``."""
    return encode(reply)


def decode_reply(raw: bytes) -> Reply:
    """Return the reply in ``raw``.

    Raises:
        TooLarge: over 384 KiB.
        Malformed: not a reply.
    """
    if len(raw) > REPLY_BYTES_MAX:
        raise TooLarge(f"the reply has {len(raw)} bytes; at most {REPLY_BYTES_MAX} are read", limit=REPLY_BYTES_MAX)
    return decode_as(Reply, raw)


def http_status(raw: bytes) -> int:
    """Return the HTTP status under which the reply ``raw`` of our own goes out."""
    return HTTP_STATUS[msgspec.json.decode(raw, type=Reply).outcome]


def rejected(code: str, message: str) -> bytes:
    """Return the reply to what cannot be read or does not verify."""
    return encode_reply(Reply(v=PROTOCOL, outcome=Outcome.REJECTED, code=code, message=message[:400]))
