"""One station: waits, losses, priorities, breakdowns, vacations, patience."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatepair.twin.distributions import Constant, Distribution, Exponential, Gamma, Lognormal, Uniform
from gatepair.twin.network.network import Network
from gatepair.twin.results import Run
from twin.theory import chains, formulas
from twin.theory.reading import busy, poisson, queue, share, sojourn, ticks, wait, wait_square
from twin.theory.study import Case


def desk(rate: float, service: Distribution, servers: int = 1) -> Callable[[], Network]:
    """Return the maker of one station with Poisson arrivals."""

    def build() -> Network:
        net = Network("one station")
        station = net.resource("desk", servers)
        route = net.route("truck")
        route.use(station, service, name="desk")
        route.exit("done")
        poisson(net, route, rate)
        return net

    return build


def waits(run: Run) -> Mapping[str, float]:
    """Observe what the common formulas give."""
    return {"wait": wait(run), "wait²": wait_square(run), "waiting": queue(run), "busy": busy(run)}


def mm(rate: float, servers: int, *, until: float) -> Case:
    """Return the M/M/c queue with mean service 1."""
    mean = formulas.mmc_wait(rate, 1.0, servers)
    truth = {
        "wait": mean,
        "wait²": formulas.mmc_wait_square(rate, 1.0, servers),
        "waiting": rate * mean,
        "busy": rate,
    }
    build = desk(rate, Exponential(ticks(1)), servers)
    return Case(f"M/M/{servers}", "Erlang 1917", build, truth, waits, until=until, warm_up=1500)


def mg(name: str, rate: float, service: Distribution, moments: formulas.Service) -> Case:
    """Return the M/G/1 queue."""
    mean = formulas.mg1_wait(rate, moments)
    truth = {
        "wait": mean,
        "wait²": formulas.mg1_wait_square(rate, moments),
        "waiting": rate * mean,
        "busy": rate * moments.mean,
    }
    source = "Pollaczek 1930, Khinchine 1932, Takács 1962"
    return Case(name, source, desk(rate, service), truth, waits, until=25_000, warm_up=1000)


def infinite() -> Case:
    """M/G/∞: the number present has the mean of the load, whatever the law."""
    build = desk(0.7, Lognormal(ticks(10), 1.5), 100_000)
    truth = {"busy": 7.0, "waiting": 0.0, "sojourn": 10.0}
    return Case(
        "M/G/∞",
        "Palm 1938",
        build,
        truth,
        lambda run: {"busy": busy(run), "waiting": queue(run), "sojourn": sojourn(run)},
        until=25_000,
        warm_up=1000,
    )


def full(rate: float, *, servers: int, places: int) -> Case:
    """M/M/1/K and M/M/c/c: who finds no place goes away."""

    def build() -> Network:
        net = Network("places")
        room, station = net.resource("room", places), net.resource("desk", servers)
        route = net.route("truck")
        route.if_free(room, 1, "in")
        route.exit("lost")
        route.label("in")
        route.seize(room, 1)
        route.use(station, Exponential(ticks(1)), name="desk")
        route.release(room, 1)
        route.exit("done")
        poisson(net, route, rate)
        return net

    lost, number = formulas.mm1k(rate, places) if servers == 1 else (formulas.erlang_b(rate, servers), 0.0)
    number = number if servers == 1 else rate * (1 - lost)
    return Case(
        f"M/M/{servers}/{places}",
        "Kleinrock 1975 §3.6; Erlang 1917",
        build,
        {"lost": lost, "present": number},
        lambda run: {"lost": share(run, "lost", "done"), "present": busy(run, "room")},
        until=25_000,
        warm_up=200,
    )


def balking() -> Case:
    """M/M/1/4 once more: who sees three waiting goes away."""

    def build() -> Network:
        net = Network("balking")
        station = net.resource("desk", 1)
        route = net.route("truck")
        route.if_queue(station, 3, "lost")
        route.use(station, Exponential(ticks(1)), name="desk")
        route.exit("done")
        route.label("lost")
        route.exit("lost")
        poisson(net, route, 0.9)
        return net

    lost, number = formulas.mm1k(0.9, 4)
    return Case(
        "M/M/1, three may wait",
        "Kleinrock 1975 §3.6",
        build,
        {"lost": lost, "present": number},
        lambda run: {"lost": share(run, "lost", "done"), "present": queue(run) + busy(run)},
        until=25_000,
        warm_up=200,
    )


def trying_again() -> Case:
    """Who finds the server busy goes for a while and tries again, until it is free."""
    rate, again = 0.5, 2.0

    def build() -> Network:
        net = Network("retrial")
        station = net.resource("desk", 1)
        orbit = net.resource("orbit", 10_000)
        route = net.route("truck")
        route.label("again")
        route.use(station, Exponential(ticks(1)), name="desk", at_once=True, on_renege="away")
        route.exit("done")
        route.label("away")
        route.use(orbit, Exponential(ticks(again)), name="away")
        route.goto("again")
        poisson(net, route, rate)
        return net

    away = formulas.retrial_orbit(rate, 1.0, again=again)
    return Case(
        "M/M/1 with retrials",
        "Falin and Templeton 1997 §1.2",
        build,
        {"away": away, "sojourn": away / rate + 1.0},
        lambda run: {"away": busy(run, "orbit"), "sojourn": sojourn(run)},
        until=25_000,
        warm_up=1000,
    )


def together() -> Case:
    """Two lanes share one clerk: both are needed at once, and the clerk is never idle while somebody waits."""
    rates = (0.3, 0.45)

    def build() -> Network:
        net = Network("shared clerk")
        clerk = net.resource("clerk", 1)
        for number, rate in enumerate(rates):
            lane = net.resource(f"lane {number}", 1)
            route = net.route(f"truck {number}")
            route.seize_all([(lane, 1), (clerk, 1)])
            route.delay(Exponential(ticks(1)), name=f"check {number}")
            route.release(clerk)
            route.release(lane)
            route.exit("done")
            poisson(net, route, rate, name=f"trucks {number}")
        return net

    load = sum(rates)
    return Case(
        "clerk shared by two lanes",
        "Erlang 1917, any order of service",
        build,
        {"waiting": load**2 / (1 - load), "busy": load},
        lambda run: {"waiting": queue(run, "lane 0") + queue(run, "lane 1"), "busy": busy(run, "clerk")},
        until=25_000,
        warm_up=1000,
    )


def loss_any_law() -> Case:
    """M/G/c/c by a request that is not repeated: Erlang's loss does not feel the law of the service."""

    def build() -> Network:
        net = Network("loss")
        station = net.resource("desk", 6)
        route = net.route("truck")
        route.use(station, Lognormal(ticks(1), 1.2), name="desk", patience=Constant(0), on_renege="lost")
        route.exit("done")
        route.label("lost")
        route.exit("lost")
        poisson(net, route, 4.5)
        return net

    return Case(
        "M/G/6/6",
        "Erlang 1917, Sevastyanov 1957",
        build,
        {"lost": formulas.erlang_b(4.5, 6)},
        lambda run: {"lost": share(run, "lost", "done")},
        until=8_000,
        warm_up=100,
    )


def several_units() -> Case:
    """Two classes that need one and three units at once, or leave."""

    def build() -> Network:
        net = Network("units")
        yard = net.resource("yard", 10)
        for name, rate, units in (("small", 3.0, 1), ("large", 0.8, 3)):
            route = net.route(name)
            route.if_free(yard, units, f"in {name}")
            route.exit(f"lost {name}")
            route.label(f"in {name}")
            route.seize(yard, units)
            route.delay(Exponential(ticks(1)), name=f"stand {name}")
            route.release(yard, units)
            route.exit(f"done {name}")
            poisson(net, route, rate, name=name)
        return net

    small, large = formulas.kaufman_roberts(10, [(3.0, 1), (0.8, 3)])
    return Case(
        "loss of several units",
        "Kaufman 1981, Roberts 1981",
        build,
        {"lost small": small, "lost large": large},
        lambda run: {f"lost {size}": share(run, f"lost {size}", f"done {size}") for size in ("small", "large")},
        until=15_000,
        warm_up=100,
    )


CLASSES = ("first", "second")
RATES = (0.25, 0.35)
LAWS = (Lognormal(ticks(1.2), 0.8), Uniform(0, ticks(2.4)))
MOMENTS = (formulas.lognormal(1.2, 0.8), formulas.uniform(0.0, 2.4))


def two_classes(
    rates: tuple[float, float], laws: tuple[Distribution, Distribution], *, servers: int, preempt: bool
) -> Callable[[], Network]:
    """Return the maker of a station with a first and a second class."""

    def build() -> Network:
        net = Network("two classes")
        station = net.resource("desk", servers)
        net.classes(*CLASSES)
        for level, (name, rate, law) in enumerate(zip(CLASSES, rates, laws, strict=True), start=1):
            route = net.route(name)
            route.use(station, law, name=name, preempt=preempt)
            route.exit("done")
            poisson(net, route, rate, name=name, cls=name, priority=level)
        return net

    return build


def sojourns(run: Run) -> Mapping[str, float]:
    """Observe the mean sojourn of each class and the number present."""
    found = {f"sojourn {name}": sojourn(run, "done", name) for name in CLASSES}
    return {**found, "waiting": queue(run)}


def cobham() -> Case:
    """Non-preemptive priorities with different laws."""
    both = formulas.priority_waits(RATES, MOMENTS)
    truth = {f"sojourn {name}": wait + law.mean for name, wait, law in zip(CLASSES, both, MOMENTS, strict=True)}
    truth["waiting"] = sum(rate * wait for rate, wait in zip(RATES, both, strict=True))
    build = two_classes(RATES, LAWS, servers=1, preempt=False)
    return Case("priorities, M/G/1", "Cobham 1954", build, truth, sojourns, until=25_000, warm_up=1000)


def cobham_servers() -> Case:
    """Non-preemptive priorities at four servers."""
    rates = (1.2, 2.2)
    both = formulas.priority_waits_servers(rates, 1.0, 4)
    truth = {f"sojourn {name}": wait + 1.0 for name, wait in zip(CLASSES, both, strict=True)}
    truth["waiting"] = sum(rate * wait for rate, wait in zip(rates, both, strict=True))
    build = two_classes(rates, (Exponential(ticks(1)),) * 2, servers=4, preempt=False)
    return Case("priorities, M/M/4", "Cobham 1954", build, truth, sojourns, until=12_000, warm_up=500)


def preemptive() -> Case:
    """Preemptive-resume priorities with different laws."""
    both = formulas.preemptive_sojourns(RATES, MOMENTS)
    truth = {f"sojourn {name}": value for name, value in zip(CLASSES, both, strict=True)}
    build = two_classes(RATES, LAWS, servers=1, preempt=True)
    return Case("interruption, M/G/1", "Miller 1960", build, truth, sojourns, until=25_000, warm_up=1000)


def preemptive_servers() -> Case:
    """Interruption at three servers: the first class has an M/M/3 queue of its own, all together have theirs."""
    rates = (1.3, 1.1)
    alone = formulas.mmc_wait(rates[0], 1.0, 3) + 1.0
    whole = sum(rates) * (formulas.mmc_wait(sum(rates), 1.0, 3) + 1.0)
    truth = {"sojourn first": alone, "sojourn second": (whole - rates[0] * alone) / rates[1]}
    build = two_classes(rates, (Exponential(ticks(1)),) * 2, servers=3, preempt=True)
    return Case("interruption, M/M/3", "Erlang 1917, by the chain", build, truth, sojourns, until=15_000, warm_up=500)


def broken(mode: str) -> Case:
    """A server that breaks down: the service stops, or is finished first, or is finished during the repair."""
    rate, up, down = 0.5, 10.0, 3.0

    def build() -> Network:
        net = Network("breakdowns")
        station = net.resource("desk", 1)
        route = net.route("truck")
        route.use(station, Exponential(ticks(1)), name="desk")
        route.exit("done")
        poisson(net, route, rate)
        net.breakdown(station, up=Exponential(ticks(up)), down=Exponential(ticks(down)), mode=mode)
        return net

    number = chains.breakdowns(rate, 1.0, up=up, down=down)[mode]
    return Case(
        f"breakdowns, {mode}",
        "White and Christie 1958; chain",
        build,
        {"sojourn": number / rate},
        lambda run: {"sojourn": sojourn(run)},
        until=25_000,
        warm_up=1000,
    )


def vacations() -> Case:
    """A server that goes away again and again while nobody is there."""
    rate, service, away = 0.5, formulas.gamma(1.0, 0.5), formulas.uniform(1.0, 3.0)

    def build() -> Network:
        net = Network("vacations")
        station = net.resource("desk", 1)
        net.classes("truck", "clerk")
        route = net.route("truck")
        route.use(station, Gamma(ticks(1), 0.5), name="desk")
        route.exit("done")
        poisson(net, route, rate, cls="truck", priority=1)
        clerk = net.route("clerk")
        clerk.label("away")
        clerk.use(station, Uniform(ticks(1), ticks(3)), name="vacation")
        clerk.goto("away")
        net.arrivals("clerk", clerk, at=[0], cls="clerk", priority=15)
        return net

    return Case(
        "vacations",
        "Fuhrmann and Cooper 1985",
        build,
        {"sojourn": formulas.mg1_vacation_wait(rate, service, away) + 1.0},
        lambda run: {"sojourn": sojourn(run, "done", "truck")},
        until=25_000,
        warm_up=1000,
    )


def polling() -> Case:
    """One clerk serves two queues in turn, each until it is empty, and walks between them."""
    rate, service, walk = 0.3, formulas.lognormal(1.0, 0.7), formulas.uniform(0.2, 1.0)

    def build() -> Network:
        net = Network("polling")
        net.classes("truck", "clerk")
        windows = [net.resource(f"window {number}", 1) for number in (0, 1)]
        for number, window in enumerate(windows):
            route = net.route(f"truck {number}")
            route.use(window, Lognormal(ticks(1), 0.7), name=f"window {number}")
            route.exit("done")
            poisson(net, route, rate, name=f"trucks {number}", cls="truck", priority=1)
        clerk = net.route("clerk")
        clerk.seize(windows[0], 1)
        clerk.seize(windows[1], 1)
        clerk.label("round")
        for number, window in enumerate(windows):
            clerk.delay(Uniform(ticks(0.2), ticks(1.0)), name=f"walk {number}")
            clerk.release(window, 1)
            clerk.seize(window, 1)
        clerk.goto("round")
        net.arrivals("clerk", clerk, at=[0], cls="clerk", priority=15)
        return net

    return Case(
        "polling of two",
        "Takagi 1986 §4",
        build,
        {"sojourn": formulas.polling_wait(rate, service, walk, queues=2) + 1.0},
        lambda run: {"sojourn": sojourn(run, "done", "truck")},
        until=25_000,
        warm_up=1000,
    )


def giving_up() -> Case:
    """Erlang-A: who waits too long goes away."""
    rate, servers, patience = 5.5, 5, 2.0

    def build() -> Network:
        net = Network("patience")
        station = net.resource("desk", servers)
        route = net.route("truck")
        route.use(station, Exponential(ticks(1)), name="desk", patience=Exponential(ticks(patience)), on_renege="gone")
        route.exit("done")
        route.label("gone")
        route.exit("gone")
        poisson(net, route, rate)
        return net

    lost, waiting = chains.erlang_a(rate, 1.0, servers=servers, patience=patience)
    return Case(
        "Erlang-A",
        "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
        build,
        {"given up": lost, "waiting": waiting},
        lambda run: {"given up": share(run, "gone", "done"), "waiting": queue(run)},
        until=6_000,
        warm_up=200,
    )


def held_by_the_return() -> Case:
    """One vehicle is free again only after its empty return, which a second entity makes: an M/G/1 queue."""
    rate = 0.25
    service = formulas.exponential(1.2) + formulas.exponential(1.6)

    def build() -> Network:
        net = Network("vehicle")
        vehicle = net.resource("vehicle", 1)
        route = net.route("truck")
        route.seize(vehicle, 1)
        route.delay(Exponential(ticks(1.2)), name="carry")
        route.spawn("empty return")
        route.exit("done")
        route.label("empty return")
        route.delay(Exponential(ticks(1.6)), name="return")
        route.release(vehicle, 1)
        route.exit("returned")
        poisson(net, route, rate)
        return net

    mean = formulas.mg1_wait(rate, service)
    return Case(
        "vehicle with empty return",
        "Pollaczek 1930, Khinchine 1932",
        build,
        {"wait": mean, "wait²": formulas.mg1_wait_square(rate, service), "busy": rate * 2.8},
        lambda run: {"wait": wait(run, "vehicle"), "wait²": wait_square(run, "vehicle"), "busy": busy(run, "vehicle")},
        until=50_000,
        warm_up=2000,
    )


def mixed_laws() -> Case:
    """A branch chooses the law of the service: the M/G/1 queue of the mixture."""
    rate = 0.4
    moments = formulas.mixture([(0.7, formulas.constant(1.0)), (0.3, formulas.exponential(3.0))])

    def build() -> Network:
        net = Network("mixture")
        station = net.resource("desk", 1)
        route = net.route("truck")
        route.seize(station, 1)
        route.branch({"green": (0.7, "green"), "red": (0.3, "red")}, name="colour")
        route.label("green")
        route.delay(Constant(ticks(1)), name="green")
        route.goto("end")
        route.label("red")
        route.delay(Exponential(ticks(3)), name="red")
        route.label("end")
        route.release(station, 1)
        route.exit("done")
        poisson(net, route, rate)
        return net

    return Case(
        "mixture of channels",
        "Pollaczek 1930, Khinchine 1932",
        build,
        {"wait": formulas.mg1_wait(rate, moments), "wait²": formulas.mg1_wait_square(rate, moments)},
        lambda run: {"wait": wait(run), "wait²": wait_square(run)},
        until=40_000,
        warm_up=1000,
    )


CASES: tuple[Case, ...] = (
    mm(0.8, 1, until=30_000),
    mm(4.25, 5, until=10_000),
    mg("M/D/1", 0.8, Constant(ticks(1)), formulas.constant(1.0)),
    mg("M/lognormal/1", 0.7, Lognormal(ticks(1), 0.6), formulas.lognormal(1.0, 0.6)),
    mg("M/gamma/1", 0.7, Gamma(ticks(1), 0.5), formulas.gamma(1.0, 0.5)),
    mg("M/gamma/1, wide", 0.6, Gamma(ticks(1), 1.5), formulas.gamma(1.0, 1.5)),
    mg("M/uniform/1", 0.7, Uniform(ticks(0.2), ticks(1.8)), formulas.uniform(0.2, 1.8)),
    mixed_laws(),
    infinite(),
    full(0.9, servers=1, places=4),
    full(4.0, servers=5, places=5),
    balking(),
    trying_again(),
    together(),
    loss_any_law(),
    several_units(),
    cobham(),
    cobham_servers(),
    preemptive(),
    preemptive_servers(),
    broken("interrupt"),
    broken("finish"),
    broken("overlap"),
    vacations(),
    polling(),
    giving_up(),
    held_by_the_return(),
)
