"""Synthetic declarations that every rule is content with, and changed ones in which one thing is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec

from gatepair.adapters.codelists import shipped_codes
from gatepair.base.findings import LANGUAGES, Finding
from gatepair.clearance.checking.case import ITEM, CrossingFacts
from gatepair.clearance.checking.check import check
from gatepair.clearance.declaration.model import Declaration

DAY = date(2026, 3, 2)
CONTAINER = "CSQU3054383"
VN_FIRM = "0100233488"
CN_FIRM = "91110000600037341L"
CN_PERSON = "360426199101010071"


def number(coefficient: int, decimals: int = 0, **more: str) -> dict[str, Any]:
    """Return a number, amount or measure as our JSON writes it."""
    return {"coefficient": coefficient, "decimals": decimals, **more}


def item(index: int = 1, hs: str = "08106000", **more: Any) -> dict[str, Any]:
    """Return one goods item: a tonne of fruit in a hundred cartons for CNY 20,000.00."""
    return {
        "sequence_numeric": number(index),
        "commodity": {
            "description": "durian, fresh",
            "classification": [{"id": hs, "identification_type_code": "HS"}],
            "goods_measure": {
                "gross_mass_measure": number(1050, unit="KGM"),
                "net_net_weight_measure": number(1000, unit="KGM"),
            },
            "invoice_line": {"item_charge_amount": number(2_000_000, 2, currency="CNY")},
        },
        "government_procedure": [{"current_code": "B11"}],
        "origin": [{"country_code": "VN"}],
        "packaging": [{"quantity_quantity": number(100), "type_code": "CT"}],
        **more,
    }


def written(*items: dict[str, Any]) -> dict[str, Any]:
    """Return a whole declaration of an export from Viet Nam to China, as our JSON writes it."""
    goods = list(items) or [item(1), item(2)]
    return {
        "function_code": "9",
        "id": "VN-2026-000001",
        "acceptance_date_time": {"text": "20260301", "form": "102"},
        "goods_item_quantity": number(len(goods)),
        "invoice_amount": number(2_000_000 * len(goods), 2, currency="CNY"),
        "total_gross_mass_measure": number(1050 * len(goods), unit="KGM"),
        "total_package_quantity": number(100 * len(goods)),
        "border_transport_means": {"id": "12C-123.45", "registration_nationality_code": "VN"},
        "exporter": {"name": "Xuat khau A", "id": VN_FIRM, "address": {"country_code": "VN"}},
        "goods_shipment": {
            "importer": {"name": "Jinkou B", "id": CN_FIRM, "address": {"country_code": "CN"}},
            "destination": {"country_code": "CN"},
            "export_country": {"id": "VN"},
            "consignment": {
                "itinerary": [{"routing_country_code": "VN"}, {"routing_country_code": "CN"}],
                "loading_location": {"id": "VNLGS"},
                "transport_equipment": [{"id": CONTAINER, "seal": [{"id": "VN0001"}]}],
            },
            "government_agency_goods_item": goods,
        },
    }


def put(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return ``document`` with ``value`` at ``path``, which may lead through lists; None takes out what is there."""
    copy: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    at: Any = copy
    *steps, last = path.split(".")
    for step, following in zip(steps, [*steps[1:], last][: len(steps)], strict=True):
        at = at[int(step)] if isinstance(at, list) else at.setdefault(step, [] if following.isdigit() else {})
    if isinstance(at, list):
        at[int(last) : int(last) + 1] = [] if value is None else [value]
    elif value is None:
        at.pop(last, None)
    else:
        at[last] = value
    return copy


def changed(changes: Mapping[str, Any] = MappingProxyType({})) -> Declaration:
    """Return the declaration with ``changes`` by path, in which ``@`` stands for the first item and ``%`` for the second."""
    document = written()
    for path, value in changes.items():
        document = put(document, path.replace("@", f"{ITEM}.0").replace("%", f"{ITEM}.1"), value)
    return read(document)


def read(document: dict[str, Any]) -> Declaration:
    """Return the declaration that ``document`` writes."""
    return msgspec.convert(document, Declaration)


def found(
    declaration: Declaration, code: str, *, on: date = DAY, crossing: CrossingFacts | None = None
) -> list[Finding]:
    """Return what the rule with ``code`` finds on the day ``on``."""
    return [each for each in check(declaration, on=on, codes=shipped_codes(), crossing=crossing) if each.code == code]


def shows(finding: Finding, *values: str) -> None:
    """Assert that the text in each of the four languages names the values and leaves no parameter open."""
    for language in LANGUAGES:
        text = finding.text(language)
        assert "{" not in text, text
        for value in values:
            assert value in text, (language, value, text)
