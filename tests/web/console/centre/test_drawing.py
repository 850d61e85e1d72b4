"""The drawing of the gate: nothing overlaps, nothing is cut off, and it stays as it was drawn."""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.operations.events import IntakeStopped, LaneTurnBegun
from gatepair.operations.gate import Gate
from gatepair.plan.model import Direction
from gatepair.web.console.centre.drawing import drawing, grid
from gatepair.web.console.centre.measure import ELLIPSIS, cut, width_of, wrapped
from gatepair.web.console.centre.shapes import MARK_HEIGHT, MARK_WIDTH, Drawing
from web.console.centre.views import NOW_MS, PLANS, plan_of, scene_of, shipped, spots_of, svg, view_of

GOLDEN = Path(__file__).parents[3] / "golden" / "schematic"
Rectangle = tuple[str, int, int, int, int]
FIRST = next(iter(plan_of(PLANS[0]).posts))


def rectangles(drawn: Drawing) -> list[Rectangle]:
    """Return what must not overlap: boxes, lanes, places of the other side, and lines of text that stand alone."""
    found = [(one.key, one.x, one.y, one.x + one.width, one.y + one.height) for one in drawn.boxes]
    found += [(one.title, one.x, one.y, one.x + one.width, one.y + one.height) for one in drawn.far]
    for road in drawn.roads:
        found += [(one.key, one.x, one.y, one.x + one.width, one.y + one.height) for one in road.lanes]
        left = road.lanes[0].x
        found.append(
            (road.title, left, road.y, left + max(width_of(one, 13, bold=True) for one in road.lines), road.y + 14)
        )
    sizes = {"side": (20, True), "side long": (15, True), "heading": (14, True), "fact": (12, False)}
    for sign in drawn.signs:
        size, bold = sizes[sign.kind]
        found.append((sign.text, sign.x, sign.y - size, sign.x + width_of(sign.text, size, bold=bold), sign.y + 2))
    for x, y, _, text in drawn.legend:
        found.append(
            (text, x - MARK_WIDTH // 2, y - MARK_HEIGHT // 2, x + 17 + width_of(text, 11), y + MARK_HEIGHT // 2)
        )
    for x, y, _, text in drawn.lanes_key:
        found.append((text, x, y - MARK_HEIGHT // 2, x + 48 + width_of(text, 11), y + MARK_HEIGHT // 2))
    return found


def overlaps(found: list[Rectangle]) -> list[tuple[str, str]]:
    """Return the pairs that cover common ground."""
    return [
        (one[0], other[0])
        for one, other in itertools.combinations(found, 2)
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


def outside(drawn: Drawing) -> list[str]:
    """Return the marks and labels that do not stay within their box, and the boxes outside the drawing."""
    found = [
        name
        for name, left, top, right, bottom in rectangles(drawn)
        if left < 0 or top < 0 or right > drawn.width or bottom > drawn.height
    ]
    places = [*drawn.boxes, *(lane for road in drawn.roads for lane in road.lanes)]
    for place in places:
        for mark in place.here.marks:
            inside = (
                place.x <= mark.x - MARK_WIDTH // 2
                and mark.x + MARK_WIDTH // 2 <= place.x + place.width
                and place.y <= mark.y - MARK_HEIGHT // 2
                and mark.y + MARK_HEIGHT // 2 <= place.y + place.height
            )
            if not inside:
                found.append(f"{place.key}: {mark.tractor}")
        drawn_at = [mark.x + MARK_WIDTH // 2 for mark in place.here.marks if mark.y == place.here.more_y]
        if place.here.more and max(drawn_at, default=0) > place.here.more_x - width_of(
            f"+{place.here.more}", 12, bold=True
        ):
            found.append(f"{place.key}: +{place.here.more}")
    found += [line for box in drawn.boxes for line in box.lines if width_of(line, 12) > box.width - 12]
    found += [box.key for box in drawn.boxes if width_of(f"{box.here.count}▲", 26, bold=True) > box.width - 16]
    found += [box.key for box in drawn.boxes if not 0 <= box.fill <= box.bar]
    found += [line for far in drawn.far for line in far.lines if width_of(line, 11) > far.width - 10]
    for road in drawn.roads:
        for lane in road.lanes:
            left = min((mark.x - MARK_WIDTH // 2 for mark in lane.here.marks), default=lane.x + lane.width)
            if lane.x + 28 + width_of(lane.label, 11, bold=True) > left:
                found.append(lane.label)
            if lane.here.more_x > lane.x + lane.width - 4 - width_of(lane.word, 11):
                found.append(f"{lane.label}: {lane.word}")
    return found


@pytest.mark.parametrize("language", ["vi", "zh", "en", "fr"])
@pytest.mark.parametrize("name", PLANS)
def test_every_shipped_plan_is_drawn_without_overlap(name: str, language: Any) -> None:
    """At both posts, in each language, empty and crowded: boxes are disjoint, marks inside, labels within width."""
    plan = plan_of(name)
    for post, step in itertools.product(plan.posts, (0, 5, 400)):
        spots = [(at, way, count * step) for at, way, count in spots_of(plan, post, 1)]
        drawn = drawing(view_of(plan, post, scene_of(plan, Gate(), spots), language))
        assert [] == overlaps(rectangles(drawn)), post
        assert [] == outside(drawn), post


def test_an_overlap_and_a_stray_mark_are_found() -> None:
    """The check sees a box that was moved onto its neighbour, and a mark that left its box."""
    drawn = shipped(PLANS[0])[1]
    first, second, *others = drawn.boxes
    moved = replace(drawn, boxes=[replace(first, x=second.x - 5), second, *others])
    assert (first.key, second.key) in overlaps(rectangles(moved))
    (mark, *marks) = first.here.marks
    stray = replace(first, here=replace(first.here, marks=[replace(mark, x=mark.x + 400), *marks]))
    assert [f"{first.key}: {mark.tractor}"] == outside(replace(drawn, boxes=[stray, second, *others]))


TEXTS = st.text("aAWmỮĐệ仓库 -", min_size=1, max_size=60).filter(lambda text: text.strip() == text)


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """Return a layout with any number of stations, yards, roads and lanes, whatever they are called."""

    def named(text: str = "") -> dict[str, str]:
        said = text or draw(TEXTS)
        return dict.fromkeys(("vi", "zh", "en", "fr"), said)

    def inside() -> dict[str, Any]:
        roles = draw(st.lists(st.sampled_from(["exit", "entry"]), max_size=14))
        rooms = draw(st.lists(st.integers(1, 9_999), max_size=6))
        return {
            "stations": [
                {"key": f"s{number}", "name": named(), "kind": "booth", "role": role, "servers": number + 1}
                for number, role in enumerate(roles)
            ],
            "yards": [
                {"key": f"y{number}", "name": named(), "kind": ("gate", "buffer")[number % 2], "capacity": room}
                for number, room in enumerate(rooms)
            ],
        }

    routes = [
        {
            "key": f"r{number}", "name": named(), "markers": draw(TEXTS),
            "lanes": [
                {"key": f"{number}-{'lane' * (one % 8 + 1)}-{one}", "kind": "manned", "direction": ("out", "tidal", "in")[one % 3]}
                for one in range(lanes)
            ],
        }
        for number, lanes in enumerate(draw(st.lists(st.integers(1, 8), min_size=1, max_size=4)))
    ]  # fmt: skip
    return {"posts": [{"name": named()}, {"name": named()}], "routes": routes, **inside(), "over_there": inside()}


@given(layout=layouts(), count=st.integers(0, 30))
def test_any_plan_is_drawn_without_overlap(layout: dict[str, Any], count: int) -> None:
    """Whatever stands in a plan and however full it is, the drawing keeps its order."""
    spots = [("home", "out", count), ("coming", "in", count), ("inside", "out", count)]
    spots += [(f"yard:{one['key']}", "out", count) for one in layout["yards"]]
    spots += [(f"line:{one['key']}", "out", count) for one in layout["routes"]]
    view = replace(view_of(plan_of(PLANS[0]), FIRST, scene_of(plan_of(PLANS[0]), Gate(), spots)), layout=layout)
    drawn = drawing(view)
    assert [] == overlaps(rectangles(drawn))
    assert [] == outside(drawn)


@given(text=TEXTS, width=st.integers(20, 300))
def test_a_label_is_never_wider_than_its_room(text: str, width: int) -> None:
    """A text is wrapped and cut to what is given; what fits is whole."""
    lines = wrapped(text, width, 12, lines=3)
    assert len(lines) <= 3
    assert all(width_of(line, 12) <= width for line in lines)
    whole = "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert whole or any(line.endswith(ELLIPSIS) or not line for line in lines)
    assert text == cut(text, width_of(text, 12), 12)


@given(count=st.integers(0, 40), width=st.integers(60, 1_000))
def test_cells_fill_their_rows_evenly(count: int, width: int) -> None:
    """Each thing has one cell; no two rows differ by more than one row's remainder."""
    cells = grid(count, 10, 10 + width, 60)
    assert count == len(cells)
    assert all(10 <= left and left + cell <= 10 + width for left, _, cell in cells)
    assert len({(left, row) for left, row, _ in cells}) == count


def test_two_thousand_vehicles_stay_a_drawing_of_marks_that_can_be_told_apart() -> None:
    """A crowd is told by its number: at most so many marks are drawn as there are slots, the urgent ones first."""
    plan = plan_of(PLANS[0])
    post = next(iter(plan.posts))
    at, way, _ = next(one for one in spots_of(plan, post, 1) if one[0].startswith("yard:"))
    drawn = drawing(view_of(plan, post, scene_of(plan, Gate(), [(at, way, 5_000)])))
    box = next(one for one in drawn.boxes if one.key == at)
    assert 5_000 == box.here.count == len(box.here.marks) + box.here.more
    assert {"held", "red"} == {mark.kind for mark in box.here.marks}
    assert len(svg(drawn)) < 100_000


def test_a_lane_that_turns_says_what_it_waits_for() -> None:
    """A tidal lane on its turn shows the way it turns to, what is still on it, and from when it may open."""
    plan = plan_of(PLANS[0])
    post, road, lane = next(
        (next(iter(plan.posts)), key, name)
        for key, route in plan.routes.items()
        for name, one in route.lanes.items()
        if one.direction == "tidal"
    )
    turning = LaneTurnBegun(at_ms=NOW_MS, lane=lane, direction=Direction.IN, clear_at_ms=NOW_MS + 300_000, actor="a")
    scene = scene_of(plan, Gate().apply(turning), [(f"line:{road}", "out", 2)])
    for one in scene["vehicles"]:
        one["lane"] = lane
    drawn = drawing(view_of(plan, post, scene))
    shown = next(one for one in drawn.roads if one.key == road).lanes
    found = next(one for one in shown if one.key == lane)
    assert ("turning", "⟳", "turns to in; on it: 2; not before 09:05") == (found.state, found.arrow, found.note)


def test_a_stopped_road_is_marked_lane_by_lane() -> None:
    """A stop of one road marks its lanes of that direction and no other; who stopped shows in the word."""
    plan = plan_of(PLANS[0])
    post, road = next(iter(plan.posts)), next(iter(plan.routes))
    stop = IntakeStopped(at_ms=NOW_MS, direction=Direction.OUT, reason="fog", actor="a", route=road, by_partner=True)
    drawn = drawing(view_of(plan, post, scene_of(plan, Gate().apply(stop), [])))
    states = {
        (one.key, plan.routes[shown.key].lanes[one.key].direction.value): one.state
        for shown in drawn.roads
        for one in shown.lanes
        if shown.key == road
    }
    assert {"stopped_by_partner"} == {state for (_, way), state in states.items() if way == "out"}
    assert "stopped_by_partner" not in {state for (_, way), state in states.items() if way == "in"}


def test_the_other_post_draws_the_same_roads_the_other_way_round() -> None:
    """Our own side always stands left: what leads out here leads in over there."""
    plan = plan_of(PLANS[0])
    arrows = []
    for post in plan.posts:
        drawn = drawing(view_of(plan, post, scene_of(plan, Gate(), [])))
        arrows.append({lane.key: lane.arrow for road in drawn.roads for lane in road.lanes})
    turned = {"→": "←", "←": "→"}
    assert arrows[0] == {key: turned[arrow] for key, arrow in arrows[1].items()}


def normal(text: str) -> str:
    """Return an SVG with one element a line and no blank that does not show."""
    return re.sub(r"\s+", " ", text).replace("> <", ">\n<").strip() + "\n"


@pytest.mark.parametrize("name", PLANS)
def test_the_drawing_stays_as_it_was(name: str) -> None:
    """The SVG of a fixed scene is the golden one; ``GATEPAIR_GOLDEN=write`` draws it anew, to be looked at."""
    drawn = normal(svg(shipped(name)[1]))
    golden = GOLDEN / f"{name}.svg"
    if os.environ.get("GATEPAIR_GOLDEN") == "write":
        golden.write_text(drawn, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == drawn
