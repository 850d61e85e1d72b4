"""Tables of product rules: dated, by line of the Harmonized System, the longest code that fits decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gatepair.base.errors import Malformed
from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.origin.rules import Rule, parse

TABLE_BYTES_MAX: Final = 4 * 1024 * 1024
"""Largest table read: eighty times RCEP's."""
_FIELDS: Final = ("agreement", "hs", "from", "source", "complete")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
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
    """Return the table in ``text``: comment lines, ``key: value`` lines, an empty line, rows of code and rule.

    Raises:
        Malformed: names the line.
    """
    fields: dict[str, str] = {}
    rows: dict[str, Row] = {}
    for number, line in _lines(text):
        place = f"{name}, line {number}"
        if "\t" not in line:
            key, colon, value = line.partition(": ")
            if not colon or key in fields or rows:
                raise Malformed(f"{place}: write `key: value` once, before the rows", line=number)
            fields[key] = value
            continue
        code, _, rule = line.partition("\t")
        if not _CODE.fullmatch(code) or code in rows:
            raise Malformed(f"{place}: {code!r} is not a code of 2, 4 or 6 digits, or stands twice", line=number)
        rows[code] = Row(code, _rule(rule, place))
    return _table(fields, rows, name)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    if len(text) > TABLE_BYTES_MAX:
        raise Malformed(f"a table of rules has at most {TABLE_BYTES_MAX} characters")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _rule(text: str, place: str) -> Rule:
    try:
        return parse(text)
    except Malformed as error:
        raise Malformed(f"{place}: {error.message}", rule=text) from error


def _table(fields: Mapping[str, str], rows: Mapping[str, Row], name: str) -> RuleTable:
    terms = {key.removeprefix("term "): value for key, value in fields.items() if key.startswith("term ")}
    missing = [field for field in _FIELDS if field not in fields]
    surplus = [key for key in fields if key not in _FIELDS and not key.startswith("term ")]
    if missing or surplus:
        raise Malformed(f"{name}: the header lacks {missing} and should not have {surplus}")
    if not _DATE.fullmatch(fields["from"]) or fields["agreement"] not in set(Treaty):
        raise Malformed(f"{name}: `from` is a date, `agreement` one of {', '.join(Treaty)}")
    used = {word for row in rows.values() for word in _words(row.rule)}
    if unknown := sorted(used - set(terms)):
        raise Malformed(f"{name}: the header has no `term {unknown[0]}`", term=unknown[0])
    return RuleTable(
        treaty=Treaty(fields["agreement"]),
        hs_version=fields["hs"],
        valid_from=fields["from"],
        source=fields["source"],
        complete=fields["complete"] == "yes",
        terms=terms,
        rows=rows,
    )


def _words(rule: Rule) -> Iterator[str]:
    for scoped in rule.scoped:
        if scoped.scope:
            yield scoped.scope
        yield from (condition for each in scoped.alternatives if (condition := getattr(each, "condition", "")))
