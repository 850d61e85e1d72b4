"""Fee tables: dated sheets, one for each province; the first row that fits a load holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product
from typing import Final, TypeVar

from msgspec.structs import replace

from gatepair.base.findings import Finding
from gatepair.clearance.fees import findings as say
from gatepair.clearance.fees.model import MASS_KG_MAX, TONNE_KG, Course, FeeLoad, Onward, times
from gatepair.clearance.sheets import Line, Sheet, read_sheet
from gatepair.crossing.model import LoadUnit
from gatepair.plan.model import CommodityGroup, Regime

Word = TypeVar("Word", bound=StrEnum)
ANY: Final = "*"
FARM: Final = (
    CommodityGroup.FRESH_FRUIT,
    CommodityGroup.FRESH_VEGETABLES,
    CommodityGroup.LIVE_SEAFOOD,
    CommodityGroup.FROZEN_FOOD,
    CommodityGroup.GRAIN_STARCH,
)
"""What ``farm`` stands for in a table; the tables say "agricultural products", the groups are our reading."""
_FIELDS: Final = ("fees", "province", "currency", "from", "source")
_OPTIONAL: Final = ("until", "synthetic", "premises")
_MULTIPLIER: Final = "multiplier "
_CLASS: Final = re.compile(
    r"(?P<any>\*)|(?P<box>20|40)ft|<(?P<below>[0-9]{1,3})t|>=(?P<least>[0-9]{1,3})t|(?P<from>[0-9]{1,3})t-(?P<to>[0-9]{1,3})t",
    re.ASCII,
)
_RATE: Final = re.compile(r"(~?)(0|[1-9][0-9]{0,12})(/t)?", re.ASCII)


class Premise(StrEnum):
    """What a table takes for granted; every result from it says so."""

    CLASS_BY_MASS = "class_by_mass"
    """Weight classes are read from the declared gross mass."""
    FARM_IS_OURS = "farm_is_ours"
    """Which groups are agricultural products is our reading."""
    INCOMPLETE = "incomplete"
    """The whole table could not be read."""


@dataclass(frozen=True, slots=True)
class WeightClass:
    """Which vehicles a row is for: by mass from ``least_kg`` to below ``below_kg``, or by the length of the box."""

    text: str
    least_kg: int = 0
    below_kg: int = MASS_KG_MAX + 1
    box_ft: int = 0

    def holds(self, load: FeeLoad) -> bool:
        """Tell whether ``load`` is of this class."""
        return self.least_kg <= load.gross_mass_kg < self.below_kg and self.box_ft in {0, load.box_ft}


@dataclass(frozen=True, slots=True)
class Selector:
    """What a row or a multiplier asks of a load besides its class; an empty field asks nothing."""

    loads: tuple[LoadUnit, ...] = ()
    goods: tuple[CommodityGroup, ...] = ()
    regimes: tuple[Regime, ...] = ()
    directions: tuple[Course, ...] = ()
    onward: tuple[Onward, ...] = ()

    def holds(self, load: FeeLoad, group: CommodityGroup) -> bool:
        """Tell whether the part of ``load`` that is of ``group`` is meant."""
        return (
            (not self.loads or load.load in self.loads)
            and (not self.goods or group in self.goods)
            and (not self.regimes or load.regime in self.regimes)
            and (not self.directions or load.direction in self.directions)
            and (not self.onward or load.onward in self.onward)
        )


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One row: for whom, and the rate in minor units for a vehicle or for a tonne."""

    line: int
    selector: Selector
    weight: WeightClass
    amount_minor: int
    per_tonne: bool
    estimate: bool
    """A figure computed from totals, not a published rate."""

    def amount(self, load: FeeLoad, permilles: Iterable[int] = ()) -> int:
        """Return the fee of ``load`` by this row."""
        return times(self.amount_minor, permilles, mass_kg=load.gross_mass_kg if self.per_tonne else TONNE_KG)


@dataclass(frozen=True, slots=True)
class Multiplier:
    """So many thousandths of the rate, for loads that meet the selector."""

    text: str
    selector: Selector
    permille: int


@dataclass(frozen=True, slots=True)
class FeeTable:
    """The table of one province from a day on."""

    name: str
    province: str
    currency: str
    valid_from: str
    valid_until: str
    """Last day, ISO 8601; empty when no end is set."""
    source: str
    synthetic: bool
    premises: tuple[Premise, ...]
    multipliers: tuple[Multiplier, ...]
    rows: tuple[FeeRow, ...]

    def row_for(self, load: FeeLoad, group: CommodityGroup) -> FeeRow | None:
        """Return the first row for the part of ``load`` that is of ``group``; None when there is none."""
        fitting = (row for row in self.rows if row.weight.holds(load) and row.selector.holds(load, group))
        return next(fitting, None)

    def multipliers_for(self, load: FeeLoad, group: CommodityGroup) -> tuple[Multiplier, ...]:
        """Return the multipliers of that part."""
        return tuple(each for each in self.multipliers if each.selector.holds(load, group))


def read_fees(text: str, *, name: str = "fees") -> FeeTable:
    """Return the table in ``text``: rows of load, class, goods, regimes, direction, rate; multipliers in the header.

    Raises:
        Malformed: names the line, or the first weight class that would pay less than a lighter one.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS, optional=_OPTIONAL, prefix=_MULTIPLIER)
    until = sheet.day("until") if "until" in sheet.fields else ""
    if until and until < sheet.day("from"):
        raise sheet.fault("`until` lies before `from`")
    try:
        premises = tuple(Premise(word) for word in sheet.fields.get("premises", "").split())
    except ValueError as error:
        raise sheet.fault(f"`premises` are of {', '.join(Premise)}") from error
    table = FeeTable(
        name=sheet.fields["fees"],
        province=sheet.fields["province"],
        currency=sheet.fields["currency"],
        valid_from=sheet.day("from"),
        valid_until=until,
        source=sheet.fields["source"],
        synthetic=sheet.fields.get("synthetic", "no") == "yes",
        premises=premises,
        multipliers=tuple(_multiplier(sheet, key) for key in sheet.fields if key.startswith(_MULTIPLIER)),
        rows=tuple(_row(sheet, line) for line in sheet.lines),
    )
    falling = next(iter(falls(table)), None)
    if falling is not None:
        raise sheet.fault(falling.text("en"))
    return table


def table_in_force(tables: Iterable[FeeTable], *, province: str, day: str) -> FeeTable | None:
    """Return the table of ``province`` on ``day`` (ISO 8601), the latest that began; None when there is none."""
    held = [
        table
        for table in tables
        if table.province == province
        and table.valid_from <= day
        and (not table.valid_until or day <= table.valid_until)
    ]
    return max(held, key=lambda table: table.valid_from, default=None)


def falls(table: FeeTable) -> Iterator[Finding]:
    """Yield where a heavier vehicle would pay less than a lighter one of the same goods, regime and direction."""
    edges = {edge for row in table.rows for edge in (row.weight.least_kg, row.weight.below_kg)}
    masses = sorted({mass for edge in edges for mass in (edge - 1, edge) if 0 <= mass <= MASS_KG_MAX})
    boxes = sorted({row.weight.box_ft for row in table.rows} | {0})
    for load, group, regime, direction, box in product(LoadUnit, CommodityGroup, Regime, Course, boxes):
        base = FeeLoad(goods=(group,), gross_mass_kg=0, direction=direction, load=load, regime=regime)
        loads = [replace(base, gross_mass_kg=mass, box_ft=box) for mass in masses]
        known = [(each, row.amount(each)) for each in loads if (row := table.row_for(each, group)) is not None]
        for (lighter, less), (heavier, more) in pairwise(known):
            if more < less:
                words = {"goods": group.value, "regime": regime.value, "lighter_kg": lighter.gross_mass_kg}
                yield say.FALLS.at("rows", **words, heavier_kg=heavier.gross_mass_kg, table=table.name)


# --- reading ------------------------------------------------------------------------------------


def _row(sheet: Sheet, line: Line) -> FeeRow:
    if len(line.cells) != 6:
        raise sheet.fault("a row is load, class, goods, regimes, direction and rate, parted by tabs", line)
    load, weight, goods, regimes, direction, rate = line.cells
    found = _RATE.fullmatch(rate)
    if found is None:
        raise sheet.fault(
            "a rate is minor units such as 4000000, 25000/t for each tonne, ~1530000 for an estimate", line
        )
    selector = Selector(
        loads=_enums(sheet, load, LoadUnit, line),
        goods=_goods(sheet, goods, line),
        regimes=_enums(sheet, regimes, Regime, line),
        directions=_enums(sheet, direction, Course, line),
    )
    return FeeRow(
        line=line.number,
        selector=selector,
        weight=_weight(sheet, weight, line),
        amount_minor=int(found[2]),
        per_tonne=bool(found[3]),
        estimate=bool(found[1]),
    )


def _weight(sheet: Sheet, text: str, line: Line) -> WeightClass:
    found = _CLASS.fullmatch(text)
    if found is None:
        raise sheet.fault("a class is *, 20ft, 40ft, <2t, 10t-18t or >=18t", line)
    parts = {key: int(value) for key, value in found.groupdict().items() if value and key != "any"}
    if "from" in parts and parts["from"] >= parts["to"]:
        raise sheet.fault("the upper end of a class lies above its lower end", line)
    least = parts.get("least", parts.get("from", 0)) * TONNE_KG
    below = parts.get("below", parts.get("to"))
    return WeightClass(text, least, MASS_KG_MAX + 1 if below is None else below * TONNE_KG, parts.get("box", 0))


def _multiplier(sheet: Sheet, key: str) -> Multiplier:
    text = key.removeprefix(_MULTIPLIER)
    value = sheet.fields[key]
    if not re.fullmatch(r"[1-9][0-9]{0,5}", value, re.ASCII):
        raise sheet.fault(f"`{key}` is a number of thousandths, such as 1300 for 130 %")
    words: dict[str, str] = {}
    for part in text.split():
        field, colon, wanted = part.partition(":")
        if not colon or field in words or field not in {"load", "goods", "regime", "direction", "onward"}:
            raise sheet.fault(f"`{key}` names goods:, regime:, direction:, load: or onward:, each once")
        words[field] = wanted.replace(",", " ")
    selector = Selector(
        loads=_enums(sheet, words.get("load", ANY), LoadUnit),
        goods=_goods(sheet, words.get("goods", ANY)),
        regimes=_enums(sheet, words.get("regime", ANY), Regime),
        directions=_enums(sheet, words.get("direction", ANY), Course),
        onward=_enums(sheet, words.get("onward", ANY), Onward),
    )
    return Multiplier(text, selector, int(value))


def _goods(sheet: Sheet, text: str, line: Line | None = None) -> tuple[CommodityGroup, ...]:
    words = " ".join(" ".join(FARM) if word == "farm" else word for word in text.split())
    return _enums(sheet, words, CommodityGroup, line)


def _enums(sheet: Sheet, text: str, of: type[Word], line: Line | None = None) -> tuple[Word, ...]:
    if text == ANY:
        return ()
    try:
        return tuple(of(word) for word in text.split())
    except ValueError as error:
        raise sheet.fault(f"{text!r} is not of {', '.join(each.value for each in of)}", line) from error
