"""Figures as people type them, read into whole numbers: no float decides about money or mass."""

from __future__ import annotations

import re
from typing import Final

_TYPED: Final = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{1,9}))?", re.ASCII)
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f]+")


def scaled(text: str, decimals: int) -> int | None:
    """Return a typed number in units of ``10 ** -decimals``; None when it is none, or has more decimals than that.

    Blanks between groups of digits are left out; a point or a comma stands before the decimals.
    """
    found = _TYPED.fullmatch(_BLANKS.sub("", text))
    if found is None or len(found[2] or "") > decimals:
        return None
    return int(found[1] + (found[2] or "").ljust(decimals, "0"))


def as_typed(scaled_number: int, decimals: int) -> str:
    """Return the number as it would be typed."""
    if not decimals:
        return str(scaled_number)
    whole, rest = divmod(scaled_number, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}"
