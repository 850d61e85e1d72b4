"""Numbers and dates as traders write them, in the way that a mapping tells."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any, Final

from gatepair.base.errors import Malformed
from gatepair.clearance.declaration.values import decimal

_DAY: Final = re.compile(r"([0-9]{1,4})[-/.年 ]([0-9]{1,2})[-/.月 ]([0-9]{1,4})日?", re.ASCII)


class DecimalSign(StrEnum):
    """What stands before the decimals of a number."""

    POINT = "."
    COMMA = ","


class Grouping(StrEnum):
    """What stands between thousands."""

    NONE = ""
    POINT = "."
    COMMA = ","
    SPACE = " "
    APOSTROPHE = "'"


class DateOrder(StrEnum):
    """In which order day, month and year are written."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


def number_of(text: str, sign: DecimalSign, grouping: Grouping) -> dict[str, Any] | None:
    """Return the fields of the number that ``text`` writes; None when it is none, or its thousands are not groups of three."""
    whole, point, rest = text.replace("\u00a0", " ").replace("\u202f", " ").partition(sign.value)
    if grouping is not Grouping.NONE and grouping.value in whole:
        first, *groups = whole.split(grouping.value)
        if not 1 <= len(first.lstrip("+-")) <= 3 or any(len(group) != 3 for group in groups):
            return None
        whole = first + "".join(groups)
    try:
        return decimal(f"{whole}.{rest}" if point else whole)
    except Malformed:
        return None


def day_of(text: str, order: DateOrder) -> dict[str, Any] | None:
    """Return the fields of the day that ``text`` writes in ``order``; None when it is none."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    parts = dict(zip(order.value, match.groups(), strict=True))
    if len(parts["y"]) != 4 or len(parts["d"]) > 2:
        return None
    try:
        day = date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None
    return {"text": day.isoformat().replace("-", ""), "form": "102"}
