"""Masses, amounts and days of a declaration in one exact form each, so that they can be compared and added."""

from __future__ import annotations

from datetime import date
from typing import Final

from gatepair.clearance.declaration.values import Measure, Moment, Number

_SHIFT: Final = {"KGM": 12, "": 12, "GRM": 9, "TNE": 15}
"""Decimal places from a unit of mass to the nanogram; a mass without a unit is in kilograms. Source: UN/ECE Rec 20."""


def nanograms(measure: Measure | None) -> int | None:
    """Return a mass in nanograms, exact; None when there is none or its unit is none of mass."""
    if measure is None:
        return None
    shift = _SHIFT.get(measure.unit)
    if shift is None:
        shift = _SHIFT.get(measure.unit.partition("#")[0])
    return None if shift is None else int(measure.coefficient * 10 ** (shift - measure.decimals))


def is_mass_unit(unit: str) -> bool:
    """Tell whether ``unit`` is one of mass; a qualifier behind ``#`` does not change that."""
    return unit in _SHIFT or unit.partition("#")[0] in _SHIFT


def kilograms_shown(mass_ng: int) -> str:
    """Return a mass in kilograms as a decimal text."""
    return decimal_shown(mass_ng, 12)


def decimal_shown(coefficient: int, decimals: int) -> str:
    """Return ``coefficient`` over ten to the ``decimals`` as a text without needless zeros."""
    text = Number(coefficient=coefficient, decimals=0).shown() if decimals == 0 else _pointed(coefficient, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pointed(coefficient: int, decimals: int) -> str:
    digits = str(abs(coefficient)).rjust(decimals + 1, "0")
    return f"{'-' if coefficient < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def day_of(moment: Moment | None) -> date | None:
    """Return the day of a moment written as ``CCYYMMDD…`` or ``CCYY-MM-DD…``; None when it is neither.

    Source: UN/EDIFACT code list 2379, forms 102, 203, 204 and 304; ISO 8601.
    """
    if moment is None:
        return None
    digits = moment.text[:10].replace("-", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None
