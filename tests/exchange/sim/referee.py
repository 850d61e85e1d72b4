"""The referee: sees every byte that leaves a post and every row that is durable, and knows the guarantees.

It reads rows and bytes with :mod:`exchange.sim.independent` alone; of the product it uses nothing.
Work is done once for each new row and each new statement, so that looking after every step is cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any, Final, Protocol

import msgspec
from msgspec import Raw, Struct

from exchange.sim import independent as own
from exchange.sim.independent import LOG_LINE, MIRROR_LINE, Tree, leaf_of, statement

SAMPLE: Final = 16
"""One in so many batches is gone through with the slow oracles."""
BY_HAND: Final = "by_hand"
"""Why a lane stands still that a person stopped."""
OPENED: Final = "log.opened/1"
"""The statement that opens an epoch; no agreement lists it and every one lets it through."""


class Broken(AssertionError):
    """A guarantee does not hold; the text begins with its name."""


def require(holds: object, otherwise: str) -> None:
    """Raise :class:`Broken` unless it ``holds``."""
    if not holds:
        raise Broken(otherwise)


class Rows(Protocol):
    """What the referee may see of a post's disk."""

    def log(self, key: str, *, mirrored: bool) -> Sequence[Any]:
        """Return the rows of one log."""
        ...

    def state(self, name: str) -> bytes | None:
        """Return a named state."""
        ...

    def receipts(self) -> Mapping[str, tuple[int, bytes]]:
        """Return the stored receipts by log."""
        ...

    def logs(self, *, mirrored: bool) -> Mapping[str, Sequence[Any]]:
        """Return the rows of all logs: another object whenever they changed."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What the agreement says of one post: where its logs stand, and its public keys."""

    side: str
    post: str
    log_key: bytes
    mirror_key: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One epoch of a log on a disk: its origin, its name there, and how many of its rows count."""

    origin: str
    key: str
    size: int


@dataclass
class History:
    """What a post signed as one log: the leaf of each entry, and the root of each size."""

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
    """How many rows of each log of the partner, by origin."""
    effects: int = 0
    ids: dict[str, tuple[str, int, bytes]] = field(default_factory=dict)
    """Where each message stands that had its effect, by id: log, index, content."""
    awaited: dict[str, list[Any]] = field(default_factory=dict)
    """Effects that the mirrored entries must have, in the order of their lane."""
    frozen: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where each mirror stood when its lane was frozen."""
    stamp: list[Any] = field(default_factory=list)
    """What was looked at last: where nothing changed there is nothing to look at."""


class _State(Struct):
    """As much of a lane's state as the referee reads."""

    epoch: int = 1
    copy: int = 0
    closed: int = 0
    frozen: Any = None
    recovery: Any = None


class _Past(Struct):
    copy: int
    size: int


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


class _Header(Struct):
    id: str
    type: str
    subject: str = ""
    re: list[Any] = []


_STATE: Final = msgspec.json.Decoder(_State)
_PAST: Final = msgspec.json.Decoder(_Past)
_BATCH: Final = msgspec.json.Decoder(_Batch)
_REPLY: Final = msgspec.json.Decoder(_Reply)
_HEADER: Final = msgspec.json.Decoder(_Header)


class Referee:
    """Raises :class:`Broken` at the first guarantee that does not hold."""

    def __init__(self, agreement: Mapping[str, Any], disks: dict[str, Rows], *, secret: str) -> None:
        self._disks = disks
        self._secret = secret.encode()
        self._agreement = agreement["id"]
        used = {each["lane"] for each in agreement["messages"]}
        self.lanes: tuple[str, ...] = tuple(lane for lane in agreement["lanes"] if lane in used)
        self._watched = ("effects", *(f"exchange/mirror/{lane}" for lane in self.lanes))
        self._sections = {each["kind"]: set(each["sections"]) for each in agreement["messages"]} | {OPENED: {"fence"}}
        self._known = {
            each["post"]: Known(
                each["side"], each["post"], bytes.fromhex(each["log_key"]), bytes.fromhex(each["mirror_key"])
            )
            for each in agreement["parties"]
        }
        self.signed: dict[str, History] = {}
        self._progress = {post: Progress() for post in self._known}
        self._types: dict[str, str] = {}
        """Type of each entry that was signed, by leaf in hex."""
        self._closed: dict[tuple[str, str], int] = {}
        """Epoch up to which a post said that it closed a lane of its partner's."""
        self.without_effect: set[bytes] = set()
        """What the agreement does not list: told by who planted it."""
        self.used_ids: set[str] = set()
        """Ids under which a post was made to say two things."""
        self.erased: set[bytes] = set()
        """Content of entries whose body one side or the other forgot."""
        self.two_faced: set[str] = set()
        """Logs (without epoch) of which somebody signed a second history."""
        self._looked = 0

    # --- bytes that leave -----------------------------------------------------------------

    def batch_leaves(self, post: str, raw: bytes) -> None:
        """G1 to G3, agreement: look at a batch that ``post`` sends."""
        require(self._secret not in raw, "agreement: a section that is not agreed was serialised")
        batch = _BATCH.decode(raw)
        lane, _ = _lane_and_epoch(batch.origin)
        require(self._state(post, "own", lane).frozen is None, f"frozen: {post} signs for {lane}, which stands still")
        stated = statement(batch.checkpoint)
        require(stated.origin == batch.origin, "G1: a batch bears the checkpoint of another log")
        require(stated.size == batch.start + len(batch.entries), "G1: the checkpoint is not at the end of the batch")
        history = self.signed.setdefault(batch.origin, History())
        require(batch.start <= len(history.leaves), f"G3: a batch of {batch.origin} leaves out what was never signed")
        for index, entry in enumerate(batch.entries, start=batch.start):
            header = bytes(entry.header)
            leaf = leaf_of(header)
            if index == len(history.leaves):
                history.grow(leaf)
                self._look_at_answer(header, leaf)
            require(history.leaves[index] == leaf, f"G2: entry {index} of {batch.origin} was signed in two versions")
        require(stated.root == history.roots[stated.size], f"G2: two roots of {batch.origin} at {stated.size}")
        self._looked += 1
        if self._looked % SAMPLE == 0:
            self._look_closely(post, batch)

    def _look_at_answer(self, header: bytes, leaf: bytes) -> None:
        read = _HEADER.decode(header)
        self._types[leaf.hex()] = read.type
        if read.re and read.type.startswith("outcome/"):
            answered = self._types.get(read.re[0]["leaf"], "")
            require(not answered.startswith("outcome/"), "G4: an outcome is answered by an outcome")

    def _look_closely(self, post: str, batch: _Batch) -> None:
        known, name = self._known[post], batch.origin.partition("#")[0]
        require(own.signed_by(batch.checkpoint, name, LOG_LINE, known.log_key), "G1: a checkpoint is not signed")
        for entry in batch.entries[:2]:
            if own.content(bytes(entry.header)) in self.without_effect:
                continue
            header = own.canonical_value(bytes(entry.header))
            body = own.canonical_value(bytes(entry.body))
            for section, opened in (body or {"sections": {}})["sections"].items():
                require(section in self._sections[header["type"]], "agreement: a section that is not listed was sent")
                digest = own.section_digest(section, opened["salt"], opened["value"])
                require(digest == header["sections"][section], "G9: a section does not fit its digest")

    def reply_leaves(self, post: str, raw: bytes) -> None:
        """G5: look at an answer of ``post``: what it states must be durable here, now."""
        reply = _REPLY.decode(raw)
        if reply.outcome == "fenced":
            self._fence_leaves(post, reply.note)
        if reply.outcome != "received":
            return
        stated = statement(reply.note)
        held = self._disks[post].log(_key(stated.origin), mirrored=True)
        require(stated.size <= len(held), f"G5: {stated.size} entries are receipted and {len(held)} held")
        if not self._is_two_faced(stated.origin):
            history = self.signed.get(stated.origin, History())
            require(stated.size < len(history.roots), "G1: a receipt over what was never signed")
            require(stated.root == history.roots[stated.size], "G5: a receipt over another root")

    def _fence_leaves(self, post: str, note: str) -> None:
        mark, closed, rest = note.split("\n", 2)
        require(mark == "gatepair/fence/v1", "fence: the note is no fence")
        lane, epoch = _lane_and_epoch(closed)
        require(self._state(post, "mirror", lane).closed >= epoch, "fence: a fence left before it was durable")
        self._closed[post, lane] = max(self._closed.get((post, lane), 0), epoch)
        stand = statement(rest)
        require(
            len(self._disks[post].log(_key(stand.origin), mirrored=True)) == stand.size,
            "fence: the fence does not say where the mirror stands",
        )

    # --- rows that are durable ------------------------------------------------------------

    def committed(self, post: str) -> None:
        """G1 to G4: look at what became durable in the ledger of ``post``."""
        progress, disk = self._progress[post], self._disks[post]
        stamp = [disk.logs(mirrored=True), *map(disk.state, self._watched)]
        if len(stamp) == len(progress.stamp) and all(map(is_, stamp, progress.stamp)):
            return
        progress.stamp = stamp
        for lane in self.lanes:
            parts = self.mirror_parts(post, lane)
            for part in parts:
                seen = progress.mirrored.get(part.origin, 0)
                if part.size > seen:
                    self._mirrored(post, part, disk.log(part.key, mirrored=True)[seen:])
                    progress.mirrored[part.origin] = part.size
            self._freezes(post, lane, (len(parts), parts[-1].size))
        self._effects(progress, disk)

    def replaced(self, post: str, disk: Rows, *, marks_lost: bool) -> None:
        """Look at all of ``disk``, which took the place of the ledger of ``post``."""
        self._disks[post] = disk
        self._progress[post] = Progress(ids=_first_places(disk))
        if marks_lost:
            for lane in self.lanes:
                self._closed.pop((post, lane), None)
        self.committed(post)

    def _mirrored(self, post: str, part: Part, rows: Iterable[Any]) -> None:
        progress = self._progress[post]
        leaves = self.signed.get(part.origin, History()).leaves
        lane, epoch = _lane_and_epoch(part.origin)
        index = progress.mirrored.get(part.origin, 0)
        is_restored = index == 0 and not progress.effects
        require(
            is_restored or epoch > self._closed.get((post, lane), 0), f"fence: {part.origin} grew after it was closed"
        )
        for row in rows:
            require(row.index == index, "G3: an index of a mirror is out of place")
            if not self._is_two_faced(part.origin):
                require(index < len(leaves), f"G1: entry {index} of {part.origin} is held and was never signed")
                require(leaf_of(row.header) == leaves[index], f"G2: {part.origin} is held otherwise at {index}")
            self._await_effect(post, part.origin, row)
            index += 1

    def _await_effect(self, post: str, origin: str, row: Any) -> None:
        progress, content = self._progress[post], own.content(row.header)
        if content in self.without_effect:
            require(row.body is None, "agreement: the body of a quarantined entry is kept")
            return
        header = _HEADER.decode(row.header)
        if header.type == OPENED:
            self._opens(post, origin, row)
            return
        *place, known = progress.ids.setdefault(header.id, (origin, row.index, content))
        require(
            header.type.startswith("outcome/") or header.subject == header.id,
            f"restore: {header.subject} was said again under another id",
        )
        if place == [origin, row.index]:
            lane, _ = _lane_and_epoch(origin)
            progress.awaited.setdefault(lane, []).append([origin, row.index, header.id])
        elif known != content:
            require(row.body is None, "agreement: the body of an entry with a used id is kept")
            require(header.id in self.used_ids, f"restore: {header.id} was said twice and not the same")

    def _opens(self, post: str, origin: str, row: Any) -> None:
        """Fence: a new epoch goes on from where the mirror stands."""
        require(row.index == 0, "fence: an epoch is opened in its middle")
        if self._is_two_faced(origin):
            return
        lane, epoch = _lane_and_epoch(origin)
        named = own.canonical_value(row.body)["sections"]["fence"]["value"]
        before = [part for part in self.mirror_parts(post, lane) if _lane_and_epoch(part.origin)[1] < epoch]
        stand = [part for part in before if _lane_and_epoch(part.origin)[1] <= named["epoch"]][-1]
        # As it was signed: a row that rotted since is another matter.
        root = self.signed.get(stand.origin, History()).roots[stand.size]
        require((stand.size, root.hex()) == (named["size"], named["root"]), f"fence: {origin} goes on elsewhere")
        beyond = [part.size for part in before if _lane_and_epoch(part.origin)[1] > named["epoch"]]
        require(not any(beyond), f"fence: {origin} goes on from before what is held")

    def _effects(self, progress: Progress, disk: Rows) -> None:
        while (raw := disk.state(f"effect/{progress.effects:08d}")) is not None:
            effect = msgspec.json.decode(raw)
            awaited = progress.awaited.get(_lane_and_epoch(effect[0])[0])
            require(awaited, f"G4: the effect of {effect} came twice or without its entry")
            require(awaited and awaited.pop(0) == effect, f"G4: the effect of {effect} is out of order")
            progress.effects += 1
        missing = [effects[0] for effects in progress.awaited.values() if effects]
        require(not missing, f"G4: the effects of {missing} are missing")

    def _freezes(self, post: str, lane: str, stand: tuple[int, int]) -> None:
        """G2: only a proof of two histories freezes a lane, and a frozen mirror does not grow."""
        frozen = self._progress[post].frozen
        if lane in frozen:
            require(stand == frozen[lane], f"G2: {lane} grew at {post} though it is frozen")
        elif (freeze := self._state(post, "mirror", lane).frozen) is not None:
            frozen[lane] = stand
            if freeze["reason"] == BY_HAND:
                return
            writer = self._other(post)
            name = self._name(writer, lane)
            require(name in self.two_faced, f"G2: {post} takes an honest {writer} for one that contradicts itself")
            self._evidence(post, lane, name)

    def freezes(self, post: str, lane: str) -> set[str]:
        """Return why ``lane`` stands still at ``post``, its own log or the mirror; nothing when it runs."""
        frozen = (self._state(post, which, lane).frozen for which in ("own", "mirror"))
        return {freeze["reason"] for freeze in frozen if freeze is not None}

    def let_go(self, post: str, lane: str) -> None:
        """Know that people let a frozen lane go on."""
        self._progress[post].frozen.pop(lane, None)

    def _evidence(self, post: str, lane: str, name: str) -> None:
        """G2: what is kept convinces somebody who has nothing but the rows of the mirror."""
        evidence, known = self._kept_evidence(post, lane), self._known[self._other(post)]
        held, shown = (statement(evidence[which]) for which in ("held", "shown"))
        for note in (evidence["held"], evidence["shown"]):
            require(own.signed_by(note, name, LOG_LINE, known.log_key), "G2: the evidence is not signed by the writer")
        require(held.origin == shown.origin, "G2: the evidence is about two logs")
        rows = [leaf_of(row.header) for row in self._disks[post].log(_key(held.origin), mirrored=True)][: held.size]
        require(own.root_by_definition(rows) == held.root, "G2: the evidence does not fit the mirror")
        second = rows[: evidence["start"]] + [leaf_of(bytes(each)) for each in evidence["headers"]]
        if evidence["headers"]:
            proved = own.root_by_definition(second) == shown.root and second[: held.size] != rows[: len(second)]
        else:
            proved = shown.size <= held.size and own.root_by_definition(rows[: shown.size]) != shown.root
        require(proved, "G2: the evidence proves nothing")

    def _kept_evidence(self, post: str, lane: str) -> Any:
        for number in range(1, 100):
            raw = self._disks[post].state(f"exchange/evidence/{lane}/{number:06d}")
            if raw is None:
                break
            kept = msgspec.json.decode(raw, type=_Evidence)
            if kept.held:
                return {"held": kept.held, "shown": kept.shown, "start": kept.start, "headers": kept.headers}
        raise Broken(f"G2: {lane} is frozen without evidence")

    # --- in the end -----------------------------------------------------------------------

    def is_spoilt(self, post: str, lane: str) -> bool:
        """Tell whether somebody signed a second history of this log, so that people must look at it."""
        return self._name(post, lane) in self.two_faced

    def is_settled(self, post: str, lane: str) -> bool:
        """Tell whether the partner holds and has receipted all of a post's log, and no recovery is under way."""
        if self.is_spoilt(post, lane):
            return True
        parts, mirror = self.own_parts(post, lane), self.mirror_parts(self._other(post), lane)
        sizes = [part.size for part in parts]
        receipted = self._disks[post].receipts().get(parts[-1].key, (0, b""))[0]
        return (
            self._state(post, "own", lane).recovery is None
            and sizes == [part.size for part in mirror]
            and receipted == sizes[-1]
        )

    def alike(self, post: str) -> None:
        """G2, G6: each log of ``post`` is held by the partner entry for entry, epoch by epoch."""
        for lane in self.lanes:
            if self.is_spoilt(post, lane):
                continue
            partner = self._other(post)
            wrote = self._rows(post, self.own_parts(post, lane), mirrored=False)
            held = self._rows(partner, self.mirror_parts(partner, lane), mirrored=True)
            require([row.header for row in wrote] == [row.header for row in held], f"G6: {lane} of {post} is not alike")
            for mine, theirs in zip(wrote, held, strict=True):
                require(mine.body == theirs.body or self._may_differ(mine), f"G5: the body of {mine.header!r} was lost")

    def _may_differ(self, row: Any) -> bool:
        content = own.content(row.header)
        return content in self.erased or content in self.without_effect or own.message_id(row.header) in self.used_ids

    def receipts(self, post: str) -> None:
        """G5: each stored receipt is signed by both sides and states the root of the rows on the disk."""
        me, partner = self._known[post], self._known[self._other(post)]
        mirror_name = f"{partner.side}/{partner.post}/mirror"
        for lane in self.lanes:
            part = self.own_parts(post, lane)[-1]
            size, note = self._disks[post].receipts().get(part.key, (0, b""))
            if not note:
                continue
            stated, text = statement(note.decode()), note.decode()
            require((stated.origin, stated.size) == (part.origin, size), "G5: a receipt is for another log or size")
            name = part.origin.partition("#")[0]
            require(own.signed_by(text, name, LOG_LINE, me.log_key), "G5: a receipt without our line")
            require(
                own.signed_by(text, mirror_name, MIRROR_LINE, partner.mirror_key),
                "G5: a receipt without the partner's line",
            )
            rows = self._disks[post].log(part.key, mirrored=False)[:size]
            root = own.root_by_definition([leaf_of(row.header) for row in rows])
            require((len(rows), root) == (size, stated.root), "G5: a receipt is not over the rows held")

    # --- what lies where ------------------------------------------------------------------

    def own_parts(self, post: str, lane: str) -> list[Part]:
        """Return a post's own log epoch by epoch: what counts of each."""
        state, disk = self._state(post, "own", lane), self._disks[post]
        parts = []
        for epoch in range(1, state.epoch):
            raw = disk.state(f"exchange/past/{lane}/{epoch:09d}")
            past = _Past(0, 0) if raw is None else _PAST.decode(raw)
            origin = f"{self._name(post, lane)}#{epoch}"
            parts.append(Part(origin, _key(origin, past.copy), past.size))
        origin = f"{self._name(post, lane)}#{state.epoch}"
        key = _key(origin, state.copy)
        return [*parts, Part(origin, key, len(disk.log(key, mirrored=False)))]

    def mirror_parts(self, post: str, lane: str) -> list[Part]:
        """Return the partner's log as ``post`` holds it, epoch by epoch."""
        name, disk = self._name(self._other(post), lane), self._disks[post]
        origins = [f"{name}#{epoch}" for epoch in range(1, self._state(post, "mirror", lane).epoch + 1)]
        return [Part(origin, _key(origin), len(disk.log(_key(origin), mirrored=True))) for origin in origins]

    def _rows(self, post: str, parts: Iterable[Part], *, mirrored: bool) -> list[Any]:
        disk = self._disks[post]
        return [row for part in parts for row in disk.log(part.key, mirrored=mirrored)[: part.size]]

    def _state(self, post: str, which: str, lane: str) -> _State:
        raw = self._disks[post].state(f"exchange/{which}/{lane}")
        return _State() if raw is None else _STATE.decode(raw)

    def _other(self, post: str) -> str:
        return next(each for each in self._known if each != post)

    def _name(self, post: str, lane: str) -> str:
        return f"{self._known[post].side}/{post}/{self._agreement}/{lane}"

    def _is_two_faced(self, origin: str) -> bool:
        return origin.partition("#")[0] in self.two_faced


def _first_places(disk: Rows) -> dict[str, tuple[str, int, bytes]]:
    """Return where the messages stand that had an effect: of two under one id that is not the order of the lanes."""
    places: dict[str, tuple[str, int, bytes]] = {}
    for number in range(int(disk.state("effects") or b"0")):
        origin, index, message_id = msgspec.json.decode(disk.state(f"effect/{number:08d}") or b"")
        places[message_id] = (origin, index, own.content(disk.log(_key(origin), mirrored=True)[index].header))
    return places


class _Evidence(Struct):
    held: str = ""
    shown: str = ""
    start: int = 0
    headers: list[Raw] = []


def _lane_and_epoch(origin: str) -> tuple[str, int]:
    lane, _, epoch = origin.rpartition("/")[2].partition("#")
    return lane, int(epoch)


def _key(origin: str, copy: int = 0) -> str:
    lane, epoch = _lane_and_epoch(origin)
    key = lane if epoch == 1 else f"{lane}#{epoch}"
    return f"{key}~{copy}" if copy else key
