"""Models whose rates, servers or arrivals follow the clock: profiles, appointments, closings, quotas, warm starts."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gatepair.twin.distributions import Constant, Exponential, Uniform
from gatepair.twin.network.network import Network
from gatepair.twin.results import Run
from twin.theory import chains, formulas
from twin.theory.reading import poisson, queue, sojourn, ticks, wait
from twin.theory.study import MINUTE, Case

PROFILE = ((0.0, 0.2), (60.0, 1.0), (120.0, 2.5), (180.0, 0.6), (240.0, 0.0))
LOOKS = (60.0, 120.0, 150.0, 180.0, 240.0, 300.0)


def there(run: Run) -> Mapping[str, float]:
    """Observe the number present at the looks, every half hour of which is kept."""
    return {f"at {look:.0f}": float(run.series.present()[int(look / 30) - 1]) for look in LOOKS}


def profile() -> Case:
    """M(t)/M/∞: the mean number present follows the differential equation."""

    def build() -> Network:
        net = Network("profile")
        route = net.route("truck")
        route.delay(Exponential(ticks(40)), name="stay")
        route.exit("done")
        net.poisson("trucks", route, rate=[(ticks(start), rate / MINUTE) for start, rate in PROFILE])
        return net

    truth = {f"at {look:.0f}": formulas.infinite_present(PROFILE, 40.0, look) for look in LOOKS}
    source = "Eick, Massey and Whitt 1993"
    return Case("M(t)/M/∞", source, build, truth, there, until=300.5, replications=400, snapshot_every=30)


def closing() -> Case:
    """A queue by the clock: rates and servers change, and at closing the service pauses."""
    steps = ((0.0, 0.5, 0), (30.0, 1.5, 2), (90.0, 1.5, 1), (120.0, 0.8, 3), (210.0, 0.3, 0))

    def build() -> Network:
        net = Network("closing")
        changes = [(ticks(start), servers) for start, _, servers in steps[1:]]
        station = net.resource("desk", steps[0][2], closing="pause", changes=changes)
        route = net.route("truck")
        route.use(station, Exponential(ticks(1.5)), name="desk")
        route.exit("done")
        net.poisson("trucks", route, rate=[(ticks(start), rate / MINUTE) for start, rate, _ in steps])
        return net

    looks = (60.0, 120.0, 150.0, 180.0, 240.0, 300.0)
    means = chains.open_and_closed(steps, mean=1.5, most=250, times=looks)
    truth = {f"at {look:.0f}": mean for look, mean in zip(looks, means, strict=True)}
    source = "Kolmogorov's equations"
    return Case("M(t)/M/c(t), pausing", source, build, truth, there, until=300.5, replications=400, snapshot_every=30)


def warm_start() -> Case:
    """Twenty trucks stand in the queue at the start: the mean number present follows the equations from there."""
    steps = ((0.0, 1.0, 3),)

    def build() -> Network:
        net = Network("warm start")
        station = net.resource("desk", 3)
        route = net.route("truck")
        route.label("queue")
        route.use(station, Exponential(ticks(2)), name="desk")
        route.exit("done")
        poisson(net, route, 1.0)
        net.present(route, at="queue", count=40)
        return net

    means = chains.open_and_closed(steps, mean=2.0, most=250, times=LOOKS, begun=40)
    truth = {f"at {look:.0f}": mean for look, mean in zip(LOOKS, means, strict=True)}
    source = "Kolmogorov's equations"
    return Case("warm start of M/M/3", source, build, truth, there, until=300.5, replications=400, snapshot_every=30)


def appointed(absent: float) -> Case:
    """Appointments at equal gaps, some of which are missed: D/M/1 and its thinning."""
    gap = 1.25 if not absent else 1.0
    until = 25_000

    def build() -> Network:
        net = Network("appointments")
        station = net.resource("desk", 1)
        route = net.route("truck")
        route.use(station, Exponential(ticks(1)), name="desk")
        route.exit("done")
        at = [ticks(gap * number) for number in range(1, int(until / gap) + 1)]
        if absent:
            net.appointments("booked", route, at=at, earliness=Constant(0), no_show=absent)
        else:
            net.arrivals("booked", route, at=at)
        return net

    transform = formulas.missing_transform(gap, absent)
    name = "D/M/1" if not absent else "appointments, a quarter missed"
    return Case(
        name,
        "Kendall 1953",
        build,
        {"wait": formulas.gim1_wait(transform, 1.0)},
        lambda run: {"wait": wait(run)},
        until=until,
        warm_up=1000,
    )


def early() -> Case:
    """Appointments come up to an hour early and stay for an exponential time; the number present is known at any time.

    By hand: the mean number present at t is the sum over appointments of the chance to have come and not yet gone.
    """
    slots = [30.0 * number for number in range(2, 10)]
    spread, stay = 60.0, 40.0

    def chance(slot: float, at: float) -> float:
        """Integrate the exponential stay over the uniform arrival in [slot − spread, slot]."""
        low, high = slot - spread, min(slot, at)
        if high <= low:
            return 0.0
        return stay * (math.exp(-(at - high) / stay) - math.exp(-(at - low) / stay)) / spread

    def build() -> Network:
        net = Network("early")
        route = net.route("truck")
        route.delay(Exponential(ticks(stay)), name="stay")
        route.exit("done")
        at = [ticks(slot) for slot in slots]
        net.appointments("booked", route, at=at, earliness=Uniform(0, ticks(spread)), no_show=0.2)
        return net

    truth = {f"at {look:.0f}": sum(0.8 * chance(slot, look) for slot in slots) for look in LOOKS}
    return Case("early appointments", "by hand", build, truth, there, until=300.5, replications=600, snapshot_every=30)


def quota() -> Case:
    """So many may pass each span; what is left over is lost."""
    rate, units, span = 0.9, 12, 12.0

    def build() -> Network:
        net = Network("quota")
        allowed = net.quota("quota", units, refills=[ticks(span * number) for number in range(1, 2001)])
        route = net.route("truck")
        route.seize(allowed, 1)
        route.spend(allowed, 1)
        route.exit("done")
        poisson(net, route, rate)
        return net

    waiting = chains.quota_waiting(rate, units, span)
    return Case(
        "quota of a span",
        "by hand, backlog at refills",
        build,
        {"waiting": waiting, "wait": waiting / rate},
        lambda run: {"waiting": queue(run, "quota"), "wait": wait(run, "quota")},
        until=24_000,
        warm_up=1200,
    )


def laboratory() -> Case:
    """Work that is done only inside opening hours, begun at any time."""
    period, opening, work = 24.0 * 60, (8.0 * 60, 18.0 * 60), 180.0
    periods = 200

    def build() -> Network:
        net = Network("laboratory")
        hours = net.calendar(
            "hours", [(ticks(day * period + opening[0]), ticks(day * period + opening[1])) for day in range(periods)]
        )
        route = net.route("sample")
        route.work(hours, Constant(ticks(work)), name="analysis")
        route.exit("done")
        poisson(net, route, 0.05)
        return net

    return Case(
        "work in opening hours",
        "by hand, uniform arrival",
        build,
        {"held": formulas.working_time_held(period, opening, work)},
        lambda run: {"held": sojourn(run)},
        until=(periods - 5) * period,
        warm_up=10 * period,
        replications=12,
    )


def tidal() -> Case:
    """One lane is turned from one side to the other and back; a turn waits for the service in hand."""
    rates, turns, looks = (0.4, 0.3), (25.0, 55.0, 95.0, 125.0), (30.0, 60.0, 90.0, 120.0, 150.0)

    def build() -> Network:
        net = Network("tidal lane")
        sides = [net.resource(name, 1) for name in ("out", "in")]
        for side, rate in zip(sides, rates, strict=True):
            route = net.route(f"truck {side.name}")
            route.use(side, Exponential(ticks(1)), name=f"lane {side.name}")
            route.exit("done")
            poisson(net, route, rate, name=f"trucks {side.name}")
        net.tidal(*sides, turns=[(ticks(at), sides[1 - number % 2]) for number, at in enumerate(turns)], clear=0)
        return net

    means = chains.tidal_lane(rates, 1.0, turns=turns, times=looks, most=48)
    truth = {
        f"{side} at {look:.0f}": mean
        for look, pair in zip(looks, means, strict=True)
        for side, mean in zip(("out", "in"), pair, strict=True)
    }

    def observe(run: Run) -> Mapping[str, float]:
        """Observe who waits or is served at both sides, every half hour."""
        there = {side: run.series.queue(side) + run.series.used(side) for side in ("out", "in")}
        return {
            f"{side} at {look:.0f}": float(numbers[int(look / 30) - 1])
            for look in looks
            for side, numbers in there.items()
        }

    source = "Kolmogorov's equations"
    return Case("tidal lane", source, build, truth, observe, until=150.5, replications=600, snapshot_every=30)


CASES: tuple[Case, ...] = (
    profile(),
    closing(),
    warm_start(),
    appointed(0.0),
    appointed(0.25),
    early(),
    quota(),
    laboratory(),
    tidal(),
)
