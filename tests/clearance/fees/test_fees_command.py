"""``gatepair fees`` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES
from gatepair.cli.fees import fees

ASKED = ["assess", "lang-son", "--goods", "ore", "--mass-kg", "20000", "--direction", "export", "--on", "2025-11-11"]


def test_a_fee_is_told_with_its_working() -> None:
    """Amount, row, multiplier, premises."""
    found = CliRunner().invoke(fees, ASKED)
    assert 0 == found.exit_code
    assert found.output.startswith("fee: 7650000 VND by lang-son 2025-05-08\n")
    assert "Multiplied by 5000 thousandths" in found.output
    assert "Premises:" in found.output


def test_a_fee_that_is_not_known_has_its_exit_status() -> None:
    """There was no table in 2024."""
    found = CliRunner().invoke(fees, [*ASKED[:-1], "2024-11-11", "--json"])
    assert 2 == found.exit_code
    assert None is json.loads(found.output)["amount_minor"]


@pytest.mark.parametrize(("amount", "status"), [(9, 0), (8, 1)])
def test_books_are_reconciled(tmp_path: Path, amount: int, status: int) -> None:
    """Nine of ten minor units are owed; one less is told."""
    made = {
        "first": "2025-11-01",
        "last": "2025-11-30",
        "currency": "VND",
        "dues": [{"crossing": "X1", "amount_minor": 10}],
        "receipts": [
            {"number": "LS-2025-0000001", "crossing": "X1", "collector": "board", "on": "2025-11-11", "amount_minor": 10, "currency": "VND"}
        ],
        "remittances": [{"reference": "R1", "collector": "board", "amount_minor": amount}],
        "credits": [{"reference": "R1", "amount_minor": amount}],
    }  # fmt: skip
    path = tmp_path / "books.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    found = CliRunner().invoke(fees, ["reconcile", str(path)])
    assert status == found.exit_code
    assert ("The books agree." in found.output) is (status == 0)


def test_books_that_are_none_are_refused(tmp_path: Path) -> None:
    """The place is named."""
    path = tmp_path / "books.json"
    path.write_text('{"first": "2025-11-01"}', encoding="utf-8")
    found = CliRunner().invoke(fees, ["reconcile", str(path)])
    assert isinstance(found.exception, Malformed)
    assert "last" in str(found.exception)


def test_the_headings_are_in_the_language_too() -> None:
    """A fee that is known and one that is not are told in four languages."""
    for asked in (ASKED, [*ASKED[:-1], "2024-11-11"]):
        told = [CliRunner().invoke(fees, [*asked, "--language", each]).output for each in LANGUAGES]
        assert len(LANGUAGES) == len({text.splitlines()[0] for text in told})
