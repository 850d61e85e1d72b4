"""What a report of the twin shows, as plain values: no engine, no clock and no file is needed to make one.

The command line fills it from runs; :mod:`gatepair.insight.twin_page` draws it and :func:`to_wire`
publishes it.  Every figure is an :class:`Estimate`, so that none stands there without its interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

SECONDS_DECIMALS: Final = 1
NUMBER_DECIMALS: Final = 4
"""Figures are published rounded: more digits than the interval carries mislead."""


class Unit(StrEnum):
    """What a figure counts; times are seconds wherever they are kept and published."""

    VEHICLES = "vehicles"
    SECONDS = "s"
    SHARE = "share"
    """A part of the whole, from 0 to 1."""
    DAYS = "days"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its interval; ``low`` and ``high`` are None when there was one run only."""

    mean: float
    low: float | None = None
    high: float | None = None
    unit: Unit = Unit.NUMBER

    def to_wire(self) -> dict[str, Any]:
        """Return the published form, rounded."""
        decimals = SECONDS_DECIMALS if self.unit is Unit.SECONDS else NUMBER_DECIMALS
        ends = {"mean": self.mean, "low": self.low, "high": self.high}
        known = {name: None if end is None else _number(end, decimals) for name, end in ends.items()}
        return {**known, "unit": self.unit.value}

    def excludes(self, value: float) -> bool:
        """Tell whether ``value`` lies outside the interval; never so without one."""
        return self.low is not None and self.high is not None and not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Band:
    """One series over time: the median of the replications between a low and a high quantile of them."""

    series: str
    low: Sequence[float]
    median: Sequence[float]
    high: Sequence[float]
    """One value for each instant; not a number where no replication has one."""


@dataclass(frozen=True, slots=True)
class Course:
    """Bands on common axes over the hours or days of the horizon."""

    figure: str
    """What is drawn: ``stock``, ``waiting`` and so on."""
    labels: Sequence[str]
    """Local time of each instant."""
    bands: Sequence[Band]
    unit: Unit = Unit.VEHICLES


@dataclass(frozen=True, slots=True)
class Load:
    """How busy one station, yard, quota or fleet was while it was open."""

    name: str
    place: str
    """The post or road where it stands."""
    direction: str
    """``out``, ``in``, or empty for what both share."""
    utilisation: Estimate
    wait: Estimate | None = None
    queue: Estimate | None = None
    """How many waited there on average."""
    bottleneck: bool = False
    limited: float = 0.0
    """Share of the replications in which it limited its direction."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long vehicles of one direction and class waited for their call."""

    direction: str
    of: str
    """The class; empty for all of the direction."""
    count: Estimate
    mean: Estimate
    median: Estimate
    p90: Estimate


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the run and, where there is one, the documented value it is held against."""

    figure: str
    estimate: Estimate
    documented: float | None = None
    tolerance_permille: int | None = None
    kind: str = ""
    """Whence the value: ``documented``, ``computed`` or ``assumed``."""
    source: str = ""

    @property
    def within(self) -> bool | None:
        """Tell whether the mean is within the aim; None when there is nothing to hold it against."""
        if self.documented is None or self.tolerance_permille is None:
            return None
        return abs(self.estimate.mean - self.documented) * 1_000 <= self.tolerance_permille * self.documented

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        wire: dict[str, Any] = {"figure": self.figure, **self.estimate.to_wire()}
        if self.documented is not None:
            wire |= {"documented": self.documented, "within": self.within, "kind": self.kind}
        return wire


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of a design less the same figure of the base, paired by replication."""

    figure: str
    design: str
    base: str
    difference: Estimate
    """With a simultaneous interval: all intervals of one comparison hold together at the level."""
    base_mean: Estimate

    @property
    def clear(self) -> bool:
        """Tell whether the interval leaves out no difference."""
        return self.difference.excludes(0.0)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        names = {"figure": self.figure, "design": self.design, "base": self.base, "clear": self.clear}
        return {**names, "base_mean": self.base_mean.to_wire(), **self.difference.to_wire()}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number of the plan or scenario that nobody has published."""

    place: str
    note: str


@dataclass(frozen=True, slots=True)
class Design:
    """One of the designs compared: its name and what it changes."""

    name: str
    summary: str
    figures: Sequence[Figure] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """How the figures came about: enough to make them again."""

    seed: int
    replications: int
    wanted: int
    """Replications asked for; more than ``replications`` when the run was cut short."""
    days: int
    level: float
    """Confidence of each interval, such as 0.95."""
    band_permille: tuple[int, int] = (100, 900)
    """Quantiles of the replications between which the bands lie."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """What ran: program, engine and libraries by name."""
    plan_hash: str = ""
    command: str = ""
    interrupted: bool = False

    @property
    def cut_short(self) -> bool:
        """Tell whether less was run than was asked for."""
        return self.interrupted or self.replications < self.wanted


@dataclass(frozen=True, slots=True)
class TwinReport:
    """Everything the page and the JSON of ``gatepair twin`` hold."""

    plan: str
    name: str
    scenario: str
    date: str
    timezone: str
    making: Making
    figures: Sequence[Figure] = ()
    courses: Sequence[Course] = ()
    loads: Sequence[Load] = ()
    waiting: Sequence[Waiting] = ()
    designs: Sequence[Design] = ()
    """The designs of a comparison, the base first; empty for one run."""
    differences: Sequence[Difference] = ()
    assumptions: Sequence[Assumption] = ()
    documented_count: int = 0
    """Numbers of the plan that are documented or computed from documented ones."""
    findings: Sequence[str] = ()
    """What the compiler of the network warned of."""

    @property
    def bottlenecks(self) -> tuple[Load, ...]:
        """Return the places that limit a direction, where any do."""
        return tuple(load for load in self.loads if load.bottleneck)


def to_wire(report: TwinReport) -> dict[str, Any]:
    """Return the one JSON object that ``--json`` prints; keys are stable across releases."""
    making = report.making
    wire: dict[str, Any] = {
        "plan": report.plan,
        "scenario": report.scenario,
        "date": report.date,
        "timezone": report.timezone,
        "synthetic": True,
        "days": making.days,
        "seed": making.seed,
        "replications": making.replications,
        "replications_wanted": making.wanted,
        "cut_short": making.cut_short,
        "level": making.level,
        "plan_hash": making.plan_hash,
        "versions": dict(making.versions),
        "figures": [one.to_wire() for one in report.figures],
        "bottlenecks": [
            {"direction": one.direction, "name": one.name, "place": one.place} for one in report.bottlenecks
        ],
        "loads": [_load(one) for one in report.loads],
        "waiting": [_waiting(one) for one in report.waiting],
        "courses": [_course(one) for one in report.courses],
        "assumed": [{"place": one.place, "note": one.note} for one in report.assumptions],
        "findings": list(report.findings),
    }
    if report.designs:
        wire["designs"] = [
            {"name": one.name, "summary": one.summary, "figures": [figure.to_wire() for figure in one.figures]}
            for one in report.designs
        ]
        wire["differences"] = [one.to_wire() for one in report.differences]
    return wire


def _load(one: Load) -> dict[str, Any]:
    return {
        "name": one.name,
        "place": one.place,
        "direction": one.direction,
        "utilisation": one.utilisation.to_wire(),
        "wait": one.wait.to_wire() if one.wait else None,
        "queue": one.queue.to_wire() if one.queue else None,
        "bottleneck": one.bottleneck,
        "limited": round(one.limited, NUMBER_DECIMALS),
    }


def _waiting(one: Waiting) -> dict[str, Any]:
    estimates = {"count": one.count, "mean": one.mean, "median": one.median, "p90": one.p90}
    wire = {name: estimate.to_wire() for name, estimate in estimates.items()}
    return {"direction": one.direction, "class": one.of or None, **wire}


def _course(one: Course) -> dict[str, Any]:
    return {
        "figure": one.figure,
        "unit": one.unit.value,
        "at": list(one.labels),
        "bands": [
            {
                "series": band.series,
                "low": [_number(value) for value in band.low],
                "median": [_number(value) for value in band.median],
                "high": [_number(value) for value in band.high],
            }
            for band in one.bands
        ],
    }


def _number(value: float, decimals: int = SECONDS_DECIMALS) -> float | None:
    """Return ``value`` rounded, or None for what is no finite number: JSON has no such thing."""
    return round(value, decimals) if math.isfinite(value) else None
