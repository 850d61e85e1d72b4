"""Two posts, the line between them and the referee: everything that may happen, one method each.

A driver decides what happens: :mod:`exchange.sim.run` by a seed, the state machine of the tests by
Hypothesis.  Nothing here throws dice but the line.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw

from exchange import pair
from exchange.pair import NOW_MS, keys_of
from exchange.sim import independent as own
from exchange.sim.disk import Backup, Crash, Disk, Fate
from exchange.sim.network import Flight, Line, garbled
from exchange.sim.oddities import ODDITIES, another_content
from exchange.sim.parameters import TICK_MS, Parameters
from exchange.sim.posts import AGREED, KINDS, SECRET, Message, SimPost, pair_of_posts
from exchange.sim.referee import Referee, require
from gatepair.base.merkle import CompactRange
from gatepair.exchange import bundle as bundles
from gatepair.exchange.calls import Answered, Call
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Sealed
from gatepair.exchange.messages import Lane
from gatepair.exchange.sender import LogSource, build
from gatepair.exchange.signer import SigningKey
from gatepair.exchange.wire import BATCH_ENTRIES_MAX
from gatepair.node.ports import LogEntry

T = TypeVar("T")

TRACE_MAX: Final = 40
"""Last happenings that the report of a failure shows."""
ROUNDS_SPARE: Final = 24
"""Rounds beyond the backlog in which a healed pair must come together: greeting, going back, fencing."""

VERIFIED: Final = 4
"""In one of so many runs the product verifies both ledgers at the end."""


class World:
    """All that there is in one run."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.now_ms = NOW_MS
        self.posts: dict[str, SimPost] = pair_of_posts()
        self.line = Line(parameters, random.Random(~parameters.seed))
        self.referee = Referee(
            msgspec.json.decode(AGREED.encoded()), {name: post.disk for name, post in self.posts.items()}, secret=SECRET
        )
        for name, post in self.posts.items():
            post.on_commit = self._watch(name)
        self.said: dict[str, set[str]] = {name: set() for name in self.posts}
        """What each post said durably and must not lose."""
        self.lane_of: dict[str, Lane] = {}
        self.trace: deque[tuple[Any, ...]] = deque(maxlen=TRACE_MAX)
        self.rounds = 0
        """Rounds it took to come together on a whole line."""
        self._rotten: set[str] = set()
        self._couriers: list[tuple[int, str, bytes]] = []
        self._count = 0

    def _watch(self, name: str) -> Any:
        return lambda: self.referee.committed(name)

    @property
    def entries(self) -> int:
        """Return how many entries all logs hold."""
        return sum(len(rows) for post in self.posts.values() for rows in post.disk.logs(mirrored=False).values())

    # --- what posts do --------------------------------------------------------------------

    def say(self, name: str, lane: Lane, count: int) -> None:
        """Let a post say something; during a cut too (G7)."""
        post = self.posts[name]
        if post.down_until_ms > self.now_ms:
            return
        messages = [self._message(name, lane) for _ in range(count)]
        self._note(name, "say", lane.value, count)
        durable = self._alive(post, lambda: post.say(messages, self.now_ms))
        if durable is None:
            return
        require(durable or post.disk.full, "G7: a post could not say what it had to")
        if durable:
            self.said[name].update(message.id for message in messages)

    def say_oddly(self, name: str, lane: Lane, which: int) -> None:
        """Let a post append what its partner must take and not act on."""
        post = self.posts[name]
        if post.down_until_ms > self.now_ms:
            return
        make = ODDITIES[which % len(ODDITIES)]
        message = self._message(name, lane)
        known = sorted(self.said[name])
        if make is another_content and known:
            message = replace(message, id=known[which % len(known)])
        odd = make(message, name, post.clock.read(self.now_ms))
        self._note(name, "say_oddly", make.__name__, odd.lane.value)
        if odd.without_effect:
            self.referee.without_effect.add(own.content(odd.entry.header))
        if make is another_content:
            self.referee.used_ids.add(message.id)
        self._alive(post, lambda: post.append(odd.lane, odd.entry, self.now_ms))

    def say_again(self, name: str, dice: random.Random) -> None:
        """Let a post append an entry of its log once more."""
        post = self.posts[name]
        logs = sorted((key, rows) for key, rows in post.disk.logs(mirrored=False).items() if rows)
        if logs and post.down_until_ms <= self.now_ms:
            key, rows = dice.choice(logs)
            row = dice.choice(rows)
            lane = next(lane for lane in KINDS if key.startswith(lane.value))
            if _opens(row):
                return
            self._note(name, "say_again", key, row.index)
            entry = Sealed(row.header, row.body or b"", row.leaf)
            self._alive(post, lambda: post.append(lane, entry, self.now_ms))

    def intrude(self, name: str, lane: Lane) -> None:
        """Let a stranger send an entry in the name of a post, with keys of its own."""
        self._forge(name, lane, pair.key(99), fork=False)

    def fork(self, name: str, lane: Lane) -> None:
        """Let somebody who holds a post's key sign a second history in its name."""
        self._forge(name, lane, keys_of(name).log, fork=True)

    def _forge(self, name: str, lane: Lane, signer: SigningKey, *, fork: bool) -> None:
        partner = self.posts[self.posts[name].partner]
        part = self.referee.mirror_parts(partner.name, lane.value)[-1]
        held = partner.disk.log(part.key, mirrored=True)
        rows = held[:-1] if fork else held
        forged = another_content(self._message(name, lane), name, self.now_ms).entry
        tree = CompactRange.over(row.leaf for row in rows)
        source = LogSource(Origin.parse(part.origin), signer, len(rows) + 1)
        row = LogEntry(len(rows), forged.header, forged.body, forged.leaf)
        raw = build([row], before=tree, source=source).raw
        if fork:
            self.referee.two_faced.add(source.origin.key_name)
        self._note(name, "fork" if fork else "intrude", lane.value)
        self.line.send(Flight(name, "entries", lane.value, raw, -1), self.now_ms)

    def send_courier(self, name: str, late_ms: int, garble: random.Random | None) -> None:
        """Let a post hand a bundle to a courier, who takes his time; the file may suffer on its way."""
        post = self.posts[name]
        if post.down_until_ms > self.now_ms or post.damaged:
            return
        raw = self._alive(post, lambda: post.export(self.now_ms))
        if raw is None:
            return
        self._note(name, "courier", len(raw), late_ms // TICK_MS)
        for lane in bundles.read(raw).lanes:
            for batch in lane.batches:
                self.referee.batch_leaves(name, bytes(batch))
            for reply in (bytes(lane.reply), *(_fence_in(answer) for answer in lane.answers)):
                if reply != b"null":
                    self.referee.reply_leaves(name, reply)
        self._couriers.append((self.now_ms + late_ms, post.partner, raw if garble is None else garbled(raw, garble)))

    def _meet_couriers(self) -> None:
        waiting, self._couriers = self._couriers, []
        for due_ms, name, raw in waiting:
            post = self.posts[name]
            if due_ms > self.now_ms or post.down_until_ms > self.now_ms:
                self._couriers.append((due_ms, name, raw))
            elif not post.damaged:
                self._note(name, "takes a bundle", len(raw))
                self._alive(post, lambda post=post, raw=raw: post.take_bundle(raw, self.now_ms))

    def freeze(self, name: str, lane: Lane) -> None:
        """Let a person stop a lane at a post."""
        post = self.posts[name]
        if post.down_until_ms <= self.now_ms and not post.damaged:
            self._note(name, "freeze", lane.value)
            self._alive(post, lambda: post.freeze(lane, self.now_ms))

    def unfreeze(self, name: str, lane: Lane) -> None:
        """Let two persons allow a lane to go on."""
        post = self.posts[name]
        if post.down_until_ms <= self.now_ms and not post.damaged and self.referee.freezes(name, lane.value):
            self._note(name, "unfreeze", lane.value)
            self.referee.let_go(name, lane.value)
            self._alive(post, lambda: post.unfreeze(lane, self.now_ms))

    def pump(self, name: str) -> None:
        """Let a post send what it has to send."""
        post = self.posts[name]
        if post.down_until_ms > self.now_ms or post.damaged:
            return
        for flight in self._alive(post, lambda: list(post.pump(self.now_ms))) or ():
            self._note(name, flight.call, flight.lane, len(flight.raw))
            if flight.call == "entries":
                self.referee.batch_leaves(name, flight.raw)
            self.line.send(flight, self.now_ms)

    def arrive(self, flight: Flight) -> None:
        """Let a flight arrive where it goes."""
        post = self.posts[self.posts[flight.sender].partner]
        if post.down_until_ms > self.now_ms:
            return
        if flight.answer:
            self._note(post.name, f"takes {flight.call}", flight.lane, flight.raw[:40])
            self._alive(post, lambda: post.take(flight, self.now_ms))
            return
        reply = self._alive(post, lambda: post.serve(flight, self.now_ms))
        self._note(post.name, f"serves {flight.call}", flight.lane, (reply or b"")[:60])
        if reply is not None:
            if flight.call in {"entries", "fence"}:
                self.referee.reply_leaves(post.name, reply)
            self.line.send(Flight(post.name, flight.call, flight.lane, reply, flight.life, answer=True), self.now_ms)

    def pass_time(self) -> None:
        """Let one tick pass: posts start again, what is due arrives, posts send."""
        self.now_ms += TICK_MS
        for post in self.posts.values():
            if 0 < post.down_until_ms <= self.now_ms:
                post.down_until_ms = 0
                post.start()
        for flight in self.line.due(self.now_ms):
            self.arrive(flight)
        self._meet_couriers()
        for name in self.posts:
            self.pump(name)

    # --- what befalls them ----------------------------------------------------------------

    def doom(self, name: str, fate: Fate) -> None:
        """Let the next transaction of a post be its last in this life."""
        self.posts[name].disk.fate = fate

    def fill(self, name: str, *, full: bool) -> None:
        """Let the disk of a post be full, or have room again."""
        self._note(name, "full" if full else "room")
        self.posts[name].disk.full = full

    def back_up(self, name: str) -> None:
        """Keep a copy of a post's ledger."""
        self._note(name, "back_up")
        post = self.posts[name]
        post.backups.append(replace(post.disk.backup(self.now_ms), marks=post.marks.kept))

    def restore(self, name: str, which: int, *, marks_lost: bool, declared: bool = False) -> None:
        """Bring back one of a post's backups, with flights still in the air.

        The second medium may be lost too, or put back to the same moment, which a person declares.
        """
        post = self.posts[name]
        if not post.backups:
            return
        index = which % len(post.backups)
        self._note(name, "restore", index, len(post.backups), marks_lost, declared)
        backup = post.backups[index]
        del post.backups[index + 1 :]
        if name in self._rotten and not is_sound(post, backup):
            # People look at a backup before they bring it back.
            return
        self._put_back(post, backup, marks_lost=marks_lost, declared=declared)

    def _put_back(self, post: SimPost, backup: Backup, *, marks_lost: bool, declared: bool = False) -> None:
        post.restore(backup, marks_lost=marks_lost, declared=declared)
        self.referee.replaced(post.name, post.disk, marks_lost=marks_lost or declared)
        self.line.echo(post.partner, backup.at_ms, self.now_ms)
        for name in self.posts:
            self._forget_what_was_lost(name)

    def mend(self, name: str) -> None:
        """Let people bring back the newest backup without damage; where there is none, begin with an empty disk."""
        post = self.posts[name]
        self._note(name, "mend", len(post.backups))
        while post.backups:
            backup = post.backups.pop()
            if is_sound(post, backup):
                self._put_back(post, backup, marks_lost=False)
                return
        self._put_back(post, Disk().backup(), marks_lost=False)

    def rot(self, name: str, dice: random.Random) -> None:
        """Flip a bit in a row of a post's ledger."""
        mirrored = dice.random() < 0.5
        post = self.posts[name]
        logs = sorted((key, len(rows)) for key, rows in post.disk.logs(mirrored=mirrored).items() if rows)
        if logs:
            key, index = dice.choice([(key, index) for key, size in logs for index in range(size)])
            self._note(name, "rot", key, index, mirrored)
            self._rotten.add(name)
            post.disk.rot(key, index, dice, mirrored=mirrored)
            if mirrored:
                # Damage in what nobody asks for shows nowhere.
                self.line.echo(post.partner, 0, self.now_ms)

    def erase(self, name: str, dice: random.Random) -> None:
        """Let a post forget the body of an entry of either side."""
        mirrored = dice.random() < 0.5
        post = self.posts[name]
        logs = sorted((key, len(rows)) for key, rows in post.disk.logs(mirrored=mirrored).items() if rows)
        if logs and post.down_until_ms <= self.now_ms:
            key, size = dice.choice(logs)
            self._note(name, "erase", key, mirrored)
            index = dice.randrange(size)
            row = post.disk.log(key, mirrored=mirrored)[index]
            # Of a row that rotted nobody can tell what is erased.
            if not _opens(row) and own.leaf_of(row.header) == row.leaf:
                self.referee.erased.add(own.content(row.header))
                self._alive(post, lambda: post.erase(key, index, mirrored=mirrored))

    # --- in the end -----------------------------------------------------------------------

    def heal(self) -> None:
        """Mend the line, the clocks and the disks, and start what is down; people bring back what is damaged."""
        self.line.mend()
        for name, post in self.posts.items():
            post.clock.mend()
            # What the partner lost shows at the next heartbeat at the latest: that is the bound's other half.
            post.beat_ms = 2 * TICK_MS
            post.disk.full = post.marks.full = False
            post.disk.fate = None
            if post.down_until_ms:
                post.down_until_ms = 0
                post.start()
            if post.damaged or (name in self._rotten and not is_sound(post, post.disk.backup())):
                self.mend(name)
        self._let_go()

    def come_together(self) -> None:
        """G6: with a whole line both sides come together in rounds that grow with the backlog alone."""
        rounds = ROUNDS_SPARE + self.entries // BATCH_ENTRIES_MAX
        while not self._settled():
            require(self.rounds < rounds, f"G6: not together after {rounds} rounds")
            self._round()
            self.rounds += 1
        for name, post in self.posts.items():
            self.referee.committed(name)
            self.referee.alike(name)
            self.referee.receipts(name)
            self._check_said(name)
            # The product's own verification is slow, and the referee saw everything: in some runs it must agree.
            # A lane that waits for people may stand where a way back was not finished.
            if self.parameters.seed % VERIFIED == 0 and not self.referee.two_faced:
                require(is_sound(post, post.disk.backup()), "the product's own verification finds damage")

    def _round(self) -> None:
        self.now_ms += TICK_MS
        for name, post in self.posts.items():
            if post.damaged:
                # Damage that shows only now: in what waits, or was closed long ago.
                self.mend(name)
            self.pump(name)
        for _ in range(2):
            for flight in self.line.due(self.now_ms):
                self.arrive(flight)
        self._meet_couriers()
        self._let_go()

    def _let_go(self) -> None:
        """Let people allow every lane to go on that stands still: others may wait for it."""
        for name in self.posts:
            for lane in KINDS:
                self.unfreeze(name, lane)

    def _settled(self) -> bool:
        if self.line.flights or self._couriers:
            return False
        return all(self.referee.is_settled(name, lane) for name in self.posts for lane in self.referee.lanes)

    def _check_said(self, name: str) -> None:
        partner = self.posts[self.posts[name].partner]
        lost = self.said[name] - _ids(partner.disk, mirrored=True)
        lost -= {said for said in lost if self.referee.is_spoilt(name, self.lane_of[said].value)}
        require(not lost, f"restore: {sorted(lost)[:3]} were said and are lost")

    # --- parts ----------------------------------------------------------------------------

    def _forget_what_was_lost(self, name: str) -> None:
        """Give up what stands neither here nor with the partner: nobody but its author can say it again."""
        post = self.posts[name]
        partner = self.posts[post.partner]
        self.said[name] &= _ids(post.disk, mirrored=False) | _ids(partner.disk, mirrored=True)

    def _message(self, name: str, lane: Lane) -> Message:
        self._count += 1
        kinds = KINDS[lane]
        self.lane_of[f"{name}:{self._count}"] = lane
        return Message(f"{name}:{self._count}", lane, kinds[self._count % len(kinds)])

    def _note(self, *happening: Any) -> None:
        self.trace.append(((self.now_ms - NOW_MS) // TICK_MS, *happening))

    def _alive(self, post: SimPost, act: Callable[[], T]) -> T | None:
        """Let a post act; None when it dies of it."""
        try:
            return act()
        except Crash:
            self._note(post.name, "dies")
            post.down_until_ms = self.now_ms + 1 + post.sleep_ms
            return None


def is_sound(post: SimPost, backup: Backup) -> bool:
    """Tell whether the product's own verification finds no damage in ``backup``."""
    with Disk(backup).read() as reader:
        return all(finding.code == "exchange.lane_frozen" for finding in post.link.verify(reader).findings)


def _fence_in(answer: Raw) -> bytes:
    """Return the reply to an ask for a fence that a courier carries back; null when it is another answer."""
    told = msgspec.json.decode(bytes(answer), type=Answered)
    return bytes(told.answer) if told.call is Call.FENCE else b"null"


def _opens(row: LogEntry) -> bool:
    """Tell whether ``row`` opens an epoch: a statement of the link, which nobody repeats or erases."""
    return b'"type":"log.opened' in row.header


def _ids(disk: Disk, *, mirrored: bool) -> set[str]:
    return {own.message_id(row.header) for rows in disk.logs(mirrored=mirrored).values() for row in rows}
