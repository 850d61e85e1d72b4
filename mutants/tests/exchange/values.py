"""One synthetic value for each section of each type of message, every field filled, for vectors and tests."""

from __future__ import annotations

from typing import Any, Final

from gatepair.exchange import messages as kinds

AT_MS: Final = 1_762_819_200_000
LEAF: Final = "ab" * 32

BEFORE: Final[dict[str, Any]] = {
    "binding": {
        "tractor": "12C-12345",
        "trailer": "12R-00123",
        "containers": ["TSTU1234565"],
        "owner": "SYNTHETIC Owner",
    },
    "documents": {"documents": [{"kind": "phyto", "number": "SYN-P-1", "issuer": "SYNTHETIC Office", "sha256": LEAF}]},
    "driver": {"name": "SYNTHETIC Driver", "licence": "SYN-1", "nationality": "VN"},
    "goods": {
        "regime": "ordinary",
        "goods": [
            {
                "hs": "08106000",
                "description": "SYNTHETIC durian 榴莲 sầu riêng",
                "commodity": "fresh_fruit",
                "gross_mass_kg": 18_000,
                "packages": 900,
                "value_minor": 4_000_000_000,
                "currency": "VND",
                "origin": "VN",
            }
        ],
        "synthetic": True,
    },
    "parties": {"exporter": "SYNTHETIC Exporter", "importer": "SYNTHETIC Importer", "declarant": "SYNTHETIC Agent"},
    "route": {
        "direction": "out",
        "route": "r1119-1120",
        "lane_kind": "manned",
        "load": "truck",
        "return_of": "XAAAAAAAAAAAAAAAAAAAA",
    },
}
TRIP: Final = {"batch": "SYN20251111001", "waybills": [{"number": "SYN/WB-1", "part": 1, "parts": 2}]}
PAPER: Final = {"duty": "quarantine", "kind": "phyto", "number": "SYN-P-1", "text": "the stamp is blurred"}
ROAD: Final = {"direction": "out", "route": "r1119-1120"}

VALUES: Final[dict[str, dict[str, Any]]] = {
    kinds.ANNOUNCED_FIRST: BEFORE,
    kinds.ANNOUNCED: {**BEFORE, "trip": TRIP},
    kinds.CORRECTED: {"correction": {"path": "goods.0.packages", "value": 901, "reason": "typing"}},
    kinds.ACCEPTED: {},
    kinds.DECLINED_FIRST: {"reasons": {"reasons": ["laboratory_full"]}},
    kinds.DECLINED: {"reasons": {"reasons": [{"code": "certificate_missing", "path": "documents"}]}},
    kinds.HELD: {"hold": {"duty": "quarantine", "verdict": "hold", "reasons": ["new_test"]}},
    kinds.LIFTED: {"lift": {"duty": "quarantine"}},
    kinds.STATUS: {"status": {"status": "arrived"}},
    kinds.RELEASED: {},
    kinds.SEAL: {
        "seal": {"act": "broken", "number": "syn-seal-1", "kind": "customs", "intact": False, "reason": "inspection"}
    },
    kinds.DEPARTED: {
        "departure": {
            "lane": "freight-1",
            "rested": {"clause": "officer_confirmed", "age_s": 1_200, "size": 42, "officer": "guard-7"},
            "at_ms": AT_MS,
        },
        "seals": {"seals": ["syn-seal-1"]},
    },
    kinds.RECEIVED: {"handover": {"condition": "sound", "at_ms": AT_MS}},
    kinds.DISPUTED: {"dispute": {"reason": "seal missing"}},
    kinds.DISCREPANCY: {
        "discrepancy": {
            "duty": "customs",
            "code": "mass_differs",
            "path": "goods.0.gross_mass_kg",
            "declared": "18000",
            "found": "21500",
        }
    },
    kinds.INSPECTED: {
        "inspection": {"duty": "quarantine", "passed": True, "reason": "sampling", "evidence": "report SYN-7"}
    },
    kinds.REFUSED: {"refusal": {"cause": "pest", "onward": "destroy"}},
    kinds.CANCELLED: {"reason": {"reason": "sold elsewhere"}},
    kinds.CLOSED: {},
    kinds.CERTIFICATE_ASKED: {"question": PAPER},
    kinds.CERTIFICATE_ANSWERED: {"answer": {**PAPER, "verdict": "genuine"}},
    kinds.ATTACHMENTS: {
        "attachments": {
            "attachments": [
                {
                    "sha256": LEAF,
                    "size_bytes": 48_213,
                    "media_type": "application/pdf",
                    "kind": "phyto",
                    "number": "SYN-P-1",
                }
            ]
        }
    },
    kinds.ROUTE_STOPPED: {
        "stop": {**ROAD, "reason": "fog", "text": "sight 30 m", "expected_end_ms": AT_MS, "allows": ["live_seafood"]}
    },
    kinds.ROUTE_REOPENED: {"stop": ROAD},
    kinds.ROUTE_STATE: {
        "condition": {**ROAD, "state": "slow", "reason": "laboratory", "text": "one of two", "expected_end_ms": AT_MS}
    },
    kinds.HOURS: {
        "hours": {
            "calendar": "freight-day",
            "date": "2026-02-17",
            "start": "08:00",
            "until": "12:00",
            "only": ["live_seafood"],
            "reason": "tet",
        }
    },
    kinds.QUOTA_ANNOUNCED: {"quota": {"direction": "out", "per_hour": 40}},
    kinds.CAPACITY_ANNOUNCED: {"capacity": {"direction": "out", "vehicles": 25, "reason": "yard_works"}},
    kinds.ALERT: {
        "alert": {
            "kind": "disease",
            "reference": "syn-2025-7",
            "text": "SYNTHETIC swine fever suspected",
            "ended": False,
            "plates": ["12C-12345"],
            "containers": ["TSTU1234565"],
            "commodity": "live_seafood",
            "until_ms": AT_MS,
        }
    },
    kinds.NOTE: {"note": {"topic": "hours", "text": "SYNTHETIC: open until 20:00 tonight"}},
    kinds.STATISTICS: {
        "statistics": {
            "date": "2025-11-11",
            "timezone": "Asia/Ho_Chi_Minh",
            "figures": [{"direction": "out", "load": "loaded", "figure": "departed", "count": 123}],
        }
    },
    kinds.OUTCOME: {
        "outcome": {
            "verdict": "refused",
            "codes": ["exchange.section_unfit"],
            "findings": [{"code": "exchange.section_unfit", "path": "goods.goods.0.gross_mass_kg"}],
        }
    },
}
"""Values by type and section."""
