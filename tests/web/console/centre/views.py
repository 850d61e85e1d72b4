"""Scenes made up for the drawing: of the shipped plans, and of plans that nobody would ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any

from gatepair.adapters.planfiles import shipped_plan
from gatepair.base.findings import Language
from gatepair.node.layout import layout
from gatepair.node.scene import lanes
from gatepair.operations.gate import Gate
from gatepair.plan.model import Plan
from gatepair.web.console import pages
from gatepair.web.console.catalogue import translations
from gatepair.web.console.centre.drawing import View, drawing
from gatepair.web.console.centre.shapes import Drawing
from gatepair.web.console.centre.situation import hour_text

PLANS = sorted(
    one.name.removesuffix(".yaml") for one in files("gatepair.plans").iterdir() if one.name.endswith(".yaml")
)
"""Every plan that is shipped."""
NOW_MS = 1_762_826_400_000
"""2025-11-11 09:00 in Việt Nam."""
STATES = ({}, {"channel": "green"}, {"channel": "yellow"}, {"channel": "red"}, {"held": True}, {"released": True})


@cache
def plan_of(name: str) -> Plan:
    """Return a shipped plan, read once."""
    return shipped_plan(name)


def vehicle(number: int, at: str, way: str, **more: Any) -> dict[str, Any]:
    """Return one vehicle of a scene."""
    return {
        "crossing": f"X{number:020d}", "tractor": f"12C-{number:05d}", "direction": way, "at": at, "lane": "",
        "channel": "", "held": False, "released": False, **more,
    }  # fmt: skip


def scene_of(plan: Plan, gate: Gate, spots: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
    """Return a scene with so many vehicles at each (spot, direction), in every state by turns."""
    vehicles = [
        vehicle(number, at, way, **STATES[number % len(STATES)])
        for number, (at, way) in enumerate((at, way) for at, way, count in spots for _ in range(count))
    ]
    counts: dict[str, dict[str, int]] = {}
    for at, way, count in spots:
        counts.setdefault(at, {})[way] = count
    return {"vehicles": vehicles[:2_000], "counts": counts, "lanes": lanes(plan, gate, NOW_MS)}


def spots_of(plan: Plan, post: str, step: int) -> list[tuple[str, str, int]]:
    """Return every spot of a post with a count of its own: an empty one, a few, a crowd."""
    known = layout(plan, post)
    out, back = ("out", "in") if plan.posts[post].side == plan.home else ("in", "out")
    found = [
        ("home", out),
        ("queue", out),
        ("road", out),
        ("back", back),
        ("inside", out),
        ("inside", back),
        ("coming", back),
    ]
    found += [(f"yard:{one['key']}", out) for one in known["yards"]]
    found += [(f"station:{one['key']}", out if one["role"] == "exit" else back) for one in known["stations"]]
    found += [(f"line:{one['key']}", out) for one in known["routes"]]
    return [(at, way, number * step % 23) for number, (at, way) in enumerate(found, 1)]


def board_of(plan: Plan, post: str, *, stops: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return what of a board the drawing reads."""
    out, back = ("out", "in") if plan.posts[post].side == plan.home else ("in", "out")
    forward = {"quota_per_hour": 60, "partner_room": 120}
    return {
        "partner": {"mode": "paired", "age_s": 12},
        "directions": {
            out: {"role": "exit", "open": not stops, "stops": list(stops), "call_forward": forward},
            back: {"role": "entry", "open": True, "stops": []},
        },
    }


def view_of(plan: Plan, post: str, scene: Mapping[str, Any], language: Language = "en") -> View:
    """Return what a drawing is made from."""
    return View(
        layout=layout(plan, post),
        scene=scene,
        board=board_of(plan, post),
        language=language,
        tell=translations(language).gettext,
        clock=partial(hour_text, zone=plan.timezone_of(post)),
    )


def svg(drawn: Drawing, language: Language = "en", *, linked: bool = True) -> str:
    """Return the drawing as the template draws it."""
    return pages.render("centre/schematic", language=language, drawn=drawn, linked=linked)


def sheet() -> str:
    """Return the console's style, as text."""
    static = files("gatepair.web.console").joinpath("static")
    return "".join(static.joinpath(name).read_text("utf-8") for name in ("console.css", "centre.css"))


def standing_page(drawn: Drawing, language: Language = "en", *, text: str = "") -> str:
    """Return a page with nothing but the drawing, or with the SVG ``text`` in its place."""
    return f"<!doctype html><meta charset='utf-8'><style>{sheet()}</style><body>{text or svg(drawn, language)}</body>"


def shipped(name: str, language: Language = "en", *, step: int = 5) -> tuple[Plan, Drawing]:
    """Return a shipped plan and the drawing of its first post with a scene that is always the same."""
    plan = plan_of(name)
    post = next(iter(plan.posts))
    scene = scene_of(plan, Gate(), spots_of(plan, post, step))
    return plan, drawing(view_of(plan, post, scene, language))
