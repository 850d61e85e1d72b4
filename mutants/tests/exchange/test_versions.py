"""Which version is written, and how one version becomes another."""

from __future__ import annotations

import pytest

from exchange.values import BEFORE, VALUES
from gatepair.exchange import messages as kinds
from gatepair.exchange import versions
from gatepair.exchange.fitting import faults
from gatepair.exchange.messages import CATALOGUE

BOTH = ("crossing.announced/1", "crossing.announced/2")


@pytest.mark.parametrize(
    ("agreed", "heard", "expected"),
    [
        (BOTH, BOTH, "crossing.announced/2"),
        (BOTH, ("crossing.announced/1",), "crossing.announced/1"),
        (BOTH, None, "crossing.announced/1"),
        (BOTH, (), "crossing.announced/1"),
        (("crossing.announced/2",), None, "crossing.announced/2"),
        (("crossing.announced/1",), BOTH, "crossing.announced/1"),
        (("crossing.announced/2",), ("crossing.announced/1",), "crossing.announced/2"),
        (("crossing.announced/1", "crossing.announced/9"), ("crossing.announced/9",), "crossing.announced/1"),
        (("crossing.closed/1",), BOTH, None),
    ],
)
def test_the_highest_version_that_both_read(
    agreed: tuple[str, ...], heard: tuple[str, ...] | None, expected: str | None
) -> None:
    """Highest of what is agreed, known here and read there; the lowest agreed while the partner has not said."""
    assert expected == versions.spoken(kinds.ANNOUNCED, agreed=agreed, heard=heard)


def test_neighbouring_versions_have_a_way_up_and_a_way_down() -> None:
    """Every version but the first can be lowered, every one but the newest raised, and nothing else can."""
    for kind in CATALOGUE:
        assert (versions.version(kind) > 1) == (kind in versions.DOWN), kind
        assert (kind != versions.newest(kind)) == (kind in versions.UP), kind


@pytest.mark.parametrize("kind", versions.UP)
def test_what_is_raised_fits_the_next_version(kind: str) -> None:
    """A message of an older version becomes one of the newest, with nothing lost."""
    newest, sections = versions.raised(kind, VALUES[kind])
    assert versions.newest(kind) == newest
    assert () == faults(newest, sections)
    assert VALUES[kind] == versions.lowered(newest, sections, to=kind)


@pytest.mark.parametrize("kind", versions.DOWN)
def test_what_is_lowered_fits_the_version_before(kind: str) -> None:
    """A message of a newer version becomes one of the version before, without what that one cannot say."""
    before = f"{versions.family(kind)}/{versions.version(kind) - 1}"
    sections = versions.lowered(kind, VALUES[kind], to=before)
    assert () == faults(before, sections)
    assert set(sections) <= set(CATALOGUE[before].sections)


def test_an_announcement_of_version_1_names_no_trip() -> None:
    """Batch number and waybills are what version 2 adds."""
    assert BEFORE == versions.lowered(kinds.ANNOUNCED, VALUES[kinds.ANNOUNCED], to=kinds.ANNOUNCED_FIRST)


def test_a_decline_of_version_1_has_codes_alone() -> None:
    """The field that a reason speaks of is what version 2 adds; withheld reasons stay withheld."""
    assert {"reasons": {"reasons": ["certificate_missing"]}} == versions.lowered(
        kinds.DECLINED, VALUES[kinds.DECLINED], to=kinds.DECLINED_FIRST
    )
    assert (kinds.DECLINED, {}) == versions.raised(kinds.DECLINED_FIRST, {})


def test_the_newest_version_is_left_as_it_is() -> None:
    """Nothing is done to what needs nothing."""
    value = VALUES[kinds.ANNOUNCED]
    assert (kinds.ANNOUNCED, value) == versions.raised(kinds.ANNOUNCED, value)
    assert value == versions.lowered(kinds.ANNOUNCED, value, to=kinds.ANNOUNCED)
