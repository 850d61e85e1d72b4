"""The models of Ciw through the public network API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gatepair.twin.distributions import Exponential, Lognormal
from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network
from gatepair.twin.program import Program
from gatepair.twin.results import Run
from gatepair.twin.units import minutes
from twin.oracles import ciw_models as ciw
from twin.theory.cases_network import g12_network
from twin.theory.facts import G12_STATIONS

MINUTE = minutes(1)


def _run(program: Program, *, replication: int, until: float) -> Run:
    return simulate(program, seed=1, replication=replication, until=minutes(until))


@cache
def _priorities() -> Program:
    net = Network("priorities")
    net.classes("first", "second")
    desk = net.resource("desk", ciw.PRIORITY_SERVERS)
    for level, (name, rate) in enumerate(zip(("first", "second"), ciw.PRIORITY_RATES, strict=True), start=1):
        route = net.route(name)
        route.watch("asked").seize(desk).read("wait", since="asked")
        route.delay(Lognormal(minutes(ciw.PRIORITY_MEAN), ciw.PRIORITY_CV), name=name).release(desk).exit("done")
        until = minutes(ciw.PRIORITY_MINUTES)
        net.poisson(name, route, rate=rate / MINUTE, cls=name, priority=level, until=until)
    return net.compile()


def priorities(replication: int) -> Mapping[str, float]:
    """Return the mean waits of two classes at three servers with lognormal service."""
    run = _run(_priorities(), replication=replication, until=10 * ciw.PRIORITY_MINUTES)
    return {f"wait 1 {name}": run.tally("wait", cls=name).mean / MINUTE for name in ("first", "second")}


@cache
def _g12() -> Program:
    return g12_network(until=ciw.G12_MINUTES).compile()


def g12(replication: int) -> Mapping[str, float]:
    """Return the mean wait at each station of G12 over its first hours."""
    run = _run(_g12(), replication=replication, until=10 * ciw.G12_MINUTES)
    return {name: run.resource(name).wait_mean / MINUTE for name, _, _ in G12_STATIONS}


@cache
def _line(closing: str) -> Program:
    net = Network("line")
    span = ciw.LINE_OPEN + ciw.LINE_CLOSED
    changes = [
        (minutes(span * round_ + at), servers)
        for round_ in range(int(10 * ciw.LINE_MINUTES / span))
        for at, servers in ((ciw.LINE_OPEN, 0), (span, 2))
    ]
    first, second = net.resource("one", 1), net.resource("two", 2, closing=closing, changes=changes)
    room, third = net.resource("room", ciw.LINE_ROOM[closing] + 1), net.resource("three", 1)
    route = net.route("truck")
    means = [Exponential(minutes(mean)) for mean in ciw.LINE_MEANS]
    route.use(first, means[0], name="one", patience=Exponential(minutes(ciw.LINE_PATIENCE)), on_renege="gone")
    route.seize(second).delay(means[1], name="two", under=second).seize(room).release(second)
    route.use(third, means[2], name="three").release(room).exit("done")
    route.label("gone").exit("gone")
    net.poisson("trucks", route, rate=ciw.LINE_RATE / MINUTE, until=minutes(ciw.LINE_MINUTES))
    return net.compile()


def line(replication: int, *, closing: str) -> Mapping[str, float]:
    """Return the waits of a line of three: leavers at the first, a closing at the second, little room at the third."""
    run = _run(_line(closing), replication=replication, until=10 * ciw.LINE_MINUTES)
    waits = {f"wait {number}": run.resource(name).wait_mean / MINUTE for number, name in ((1, "one"), (2, "two"))}
    gone = run.outcome("gone").n
    return {
        **waits,
        "wait 3": run.resource("three").wait_mean / MINUTE,
        "given up": gone / (gone + run.outcome("done").n),
    }
