"""The page of messages and the schemas say all that the catalogue says, and the table of counterparts is whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from exchange.values import VALUES
from gatepair.exchange import message_page as pages
from gatepair.exchange import versions
from gatepair.exchange.fitting import faults
from gatepair.exchange.mapping import DOCUMENTS, FIELDS
from gatepair.exchange.messages import CATALOGUE

FAMILIES = {versions.family(kind) for kind in CATALOGUE}
REACHED = [pair for listed in CATALOGUE.values() for pair in pages.fields_of(listed.shapes)]


def schema_of(kind: str) -> Any:
    return json.loads(pages.schemas()[f"{kind.replace('/', '-')}.json"])


def test_every_field_has_its_counterpart_or_a_reason() -> None:
    """No field of any section is without a row, and a row without a counterpart on a side says why."""
    for shape, field in REACHED:
        row = pages.counterpart_of(shape, field)
        assert (row.wco and row.china) or row.note, row.field


def test_no_row_is_left_over_or_stands_twice() -> None:
    """Each row is of a field, or of a whole shape none of whose fields has a row of its own."""
    fields = {f"{shape.__name__}.{field}" for shape, field in REACHED}
    shapes = {shape.__name__ for shape, _ in REACHED}
    rows = [row.field for row in FIELDS]
    assert len(rows) == len(set(rows))
    assert [] == [row for row in rows if row not in fields | shapes]
    split = {row.partition(".")[0] for row in rows if "." in row}
    assert set() == split & set(rows)


@pytest.mark.parametrize(
    "field", ["Trip.batch", "Waybill.number", "Waybill.part", "Withdrawal.reason", "Departure.at_ms"]
)
def test_what_the_road_manifest_asks_for_is_carried(field: str) -> None:
    """Batch number, waybills, split, deletion and confirmation of carriage have their words in both models."""
    (row,) = (row for row in FIELDS if row.field == field)
    assert row.wco
    assert row.china


def test_every_family_says_what_it_means_for_the_reader() -> None:
    """Nothing is sent without an effect that is written down; the documents are of families that there are."""
    assert FAMILIES == set(pages.EFFECTS)
    assert set(DOCUMENTS) <= FAMILIES


def test_the_page_names_every_type_section_and_field() -> None:
    """Whoever builds another post from the page misses nothing."""
    page = pages.page()
    missing = [kind for kind in CATALOGUE if f"[`{kind}`]" not in page]
    missing += [
        f"{shape.__name__}.{field}" for shape, field in REACHED if f"| `{shape.__name__}.{field}` |" not in page
    ]
    assert [] == missing


@pytest.mark.parametrize("kind", CATALOGUE)
def test_schemas_say_what_the_reader_holds(kind: str) -> None:
    """A schema is one; it accepts the samples, and refuses another property and another field as the reader does."""
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    assert judge.is_valid(VALUES[kind])
    assert judge.is_valid({})
    assert not judge.is_valid({**VALUES[kind], "invented": {}})
    for name in CATALOGUE[kind].sections:
        wrong = {name: {**VALUES[kind][name], "invented": 1}}
        assert not judge.is_valid(wrong)
        assert faults(kind, wrong)


@pytest.mark.parametrize("per_hour", [-1, 0, 10_000, 10_001, "5", True, None])
def test_schema_and_reader_agree_at_the_bounds(per_hour: object) -> None:
    """What one takes the other takes."""
    value = {"quota": {"direction": "out", "per_hour": per_hour}}
    assert Draft202012Validator(schema_of("quota.announced/1")).is_valid(value) == (
        not faults("quota.announced/1", value)
    )
