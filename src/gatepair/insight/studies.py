"""Studies: what-ifs that were run, as they are kept and shown; pure.

What a run leaves behind is :class:`Result`: the measures and series of each replication, so that two studies with
the same seed can be paired long after both were run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import numpy as np
from msgspec import Meta, Struct, field

from gatepair.base.errors import Malformed
from gatepair.insight.twin_report import Difference, Making, TwinReport
from gatepair.insight.twin_summary import Ground, comparison_report, headlines, run_report
from gatepair.insight.what_if import Asked, changed
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.study.comparing import compare
from gatepair.twin.study.experiment import Experiment, Observed, Replication

LEVEL: Final = 0.95
"""Confidence of every interval on the planner's pages."""
SERIES_DECIMALS: Final = 1
COMPARED_MAX: Final = 4
"""Studies side by side; more columns nobody reads."""


class Stage(StrEnum):
    """How far a study is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Somebody cancelled it, or the post ended while it waited or ran."""


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """That somebody keeps a study under a name, for others to open."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    by: str
    at_ms: int
    note: Annotated[str, Meta(max_length=600)] = ""


class Progress(Struct, frozen=True, forbid_unknown_fields=True):
    """How many replications are complete."""

    done: int = 0
    total: int = 0


class Study(Struct, frozen=True):
    """One study as it is listed."""

    id: str
    asked: Asked
    by: str
    at_ms: int
    stage: Stage
    progress: Progress = Progress()
    why: str = ""
    """Why it failed, in English."""
    kept: Kept | None = None


class KeptReplication(Struct, frozen=True, forbid_unknown_fields=True):
    """One replication; an absent value is None."""

    number: int
    measures: dict[str, float | None]
    series: dict[str, list[float | None]]


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """What a study left behind."""

    plan_hash: str
    engine: str
    """``fast`` or ``slow``."""
    seconds: int
    """How long it took, rounded up."""
    hours_ms: list[int]
    findings: list[str]
    versions: dict[str, str]
    replications: list[KeptReplication] = field(default_factory=list)


def kept_replications(made: Experiment) -> list[KeptReplication]:
    """Return the replications of ``made`` as they are kept."""
    return [
        KeptReplication(
            one.number,
            {name: _known(value) for name, value in one.observed.measures.items()},
            {
                name: [None if value is None else round(value, SERIES_DECIMALS) for value in map(_known, row.tolist())]
                for name, row in one.observed.series.items()
            },
        )
        for one in made.replications
    ]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def experiment_of(result: Result, *, asked: int) -> Experiment:
    """Return the replications of ``result`` as the twin's experiment, of which ``asked`` were wanted."""
    return Experiment(
        asked=asked,
        replications=tuple(
            Replication(
                one.number,
                False,  # noqa: FBT003 - not antithetic
                Observed(
                    {name: math.nan if value is None else value for name, value in one.measures.items()},
                    {name: np.array(values, dtype=np.float64) for name, values in one.series.items()},
                ),
            )
            for one in result.replications
        ),
        cut_short=len(result.replications) < asked,
    )


# --- reports -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """A study with its result, the plan that it was asked of, and its name in a table."""

    study: Study
    result: Result
    bare: Plan
    scenario: Scenario
    name: str

    def ground(self) -> Ground:
        """Return what was run."""
        plan, scenario = changed(self.bare, self.scenario, self.study.asked.changes)
        return Ground(self.name, plan, scenario, tuple(self.result.hours_ms), tuple(self.result.findings))

    def experiment(self) -> Experiment:
        """Return what the twin said."""
        return experiment_of(self.result, asked=self.study.asked.replications)

    def making(self) -> Making:
        """Return how the figures came about."""
        asked = self.study.asked
        return Making(
            seed=asked.seed,
            replications=len(self.result.replications),
            wanted=asked.replications,
            days=asked.days,
            level=LEVEL,
            versions={**self.result.versions, "engine": self.result.engine},
            plan_hash=self.result.plan_hash,
        )


def report_of(made: Made) -> TwinReport:
    """Return the report of one study."""
    return run_report(made.ground(), made.experiment(), made.making())


def compared(several: Sequence[Made]) -> TwinReport:
    """Return the report of ``several`` studies, the first of them the base, paired replication by replication.

    Raises:
        Malformed: they are fewer than two or more than four, or do not begin with the same draws.
    """
    if not 2 <= len(several) <= COMPARED_MAX:
        raise Malformed(f"choose from two to {COMPARED_MAX} studies to compare")
    begun = {(one.scenario.date, one.study.asked.days, one.study.asked.seed) for one in several}
    if len(begun) > 1:
        raise Malformed("only studies with the same first day, length and seed can be paired; run them anew alike")
    experiments = [one.experiment() for one in several]
    table = compare(
        {one.name: each for one, each in zip(several, experiments, strict=True)},
        measures=headlines(experiments[0]),
        level=LEVEL,
    )
    return comparison_report([one.ground() for one in several], experiments, table, several[0].making())


# --- plain words -------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What a difference comes to."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    """The same in every replication."""
    UNSURE = "unsure"
    """The interval holds both better and worse."""


MORE_IS_BETTER: Final = ("cleared", "missions", "empties")
LESS_IS_BETTER: Final = ("stock", "wait_p90_s", "crossing_p90_s", "container_wait_p90_s", "overdue")


def verdict_of(one: Difference) -> Verdict:
    """Return what a difference comes to; a figure of which nobody says what is better is never more than unsure."""
    change = one.difference
    if change.mean == change.low == change.high == 0:
        return Verdict.SAME
    kind = one.figure.partition(".")[0]
    if not one.clear or kind not in (*MORE_IS_BETTER, *LESS_IS_BETTER):
        return Verdict.UNSURE
    return Verdict.BETTER if (change.mean > 0) is (kind in MORE_IS_BETTER) else Verdict.WORSE


def counted(differences: Sequence[Difference]) -> Mapping[str, Mapping[Verdict, int]]:
    """Return for each design how many of its figures are better, worse, the same and unsure."""
    found: dict[str, dict[Verdict, int]] = {}
    for one in differences:
        of = found.setdefault(one.design, dict.fromkeys(Verdict, 0))
        of[verdict_of(one)] += 1
    return found


def rows_of(report: TwinReport) -> list[dict[str, Any]]:
    """Return a comparison, or the figures of one study, as rows of a table for a spreadsheet."""
    if report.differences:
        return [
            {
                "figure": one.figure,
                "base": one.base,
                "study": one.design,
                "unit": one.difference.unit.value,
                "base_mean": _number(one.base_mean.mean),
                "difference": _number(one.difference.mean),
                "low": _number(one.difference.low),
                "high": _number(one.difference.high),
                "verdict": verdict_of(one).value,
            }
            for one in report.differences
        ]
    return [
        {
            "figure": one.figure,
            "unit": one.estimate.unit.value,
            "mean": _number(one.estimate.mean),
            "low": _number(one.estimate.low),
            "high": _number(one.estimate.high),
        }
        for one in report.figures
    ]


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 4)
