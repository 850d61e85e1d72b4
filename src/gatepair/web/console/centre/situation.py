"""What the command centre's pages show: the drawing, the flows, and the stops with the forms that end them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request

from gatepair.base.time import Instant, to_datetime
from gatepair.insight.charts import SMALL, Chart, over_hours
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.catalogue import say, translations
from gatepair.web.console.centre.drawing import View, drawing
from gatepair.web.console.centre.shapes import Drawing

FLOW_HOURS: Final = 12
"""Hours of the small charts: a working day of the gate."""
LIMITS: Final[Mapping[str, str]] = {
    "service": say("limit: our stations"),
    "yard": say("limit: our yard"),
    "partner_quota": say("limit: their quota"),
    "partner_backlog": say("limit: their room"),
    "partner_rate": say("limit: their pace"),
}
"""Which limit binds the calls (:func:`gatepair.operations.capacity.capacity`)."""
CAME: Final = say("came")
CLEARED: Final = say("cleared")


@dataclass(frozen=True, slots=True)
class Situation:
    """The gate as it stands, as plain values."""

    board: Mapping[str, Any]
    scene: Mapping[str, Any]
    lanes: Sequence[Mapping[str, Any]]
    """The lanes of the link."""
    flows: Mapping[str, Sequence[Mapping[str, Any]]]


async def situation_of(request: Request[Any, Any, Any]) -> Situation:
    """Read everything that a page of the command centre shows of the gate."""
    services = services_of(request)
    post = services.post
    board, scene, exchange, flows = await services.runtime.query(
        lambda: (post.board(), post.scene(), msgspec.to_builtins(post.desk.overview()), post.flows(FLOW_HOURS))
    )
    return Situation(board, scene, exchange["lanes"], flows)


def view_of(reader: pages.Reader, board: Mapping[str, Any], scene: Mapping[str, Any]) -> View:
    """Return what the drawing of the gate is made from, in the words of ``reader``."""
    zone = reader.layout["posts"][0]["timezone"]
    return View(
        layout=reader.layout,
        scene=scene,
        board=board,
        language=reader.language,
        tell=translations(reader.language).gettext,
        clock=lambda at_ms: hour_text(at_ms, zone),
    )


def drawn(reader: pages.Reader, board: Mapping[str, Any], scene: Mapping[str, Any]) -> Drawing:
    """Return the gate as ``reader`` sees it."""
    return drawing(view_of(reader, board, scene))


def drawn_then(reader: pages.Reader, scene: Mapping[str, Any]) -> Drawing:
    """Return the gate as it was in a scene of the past."""
    return drawn(reader, board_then(scene), scene)


def board_then(scene: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a scene of the past what a drawing reads of a board."""
    ways = {way: {**facts, "open": not facts["stops"]} for way, facts in scene["stops"].items()}
    return {"partner": None, "directions": ways}


def hour_text(at_ms: int, zone: str) -> str:
    """Return hour and minute of an instant on the clock of ``zone``."""
    return f"{to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone)):%H:%M}"


def charts_of(reader: pages.Reader, flows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Chart]:
    """Return for each direction a small chart of what came and what was cleared by the hour."""
    zone, gettext = reader.layout["posts"][0]["timezone"], translations(reader.language).gettext
    found = {}
    for way, hours in flows.items():
        labels = [hour_text(one["hour_ms"], zone)[:2] if number % 2 == 0 else "" for number, one in enumerate(hours)]
        named = ((gettext(CAME), "came"), (gettext(CLEARED), "cleared"))
        found[way] = over_hours(labels, lines=[(name, [one[key] for one in hours]) for name, key in named], frame=SMALL)
    return found


def own_stops(board: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the stops that this post may end, each with the id of the command that its button gives."""
    return [
        {"direction": way, "route": stop.get("route", ""), "command_id": secrets.token_hex(12)}
        for way, facts in board["directions"].items()
        for stop in facts["stops"]
        if not stop.get("by_partner")
    ]


def limits_of(reader: pages.Reader) -> dict[str, str]:
    """Return what each limit of the calls is called."""
    return {limit: translations(reader.language).gettext(text) for limit, text in LIMITS.items()}
