"""Faults that somebody might build in.  The simulation must catch each of them, or it does not look.

A fault is a function that plants itself through a ``MonkeyPatch``; its docstring says what is wrong
with the build.  :mod:`exchange.sim.hunt` runs seeds until each is caught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Final

import pytest
from msgspec import structs

from exchange.sim import posts
from exchange.sim.disk import Crash
from exchange.sim.network import Flight
from exchange.sim.posts import SimPost
from gatepair.base.errors import ExchangeError
from gatepair.exchange import note as notes
from gatepair.exchange import receiver, sender
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.envelope import Place, open_envelope
from gatepair.exchange.messages import Lane
from gatepair.exchange.receiver import Judged, Judgement, Mirror, Taken
from gatepair.exchange.sender import Receipt
from gatepair.exchange.wire import Batch, Outcome, body_of, decode_batch, decode_reply
from gatepair.node import link_common, link_receiving, link_repeating, link_sending
from gatepair.node import link_state as states
from gatepair.node.link import Link
from gatepair.node.link_state import WAITING, OwnState

Patch = pytest.MonkeyPatch
PLANTS: Final[list[Callable[[Patch], None]]] = []


def fault(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Enter a fault into the list."""
    PLANTS.append(plant)
    return plant


@contextmanager
def planted(plant: Callable[[Patch], None]) -> Iterator[None]:
    """Have a fault in the product while the context lasts."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        yield


# --- what comes in -------------------------------------------------------------------------


@fault
def signature_unchecked(patch: Patch) -> None:
    """Whoever sends a batch is believed to be the partner."""
    patch.setattr(receiver, "check_signer", lambda batch, *_: Checkpoint.parse(notes.parse(batch.checkpoint).text))


@fault
def bodies_unsigned(patch: Patch) -> None:
    """The signature of a batch is not looked at: who is on the line may withhold bodies."""
    patch.setattr(receiver, "verify_ed25519", lambda *_: True)


@fault
def root_unchecked(patch: Patch) -> None:
    """Entries are taken though they do not give the signed root."""
    patch.setattr(receiver, "_judge_false_root", _taken_all_the_same)


def _taken_all_the_same(batch: Batch, _: object, *, mirror: Mirror, bench: receiver.Bench) -> Judgement:
    tree, judged = mirror.tree.copy(), []
    for entry in batch.entries[mirror.tree.size - batch.start :]:
        header = bytes(entry.header)
        judged.append(receiver._judge_entry(header, None, place=Place(mirror.origin, tree.size), bench=bench))
        tree.append(judged[-1].leaf)
    return Taken(replace(mirror, tree=tree, checkpoint=batch.checkpoint), tuple(judged), complete=True)


@fault
def gap_accepted(patch: Patch) -> None:
    """A batch from beyond the mirror's end is put at its end."""
    whole = receiver.judge

    def judge(batch: Batch, mirror: Mirror, bench: receiver.Bench) -> Judgement:
        judged = whole(batch, mirror, bench)
        if not isinstance(judged, receiver.Gap) or not batch.start:
            return judged
        return _taken_all_the_same(structs.replace(batch, start=mirror.tree.size), None, mirror=mirror, bench=bench)

    patch.setattr(link_receiving, "judge", judge)


@fault
def no_duplicate_filter(patch: Patch) -> None:
    """A batch that comes again has its effects again."""
    whole = Link.receive

    def receive(self: Link, unit: Any, lane: str, batch: bytes, **more: Any) -> bytes:
        def size() -> int:
            return sum(part.size for each in self.lanes for part in states.mirror_logs(unit, each))

        before = size()
        reply = whole(self, unit, lane, batch, **more)
        if decode_reply(reply).outcome is Outcome.RECEIVED and before == size():
            read = decode_batch(batch)
            for index, entry in enumerate(read.entries, start=read.start):
                place = Place(self._partner_origin(unit, Lane(lane)), index)
                with suppress(ExchangeError):
                    opened = open_envelope(
                        bytes(entry.header), body_of(entry), in_force=self.versions.terms, place=place
                    )
                    more["deliver"](unit, opened)
        return reply

    patch.setattr(Link, "receive", receive)


@fault
def no_memory_of_ids(patch: Patch) -> None:
    """A message that is said again under its id has its effect again."""
    whole = link_receiving.Ids.before

    def before(self: Any, message_id: str, digest: bytes) -> bytes | None:
        known = whole(self, message_id, digest)
        return None if known == digest else known

    patch.setattr(link_receiving.Ids, "before", before)


@fault
def clock_decides_the_order(patch: Patch) -> None:
    """Effects happen in the order of the author's clock, the latest first where it stood still."""
    whole = Link._act_on
    waiting: list[Any] = []

    def take(self: Link, unit: Any, lane: Lane, taken: Taken, **more: Any) -> bytes:
        waiting.clear()
        reply = taking(self, unit, lane, taken, **more)
        for judged, rest in sorted(waiting, key=lambda each: (_at_ms(each[0]), -each[0].index)):
            whole(self, unit, lane, judged, **rest)
        return reply

    taking = Link._take
    patch.setattr(Link, "_act_on", lambda _, __, ___, judged, **more: waiting.append((judged, more)))
    patch.setattr(Link, "_take", take)


def _at_ms(judged: Judged) -> int:
    return 0 if judged.read is None else judged.read.at_ms


@fault
def quarantine_forgotten(patch: Patch) -> None:
    """What the agreement does not list is kept with its body."""
    whole = receiver._judge_entry

    def judge_entry(header: bytes, body: bytes | None, **more: Any) -> Judged:
        return replace(whole(header, body, **more), body=body)

    patch.setattr(receiver, "_judge_entry", judge_entry)


@fault
def agreement_unchecked(patch: Patch) -> None:
    """Entries of any agreement, any lane and with any sections have effects."""

    def open_read(read: Any, _: bytes | None, *, leaf: bytes, in_force: Any, place: Place) -> Any:
        fields = {name: getattr(read, name) for name in ("type", "id", "subject", "at_ms", "heard", "re")}
        return receiver.Opened(origin=place.origin, index=place.index, leaf=leaf, sections={}, **fields)

    patch.setattr(receiver, "open_read", open_read)


@fault
def used_id_keeps_its_body(patch: Patch) -> None:
    """What says something else under a known id is kept with its body."""
    patch.setattr("gatepair.adapters.memory.MemoryUnit.erase_body", lambda *_, **__: None)


@fault
def outcomes_answer_outcomes(patch: Patch) -> None:
    """What cannot be taken is answered, even when it is an answer."""
    patch.setattr(link_receiving, "is_outcome", lambda _: False)


@fault
def frozen_lane_goes_on(patch: Patch) -> None:
    """A lane in which the partner contradicted itself takes entries as before."""
    whole = Link._mirror_state
    patch.setattr(Link, "_mirror_state", lambda self, *given: structs.replace(whole(self, *given), frozen=None))


@fault
def damage_is_taken_for_a_lie(patch: Patch) -> None:
    """A mirror that rotted here makes an honest partner seem to contradict itself."""
    patch.setattr(Link, "_check_mirror", lambda *_: None)


@fault
def evidence_without_headers(patch: Patch) -> None:
    """Of a longer second history only its checkpoint is kept, which proves nothing to others."""
    whole = Link._freeze_mirror

    def freeze(self: Link, unit: Any, lane: Lane, found: Any, *, now_ms: int) -> None:
        whole(self, unit, lane, replace(found, headers=()), now_ms=now_ms)

    patch.setattr(Link, "_freeze_mirror", freeze)


# --- what is durable when ------------------------------------------------------------------


@fault
def receipt_before_durability(patch: Patch) -> None:
    """The receipt leaves before the transaction has ended."""
    serving, receiving = SimPost.serve, Link.receive
    replies: list[bytes] = []

    def receive(self: Link, *given: Any, **more: Any) -> bytes:
        replies.append(receiving(self, *given, **more))
        return replies[-1]

    def serve(self: SimPost, flight: Flight, now_ms: int) -> bytes | None:
        replies.clear()
        try:
            reply = serving(self, flight, now_ms)
        except Crash:
            reply = None
        return reply or (replies[-1] if replies else None)

    patch.setattr(Link, "receive", receive)
    patch.setattr(SimPost, "serve", serve)


@fault
def effects_in_a_transaction_of_their_own(patch: Patch) -> None:
    """Entries are mirrored in one transaction and have their effects in the next."""
    serving, recording = SimPost.serve, posts.record_effect
    late: list[Any] = []

    def serve(self: SimPost, flight: Flight, now_ms: int) -> bytes | None:
        late.clear()
        watching, self.on_commit = self.on_commit, lambda: None
        try:
            reply = serving(self, flight, now_ms)
            self._transact(lambda unit: [recording(unit, opened) for opened in late], default=[])
        finally:
            self.on_commit = watching
            self.on_commit()
        return reply

    patch.setattr(posts, "record_effect", lambda _, opened: late.append(opened))
    patch.setattr(SimPost, "serve", serve)


@fault
def fence_not_durable(patch: Patch) -> None:
    """The holder says that it closed the epoch, and keeps no note of it."""
    patch.setattr(Link, "_close", _closed_in_passing)


def _closed_in_passing(link: Link, unit: Any, lane: Lane, epoch: int) -> Any:
    state = link._mirror_state(unit, lane)
    return structs.replace(state, closed=max(epoch, state.closed))


@fault
def mark_after_the_signature(patch: Patch) -> None:
    """How far was signed is written to the second medium when the next signature leaves."""
    whole = Link._mark
    before: dict[tuple[int, Lane], tuple[Any, ...]] = {}

    def mark(self: Link, reader: Any, lane: Lane, signed: Any) -> None:
        late = before.get((id(self), lane))
        before[id(self), lane] = (signed,)
        if late is not None:
            whole(self, reader, lane, late[0])

    patch.setattr(Link, "_mark", mark)


# --- what goes out -------------------------------------------------------------------------


@fault
def rows_not_read_back(patch: Patch) -> None:
    """Rows are signed as they lie on the disk, whatever happened to them there."""
    patch.setattr(sender, "check_row", lambda *_, **__: None)


@fault
def every_section_is_sent(patch: Patch) -> None:
    """All sections of a message are serialised, whatever the agreement lists."""
    whole = Terms.of
    wide = {message.kind: message for message in posts.agreement().messages}
    patch.setattr(Terms, "of", lambda agreed, *later: replace(whole(agreed, *later), by_kind=wide))


@fault
def sender_never_goes_back(patch: Patch) -> None:
    """A sender that is told of a gap goes on from where it was."""
    patch.setattr(Link, "_go_back", lambda _, unit, lane, *__, **___: states.own_state(unit, lane))


@fault
def smaller_receipt_is_ignored(patch: Patch) -> None:
    """A partner that lost what it had receipted does not get it again."""
    whole = Link._start
    patch.setattr(Link, "_start", lambda self, *given: max(whole(self, *given), _confirmed(*given)))


def _confirmed(reader: Any, lane: Lane) -> int:
    return states.own_state(reader, lane).confirmed


@fault
def sender_believes_itself(patch: Patch) -> None:
    """What was sent counts as received."""
    whole = Link.accept_receipt

    def accept(self: Link, unit: Any, lane: str, reply: bytes, *, now_ms: int) -> Any:
        replied = whole(self, unit, lane, reply, now_ms=now_ms)
        own = states.own_state(unit, Lane(lane))
        if own.recovery is None and (size := unit.own_size(states.own_log(unit, Lane(lane)))) > own.confirmed:
            tree = states.own_tree(unit, Lane(lane), size)
            states.put_own(unit, Lane(lane), structs.replace(own, confirmed=size, tree=tree.to_bytes().hex()))
        return replied

    patch.setattr(Link, "accept_receipt", accept)


@fault
def receipts_unchecked(patch: Patch) -> None:
    """A receipt counts without its signatures."""

    def check(text: str, **_: Any) -> Receipt:
        return Receipt(Checkpoint.parse(notes.parse(text).text).size, 0, text)

    patch.setattr(link_sending, "check_receipt", check)


# --- after a restore -----------------------------------------------------------------------


@fault
def restored_post_goes_on(patch: Patch) -> None:
    """A post that was restored from a backup signs on where its ledger ends."""
    patch.setattr(link_common, "suspicions", lambda *_: {})
    patch.setattr(Link, "_lost", lambda *_: None)


@fault
def replay_without_a_fence(patch: Patch) -> None:
    """A restored post fetches what its partner holds and goes on in the same epoch, which stays open."""

    def open_next(self: Link, unit: Any, lane: Lane, recovery: Any, *, now_ms: int) -> None:
        stand = states.fence_of(recovery.fence).stand
        again = structs.replace(recovery, again=(WAITING, states.own_state(unit, lane).waited))
        states.put_own(unit, lane, OwnState(epoch=stand.origin.epoch, copy=recovery.copy, recovery=again))
        self._suspected.pop(lane, None)

    patch.setattr(Link, "_open_next", open_next)
    patch.setattr(Link, "_close", _closed_in_passing)
    patch.setattr("exchange.sim.referee.Referee._fence_leaves", lambda *_: None)


@fault
def closed_epoch_takes_entries(patch: Patch) -> None:
    """What comes late for a closed epoch is taken until the next one is open."""
    whole = receiver.judge

    def judge(batch: Batch, mirror: Mirror, bench: receiver.Bench) -> Judgement:
        judged = whole(batch, replace(mirror, closed=0), bench)
        closed = max(mirror.closed, judged.mirror.closed)
        return replace(judged, mirror=replace(judged.mirror, closed=closed))

    patch.setattr(link_receiving, "judge", judge)


@fault
def epoch_goes_on_anywhere(patch: Patch) -> None:
    """A new epoch is taken wherever it says that it goes on from."""
    patch.setattr(receiver, "_goes_on", lambda *_: True)


@fault
def said_again_under_a_new_id(patch: Patch) -> None:
    """What the partner may not have got is said again in the new epoch as another message."""
    whole = link_repeating.reissued
    patch.setattr(
        link_repeating, "reissued", lambda read, heard: whole(structs.replace(read, id=f"again-{read.id}"[:80]), heard)
    )


@fault
def nothing_is_said_again(patch: Patch) -> None:
    """What the partner did not get before the fence is not said again."""
    patch.setattr(link_repeating, "_say_again", lambda *_, **__: False)


@fault
def waiting_messages_are_forgotten(patch: Patch) -> None:
    """What was said while the post recovered never gets into the new epoch."""
    whole = link_repeating._source

    def source(reader: Any, lane: Lane, recovery: Any, epoch: int) -> Any:
        found = whole(reader, lane, recovery, epoch)
        return replace(found, end=0) if epoch == WAITING else found

    patch.setattr(link_repeating, "_source", source)


FAULTS: Final[Mapping[str, Callable[[Patch], None]]] = {plant.__name__: plant for plant in PLANTS}
"""All of them, by name."""
