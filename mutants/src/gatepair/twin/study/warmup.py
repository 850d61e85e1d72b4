"""How much of a run's beginning to leave out before its figures speak of the steady state.

MSER-5 cuts where the standard error of what remains is smallest: each five observations are
averaged, and of all cuts the one is taken for which the sum of squares about the mean, divided by
the square of the number of batches that remain, is least.  Over replications it works on their
average, which shows the transient with less noise.

A gate day that begins empty and ends empty has no steady state: there nothing is cut, and the
replications themselves are the sample.

Sources: White, *An effective truncation heuristic for bias reduction in simulation output*,
Simulation 69 (1997); White, Cobb and Spratt, *A comparison of five steady-state truncation
heuristics*, Proceedings of the Winter Simulation Conference (2000); Welch in Lavenberg (ed.),
*Computer Performance Modeling Handbook* (1983), for the moving average.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

BATCH = 5
"""Observations a batch.  Source: White, Cobb and Spratt 2000 (MSER-5)."""

REMAIN_MIN = 5
"""Batches that every cut leaves, since the statistic of very few is small by chance.

Source: Hoad, Robinson and Davies, *Automating warm-up length estimation*, Journal of the Operational
Research Society 61 (2010), who leave out the last five.
"""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Where to cut.

    ``observations`` is how many to leave out at the beginning and ``length`` the same in the unit
    of ``every``, the distance of two observations.  ``enough`` is false when the best cut lies
    beyond the middle: then the run is too short to tell, and a longer one is needed.  ``statistic``
    is the MSER value at the cut, and ``whole`` that without a cut.
    """

    observations: int
    length: int
    enough: bool
    statistic: float
    whole: float


def mser5(observations: ArrayLike, *, every: int = 1) -> WarmUp:
    """Return the MSER-5 cut of one run (a row) or of replications (one row each, averaged first).

    ``observations`` are taken at equal distances of ``every`` (ticks, or 1 to count them).  A rest
    of fewer than five observations at the end is not used.

    Raises:
        ValueError: when there are fewer than 50 observations a run, or one is not finite.
    """
    rows = np.asarray(observations, dtype=np.float64)
    line = rows.mean(axis=0) if rows.ndim == 2 else rows
    if line.ndim != 1 or len(line) < 2 * REMAIN_MIN * BATCH or not bool(np.isfinite(line).all()):
        raise ValueError(f"MSER-5 needs at least {2 * REMAIN_MIN * BATCH} finite observations a run")
    batches = len(line) // BATCH
    means = line[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    statistics = _statistics(means - means.mean())
    cut = int(np.argmin(statistics))
    return WarmUp(
        observations=cut * BATCH,
        length=cut * BATCH * every,
        enough=2 * cut <= batches,
        statistic=float(statistics[cut]),
        whole=float(statistics[0]),
    )


def longest(several: Mapping[str, ArrayLike], *, every: int = 1) -> tuple[str, WarmUp]:
    """Return the name and the cut of that series which needs the longest warm-up; the first of equals.

    A series whose run is too short counts as longer than any that is long enough.

    Raises:
        ValueError: when there is no series, or one has fewer than 50 observations.
    """
    cuts = {name: mser5(observations, every=every) for name, observations in several.items()}
    if not cuts:
        raise ValueError("a warm-up is found in at least one series")
    worst = max(cuts, key=lambda name: (not cuts[name].enough, cuts[name].observations))
    return worst, cuts[worst]


def moving_average(observations: ArrayLike, window: int) -> NDArray[np.float64]:
    """Return Welch's moving average of the replications' mean, for a plot that one looks at.

    The average at i covers ``window`` observations to each side, fewer near the beginning; the last
    ``window`` observations have no value of their own.

    Raises:
        ValueError: when ``window`` is below 1 or takes more than half of the run.

    Source: Welch 1983; Law 2015, §9.5.1.
    """
    rows = np.asarray(observations, dtype=np.float64)
    line = rows.mean(axis=0) if rows.ndim == 2 else rows
    if window < 1 or 2 * window > len(line):
        raise ValueError("the window is at least 1 and at most half of the run")
    sums = np.concatenate(([0.0], np.cumsum(line)))
    centres = np.arange(len(line) - window)
    reach = np.minimum(centres, window)
    averages: NDArray[np.float64] = (sums[centres + reach + 1] - sums[centres - reach]) / (2 * reach + 1)
    return averages


def _statistics(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the MSER statistic for each cut that leaves at least ``REMAIN_MIN`` batches."""
    remain = np.arange(len(means), 0, -1)
    sums = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum((means**2)[::-1])[::-1]
    every_cut = np.maximum(squares - sums**2 / remain, 0.0) / remain**2
    kept: NDArray[np.float64] = every_cut[: len(means) - REMAIN_MIN + 1]
    return kept
