"""From replications of the twin to its report: intervals, bands, loads, what was assumed; pure.

An experiment holds the measures of each replication by dotted names (``cleared.out``,
``wait_p90_s.in``, ``utilisation.vn-scan``).  What they count follows from the name: a part that ends
in ``_s`` is seconds, ``utilisation`` is a share, ``stock_per_cleared_day`` days, all else counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from gatepair.insight import twin_report as reports
from gatepair.insight.twin_report import (
    Assumption,
    Band,
    Course,
    Design,
    Estimate,
    Figure,
    Load,
    Making,
    TwinReport,
    Unit,
    Waiting,
)
from gatepair.plan import habits
from gatepair.plan.model import Direction, Expectation, FigureKind, Plan, Role, Scenario
from gatepair.twin.study.comparing import Comparison
from gatepair.twin.study.experiment import Experiment
from gatepair.twin.study.statistics import Interval

COURSES: Final = ("waiting", "wait_s", "stock", "cleared")
"""What is drawn over the hours, one chart each, both directions together: places that wait to be called, their
waiting time, all that stand, what is cleared."""
COMPARED_COURSES: Final = ("waiting", "stock")
HIDDEN: Final = ("utilisation", "queue_mean", "queue_wait_mean_s", "bottleneck", "load", "stuck")
"""Measures of single stations: they stand in the table of loads, not among the figures."""
BOTTLENECK: Final = "bottleneck"
"""``bottleneck.<way>.<place>`` is 1 in the replications in which the place limited that direction, else 0."""
HOURS: Final = 24
POINTS_MAX: Final = 32 * HOURS
"""Longer series are drawn by the day: a chart has no room for more points."""
LOADS_MAX: Final = 16
HEADLINES: Final = (
    "cleared.out", "cleared.in", "stock.out", "stock.in", "wait_p90_s.out", "wait_p90_s.in",
    "crossing_p90_s.out", "crossing_p90_s.in", "missions.out", "missions.in",
    "container_wait_p90_s.out", "container_wait_p90_s.in", "empties.out", "empties.in",
    "overdue.out", "overdue.in",
)  # fmt: skip
"""What a comparison shows when nothing else is asked for; a few, for more would widen every interval."""
LIMITS: Final = {
    "service": "Vehicles called to be served",
    "yard": "Yard inside the gate",
    "quota": "Quota of the partner",
    "backlog": "Backlog at the partner",
    "gate": "Yard of the entry post",
    "lane": "Lanes",
}
"""Limits of the gate that are no stations, by the first part of their names; their words."""
CALL_LIMITS: Final = ("service", "yard", "quota", "backlog")


@dataclass(frozen=True, slots=True)
class Ground:
    """What was run: the plan as it stands on the day, its scenario, and how its points in time are called."""

    name: str
    """How the caller names it: a scenario, a variant, or the plan alone."""
    plan: Plan
    scenario: Scenario | None
    hours_ms: Sequence[int] = ()
    """Instant of each point of a series."""
    findings: Sequence[str] = ()
    summary: str = ""

    @property
    def timezone(self) -> str:
        """Return the zone of the home side."""
        return self.plan.sides[self.plan.home].timezone


def unit_of(measure: str) -> Unit:
    """Return what a measure counts, from its name."""
    parts = measure.split(".")
    if any(part.endswith("_s") for part in parts):
        return Unit.SECONDS
    if parts[0] == "utilisation":
        return Unit.SHARE
    return Unit.DAYS if parts[0] == "stock_per_cleared_day" else Unit.VEHICLES


def estimate(interval: Interval, unit: Unit) -> Estimate:
    """Return an interval as an estimate; one value gives no ends."""
    known = math.isfinite(interval.low) and math.isfinite(interval.high)
    return Estimate(interval.mean, interval.low if known else None, interval.high if known else None, unit)


# --- one run -------------------------------------------------------------------------------------


def run_report(ground: Ground, experiment: Experiment, making: Making) -> TwinReport:
    """Return the report of the replications of one design; intervals are Student's, each at ``making.level``."""
    shown = experiment.summary(level=making.level)
    estimates = {name: estimate(one, unit_of(name)) for name, one in shown.items()}
    base = _base(ground, making)
    return replace(
        base,
        figures=tuple(_figures(estimates, ground.scenario)),
        courses=tuple(courses(experiment, ground, making)),
        loads=tuple(loads(estimates, ground.plan)),
        waiting=tuple(waiting(estimates)),
        findings=tuple(ground.findings),
    )


def _base(ground: Ground, making: Making) -> TwinReport:
    plan, scenario = ground.plan, ground.scenario
    assumed, documented = assumptions(plan)
    return TwinReport(
        plan=plan.id,
        name=plan.name.en,
        scenario=scenario.name.en if scenario else "as planned",
        date=scenario.date if scenario else "",
        timezone=ground.timezone,
        making=making,
        assumptions=assumed,
        documented_count=documented,
    )


def _figures(estimates: Mapping[str, Estimate], scenario: Scenario | None) -> Iterable[Figure]:
    wanted = _wanted(scenario) if scenario else {}
    first = [name for name in wanted if name in estimates]
    rest = [name for name in estimates if name not in wanted and name.partition(".")[0] not in HIDDEN]
    for name in (*first, *rest):
        if name not in wanted:
            yield Figure(name, estimates[name])
        else:
            aim, value = wanted[name]
            whence = aim.provenance
            yield Figure(name, estimates[name], value, aim.tolerance_permille, whence.kind.value, whence.source or "")


def _wanted(scenario: Scenario) -> dict[str, tuple[Expectation, float]]:
    """Return what a scenario expects by the twin's names: a ratio of thousandths of a day is in days here."""
    found: dict[str, tuple[Expectation, float]] = {}
    for one in scenario.expectations:
        name, _, way = one.figure.partition(".")
        if name == "stock_per_cleared_permille":
            found[f"stock_per_cleared_day.{way}"] = (one, one.value / 1_000)
        else:
            found[one.figure] = (one, one.value)
    return found


def waiting(estimates: Mapping[str, Estimate]) -> Iterable[Waiting]:
    """Yield the waits of each direction, all classes first."""
    for way in Direction:
        prefix = f"wait_p90_s.{way.value}"
        for name in estimates:
            if name == prefix or name.startswith(f"{prefix}."):
                rest = name.removeprefix("wait_p90_s.")
                group = rest.partition(".")[2]
                none = Estimate(math.nan, unit=Unit.SECONDS)
                yield Waiting(
                    way.value,
                    group.replace("_", " ").replace("-", " "),
                    estimates.get(f"called.{rest}", Estimate(math.nan, unit=Unit.VEHICLES)),
                    estimates.get(f"wait_mean_s.{rest}", none),
                    estimates.get(f"wait_p50_s.{rest}", none),
                    estimates[name],
                )


def loads(estimates: Mapping[str, Estimate], plan: Plan) -> list[Load]:
    """Return the places by how much of their open capacity was in use, those first that limited a direction.

    What limits a call (vehicles called, yard, quota, backlog) stands only where it is the bottleneck, with the load
    by which it was found: its capacity does not end with the hours, so that its use over the whole run says little.
    """
    limiting = _limiting(estimates)
    rows = []
    for name, one in estimates.items():
        kind, _, place = name.partition(".")
        if kind != "utilisation" or not math.isfinite(one.mean):
            continue
        if place.partition(".")[0] in CALL_LIMITS and place not in limiting:
            continue
        way, share = limiting.get(place, ("", 0.0))
        used = estimates.get(f"load.{way}", one)
        rows.append(
            Load(
                *place_words(place, plan),
                utilisation=replace(used, unit=Unit.SHARE) if way else one,
                wait=estimates.get(f"queue_wait_mean_s.{place}"),
                queue=estimates.get(f"queue_mean.{place}"),
                bottleneck=bool(way),
                limited=share,
            )
        )
    return sorted(rows, key=lambda row: (not row.bottleneck, -row.utilisation.mean, row.name))[:LOADS_MAX]


def _limiting(estimates: Mapping[str, Estimate]) -> dict[str, tuple[str, float]]:
    """Return each place that limited a direction in most replications, with the direction and the share of them."""
    found: dict[str, tuple[str, float]] = {}
    for way in Direction:
        prefix = f"{BOTTLENECK}.{way.value}."
        shares = {name.removeprefix(prefix): one.mean for name, one in estimates.items() if name.startswith(prefix)}
        worst = max(shares, key=lambda place: shares[place], default=None)
        if worst is not None and shares[worst] > 0:
            found[worst] = (way.value, shares[worst])
    return found


def place_words(place: str, plan: Plan) -> tuple[str, str, str]:
    """Return name, post and direction of a station by its key, or of a limit by its dotted name."""
    station = plan.stations.get(place)
    if station is not None:
        home = plan.posts[station.post].side == plan.home
        way = Direction.OUT if (station.role is Role.EXIT) == home else Direction.IN
        return station.name.en, station.post, way.value
    parts = place.split(".")
    way_of = next((way.value for way in Direction if way.value in parts), "")
    where = next((part for part in parts if part in plan.posts), "")
    road = next((plan.routes[part].markers for part in parts if part in plan.routes), "")
    known = (way_of, *plan.posts, *plan.routes)
    rest = [part.replace("_", " ").replace("-", " ") for part in parts[1:] if part not in known]
    first = LIMITS.get(parts[0], parts[0].replace("_", " ").replace("-", " "))
    return ", ".join([first, *rest]), where or road, way_of


# --- over time -------------------------------------------------------------------------------------


def courses(experiment: Experiment, ground: Ground, making: Making) -> Iterable[Course]:
    """Yield one course for each kind of series, both directions in one chart."""
    for kind in COURSES:
        bands = [
            band
            for way in Direction
            if (band := band_of(experiment, f"{kind}.{way.value}", series=way.value, making=making)) is not None
        ]
        if bands:
            yield Course(kind, _labels(ground, len(bands[0].median)), bands, unit_of(kind))


def band_of(experiment: Experiment, name: str, *, series: str, making: Making) -> Band | None:
    """Return the band of one series; a point that fewer than half of the replications know is left out."""
    try:
        rows = experiment.series(name)
    except ValueError:
        return None
    if rows.shape[1] > POINTS_MAX:
        rows = _by_day(rows, total=name.startswith("cleared"))
    low, high = (permille / 1_000 for permille in making.band_permille)
    lines = [_points(rows, share) for share in (low, 0.5, high)]
    return Band(series, *lines)


def _by_day(rows: NDArray[np.float64], *, total: bool) -> NDArray[np.float64]:
    """Return one point for each whole day of hourly ``rows``: the mean of what stands, the ``total`` of what passes."""
    whole = rows.shape[1] // HOURS
    split = rows[:, : whole * HOURS].reshape(len(rows), whole, HOURS)
    made: NDArray[np.float64] = split.sum(axis=2) if total else split.mean(axis=2)
    return made


def _points(rows: NDArray[np.float64], share: float) -> tuple[float, ...]:
    if np.isfinite(rows).all():
        return tuple(np.quantile(rows, share, axis=0, method="inverted_cdf").tolist())
    points = []
    for column in rows.T:
        known = column[np.isfinite(column)]
        enough = len(known) * 2 >= len(column) and len(known)
        points.append(float(np.quantile(known, share, method="inverted_cdf")) if enough else math.nan)
    return tuple(points)


def _labels(ground: Ground, count: int) -> tuple[str, ...]:
    """Return local date and time of ``count`` points, for days the date alone."""
    zone = ZoneInfo(ground.timezone)
    daily = len(ground.hours_ms) > POINTS_MAX
    instants = ground.hours_ms[HOURS - 1 :: HOURS] if daily else ground.hours_ms
    if len(instants) < count:
        return tuple(str(at) for at in range(count))
    # A day's last point is the next midnight: it is named by the day that it ends.
    moments = [datetime.fromtimestamp((at - daily) / 1_000, tz=UTC).astimezone(zone) for at in instants[:count]]
    return tuple(f"{moment:%Y-%m-%d}" if daily else f"{moment:%Y-%m-%d %H:%M}" for moment in moments)


# --- comparisons -----------------------------------------------------------------------------------


def comparison_report(
    grounds: Sequence[Ground], experiments: Sequence[Experiment], comparison: Comparison | None, making: Making
) -> TwinReport:
    """Return the report of several designs, the first of them the base; None compares nothing."""
    level = making.level
    designs = [
        Design(ground.name, ground.summary, tuple(_figures(_estimates(one, level), ground.scenario)))
        for ground, one in zip(grounds, experiments, strict=True)
    ]
    drawn = [
        Course(f"{kind}.{way.value}", _labels(grounds[0], len(bands[0].median)), bands, unit_of(kind))
        for kind in COMPARED_COURSES
        for way in Direction
        if (bands := _side_by_side(grounds, experiments, f"{kind}.{way.value}", making))
    ]
    return replace(
        _base(grounds[0], making),
        scenario=_common_name(grounds),
        designs=designs,
        courses=drawn,
        differences=tuple(differences(comparison)) if comparison is not None else (),
        findings=tuple(_remarks(grounds)),
    )


def _remarks(grounds: Sequence[Ground]) -> Iterable[str]:
    """Yield each remark once, with the designs it is about unless it is about all of them."""
    about: dict[str, list[str]] = {}
    for ground in grounds:
        for one in ground.findings:
            about.setdefault(one, []).append(ground.name)
    for one, names in about.items():
        yield one if len(names) == len(grounds) else f"{', '.join(names)}: {one}"


def _common_name(grounds: Sequence[Ground]) -> str:
    """Return the name of the what-if whose variants are compared, else the names of all, each once."""
    names = list(dict.fromkeys(ground.scenario.name.en if ground.scenario else "as planned" for ground in grounds))
    heads = {name.rpartition(": ")[0] for name in names}
    return heads.pop() if len(heads) == 1 and "" not in heads else " · ".join(names)


def _side_by_side(
    grounds: Sequence[Ground], experiments: Sequence[Experiment], name: str, making: Making
) -> list[Band]:
    made = [
        band_of(one, name, series=ground.name, making=making) for ground, one in zip(grounds, experiments, strict=True)
    ]
    known = [band for band in made if band is not None]
    same = len({len(band.median) for band in known}) == 1
    return known if same and len(known) == len(grounds) else []


def _estimates(experiment: Experiment, level: float) -> dict[str, Estimate]:
    return {name: estimate(one, unit_of(name)) for name, one in experiment.summary(level=level).items()}


def differences(comparison: Comparison) -> Iterable[reports.Difference]:
    """Yield the lines of a comparison."""
    for one in comparison.differences:
        unit = unit_of(one.measure)
        yield reports.Difference(
            one.measure, one.design, one.base, estimate(one.difference, unit), estimate(one.base_mean, unit)
        )


def headlines(experiment: Experiment, asked: Sequence[str] = ()) -> list[str]:
    """Return the measures that a comparison shows: those ``asked`` for, or the headlines that the base has."""
    fleets = [name for name in experiment.names if name.startswith("utilisation.fleet.")]
    return list(asked) or [name for name in (*HEADLINES, *fleets) if name in experiment.names]


# --- what it rests on --------------------------------------------------------------------------------


def assumptions(plan: Plan) -> tuple[tuple[Assumption, ...], int]:
    """Return every place of the plan that is assumed, the habits of people too, and how many are documented or computed."""
    found: list[Assumption] = []
    documented = 0
    for place, provenance in _provenances(msgspec.to_builtins(plan), ()):
        if provenance["kind"] == FigureKind.ASSUMED.value:
            found.append(Assumption(".".join(place), str(provenance.get("note", ""))))
        else:
            documented += 1
    count = sum(1 for name in vars(habits) if name.isupper())
    found.append(Assumption("habits", f"How long people take for what no plan gives a time for: {count} numbers."))
    return tuple(found), documented


def _provenances(value: Any, place: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "provenance" and isinstance(inner, dict):
                yield place, inner
            else:
                yield from _provenances(inner, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _provenances(inner, (*place, str(index)))
