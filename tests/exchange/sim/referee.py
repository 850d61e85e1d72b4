"""The referee: sees every byte that leaves a post and every row that is durable, and knows the guarantees.

It reads rows and bytes with :mod:`exchange.sim.independent` alone; of the product it uses nothing.
Work is done once for each new row and each new statement, so that looking after every step is cheap.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec
from msgspec import Raw, Struct

from exchange.sim import independent as own
from exchange.sim.independent import LOG_LINE, MIRROR_LINE, Tree, leaf_of, statement

SAMPLE: Final = 16
"""One in so many batches and replies is gone through with the slow oracles."""


class Broken(AssertionError):
    """A guarantee does not hold; the text begins with its name."""


class Rows(Protocol):
    """What the referee may see of a post's disk."""

    def logs(self, *, mirrored: bool) -> Mapping[str, list[Any]]:
        """Return the rows of all logs by key."""
        ...

    def state(self, name: str) -> bytes | None:
        """Return a named state."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What the agreement says of one post: where its logs stand, and its public keys."""

    side: str
    post: str
    log_key: bytes
    mirror_key: bytes


@dataclass
class History:
    """What a post signed as one log: leaf and message of each entry, and the root of each size."""

    tree: Tree = field(default_factory=Tree)
    leaves: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=lambda: [Tree().root()])

    def grow(self, leaf: bytes) -> None:
        """Add the next entry."""
        self.tree.append(leaf)
        self.leaves.append(leaf)
        self.roots.append(self.tree.root())


@dataclass
class Progress:
    """How far the rows of one post were looked at."""

    mirrored: dict[str, int] = field(default_factory=dict)
    effects: int = 0
    ids: dict[str, bytes] = field(default_factory=dict)
    """Content of each message id that had its effect."""
    frozen: dict[str, int] = field(default_factory=dict)
    """Length of each mirror when its lane was frozen."""
    awaited: list[list[Any]] = field(default_factory=list)
    """Effects that the mirrored entries must have, in order."""


class _Header(Struct):
    id: str
    type: str
    subject: str
    at_ms: int
    sections: dict[str, str]


class _Entry(Struct):
    header: Raw
    body: Raw = Raw(b"null")


class _Batch(Struct):
    origin: str
    start: int
    size: int
    checkpoint: str
    entries: list[_Entry] = []


class _Reply(Struct):
    outcome: str
    note: str = ""


_BATCH: Final = msgspec.json.Decoder(_Batch)
_REPLY: Final = msgspec.json.Decoder(_Reply)
_HEADER: Final = msgspec.json.Decoder(_Header)


class Referee:
    """Raises :class:`Broken` at the first guarantee that does not hold."""

    def __init__(self, agreement: Mapping[str, Any], disks: dict[str, Rows], *, secret: str) -> None:
        self._disks = disks
        self._secret = secret.encode()
        self._agreement = agreement["id"]
        self._sections = {each["kind"]: set(each["sections"]) for each in agreement["messages"]}
        self._known = {
            each["post"]: Known(
                each["side"], each["post"], bytes.fromhex(each["log_key"]), bytes.fromhex(each["mirror_key"])
            )
            for each in agreement["parties"]
        }
        self.signed: dict[str, History] = {}
        self._progress = {post: Progress() for post in self._known}
        self.without_effect: set[bytes] = set()
        """Leaves of entries that the agreement does not list: told by who planted them."""
        self.two_faced: set[str] = set()
        """Logs whose writer was made to lie."""
        self._looked = 0

    # --- bytes that leave -----------------------------------------------------------------

    def batch_leaves(self, post: str, raw: bytes) -> None:
        """G2, G5, agreement: look at a batch that ``post`` sends."""
        require(self._secret not in raw, "agreement: a section that is not agreed was serialised")
        batch = _BATCH.decode(raw)
        stated = statement(batch.checkpoint)
        require(stated.origin == batch.origin, "G1: a batch bears the checkpoint of another log")
        require(stated.size == batch.start + len(batch.entries), "G1: the checkpoint is not at the end of the batch")
        history = self.signed.setdefault(batch.origin, History())
        require(batch.start <= len(history.leaves), "G3: a batch begins beyond what was ever signed")
        for offset, entry in enumerate(batch.entries):
            leaf, index = leaf_of(bytes(entry.header)), batch.start + offset
            if index == len(history.leaves):
                history.grow(leaf)
            require(history.leaves[index] == leaf, f"G2: entry {index} of {batch.origin} was signed in two versions")
        require(stated.root == history.roots[stated.size], f"G2: two roots of {batch.origin} at {stated.size}")
        self._looked += 1
        if self._looked % SAMPLE == 0:
            self._look_closely(post, batch)

    def _look_closely(self, post: str, batch: _Batch) -> None:
        known = self._known[post]
        name = batch.origin.partition("#")[0]
        require(own.signed_by(batch.checkpoint, name, LOG_LINE, known.log_key), "G1: a checkpoint is not signed")
        for entry in batch.entries[:2]:
            if leaf_of(bytes(entry.header)) in self.without_effect:
                continue
            header = own.canonical_value(bytes(entry.header))
            body = own.canonical_value(bytes(entry.body))
            for section, opened in (body or {"sections": {}})["sections"].items():
                require(section in self._sections[header["type"]], "agreement: a section that is not listed was sent")
                digest = own.section_digest(section, opened["salt"], opened["value"])
                require(digest == header["sections"][section], "G9: a section does not fit its digest")

    def reply_leaves(self, post: str, raw: bytes) -> None:
        """G5: look at an answer of ``post``: what it receipts must be durable here, now."""
        reply = _REPLY.decode(raw)
        if reply.outcome != "received":
            return
        stated = statement(reply.note)
        held = self._disks[post].logs(mirrored=True).get(self._log_key(stated.origin), [])
        require(stated.size <= len(held), f"G5: {stated.size} entries are receipted and {len(held)} held")
        history = self.signed.get(stated.origin, History())
        if stated.origin not in self.two_faced:
            require(stated.size < len(history.roots), "G1: a receipt over what was never signed")
            require(stated.root == history.roots[stated.size], "G5: a receipt over another root")

    # --- rows that are durable ------------------------------------------------------------

    def committed(self, post: str) -> None:
        """G1 to G4: look at what became durable in the ledger of ``post``."""
        progress, disk = self._progress[post], self._disks[post]
        for key, rows in disk.logs(mirrored=True).items():
            seen = progress.mirrored.get(key, 0)
            if len(rows) > seen:
                self._mirrored(post, key, rows[seen:])
                progress.mirrored[key] = len(rows)
        self._effects(progress, disk)
        for key in disk.logs(mirrored=True):
            self._freezes(post, key)

    def replaced(self, post: str, disk: Rows) -> None:
        """Look at all of ``disk``, which took the place of the ledger of ``post``."""
        self._disks[post], self._progress[post] = disk, Progress()
        self.committed(post)

    def _mirrored(self, post: str, key: str, rows: Iterable[Any]) -> None:
        progress, writer = self._progress[post], self._other(post)
        origin = self._origin(writer, key)
        leaves = self.signed.get(origin, History()).leaves
        index = progress.mirrored.get(key, 0)
        for row in rows:
            require(row.index == index, "G3: an index of a mirror is out of place")
            if origin not in self.two_faced:
                require(index < len(leaves), f"G1: entry {index} of {origin} is held and was never signed")
                require(leaf_of(row.header) == leaves[index], f"G2: the mirror of {origin} is no prefix at {index}")
            self._await_effect(progress, origin, row)
            index += 1

    def _await_effect(self, progress: Progress, origin: str, row: Any) -> None:
        if leaf_of(row.header) in self.without_effect:
            require(row.body is None, "agreement: the body of a quarantined entry is kept")
            return
        header = _HEADER.decode(row.header)
        content = msgspec.json.encode([header.type, header.subject, header.at_ms, header.sections])
        known = progress.ids.setdefault(header.id, content)
        if known is content:
            progress.awaited.append([origin, row.index, header.id])
        elif known != content:
            require(row.body is None, "agreement: the body of an entry with a used id is kept")

    def _effects(self, progress: Progress, disk: Rows) -> None:
        while (raw := disk.state(f"effect/{progress.effects:08d}")) is not None:
            effect = json.loads(raw)
            require(bool(progress.awaited), f"G4: the effect of {effect} came twice or without its entry")
            require(progress.awaited.pop(0) == effect, f"G4: the effect of {effect} is out of order")
            progress.effects += 1
        require(not progress.awaited, f"G4: the effect of {progress.awaited[:1]} is missing")

    def _freezes(self, post: str, key: str) -> None:
        """G2: only a proof of two histories freezes a lane, and a frozen mirror does not grow."""
        progress, disk, lane = self._progress[post], self._disks[post], key.partition("#")[0]
        size = len(disk.logs(mirrored=True)[key])
        if key in progress.frozen:
            require(size == progress.frozen[key], f"G2: {key} grew at {post} though it is frozen")
        elif b'"frozen":' in (disk.state(f"exchange/mirror/{lane}") or b""):
            progress.frozen[key] = size
            writer = self._other(post)
            origin = self._origin(writer, key)
            require(origin in self.two_faced, f"G2: {post} takes an honest {writer} for one that contradicts itself")
            self._evidence(post, origin, self._kept_evidence(disk, lane))

    def _kept_evidence(self, disk: Rows, lane: str) -> Mapping[str, str]:
        for number in range(1, 100):
            kept = json.loads(disk.state(f"exchange/evidence/{lane}/{number:06d}") or b"{}")
            if "held" in kept:
                return kept
        raise Broken(f"G2: {lane} is frozen without evidence")

    def _evidence(self, post: str, origin: str, evidence: Mapping[str, str]) -> None:
        known = self._known[self._other(post)]
        for note in (evidence["held"], evidence["shown"]):
            signed = own.signed_by(note, origin.partition("#")[0], LOG_LINE, known.log_key)
            require(signed and statement(note).origin == origin, "G2: the evidence is not signed by the writer")
        shown = statement(evidence["shown"])
        tree = Tree()
        for row in self._disks[post].logs(mirrored=True)[self._log_key(origin)][: shown.size]:
            tree.append(leaf_of(row.header))
        require(tree.size < shown.size or tree.root() != shown.root, "G2: the evidence proves nothing")

    # --- in the end -----------------------------------------------------------------------

    def is_spoilt(self, post: str, key: str) -> bool:
        """Tell whether somebody signed a second history of this log, so that people must look at it."""
        return self._origin(post, key) in self.two_faced

    def receipts(self, post: str, receipts: Mapping[str, tuple[int, bytes]]) -> None:
        """G5: each stored receipt is signed by both sides and states the root of the rows on the disk."""
        me, partner = self._known[post], self._known[self._other(post)]
        for key, (size, note) in receipts.items():
            stated = statement(note.decode())
            origin = self._origin(post, key)
            require((stated.origin, stated.size) == (origin, size), "G5: a receipt is for another log or size")
            name = origin.partition("#")[0]
            require(own.signed_by(note.decode(), name, LOG_LINE, me.log_key), "G5: a receipt without our line")
            mirror_name = f"{partner.side}/{partner.post}/mirror"
            require(
                own.signed_by(note.decode(), mirror_name, MIRROR_LINE, partner.mirror_key),
                "G5: a receipt without the partner's line",
            )
            tree = Tree()
            for row in self._disks[post].logs(mirrored=False).get(key, [])[:size]:
                tree.append(leaf_of(row.header))
            require(tree.size == size, "G5: a receipt over more than is held")
            require(tree.root() == stated.root, "G5: a receipt is not over the rows held")

    def alike(self, post: str) -> None:
        """G2, G6: each log of ``post`` is held by the partner entry for entry."""
        mirror = self._disks[self._other(post)].logs(mirrored=True)
        for key, rows in self._disks[post].logs(mirrored=False).items():
            held = mirror.get(key, [])
            if self.is_spoilt(post, key):
                continue
            require([row.header for row in held] == [row.header for row in rows], f"G6: {key} of {post} is not alike")

    # --- names ----------------------------------------------------------------------------

    def _other(self, post: str) -> str:
        return next(each for each in self._known if each != post)

    def _origin(self, post: str, key: str) -> str:
        lane, _, epoch = key.partition("#")
        return f"{self._known[post].side}/{post}/{self._agreement}/{lane}#{epoch or 1}"

    def _log_key(self, origin: str) -> str:
        lane, _, epoch = origin.rpartition("/")[2].partition("#")
        return lane if epoch == "1" else f"{lane}#{epoch}"


def require(holds: object, otherwise: str) -> None:
    """Raise :class:`Broken` unless it ``holds``."""
    if not holds:
        raise Broken(otherwise)
