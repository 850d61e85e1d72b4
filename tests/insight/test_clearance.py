"""What was declared on a day is counted from the events alone."""

from __future__ import annotations

from typing import Any

from gatepair.insight.clearance import clearance_of

DAY = {"first_ms": 1_000, "until_ms": 2_000}


def lodged(crossing: str, at_ms: int, reference: str = "R1", **changes: Any) -> tuple[str, str, dict[str, Any], int]:
    """Return the row of a lodged import into China, changed by ``changes``."""
    told = {
        "reference": reference, "importing": "CN", "currency": "CNY", "duty_minor": 10, "total_minor": 30, "saved_minor": 5,
        "items": [{"option": "acfta"}], "findings": [{"code": "check.b"}, {"code": "check.a"}],
    } | changes  # fmt: skip
    return (crossing, "DeclarationLodged/1", {"lodged": told}, at_ms)


def channel(crossing: str, at_ms: int, name: str) -> tuple[str, str, dict[str, Any], int]:
    return (crossing, "ChannelAssigned/1", {"channel": name}, at_ms)


def test_duties_are_those_of_imports_whose_duty_is_known() -> None:
    """One known import, one unknown, one export: three lodged, two imports, the money of one."""
    rows = [
        lodged("X1", 1_000),
        lodged("X2", 1_001, total_minor=None, duty_minor=None, items=[{}], saved_minor=0),
        lodged("X3", 1_002, importing="VN", findings=[]),
        channel("X1", 1_500, "green"),
        channel("X2", 1_500, "red"),
    ]
    found = clearance_of(rows, post="p", country="CN", **DAY)
    assert (3, 2, 1, 10, 30, 5, "CNY") == (
        found.lodged, found.imports, found.duty_known, found.duty_minor, found.total_minor, found.saved_minor, found.currency,
    )  # fmt: skip
    assert ({"acfta": 1, "none": 1}, {"green": 1, "red": 1}) == (found.options, found.channels)
    assert {"check.a": 2, "check.b": 2} == found.findings


def test_the_latest_of_a_reference_counts_once() -> None:
    """A mended declaration takes the place of the first; another reference of the crossing stands beside it."""
    rows = [lodged("X1", 1_000), lodged("X1", 1_100, total_minor=7), lodged("X1", 1_200, "R2", total_minor=1)]
    assert (2, 8) == (
        (found := clearance_of(rows, post="p", country="CN", **DAY)).lodged,
        found.total_minor,
    )


def test_only_the_window_counts() -> None:
    """The first instant counts, the last does not."""
    rows = [lodged("X1", 999), lodged("X2", 1_000), lodged("X3", 2_000), channel("X1", 2_000, "red")]
    found = clearance_of(rows, post="p", country="CN", **DAY)
    assert (1, {}) == (found.lodged, found.channels)
