"""Files and bytes to assessments: reads a declaration with its papers, brings the tables, and assesses."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from gatepair.adapters.codelists import shipped_codes
from gatepair.adapters.codewords import shipped_index
from gatepair.adapters.feetables import shipped_fee_tables
from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.json_keys import key_twice
from gatepair.adapters.formats.reading import Format, Read, format_named, read_documents
from gatepair.adapters.formats.refusing import refusal
from gatepair.adapters.formats.table_mapping import DEFAULT, read_mapping
from gatepair.adapters.formats.tracing import read_traced
from gatepair.adapters.origintables import shipped_tables
from gatepair.adapters.spstables import shipped_book
from gatepair.adapters.tarifftables import TariffPlace
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import Finding, Severity
from gatepair.clearance.assessing.assess import assess_declaration
from gatepair.clearance.assessing.model import Assessed, Dossier, Papers, Tables
from gatepair.clearance.checking.case import CrossingFacts
from gatepair.clearance.checking.codelists import CodeLists
from gatepair.clearance.codes_search import CodeIndex
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.gate_declaration import FileDocument

PAPERS_BYTES_MAX: Final = 8 * 1024 * 1024
"""Largest papers that are read: 999 items with bills of materials need less."""
_decode_dossier: Final = msgspec.json.Decoder(Dossier).decode
_decode_papers: Final = msgspec.json.Decoder(Papers).decode
_DOSSIER: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:declaration|papers)"\s*:\s*\{')
"""How the JSON of a dossier begins; a bare declaration has no such field."""
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Told:
    """One document of a file: what reading it found, and its assessment; None when it is no declaration."""

    read: Read
    assessed: Assessed | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what reading and assessing found, in that order."""
        return (*self.read.findings, *(self.assessed.findings if self.assessed else ()))

    @property
    def sound(self) -> bool:
        """Tell whether it is a declaration without an error in it."""
        return self.assessed is not None and all(each.severity is not Severity.ERROR for each in self.findings)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "format": self.read.format.value,
            "kind": type(self.read.content).__name__.lower(),
            "mapped": self.read.mapped,
            "read": [each.to_wire() for each in self.read.findings],
            "assessment": self.assessed.to_wire() if self.assessed else None,
        }


class Assessor:
    """Assesses declarations by the tables of one directory, with the shipped ones behind them."""

    def __init__(self, directory: Path | None) -> None:
        """Take the directory of a post or of one's work; None has only the shipped tables."""
        self._tariffs = TariffPlace(directory)
        self._rules = shipped_tables()
        self._codes = shipped_codes()
        self._book = shipped_book()
        self._fees = shipped_fee_tables()

    def tables(self) -> Tables:
        """Return the tables as they are now."""
        return Tables(self._tariffs.shelf(), self._rules, self._codes, self._book, self._fees)

    def assess(
        self, dossier: Dossier, *, on: date, country: str | None = None, crossing: CrossingFacts | None = None
    ) -> Assessed:
        """Return ``dossier`` assessed on the day ``on`` by the tables of now; duty is that of ``country``, when one is given."""
        declaration, papers = dossier.declaration, dossier.papers
        return assess_declaration(declaration, papers, self.tables(), on=on, country=country, crossing=crossing)

    def dossiers(self, raw: bytes) -> tuple[tuple[Dossier, ...], tuple[Finding, ...], int]:
        """Return the declarations in ``raw`` with their papers, what reading found, and how many documents there are.

        ``raw`` is a dossier as JSON, or a file of any format that is read.

        Raises:
            TooLarge, Malformed: it cannot be read; the message names the place.
        """
        if _DOSSIER.match(raw):
            return (_decoded(_decode_dossier, raw, name="the declaration"),), (), 1
        reads = read_documents(raw)
        found = tuple(finding for read in reads for finding in read.findings)
        declarations = tuple(Dossier(declaration=one.content) for one in reads if isinstance(one.content, Declaration))
        return declarations, found, len(reads)

    @property
    def codes(self) -> CodeLists:
        """Return the lists of codes that declarations are checked by."""
        return self._codes

    @property
    def index(self) -> CodeIndex:
        """Return the words by which codes are found; made when first asked for."""
        return shipped_index()

    def read(self, raw: bytes, *, form: str, mapping: str, name: str) -> tuple[FileDocument, ...]:
        """Return the documents of a file with the place of every value; ``form`` and ``mapping`` may be empty.

        Raises:
            TooLarge, Malformed, Refused: the file, its mapping or the name of its format; with findings.
        """
        told = read_mapping(mapping) if mapping else DEFAULT
        return read_traced(raw, format_named(form), mapping=told, name=name)

    def documents(self, raw: bytes, papers: Papers, *, on: date, name: str = "") -> Iterator[Told]:
        """Yield each document in ``raw`` with its assessment: a dossier, or any format that is read.

        ``papers`` are those of every document but a dossier that brings its own.

        Raises:
            TooLarge, Malformed: as :func:`~gatepair.adapters.formats.reading.read_documents`.
        """
        tables = self.tables()
        if _DOSSIER.match(raw):
            dossier = _decoded(_decode_dossier, raw, name=name or "the declaration")
            shown = papers if dossier.papers == Papers() else dossier.papers
            assessed = assess_declaration(dossier.declaration, shown, tables, on=on)
            yield Told(Read(Format.JSON, dossier.declaration, 0, ()), assessed)
            return
        for read in read_documents(raw, name=name):
            content = read.content
            if isinstance(content, Declaration):
                yield Told(read, assess_declaration(content, papers, tables, on=on))
            else:
                yield Told(read, None)


def brings_papers(raw: bytes, *, name: str) -> bool:
    """Tell whether ``raw`` is a dossier with papers of its own.

    Raises:
        TooLarge, Malformed: it is a dossier that cannot be read.
    """
    return _DOSSIER.match(raw) is not None and _decoded(_decode_dossier, raw, name=name).papers != Papers()


def read_papers(raw: bytes, *, name: str) -> Papers:
    """Return the papers in ``raw``, JSON of :class:`Papers`.

    Raises:
        TooLarge: over the limit.
        Malformed: they are none; the message names the place.
    """
    return _decoded(_decode_papers, raw, name=name)


def _decoded(decode: Callable[[bytes], _Read], raw: bytes, *, name: str) -> _Read:
    if len(raw) > PAPERS_BYTES_MAX:
        raise TooLarge(f"{name} has {len(raw)} bytes; at most {PAPERS_BYTES_MAX} are read", limit=PAPERS_BYTES_MAX)
    text = raw.removeprefix(BOM_UTF8)
    try:
        read = decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"{name} cannot be read: {error}") from error
    if (key := key_twice(text, read)) is not None:
        raise refusal(Malformed, say.JSON_KEY_TWICE.at(key=key[:80]))
    return read
