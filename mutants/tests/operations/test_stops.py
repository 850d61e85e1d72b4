"""Stop and resume never cost a place: whatever happens between, the order of those who wait is the same."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gatepair.operations.lanes import line_view
from gatepair.operations.queue import WAITING_STATES, PlaceState
from gatepair.operations.rule import CallLine
from gatepair.operations.verify_order import verify
from gatepair.plan.model import CommodityGroup
from operations.scene import FRUIT, OTHER, SEAFOOD, Scene, always_open, facts

ROUTES = st.sampled_from(["", "road", "side-road"])
ALLOWS = st.sampled_from([(), (SEAFOOD,), (FRUIT, SEAFOOD)])


class StopsAndPlaces(RuleBasedStateMachine):
    """A gate under random stops, calls, arrivals and misses; a model keeps who must still be there."""

    def __init__(self) -> None:
        """Begin with three places and nothing stopped."""
        super().__init__()
        self.scene = Scene(always_open())
        self.held: set[int] = {self.scene.take(facts(route=route)) for route in ("road", "side-road", "road")}
        self.stops: dict[tuple[str, bool], tuple[CommodityGroup, ...]] = {}

    def places(self) -> list[object]:
        """Return what a stop must not touch: every place with its key, state and misses."""
        self.scene.book.order(self.scene.now_ms)
        return [(p.number, p.key, p.state, p.misses, p.binding_digest) for p in self.scene.book.places()]

    @rule(
        commodity=st.sampled_from([OTHER, FRUIT, SEAFOOD]),
        tested=st.booleans(),
        route=st.sampled_from(["road", "side-road"]),
    )
    def take(self, *, commodity: CommodityGroup, tested: bool, route: str) -> None:
        """Somebody takes a place; a stop keeps nobody from it."""
        self.held.add(self.scene.take(facts(commodity, tested=tested, route=route)))

    @rule(minutes=st.sampled_from([1, 30, 31, 61, 400]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.scene.wait(minutes)

    @rule(route=ROUTES, by_partner=st.booleans(), allows=ALLOWS)
    def stop(self, *, route: str, by_partner: bool, allows: tuple[CommodityGroup, ...]) -> None:
        """A stop begins, and every place is as it was."""
        before = self.places()
        self.scene.stop(route=route, by_partner=by_partner, allows=allows)
        self.stops[route, by_partner] = allows
        assert before == self.places()

    @precondition(lambda self: self.stops)
    @rule(chance=st.randoms(use_true_random=False))
    def reopen(self, chance: object) -> None:
        """A stop ends, and every place is as it was."""
        route, by_partner = chance.choice(sorted(self.stops))  # type: ignore[attr-defined]
        before = self.places()
        self.scene.reopen(route=route, by_partner=by_partner)
        del self.stops[route, by_partner]
        assert before == self.places()

    @rule(room=st.integers(1, 4), route=st.sampled_from(["road", "side-road"]))
    def call(self, room: int, route: str) -> None:
        """The clockwork calls what the standing stops allow."""
        scene, line = self.scene, CallLine.of(facts(route=route))
        view = line_view(scene.plan, scene.gate, line, direction=scene.direction, now_ms=scene.now_ms)
        if view.open:
            scene.call(room, line, only=view.only)

    @precondition(lambda self: len(self.scene.book.called_places()) > 2)
    @rule()
    def arrive(self) -> None:
        """A called vehicle arrives and departs when nothing stands against it."""
        called = self.scene.book.called_places()
        if called:
            number = called[0].number
            self.scene.arrive(number)
            self.scene.depart(number)
            self.held.discard(number)

    @rule()
    def miss(self) -> None:
        """The clockwork counts misses; only an open road can cost a place."""
        places = {p.number: p for p in self.scene.book.called_places()}
        for number in self.scene.miss():
            assert not [at for at in self.stops if at[0] in ("", places[number].facts.route)]
            if self.scene.book.by_number(number) is None:
                self.held.discard(number)

    @invariant()
    def everybody_is_there(self) -> None:
        """Nobody is gone save by leaving or by missing the last call."""
        assert self.held == {place.number for place in self.scene.book.places()}

    @invariant()
    def the_stopped_are_open_only_when_both_sides_agree(self) -> None:
        """A direction runs only when neither side's stop stands on it."""
        bearing = [at for at in self.stops if at[0] in ("", "road")]
        assert (not bearing) == self.scene.gate.is_open(self.scene.direction, "road")

    @invariant()
    def counts_agree(self) -> None:
        """The counts are those of the places."""
        book = self.scene.book
        states = [place.state for place in book.places()]
        assert book.called == states.count(PlaceState.CALLED)
        assert book.waiting == sum(1 for state in states if state in WAITING_STATES)

    def teardown(self) -> None:
        """Whatever happened, the public order of it verifies."""
        report = verify(self.scene.export(), self.scene.plan)
        assert report.ok, report.first


TestStopsAndPlaces = StopsAndPlaces.TestCase
