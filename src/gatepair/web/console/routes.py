"""The console's addresses: logging in, the work list, a crossing and the acts on it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from msgspec import Struct

from gatepair.base.errors import NotFound, NotPermitted, RateLimited, Unauthenticated
from gatepair.node.audit import PersonalDataRead
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.visibility import shown
from gatepair.plan.model import Role
from gatepair.web.auth import EVERYONE, KNOWN, Services, actor_of, address_of, services_of, session_of
from gatepair.web.console import acts, entrance, menu, pages
from gatepair.web.console.answers import HTML, ON_ERROR, acted, answered, opts, reader_of
from gatepair.web.console.fields import built, read_as
from gatepair.web.routes.events import Followers

WORK_MAX: Final = 200
"""Rows of a work list on one page: more than a shift can look at."""
CALM_S: Final = 1
"""Least time between two calls to renew a page: a busy gate changes many times a second, a reader reads once."""
_REFERENCE_LENGTH: Final = 21


# --- coming in -----------------------------------------------------------------------------


@get("/login", opt=opts(EVERYONE), exception_handlers=ON_ERROR, summary="Log in, as a page")
async def show_login(request: Request[Any, Any, Any]) -> Response[str]:
    """Works without script."""
    language = entrance.spoken(request)
    following = entrance.safe_next(request.query_params.get("next", ""))
    return answered(request, pages.render("login", language=language, following=following, refused=None, login=""))


@post("/login", status_code=200, opt=opts(EVERYONE), exception_handlers=ON_ERROR, summary="Log in, by a form")
async def log_in_by_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """The session goes into a cookie that no script can read; the address is held to the same rate as the interface."""
    services = services_of(request)
    entrance.check_origin(request)
    services.by_login.take(address_of(request))
    given = await request.form()
    login, password = str(given.get("login", ""))[:64], str(given.get("password", ""))[:200]
    following = entrance.safe_next(str(given.get("next", "")))
    accounts, now_ms = services.post.accounts, services.post.now()
    checks: asyncio.Semaphore = request.app.state["password_checks"]
    try:
        async with checks:
            account = await services.runtime.query(lambda: accounts.check_password(login, password, now_ms))
    except (Unauthenticated, RateLimited) as error:
        text = pages.render(
            "login", language=entrance.spoken(request), following=following, refused=error.code, login=login
        )
        return Response(text, status_code=error.http_status, media_type=HTML)
    token, _ = await services.runtime.submit(
        lambda: services.post.transact(lambda unit: accounts.open_session(unit, account, now_ms))
    )
    return Redirect(
        following or menu.home_of(account.duty), status_code=303, cookies=[entrance.session_cookie(request, token)]
    )


@post("/logout", status_code=200, opt=opts(KNOWN), exception_handlers=ON_ERROR, summary="Log out, by a form")
async def log_out_by_form(request: Request[Any, Any, Any]) -> Redirect:
    """The session opens nothing any more."""
    await entrance.form_of(request)
    services, token = services_of(request), session_of(request)
    accounts = services.post.accounts
    await services.runtime.submit(lambda: services.post.transact(lambda unit: accounts.close_session(unit, token)))
    # A browser that knows this header also drops what pages kept for bad signal, with or without script.
    return Redirect(
        "/login",
        status_code=303,
        cookies=[entrance.session_cookie(request, "")],
        headers={"Clear-Site-Data": '"storage"'},
    )


# --- the work list -------------------------------------------------------------------------


@get("/desk", opt=opts(menu.DESKS), exception_handlers=ON_ERROR, summary="The work list, as a page")
async def show_desk(request: Request[Any, Any, Any]) -> Response[str]:
    """What waits for the reader's duty, most urgent first; renews itself when something changes."""
    services, actor = services_of(request), actor_of(request)
    rows = await services.runtime.query(lambda: services.post.worklist(actor, WORK_MAX))
    seen = [shown(row, actor.duty)[0] for row in rows]
    return answered(request, pages.page("desk", await reader_of(request), rows=seen, tasks=acts.TASKS))


@get(
    "/desk/changes",
    opt=opts(menu.DESKS, "text/event-stream", streams=True),
    exception_handlers=ON_ERROR,
    summary="Says when a page is out of date (server-sent events)",
)
async def follow_changes(request: Request[Any, Any, Any]) -> Stream:
    """Tells that something changed, never what: the page asks for itself anew under its own permission.

    With ``crossing`` only what happened to that crossing counts, since looking at it may be recorded.
    """
    services, crossing = services_of(request), request.query_params.get("crossing", "")
    if crossing:
        # Whoever may not see the crossing learns nothing of its changes either.
        await services.runtime.query(lambda: services.post.crossing_view(crossing, actor_of(request)))
    followers: Followers = request.app.state["followers"]
    followers.enter()
    return Stream(
        _changes(services, followers, crossing),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _changes(services: Services, followers: Followers, crossing: str) -> AsyncIterator[bytes]:
    runtime, post = services.runtime, services.post

    def state() -> int:
        return post.version_of(crossing) if crossing else post.head_position()

    try:
        known = await runtime.query(state)
        yield b"event: here\ndata: %d\n\n" % post.now()
        while not runtime.ended:
            seen = runtime.changes
            await runtime.changed(seen, within_s=services.settings.follow_heartbeat_s)
            before, known = known, await runtime.query(state)
            if known != before:
                yield b"event: changed\ndata: %d\n\n" % post.now()
                await asyncio.sleep(CALM_S)
            elif runtime.changes == seen:
                yield b"event: here\ndata: %d\n\n" % post.now()
    finally:
        followers.leave()


# --- one crossing --------------------------------------------------------------------------


@get(
    "/desk/crossings/{crossing:str}",
    opt=opts(menu.DESKS),
    exception_handlers=ON_ERROR,
    summary="A crossing, as a page",
)
async def show_crossing(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[str]:
    """Everything that the reader's duty may see of it, and the acts that it may do."""
    return answered(request, await _crossing_page(request, crossing))


@post(
    "/desk/crossings/{crossing:str}/{act:str}",
    status_code=200,
    opt=opts(menu.DESKS),
    exception_handlers=ON_ERROR,
    summary="Act on a crossing, by a form",
)
async def act_on_crossing(
    request: Request[Any, Any, Any], crossing: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Done leads back to the crossing; refused shows the findings over the form as it was filled in."""
    services, actor = services_of(request), actor_of(request)
    given = await entrance.form_of(request)
    kind = acts.OF_CROSSING.get(act)
    if kind is None or len(crossing) != _REFERENCE_LENGTH or not crossing.isascii():
        raise NotFound("there is no such act")
    if actor.duty not in COMMAND_DUTIES[kind]:
        raise NotPermitted(f"the duty {actor.duty.value} may not give this command", duty=actor.duty.value)

    async def make() -> Struct:
        view = await services.runtime.query(lambda: services.post.crossing_view(crossing, actor))
        return _command(kind, given, crossing=crossing, view=view, layout=services.post.layout())

    return await acted(
        request,
        given,
        make=make,
        page=lambda refused: _crossing_page(request, crossing, kind=kind, given=given, refused=refused),
        leads_to=f"/desk/crossings/{crossing}?done={act}",
    )


def _command(
    kind: type[Struct], given: Mapping[str, str], *, crossing: str, view: Mapping[str, Any], layout: Mapping[str, Any]
) -> Struct:
    """Return the command that a form filled in."""
    zone = ZoneInfo(layout["posts"][0]["timezone"])
    if kind is acts.CORRECTION:
        standing = dict(pages.leaves_of(view["declaration"])).get(given.get("path", ""))
        return built(kind, given, zone=zone, crossing=crossing, value=read_as(given.get("value", ""), standing))
    return built(kind, given, zone=zone, crossing=crossing)


async def _crossing_page(
    request: Request[Any, Any, Any],
    crossing: str,
    *,
    kind: type[Struct] | None = None,
    given: Mapping[str, str] | None = None,
    refused: Mapping[str, Any] | None = None,
) -> str:
    services, actor = services_of(request), actor_of(request)
    if len(crossing) != _REFERENCE_LENGTH or not crossing.isascii():
        raise NotFound("there is no such crossing", crossing=crossing[:_REFERENCE_LENGTH])
    whole = await services.runtime.query(lambda: services.post.crossing_view(crossing, actor))
    view, named, masked = shown(whole, actor.duty)
    if named:
        event = PersonalDataRead(at_ms=services.post.now(), crossing=crossing, duty=actor.duty, fields=named)
        await services.runtime.submit(lambda: services.post.note(event, actor=actor.id))
    rows = await services.runtime.query(lambda: services.post.worklist(actor, WORK_MAX))
    tasks = [row["task"] for row in rows if row["crossing"] == crossing]
    reader = await reader_of(request)
    following, further = acts.offered(actor.duty, Role(view["role"]), tasks)
    forms = {
        group: [_form(one, reader, view, given=given if one is kind else None) for one in kinds]
        for group, kinds in (("next", following), ("further", further))
    }
    return pages.page(
        "crossing",
        reader,
        view=view,
        masked=masked,
        tasks=[acts.TASKS[task] for task in tasks],
        forms=forms,
        acted=kind.__name__ if kind else "",
        refused=refused,
        done=pages.titled_act(request.query_params.get("done", ""), reader.language),
        goods=pages.leaves_of(view["declaration"].get("goods", [])),
        correction=secrets.token_hex(12) if acts.may_correct(actor.duty) else "",
        given=given or {},
    )


def _form(
    kind: type[Struct], reader: pages.Reader, view: Mapping[str, Any], *, given: Mapping[str, str] | None
) -> pages.Form:
    return pages.form_of(kind, reader, view, secrets.token_hex(12), given=given)


ROUTES: Final = (
    show_login,
    log_in_by_form,
    log_out_by_form,
    show_desk,
    follow_changes,
    show_crossing,
    act_on_crossing,
)
"""Every address of the console."""
