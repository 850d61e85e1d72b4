"""Rows as CSV: what a spreadsheet may take for a formula is text, and figures stay figures."""

from __future__ import annotations

import csv
import io

import pytest

from gatepair.web.tables import as_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@now", "\t=1", "\r=1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    """A quote goes before a text that a spreadsheet would reckon."""
    assert [["name", f"'{text}"]] == list(csv.reader(io.StringIO(as_csv([["name", text]]), newline="")))


def test_numbers_and_what_is_not_known_stand_as_they_are() -> None:
    """A negative number is no formula, nothing is an empty cell, and commas and quotes are kept by RFC 4180."""
    assert '-3,,"a, ""b""",x-1\r\n' == as_csv([[-3, None, 'a, "b"', "x-1"]])
