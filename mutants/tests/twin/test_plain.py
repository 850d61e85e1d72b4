"""Every block of a network, worked by hand: two or three trucks, whole ticks, no chance."""

from __future__ import annotations

import pytest

from gatepair.twin.distributions import Recorded, Uniform
from gatepair.twin.network.network import Network
from twin.stories import ends, one_server, told, visits

# Waiting and being served ----------------------------------------------------------------------------


def test_a_second_truck_waits_for_the_first() -> None:
    """At a desk of 10 ticks, the truck of tick 4 begins at 10 and ends at 20."""
    run = told(one_server([0, 4])[0])
    assert [(0, "desk", 0, 0, 10), (1, "desk", 4, 10, 20)] == visits(run)
    assert [(0, "out", 0, 10), (1, "out", 4, 20)] == ends(run)
    assert (2, 2, 1, 6, 6, 1) == (
        run.resource("desk").joins, run.resource("desk").starts, run.resource("desk").waited,
        run.resource("desk").waits.total, run.resource("desk").wait_max, run.resource("desk").queue_max,
    )  # fmt: skip


def test_figures_are_means_over_the_run() -> None:
    """Two services of 10 ticks and 6 ticks of waiting in a run of 40."""
    desk = told(one_server([0, 4])[0], 40).resource("desk")
    assert (3.0, 20 / 40, 6 / 40) == (desk.wait_mean, desk.utilisation, desk.queue_mean)


def test_two_servers_take_two_trucks() -> None:
    """With two servers only the third truck waits, for the first to end."""
    run = told(one_server([0, 0, 0], capacity=2)[0])
    assert [(0, "desk", 0, 0, 10), (1, "desk", 0, 0, 10), (2, "desk", 0, 10, 20)] == visits(run)


def test_the_run_stops_before_its_last_tick() -> None:
    """What falls on ``until`` is not done: the truck that would end at 10 is still served."""
    run = told(one_server([0])[0], 10)
    assert ([], 1) == (visits(run), run.present)
    assert [10] == [int(visit["ended"]) for visit in told(one_server([0])[0], 11).visits]


def test_a_lower_level_is_served_first() -> None:
    """Whoever has level 1 goes before level 5 that came earlier; nobody is interrupted."""
    net, _, _ = one_server([])
    net = Network("levels")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, 10)
    net.arrivals("trucks", truck, at=[0, 1, 2], priority=[5, 5, 1])
    assert [0, 2, 1] == [visit[0] for visit in visits(told(net))]


def test_several_units_block_the_queue() -> None:
    """The head asks for two units: the one behind it, who asks for one, waits though one is free."""
    net = Network("units")
    yard = net.resource("yard", 2)
    small, large = net.route("small"), net.route("large")
    for route, units in ((small, 1), (large, 2)):
        route.seize(yard, units).delay(10).release(yard, units)
    net.arrivals("first", small, at=[0])
    net.arrivals("large", large, at=[1])
    net.arrivals("last", small, at=[2])
    run = told(net)
    assert [(0, 0), (1, 10), (2, 20)] == [(v[2], v[3]) for v in visits(run, "yard")]


def test_a_full_yard_blocks_the_desk_before_it() -> None:
    """Who cannot enter the yard keeps the cashier: the next truck waits for both."""
    net = Network("blocking")
    cashier, yard = net.resource("cashier"), net.resource("yard")
    truck = net.route("truck")
    truck.seize(cashier).delay(2).seize(yard).release(cashier).delay(10).release(yard)
    net.arrivals("trucks", truck, at=[0, 0, 0])
    run = told(net)
    assert [(0, 2), (1, 12), (2, 22)] == [(v[0], v[3]) for v in visits(run, "yard")]
    assert [(0, 0), (1, 2), (2, 12)] == [(v[0], v[3]) for v in visits(run, "cashier")]


def test_service_times_may_be_recorded() -> None:
    """Each truck brings its own times: column 1 of its row."""
    net = Network("recorded")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, Recorded(1))
    net.arrivals("trucks", truck, at=[0, 0], rows=[[0, 7], [0, 3]])
    assert [(0, 0, 7), (1, 7, 10)] == [(v[0], v[3], v[4]) for v in visits(told(net))]


def test_arrivals_need_not_be_sorted() -> None:
    """A list is taken in order of its ticks, equal ticks in the order given, each with its own class and row."""
    net = Network("unsorted")
    net.classes("a", "b")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, Recorded(0)).exit()
    net.arrivals("trucks", truck, at=[5, 0], cls=["a", "b"], rows=[[3], [4]])
    run = told(net)
    assert [(0, 4), (5, 8)] == [(v[3], v[4]) for v in visits(run)]
    assert [1, 0] == [int(c["cls"]) for c in run.crossings]


# Patience, promotion, order ------------------------------------------------------------------------


def impatient(**terms):
    net = Network("impatient")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, 10, **terms).exit("served").label("gone").exit("gone")
    net.arrivals("trucks", truck, at=[0, 1, 2])
    return net


def test_whoever_waits_too_long_leaves() -> None:
    """With a patience of 5 the trucks of ticks 1 and 2 leave at 6 and 7; their waits count in the queue."""
    run = told(impatient(patience=5, on_renege="gone"))
    assert [(1, "gone", 1, 6), (2, "gone", 2, 7), (0, "served", 0, 10)] == ends(run)
    desk = run.resource("desk")
    assert (3, 1, 2, 10) == (desk.joins, desk.starts, desk.reneged, desk.delays_total)


def test_patience_ends_with_the_wait() -> None:
    """Whoever is served in time is not disturbed afterwards."""
    assert [(0, "served"), (1, "served"), (2, "gone")] == [
        (end[0], end[1]) for end in sorted(ends(told(impatient(patience=12, on_renege="gone"))))
    ]


def test_one_may_ask_once() -> None:
    """``at_once``: nobody waits; who finds the desk busy goes another way at that very tick."""
    run = told(impatient(at_once=True, on_renege="gone"))
    assert [(1, "gone", 1, 1), (2, "gone", 2, 2), (0, "served", 0, 10)] == ends(run)


def levels(**terms):
    """Return two ordinary trucks of ticks 0 and 1, and better ones of ticks 2 to 5, at a desk of 10 ticks."""
    net = Network("promoted")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, 10, **terms)
    net.arrivals("ordinary", truck, at=[0, 1], priority=5)
    net.arrivals("better", truck, at=[2, 3, 4, 5], priority=2)
    return net


def test_whoever_waited_long_is_promoted() -> None:
    """After 14 ticks the truck of tick 1 moves to level 2, behind those who are there already."""
    assert [0, 2, 3, 4, 5, 1] == [v[2] for v in visits(told(levels(promote=(14, 2))))]
    assert [0, 2, 1, 3, 4, 5] == [v[2] for v in visits(told(levels(promote=(14, 1))))]
    assert [0, 2, 3, 4, 5, 1] == [v[2] for v in visits(told(levels()))]


def test_promotion_may_count_from_birth() -> None:
    """A truck that is old enough when it joins stands at the better level at once."""
    net = Network("aged")
    desk = net.resource("desk")
    old, young = net.route("old"), net.route("young")
    old.delay(20).use(desk, 10, promote=(15, 1), aged=True)
    young.use(desk, 10, promote=(15, 1), aged=True)
    net.arrivals("young", young, at=[18, 19])
    net.arrivals("old", old, at=[0])
    assert [18, 20, 19] == [v[2] for v in visits(told(net), "desk")]


def test_tickets_order_a_level() -> None:
    """Whoever took a ticket earlier goes before those who came earlier, within the level."""
    net = Network("tickets")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.take_ticket().delay(Recorded(0)).use(desk, 10, ordered=True)
    net.arrivals("trucks", truck, at=[0, 1, 2, 3], rows=[[0], [8], [2], [2]])
    assert [0, 1, 2, 3] == [v[0] for v in visits(told(net), "desk")]


# Several at once ---------------------------------------------------------------------------------------


def test_several_resources_are_taken_at_once_or_not_at_all() -> None:
    """A truck needs a place and a crane: it takes neither until both are free, and a change of either wakes it."""
    net = Network("sets")
    place, crane = net.resource("place", 1), net.resource("crane", 1)
    busy, truck = net.route("busy"), net.route("truck")
    busy.use(crane, 10)
    truck.seize_all([(place, 1), (crane, 1)]).delay(5).release(crane).release(place)
    net.arrivals("busy", busy, at=[0])
    net.arrivals("trucks", truck, at=[1, 2])
    run = told(net)
    assert [(1, 10), (2, 15)] == [(v[2], v[3]) for v in visits(run, "place")]
    assert 10 / 20 == told(net, 20).resource("place").busy_mean


def scanned(*, scan: bool):
    net = Network("scan")
    gate = net.resource("gate", 5, scan=scan)
    red, green = net.resource("red", 1), net.resource("green", 1)
    to_red, to_green = net.route("to red"), net.route("to green")
    to_red.seize_all([(gate, 1), (red, 1)]).delay(10).release(gate).release(red)
    to_green.seize_all([(gate, 1), (green, 1)]).delay(10).release(gate).release(green)
    net.arrivals("red", to_red, at=[0, 1])
    net.arrivals("green", to_green, at=[2])
    return net


def test_a_queue_that_is_scanned_does_not_hold_up_others() -> None:
    """The second red truck waits for red; the green one behind it passes only where the queue is scanned."""
    assert [(0, 0), (2, 2), (1, 10)] == [(v[2], v[3]) for v in visits(told(scanned(scan=True)), "gate")]
    assert [(0, 0), (1, 10), (2, 10)] == [(v[2], v[3]) for v in visits(told(scanned(scan=False)), "gate")]


def test_use_of_a_scanned_resource_is_seize_delay_release() -> None:
    """A visit to a scanned resource takes and gives back one unit like any other."""
    net, _, _ = one_server([0, 4], scan=True)
    run = told(net)
    assert [(0, 10), (1, 20)] == [(end[0], end[3]) for end in ends(run)]
    assert 6 == run.resource("desk").waits.total


# Calendars -----------------------------------------------------------------------------------------------


def test_work_is_finished_at_closing_and_nothing_new_begins() -> None:
    """The desk closes at 5 and opens at 50: the truck inside ends at 10, the next begins at 50."""
    run = told(one_server([0, 1], changes=[(5, 0), (50, 1)])[0])
    assert [(0, 0, 10), (1, 50, 60)] == [(v[0], v[3], v[4]) for v in visits(run)]


def test_work_pauses_at_closing_and_goes_on() -> None:
    """Where work pauses, the truck inside has 5 ticks left at 5 and ends at 55; it goes before those who wait."""
    run = told(one_server([0, 1], changes=[(5, 0), (50, 1)], closing="pause")[0])
    assert [(0, 0, 55), (1, 55, 65)] == [(v[0], v[3], v[4]) for v in visits(run)]
    desk = run.resource("desk")
    assert (1, 45 / 10_000, 20 / 10_000) == (desk.suspended, desk.suspended_mean, desk.busy_mean)


def test_the_latest_started_pause_first() -> None:
    """Three services, two units lost at 4: the two that began last stop; they go on one by one, the older first."""
    run = told(one_server([0, 1, 2], capacity=3, changes=[(4, 1), (20, 2)], closing="pause")[0])
    assert {0: 10, 1: 10 + 7, 2: 17 + 8} == {v[0]: v[4] for v in visits(run)}


def test_a_delay_under_a_resource_pauses_with_it() -> None:
    """A truck that holds a desk which pauses stops its delay; others it holds are kept."""
    net = Network("delay")
    place, desk = net.resource("place", 1), net.resource("desk", 1, closing="pause", changes=[(5, 0), (50, 1)])
    truck = net.route("truck")
    truck.seize(place).seize(desk).delay(10).release(desk).release(place)
    net.arrivals("trucks", truck, at=[0])
    run = told(net)
    assert [(0, "out", 0, 55)] == ends(run)
    assert 55 / 10_000 == run.resource("place").busy_mean


def test_a_calendar_row_comes_before_the_events_of_its_tick() -> None:
    """The desk opens at 10: the truck that arrives at 10 finds it open."""
    assert 0 == told(one_server([10], capacity=0, changes=[(10, 1)])[0]).resource("desk").wait_max


def test_spent_units_come_back_at_the_refill() -> None:
    """Two a 100 ticks: the third and fourth truck wait for the refill at 100."""
    net = Network("quota")
    quota = net.quota("quota", 2, refills=[100, 200])
    truck = net.route("truck")
    truck.seize(quota).spend(quota)
    net.arrivals("trucks", truck, at=[0, 1, 2, 3, 4])
    assert [0, 1, 100, 100, 200] == [v[3] for v in visits(told(net))]


def test_a_change_of_quota_at_its_refill_is_one_step() -> None:
    """The quota falls from 3 to 1 at the very tick of its refill: one is served then, not three."""
    net = Network("quota")
    quota = net.quota("quota", 3, refills=[100, 200], changes=[(100, 1)])
    truck = net.route("truck")
    truck.seize(quota).spend(quota)
    net.arrivals("trucks", truck, at=[0, 1, 2, 3, 4])
    assert [0, 1, 2, 100, 200] == [v[3] for v in visits(told(net))]


def test_a_laboratory_works_in_its_hours() -> None:
    """Work of 30 ticks from tick 0 in hours 10-30 of every 100 ends in the second day; opening is waited for."""
    net = Network("laboratory")
    hours = net.calendar("hours", [(10, 30)], every=100)
    truck = net.route("truck")
    truck.work(hours, 30).wait_open(hours).exit()
    net.arrivals("trucks", truck, at=[0])
    assert [(0, "out", 0, 120)] == ends(told(net))


def test_a_run_that_waits_for_a_closed_calendar_says_so() -> None:
    """Whoever waits for hours that do not come again is reported."""
    net = Network("laboratory")
    hours = net.calendar("hours", [(10, 30)])
    net.route("truck").work(hours, 30)
    net.arrivals("trucks", net._routes[0], at=[0])
    assert ["twin.never_open_again"] == [finding.code for finding in told(net).findings]


# Breakdowns, pre-emption, turns --------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "ended"), [("finish", [10, 40, 70]), ("interrupt", [30]), ("overlap", [10, 35, 60])])
def test_breakdowns_finish_interrupt_or_overlap(mode, ended) -> None:
    """A desk fails 5 ticks after each repair of 20: the repair waits for the service, stops it, or runs beside it.

    Interrupted, the first truck has 5 ticks left and ends at 30; the second begins at 30, is stopped there, goes on from
    50 to 55, and so on.
    """
    net, desk, _ = one_server([0, 0, 0])
    net.breakdown(desk, up=5, down=20, mode=mode)
    run = told(net, 71)
    assert ended == [v[4] for v in visits(run)]
    assert run.resource("desk").out_mean > 0


def test_an_express_truck_interrupts_an_ordinary_one() -> None:
    """Pre-emptive resume: the ordinary truck has 7 ticks left when the express one comes at 3, and has them after."""
    net = Network("express")
    desk = net.resource("desk")
    express, ordinary = net.route("express"), net.route("ordinary")
    express.use(desk, 10, preempt=True)
    ordinary.use(desk, 10)
    net.arrivals("ordinary", ordinary, at=[0, 1], priority=5)
    net.arrivals("express", express, at=[3, 4], priority=1)
    assert [(3, 3, 13), (4, 13, 23), (0, 0, 30), (1, 30, 40)] == [v[2:] for v in visits(told(net))]


def test_the_worst_and_latest_service_is_interrupted() -> None:
    """Of three services, the one of the worst level goes first, and among equals the latest."""
    net = Network("express")
    desk = net.resource("desk", 3)
    express, ordinary = net.route("express"), net.route("ordinary")
    express.use(desk, 10, preempt=True)
    ordinary.use(desk, 20)
    net.arrivals("ordinary", ordinary, at=[0, 1, 2], priority=[6, 6, 4])
    net.arrivals("express", express, at=[3], priority=1)
    assert {0: 20, 1: 13 + 18, 2: 22} == {v[0]: v[4] for v in visits(told(net), "desk") if v[2] != 3}


def test_a_tidal_lane_clears_before_it_turns() -> None:
    """The shared lane goes to the other side at 5: it empties at 10, clears until 14, and turns back at 40."""
    net = Network("tidal")
    out, inward = net.resource("out", 1), net.resource("in", 1)
    leaving, coming = net.route("leaving"), net.route("coming")
    leaving.use(out, 10)
    coming.use(inward, 10)
    net.tidal(out, inward, turns=[(5, inward), (40, out)], clear=4)
    net.arrivals("leaving", leaving, at=[0, 6])
    net.arrivals("coming", coming, at=[0, 1])
    run = told(net)
    assert [(0, 10), (44, 54)] == [v[3:] for v in visits(run, "out")]
    assert [(14, 24), (24, 34)] == [v[3:] for v in visits(run, "in")]


# Ways ------------------------------------------------------------------------------------------------------


def test_ways_by_class_and_by_state() -> None:
    """Classes switch, a free desk is taken, a long queue is passed by, and the shortest is joined."""
    net = Network("ways")
    net.classes("a", "b")
    one, two = net.resource("one"), net.resource("two")
    truck = net.route("truck")
    truck.switch({"b": "other"}).exit("a")
    truck.label("other").shortest([(one, "one"), (two, "two")])
    truck.label("one").use(one, 10).exit("one").label("two").use(two, 10).exit("two")
    net.arrivals("trucks", truck, at=[0, 0, 1, 2, 3], cls=["a", "b", "b", "b", "b"])
    assert [(0, "a"), (1, "one"), (2, "two"), (3, "one"), (4, "two")] == [(e[0], e[1]) for e in ends(told(net))]


def test_ways_by_free_units_and_by_queue() -> None:
    """The first finds the desk free, the second waits, the third finds one waiting and goes."""
    net = Network("ways")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.if_free(desk, 1, "free").if_queue(desk, 1, "long").use(desk, 10).exit("waited")
    truck.label("free").use(desk, 10).exit("free").label("long").exit("long")
    net.arrivals("trucks", truck, at=[0, 1, 2])
    assert [(2, "long", 2, 2), (0, "free", 0, 10), (1, "waited", 1, 20)] == ends(told(net))


def test_choices_are_written_as_blocks_and_meet_again() -> None:
    """The shares of ``choose`` are followed over many trucks, and all ways end at the block after it."""
    net = Network("choose")
    truck = net.route("truck")
    with truck.choose("colour", green=0.7, red=0.2, yellow=0.1) as way:
        with way("red"):
            truck.count("red")
        with way("green"):
            truck.count("green")
    truck.count("all")
    net.arrivals("trucks", truck, at=list(range(2000)))
    run = told(net)
    assert 2000 == run.counter("all")
    assert abs(run.counter("green") - 1400) < 62  # three standard deviations
    assert abs(run.counter("red") - 400) < 54


def test_what_is_done_again_is_drawn_again() -> None:
    """A truck sent back draws anew: with one half to go back, all leave in the end, after two visits on average."""
    net = Network("again")
    truck = net.route("truck")
    truck.label("top").count("visits").branch({"again": (0.5, "top"), "on": (0.5, None)})
    net.arrivals("trucks", truck, at=list(range(1000)))
    run = told(net)
    assert 1000 == run.outcome("out").n
    assert abs(run.counter("visits") - 2000) < 135


# Others ------------------------------------------------------------------------------------------------------


def test_a_vehicle_returns_empty_by_itself() -> None:
    """The truck ends when it is carried; the vehicle is free only after its way back."""
    net = Network("fleet")
    fleet = net.resource("fleet", 1)
    truck, back = net.route("truck"), net.route("back")
    truck.seize(fleet).delay(5).spawn("back").exit("carried")
    back.delay(3).release(fleet).exit("returned")
    net.arrivals("trucks", truck, at=[0, 0])
    assert [("carried", 5), ("returned", 8), ("carried", 13), ("returned", 16)] == [
        (e[1], e[3]) for e in ends(told(net))
    ]


def test_a_truck_waits_for_its_papers() -> None:
    """Fork and join: the truck goes on when its slower paper is there, or at once when all are."""
    net = Network("papers")
    truck, quick, slow = net.route("truck"), net.route("quick"), net.route("slow")
    truck.fork("quick").fork("slow").delay(Recorded(0)).join().exit("released")
    quick.delay(4).exit("quick")
    slow.delay(9).exit("slow")
    net.arrivals("trucks", truck, at=[0, 100], rows=[[1], [20]])
    assert [9, 120] == [e[3] for e in ends(told(net)) if e[1] == "released"]


def convoy(size: int, max_wait=None):
    net = Network("convoy")
    road, batch = net.resource("road"), net.batch("convoy", size, max_wait=max_wait)
    truck = net.route("truck")
    truck.gather(batch).use(road, 10).scatter().delay(1)
    net.arrivals("trucks", truck, at=[0, 2, 4, 6])
    return net


def test_a_convoy_goes_when_it_is_full() -> None:
    """Of four trucks the first three pass the road as one and part after it; the fourth waits for ever."""
    run = told(convoy(3))
    assert [(0, "road", 4, 4, 14)] == visits(run, "road")
    assert [(0, 15), (1, 15), (2, 15)] == [(e[0], e[3]) for e in ends(run)]
    assert 1 == run.present


def test_a_convoy_goes_when_the_first_has_waited_enough() -> None:
    """With 5 ticks three go when full at 4 and the last alone at 11; with 3 ticks two go at 3 and two at 7."""
    assert [(4, 4, 14), (11, 14, 24)] == [v[2:] for v in visits(told(convoy(3, max_wait=5)), "road")]
    assert [(3, 3, 13), (7, 13, 23)] == [v[2:] for v in visits(told(convoy(3, max_wait=3)), "road")]


def test_those_who_are_led_end_with_their_leader() -> None:
    """A convoy that never parts ends as a whole."""
    net = Network("convoy")
    batch = net.batch("convoy", 2)
    truck = net.route("truck")
    truck.gather(batch).delay(10)
    net.arrivals("trucks", truck, at=[0, 5])
    assert [(0, "out", 0, 15), (1, "out", 5, 15)] == ends(told(net))


# Marks -------------------------------------------------------------------------------------------------------


def test_stopwatches_tallies_counters_and_classes() -> None:
    """A reading is taken by the class at that moment; those over the limit are counted; birth may be reset."""
    net = Network("marks")
    net.classes("a", "b")
    truck = net.route("truck")
    truck.watch("stay").delay(Recorded(0)).set_class("b").read("stay", since="stay", limit=10).count("seen")
    truck.born_now().delay(2).read("rest").exit("gone")
    net.arrivals("trucks", truck, at=[0, 0], rows=[[10], [11]])
    run = told(net)
    stay = run.tally("stay", cls="b")
    assert (2, 21, 11, 1) == (stay.n, stay.total, stay.longest, stay.over)
    assert (0, 2) == (run.tally("stay", cls="a").n, run.counter("seen", cls="b"))
    assert (2, 2.0) == (run.outcome("gone").n, run.outcome("gone").mean)
    assert 4 == run.tally("rest").total


def test_a_level_set_on_the_way_counts_from_then() -> None:
    """A truck set to level 1 goes before others at the next queue."""
    net = Network("levels")
    desk = net.resource("desk")
    late, truck = net.route("late"), net.route("truck")
    late.set_priority(1).use(desk, 10)
    truck.use(desk, 10)
    net.arrivals("trucks", truck, at=[0, 1])
    net.arrivals("late", late, at=[2])
    assert [0, 2, 1] == [v[2] for v in visits(told(net))]


# Who comes ---------------------------------------------------------------------------------------------------


def test_appointments_are_kept_early_late_or_not_at_all() -> None:
    """Up to 10 ticks early or late, a fifth does not come, and each has the same lateness in another design."""
    net = Network("appointments")
    truck = net.route("truck")
    truck.delay(1)
    at = [100 * slot for slot in range(1, 501)]
    net.appointments("slots", truck, at=at, earliness=Uniform(-10, 10), no_show=0.2)
    run = told(net, 60_000)
    deviations = [e[2] - at[e[0]] for e in ends(run)]
    assert abs(len(deviations) - 400) < 27
    assert (-10 <= min(deviations) < -8, 8 < max(deviations) <= 10) == (True, True)
    assert abs(sum(deviations) / len(deviations)) < 0.9


def test_a_profile_brings_what_it_says() -> None:
    """An hourly profile of 30 and 60 brings 45 an hour, two thirds of them in the second hour."""
    net = Network("profile")
    truck = net.route("truck")
    truck.delay(1)
    net.poisson("trucks", truck, rate=[30.0, 60.0], unit=1000)
    born = [e[2] for e in ends(told(net, 100_000))]
    assert abs(len(born) - 4500) < 202
    assert abs(sum(tick % 2000 >= 1000 for tick in born) / len(born) - 2 / 3) < 0.022


def test_classes_are_mixed_by_share() -> None:
    """A mix of one to three gives a quarter of one class, each at its own level."""
    net = Network("mix")
    net.classes("aeo", "ordinary")
    truck = net.route("truck")
    truck.delay(1).exit("out")
    net.poisson("trucks", truck, rate=0.1, mix={"aeo": 0.25, "ordinary": 0.75}, priority={"aeo": 1})
    run = told(net, 20_000)
    share = run.outcome("out", cls="aeo").n / run.outcome("out").n
    assert abs(share - 0.25) < 0.03


def test_a_source_stops_when_told() -> None:
    """Nobody comes at or after ``until``."""
    net = Network("until")
    truck = net.route("truck")
    truck.delay(1)
    net.poisson("trucks", truck, rate=1.0, until=50)
    assert max(e[2] for e in ends(told(net))) < 50


def test_those_who_are_there_hold_what_is_held_there() -> None:
    """Warm start: one is served with 3 ticks left, one waits with an earlier birth; the next arrival comes after."""
    net = Network("present")
    place, desk = net.resource("place", 3), net.resource("desk", 1)
    truck = net.route("truck")
    truck.seize(place).label("desk").use(desk, 10).release(place)
    net.arrivals("trucks", truck, at=[1])
    net.present(truck, at="desk", remaining=3, since=-20)
    net.present(truck, at="desk", since=-5)
    run = told(net, 24)
    assert [(0, "out", -20, 3), (1, "out", -5, 13), (0, "out", 1, 23)] == ends(run)
    assert (3 + 13 + 22) / 24 == run.resource("place").busy_mean


def test_those_who_stand_aside_hold_what_they_give_back() -> None:
    """Warm start at a label that no way leads to: the place that is given back afterwards is held from tick 0."""
    net = Network("aside")
    place = net.resource("place", 1)
    truck = net.route("truck")
    truck.seize(place).label("inside").delay(10).release(place).exit("out")
    truck.label("aside").delay(4).goto("inside")
    net.arrivals("trucks", truck, at=[0])
    net.present(truck, at="aside")
    assert [(0, "out", 0, 14), (0, "out", 0, 24)] == ends(told(net))


def test_those_who_work_have_working_time_left() -> None:
    """Warm start inside a calendar: 15 ticks of working time are left, of which 10 pass today."""
    net = Network("present")
    hours = net.calendar("hours", [(0, 10)], every=100)
    truck = net.route("truck")
    truck.label("laboratory").work(hours, 50)
    net.present(truck, at="laboratory", remaining=15)
    assert [(0, "out", 0, 105)] == ends(told(net))
