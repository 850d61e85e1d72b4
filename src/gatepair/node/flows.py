"""How many vehicles came and how many were cleared, hour by hour: read from the counts of the hours."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gatepair.base.time import HOUR_MS
from gatepair.node.ports import Reader
from gatepair.node.readmodels import hour_of
from gatepair.plan.model import Direction, Plan, Role

ROWS_MAX: Final = 5_000
"""Rows of one direction that are read: some forty an hour, so that two days fit with room to spare."""
CAME: Final = {Role.EXIT: "placed", Role.ENTRY: "received"}
"""What counts as coming: where vehicles leave, the place in the order; where they enter, the handover."""


def flows(reader: Reader, plan: Plan, post: str, *, now_ms: int, hours: int) -> dict[str, list[dict[str, Any]]]:
    """Return for each direction the last ``hours`` clock hours, the present one last: what came and what was cleared.

    Loaded and empty vehicles together. One scan of at most ``ROWS_MAX`` rows a direction.
    """
    first_ms = hour_of(now_ms) - (hours - 1) * HOUR_MS
    return {
        way.value: _of(reader, way, CAME[plan.role_of(post, way)], first_ms=first_ms, hours=hours) for way in Direction
    }


def _of(reader: Reader, way: Direction, came: str, *, first_ms: int, hours: int) -> list[dict[str, Any]]:
    found = [{"hour_ms": first_ms + number * HOUR_MS, "came": 0, "cleared": 0} for number in range(hours)]
    for row in reader.rows("hour", after=(0, f"{way.value}/{first_ms:015d}"), limit=ROWS_MAX):
        direction, hour, figure, _ = row.key.split("/")
        number = (int(hour) - first_ms) // HOUR_MS
        if direction != way.value or number >= hours:
            break
        if figure in (came, "cleared"):
            found[number]["came" if figure == came else "cleared"] += msgspec.json.decode(row.document, type=int)
    return found
