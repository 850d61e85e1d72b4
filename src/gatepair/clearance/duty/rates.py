"""Rates of duty and tax as typed values; what is not known is a value of its own and never nought.

Written form: ``20%``, ``7.5%``, ``5000 VND/kg`` (minor units of the currency a whole unit), a sum
``10% + 5000 VND/kg``, the higher of two ``10% or 5000 VND/kg``, ``?`` for not known, ``-`` for not offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from gatepair.base.errors import Malformed

BASIS_POINTS: Final = 10_000
THOUSAND: Final = 1_000
"""Quantities are thousandths of their unit: grams for ``kg``."""
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%", re.ASCII)
_SPECIFIC: Final = re.compile(r"([1-9][0-9]{0,12}) ([A-Z]{3})/([a-z0-9]{1,12})", re.ASCII)


def rounded(numerator: int, denominator: int) -> int:
    """Return the quotient of two natural numbers rounded to the nearest whole, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, slots=True)
class Base:
    """What a rate is reckoned on: value in minor units of ``currency``, quantities in thousandths by unit."""

    value_minor: int | None
    """None when the value is not known in this currency."""
    currency: str
    quantities: tuple[tuple[str, int], ...] = ()

    def quantity(self, unit: str) -> int | None:
        """Return the quantity in ``unit``; None when the declaration has none."""
        return next((amount for name, amount in self.quantities if name == unit), None)


@dataclass(frozen=True, slots=True)
class AdValorem:
    """A share of the value, in basis points."""

    basis_points: int

    def amount(self, base: Base) -> int | None:
        """Return the amount in minor units; no share of a value that is not known is known, save none of it."""
        if base.value_minor is None:
            return None if self.basis_points else 0
        return rounded(base.value_minor * self.basis_points, BASIS_POINTS)

    @override
    def __str__(self) -> str:
        """Return the written form."""
        whole, hundredths = divmod(self.basis_points, 100)
        return f"{whole}.{hundredths:02d}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True, slots=True)
class Specific:
    """Minor units of ``currency`` for each whole ``unit``."""

    minor: int
    currency: str
    unit: str

    def amount(self, base: Base) -> int | None:
        """Return the amount; None when the quantity is not declared or the currency is another."""
        quantity = base.quantity(self.unit)
        return None if quantity is None or base.currency != self.currency else rounded(self.minor * quantity, THOUSAND)

    @override
    def __str__(self) -> str:
        """Return the written form."""
        return f"{self.minor} {self.currency}/{self.unit}"


@dataclass(frozen=True, slots=True)
class Both:
    """The sum of two rates."""

    first: AdValorem | Specific
    second: AdValorem | Specific

    def amount(self, base: Base) -> int | None:
        """Return the sum; None when either is not known."""
        amounts = self.first.amount(base), self.second.amount(base)
        return None if amounts[0] is None or amounts[1] is None else amounts[0] + amounts[1]

    @override
    def __str__(self) -> str:
        """Return the written form."""
        return f"{self.first} + {self.second}"


@dataclass(frozen=True, slots=True)
class Higher:
    """The higher of two rates."""

    first: AdValorem | Specific
    second: AdValorem | Specific

    def amount(self, base: Base) -> int | None:
        """Return the higher amount; None when either is not known."""
        amounts = self.first.amount(base), self.second.amount(base)
        return None if amounts[0] is None or amounts[1] is None else max(amounts[0], amounts[1])

    @override
    def __str__(self) -> str:
        """Return the written form."""
        return f"{self.first} or {self.second}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The table says that there is a rate, and not which."""

    def amount(self, _base: Base) -> int | None:
        """Return None: what is not known is not nought."""
        return None

    @override
    def __str__(self) -> str:
        """Return the written form."""
        return "?"


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The line has no such rate."""

    def amount(self, _base: Base) -> int | None:
        """Return None: there is nothing to reckon."""
        return None

    @override
    def __str__(self) -> str:
        """Return the written form."""
        return "-"


Rate = AdValorem | Specific | Both | Higher | Unknown | NotOffered


def parse_rate(text: str) -> Rate:
    """Return the rate that ``text`` spells.

    Raises:
        Malformed: it is not of the written form.
    """
    if text == "?":
        return Unknown()
    if text == "-":
        return NotOffered()
    for word, maker in ((" + ", Both), (" or ", Higher)):
        first, found, second = text.partition(word)
        if found:
            return maker(_part(first), _part(second))
    return _part(text)


def _part(text: str) -> AdValorem | Specific:
    if share := _PERCENT.fullmatch(text):
        return AdValorem(int(share[1]) * 100 + int((share[2] or "").ljust(2, "0")))
    if specific := _SPECIFIC.fullmatch(text):
        return Specific(int(specific[1]), specific[2], specific[3])
    raise Malformed(f"{text!r} is no rate; write 20%, 5000 VND/kg, a sum, `or`, ? or -", rate=text)
