"""A synthetic report of the twin for the tests of its page: no engine runs."""

from __future__ import annotations

import math

from gatepair.insight.twin_report import (
    Assumption,
    Band,
    Course,
    Design,
    Difference,
    Estimate,
    Figure,
    Load,
    Making,
    TwinReport,
    Unit,
    Waiting,
)

HOURS = [f"{hour:02d}" for hour in range(25)]


def about(mean: float, part: float = 0.05, unit: Unit = Unit.VEHICLES) -> Estimate:
    return Estimate(mean, mean * (1 - part), mean * (1 + part), unit)


def band(series: str, top: float) -> Band:
    median = [top * math.sin(math.pi * hour / 24) if 6 <= hour <= 20 else math.nan for hour in range(25)]
    return Band(series, [0.8 * one for one in median], median, [1.3 * one for one in median])


def waiting(direction: str, of: str, minutes: float) -> Waiting:
    seconds = 60 * minutes
    times = [about(share * seconds, unit=Unit.SECONDS) for share in (1.0, 0.8, 2.2)]
    return Waiting(direction, of, about(120), *times)


def single(**changes) -> TwinReport:
    """Return the report of one run, every part filled."""
    loads = [
        Load("Customs inspection <bay>", "huu-nghi", "in", about(0.93, 0.03, Unit.SHARE), about(4_000, unit=Unit.SECONDS), about(37), bottleneck=True, limited=0.97),
        Load("Screening", "youyiguan", "out", about(0.81, 0.04, Unit.SHARE), about(1_900, unit=Unit.SECONDS), about(12)),
        Load("Weighbridge", "huu-nghi", "", about(0.35, 0.02, Unit.SHARE)),
    ]  # fmt: skip
    fields = {
        "plan": "synthetic-plan",
        "name": "Synthetic <pair>",
        "scenario": "A synthetic day",
        "date": "2025-11-11",
        "timezone": "Asia/Ho_Chi_Minh",
        "making": Making(1, 30, 30, 1, 0.95, versions={"gatepair": "0.0", "engine": "fast"}, plan_hash="ab" * 16),
        "figures": [
            Figure("cleared.out", about(125), 123, 30, "documented", "day-2025-11-11"),
            Figure("cleared.in", about(540), 601, 30, "computed", "day-2025-11-11"),
            Figure("stock.out", about(160), 168, 100, "documented"),
            Figure("cleared.out.fresh_fruit", about(41)),
        ],
        "courses": [
            Course("waiting", HOURS, [band("out", 210), band("in", 130)]),
            Course("wait_s", HOURS, [band("out", 21_000), band("in", 9_000)], Unit.SECONDS),
        ],
        "loads": loads,
        "waiting": [waiting("out", "", 190), waiting("out", "fresh fruit", 80), waiting("in", "", 60)],
        "assumptions": [Assumption("stations.barrier.service.default", "Nobody has measured <this>.")],
        "documented_count": 41,
        "findings": ["Two resources may wait for each other."],
    }
    return TwinReport(**{**fields, **changes})


def comparison() -> TwinReport:
    """Return the report of a base and two designs."""
    designs = [
        Design("4 lanes", "As planned"),
        Design("6 lanes", "Two more lanes"),
        Design("14 lanes", "<b>Ten</b> more"),
    ]
    differences = [
        Difference("cleared.out", "6 lanes", "4 lanes", Estimate(4.0, -2.0, 10.0, Unit.VEHICLES), about(123.0)),
        Difference("cleared.out", "14 lanes", "4 lanes", Estimate(31.0, 25.0, 37.0, Unit.VEHICLES), about(123.0)),
        Difference(
            "wait.out.p90",
            "6 lanes",
            "4 lanes",
            Estimate(-600, -900, -300, Unit.SECONDS),
            about(12_000.0, unit=Unit.SECONDS),
        ),
        Difference(
            "wait.out.p90",
            "14 lanes",
            "4 lanes",
            Estimate(-4_000, -5_000, -3_000, Unit.SECONDS),
            about(12_000.0, unit=Unit.SECONDS),
        ),
        Difference(
            "utilisation.screening",
            "6 lanes",
            "4 lanes",
            Estimate(-0.01, -0.03, 0.01, Unit.SHARE),
            about(0.8, unit=Unit.SHARE),
        ),
    ]
    courses = [Course("stock.out", HOURS, [band(one.name, 200 - 40 * at) for at, one in enumerate(designs)])]
    return single(designs=designs, differences=differences, courses=courses, figures=(), loads=(), waiting=())
