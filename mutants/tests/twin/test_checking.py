"""Networks that cannot run are refused with the place, and doubtful ones say so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gatepair.base.errors import NetworkInvalid
from gatepair.twin.distributions import Constant, Exponential, Gamma, Recorded, Uniform
from gatepair.twin.network.holds import circles
from gatepair.twin.network.network import Network, Route

Write = Callable[[Network, Route], object]


def network(write: Write, *, at=(0,)) -> Network:
    """Return a network with one route written by ``write`` and one source."""
    net = Network("trial")
    route = net.route("truck")
    write(net, route)
    net.arrivals("trucks", route, at=list(at))
    return net


def refused(net: Network) -> list[tuple[str, str]]:
    """Return (code, place) of each error that ``net`` is refused with."""
    with pytest.raises(NetworkInvalid) as caught:
        net.compile()
    assert "network_invalid" == caught.value.code
    return [(finding.code.removeprefix("twin."), finding.path) for finding in caught.value.findings]


REFUSED: dict[str, tuple[Write, str, str]] = {
    "label": (lambda _, r: r.goto("nowhere"), "no_label", "truck.1.goto"),
    "label of renege": (
        lambda n, r: r.use(n.resource("a"), 1, patience=5, on_renege="nowhere"), "no_label", "truck.1.a",
    ),
    "no servers for ever": (lambda n, r: r.use(n.resource("a", 0), 1), "no_capacity", "a"),
    "more than there are": (lambda n, r: r.seize(a := n.resource("a", 2), 3).release(a, 3), "never_enough", "truck.1.a"),
    "more than there are in a set": (
        lambda n, r: r.seize_all([(a := n.resource("a", 2), 1), (a, 2)]).release(a, 3), "never_enough", "truck.1.a",
    ),
    "closed for ever": (lambda n, r: r.wait_open(n.calendar("hours", [])), "closed_for_ever", "hours"),
    "closes before it opens": (lambda n, r: r.wait_open(n.calendar("hours", [(5, 3)])), "closed_for_ever", "hours"),
    "open beyond its period": (lambda n, r: r.wait_open(n.calendar("h", [(5, 30)], every=20)), "closed_for_ever", "h"),
    "spans overlap": (lambda n, r: r.wait_open(n.calendar("h", [(5, 30), (20, 40)])), "closed_for_ever", "h"),
    "given back unheld": (lambda n, r: r.release(n.resource("a")), "not_held", "truck.1.a"),
    "given back too much": (lambda n, r: r.seize(a := n.resource("a", 5), 2).release(a, 3), "not_held", "truck.2.a"),
    "spent unheld": (lambda n, r: r.spend(n.quota("q", 5, refills=[])), "not_held", "truck.1.q"),
    "held at the end": (lambda n, r: r.seize(n.resource("a")), "held_at_end", "truck.2.out"),
    "shares": (lambda _, r: r.branch({"x": (0.5, None), "y": (0.6, None)}), "bad_shares", "truck.1.branch"),
    "negative share": (lambda _, r: r.branch({"x": (-0.5, None), "y": (1.5, None)}), "bad_shares", "truck.1.branch"),
    "negative time": (lambda _, r: r.delay(-5), "bad_time", "truck.1.delay"),
    "uniform backwards": (lambda _, r: r.delay(Uniform(5, 3)), "bad_time", "truck.1.delay"),
    "gamma without spread": (lambda _, r: r.delay(Gamma(5, 0)), "bad_time", "truck.1.delay"),
    "patience without a way": (lambda n, r: r.use(n.resource("a"), 1, patience=5), "no_way_out", "truck.1.a"),
    "once without a way": (lambda n, r: r.use(n.resource("a"), 1, at_once=True), "no_way_out", "truck.1.a"),
    "no units": (lambda n, r: r.seize(n.resource("a"), 0), "bad_count", "truck.1.a"),
    "level": (lambda _, r: r.set_priority(0), "bad_level", "truck.1.priority"),
    "promotion to control": (lambda n, r: r.use(n.resource("a"), 1, promote=(5, 0)), "bad_level", "truck.1.a"),
    "class": (lambda _, r: r.set_class("aeo"), "no_class", "truck.1.class"),
    "class of a switch": (lambda _, r: r.switch({"aeo": None}), "no_class", "truck.1.switch"),
    "loop without time": (lambda _, r: r.label("x").count("c").goto("x"), "no_time_loop", "truck.1.c"),
    "chance that never leaves": (
        lambda _, r: r.label("x").branch({"a": (0.5, "x"), "b": (0.5, "x")}), "no_time_loop", "truck.1.branch",
    ),
    "five stopwatches": (
        lambda _, r: [r.watch(name) for name in "abcde"], "too_many_watches", "truck.5.e",
    ),
    "batch in a batch": (
        lambda n, r: r.gather(b := n.batch("b", 2)).gather(b).scatter(), "nested_batch", "truck.2.b",
    ),
    "parts ungathered": (lambda _, r: r.scatter(), "not_gathered", "truck.1.scatter"),
    "batch of none": (lambda n, r: r.gather(n.batch("b", 0)), "bad_count", "b"),
    "record": (lambda _, r: r.delay(Recorded(0)), "no_record", "trucks"),
    "scan and pause": (
        lambda n, r: r.use(n.resource("a", 1, scan=True, closing="pause"), 1), "scan_pause", "a",
    ),
    "pre-emption at a scan": (
        lambda n, r: r.use(n.resource("a", 1, scan=True), 1, preempt=True), "no_preemption", "truck.1.a",
    ),
    "pre-emption for a set": (
        lambda n, r: r.seize_all([(a := n.resource("a"), 1)], preempt=True).release(a), "no_preemption", "truck.1.a",
    ),
    "negative capacity": (lambda n, r: r.use(n.resource("a", 1, changes=[(5, -1)]), 1), "bad_capacity", "a"),
    "capacity before the start": (lambda n, r: r.use(n.resource("a", 1, changes=[(-5, 1)]), 1), "bad_capacity", "a"),
    "refill before the start": (
        lambda n, r: r.seize(q := n.quota("q", 1, refills=[-5])).spend(q), "bad_capacity", "q",
    ),
    "one name for two": (lambda n, r: r.use(n.resource("a"), 1).use(n.resource("a"), 1), "name_twice", "resource"),
    "one label twice": (lambda _, r: r.label("x").delay(1).label("x"), "name_twice", "truck"),
}  # fmt: skip


@pytest.mark.parametrize(("write", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_run_is_refused_with_its_place(write, code, place) -> None:
    """Each fault has its finding, which names the block, resource, calendar or source."""
    assert (code, place) in refused(network(write))


def test_every_fault_is_told_at_once() -> None:
    """Whoever mends a network sees all that is wrong with it, not the first fault."""
    net = network(lambda n, r: r.delay(-1).use(n.resource("a", 0), 1).branch({"x": (0.4, None)}))
    assert {"bad_time", "no_capacity", "bad_shares"} <= {code for code, _ in refused(net)}


def source(write: Callable[[Network, Route], object]) -> Network:
    net = Network("trial")
    route = net.route("truck")
    route.delay(1)
    write(net, route)
    return net


SOURCES: dict[str, tuple[Write, str, str]] = {
    "none": (lambda _n, _r: None, "no_source", "trial"),
    "rate of zero": (lambda n, r: n.poisson("s", r, rate=0.0), "empty_source", "s"),
    "negative rate": (lambda n, r: n.poisson("s", r, rate=[(0, 1.0), (5, -1.0)]), "empty_source", "s"),
    "ends at once": (lambda n, r: n.poisson("s", r, rate=1.0, until=0), "empty_source", "s"),
    "empty list": (lambda n, r: n.arrivals("s", r, at=[]), "empty_source", "s"),
    "rates unsorted": (lambda n, r: n.poisson("s", r, rate=[(0, 1.0), (9, 2.0), (5, 1.0)]), "bad_source", "s"),
    "arrival before the start": (lambda n, r: n.arrivals("s", r, at=[-1]), "bad_time", "s"),
    "classes that do not fit": (lambda n, r: n.arrivals("s", r, at=[1, 2, 3], cls=["all", "all"]), "bad_source", "s"),
    "rows that do not fit": (lambda n, r: n.arrivals("s", r, at=[1, 2], rows=[[1]]), "bad_source", "s"),
    "rows of unequal width": (lambda n, r: n.arrivals("s", r, at=[1, 2], rows=[[1], [1, 2]]), "bad_source", "s"),
    "negative row": (lambda n, r: n.arrivals("s", r, at=[1], rows=[[-1]]), "bad_time", "s"),
    "level": (lambda n, r: n.arrivals("s", r, at=[1], priority=16), "bad_level", "s"),
    "class": (lambda n, r: n.poisson("s", r, rate=1.0, cls="aeo"), "no_class", "s"),
    "mix": (lambda n, r: n.poisson("s", r, rate=1.0, mix={"all": 0.5}), "bad_shares", "s"),
    "no-show": (lambda n, r: n.appointments("s", r, at=[1], no_show=1.5), "bad_shares", "s"),
    "earliness": (lambda n, r: n.appointments("s", r, at=[1], earliness=Exponential(-3)), "bad_time", "s"),
    "entry": (lambda n, r: n.arrivals("s", r, at=[1], entry="nowhere"), "no_label", "s"),
    "present nowhere": (lambda n, r: n.present(r, at="nowhere"), "no_label", "present truck.nowhere"),
    "present from the future": (lambda n, r: n.present(r.label("x"), at="x", since=5), "bad_time", "present truck.x"),
    "nobody present": (lambda n, r: n.present(r.label("x"), at="x", count=0), "bad_count", "present truck.x"),
    "rows of those present": (lambda n, r: n.present(r.label("x"), at="x", rows=[[1], [2]]), "bad_source", "present truck.x"),
    "level of those present": (lambda n, r: n.present(r.label("x"), at="x", priority=0), "bad_level", "present truck.x"),
    "two of one name": (
        lambda n, r: (n.arrivals("s", r, at=[1]), n.arrivals("s", r, at=[1])), "name_twice", "source",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("write", "code", "place"), SOURCES.values(), ids=SOURCES)
def test_sources_that_cannot_be_are_refused(write, code, place) -> None:
    """Each fault of a source names the source."""
    assert (code, place) in refused(source(write))


def test_a_network_without_a_route_is_refused() -> None:
    """No route, no run."""
    assert [("no_block", "network"), ("no_source", "empty")] == refused(Network("empty"))


def test_a_route_without_a_block_is_refused() -> None:
    """A route that says nothing is a mistake."""
    assert ("no_block", "truck") in refused(network(lambda _n, _r: None))


def warnings(net: Network) -> list[tuple[str, str]]:
    return [(finding.code.removeprefix("twin."), finding.path) for finding in net.compile().findings]


def crossed(n: Network, r: Route) -> None:
    one, two = n.resource("one", 3), n.resource("two", 3)
    other = n.route("other")
    r.seize(one).seize(two).release(two).release(one)
    other.seize(two).seize(one).release(one).release(two)
    n.arrivals("others", other, at=[0])


def test_holding_one_and_waiting_for_another_in_a_circle_is_doubtful() -> None:
    """Hold-and-wait in opposite orders may deadlock; in one order it may not."""
    assert [("may_deadlock", "one")] == warnings(network(crossed))
    assert [] == warnings(
        network(lambda n, r: r.seize(a := n.resource("a")).seize(b := n.resource("b")).release(a).release(b))
    )


def test_waiting_with_patience_is_no_deadlock() -> None:
    """Whoever gives up frees what is held."""

    def write(n: Network, r: Route) -> None:
        one = n.resource("one", 2)
        r.seize(one).seize(one, patience=5, on_renege="gone").release(one, 2).exit().label("gone").release(one)

    assert [] == warnings(network(write))


def test_a_quota_is_no_deadlock() -> None:
    """A quota comes back by itself, whoever holds what."""

    def write(n: Network, r: Route) -> None:
        quota, yard = n.quota("quota", 1, refills=[10]), n.resource("yard")
        r.seize(yard).seize(quota).release(yard).seize(yard).release(yard).spend(quota)

    assert [] == warnings(network(write))


def test_a_batch_larger_than_the_yard_it_gathers_in_is_doubtful() -> None:
    """Three must gather in a yard of two: they never will."""
    net = network(lambda n, r: r.seize(y := n.resource("yard", 2)).gather(n.batch("b", 3)).scatter().release(y))
    assert [("may_deadlock", "yard")] == warnings(net)


def test_papers_that_need_what_the_truck_holds_are_doubtful() -> None:
    """A truck waits at the desk for a paper that waits for the desk."""

    def write(n: Network, r: Route) -> None:
        desk = n.resource("desk")
        n.route("paper").use(desk, 5)
        r.seize(desk).fork("paper").join().release(desk)

    assert ("may_deadlock", "desk") in warnings(network(write))


def test_ways_that_hold_different_things_are_told_where_they_meet() -> None:
    """After the branch one way holds the crane and the other does not."""

    def write(n: Network, r: Route) -> None:
        crane = n.resource("crane")
        r.branch({"lift": (0.5, None), "pass": (0.5, "on")}).seize(crane).label("on").delay(1).release(crane)

    assert [("unequal_holds", "truck.3.delay")] == warnings(network(write))


def test_a_route_that_nobody_takes_is_told() -> None:
    """A route without a source or a spawn is named."""
    assert [("unreached", "spare")] == warnings(network(lambda n, r: (r.delay(1), n.route("spare").delay(1))))


def test_those_who_circle_for_ever_are_told() -> None:
    """A closed network runs: machines that fail and are mended again."""
    net = network(lambda n, r: r.label("up").delay(Exponential(5)).use(n.resource("crew"), Constant(3)).goto("up"))
    assert [("no_exit", "truck.1.delay")] == warnings(net)


def test_circles_are_found_without_recursion() -> None:
    """Parts with a circle, a self-loop, and a long chain that has none."""
    edges = {node: frozenset({node + 1}) for node in range(5000)}
    edges |= {9001: frozenset({9002}), 9002: frozenset({9003}), 9003: frozenset({9001}), 9010: frozenset({9010})}
    assert ((9001, 9002, 9003), (9010,)) == circles(edges)
