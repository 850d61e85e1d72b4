"""Who calls, and whether this route is for them: the one guard of every route.

Each handler declares ``opt={"permits": frozenset({Duty...})}``; ``tests/meta/test_routes.py`` fails
when one does not.  A credential that is given must be valid even on a public route, so that a
caller with a mistyped key learns of it.

A page (``"page"`` in its options) also takes the session from the browser's cookie; one that has
expired counts as none, and the caller is led to the log-in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.errors import EnvelopeRejected, MethodNotAllowed, NotFound, NotPermitted, Unauthenticated
from gatepair.exchange import asking
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.ports import MessageSender
from gatepair.node.requests import Actor
from gatepair.web.limits import Buckets, TextLimits
from gatepair.web.ports import PostPort, Runtime
from gatepair.web.settings import WebSettings

EVERYONE: Final = frozenset(Duty) - {Duty.NODE}
"""With or without credential."""
KNOWN: Final = EVERYONE - {Duty.PUBLIC, Duty.PARTNER}
"""Whoever has an account or key of this post."""
COMMANDERS: Final = frozenset().union(*COMMAND_DUTIES.values()) - {Duty.NODE, Duty.PARTNER}
"""Whoever may give at least one command from outside; the partner speaks through the exchange only."""
FOLLOWERS: Final = frozenset(AGENCIES) | {Duty.YARD, Duty.COMMAND_CENTRE, Duty.AUDITOR}
"""Who follows the ledger."""
OVERSEERS: Final = frozenset({Duty.COMMAND_CENTRE, Duty.AUDITOR})
"""Who looks at the node itself."""
TOKEN_LENGTH_MAX: Final = 200
"""Longer tokens cannot be ours and are not hashed."""
COOKIE: Final = "gatepair_session"
"""The browser's session; never readable to a script, never sent from another site."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers reach through the application's state."""

    post: PostPort
    runtime: Runtime
    settings: WebSettings
    by_principal: Buckets
    by_address: Buckets
    by_login: Buckets
    texts: TextLimits
    sender: MessageSender | None

    @classmethod
    def of(
        cls, post: PostPort, *, runtime: Runtime, settings: WebSettings, sender: MessageSender | None = None
    ) -> Services:
        """Return the services with fresh rate limits."""
        size = settings.buckets_max
        return cls(
            post,
            runtime,
            settings,
            Buckets(per_min=settings.principal_per_s * 60, burst=settings.principal_burst, size_max=size),
            Buckets(per_min=settings.address_per_s * 60, burst=settings.address_burst, size_max=size),
            Buckets(per_min=settings.login_per_min, burst=settings.login_per_min, size_max=size),
            TextLimits.of(settings),
            sender,
        )


def services_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Services:
    """Return the services of the application that answers ``connection``."""
    found: Services = connection.app.state["services"]
    return found


def actor_of(request: Request[Any, Any, Any]) -> Actor:
    """Return who calls; the guard has put it there."""
    actor: Actor = request.scope["state"]["actor"]
    return actor


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the caller's address; behind the trusted proxy, the last one it forwarded."""
    client = connection.scope.get("client")
    address = client[0] if client else "local"
    proxy = services_of(connection).settings.trusted_proxy
    if proxy and address == proxy:
        forwarded = connection.headers.get("x-forwarded-for", "")
        return forwarded.rpartition(",")[2].strip() or address
    return address


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Find out who calls, hold the rate, and refuse who is not permitted.

    Raises:
        Unauthenticated: the credential is not valid, or there is none where one is needed.
        RateLimited: too many calls.
        NotPermitted: the duty may not call this route.
        NotFound: a drill's route on a post that runs on its own clock.
        MethodNotAllowed: a handler that does not say whom it permits.
    """
    if "permits" not in handler.opt:
        # The framework answers OPTIONS by itself; whatever does not say whom it permits is closed.
        raise MethodNotAllowed("this address does not know this method")
    services = services_of(connection)
    actor = _partner(connection, services, handler.opt.get("asked"))
    if actor is None:
        actor = _identified(connection, services, signed="signed" in handler.opt, page="page" in handler.opt)
    permits: frozenset[Duty] = handler.opt["permits"]
    if actor.duty not in permits:
        if actor.duty is Duty.PUBLIC:
            raise Unauthenticated("this address needs a credential")
        raise NotPermitted(f"the duty {actor.duty.value} may not call this address", duty=actor.duty.value)
    if handler.opt.get("drill"):
        if not services.runtime.stepped:
            raise NotFound("there is nothing at this address")
        if not actor.drill:
            raise NotPermitted("this address is for drills only")
    connection.scope["state"]["actor"] = actor


def _partner(
    connection: ASGIConnection[Any, Any, Any, Any], services: Services, check: Callable[[str, str, str], Actor] | None
) -> Actor | None:
    """Return the partner when it asks by signature for a route that takes that (``asked`` in its options)."""
    header = connection.headers.get(asking.HEADER)
    if header is None or check is None:
        return None
    scope: Mapping[str, Any] = connection.scope
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].partition(b"?")[0].decode("latin-1") + (f"?{query}" if query else "")
    try:
        actor = check(header, scope["method"], path)
    except EnvelopeRejected as error:
        services.by_address.take(address_of(connection))
        raise Unauthenticated(error.message) from error
    if not services.runtime.stepped:
        services.by_principal.take(actor.id)
    return actor


def session_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the session that the browser holds; empty when it holds none."""
    token = connection.cookies.get(COOKIE, "")
    return token if token.startswith("gps_") and len(token) <= TOKEN_LENGTH_MAX else ""


def _at_page(connection: ASGIConnection[Any, Any, Any, Any], services: Services) -> Actor | None:
    """Return whose session the browser holds, None when there is none that still holds."""
    token = session_of(connection)
    if not token:
        return None
    try:
        return services.post.accounts.actor_of(token, services.post.now())
    except Unauthenticated:
        return None


def _identified(
    connection: ASGIConnection[Any, Any, Any, Any], services: Services, *, signed: bool, page: bool
) -> Actor:
    """Return who calls; a ``signed`` route proves its sender by the body and holds the rate of strangers itself."""
    # A post on a stepped clock is a drill: its world calls as fast as it can.
    held = not services.runtime.stepped
    header = connection.headers.get("authorization")
    if header is None:
        person = _at_page(connection, services) if page else None
        if person is not None:
            if held and not person.drill:
                services.by_principal.take(person.id)
            return person
        if held and not signed:
            services.by_address.take(address_of(connection))
        return Actor("public", Duty.PUBLIC, services.post.key)
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or len(token) > TOKEN_LENGTH_MAX:
        token = ""
    try:
        actor = services.post.accounts.actor_of(token, services.post.now())
    except Unauthenticated:
        # Guessing tokens costs the address its allowance.
        services.by_address.take(address_of(connection))
        raise
    if held and not actor.drill:
        services.by_principal.take(actor.id)
    return actor


def relayed(request: Request[Any, Any, Any], token: str) -> Actor:
    """Return who gives a command that a terminal passes on; held to the same rate as a call of its own.

    Raises:
        Unauthenticated: the credential is not valid; guessing costs the address its allowance.
        RateLimited: too many calls.
    """
    services = services_of(request)
    try:
        actor = services.post.accounts.actor_of(token, services.post.now())
    except Unauthenticated:
        services.by_address.take(address_of(request))
        raise
    if not services.runtime.stepped and not actor.drill:
        services.by_principal.take(actor.id)
    return actor


def permits(*duties: Duty) -> Mapping[str, Any]:
    """Return the ``opt`` of a handler that is for ``duties``."""
    return {"permits": frozenset(duties)}


__all__ = [
    "COMMANDERS",
    "COOKIE",
    "EVERYONE",
    "FOLLOWERS",
    "KNOWN",
    "OVERSEERS",
    "Services",
    "actor_of",
    "address_of",
    "guard",
    "permits",
    "relayed",
    "services_of",
    "session_of",
]
