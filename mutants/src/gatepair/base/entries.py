"""Ledger entries, their canonical header and the hash chain over them.

An entry's *leaf* is ``SHA-256(0x00 ‖ header)`` where the header is canonical JSON over every
field but the payload, which it holds by digest, and the leaf of the entry before.  The same leaf
is the Merkle tree's leaf, so the chain and the tree cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from gatepair.base.canonical import encode
from gatepair.base.errors import StorageDamaged

GENESIS: Final = bytes(32)
"""What the first entry names as the leaf before it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact about to be recorded in ``stream``: event type with version, canonical payload."""

    stream: str
    type: str
    payload: bytes


class Entry(NamedTuple):
    """One row of a ledger.

    ``position`` counts from 1 over the ledger, ``version`` from 1 over the stream; ``type`` is
    the event's name and version (``PlaceTaken/1``); ``payload`` is canonical JSON.
    """

    # A named tuple, not a dataclass: it is made in a tenth of the time and goes to an engine and
    # comes back as it is.  Appending is the hottest path of a post.
    position: int
    stream: str
    version: int
    type: str
    payload: bytes
    recorded_at_ms: int
    actor: str
    command_id: str
    previous: bytes
    leaf: bytes


def _header(body: tuple[int, str, int, str, bytes, int, str, str, bytes]) -> bytes:
    position, stream, version, kind, payload, at_ms, actor, command_id, previous = body
    return encode(
        {
            "actor": actor,
            "at": at_ms,
            "command": command_id,
            "payload": sha256(payload).hexdigest(),
            "position": position,
            "previous": previous.hex(),
            "stream": stream,
            "type": kind,
            "version": version,
        }
    )


def header_bytes(entry: Entry) -> bytes:
    """Return the canonical header that is hashed; the payload enters by its digest."""
    return _header(entry[:9])


def leaf_of(entry: Entry) -> bytes:
    """Return ``SHA-256(0x00 ‖ header)`` of ``entry`` (RFC 6962 leaf hash over the header)."""
    return sha256(b"\x00" + _header(entry[:9])).digest()


def sealed(
    drafts: Iterable[Draft],
    *,
    after: int,
    previous: bytes,
    versions: MutableMapping[str, int],
    at_ms: int,
    actor: str,
    command_id: str,
) -> list[Entry]:
    """Return ``drafts`` as entries that follow position ``after``, whose leaf is ``previous``.

    ``versions`` holds the present version of each stream touched and is moved on.  Every engine
    makes its entries here, so that one batch has one set of bytes whatever keeps it.
    """
    entries: list[Entry] = []
    position, link = after, previous
    for draft in drafts:
        position += 1
        version = versions[draft.stream] + 1
        versions[draft.stream] = version
        body = (position, draft.stream, version, draft.type, draft.payload, at_ms, actor, command_id, link)
        link = sha256(b"\x00" + _header(body)).digest()
        entries.append(Entry(*body, link))
    return entries


def verified(entries: Iterable[Entry], *, after: int = 0, previous: bytes = GENESIS) -> Iterator[Entry]:
    """Yield ``entries`` in turn, checking position, chain and leaf of each.

    ``after`` and ``previous`` name the entry before the first one.

    Raises:
        StorageDamaged: at the first entry that does not follow; names its position.
    """
    position, link = after, previous
    for entry in entries:
        if entry.position != position + 1:
            raise StorageDamaged(
                f"ledger position {position + 1} is missing; the next one found is {entry.position}",
                position=position + 1,
            )
        if entry.previous != link:
            raise StorageDamaged(f"entry {entry.position} does not follow the one before it", position=entry.position)
        if leaf_of(entry) != entry.leaf:
            raise StorageDamaged(f"entry {entry.position} was changed after it was recorded", position=entry.position)
        position, link = entry.position, entry.leaf
        yield entry
