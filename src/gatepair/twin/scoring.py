"""How good a forecast with quantiles was: proper scores, coverage, and the two simple forecasts it must beat.

A sample of futures is scored by the continuous ranked probability score, which for a single number is
its absolute error, so that simple forecasts and samples are held against the same measure.  The simple
forecasts are persistence (what is goes on) and a moving average (the rate of the last two hours goes on).

Sources: Gneiting and Raftery 2007 (proper scores; the sample form of the CRPS); Fricker, Ferro and
Stephenson 2013 (its fair form for a small sample).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOW: Final = 0.1
HIGH: Final = 0.9
SIMPLE: Final = ("persistence", "moving_average")


def crps(sample: Sequence[float] | Floats, seen: float) -> float:
    """Return the fair CRPS of a sample of futures, in the unit of the quantity; one number gives its absolute error.

    ``mean |x - seen| - (1/2) mean |x - x'|`` over different members.  Cost: a sort.

    Raises:
        ValueError: the sample is empty.
    """
    members = np.sort(np.asarray(sample, dtype=np.float64))
    n = members.size
    if n == 0:
        raise ValueError("a sample of futures needs members")
    error = float(np.abs(members - seen).mean())
    if n == 1:
        return error
    # The sum of |x - x'| over ordered pairs of a sorted sample is 2 * sum (2i - n + 1) x_i, i from 0.
    spread = 2 * float(((2 * np.arange(n) - n + 1) * members).sum())
    return error - spread / (2 * n * (n - 1))


def pinball(quantile: float, at: float, seen: float) -> float:
    """Return the pinball loss of the forecast ``quantile`` at the level ``at`` (0 to 1)."""
    return (seen - quantile) * at if seen >= quantile else (quantile - seen) * (1 - at)


@dataclass(frozen=True, slots=True)
class Case:
    """One quantity forecast at ``at_ms`` for ``until_ms``: futures, what happened, and the simple forecasts."""

    what: str
    at_ms: int
    until_ms: int
    futures: tuple[float, ...]
    seen: float
    simple: Mapping[str, float]

    def twin(self) -> float:
        """Return the CRPS of the futures."""
        return crps(self.futures, self.seen)

    def quantile(self, at: float) -> float:
        """Return a quantile of the futures."""
        return float(np.quantile(np.asarray(self.futures), at))

    def inside(self) -> bool:
        """Tell whether what happened lies in the middle 80 % of the futures, ends included."""
        return self.quantile(LOW) <= self.seen <= self.quantile(HIGH)


@dataclass(frozen=True, slots=True)
class Score:
    """Many cases of one quantity: mean CRPS of the twin, mean absolute error of the simple forecasts.

    ``gain`` is how much smaller the twin's score is than each simple one's (0.25: a quarter less);
    ``coverage`` the share of cases inside the middle 80 %, ``pinball_high`` the mean pinball loss
    of the 90th percentile, ``median_error`` the mean absolute error of the median.
    """

    what: str
    cases: int
    twin: float
    median_error: float
    pinball_high: float
    coverage: float
    simple: Mapping[str, float] = field(default_factory=dict)

    def gain(self, name: str) -> float:
        """Return by which share the twin's score is smaller than that of the simple forecast ``name``."""
        other = self.simple[name]
        return 1 - self.twin / other if other else 0.0

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "what": self.what,
            "cases": self.cases,
            "crps": self.twin,
            "median_error": self.median_error,
            "pinball_90": self.pinball_high,
            "coverage_80": self.coverage,
            "simple": dict(self.simple),
            "gain": {name: self.gain(name) for name in self.simple},
        }


def scored(cases: Iterable[Case]) -> tuple[Score, ...]:
    """Return one score for each quantity named in ``cases``, in the order of their first case."""
    by_name: dict[str, list[Case]] = {}
    for case in cases:
        by_name.setdefault(case.what, []).append(case)
    return tuple(_score(what, group) for what, group in by_name.items())


def _score(what: str, group: Sequence[Case]) -> Score:
    names = [name for name in group[0].simple if all(name in case.simple for case in group)]
    return Score(
        what=what,
        cases=len(group),
        twin=_mean(case.twin() for case in group),
        median_error=_mean(abs(case.quantile(0.5) - case.seen) for case in group),
        pinball_high=_mean(pinball(case.quantile(HIGH), HIGH, case.seen) for case in group),
        coverage=_mean(float(case.inside()) for case in group),
        simple={name: _mean(abs(case.simple[name] - case.seen) for case in group) for name in names},
    )


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
