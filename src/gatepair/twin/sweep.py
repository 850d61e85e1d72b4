"""A sweep: every design of a grid, run with the same draws, each held against a base.

The engine is an argument: ``run`` takes a plan as it stands on its day and gives the measures of
each replication.  Replication ``r`` of every design uses the same seed and number and therefore the
same draws, so that differences are of the designs and not of chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from gatepair.base.errors import PlanInvalid
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.costs import Cost, Costing
from gatepair.twin.designs import AS_PLANNED, Design, planned
from gatepair.twin.statistics import LEVEL, Interval, Paired, bonferroni, paired, student

Measures = Mapping[str, float]
"""What one replication gives, by the name of the measure; a value that is not finite means none."""


class Runner(Protocol):
    """Runs one design: a plan whose overrides are set, on the days of the scenario."""

    def __call__(self, plan: Plan, scenario: Scenario | None, *, seed: int, replications: range) -> Sequence[Measures]:
        """Return the measures of each of ``replications``, in their order; fewer when it was stopped."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One design and what came of it.

    ``figures`` are Student's intervals by measure, each at the sweep's level.  ``differences`` are
    this design less the base over the same replications; those of one measure hold for all designs
    together at the sweep's level.  A measure without a finite value in two replications has no
    figure.  ``refused`` says why the design could not be run, and is empty for one that was.
    """

    design: Design
    measures: tuple[Measures, ...] = ()
    figures: Mapping[str, Interval] = field(default_factory=dict)
    differences: Mapping[str, Paired] = field(default_factory=dict)
    cost: Cost | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """All designs of a sweep in their order, the base before them.

    ``cut_short`` is true when the sweep was stopped: the rows are then those that were complete.
    """

    base: Row
    rows: tuple[Row, ...]
    seed: int
    replications: int
    level: float
    cut_short: bool


def sweep(
    plan: Plan,
    scenario: Scenario | None,
    *,
    designs: Sequence[Design],
    run: Runner,
    seed: int,
    replications: int,
    base: Design = AS_PLANNED,
    level: float = LEVEL,
    costing: Costing | None = None,
    on_done: Callable[[Row], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sweep:
    """Return every design of ``designs`` and the ``base`` with intervals and paired differences.

    The base is run first, then the designs in their order, each over replications 0 and on.
    ``on_done`` is told of each row as soon as it is complete, without its differences, the base among
    them.  ``stop`` is asked before each design; it, Ctrl-C and a runner that returns fewer
    replications end the sweep and keep what is complete.

    Raises:
        PlanInvalid: the base, or every design, does not give a plan that holds together.
    """
    wanted = range(replications)
    tell = on_done or (lambda _row: None)
    first = Row(base, cost=_cost(costing, planned(plan, scenario, base)))
    done: list[Row] = []
    problems: list[PlanInvalid] = []
    cut_short = True
    try:
        for number, design in enumerate((base, *designs)):
            if stop is not None and stop():
                break
            try:
                day = planned(plan, scenario, design)
            except PlanInvalid as error:
                problems.append(error)
                done.append(Row(design, refused=error.message))
                tell(done[-1])
                continue
            measures = tuple(run(day, scenario, seed=seed, replications=wanted))
            if len(measures) < replications:
                break
            row = Row(design, measures, figures_of(measures, level=level), cost=_cost(costing, day))
            if number == 0:
                first = row
            else:
                done.append(row)
            tell(row)
        else:
            cut_short = False
    except KeyboardInterrupt:
        cut_short = True
    if problems and len(problems) == len(designs):
        raise problems[0]
    rows = with_differences(first, done, level=level)
    return Sweep(first, rows, seed=seed, replications=replications, level=level, cut_short=cut_short)


def figures_of(measures: Sequence[Measures], *, level: float = LEVEL) -> dict[str, Interval]:
    """Return Student's interval of each measure over the replications in which it is finite."""
    names = dict.fromkeys(name for one in measures for name in one)
    figures = {}
    for name in names:
        values = [value for one in measures if math.isfinite(value := one.get(name, math.nan))]
        if len(values) > 1:
            figures[name] = student(values, level=level)
    return figures


def with_differences(base: Row, rows: Sequence[Row], *, level: float = LEVEL) -> tuple[Row, ...]:
    """Return ``rows`` with their paired differences to ``base``, simultaneous over the rows."""
    compared = sum(1 for row in rows if row.measures)
    if compared == 0 or not base.measures:
        return tuple(rows)
    each = bonferroni(level, compared)
    return tuple(replace(row, differences=_differences(base, row, level=each)) for row in rows)


def _differences(base: Row, row: Row, *, level: float) -> dict[str, Paired]:
    found = {}
    for name in base.figures:
        both = [
            (one.get(name, math.nan), other.get(name, math.nan))
            for one, other in zip(base.measures, row.measures, strict=False)
        ]
        kept = [pair for pair in both if math.isfinite(pair[0]) and math.isfinite(pair[1])]
        if len(kept) > 1:
            found[name] = paired([one for one, _ in kept], [other for _, other in kept], level=level)
    return found


def _cost(costing: Costing | None, plan: Plan) -> Cost | None:
    return None if costing is None else costing.of(plan)
