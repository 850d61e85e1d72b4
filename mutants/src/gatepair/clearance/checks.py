"""Checks of a declaration before it is recorded: codes, masses, packages, containers, plates.

Pure findings; those of severity ``error`` keep the declaration out, warnings go with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum import iso6346

from gatepair.base.findings import Finding, Severity
from gatepair.clearance import findings as fi
from gatepair.clearance.codes import CHAPTERS, CHAPTERS_OF, COUNTRIES, CURRENCIES
from gatepair.crossing.model import Binding, Declaration, Driver, GoodsItem, LoadUnit
from gatepair.plan.model import CommodityGroup, Regime

CONTAINER_GROSS_KG_MAX: Final = 36_000
"""Most that one series 1 freight container may weigh loaded. Source: ISO 668:2020, maximum gross mass."""
_HS_LENGTHS: Final = frozenset({4, 6, 8, 10})
_BULK: Final = frozenset({CommodityGroup.ORE, CommodityGroup.GRAIN_STARCH})
_PLATE_VN: Final = re.compile(r"\d{2}[A-Z]{1,2}\d?[-.]?\d{3}\.?\d{1,2}")
"""Province, series, four or five digits: 12C-123.45, 43C-01234, 29LD-0123. Source: plates as printed in reports."""
_PLATE_CN: Final = re.compile(r"[\u4e00-\u9fff][A-Z][-.·]?[A-Z0-9]{4,6}[\u4e00-\u9fff]?")
"""Province, office letter, four to six characters, a class sign such as that of trailers. Source: as above."""


def check_declaration(
    declaration: Declaration, binding: Binding, *, load: LoadUnit, driver: Driver | None = None
) -> tuple[Finding, ...]:
    """Return all findings on a declaration with its binding, in the order of its fields."""
    return (
        *(finding for index, item in enumerate(declaration.goods) for finding in _item(index, item)),
        *_parties(declaration),
        *_two_way(declaration),
        *check_binding(binding, load=load, goods_kg=declaration.gross_mass_kg()),
        *_driver(driver),
    )


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that keep a declaration out."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def _item(index: int, item: GoodsItem) -> Iterator[Finding]:
    path = f"declaration.goods.{index}"
    chapter = int(item.hs[:2])
    if len(item.hs) not in _HS_LENGTHS or chapter not in CHAPTERS:
        yield fi.HS_UNKNOWN.at(f"{path}.hs", hs=item.hs)
    elif chapter not in CHAPTERS_OF.get(item.commodity, CHAPTERS):
        yield fi.HS_GROUP.at(f"{path}.hs", hs=item.hs, chapter=item.hs[:2], commodity=item.commodity.value)
    if item.commodity is CommodityGroup.NONE:
        yield fi.GROUP_NONE.at(f"{path}.commodity")
    if item.gross_mass_kg == 0:
        yield fi.MASS_MISSING.at(f"{path}.gross_mass_kg")
    if item.packages == 0 and item.commodity not in _BULK:
        yield fi.PACKAGES_MISSING.at(f"{path}.packages")
    if item.value_minor == 0:
        yield fi.VALUE_MISSING.at(f"{path}.value_minor")
    if item.currency not in CURRENCIES:
        yield fi.CURRENCY_UNKNOWN.at(f"{path}.currency", currency=item.currency)
    if item.origin not in COUNTRIES:
        yield fi.COUNTRY_UNKNOWN.at(f"{path}.origin", country=item.origin)


def _parties(declaration: Declaration) -> Iterator[Finding]:
    if declaration.regime is Regime.EMPTY:
        return
    for party in ("exporter", "importer"):
        if not getattr(declaration.parties, party).strip():
            yield fi.PARTY_MISSING.at(f"declaration.parties.{party}", party=party)


def _two_way(declaration: Declaration) -> Iterator[Finding]:
    """Find a mixed load in two-way transport. Source: the two-way pilot of 10 December 2025, one commodity a vehicle."""
    groups = sorted({item.commodity.value for item in declaration.goods})
    if declaration.regime is Regime.TWO_WAY and len(groups) > 1:
        yield fi.TWO_WAY_MIXED.at("declaration.goods", groups=", ".join(groups))


def check_binding(binding: Binding, *, load: LoadUnit, goods_kg: int = 0) -> Iterator[Finding]:
    """Yield findings on plates and containers; ``goods_kg`` is the declared gross mass in kilograms."""
    for name, plate in (("tractor", binding.tractor), ("trailer", binding.trailer)):
        if plate is not None and not (_PLATE_VN.fullmatch(plate) or _PLATE_CN.fullmatch(plate)):
            yield fi.PLATE_UNUSUAL.at(f"binding.{name}", plate=plate)
    known: set[str] = set()
    for index, number in enumerate(binding.containers):
        if number in known:
            yield fi.CONTAINER_TWICE.at(f"binding.containers.{index}", number=number)
        known.add(number)
        if not iso6346.is_valid(number):
            yield fi.CONTAINER_DIGIT.at(f"binding.containers.{index}", number=number)
    limit_kg = CONTAINER_GROSS_KG_MAX * len(binding.containers)
    if load is LoadUnit.CONTAINER and goods_kg > limit_kg > 0:
        yield fi.MASS_OVER_CONTAINER.at(
            "declaration.goods", mass_kg=goods_kg, limit_kg=limit_kg, count=len(binding.containers)
        )


def _driver(driver: Driver | None) -> Iterator[Finding]:
    if driver is not None and driver.nationality not in COUNTRIES:
        yield fi.COUNTRY_UNKNOWN.at("driver.nationality", country=driver.nationality)
