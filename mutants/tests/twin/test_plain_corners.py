"""Rare meetings of blocks, worked by hand: whoever leaves early, takes by force, is stuck with others, or changes rows."""

from __future__ import annotations

import pytest

from gatepair.twin.distributions import Recorded
from gatepair.twin.network.network import Network
from gatepair.twin.units import days
from twin.stories import ends, one_server, told, visits


def test_a_truck_may_leave_before_its_papers_end() -> None:
    """Its place in the table is kept until the last paper ends, and the next truck is not confused with it."""
    net = Network("early")
    truck, paper = net.route("truck"), net.route("paper")
    truck.fork("paper").delay(2).exit("left")
    paper.delay(10).exit("filed")
    net.arrivals("trucks", truck, at=[0, 3, 11])
    run = told(net)
    assert [("left", 2), ("left", 5), ("filed", 10), ("left", 13), ("filed", 13), ("filed", 21)] == sorted(
        [(e[1], e[3]) for e in ends(run)], key=lambda end: (end[1], end[0] == "filed")
    )
    assert 0 == run.present


def test_a_paper_may_have_papers() -> None:
    """Fork in a fork: the truck waits for its paper, which waits for its own."""
    net = Network("nested")
    truck, paper, annex = net.route("truck"), net.route("paper"), net.route("annex")
    truck.fork("paper").join().exit("released")
    paper.fork("annex").delay(1).join().delay(1).exit("filed")
    annex.delay(5).exit("annexed")
    net.arrivals("trucks", truck, at=[0])
    assert [("annexed", 5), ("filed", 6), ("released", 6)] == [(e[1], e[3]) for e in ends(told(net))]


def test_units_may_be_taken_by_force() -> None:
    """Whoever must come in does, though the yard is full; those who wait go on waiting until there is room."""
    net = Network("force")
    yard = net.resource("yard", 1)
    polite, forced = net.route("polite"), net.route("forced")
    polite.seize(yard).delay(10).release(yard)
    forced.take(yard).delay(20).release(yard)
    net.arrivals("polite", polite, at=[0, 1])
    net.arrivals("forced", forced, at=[2])
    run = told(net, 40)
    assert [(0, 0), (1, 22)] == [(v[2], v[3]) for v in visits(run, "yard")]
    assert (10 + 20 + 10) / 40 == run.resource("yard").busy_mean


def test_force_suspends_what_then_exceeds() -> None:
    """Where work pauses, the service that exceeds the capacity after a taking by force stops."""
    net = Network("force")
    desk = net.resource("desk", 1, closing="pause")
    served, forced = net.route("served"), net.route("forced")
    served.use(desk, 10)
    forced.take(desk).delay(5, under=None).release(desk)
    net.arrivals("served", served, at=[0])
    net.arrivals("forced", forced, at=[4])
    assert [(0, 0, 15)] == [v[2:] for v in visits(told(net), "desk")]


def test_an_ordered_truck_does_not_pass_a_suspended_one() -> None:
    """Whoever was interrupted goes on first, whatever the tickets say; so does who is placed while the desk is shut."""
    net = Network("ordered")
    desk = net.resource("desk", 1, closing="pause", changes=[(5, 0), (20, 1)])
    truck = net.route("truck")
    truck.take_ticket().delay(Recorded(0)).use(desk, 10, ordered=True)
    net.arrivals("trucks", truck, at=[0, 1, 2], rows=[[6], [0], [4]])
    assert [(1, 1, 26), (0, 26, 36), (2, 36, 46)] == [(v[0], v[3], v[4]) for v in visits(told(net), "desk")]


def test_two_of_three_interrupted_services_make_room_for_two_units() -> None:
    """An express load that needs two units interrupts the two latest; with one unit free it interrupts one."""
    net = Network("express")
    desk = net.resource("desk", 3)
    ordinary, express = net.route("ordinary"), net.route("express")
    ordinary.use(desk, 20)
    express.seize(desk, 2, preempt=True).delay(5).release(desk, 2)
    net.arrivals("ordinary", ordinary, at=[0, 1, 2])
    net.arrivals("express", express, at=[10], priority=1)
    assert {0: 20, 1: 26, 2: 27} == {v[0]: v[4] for v in visits(told(net), "desk") if v[4] > 15}


def test_nobody_is_interrupted_in_vain() -> None:
    """If all lower services together hold too little, none of them stops, and the express load waits."""
    net = Network("vain")
    desk = net.resource("desk", 2)
    ordinary, guarded, express = net.route("ordinary"), net.route("guarded"), net.route("express")
    ordinary.use(desk, 20)
    guarded.use(desk, 30)
    express.seize(desk, 2, preempt=True).delay(5).release(desk, 2)
    net.arrivals("ordinary", ordinary, at=[0])
    net.arrivals("guarded", guarded, at=[0], priority=1)
    net.arrivals("express", express, at=[10], priority=1)
    run = told(net)
    assert 0 == run.resource("desk").suspended
    assert [30] == [v[3] for v in visits(run, "desk") if v[2] == 10]


def test_several_streams_of_breakdowns_and_two_causes() -> None:
    """Two streams take two of three units; a second declaration is another cause with its own name."""
    net, desk, _ = one_server([], capacity=3)
    net = Network("causes")
    desk = net.resource("desk", 3)
    net.route("truck").use(desk, 100)
    net.arrivals("trucks", net._routes[0], at=[60])
    net.breakdown(desk, up=10, down=30, streams=2)
    net.breakdown(desk, up=50, down=30)
    run = told(net, 40)
    assert ["trucks", "breakdown desk", "breakdown desk #2"] == list(run.program.source_names)
    assert 2 * 30 / 40 == run.resource("desk").out_mean


def test_a_set_that_can_never_be_had_is_reported_as_stuck() -> None:
    """Two trucks hold what the other needs together with its own: both are named."""
    net = Network("sets")
    crane, place, road = net.resource("crane"), net.resource("place"), net.resource("road")
    one, two = net.route("one"), net.route("two")
    one.seize(place).delay(1).seize_all([(crane, 1), (road, 1)]).release(crane).release(road).release(place)
    two.seize(road).delay(1).seize_all([(crane, 1), (place, 1)]).release(crane).release(place).release(road)
    net.arrivals("one", one, at=[0])
    net.arrivals("two", two, at=[0])
    assert [("crane", 2)] == [(finding.path, finding.params["count"]) for finding in told(net).findings]


def test_a_truck_that_waits_for_stuck_papers_is_stuck_with_them() -> None:
    """The paper needs the desk that its truck holds: nobody goes on."""
    net = Network("papers")
    desk = net.resource("desk")
    truck, paper = net.route("truck"), net.route("paper")
    truck.seize(desk).fork("paper").join().release(desk)
    paper.use(desk, 5)
    net.arrivals("trucks", truck, at=[0])
    assert [("desk", "1 at join")] == [(f.path, f.params["holders"]) for f in told(net).findings]


def test_breakdowns_and_impatience_are_no_deadlock() -> None:
    """A desk under repair comes back, and whoever loses patience leaves."""
    net, desk, _ = one_server([0, 1])
    net.breakdown(desk, up=5, down=days(9))
    assert () == told(net, 100).findings
    impatient = Network("impatient")
    gate = impatient.resource("gate", 1, changes=[(1, 0)])
    impatient.route("truck").use(gate, 5, patience=1000, on_renege="gone").exit().label("gone").exit("gone")
    impatient.arrivals("trucks", impatient._routes[0], at=[2])
    assert () == told(impatient, 100).findings


@pytest.mark.parametrize(("until", "ended"), [(10, 0), (11, 1)])
def test_the_last_tick_belongs_to_the_next_run(until, ended) -> None:
    """A service that ends exactly at the end has not ended."""
    assert ended == told(one_server([0])[0], until).outcome("out").n


def test_appointments_may_bring_rows_and_classes() -> None:
    """Each appointment keeps its own class, level and recorded times."""
    net = Network("booked")
    net.classes("a", "b")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, Recorded(0)).exit("out")
    net.appointments("slots", truck, at=[0, 0], earliness=0, cls=["a", "b"], priority={"b": 1}, rows=[[5], [7]])
    run = told(net)
    assert (1, 1) == (run.outcome("out", cls="a").n, run.outcome("out", cls="b").n)
    assert [5, 12] == [v[4] for v in visits(run)]
