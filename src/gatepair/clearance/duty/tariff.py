"""Tariffs: dated sheets of rates by line, one sheet for each country and option."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepair.base.errors import Malformed, Refused
from gatepair.base.findings import Finding, Severity
from gatepair.clearance.codes import CHAPTERS, COUNTRIES, CURRENCIES
from gatepair.clearance.duty import findings as say
from gatepair.clearance.duty.rates import Rate, parse_rate
from gatepair.clearance.sheets import SHEET_BYTES_MAX, Line, Sheet, is_date, read_sheet


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
FINDINGS_MAX: Final = 200
"""Most faults of a sheet that are told; the first ones say what is wrong."""
_FIELDS: Final = ("country", "option", "hs", "from", "source")
_OPTIONAL: Final = ("until", "for", "currency")
_CODE: Final = re.compile(r"(?:[0-9]{2}){1,5}", re.ASCII)
_COUNTRIES: Final = re.compile(r"[A-Z]{2}(?: [A-Z]{2})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One line: a code of two to ten digits, its rate, and the countries it is not for."""

    hs: str
    rate: Rate
    barred: tuple[str, ...] = ()
    source: str = ""
    """Where this line stands, when it is elsewhere than the sheet says."""


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
    currency: str = ""
    """Currency in which the country reckons duty; empty when the sheet does not say it."""
    digest: str = ""
    """SHA-256 of the sheet's text, in hex: the sheet that a result rests on."""

    @property
    def name(self) -> str:
        """Return the name under which the sheet is kept; one content has one name."""
        return f"{self.country.lower()}-{self.option.value}-{self.valid_from}-{self.digest[:12]}"

    def line(self, hs: str) -> TariffLine | None:
        """Return the line with the longest code that begins ``hs``; None when none does."""
        lines = self.lines
        for digits in range(min(10, len(hs)), 1, -2):
            found = lines.get(hs[:digits])
            if found is not None:
                return found
        return None

    def in_force(self, day: str) -> bool:
        """Tell whether ``day`` (ISO 8601) lies within the validity, both ends included."""
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)

    def serves(self, origin: str | None) -> bool:
        """Tell whether goods of ``origin`` are meant; without a known origin only a sheet for all is."""
        return not self.origins or origin in self.origins

    def source_of(self, line: TariffLine | None) -> str:
        """Return where the rate of ``line`` stands."""
        return line.source if line is not None and line.source else self.source


@dataclass(frozen=True, slots=True)
class Examined:
    """A sheet as read: the tariff, or None with the findings that say why not."""

    tariff: Tariff | None
    findings: tuple[Finding, ...]


def examine_tariff(text: str, *, name: str = "tariff") -> Examined:
    """Return the tariff in ``text`` with everything that is wrong with it, each fault at its line.

    A sheet's rows are code, rate and, if any, the countries barred and the line's own source.
    """
    if len(text) > SHEET_BYTES_MAX:
        return Examined(None, (say.SHEET_TOO_LONG.at("", limit=SHEET_BYTES_MAX),))
    try:
        sheet = read_sheet(text, name=name)
    except Malformed as error:
        line = int(str(error.fields.get("line", 0)))
        return Examined(None, (say.SHEET_UNREADABLE.at(f"line {line}", line=line),))
    lines: dict[str, TariffLine] = {}
    found = [*_header(sheet), *_rows(sheet, lines)][:FINDINGS_MAX]
    if any(each.severity is Severity.ERROR for each in found):
        return Examined(None, tuple(found))
    return Examined(_tariff(sheet, lines, hashlib.sha256(text.encode()).hexdigest()), tuple(found))


def read_tariff(text: str, *, name: str = "tariff") -> Tariff:
    """Return the tariff in ``text``.

    Raises:
        Refused: it is none; carries the findings of :func:`examine_tariff`.
    """
    examined = examine_tariff(text, name=name)
    if examined.tariff is None:
        raise Refused(examined.findings)
    return examined.tariff


def in_force(tariffs: Iterable[Tariff], *, country: str, day: str) -> tuple[Tariff, ...]:
    """Return the sheets of ``country`` in force on ``day``: of two for one option and origin the later one.

    A sheet that begins after ``day`` changes nothing about ``day``.
    """
    newest: dict[tuple[Option, tuple[str, ...]], Tariff] = {}
    for tariff in sorted(tariffs, key=lambda each: each.valid_from):
        if tariff.country == country and tariff.in_force(day):
            newest[tariff.option, tariff.origins] = tariff
    order = list(Option)
    return tuple(sorted(newest.values(), key=lambda each: (order.index(each.option), each.origins)))


def _tariff(sheet: Sheet, lines: Mapping[str, TariffLine], digest: str) -> Tariff:
    fields = sheet.fields
    return Tariff(
        country=fields["country"],
        option=Option(fields["option"]),
        hs_version=fields["hs"],
        valid_from=fields["from"],
        valid_until=fields.get("until", ""),
        origins=() if fields.get("for", ALL) == ALL else tuple(sorted(fields["for"].split(" "))),
        source=fields["source"],
        lines=lines,
        currency=fields.get("currency", ""),
        digest=digest,
    )


def _header(sheet: Sheet) -> Iterator[Finding]:
    fields = sheet.fields
    for field in _FIELDS:
        if not fields.get(field):
            yield say.FIELD_MISSING.at(field, field=field)
    for field in fields:
        if field not in _FIELDS and field not in _OPTIONAL:
            yield say.FIELD_UNKNOWN.at(field, field=field, known=", ".join((*_FIELDS, *_OPTIONAL)))
    if fields.get("option") and fields["option"] not in set(Option):
        yield say.OPTION_UNKNOWN.at("option", option=fields["option"], known=", ".join(Option))
    if fields.get("country") and fields["country"] not in COUNTRIES:
        yield say.COUNTRY_UNKNOWN.at("country", country=fields["country"])
    if fields.get("currency") and fields["currency"] not in CURRENCIES:
        yield say.CURRENCY_UNKNOWN.at("currency", currency=fields["currency"])
    if fields.get("for", ALL) != ALL:
        yield from _countries(fields["for"], "for")
    days = [field for field in ("from", "until") if fields.get(field)]
    wrong = [field for field in days if not is_date(fields[field])]
    for field in wrong:
        yield say.DAY_WRONG.at(field, field=field, day=fields[field])
    if len(days) == 2 and not wrong and fields["until"] < fields["from"]:
        yield say.DAYS_REVERSED.at("until", first=fields["from"], last=fields["until"])
    if not sheet.lines:
        yield say.NO_ROWS.at("")


def _rows(sheet: Sheet, lines: dict[str, TariffLine]) -> Iterator[Finding]:
    """Put the rows into ``lines``; yield what is wrong with any."""
    for row in sheet.lines:
        place = f"line {row.number}"
        code, rate, barred, source = (*row.cells, "", "", "")[:4]
        faults = list(_row_faults(row, place))
        yield from faults
        if code in lines:
            yield say.CODE_TWICE.at(place, line=row.number, hs=code)
        if not faults:
            lines[code] = TariffLine(code, parse_rate(rate), tuple(barred.split()), source)


def _row_faults(row: Line, place: str) -> Iterator[Finding]:
    code, rate, barred = (*row.cells, "", "")[:3]
    if not 2 <= len(row.cells) <= 4:
        yield say.CELLS_WRONG.at(place, line=row.number)
        return
    if not _CODE.fullmatch(code) or int(code[:2]) not in CHAPTERS:
        yield say.CODE_WRONG.at(place, line=row.number, hs=code)
    try:
        parse_rate(rate)
    except Malformed:
        yield say.RATE_WRONG.at(place, line=row.number, rate=rate)
    if barred:
        yield from _countries(barred, place)


def _countries(text: str, place: str) -> Iterator[Finding]:
    if not _COUNTRIES.fullmatch(text):
        yield say.COUNTRIES_WRONG.at(place, text=text)
        return
    for country in text.split(" "):
        if country not in COUNTRIES:
            yield say.COUNTRY_UNKNOWN.at(place, country=country)
