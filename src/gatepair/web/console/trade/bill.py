"""A bill of materials as a trader writes it: rows of a form or a table of text, read into materials with what is unfit."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepair.base.findings import LANGUAGES, Finding
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.codes import COUNTRIES
from gatepair.clearance.origin.model import MATERIALS_MAX, Material, Status
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.figures import scaled
from gatepair.web.console.trade import findings as fi
from gatepair.web.console.trade.asking import Asked

COLUMNS: Final[Mapping[str, str]] = {
    "description": say("Material"),
    "hs": say("HS code"),
    "origin": say("Origin"),
    "value": say("Value"),
    "status": say("Originating?"),
}
"""The columns of a bill in their order; a table of text may name them in any of our languages, or not at all."""
STATUSES: Final[Mapping[Status, str]] = {
    Status.ORIGINATING: say("yes"),
    Status.NON_ORIGINATING: say("no"),
    Status.UNDETERMINED: say("not known"),
}
ROWS_MAX: Final = 30
"""Rows of the form; a longer bill comes as a table of text."""
TABLE_BYTES_MAX: Final = 256 * 1024
"""Longest table of text: two thousand materials with their texts need half of it."""
_DELIMITERS: Final = "\t;,"
Row = Mapping[str, str]


def rows_of(given: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows that were filled in in the form; an empty row between two closes up."""
    rows = [{column: given.get(f"m.{index}.{column}", "").strip() for column in COLUMNS} for index in range(ROWS_MAX)]
    return [row for row in rows if any(value for column, value in row.items() if column != "status")]


def read_table(text: str) -> tuple[list[dict[str, str]], list[Finding]]:
    """Return the rows of a table of text and what is wrong with its lines; a first line of titles is left out."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=_delimiter(text)) if any(line)]
    except csv.Error:
        return [], [fi.TABLE_UNREADABLE.at("table", most=TABLE_BYTES_MAX)]
    if not lines:
        return [], []
    named = _named(lines[0])
    order = named or list(COLUMNS)
    rows, faults = [], []
    for number, cells in enumerate(lines[1:] if named else lines, start=2 if named else 1):
        if len(cells) < len(COLUMNS) - 1:
            faults.append(fi.TABLE_UNFIT.at(f"table.{number}", line=number, cells=len(cells)))
            continue
        row = {column: cell.strip() for column, cell in zip(order, cells, strict=False) if column}
        rows.append({column: row.get(column, "") for column in COLUMNS})
    if len(rows) > MATERIALS_MAX:
        faults.append(fi.TABLE_TOO_LONG.at("table", most=MATERIALS_MAX))
    return rows[:MATERIALS_MAX], faults


def _delimiter(text: str) -> str:
    """Return what stands between cells: of a tab, a semicolon and a comma the first that the first line has."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return next((one for one in _DELIMITERS if one in first), ",")


def _named(cells: Sequence[str]) -> list[str]:
    """Return which column each cell of a line of titles names, empty for another; nothing when it is no such line."""
    known = {_plain(column): column for column in COLUMNS}
    for language in LANGUAGES:
        known |= {_plain(translator(language)(title)): column for column, title in COLUMNS.items()}
    found = [known.get(_plain(cell), "") for cell in cells]
    return found if {"hs", "value"} <= set(found) else []


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().rstrip("?？").strip().casefold()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be read: in which row (from 1; 0 is none), in which column, and why."""

    row: int
    column: str
    finding: Finding


def materials(rows: Sequence[Row], currency: str) -> tuple[list[Material], list[Problem]]:
    """Return the materials in ``rows`` with values in ``currency``, and what of them cannot be read."""
    found: list[Material] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        asked = Asked(row)
        hs = asked.hs("hs")
        origin = asked.code("origin", COUNTRIES, fi.COUNTRY_UNFIT) if row["origin"] else ""
        value = asked.figure("value", minor_units(currency), needed=True)
        problems += [Problem(number, finding.path, finding) for finding in asked.problems]
        if not asked.problems and value is not None:
            found.append(
                Material(
                    hs=hs,
                    value_minor=value,
                    status=status_of(row["status"]),
                    origin=origin or None,
                    description=row["description"][:280],
                )
            )
    return found, problems


def status_of(text: str) -> Status:
    """Return what is known of a material's origin: a code, or yes and no in any of our languages; else not known."""
    plain = _plain(text)
    for status, title in STATUSES.items():
        if plain == status.value or plain in set(_titles(title)):
            return status
    return Status.UNDETERMINED


def _titles(title: str) -> Iterator[str]:
    yield _plain(title)
    yield from (_plain(translator(language)(title)) for language in LANGUAGES)


def total(rows: Sequence[Row], currency: str) -> int:
    """Return the sum of the values that can be read, in minor units."""
    return sum(scaled(row["value"], minor_units(currency)) or 0 for row in rows)
