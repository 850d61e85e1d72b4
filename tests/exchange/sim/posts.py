"""A simulated post: the product's link over a disk that fails, a clock that errs, and a process that dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Final, TypeVar

import pytest
from msgspec import structs

from exchange.pair import NORTH, SOUTH, Dice, agreement, keys_of
from exchange.sim.clocks import Clock
from exchange.sim.disk import Backup, Crash, Disk, SecondMedium
from exchange.sim.hands import Hands
from exchange.sim.network import Flight
from gatepair.base.canonical import encode
from gatepair.base.errors import (
    EnvelopeRejected,
    Malformed,
    StorageDamaged,
    StorageFull,
    StorageUnavailable,
    TooLarge,
)
from gatepair.exchange import envelope, receiver, signer
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.calls import Call
from gatepair.exchange.envelope import Opened, Sealed
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import SigningKey
from gatepair.node import link_state as states
from gatepair.node.link import Link, LinkKeys
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
    Lane.BULK: ("statistics.reported/1",),
}
SECTIONS: Final = {message.kind: message.sections for message in agreement().messages}


class KnownKey:
    """A log or mirror key that keeps in mind what it signed."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.algorithm = key.algorithm
        self.public = key.public

    def sign(self, message: bytes) -> bytes:
        """Sign ``message``; asked again the answer is the same, as it is of every key by Ed25519."""
        signature = _SIGNATURES.get((message, self.public))
        if signature is None:
            signature = _SIGNATURES[message, self.public] = self._key.sign(message)
            _SIGNED.add((signature + message, self.public))
        return signature


_SIGNATURES: Final[dict[tuple[bytes, bytes], bytes]] = {}
_SIGNED: Final[set[tuple[bytes, bytes]]] = set()
READ_MAX: Final = 4_096
"""Headers and bodies whose reading is kept in mind: more than the logs of a run have."""


@contextmanager
def settings(*, recent_trees: int) -> Iterator[None]:
    """Set how many ``recent_trees`` are kept, and spare a run the work that it did before, a fifth of its time.

    A signature that its own keys made is not verified, and a header or body that was read is not read again.
    Both depend on the very bytes alone, so that a changed bit is worked on in earnest.
    """
    whole = signer.crypto_sign_open

    def opened(signed: bytes, public: bytes) -> bytes:
        return signed if (signed, public) in _SIGNED else whole(signed, public)

    _SIGNED.clear()
    _SIGNATURES.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signer, "crypto_sign_open", opened)
        read = lru_cache(READ_MAX)(envelope.parse_header)
        for module in (envelope, receiver):
            patch.setattr(module, "parse_header", read)
        patch.setattr(envelope, "parse_body", lru_cache(READ_MAX)(envelope.parse_body))
        patch.setattr(states, "RECENT_TREES_MAX", recent_trees)
        yield


KEYS: Final = {name: LinkKeys(KnownKey(keys_of(name).log), KnownKey(keys_of(name).mirror)) for name in (NORTH, SOUTH)}


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say; its id is made before it is said for the first time."""

    id: str
    lane: Lane
    kind: str


@dataclass
class SimPost:
    """One post.  ``disk`` and ``marks`` survive a crash, ``link`` does not."""

    name: str
    clock: Clock = field(default_factory=Clock)
    disk: Disk = field(default_factory=Disk)
    marks: SecondMedium = field(default_factory=lambda: SecondMedium({}))
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
    declaring: bool = False
    """Whether ledger and second medium were both put back: a person must say so before anything is signed."""
    declared_ms: int = -1
    """When a person last said so: what was backed up before that knows nothing of it, and needs it said again."""
    _waiting: dict[str, int] = field(default_factory=dict)
    _beaten_ms: dict[str, int] = field(default_factory=dict)
    _compared: bool = False

    def __post_init__(self) -> None:
        self.start()

    @property
    def partner(self) -> str:
        return SOUTH if self.name == NORTH else NORTH

    def start(self) -> None:
        """Begin a new life: all that is not on a disk is forgotten."""
        self.life += 1
        self.damaged = False
        self._waiting.clear()
        self._beaten_ms.clear()
        self._compared = False
        seed = self.life * 2 + (self.name == NORTH)
        self.marks = SecondMedium(self.marks.kept)
        self.link = Link(AGREED, self.name, keys=KEYS[self.name], entropy=Dice(seed), marks=self.marks)
        self._load()

    def restore(self, backup: Backup, *, marks_lost: bool, declared: bool = False) -> None:
        """Bring back ``backup`` in place of the disk's content, and start.

        The second medium may be lost too, or be put back to the same moment, which a person then declares.
        """
        self.disk = Disk(backup)
        if marks_lost:
            self.marks = SecondMedium()
        elif declared:
            self.marks = SecondMedium(backup.marks)
        self.declaring = not marks_lost and (declared or self.declaring or backup.at_ms <= self.declared_ms)
        self.start()

    # --- what a post does -----------------------------------------------------------------

    def say(self, messages: Sequence[Message], now_ms: int) -> bool:
        """Say ``messages`` in one transaction; tells whether it is durable."""
        now = self.clock.read(now_ms)

        def run(unit: Unit) -> bool:
            for message in messages:
                self._enqueue(unit, message, now)
            return True

        return self._transact(run, default=False)

    def append(self, lane: Lane, entry: Sealed, now_ms: int) -> None:
        """Append ``entry`` to our log past the product; an empty body is withheld."""

        def run(unit: Unit) -> None:
            own = self.link._begin_recovery(unit, lane, now_ms=self.clock.read(now_ms))
            key = states.own_log(unit, lane) if own.recovery is None else states.waiting_key(lane)
            unit.own_append(key, entry.header, entry.body or None, entry.leaf)

        self._transact(run, default=None)

    def pump(self, now_ms: int) -> Iterator[Flight]:
        """Yield what is to be called at the partner now."""
        if not self.declared(now_ms):
            return
        if not self._compared:
            yield Flight(self.name, "state", "", b"", self.life)
        for lane in self.link.lanes:
            while self._repeats(lane) and self._transact(partial(self._repeat, lane, now_ms), default=False):
                pass
            if self._waiting.get(lane.value, 0) <= now_ms and (call := self._next(lane.value, now_ms)) is not None:
                self._waiting[lane.value] = now_ms + PATIENCE_MS
                yield Flight(self.name, call[0], lane.value, call[1], self.life)

    def serve(self, flight: Flight, now_ms: int) -> bytes | None:
        """Answer what the partner calls; None when no answer leaves."""
        now, lane, raw = self.clock.read(now_ms), flight.lane, flight.raw

        def run(unit: Unit) -> bytes:
            match flight.call:
                case "entries":
                    return self.link.receive(unit, lane, raw, now_ms=now, deliver=record_effect)
                case _:
                    return self.link.fence(unit, lane, raw, now_ms=now)

        if flight.call in {"entries", "fence"}:
            return self._transact(run, default=None)
        try:
            with self.disk.read() as reader:
                if flight.call == "return":
                    return self.link.give_back(reader, lane, raw)
                return encode(self.link.exchange_state(reader, now_ms=now))
        except StorageDamaged:
            self.damaged = True
            return None

    def take(self, flight: Flight, now_ms: int) -> None:
        """Take the partner's answer."""
        if flight.life != self.life:
            return
        self._waiting.pop(flight.lane, None)
        now, lane, raw = self.clock.read(now_ms), flight.lane, flight.raw

        def run(unit: Unit) -> None:
            match flight.call:
                case "entries":
                    self.link.accept_receipt(unit, lane, raw, now_ms=now)
                case "state":
                    self.link.compare(unit, raw, now_ms=now)
                    self._compared = True
                case call:
                    self.link.recover(unit, lane, Call(call), raw, now_ms=now)

        self._transact(run, default=None)

    def erase(self, key: str, index: int, *, mirrored: bool) -> None:
        """Forget the body of an entry."""
        self._transact(lambda unit: unit.erase_body(key, index, mirrored=mirrored), default=None)

    def declared(self, now_ms: int) -> bool:
        """Let a person say, if there is need to, that ledger and second medium were put back; tells whether it is said."""
        now = self.clock.read(now_ms)

        def run(unit: Unit) -> bool:
            self.link.declare_restored(unit, now_ms=now)
            return True

        if self.declaring:
            self.declaring = not self._transact(run, default=False)
            self.declared_ms = now_ms
        return not self.declaring

    def freeze(self, lane: Lane, now_ms: int) -> None:
        """Let a person stop a lane."""
        now = self.clock.read(now_ms)
        self._transact(lambda unit: self.link.freeze(unit, lane, by="centre-1", now_ms=now), default=None)

    def unfreeze(self, lane: Lane, now_ms: int) -> None:
        """Let a lane go on, as two persons may."""
        now = self.clock.read(now_ms)
        self._transact(lambda unit: self.link.unfreeze(unit, lane, now_ms=now), default=None)

    def export(self, now_ms: int) -> bytes | None:
        """Return a bundle for a courier; None when none can be written."""
        if not self.declared(now_ms):
            return None
        return self._by_hand(lambda hands: hands.export(), now_ms)

    def take_bundle(self, raw: bytes, now_ms: int) -> None:
        """Take in a bundle."""
        self._by_hand(lambda hands: hands.take_in(raw), now_ms)

    # --- parts ----------------------------------------------------------------------------

    def _enqueue(self, unit: Unit, message: Message, now: int) -> None:
        sections = {name: SECRET if name in SECRET_SECTIONS else {"of": message.id} for name in SECTIONS[message.kind]}
        self.link.enqueue(
            unit, kind=message.kind, subject=message.id, sections=sections, now_ms=now, message_id=message.id
        )

    def _repeats(self, lane: Lane) -> bool:
        with self.disk.read() as reader:
            return self.link.is_repeating(reader, lane.value)

    def _repeat(self, lane: Lane, now_ms: int, unit: Unit) -> bool:
        return self.link.repeat(unit, lane.value, now_ms=self.clock.read(now_ms))

    def _next(self, lane: str, now_ms: int) -> tuple[str, bytes] | None:
        now = self.clock.read(now_ms)
        try:
            with self.disk.read() as reader:
                asked = self.link.recovering(reader, lane, now_ms=now)
                if asked is not None:
                    return asked[0].value, asked[1]
                raw = self.link.outgoing(reader, lane, now_ms=now)
                if raw is None and now_ms - self._beaten_ms.get(lane, 0) >= self.beat_ms:
                    self._beaten_ms[lane] = now_ms
                    raw = self.link.heartbeat(reader, lane, now_ms=now)
        except StorageDamaged:
            self.damaged = True
            return None
        except StorageUnavailable:
            return None
        return None if raw is None else ("entries", raw)

    def _by_hand(self, act: Callable[[Hands], T], now_ms: int) -> T | None:
        hands = Hands(self.name, self.link, self.disk, now_ms=self.clock.read(now_ms), deliver=record_effect)
        hands.on_commit = self.on_commit
        try:
            return act(hands)
        except (StorageFull, StorageUnavailable, EnvelopeRejected, Malformed, TooLarge):
            self._load()
        except StorageDamaged:
            self.damaged = True
        return None

    def _load(self) -> None:
        try:
            with self.disk.read() as reader:
                self.link.load(reader)
        except StorageDamaged:
            self.damaged = True
        except StorageUnavailable:
            # The second medium has no room: the link asks again before it does anything.
            return

    def _transact(self, run: Callable[[Unit], T], *, default: T) -> T:
        try:
            with self.disk.begin() as unit:
                result = run(unit)
        except (StorageFull, StorageUnavailable, EnvelopeRejected, Malformed, TooLarge):
            self._load()
            return default
        except StorageDamaged:
            self.damaged = True
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
