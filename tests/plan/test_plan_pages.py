"""The pages about plans say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from gatepair.adapters import planfiles
from gatepair.plan import alarms, model, shapes
from gatepair.plan.markup import read
from gatepair.plan.model import CommodityGroup, Direction, Plan

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "plan.md").read_text(encoding="utf-8")
CONCEPT = (DOCS / "concepts" / "plan.md").read_text(encoding="utf-8")
STRUCTS = [
    value
    for module in (model, alarms)
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == module.__name__
]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda one: one.__name__)
def test_every_field_stands_in_the_reference(struct: type[msgspec.Struct]) -> None:
    """Nothing can be written into a plan that the reference does not name."""
    prose = re.sub(r"```.*?```", "", REFERENCE, flags=re.DOTALL)
    words = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", prose))))
    assert [] == [name for name in struct.__struct_fields__ if name not in words]


def test_the_examples_of_the_reference_fit_the_types() -> None:
    """A fragment that a reader copies is accepted."""
    blocks = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
    assert blocks
    for block in blocks:
        fragment = read(block)
        assert () == fragment.problems
        for key, value in fragment.value.items():
            shape = shapes.inner(shapes.type_of(Plan), key)
            assert shape is not None
            assert [] == list(shapes.faults(value, shape, (key,)))


def test_the_overrides_shown_are_those_of_the_shipped_day() -> None:
    """The example in the concept page is taken from a scenario that runs."""
    (block,) = re.findall(r"```yaml\n(.*?)```", CONCEPT, re.DOTALL)
    shipped = planfiles.open_scenario("2025-11-11").value.overrides
    for path, value in read(block).value["overrides"].items():
        assert value == shipped[path]


def test_the_concept_page_names_everything_we_ship() -> None:
    """No plan and no scenario is hidden, and none is promised that is not there."""
    named = set(re.findall(r"^\| `([^`]+)` \|", CONCEPT, re.MULTILINE))
    assert {*planfiles.plan_ids(), *planfiles.scenario_ids()} == named


def test_every_expected_figure_is_explained() -> None:
    """A scenario expects only figures that the reference lists, in a direction."""
    for name in planfiles.scenario_ids():
        for one in planfiles.open_scenario(name).value.expectations:
            figure, direction, *group = one.figure.split(".")
            assert f"`{figure}`" in REFERENCE
            assert direction in set(Direction)
            assert set(group) <= set(CommodityGroup)
