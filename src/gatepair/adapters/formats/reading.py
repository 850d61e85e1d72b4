"""Telling formats apart, and reading a file of any of them."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from gatepair.adapters.formats import edifact_declaration, edifact_gate
from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.china import RoadRead, read_china
from gatepair.adapters.formats.edifact import Message, read_messages
from gatepair.adapters.formats.edifact_manifest import KINDS, read_manifest
from gatepair.adapters.formats.json_keys import key_twice
from gatepair.adapters.formats.refusing import refusal
from gatepair.adapters.formats.table_cells import Table, read_csv, read_xlsx
from gatepair.adapters.formats.table_mapping import DEFAULT, TableMapping, read_mapping
from gatepair.adapters.formats.table_reading import declarations_of
from gatepair.adapters.formats.wco import read_wco
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.gate_report import GateReport
from gatepair.clearance.declaration.manifest import Manifest
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.response import Response
from gatepair.clearance.declaration.road_manifest import RoadManifest
from gatepair.clearance.declaration.vehicle_filing import VehicleFiling

JSON_BYTES_MAX = 8 * 1024 * 1024
"""Largest declaration in our own JSON."""
_EDIFACT = re.compile(rb"\s*(?:UNA.{6}\s*UN[BH]|UN[BH]\+)", re.DOTALL)
"""UNA names the separators, so what follows the tag after it may be any of them. Source: ISO 9735, service string advice."""

_CHINA = re.compile('"单证"\\s*:'.encode())
"""The key by which China's road messages are known."""
_LOOKED_AT = 4_096
"""How far into a JSON file that key is looked for; :func:`gatepair.adapters.formats.china.write_road` puts it first."""

Content = Declaration | Manifest | Response | GateReport | RoadManifest | VehicleFiling


class Format(StrEnum):
    """How a document is written."""

    JSON = "json"
    WCO = "wco"
    EDIFACT = "edifact"
    CHINA = "china"
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
    if not start:
        raise refusal(Malformed, say.FILE_EMPTY.at())
    if start.startswith(b"{"):
        return Format.CHINA if _CHINA.search(raw[:_LOOKED_AT]) else Format.JSON
    if start.startswith(b"<") or raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Format.WCO
    if _EDIFACT.match(start):
        return Format.EDIFACT
    raise refusal(Malformed, say.FORMAT_UNKNOWN.at(known=", ".join(Format), start=ascii(start[:12].decode("latin-1"))))


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
        case Format.CHINA:
            road = read_china(raw)
            content = road.manifest if isinstance(road, RoadRead) else road.filing
            return (Read(Format.CHINA, content, road.mapped, road.findings),)
        case Format.CSV:
            return _from_table(Format.CSV, read_csv(raw, mapping), mapping)
        case Format.XLSX:
            return _from_table(Format.XLSX, read_xlsx(raw, mapping), mapping)


def read_wire(raw: bytes, *, form: str, mapping: str) -> list[dict[str, Any]]:
    """Return the documents in ``raw`` in their published form; ``form`` and ``mapping`` may be empty.

    Raises:
        BadInput: the file, its mapping or the name of its format is refused.
    """
    told = read_mapping(mapping) if mapping else DEFAULT
    return [wire_of(each) for each in read_documents(raw, format_named(form), mapping=told)]


def format_named(form: str) -> Format | None:
    """Return the format of the name ``form``, None when it is empty.

    Raises:
        Malformed: it is none that is read.
    """
    if form and form not in set(Format):
        raise refusal(Malformed, say.FORMAT_UNKNOWN.at("form", known=", ".join(Format), start=repr(form[:12])))
    return Format(form) if form else None


def wire_of(read: Read) -> dict[str, Any]:
    """Return what was read in its published form: content in our own words, findings in four languages."""
    return {
        "content": msgspec.to_builtins(read.content),
        "findings": [finding.to_wire() for finding in read.findings],
        "format": read.format.value,
        "kind": type(read.content).__name__.lower(),
        "mapped": read.mapped,
    }


def _from_message(message: Message) -> Read:
    if message.type == edifact_declaration.KIND:
        declared = edifact_declaration.read_declaration(message)
        return Read(Format.EDIFACT, declared.declaration, declared.mapped, declared.findings)
    if message.type == edifact_gate.KIND:
        reported = edifact_gate.read_gate_report(message)
        return Read(Format.EDIFACT, reported.report, reported.mapped, reported.findings)
    if message.type and message.type not in KINDS:
        known = ", ".join((*KINDS, edifact_declaration.KIND, edifact_gate.KIND))
        raise refusal(
            Malformed,
            say.EDI_OTHER_MESSAGE.at(reference=message.reference, text=message.type[:12], known=known),
        )
    manifest = read_manifest(message)
    return Read(Format.EDIFACT, manifest.manifest, manifest.mapped, manifest.findings)


def _from_table(form: Format, table: Table, mapping: TableMapping) -> tuple[Read, ...]:
    found = declarations_of(table, mapping)
    return tuple(Read(form, each.declaration, each.mapped, each.findings) for each in found)


def _from_json(raw: bytes) -> Declaration:
    """Our own JSON is strict: what has no place in the model is refused with its path."""
    if len(raw) > JSON_BYTES_MAX:
        raise refusal(TooLarge, say.FILE_TOO_LARGE.at(bytes=len(raw), limit=JSON_BYTES_MAX))
    text = raw.removeprefix(BOM_UTF8)
    try:
        declaration = msgspec.json.decode(text, type=Declaration)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusal(Malformed, say.JSON_BROKEN.at(why=str(error)[:200])) from error
    if (key := key_twice(text, declaration)) is not None:
        raise refusal(Malformed, say.JSON_KEY_TWICE.at(key=key[:80]))
    return declaration
