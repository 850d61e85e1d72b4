"""Tariffs: dated sheets of rates by line, one sheet for each country and option."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepair.base.errors import Malformed
from gatepair.clearance.duty.rates import Rate, parse_rate
from gatepair.clearance.sheets import Line, Sheet, read_sheet


class Option(StrEnum):
    """Under what a rate is asked; the first six stand side by side, the others come on top."""

    ORDINARY = "ordinary"
    MFN = "mfn"
    ACFTA = "acfta"
    RCEP = "rcep"
    QUOTA = "quota"
    """Within a tariff quota, against a licence."""
    SUSPENSION = "suspension"
    """A rate set lower for a time."""
    SAFEGUARD = "safeguard"
    """On top of whichever is taken: safeguard, anti-dumping, countervailing."""
    EXCISE = "excise"
    VAT = "vat"


ALTERNATIVES: Final = (Option.ORDINARY, Option.MFN, Option.ACFTA, Option.RCEP, Option.QUOTA, Option.SUSPENSION)
"""Options of which one is taken."""
ALL: Final = "*"
_FIELDS: Final = ("country", "option", "hs", "from", "source")
_OPTIONAL: Final = ("until", "for")
_CODE: Final = re.compile(r"(?:[0-9]{2}){1,5}", re.ASCII)
_COUNTRIES: Final = re.compile(r"[A-Z]{2}(?: [A-Z]{2})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One line: a code of two to ten digits, its rate, and the countries it is not for."""

    hs: str
    rate: Rate
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tariff:
    """One sheet of rates."""

    country: str
    """The importing country."""
    option: Option
    hs_version: str
    valid_from: str
    """First day, ISO 8601."""
    valid_until: str
    """Last day, ISO 8601; empty when no end is set."""
    origins: tuple[str, ...]
    """Countries of origin it is for; empty means all."""
    source: str
    lines: Mapping[str, TariffLine]

    def line(self, hs: str) -> TariffLine | None:
        """Return the line with the longest code that begins ``hs``; None when none does."""
        return next((self.lines[hs[:digits]] for digits in range(10, 1, -2) if hs[:digits] in self.lines), None)

    def in_force(self, day: str) -> bool:
        """Tell whether ``day`` (ISO 8601) lies within the validity, both ends included."""
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)

    def serves(self, origin: str | None) -> bool:
        """Tell whether goods of ``origin`` are meant; without a known origin only a sheet for all is."""
        return not self.origins or origin in self.origins


def read_tariff(text: str, *, name: str = "tariff") -> Tariff:
    """Return the tariff in ``text``: a sheet whose rows are code, rate and, if any, the countries barred.

    Raises:
        Malformed: names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS, optional=_OPTIONAL)
    if sheet.fields["option"] not in set(Option):
        raise sheet.fault(f"`option` is one of {', '.join(Option)}")
    lines: dict[str, TariffLine] = {}
    for each in sheet.lines:
        line = _line(sheet, each)
        if line.hs in lines:
            raise sheet.fault(f"the code {line.hs} stands twice", each)
        lines[line.hs] = line
    until = sheet.day("until") if "until" in sheet.fields else ""
    if until and until < sheet.day("from"):
        raise sheet.fault("`until` lies before `from`")
    return Tariff(
        country=sheet.fields["country"],
        option=Option(sheet.fields["option"]),
        hs_version=sheet.fields["hs"],
        valid_from=sheet.day("from"),
        valid_until=until,
        origins=_countries(sheet, sheet.fields.get("for", ALL)),
        source=sheet.fields["source"],
        lines=lines,
    )


def in_force(tariffs: Iterable[Tariff], *, country: str, day: str) -> tuple[Tariff, ...]:
    """Return the sheets of ``country`` in force on ``day``: of two for one option and origin the later one."""
    newest: dict[tuple[Option, tuple[str, ...]], Tariff] = {}
    for tariff in sorted(tariffs, key=lambda each: each.valid_from):
        if tariff.country == country and tariff.in_force(day):
            newest[tariff.option, tariff.origins] = tariff
    order = list(Option)
    return tuple(sorted(newest.values(), key=lambda each: (order.index(each.option), each.origins)))


def _line(sheet: Sheet, line: Line) -> TariffLine:
    code, rate, *barred = line.cells
    if not _CODE.fullmatch(code) or len(barred) > 1:
        raise sheet.fault("a row is a code of 2 to 10 digits, a rate and, if any, the countries it is not for", line)
    try:
        found = parse_rate(rate)
    except Malformed as error:
        raise sheet.fault(error.message, line) from error
    return TariffLine(code, found, _countries(sheet, barred[0], line) if barred else ())


def _countries(sheet: Sheet, text: str, line: Line | None = None) -> tuple[str, ...]:
    if text == ALL and line is None:
        return ()
    if not _COUNTRIES.fullmatch(text):
        raise sheet.fault("countries are codes of two letters, parted by a space", line)
    return tuple(text.split(" "))
