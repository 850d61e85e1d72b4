"""The driver's phone: ``/drive`` with his instruction, what he may do about it, and what the phone keeps for bad signal."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from msgspec import Struct

from gatepair.base.errors import Malformed, NotFound, NotPermitted
from gatepair.base.time import HOUR_MS
from gatepair.crossing import commands as cmd
from gatepair.node import requests as node
from gatepair.node.driving import add_ride
from gatepair.node.requests import Actor
from gatepair.web.auth import EVERYONE, actor_of, services_of, session_of
from gatepair.web.bodies import COMMAND_ID
from gatepair.web.console import assets, entrance, pages
from gatepair.web.console.answers import ON_ERROR, acted, answered, opts, reader_of
from gatepair.web.console.catalogue import clock_text, translator
from gatepair.web.console.drive import words
from gatepair.web.console.following import changes, session_holds
from gatepair.web.console.menu import DRIVE
from gatepair.web.console.refusals import Refusal
from gatepair.web.errors import JSON
from gatepair.web.page import code_of
from gatepair.web.reading import is_reference
from gatepair.web.routes.events import Followers
from gatepair.web.routes.public import public_base

CALM_S: Final = 5
"""Least time between two looks for a driver: a signal of one bar carries no more."""
NEAR_MS: Final = 12 * HOUR_MS
"""Within it a clock without a date cannot be misread."""
ACTS: Final[Mapping[str, type[Struct]]] = {
    one.__name__: one for one in (cmd.AcknowledgeInstruction, cmd.TakePlace, cmd.BookSlot)
}
"""What a driver may do from his phone."""
TOKEN: Final = re.compile(r"P[A-Z2-7]{24}")
_PASTED_MAX: Final = 400
_SHELL: Final = ("drive.css", "drive.js", "drive.webmanifest", "icon.svg")


# --- what is shown ------------------------------------------------------------------------


@get("/drive", opt=opts(DRIVE), exception_handlers=ON_ERROR, summary="The driver's phone, as a page")
async def show_drive(request: Request[Any, Any, Any]) -> Response[str]:
    """His vehicles, each with the one thing that he is to do; works without script and, once seen, without signal."""
    return answered(request, await _page(request))


@get(
    "/drive/orders", opt=opts(DRIVE), exception_handlers=ON_ERROR, summary="What a driver is to do, as a part of a page"
)
async def show_orders(request: Request[Any, Any, Any]) -> Response[str]:
    """The part of the page that changes, so that a renewal costs little."""
    return answered(request, await _page(request, template="drive/orders"))


async def _page(
    request: Request[Any, Any, Any],
    *,
    template: str = "drive/page",
    refused: Refusal | None = None,
    said: str = words.NOT_NOW,
    given: Mapping[str, str] | None = None,
) -> str:
    services, actor = services_of(request), actor_of(request)
    view = await services.runtime.query(lambda: services.post.driver_view(actor))
    base = public_base(request)
    slips = {
        one["crossing"]: code_of(f"{base}/board?token={one['token']}")
        for one in view["vehicles"]
        if one["token"] and template == "drive/page"
    }
    reader = await reader_of(request)
    return pages.page(
        template,
        reader,
        view=view,
        both=lambda at_ms: _clocks(reader, at_ms, now_ms=view["at_ms"]),
        slips=slips,
        words=words,
        refused=_in_his_words(refused, said, request),
        given=given or {},
        command_of=lambda one: _command_id(actor, one["crossing"], one["instruction"], one["basis"]),
        fresh=lambda: secrets.token_hex(12),
        token=request.query_params.get("token", "")[:_PASTED_MAX],
    )


def _clocks(reader: pages.Reader, at_ms: int, *, now_ms: int) -> list[str]:
    """Return an instant on the clocks of both posts, ours first; without its day when it is near."""
    form = "HH:mm" if abs(at_ms - now_ms) < NEAR_MS else "short"
    zones = [one["timezone"] for one in reader.layout["posts"]]
    return list(dict.fromkeys(clock_text(at_ms, zone, reader.language, form=form) for zone in zones))


def _command_id(actor: Actor, crossing: str, instruction: str, basis: str) -> str:
    """Return the one id under which this driver acknowledges this instruction: from however many tabs, it acts once."""
    said = f"{actor.id} {crossing} {instruction} {basis}"
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _in_his_words(refused: Refusal | None, said: str, request: Request[Any, Any, Any]) -> list[str]:
    """Return why something was refused, as short as a driver needs it; ``said`` where no finding says it."""
    if refused is None:
        return []
    language = entrance.spoken(request)
    gettext = translator(language)
    found = [
        gettext(words.REFUSALS[one["code"]]) if one["code"] in words.REFUSALS else str(one["text"][language])
        for one in refused.findings
    ]
    return found or [gettext(said)]


@get(
    "/drive/changes",
    opt=opts(DRIVE, "text/event-stream", streams=True),
    exception_handlers=ON_ERROR,
    summary="Says when a driver's page is out of date (server-sent events)",
)
async def follow_own(request: Request[Any, Any, Any]) -> Stream:
    """Tells only of his own vehicles, and that something changed, never what; ends when the session ends."""
    services, actor = services_of(request), actor_of(request)
    phones: Followers = request.app.state["phones"]
    session = session_of(request)
    return Stream(
        changes(
            services,
            phones.enter(actor.id),
            lambda: services.post.driver_marks(actor),
            calm_s=CALM_S,
            holds=lambda: session_holds(services, session),
        ),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


# --- what he does -------------------------------------------------------------------------


@post(
    "/drive/crossings/{crossing:str}/{act:str}",
    status_code=200,
    opt=opts(DRIVE),
    exception_handlers=ON_ERROR,
    summary="A driver acknowledges, takes a place or books a time, by a form",
)
async def act_as_driver(request: Request[Any, Any, Any], crossing: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """A form leads back to the phone's page; the page's script asks for JSON and gets the answer alone."""
    given = await entrance.form_of(request)
    kind = ACTS.get(act)
    if kind is None or not is_reference(crossing):
        raise NotFound("there is no such act")
    if request.headers.get("accept", "") == JSON:
        return await _alone(request, kind, given, crossing=crossing)

    async def make() -> Struct:
        return _command(kind, given, crossing=crossing)

    return await acted(
        request,
        given,
        make=make,
        page=lambda refused: _page(request, refused=refused, given=given),
        leads_to="/drive",
    )


async def _alone(
    request: Request[Any, Any, Any], kind: type[Struct], given: dict[str, str], *, crossing: str
) -> Response[bytes]:
    """Give the command and answer what became of it: ``done``, or ``refused`` with why in the driver's language."""
    services, actor = services_of(request), actor_of(request)
    command_id = given.pop("command_id", "")
    if COMMAND_ID.fullmatch(command_id) is None:
        raise NotPermitted("this form was not made by this post; load the page again")
    asked = node.Request(command_id, _command(kind, given, crossing=crossing), actor)
    (answer,) = await services.runtime.execute([asked])
    why = _in_his_words(Refusal(findings=answer.findings), words.NOT_NOW, request)
    done = answer.status == "done" or any(one["code"] == "crossing.nothing_changed" for one in answer.findings)
    body = {"status": "done" if done else "refused", "why": [] if done else why}
    return Response(msgspec.json.encode(body), media_type=JSON)


def _command(kind: type[Struct], given: Mapping[str, str], *, crossing: str) -> Struct:
    """Return the command that a form of the phone filled in.

    Raises:
        Malformed: it was filled in by something else.
    """
    fields: dict[str, Any] = {"type": kind.__name__, "crossing": crossing}
    if kind is cmd.AcknowledgeInstruction:
        fields |= {name: given.get(name, "") for name in ("instruction", "basis")}
    elif kind is cmd.BookSlot:
        start, _, until = given.get("window", "").partition("-")
        fields |= {"start_ms": start, "until_ms": until}
    try:
        return msgspec.convert(fields, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise Malformed("this cannot be read; load the page again") from error


@post(
    "/drive/vehicles",
    status_code=200,
    opt=opts(DRIVE),
    exception_handlers=ON_ERROR,
    summary="A driver puts a vehicle on his phone by the token of its place, by a form",
)
async def add_vehicle(request: Request[Any, Any, Any]) -> Response[Any]:
    """Whoever holds the slip drives the vehicle; the address in its code may be pasted whole."""
    services, actor = services_of(request), actor_of(request)
    given = await entrance.form_of(request)
    found = TOKEN.search(given.get("token", "")[:_PASTED_MAX].upper())
    token = found.group() if found else ""
    try:
        await services.runtime.submit(lambda: services.post.transact(lambda unit: add_ride(unit, actor, token)))
    except NotFound:
        text = await _page(request, refused=Refusal(), said=words.NO_SUCH_PLACE, given=given)
        return answered(request, text, status=422)
    return Redirect("/drive", status_code=303)


# --- what the phone keeps -----------------------------------------------------------------


@cache
def _worker() -> bytes:
    """Return the service worker, with a version that changes whenever something of the shell does."""
    text = files("gatepair.web.console").joinpath("static", "drive-worker.js").read_text("utf-8")
    shell = " ".join(assets.address(name) for name in _SHELL)
    version = hashlib.sha256((text + shell).encode()).hexdigest()[:12]
    return text.replace("{version}", version).replace("{shell}", shell).encode()


@get(
    "/drive/worker.js",
    opt={"permits": EVERYONE, "returns": "text/javascript"},
    summary="The service worker of the driver's phone",
)
async def read_worker() -> Response[bytes]:
    """Keeps the shell and the last instruction for when there is no signal; for ``/drive`` and nothing else."""
    headers = {"Service-Worker-Allowed": "/drive"}
    return Response(_worker(), media_type="text/javascript; charset=utf-8", headers=headers)


ROUTES: Final = (show_drive, show_orders, follow_own, act_as_driver, add_vehicle, read_worker)
"""Every address of the driver's phone."""
