"""How good a forecast with quantiles was: proper scores, coverage, and the two simple forecasts it must beat.

A sample of futures is scored by the continuous ranked probability score, which for a single number is
its absolute error, so that simple forecasts and samples are held against the same measure.  The simple
forecasts are persistence (what is goes on) and a moving average (the rate of the last two hours goes on).

Sources: Gneiting and Raftery 2007 (proper scores; the sample form of the CRPS); Fricker, Ferro and
Stephenson 2013 (its fair form for a small sample).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.plan.model import Direction
from gatepair.twin.ledgers.forecast import Forecast, PlaceForecast
from gatepair.twin.ledgers.present import Known, Present, stock_at

Floats = NDArray[np.float64]

LOW: Final = 0.1
HIGH: Final = 0.9
WINDOW_MS: Final = 2 * HOUR_MS
"""How far back the moving average looks, as the public board does."""
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


# --- a forecast held against what happened -----------------------------------------------------------


def cases(made: Forecast, now: Present, happened: Mapping[str, Known], *, until_ms: int) -> Iterator[Case]:
    """Yield every figure of a forecast beside what happened and the simple forecasts.

    ``happened`` is what the ledgers know in the end (:func:`gatepair.twin.ledgers.present.known_at`), ``until_ms``
    where they end: moments after it are passed over.  Stock and cleared in vehicles at each full hour
    ahead; waits in seconds of the places that could be called, cut at the forecast's end on all sides.
    """
    for one in made.directions:
        yield from _counted(made, now, happened, direction=one.direction, until_ms=until_ms)
    ends_ms = made.at_ms + made.hours * HOUR_MS
    if ends_ms <= until_ms:
        for column, place in enumerate(made.places):
            if place.callable:
                yield _waited(made, now, happened, place=place, column=column)


def _counted(
    made: Forecast, now: Present, happened: Mapping[str, Known], *, direction: Direction, until_ms: int
) -> Iterator[Case]:
    way, at_ms = direction.value, made.at_ms
    before = [one for one in now.known.values() if one.direction is direction and one.either.laden]
    after = [one for one in happened.values() if one.direction is direction and one.either.laden]
    stock = stock_at(before, direction, at_ms)
    for column, moment_ms in enumerate(made.moments_ms):
        ahead_ms = moment_ms - at_ms
        if ahead_ms % HOUR_MS or moment_ms > until_ms:
            continue
        cleared = _between(after, lambda one: one.cleared_ms, at_ms, moment_ms)
        passed = {
            name: _between(before, lambda one: one.cleared_ms, at_ms - back_ms, at_ms) * ahead_ms / back_ms
            for name, back_ms in (("persistence", HOUR_MS), ("moving_average", WINDOW_MS))
        }
        came = _between(before, lambda one: one.came_ms, at_ms - WINDOW_MS, at_ms) * ahead_ms / WINDOW_MS
        yield Case(
            what=f"stock.{way}",
            at_ms=at_ms,
            until_ms=moment_ms,
            futures=tuple(made.futures[f"stock.{way}"][:, column].tolist()),
            seen=float(stock_at(after, direction, moment_ms)),
            simple={
                "persistence": float(stock),
                "moving_average": max(0.0, stock + came - passed["moving_average"]),
            },
        )
        yield Case(
            what=f"cleared.{way}",
            at_ms=at_ms,
            until_ms=moment_ms,
            futures=tuple(made.futures[f"cleared.{way}"][:, column].tolist()),
            seen=float(cleared),
            simple=passed,
        )


def _between(known: Iterable[Known], of: Callable[[Known], int | None], first_ms: int, last_ms: int) -> int:
    moments = (of(one) for one in known)
    return sum(1 for moment in moments if moment is not None and first_ms < moment <= last_ms)


def _waited(made: Forecast, now: Present, happened: Mapping[str, Known], *, place: PlaceForecast, column: int) -> Case:
    """Return the case of one place; a wait that outlasts the forecast counts as lasting to its end."""
    longest_s = made.hours * HOUR_MS / SECOND_MS
    exit_view = happened[place.crossing].exit
    calls = [call for call in (exit_view.calls_ms if exit_view else []) if call > made.at_ms]
    seen_s = (min(calls) - made.at_ms) / SECOND_MS if calls else longest_s
    futures = np.minimum(made.futures["places"][:, column], longest_s)
    return Case(
        what=f"wait.{place.direction.value}",
        at_ms=made.at_ms,
        until_ms=made.at_ms + made.hours * HOUR_MS,
        futures=tuple(futures.tolist()),
        seen=min(seen_s, longest_s),
        simple={
            "persistence": min(max(_last_wait_s(now, place.direction, longest_s) - place.waited_s, 0.0), longest_s),
            "moving_average": min(_board_wait_s(now, place), longest_s),
        },
    )


def _last_wait_s(now: Present, direction: Direction, longest_s: float) -> float:
    """Return how long the one called last had waited; the whole forecast when nobody was called yet."""
    called = [
        (one.exit.calls_ms[-1], one.exit.placed_ms)
        for one in now.known.values()
        if one.direction is direction and one.exit is not None and one.exit.calls_ms and one.exit.placed_ms is not None
    ]
    if not called:
        return longest_s
    call_ms, placed_ms = max(called)
    return (call_ms - placed_ms) / SECOND_MS


def _board_wait_s(now: Present, place: PlaceForecast) -> float:
    """Return the public board's forecast: places ahead over the rate of calls of the last two hours."""
    calls = sum(
        1
        for one in now.known.values()
        if one.direction is place.direction and one.exit is not None
        for call in one.exit.calls_ms
        if now.at_ms - WINDOW_MS < call <= now.at_ms
    )
    return (place.ahead + 1) * WINDOW_MS / SECOND_MS / calls if calls else float("inf")
