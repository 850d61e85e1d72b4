"""The roads over the line as they are drawn: each lane with its way, its kind and why nothing may use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from gatepair.web.console.catalogue import say
from gatepair.web.console.centre.measure import cut, wrapped
from gatepair.web.console.centre.shapes import Lane, Road, Slots, standing

if TYPE_CHECKING:
    from gatepair.web.console.centre.drawing import View

ROAD_LEFT: Final = 986
ROAD_RIGHT: Final = 1_330
BORDER_X: Final = 1_165
"""Where the border runs: between the names of the lanes and the vehicles on them."""
ROAD_TOP: Final = 58
LANE_HEIGHT: Final = 26
NOTE_HEIGHT: Final = 16
LANE_GAP: Final = 5
LABEL_WIDTH: Final = 152
WORD_WIDTH: Final = 70
ARROW_WIDTH: Final = 24
MARKS: Final = 4
"""Vehicles drawn one by one on a lane; a lane is seldom fuller."""

STATES: Final[Mapping[str, str]] = {
    "open": say("open"),
    "stopped": say("stopped"),
    "stopped_by_partner": say("stopped there"),
    "turning": say("turning"),
    "other_way": say("other way"),
    "closed": say("closed"),
    "not_this_commodity": say("some goods"),
}
"""What a lane's state is called, in a word that has room on the lane."""
TIDAL_OUT: Final = say("tidal, runs out")
TIDAL_IN: Final = say("tidal, runs in")
TURNS_OUT: Final = say("turns to out; on it: %(n)s; not before %(at)s")
TURNS_IN: Final = say("turns to in; on it: %(n)s; not before %(at)s")
TURNING: Final = "⟳"


def roads_of(view: View) -> tuple[list[Road], int]:
    """Return the roads of ``view`` from above to below, and where they end."""
    found, y = [], ROAD_TOP
    for route in view.layout["routes"]:
        name, markers = route["name"][view.language], route["markers"]
        title = name if markers in name else f"{name} ({markers})"
        lines = wrapped(title, ROAD_RIGHT - ROAD_LEFT, 13, lines=2, bold=True)
        top, y = y, y + 4 + len(lines) * 16
        lanes, y = _lanes(view, route, y)
        found.append(Road(route["key"], top, title, lines, lanes))
        y += 10
    return found, y


def _lanes(view: View, route: Mapping[str, Any], y: int) -> tuple[list[Lane], int]:
    exit_way = view.ways().get("exit", "")
    vehicles, count = view.here(f"line:{route['key']}")
    by_lane = _by_lane(vehicles, route, exit_way)
    unseen = count - len(vehicles)
    lanes = []
    for number, one in enumerate(route["lanes"]):
        tidal = one["direction"] == "tidal"
        now = view.scene["lanes"].get(
            one["key"], {"runs": one["direction"], "why": "", "turning": "", "clear_at_ms": 0}
        )
        height = LANE_HEIGHT + NOTE_HEIGHT if tidal else LANE_HEIGHT
        here = by_lane.get(one["key"], [])
        slots = Slots(ROAD_LEFT + ARROW_WIDTH + LABEL_WIDTH + 14, y + LANE_HEIGHT // 2, MARKS, 1)
        state = now["why"] or "open"
        lanes.append(
            Lane(
                key=one["key"],
                place=f"line:{route['key']}",
                x=ROAD_LEFT,
                y=y,
                width=ROAD_RIGHT - ROAD_LEFT,
                height=height,
                kind=one["kind"],
                leads=one["direction"],
                state=state,
                arrow=_arrow(now, exit_way, state),
                label=cut(one["key"], LABEL_WIDTH, 11, bold=True),
                word=cut(view.tell(STATES.get(state, state)), WORD_WIDTH, 11),
                note=cut(_note(view, now, len(here)), ROAD_RIGHT - ROAD_LEFT - ARROW_WIDTH - 6, 11) if tidal else "",
                title=f"{one['key']}: {view.tell(STATES.get(state, state))}",
                slots=slots,
                here=standing(here, len(here) + (unseen if number == 0 else 0), slots),
            )
        )
        y += height + LANE_GAP
    return lanes, y


def _by_lane(
    vehicles: list[Mapping[str, Any]], route: Mapping[str, Any], exit_way: str
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the vehicles on each lane; one whose lane is not known stands on the first that leads its way."""
    keys = {one["key"]: one["direction"] for one in route["lanes"]}
    first = next(iter(keys), "")
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in vehicles:
        way = one["direction"] or exit_way
        fallback = next((key for key, leads in keys.items() if leads == way), first)
        found.setdefault(one["lane"] if one["lane"] in keys else fallback, []).append(one)
    return found


def _arrow(now: Mapping[str, Any], exit_way: str, state: str) -> str:
    """Return the way of a lane as it lies on the drawing: our exit leads to the right."""
    if state == "turning":
        return TURNING
    return "→" if now["runs"] == exit_way else "←"


def _note(view: View, now: Mapping[str, Any], on_it: int) -> str:
    if now["turning"]:
        text = TURNS_OUT if now["turning"] == "out" else TURNS_IN
        return view.tell(text) % {"n": view.number(on_it), "at": view.clock(now["clear_at_ms"])}
    return view.tell(TIDAL_OUT if now["runs"] == "out" else TIDAL_IN)
