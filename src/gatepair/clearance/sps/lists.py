"""Allowed lists: which goods of a country may enter another, through which gates, from which day until which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gatepair.clearance.sheets import Line, Sheet, read_sheet
from gatepair.clearance.sps.register import ANY, span

NOT_KNOWN: Final = "?"
"""A gate cell for goods that may enter through certain gates only, where the list of gates could not be read."""
_FIELDS: Final = ("list", "importer", "exporter", "covers", "source")
_OPTIONAL: Final = ("synthetic",)
_HS: Final = re.compile(r"[0-9]{4,10}", re.ASCII)
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}", re.ASCII)
_COVERS: Final = re.compile(r"[0-9]{2,6}(?: [0-9]{2,6})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One row: goods, their gates, first and last day (empty: no end)."""

    hs: str
    product: str
    """``*`` when all goods of the HS code are meant."""
    gates: tuple[str, ...]
    """Keys of entry posts; ``*`` for all, ``?`` for not known."""
    valid_from: str
    valid_until: str

    def in_force(self, day: str) -> bool:
        """Tell whether ``day`` lies within the validity, both ends included."""
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class AllowedList:
    """A list of what may enter ``importer`` from ``exporter``; of the HS codes it covers, all else may not."""

    name: str
    importer: str
    exporter: str
    covers: tuple[str, ...]
    """Beginnings of HS codes for which the list is meant."""
    source: str
    synthetic: bool
    rows: tuple[Allowed, ...]

    def covers_code(self, hs: str) -> bool:
        """Tell whether the list speaks of goods of this code."""
        return any(hs.startswith(each) for each in self.covers)

    def rows_for(self, hs: str) -> tuple[Allowed, ...]:
        """Return the rows whose code begins ``hs``."""
        return tuple(row for row in self.rows if hs.startswith(row.hs))


def read_list(text: str, *, name: str = "list") -> AllowedList:
    """Return the list in ``text``: rows of HS code, product or ``*``, gates, first day, last day or ``-``.

    Raises:
        Malformed: names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS, optional=_OPTIONAL)
    if not _COVERS.fullmatch(sheet.fields["covers"]):
        raise sheet.fault("`covers` are beginnings of HS codes, parted by a space")
    return AllowedList(
        name=sheet.fields["list"],
        importer=sheet.fields["importer"],
        exporter=sheet.fields["exporter"],
        covers=tuple(sheet.fields["covers"].split(" ")),
        source=sheet.fields["source"],
        synthetic=sheet.fields.get("synthetic", "no") == "yes",
        rows=tuple(_row(sheet, line) for line in sheet.lines),
    )


def lists_for(lists: Iterable[AllowedList], *, importer: str, exporter: str) -> tuple[AllowedList, ...]:
    """Return the lists between two countries, by name."""
    found = [each for each in lists if (each.importer, each.exporter) == (importer, exporter)]
    return tuple(sorted(found, key=lambda each: each.name))


def _row(sheet: Sheet, line: Line) -> Allowed:
    if len(line.cells) != 5:
        raise sheet.fault("a row is HS code, product or *, gates, first day, last day or -, parted by tabs", line)
    hs, product, gates, begin, end = line.cells
    named = tuple(gates.split(" "))
    words = gates in {ANY, NOT_KNOWN} or all(_WORD.fullmatch(gate) for gate in named)
    if not _HS.fullmatch(hs) or not (product == ANY or _WORD.fullmatch(product)) or not words:
        raise sheet.fault("a code has 4 to 10 digits; product and gates are keys, * or ?", line)
    first, last = span(sheet, line, (begin, end))
    return Allowed(hs, product, named, first, last)
