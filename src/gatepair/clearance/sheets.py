"""Sheets: the text files in which dated tables of clearance are kept.

Comment lines begin with ``#``; lines ``key: value`` make the header; then come rows of cells parted by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from gatepair.base.errors import Malformed

SHEET_BYTES_MAX: Final = 4 * 1024 * 1024
"""Largest sheet read: a whole national tariff of 11,000 lines needs a tenth of it."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def is_date(text: str) -> bool:
    """Tell whether ``text`` is a day of the calendar, written as 2023-01-31."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file, and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as read; what its cells mean is its reader's affair."""

    name: str
    fields: Mapping[str, str]
    lines: tuple[Line, ...]

    def fault(self, message: str, line: Line | None = None) -> Malformed:
        """Return the error that says ``message`` about this sheet, or about one of its lines."""
        place = self.name if line is None else f"{self.name}, line {line.number}"
        return Malformed(f"{place}: {message}", **({} if line is None else {"line": line.number}))

    def check_header(self, needed: Collection[str], *, optional: Collection[str] = (), prefix: str = "") -> None:
        """Check that the header has the ``needed`` fields and else only ``optional`` ones or such with ``prefix``.

        Raises:
            Malformed: names what is missing or should not be there.
        """
        missing = [field for field in needed if field not in self.fields]
        surplus = [
            key
            for key in self.fields
            if key not in needed and key not in optional and not (prefix and key.startswith(prefix))
        ]
        if missing or surplus:
            raise self.fault(f"the header lacks {missing} and should not have {surplus}")

    def day(self, field: str) -> str:
        """Return the date in ``field``, ISO 8601.

        Raises:
            Malformed: it is no date.
        """
        if not is_date(self.fields[field]):
            raise self.fault(f"`{field}` is a date such as 2023-01-01")
        return self.fields[field]


def read_sheet(text: str, *, name: str) -> Sheet:
    """Return the sheet in ``text``.

    Raises:
        Malformed: too long, or a header line that is none; names the line.
    """
    if len(text) > SHEET_BYTES_MAX:
        raise Malformed(f"{name}: a sheet has at most {SHEET_BYTES_MAX} characters")
    fields: dict[str, str] = {}
    lines: list[Line] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if "\t" in line:
            lines.append(Line(number, tuple(cell.strip() for cell in line.split("\t"))))
            continue
        key, colon, value = line.partition(": ")
        if not colon or key in fields or lines:
            raise Malformed(f"{name}, line {number}: write `key: value` once, before the rows", line=number)
        fields[key] = value.strip()
    return Sheet(name, fields, tuple(lines))
