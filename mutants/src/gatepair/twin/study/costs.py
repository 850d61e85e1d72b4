"""What a plan costs, by prices that the user gives: a lane, a server-hour, an AGV.

Gatepair ships no price.  A price names a path of the plan in which ``*`` stands for any part, an
amount in minor units of one currency, and what it is paid for: each unit and day, or each unit and
hour of its calendar.  A number in the plan counts as that many units, an entry of a table as one.
The cost is exact in whole minor units and the same in every replication.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from gatepair.base.errors import PlanInvalid, SettingInvalid
from gatepair.base.shapes import spelled
from gatepair.plan import markup, shapes
from gatepair.plan.calendars import windows
from gatepair.plan.model import Plan

HOUR_MS: Final = 3_600_000
ANY: Final = "*"
"""Stands for any one part of a path."""
AMOUNT_MAX: Final = 10**15
"""Largest amount: cost sums stay far inside 64 bits."""


class Per(StrEnum):
    """What an amount is paid for."""

    DAY = "day"
    """Each unit and calendar day."""
    OPEN_HOUR = "open_hour"
    """Each unit and hour in which its calendar is open."""


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """One price. ``path`` is dotted, ``*`` stands for any part (``stations.*.servers``)."""

    path: str
    amount_minor: Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
    per: Per = Per.DAY
    note: str = ""


class PriceList(Struct, frozen=True, forbid_unknown_fields=True):
    """The prices of one question, in one currency."""

    costs: Annotated[int, Meta(ge=1, le=1)]
    """Version of this file format."""
    currency: Annotated[str, spelled("[A-Z]{3}")]
    prices: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one place of the plan costs over the days asked for."""

    path: str
    units: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a plan over ``days`` days from ``first``, by place; ``total_minor`` is their sum."""

    currency: str
    days: int
    lines: tuple[CostLine, ...]

    @property
    def total_minor(self) -> int:
        """Return the sum of the lines in minor units."""
        return sum(line.amount_minor for line in self.lines)


def load_prices(text: str, name: str) -> PriceList:
    """Return the price list that the YAML ``text`` holds; ``name`` is the file's name for messages.

    Raises:
        PlanInvalid: with every problem at its line.
    """
    read = markup.read(text)
    problems = list(read.problems)
    if read.value is not None or not problems:
        problems.extend(read.marks.problem(one) for one in shapes.faults(read.value, shapes.type_of(PriceList)))
    if problems:
        found = sorted(problems, key=lambda one: (one.line, one.column))
        raise PlanInvalid(f"{name}: {found[0].shown(name)}", problems=tuple(found), name=name)
    return msgspec.convert(read.value, PriceList)


def price(text: str) -> Price:
    """Return the price that ``PATH=AMOUNT`` or ``PATH=AMOUNT/hour`` means, in minor units.

    Raises:
        SettingInvalid: the text has another form, or the amount is out of range.
    """
    path, _, paid = text.partition("=")
    amount, slash, unit = paid.strip().partition("/")
    units = {"": Per.DAY, "day": Per.DAY, "hour": Per.OPEN_HOUR}
    if not path.strip() or not amount.isdecimal() or unit not in units or (slash and not unit):
        example = "stations.*.servers=900/hour, fleets.*.vehicles=40000/day"
        raise SettingInvalid(f"{text} is not PATH=AMOUNT[/day|/hour] in minor units; for example {example}", text=text)
    if int(amount) > AMOUNT_MAX:
        raise SettingInvalid(f"the amount of {text} is above {AMOUNT_MAX}", text=text)
    return Price(path.strip(), int(amount), units[unit])


def check_prices(prices: Sequence[Price], plan: Plan) -> None:
    """Refuse a price that fits no place of ``plan``, or an hourly one whose place has no hours.

    Raises:
        SettingInvalid: naming the price.
    """
    raw = msgspec.to_builtins(plan)
    for one in prices:
        places = list(_places(raw, one.path))
        if not places:
            raise SettingInvalid(f"the price of {one.path} fits no place of the plan", path=one.path)
        for place in places:
            _check_place(one, place)


def _check_place(one: Price, place: _Place) -> None:
    if _units(place.value) is None:
        raise SettingInvalid(f"{place.path} is neither a number nor an entry of a table", path=one.path)
    if one.per is Per.OPEN_HOUR and place.hours is None:
        raise SettingInvalid(f"{place.path} has no hours of its own; price it by the day", path=one.path)


def cost_of(plan: Plan, listed: PriceList, *, first: date, days: int) -> Cost:
    """Return what ``plan`` costs over ``days`` local days from ``first``.

    Hours count as the calendars of the plan open, holidays and exceptions included; part of an hour
    costs its part, rounded half up at each place.  A price that fits no place costs nothing here, for
    a design may have taken its last place away; :func:`check_prices` refuses it on the plan itself.

    Raises:
        SettingInvalid: a price fits a place that cannot be counted or has no hours.
    """
    raw = msgspec.to_builtins(plan)
    lines: list[CostLine] = []
    for one in listed.prices:
        for place in _places(raw, one.path):
            _check_place(one, place)
            units = _units(place.value) or 0
            paid = units * one.amount_minor * days
            if one.per is Per.OPEN_HOUR:
                open_ms = open_ms_of(plan, place.hours or "", first=first, days=days)
                paid = (units * one.amount_minor * open_ms * 2 + HOUR_MS) // (2 * HOUR_MS)
            lines.append(CostLine(place.path, units, paid))
    return Cost(listed.currency, days, tuple(lines))


@dataclass(frozen=True, slots=True)
class Costing:
    """A price list with the days it is counted over."""

    listed: PriceList
    first: date
    days: int

    def of(self, plan: Plan) -> Cost:
        """Return what ``plan`` costs over these days. Raises as :func:`cost_of`."""
        return cost_of(plan, self.listed, first=self.first, days=self.days)


def open_ms_of(plan: Plan, calendar: str, *, first: date, days: int) -> int:
    """Return how many milliseconds ``calendar`` is open on ``days`` local dates from ``first``."""
    dates = (first + timedelta(days=number) for number in range(days))
    return sum(one.until_ms - one.start_ms for day in dates for one in windows(plan, calendar, day))


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    value: Any
    hours: str | None


def _places(raw: Any, pattern: str) -> Iterator[_Place]:
    """Yield each place of ``raw`` that ``pattern`` fits, in the plan's order."""
    yield from _below(raw, pattern.split("."), (), None)


def _below(value: Any, parts: list[str], way: tuple[str, ...], hours: str | None) -> Iterator[_Place]:
    if isinstance(value, dict) and isinstance(value.get("hours"), str):
        hours = value["hours"]
    if not parts:
        yield _Place(".".join(way), value, hours)
        return
    part, *rest = parts
    for key, inner in _entries(value):
        if part in {ANY, key}:
            yield from _below(inner, rest, (*way, key), hours)


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, (list, tuple)):
        yield from ((str(number), inner) for number, inner in enumerate(value))


def _units(value: Any) -> int | None:
    """Return how many units ``value`` stands for; None for what cannot be counted."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return 1 if isinstance(value, dict) else None
