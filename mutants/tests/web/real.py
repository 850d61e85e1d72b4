"""A real post, alone, on a stepped clock, with its ledger in a temporary directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.exchange.agreement import Mode
from gatepair.wiring import Opened, Settings

PLAN = "huu-nghi-youyiguan"
POST = "huu-nghi"
START_MS = 1_762_819_200_000
"""2025-11-11 07:00 in Việt Nam."""

DECLARE: dict[str, Any] = {
    "type": "DeclareCrossing",
    "direction": "out",
    "route": "r1119-1120",
    "lane_kind": "manned",
    "load": "truck",
    "declaration": {
        "regime": "ordinary",
        "goods": [
            {
                "hs": "08106000", "description": "Sầu riêng tươi", "commodity": "fresh_fruit",
                "gross_mass_kg": 20_000, "packages": 1_000, "value_minor": 10_000_000, "currency": "USD",
                "origin": "VN",
            }
        ],
        "parties": {"exporter": "SYNTHETIC Exporter 001", "importer": "SYNTHETIC Importer 001"},
        "documents": [{"kind": "test_report", "number": "SYN-1"}],
        "synthetic": True,
    },
    "binding": {"tractor": "12C-12345", "trailer": "12R-00001", "owner": "SYNTHETIC Owner 001"},
    "driver": {"name": "SYNTHETIC Driver 0001", "licence": "SYN-0001", "nationality": "VN"},
}  # fmt: skip
"""A declaration that the post takes; a test changes what it is about."""


def declare(number: int) -> dict[str, Any]:
    """Return the declaration of another vehicle."""
    binding = {**DECLARE["binding"], "tractor": f"12C-{number:05d}", "trailer": f"12R-{number:05d}"}
    return {**DECLARE, "binding": binding}


@contextmanager
def opened_post(directory: Path, *, clock: str = "stepped") -> Iterator[Opened]:
    """Make and open a post."""
    plan = wiring.load_plan_for(PLAN)
    settings = Settings(post=POST, clock=clock, start_ms=START_MS, entropy_seed="web", synthetic=True)  # type: ignore[arg-type]
    me = wiring.make_post(directory, plan, settings)
    wiring.agree(directory, plan, (me, wiring.absent_party(plan, plan.partner_of(POST))), Mode.ALONE)
    opened = wiring.open_post(directory)
    try:
        yield opened
    finally:
        opened.post.ledger.close()


def keys_of(opened: Opened, *, drill: bool = False) -> dict[Duty, dict[str, str]]:
    """Return the header of a new key for each duty that may have one."""
    accounts, now_ms = opened.post.accounts, opened.post.now()
    headers: dict[Duty, dict[str, str]] = {}
    for duty in sorted(set(Duty) - {Duty.NODE, Duty.PUBLIC}):
        name = duty.value.replace("_", "-")

        def create(unit: Any, name: str = name, duty: Duty = duty) -> str:
            return accounts.create_key(unit, name, duty=duty, by="setup", now_ms=now_ms, drill=drill)

        headers[duty] = {"Authorization": f"Bearer {opened.post.transact(create)}"}
    return {**headers, Duty.PUBLIC: {}}
