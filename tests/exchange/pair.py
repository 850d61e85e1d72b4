"""Two synthetic posts with keys from fixed seeds, each with a ledger in memory and its end of the link."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gatepair.adapters.memory import MemoryLedger
from gatepair.exchange.agreement import Agreement, Mode, Party, default_agreement
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
    now_ms: int = NOW_MS
    starts: int = 0
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything but the ledger."""
        self.starts += 1
        seed = self.starts * 2 + (self.post == NORTH)
        self.link = Link(self.terms, self.post, keys=keys_of(self.post), entropy=Dice(seed))

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

    def effects(self, lane: str = "normal") -> list[bytes]:
        """Return the leaves of the entries whose effect happened, in order, once for each time."""
        with self.ledger.read() as reader:
            return [value for _, value in reader.states(f"effect/{lane}/")]


def record_effect(unit: Unit, opened: Opened) -> None:
    """Count an effect in the transaction that mirrors the entry."""
    prefix = f"effect/{opened.origin.lane}/"
    unit.put_state(f"{prefix}{len(unit.states(prefix)):08d}", opened.leaf)


def push(sender: Node, receiver: Node, lane: str = "normal") -> int:
    """Send until nothing waits; returns the number of batches."""
    batches = 0
    while (batch := sender.next(lane)) is not None:
        sender.accept(receiver.take(batch, lane), lane)
        batches += 1
    return batches


def pair() -> tuple[Node, Node]:
    """Return two fresh posts."""
    return Node(NORTH), Node(SOUTH)
