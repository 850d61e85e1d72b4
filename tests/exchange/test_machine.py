"""Hypothesis drives the simulator, so that a failure shrinks to the few steps that matter."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from exchange.pair import NORTH, SOUTH
from exchange.sim.disk import Fate
from exchange.sim.network import garbled
from exchange.sim.parameters import TICK_MS, Parameters
from exchange.sim.posts import KINDS
from exchange.sim.world import World

POSTS = st.sampled_from([NORTH, SOUTH])
LANES = st.sampled_from(list(KINDS))
ANY = st.integers(0, 1_000)


class Posts(RuleBasedStateMachine):
    """Two posts; every guarantee is looked at after each step by the referee inside."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(Parameters.calm())
        self.world.line.held = True
        for post in self.world.posts.values():
            post.beat_ms = 3 * TICK_MS

    # --- posts ----------------------------------------------------------------------------

    @rule(post=POSTS, lane=LANES, count=st.integers(1, 5))
    def say(self, post: str, lane: str, count: int) -> None:
        self.world.say(post, lane, count)

    @rule(post=POSTS, lane=LANES, which=ANY)
    def say_oddly(self, post: str, lane: str, which: int) -> None:
        self.world.say_oddly(post, lane, which)

    @rule(post=POSTS, dice=ANY)
    def say_again(self, post: str, dice: int) -> None:
        self.world.say_again(post, random.Random(dice))

    @rule()
    def pass_time(self) -> None:
        self.world.pass_time()

    @rule(post=POSTS, fate=st.sampled_from(list(Fate)))
    def doom(self, post: str, fate: Fate) -> None:
        self.world.doom(post, fate)

    @rule(post=POSTS)
    def restart(self, post: str) -> None:
        self.world.posts[post].start()

    @rule(post=POSTS)
    def back_up(self, post: str) -> None:
        self.world.back_up(post)

    @rule(post=POSTS, which=ANY, marks_lost=st.booleans())
    def restore(self, post: str, which: int, *, marks_lost: bool) -> None:
        # When both second media are lost, nobody may know any more what was signed.
        self.world.restore(post, which, marks_lost=marks_lost and post == NORTH)

    @rule(post=POSTS, full=st.booleans())
    def fill(self, post: str, *, full: bool) -> None:
        self.world.fill(post, full=full)

    @rule(post=POSTS, full=st.booleans())
    def fill_marks(self, post: str, *, full: bool) -> None:
        self.world.posts[post].marks.full = full

    @rule(post=POSTS, dice=ANY)
    def erase(self, post: str, dice: int) -> None:
        self.world.erase(post, random.Random(dice))

    @rule(post=POSTS, by_ms=st.integers(-600_000, 600_000))
    def step_clock(self, post: str, by_ms: int) -> None:
        self.world.posts[post].clock.step(by_ms)

    @rule(post=POSTS, lane=LANES)
    def intrude(self, post: str, lane: str) -> None:
        self.world.intrude(post, lane)

    # --- the line -------------------------------------------------------------------------

    def _take(self, which: int) -> int:
        return which % len(self.world.line.flights)

    @precondition(lambda self: self.world.line.flights)
    @rule(which=ANY)
    def deliver(self, which: int) -> None:
        self.world.arrive(self.world.line.flights.pop(self._take(which)))

    @precondition(lambda self: self.world.line.flights)
    @rule(which=ANY)
    def deliver_and_keep(self, which: int) -> None:
        self.world.arrive(self.world.line.flights[self._take(which)])

    @precondition(lambda self: self.world.line.flights)
    @rule(which=ANY)
    def drop(self, which: int) -> None:
        self.world.line.flights.pop(self._take(which))

    @precondition(lambda self: self.world.line.flights)
    @rule(which=ANY, dice=ANY)
    def garble(self, which: int, dice: int) -> None:
        flights, index = self.world.line.flights, self._take(which)
        flights[index] = replace(flights[index], raw=garbled(flights[index].raw, random.Random(dice)))

    @rule(post=POSTS, ticks=st.integers(0, 5))
    def cut(self, post: str, ticks: int) -> None:
        self.world.line.cut_until[post] = self.world.now_ms + ticks * TICK_MS

    def teardown(self) -> None:
        self.world.heal()
        self.world.come_together()


def test_guarantees_hold_however_hypothesis_tries() -> None:
    """No steps that Hypothesis finds break a guarantee, and afterwards both sides come together."""
    profile = settings()
    search = settings(max_examples=max(10, profile.max_examples // 2), stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Posts, settings=search)
