"""What synthetic vehicles carry: plausible goods with real HS 2022 codes, made up and called so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatepair.plan.model import CommodityGroup
from gatepair.world.chance import Chance

MASS_KG: Final = (20_000, 22_000)
"""Goods on one vehicle: 20-22 t at the gates of the first plan (computed from documented tonnage)."""


@dataclass(frozen=True, slots=True)
class Ware:
    """One kind of goods: six-digit HS code, English name, value in USD cents a kilogram."""

    hs: str
    name: str
    cents_kg: int


WARES: Final[Mapping[CommodityGroup, tuple[Ware, ...]]] = {
    CommodityGroup.FRESH_FRUIT: (
        Ware("081060", "Durians, fresh", 450),
        Ware("080711", "Watermelons, fresh", 40),
        Ware("080450", "Mangoes, fresh", 90),
        Ware("081090", "Dragon fruit, fresh", 70),
        Ware("080390", "Bananas, fresh", 55),
    ),
    CommodityGroup.FRESH_VEGETABLES: (
        Ware("070960", "Chillies, fresh", 120),
        Ware("070320", "Garlic, fresh", 110),
        Ware("070490", "Cabbages, fresh", 35),
    ),
    CommodityGroup.LIVE_SEAFOOD: (Ware("030631", "Rock lobsters, live", 2_800), Ware("030633", "Crabs, live", 1_500)),
    CommodityGroup.FROZEN_FOOD: (
        Ware("030462", "Catfish fillets, frozen", 260),
        Ware("030617", "Shrimps, frozen", 780),
    ),
    CommodityGroup.GRAIN_STARCH: (Ware("110814", "Cassava starch", 48), Ware("100630", "Rice, milled", 60)),
    CommodityGroup.ELECTRONICS: (
        Ware("853400", "Printed circuits", 3_500),
        Ware("851713", "Smartphones", 9_000),
        Ware("847330", "Parts of computers", 4_000),
    ),
    CommodityGroup.MACHINERY: (
        Ware("843149", "Parts of earth-moving machines", 420),
        Ware("841480", "Compressors", 700),
    ),
    CommodityGroup.VEHICLES: (Ware("870423", "Lorries, new", 900), Ware("870121", "Road tractors, diesel, new", 850)),
    CommodityGroup.TEXTILES: (
        Ware("600632", "Knitted fabric, dyed", 650),
        Ware("540752", "Polyester fabric, dyed", 580),
    ),
    CommodityGroup.ORE: (Ware("260111", "Iron ore", 12),),
    CommodityGroup.OTHER: (
        Ware("940360", "Wooden furniture", 320),
        Ware("392690", "Articles of plastics", 380),
        Ware("441231", "Plywood", 75),
    ),
}


def goods_item(chance: Chance, entity: str, commodity: CommodityGroup, origin: str) -> dict[str, Any]:
    """Return one goods item as the command's wire form; value in USD cents, mass in kilograms."""
    ware = chance.one_of(entity, "ware", WARES[commodity])
    mass_kg = chance.between(entity, "mass", MASS_KG)
    return {
        "hs": ware.hs,
        "description": f"SYNTHETIC {ware.name}",
        "commodity": commodity.value,
        "gross_mass_kg": mass_kg,
        "packages": chance.between(entity, "packages", (400, 1_600)),
        "value_minor": mass_kg * ware.cents_kg,
        "currency": "USD",
        "origin": origin,
    }
