"""Small Markov chains solved by numbers, for the models whose answer is exact but has no short formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix
from scipy.sparse.linalg import expm_multiply, spsolve

State = tuple[int, ...]
Moves = Callable[[State], Iterable[tuple[float, State]]]


@dataclass(frozen=True)
class Chain:
    """A Markov chain in continuous time: its states and its generator, one column a state that is left."""

    states: tuple[State, ...]
    generator: csc_matrix

    @classmethod
    def explored(cls, moves: Moves, *starts: State) -> Chain:
        """Return the chain of all states that ``moves`` reaches from ``starts``; it must be finite."""
        index = {start: number for number, start in enumerate(starts)}
        states = list(starts)
        rows: list[int] = []
        columns: list[int] = []
        rates: list[float] = []
        for number, state in enumerate(states):
            for rate, aim in moves(state):
                if rate <= 0:
                    continue
                if aim not in index:
                    index[aim] = len(states)
                    states.append(aim)
                rows += [index[aim], number]
                columns += [number, number]
                rates += [rate, -rate]
        size = len(states)
        return cls(tuple(states), coo_matrix((rates, (rows, columns)), shape=(size, size)).tocsc())

    def stationary(self) -> np.ndarray:
        """Return the share of time in each state."""
        size = len(self.states)
        matrix = self.generator.tolil()
        matrix[0, :] = 1.0
        whole = np.zeros(size)
        whole[0] = 1.0
        return np.asarray(spsolve(matrix.tocsc(), whole))

    def mean(self, shares: np.ndarray, value: Callable[[State], float]) -> float:
        """Return the mean of ``value`` over the states."""
        return float(sum(share * value(state) for share, state in zip(shares, self.states, strict=True)))

    def later(self, shares: np.ndarray, span: float) -> np.ndarray:
        """Return the shares ``span`` after ``shares`` held."""
        return np.asarray(expm_multiply(self.generator * span, shares))

    def at(self, state: State) -> np.ndarray:
        """Return the shares of a chain that stands in ``state``."""
        shares = np.zeros(len(self.states))
        shares[self.states.index(state)] = 1.0
        return shares


def birth_death(born: Callable[[int], float], died: Callable[[int], float], *, most: int) -> list[float]:
    """Return the share of time with each number from 0 to ``most``.  Source: Kleinrock I, 1975, §3.1."""
    weights = [1.0]
    for number in range(most):
        weights.append(weights[-1] * born(number) / died(number + 1))
    whole = sum(weights)
    return [weight / whole for weight in weights]


def erlang_a(rate: float, mean: float, *, servers: int, patience: float) -> tuple[float, float]:
    """Return the share that gives up and the mean number waiting of an M/M/c+M queue.

    Source: Palm 1957; Garnett, Mandelbaum and Reiman 2002, M&SOM 4(3).
    """
    most = servers + 400
    shares = birth_death(lambda _: rate, lambda n: min(n, servers) / mean + max(n - servers, 0) / patience, most=most)
    waiting = sum(max(number - servers, 0) * share for number, share in enumerate(shares))
    return waiting / patience / rate, waiting


def repair(machines: int, crews: int, *, up: float, down: float) -> tuple[float, float]:
    """Return the mean number of machines down and the mean wait for a crew (M/M/c//N).

    Source: Kleinrock I, 1975, §3.8.
    """
    shares = birth_death(lambda n: (machines - n) / up, lambda n: min(n, crews) / down, most=machines)
    broken = sum(number * share for number, share in enumerate(shares))
    waiting = sum(max(number - crews, 0) * share for number, share in enumerate(shares))
    return broken, waiting / ((machines - broken) / up)


def tandem_blocking(rate: float, first: float, second: float, *, room: int, most: int = 300) -> tuple[float, float]:
    """Return the mean number at the first server, blocked one with it, and at the second with its ``room``.

    Arrivals are Poisson, services exponential with rates ``first`` and ``second``; who is done at the first and finds
    no place behind stays on the first server (blocking after service).  State: waiting or served at the first,
    blocked (0 or 1), at the second, its server included.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        here, blocked, behind = state
        if here + blocked < most:
            yield rate, (here + 1, blocked, behind)
        if here > 0 and not blocked:
            yield first, (here - 1, 0, behind + 1) if behind < room + 1 else (here - 1, 1, behind)
        if behind > 0:
            yield second, (here, 0, behind) if blocked else (here, 0, behind - 1)

    chain = Chain.explored(moves, (0, 0, 0))
    shares = chain.stationary()
    return chain.mean(shares, lambda s: s[0] + s[1]), chain.mean(shares, lambda s: s[2])


def shortest_of_two(rate: float, served: float, *, most: int = 60) -> float:
    """Return the mean number present where each arrival joins the shorter of two M/M/1 queues.

    Source: the chain itself; Flatto and McKean 1977 gave its transform.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        small, large = sorted(state)
        if small < most:
            yield rate, (small + 1, large)
        if small:
            yield served, (small - 1, large)
        if large:
            yield served, (small, large - 1)

    def sorted_moves(state: State) -> Iterable[tuple[float, State]]:
        return ((flow, tuple(sorted(aim))) for flow, aim in moves(state))

    chain = Chain.explored(sorted_moves, (0, 0))
    return chain.mean(chain.stationary(), lambda s: float(sum(s)))


def breakdowns(rate: float, mean: float, *, up: float, down: float, most: int = 400) -> dict[str, float]:
    """Return the mean number present at one server that breaks down, by what happens to the service in hand.

    ``interrupt``: the service stops and later resumes.  ``finish``: it is finished and the repair begins then.
    ``overlap``: it is finished while the repair is already under way.  Up times run while the server is idle too.
    States: number present; 1 up, 0 in repair without a service, 2 broken with the service still in hand.
    """

    def moved(state: State, mode: str) -> Iterable[tuple[float, State]]:
        number, working = state
        if number < most:
            yield rate, (number + 1, working)
        if working == 1:
            yield 1 / up, (number, 2 if number and mode != "interrupt" else 0)
        if working == 0 or (working == 2 and mode == "overlap"):
            yield 1 / down, (number, 1)
        if working and number:
            yield 1 / mean, (number - 1, 1 if working == 1 else 0)

    means = {}
    for mode in ("interrupt", "finish", "overlap"):
        chain = Chain.explored(lambda state, mode=mode: moved(state, mode), (0, 1))
        means[mode] = chain.mean(chain.stationary(), lambda s: float(s[0]))
    return means


def closed_ring(means: Sequence[float], *, customers: int) -> list[float]:
    """Return the mean number at each single exponential server of a ring that nobody leaves."""
    size = len(means)

    def moves(state: State) -> Iterable[tuple[float, State]]:
        for here, mean in enumerate(means):
            if state[here]:
                aim = list(state)
                aim[here] -= 1
                aim[(here + 1) % size] += 1
                yield 1 / mean, tuple(aim)

    chain = Chain.explored(moves, (customers, *[0] * (size - 1)))
    shares = chain.stationary()
    return [chain.mean(shares, lambda s, here=here: float(s[here])) for here in range(size)]


def quota_waiting(rate: float, units: int, span: float, *, most: int = 400) -> float:
    """Return the time-mean number waiting where ``units`` may pass in each ``span`` and what is left over is lost.

    The backlog before a refill follows B' = max(B − units + A, 0) with Poisson A; between refills the number
    waiting is max(B − units + A(t), 0).  Solved by power iteration over the backlog.
    """

    def shifted(shares: np.ndarray, upto: float) -> np.ndarray:
        size = most + units + 1
        numbers = np.arange(size)
        logs = -rate * upto + numbers * np.log(rate * upto) - np.cumsum(np.log(np.maximum(numbers, 1)))
        whole = np.convolve(shares, np.exp(logs))
        passed = np.zeros(most + 1)
        passed[0] = whole[: units + 1].sum()
        passed[1:] = whole[units + 1 : units + 1 + most]
        return passed / passed.sum()

    shares = np.zeros(most + 1)
    shares[0] = 1.0
    for _ in range(3000):
        later = shifted(shares, span)
        change = float(np.abs(later - shares).sum())
        shares = later
        if change < 1e-14:
            break
    # Gauss-Legendre over the span; the mean number waiting is smooth in the time since the refill.
    nodes, weights = np.polynomial.legendre.leggauss(40)
    numbers = np.arange(most + 1)
    return float(
        sum(
            weight / 2 * float(shifted(shares, span * (node + 1) / 2) @ numbers)
            for node, weight in zip(nodes, weights, strict=True)
        )
    )


def open_and_closed(
    steps: Sequence[tuple[float, float, int]], *, mean: float, most: int, times: Sequence[float], begun: int = 0
) -> list[float]:
    """Return the mean number present at ``times`` of an M(t)/M/c(t) queue that pauses when servers go.

    ``steps`` holds (instant, arrival rate, servers) from which they hold; ``begun`` were there at the first instant.
    Source: Kolmogorov's forward equations, piecewise constant.
    """
    found: dict[float, float] = {}
    shares = np.zeros(most + 1)
    shares[begun] = 1.0
    ends = [start for start, _, _ in steps[1:]] + [max(times)]
    numbers = np.arange(most + 1)
    for (start, rate, servers), end in zip(steps, ends, strict=True):

        def moves(state: State, rate: float = rate, servers: int = servers) -> Iterable[tuple[float, State]]:
            if state[0] < most:
                yield rate, (state[0] + 1,)
            yield min(state[0], servers) / mean, (state[0] - 1,)

        chain = Chain.explored(moves, *[(number,) for number in range(most + 1)])
        stops = [start, *[at for at in sorted(times) if start < at < end], end]
        for earlier, later in pairwise(stops):
            shares = chain.later(shares, later - earlier)
            found[later] = float(shares @ numbers)
    return [found[at] for at in times]


def tidal_lane(
    rates: tuple[float, float], mean: float, *, turns: Sequence[float], times: Sequence[float], most: int
) -> list[tuple[float, float]]:
    """Return the mean numbers present at both sides of one shared lane that is turned at each instant of ``turns``.

    The lane serves the first side until a turn; then, when it is empty, the other.  States: numbers of both sides;
    the side that is served, 0 or 1; 1 if the lane is to be turned when the service in hand ends.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        one, two, side, turning = state
        if one < most:
            yield rates[0], (one + 1, two, side, turning)
        if two < most:
            yield rates[1], (one, two + 1, side, turning)
        if (one, two)[side]:
            left = (one - (side == 0), two - (side == 1))
            yield 1 / mean, (*left, 1 - side, 0) if turning else (*left, side, 0)

    def turned(state: State) -> State:
        one, two, side, _ = state
        return (one, two, side, 1) if (one, two)[side] else (one, two, 1 - side, 0)

    chain = Chain.explored(moves, *[(0, 0, side, turning) for side in (0, 1) for turning in (0, 1)])
    index = {state: number for number, state in enumerate(chain.states)}
    aims = np.array([index.get(turned(state), 0) for state in chain.states])
    shares, now, found = chain.at((0, 0, 0, 0)), 0.0, {}
    ones, twos = (np.array([state[side] for state in chain.states]) for side in (0, 1))
    for instant in sorted({*turns, *times}):
        shares, now = chain.later(shares, instant - now), instant
        found[instant] = (float(shares @ ones), float(shares @ twos))
        if instant in turns:
            shares = np.bincount(aims, weights=shares, minlength=len(aims))
    return [found[at] for at in times]
