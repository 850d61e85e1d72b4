"""What the partner announces and what it really takes in set the calls: never more than it takes, and nobody's place lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.operations import events as gate_ev
from gatepair.operations.capacity import Situation, capacity, intake, measured_intake
from gatepair.operations.queue import Capacity, calls
from gatepair.operations.traffic import Traffic
from gatepair.plan.model import Direction
from operations.scene import MORNING_MS, Scene, always_open

PARTNER = {"direction": Direction.OUT, "actor": "partner", "by_partner": True}


def situation(scene: Scene, *, age_s: int | None = 0) -> Situation:
    return Situation(
        plan=scene.plan,
        post=scene.post,
        now_ms=scene.now_ms,
        gate=scene.gate,
        traffic=scene.traffic,
        partner_age_s=age_s,
    )


def found(scene: Scene, *, age_s: int | None = 0) -> Capacity:
    return capacity(scene.book, situation(scene, age_s=age_s))


def sent(scene: Scene, number: int) -> list[int]:
    """Call, let in and let out ``number`` vehicles and return their numbers."""
    for _ in range(number):
        scene.take()
    gone = scene.call(number)
    for one in gone:
        scene.arrive(one)
        scene.depart(one)
    return gone


# --- announced -----------------------------------------------------------------------------


def test_announced_room_stands_over_the_plans(scene: Scene) -> None:
    """The plan gives twelve places over there; the partner says four, then nothing, then twenty."""
    for vehicles, limit in ((4, 4), (0, 0), (20, 20)):
        scene.rule_gate(gate_ev.CapacityAnnounced(at_ms=scene.now_ms, vehicles=vehicles, **PARTNER))
        assert limit == found(scene).limits["partner_backlog"]


@pytest.fixture
def scene() -> Scene:
    """Give a gate that never closes."""
    return Scene(always_open())


def test_the_smallest_limit_is_named(scene: Scene) -> None:
    """Whoever waits can be told what the calls wait for."""
    assert "service" == found(scene).binding
    scene.rule_gate(gate_ev.QuotaAnnounced(at_ms=scene.now_ms, per_hour=1, **PARTNER))
    assert "partner_quota" == found(scene).binding
    assert "" == Capacity(room=0, lines={}).binding


# --- measured ------------------------------------------------------------------------------


def test_the_rate_is_what_was_accepted_and_taken_over_in_the_last_hour(scene: Scene) -> None:
    """Words count from the minute an hour ago on, and no longer; those on the line wait since they left."""
    gone = sent(scene, 3)
    scene.happen(gone[0], ev.PartnerAccepted(at_ms=scene.now_ms, leaf="ab" * 32))
    scene.wait(2)
    scene.taken(gone[0])
    measured = intake(scene.traffic, scene.now_ms)
    assert (1, 1, 2, 120) == (measured.accepted, measured.taken, measured.waiting, measured.longest_s)
    scene.wait(60)
    assert (0, 1) == (intake(scene.traffic, scene.now_ms).accepted, intake(scene.traffic, scene.now_ms).taken)
    scene.wait(1)
    assert 0 == intake(scene.traffic, scene.now_ms).taken


def test_a_partner_is_slow_after_a_quarter_of_an_hour_and_not_before(scene: Scene) -> None:
    """Fifteen minutes on the line are usual; a second more binds the calls to what was taken over, and to one at least."""
    sent(scene, 2)
    scene.wait(15)
    assert "partner_rate" not in found(scene).limits
    scene.now_ms += 1_000
    assert -1 == found(scene).limits["partner_rate"]
    assert 0 == found(scene).room


def test_a_partner_that_takes_over_again_is_sent_more(scene: Scene) -> None:
    """Each vehicle taken over raises what may be under way by one and takes one off the line."""
    gone = sent(scene, 4)
    scene.wait(20)
    assert -3 == found(scene).limits["partner_rate"]
    scene.taken(gone[0])
    assert -2 == found(scene).limits["partner_rate"]
    for number in gone[1:3]:
        scene.taken(number)
    assert 2 == found(scene).limits["partner_rate"]
    scene.taken(gone[3])
    assert "partner_rate" not in found(scene).limits


def test_a_silent_partner_is_not_called_slow(scene: Scene) -> None:
    """What is measured stands still while nothing is heard: silence is the staleness table's affair."""
    sent(scene, 2)
    scene.wait(120)
    assert "partner_rate" not in found(scene, age_s=120 * 60).limits
    assert "partner_rate" not in found(scene, age_s=None).limits
    assert "partner_rate" in found(scene, age_s=90 * 60).limits
    assert measured_intake(situation(scene, age_s=None)) is None


def test_empty_vehicles_do_not_slow_the_calls(scene: Scene) -> None:
    """They have a lane of their own; whether one is taken over says nothing of the loads."""
    traffic = Traffic()
    traffic._empties.add("X1")
    departed = {"lane": "out-1", "seen": None, "rested": None}
    traffic.apply("X1", ev.VehicleDeparted(at_ms=MORNING_MS, **departed))  # type: ignore[arg-type]
    traffic.apply("X1", ev.PartnerReceived(at_ms=MORNING_MS, leaf="ab" * 32, condition="sound"))
    measured = intake(traffic, MORNING_MS + HOUR_MS)
    assert (0, 0) == (measured.waiting, measured.taken)


def test_the_rate_goes_on_after_a_restart(scene: Scene) -> None:
    """What is kept of the traffic is enough to measure on."""
    gone = sent(scene, 2)
    scene.taken(gone[0])
    again = Traffic()
    again.adopt(scene.traffic.kept())
    assert scene.traffic.taken_since(0) == again.taken_since(0) == 1


# --- over a day ----------------------------------------------------------------------------


@dataclass
class Neighbour:
    """A partner that takes over as fast as it likes, and says what it likes."""

    scene: Scene
    line: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    per_hour: int | None = None
    room: int = 12
    stopped: bool = False

    def says(self, word: tuple[str, int]) -> None:
        """Stop, reopen, or announce a quota or room."""
        what, number = word
        scene = self.scene
        match what:
            case "stop" | "reopen":
                self.stopped = what == "stop"
                (scene.stop if self.stopped else scene.reopen)(by_partner=True)
            case "quota":
                self.per_hour = number
                scene.rule_gate(gate_ev.QuotaAnnounced(at_ms=scene.now_ms, per_hour=number, **PARTNER))
            case _:
                self.room = number
                scene.rule_gate(gate_ev.CapacityAnnounced(at_ms=scene.now_ms, vehicles=number, **PARTNER))

    def takes(self, number: int) -> None:
        """Take over the first ``number`` vehicles on the line."""
        for _ in range(min(number, len(self.line))):
            self.scene.taken(self.line.pop(0))


WORDS = st.one_of(
    st.tuples(st.just("stop"), st.just(0)),
    st.tuples(st.just("reopen"), st.just(0)),
    st.tuples(st.just("quota"), st.integers(0, 12)),
    st.tuples(st.just("room"), st.integers(0, 15)),
)
STEPS = st.lists(st.tuples(st.integers(1, 25), st.integers(0, 4), st.none() | WORDS), min_size=5, max_size=40)


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_calls_never_exceed_what_the_partner_takes(steps: list[tuple[int, int, tuple[str, int] | None]]) -> None:
    """Whatever a partner says and does: quota, room, rate and stop hold at every call, and no place is lost by them."""
    scene = Scene(always_open())
    other = Neighbour(scene)
    taken = [scene.take() for _ in range(200)]
    for minutes, takes, word in steps:
        scene.wait(minutes)
        other.takes(takes)
        if word is not None:
            other.says(word)
        before = found(scene)
        made = calls(scene.book, before, scene.now_ms)
        _held_against(scene, other, before, len(made))
        for one in made:
            scene.announce(one)
            scene.arrive(one.number)
            scene.depart(one.number)
            other.line.append(one.number)
            other.called.append(one.number)
    gone = set(other.called)
    assert [number for number in taken if number not in gone] == scene.order()


def _held_against(scene: Scene, other: Neighbour, before: Capacity, made: int) -> None:
    """Hold one round of calls against what the partner said and did, told without the product's arithmetic."""
    if other.stopped:
        assert 0 == made, "a stop over there calls nobody"
    if not made:
        return
    under_way = len(other.line)
    assert under_way + made <= other.room, "no more are on the line than there is room for"
    if other.per_hour is not None:
        # Whoever is called now drives ten minutes: near the end of the hour the next one's quota counts too.
        left = max(0, other.per_hour - scene.traffic.departures_in_hour(scene.now_ms))
        drives_over = (scene.now_ms + 10 * MINUTE_MS) // HOUR_MS > scene.now_ms // HOUR_MS
        assert made <= left + (other.per_hour if drives_over else 0), "no more leave in an hour than it takes in"
    measured = intake(scene.traffic, scene.now_ms)
    if measured.longest_s > 15 * 60:
        assert under_way + made <= max(1, measured.taken), "a slow partner is sent no more than it took over"
    assert made <= before.room


@settings(deadline=None, max_examples=30)
@given(stops=st.lists(st.integers(1, 300), min_size=1, max_size=4))
def test_a_stop_costs_nobody_the_place_and_reopening_goes_on_where_it_was(stops: list[int]) -> None:
    """However long and however often the partner stops, the order is what it was, and the next call is the next place."""
    scene = Scene(always_open())
    other = Neighbour(scene)
    waiting = [scene.take() for _ in range(30)]
    for minutes in stops:
        other.says(("stop", 0))
        order = scene.order()
        scene.wait(minutes)
        assert () == calls(scene.book, found(scene), scene.now_ms)
        assert [] == scene.miss()
        assert order == scene.order()
        other.says(("reopen", 0))
        (first, *_) = calls(scene.book, found(scene), scene.now_ms)
        assert waiting[0] == first.number
        scene.announce(first)
        scene.arrive(first.number)
        scene.depart(first.number)
        scene.taken(waiting.pop(0))
