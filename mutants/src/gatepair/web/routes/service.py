"""The node itself: its state, its checkpoint, its study of a day, its description."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.web.auth import EVERYONE, FOLLOWERS, OVERSEERS, services_of
from gatepair.web.errors import JSON, encode
from gatepair.web.openapi import describe
from gatepair.web.routes.events import Limit

Day = Annotated[str, QueryParameter(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)", description="local day of the post")]
Before = Annotated[
    int, QueryParameter(ge=0, le=9_007_199_254_740_991, description="position to go back from; 0 for the latest")
]
PLAIN: Final = "text/plain; charset=utf-8"


class Recovery(Struct, frozen=True):
    """Since when what a restore lost is given again, and the last position that the backup held."""

    since_ms: int
    position: int
    lost_from_ms: int


class Health(Struct, frozen=True, omit_defaults=True):
    """The post accepts commands; ``recovery`` is there while it asks for what a restore lost.

    ``copies``, when the country gets any, says how far they are.
    """

    status: str
    post: str
    position: int
    """Last position of the ledger: a terminal that was told a larger one talks to a restored post."""
    recovery: Recovery | None = None
    copies: Mapping[str, Any] | None = None


@get("/health", opt={"permits": EVERYONE, "returns": Health}, summary="200 when the post accepts commands")
async def health(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Asks the writer itself, so that a post that cannot write is not called healthy."""
    services = services_of(request)
    position = await services.runtime.submit(services.post.head_position)
    begun = services.post.recovery()
    recovery = None if begun is None else Recovery(begun.at_ms, begun.position, begun.lost_from_ms)
    state = Health("ok", services.post.key, position, recovery, services.runtime.copies)
    return Response(msgspec.json.encode(state), media_type=JSON)


@get("/v1/status", opt={"permits": OVERSEERS, "returns": dict[str, Any]}, summary="Link, partner's age, ledger head")
async def read_status(request: Request[Any, Any, Any]) -> Response[bytes]:
    """For the command centre and the auditor."""
    services = services_of(request)
    return Response(msgspec.json.encode(await services.runtime.query(services.post.status)), media_type=JSON)


class Notices(Struct, frozen=True):
    """What each side told the other of its gate, the latest first; ``next`` is the position to ask before next."""

    notices: list[dict[str, Any]]
    next: int


@get(
    "/v1/notices",
    opt={"permits": FOLLOWERS, "returns": Notices},
    summary="Stops, states, hours, quotas, alerts, notes and figures that one side told the other",
)
async def list_notices(request: Request[Any, Any, Any], before: Before = 0, limit: Limit = 100) -> Response[bytes]:
    """No person stands in a notice."""
    services = services_of(request)

    def page() -> bytes:
        rows = services.post.notices(before, limit)
        return msgspec.json.encode({"notices": rows, "next": rows[-1]["position"] if rows else 0})

    return Response(await services.runtime.query(page), media_type=JSON)


@get("/v1/trs", opt={"permits": FOLLOWERS | {Duty.HEALTH}, "returns": dict[str, Any]}, summary="Time-release study")
async def read_study(request: Request[Any, Any, Any], date: Day) -> Response[bytes]:
    """Median and 90th percentile by stage, direction and channel."""
    services = services_of(request)
    return Response(msgspec.json.encode(await services.runtime.query(lambda: services.post.trs(date))), media_type=JSON)


@get("/v1/checkpoint", opt={"permits": EVERYONE, "returns": "text/plain"}, summary="Signed note of the ledger")
async def read_checkpoint(request: Request[Any, Any, Any]) -> Response[str]:
    """Keep it: a later ledger that does not hold this one is a changed ledger."""
    services = services_of(request)
    return Response(await services.runtime.query(services.post.checkpoint), media_type=PLAIN)


@get("/v1/checkpoint/key", opt={"permits": EVERYONE, "returns": "text/plain"}, summary="Key that verifies the notes")
async def read_checkpoint_key(request: Request[Any, Any, Any]) -> Response[str]:
    """In the verifier-key form of signed notes."""
    services = services_of(request)
    return Response(services.post.checkpoint_key(), media_type=PLAIN)


@get(
    "/schema/openapi.json", opt={"permits": EVERYONE, "returns": dict[str, Any]}, summary="This interface, OpenAPI 3.1"
)
async def read_description(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Made from the handlers and the types they decode; committed as docs/reference/openapi.json."""
    services = services_of(request)
    handlers: tuple[HTTPRouteHandler, ...] = request.app.state["handlers"]
    return Response(await services.runtime.query(lambda: _described(handlers)), media_type=JSON)


@lru_cache(maxsize=1)
def _described(handlers: tuple[HTTPRouteHandler, ...]) -> bytes:
    """Return the description of ``handlers``; made when it is first asked for, so that a post starts quicker."""
    return encode(describe(handlers))


ROUTES: Final = (health, read_status, list_notices, read_study, read_checkpoint, read_checkpoint_key, read_description)
