"""Two posts over a bad line keep every guarantee; and the machine that says so catches planted faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from msgspec import structs

from exchange import pair
from exchange.line import ACTIONS, Chance, Line, run
from exchange.pair import Crash, Node
from gatepair.base import canonical
from gatepair.base.errors import GatepairError
from gatepair.base.merkle import leaf_hash
from gatepair.exchange import receiver
from gatepair.exchange.envelope import Place, open_envelope
from gatepair.exchange.messages import Lane
from gatepair.exchange.receiver import Judgement, Mirror, Taken
from gatepair.exchange.wire import Batch, body_of, decode_batch
from gatepair.node import link_repeating
from gatepair.node.link import Link
from gatepair.node.link_state import own_state

SEEDS = range(40)
STEPS = 80
HUNT_SEEDS = 120
"""Within so many seeds a planted fault must show."""


class Days(RuleBasedStateMachine):
    """Lets Hypothesis drive the line, so that a failure shrinks to the few steps that matter.

    One rule for all actions: Hypothesis would otherwise leave some out of most runs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = Line()

    @rule(
        action=st.sampled_from(ACTIONS),
        chance=st.builds(
            Chance,
            post=st.sampled_from([pair.NORTH, pair.SOUTH]),
            lane=st.sampled_from(["normal", "urgent"]),
            choice=st.integers(0, 10_000),
            place=st.integers(0, 100_000),
            mask=st.integers(1, 255),
            crash=st.booleans(),
            keep=st.booleans(),
            lose=st.booleans(),
        ),
    )
    def step(self, action: str, chance: Chance) -> None:
        self.line.step(action, chance)

    def teardown(self) -> None:
        self.line.heal()


@pytest.mark.parametrize("seed", SEEDS)
def test_guarantees_hold_on_a_bad_line(seed: int) -> None:
    """Nothing is lost, doubled, reordered or forged, and both sides come together once the line is healed."""
    run(seed, STEPS)


def test_guarantees_hold_however_hypothesis_tries() -> None:
    """The same, with the steps chosen to break it."""
    search = settings(max_examples=15, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(Days, settings=search)


@pytest.mark.nightly
def test_guarantees_hold_on_many_bad_lines() -> None:
    """Ten thousand seeds."""
    for seed in range(10_000):
        run(seed, STEPS)


def receipt_before_durability(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Node.take

    def take(self: Node, batch: bytes, lane: str = "normal", *, crash: bool = False) -> bytes:
        replies: list[bytes] = []
        receive = self.link.receive
        monkeypatch.setattr(self.link, "receive", lambda *args, **more: replies.append(receive(*args, **more)))
        try:
            whole(self, batch, lane, crash=crash)
        except Crash:
            self.restart()
        finally:
            monkeypatch.undo()
            receipt_before_durability(monkeypatch)
        return replies[0]

    monkeypatch.setattr(Node, "take", take)


def no_duplicate_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Link.receive

    def receive(self: Link, unit: Any, lane: str, batch: bytes, *, now_ms: int, deliver: Callable[..., None]) -> bytes:
        before = unit.mirror_size(lane)
        reply = whole(self, unit, lane, batch, now_ms=now_ms, deliver=deliver)
        if b'"outcome":"received"' in reply and unit.mirror_size(lane) == before:
            read = decode_batch(batch)
            for offset, entry in enumerate(read.entries):
                place = Place(self.agreement.origin(self._partner.post, Lane(lane), 1), read.start + offset)
                deliver(unit, open_envelope(bytes(entry.header), body_of(entry), in_force=(self._terms,), place=place))
        return reply

    monkeypatch.setattr(Link, "receive", receive)


def no_root_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def accept(batch: Batch, _: object, *, mirror: Mirror, bench: receiver.Bench) -> Judgement:
        fresh = batch.entries[mirror.tree.size - batch.start :]
        tree = mirror.tree.copy()
        judged = []
        for entry in fresh:
            header = bytes(entry.header)
            place = Place(mirror.origin, tree.size)
            judged.append(receiver._judge_entry(header, body_of(entry), place=place, bench=bench))
            tree.append(leaf_hash(header))
        return Taken(replace(mirror, tree=tree, checkpoint=batch.checkpoint), tuple(judged), complete=True)

    monkeypatch.setattr(receiver, "_judge_false_root", accept)


def effects_outside_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    done: dict[tuple[str, str], list[bytes]] = {}

    def effect(_: object, opened: Any) -> None:
        reader = pair.SOUTH if opened.origin.post == pair.NORTH else pair.NORTH
        done.setdefault((reader, opened.origin.lane), []).append(opened.leaf)

    def effects(self: Node, lane: str = "normal") -> list[bytes]:
        return done.get((self.post, lane), [])

    def begin(self: Line) -> None:
        done.clear()
        whole(self)

    whole = Line.__init__
    monkeypatch.setattr(Line, "__init__", begin)
    monkeypatch.setattr(pair, "record_effect", effect)
    monkeypatch.setattr(Node, "effects", effects)


def restored_node_signs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Link, "_recovery", lambda *_, **__: None)


def no_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Link.__init__

    def begin(self: Link, *args: Any, **more: Any) -> None:
        whole(self, *args, **{**more, "marks": None})

    monkeypatch.setattr(Link, "__init__", begin)


def nothing_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_repeating, "_say_again", lambda *_, **__: False)


def said_again_under_new_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_repeating, "_is_held", lambda *_, **__: False)
    monkeypatch.setattr(link_repeating, "_is_held_elsewhere", lambda *_, **__: False)
    whole = link_repeating.reissued

    def renamed(header: Any, heard: Any) -> bytes:
        return whole(structs.replace(header, id=f"{header.id}.again"), heard)

    monkeypatch.setattr(link_repeating, "reissued", renamed)


def sender_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Link, "_go_back", lambda _, unit, lane, __, **___: own_state(unit, lane))


def sender_believes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Node.next

    def forward(self: Node, lane: str = "normal") -> bytes | None:
        raw = whole(self, lane)
        if raw is not None:
            with self.unit() as unit:
                state = own_state(unit, Lane(lane))
                tree = self.link._tree(unit, Lane(lane), decode_batch(raw).start + len(decode_batch(raw).entries))
                unit.put_state(
                    f"exchange/own/{lane}",
                    pair_encode(state, confirmed=tree.size, tree=tree.to_bytes().hex()),
                )
        return raw

    monkeypatch.setattr(Node, "next", forward)


def pair_encode(state: Any, **changes: Any) -> bytes:
    return canonical.encode(structs.replace(state, **changes))


def hunt(first: int) -> None:
    for seed in range(first, first + HUNT_SEEDS):
        run(seed, STEPS)


@pytest.mark.parametrize(
    ("plant", "first"),
    [
        (receipt_before_durability, 90),
        (no_duplicate_filter, 0),
        (no_root_check, 0),
        (effects_outside_the_transaction, 0),
        (restored_node_signs_on, 0),
        (no_marks, 0),
        (nothing_is_said_again, 0),
        (said_again_under_new_ids, 0),
        (sender_never_goes_back, 0),
        (sender_believes_itself, 0),
    ],
)
def test_planted_faults_are_caught(
    plant: Callable[[pytest.MonkeyPatch], None], first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulation fails for each fault that somebody might build in: it does look."""
    plant(monkeypatch)
    with pytest.raises((AssertionError, GatepairError)):
        hunt(first)
