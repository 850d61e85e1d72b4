"""The stateful model: Hypothesis chooses what happens in the random life of two posts, and shrinks what fails."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from crossing.life import DECLARATIONS, POSTS, Life
from gatepair.crossing import commands as cmd

seeds = st.integers(0, 2**48)
"""The search chooses seeds; what follows from a seed is spread evenly, so rare orders come up too."""


class CrossingMachine(RuleBasedStateMachine):
    """Rules and invariants over one :class:`Life`."""

    def __init__(self) -> None:
        """Begin with two empty posts."""
        super().__init__()
        self.life = Life()
        self.life.note = note

    @initialize(seed=seeds)
    def opens(self, seed: int) -> None:
        """The day begins with two crossings."""
        self.life.opens(seed)

    @rule(declaration=st.sampled_from(DECLARATIONS), elsewhere=st.integers(0, 9))
    def declares(self, declaration: cmd.DeclareCrossing, elsewhere: int) -> None:
        """A trader declares."""
        self.life.declares(declaration, elsewhere)

    @rule(seed=seeds)
    def anybody_orders(self, seed: int) -> None:
        """Anybody orders anything."""
        self.life.anybody_orders(seed)

    @rule(seed=seeds)
    def disturbs(self, seed: int) -> None:
        """A crossing gets to some stage and is disturbed there."""
        self.life.disturbs(seed)

    @rule(post=st.sampled_from(POSTS))
    def hears(self, post: str) -> None:
        """The partner's next word arrives."""
        self.life.hears(post)

    @rule(minutes=st.sampled_from((1, 31, 41, 60 * 21)))
    def waits(self, minutes: int) -> None:
        """Time passes."""
        self.life.waits(minutes)

    @invariant()
    def one_holder(self) -> None:
        """A tractor, a trailer, a container is bound to one open crossing, or to it and its way back."""
        self.life.one_holder()

    @invariant()
    def one_place(self) -> None:
        """No two crossings share a number; who is gone has none."""
        self.life.one_place()

    def teardown(self) -> None:
        """The state is the fold of what was recorded, and nothing else."""
        self.life.recorded_is_all()
