"""Registered sites: the forms of their codes, and the dated register in which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gatepair.clearance.sheets import Line, Sheet, read_sheet
from gatepair.clearance.sps.model import SiteKind

FORMS: Final[Mapping[SiteKind, re.Pattern[str]]] = MappingProxyType({
    SiteKind.ORCHARD: re.compile(r"VN-[A-ZĐ]{2,3}OR-[0-9]{4}"),
    SiteKind.PACKING_HOUSE: re.compile(r"VN-[A-ZĐ]{2,3}PH-[0-9]{3,4}"),
    SiteKind.PRODUCER: re.compile(r"C[A-Z]{3}[0-9]{14}", re.ASCII),
    SiteKind.LABORATORY: re.compile(r"LAB-[A-Z]{2}-[0-9]{2,4}", re.ASCII),
})  # fmt: skip
"""Country, province and kind, serial number; GACC's is C, country, four digits of the product, six of the day, four
of the serial number.  Source: codes as printed in trade reports (unverified); the laboratories' form is our own."""
_FIELDS: Final = ("register", "from", "source")
_OPTIONAL: Final = ("synthetic",)
ANY: Final = "*"
_PRODUCT: Final = re.compile(r"\*|[a-z0-9][a-z0-9_-]{0,47}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)


class SiteState(StrEnum):
    """What the register says of a site."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Site:
    """One row: a site, for which product, from which day until which day (empty: no end), in which state."""

    kind: SiteKind
    code: str
    product: str
    """Key of the product or of a group of HS (``hs0306``); ``*`` for all."""
    valid_from: str
    valid_until: str
    state: SiteState
    recommended: bool
    """Whether the authority of the exporting country recommended it (producers)."""

    def serves(self, product: str | None, hs: str) -> bool:
        """Tell whether the site is registered for the product; a row ``hs…`` is for the codes that begin so."""
        by_code = self.product.startswith("hs") and hs.startswith(self.product[2:])
        return by_code or self.product in {ANY, product}


@dataclass(frozen=True, slots=True)
class Register:
    """A register as one authority published it on a day."""

    name: str
    valid_from: str
    source: str
    synthetic: bool
    sites: Mapping[str, tuple[Site, ...]]


def kind_of(code: str) -> SiteKind | None:
    """Return what ``code`` names by its form; None when it has the form of none."""
    return next((kind for kind, form in FORMS.items() if form.fullmatch(code)), None)


def read_register(text: str, *, name: str = "register") -> Register:
    """Return the register in ``text``: rows of code, product, first day, last day or ``-``, state, and ``recommended``.

    Raises:
        Malformed: names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS, optional=_OPTIONAL)
    sites: dict[str, tuple[Site, ...]] = {}
    for line in sheet.lines:
        site = _site(sheet, line)
        known = sites.get(site.code, ())
        if any(each.product == site.product and _overlap(each, site) for each in known):
            raise sheet.fault(f"{site.code} stands twice for {site.product} on one day", line)
        sites[site.code] = (*known, site)
    return Register(
        name=sheet.fields["register"],
        valid_from=sheet.day("from"),
        source=sheet.fields["source"],
        synthetic=sheet.fields.get("synthetic", "no") == "yes",
        sites=sites,
    )


def registers_in_force(registers: Iterable[Register], *, day: str) -> tuple[Register, ...]:
    """Return the registers that hold on ``day`` (ISO 8601): of two of one name the later one."""
    newest: dict[str, Register] = {}
    for register in sorted(registers, key=lambda each: each.valid_from):
        if register.valid_from <= day:
            newest[register.name] = register
    return tuple(newest[name] for name in sorted(newest))


def span(sheet: Sheet, line: Line, cells: tuple[str, str]) -> tuple[str, str]:
    """Return first and last day of a row; ``-`` is no end and becomes empty.

    Raises:
        Malformed: no dates, or the last day before the first.
    """
    begin, end = cells[0], "" if cells[1] == "-" else cells[1]
    if not _DATE.fullmatch(begin) or (end and not _DATE.fullmatch(end)) or (end and end < begin):
        raise sheet.fault("days are written 2025-11-11, the last one `-` where no end is set, and in order", line)
    return begin, end


def _site(sheet: Sheet, line: Line) -> Site:
    cells = line.cells
    kind = kind_of(cells[0])
    recommended = cells[5:] == ("recommended",)
    wanted = len(cells) == 5 or recommended
    if not wanted or kind is None or not _PRODUCT.fullmatch(cells[1]) or cells[4] not in set(SiteState):
        row = f"code, product, first day, last day or -, {' or '.join(SiteState)}, and `recommended` if so"
        raise sheet.fault(f"a row is {row}, parted by tabs; a code has the form of its kind", line)
    first, last = span(sheet, line, (cells[2], cells[3]))
    return Site(kind, cells[0], cells[1], first, last, SiteState(cells[4]), recommended=recommended)


def _overlap(one: Site, other: Site) -> bool:
    ends = (one.valid_until or "9999", other.valid_until or "9999")
    return one.valid_from <= ends[1] and other.valid_from <= ends[0]
