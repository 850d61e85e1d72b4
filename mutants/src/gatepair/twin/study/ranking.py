"""Which design is best, and how sure one may be: fully sequential selection with feasibility checks.

The race runs all designs under common random numbers, replication by replication, and drops a
design as soon as the evidence suffices.  It gives the guarantee of Kim and Nelson: with probability
at least ``1 - alpha`` the best design is chosen, if it is better than every other by at least
``delta`` (the indifference zone).

With bounds, a design is dropped when it is found not to keep one of them, and it can beat others
only after it was found to keep them all.  Half of ``alpha`` is then spent on the bounds and half on
the comparisons, each split evenly (Bonferroni).  A bound has a tolerance: designs that keep it, or
break it, by at least the tolerance are judged rightly with that probability; those in between may be
judged either way.

What it rests on: replications are independent; the comparisons and the bounds on a mean take the
values of a replication for normal (averages over a day nearly are; a maximum is not); a bound on a
probability is judged exactly, without that.

Sources: Kim and Nelson, *A fully sequential procedure for indifference-zone selection in
simulation*, ACM TOMACS 11 (2001); Andradóttir and Kim, *Fully sequential procedures for comparing
constrained systems via simulation*, Naval Research Logistics 57 (2010); for probabilities Wald,
*Sequential Analysis* (1947), with the bound of Ville (1939) on the likelihood ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gatepair.twin.study.experiment import Executor, Job, Measures, Replication, Task, run_jobs
from gatepair.twin.study.statistics import Interval, student

Sampler = Callable[[Sequence[tuple[str, int]]], Sequence[Measures]]
"""Returns the measures of each wanted (design, replication number), in the order asked."""

ALPHA = 0.05
"""Probability of a wrong choice that is allowed.  Source: custom of the field (Kim and Nelson 2001)."""

FIRST = 10
"""Replications before the first decision: with fewer the variance is so uncertain that the race grows longer.

Source: custom of the field (ten or more); Kim and Nelson 2001 tabulate how the constant falls with it."""

MOST = 10_000
"""Replications of one design after which a race is given up: over a day of computing for a year's runs."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a design must keep: a mean, or with ``share`` a probability.

    Without ``share``: the mean of ``measure`` over replications is at most ``at_most``, with a
    tolerance in the unit of the measure.  With ``share``: ``measure`` is at most ``at_most`` in at
    least this share of the replications, with a tolerance in probability; ``share`` plus and minus
    the tolerance lie within (0, 1).
    """

    measure: str
    at_most: float
    tolerance: float
    share: float | None = None

    def __post_init__(self) -> None:
        if self.tolerance <= 0:
            raise ValueError(f"the bound on {self.measure} needs a tolerance above 0")
        if self.share is not None and not self.tolerance < self.share < 1 - self.tolerance:
            raise ValueError(f"the bound on {self.measure} needs a share whose tolerance stays within 0 and 1")

    def sentence(self) -> str:
        """Say the bound in words."""
        if self.share is None:
            return f"{self.measure} at most {self.at_most:g} on average (tolerance {self.tolerance:g})"
        return f"{self.measure} at most {self.at_most:g} in {self.share:.0%} of runs (tolerance {self.tolerance:.1%})"


class Verdict(StrEnum):
    """How the race ended for a design."""

    CHOSEN = "chosen"
    BEATEN = "beaten"
    INFEASIBLE = "infeasible"
    OPEN = "open"
    """The race ended before the evidence sufficed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One design after the race.

    ``by`` names the design that beat it or the measure whose bound it breaks.  ``objective`` is the
    interval of its mean over the ``replications`` it ran, alone and without regard to when it was
    dropped; ``kept`` and ``open_bounds`` are the bounds found kept and those not yet decided.
    """

    design: str
    verdict: Verdict
    by: str
    replications: int
    objective: Interval | None
    kept: tuple[str, ...]
    open_bounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the race found.

    ``chosen`` is None when no design keeps the bounds.  ``guaranteed`` is false when the race was
    stopped or reached its limit; then ``chosen`` is the best so far and ``guarantee`` says so.
    ``designs`` are in the order given; ``replications`` counts those used by all designs together.
    """

    chosen: str | None
    guaranteed: bool
    guarantee: str
    alpha: float
    delta: float
    designs: tuple[Judged, ...]
    replications: int

    def of(self, design: str) -> Judged:
        """Return what was found about ``design``.

        Raises:
            KeyError: when it did not take part.
        """
        for judged in self.designs:
            if judged.design == design:
                return judged
        raise KeyError(design)


def select(
    designs: Sequence[str],
    sample: Sampler,
    *,
    objective: str,
    delta: float,
    alpha: float = ALPHA,
    bounds: Sequence[Bound] = (),
    better: Literal["smaller", "larger"] = "smaller",
    first: int = FIRST,
    most: int = MOST,
    stage: int = 1,
    stop: Callable[[], bool] | None = None,
) -> Selection:
    """Choose the design with the best mean of ``objective`` among those that keep ``bounds``.

    ``sample`` makes replications; number k must use the same draws in every design.  ``first``
    replications are made of each, then ``stage`` at a time of those still in the race (more at a time
    keep more workers busy and waste a few at the end; the decisions are the same).  No design runs
    more than ``most``.  ``stop()`` is asked before each stage; it, and a KeyboardInterrupt from
    ``sample``, end the race with what is known.  An objective that does not vary, such as a cost
    computed from the plan, is allowed.

    Raises:
        ValueError: when there is no design, one is named twice, ``delta`` is not above 0, ``alpha``
            is not within (0, 1), ``first`` is below 2, ``stage`` below 1 or ``most`` below ``first``,
            or a replication lacks a figure that is needed.
    """
    _check(designs, delta=delta, alpha=alpha, counts=(first, most, stage))
    sign = 1.0 if better == "smaller" else -1.0
    race = _Race(designs, objective=objective, bounds=bounds, delta=delta, alpha=alpha, first=first, sign=sign)
    made = 0
    try:
        while not race.over and made < most and not (stop is not None and stop()):
            count = min(first if made == 0 else stage, most - made)
            wanted = [(designs[i], made + k) for i in race.running() for k in range(count)]
            race.take(wanted, sample(wanted), upto=made + count)
            made += count
    except KeyboardInterrupt:
        pass
    return race.selection()


def sampling(tasks: Mapping[str, Task], *, executor: Executor | None = None, block: int = 1) -> Sampler:
    """Return the sampler that runs the task of each design, on ``executor`` if one is given.

    The sampler raises KeyboardInterrupt when it is interrupted; :func:`select` then keeps what it has.
    """

    def sample(wanted: Sequence[tuple[str, int]]) -> list[Measures]:
        jobs: list[Job] = []
        owners: list[tuple[str, tuple[int, ...]]] = []
        for design in dict.fromkeys(name for name, _ in wanted):
            numbers = [number for name, number in wanted if name == design]
            for start in range(0, len(numbers), block):
                several = tuple(numbers[start : start + block])
                owners.append((design, several))
                jobs.append((tasks[design], tuple((number, False) for number in several)))
        made: list[Replication] = []
        if run_jobs(jobs, made.extend, executor=executor):
            raise KeyboardInterrupt
        order = [(design, number) for design, several in owners for number in several]
        found = {which: one.observed.measures for which, one in zip(order, made, strict=True)}
        return [found[which] for which in wanted]

    return sample


class _Race:
    """The state of a race: sums, variances, and who is still in it."""

    def __init__(
        self,
        designs: Sequence[str],
        *,
        objective: str,
        bounds: Sequence[Bound],
        delta: float,
        alpha: float,
        first: int,
        sign: float,
    ) -> None:
        self.designs, self.objective, self.bounds = list(designs), objective, list(bounds)
        self.delta, self.alpha, self.first, self.sign = delta, alpha, first, sign
        k, several = len(designs), len(designs) > 1
        share = alpha / 2 if bounds and several else alpha
        self.factor = _factor(share / max(1, k - 1), first)
        self.trust = share / max(1, k * len(bounds))
        self.values: list[list[float]] = [[] for _ in designs]
        self.totals = [0.0] * k
        self.spreads: NDArray[np.float64] = np.zeros((k, k))
        self.checks = [[_check_of(bound, self.trust, first) for bound in bounds] for _ in designs]
        self.verdicts = [Verdict.OPEN] * k
        self.by = [""] * k
        self.used = 0
        self.proved = False

    @property
    def over(self) -> bool:
        """Whether nothing is left to find out."""
        return self.proved or not self.running()

    def running(self) -> list[int]:
        """Return the designs still in the race, by index."""
        return [i for i, verdict in enumerate(self.verdicts) if verdict is Verdict.OPEN]

    def feasible(self, i: int) -> bool:
        """Tell whether design ``i`` was found to keep all bounds."""
        return all(check.verdict is True for check in self.checks[i])

    def take(self, wanted: Sequence[tuple[str, int]], made: Sequence[Measures], *, upto: int) -> None:
        """Take in new replications and judge after each number from ``first`` on, as if they came singly."""
        self.used += len(made)
        index = {design: i for i, design in enumerate(self.designs)}
        fresh: dict[int, list[Measures]] = {}
        for (design, _), measures in zip(wanted, made, strict=True):
            fresh.setdefault(index[design], []).append(measures)
        before = upto - len(next(iter(fresh.values())))
        for k in range(upto - before):
            if self.over:
                break
            for i, several in fresh.items():
                if self.verdicts[i] is Verdict.OPEN:
                    self._add(i, several[k])
            if before + k + 1 >= self.first:
                self._judge(before + k + 1)

    def selection(self) -> Selection:
        """Return what is known now."""
        chosen = self._leader()
        if chosen is not None and self.proved:
            self.verdicts[chosen] = Verdict.CHOSEN
        guaranteed = self.over
        return Selection(
            chosen=None if chosen is None else self.designs[chosen],
            guaranteed=guaranteed,
            guarantee=self._guarantee(chosen, guaranteed=guaranteed),
            alpha=self.alpha,
            delta=self.delta,
            designs=tuple(self._judged(i) for i in range(len(self.designs))),
            replications=self.used,
        )

    def _add(self, i: int, measures: Measures) -> None:
        self.values[i].append(self.sign * _figure(measures, self.objective))
        self.totals[i] += self.values[i][-1]
        for bound, check in zip(self.bounds, self.checks[i], strict=True):
            check.add(_figure(measures, bound.measure))

    def _judge(self, r: int) -> None:
        for i in self.running():
            broken = [b.measure for b, c in zip(self.bounds, self.checks[i], strict=True) if c.verdict is False]
            if broken:
                self.verdicts[i], self.by[i] = Verdict.INFEASIBLE, broken[0]
        if r == self.first:
            self._measure_spreads()
        self._screen(r)
        left = self.running()
        self.proved = len(left) == 1 and self.feasible(left[0])

    def _measure_spreads(self) -> None:
        table = np.array([values[: self.first] for values in self.values])
        for i in range(len(self.designs)):
            self.spreads[i] = (table[i] - table).var(axis=1, ddof=1)

    def _screen(self, r: int) -> None:
        """Drop each design that is beaten by one found feasible; exact ties past the last stage go to the first."""
        left = self.running()
        means = {i: self.totals[i] / r for i in left}
        rivals = [i for i in left if self.feasible(i)]
        for i in left:
            for rival in rivals:
                reach = self.factor * self.spreads[i, rival]
                width = max(0.0, (reach / self.delta - self.delta * r) / (2 * r))
                tied = width == 0 and means[i] == means[rival] and rival < i
                if rival != i and (means[i] > means[rival] + width or tied):
                    self.verdicts[i], self.by[i] = Verdict.BEATEN, self.designs[rival]
                    break

    def _leader(self) -> int | None:
        left = [i for i in self.running() if self.values[i]]
        sure = [i for i in left if self.feasible(i)]
        ranked = sure or left
        return min(ranked, key=lambda i: (self.totals[i] / len(self.values[i]), i), default=None)

    def _judged(self, i: int) -> Judged:
        values = [self.sign * value for value in self.values[i]]
        pairs = list(zip(self.bounds, self.checks[i], strict=True))
        return Judged(
            design=self.designs[i],
            verdict=self.verdicts[i],
            by=self.by[i],
            replications=len(values),
            objective=student(values, method="replications") if values else None,
            kept=tuple(bound.measure for bound, check in pairs if check.verdict is True),
            open_bounds=tuple(bound.measure for bound, check in pairs if check.verdict is None),
        )

    def _guarantee(self, chosen: int | None, *, guaranteed: bool) -> str:
        sure = f"with probability at least {1 - self.alpha:.4g}"
        kept = "; ".join(bound.sentence() for bound in self.bounds)
        count = len(self.designs)
        if not guaranteed:
            return f"no guarantee: the race of {count} designs ended before the evidence sufficed"
        if chosen is None:
            return f"{sure} none of {count} designs keeps the bounds by their tolerance: {kept}"
        among = f" among those of {count} designs that keep {kept}" if kept else f" of {count} designs"
        return (
            f"{sure} {self.designs[chosen]} has the best {self.objective}{among}, "
            f"if the best is better than every other by at least {self.delta:g}"
        )


class _MeanCheck:
    """Whether a mean keeps its bound: the continuation region of Andradóttir and Kim 2010 for normal values."""

    def __init__(self, bound: Bound, trust: float, first: int) -> None:
        self.bound, self.first = bound, first
        self.factor = _factor(trust, first)
        self.excess: list[float] = []
        self.total = 0.0
        self.spread = 0.0
        self.verdict: bool | None = None

    def add(self, value: float) -> None:
        """Take one more value; the verdict is True for kept, False for broken, once it is known."""
        if self.verdict is not None:
            return
        self.total += value - self.bound.at_most
        r = len(self.excess) + 1
        self.excess.append(value - self.bound.at_most)
        if r == self.first:
            self.spread = float(np.var(self.excess, ddof=1))
        if r >= self.first:
            tolerance = self.bound.tolerance
            region = max(0.0, self.factor * self.spread / (2 * tolerance) - tolerance * r / 2)
            if self.total <= -region or self.total >= region:
                self.verdict = self.total <= 0


class _ShareCheck:
    """Whether a probability keeps its bound: Wald's sequential test of two Bernoulli probabilities.

    The likelihood ratio is a nonnegative supermartingale under either side, so each error has at most
    the probability ``trust`` (Ville 1939), for every probability outside the tolerance.
    """

    def __init__(self, bound: Bound, trust: float) -> None:
        share = 0.0 if bound.share is None else bound.share
        low, high = 1 - share - bound.tolerance, 1 - share + bound.tolerance
        self.bound = bound
        self.exceeded, self.within = math.log(high / low), math.log((1 - high) / (1 - low))
        self.limit = -math.log(trust)
        self.logarithm = 0.0
        self.verdict: bool | None = None

    def add(self, value: float) -> None:
        """Take one more value; the verdict is True for kept, False for broken, once it is known."""
        if self.verdict is not None:
            return
        self.logarithm += self.exceeded if value > self.bound.at_most else self.within
        if abs(self.logarithm) >= self.limit:
            self.verdict = self.logarithm < 0


def _check_of(bound: Bound, trust: float, first: int) -> _MeanCheck | _ShareCheck:
    return _MeanCheck(bound, trust, first) if bound.share is None else _ShareCheck(bound, trust)


def _factor(trust: float, first: int) -> float:
    """Return h² for one comparison whose error is at most ``trust``.  Source: Kim and Nelson 2001, c = 1."""
    return (math.pow(2 * trust, -2 / (first - 1)) - 1) * (first - 1)


def _figure(measures: Measures, name: str) -> float:
    value = measures.get(name, math.nan)
    if not math.isfinite(value):
        raise ValueError(f"a replication has no figure for {name}, which the selection needs")
    return float(value)


def _check(designs: Sequence[str], *, delta: float, alpha: float, counts: tuple[int, int, int]) -> None:
    first, most, stage = counts
    if not designs or len({*designs}) != len(designs):
        raise ValueError("a selection is made among designs, each named once")
    if delta <= 0 or not 0 < alpha < 1:
        raise ValueError("delta is above 0 and alpha lies between 0 and 1")
    if first < 2 or stage < 1 or most < first:
        raise ValueError("first is at least 2, stage at least 1 and most at least first")
