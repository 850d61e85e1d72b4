"""Two posts and a bad line between them: a simulation that a seed, or Hypothesis, drives.

Batches are lost, doubled, delayed, reordered and damaged; posts crash before and after a commit,
restart, and are restored from older backups, both of them and again and again, with everything that
they sent before still on the line.  The invariants are the guarantees G1 to G6 of ``docs/protocol``:
they are checked after every step, and at the end the line is healed and both sides must agree
without help.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from exchange.pair import ANNOUNCED, NORTH, SOUTH, Crash, Node, pair
from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.errors import EnvelopeRejected, Malformed
from gatepair.base.merkle import leaf_hash
from gatepair.exchange import note as notes
from gatepair.exchange.calls import Call
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.envelope import parse_header
from gatepair.exchange.messages import LOG_OPENED, Lane
from gatepair.exchange.wire import decode_batch
from gatepair.node.link_state import log_key, mirror_logs, mirror_state, own_logs, own_state, waiting_key
from gatepair.node.ports import LogEntry, Reader

ACTIONS: Final = (
    *("say",) * 4,
    *("send",) * 6,
    *("arrive",) * 8,
    *("answer",) * 6,
    *("back_up", "restore") * 4,
    *("drop", "damage", "swap_digit", "swap_digit", "tick", "restart"),
)
"""What may happen, as often as it stands here."""
ROUNDS_MAX = 60
"""Rounds in which a healed line must bring both sides together."""
BEATS: Final = 3
"""Rounds in which a healed post says that it is alive, so that each learns what the other lost."""


@dataclass
class Flight:
    """A batch or an ask on the line, or the answer to it."""

    sender: str
    lane: str
    call: Call
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
        self.signed: dict[tuple[str, int], bytes] = {}
        """Leaf of every entry that was ever sent under a signature, by log and index."""
        self.backups: dict[str, list[MemoryLedger]] = {NORTH: [], SOUTH: []}
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
        self.launch(chance.post, chance.lane, beat=chance.choice % 5 == 0)

    def launch(self, post: str, lane: str, *, beat: bool) -> bool:
        """Send the next ask or batch; tells whether there was one."""
        node = self.nodes[post]
        asked = node.asked(lane)
        if asked is None:
            raw = node.beat(lane) if beat else node.next(lane)
            asked = None if raw is None else (Call.ENTRIES, raw)
        if asked is None:
            return False
        if asked[0] is Call.ENTRIES:
            self.note_signed(asked[1])
        self.flights.append(Flight(post, lane, *asked, life=node.starts))
        return True

    def tick(self, chance: Chance) -> None:
        self.nodes[chance.post].now_ms += chance.choice % 120 * 1_000

    def restart(self, chance: Chance) -> None:
        self.nodes[chance.post].restart()

    def back_up(self, chance: Chance) -> None:
        self.backups[chance.post].append(self.nodes[chance.post].backup())

    def restore(self, chance: Chance) -> None:
        """Put back one of the backups; what was sent since is still on the line, and the marks may be lost too."""
        post, backups = chance.post, self.backups[chance.post]
        if backups:
            if chance.mask % 16 == 0:
                self.nodes[post].marks = MemoryMarks()
            self.nodes[post].restore(backups[chance.place % len(backups)])
            self.restored.add(post)

    # --- what the line does ---------------------------------------------------------------

    def arrive(self, chance: Chance) -> None:
        if not self.flights:
            return
        index = chance.choice % len(self.flights)
        flight = self.flights[index] if chance.keep else self.flights.pop(index)
        node = self.other(flight.sender)
        try:
            reply = node.serve(flight.call, flight.raw, flight.lane, crash=chance.crash)
        except Crash:
            node.restart()
            return
        if not chance.lose:
            self.replies.append(Flight(flight.sender, flight.lane, flight.call, reply, flight.life))

    def answer(self, chance: Chance) -> None:
        if not self.replies:
            return
        reply = self.replies.pop(chance.choice % len(self.replies))
        node = self.nodes[reply.sender]
        if reply.life != node.starts:
            return
        try:
            node.answered(reply.call, reply.raw, reply.lane, crash=chance.crash)
        except Crash:
            node.restart()
        except (EnvelopeRejected, Malformed):
            # Damaged, or the answer to something that is over: it counts as no answer.
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

    def note_signed(self, raw: bytes) -> None:
        """G2: never two signed roots for one size of one log, nor two entries for one place."""
        batch = decode_batch(raw)
        checkpoint = Checkpoint.parse(notes.parse(batch.checkpoint).text)
        known = self.roots.setdefault((str(checkpoint.origin), checkpoint.size), checkpoint.root)
        assert known == checkpoint.root, "two histories were signed"
        for index, entry in enumerate(batch.entries, start=batch.start):
            leaf = leaf_hash(bytes(entry.header))
            assert leaf == self.signed.setdefault((batch.origin, index), leaf), "two histories were signed"

    def check_mirrors(self) -> None:
        """G1, G2, G3: a mirror holds what its writer signed, without a gap."""
        for post, node in self.nodes.items():
            writer = self.other(post)
            for lane in node.link.lanes:
                with node.ledger.read() as reader:
                    for part in mirror_logs(reader, lane):
                        origin = str(writer.terms.origin(writer.post, lane, part.epoch))
                        held = reader.mirror_entries(part.key, start=0, limit=10_000)
                        assert [self.signed[origin, index] for index in range(len(held))] == [row.leaf for row in held]

    def check_effects(self) -> None:
        """G4: the effects are those of the mirrored messages, in order, each once."""
        for node in self.nodes.values():
            for lane in node.link.lanes:
                with node.ledger.read() as reader:
                    first: dict[str, bytes] = {}
                    for row in rows_of(reader, lane, mirrored=True):
                        header = parse_header(row.header)
                        if header.type != LOG_OPENED:
                            first.setdefault(header.id, row.leaf)
                assert list(first.values()) == node.effects(lane.value)

    def check_receipts(self) -> None:
        """G5: what is receipted is durably held, unless the holder lost it since."""
        for post, node in self.nodes.items():
            partner = self.other(post)
            if partner.post in self.restored:
                continue
            for lane in node.link.lanes:
                with node.ledger.read() as own, partner.ledger.read() as mirror:
                    kept = own_state(own, lane)
                    assert kept.confirmed <= mirror.mirror_size(log_key(lane, kept.epoch))

    def check_freezes(self) -> None:
        """No honest post is ever taken for one that contradicts itself, whatever it lost."""
        for node in self.nodes.values():
            with node.ledger.read() as reader:
                for lane in node.link.lanes:
                    assert mirror_state(reader, lane).frozen is None
                    assert own_state(reader, lane).frozen is None

    # --- in the end -----------------------------------------------------------------------

    def heal(self) -> None:
        """G6: on a healed line both sides come together without help, after all that was on it has arrived."""
        self.restored.clear()
        calm = Chance(NORTH, "normal", choice=0, place=0, mask=1, crash=False, keep=False, lose=False)
        while self.flights or self.replies:
            self.arrive(calm)
            self.answer(calm)
        lanes = [(post, lane.value) for post, node in self.nodes.items() for lane in node.link.lanes]
        for round_number in range(ROUNDS_MAX):
            launched = [self.launch(post, lane, beat=round_number < BEATS) for post, lane in lanes]
            while self.flights or self.replies:
                self.arrive(calm)
                self.answer(calm)
            if not any(launched):
                break
        else:
            raise AssertionError("the two sides did not come together")
        for node in self.nodes.values():
            self.check_end(node)

    def check_end(self, node: Node) -> None:
        for lane in node.link.lanes:
            with node.ledger.read() as own, self.other(node.post).ledger.read() as mirror:
                kept = own_state(own, lane)
                wrote, held = rows_of(own, lane, mirrored=False), rows_of(mirror, lane, mirrored=True)
                assert kept.recovery is None
                assert kept.confirmed == own.own_size(log_key(lane, kept.epoch))
                assert wrote == held
                waiting = own.own_entries(waiting_key(lane), start=0, limit=10_000)
                said = {parse_header(row.header).id for row in waiting}
                assert said <= {parse_header(row.header).id for row in wrote}
        with node.ledger.read() as reader:
            assert node.link.verify(reader).findings == ()


def rows_of(reader: Reader, lane: Lane, *, mirrored: bool) -> list[LogEntry]:
    """Return the entries of a log that count, epoch by epoch."""
    parts = mirror_logs(reader, lane) if mirrored else own_logs(reader, lane)
    read = reader.mirror_entries if mirrored else reader.own_entries
    return [row for part in parts for row in read(part.key, start=0, limit=part.size)]
