"""How far the twin is from what a post's ledger says of its last days; pure.

Two things are held against the ledger: the plan's own numbers (service times), each beside the interval of
what was seen, and forecasts made as of past instants, from what was on record then, beside what happened after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from gatepair.base.time import DAY_MS, HOUR_MS
from gatepair.plan.model import Plan, Text
from gatepair.twin.ledgers.calibrate import ServiceFit, calibrate, planned_moments
from gatepair.twin.ledgers.forecast import forecast
from gatepair.twin.ledgers.observed import Ledger
from gatepair.twin.ledgers.present import ends_ms, known_at, present
from gatepair.twin.ledgers.scoring import HIGH, LOW, Case, cases, scored

DAYS: Final = 7
"""How many days back the twin is held against the ledger."""
HOURS: Final = 6
"""How far each forecast reaches."""
FORECASTS_MAX: Final = 14
FUTURES: Final = 40
"""Futures of each forecast: enough for the ends of a middle 80 % (4 lie beyond each)."""
STEP_MIN_MS: Final = 2 * HOUR_MS
REMARKS_MAX: Final = 12
CASES_MAX: Final = 96
"""Cases that are kept one by one; the scores count all."""


class ServiceHeld(Struct, frozen=True, forbid_unknown_fields=True):
    """A service time of the plan beside what was seen; seconds, with the interval of the mean seen."""

    station: str
    name: Text
    selector: str
    count: int
    planned_s: float
    seen_s: float
    low_s: float
    high_s: float
    inside: bool
    """Whether the interval of what was seen holds the plan's number."""


class CaseHeld(Struct, frozen=True, forbid_unknown_fields=True):
    """One figure forecast and what happened: the middle 80 % of the futures, their median, and the value seen."""

    what: str
    at_ms: int
    until_ms: int
    low: float
    median: float
    high: float
    seen: float
    inside: bool


class ScoreHeld(Struct, frozen=True, forbid_unknown_fields=True):
    """All cases of one figure: how many lay inside, and the mean error of the median."""

    what: str
    cases: int
    inside: int
    median_error: float


class Calibration(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of holding the twin against the ledger."""

    made_at_ms: int
    """The end of what the ledger said."""
    first_ms: int
    forecasts: int
    services: list[ServiceHeld]
    scores: list[ScoreHeld]
    cases: list[CaseHeld]
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is run: futures of each forecast, and the seed."""

    futures: int = FUTURES
    seed: int = 1


def held_against(
    plan: Plan, ledger: Ledger, effort: Effort, *, on_done: Callable[[int, int], None] | None = None
) -> Calibration:
    """Return how ``plan`` and forecasts under it stand against the last days of ``ledger``.

    Raises:
        ValueError: the ledger holds too little: no crossings, or fewer hours than a forecast and its past need.
    """
    if not ledger.facts:
        raise ValueError("the ledger holds no crossing yet")
    end_ms = ends_ms([ledger])
    first_ms = max(end_ms - DAYS * DAY_MS, min(fact.event.at_ms for fact in ledger.facts))
    moments = _moments(first_ms, end_ms)
    if not moments:
        raise ValueError(
            f"the ledger spans less than {HOURS + STEP_MIN_MS // HOUR_MS} hours; hold the twin against it later"
        )
    found: list[Case] = []
    for number, at_ms in enumerate(moments):
        found += _cases(plan, ledger, effort, at_ms=at_ms, until_ms=end_ms)
        if on_done is not None:
            on_done(number + 1, len(moments))
    overlay = calibrate(plan, [ledger], first_ms=first_ms, until_ms=end_ms)
    scores = [
        ScoreHeld(one.what, one.cases, sum(case.inside() for case in found if case.what == one.what), one.median_error)
        for one in scored(found)
    ]
    return Calibration(
        made_at_ms=end_ms,
        first_ms=first_ms,
        forecasts=len(moments),
        services=list(_services(plan, overlay.services)),
        scores=scores,
        cases=[_case(one) for one in found if one.what.partition(".")[0] != "wait"][-CASES_MAX:],
        remarks=list(overlay.remarks[:REMARKS_MAX]),
    )


def _moments(first_ms: int, end_ms: int) -> list[int]:
    """Return the instants as of which is forecast, evenly over the days, each with some past and all of its future."""
    begin, last = first_ms + STEP_MIN_MS, end_ms - HOURS * HOUR_MS
    if last < begin:
        return []
    step = max(STEP_MIN_MS, -(-(last - begin + 1) // FORECASTS_MAX))
    return list(range(begin, last + 1, step))


def _cases(plan: Plan, ledger: Ledger, effort: Effort, *, at_ms: int, until_ms: int) -> Iterator[Case]:
    if not any(fact.recorded_ms < at_ms for fact in ledger.facts):
        return
    now = present(plan, [ledger], at_ms=at_ms)
    made = forecast(plan, now, hours=HOURS, replications=effort.futures, seed=effort.seed)
    happened = known_at(plan, [ledger], until_ms + 1)
    yield from cases(made, now, happened, until_ms=until_ms)


def _services(plan: Plan, fits: Sequence[ServiceFit]) -> Iterator[ServiceHeld]:
    for one in fits:
        told = one.covers()
        if one.fit is not None and told is not None:
            bounds = one.fit.mean_bounds
            yield ServiceHeld(
                station=one.station,
                name=plan.stations[one.station].name,
                selector=one.selector,
                count=one.fit.count,
                planned_s=planned_moments(one.planned)[0],
                seen_s=one.fit.mean_s,
                low_s=bounds.low,
                high_s=bounds.high,
                inside=told[0],
            )


def _case(one: Case) -> CaseHeld:
    return CaseHeld(
        one.what,
        one.at_ms,
        one.until_ms,
        low=one.quantile(LOW),
        median=one.quantile(0.5),
        high=one.quantile(HIGH),
        seen=one.seen,
        inside=one.inside(),
    )


def days_of(one: Calibration) -> int:
    """Return how many days the calibration spans, begun ones counted whole."""
    return -(-(one.made_at_ms - one.first_ms) // DAY_MS)


def inside_of(several: Sequence[ScoreHeld]) -> tuple[int, int]:
    """Return how many of how many cases lay inside."""
    return sum(one.inside for one in several), sum(one.cases for one in several)
