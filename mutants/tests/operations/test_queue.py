"""The queue: who comes next, who misses, who is promoted, and what a stop leaves alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import InvariantBroken
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import PlaceFacts
from gatepair.operations.queue import Capacity, LineCapacity, PlaceState, QueueBook, calls
from gatepair.operations.rule import CallLine
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Regime
from operations.scene import FRUIT, MORNING_MS, OTHER, ROAD, SEAFOOD, Scene, digest, facts, queue_rule, small_plan

GRACE = 30


@pytest.fixture
def scene() -> Scene:
    """Give a gate at opening time."""
    return Scene()


# --- the order ----------------------------------------------------------------------------------


def test_classes_go_by_rank_then_by_number(scene: Scene) -> None:
    """Live goods first, then tested fruit, paired returns and the rest; within a class by number."""
    for one in (facts(), facts(paired=True), facts(FRUIT, tested=True), facts(SEAFOOD), facts(), facts(SEAFOOD)):
        scene.take(one)
    assert [4, 6, 3, 2, 1, 5] == scene.order()
    assert [4, 6, 3, 2, 1, 5] == scene.call(10)


def test_a_long_wait_counts_as_the_first_class(scene: Scene) -> None:
    """A place is promoted when it has waited ``promote_after_h``, not a millisecond before."""
    scene.take()
    scene.wait(60)
    scene.take(facts(SEAFOOD))
    scene.now_ms = MORNING_MS + 24 * HOUR_MS - 1
    assert [2, 1] == scene.order()
    scene.now_ms += 1
    assert [1, 2] == scene.order()


def test_a_move_goes_before_every_class_in_the_order_of_moves(scene: Scene) -> None:
    """Places moved by hand come first, the first moved first."""
    for one in (facts(SEAFOOD), facts(), facts()):
        scene.take(one)
    scene.move(3)
    scene.move(2)
    assert [3, 2, 1] == scene.order()


def test_a_move_is_used_up_by_the_call(scene: Scene) -> None:
    """Who was moved to the front and missed the call does not stand at the front again."""
    for _ in range(2):
        scene.take()
    scene.move(2)
    assert [2] == scene.call()
    scene.wait(GRACE + 1)
    assert [2] == scene.miss()
    scene.wait(GRACE + 1)
    assert [1, 2] == scene.order()


def test_fruit_without_a_test_is_passed_over_until_the_paper_comes(scene: Scene) -> None:
    """Untested fruit keeps its number and is not called; with the paper it stands in its class at once."""
    scene.take(facts(FRUIT))
    scene.take()
    assert [2] == scene.call(5)
    scene.happen(1, ev.PlaceFactsChanged(at_ms=scene.now_ms, number=1, facts=facts(FRUIT, tested=True)))
    scene.take(facts(FRUIT, tested=True))
    assert [1, 3] == scene.call(5)


def test_a_place_with_a_slot_is_not_called_before_its_window(scene: Scene) -> None:
    """A slot gives no rank and no call before its window; in the window the published order holds."""
    slot = ev.SlotBooked(at_ms=scene.now_ms, start_ms=scene.now_ms + HOUR_MS, until_ms=scene.now_ms + 2 * HOUR_MS)
    scene.happen(1, slot)
    scene.take(facts(SEAFOOD))
    scene.take()
    assert [2] == scene.call(5)
    scene.take()
    scene.wait(60)
    assert [1, 3] == scene.call(5)


def test_lines_do_not_hold_one_another_up(scene: Scene) -> None:
    """A full or closed road leaves the other road's calls alone, and room is shared in the published order."""
    agv = CallLine("road", LaneKind.UNMANNED)
    scene.take(facts(SEAFOOD, lane_kind=LaneKind.UNMANNED))
    scene.take()
    scene.take(facts(SEAFOOD))
    open_both = Capacity(2, {ROAD: LineCapacity(5), agv: LineCapacity(5)})
    assert [1, 3] == [call.number for call in calls(scene.book, open_both, scene.now_ms)]
    full = Capacity(2, {ROAD: LineCapacity(5), agv: LineCapacity(0)})
    assert [3, 2] == [call.number for call in calls(scene.book, full, scene.now_ms)]
    assert () == calls(scene.book, Capacity(0, {ROAD: LineCapacity(5)}), scene.now_ms)


def test_a_call_gives_the_whole_grace(scene: Scene) -> None:
    """The call ends ``grace_min`` after it is given."""
    scene.take()
    call = calls(scene.book, Capacity(1, {ROAD: LineCapacity(1)}), scene.now_ms)[0]
    assert scene.now_ms + GRACE * MINUTE_MS == call.until_ms


# --- coming, missing, leaving -------------------------------------------------------------------


def test_a_missed_call_rests_then_stands_as_before(scene: Scene) -> None:
    """After a miss the place is on standby for one grace period, then is called in its old order."""
    scene.take()
    scene.take()
    assert [1] == scene.call()
    scene.wait(GRACE + 1)
    assert [1] == scene.miss()
    place = scene.book.by_number(1)
    assert place is not None
    assert (PlaceState.STANDBY, 1) == (place.state, place.misses)
    scene.take()
    assert [2] == scene.call()
    scene.wait(GRACE)
    assert [1] == scene.call()


def test_the_last_missed_call_loses_the_place(scene: Scene) -> None:
    """With one recall the second missed call ends the place, and its number is never given again."""
    scene.take()
    for _ in range(2):
        scene.wait(GRACE + 1)
        scene.call()
        scene.wait(GRACE + 1)
        assert [1] == scene.miss()
    assert scene.book.by_number(1) is None
    assert 2 == scene.take()


def test_nobody_misses_a_call_before_or_at_the_deadline(scene: Scene) -> None:
    """The grace includes its last millisecond."""
    scene.take()
    scene.call()
    scene.wait(GRACE)
    assert [] == scene.miss()
    scene.now_ms += 1
    assert [1] == scene.miss()


@pytest.mark.parametrize("by_partner", [False, True])
def test_a_stop_gives_called_vehicles_a_fresh_grace(scene: Scene, *, by_partner: bool) -> None:
    """While a stop stands nobody misses a call, and after it everybody called has the whole grace again."""
    scene.take()
    scene.call()
    scene.wait(10)
    scene.stop(by_partner=by_partner)
    scene.wait(600)
    assert [] == scene.miss()
    scene.reopen(by_partner=by_partner)
    scene.wait(GRACE)
    assert [] == scene.miss()
    scene.now_ms += 1
    assert [1] == scene.miss()


def test_a_stop_of_another_road_gives_no_grace(scene: Scene) -> None:
    """Only the stop of the direction or of one's own road holds the clock."""
    scene.take()
    scene.call()
    scene.stop(route="side-road")
    scene.wait(GRACE + 1)
    assert [1] == scene.miss()


def test_counts_follow_the_vehicle(scene: Scene) -> None:
    """Waiting, called and inside count each active place once, and departing frees it."""
    for _ in range(3):
        scene.take()
    scene.call(2)
    scene.arrive(1)
    assert (1, 1, 1) == (scene.book.waiting, scene.book.called, scene.book.inside)
    assert 2 == scene.book.pipeline(ROAD)
    scene.depart(1)
    assert (1, 1, 0) == (scene.book.waiting, scene.book.called, scene.book.inside)


def test_position_counts_those_before_in_the_same_line(scene: Scene) -> None:
    """A driver's position is the number of waiting places before it on its own road."""
    for one in (facts(), facts(route="side-road"), facts(SEAFOOD), facts()):
        scene.take(one)
    assert [1, 0, 0, 2] == [scene.book.position(f"X{number}", scene.now_ms) for number in (1, 2, 3, 4)]
    scene.call()
    assert scene.book.position("X3", scene.now_ms) is None


def test_a_kept_binding_keeps_number_and_order(scene: Scene) -> None:
    """A binding changed under a code leaves number and order as they were and carries the new digest."""
    scene.take()
    scene.take()
    scene.rebind(1, "another")
    place = scene.book.by_number(1)
    assert place is not None
    assert digest("another") == place.binding_digest
    assert [1, 2] == scene.order()


def test_a_number_given_twice_breaks_the_queue(scene: Scene) -> None:
    """The fold refuses to go on when a number comes again."""
    scene.take()
    again = ev.PlaceTaken(at_ms=scene.now_ms, number=1, facts=facts(), binding_digest="0" * 64)
    with pytest.raises(InvariantBroken):
        scene.book.apply("X9", again)


# --- properties ---------------------------------------------------------------------------------

LOADS = st.builds(
    PlaceFacts,
    commodity=st.sampled_from([FRUIT, SEAFOOD, OTHER, CommodityGroup.ELECTRONICS]),
    regime=st.just(Regime.ORDINARY),
    tested=st.booleans(),
    paired_return=st.booleans(),
    route=st.just("road"),
)


def plain_rank(one: PlaceFacts) -> int:
    """Return the class of the test's rule, written out by hand: the oracle of the order."""
    if one.commodity is SEAFOOD:
        return 0
    if one.commodity is FRUIT and one.tested:
        return 1
    return 2 if one.paired_return else 3


def queued(loads: list[PlaceFacts], names: list[str], gap_ms: int = MINUTE_MS) -> QueueBook:
    book = QueueBook(small_plan().queues["a-post"], Direction.OUT)
    for at, (one, name) in enumerate(zip(loads, names, strict=True)):
        taken = ev.PlaceTaken(at_ms=MORNING_MS + at * gap_ms, number=at + 1, facts=one, binding_digest="0" * 64)
        book.apply(name, taken)
    return book


@given(st.lists(LOADS, max_size=40), st.integers(0, 48), st.integers(0, 90))
def test_the_order_is_what_a_plain_sort_gives(loads: list[PlaceFacts], hours: int, gap_min: int) -> None:
    """The kept order equals sorting by (class, number) with the promoted ones in the first class."""
    now_ms = MORNING_MS + hours * HOUR_MS
    book = queued(loads, [f"X{at}" for at in range(len(loads))], gap_min * MINUTE_MS)

    def key(row: tuple[int, PlaceFacts]) -> tuple[int, int]:
        aged = MORNING_MS + row[0] * gap_min * MINUTE_MS + 24 * HOUR_MS <= now_ms
        return (0 if aged else plain_rank(row[1]), row[0])

    expected = [at + 1 for at, _ in sorted(enumerate(loads), key=key)]
    assert expected == [place.number for place in book.order(now_ms)]
    ready = [number for number in expected if loads[number - 1].commodity is not FRUIT or loads[number - 1].tested]
    assert ready == [place.number for place in book.callable(ROAD, now_ms, only=None)]


@given(st.lists(LOADS, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_names_do_not_matter(loads: list[PlaceFacts], chance: object) -> None:
    """Giving the crossings other names gives the same numbers in the same order."""
    names = [f"X{at}" for at in range(len(loads))]
    shuffled = list(names)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = queued(loads, names), queued(loads, shuffled)
    assert [p.number for p in one.order(MORNING_MS)] == [p.number for p in other.order(MORNING_MS)]


@given(st.lists(LOADS, max_size=40))
def test_the_order_is_total(loads: list[PlaceFacts]) -> None:
    """No two places share a key, so there is always exactly one next."""
    book = queued(loads, [f"X{at}" for at in range(len(loads))])
    keys = [place.key for place in book.order(MORNING_MS)]
    assert all(before < after for before, after in pairwise(keys))


@given(st.lists(LOADS, min_size=1, max_size=20), st.integers(1, 20))
def test_calling_in_pieces_or_at_once_is_the_same(loads: list[PlaceFacts], piece: int) -> None:
    """How many are called at a time changes nothing about the order of the calls."""
    once, pieces = Scene(), Scene()
    for one in loads:
        once.take(one)
        pieces.take(one)
    called: list[int] = []
    while more := pieces.call(piece):
        called += more
    assert once.call(len(loads)) == called


def test_five_thousand_places_are_carried() -> None:
    """A queue of 5,000 is called empty in the order of the rule."""
    scene = Scene(small_plan(queues={"a-post": queue_rule(needs_test=[]), "b-post": queue_rule()}))
    loads = [facts(), facts(FRUIT), facts(SEAFOOD), facts(paired=True)]
    for at in range(5_000):
        scene.take(loads[at % 4])
    called: list[int] = []
    while more := scene.call(7):
        called += more
    assert sorted(range(1, 5_001), key=lambda number: (plain_rank(loads[(number - 1) % 4]), number)) == called
