"""What may be said of a mean: intervals over replications, batches, pairs and order statistics.

Nothing here returns a bare number: whatever summarises returns an :class:`Interval`, which says how
sure it is, from how many independent values and by which method.  All functions are pure.  The
values of a replication are floats in the caller's unit; an interval has the unit of its values.

Sources, named where they are used: Law, *Simulation Modeling and Analysis*, 5th ed. (2015);
Schmeiser, *Batch size effects in the analysis of simulation output*, Operations Research 30 (1982);
Fishman and Yarberry, *An implementation of the batch means method*, INFORMS J. Computing 9 (1997);
Conover, *Practical Nonparametric Statistics*, 3rd ed. (1999).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Values = Sequence[float] | NDArray[np.float64]
"""Independent values in the order of their replication numbers."""

LEVEL = 0.95
"""The level that is used when none is asked for.  Source: custom of the field (Law 2015, ch. 9)."""

BATCHES = (30, 20, 10)
"""Numbers of batches that are tried, fewest last.  Source: Schmeiser 1982: 10 to 30 batches suffice."""

CORRELATED_BELOW = 0.1
"""The p-value of von Neumann's test below which batches count as correlated.  Source: Fishman and Yarberry 1997."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence interval.

    ``mean`` is the estimate (for quantiles the sample quantile), ``low`` and ``high`` bound the
    interval and ``half_width`` is half of its length, all in the unit of the values.  ``level`` is
    the probability with which such intervals hold the true value, ``n`` the number of independent
    values, and ``method`` says how it was made.  With too few values the bounds are infinite: that
    is what is known then.
    """

    mean: float
    half_width: float
    low: float
    high: float
    level: float
    n: int
    method: str

    @property
    def known(self) -> bool:
        """Whether both bounds are finite."""
        return math.isfinite(self.half_width)

    @property
    def relative(self) -> float:
        """The half-width as a share of the mean's size; infinite when the mean is 0 and the half-width is not."""
        if self.half_width == 0:
            return 0.0
        return math.inf if self.mean == 0 else self.half_width / abs(self.mean)

    def holds(self, value: float) -> bool:
        """Tell whether ``value`` lies in the interval, its ends included."""
        return self.low <= value <= self.high

    def scaled(self, factor: float) -> Interval:
        """Return the same interval in another unit: every figure times ``factor``, which is above 0.

        Raises:
            ValueError: when ``factor`` is 0 or below.
        """
        if factor <= 0:
            raise ValueError("an interval is scaled by a factor above 0")
        return Interval(
            mean=self.mean * factor,
            half_width=self.half_width * factor,
            low=self.low * factor,
            high=self.high * factor,
            level=self.level,
            n=self.n,
            method=self.method,
        )

    def row(self) -> dict[str, float | int | str | None]:
        """Return the fields by name for JSON and tables; an infinite bound is None."""
        return {
            "mean": self.mean,
            "half_width": _finite(self.half_width),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "level": self.level,
            "n": self.n,
            "method": self.method,
        }


@dataclass(frozen=True, slots=True)
class BatchMeans:
    """The mean of one long run with the check of what it rests on.

    ``interval`` is Student's over the ``batches`` means of ``batch_size`` values each.  ``lag1`` is
    the correlation of neighbouring batch means and ``p_value`` that of von Neumann's test against
    positive correlation; ``independent`` is false when it is below 0.1: then the run is too short
    for its correlation and the interval is too narrow.
    """

    interval: Interval
    batches: int
    batch_size: int
    lag1: float
    p_value: float
    independent: bool


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference of two designs over the same replications.

    ``interval`` is for the mean of second less first.  ``correlation`` is that of the two designs'
    values, and ``variance_ratio`` the factor by which the common random numbers reduced the variance
    of the difference against independent runs (above 1 is a gain; infinite when the difference is
    the same in every replication and the designs vary; NaN when nothing varies).
    """

    interval: Interval
    correlation: float
    variance_ratio: float


def student(values: Values, *, level: float = LEVEL, method: str = "student") -> Interval:
    """Return Student's interval for the mean of independent ``values``.

    It is exact for normal values and good for averages within long replications.  One value gives
    infinite bounds.

    Raises:
        ValueError: when there is no value, one is not finite, or the level is not within (0, 1).

    Source: Law 2015, §4.5 and §9.4.1 (replications).
    """
    sample = _sample(values)
    n = len(sample)
    mean = float(sample.mean())
    if n == 1:
        _check_level(level)
        return Interval(mean, math.inf, -math.inf, math.inf, level=level, n=1, method=method)
    half_width = student_quantile(n - 1, level=level) * float(sample.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, half_width, mean - half_width, mean + half_width, level=level, n=n, method=method)


def student_quantile(freedom: int, *, level: float = LEVEL) -> float:
    """Return the two-sided quantile of Student's distribution with ``freedom`` degrees of freedom.

    Raises:
        ValueError: when ``freedom`` is below 1 or the level is not within (0, 1).
    """
    _check_level(level)
    if freedom < 1:
        raise ValueError("Student's distribution has at least one degree of freedom")
    return float(special.stdtrit(freedom, (1 + level) / 2))


def batch_means(series: Values, *, batches: int | None = None, level: float = LEVEL) -> BatchMeans:
    """Return the interval for the steady mean of one long run by non-overlapping batch means.

    ``series`` are the run's values in order, with the warm-up already cut off.  Without ``batches``
    30, 20 and 10 batches are tried, and the first whose means pass von Neumann's test are taken; if
    none pass, 10 are taken and the result says so.  Values that do not fill a batch are left out at
    the beginning.

    Raises:
        ValueError: when there are fewer than 2 values a batch, or fewer than 3 batches.

    Source: Law 2015, §9.5.3; Schmeiser 1982; Fishman and Yarberry 1997.
    """
    sample = _sample(series)
    made = None
    for count in BATCHES if batches is None else (batches,):
        if count < 3:
            raise ValueError("batch means need at least 3 batches")
        if len(sample) >= 2 * count:
            made = _batched(sample, count, level=level)
            if made.independent:
                return made
    if made is None:
        raise ValueError("batch means need at least 2 values a batch")
    return made


def von_neumann(values: Values) -> tuple[float, float]:
    """Return the lag-1 measure of von Neumann's ratio and its one-sided p-value against positive correlation.

    Raises:
        ValueError: when there are fewer than 3 values.

    Source: von Neumann, Annals of Mathematical Statistics 12 (1941); normal approximation with
    variance (b-2)/(b²-1) as in Fishman and Yarberry 1997.
    """
    sample = _sample(values)
    n = len(sample)
    if n < 3:
        raise ValueError("von Neumann's test needs at least 3 values")
    spread = float(((sample - sample.mean()) ** 2).sum())
    if spread == 0:
        return 0.0, 1.0
    measure = 1 - float((np.diff(sample) ** 2).sum()) / (2 * spread)
    return measure, float(special.ndtr(-measure / math.sqrt((n - 2) / (n * n - 1))))


def order_quantile(values: Values, share: float, *, level: float = LEVEL) -> Interval:
    """Return the interval for the ``share`` quantile of the distribution of independent ``values``.

    It is made of two order statistics and holds for any continuous distribution; its true level is
    at least ``level``.  The estimate is the value at rank ``ceil(n · share)``.  Values from within
    one replication depend on one another: give one value a replication.

    Raises:
        ValueError: when there is no value, or ``share`` or ``level`` is not within (0, 1).

    Source: Conover 1999, §3.2.
    """
    if not 0 < share < 1:
        raise ValueError("the share of a quantile lies between 0 and 1")
    _check_level(level)
    ordered = np.sort(_sample(values))
    n = len(ordered)
    below = special.bdtr(np.arange(n), n, share)
    tail = (1 - level) / 2
    lower = int(np.searchsorted(below, tail, side="right"))
    upper = int(np.searchsorted(below, 1 - tail, side="left"))
    low = float(ordered[lower - 1]) if lower >= 1 else -math.inf
    high = float(ordered[upper]) if upper < n else math.inf
    return Interval(
        mean=float(ordered[max(0, math.ceil(n * share) - 1)]),
        half_width=(high - low) / 2,
        low=low,
        high=high,
        level=level,
        n=n,
        method="order statistics",
    )


def share_interval(hits: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return the exact interval for a probability of which ``hits`` of ``n`` independent trials are known.

    Raises:
        ValueError: when ``n`` is below 1 or ``hits`` is outside 0..n.

    Source: Clopper and Pearson, Biometrika 26 (1934).
    """
    _check_level(level)
    if n < 1 or not 0 <= hits <= n:
        raise ValueError("hits are counted among at least one trial")
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(special.betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(special.betaincinv(hits + 1, n - hits, 1 - tail))
    return Interval(hits / n, (high - low) / 2, low, high, level=level, n=n, method="clopper-pearson")


def ratio_interval(parts: Values, wholes: Values, *, level: float = LEVEL) -> Interval:
    """Return the interval for the ratio of two means, such as waiting summed over vehicles by the jackknife.

    ``parts[i]`` and ``wholes[i]`` belong to one replication; the replications are independent.  It
    weighs each vehicle alike, where the mean of the replications' own means weighs each day alike.

    Raises:
        ValueError: when the lengths differ, there are fewer than 2, or leaving one out leaves nothing.

    Source: Law 2015, §9.5.3 (jackknife estimator of a ratio).
    """
    upper, lower = _sample(parts), _sample(wholes)
    n = len(upper)
    if n != len(lower) or n < 2:
        raise ValueError("a ratio needs at least two replications, each with its part and its whole")
    rest = lower.sum() - lower
    if lower.sum() == 0 or bool((rest == 0).any()):
        raise ValueError("a ratio needs wholes that do not vanish when one replication is left out")
    ratio = float(upper.sum() / lower.sum())
    return student(n * ratio - (n - 1) * (upper.sum() - upper) / rest, level=level, method="jackknife ratio")


def paired(first: Values, second: Values, *, level: float = LEVEL) -> Paired:
    """Return the mean of ``second - first`` over replications that used the same draws.

    Value i of both comes from replication i.

    Raises:
        ValueError: when the lengths differ or there is no value.

    Source: Law 2015, §10.2.1 (paired t) and §11.2 (common random numbers).
    """
    one, other = _sample(first), _sample(second)
    if len(one) != len(other):
        raise ValueError("paired values come from the same replications")
    difference = other - one
    interval = student(difference, level=level, method="paired student")
    if len(one) < 2:
        return Paired(interval, math.nan, math.nan)
    apart, together = float(one.var(ddof=1) + other.var(ddof=1)), float(difference.var(ddof=1))
    ratio = apart / together if together > 0 else (math.inf if apart > 0 else math.nan)
    scale = float(one.std(ddof=1) * other.std(ddof=1))
    covariance = float(((one - one.mean()) * (other - other.mean())).sum()) / (len(one) - 1)
    return Paired(interval, covariance / scale if scale > 0 else math.nan, ratio)


def antithetic(plain: Values, mirrored: Values, *, level: float = LEVEL) -> Paired:
    """Return the interval for the mean over antithetic pairs; the pair's average is the unit.

    Value i of ``mirrored`` comes from the run whose draws are the complement of those of value i of
    ``plain``.  ``variance_ratio`` compares with twice as many independent runs.

    Raises:
        ValueError: when the lengths differ or there is no value.

    Source: Law 2015, §11.3.
    """
    one, other = _sample(plain), _sample(mirrored)
    opposed = paired(one, -other, level=level)
    interval = student((one + other) / 2, level=level, method="antithetic pairs")
    return Paired(interval, -opposed.correlation, opposed.variance_ratio)


def bonferroni(level: float, count: int) -> float:
    """Return the level each of ``count`` intervals needs, so that all hold together with ``level``.

    Raises:
        ValueError: when ``count`` is below 1 or the level is not within (0, 1).

    Source: Bonferroni's inequality; Law 2015, §9.7.
    """
    _check_level(level)
    if count < 1:
        raise ValueError("at least one interval is made")
    return 1 - (1 - level) / count


def simultaneous(samples: Mapping[str, Values], *, level: float = LEVEL) -> dict[str, Interval]:
    """Return Student's interval for each sample, all of which hold together with ``level``.

    Raises:
        ValueError: when there is no sample or one of them is empty.
    """
    each = bonferroni(level, len(samples))
    return {name: student(values, level=each, method="student, bonferroni") for name, values in samples.items()}


def replications_for(values: Values, half_width: float, *, level: float = LEVEL) -> int:
    """Return how many replications the wanted ``half_width`` will need, judged by those in ``values``.

    It never returns fewer than there are.  The judgement is as good as the variance of the pilot.

    Raises:
        ValueError: when there are fewer than 2 values or the half-width is not above 0.

    Source: Law 2015, §9.4.1.
    """
    sample = _sample(values)
    if len(sample) < 2 or half_width <= 0:
        raise ValueError("two values and a half-width above 0 are needed")
    deviation = float(sample.std(ddof=1))

    def enough(count: int) -> bool:
        return student_quantile(count - 1, level=level) * deviation / math.sqrt(count) <= half_width

    low = high = len(sample)
    while not enough(high):
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


def _batched(sample: NDArray[np.float64], count: int, *, level: float) -> BatchMeans:
    size = len(sample) // count
    means = sample[len(sample) - count * size :].reshape(count, size).mean(axis=1)
    lag1, p_value = von_neumann(means)
    return BatchMeans(
        interval=student(means, level=level, method="batch means"),
        batches=count,
        batch_size=size,
        lag1=lag1,
        p_value=p_value,
        independent=p_value >= CORRELATED_BELOW,
    )


def _sample(values: Values) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or len(sample) == 0:
        raise ValueError("an interval needs a row of at least one value")
    if not bool(np.isfinite(sample).all()):
        raise ValueError("an interval needs finite values; leave out replications that do not have one")
    return sample


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
