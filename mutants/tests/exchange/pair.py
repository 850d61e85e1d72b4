"""Two synthetic posts with keys from fixed seeds, each with a ledger in memory and its end of the link."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.exchange.agreement import Agreement, Mode, Party, default_agreement
from gatepair.exchange.calls import Call
from gatepair.exchange.envelope import Opened
from gatepair.exchange.signer import Ed25519Key
from gatepair.node.link import Link, LinkKeys, Replied
from gatepair.node.ports import Unit

NOW_MS = 1_762_819_200_000
"""2025-11-11T00:00:00Z."""
NORTH, SOUTH = "north-post", "south-post"
ANNOUNCED = "crossing.announced/1"
ROUTE = {"direction": "out", "route": "r1"}


class Dice:
    """Entropy from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def token(self, size: int) -> bytes:
        return self._random.randbytes(size)


def key(number: int) -> Ed25519Key:
    """Return the synthetic key ``number``."""
    return Ed25519Key(bytes([number]) * 32)


def party(side: str, post: str, first_key: int) -> Party:
    """Return a party whose root, log and mirror keys are three keys in a row."""
    root, log, mirror = (key(first_key + step).public.hex() for step in range(3))
    return Party(side=side, post=post, root_key=root, log_key=log, mirror_key=mirror)


def agreement(mode: Mode = Mode.PAIRED) -> Agreement:
    """Return the synthetic agreement between the two posts."""
    return default_agreement(
        party("n.example", NORTH, 1), party("s.example", SOUTH, 4), agreement_id="trial", mode=mode
    )


def keys_of(post: str) -> LinkKeys:
    """Return the keys that ``post`` holds."""
    first = 2 if post == NORTH else 5
    return LinkKeys(log=key(first), mirror=key(first + 1))


class Crash(Exception):
    """The process died here."""


@dataclass
class Node:
    """One post: what survives a crash is ``ledger``."""

    post: str
    terms: Agreement = field(default_factory=agreement)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    marks: MemoryMarks | None = field(default_factory=lambda: MemoryMarks({}))
    """What lies on the second medium; None keeps none."""
    now_ms: int = NOW_MS
    starts: int = 0
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything but the ledger and the marks."""
        self.starts += 1
        seed = self.starts * 2 + (self.post == NORTH)
        if self.marks is not None:
            self.marks = MemoryMarks(self.marks.kept)
        self.link = Link(self.terms, self.post, keys=keys_of(self.post), entropy=Dice(seed), marks=self.marks)
        with self.ledger.read() as reader:
            self.link.load(reader)

    def backup(self) -> MemoryLedger:
        """Return a copy of the ledger as it is now."""
        copy = MemoryLedger()
        copy._kept = self.ledger._kept
        return copy

    def restore(self, backup: MemoryLedger) -> None:
        """Put ``backup`` back, which may be used again, and start."""
        self.ledger = MemoryLedger()
        self.ledger._kept = backup._kept
        self.restart()

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        with self.ledger.begin() as unit:
            yield unit

    def say(self, subject: str = "X1", kind: str = ANNOUNCED, **sections: object) -> bytes | None:
        """Enqueue one message and return its leaf."""
        with self.unit() as unit:
            return self.link.enqueue(unit, kind=kind, subject=subject, sections=sections, now_ms=self.now_ms)

    def next(self, lane: str = "normal") -> bytes | None:
        with self.ledger.read() as reader:
            return self.link.outgoing(reader, lane, now_ms=self.now_ms)

    def beat(self, lane: str = "normal") -> bytes | None:
        with self.ledger.read() as reader:
            return self.link.heartbeat(reader, lane, now_ms=self.now_ms)

    def take(self, batch: bytes, lane: str = "normal", *, crash: bool = False) -> bytes:
        """Receive a batch; with ``crash`` die before the commit."""
        with self.unit() as unit:
            reply = self.link.receive(unit, lane, batch, now_ms=self.now_ms, deliver=record_effect)
            if crash:
                raise Crash
        return reply

    def accept(self, reply: bytes, lane: str = "normal", *, crash: bool = False) -> Replied:
        with self.unit() as unit:
            replied = self.link.accept_receipt(unit, lane, reply, now_ms=self.now_ms)
            if crash:
                raise Crash
        return replied

    def asked(self, lane: str = "normal") -> tuple[Call, bytes] | None:
        """Return what a recovery asks of the partner."""
        with self.ledger.read() as reader:
            return self.link.recovering(reader, lane, now_ms=self.now_ms)

    def call(self, lane: str = "normal") -> tuple[Call, bytes] | None:
        """Return the next ask or batch, None when nothing waits."""
        asked = self.asked(lane)
        if asked is not None:
            return asked
        raw = self.next(lane)
        return None if raw is None else (Call.ENTRIES, raw)

    def serve(self, call: Call, raw: bytes, lane: str = "normal", *, crash: bool = False) -> bytes:
        """Answer a batch or an ask; with ``crash`` die before the commit."""
        if call is Call.ENTRIES:
            return self.take(raw, lane, crash=crash)
        with self.unit() as unit:
            if call is Call.FENCE:
                answer = self.link.fence(unit, lane, raw, now_ms=self.now_ms)
            else:
                answer = self.link.give_back(unit, lane, raw)
            if crash:
                raise Crash
        return answer

    def answered(self, call: Call, answer: bytes, lane: str = "normal", *, crash: bool = False) -> None:
        """Take the partner's answer to a batch or an ask, and say again what it asks for."""
        if call is Call.ENTRIES:
            self.accept(answer, lane, crash=crash)
            return
        with self.unit() as unit:
            self.link.recover(unit, lane, call, answer, now_ms=self.now_ms)
            while self.link.repeat(unit, lane, now_ms=self.now_ms):
                pass
            if crash:
                raise Crash

    def effects(self, lane: str = "normal") -> list[bytes]:
        """Return the leaves of the entries whose effect happened, in order, once for each time."""
        with self.ledger.read() as reader:
            return [value for _, value in reader.states(f"effect/{lane}/")]


def record_effect(unit: Unit, opened: Opened) -> None:
    """Count an effect in the transaction that mirrors the entry."""
    prefix = f"effect/{opened.origin.lane}/"
    unit.put_state(f"{prefix}{len(unit.states(prefix)):08d}", opened.leaf)


def push(sender: Node, receiver: Node, lane: str = "normal") -> int:
    """Recover if there is need to, then send until nothing waits; returns the number of batches."""
    batches = 0
    while (called := sender.call(lane)) is not None:
        sender.answered(called[0], receiver.serve(*called, lane), lane)
        batches += called[0] is Call.ENTRIES
    return batches


def pair() -> tuple[Node, Node]:
    """Return two fresh posts."""
    return Node(NORTH), Node(SOUTH)
