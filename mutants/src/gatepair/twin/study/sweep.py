"""A sweep: every design of a grid, run with the same draws, each held against a base.

The engine is an argument: ``run`` takes a plan as it stands on its day and gives its replications.
Replication ``r`` of every design uses the same seed and number and therefore the same draws, so that
differences are of the designs and not of chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gatepair.base.errors import NetworkInvalid, PlanInvalid
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.study.comparing import Comparison, Difference, compare
from gatepair.twin.study.costs import Cost, Costing
from gatepair.twin.study.designs import AS_PLANNED, Design, planned
from gatepair.twin.study.experiment import Experiment
from gatepair.twin.study.statistics import LEVEL, Interval


class Runner(Protocol):
    """Runs one design: a plan whose overrides are set, on the days of the scenario."""

    def __call__(
        self, plan: Plan, scenario: Scenario | None, *, seed: int, first: int, replications: int
    ) -> Experiment:
        """Return ``replications`` replications numbered from ``first``; marked when it was cut short."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One design, its plan as it stands on the day, and its replications.

    ``refused`` says why it could not be run, and is empty for one that was; its plan is then the plan
    without the design.
    """

    design: Design
    plan: Plan
    experiment: Experiment | None = None
    cost: Cost | None = None
    refused: str = ""

    def figures(self, measures: Sequence[str] | None = None, *, level: float = LEVEL) -> Mapping[str, Interval]:
        """Return the interval of each measure, each at ``level``; none for a design that was refused."""
        return {} if self.experiment is None else self.experiment.summary(measures, level=level)


@dataclass(frozen=True, slots=True)
class Sweep:
    """All designs of a sweep in their order, the base before them.

    ``comparison`` holds each design less the base over the same replications; the differences of one
    measure hold for all designs together at its level.  It is None when nothing could be compared.
    ``cut_short`` is true when the sweep was stopped: the rows are then those that were begun.
    """

    base: Row
    rows: tuple[Row, ...]
    comparison: Comparison | None
    seed: int
    replications: int
    cut_short: bool

    def difference(self, row: Row, measure: str) -> Difference | None:
        """Return how ``row`` differs from the base in ``measure``; None where it was not compared."""
        lines = self.comparison.differences if self.comparison is not None else ()
        found = (one for one in lines if one.measure == measure and one.design == row.design.name)
        return next(found, None)


def sweep(
    plan: Plan,
    scenario: Scenario | None,
    *,
    designs: Sequence[Design],
    run: Runner,
    seed: int,
    replications: int,
    base: Design = AS_PLANNED,
    measures: Sequence[str] | None = None,
    level: float = LEVEL,
    costing: Costing | None = None,
    on_done: Callable[[Row], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sweep:
    """Return every design of ``designs`` and the ``base`` with their replications and paired differences.

    The base is run first, then the designs in their order, each over replications 0 and on.
    ``measures`` are compared, or all that the base has.  ``on_done`` is told of each row as soon as it
    is there, the base among them.  ``stop`` is asked before each design; it, Ctrl-C and a runner that
    was cut short end the sweep and keep what is there.

    Raises:
        PlanInvalid: the base, or every design, does not give a plan that holds together.
        NetworkInvalid: the base, or every design, gives a plan that cannot run.
    """
    rows: list[Row] = []
    problems: list[PlanInvalid | NetworkInvalid] = []
    cut_short = True
    try:
        for design in (base, *designs):
            if stop is not None and stop():
                break
            try:
                row = _priced(plan, scenario, design, costing)
                made = run(row.plan, scenario, seed=seed, first=0, replications=replications)
                rows.append(replace(row, experiment=made))
            except (PlanInvalid, NetworkInvalid) as error:
                if design is base:
                    raise
                problems.append(error)
                rows.append(Row(design, plan, refused=error.message))
            if on_done is not None:
                on_done(rows[-1])
            last = rows[-1].experiment
            if last is not None and last.cut_short:
                break
        else:
            cut_short = False
    except KeyboardInterrupt:
        cut_short = True
    if designs and len(problems) == len(designs):
        raise problems[0]
    first, *rest = rows or [_priced(plan, scenario, base, costing)]
    compared = comparison_of(first, rest, measures=measures, level=level)
    return Sweep(first, tuple(rest), compared, seed=seed, replications=replications, cut_short=cut_short)


def comparison_of(
    base: Row, rows: Sequence[Row], *, measures: Sequence[str] | None = None, level: float = LEVEL
) -> Comparison | None:
    """Return the paired differences of ``rows`` to ``base``; None when there is nothing to compare."""
    run = {row.design.name: row.experiment for row in (base, *rows) if row.experiment is not None}
    if base.design.name not in run or len(run) < 2:
        return None
    return compare(run, base=base.design.name, measures=measures, level=level, family="measure")


def _priced(plan: Plan, scenario: Scenario | None, design: Design, costing: Costing | None) -> Row:
    """Return ``design`` with its plan and its cost, before it is run. Raises ``PlanInvalid``."""
    day = planned(plan, scenario, design)
    return Row(design, day, cost=None if costing is None else costing.of(day))
