"""Sessions: how a person logs in and out."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec
from litestar import Request, Response, delete, post
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.web.auth import EVERYONE, KNOWN, address_of, services_of
from gatepair.web.bodies import LOGIN_DECODER, LoginIn, decode
from gatepair.web.errors import JSON


class LoggedIn(Struct, frozen=True):
    """A session: send ``token`` as bearer until ``expires_at_ms``."""

    token: str
    login: str
    duty: Duty
    post: str
    expires_at_ms: int


@post(
    "/v1/session",
    status_code=200,
    opt={"permits": EVERYONE, "body": LoginIn, "returns": LoggedIn},
    summary="Log in with a password",
)
async def log_in(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Wrong passwords lock the login for a while; the answer does not tell whether the login exists."""
    services = services_of(request)
    services.by_login.take(address_of(request))
    asked = decode(LOGIN_DECODER, await request.body())
    accounts, now_ms = services.post.accounts, services.post.now()
    checks: asyncio.Semaphore = request.app.state["password_checks"]
    async with checks:
        account = await services.runtime.query(lambda: accounts.check_password(asked.login, asked.password, now_ms))
    token, session = await services.runtime.submit(
        lambda: services.post.transact(lambda unit: accounts.open_session(unit, account, now_ms))
    )
    body = LoggedIn(token, account.login, account.duty, account.post, session.expires_at_ms)
    return Response(msgspec.json.encode(body), media_type=JSON)


@delete(
    "/v1/session",
    status_code=204,
    opt={"permits": KNOWN, "returns": None},
    summary="Log out",
)
async def log_out(request: Request[Any, Any, Any]) -> None:
    """The token of this call opens nothing any more; a key is not touched."""
    services = services_of(request)
    token = request.headers.get("authorization", "").partition(" ")[2]
    if token.startswith("gps_"):
        accounts = services.post.accounts
        await services.runtime.submit(lambda: services.post.transact(lambda unit: accounts.close_session(unit, token)))


ROUTES: Final = (log_in, log_out)
