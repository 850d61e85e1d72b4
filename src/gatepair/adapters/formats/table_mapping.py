"""The mapping file: which column of a trader's table is which field, and how its numbers and dates are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.table_fields import FIELDS, HEADERS, IGNORE, folded, place_of
from gatepair.adapters.formats.table_values import DateOrder, DecimalSign, Grouping, day_of, number_of
from gatepair.base.errors import Refused
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.values import Moment, Number
from gatepair.plan import markup, shapes
from gatepair.plan.problems import Fault, Problem, fault, suggestion

Word = Annotated[str, Meta(max_length=200)]


class Encoding(StrEnum):
    """How the text of a CSV file is written."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    GB18030 = "gb18030"
    WINDOWS_1258 = "windows-1258"


class Delimiter(StrEnum):
    """What stands between two cells of a CSV file."""

    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"
    BAR = "|"


class TableMapping(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a table is read; whatever it does not say is as the defaults have it, and headers are known by name."""

    columns: dict[str, Word] = {}
    """Field by header, or ``ignore``."""
    units: dict[str, Word] = {}
    """Unit or currency by header, for numbers that are in another than the field's own."""
    constants: dict[str, Word] = {}
    """Value by field, for what all declarations of the table share and no column says."""
    sheet: Word = ""
    header_row: Annotated[int, Meta(ge=1, le=100)] = 1
    encoding: Encoding = Encoding.UTF_8
    delimiter: Delimiter = Delimiter.COMMA
    decimal: DecimalSign = DecimalSign.POINT
    grouping: Grouping = Grouping.NONE
    date: DateOrder = DateOrder.YEAR_FIRST


DEFAULT: Final = TableMapping()
"""Reading without a mapping file."""


def read_mapping(text: str) -> TableMapping:
    """Return the mapping that the YAML ``text`` holds.

    Raises:
        Refused: with every problem of the file; the path of each finding begins with its line.
    """
    marked = markup.read(text)
    problems = list(marked.problems)
    if not problems:
        problems.extend(
            marked.marks.problem(one) for one in shapes.faults(marked.value or {}, shapes.type_of(TableMapping))
        )
    if not problems:
        mapping = msgspec.convert(marked.value or {}, TableMapping)
        problems.extend(marked.marks.problem(one) for one in _faults(mapping))
        if not problems:
            return mapping
    raise Refused([_placed(each) for each in problems])


def _faults(mapping: TableMapping) -> Iterator[Fault]:
    tables = (("columns", mapping.columns.items()), ("constants", ((name, name) for name in mapping.constants)))
    for table, rows in tables:
        for key, name in rows:
            if place_of(name) is None and not (table == "columns" and name == IGNORE):
                known = suggestion(name, [*FIELDS, IGNORE])
                yield fault(say.FIELD_UNKNOWN, (table, key), field=name, known=known)
    for name, text in mapping.constants.items():
        if constant_of(name, text, mapping) is None:
            yield fault(say.CONSTANT_UNUSABLE, ("constants", name), field=name, text=text[:40])
    for header in mapping.units:
        if header not in mapping.columns and folded(header) not in HEADERS:
            yield fault(say.HEADER_MISSING, ("units", header), header=header)
    if mapping.decimal.value == mapping.grouping.value:
        yield fault(say.SIGNS_ALIKE, ("grouping",), sign=mapping.grouping.value)


def constant_of(name: str, text: str, mapping: TableMapping) -> Any:
    """Return ``text`` as the value of the field ``name``; None when it is no value of its kind."""
    place = place_of(name)
    kind = str if place is None else place.kind
    if issubclass(kind, Number):
        number = number_of(text, mapping.decimal, mapping.grouping)
        return None if number is None or place is None else place.with_unit(number)
    return day_of(text, mapping.date) if kind is Moment else text or None


def _placed(problem: Problem) -> Finding:
    return replace(problem.finding, path=f"{problem.line}:{problem.column} {problem.path}".rstrip())
