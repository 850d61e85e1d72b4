"""Crossings: one whole, the open ones, and what waits for the caller."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.exchange.evidence import MEDIA_TYPE
from gatepair.node.visibility import PERSONAL, shown
from gatepair.web.auth import FOLLOWERS, actor_of, services_of
from gatepair.web.errors import JSON
from gatepair.web.reading import REFERENCE_LENGTH, check_reference, note_names
from gatepair.web.routes.events import Limit

Cursor = Annotated[str, QueryParameter(max_length=64, description="the last id already read")]
WORKERS: Final = FOLLOWERS - {Duty.AUDITOR}
READERS: Final = FOLLOWERS | {Duty.TRADER, Duty.DRIVER}
PROVERS: Final = frozenset({Duty.AUDITOR, Duty.CUSTOMS})
Withheld = Annotated[str, QueryParameter(max_length=400, description="sections to leave out, with commas between")]


class Rows(Struct, frozen=True):
    """Rows of crossings without any name of a person or a firm; ``next`` is the id to ask after next."""

    crossings: list[dict[str, Any]]
    next: str


class Worklist(Struct, frozen=True):
    """What waits for the caller's duty, most urgent first."""

    worklist: list[dict[str, Any]]


@get(
    "/v1/crossings/{crossing:str}",
    opt={"permits": READERS, "returns": dict[str, Any]},
    summary="One whole crossing, as the caller's duty may see it",
)
async def read_crossing(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[bytes]:
    """When names of persons or firms are shown, that is recorded before they are."""
    services, actor = services_of(request), actor_of(request)
    check_reference(crossing)
    whole = await services.runtime.query(lambda: services.post.crossing_view(crossing, actor))
    view, named, masked = shown(whole, actor.duty)
    await note_names(request, crossing, named)
    if masked:
        view["masked"] = masked
    return Response(msgspec.json.encode(view), media_type=JSON)


@get(
    "/v1/crossings/{crossing:str}/evidence",
    opt={"permits": PROVERS, "returns": bytes},
    summary="What was told about one crossing, as an evidence file that anybody can verify",
)
async def read_evidence(
    request: Request[Any, Any, Any], crossing: FromPath[str], withhold: Withheld = ""
) -> Response[bytes]:
    """Sections that the caller's duty may not see are withheld; showing names is recorded before they are shown."""
    services, actor = services_of(request), actor_of(request)
    hidden = {name for name in withhold.split(",") if name}
    if actor.duty not in PERSONAL:
        hidden.add("driver")
    post, reference = services.post, crossing[:REFERENCE_LENGTH]
    proof = await services.runtime.query(lambda: post.evidence(reference, withhold=hidden))
    await note_names(request, reference, proof.guarded)
    return Response(proof.raw, media_type=MEDIA_TYPE)


@get(
    "/v1/crossings",
    opt={"permits": FOLLOWERS, "returns": Rows},
    summary="Open crossings",
)
async def list_crossings(request: Request[Any, Any, Any], after: Cursor = "", limit: Limit = 200) -> Response[bytes]:
    """Rows hold no names."""
    services, actor = services_of(request), actor_of(request)

    def page() -> bytes:
        rows = services.post.crossings(after, limit)
        following = str(rows[-1]["id"]) if rows else after
        return msgspec.json.encode({"crossings": [shown(row, actor.duty)[0] for row in rows], "next": following})

    return Response(await services.runtime.query(page), media_type=JSON)


@get(
    "/v1/worklist",
    opt={"permits": WORKERS | {Duty.TRADER}, "returns": Worklist},
    summary="What waits for the caller's duty, most urgent first",
)
async def list_work(request: Request[Any, Any, Any], limit: Limit = 100) -> Response[bytes]:
    """Rows hold no names."""
    services, actor = services_of(request), actor_of(request)

    def page() -> bytes:
        rows = services.post.worklist(actor, limit)
        return msgspec.json.encode({"worklist": [shown(row, actor.duty)[0] for row in rows]})

    return Response(await services.runtime.query(page), media_type=JSON)


ROUTES: Final = (read_crossing, read_evidence, list_crossings, list_work)
