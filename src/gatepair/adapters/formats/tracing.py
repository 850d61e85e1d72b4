"""Where each value of a file stands and which place of the declaration it fills, so that a person can compare both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from gatepair.adapters.formats.datamodel import path_of
from gatepair.adapters.formats.edifact import read_messages
from gatepair.adapters.formats.reading import Format, format_of, read_documents
from gatepair.adapters.formats.safe_xml import line_of, local_name, parse
from gatepair.adapters.formats.table_cells import read_csv, read_xlsx
from gatepair.adapters.formats.table_fields import ITEM, UNIT_FIELD
from gatepair.adapters.formats.table_mapping import DEFAULT, TableMapping
from gatepair.adapters.formats.table_reading import Taken, declarations_of
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Class, Moment, Number
from gatepair.clearance.gate_declaration import FileDocument, Traced, leaves

TRACED_MAX: Final = 2_000
"""Most values of one document that are shown beside what they became."""


def read_traced(
    raw: bytes, form: Format | None = None, *, mapping: TableMapping = DEFAULT, name: str = ""
) -> tuple[FileDocument, ...]:
    """Return the documents in ``raw`` with the place of every value.

    Raises:
        BadInput: as :func:`gatepair.adapters.formats.reading.read_documents`.
    """
    form = form or format_of(raw, name)
    if form in (Format.CSV, Format.XLSX):
        table = read_csv(raw, mapping) if form is Format.CSV else read_xlsx(raw, mapping)
        return tuple(
            FileDocument(form.value, one.declaration, tuple(_cells(one.taken)), one.mapped, one.findings)
            for one in declarations_of(table, mapping)
        )
    reads = read_documents(raw, form)
    traces = _traces(raw, form, len(reads))
    return tuple(
        FileDocument(form.value, read.content, traced or _leaves(read.content), read.mapped, read.findings)
        for read, traced in zip(reads, traces, strict=True)
    )


def _traces(raw: bytes, form: Format, count: int) -> list[tuple[Traced, ...]]:
    """Return where the values of each document stand; nothing where its own paths are all there is to say."""
    if form is Format.WCO:
        document = next((each for each in parse(raw).iter() if local_name(each) == Declaration.__name__), None)
        return [() if document is None else tuple(_elements(document, Declaration, ""))[:TRACED_MAX]]
    if form is Format.EDIFACT:
        return [
            tuple(
                Traced(str(segment.number), segment.tag, "+".join(":".join(parts) for parts in segment.elements))
                for segment in message.segments
            )[:TRACED_MAX]
            for message in read_messages(raw)
        ]
    return [()] * count


def _leaves(content: Class) -> tuple[Traced, ...]:
    return tuple(Traced(path, path.rpartition(".")[2], text, path) for path, text in leaves(content))[:TRACED_MAX]


def _cells(taken: Sequence[Taken]) -> Iterator[Traced]:
    """Yield the cells in the order in which they are read on paper: row by row, from the left."""
    return map(_cell, sorted(taken[:TRACED_MAX], key=lambda one: (one[0].row, one[0].column)))


def _cell(taken: Taken) -> Traced:
    cell, column, item = taken
    place = column.place
    names = [slot.name for slot in place.way]
    if place.is_unit:
        names.append(UNIT_FIELD[place.way[-1].kind])
    if place.of_item:
        names.insert(len(ITEM), str(item))
    return Traced(cell.name, column.header, cell.text, ".".join(names))


def _elements(element: etree._Element, model: type[Class], path: str) -> Iterator[Traced]:
    slots = slots_of(model)
    counts: dict[str, int] = {}
    for child in element:
        name = local_name(child)
        slot = slots.get(name)
        if slot is None:
            yield from (_traced(each, "") for each in child.iter() if (each.text or "").strip())
            continue
        here = f"{path}.{slot.name}" if path else slot.name
        if slot.many:
            here = f"{here}.{counts.setdefault(name, 0)}"
            counts[name] += 1
        if issubclass(slot.kind, Class) and not issubclass(slot.kind, (Number, Moment)):
            yield from _elements(child, slot.kind, here)
        else:
            yield from (_traced(each, here) for each in child.iter() if (each.text or "").strip())


def _traced(element: etree._Element, path: str) -> Traced:
    unit = " ".join(str(one) for one in element.attrib.values())
    text = f"{(element.text or '').strip()} {unit}".strip()
    return Traced(f"{path_of(element)} ({line_of(element)})", local_name(element), text, path)
