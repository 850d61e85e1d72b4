"""A trader's table into declarations: one row an item, rows of one reference one declaration.

Every cell is taken over, or a finding names it: by cell where its value is wrong, by column where the column has
no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.table_cells import Cell, Table
from gatepair.adapters.formats.table_fields import HEADERS, IGNORE, ITEM, REFERENCE, UNIT_FIELD, Place, folded, place_of
from gatepair.adapters.formats.table_mapping import TableMapping, constant_of
from gatepair.adapters.formats.table_values import DecimalSign, Grouping, day_of, number_of
from gatepair.base.errors import Refused
from gatepair.base.findings import Finding, FindingKind
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.shape import Slot
from gatepair.clearance.declaration.values import Moment, Number

Fields = dict[str, Any]
_HEADERS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """One declaration of a table, and what became of the cells of its rows."""

    declaration: Declaration
    mapped: int
    findings: tuple[Finding, ...]
    taken: tuple[Taken, ...] = ()
    """Every cell of its rows that has a column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its header, its place, and the unit of its numbers."""

    header: str
    place: Place
    unit: str


Taken = tuple[Cell, Column, int]
"""A cell with its column, and the number of the item that its row is, from nought."""


@dataclass(slots=True)
class _Draft:
    """A declaration as its rows make it."""

    head: Fields = field(default_factory=dict)
    items: list[Fields] = field(default_factory=list)
    firsts: dict[str, tuple[Cell, Any]] = field(default_factory=dict)
    """What a field of the whole declaration says, and the cell that said it first."""
    mapped: int = 0
    findings: list[Finding] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)


def declarations_of(table: Table, mapping: TableMapping) -> tuple[TableDeclaration, ...]:
    """Return the declarations of ``table`` in the order of their first rows.

    What is said of the whole table, its columns above all, stands among the findings of the first one.

    Raises:
        Refused: no header is known, no row follows, or no row names its declaration; with findings.
    """
    header = next((row for row in table.rows if row[0].row == mapping.header_row), ())
    rows = [row for row in table.rows if row[0].row > mapping.header_row]
    columns, findings = _columns(header, rows, mapping)
    if not columns:
        shown = ", ".join(f"“{cell.text[:40]}”" for cell in header[:_HEADERS_SHOWN]) or "–"
        raise Refused([say.NO_COLUMN.at(f"row {mapping.header_row}", row=mapping.header_row, headers=shown)])
    if not rows:
        raise Refused([say.NO_ROW.at(f"row {mapping.header_row}", row=mapping.header_row)])
    drafts: dict[str, _Draft] = {}
    key = next((number for number, column in columns.items() if _is_reference(column.place)), None)
    for row in rows:
        taken = [cell for cell in row if cell.column in columns]
        if not taken:
            continue
        reference = "" if key is None else next((cell.text for cell in taken if cell.column == key), None)
        if reference is None:
            findings.append(say.ROW_WITHOUT_REFERENCE.at(f"row {row[0].row}", row=row[0].row, count=len(taken)))
        else:
            _Row(drafts.setdefault(reference, _Draft()), columns, mapping).take(taken)
    if not drafts:
        raise Refused(findings)
    for draft in drafts.values():
        _set_constants(draft, mapping)
    first, *others = (_made(draft) for draft in drafts.values())
    return (replace(first, findings=(*table.findings, *findings, *first.findings)), *others)


def _is_reference(place: Place) -> bool:
    return len(place.way) == 1 and place.way[0].name == REFERENCE


def _columns(
    header: Sequence[Cell], rows: Sequence[Sequence[Cell]], mapping: TableMapping
) -> tuple[dict[int, Column], list[Finding]]:
    """Return the columns that are read by their number, and a finding for each that is not."""
    counts: dict[int, int] = {}
    for row in rows:
        for cell in row:
            counts[cell.column] = counts.get(cell.column, 0) + 1
    by_header = {folded(name): field_name for name, field_name in mapping.columns.items()}
    units = {folded(name): unit for name, unit in mapping.units.items()}
    named = {cell.column: cell for cell in header}
    columns: dict[int, Column] = {}
    firsts: dict[str, Cell] = {}
    findings = [
        say.HEADER_MISSING.at(f"columns.{name}", header=name)
        for name in mapping.columns
        if folded(name) not in {folded(cell.text) for cell in header}
    ]
    for number in sorted({*counts, *named}):
        cell = named.get(number, Cell(mapping.header_row, number, ""))
        name = by_header.get(folded(cell.text), HEADERS.get(folded(cell.text), ""))
        told = {"column": cell.name.rstrip("0123456789"), "header": cell.text[:80], "count": counts.get(number, 0)}
        place = place_of(name) if name and name != IGNORE else None
        if place is None:
            kind = say.COLUMN_IGNORED if name == IGNORE else say.COLUMN_UNMAPPED
            findings.append(kind.at(f"column {told['column']}", **told))
        elif (first := firsts.setdefault(place.name, cell)) is not cell:
            told |= {"first": first.name.rstrip("0123456789"), "field": place.name}
            findings.append(say.COLUMN_TWICE.at(f"column {told['column']}", **told))
        else:
            columns[number] = Column(cell.text[:80], place, units.get(folded(cell.text), place.unit))
    return columns, findings


# --- one row ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    """Takes the cells of one row into the draft of its declaration."""

    draft: _Draft
    columns: dict[int, Column]
    mapping: TableMapping

    def take(self, cells: Iterable[Cell]) -> None:
        """Take every cell: units after the numbers they belong to."""
        item: Fields = {}
        several: Fields = {}
        for cell in sorted(cells, key=lambda each: self.columns[each.column].place.is_unit):
            column = self.columns[cell.column]
            value = self._value(cell, column)
            self.draft.taken.append((cell, column, len(self.draft.items)))
            if isinstance(value, Finding):
                self.draft.findings.append(value)
            elif column.place.of_item:
                self._set(item, column.place.way[len(ITEM) :], value, cell)
            elif any(slot.many for slot in column.place.way):
                self._set(several, column.place.way, value, cell)
            else:
                self._once(column, value, cell)
        if item:
            self.draft.items.append(item)
        _merge(self.draft.head, several)

    def _value(self, cell: Cell, column: Column) -> Any:
        """Return what the cell says in the kind of its place, or a finding when it cannot be used."""
        if cell.fault is not None:
            return _told(cell.fault, cell, column)
        kind = column.place.kind
        if kind is Moment:
            kept = {"text": cell.text, "form": cell.form} if cell.form else None
            day = kept or (None if cell.is_number else day_of(cell.text, self.mapping.date))
            return day or _told(say.CELL_NOT_A_DATE, cell, column, order=self.mapping.date.value)
        if issubclass(kind, Number):
            # A number that the file keeps as such is written with a point, whatever the trader's habit.
            habit = (self.mapping.decimal, self.mapping.grouping)
            number = number_of(cell.text, *((DecimalSign.POINT, Grouping.NONE) if cell.is_number else habit))
            if number is None:
                return _told(say.CELL_NOT_A_NUMBER, cell, column, decimal=self.mapping.decimal.value)
            return column.place.with_unit(number, column.unit)
        if cell.is_number and column.place.name == "hs" and len(cell.text) % 2:
            return _told(say.NOUGHT_LOST, cell, column)
        return cell.text

    def _set(self, owner: Fields, way: Sequence[Slot], value: Any, cell: Cell) -> None:
        """Put ``value`` at the end of ``way`` below ``owner``; each part of several gets one element a row."""
        column = self.columns[cell.column]
        if column.place.is_unit:
            number = _found(owner, way)
            if not isinstance(number, dict):
                self.draft.findings.append(_told(say.UNIT_WITHOUT_NUMBER, cell, column))
                return
            number[UNIT_FIELD[way[-1].kind]] = value
        else:
            _put(owner, way, value)
        self.draft.mapped += 1

    def _once(self, column: Column, value: Any, cell: Cell) -> None:
        """Take what is said of the whole declaration; each row may say it again, and must say the same."""
        first = self.draft.firsts.setdefault(column.place.name, (cell, value))
        if first[0] is cell:
            self._set(self.draft.head, column.place.way, value, cell)
        elif first[1] == value:
            self.draft.mapped += 1
        else:
            self.draft.findings.append(_told(say.CELL_CONTRADICTS, cell, column, first=first[0].name))


def _told(kind: FindingKind, cell: Cell, column: Column, **more: str) -> Finding:
    """Return a finding at a cell, with its header and what it says."""
    return kind.at(cell.name, cell=cell.name, header=column.header, text=cell.text[:40], **more)


def _put(owner: Fields, way: Sequence[Slot], value: Any) -> None:
    at = owner
    for slot in way[:-1]:
        at = at.setdefault(slot.name, [{}])[-1] if slot.many else at.setdefault(slot.name, {})
    last = way[-1]
    at[last.name] = [value] if last.many else value


def _found(owner: Fields, way: Sequence[Slot]) -> Any:
    at: Any = owner
    for slot in way:
        at = at.get(slot.name)
        if isinstance(at, list):
            at = at[-1]
        if at is None:
            return None
    return at


def _merge(owner: Fields, more: Fields) -> None:
    """Join ``more`` into ``owner``: parts that say the same are one, and what they hold several of is joined."""
    for name, value in more.items():
        held = owner.get(name)
        if held is None:
            owner[name] = value
        elif isinstance(value, dict):
            _merge(held, value)
        elif isinstance(value, list):
            for each in value:
                same = next((one for one in held if _alone(one) == _alone(each)), None)
                if same is None:
                    held.append(each)
                elif isinstance(same, dict):
                    _merge(same, each)


def _alone(value: Any) -> Any:
    """Return ``value`` without what it holds several of."""
    if not isinstance(value, dict):
        return value
    return {name: _alone(each) for name, each in value.items() if not isinstance(each, list)}


# --- the whole --------------------------------------------------------------------------------


def _set_constants(draft: _Draft, mapping: TableMapping) -> None:
    """Put what the mapping says of all declarations wherever the table says nothing."""
    for name, text in mapping.constants.items():
        place = place_of(name)
        if place is None:
            continue
        way = place.way[len(ITEM) :] if place.of_item else place.way
        for owner in draft.items if place.of_item else [draft.head]:
            found = _found(owner, way)
            if place.is_unit and isinstance(found, dict):
                found.setdefault(UNIT_FIELD[way[-1].kind], text)
            elif not place.is_unit and found is None:
                _put(owner, way, constant_of(name, text, mapping))


def _made(draft: _Draft) -> TableDeclaration:
    shipment, items = ITEM
    if draft.items:
        draft.head.setdefault(shipment, {})[items] = draft.items
    return TableDeclaration(
        msgspec.convert(draft.head, Declaration), draft.mapped, tuple(draft.findings), tuple(draft.taken)
    )
