"""Cross-checks of a scenario, alone and against its plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from gatepair.plan import findings
from gatepair.plan.checking import reference
from gatepair.plan.checking_hours import date_faults
from gatepair.plan.checking_numbers import provenance_faults
from gatepair.plan.model import Plan, Scenario, Stop
from gatepair.plan.problems import Fault, Path, fault


def scenario_faults(scenario: Scenario) -> tuple[Fault, ...]:
    """Return what is wrong with ``scenario`` whatever its plan says."""
    return tuple(chain(date_faults(scenario.date, ("date",)), _stops(scenario)))


def scenario_plan_faults(scenario: Scenario, plan: Plan) -> tuple[Fault, ...]:
    """Return what of ``scenario`` does not fit ``plan``: its name, posts and sources."""
    return tuple(chain(_names(scenario, plan), _sources(scenario, plan)))


def _stops(scenario: Scenario) -> Iterator[Fault]:
    for path, stop in _all_stops(scenario):
        if stop.until is not None and stop.until <= stop.start:
            why = f"it ends at {stop.until}, not after {stop.start}"
            yield fault(findings.STOP_TIMES, path, why=why)
        if stop.day >= scenario.days:
            why = f"day {stop.day} is not one of its {scenario.days} days, counted from 0"
            yield fault(findings.STOP_TIMES, path, why=why)


def _all_stops(scenario: Scenario) -> Iterator[tuple[Path, Stop]]:
    for index, stop in enumerate(scenario.stops):
        yield ("stops", index), stop
    for key, variant in scenario.variants.items():
        for index, stop in enumerate(variant.stops):
            yield ("variants", key, "stops", index), stop


def _names(scenario: Scenario, plan: Plan) -> Iterator[Fault]:
    if scenario.plan != plan.id:
        yield fault(findings.SCENARIO_OF_OTHER_PLAN, ("plan",), found=scenario.plan, plan=plan.id)
    for path, stop in _all_stops(scenario):
        yield from reference(stop.post, plan.posts, (*path, "post"), table="posts")


def _sources(scenario: Scenario, plan: Plan) -> Iterator[Fault]:
    for key, source in scenario.sources.items():
        if plan.sources.get(key, source) != source:
            yield fault(findings.SOURCE_DIFFERS, ("sources", key), found=key)
    known = {**plan.sources, **scenario.sources}
    for index, expected in enumerate(scenario.expectations):
        yield from provenance_faults(expected.provenance, known, ("expectations", index))
    for key, variant in scenario.variants.items():
        yield from provenance_faults(variant.provenance, known, ("variants", key))
