"""Proofs of origin: forms, days, retroactive issue, back-to-back."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.origin.proofs import Proof, check_proof, proof_waived, year_after

ON = date(2025, 11, 11)


def proof(**changes: Any) -> Proof:
    """Return a Form E issued at shipment, changed by ``changes``."""
    fields = {
        "treaty": "ACFTA",
        "kind": "form_e",
        "number": "E1",
        "issued": "2025-11-01",
        "shipped": "2025-11-01",
        "issuer": "CN",
    }
    return msgspec.convert(fields | changes, Proof)


def codes(made: Proof, on: date = ON) -> list[str]:
    return [reason.finding.code.removeprefix("origin.") for reason in check_proof(made, on).reasons]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"kind": "rcep_certificate"}, ["proof_kind"]),
        ({"treaty": "RCEP"}, ["proof_kind"]),
        ({"treaty": "RCEP", "kind": "rcep_certificate"}, []),
        ({"treaty": "RCEP", "kind": "exporter_declaration"}, ["proof_kind"]),
        ({"treaty": "RCEP", "kind": "approved_exporter_declaration"}, ["proof_no_code"]),
        ({"treaty": "RCEP", "kind": "approved_exporter_declaration", "approved_exporter": "AE7"}, []),
        ({"issuer": "JP"}, ["proof_issuer"]),
        ({"issued": "2025-11-12", "shipped": "2025-11-12"}, ["proof_not_yet"]),
        ({"issued": "2024-11-11", "shipped": "2024-11-11"}, []),
        ({"issued": "2024-11-10", "shipped": "2024-11-10"}, ["proof_over"]),
        ({"shipped": "2025-10-29"}, []),
        ({"shipped": "2025-10-28"}, ["proof_late"]),
        ({"shipped": "2025-10-28", "retroactive": True}, []),
        ({"shipped": "2024-10-31", "retroactive": True}, ["proof_too_late"]),
        ({"treaty": "RCEP", "kind": "rcep_certificate", "shipped": "2025-10-31"}, ["proof_late"]),
    ],
)
def test_a_proof_is_taken_or_refused_for_its_reason(changes: dict[str, Any], found: list[str]) -> None:
    """Form, issuer, validity and issue each have their boundary."""
    assert found == codes(proof(**changes))


ORIGINAL = {"number": "E0", "issued": "2025-06-01", "country": "TH", "quantity": 100}


@pytest.mark.parametrize(
    ("original", "quantity", "found"),
    [
        ({}, 100, []),
        ({}, 101, ["original_overdrawn"]),
        ({"drawn_before": 60}, 40, []),
        ({"drawn_before": 60}, 41, ["original_overdrawn"]),
        ({}, 0, ["original_overdrawn"]),
        ({"country": "CN"}, 1, ["original_country"]),
        ({"country": "JP"}, 1, ["original_country"]),
        ({"issued": "2024-10-31"}, 1, ["proof_over", "original_over"]),
        ({"same_person": False}, 1, ["original_person"]),
        ({"customs_control": False}, 1, ["original_control"]),
    ],
)
def test_a_back_to_back_proof_takes_no_more_than_its_original(
    original: dict[str, Any], quantity: int, found: list[str]
) -> None:
    """A lot may be split over several proofs whose sum the original covers."""
    assert found == codes(proof(back_to_back=ORIGINAL | original, quantity=quantity))


def test_a_back_to_back_proof_ends_with_its_original() -> None:
    """Its own date does not lengthen the original's life."""
    made = proof(back_to_back=ORIGINAL, quantity=1)
    assert date(2026, 6, 1) == check_proof(made, ON).until


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_twelve_months_are_a_day_of_the_next_year(day: date) -> None:
    """The last day has the same day and month, save for 29 February."""
    end = year_after(day)
    assert day.year + 1 == end.year
    assert (end.month, end.day) == (day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


@pytest.mark.parametrize(
    ("fob", "currency", "split", "waived"),
    [
        (20_000, "USD", False, True),
        (20_001, "USD", False, False),
        (20_000, "USD", True, False),
        (1, "VND", False, False),
    ],
)
def test_small_lots_need_no_proof(fob: int, currency: str, split: Any, waived: Any) -> None:
    """USD 200 is the bound, and a lot split to stay below it is none."""
    assert waived is proof_waived(fob, currency, split=split)


def test_every_treaty_has_its_articles() -> None:
    """A proof of each treaty can be refused with an article."""
    for treaty in Treaty:
        made = proof(treaty=treaty.value, issuer="US")
        assert all(reason.article for reason in check_proof(made, ON).reasons)


@given(st.integers(1, 10_000), st.lists(st.integers(1, 4_000), min_size=1, max_size=12))
def test_a_split_lot_is_covered_part_by_part_and_never_beyond_the_original(whole: int, parts: list[int]) -> None:
    """Each part is taken while all parts so far are within the original's quantity, and refused from the first beyond."""
    drawn = 0
    for part in parts:
        original = {"number": "E0", "issued": "2025-10-01", "country": "TH", "quantity": whole, "drawn_before": drawn}
        made = proof(issuer="VN", quantity=part, back_to_back=original)
        assert (drawn + part <= whole) == check_proof(made, ON).valid
        if drawn + part <= whole:
            drawn += part
    assert drawn <= whole
