"""Replications: run on whatever executor is given, kept when interrupted, the same in any order.

A *task* makes one replication from its number alone, so that replication 17 can be repeated without
the sixteen before it, and it does not matter which thread, process or machine made it, or when.
Work is sent in blocks of numbers together with the task (arrays and a seed); what comes back are
the measures of each replication, never its records.

This module starts no thread and knows no executor: it takes anything with the ``submit`` of
:class:`concurrent.futures.Executor`, such as a pool of threads or processes, or that which
``distributed.Client.get_executor()`` returns.  Without one, the replications run one after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from gatepair.twin.engine import Engine, simulate
from gatepair.twin.program import Program
from gatepair.twin.results import Durations, Run
from gatepair.twin.study.statistics import LEVEL, Interval, bonferroni, order_quantile, student
from gatepair.twin.units import TICKS_PER_S

Measures = Mapping[str, float]
"""What one replication says: a figure for each name.  A figure that does not exist (the mean wait on
a day without vehicles) is NaN or is left out."""

BLOCK_MAX = 16
"""Most replications sent at once: with longer blocks an interruption would lose more than a few.

Source: a task costs 0.01 ms on threads and 1.7 ms on Dask, a 30-day replication 75 ms (measured)."""

BLOCKS = 64
"""Blocks a whole experiment is cut into at least, where it has as many replications, so that the last
blocks keep all workers busy."""

AHEAD = 64
"""Blocks submitted and not yet collected: enough for a small cluster, few enough to stop at once."""

POLL_S = 0.2
"""How often, in seconds, a wait for a block looks at ``stop``."""

Outcome_co = TypeVar("Outcome_co", covariant=True)


class Future(Protocol[Outcome_co]):
    """What an executor promises for submitted work: the part of a standard future that is used here."""

    def result(self, timeout: float | None = None) -> Outcome_co:
        """Wait for the outcome, at most ``timeout`` seconds (then raise TimeoutError)."""
        ...

    def done(self) -> bool:
        """Tell whether the outcome is there."""
        ...

    def cancel(self) -> bool:
        """Give the work up if it has not begun; tell whether that succeeded."""
        ...


class Executor(Protocol):
    """Where replications run: a standard executor, or anything that looks like one."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Run ``work(*arguments)`` some time, somewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Observed:
    """What a task returns: the measures of one replication, its series at equal distances, and its model events."""

    measures: Measures
    series: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    events: int = 0


class Task(Protocol):
    """Makes one replication from its number; the same number and sign give the same outcome anywhere.

    To run on processes or a cluster it must be picklable: a frozen dataclass of arrays, say.
    """

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        """Run replication ``replication``, with complementary draws when ``antithetic``."""
        ...


@dataclass(frozen=True, slots=True)
class Replication:
    """One complete replication: the number and sign that repeat it, and what it said."""

    number: int
    antithetic: bool
    observed: Observed


@dataclass(frozen=True, slots=True)
class Band:
    """A series over replications: at each point the mean with its interval, and quantiles of the days.

    ``mean``, ``low`` and ``high`` are the pointwise Student interval of the mean; ``quantiles`` maps
    each share to the line below which that share of the replications lies.  All lines have one value
    for each point.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    quantiles: Mapping[float, NDArray[np.float64]]
    level: float
    n: int


@dataclass(frozen=True, slots=True)
class Experiment:
    """Replications of one design, in order of number; ``asked`` is how many were wanted.

    ``cut_short`` is true when it was interrupted: then ``replications`` are those that were complete.
    With ``antithetic`` each number stands twice, with its draws and their complements; the pair is one
    independent unit, and a pair of which one is missing does not count.
    """

    asked: int
    replications: tuple[Replication, ...]
    antithetic: bool = False
    cut_short: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all measures, in the order in which they first appear."""
        return tuple(dict.fromkeys(name for one in self.replications for name in one.observed.measures))

    @property
    def events(self) -> int:
        """Model events of all replications together."""
        return sum(one.observed.events for one in self.replications)

    def by_number(self, measure: str) -> dict[int, float]:
        """Return the value of each independent unit by its replication number; units without a value are left out."""
        found: dict[int, list[float]] = {}
        for one in self.replications:
            value = one.observed.measures.get(measure, math.nan)
            if math.isfinite(value):
                found.setdefault(one.number, []).append(float(value))
        return {number: math.fsum(values) / len(values) for number, values in found.items() if self._whole(values)}

    def values(self, measure: str) -> NDArray[np.float64]:
        """Return the values of ``measure`` of all units that have one, in order of number."""
        return np.array(list(self.by_number(measure).values()), dtype=np.float64)

    def interval(self, measure: str, *, level: float = LEVEL) -> Interval:
        """Return Student's interval for the mean of ``measure`` over the units.

        Raises:
            ValueError: when no replication has a value of it.
        """
        method = "antithetic pairs" if self.antithetic else "replications"
        return student(self.values(measure), level=level, method=method)

    def quantile(self, measure: str, share: float, *, level: float = LEVEL) -> Interval:
        """Return the interval for the ``share`` quantile of ``measure`` over replications, by order statistics.

        Raises:
            ValueError: when no replication has a value, or for antithetic pairs, whose averages have
                another distribution than single replications.
        """
        if self.antithetic:
            raise ValueError("quantiles over replications are made of independent, not of antithetic ones")
        return order_quantile(self.values(measure), share, level=level)

    def summary(
        self, measures: Sequence[str] | None = None, *, level: float = LEVEL, together: bool = False
    ) -> dict[str, Interval]:
        """Return the interval of each measure (of all unless named) that any replication has a value of.

        With ``together`` all intervals hold at once with ``level`` (Bonferroni).
        """
        named = [name for name in (self.names if measures is None else measures) if len(self.values(name))]
        each = bonferroni(level, len(named)) if together and named else level
        return {name: self.interval(name, level=each) for name in named}

    def series(self, name: str) -> NDArray[np.float64]:
        """Return the series ``name``: one row for each unit in order of number, one column for each point.

        Raises:
            ValueError: when no replication has it, or the lengths differ.
        """
        found: dict[int, list[NDArray[np.float64]]] = {}
        for one in self.replications:
            if name in one.observed.series:
                found.setdefault(one.number, []).append(np.asarray(one.observed.series[name], dtype=np.float64))
        rows = [np.mean(several, axis=0) for several in found.values() if self._whole(several)]
        if not rows or len({len(row) for row in rows}) != 1:
            raise ValueError(f"no replication has a series {name}, or its lengths differ")
        return np.vstack(rows)

    def band(self, name: str, *, shares: Sequence[float] = (0.1, 0.5, 0.9), level: float = LEVEL) -> Band:
        """Return the band of the series ``name`` over the units, for a plot.

        Raises:
            ValueError: as :meth:`series`.
        """
        rows = self.series(name)
        points = [student(column, level=level) for column in rows.T]
        return Band(
            mean=np.array([point.mean for point in points]),
            low=np.array([point.low for point in points]),
            high=np.array([point.high for point in points]),
            quantiles={share: np.quantile(rows, share, axis=0, method="inverted_cdf") for share in shares},
            level=level,
            n=len(rows),
        )

    def _whole(self, members: Sequence[object]) -> bool:
        return len(members) == (2 if self.antithetic else 1)


Job = tuple[Task, tuple[tuple[int, bool], ...]]
"""A task and the (number, antithetic) of the replications that one submission makes with it."""


def figures_of(run: Run) -> dict[str, float]:
    """Return the common figures of a run by name; times in seconds, NaN where nobody came.

    Of each resource: ``wait_s.<name>`` and ``wait_s_p90.<name>`` (of those granted), ``queue.<name>``,
    ``utilisation.<name>``, ``reneged.<name>``.  Of each outcome: ``ended.<name>``, ``sojourn_s.<name>`` and
    ``sojourn_s_p90.<name>``.  Of each tally: ``tally_s.<name>``, ``tally_s_p90.<name>`` and the share over its limit
    ``over.<name>``.  Of each counter: ``count.<name>``.  And ``present``: how many are there at the end.
    """
    found: dict[str, float] = {}
    for name in run.program.resource_names:
        figures = run.resource(name)
        found |= _times("wait_s", name, figures.waits)
        found[f"queue.{name}"] = figures.queue_mean
        found[f"utilisation.{name}"] = figures.utilisation
        found[f"reneged.{name}"] = float(figures.reneged)
    for name in run.program.outcome_names:
        sojourn = run.outcome(name)
        found[f"ended.{name}"] = float(sojourn.n)
        found |= _times("sojourn_s", name, sojourn)
    for name in run.program.tally_names:
        tally = run.tally(name)
        found |= _times("tally_s", name, tally)
        found[f"over.{name}"] = tally.over_share
    for name in run.program.counter_names:
        found[f"count.{name}"] = float(run.counter(name))
    found["present"] = float(run.present)
    return found


def lines_of(run: Run) -> dict[str, NDArray[np.float64]]:
    """Return the snapshots of a run as series: ``queue.<resource>`` and ``present``; none without snapshots."""
    if not run.raw.snapshot_every:
        return {}
    series = run.series
    lines = {f"queue.{name}": series.queue(name).astype(np.float64) for name in run.program.resource_names}
    return {**lines, "present": series.present().astype(np.float64)}


def _times(what: str, name: str, durations: Durations) -> dict[str, float]:
    return {
        f"{what}.{name}": durations.mean / TICKS_PER_S,
        f"{what}_p90.{name}": durations.quantile(0.9) / TICKS_PER_S,
    }


@dataclass(frozen=True, slots=True)
class Simulated:
    """The task that simulates a program: arrays and a seed, picklable where ``measure`` and ``lines`` are.

    ``until``, ``warm_up`` and ``snapshot_every`` are ticks.  ``measure`` reads the figures of a run and
    ``lines`` its series; both are functions of a module where processes or a cluster are used.
    """

    program: Program
    until: int
    seed: int = 1
    warm_up: int = 0
    snapshot_every: int = 0
    engine: Engine = "auto"
    measure: Callable[[Run], Measures] = figures_of
    lines: Callable[[Run], Mapping[str, NDArray[np.float64]]] = lines_of

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        """Simulate replication ``replication``, with complementary draws when ``antithetic``."""
        run = simulate(
            self.program,
            seed=self.seed,
            replication=replication,
            until=self.until,
            warm_up=self.warm_up,
            antithetic=antithetic,
            engine=self.engine,
            snapshot_every=self.snapshot_every,
        )
        return Observed(self.measure(run), self.lines(run), run.events)


def replicate(
    program: Program,
    *,
    replications: int,
    until: int,
    seed: int = 1,
    warm_up: int = 0,
    snapshot_every: int = 0,
    engine: Engine = "auto",
    measure: Callable[[Run], Measures] = figures_of,
    lines: Callable[[Run], Mapping[str, NDArray[np.float64]]] = lines_of,
    first: int = 0,
    antithetic: bool = False,
    executor: Executor | None = None,
    block: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Experiment:
    """Simulate ``replications`` replications of ``program``: :class:`Simulated` run by :func:`replicate_task`.

    Raises:
        ValueError: as :func:`replicate_task`.
        GatepairError: as :func:`gatepair.twin.engine.simulate`.
    """
    task = Simulated(
        program,
        until=until,
        seed=seed,
        warm_up=warm_up,
        snapshot_every=snapshot_every,
        engine=engine,
        measure=measure,
        lines=lines,
    )
    return replicate_task(
        task,
        replications=replications,
        first=first,
        antithetic=antithetic,
        executor=executor,
        block=block,
        on_done=on_done,
        stop=stop,
    )


def experiment_of(measures: Iterable[Measures]) -> Experiment:
    """Return the experiment whose replications 0, 1, ... said ``measures``, for results that are already there."""
    made = tuple(Replication(number, False, Observed(dict(one))) for number, one in enumerate(measures))  # noqa: FBT003
    return Experiment(asked=len(made), replications=made)


def replicate_task(
    task: Task,
    *,
    replications: int,
    first: int = 0,
    antithetic: bool = False,
    executor: Executor | None = None,
    block: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Experiment:
    """Run ``replications`` replications of any ``task``, numbered from ``first``.

    With ``antithetic`` they are made in pairs, and an odd number is rounded up.  ``block`` is how many
    are sent at once (unless given, by the number of replications).  ``on_done(done, asked)`` is called
    after each block; ``stop()`` is asked between blocks and while waiting.  An interruption
    (KeyboardInterrupt, or ``stop`` saying true) gives up what has not begun and keeps what is complete.
    The outcome depends on neither executor nor block nor order.

    Raises:
        ValueError: when ``replications`` or ``block`` is below 1.
        Exception: what a replication raises; all work that has not begun is given up first.
    """
    if replications < 1 or (block is not None and block < 1):
        raise ValueError("at least one replication is run, in blocks of at least one")
    if antithetic:
        wanted = [(first + pair, sign) for pair in range(-(-replications // 2)) for sign in (False, True)]
    else:
        wanted = [(first + number, False) for number in range(replications)]
    size = block or min(BLOCK_MAX, max(1, len(wanted) // BLOCKS))
    jobs: Iterator[Job] = ((task, tuple(wanted[start : start + size])) for start in range(0, len(wanted), size))
    kept: dict[tuple[int, bool], Replication] = {}

    def keep(made: list[Replication]) -> None:
        kept.update(((one.number, one.antithetic), one) for one in made)
        if on_done is not None:
            on_done(len(kept), len(wanted))

    cut_short = run_jobs(jobs, keep, executor=executor, stop=stop)
    return Experiment(
        asked=len(wanted),
        replications=tuple(kept[which] for which in sorted(kept)),
        antithetic=antithetic,
        cut_short=cut_short,
    )


def run_jobs(
    jobs: Iterable[Job],
    keep: Callable[[list[Replication]], None],
    *,
    executor: Executor | None = None,
    stop: Callable[[], bool] | None = None,
) -> bool:
    """Run ``jobs`` and give the outcome of each to ``keep``, in their order; return whether it was cut short.

    After an interruption those outcomes that are complete, and only those, are still given to ``keep``;
    it may then be given one outcome twice.

    Raises:
        Exception: what a replication raises; all work that has not begun is given up first.
    """
    if executor is None:
        return _one_by_one(jobs, keep, stop or _never)
    waiting = iter(jobs)
    flying: list[Future[list[Replication]]] = []
    cut_short = False
    try:
        while not cut_short:
            flying.extend(executor.submit(run_job, *job) for job in islice(waiting, AHEAD - len(flying)))
            if not flying:
                return False
            made = _awaited(flying[0], stop or _never)
            if made is None:
                cut_short = True
            else:
                keep(made)
                del flying[0]
    except KeyboardInterrupt:
        cut_short = True
    finally:
        # The last first: a worker takes the first, and what is complete has no gap.
        for future in reversed(flying):
            future.cancel()
    for made in _complete(flying):
        keep(made)
    return cut_short


def run_job(task: Task, wanted: Sequence[tuple[int, bool]]) -> list[Replication]:
    """Run the replications of one job, one after another: this is what an executor is given."""
    return [Replication(number, sign, task(number, antithetic=sign)) for number, sign in wanted]


def _one_by_one(jobs: Iterable[Job], keep: Callable[[list[Replication]], None], stop: Callable[[], bool]) -> bool:
    try:
        for task, wanted in jobs:
            for one in wanted:
                if stop():
                    return True
                keep(run_job(task, (one,)))
    except KeyboardInterrupt:
        return True
    return False


def _awaited(future: Future[list[Replication]], stop: Callable[[], bool]) -> list[Replication] | None:
    """Return the outcome of ``future``, or None when ``stop`` said true before it was there."""
    while not stop():
        try:
            return future.result(timeout=POLL_S)
        except TimeoutError:
            if future.done():
                return future.result()
    return None


def _complete(flying: Sequence[Future[list[Replication]]]) -> Iterator[list[Replication]]:
    """Yield the outcomes that are there; what failed or was given up after the interruption is passed over."""
    for future in flying:
        if future.done():
            try:
                made = future.result(timeout=0)
            except BaseException:  # noqa: BLE001, S112  a worker that the same interruption reached has nothing to keep
                continue
            yield made


def _never() -> bool:
    return False
