"""Sections have the shapes of their type, and a value that has not is named with its place."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from exchange.values import VALUES
from gatepair.base.duties import AGENCIES
from gatepair.crossing import model
from gatepair.exchange import messages as kinds
from gatepair.exchange.fitting import faults
from gatepair.exchange.messages import CATALOGUE
from gatepair.exchange.sections import words
from gatepair.plan import model as plan


def with_field(kind: str, section: str, **fields: Any) -> dict[str, Any]:
    """Return the sample of one section with other fields."""
    return {section: {**VALUES[kind][section], **fields}}


def test_every_type_has_its_sample() -> None:
    """The samples are those of the catalogue: each type, each section."""
    assert {kind: set(listed.sections) for kind, listed in CATALOGUE.items()} == {
        kind: set(sections) for kind, sections in VALUES.items()
    }


@pytest.mark.parametrize("kind", CATALOGUE)
def test_every_sample_fits_and_fills_every_field(kind: str) -> None:
    """A sample has every field that its shape has, and fits."""
    assert () == faults(kind, VALUES[kind])
    for name, shape in CATALOGUE[kind].shapes.items():
        assert set(shape.__struct_encode_fields__) == set(VALUES[kind][name])


@pytest.mark.parametrize("kind", CATALOGUE)
def test_shapes_are_closed(kind: str) -> None:
    """A field that the version does not know makes the section unfit, and is named."""
    for name in CATALOGUE[kind].sections:
        found = faults(kind, with_field(kind, name, invented=1))
        assert [("exchange.section_unfit", f"{name}.invented")] == [(each.code, each.path) for each in found]


def test_shapes_hold_no_float() -> None:
    """Money, mass and time are integers: no schema of a section knows another number."""
    for listed in CATALOGUE.values():
        for shape in listed.shapes.values():
            assert '"type":"number"' not in msgspec.json.encode(msgspec.json.schema(shape)).decode()


@pytest.mark.parametrize(
    ("kind", "section", "fields", "place"),
    [
        (kinds.ANNOUNCED, "goods", {"goods": [{"hs": "0810"}]}, "goods.goods.0.description"),
        (kinds.ANNOUNCED, "goods", {"regime": "invented"}, "goods.regime"),
        (kinds.ANNOUNCED, "trip", {"waybills": []}, "trip.waybills"),
        (kinds.ANNOUNCED, "binding", {"containers": ["tstu1234565"]}, "binding.containers.0"),
        (kinds.QUOTA_ANNOUNCED, "quota", {"per_hour": 10_001}, "quota.per_hour"),
        (kinds.QUOTA_ANNOUNCED, "quota", {"per_hour": -1}, "quota.per_hour"),
        (kinds.QUOTA_ANNOUNCED, "quota", {"per_hour": True}, "quota.per_hour"),
        (kinds.STATISTICS, "statistics", {"figures": [{"direction": "out"}]}, "statistics.figures.0.load"),
        (
            kinds.ATTACHMENTS,
            "attachments",
            {"attachments": [{"sha256": "AB" * 32}]},
            "attachments.attachments.0.sha256",
        ),
    ],
)
def test_the_place_of_a_fault_is_named(kind: str, section: str, fields: dict[str, Any], place: str) -> None:
    """Section, field and index say where the value does not fit."""
    assert [place] == [found.path for found in faults(kind, with_field(kind, section, **fields))]


@pytest.mark.parametrize("per_hour", [0, 10_000])
def test_the_bounds_fit(per_hour: int) -> None:
    """The smallest and the largest value fit."""
    assert () == faults(kinds.QUOTA_ANNOUNCED, with_field(kinds.QUOTA_ANNOUNCED, "quota", per_hour=per_hour))


def test_a_value_that_is_no_section_at_all_is_a_fault_of_the_section() -> None:
    """A number where an object is due is named by the section alone."""
    assert ["quota"] == [found.path for found in faults(kinds.QUOTA_ANNOUNCED, {"quota": 7})]


def test_a_withheld_section_is_no_fault() -> None:
    """Whatever is absent may be withheld."""
    assert () == faults(kinds.ANNOUNCED, {})


@pytest.mark.parametrize(
    ("word", "members"),
    [
        (words.Direction, plan.Direction),
        (words.LaneKind, plan.LaneKind),
        (words.Regime, plan.Regime),
        (words.Commodity, plan.CommodityGroup),
        (words.Load, model.LoadUnit),
        (words.SealKind, model.SealKind),
        (words.Onward, model.Onward),
        (words.Agency, AGENCIES),
    ],
)
def test_the_words_of_the_wire_are_those_of_the_gate(word: Any, members: Any) -> None:
    """What a crossing or a plan can say can be sent, and the other way round."""
    assert sorted(member.value for member in members) == sorted(get_args(word))
