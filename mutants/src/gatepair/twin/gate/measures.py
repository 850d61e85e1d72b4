"""What a run of a gate says: cleared and stock as the daily report counts them, waits, stages, loads, the bottleneck."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gatepair.base.time import DAY_MS, HOUR_MS
from gatepair.operations.capacity import fixed_limits
from gatepair.plan.model import Direction, Plan
from gatepair.plan.rules import exit_post
from gatepair.twin.gate.time import TICKS_PER_MS, Horizon
from gatepair.twin.gate.ways import Kind
from gatepair.twin.program import Program
from gatepair.twin.results import (
    HISTOGRAM_BOUNDS,
    RESOURCE_FIGURES,
    TALLY_FIGURES,
    RawRun,
)
from gatepair.twin.units import TICKS_PER_S

Reals = npt.NDArray[np.float64]
CLEARED: Final = {Direction.OUT: "departed", Direction.IN: "gone"}
"""The counter that counts as cleared, as the home side's daily report counts both directions."""
LIMITS: Final = ("service", "yard", "quota", "backlog", "gate", "lane")
"""Resources that are limits of the gate and no stations, by the first word of their names."""
CALL_LIMITS: Final = ("service", "yard", "backlog", "quota")
"""Those of them that a call takes."""
BUSY: Final = 0.85
"""A load from which a place is called the limit; below it the day is ended by what comes or by the hours. Assumed."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What limits a direction: a station, the partner's quota, the gate's limits, or nothing but hours and arrivals."""

    name: str
    kind: str
    """``station``, ``quota``, ``limit`` or ``none``."""
    load: float
    """Busy part of what there was: of server time, or of the quota of the open hours."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the arrays of a run are read: names by number, and what the plan says of them. Picklable."""

    days: float
    classes: tuple[str, ...]
    counters: Mapping[str, int]
    tallies: Mapping[str, int]
    resources: Mapping[str, int]
    directions: tuple[tuple[Direction, tuple[tuple[int, str], ...]], ...]
    """(direction, (number, commodity) of its laden classes)."""
    stations: tuple[tuple[str, Direction], ...]
    """Stations by the direction they serve."""
    quotas: tuple[tuple[Direction, float], ...]
    """Departures that the partner's quota allows over the open hours of the run."""
    open_spans: tuple[tuple[Direction, tuple[tuple[int, int], ...]], ...]
    """When a lane of the direction is open: the limits of a call matter then alone."""
    stood: Mapping[str, int]
    """Who a warm start put there and is not cleared yet, by direction, and by direction and goods."""

    @classmethod
    def of(
        cls, plan: Plan, horizon: Horizon, program: Program, *, kinds: Sequence[Kind], stood: Mapping[str, int]
    ) -> Reading:
        """Return the reading of ``program``."""
        numbers = {name: number for number, name in enumerate(program.class_names)}
        return cls(
            days=(horizon.until_ms - horizon.origin_ms) / DAY_MS,
            classes=program.class_names,
            counters={name: number for number, name in enumerate(program.counter_names)},
            tallies={name: number for number, name in enumerate(program.tally_names)},
            resources={name: number for number, name in enumerate(program.resource_names)},
            directions=tuple(
                (
                    direction,
                    tuple(
                        (numbers[kind.name], kind.commodity.value)
                        for kind in kinds
                        if kind.direction is direction and kind.laden
                    ),
                )
                for direction in Direction
            ),
            stations=tuple(_stations(plan)),
            quotas=tuple(_quotas(plan, program, horizon)),
            open_spans=tuple((way, tuple(_open_spans(program, way, horizon.until))) for way in Direction),
            stood=dict(stood),
        )


def measures_of(reading: Reading, run: RawRun) -> dict[str, float]:
    """Return every figure of one run; times in seconds, waits of those called, NaN where there was nobody."""
    found: dict[str, float] = {}
    for direction, kinds in reading.directions:
        if kinds:
            found |= _counts(reading, run, direction, kinds)
            found |= _waits(reading, run, direction, kinds)
    found |= _loads(reading, run)
    found |= _missions(reading, run)
    for direction, kinds in reading.directions:
        if kinds:
            found[f"load.{direction.value}"] = bottleneck_of(reading, run, direction).load
    return found


def bottleneck_of(reading: Reading, run: RawRun, direction: Direction) -> Bottleneck:
    """Return what limits ``direction``: its busiest station, else the partner's quota, else a limit of the call.

    A limit of the call is full whenever a station behind it is, and a quota follows from the partner's
    stations; so a busy station comes first, for it is what can be widened.
    """
    stations = [
        Bottleneck(name, "station", _load(reading, run, name))
        for name, serves in reading.stations
        if serves is direction
    ]
    departed = _count(reading, run, f"departed.{direction.value}")
    quotas = [
        Bottleneck(f"quota.{direction.value}", "quota", departed / room)
        for of, room in reading.quotas
        if of is direction and room
    ]
    limits = [
        Bottleneck(
            f"{name}.{direction.value}",
            "limit",
            _full(reading, run, f"{name}.{direction.value}", dict(reading.open_spans)[direction]),
        )
        for name in CALL_LIMITS[:3]
    ]
    worst = Bottleneck("nothing", "none", 0.0)
    for kind in (stations, quotas, limits):
        known = [one for one in kind if math.isfinite(one.load)]
        busiest = max(known, key=lambda one: one.load, default=worst)
        if busiest.load >= BUSY:
            return busiest
        worst = max(worst, busiest, key=lambda one: one.load)
    return Bottleneck(worst.name, "none", worst.load)


def series_of(reading: Reading, run: RawRun) -> dict[str, Reals]:
    """Return the figures by snapshot: stock, cleared since the one before, queues and places in use."""
    found: dict[str, Reals] = {}
    points = len(run.series_counters)
    for direction, kinds in reading.directions:
        if not kinds:
            continue
        way = direction.value

        def total(name: str, way: str = way) -> Reals:
            number = reading.counters.get(f"{name}.{way}")
            return np.zeros(points) if number is None else run.series_counters[:, number].astype(np.float64)

        cleared = total(CLEARED[direction])
        gone = cleared + total("withdrawn") + (total("refused") if direction is Direction.IN else 0.0)
        found[f"stock.{way}"] = reading.stood.get(way, 0) + total("opening") + total("came") - gone
        found[f"cleared.{way}"] = np.diff(cleared, prepend=0.0)
        found[f"arrivals.{way}"] = np.diff(total("came"), prepend=0.0)
        found[f"waiting.{way}"] = run.series_queue[:, reading.resources[f"queue.{way}"]].astype(np.float64)
    for name, _ in reading.stations:
        found[f"queue.{name}"] = run.series_queue[:, reading.resources[name]].astype(np.float64)
    return found


def _counts(reading: Reading, run: RawRun, direction: Direction, kinds: Sequence[tuple[int, str]]) -> dict[str, float]:
    way, word = direction.value, CLEARED[direction]
    cleared = _count(reading, run, f"{word}.{way}")
    came, opening = _count(reading, run, f"came.{way}"), _count(reading, run, f"opening.{way}")
    withdrawn = _count(reading, run, f"withdrawn.{way}")
    withdrawn += _count(reading, run, f"refused.{way}") if direction is Direction.IN else 0.0
    empties = _count(reading, run, f"empties_departed.{way}")
    opening += reading.stood.get(way, 0)
    laden = [number for number, _ in kinds]
    came = _count(reading, run, f"came.{way}", laden)
    stock = opening + came - cleared - withdrawn
    found = {
        f"cleared.{way}": cleared,
        f"arrivals.{way}": came,
        f"opening.{way}": opening,
        f"stock.{way}": stock,
        f"withdrawn.{way}": withdrawn,
        f"stock_per_cleared_day.{way}": stock * reading.days / cleared if cleared else math.nan,
        f"lost.{way}": _count(reading, run, f"withdrawn.{way}"),
        f"empties.{way}": empties,
        f"missed.{way}": _count(reading, run, f"missed.{way}"),
    }
    for commodity in dict.fromkeys(name for _, name in kinds):
        numbers = [number for number, name in kinds if name == commodity]
        gone = _count(reading, run, f"{word}.{way}", numbers)
        found[f"cleared.{way}.{commodity}"] = gone
        lost = [f"withdrawn.{way}", f"refused.{way}"] if direction is Direction.IN else [f"withdrawn.{way}"]
        there = _count(reading, run, f"opening.{way}", numbers) + _count(reading, run, f"came.{way}", numbers)
        there += reading.stood.get(f"{way}.{commodity}", 0)
        found[f"stock.{way}.{commodity}"] = there - gone - sum(_count(reading, run, name, numbers) for name in lost)
    stay = reading.tallies.get(f"stay.{way}")
    if stay is not None:
        found[f"overdue.{way}"] = float(run.tallies[stay, :, TALLY_FIGURES.index("over")].sum())
    return found


def _waits(reading: Reading, run: RawRun, direction: Direction, kinds: Sequence[tuple[int, str]]) -> dict[str, float]:
    way = direction.value
    found: dict[str, float] = {}
    for measure, tally in (("wait", f"wait.{way}"), ("crossing", f"cleared.{way}")):
        number = reading.tallies.get(tally)
        if number is None:
            continue
        found |= _spread(run, number, None, stem=measure, tail=way)
        for commodity in dict.fromkeys(name for _, name in kinds):
            classes = [index for index, name in kinds if name == commodity]
            found |= _spread(run, number, classes, stem=measure, tail=f"{way}.{commodity}")
    for stage in ("coming", "exit", "line", "entry"):
        number = reading.tallies.get(f"{stage}.{way}")
        if number is not None:
            found[f"stage_mean_s.{way}.{stage}"] = _mean_s(run, number, None)
    return found


def _missions(reading: Reading, run: RawRun) -> dict[str, float]:
    """Return what the unmanned fleets carried: containers, their waits for a vehicle, trips, empty trips, load."""
    found: dict[str, float] = {}
    for direction in Direction:
        way = direction.value
        waits, trips = (reading.tallies.get(f"{name}.{way}") for name in ("container_wait", "trip"))
        if trips is not None:
            found[f"missions.{way}"] = _count(reading, run, f"missions.{way}")
            found[f"empty_trips.{way}"] = _count(reading, run, f"empty_trips.{way}")
            found[f"trip_mean_s.{way}"] = _mean_s(run, trips, None)
        if waits is not None:
            found[f"containers.{way}"] = _count(reading, run, f"containers.{way}")
            found |= _spread(run, waits, None, stem="container_wait", tail=way)
    for name in reading.resources:
        if name.startswith("fleet.") and name.endswith(".busy"):
            found[f"utilisation.{name.removesuffix('.busy')}"] = _load(reading, run, name)
    return found


def _spread(run: RawRun, tally: int, classes: Sequence[int] | None, *, stem: str, tail: str) -> dict[str, float]:
    histogram = run.tally_histogram[tally] if classes is None else run.tally_histogram[tally][list(classes)]
    bins = histogram.sum(axis=0)
    return {
        f"{stem}_count.{tail}": float(bins.sum()),
        f"{stem}_mean_s.{tail}": _mean_s(run, tally, classes),
        f"{stem}_p50_s.{tail}": quantile_s(bins, 0.5),
        f"{stem}_p90_s.{tail}": quantile_s(bins, 0.9),
    }


def _mean_s(run: RawRun, tally: int, classes: Sequence[int] | None) -> float:
    rows = run.tallies[tally] if classes is None else run.tallies[tally][list(classes)]
    n, total = (int(rows[:, TALLY_FIGURES.index(name)].sum()) for name in ("n", "sum"))
    return total / n / TICKS_PER_S if n else math.nan


def quantile_s(bins: npt.NDArray[np.int64], share: float) -> float:
    """Return a quantile of a histogram in seconds, even within its bin; NaN when it is empty.

    Bins are quarter octaves, so the error is at most 9 percent and mostly far less.
    """
    total = int(bins.sum())
    if not total:
        return math.nan
    reached = np.cumsum(bins)
    index = int(np.searchsorted(reached, share * total))
    before = int(reached[index - 1]) if index else 0
    bounds = [0, *HISTOGRAM_BOUNDS.tolist()]
    low = bounds[index]
    high = bounds[index + 1] if index + 1 < len(bounds) else low
    part = (share * total - before) / max(int(bins[index]), 1)
    return float(low + (high - low) * min(max(part, 0.0), 1.0)) / TICKS_PER_S


def _loads(reading: Reading, run: RawRun) -> dict[str, float]:
    found: dict[str, float] = {}
    queue, waits, starts = (RESOURCE_FIGURES.index(name) for name in ("queue_area", "wait_sum", "starts"))
    length = run.until - run.warm_up
    names = [name for name, _ in reading.stations]
    limits = [name for name in reading.resources if name.partition(".")[0] in LIMITS]
    used = {
        f"quota.{way.value}": _count(reading, run, f"departed.{way.value}") / room
        for way, room in reading.quotas
        if room
    }
    spans = dict(reading.open_spans)
    for name in (*names, *limits):
        number = reading.resources[name]
        row = run.resources[number]
        found[f"utilisation.{name}"] = _load(reading, run, name)
        word, _, way = name.partition(".")
        if word in CALL_LIMITS:
            # Over the open hours alone: what stands inside overnight limits nobody.
            full = used.get(name, _full(reading, run, name, spans[Direction(way)]))
            found[f"utilisation.{name}"] = full
        found[f"queue_mean.{name}"] = row[queue] / length
        found[f"queue_wait_mean_s.{name}"] = row[waits] / row[starts] / TICKS_PER_S if row[starts] else math.nan
    return found


def _load(reading: Reading, run: RawRun, name: str) -> float:
    number = reading.resources.get(name)
    if number is None:
        return math.nan
    busy, there = (int(run.resources[number, RESOURCE_FIGURES.index(one)]) for one in ("busy_area", "capacity_area"))
    return busy / there if there else math.nan


def _full(reading: Reading, run: RawRun, name: str, spans: Sequence[tuple[int, int]]) -> float:
    """Return how full a limit is while the lane is open, by the snapshots; NaN without snapshots."""
    number = reading.resources.get(name)
    ticks = np.arange(1, len(run.series_in_use) + 1) * run.snapshot_every
    there = np.zeros(len(ticks), dtype=bool)
    for start, end in spans:
        there |= (ticks > start) & (ticks <= end)
    if number is None or not there.any():
        return math.nan
    capacity = int(run.resources[number, RESOURCE_FIGURES.index("capacity_area")]) / (run.until - run.warm_up)
    mean = float(run.series_in_use[there, number].mean())
    return mean / capacity if capacity else math.nan


def _count(reading: Reading, run: RawRun, name: str, classes: Sequence[int] | None = None) -> float:
    number = reading.counters.get(name)
    if number is None:
        return 0.0
    row = run.counters[number]
    return float(row.sum()) if classes is None else float(row[list(classes)].sum())


def _stations(plan: Plan) -> Iterator[tuple[str, Direction]]:
    for key, station in plan.stations.items():
        for direction in Direction:
            if plan.role_of(station.post, direction) is station.role:
                yield key, direction


def _quotas(plan: Plan, program: Program, horizon: Horizon) -> Iterator[tuple[Direction, float]]:
    """Yield how many may depart over the hours in which the line is open."""
    for direction in Direction:
        limits = fixed_limits(plan, exit_post(plan, direction), direction)
        if limits.partner_quota is None:
            continue
        open_ticks = sum(end - start for start, end in _open_spans(program, direction, horizon.until))
        yield direction, limits.partner_quota * open_ticks / (HOUR_MS * TICKS_PER_MS)


def _open_spans(program: Program, direction: Direction, until: int) -> Iterator[tuple[int, int]]:
    """Yield when the first lane of ``direction`` is open."""
    names = program.resource_names
    name = next((one for one in names if one.startswith(f"lane.{direction.value}.")), None)
    if name is None:
        return
    resource = names.index(name)
    capacity, since = int(program.resources[resource, 0]), 0
    for tick, _, changed, value in program.changes.tolist():
        if changed == resource and tick < until and (value > 0) is not (capacity > 0):
            if capacity > 0:
                yield since, tick
            capacity, since = value, tick
    if capacity > 0:
        yield since, until
