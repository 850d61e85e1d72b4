"""JSON Schema (draft 2020-12) of plan and scenario files, from the same types that load them.

Editors complete and check a plan while it is written; the cross-checks of
:mod:`gatepair.plan.checking` say what a schema cannot.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from gatepair.plan.model import Plan, Scenario

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def plan_schema() -> dict[str, Any]:
    """Return the schema of a plan file."""
    return _schema(Plan, "Gatepair plan", "One pair of gates.")


def scenario_schema() -> dict[str, Any]:
    """Return the schema of a scenario file."""
    return _schema(Scenario, "Gatepair scenario", "A documented day or a what-if of one plan.")


def schema_text(schema: dict[str, Any]) -> str:
    """Return ``schema`` as indented JSON with sorted keys and a final newline, the form that is kept in the docs."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _schema(model: type[msgspec.Struct], title: str, description: str) -> dict[str, Any]:
    (top,), definitions = msgspec.json.schema_components([model], ref_template="#/$defs/{name}")
    schema = {"$schema": DIALECT, "title": title, "description": description, **top, "$defs": definitions}
    plain: dict[str, Any] = json.loads(json.dumps(schema))  # defaults are tuples in the types, lists in a schema
    return plain
