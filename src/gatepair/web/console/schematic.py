"""The gate as a drawing: from the plan's layout and the present scene to integer coordinates; the template draws SVG.

The way out runs left to right in the upper row, the way in right to left in the lower one, and the roads
over the line stand between both posts.  What a colour says, a letter or a pattern says too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

WIDTH: Final = 1480
LEFT: Final = 20
LINE_X: Final = 1180
"""Where the border runs."""
BOX_HEIGHT: Final = 130
ROW_Y: Final[Mapping[str, int]] = {"exit": 50, "entry": 345}
ROAD_Y: Final = 215
ROAD_GAP: Final = 46
GAP: Final = 12
MARKS_A_ROW: Final = 6
MARKS_MAX: Final = 18
"""Vehicles that are drawn one by one in a box; the number says how many there are."""
MARK_WIDTH: Final = 15
MARK_HEIGHT: Final = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """One vehicle: where its mark stands, which crossing it leads to, and how it is drawn."""

    x: int
    y: int
    crossing: str
    tractor: str
    kind: str
    """``green``, ``yellow``, ``red``, ``held``, ``released`` or ``plain``."""


@dataclass(frozen=True, slots=True)
class Box:
    """A yard or a station, with how many vehicles are there and how many have room or are served at once."""

    x: int
    y: int
    width: int
    title: str
    kind: str
    count: int
    room: int
    marks: Sequence[Mark] = field(default=())


@dataclass(frozen=True, slots=True)
class Road:
    """A road over the line with its lanes."""

    y: int
    title: str
    lanes: Sequence[Mapping[str, Any]]
    count: int
    stopped: bool
    marks: Sequence[Mark] = field(default=())


@dataclass(frozen=True, slots=True)
class Between:
    """Vehicles inside the gate that no station has seen yet."""

    x: int
    y: int
    count: int
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the template draws."""

    height: int
    boxes: Sequence[Box]
    roads: Sequence[Road]
    coming: int
    on_the_way: int
    between: Sequence[Between]
    """Vehicles inside that stand at no station yet, one row for each way."""


def drawing(layout: Mapping[str, Any], scene: Mapping[str, Any], board: Mapping[str, Any], language: str) -> Drawing:
    """Return the gate of ``layout`` with the vehicles of ``scene`` and the stops of ``board``."""
    roads = tuple(_roads(layout, scene, board, language))
    below = ROAD_Y + ROAD_GAP * len(roads)
    rows = {"exit": ROW_Y["exit"], "entry": max(ROW_Y["entry"], below + 30)}
    boxes = [
        box
        for role, way in _ways(board).items()
        for box in _row(layout, scene, role=role, way=way, y=rows[role], language=language)
    ]
    counts = scene["counts"]
    between = []
    for role, way in _ways(board).items():
        y = rows[role] + BOX_HEIGHT + 22
        here = [one for one in scene["vehicles"] if one["at"] == "inside" and one["direction"] == way]
        count = counts.get("inside", {}).get(way, 0)
        between.append(Between(300, y, count, tuple(_marks(here, 520, y - 10, 300))))
    return Drawing(
        rows["entry"] + BOX_HEIGHT + 40,
        boxes,
        roads,
        sum(counts.get("coming", {}).values()),
        sum(counts.get("road", {}).values()),
        between,
    )


def _ways(board: Mapping[str, Any]) -> dict[str, str]:
    """Return the direction in which this post is exit, and that in which it is entry."""
    return {facts["role"]: way for way, facts in board["directions"].items()}


def _row(
    layout: Mapping[str, Any], scene: Mapping[str, Any], *, role: str, way: str, y: int, language: str
) -> list[Box]:
    places: list[tuple[str, str, str, int]] = []
    if role == "exit":
        places += [
            (f"yard:{one['key']}", one["name"][language], one["kind"], one["capacity"]) for one in layout["yards"]
        ]
    places += [
        (f"station:{one['key']}", one["name"][language], one["kind"], one["servers"])
        for one in layout["stations"]
        if one["role"] == role
    ]
    if role == "entry":
        places.reverse()
    width = (LINE_X - 2 * LEFT - GAP * (len(places) - 1)) // max(len(places), 1)
    found = []
    for number, (key, title, kind, room) in enumerate(places):
        x = LEFT + number * (width + GAP)
        here = [one for one in scene["vehicles"] if one["at"] == key and one["direction"] == way]
        count = scene["counts"].get(key, {}).get(way, 0)
        found.append(Box(x, y, width, title, kind, count, room, tuple(_marks(here, x + 8, y + 76, width - 16))))
    return found


def _roads(layout: Mapping[str, Any], scene: Mapping[str, Any], board: Mapping[str, Any], language: str) -> list[Road]:
    stopped = {stop["route"] for facts in board["directions"].values() for stop in facts["stops"] if stop.get("route")}
    all_stopped = all(facts["stops"] and not facts["open"] for facts in board["directions"].values())
    found = []
    for number, route in enumerate(layout["routes"]):
        y = ROAD_Y + number * ROAD_GAP
        key = f"line:{route['key']}"
        here = [one for one in scene["vehicles"] if one["at"] == key]
        title = f"{route['name'][language]} ({route['markers']})"
        found.append(
            Road(
                y,
                title,
                route["lanes"],
                sum(scene["counts"].get(key, {}).values()),
                all_stopped or route["key"] in stopped,
                tuple(_marks(here, LINE_X - 60, y + 8, 220)),
            )
        )
    return found


def _marks(vehicles: Sequence[Mapping[str, Any]], x: int, y: int, width: int) -> list[Mark]:
    a_row = max(min(width // (MARK_WIDTH + 3), MARKS_A_ROW * 3), 1)
    return [
        Mark(
            x + number % a_row * (MARK_WIDTH + 3),
            y + number // a_row * (MARK_HEIGHT + 4),
            one["crossing"],
            one["tractor"],
            _kind(one),
        )
        for number, one in enumerate(vehicles[: min(MARKS_MAX, a_row * 3)])
    ]


def _kind(vehicle: Mapping[str, Any]) -> str:
    if vehicle["held"]:
        return "held"
    if vehicle["released"]:
        return "released"
    return vehicle["channel"] or "plain"
