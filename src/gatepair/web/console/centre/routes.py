"""The command centre's addresses: the gate as it stands, what is ordered about it, and the lanes of the link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from gatepair.base.errors import Malformed, NotFound, Refused
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import acts, entrance, pages
from gatepair.web.console.answers import ON_ERROR, acted, answered, opts, reader_of
from gatepair.web.console.catalogue import say
from gatepair.web.console.centre.situation import charts_of, drawn, limits_of, own_stops, situation_of
from gatepair.web.console.fields import built
from gatepair.web.console.menu import CENTRE
from gatepair.web.console.refusals import Refusal
from gatepair.web.console.steering.shown import PLACES, alarm_tiles

DRAWN_HERE: Final = frozenset({"TurnLane"})
"""Orders that have a page of their own and stand below the drawing too, since one looks at it while giving them."""
REASON_MIN: Final = 3
"""Least length of the reason for which a lane is stopped or goes on, as the interface asks."""


@get("/centre", opt=opts(CENTRE), exception_handlers=ON_ERROR, summary="The command centre, as a page")
async def show_centre(request: Request[Any, Any, Any]) -> Response[str]:
    """The gate drawn from its plan with every vehicle where it is, the figures, the link and the orders."""
    return answered(request, await _centre_page(request))


@post(
    "/centre/{act:str}",
    status_code=200,
    opt=opts(CENTRE),
    exception_handlers=ON_ERROR,
    summary="Order something about the gate, by a form",
)
async def act_on_gate(request: Request[Any, Any, Any], act: FromPath[str]) -> Response[Any]:
    """Done leads back to the command centre; refused shows the findings over the form as it was filled in."""
    services, actor = services_of(request), actor_of(request)
    given = await entrance.form_of(request)
    kind = next((one for one in acts.of_gate(actor.duty) if one.__name__ == act), None)
    if kind is None:
        raise NotFound("there is no such act for this duty")

    async def make() -> Struct:
        return built(kind, given, zone=ZoneInfo(services.post.layout()["posts"][0]["timezone"]))

    return await acted(
        request,
        given,
        make=make,
        page=lambda refused: _centre_page(request, kind=kind, given=given, refused=refused),
        leads_to=f"/centre?done={act}",
    )


@post(
    "/centre/lanes/{lane:str}/{act:str}",
    status_code=200,
    opt=opts(CENTRE),
    exception_handlers=ON_ERROR,
    summary="Stop a lane of the exchange, or let it go on as two persons, by a form",
)
async def act_on_lane(request: Request[Any, Any, Any], lane: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """The second person is never the first: the desk of the exchange sees to that."""
    services, actor = services_of(request), actor_of(request)
    given = await entrance.form_of(request)
    desk, reason = services.post.desk, given.get("reason", "").strip()
    if act != "confirm" and len(reason) < REASON_MIN:
        raise Malformed(say("say why, in three letters at least"), path="reason")
    try:
        match act:
            case "freeze":
                await services.runtime.submit(lambda: desk.freeze(lane, actor=actor, reason=reason))
            case "unfreeze":
                await services.runtime.submit(lambda: desk.ask_unfreeze(lane, actor=actor, reason=reason))
            case "confirm":
                asked_at_ms = int(given["asked_at_ms"]) if given.get("asked_at_ms", "").isdigit() else 0
                await services.runtime.submit(lambda: desk.confirm_unfreeze(lane, actor=actor, asked_at_ms=asked_at_ms))
            case _:
                raise NotFound("there is no such act")
    except Refused as error:
        refused = Refusal(findings=[one.to_wire() for one in error.findings])
        return answered(request, await _centre_page(request, refused=refused), status=error.http_status)
    return Redirect("/centre", status_code=303)


async def _centre_page(
    request: Request[Any, Any, Any],
    *,
    kind: type[Struct] | None = None,
    given: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
) -> str:
    actor = actor_of(request)
    reader = await reader_of(request)
    now = await situation_of(request)
    forms = {
        one.__name__: pages.form_of(one, reader, {}, secrets.token_hex(12), given=given if one is kind else None)
        for one in acts.of_gate(actor.duty)
    }
    return pages.page(
        "centre/page",
        reader,
        board=now.board,
        layout=reader.layout,
        drawn=drawn(reader, now.board, now.scene),
        linked=True,
        charts=charts_of(reader, now.flows),
        lanes=now.lanes,
        opened_lane=request.query_params.get("lane", ""),
        alarm_tiles=await alarm_tiles(request, reader),
        stops=own_stops(now.board),
        limits=limits_of(reader),
        forms=forms,
        given=given or {},
        orders=[one for name, one in forms.items() if name in DRAWN_HERE or name not in PLACES],
        acted=kind.__name__ if kind else request.query_params.get("act", ""),
        refused=refused,
        done=pages.titled_act(request.query_params.get("done", ""), reader.language),
    )


ROUTES: Final = (show_centre, act_on_gate, act_on_lane)
"""Every address of the command centre."""
