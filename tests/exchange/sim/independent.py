"""What the referee knows of the protocol by itself: nothing of the product is imported here.

Trees after RFC 6962 §2.1, Ed25519 through ``cryptography`` (the product signs through libsodium),
canonical JSON through ``rfc8785`` and the standard library, signed notes after C2SP signed-note.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, NoReturn

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

LOG_LINE, MIRROR_LINE = 1, 4
"""Kinds of signature lines: a log's own, a cosignature with its time."""


def leaf_of(header: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + header).digest()


class Tree:
    """A Merkle tree that grows: for each level the full subtree that waits for its sister, as in a binary counter."""

    def __init__(self) -> None:
        self.size = 0
        self._waiting: list[bytes | None] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        self.size += 1
        for level, sister in enumerate(self._waiting):
            if sister is None:
                self._waiting[level] = leaf
                return
            leaf = sha256(b"\x01" + sister + leaf).digest()
            self._waiting[level] = None
        self._waiting.append(leaf)

    def root(self) -> bytes:
        """Return the root over all leaves."""
        root: bytes | None = None
        for peak in self._waiting:
            if peak is not None:
                root = peak if root is None else sha256(b"\x01" + peak + root).digest()
        return sha256(b"").digest() if root is None else root


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 defines it, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return sha256(b"\x01" + root_by_definition(leaves[:cut]) + root_by_definition(leaves[cut:])).digest()


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signed note says of a log, and who says so: (name, key id, signature) for each line."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes, bytes], ...]


@lru_cache(maxsize=4096)
def statement(note: str) -> Statement:
    """Return what the checkpoint in ``note`` states; the signatures are still to be checked."""
    text, _, tail = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    lines = []
    for line in tail.splitlines():
        _, name, blob = line.split(" ")
        signed = base64.b64decode(blob)
        lines.append((name, signed[:4], signed[4:]))
    return Statement(text + "\n", origin, int(size), base64.b64decode(root), tuple(lines))


def key_mark(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes that mark the lines of a key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def signed_by(note: str, name: str, kind: int, public: bytes) -> bool:
    """Tell whether ``note`` bears a true line of kind ``kind`` by ``public`` under ``name``."""
    stated = statement(note)
    mark = key_mark(name, kind, public)
    return any(
        _true(public, _covered(stated.text, kind, blob), blob[-64:])
        for line, found, blob in stated.lines
        if line == name and found == mark
    )


def _covered(text: str, kind: int, blob: bytes) -> bytes:
    at_s = int.from_bytes(blob[:8], "big")
    return (f"cosignature/v1\ntime {at_s}\n{text}" if kind == MIRROR_LINE else text).encode()


def _true(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def canonical_value(raw: bytes) -> Any:
    """Return the value of ``raw``; an assertion fails unless ``raw`` is its one canonical spelling.

    Nothing but objects, arrays, text, integers, true, false and null is let through, and no key twice.
    """
    value = json.loads(raw, object_pairs_hook=_once, parse_float=_never, parse_constant=_never)
    assert rfc8785.dumps(value) == raw, "the bytes are not the canonical spelling"
    return value


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = list(pairs)
    made = dict(listed)
    assert len(made) == len(listed), "a key stands twice"
    return made


def _never(text: str) -> NoReturn:
    raise AssertionError(f"{text} is no value of the profile")


class _Message(Struct):
    id: str
    type: str
    subject: str
    at_ms: int
    sections: dict[str, str]


_MESSAGE = msgspec.json.Decoder(_Message)


def content(header: bytes) -> bytes:
    """Return what identifies what a header says: the same when it is said again in another epoch."""
    said = _MESSAGE.decode(header)
    return msgspec.json.encode([said.id, said.type, said.subject, said.at_ms, said.sections], order="sorted")


def message_id(header: bytes) -> str:
    """Return the id in a header; empty when it has none."""
    found = re.search(rb'"id":"([^"]*)"', header)
    return found[1].decode(errors="replace") if found else ""


def section_digest(name: str, salt: str, value: Any) -> str:
    """Return the digest of an opened section in hex."""
    return sha256(rfc8785.dumps([salt, name, value])).hexdigest()
