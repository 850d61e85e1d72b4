"""Receipts and their numbers, and how a sum is divided between collector and treasury."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from msgspec import Meta, Struct

from gatepair.base.errors import Malformed
from gatepair.base.shapes import spelled
from gatepair.clearance.duty.rates import rounded
from gatepair.clearance.fees.model import WHOLE

KEPT_PERMILLE: Final = 100
"""Share that the collector keeps. Source: Lạng Sơn from 8 May 2025, 10 % for the gate's management centre and 90 % for
the budget."""
SERIAL_MAX: Final = 9_999_999
_NUMBER: Final = re.compile(r"([A-Z]{2,6})-([0-9]{4})-([0-9]{7})", re.ASCII)
_SERIES: Final = re.compile(r"[A-Z]{2,6}", re.ASCII)

Money = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Currency = Annotated[str, spelled("[A-Z]{3}")]
Reference = Annotated[str, Meta(min_length=1, max_length=64)]


class FeeReceipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One receipt: who took how much for which crossing, on which day."""

    number: Reference
    crossing: Reference
    collector: Reference
    on: date
    amount_minor: Money
    currency: Currency


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """A receipt's number: series of the collector, year, serial from 1 without gaps."""

    series: str
    year: int
    serial: int

    def __str__(self) -> str:
        """Return the number as printed, such as ``LS-2025-0000123``."""
        return f"{self.series}-{self.year:04d}-{self.serial:07d}"


@dataclass(frozen=True, slots=True)
class Split:
    """A sum in its two parts, in minor units."""

    kept_minor: int
    treasury_minor: int


def read_number(text: str) -> Number | None:
    """Return the number that ``text`` spells; None when it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None or int(found[3]) == 0:
        return None
    return Number(found[1], int(found[2]), int(found[3]))


def next_number(series: str, year: int, last: Number | None) -> Number:
    """Return the number after ``last`` (None before the first); serials begin anew each year.

    Raises:
        Malformed: the series is none, ``last`` is of another series or a later year, or the year's numbers are used up.
    """
    if not _SERIES.fullmatch(series) or not 1 <= year <= 9999:
        raise Malformed(
            f"{series!r} of {year} is no series; write two to six capital letters and a year", series=series
        )
    if last is None:
        return Number(series, year, 1)
    if last.series != series or last.year > year:
        raise Malformed(f"{last} is not before the numbers of {series} in {year}", number=str(last))
    serial = last.serial + 1 if last.year == year else 1
    if serial > SERIAL_MAX:
        raise Malformed(f"the numbers of {series} for {year} are used up; begin another series", series=series)
    return Number(series, year, serial)


def split(amount_minor: int, kept_permille: int = KEPT_PERMILLE) -> Split:
    """Return what the collector keeps of ``amount_minor`` and what the treasury gets; the parts sum to it exactly.

    The treasury's part is rounded to the nearest unit with halves up, and the collector keeps the rest.
    """
    treasury = rounded(amount_minor * (WHOLE - kept_permille), WHOLE)
    return Split(amount_minor - treasury, treasury)
