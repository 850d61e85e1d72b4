"""The console's addresses of coming in and going out."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.response import Redirect

from gatepair.base.errors import RateLimited, Unauthenticated
from gatepair.web.auth import EVERYONE, KNOWN, address_of, services_of, session_of
from gatepair.web.console import entrance, menu, pages
from gatepair.web.console.answers import HTML, ON_ERROR, answered, opts

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


ROUTES: Final = (
    show_login,
    log_in_by_form,
    log_out_by_form,
)
"""Addresses of the log-in."""
