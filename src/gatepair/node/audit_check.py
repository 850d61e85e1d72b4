"""An export of a ledger checked by whoever holds it: hashes, links, payloads, tree and signature, without any post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.errors import EnvelopeRejected, Malformed
from gatepair.base.pruned import regrow
from gatepair.node.audit_export import FORMAT
from gatepair.node.audit_verify import judged

LINE_MAX: Final = 4 << 20
"""Longest line that is read, in bytes, so that a file of a stranger's making fills no memory. Assumed."""


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of an export (:func:`gatepair.node.audit_export.header_line`)."""

    format: str
    checkpoint: str
    key: str
    first: int
    last: int
    size: int
    tree: tuple[str, ...]


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """A further line: one entry's header as it was hashed, and its payload without the fields ``masked``."""

    header: str
    leaf: str
    payload: Any
    masked: tuple[str, ...] = ()


class Place(Struct, frozen=True):
    """What of a header places its entry."""

    position: int
    previous: str
    payload: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is not as it was recorded: the line, from 1, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What an export comes to; it holds when nothing is ``wrong``."""

    first: int
    last: int
    size: int
    """How many entries the signed tree has."""
    signer: str
    """The name of the key that signed it; empty when the key asked for did not."""
    masked: int
    """Entries whose payload lacks names and can be held against its header only by the leaf."""
    wrong: tuple[Wrong, ...]


def check_export(lines: Iterable[bytes], *, key: str = "") -> Checked:
    """Check an export under ``key``, or under the key that it brings when none is given.

    Raises:
        Malformed: a line is no line of an export; ``fields.path`` names it.
    """
    numbered = enumerate(lines, start=1)
    head = _read(next(numbered, (1, b"")), Head)
    if head.format != FORMAT:
        raise Malformed(f"line 1 is of another format than {FORMAT}", path="1")
    wrong: list[Wrong] = []
    leaves: dict[int, bytes] = {}
    due, link, masked = head.first, "", 0
    for number, line in numbered:
        row = _read((number, line), Row)
        leaf = sha256(b"\x00" + row.header.encode()).digest()
        wrong.extend(Wrong(number, why) for why in _faults(row, leaf, due=due, link=link, number=number))
        leaves[due - 1] = leaf
        masked += bool(row.masked)
        due, link = due + 1, leaf.hex()
    if due != head.last + 1:
        wrong.append(
            Wrong(1, f"the first line promises entries {head.first} to {head.last}, and {due - head.first} follow")
        )
    try:
        signed = judged(head.checkpoint, key=key or head.key, root=_root(head, leaves))
    except EnvelopeRejected as error:
        raise Malformed(f"this is no key by which a ledger is signed: {error.message}", path="key") from error
    if not signed.fits or signed.size != head.size:
        wrong.append(Wrong(1, "the entries and the tree do not give the root of the checkpoint"))
    if not signed.signer:
        wrong.append(Wrong(1, "the checkpoint is not signed by this key"))
    return Checked(head.first, head.last, head.size, signed.signer, masked, tuple(wrong))


def _faults(row: Row, leaf: bytes, *, due: int, link: str, number: int) -> Iterable[str]:
    """Yield what is wrong with the entry that is ``due``; ``link`` is the leaf before it, empty for the first."""
    place = _read((number, row.header.encode()), Place)
    if leaf.hex() != row.leaf:
        yield "the leaf is not the hash of the header"
    if place.position != due:
        yield f"the header is that of position {place.position}, and {due} is due"
    if link and place.previous != link:
        yield "the entry does not follow the one before"
    if not row.masked and sha256(encode(row.payload)).hexdigest() != place.payload:
        yield "the payload is not the one that was recorded"


def _root(head: Head, leaves: dict[int, bytes]) -> str:
    """Return the root that tree and leaves give in hex; empty where they give none."""
    try:
        return regrow(head.size, shown=leaves, hashes=[bytes.fromhex(one) for one in head.tree])[head.size].hex()
    except (Malformed, ValueError):
        return ""


Shape = TypeVar("Shape", bound=Struct)


def _read(numbered: tuple[int, bytes], kind: type[Shape]) -> Shape:
    number, line = numbered
    if len(line) > LINE_MAX:
        raise Malformed(f"line {number} is longer than a line of an export", path=f"{number}")
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"line {number} is no line of an export: {error}", path=f"{number}") from error
