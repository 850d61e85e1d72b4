"""Bills and tables that the tests of origin share."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from gatepair.clearance.origin.model import Bill, Treaty
from gatepair.clearance.origin.table import RuleTable, read_table

ROOT = Path(__file__).resolve().parents[3]
TABLES = {Treaty.RCEP: "rcep-2023", Treaty.ACFTA: "acfta-2019"}


@cache
def table(treaty: Treaty) -> RuleTable:
    """Return the shipped table of ``treaty``."""
    path = ROOT / "src/gatepair/tables/origin" / f"{TABLES[treaty]}.tsv"
    return read_table(path.read_text("utf-8"), name=path.name)


def cases() -> list[dict[str, Any]]:
    """Return the worked cases: the first twenty, and harder ones."""
    files = ("cases.json", "harder.json")
    return [
        case
        for name in files
        for case in json.loads((ROOT / "tests/vectors/origin" / name).read_text("utf-8"))["cases"]
    ]


def bill_of(case: dict[str, Any]) -> Bill:
    """Return the bill that a worked case describes."""
    fields = {name: case[name] for name in ("exporting_party", "importing_party", "fob_minor", "currency", "materials")}
    fields |= {"treaty": case["agreement"], "product": case["product"], "work": case["process"]}
    if "costs" in case:
        fields["costs"] = case["costs"]
    if "transport" in case:
        fields["carriage"] = case["transport"]
    for premise in case["premises"]:
        if "tariff-differential Appendix" in premise:
            fields["on_appendix"] = "is not on" not in premise
    return msgspec.convert(fields, Bill)


def bill(**changes: Any) -> Bill:
    """Return an RCEP bill: oak tables from Viet Nam to China with one foreign material, changed by ``changes``."""
    fields: dict[str, Any] = {
        "treaty": "RCEP",
        "exporting_party": "VN",
        "importing_party": "CN",
        "product": {"hs": "940360"},
        "fob_minor": 1_000_000,
        "currency": "USD",
        "materials": [material()],
        "work": ["planing, joining in VN"],
        "on_appendix": False,
    }
    return msgspec.convert(fields | changes, Bill)


def material(**changes: Any) -> dict[str, Any]:
    """Return sawn oak from a country that is no Party, changed by ``changes``."""
    return {"hs": "440791", "origin": "US", "status": "non_originating", "value_minor": 700_000} | changes
