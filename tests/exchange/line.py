"""Two posts and a bad line between them: a simulation that a seed, or Hypothesis, drives.

Batches are lost, doubled, delayed, reordered and damaged; posts crash before and after a commit,
restart, and are restored from older backups.  The invariants are the guarantees G1 to G6 of
``docs/protocol``: they are checked after every step, and at the end the line is healed and both
sides must agree without help.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from exchange.pair import ANNOUNCED, NORTH, SOUTH, Crash, Node, pair
from gatepair.adapters.memory import MemoryLedger
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import decode_batch
from gatepair.node.link_state import mirror_state, own_state

ACTIONS: Final = (
    *("say",) * 4,
    *("send",) * 6,
    *("arrive",) * 8,
    *("answer",) * 6,
    *("back_up", "restore", "swap_digit", "swap_digit"),
    *("drop", "damage", "swap_digit", "tick", "restart", "back_up", "restore"),
)
"""What may happen, as often as it stands here."""
ROUNDS_MAX = 60
"""Rounds in which a healed line must bring both sides together."""


@dataclass
class Flight:
    """A batch on the line."""

    sender: str
    lane: str
    raw: bytes
    life: int
    """Which life of the sender sent it: a reply reaches no process that is dead."""


@dataclass
class Chance:
    """The choices of one step; an action uses what it needs."""

    post: str
    lane: str
    choice: int
    place: int
    mask: int
    crash: bool
    keep: bool
    lose: bool

    @classmethod
    def of(cls, dice: random.Random) -> Chance:
        """Draw the choices of one step."""
        return cls(
            post=dice.choice((NORTH, SOUTH)),
            lane=dice.choice(("normal", "normal", "urgent")),
            choice=dice.randrange(10_000),
            place=dice.randrange(100_000),
            mask=dice.randrange(1, 256),
            crash=dice.random() < 0.15,
            keep=dice.random() < 0.3,
            lose=dice.random() < 0.2,
        )


def run(seed: int, steps: int) -> None:
    """Run one simulated stretch of days and see that every guarantee holds."""
    dice = random.Random(seed)
    line = Line()
    for _ in range(steps):
        line.step(dice.choice(ACTIONS), Chance.of(dice))
    line.heal()


class Line:
    """The simulation."""

    def __init__(self) -> None:
        north, south = pair()
        self.nodes = {NORTH: north, SOUTH: south}
        self.flights: list[Flight] = []
        self.replies: list[Flight] = []
        self.roots: dict[tuple[str, int], bytes] = {}
        self.backups: dict[str, MemoryLedger] = {}
        self.restored: set[str] = set()
        self.said = 0

    def other(self, post: str) -> Node:
        return self.nodes[SOUTH if post == NORTH else NORTH]

    def step(self, action: str, chance: Chance) -> None:
        """Let one thing happen and check all that must hold."""
        getattr(self, action)(chance)
        self.check_mirrors()
        self.check_effects()
        self.check_receipts()
        self.check_freezes()

    # --- what posts do --------------------------------------------------------------------

    def say(self, chance: Chance) -> None:
        for _ in range(1 + chance.choice % 5):
            self.said += 1
            if chance.lane == "normal":
                self.nodes[chance.post].say(f"X{self.said}", ANNOUNCED, route={"number": self.said})
            else:
                self.nodes[chance.post].say(chance.post, "route.stopped/1", stop={"number": self.said})

    def send(self, chance: Chance) -> None:
        node = self.nodes[chance.post]
        raw = node.beat(chance.lane) if chance.choice % 5 == 0 else node.next(chance.lane)
        if raw is not None:
            self.note_root(raw)
            self.flights.append(Flight(chance.post, chance.lane, raw, node.starts))

    def tick(self, chance: Chance) -> None:
        self.nodes[chance.post].now_ms += chance.choice % 120 * 1_000

    def restart(self, chance: Chance) -> None:
        self.nodes[chance.post].restart()

    def back_up(self, chance: Chance) -> None:
        copy = MemoryLedger()
        copy._kept = self.nodes[chance.post].ledger._kept
        self.backups[chance.post] = copy

    def restore(self, chance: Chance) -> None:
        # What was signed in a former life and held by nobody, or is still flying, needs the fence and the
        # high-water mark on a second medium, which are not built yet; so does the loss of both ledgers.
        post = chance.post
        if post in self.backups and not self.restored:
            self.flights = [flight for flight in self.flights if flight.sender != post]
            self.forget_unheard(post)
            self.nodes[post].ledger = self.backups.pop(post)
            self.nodes[post].restart()
            self.restored.add(post)

    # --- what the line does ---------------------------------------------------------------

    def arrive(self, chance: Chance) -> None:
        if not self.flights:
            return
        index = chance.choice % len(self.flights)
        flight = self.flights[index] if chance.keep else self.flights.pop(index)
        node = self.other(flight.sender)
        try:
            reply = node.take(flight.raw, flight.lane, crash=chance.crash)
        except Crash:
            node.restart()
            return
        if not chance.lose:
            self.replies.append(Flight(flight.sender, flight.lane, reply, flight.life))

    def answer(self, chance: Chance) -> None:
        if not self.replies:
            return
        reply = self.replies.pop(chance.choice % len(self.replies))
        node = self.nodes[reply.sender]
        if reply.life != node.starts:
            return
        try:
            node.accept(reply.raw, reply.lane, crash=chance.crash)
        except Crash:
            node.restart()

    def drop(self, chance: Chance) -> None:
        if self.flights:
            self.flights.pop(chance.choice % len(self.flights))

    def damage(self, chance: Chance) -> None:
        if self.flights:
            flight = self.flights[chance.choice % len(self.flights)]
            raw = bytearray(flight.raw)
            raw[chance.place % len(raw)] ^= chance.mask
            flight.raw = bytes(raw)

    def swap_digit(self, chance: Chance) -> None:
        """Damage that is still JSON: another number in the first header."""
        if self.flights:
            flight = self.flights[chance.choice % len(self.flights)]
            flight.raw = flight.raw.replace(b'"at_ms":1', b'"at_ms":2', 1)

    # --- what must always hold ------------------------------------------------------------

    def note_root(self, raw: bytes) -> None:
        """G2: never two signed roots for one size of one log."""
        checkpoint = Checkpoint.parse(notes.parse(decode_batch(raw).checkpoint).text)
        known = self.roots.setdefault((str(checkpoint.origin), checkpoint.size), checkpoint.root)
        assert known == checkpoint.root, "two histories were signed"

    def forget_unheard(self, post: str) -> None:
        party = self.nodes[post].link.me
        with self.other(post).ledger.read() as reader:
            for origin, size in list(self.roots):
                lane = origin.partition("#")[0].rpartition("/")[2]
                if f"/{party.post}/" in origin and size > reader.mirror_size(lane):
                    del self.roots[origin, size]

    def check_mirrors(self) -> None:
        """G1, G2, G3: a mirror is a prefix of its writer's log, unless the writer lost its own."""
        for post, node in self.nodes.items():
            if post in self.restored:
                continue
            for lane in node.link.lanes:
                with node.ledger.read() as own, self.other(post).ledger.read() as mirror:
                    held = mirror.mirror_entries(lane.value, start=0, limit=10_000)
                    wrote = own.own_entries(lane.value, start=0, limit=10_000)
                assert [row.header for row in held] == [row.header for row in wrote[: len(held)]]

    def check_effects(self) -> None:
        """G4: the effects are those of the mirrored entries, in order, each once."""
        for node in self.nodes.values():
            for lane in node.link.lanes:
                with node.ledger.read() as reader:
                    held = reader.mirror_entries(lane.value, start=0, limit=10_000)
                assert [row.leaf for row in held] == node.effects(lane.value)

    def check_receipts(self) -> None:
        """G5: what is receipted is durably held, unless the holder lost it since."""
        for post, node in self.nodes.items():
            partner = self.other(post)
            if partner.post in self.restored:
                continue
            for lane in node.link.lanes:
                with node.ledger.read() as own, partner.ledger.read() as mirror:
                    assert own_state(own, lane).confirmed <= mirror.mirror_size(lane.value)

    def check_freezes(self) -> None:
        """No honest post is ever taken for one that contradicts itself."""
        for post, node in self.nodes.items():
            with node.ledger.read() as reader:
                for lane in node.link.lanes:
                    assert not mirror_state(reader, lane).frozen
                    assert own_state(reader, lane).frozen in ("", *(("restored",) if post in self.restored else ()))

    # --- in the end -----------------------------------------------------------------------

    def heal(self) -> None:
        """G6: on a healed line both sides come together without help."""
        self.flights.clear()
        for post, node in self.nodes.items():
            for lane in node.link.lanes:
                self.exchange_once(post, lane, raw=node.beat(lane.value))
        for _ in range(ROUNDS_MAX):
            moved = [
                self.exchange_once(post, lane, raw=node.next(lane.value))
                for post, node in self.nodes.items()
                for lane in node.link.lanes
            ]
            if not any(moved):
                break
        else:
            raise AssertionError("the two sides did not come together")
        for post, node in self.nodes.items():
            self.check_end(post, node)

    def exchange_once(self, post: str, lane: Lane, *, raw: bytes | None) -> bool:
        node = self.nodes[post]
        if raw is None:
            return False
        self.note_root(raw)
        node.accept(self.other(post).take(raw, lane.value), lane.value)
        return True

    def check_end(self, post: str, node: Node) -> None:
        for lane in node.link.lanes:
            with node.ledger.read() as own, self.other(post).ledger.read() as mirror:
                kept = own_state(own, lane)
                if kept.frozen:
                    continue
                wrote = own.own_entries(lane.value, start=0, limit=10_000)
                held = mirror.mirror_entries(lane.value, start=0, limit=10_000)
                assert kept.confirmed == len(wrote)
                assert wrote == held
        with node.ledger.read() as reader:
            found = {finding.code for finding in node.link.verify(reader).findings}
        assert found <= ({"exchange.lane_frozen"} if post in self.restored else set())
