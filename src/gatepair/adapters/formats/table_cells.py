"""Tables as rows of cells: CSV by the standard library, XLSX by a maintained reader; nothing in a file is run.

The encoding of a CSV file is told by its byte order mark or by the mapping, and never guessed; without either it
is UTF-8.  Of a workbook one sheet is read, as the values that were typed in: a formula stays unread, and a
workbook with macros is refused.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter

from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.refusing import refusal
from gatepair.adapters.formats.table_mapping import Encoding, TableMapping
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import Finding, FindingKind

TABLE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Largest file read: a table of 20,000 rows and 30 columns has about four megabytes."""
UNPACKED_BYTES_MAX: Final = 64 * 1024 * 1024
"""Most bytes of a workbook once unpacked."""
ROWS_MAX: Final = 20_000
"""Most rows read: a small trader's table has tens of them, an agent's day some thousands."""
COLUMNS_MAX: Final = 200
CHARACTERS_MAX: Final = 2_000
"""Longest text of a cell; the longest element of the data model has 512 characters."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks. Source: Unicode standard, §23.8."""
_CODECS: Final = {
    Encoding.UTF_8: "utf-8",
    Encoding.UTF_16: "utf-16",
    Encoding.GB18030: "gb18030",
    Encoding.WINDOWS_1258: "cp1258",
}
_ENTITY: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that says something."""

    row: int
    column: int
    """Both count from one."""
    text: str
    is_number: bool = False
    """Whether the file keeps a number and not a text, so that leading noughts may be gone."""
    form: str = ""
    """Form of a date that the file keeps as such (UN/EDIFACT 2379); the text is then in that form."""
    fault: FindingKind | None = None
    """Why its value cannot be used."""

    @property
    def name(self) -> str:
        """Return where it stands, such as ``C7``."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells in order, without those that are empty, and what was found on the way."""

    rows: tuple[tuple[Cell, ...], ...]
    findings: tuple[Finding, ...] = ()


def read_csv(raw: bytes, mapping: TableMapping) -> Table:
    """Return the rows of a CSV file.

    Raises:
        TooLarge: over 8 MiB, 20,000 rows or 200 columns.
        Malformed: bytes of another encoding, or quotes that do not close; names byte or line.
    """
    _bound(len(raw), TABLE_BYTES_MAX, "bytes")
    reader = csv.reader(io.StringIO(_decoded(raw, mapping), newline=""), delimiter=mapping.delimiter.value, strict=True)
    rows: list[tuple[Cell, ...]] = []
    try:
        for number, texts in enumerate(reader, 1):
            _bound(len(texts), COLUMNS_MAX, "columns")
            found = tuple(_text_cell(number, column, text) for column, text in enumerate(texts, 1) if text.strip())
            if found:
                rows.append(found)
                _bound(len(rows), ROWS_MAX, "rows")
    except csv.Error as error:
        raise refusal(Malformed, say.CSV_BROKEN.at(line=reader.line_num, why=str(error))) from error
    return Table(tuple(rows))


def _decoded(raw: bytes, mapping: TableMapping) -> str:
    encoding, start = _CODECS[mapping.encoding], 0
    for mark, name in _MARKS:
        if raw.startswith(mark):
            encoding, start = name, len(mark)
            break
    try:
        text = raw[start:].decode(encoding)
    except UnicodeDecodeError as error:
        finding = say.ENCODING_FALSE.at(byte=start + error.start, encoding=encoding)
        raise refusal(Malformed, finding) from error
    # Windows-1258 writes marks apart from their letters; the product keeps text in NFC.
    return unicodedata.normalize("NFC", text)


def _text_cell(row: int, column: int, text: str) -> Cell:
    shown = text.strip()
    fault = say.CELL_FORMULA if shown.startswith("=") else say.CELL_UNUSABLE if len(shown) > CHARACTERS_MAX else None
    return Cell(row, column, shown[:CHARACTERS_MAX], fault=fault)


# --- workbooks --------------------------------------------------------------------------------


def read_xlsx(raw: bytes, mapping: TableMapping) -> Table:
    """Return the rows of one sheet of a workbook: the one that the mapping names, else the first.

    Raises:
        TooLarge: over 8 MiB, 64 MiB unpacked, 20,000 rows or 200 columns.
        Malformed: no workbook, one with macros, or without the sheet that the mapping names.
    """
    _bound(len(raw), TABLE_BYTES_MAX, "bytes")
    _inspect(raw)
    try:
        with warnings.catch_warnings():
            # What the reader does not support of a workbook, such as its drop-down lists, says nothing of the goods.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            names = [sheet.title for sheet in book.worksheets]
            chosen = mapping.sheet or next(iter(names), "")
            rows = _sheet_rows(book[chosen]) if chosen in names else None
    except TooLarge:
        raise
    except Exception as error:
        # The reader raises whatever its parsers meet; of a broken file none of it is our fault.
        why = (str(error).splitlines() or [""])[0][:120] or type(error).__name__
        raise refusal(Malformed, say.NOT_A_WORKBOOK.at(why=why)) from error
    if rows is None:
        raise refusal(Malformed, say.SHEET_MISSING.at("sheet", sheet=chosen, known=", ".join(names)))
    others = () if mapping.sheet else tuple(say.SHEET_UNREAD.at(name, sheet=name) for name in names if name != chosen)
    return Table(rows, others)


def _inspect(raw: bytes) -> None:
    """Look at the parts of a workbook before its reader does: their size, macros, document types."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            _bound(sum(part.file_size for part in parts), UNPACKED_BYTES_MAX, "bytes unpacked")
            for part in parts:
                if part.filename.lower().endswith((".bin", ".vba")) and "vba" in part.filename.lower():
                    raise refusal(Malformed, say.WORKBOOK_WITH_MACROS.at(part.filename, part=part.filename))
                if part.filename.endswith((".xml", ".rels")):
                    content = archive.read(part)
                    if _ENTITY.search(content) or b"\0" in content:
                        raise refusal(Malformed, say.NOT_A_WORKBOOK.at(part.filename, why="a document type"))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
    ) as error:
        raise refusal(Malformed, say.NOT_A_WORKBOOK.at(why=str(error)[:120])) from error


def _sheet_rows(sheet: Any) -> tuple[tuple[Cell, ...], ...]:
    sheet.reset_dimensions()
    rows: list[tuple[Cell, ...]] = []
    for number, values in enumerate(sheet.iter_rows(), 1):
        found = tuple(_workbook_cells(number, values))
        if found:
            _bound(found[-1].column, COLUMNS_MAX, "columns")
            rows.append(found)
            _bound(len(rows), ROWS_MAX, "rows")
    return tuple(rows)


def _workbook_cells(row: int, values: Sequence[Any]) -> Iterator[Cell]:
    for column, each in enumerate(values, 1):
        value = each.value
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if each.data_type in ("f", "e"):
            kind = say.CELL_FORMULA if each.data_type == "f" else say.CELL_UNUSABLE
            yield Cell(row, column, str(value)[:80], fault=kind)
            continue
        match value:
            case str():
                yield _text_cell(row, column, unicodedata.normalize("NFC", value))
            case datetime() if value.time() != datetime.min.time():
                yield Cell(row, column, re.sub("[-:T]", "", value.isoformat(timespec="seconds"))[:14], form="204")
            case date():
                yield Cell(row, column, value.isoformat()[:10].replace("-", ""), form="102")
            case bool():
                yield Cell(row, column, str(value), fault=say.CELL_UNUSABLE)
            case int() | float():
                yield Cell(row, column, format(Decimal(repr(value)), "f"), is_number=True)
            case _:
                yield Cell(row, column, str(value)[:80], fault=say.CELL_UNUSABLE)


def _bound(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise refusal(TooLarge, say.TABLE_TOO_LARGE.at(limit=limit, what=what))
