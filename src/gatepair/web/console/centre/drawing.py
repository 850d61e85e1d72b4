"""The gate as a drawing: from the plan's layout and the present scene to integer coordinates; the template draws SVG.

Our side stands left of the line: the yards above, the way out below them from left to right, the way in
under it from right to left.  The roads with their lanes cross the line, and the other side, of which only
the plan and its own word are known, stands to the right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatepair.base.findings import Language
from gatepair.web.console.catalogue import say, span_text
from gatepair.web.console.centre.measure import cut, width_of, wrapped
from gatepair.web.console.centre.roads import BORDER_X, ROAD_LEFT, roads_of
from gatepair.web.console.centre.shapes import (
    KINDS,
    MARK_HEIGHT,
    MARK_WIDTH,
    PITCH_X,
    PITCH_Y,
    Box,
    Drawing,
    Far,
    Sign,
    Slots,
    standing,
)

WIDTH: Final = 1_600
LEFT: Final = 16
RIGHT: Final = ROAD_LEFT - 16
FAR_LEFT: Final = 1_346
FAR_RIGHT: Final = WIDTH - 16
TOP: Final = 58
GAP: Final = 8
HEADING: Final = 24
BOX_WIDTH_MIN: Final = 104
BOX_HEIGHT: Final = 158
FAR_WIDTH_MIN: Final = 112
FAR_HEIGHT: Final = 56
TITLE_SIZE: Final = 12
SMALL_SIZE: Final = 11
SIDE_SIZE: Final = 20
SIDE_LONG_SIZE: Final = 15
LANE_KINDS: Final = ("manned", "unmanned", "empties", "persons")

PLACES: Final[Mapping[str, str]] = {
    "home": say("Declared, not on its way"),
    "queue": say("Waiting outside the yards"),
    "road": say("Called, on its way"),
    "back": say("Refused"),
    "inside": say("Inside, at no station"),
    "coming": say("Announced by the other side"),
}
"""Places that the plan does not name."""
WAY_OUT: Final = say("Way out")
WAY_IN: Final = say("Way in")
YARDS: Final = say("Before the gate")

Tell = Callable[[str], str]
"""Says a text in the reader's language."""


@dataclass(frozen=True, slots=True)
class View:
    """What a drawing is made from: plan, scene and board, and how to say things."""

    layout: Mapping[str, Any]
    scene: Mapping[str, Any]
    board: Mapping[str, Any]
    language: Language
    tell: Tell
    clock: Callable[[int], str]
    """Says an instant on our clock."""
    number: Callable[[int], str] = str
    """Writes how many are on a lane that is turned; a replay counts them itself."""

    def ways(self) -> dict[str, str]:
        """Return the direction in which this post is exit, and that in which it is entry."""
        return {facts["role"]: way for way, facts in self.board["directions"].items()}

    def here(self, at: str, way: str = "") -> tuple[list[Mapping[str, Any]], int]:
        """Return the vehicles at a spot, and how many there are; ``way`` counts one direction alone."""
        vehicles = [one for one in self.scene["vehicles"] if one["at"] == at and way in ("", one["direction"])]
        counts = self.scene["counts"].get(at, {})
        return vehicles, counts.get(way, 0) if way else sum(counts.values())


@dataclass(frozen=True, slots=True)
class Spot:
    """A place before it has coordinates: where its vehicles are, what it is called and how many have room."""

    at: str
    title: str
    kind: str
    room: int = 0
    way: str = ""

    @property
    def key(self) -> str:
        """Return the name of the place on the drawing."""
        return f"{self.at}:{self.way}" if self.at == "inside" else self.at


def drawing(view: View) -> Drawing:
    """Return the gate of ``view``."""
    boxes: list[Box] = []
    signs: list[Sign] = [
        Sign(LEFT, 32, cut(view.layout["posts"][0]["name"][view.language], 960, SIDE_SIZE, bold=True), "side"),
        *_far_name(view.layout["posts"][1]["name"][view.language]),
    ]
    y = TOP
    for heading, spots, backward in _rows(view):
        signs.append(Sign(LEFT, y + 16, cut(heading, RIGHT - LEFT, 14, bold=True), "heading"))
        cells = grid(len(spots), LEFT, RIGHT, BOX_WIDTH_MIN)
        for spot, (x, row, width) in zip(reversed(spots) if backward else spots, cells, strict=True):
            boxes.append(_box(view, spot, x, y + HEADING + row * (BOX_HEIGHT + GAP), width=width))
        y += HEADING + _rows_of(cells) * (BOX_HEIGHT + GAP) + GAP
    roads, roads_end = roads_of(view)
    coming, far, far_signs, far_end = _far_side(view)
    boxes.append(coming)
    bottom = max(y, roads_end, far_end)
    legend, lanes_key, end = _legend(view, bottom + 20)
    return Drawing(
        width=WIDTH,
        height=end,
        ground_y=bottom + 4,
        border_x=BORDER_X,
        boxes=boxes,
        roads=roads,
        far=far,
        signs=[*signs, *far_signs],
        legend=legend,
        lanes_key=lanes_key,
    )


def grid(count: int, left: int, right: int, width_min: int) -> list[tuple[int, int, int]]:
    """Return left edge, row and width of ``count`` cells between ``left`` and ``right``, evenly over the rows."""
    if not count:
        return []
    most = max((right - left + GAP) // (width_min + GAP), 1)
    rows = -(-count // most)
    columns = -(-count // rows)
    width = (right - left - GAP * (columns - 1)) // columns
    return [(left + number % columns * (width + GAP), number // columns, width) for number in range(count)]


def _rows_of(cells: Sequence[tuple[int, int, int]]) -> int:
    return cells[-1][1] + 1 if cells else 0


def _rows(view: View) -> Iterable[tuple[str, list[Spot], bool]]:
    """Yield what stands in each row of our side: its heading, its places in the order of the way, and the way."""
    tell, ways = view.tell, view.ways()

    def other(at: str, way: str = "") -> Spot:
        return Spot(at, tell(PLACES[at]), "none", way=way)

    yards = [
        Spot(f"yard:{one['key']}", one["name"][view.language], one["kind"], one["capacity"])
        for one in sorted(view.layout["yards"], key=lambda one: one["kind"] != "buffer")
    ]
    yield tell(YARDS), [other("home"), other("queue"), *yards, other("road"), other("back")], False
    for role, heading, arrow in (("exit", WAY_OUT, "→"), ("entry", WAY_IN, "←")):
        way = ways.get(role, "")
        stations = [
            Spot(f"station:{one['key']}", one["name"][view.language], one["kind"], one["servers"], way)
            for one in view.layout["stations"]
            if one["role"] == role
        ]
        yield f"{tell(heading)} {arrow}", [other("inside", way), *stations], role == "entry"


def _box(view: View, spot: Spot, x: int, y: int, *, width: int) -> Box:
    columns = max((width - 12 - MARK_WIDTH) // PITCH_X + 1, 1)
    slots = Slots(x + 8 + MARK_WIDTH // 2, y + 108, columns, 3)
    vehicles, count = view.here(spot.at, spot.way)
    bar = width - 22 - width_of(f"{spot.room}", SMALL_SIZE) if spot.room else 0
    return Box(
        key=spot.key,
        x=x,
        y=y,
        width=width,
        height=BOX_HEIGHT,
        kind=spot.kind,
        title=spot.title,
        lines=wrapped(spot.title, width - 12, TITLE_SIZE, lines=3),
        room=spot.room,
        bar=bar,
        fill=min(count, spot.room) * bar // spot.room if spot.room else 0,
        over=bool(spot.room) and count > spot.room,
        slots=slots,
        here=standing(vehicles, count, slots),
    )


# --- the other side ------------------------------------------------------------------------


def _far_name(name: str) -> list[Sign]:
    """Return the name of the other side's gate, in two lines of smaller letters where it is long."""
    room = FAR_RIGHT - FAR_LEFT
    if width_of(name, SIDE_SIZE, bold=True) <= room:
        return [Sign(FAR_LEFT, 32, name, "side")]
    lines = wrapped(name, room, SIDE_LONG_SIZE, lines=2, bold=True)
    return [Sign(FAR_LEFT, 24 + index * 18, line, "side long") for index, line in enumerate(lines)]


def _far_side(view: View) -> tuple[Box, list[Far], list[Sign], int]:
    """Return what is known of the other side: its word, what it announced to us, and what the plan says."""
    signs = []
    y = TOP
    for text in _words(view):
        signs.append(Sign(FAR_LEFT, y + 4, cut(text, FAR_RIGHT - FAR_LEFT, 12), "fact"))
        y += 18
    y += GAP
    coming = _box(view, Spot("coming", view.tell(PLACES["coming"]), "none"), FAR_LEFT, y, width=FAR_RIGHT - FAR_LEFT)
    y += BOX_HEIGHT + GAP
    far: list[Far] = []
    over_there = view.layout["over_there"]
    groups = [
        (WAY_IN, [one for one in over_there["stations"] if one["role"] == "entry"], "servers"),
        (WAY_OUT, [one for one in over_there["stations"] if one["role"] == "exit"], "servers"),
        (YARDS, over_there["yards"], "capacity"),
    ]
    for heading, places, room in groups:
        if not places:
            continue
        arrow = {WAY_IN: " →", WAY_OUT: " ←"}.get(heading, "")
        signs.append(Sign(FAR_LEFT, y + 14, view.tell(heading) + arrow, "fact"))
        cells = grid(len(places), FAR_LEFT, FAR_RIGHT, FAR_WIDTH_MIN)
        for one, (x, row, width) in zip(places, cells, strict=True):
            top = y + 20 + row * (FAR_HEIGHT + 4)
            title = one["name"][view.language]
            lines = wrapped(title, width - 10, SMALL_SIZE, lines=2)
            far.append(Far(x, top, width, FAR_HEIGHT, one["kind"], title, lines, f"{one[room]}"))
        y += 20 + _rows_of(cells) * (FAR_HEIGHT + 4) + GAP
    return coming, far, signs, y


ALONE: Final = say("works without the other side")
UNHEARD: Final = say("nothing heard yet")
HEARD: Final = say("last heard %(ago)s ago")
TAKES: Final = say("takes in %(n)s an hour")
ROOM: Final = say("has room for %(n)s")
STOPS: Final = say("has stopped a direction")


def _words(view: View) -> Iterable[str]:
    """Yield what the other side said of itself, and how old its word is."""
    partner = view.board["partner"]
    if partner is None:
        # A replay knows no age of the partner's word: it is not recorded.
        return
    if partner["mode"] == "alone":
        yield view.tell(ALONE)
    elif partner["age_s"] is None:
        yield view.tell(UNHEARD)
    else:
        yield view.tell(HEARD) % {"ago": span_text(partner["age_s"], view.language)}
    for facts in view.board["directions"].values():
        if any(stop.get("by_partner") for stop in facts["stops"]):
            yield view.tell(STOPS)
        forward = facts.get("call_forward")
        if forward is None:
            continue
        if forward["quota_per_hour"] is not None:
            yield view.tell(TAKES) % {"n": forward["quota_per_hour"]}
        if forward["partner_room"] is not None:
            yield view.tell(ROOM) % {"n": forward["partner_room"]}


# --- the legend ----------------------------------------------------------------------------


def _legend(view: View, y: int) -> tuple[list[tuple[int, int, str, str]], list[tuple[int, int, str, str]], int]:
    """Return what marks and lanes mean, from left to right in as many lines as they need."""
    rows: list[list[tuple[int, int, str, str]]] = [[], []]
    x = LEFT
    entries = [(0, kind, view.tell(text), MARK_WIDTH) for kind, text in KINDS.items()]
    entries += [(1, kind, view.tell(LANE_NAMES[kind]), 40) for kind in LANE_KINDS]
    for which, kind, text, sample in entries:
        width = sample + 8 + width_of(text, SMALL_SIZE) + 22
        if x + width > WIDTH - LEFT:
            x, y = LEFT, y + PITCH_Y + 3
        rows[which].append((x + (MARK_WIDTH // 2 if which == 0 else 0), y, kind, text))
        x += width
    return rows[0], rows[1], y + MARK_HEIGHT + 8


LANE_NAMES: Final[Mapping[str, str]] = {
    "manned": say("lane with drivers"),
    "unmanned": say("lane without drivers"),
    "empties": say("lane for empty vehicles"),
    "persons": say("lane for persons"),
}
