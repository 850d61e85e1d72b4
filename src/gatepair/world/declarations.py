"""The goods declarations of synthetic vehicles, with their papers: in the words of the WCO Data Model, made up, and called so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from gatepair.base.time import Instant, to_datetime
from gatepair.plan.model import CommodityGroup, Plan
from gatepair.plan.rules import exit_post
from gatepair.world import identities
from gatepair.world.chance import Chance
from gatepair.world.goods import goods_item
from gatepair.world.traffic import Trip

RATES: Final[Mapping[str, tuple[int, int]]] = {"VND": (25_000, 0), "CNY": (71, 1)}
"""Units of a currency for a dollar, as coefficient and decimals. Assumed: round figures near those of 2025."""
NATIONAL: Final[Mapping[str, Mapping[str, str]]] = {
    "CN": {"081090": "08109080", "080450": "08045020", "110814": "11081400"}
}
"""National lines of goods whose subheading holds several, by importing country. Source: tariff sheets that we ship."""
ACFTA_PERMILLE: Final = 700
RCEP_PERMILLE: Final = 100
"""Share of import declarations that ask for a preference, by treaty. Assumed: most trade of the pair uses Form E."""
OVER_PERMILLE: Final = 20
"""Share of proofs that are older than a year. Assumed."""
BILL_PERMILLE: Final = 250
"""Share of proofs that come with a bill of materials. Assumed."""
FOREIGN_PERCENT: Final = (20, 75)
"""Share of other countries' materials in what is manufactured. Assumed, wide enough that some goods fail."""
GROWN: Final = frozenset({CommodityGroup.FRESH_FRUIT, CommodityGroup.FRESH_VEGETABLES, CommodityGroup.LIVE_SEAFOOD})
_EXPORT: Final = {"VN": "B11"}
_IMPORT: Final = {"VN": "A11"}
"""Codes of the plain procedures by country. Source: Viet Nam, Decision 1357/QD-TCHQ; others take 10 and 40."""


def export_dossier(chance: Chance, plan: Plan, trip: Trip) -> str:
    """Return the declaration with which the goods of ``trip`` leave their country, as the JSON of a dossier."""
    exporting, importing = _countries(plan, trip)
    declaration = _declaration(chance, trip, exporting=exporting, importing=importing)
    declaration |= {"functional_reference_id": f"SYN-EX-{trip.entity}", "type_code": "EX"}
    _set_procedure(declaration, _EXPORT.get(exporting, "10"))
    return _text({"declaration": declaration})


def import_dossier(chance: Chance, plan: Plan, trip: Trip, *, at_ms: int) -> str:
    """Return the declaration with which the goods of ``trip`` come in, with the proofs that their importer shows."""
    exporting, importing = _countries(plan, trip)
    declaration = _declaration(chance, trip, exporting=exporting, importing=importing)
    declaration |= {"functional_reference_id": f"SYN-IM-{trip.entity}", "type_code": "IM"}
    _set_procedure(declaration, _IMPORT.get(importing, "40"))
    currency = next(side.currency for side in plan.sides.values() if side.country == importing)
    if currency in RATES:
        coefficient, decimals = RATES[currency]
        rate = {"coefficient": coefficient} | ({"decimals": decimals} if decimals else {})
        declaration["currency_exchange"] = [{"currency_type_code": "USD", "rate_numeric": rate}]
    day = to_datetime(Instant(at_ms)).date()
    shown = _shown(chance, trip, day=day, exporting=exporting, importing=importing)
    return _text({"declaration": declaration, "papers": {"items": [shown]} if shown else {}})


def _countries(plan: Plan, trip: Trip) -> tuple[str, str]:
    leaving = exit_post(plan, trip.direction)
    sides = plan.sides
    return sides[plan.posts[leaving].side].country, sides[plan.posts[plan.partner_of(leaving)].side].country


def _declaration(chance: Chance, trip: Trip, *, exporting: str, importing: str) -> dict[str, Any]:
    goods = goods_item(chance, trip.entity, trip.commodity, exporting)
    mass_kg, packages = goods["gross_mass_kg"], goods["packages"]
    value = {"coefficient": goods["value_minor"], "decimals": 2, "currency": goods["currency"]}
    gross = {"coefficient": mass_kg, "unit": "KGM"}
    item = {
        "sequence_numeric": {"coefficient": 1},
        "customs_value_amount": value,
        "statistical_value_amount": value,
        "commodity": {
            "description": goods["description"],
            "classification": [{"id": NATIONAL.get(importing, {}).get(goods["hs"], goods["hs"])}],
            "goods_measure": {
                "gross_mass_measure": gross,
                "net_net_weight_measure": {"coefficient": mass_kg * 97 // 100, "unit": "KGM"},
            },
            "invoice_line": {"item_charge_amount": value},
        },
        "origin": [{"country_code": exporting, "type_code": "1"}],
        "packaging": [{"quantity_quantity": {"coefficient": packages}, "type_code": "CT"}],
    }
    vehicle = trip.vehicle.binding()
    unit = [{"sequence_numeric": {"coefficient": 1}, "id": trip.vehicle.container}] if trip.vehicle.container else []
    firms = {
        "exporter": identities.firm("Trading", chance.between(trip.entity, "exporter", (1, 400))),
        "importer": identities.firm("Import", chance.between(trip.entity, "importer", (1, 400))),
        "declarant": identities.firm("Agents", trip.vehicle.index % 60 + 1),
    }
    return {
        "goods_item_quantity": {"coefficient": 1},
        "invoice_amount": value,
        "total_gross_mass_measure": gross,
        "total_package_quantity": {"coefficient": packages},
        "border_transport_means": {
            "id": vehicle["tractor"],
            "mode_code": "3",
            "registration_nationality_code": trip.vehicle.country,
        },
        "declarant": {"name": firms["declarant"]},
        "exporter": {"name": firms["exporter"]},
        "goods_shipment": {
            "consignment": {"container_code": "1" if unit else "0", "transport_equipment": unit},
            "destination": {"country_code": importing},
            "export_country": {"id": exporting},
            "importer": {"name": firms["importer"]},
            "government_agency_goods_item": [item],
        },
    }


def _set_procedure(declaration: dict[str, Any], code: str) -> None:
    for item in declaration["goods_shipment"]["government_agency_goods_item"]:
        item["government_procedure"] = [{"current_code": code}]


def _shown(chance: Chance, trip: Trip, *, day: date, exporting: str, importing: str) -> dict[str, Any] | None:
    """Return what the importer shows for the one item: a proof of origin, sometimes with the bill of materials."""
    draw = chance.between(trip.entity, "preference", (0, 999))
    if draw >= ACFTA_PERMILLE + RCEP_PERMILLE:
        return None
    treaty = "ACFTA" if draw < ACFTA_PERMILLE else "RCEP"
    age_days = chance.between(trip.entity, "proof-age", (0, 20))
    if chance.happens(trip.entity, "proof-over", OVER_PERMILLE):
        age_days += 400
    issued = (day - timedelta(days=age_days)).isoformat()
    proof = {
        "treaty": treaty,
        "kind": "form_e" if treaty == "ACFTA" else "rcep_certificate",
        "number": f"SYN-{treaty}-{trip.entity}",
        "issued": issued,
        "shipped": issued,
        "issuer": exporting,
        "country": exporting,
    }
    shown: dict[str, Any] = {"item": 1, "proofs": [proof]}
    if chance.happens(trip.entity, "bill", BILL_PERMILLE):
        shown["bill"] = _bill(chance, trip, treaty=treaty, exporting=exporting, importing=importing)
    return shown


def _bill(chance: Chance, trip: Trip, *, treaty: str, exporting: str, importing: str) -> dict[str, Any]:
    goods = goods_item(chance, trip.entity, trip.commodity, exporting)
    bill = {
        "treaty": treaty,
        "exporting_party": exporting,
        "importing_party": importing,
        "product": {"hs": goods["hs"], "description": goods["description"]},
        "fob_minor": goods["value_minor"],
        "currency": goods["currency"],
        "carriage": {},
        "on_appendix": False,
    }
    if trip.commodity in GROWN:
        return bill | {"work": [f"harvested in {exporting}", "packed"]}
    share = chance.between(trip.entity, "foreign", FOREIGN_PERCENT)
    foreign = goods["value_minor"] * share // 100
    material = {"description": "SYNTHETIC part", "value_basis": "CIF"}
    parts = [
        material | {"hs": goods["hs"], "value_minor": foreign // 4, "status": "non_originating", "origin": "US"},
        material | {"hs": "390210", "value_minor": foreign - foreign // 4, "status": "non_originating", "origin": "SA"},
    ]
    return bill | {"work": [f"made in {exporting}"], "materials": parts}


def _text(dossier: dict[str, Any]) -> str:
    return msgspec.json.encode(dossier).decode()
