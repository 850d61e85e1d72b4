"""Rows as CSV that a spreadsheet opens as text and figures, never as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

BOM: Final = "\ufeff"
"""The mark by which spreadsheets know UTF-8; it goes before the first row."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet would take for a formula (OWASP, CSV injection); a quote before them makes them text."""


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV (RFC 4180); ``None`` is an empty cell, and no text begins a formula. Numbers stay numbers."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([_cell(one) for one in row] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
