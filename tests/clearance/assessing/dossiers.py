"""Dossiers for tests: synthetic declarations of one or more goods items with their papers."""

from __future__ import annotations

from typing import Any

from msgspec import convert

from gatepair.adapters.origintables import shipped_tables
from gatepair.adapters.tarifftables import shipped_tariffs
from gatepair.clearance.assessing.model import Dossier, Tables
from gatepair.clearance.duty.shelf import Shelf
from gatepair.clearance.duty.tariff import Tariff

FORM_E = {
    "treaty": "ACFTA",
    "kind": "form_e",
    "number": "E-25-0001",
    "issued": "2025-11-01",
    "issuer": "VN",
    "shipped": "2025-11-01",
}
"""A Form E that holds on 2025-11-11."""


MASS = {"coefficient": 2_500, "unit": "KGM"}


def amount(minor: int, currency: str = "USD", decimals: int = 2) -> dict[str, Any]:
    """Return ``minor`` units as an amount of the model."""
    return {"coefficient": minor, "decimals": decimals, "currency": currency}


def goods(hs: str = "08106000", minor: int = 1_000_000, origin: str = "VN", **changes: Any) -> dict[str, Any]:
    """Return a goods item of durians worth 10,000 dollars, changed by ``changes``."""
    return {
        "customs_value_amount": amount(minor),
        "commodity": {
            "description": "SYNTHETIC durians",
            "classification": [{"id": hs}],
            "goods_measure": {"gross_mass_measure": MASS},
        },
        "origin": [{"country_code": origin}],
        "packaging": [{"quantity_quantity": {"coefficient": 100}, "type_code": "CT"}],
    } | changes


def dossier(*items: dict[str, Any], papers: dict[str, Any] | None = None, **changes: Any) -> Dossier:
    """Return ``items`` on their way to China at 7.1 yuan the dollar, with ``papers``."""
    rate = {"currency_type_code": "USD", "rate_numeric": {"coefficient": 71, "decimals": 1}}
    declaration = {
        "currency_exchange": [rate],
        "functional_reference_id": "SYN-1",
        "exporter": {"name": "SYNTHETIC Trading 001"},
        "goods_shipment": {
            "destination": {"country_code": "CN"},
            "importer": {"name": "SYNTHETIC Import 001"},
            "government_agency_goods_item": list(items),
        },
    } | changes
    return convert({"declaration": declaration, "papers": papers or {}}, Dossier)


def tables(*sheets: Tariff) -> Tables:
    """Return the shipped tables, or these sheets of rates in place of the shipped ones."""
    return Tables(Shelf(sheets) if sheets else Shelf((), shipped_tariffs()), shipped_tables())
