"""Every route says who may call it, answers in the one way, and is on the page of routes."""

from __future__ import annotations

import inspect

import pytest
from litestar.handlers import HTTPRouteHandler, get

from gatepair.base.duties import Duty
from gatepair.web.app import ROUTES, create_app
from gatepair.web.auth import guard
from gatepair.web.console.areas import supplied_routes
from gatepair.web.courier_routes import courier_routes
from gatepair.web.exchange_routes import NO_ATTACHMENTS, partner_routes
from gatepair.web.routes.assessments import assessment_routes
from gatepair.web.routes.attachments import attachment_routes
from gatepair.web.routes.declarations import declaration_routes
from gatepair.web.runtime import WriterRuntime
from meta.pages import headings
from meta.tidy import ROOT
from web.stand_in import StandInPost

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *ROUTES,
    *partner_routes(None),
    *courier_routes(None),
    *attachment_routes(NO_ATTACHMENTS),
    *assessment_routes(None, None),
    *declaration_routes(None),
    *supplied_routes(NO_ATTACHMENTS, None, None),
)
NAMED = {handler.handler_name.rpartition(".")[2]: handler for handler in HANDLERS}
UNTOLD = {"signed", "page", "asked", "streams", "drill", "permits", "body", "returns", "headers", "leads_to"}


def faults(handler: HTTPRouteHandler) -> list[str]:
    """Return what is missing in the declaration of ``handler``."""
    found = []
    permits = handler.opt.get("permits")
    if not isinstance(permits, frozenset) or not permits:
        found.append("it does not say who may call it: opt={'permits': frozenset({Duty...})}")
    elif unknown := [duty for duty in permits if not isinstance(duty, Duty)]:
        found.append(f"it permits what is no duty: {unknown}")
    elif Duty.NODE in permits:
        found.append("it permits the post's own clockwork, which never calls over HTTP")
    if "returns" not in handler.opt:
        found.append("it does not say what it returns")
    if not handler.summary:
        found.append("it has no summary")
    if unknown_options := set(handler.opt) - UNTOLD:
        found.append(f"it has options that nobody reads: {sorted(unknown_options)}")
    if handler.guards:
        found.append("it has a guard of its own; the one guard of the application decides")
    return found


@pytest.mark.parametrize("name", NAMED)
def test_a_route_declares_itself(name: str) -> None:
    """Each handler declares its duties, its answer and its summary."""
    assert [] == faults(NAMED[name])


def test_a_route_without_permission_is_found() -> None:
    """The check sees a handler that forgot to say who may call it, and one that permits an unknown duty."""

    @get("/open")
    async def forgot() -> None:
        """Say nothing."""

    @get("/odd", summary="Odd", opt={"permits": frozenset({"king"}), "returns": None})
    async def odd() -> None:
        """Permit a king."""

    assert any("who may call" in fault for fault in faults(forgot))
    assert any("no duty" in fault for fault in faults(odd))


def test_every_route_of_the_application_is_known() -> None:
    """Nothing is served but the handlers that the tests walk, and each stands behind the one guard."""
    post = StandInPost()
    app = create_app(
        post,
        runtime=WriterRuntime(post, clock=post.clock),
        partner_routes=(*partner_routes(post), *courier_routes(post)),
        more_routes=(
            *attachment_routes(NO_ATTACHMENTS),
            *assessment_routes(None, None),
            *declaration_routes(None),
            *supplied_routes(NO_ATTACHMENTS, None, None),
        ),
    )
    served = [handler for route in app.routes for handler in getattr(route, "route_handlers", [])]
    known = {inspect.unwrap(handler.fn).__qualname__ for handler in HANDLERS}
    mine = [handler for handler in served if set(handler.http_methods) != {"OPTIONS"}]
    assert set() == {inspect.unwrap(handler.fn).__qualname__ for handler in mine} - known
    assert len(HANDLERS) <= len(mine)
    assert [] == [str(handler) for handler in mine if guard not in handler.resolve_guards()]


def test_every_route_is_documented() -> None:
    """The page of routes has one heading for each path and method."""
    page = set(headings(ROOT / "docs" / "reference" / "routes.md", level=2))
    spoken = {
        f"{method} " + "/".join(part.partition(":")[0] + "}" if ":" in part else part for part in path.split("/"))
        for handler in HANDLERS
        for path in handler.paths
        for method in handler.http_methods
    }
    assert spoken == page
