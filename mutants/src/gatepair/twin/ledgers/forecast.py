"""Waiting times and stock of the next hours, with quantiles, from where everything stands now.

The plan is compiled with its present state in it (:func:`gatepair.twin.gate.gate.compile_gate`) and run many
times from the present instant on; each run draws new arrivals and new services, and what has begun goes
on.  Every figure is a set of futures, from which quantiles are read; none is a bare number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.plan.model import Direction, Plan
from gatepair.twin.engine import Engine, simulate
from gatepair.twin.gate.gate import Gate, compile_gate
from gatepair.twin.ledgers.present import Present, stock_at
from gatepair.twin.results import Run
from gatepair.twin.study.experiment import Executor, Experiment, Observed, replicate_task
from gatepair.twin.units import TICKS_PER_S

Floats = NDArray[np.float64]

STEP_MIN: Final = 30
"""Futures are noted twice an hour."""
HOURS_MAX: Final = 48
SHARES: Final = (0.1, 0.5, 0.9)
TICKS_PER_MS: Final = TICKS_PER_S // SECOND_MS


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Mean, median and the middle 80 % of the futures; infinite where that many futures do not come to an end."""

    p10: float
    p50: float
    p90: float
    mean: float

    @classmethod
    def of(cls, futures: Floats) -> Quantiles:
        """Return the quantiles of the futures (nearest rank, so that an infinite one stays so)."""
        low, middle, high = np.quantile(futures, SHARES, method="inverted_cdf")
        return cls(float(low), float(middle), float(high), float(futures.mean()))

    def to_wire(self) -> dict[str, float | None]:
        """Return the published form; what does not come to an end is null."""
        values = {"p10": self.p10, "p50": self.p50, "p90": self.p90, "mean": self.mean}
        return {name: value if math.isfinite(value) else None for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class HourForecast:
    """One moment ahead: stock then, and what was cleared from now until then, in vehicles."""

    until_ms: int
    stock: Quantiles
    cleared: Quantiles


@dataclass(frozen=True, slots=True)
class DirectionForecast:
    """One direction: what stands and waits now, and how that goes on."""

    direction: Direction
    stock_now: int
    waiting_now: int
    hours: tuple[HourForecast, ...]
    wait_of_next_s: Quantiles | None
    """Of those who come within the next hour: from the place to the call, in seconds; None where nobody comes."""


@dataclass(frozen=True, slots=True)
class PlaceForecast:
    """One place that waits: how long it has waited, and how long it will, in seconds.

    A future in which it is not called within the forecast counts as infinite; ``called_share`` is the
    share of futures in which it is.
    """

    direction: Direction
    crossing: str
    number: int
    class_key: str
    callable: bool
    ahead: int
    waited_s: int
    wait_s: Quantiles
    called_share: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast made at ``at_ms`` over ``hours``, from ``replications`` futures (``cut_short``: fewer than asked)."""

    at_ms: int
    hours: int
    replications: int
    cut_short: bool
    directions: tuple[DirectionForecast, ...]
    places: tuple[PlaceForecast, ...]
    futures: Mapping[str, Floats] = field(default_factory=dict)
    """By name (``stock.out``, ``cleared.in``, ``wait.<crossing>``): one row a future, one column a moment."""
    moments_ms: tuple[int, ...] = ()

    def of(self, direction: Direction) -> DirectionForecast:
        """Return one direction's forecast."""
        return next(one for one in self.directions if one.direction is direction)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form, without the futures themselves."""
        return {
            "at_ms": self.at_ms,
            "hours": self.hours,
            "replications": self.replications,
            "cut_short": self.cut_short,
            "directions": [_direction_wire(one) for one in self.directions],
            "places": [_place_wire(one) for one in self.places],
        }


@dataclass(frozen=True, slots=True)
class FutureTask:
    """Makes one future from its number; picklable, so that any executor can take it."""

    built: Gate
    seed: int
    until: int
    step: int
    engine: Engine
    queued: tuple[int, ...]
    """Index among the standing of each place that waits."""

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        """Return stock and cleared by moment, and the waits in seconds of those that wait now and of the next hour's."""
        run = simulate(
            self.built.program_for(self.seed, replication),
            seed=self.seed,
            replication=replication,
            until=self.until,
            antithetic=antithetic,
            engine=self.engine,
            snapshot_every=self.step,
            records=True,
        )
        found = self.built.series(run)
        series: dict[str, Floats] = {"places": self._places(run)}
        for direction in Direction:
            way = direction.value
            if f"stock.{way}" in found:
                series[f"stock.{way}"] = found[f"stock.{way}"]
                series[f"cleared.{way}"] = np.cumsum(found[f"cleared.{way}"])
                series[f"next.{way}"] = self._next(run, f"queue.{way}")
        return Observed({}, series, run.events)

    def _places(self, run: Run) -> Floats:
        """Return until when each place that waits now goes on waiting; infinite when to the end."""
        program = self.built.program
        stood = program.source_names.index(SOURCE) if SOURCE in program.source_names else -1
        calls = run.visits[(run.visits["source"] == stood) & _granted(run, program.resource_names)]
        first = {int(call["ordinal"]): call["started"] / TICKS_PER_S for call in calls[::-1]}
        return np.array([first.get(ordinal, math.inf) for ordinal in self.queued])

    def _next(self, run: Run, queue: str) -> Floats:
        """Return the waits of those who take a place within the next hour; infinite where not called."""
        program = self.built.program
        number = program.resource_names.index(queue)
        stood = program.source_names.index(SOURCE) if SOURCE in program.source_names else -1
        calls, left = run.visits, run.standing
        came = calls[
            (calls["resource"] == number) & (calls["flag"] == GRANTED) & (calls["asked"] > 0) & (calls["asked"] <= NEXT)
        ]
        came = came[came["source"] != stood]
        waiting = left[(left["resource"] == number) & (left["since"] > 0) & (left["since"] <= NEXT)]
        waiting = waiting[waiting["source"] != stood]
        waits = (came["started"] - came["asked"]) / TICKS_PER_S
        return np.concatenate([waits, np.full(len(waiting), np.inf)])


GRANTED: Final = 1
"""Flag of a visit record: the units were granted (:data:`gatepair.twin.results.VISIT_DTYPE`)."""
SOURCE: Final = "standing"
NEXT: Final = HOUR_MS * TICKS_PER_MS


def _granted(run: Run, names: Sequence[str]) -> NDArray[np.bool_]:
    queues = [number for number, name in enumerate(names) if name.startswith("queue.")]
    return np.asarray(np.isin(run.visits["resource"], queues) & (run.visits["flag"] == GRANTED))


def forecast(
    plan: Plan,
    now: Present,
    *,
    hours: int = 6,
    replications: int = 100,
    seed: int = 1,
    engine: Engine = "auto",
    executor: Executor | None = None,
    on_done: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Forecast:
    """Return the forecast for the next ``hours`` from the present state ``now`` under ``plan``.

    ``plan`` is the day's plan, best with the overlay of :func:`gatepair.twin.calibrate.calibrate` in it.
    Same state, plan and seed give the same forecast on any executor.

    Raises:
        ValueError: ``hours`` or ``replications`` is below 1, or ``hours`` above 48.
        NetworkInvalid: the plan cannot be run from this state.
    """
    if not 1 <= hours <= HOURS_MAX or replications < 1:
        raise ValueError(f"a forecast reaches 1 to {HOURS_MAX} hours ahead, over at least one future")
    built = compile_gate(
        plan, start_ms=now.at_ms, days=hours // 24 + 2, standing=now.standing, stops=now.stops, seed=seed
    )
    index = {crossing: number for number, crossing in enumerate(now.crossings)}
    task = FutureTask(
        built=built,
        seed=seed,
        until=hours * HOUR_MS * TICKS_PER_MS,
        step=STEP_MIN * MINUTE_MS * TICKS_PER_MS,
        engine=engine,
        queued=tuple(index[one.crossing] for one in now.waiting),
    )
    made = replicate_task(task, replications=replications, executor=executor, on_done=on_done, stop=stop)
    return _told(now, made, hours=hours)


def _told(now: Present, made: Experiment, *, hours: int) -> Forecast:
    futures: dict[str, Floats] = {}
    names = made.replications[0].observed.series if made.replications else {}
    for name in names:
        rows = [one.observed.series[name] for one in made.replications]
        futures[name] = np.concatenate(rows) if name.startswith("next.") else np.stack(rows)
    steps = hours * 60 // STEP_MIN
    moments = tuple(now.at_ms + (step + 1) * STEP_MIN * MINUTE_MS for step in range(steps))
    return Forecast(
        at_ms=now.at_ms,
        hours=hours,
        replications=len(made.replications),
        cut_short=made.cut_short,
        directions=tuple(_directions(now, futures, moments)),
        places=tuple(_places(now, futures)),
        futures=futures,
        moments_ms=moments,
    )


def _directions(now: Present, futures: Mapping[str, Floats], moments: Sequence[int]) -> Iterator[DirectionForecast]:
    for direction in Direction:
        way = direction.value
        if f"stock.{way}" not in futures:
            continue
        stock, cleared, following = (futures[f"{name}.{way}"] for name in ("stock", "cleared", "next"))
        yield DirectionForecast(
            direction=direction,
            stock_now=stock_at(now.known.values(), direction, now.at_ms),
            waiting_now=sum(1 for one in now.waiting if one.direction is direction),
            hours=tuple(
                HourForecast(at_ms, Quantiles.of(stock[:, column]), Quantiles.of(cleared[:, column]))
                for column, at_ms in enumerate(moments)
            ),
            wait_of_next_s=Quantiles.of(following) if following.size else None,
        )


def _places(now: Present, futures: Mapping[str, Floats]) -> Iterator[PlaceForecast]:
    waits = futures.get("places")
    for column, one in enumerate(now.waiting if waits is not None else ()):
        if waits is None:
            return
        drawn = waits[:, column]
        yield PlaceForecast(
            direction=one.direction,
            crossing=one.crossing,
            number=one.number,
            class_key=one.class_key,
            callable=one.callable,
            ahead=one.ahead,
            waited_s=(now.at_ms - one.came_ms) // SECOND_MS,
            wait_s=Quantiles.of(drawn),
            called_share=float(np.isfinite(drawn).mean()),
        )


def _direction_wire(one: DirectionForecast) -> dict[str, Any]:
    return {
        "direction": one.direction.value,
        "stock_now": one.stock_now,
        "waiting_now": one.waiting_now,
        "wait_of_next_s": one.wait_of_next_s.to_wire() if one.wait_of_next_s else None,
        "hours": [
            {"until_ms": each.until_ms, "stock": each.stock.to_wire(), "cleared": each.cleared.to_wire()}
            for each in one.hours
        ],
    }


def _place_wire(one: PlaceForecast) -> dict[str, Any]:
    return {
        "direction": one.direction.value,
        "crossing": one.crossing,
        "number": one.number,
        "class": one.class_key,
        "callable": one.callable,
        "ahead": one.ahead,
        "waited_s": one.waited_s,
        "wait_s": one.wait_s.to_wire(),
        "called_share": one.called_share,
    }
