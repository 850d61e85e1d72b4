"""A simulated post: the product's link over a disk that fails, a clock that errs, and a process that dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from msgspec import structs

from exchange.pair import NORTH, SOUTH, Dice, agreement, keys_of
from exchange.sim.clocks import Clock
from exchange.sim.disk import Backup, Crash, Disk
from exchange.sim.network import Flight
from gatepair.base.canonical import encode
from gatepair.base.errors import EnvelopeRejected, Malformed, StorageDamaged, StorageFull, TooLarge
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.envelope import Opened, Sealed
from gatepair.exchange.messages import Lane
from gatepair.node.link import Link
from gatepair.node.ports import Unit

T = TypeVar("T")

SECRET_SECTIONS: Final = ("driver", "parties")
"""Sections of the announcement that the simulated agreement leaves out: they must never leave the post."""
SECRET: Final = "not for the partner"
PATIENCE_MS: Final = 60_000
"""How long a post waits for an answer before it sends again."""


def narrowed() -> Agreement:
    """Return the synthetic agreement without the secret sections."""
    whole = agreement()
    messages = tuple(
        structs.replace(each, sections=tuple(name for name in each.sections if name not in SECRET_SECTIONS))
        for each in whole.messages
    )
    return structs.replace(whole, messages=messages)


AGREED: Final = narrowed()
KINDS: Final = {
    Lane.URGENT: ("route.stopped/1", "quota.announced/1"),
    Lane.NORMAL: ("crossing.announced/1", "crossing.released/1", "crossing.departed/1"),
}
SECTIONS: Final = {message.kind: message.sections for message in agreement().messages}


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say; its id is made before it is said for the first time."""

    id: str
    lane: Lane
    kind: str


@dataclass
class SimPost:
    """One post.  ``disk`` survives a crash, ``link`` does not."""

    name: str
    clock: Clock = field(default_factory=Clock)
    disk: Disk = field(default_factory=Disk)
    backups: list[Backup] = field(default_factory=list)
    life: int = 0
    down_until_ms: int = 0
    beat_ms: int = 600_000
    """How often an idle lane asks for a fresh cosignature."""
    sleep_ms: int = 0
    """How long it stays down when it dies."""
    damaged: bool = False
    """Whether the post found that its storage is damaged: then people must bring back a backup."""
    on_commit: Callable[[], None] = lambda: None
    """Told whenever something is durable."""
    link: Link = field(init=False)
    _waiting: dict[str, int] = field(default_factory=dict)
    _beaten_ms: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.start()

    @property
    def partner(self) -> str:
        return SOUTH if self.name == NORTH else NORTH

    def start(self) -> None:
        """Begin a new life: all that is not on the disk is forgotten."""
        self.life += 1
        self.damaged = False
        self._waiting.clear()
        self._beaten_ms.clear()
        seed = self.life * 2 + (self.name == NORTH)
        self.link = Link(AGREED, self.name, keys=keys_of(self.name), entropy=Dice(seed))
        with self.disk.read() as reader:
            self.link.load(reader)

    def restore(self, backup: Backup) -> None:
        """Bring back ``backup`` in place of the disk's content, and start."""
        self.disk = Disk(backup)
        self.start()

    # --- what a post does -----------------------------------------------------------------

    def say(self, messages: list[Message], now_ms: int) -> bool:
        """Say ``messages`` in one transaction; tells whether all are durable."""

        def run(unit: Unit) -> bool:
            return all(self._enqueue(unit, message, now_ms) for message in messages)

        return self._transact(run, default=False)

    def append(self, key: str, entry: Sealed) -> None:
        """Append ``entry`` to our log past the product; an empty body is withheld."""

        def run(unit: Unit) -> None:
            index = unit.own_append(key, entry.header, entry.body, entry.leaf)
            if not entry.body:
                unit.erase_body(key, index, mirrored=False)

        self._transact(run, default=None)

    def pump(self, now_ms: int) -> Iterator[Flight]:
        """Yield what is to be sent now: in each lane the next batch, or a heartbeat when one is due."""
        for lane in self.link.lanes:
            if self._waiting.get(lane.value, 0) <= now_ms and (raw := self._next(lane.value, now_ms)) is not None:
                self._waiting[lane.value] = now_ms + PATIENCE_MS
                yield Flight(self.name, "entries", lane.value, raw, self.life)

    def serve(self, flight: Flight, now_ms: int) -> bytes | None:
        """Answer what the partner asks; None when no answer leaves."""

        def run(unit: Unit) -> bytes:
            now = self.clock.read(now_ms)
            return self.link.receive(unit, flight.lane, flight.raw, now_ms=now, deliver=record_effect)

        return self._transact(run, default=None)

    def take(self, flight: Flight, now_ms: int) -> None:
        """Take the partner's answer."""
        if flight.life != self.life:
            return
        self._waiting.pop(flight.lane, None)
        now = self.clock.read(now_ms)
        self._transact(lambda unit: self.link.accept_receipt(unit, flight.lane, flight.raw, now_ms=now), default=None)

    def erase(self, key: str, index: int, *, mirrored: bool) -> None:
        """Forget the body of an entry."""
        self._transact(lambda unit: unit.erase_body(key, index, mirrored=mirrored), default=None)

    # --- parts ----------------------------------------------------------------------------

    def _enqueue(self, unit: Unit, message: Message, now_ms: int) -> bool:
        sections = {name: SECRET if name in SECRET_SECTIONS else {"of": message.id} for name in SECTIONS[message.kind]}
        leaf = self.link.enqueue(
            unit,
            kind=message.kind,
            subject=message.id,
            sections=sections,
            now_ms=self.clock.read(now_ms),
            message_id=message.id,
        )
        return leaf is not None

    def _next(self, lane: str, now_ms: int) -> bytes | None:
        now = self.clock.read(now_ms)
        try:
            with self.disk.read() as reader:
                raw = self.link.outgoing(reader, lane, now_ms=now)
                if raw is None and now_ms - self._beaten_ms.get(lane, 0) >= self.beat_ms:
                    self._beaten_ms[lane] = now_ms
                    raw = self.link.heartbeat(reader, lane, now_ms=now)
        except StorageDamaged:
            self.damaged = True
            return None
        return raw

    def _transact(self, run: Callable[[Unit], T], *, default: T) -> T:
        try:
            with self.disk.begin() as unit:
                result = run(unit)
        except (StorageFull, EnvelopeRejected, Malformed, TooLarge):
            with self.disk.read() as reader:
                self.link.load(reader)
            return default
        except Crash:
            self.on_commit()
            raise
        self.on_commit()
        return result


def record_effect(unit: Unit, opened: Opened) -> None:
    """Record an effect in the transaction that mirrors the entry."""
    number = int(unit.state("effects") or b"0")
    unit.put_state(f"effect/{number:08d}", encode([str(opened.origin), opened.index, opened.id]))
    unit.put_state("effects", str(number + 1).encode())


def pair_of_posts() -> dict[str, SimPost]:
    """Return two fresh posts by name."""
    return {name: SimPost(name) for name in (NORTH, SOUTH)}
