"""Synthetic tasks for the tests of experiments; a module of its own, so that other processes can import it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatepair.twin.distributions import Exponential
from gatepair.twin.network.network import Network
from gatepair.twin.program import Program
from gatepair.twin.study.experiment import Observed
from gatepair.twin.units import hours, minutes


@dataclass(frozen=True)
class MG1:
    """One replication of a single server by Lindley's recursion, from numbered draws."""

    seed: int
    service: float
    customers: int = 200

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        draws = np.random.Generator(np.random.Philox(key=self.seed, counter=replication << 64)).random(
            (2, self.customers)
        )
        if antithetic:
            draws = 1 - draws
        gaps, services = -np.log1p(-draws[0]), self.service * -np.log1p(-draws[1])
        waits = np.zeros(self.customers)
        for i in range(1, self.customers):
            waits[i] = max(0.0, waits[i - 1] + services[i - 1] - gaps[i])
        measures = {"wait": float(waits.mean()), "longest": float(waits.max())}
        return Observed(measures, {"waits": waits[::20]}, 2 * self.customers)


@dataclass(frozen=True)
class Failing:
    """Breaks at one replication, and says only its number in all others."""

    at: int
    error: Callable[[], BaseException]

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        if replication == self.at:
            raise self.error()
        return Observed({"number": float(replication)})


@dataclass(frozen=True)
class Partial:
    """Has a figure in even replications only; NaN in every fourth."""

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        if replication % 2:
            return Observed({"always": 1.0})
        return Observed({"always": 1.0, "even": math.nan if replication % 4 else float(replication)})


def desks(servers: int, *, per_hour: float = 60.0, service_min: float = 1.6) -> Program:
    """Return a synthetic M/M/c queue of trucks; the draws of a truck are the same for any number of servers."""
    net = Network(f"{servers} desks")
    desk = net.resource("desk", servers)
    route = net.route("truck")
    route.use(desk, Exponential(minutes(service_min)))
    route.exit("served")
    net.poisson("trucks", route, rate=[(0, per_hour / hours(1))])
    return net.compile()


def erlang_c_wait_min(servers: int, *, per_hour: float = 60.0, service_min: float = 1.6) -> float:
    """Return the steady mean wait of M/M/c in minutes by Erlang's formula (Erlang 1917)."""
    load = per_hour / 60 * service_min
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last) * service_min / (servers - load)
