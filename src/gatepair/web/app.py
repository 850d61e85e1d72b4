"""The application: routes, guard, error envelope, and the shell of headers and limits around them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from litestar import Litestar
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gatepair.base.errors import Overloaded
from gatepair.node.ports import MessageSender
from gatepair.web.auth import Services, guard
from gatepair.web.console import areas
from gatepair.web.errors import JSON, encode, envelope, respond
from gatepair.web.page import STYLE_SOURCE
from gatepair.web.ports import PostPort, Runtime
from gatepair.web.routes import (
    agreements,
    channel,
    commands,
    crossings,
    drill,
    events,
    exchange,
    keys,
    public,
    service,
    sessions,
)
from gatepair.web.settings import WebSettings

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *commands.ROUTES,
    *events.ROUTES,
    *exchange.ROUTES,
    *crossings.ROUTES,
    *channel.ROUTES,
    *public.ROUTES,
    *sessions.ROUTES,
    *service.ROUTES,
    *keys.ROUTES,
    *agreements.ROUTES,
    *drill.ROUTES,
    *areas.ROUTES,
)
"""Every route but the partner's."""

_INSIDE: Final = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_POLICY: Final = f"default-src 'none'; style-src {STYLE_SOURCE}; img-src data:; {_INSIDE}".encode()
_CONSOLE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    f"font-src 'self'; manifest-src 'self'; worker-src 'self'; {_INSIDE}"
).encode()
"""The console alone runs scripts: those of its own address, none inline."""
_CONSOLE: Final = tuple(
    sorted({f"/{path.split('/')[1]}" for one in areas.ROUTES if "page" in one.opt for path in one.paths})
)
_PUBLIC_POLICY: Final = (
    f"default-src 'none'; style-src {STYLE_SOURCE}; script-src 'self'; connect-src 'self'; "
    f"img-src 'self' data:; {_INSIDE}"
).encode()
"""The public pages have their sheet in them, and run scripts of their own address; the board works without."""
_PUBLIC: Final = frozenset(path for one in public.PAGES for path in one.paths)
_OPEN: Final = frozenset(path for one in public.OPEN_DATA for path in one.paths)
"""What pages of any site may read."""
_RESOURCE_POLICY: Final = (b"cross-origin-resource-policy", b"same-origin")
_HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    _RESOURCE_POLICY,
    (b"cache-control", b"no-store"),
)
_STREAMS: Final = (
    "/v1/events/stream",
    "/desk/changes",
    "/drive/changes",
    ".jsonl",
    "/v1/exchange/export",
    "/v1/exchange/import",
    "/audit/search.csv",
    "/audit/reads.csv",
)
"""Paths whose answers may go on for longer than a request may take."""
_STRICT_TRANSPORT: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Gateway:
    """The shell around the framework: request ids, security headers, the time limit.

    It is here and not a middleware because a middleware does not see what the router refuses
    (404, 405), and because it costs less.
    """

    def __init__(self, inside: ASGIApp, *, settings: WebSettings, prefix: str) -> None:
        """Stand before ``inside``; requests are numbered after ``prefix``, which tells two runs apart."""
        self._inside = inside
        self._timeout_s = settings.request_timeout_s
        shared = (*_HEADERS, _STRICT_TRANSPORT) if settings.https else _HEADERS
        self._headers = ((b"content-security-policy", _POLICY), *shared)
        self._console = ((b"content-security-policy", _CONSOLE_POLICY), *shared)
        self._public = ((b"content-security-policy", _PUBLIC_POLICY), *shared)
        own = [row for row in self._headers if row[0] != _RESOURCE_POLICY[0]]
        self._open = (*own, (_RESOURCE_POLICY[0], b"cross-origin"), (b"access-control-allow-origin", b"*"))
        self._prefix = prefix
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._inside(scope, receive, send)
            return
        request_id = f"{self._prefix}{next(self._numbers)}"
        scope["state"]["request_id"] = request_id
        path = scope["path"]
        shell = _Shell(send, request_id=request_id, headers=self._headers_of(path))
        if path.endswith(_STREAMS):
            await self._inside(scope, receive, shell)
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._inside(scope, receive, shell)
        except TimeoutError:
            if not shell.started:
                await shell.refuse(Overloaded("no answer came in time; send the same command id again"))

    def _headers_of(self, path: str) -> tuple[tuple[bytes, bytes], ...]:
        if path in _PUBLIC:
            return self._public
        if path in _OPEN:
            return self._open
        return self._console if path.startswith(_CONSOLE) else self._headers


class _Shell:
    """Adds the headers to an answer on its way out."""

    __slots__ = ("_extra", "_request_id", "_send", "started")

    def __init__(self, send: Send, *, request_id: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self._send = send
        self._request_id = request_id
        self.started = False
        self._extra = headers

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = cast("MutableMapping[str, Any]", message)
            given = message["headers"]
            # What says itself how long it may be kept is not told otherwise.
            told = any(name.lower() == b"cache-control" for name, _ in given)
            extra = [row for row in self._extra if row[0] != b"cache-control"] if told else self._extra
            headers["headers"] = [*given, *extra, (b"x-request-id", self._request_id.encode())]
        await self._send(message)

    async def refuse(self, error: Overloaded) -> None:
        """Answer with ``error`` in place of the application."""
        status, body = envelope(error, self._request_id)
        start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", JSON.encode())]}
        await self(cast("Message", start))
        await self(cast("Message", {"type": "http.response.body", "body": encode(body), "more_body": False}))


def create_app(
    post: PostPort,
    *,
    runtime: Runtime,
    settings: WebSettings | None = None,
    sender: MessageSender | None = None,
    partner_routes: Sequence[HTTPRouteHandler] = (),
    more_routes: Sequence[HTTPRouteHandler] = (),
) -> Litestar:
    """Return the application that answers for ``post``; it starts and stops ``runtime``.

    ``sender`` sends text messages; without one the public page offers none.  ``partner_routes`` are the exchange's, absent on a post that runs alone; ``more_routes`` need something of
    the composition root.
    """
    limits = settings or WebSettings()
    handlers = (*ROUTES, *partner_routes, *more_routes)

    @asynccontextmanager
    async def life(_app: Litestar) -> AsyncIterator[None]:
        await runtime.start()
        try:
            yield
        finally:
            await runtime.stop()

    app = Litestar(
        route_handlers=list(handlers),
        guards=[guard],
        exception_handlers={Exception: respond},
        request_max_body_size=limits.body_bytes_max,
        openapi_config=None,
        logging_config=None,
        lifespan=[life],
        state=State(
            {
                "services": Services.of(post, runtime=runtime, settings=limits, sender=sender),
                "followers": events.Followers(limits.followers_max, per_person=limits.followers_per_person),
                "phones": events.Followers(limits.phones_max, per_person=limits.followers_per_person),
                "password_checks": asyncio.Semaphore(limits.password_checks_max),
                "handlers": handlers,
            }
        ),
    )
    app.asgi_handler = Gateway(app.asgi_handler, settings=limits, prefix=f"{secrets.token_hex(4)}-")
    return app
