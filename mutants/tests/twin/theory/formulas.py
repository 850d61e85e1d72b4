"""What queueing theory says, in closed form or by one root: the values that simulated means must reach.

Rates are per unit of time and times are in that unit; ``wait`` is time in the queue, ``sojourn`` is wait and service.
Each function names its source.  Nothing here uses the twin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq


def erlang_b(load: float, servers: int) -> float:
    """Return the share of arrivals lost at ``servers`` without a queue, offered ``load`` = rate × mean service.

    Source: Erlang 1917; insensitive to the law of the service (Sevastyanov 1957).
    """
    lost = 1.0
    for number in range(1, servers + 1):
        lost = load * lost / (number + load * lost)
    return lost


def erlang_c(load: float, servers: int) -> float:
    """Return the share of arrivals that wait at an M/M/c queue.

    Source: Erlang 1917, written through the loss formula (Cooper, Introduction to Queueing Theory, 1981, §3.5).
    """
    lost = erlang_b(load, servers)
    return servers * lost / (servers - load * (1 - lost))


def mmc_wait(rate: float, mean: float, servers: int) -> float:
    """Return the mean wait of an M/M/c queue.  Source: Kleinrock, Queueing Systems I, 1975, §3.5."""
    load = rate * mean
    return erlang_c(load, servers) * mean / (servers - load)


def mmc_wait_square(rate: float, mean: float, servers: int) -> float:
    """Return the second moment of the wait of an M/M/c queue: those who wait, wait exponentially.

    Source: Kleinrock I, 1975, §3.5.
    """
    load = rate * mean
    return 2 * erlang_c(load, servers) * (mean / (servers - load)) ** 2


@dataclass(frozen=True, slots=True)
class Service:
    """The first three moments of a service time."""

    mean: float
    square: float
    cube: float

    def __add__(self, other: Service) -> Service:
        """Return the moments of the sum of two independent times."""
        return Service(
            self.mean + other.mean,
            self.square + 2 * self.mean * other.mean + other.square,
            self.cube + 3 * self.square * other.mean + 3 * self.mean * other.square + other.cube,
        )


def constant(value: float) -> Service:
    """Return the moments of a constant."""
    return Service(value, value**2, value**3)


def exponential(mean: float) -> Service:
    """Return the moments of an exponential time."""
    return Service(mean, 2 * mean**2, 6 * mean**3)


def uniform(low: float, high: float) -> Service:
    """Return the moments of a uniform time."""
    span = high - low
    return Service((low + high) / 2, (high**3 - low**3) / (3 * span), (high**4 - low**4) / (4 * span))


def lognormal(mean: float, cv: float) -> Service:
    """Return the moments of a lognormal time with coefficient of variation ``cv``."""
    factor = 1 + cv**2
    return Service(mean, mean**2 * factor, mean**3 * factor**3)


def gamma(mean: float, cv: float) -> Service:
    """Return the moments of a gamma time with coefficient of variation ``cv``."""
    square = cv**2
    return Service(mean, mean**2 * (1 + square), mean**3 * (1 + square) * (1 + 2 * square))


def mixture(parts: Sequence[tuple[float, Service]]) -> Service:
    """Return the moments of a time that is drawn from one of several laws with given shares."""
    return Service(
        sum(share * part.mean for share, part in parts),
        sum(share * part.square for share, part in parts),
        sum(share * part.cube for share, part in parts),
    )


def mg1_wait(rate: float, service: Service) -> float:
    """Return the mean wait of an M/G/1 queue.  Source: Pollaczek 1930, Khinchine 1932."""
    return rate * service.square / (2 * (1 - rate * service.mean))


def mg1_wait_square(rate: float, service: Service) -> float:
    """Return the second moment of the wait of an M/G/1 queue.  Source: Takács 1962 (Kleinrock I, eq. 5.113)."""
    return 2 * mg1_wait(rate, service) ** 2 + rate * service.cube / (3 * (1 - rate * service.mean))


def mg1_vacation_wait(rate: float, service: Service, vacation: Service) -> float:
    """Return the mean wait where an idle server goes away again and again.

    Source: Fuhrmann and Cooper 1985, Operations Research 33(5).
    """
    return mg1_wait(rate, service) + vacation.square / (2 * vacation.mean)


def polling_wait(rate: float, service: Service, walk: Service, *, queues: int) -> float:
    """Return the mean wait of symmetric exhaustive polling; ``rate`` is of one queue, ``walk`` of one walk.

    Source: Takagi, Analysis of Polling Systems, 1986, §4.
    """
    load = queues * rate * service.mean
    spread = (walk.square - walk.mean**2) / (2 * walk.mean)
    return spread + (queues * rate * service.square + walk.mean * (queues - load)) / (2 * (1 - load))


def mm1k(load: float, places: int) -> tuple[float, float]:
    """Return the share lost and the mean number present of an M/M/1 queue with ``places`` in all.

    Source: Kleinrock I, 1975, §3.6.
    """
    weights = [load**number for number in range(places + 1)]
    whole = sum(weights)
    return weights[-1] / whole, sum(number * weight for number, weight in enumerate(weights)) / whole


def priority_waits(rates: Sequence[float], services: Sequence[Service]) -> list[float]:
    """Return the mean wait of each class, first class first, at an M/G/1 queue that never interrupts a service.

    Source: Cobham 1954, Operations Research 2(1).
    """
    residual = sum(rate * service.square for rate, service in zip(rates, services, strict=True)) / 2
    waits, above = [], 0.0
    for rate, service in zip(rates, services, strict=True):
        upto = above + rate * service.mean
        waits.append(residual / ((1 - above) * (1 - upto)))
        above = upto
    return waits


def priority_waits_servers(rates: Sequence[float], mean: float, servers: int) -> list[float]:
    """Return the mean wait of each class at an M/M/c queue with one service law and no interruption.

    Source: Cobham 1954; Gross and Harris, Fundamentals of Queueing Theory, §3.4.
    """
    load = sum(rates) * mean
    first = erlang_c(load, servers) * mean / servers
    waits, above = [], 0.0
    for rate in rates:
        upto = above + rate * mean / servers
        waits.append(first / ((1 - above) * (1 - upto)))
        above = upto
    return waits


def preemptive_sojourns(rates: Sequence[float], services: Sequence[Service]) -> list[float]:
    """Return the mean sojourn of each class at an M/G/1 queue where a higher class interrupts and service resumes.

    Source: Miller 1960; Kleinrock, Queueing Systems II, 1976, §3.4.
    """
    sojourns, above, residual = [], 0.0, 0.0
    for rate, service in zip(rates, services, strict=True):
        upto = above + rate * service.mean
        residual += rate * service.square / 2
        sojourns.append(service.mean / (1 - above) + residual / ((1 - above) * (1 - upto)))
        above = upto
    return sojourns


def interruption_sojourn(rate: float, mean: float, *, up: float, down: float) -> float:
    """Return the mean sojourn of an M/M/1 queue whose server breaks down, idle or busy, and resumes.

    Up and down times are exponential with the given means.
    Source: White and Christie 1958; Avi-Itzhak and Naor 1963, Operations Research 11(3), model A.
    """
    fails, mends, served = 1 / up, 1 / down, 1 / mean
    share_up = mends / (fails + mends)
    number = rate * ((fails + mends) ** 2 + fails * served) / ((fails + mends) ** 2 * (served * share_up - rate))
    return number / rate


def gim1_root(transform: Callable[[float], float], served: float) -> float:
    """Return the share of arrivals that wait at a GI/M/1 queue, from the transform of the time between arrivals.

    Source: Kendall 1953; Kleinrock I, 1975, §6.4.
    """
    return float(brentq(lambda root: transform(served * (1 - root)) - root, 0.0, 1 - 1e-9, xtol=1e-15))


def gim1_wait(transform: Callable[[float], float], served: float) -> float:
    """Return the mean wait of a GI/M/1 queue with service rate ``served``.  Source: as :func:`gim1_root`."""
    root = gim1_root(transform, served)
    return root / (served * (1 - root))


def constant_transform(gap: float) -> Callable[[float], float]:
    """Return the Laplace transform of a constant time between arrivals."""
    return lambda at: math.exp(-at * gap)


def missing_transform(gap: float, absent: float) -> Callable[[float], float]:
    """Return the transform where each of the appointments, ``gap`` apart, is missed with probability ``absent``."""

    def transform(at: float) -> float:
        one = math.exp(-at * gap)
        return (1 - absent) * one / (1 - absent * one)

    return transform


def erlang_transform(rate: float, stages: int) -> Callable[[float], float]:
    """Return the transform of the sum of ``stages`` exponential times with ``rate`` each."""
    return lambda at: (rate / (rate + at)) ** stages


def group_arrivals_present(load: float, size: int) -> float:
    """Return the mean number present of an M/M/1 queue whose arrivals come in groups of ``size``.

    Source: Gross and Harris, §3.1 (bulk input).
    """
    return load * (1 + size) / (2 * (1 - load))


def retrial_orbit(rate: float, mean: float, *, again: float) -> float:
    """Return the mean number away at an M/M/1 station without a queue, each of whom tries again after ``again``.

    Source: Falin and Templeton, Retrial Queues, 1997, §1.2.
    """
    load = rate * mean
    return load * (rate * again + load) / (1 - load)


def fork_join_sojourn(rate: float, served: float) -> float:
    """Return the mean time until both halves of a job are done at two M/M/1 queues.

    Source: Flatto and Hahn 1984; Nelson and Tantawi 1988, IEEE Transactions on Computers 37(6).
    """
    load = rate / served
    return (12 - load) / 8 / (served - rate)


def jackson_rates(outside: Sequence[float], routing: Sequence[Mapping[int, float]]) -> list[float]:
    """Return the rate through each station of an open network.  Source: Jackson 1957, Operations Research 5(4)."""
    size = len(outside)
    matrix = np.eye(size)
    for start, ways in enumerate(routing):
        for aim, share in ways.items():
            matrix[aim, start] -= share
    return [float(rate) for rate in np.linalg.solve(matrix, np.asarray(outside, dtype=float))]


def mean_value_analysis(visits: Sequence[tuple[float, float]], *, think: float, customers: int) -> list[float]:
    """Return throughput and mean number at each single server of a closed network.

    ``visits`` holds visit ratio and mean service of each station; ``think`` is the delay away from all of them.
    Source: Reiser and Lavenberg 1980, Journal of the ACM 27(2).
    """
    present = [0.0] * len(visits)
    through = 0.0
    for number in range(1, customers + 1):
        sojourns = [ratio * mean * (1 + here) for (ratio, mean), here in zip(visits, present, strict=True)]
        through = number / (think + sum(sojourns))
        present = [through * sojourn for sojourn in sojourns]
    return [through, *present]


def kaufman_roberts(capacity: int, classes: Sequence[tuple[float, int]]) -> list[float]:
    """Return the share lost of each class that needs several units at once; a class is (offered load, units).

    Source: Kaufman 1981; Roberts 1981.
    """
    weights = [1.0]
    for used in range(1, capacity + 1):
        weights.append(sum(load * units * weights[used - units] for load, units in classes if units <= used) / used)
    whole = sum(weights)
    return [sum(weights[capacity - units + 1 :]) / whole for _, units in classes]


def infinite_present(steps: Sequence[tuple[float, float]], mean: float, at: float) -> float:
    """Return the mean number present at ``at`` of an M(t)/M/∞ station that began empty.

    ``steps`` holds the instants from which a rate holds.  The mean solves m' = rate(t) − m/mean, step by step.
    Source: Eick, Massey and Whitt 1993, Operations Research 41(4).
    """
    present = 0.0
    ends = [start for start, _ in steps[1:]] + [math.inf]
    for (start, rate), end in zip(steps, ends, strict=True):
        if start >= at:
            break
        fade = math.exp(-(min(end, at) - start) / mean)
        present = present * fade + rate * mean * (1 - fade)
    return present


def timed_batch(rate: float, size: int, limit: float) -> tuple[float, float]:
    """Return the mean size of a batch and the mean wait of a member for its batch to leave.

    A batch leaves when ``size`` members are there or ``limit`` after its first member came; arrivals are Poisson.
    By hand: the batch is open for min(limit, the time to size − 1 further arrivals); the waits of all members are
    the integral of the number present.
    """

    def chance(number: int, upto: float) -> float:
        return math.exp(-rate * upto) * (rate * upto) ** number / math.factorial(number)

    mean_size = 1 + sum(min(number, size - 1) * chance(number, limit) for number in range(size - 1))
    mean_size += (size - 1) * (1 - sum(chance(number, limit) for number in range(size - 1)))
    # The integral over the open time of the number present: state k lasts while k - 1 have come after the first.
    total = 0.0
    for present in range(1, size):
        spent = (1 - sum(chance(number, limit) for number in range(present))) / rate
        total += present * spent
    return mean_size, total / mean_size


def working_time_held(span: float, opening: tuple[float, float], work: float) -> float:
    """Return the mean time from a uniform arrival in a period to the end of ``work`` done only inside ``opening``.

    The work fits into one opening.  By hand: who comes while open and in time is held ``work``; who comes later
    finishes after the next opening has begun; who comes while closed waits for it.
    """
    opens, closes = opening
    open_for = closes - opens
    closed_for = span - open_for
    in_time = (open_for - work) * work
    too_late = work * (work + closed_for)
    closed = closed_for * (closed_for / 2 + work)
    return (in_time + too_late + closed) / span
