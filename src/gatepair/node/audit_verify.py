"""A ledger verified from its first entry to its last, a bounded page of entries at a time.

The hashes of a chosen range are computed anew from its headers and payloads; of every other entry its place and its
link to the one before are checked.  The leaves grow one Merkle tree on the way: its root is held against the signed
checkpoint with which the walk began, and, at its size, against an earlier checkpoint that the auditor has kept.
That both roots come of one walk over the same leaves shows that the later tree only added to the earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from gatepair.base.entries import GENESIS, Entry, leaf_of
from gatepair.base.errors import EnvelopeRejected, Malformed
from gatepair.base.merkle import CompactRange
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.node.ports import Reader

PAGE: Final = 5_000
"""Entries of one page: some tenths of a second in a reading thread."""


class Walk(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a verification is; everything that the next page needs."""

    first: int
    last: int
    """The range whose hashes are computed anew."""
    signed: str
    """The checkpoint that the post signed when the walk began."""
    kept: str = ""
    """An earlier checkpoint that the auditor brought."""
    at: int = 0
    """The position up to which all is verified."""
    leaf: str = GENESIS.hex()
    tree: str = CompactRange().to_bytes().hex()
    kept_root: str = ""
    """The root that the entries give at the size of the kept checkpoint; empty before it is reached."""

    @property
    def size(self) -> int:
        """Return how many entries the walk goes over."""
        return stated(self.signed).size

    @property
    def ended(self) -> bool:
        """Tell whether every entry was looked at."""
        return self.at >= self.size


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a ledger is not as it was recorded."""

    position: int
    why: str
    """``missing``, ``unlinked`` or ``changed``."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a checkpoint comes to: its size and root, whose key signed it, and whether the entries give that root."""

    size: int
    root: str
    signer: str
    """The name of the key; empty when the key of this ledger did not sign it."""
    fits: bool


def stated(note: str) -> Checkpoint:
    """Return what a signed note says.

    Raises:
        Malformed: it is no checkpoint.
    """
    try:
        return Checkpoint.parse(notes.parse(note).text)
    except EnvelopeRejected as error:
        raise Malformed(f"this is no signed checkpoint: {error.message}", path="kept") from error


def begun(signed: str, *, first: int, last: int, kept: str = "") -> Walk:
    """Return a walk over the entries below the checkpoint ``signed``; ``last`` 0 means to the end.

    Raises:
        Malformed: the range is empty or beyond the ledger, or ``kept`` is no checkpoint or of a longer ledger.
    """
    size = stated(signed).size
    first, last = max(first, 1), last or size
    if not first <= last <= size:
        raise Malformed(f"a range lies between the positions 1 and {size}, the first before the last", path="first")
    brought = kept.replace("\r\n", "\n").strip("\n")
    brought = f"{brought}\n" if brought else ""
    if brought and not 0 < stated(brought).size <= size:
        raise Malformed(
            f"the checkpoint you kept is of another or a longer ledger than this one of {size}", path="kept"
        )
    return Walk(first, last, signed, brought)


def advanced(reader: Reader, walk: Walk) -> tuple[Walk, Fault | None]:
    """Return ``walk`` after the next page of entries, and the first fault in it; the walk then stands before it."""
    tree = CompactRange.from_bytes(bytes.fromhex(walk.tree))
    link, at, kept_root = bytes.fromhex(walk.leaf), walk.at, walk.kept_root
    end = min(at + PAGE, walk.size)
    kept_size = stated(walk.kept).size if walk.kept else 0
    fault: Fault | None = None
    for entry in reader.entries(after=at, limit=end - at):
        fault = _fault(entry, at + 1, link, whole=walk.first <= entry.position <= walk.last)
        if fault is not None:
            break
        at, link = entry.position, entry.leaf
        tree.append(link)
        if at == kept_size:
            kept_root = tree.root().hex()
    if fault is None and at < end:
        fault = Fault(at + 1, "missing")
    return replace(walk, at=at, leaf=link.hex(), tree=tree.to_bytes().hex(), kept_root=kept_root), fault


def _fault(entry: Entry, due: int, link: bytes, *, whole: bool) -> Fault | None:
    if entry.position != due:
        return Fault(due, "missing")
    if entry.previous != link:
        return Fault(due, "unlinked")
    return Fault(due, "changed") if whole and leaf_of(entry) != entry.leaf else None


def root_of(walk: Walk) -> str:
    """Return the root of the entries walked over, in hex."""
    return CompactRange.from_bytes(bytes.fromhex(walk.tree)).root().hex()


def judged(note: str, *, key: str, root: str) -> Signed:
    """Return what the checkpoint ``note`` comes to under the ledger's ``key``, where the entries give ``root``."""
    said = stated(note)
    verifier = notes.from_vkey(key)
    try:
        notes.verify(notes.parse(note), verifier)
        signer = verifier.name
    except EnvelopeRejected:
        signer = ""
    return Signed(said.size, said.root.hex(), signer, said.root.hex() == root)
