"""Receipts, their numbers, the split, and books that agree or do not."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import Malformed
from gatepair.clearance.fees.receipts import SERIAL_MAX, Number, next_number, read_number, split
from gatepair.clearance.fees.reconcile import Books, FeeReconciliation, reconcile

FIRST, LAST = date(2025, 11, 1), date(2025, 11, 30)


def receipt(serial: int, **changes: Any) -> dict[str, Any]:
    return {
        "number": f"LS-2025-{serial:07d}",
        "crossing": f"X{serial}",
        "collector": "board",
        "on": "2025-11-11",
        "amount_minor": 1_005,
        "currency": "VND",
    } | changes


def books(**changes: Any) -> Books:
    """Return books of two receipts that agree, changed by ``changes``."""
    fields: dict[str, Any] = {
        "first": FIRST.isoformat(),
        "last": LAST.isoformat(),
        "currency": "VND",
        "dues": [{"crossing": f"X{serial}", "amount_minor": 1_005} for serial in (1, 2)],
        "receipts": [receipt(1), receipt(2)],
        "remittances": [{"reference": "R1", "collector": "board", "amount_minor": 1_809}],
        "credits": [{"reference": "R1", "amount_minor": 1_809}],
    }
    return msgspec.convert(fields | changes, Books)


def codes(found: FeeReconciliation) -> list[str]:
    return sorted({finding.code.removeprefix("fees.") for finding in found.findings})


def test_books_that_agree_have_no_findings() -> None:
    """Ten parts in a hundred are kept, ninety go to the treasury, of the sum and not of each receipt."""
    found = reconcile(books())
    assert [] == codes(found)
    account = found.settlements[0]
    assert (2_010, 201, 1_809, 1_809, 1_809) == (
        account.collected_minor,
        account.kept_minor,
        account.treasury_minor,
        account.remitted_minor,
        account.credited_minor,
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"receipts": [receipt(1), receipt(2), receipt(2)]}, ["receipt_twice"]),
        ({"receipts": [receipt(1), receipt(4, crossing="X2")]}, ["receipt_gap"]),
        ({"receipts": [receipt(1), receipt(2, number="LS-25-2")]}, ["receipt_form"]),
        ({"receipts": [receipt(1), receipt(2), receipt(3, currency="CNY")]}, ["receipt_currency"]),
        ({"receipts": [receipt(1), receipt(2), receipt(3, on="2025-12-01")]}, ["receipt_outside"]),
        ({"receipts": [receipt(1), receipt(2), receipt(3, on="2025-10-31")]}, ["receipt_outside"]),
        ({"receipts": [receipt(1), receipt(2, on="2025-11-30")]}, []),
        ({"receipts": [receipt(1, on="2025-11-01"), receipt(2)]}, []),
        ({"receipts": [receipt(1), receipt(2), receipt(3, amount_minor=0)]}, ["not_due"]),
        ({"receipts": [receipt(1), receipt(2, amount_minor=1_004)]}, ["remitted_over", "underpaid"]),
        ({"receipts": [receipt(1), receipt(2, amount_minor=1_006)]}, ["overpaid", "remitted_short"]),
        ({"receipts": [receipt(1)]}, ["remitted_over", "underpaid"]),
        ({"remittances": []}, ["credit_unknown", "remitted_short"]),
        ({"credits": []}, ["credit_missing"]),
        ({"credits": [{"reference": "R1", "amount_minor": 1_808}]}, ["credit_other"]),
        (
            {"credits": [{"reference": "R1", "amount_minor": 1_000}, {"reference": "R1", "amount_minor": 809}]},
            ["reference_twice"],
        ),
        (
            {"credits": [{"reference": "R1", "amount_minor": 1_809}, {"reference": "R2", "amount_minor": 1}]},
            ["credit_unknown"],
        ),
        ({"kept_permille": 101}, ["remitted_over"]),
        ({"kept_permille": 99}, ["remitted_short"]),
    ],
)
def test_each_disagreement_is_told(changes: dict[str, Any], expected: list[str]) -> None:
    """One fault in the books, its findings and no others; both ends of the period count as inside."""
    assert expected == codes(reconcile(books(**changes)))


def test_a_gap_names_its_first_and_last_number() -> None:
    """So that somebody can look for the paper."""
    found = reconcile(books(receipts=[receipt(1), receipt(5, crossing="X2")]))
    gap = next(finding for finding in found.findings if finding.code == "fees.receipt_gap")
    assert {"first": "LS-2025-0000002", "last": "LS-2025-0000004"} == dict(gap.params)
    assert "LS-2025-0000002" in gap.text("vi")
    assert "LS-2025-0000004" in found.to_wire()["findings"][0]["text"]["zh"]


@pytest.mark.parametrize(
    ("amount", "kept", "treasury"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (4, 0, 4),
        (5, 0, 5),
        (6, 1, 5),
        (10, 1, 9),
        (14, 1, 13),
        (15, 1, 14),
        (16, 2, 14),
        (1_005, 100, 905),
    ],
)
def test_the_split_is_rounded_for_the_treasury(amount: int, kept: int, treasury: int) -> None:
    """0.9 of 5 is 4.5 and becomes 5: halves go up at the treasury, the collector keeps the rest."""
    parts = split(amount)
    assert (kept, treasury) == (parts.kept_minor, parts.treasury_minor)


@given(st.integers(0, 2**53), st.integers(0, 1_000))
def test_a_split_sums_exactly(amount: int, kept_permille: int) -> None:
    """Nothing is lost and nothing made, no part is below nought, each within one unit of its share."""
    parts = split(amount, kept_permille)
    assert amount == parts.kept_minor + parts.treasury_minor
    assert min(parts.kept_minor, parts.treasury_minor) >= 0
    assert abs(parts.kept_minor * 1_000 - amount * kept_permille) <= 500


ROWS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 6), st.integers(0, 50), st.sampled_from(["a", "b"])), max_size=8
)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_books_does_not_matter(rows: list[tuple[int, int, int, str]], chance: random.Random) -> None:
    """The same rows in any order give the same settlements and findings, and the settlements hold together."""
    receipts = [
        receipt(serial, crossing=f"X{crossing}", amount_minor=amount, collector=collector)
        for serial, crossing, amount, collector in rows
    ]
    sent = [
        {"reference": f"R{crossing}", "collector": collector, "amount_minor": amount}
        for _, crossing, amount, collector in rows
    ]
    got = [{"reference": f"R{serial}", "amount_minor": amount} for serial, _, amount, _ in rows]
    first = reconcile(books(receipts=receipts, remittances=sent, credits=got))
    for each in (receipts, sent, got):
        chance.shuffle(each)
    assert first.to_wire() == reconcile(books(receipts=receipts, remittances=sent, credits=got)).to_wire()
    assert all(each.kept_minor + each.treasury_minor == each.collected_minor for each in first.settlements)


# --- numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("LS-2025-0000001", Number("LS", 2025, 1)),
        ("LS-2025-0000000", None),
        ("LS-2025-1", None),
        ("L-2025-0000001", None),
        ("ls-2025-0000001", None),
        ("LS-2025-000000１", None),
        ("LS-2025-0000001\n", None),
    ],
)
def test_a_number_has_its_form(text: str, number: Number | None) -> None:
    """Series, year, seven digits that are not all nought."""
    assert number == read_number(text)


@given(st.integers(1, SERIAL_MAX - 1), st.integers(1, 9_998))
def test_the_next_number_leaves_no_gap(serial: int, year: int) -> None:
    """One more in the same year, 1 in the next, and what is printed is read back."""
    last = Number("LS", year, serial)
    assert Number("LS", year, serial + 1) == next_number("LS", year, last)
    assert Number("LS", year + 1, 1) == next_number("LS", year + 1, last)
    assert last == read_number(str(last))


@pytest.mark.parametrize(
    ("series", "year", "last"),
    [
        ("LS", 2025, Number("LS", 2025, SERIAL_MAX)),
        ("LS", 2025, Number("LS", 2026, 1)),
        ("LS", 2025, Number("CB", 2025, 1)),
        ("L1", 2025, None),
    ],
)
def test_a_number_that_cannot_follow_is_refused(series: str, year: int, last: Number | None) -> None:
    """Used up, of a later year, of another series, of no series."""
    with pytest.raises(Malformed):
        next_number(series, year, last)
