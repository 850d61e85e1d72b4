"""Reads plan and scenario files: those we ship, as package data, and any file by its path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from gatepair.base.errors import PlanInvalid
from gatepair.plan.loading import Loaded, apply_scenario, read_plan, read_scenario, variant_of
from gatepair.plan.model import Plan, Scenario

SUFFIXES = (".yaml", ".yml")
BYTES_MAX = 2 * 1024 * 1024
"""Larger files are not read at all; :mod:`gatepair.plan.markup` limits the text further."""


@dataclass(frozen=True, slots=True)
class Day:
    """A scenario with the plan as it stands on that day, overrides set."""

    plan: Plan
    scenario: Scenario


def plan_ids() -> tuple[str, ...]:
    """Return the ids of the plans we ship, sorted."""
    return _ids("")


def scenario_ids() -> tuple[str, ...]:
    """Return the ids of the scenarios we ship, sorted."""
    return _ids("scenarios")


def what_if_ids() -> tuple[str, ...]:
    """Return the ids of the what-ifs we ship, sorted; one variant of one is written ``<id>:<variant>``."""
    return _ids("what-ifs")


def plan_text(name: str) -> str:
    """Return the text of a shipped plan (by id) or of a file (by path).

    Raises:
        PlanInvalid: there is no such plan or file, or it is no text.
    """
    return _text(name, "", plan_ids())


def scenario_text(name: str) -> str:
    """Return the text of a shipped scenario or what-if (by id) or of a file (by path). Raises as :func:`plan_text`."""
    if name in what_if_ids():
        return _text(name, "what-ifs", what_if_ids())
    return _text(name, "scenarios", scenario_ids())


def open_plan(name: str) -> Loaded[Plan]:
    """Return a shipped plan (by id) or a plan file (by path). Raises ``PlanInvalid``."""
    return read_plan(plan_text(name), name)


def open_scenario(name: str) -> Loaded[Scenario]:
    """Return a shipped scenario (by id) or a scenario file (by path), or one variant of it (``<name>:<variant>``).

    Raises:
        PlanInvalid: there is no such scenario or variant, or it does not hold together.
    """
    if name in (*scenario_ids(), *what_if_ids()) or Path(name).is_file():
        return read_scenario(scenario_text(name), name)
    whole, colon, variant = name.rpartition(":")
    loaded = read_scenario(scenario_text(whole if colon else name), name)
    return replace(loaded, value=variant_of(loaded.value, variant)) if colon else loaded


def shipped_plan(plan_id: str) -> Plan:
    """Return the plan ``plan_id`` that we ship. Raises ``PlanInvalid``."""
    return open_plan(plan_id).value


def open_day(scenario_name: str, plan_name: str | None = None) -> Day:
    """Return a scenario with its plan, overrides set; ``plan_name`` defaults to the plan it names.

    Raises:
        PlanInvalid: either cannot be read, or they do not fit each other.
    """
    scenario = open_scenario(scenario_name)
    plan = open_plan(plan_name or scenario.value.plan)
    day = apply_scenario(plan.value, scenario.value, marks=scenario.marks, name=scenario.name)
    return Day(day, scenario.value)


def _ids(folder: str) -> tuple[str, ...]:
    place = resources.files("gatepair").joinpath("plans", folder)
    names = (item.name for item in place.iterdir() if item.is_file())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def _text(name: str, folder: str, known: tuple[str, ...]) -> str:
    if name in known:
        place = resources.files("gatepair").joinpath("plans", folder, f"{name}.yaml")
        return place.read_text(encoding="utf-8")
    path = Path(name)
    if not path.is_file():
        listed = ", ".join(known)
        message = f"{name} is neither a file nor one of {listed}; write a path, or one of these"
        raise PlanInvalid(message, problems=(), name=name)
    try:
        if path.stat().st_size > BYTES_MAX:
            raise PlanInvalid(f"{name} is larger than {BYTES_MAX} bytes; a plan is not", problems=(), name=name)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name} cannot be read as UTF-8 text: {error}; mend the file or its permissions"
        raise PlanInvalid(message, problems=(), name=name) from error
