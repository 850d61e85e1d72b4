"""Values of a declaration: amounts, measures, numbers and moments, exact and as integers.

A source writes decimals.  They are kept as an integer with the number of decimals that were written,
so that nothing is lost or made up; minor units and grams follow from them exactly or not at all.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from gatepair.base.errors import Malformed

DIGITS_MAX: Final = 15
"""Most digits of a number: what every JSON reader keeps exactly (RFC 7493 §2.2)."""
_DECIMAL: Final = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]{1,9}))?", re.ASCII)

Coefficient = Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)]
Decimals = Annotated[int, Meta(ge=0, le=9)]


class Class(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A class of the data model."""


class Number(Class, frozen=True):
    """A number as it was written: ``coefficient`` with its last ``decimals`` digits behind the point."""

    coefficient: Coefficient
    decimals: Decimals = 0

    def scaled(self, decimals: int) -> int | None:
        """Return the number in units of ten to the minus ``decimals``; None when that is no whole number."""
        if self.decimals <= decimals:
            return int(self.coefficient * 10 ** (decimals - self.decimals))
        whole, rest = divmod(self.coefficient, 10 ** (self.decimals - decimals))
        return None if rest else whole

    def shown(self) -> str:
        """Return the number as it was written, without a sign plus."""
        digits = str(abs(self.coefficient)).rjust(self.decimals + 1, "0")
        text = f"{digits[: -self.decimals]}.{digits[-self.decimals :]}" if self.decimals else digits
        return f"-{text}" if self.coefficient < 0 else text


class Amount(Number, frozen=True):
    """Money: ``currency`` by ISO 4217, empty when the source names none."""

    currency: str = ""


class Measure(Number, frozen=True):
    """A mass, a length, a volume or a quantity: ``unit`` by UN/ECE Recommendation 20, empty when none is named."""

    unit: str = ""


class Moment(Class, frozen=True):
    """An instant or a day as it was written, with the source's code for its form (UN/EDIFACT 2379)."""

    text: Annotated[str, Meta(max_length=64)]
    form: Annotated[str, Meta(max_length=3)] = ""


def decimal(text: str) -> dict[str, Any]:
    """Return coefficient and decimals of a written decimal, as the fields of a :class:`Number`.

    Raises:
        Malformed: it is no decimal of at most fifteen digits.
    """
    text = text.strip()
    if len(text) <= DIGITS_MAX and text.isascii() and text.isdigit():
        return {"coefficient": int(text), "decimals": 0}
    match = _DECIMAL.fullmatch(text)
    digits = "" if match is None else match[2] + (match[3] or "")
    if match is None or len(digits.lstrip("0")) > DIGITS_MAX:
        raise Malformed(f"{text[:40]!r} is no decimal number of at most {DIGITS_MAX} digits")
    sign = -1 if match[1] == "-" else 1
    return {"coefficient": sign * int(digits), "decimals": len(match[3] or "")}
