"""Tables of product rules: dated, by line of the Harmonized System, the longest code that fits decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gatepair.base.errors import Malformed
from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.origin.rules import Rule, parse
from gatepair.clearance.sheets import Line, Sheet, read_sheet

_FIELDS: Final = ("agreement", "hs", "from", "source", "complete")
_TERM: Final = "term "
_CODE: Final = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its code of 2, 4 or 6 digits and its rule."""

    hs: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The product rules of one agreement from one day on."""

    treaty: Treaty
    hs_version: str
    valid_from: str
    """First day on which the table holds, ISO 8601."""
    source: str
    complete: bool
    """Whether every good's rule stands here; if not, each verdict rests on the premise that it is not elsewhere."""
    terms: Mapping[str, str]
    """What scopes and conditions mean, in the words of the source, by key."""
    rows: Mapping[str, Row]

    def row(self, hs: str) -> Row | None:
        """Return the row for a good of subheading ``hs`` (six digits or more); None when no row fits."""
        return next((self.rows[hs[:digits]] for digits in (6, 4, 2) if hs[:digits] in self.rows), None)


def read_table(text: str, *, name: str = "table") -> RuleTable:
    """Return the table in ``text``, a sheet of codes and rules.

    Raises:
        Malformed: names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS, prefix=_TERM)
    if sheet.fields["agreement"] not in set(Treaty):
        raise sheet.fault(f"`agreement` is one of {', '.join(Treaty)}")
    rows: dict[str, Row] = {}
    terms = {key.removeprefix(_TERM): value for key, value in sheet.fields.items() if key.startswith(_TERM)}
    for line in sheet.lines:
        row = _row(sheet, line, terms)
        if row.hs in rows:
            raise sheet.fault(f"the code {row.hs} stands twice", line)
        rows[row.hs] = row
    return RuleTable(
        treaty=Treaty(sheet.fields["agreement"]),
        hs_version=sheet.fields["hs"],
        valid_from=sheet.day("from"),
        source=sheet.fields["source"],
        complete=sheet.fields["complete"] == "yes",
        terms=terms,
        rows=rows,
    )


def _row(sheet: Sheet, line: Line, terms: Mapping[str, str]) -> Row:
    if len(line.cells) != 2 or not _CODE.fullmatch(line.cells[0]):
        raise sheet.fault("a row is a code of 2, 4 or 6 digits and a rule", line)
    try:
        rule = parse(line.cells[1])
    except Malformed as error:
        raise sheet.fault(error.message, line) from error
    if unknown := [word for word in _words(rule) if word not in terms]:
        raise sheet.fault(f"the header has no `term {unknown[0]}`", line)
    return Row(line.cells[0], rule)


def _words(rule: Rule) -> Iterator[str]:
    for scoped in rule.scoped:
        if scoped.scope:
            yield scoped.scope
        yield from (condition for each in scoped.alternatives if (condition := getattr(each, "condition", "")))
