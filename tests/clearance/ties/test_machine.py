"""Ties under any order of acts: nothing is carried twice, and passed means that the whole is over the line."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gatepair.base.findings import Refusal
from gatepair.clearance.ties import decide
from gatepair.clearance.ties.fold import apply, folded
from gatepair.clearance.ties.model import NOTHING, Share, Standing, TieEvent, Ties

NAMES = st.sampled_from(["D1", "D2", "D3"])
CROSSINGS = st.sampled_from(["X1", "X2", "X3", "X4"])
SHARES = st.builds(Share, st.integers(-1, 4), st.integers(0, 4))


class TyingAndCrossing(RuleBasedStateMachine):
    """Declarations, crossings and a plain book of who carries what, kept beside the fold."""

    def __init__(self) -> None:
        super().__init__()
        self.ties = Ties()
        self.events: list[TieEvent] = []
        self.wholes: dict[str, Share] = {}
        self.places: dict[tuple[str, str], tuple[Share, str]] = {}
        self.gone: set[str] = set()

    def _give(self, decided: TieEvent | Refusal) -> bool:
        if isinstance(decided, Refusal):
            assert decided.findings
            return False
        self.events.append(decided)
        self.ties = apply(self.ties, decided)
        return True

    @rule(name=NAMES, whole=SHARES)
    def declare(self, name: str, whole: Share) -> None:
        taken = self._give(decide.declare(self.ties, name, whole))
        assert taken == (name not in self.wholes and whole != NOTHING and min(whole.packages, whole.mass_g) >= 0)
        if taken:
            self.wholes[name] = whole

    @rule(name=NAMES, whole=SHARES)
    def correct(self, name: str, whole: Share) -> None:
        if self._give(decide.correct(self.ties, name, whole)):
            self.wholes[name] = whole

    @rule(name=NAMES, crossing=CROSSINGS, share=SHARES)
    def tie(self, name: str, crossing: str, share: Share) -> None:
        if self._give(decide.tie(self.ties, name, crossing=crossing, share=share)):
            assert crossing not in self.gone
            assert (name, crossing) not in self.places
            self.places[name, crossing] = (share, "ahead")

    @rule(name=NAMES, crossing=CROSSINGS)
    def untie(self, name: str, crossing: str) -> None:
        taken = self._give(decide.untie(self.ties, name, crossing=crossing))
        assert taken == (self.places.get((name, crossing), (NOTHING, ""))[1] == "ahead")
        if taken:
            del self.places[name, crossing]

    @rule(crossing=CROSSINGS)
    def go_over(self, crossing: str) -> None:
        taken = self._give(decide.went_over(self.ties, crossing))
        assert taken == (crossing not in self.gone)
        if taken:
            self._move(crossing, "over")

    @rule(crossing=CROSSINGS)
    def turn_back(self, crossing: str) -> None:
        if self._give(decide.turned_back(self.ties, crossing)):
            self._move(crossing, "back")

    def _move(self, crossing: str, to: str) -> None:
        self.gone.add(crossing)
        self.places = {key: (share, to if key[1] == crossing else at) for key, (share, at) in self.places.items()}

    def _sum(self, name: str, *where: str) -> tuple[int, int]:
        shares = [share for (whose, _), (share, at) in self.places.items() if whose == name and at in where]
        return sum(each.packages for each in shares), sum(each.mass_g for each in shares)

    @invariant()
    def nothing_is_carried_twice(self) -> None:
        """What is on crossings or over the line is never more than the whole."""
        for name, whole in self.wholes.items():
            packages, mass_g = self._sum(name, "ahead", "over")
            assert packages <= whole.packages
            assert mass_g <= whole.mass_g
            assert Share(whole.packages - packages, whole.mass_g - mass_g) == self.ties.consignments[name].left

    @invariant()
    def passed_is_the_whole_over_the_line(self) -> None:
        """A consignment is passed exactly when all of it is over the line, and partly when some of it is."""
        for name, whole in self.wholes.items():
            over = self._sum(name, "over")
            expected: Any = Standing.PARTLY if any(over) else Standing.OPEN
            expected = Standing.PASSED if over == (whole.packages, whole.mass_g) else expected
            assert expected is self.ties.consignments[name].standing

    @invariant()
    def both_ends_of_a_tie_agree(self) -> None:
        """What a crossing carries is what the declarations say that it carries."""
        loads = {(name, crossing) for crossing, names in self.ties.loads.items() for name in names}
        parts = {(name, crossing) for name, each in self.ties.consignments.items() for crossing in each.parts}
        assert set(self.places) == loads == parts

    @invariant()
    def the_facts_alone_give_the_state(self) -> None:
        """Folding the events again gives the same ties."""
        assert self.ties == folded(self.events)


TestTyingAndCrossing = TyingAndCrossing.TestCase
