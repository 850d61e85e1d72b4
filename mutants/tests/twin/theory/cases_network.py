"""Several stations: Jackson networks, blocking, forks, closed networks, groups, the shorter queue."""

from __future__ import annotations

from gatepair.twin.distributions import Constant, Exponential
from gatepair.twin.network.network import Network
from twin.theory import chains, facts, formulas
from twin.theory.reading import busy, poisson, present, sojourn, ticks, wait
from twin.theory.study import Case


def g12_network(until: float | None = None) -> Network:
    """Return G12: twelve stations, a fifth of the trucks first in every queue; arrivals end at ``until`` minutes."""
    net = Network("G12")
    net.classes("first", "second")
    stations = [net.resource(name, servers) for name, servers, _ in facts.G12_STATIONS]
    route = net.route("truck")
    for number, (name, _, mean) in enumerate(facts.G12_STATIONS):
        route.label(name)
        route.use(stations[number], Exponential(ticks(mean)), name=name)
        ways = facts.G12_SHARES[number]
        if len(ways) > 1:
            names = {aim: facts.G12_STATIONS[aim][0] for aim in ways}
            route.branch({names[aim]: (part, names[aim]) for aim, part in ways.items()}, name=f"after {name}")
        elif ways and (aim := next(iter(ways))) != number + 1:
            route.goto(facts.G12_STATIONS[aim][0])
    route.exit("through")
    rate = facts.TRUCKS_A_DAY / 1440.0
    ends = {} if until is None else {"until": ticks(until)}
    poisson(net, route, rate * facts.PRIORITY_SHARE, name="first", cls="first", priority=1, **ends)
    poisson(net, route, rate * (1 - facts.PRIORITY_SHARE), name="second", cls="second", priority=2, **ends)
    return net


def g12() -> Case:
    """G12: the totals form a Jackson network, so each wait over both classes is Erlang's."""
    rates = facts.g12_rates()
    truth = {
        name: formulas.mmc_wait(rate, mean, servers)
        for rate, (name, servers, mean) in zip(rates, facts.G12_STATIONS, strict=True)
    }
    truth["sojourn"] = (
        sum(rate * (truth[name] + mean) for rate, (name, _, mean) in zip(rates, facts.G12_STATIONS, strict=True))
        / rates[0]
    )
    return Case(
        "G12",
        "Jackson 1957; Erlang 1917",
        g12_network,
        truth,
        lambda run: {
            **{name: wait(run, name) for name, _, _ in facts.G12_STATIONS},
            "sojourn": sojourn(run, "through"),
        },
        until=30 * 1440.0,
        warm_up=5 * 1440.0,
        replications=12,
    )


def feedback() -> Case:
    """A Jackson network in which trucks come back."""
    rates = formulas.jackson_rates([0.5, 0.1], [{1: 0.6}, {0: 0.3}])
    numbers = [rate / (1 / mean - rate) for rate, mean in zip(rates, (1.0, 1.4), strict=True)]

    def build() -> Network:
        net = Network("feedback")
        first, second = net.resource("first", 1), net.resource("second", 1)
        route = net.route("truck")
        route.label("first")
        route.use(first, Exponential(ticks(1.0)), name="first")
        route.branch({"on": (0.6, "second"), "out": (0.4, "out")}, name="after first")
        route.label("second")
        route.use(second, Exponential(ticks(1.4)), name="second")
        route.branch({"back": (0.3, "first"), "out": (0.7, "out")}, name="after second")
        route.label("out")
        route.exit("done")
        side = net.route("side")
        side.goto("truck.second")
        poisson(net, route, 0.5, name="main")
        poisson(net, side, 0.1, name="side")
        return net

    return Case(
        "Jackson with return",
        "Jackson 1957",
        build,
        {"first": numbers[0], "second": numbers[1]},
        lambda run: {"first": present(run, "first"), "second": present(run, "second")},
        until=25_000,
        warm_up=1500,
    )


def blocking(room: int) -> Case:
    """Two servers in a row with little room between: who is done and finds none stays (blocking after service)."""
    rate, first, second = 0.5, 1.0, 0.9

    def build() -> Network:
        net = Network("tandem")
        here, behind, clerk = net.resource("first", 1), net.resource("room", room + 1), net.resource("second", 1)
        route = net.route("truck")
        route.seize(here, 1)
        route.delay(Exponential(ticks(1 / first)), name="first")
        route.seize(behind, 1)
        route.release(here, 1)
        route.use(clerk, Exponential(ticks(1 / second)), name="second")
        route.release(behind, 1)
        route.exit("done")
        poisson(net, route, rate)
        return net

    ahead, after = chains.tandem_blocking(rate, first, second, room=room)
    return Case(
        f"tandem with blocking, room {room}",
        "chain of blocking after service",
        build,
        {"first": ahead, "room": after, "sojourn": (ahead + after) / rate},
        lambda run: {"first": present(run, "first"), "room": busy(run, "room"), "sojourn": sojourn(run)},
        until=40_000,
        warm_up=1500,
    )


def circle(net_name: str, stations: list[tuple[str, int, float]], *, think: float, customers: int) -> Network:
    """Return a network that nobody leaves."""
    net = Network(net_name)
    route = net.route("machine")
    route.label("again")
    if think:
        route.delay(Exponential(ticks(think)), name="away")
    for name, servers, mean in stations:
        route.use(net.resource(name, servers), Exponential(ticks(mean)), name=name)
    route.goto("again")
    net.arrivals("machines", route, at=[0] * customers)
    return net


def repair() -> Case:
    """Machines that fail and two crews that mend them."""
    down, delay = chains.repair(8, 2, up=10.0, down=3.0)
    return Case(
        "machine repair",
        "Kleinrock 1975 §3.8",
        lambda: circle("repair", [("crew", 2, 3.0)], think=10.0, customers=8),
        {"down": down, "wait": delay},
        lambda run: {"down": present(run, "crew"), "wait": wait(run, "crew")},
        until=25_000,
        warm_up=500,
    )


def closed() -> Case:
    """A closed network of three single servers and a delay."""
    stations = [("one", 1, 1.0), ("two", 1, 1.5), ("three", 1, 0.7)]
    found = formulas.mean_value_analysis([(1.0, mean) for _, _, mean in stations], think=4.0, customers=6)
    return Case(
        "closed network",
        "Reiser and Lavenberg 1980",
        lambda: circle("closed", stations, think=4.0, customers=6),
        {name: number for (name, _, _), number in zip(stations, found[1:], strict=True)},
        lambda run: {name: present(run, name) for name, _, _ in stations},
        until=15_000,
        warm_up=300,
    )


def fork_join() -> Case:
    """A truck and its papers are handled apart, and it goes on when both are done."""
    rate = 0.6

    def build() -> Network:
        net = Network("fork")
        truck, papers = net.resource("ramp", 1), net.resource("papers", 1)
        route = net.route("truck")
        route.fork("papers")
        route.use(truck, Exponential(ticks(1)), name="ramp")
        route.join()
        route.exit("done")
        route.label("papers")
        route.use(papers, Exponential(ticks(1)), name="papers")
        route.exit("filed")
        poisson(net, route, rate)
        return net

    return Case(
        "fork and join",
        "Flatto and Hahn 1984; Nelson and Tantawi 1988",
        build,
        {"sojourn": formulas.fork_join_sojourn(rate, 1.0), "ramp": rate / (1 - rate)},
        lambda run: {"sojourn": sojourn(run), "ramp": present(run, "ramp")},
        until=25_000,
        warm_up=1000,
    )


def shorter() -> Case:
    """Each truck joins the shorter of two lanes."""
    rate = 1.6

    def build() -> Network:
        net = Network("lanes")
        lanes = [net.resource(f"lane {number}", 1) for number in (0, 1)]
        route = net.route("truck")
        # Ties go to the first lane; by symmetry that changes no sum.
        route.shortest([(lane, f"take {number}") for number, lane in enumerate(lanes)])
        for number, lane in enumerate(lanes):
            route.label(f"take {number}")
            route.use(lane, Exponential(ticks(1)), name=f"lane {number}")
            route.exit("done")
        poisson(net, route, rate)
        return net

    return Case(
        "the shorter of two",
        "chain; Flatto and McKean 1977",
        build,
        {"present": chains.shortest_of_two(rate, 1.0)},
        lambda run: {"present": present(run, "lane 0") + present(run, "lane 1")},
        until=20_000,
        warm_up=1000,
    )


def group_service() -> Case:
    """Groups of three form and are served as one: the queue of groups is Erlang/M/1."""
    rate, size, served = 1.5, 3, 0.7

    def build() -> Network:
        net = Network("groups")
        escort = net.resource("escort", 1)
        group = net.batch("group", size)
        route = net.route("truck")
        route.watch("came")
        route.gather(group)
        route.use(escort, Exponential(ticks(1 / served)), name="escort")
        route.scatter()
        route.exit("done")
        poisson(net, route, rate)
        return net

    wait_group = formulas.gim1_wait(formulas.erlang_transform(rate, size), served)
    return Case(
        "service in groups",
        "Kendall 1953",
        build,
        {"wait": wait_group, "sojourn": (size - 1) / (2 * rate) + wait_group + 1 / served},
        lambda run: {"wait": wait(run, "escort"), "sojourn": sojourn(run)},
        until=20_000,
        warm_up=1000,
    )


def timed_group() -> Case:
    """A convoy leaves when it is full or when its first member has waited long enough."""
    rate, size, limit = 0.4, 4, 5.0

    def build() -> Network:
        net = Network("convoy")
        convoy = net.batch("convoy", size, max_wait=Constant(ticks(limit)))
        route = net.route("truck")
        route.gather(convoy)
        route.count("convoys")
        route.scatter()
        route.exit("done")
        poisson(net, route, rate)
        return net

    mean_size, mean_wait = formulas.timed_batch(rate, size, limit)
    return Case(
        "convoy with a time limit",
        "by hand, renewal of convoys",
        build,
        {"size": mean_size, "wait": mean_wait},
        lambda run: {"size": run.outcome("done").n / run.counter("convoys"), "wait": sojourn(run)},
        until=20_000,
        warm_up=100,
    )


def arriving_groups() -> Case:
    """Each arrival brings two more: an M/M/1 queue with arrivals in groups."""
    rate, size = 0.25, 3

    def build() -> Network:
        net = Network("columns")
        station = net.resource("desk", 1)
        route = net.route("truck")
        for number in range(1, size):
            route.spawn(f"truck {number}")
        for number in range(size):
            route.label(f"truck {number}")
        route.use(station, Exponential(ticks(1)), name="desk")
        route.exit("done")
        poisson(net, route, rate)
        return net

    return Case(
        "arrivals in groups",
        "Gross and Harris §3.1",
        build,
        {"present": formulas.group_arrivals_present(rate * size, size)},
        lambda run: {"present": present(run)},
        until=25_000,
        warm_up=1500,
    )


CASES: tuple[Case, ...] = (
    g12(),
    feedback(),
    blocking(0),
    blocking(2),
    repair(),
    closed(),
    fork_join(),
    shorter(),
    group_service(),
    timed_group(),
    arriving_groups(),
)
