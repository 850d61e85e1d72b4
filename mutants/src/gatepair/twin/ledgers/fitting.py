"""Families of service times fitted by maximum likelihood, with intervals and goodness of fit.

Times are seconds.  A time may be censored: the service had lasted that long and had not ended when
the observation did; leaving such times out would make every mean too small.  The family is chosen by
AICc; the fit is tested by the Anderson-Darling statistic, whose p-value comes from a parametric
bootstrap because the parameters were fitted to the same times.  All chance here is seeded: the same
times give the same figures.

Sources: Hurvich and Tsai 1989 (AICc); Stephens 1974 (Anderson-Darling with fitted parameters);
Krishnamoorthy and Mathew 2003 (generalised pivots for a lognormal mean); Brown, Cai and DasGupta
2001 (intervals of a share); Minka 2002 (shape of a gamma by Newton steps).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]

LEVEL: Final = 0.95
SMALL: Final = 30
"""Below this many times the test can hardly tell one family from another; the fit says so."""
TIMES_MIN: Final = 5
"""Fewer times than this are not fitted."""
FLOOR_S: Final = 0.001
"""A ledger's resolution: shorter times count as this long."""
SAME_S: Final = 0.0015
"""Times that differ by no more than the resolution are one constant."""
PLAUSIBLE: Final = 4.0
"""Families whose AICc is at most this much above the least are kept in mind: evidence of e² to 1, about 7 to 1."""
PIVOTS: Final = 4_000
RESAMPLES: Final = 499
SEED: Final = 20_251_111


class Family(StrEnum):
    """A family of distributions; all but the gamma can stand in a plan."""

    DETERMINISTIC = "deterministic"
    UNIFORM = "uniform"
    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    GAMMA = "gamma"


FITTED: Final = (Family.UNIFORM, Family.EXPONENTIAL, Family.LOGNORMAL, Family.GAMMA)
PARAMETERS: Final[Mapping[Family, int]] = {
    Family.DETERMINISTIC: 1,
    Family.EXPONENTIAL: 1,
    Family.LOGNORMAL: 2,
    Family.GAMMA: 2,
    Family.UNIFORM: 4,
}
"""What AICc charges.  The two ends of a uniform cost as much as four parameters: fitted to its own times
its log-likelihood gains n(psi(n+1) - psi(n-1)), about 2, where a regular parameter gains one half."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval from ``low`` to ``high`` at the level of the fit."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether ``value`` lies inside."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Fit:
    """One family fitted to ``count`` ended and ``censored`` unended times.

    ``mean_s`` in seconds, ``cv`` the coefficient of variation; ``first`` and ``second`` are the
    family's own parameters (uniform: ends; exponential: mean; lognormal: mu and sigma; gamma: shape
    and scale).  ``p_value`` is None where no test can be made.
    """

    family: Family
    count: int
    censored: int
    mean_s: float
    cv: float
    first: float
    second: float
    log_likelihood: float
    aicc: float
    mean_bounds: Bounds
    cv_bounds: Bounds
    statistic: float | None = None
    p_value: float | None = None
    others: Mapping[Family, float] = field(default_factory=dict)
    """AICc of the families that were not chosen."""

    @property
    def small(self) -> bool:
        """Tell whether there are too few times to tell families apart."""
        return self.count < SMALL


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``trials``, with the Wilson interval."""

    count: int
    trials: int
    value: float
    bounds: Bounds

    @property
    def permille(self) -> int:
        """Return the share in whole permille."""
        return round(self.value * 1000)


def share(count: int, trials: int, *, level: float = LEVEL) -> Share:
    """Return the share with its Wilson score interval.

    Raises:
        ValueError: there are no trials, or more hits than trials.
    """
    if not 0 <= count <= trials or trials == 0:
        raise ValueError("a share needs trials, and no more hits than trials")
    z = float(special.ndtri((1 + level) / 2))
    value = count / trials
    centre = (value + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(value * (1 - value) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == trials else min(1.0, centre + half)
    return Share(count, trials, value, Bounds(low, high))


def rate_bounds(count: int, *, level: float = LEVEL) -> Bounds:
    """Return the exact (Garwood) interval of a Poisson mean of which ``count`` were seen."""
    tail = (1 - level) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return Bounds(low, float(special.gammaincinv(count + 1, 1 - tail)))


def choose(
    times_s: Sequence[float],
    *,
    censored_s: Sequence[float] = (),
    families: Sequence[Family] = FITTED,
    prefer: Family | None = None,
    level: float = LEVEL,
) -> Fit | None:
    """Return the family with the least AICc, tested; None when there are too few ended times.

    ``prefer`` is taken instead where the times do not speak against it (:data:`PLAUSIBLE`).  The
    intervals are the hull over all plausible families, because the family itself is uncertain: the
    interval of one family alone covers too seldom.  Times that are all one constant are
    deterministic, whatever ``families`` says.
    """
    times = np.sort(np.maximum(np.asarray(times_s, dtype=np.float64), FLOOR_S))
    unended = np.asarray([one for one in censored_s if one > FLOOR_S], dtype=np.float64)
    if times.size < TIMES_MIN:
        return None
    if times[-1] - times[0] <= SAME_S:
        return _constant(times, unended)
    fits = [fitted(one, times, unended, level=level) for one in families]
    order = list(Family)
    best = min(fits, key=lambda one: (one.aicc, order.index(one.family)))
    plausible = [one for one in fits if one.aicc <= best.aicc + PLAUSIBLE]
    best = next((one for one in plausible if one.family is prefer), best)
    statistic, p_value = (None, None) if unended.size else goodness(best, times)
    return replace(
        best,
        mean_bounds=_hull([one.mean_bounds for one in plausible]),
        cv_bounds=_hull([one.cv_bounds for one in plausible]),
        statistic=statistic,
        p_value=p_value,
        others={one.family: one.aicc for one in fits if one is not best},
    )


def _hull(bounds: Sequence[Bounds]) -> Bounds:
    return Bounds(min(one.low for one in bounds), max(one.high for one in bounds))


def fitted(family: Family, times: Floats, unended: Floats, *, level: float = LEVEL) -> Fit:
    """Return ``family`` fitted by maximum likelihood to sorted ``times`` and the censored ``unended``.

    Raises:
        ValueError: the family has nothing to fit.
    """
    if family is Family.DETERMINISTIC:
        raise ValueError("a constant is found, not fitted")
    first, second = _estimate(family, times, unended)
    mean_s, cv = moments(family, first, second)
    likelihood = _log_likelihood(family, first, second, times=times, unended=unended)
    if unended.size and family is not Family.UNIFORM:
        mean_bounds, cv_bounds = _curved(family, first, second, times=times, unended=unended, level=level)
    else:
        mean_bounds, cv_bounds = _pivoted(family, first, second, times=times, level=level)
    aicc = _aicc(likelihood, PARAMETERS[family], times.size)
    return Fit(
        family=family,
        count=int(times.size),
        censored=int(unended.size),
        mean_s=mean_s,
        cv=cv,
        first=first,
        second=second,
        log_likelihood=likelihood,
        aicc=aicc,
        mean_bounds=mean_bounds,
        cv_bounds=cv_bounds,
    )


def moments(family: Family, first: float, second: float) -> tuple[float, float]:
    """Return mean and coefficient of variation of the family with these parameters."""
    match family:
        case Family.DETERMINISTIC:
            return first, 0.0
        case Family.UNIFORM:
            mean = (first + second) / 2
            return mean, (second - first) / math.sqrt(12) / mean
        case Family.EXPONENTIAL:
            return first, 1.0
        case Family.LOGNORMAL:
            return math.exp(first + second * second / 2), math.sqrt(math.expm1(second * second))
        case Family.GAMMA:
            return first * second, 1 / math.sqrt(first)


def goodness(fit: Fit, times: Floats) -> tuple[float, float]:
    """Return the Anderson-Darling statistic of the sorted ``times`` and its bootstrap p-value.

    A uniform is tested on what lies between its ends, which given the ends is uniform again.
    """
    rng = np.random.Generator(np.random.Philox(SEED))
    n = times.size
    units = rng.random((RESAMPLES, n))
    drawn = np.sort(_quantile(fit.family, fit.first, fit.second, units), axis=1)
    first, second = _estimate_rows(fit.family, drawn)
    seen = _anderson(fit.family, times[None, :], np.array([fit.first]), np.array([fit.second]))[0]
    simulated = _anderson(fit.family, drawn, first, second)
    return float(seen), float((1 + np.count_nonzero(simulated >= seen)) / (RESAMPLES + 1))


# --- maximum likelihood --------------------------------------------------------------------------


def _constant(times: Floats, unended: Floats) -> Fit:
    value = float(np.median(times))
    return Fit(
        family=Family.DETERMINISTIC,
        count=int(times.size),
        censored=int(unended.size),
        mean_s=value,
        cv=0.0,
        first=value,
        second=0.0,
        log_likelihood=0.0,
        aicc=0.0,
        mean_bounds=Bounds(float(times[0]), float(times[-1])),
        cv_bounds=Bounds(0.0, SAME_S / value),
    )


def _estimate(family: Family, times: Floats, unended: Floats) -> tuple[float, float]:
    rows = _estimate_rows(family, times[None, :])
    first, second = float(rows[0][0]), float(rows[1][0])
    if not unended.size:
        return first, second
    match family:
        case Family.EXPONENTIAL:
            return float(times.sum() + unended.sum()) / times.size, 0.0
        case Family.UNIFORM:
            high = max(second, float(unended.max()))
            return first, _uniform_high(first, high, times=times, unended=unended)
        case _:
            return _searched(family, first, second, times=times, unended=unended)


def _searched(family: Family, first: float, second: float, *, times: Floats, unended: Floats) -> tuple[float, float]:
    def loss(at: Floats) -> float:
        one, two = _from_free(family, at)
        return -_log_likelihood(family, one, two, times=times, unended=unended)

    begun = _to_free(family, first, second)
    found = optimize.minimize(
        loss, begun, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2_000}
    )
    return _from_free(family, found.x)


def _uniform_high(low: float, high: float, *, times: Floats, unended: Floats) -> float:
    """Return the upper end that is most likely when some services had not ended; never below ``high``."""

    def loss(end: float) -> float:
        return -_log_likelihood(Family.UNIFORM, low, end, times=times, unended=unended)

    top = high + 4 * (high - low)
    found = optimize.minimize_scalar(loss, bounds=(high * (1 + 1e-12), top), method="bounded")
    return float(found.x) if found.fun < loss(high * (1 + 1e-12)) else high


def _estimate_rows(family: Family, rows: Floats) -> tuple[Floats, Floats]:
    """Return the two parameters of each sorted row of times, all of them ended."""
    match family:
        case Family.UNIFORM:
            return rows[:, 0], rows[:, -1]
        case Family.EXPONENTIAL:
            return rows.mean(axis=1), np.zeros(rows.shape[0])
        case Family.LOGNORMAL:
            logs = np.log(rows)
            return logs.mean(axis=1), logs.std(axis=1)
        case Family.GAMMA:
            return _gamma_rows(rows)
        case Family.DETERMINISTIC:
            return np.median(rows, axis=1), np.zeros(rows.shape[0])


def _gamma_rows(rows: Floats) -> tuple[Floats, Floats]:
    mean = rows.mean(axis=1)
    gap = np.maximum(np.log(mean) - np.log(rows).mean(axis=1), 1e-12)
    shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(8):
        step = np.log(shape) - special.digamma(shape) - gap
        slope = 1 / shape - special.polygamma(1, shape)
        shape = 1 / (1 / shape + step / (shape * shape * slope))
    return shape, mean / shape


def _log_likelihood(family: Family, first: float, second: float, *, times: Floats, unended: Floats) -> float:
    found: float
    match family:
        case Family.UNIFORM:
            width = max(second - first, 1e-12)
            found = -(times.size + unended.size) * math.log(width)
            left = np.clip((second - unended) / width, 1e-300, 1.0)
            return found + float(np.log(left * width).sum())
        case Family.EXPONENTIAL:
            return -times.size * math.log(first) - float(times.sum() + unended.sum()) / first
        case Family.LOGNORMAL:
            logs = np.log(times)
            found = -float((((logs - first) / second) ** 2 / 2 + logs).sum())
            found -= times.size * (math.log(second) + math.log(2 * math.pi) / 2)
            return found + float(special.log_ndtr((first - np.log(unended)) / second).sum())
        case Family.GAMMA:
            found = float(((first - 1) * np.log(times) - times / second).sum())
            found -= times.size * (first * math.log(second) + float(special.gammaln(first)))
            left = np.maximum(special.gammaincc(first, unended / second), 1e-300)
            return found + float(np.log(left).sum())
        case Family.DETERMINISTIC:
            return 0.0


def _aicc(likelihood: float, parameters: int, count: int) -> float:
    if count <= parameters + 1:
        return math.inf
    return 2 * parameters - 2 * likelihood + 2 * parameters * (parameters + 1) / (count - parameters - 1)


# --- intervals -------------------------------------------------------------------------------------


def _pivoted(family: Family, first: float, second: float, *, times: Floats, level: float) -> tuple[Bounds, Bounds]:
    """Return the intervals of mean and cv from quantities whose distribution the parameters do not touch."""
    n, tail = times.size, (1 - level) / 2
    if family is Family.DETERMINISTIC:
        return Bounds(first, first), Bounds(0.0, 0.0)
    if family is Family.EXPONENTIAL:
        total = float(times.sum())
        ends = [total / float(special.gammaincinv(n, one)) for one in (1 - tail, tail)]
        return Bounds(ends[0], ends[1]), Bounds(1.0, 1.0)
    means, cvs = _pivots(family, first, second, count=n)
    return _between(means, tail), _between(cvs, tail)


def _pivots(family: Family, first: float, second: float, *, count: int) -> tuple[Floats, Floats]:
    """Return draws of mean and cv as the ``count`` times leave them possible."""
    rng = np.random.Generator(np.random.Philox(SEED + 1))
    if family is Family.UNIFORM:
        seen = second - first
        width = seen / rng.beta(count - 1, 2, PIVOTS)
        means = first - rng.random(PIVOTS) * (width - seen) + width / 2
        return means, width / math.sqrt(12) / np.maximum(means, 1e-12)
    if family is Family.GAMMA:
        shape, scale = _gamma_rows(np.sort(rng.gamma(first, second, (RESAMPLES, count)), axis=1))
        return (first * second) ** 2 / (shape * scale), np.sqrt(shape) / first
    spread = np.sqrt(count * second**2 / rng.chisquare(count - 1, PIVOTS))
    centre = first - rng.standard_normal(PIVOTS) * spread / math.sqrt(count)
    return np.exp(centre + spread**2 / 2), np.sqrt(np.expm1(spread**2))


def _between(drawn: Floats, tail: float) -> Bounds:
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Bounds(float(low), float(high))


def _curved(
    family: Family, first: float, second: float, *, times: Floats, unended: Floats, level: float
) -> tuple[Bounds, Bounds]:
    """Return the intervals of mean and cv from the curvature of the likelihood in their logarithms."""
    z = float(special.stdtrit(max(times.size - 1, 1), (1 + level) / 2))
    mean, cv = moments(family, first, second)
    if family is Family.EXPONENTIAL:
        factor = math.exp(z / math.sqrt(times.size))
        return Bounds(mean / factor, mean * factor), Bounds(1.0, 1.0)

    def loss(log_mean: float, log_cv: float) -> float:
        one, two = _of_moments(family, math.exp(log_mean), math.exp(log_cv))
        return -_log_likelihood(family, one, two, times=times, unended=unended)

    covariance = np.linalg.inv(_hessian(loss, math.log(mean), math.log(cv)))
    spread = [math.exp(z * math.sqrt(max(float(covariance[at, at]), 0.0))) for at in (0, 1)]
    return Bounds(mean / spread[0], mean * spread[0]), Bounds(cv / spread[1], cv * spread[1])


def _hessian(at: Callable[[float, float], float], x: float, y: float) -> Floats:
    """Return the second differences of a function at a point of the plane."""
    step = 1e-3
    here = at(x, y)
    xx = (at(x + step, y) - 2 * here + at(x - step, y)) / step**2
    yy = (at(x, y + step) - 2 * here + at(x, y - step)) / step**2
    xy = at(x + step, y + step) - at(x + step, y - step) - at(x - step, y + step) + at(x - step, y - step)
    return np.array([[xx, xy / (4 * step**2)], [xy / (4 * step**2), yy]])


def _of_moments(family: Family, mean: float, cv: float) -> tuple[float, float]:
    if family is Family.GAMMA:
        return 1 / cv**2, mean * cv**2
    variance = math.log1p(cv * cv)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def _to_free(family: Family, first: float, second: float) -> Floats:
    if family is Family.GAMMA:
        return np.array([math.log(first), math.log(second)])
    return np.array([first, math.log(max(second, 1e-9))])


def _from_free(family: Family, at: Floats) -> tuple[float, float]:
    first = math.exp(at[0]) if family is Family.GAMMA else float(at[0])
    return first, math.exp(at[1])


# --- goodness of fit -------------------------------------------------------------------------------


def _quantile(family: Family, first: float, second: float, units: Floats) -> Floats:
    match family:
        case Family.UNIFORM:
            return first + (second - first) * units
        case Family.EXPONENTIAL:
            return -first * np.log1p(-units)
        case Family.LOGNORMAL:
            return np.asarray(np.exp(first + second * special.ndtri(units)))
        case Family.GAMMA:
            return np.asarray(second * special.gammaincinv(first, units))
        case Family.DETERMINISTIC:
            return np.full_like(units, first)


def _anderson(family: Family, rows: Floats, first: Floats, second: Floats) -> Floats:
    """Return the Anderson-Darling statistic of each sorted row under its own parameters."""
    units = np.clip(_below(family, rows, first[:, None], second[:, None]), 1e-15, 1 - 1e-15)
    n = units.shape[1]
    weights = 2 * np.arange(1, n + 1) - 1
    return np.asarray(-n - (weights * (np.log(units) + np.log1p(-units[:, ::-1]))).sum(axis=1) / n)


def _below(family: Family, rows: Floats, first: Floats, second: Floats) -> Floats:
    match family:
        case Family.UNIFORM:
            return (rows[:, 1:-1] - first) / (second - first)
        case Family.EXPONENTIAL:
            return -np.expm1(-rows / first)
        case Family.LOGNORMAL:
            return np.asarray(special.ndtr((np.log(rows) - first) / second))
        case Family.GAMMA:
            return np.asarray(special.gammainc(first, rows / second))
        case Family.DETERMINISTIC:
            raise ValueError("a constant is not tested")
