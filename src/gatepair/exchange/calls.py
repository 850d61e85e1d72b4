"""What one post asks of the other besides taking a batch, and the entries that are handed back.

Three asks: *fence* an epoch of my log; *return* entries of my log that you hold; hand me the *next*
thing that you would send, because you cannot reach me.  An ask is signed by the log key of who
asks, so that nobody else can close a log or read what it holds.  It is not fresh: whoever could
capture one could read the answer as well, and asked twice each gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final

from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import EnvelopeRejected, TooLarge
from gatepair.exchange.agreement import Party
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Natural, OriginText
from gatepair.exchange.sender import LogRow, check_row, fitting
from gatepair.exchange.signer import SigningKey, verify_ed25519
from gatepair.exchange.wire import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    PROTOCOL,
    NoteText,
    SignatureHex,
    WireEntry,
    body_of,
    wire_entry,
)

ASK_BYTES_MAX: Final = 2 * BATCH_BYTES_MAX
"""Longest ask: one that brings returned entries as its answer."""
RETURNED_BYTES_MAX: Final = BATCH_BYTES_MAX


class Call(StrEnum):
    """What one post can call at the other; the last part of the call's path."""

    ENTRIES = "entries"
    """Take this batch."""
    FENCE = "fence"
    """Close an epoch of my log."""
    RETURN = "return"
    """Hand back entries of my log."""
    NEXT = "next"
    """Hand me the next call that you have for me, and take my answer to the last."""


class Answered(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to the call that was handed over last."""

    call: Call
    answer: Raw


class Ask(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A signed request about one log."""

    v: Annotated[int, Meta(ge=PROTOCOL, le=PROTOCOL)]
    call: Call
    origin: OriginText
    """For ``fence`` and ``return`` the asker's log, for ``next`` the asked one's, with its epoch."""
    signature: SignatureHex
    """The asker's log key over :func:`asked_text`."""
    start: Natural = 0
    """Index of the first entry wanted."""
    answered: Answered | None = None


class Returned(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Entries of the reader's own log from ``start``, as its mirror holds them."""

    v: Annotated[int, Meta(ge=PROTOCOL, le=PROTOCOL)]
    origin: OriginText
    start: Natural
    size: Natural
    """How many entries of this log the mirror holds."""
    held: NoteText
    """The writer's own signed checkpoint at ``size``; empty when that is 0."""
    signature: SignatureHex
    """The holder's log key over :func:`returned_text`, so that damage on the way is not kept."""
    entries: Annotated[tuple[WireEntry, ...], Meta(max_length=BATCH_ENTRIES_MAX)] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What a mirror holds of one log: its size and the writer's own checkpoint there."""

    origin: Origin
    size: int
    checkpoint: str


def asked_text(ask: Ask) -> bytes:
    """Return what an ask's signature covers: a mark, the call, the log, the start, and the SHA-256 of the answer."""
    answered = b"" if ask.answered is None else ask.answered.call.encode() + b"\n" + bytes(ask.answered.answer)
    return f"gatepair/ask/v1\n{ask.call.value}\n{ask.origin}\n{ask.start}\n{sha256(answered).hexdigest()}\n".encode()


def returned_text(returned: Returned) -> bytes:
    """Return what the signature of returned entries covers: a mark, log, start, size, and the SHA-256 of all else."""
    digest = sha256(sha256(returned.held.encode()).digest())
    for entry in returned.entries:
        digest.update(sha256(bytes(entry.header)).digest() + sha256(body_of(entry) or b"").digest())
    lines = (returned.origin, str(returned.start), str(returned.size), digest.hexdigest())
    return ("gatepair/returned/v1\n" + "".join(f"{line}\n" for line in lines)).encode()


def ask(call: Call, log: Origin, *, key: SigningKey, start: int = 0, answered: Answered | None = None) -> bytes:
    """Return the signed ask for ``call`` about ``log``."""
    unsigned = Ask(v=PROTOCOL, call=call, origin=str(log), start=start, answered=answered, signature="")
    return encode(replace(unsigned, signature=key.sign(asked_text(unsigned)).hex()))


def check_ask(raw: bytes, call: Call, *, asker: Party) -> Ask:
    """Return the ask for ``call`` in ``raw``, which ``asker`` signed.

    Raises:
        TooLarge: over 8 MiB.
        Malformed: not an ask.
        EnvelopeRejected: it asks for something else, or the asker's log key did not sign it.
    """
    if len(raw) > ASK_BYTES_MAX:
        raise TooLarge(f"the ask has {len(raw)} bytes; at most {ASK_BYTES_MAX} are read", limit=ASK_BYTES_MAX)
    read = decode_as(Ask, raw)
    if read.call is not call:
        raise EnvelopeRejected(f"an ask for {read.call.value} came as one for {call.value}", call=call.value)
    if not verify_ed25519(bytes.fromhex(asker.log_key), asked_text(read), bytes.fromhex(read.signature)):
        raise EnvelopeRejected("the signature of the ask is false", origin=read.origin)
    return read


def answered_in(raw: bytes) -> Answered:
    """Return the call and its answer that ``raw`` brings; neither is verified.

    Raises:
        Malformed: it is no call with its answer.
    """
    return decode_as(Answered, raw)


class _Place(Struct, frozen=True):
    origin: OriginText
    start: Natural = 0


def place_of(raw: bytes) -> tuple[str, int]:
    """Return log and index that an ask for entries, or the answer to one, in ``raw`` names; nothing of it is verified.

    Raises:
        Malformed: it names none.
    """
    read = decode_as(_Place, raw)
    return read.origin, read.start


def call_of(raw: bytes) -> Call:
    """Return what the ask in ``raw`` asks for; nothing of it is verified.

    Raises:
        Malformed: not an ask.
    """
    return decode_as(Ask, raw).call


def hand_back(rows: Sequence[LogRow], held: Held, *, start: int, key: SigningKey) -> bytes:
    """Return as many of ``rows``, which begin at ``start``, as fit into one answer.

    Raises:
        StorageDamaged: a row is out of place or does not match its hash; nothing is handed back.
    """
    sent = fitting(rows)
    for offset, row in enumerate(sent):
        check_row(row, index=start + offset, log=held.origin)
    unsigned = Returned(
        v=PROTOCOL,
        origin=str(held.origin),
        start=start,
        size=held.size,
        held=held.checkpoint,
        entries=tuple(wire_entry(row.header, row.body) for row in sent),
        signature="",
    )
    return encode(replace(unsigned, signature=key.sign(returned_text(unsigned)).hex()))


def check_returned(raw: bytes, log: Origin, *, start: int, holder: Party) -> Returned:
    """Return the entries of our ``log`` from ``start`` that ``holder`` handed back in ``raw``.

    That they are truly ours shows only when the root over all of them is the one in ``held``.

    Raises:
        TooLarge: over 4 MiB.
        Malformed: not entries handed back.
        EnvelopeRejected: another log or place, or the holder did not sign it.
    """
    if len(raw) > RETURNED_BYTES_MAX:
        raise TooLarge(f"the answer has {len(raw)} bytes; at most {RETURNED_BYTES_MAX} are read")
    read = decode_as(Returned, raw)
    if (read.origin, read.start) != (str(log), start):
        raise EnvelopeRejected("the entries handed back are of another place", origin=read.origin)
    if not verify_ed25519(bytes.fromhex(holder.log_key), returned_text(read), bytes.fromhex(read.signature)):
        raise EnvelopeRejected("the signature of the entries handed back is false", origin=read.origin)
    return read
