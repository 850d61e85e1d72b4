"""Telling formats apart, and reading a file of any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from gatepair.adapters.formats import edifact_declaration, edifact_gate
from gatepair.adapters.formats.edifact import Message, read_messages
from gatepair.adapters.formats.edifact_manifest import KINDS, read_manifest
from gatepair.adapters.formats.table_cells import Table, read_csv, read_xlsx
from gatepair.adapters.formats.table_mapping import DEFAULT, TableMapping
from gatepair.adapters.formats.table_reading import declarations_of
from gatepair.adapters.formats.wco import read_wco
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.gate_report import GateReport
from gatepair.clearance.declaration.manifest import Manifest
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.response import Response

JSON_BYTES_MAX = 8 * 1024 * 1024
"""Largest declaration in our own JSON."""
_EDIFACT = re.compile(rb"\s*(?:UNA.{6}\s*)?UN[BH]\+", re.DOTALL)

Content = Declaration | Manifest | Response | GateReport


class Format(StrEnum):
    """How a document is written."""

    JSON = "json"
    WCO = "wco"
    EDIFACT = "edifact"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Read:
    """One document of a file, and what became of every value of its source."""

    format: Format
    content: Content
    mapped: int
    findings: tuple[Finding, ...]


def format_of(raw: bytes, name: str = "") -> Format:
    """Return the format of ``raw``, told from its first characters; a CSV file by the end of its ``name``.

    Raises:
        Malformed: it is none that is read.
    """
    if name.lower().endswith(".csv"):
        return Format.CSV
    if raw.startswith(b"PK\x03\x04"):
        return Format.XLSX
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:64]
    if start.startswith(b"{"):
        return Format.JSON
    if start.startswith(b"<") or raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Format.WCO
    if _EDIFACT.match(start):
        return Format.EDIFACT
    raise Malformed(f"the file is neither {', '.join(Format)}: it begins with {start[:12]!r}")


def read_documents(
    raw: bytes, form: Format | None = None, *, mapping: TableMapping = DEFAULT, name: str = ""
) -> tuple[Read, ...]:
    """Return the documents in ``raw``, of format ``form`` or of the one it looks like.

    ``mapping`` says how tables are read; the end of the file's ``name`` tells a CSV file.

    Raises:
        TooLarge: over the limit of its format.
        Malformed: not of the format, or of a kind that is not read; names the place.
        Refused: a table in which nothing can be read; with findings.
    """
    match form or format_of(raw, name):
        case Format.WCO:
            document = read_wco(raw)
            return (Read(Format.WCO, document.content, document.mapped, document.findings),)
        case Format.EDIFACT:
            return tuple(_from_message(message) for message in read_messages(raw))
        case Format.JSON:
            return (Read(Format.JSON, _from_json(raw), 0, ()),)
        case Format.CSV:
            return _from_table(Format.CSV, read_csv(raw, mapping), mapping)
        case Format.XLSX:
            return _from_table(Format.XLSX, read_xlsx(raw, mapping), mapping)


def _from_message(message: Message) -> Read:
    if message.type == edifact_declaration.KIND:
        declared = edifact_declaration.read_declaration(message)
        return Read(Format.EDIFACT, declared.declaration, declared.mapped, declared.findings)
    if message.type == edifact_gate.KIND:
        reported = edifact_gate.read_gate_report(message)
        return Read(Format.EDIFACT, reported.report, reported.mapped, reported.findings)
    if message.type and message.type not in KINDS:
        known = ", ".join((*KINDS, edifact_declaration.KIND, edifact_gate.KIND))
        raise Malformed(f"the message {message.reference} is a {message.type}, not one of {known}")
    manifest = read_manifest(message)
    return Read(Format.EDIFACT, manifest.manifest, manifest.mapped, manifest.findings)


def _from_table(form: Format, table: Table, mapping: TableMapping) -> tuple[Read, ...]:
    found = declarations_of(table, mapping)
    return tuple(Read(form, each.declaration, each.mapped, each.findings) for each in found)


def _from_json(raw: bytes) -> Declaration:
    """Our own JSON is strict: what has no place in the model is refused with its path."""
    if len(raw) > JSON_BYTES_MAX:
        raise TooLarge(f"the declaration has {len(raw)} bytes; at most {JSON_BYTES_MAX} are read", limit=JSON_BYTES_MAX)
    try:
        return msgspec.json.decode(raw, type=Declaration)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the file is no declaration: {error}") from error
