"""Where each open crossing of a post is now, as plain values: a pure function of the fold; no names are in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from gatepair.crossing.model import Stage
from gatepair.crossing.state import Crossing
from gatepair.operations.gate import Gate
from gatepair.operations.lanes import lane_view
from gatepair.plan.model import Direction, LaneDirection, Plan

VEHICLES_MAX: Final = 2_000
"""Vehicles told of one by one; a gate with more is told of by its counts."""


def spot(crossing: Crossing) -> str:
    """Return where ``crossing`` is: a kind, and behind a colon the yard, station or road where one is known.

    ``home`` (declared, not yet on its way), ``queue``, ``yard``, ``road`` (called), ``inside``, ``station``,
    ``line`` (left, not yet received), ``coming`` (announced by the partner), ``back`` (refused).
    """
    match crossing.stage:
        case Stage.DECLARED:
            return "home"
        case Stage.QUEUED:
            yard = crossing.place.yard if crossing.place else ""
            return f"yard:{yard}" if yard else "queue"
        case Stage.CALLED:
            return "road"
        case Stage.ARRIVED:
            # Checks are kept in the order in which each station was first passed.
            last = next(reversed(crossing.checks), "")
            return f"station:{last}" if last else "inside"
        case Stage.DEPARTED:
            return f"line:{crossing.route}"
        case Stage.ANNOUNCED:
            return f"line:{crossing.route}" if crossing.partner_departure else "coming"
        case Stage.REFUSED:
            return "back"
        case Stage.CLOSED | Stage.CANCELLED | Stage.RETURNED:
            return ""


def vehicle(crossing: Crossing) -> dict[str, Any]:
    """Return ``crossing`` as a mark of the drawing: what it is, where it is and how far; no name is in it."""
    left = crossing.departure or crossing.partner_departure
    at = spot(crossing)
    return {
        "crossing": crossing.id,
        "tractor": crossing.binding.tractor,
        "direction": crossing.direction.value,
        "at": at,
        "lane": left.lane if left is not None and at.startswith("line:") else "",
        "channel": crossing.channel.value if crossing.channel else "",
        "held": bool(crossing.partner_holds) or any(one.verdict != "clear" for one in crossing.decisions.values()),
        "released": crossing.released,
    }


def scene(crossings: Iterable[Crossing]) -> dict[str, Any]:
    """Return the open crossings with their spots, and how many there are at each (by spot and direction)."""
    vehicles: list[dict[str, Any]] = []
    counts: dict[str, dict[str, int]] = {}
    for crossing in crossings:
        at = spot(crossing)
        if not at:
            continue
        here = counts.setdefault(at, {})
        here[crossing.direction.value] = here.get(crossing.direction.value, 0) + 1
        if len(vehicles) < VEHICLES_MAX:
            vehicles.append(vehicle(crossing))
    return {"vehicles": vehicles, "counts": counts}


def lanes(plan: Plan, gate: Gate, now_ms: int) -> dict[str, dict[str, Any]]:
    """Return how each lane stands: which way it runs, why nothing may use it, and a tidal lane's turning."""
    found: dict[str, dict[str, Any]] = {}
    for route in plan.routes.values():
        for key, lane in route.lanes.items():
            tidal = lane.direction is LaneDirection.TIDAL
            tide = gate.tide(key) if tidal else None
            running = tide.direction if tide else Direction(lane.direction.value)
            view = lane_view(plan, gate, key, direction=running or Direction.OUT, now_ms=now_ms)
            found[key] = {
                "runs": running.value if running else "",
                "why": view.why if view else "",
                "turning": tide.turning.value if tide and tide.turning else "",
                "clear_at_ms": tide.clear_at_ms if tide and tide.turning else 0,
            }
    return found
