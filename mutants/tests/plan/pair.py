"""The small synthetic pair and ways to spoil it."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from gatepair.base.errors import PlanInvalid
from gatepair.plan.checking import plan_faults
from gatepair.plan.loading import load_plan, load_scenario
from gatepair.plan.markup import read
from gatepair.plan.model import Plan, Scenario
from gatepair.plan.problems import Problem

SMALL = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")
GONE = object()
"""Put in the place of a value, it takes the key out."""
NAME = {"vi": "a", "zh": "b", "en": "c", "fr": "d"}
ASSUMED = {"kind": "assumed", "note": "Made up."}

SCENARIO = """\
scenario: 1
id: busy-day
plan: small
name: {vi: a, zh: b, en: c, fr: d}
date: "2025-11-11"
days: 2
summary: {vi: a, zh: b, en: c, fr: d}
sources:
  paper: {title: A made-up paper, date: "2025"}
overrides:
  demand.flows.0.stock: 7
  routes.road.lanes.lane-tidal: null
stops:
  - {post: east-gate, direction: out, start: "09:00", until: "10:00", reason: fog, announced: true, day: 1}
expectations:
  - {figure: cleared.out, value: 5, provenance: {kind: documented, source: paper}}
"""


@lru_cache(maxsize=1)
def small() -> Plan:
    """Return the small plan."""
    return load_plan(SMALL, "small.yaml")


def busy_day() -> Scenario:
    """Return the small scenario."""
    return load_scenario(SCENARIO, "busy.yaml")


@lru_cache(maxsize=1)
def _raw() -> Any:
    return read(SMALL).value


def raw(changes: dict[str, Any]) -> Any:
    """Return the small plan as plain values with ``changes`` (dotted path, value) made."""
    value = copy.deepcopy(_raw())
    for dotted, new in changes.items():
        *way, last = dotted.split("/")
        holder = value
        for part in way:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        if new is GONE:
            del holder[int(last) if isinstance(holder, list) else last]
        elif isinstance(holder, list) and int(last) == len(holder):
            holder.append(new)
        else:
            holder[int(last) if isinstance(holder, list) else last] = new
    return value


def changed(changes: dict[str, Any]) -> Plan:
    """Return the small plan with ``changes`` made; it fits its types, whether or not it holds together."""
    return msgspec.convert(raw(changes), Plan)


def codes(changes: dict[str, Any]) -> list[str]:
    """Return the codes of the faults that ``changes`` bring about."""
    return [one.finding.code for one in plan_faults(changed(changes))]


def problems(text: str, loader: Any = load_plan) -> tuple[Problem, ...]:
    """Return what ``loader`` finds wrong with ``text``; empty when nothing."""
    try:
        loader(text, "text.yaml")
    except PlanInvalid as error:
        found = error.fields["problems"]
        assert isinstance(found, tuple)
        return found
    return ()
