"""What anybody may read: the public order, a driver's place, the board."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Stream
from msgspec import Struct

from gatepair.base.errors import NotFound
from gatepair.plan.model import Direction
from gatepair.web.auth import EVERYONE, services_of
from gatepair.web.errors import JSON
from gatepair.web.page import board_page, language_of
from gatepair.web.routes.events import After, Limit

LINES_AT_ONCE: Final = 500
"""Lines of the export that are read in one go; between two goes others are served."""
TOKEN_LENGTH_MAX: Final = 64
Language = Annotated[str, QueryParameter(name="lang", max_length=5, description="vi, zh, en or fr")]
Token = Annotated[str, QueryParameter(max_length=TOKEN_LENGTH_MAX, description="a place token to look up")]


class Records(Struct, frozen=True):
    """Records of the public order; ``next`` is the number to ask after next."""

    records: list[dict[str, Any]]
    next: int


@get("/", opt={"permits": EVERYONE, "returns": None, "leads_to": "/board"}, summary="Leads to the public page")
async def front_door() -> Redirect:
    """Nothing else is here."""
    return Redirect("/board", status_code=302)


@get("/v1/order/{direction:str}", opt={"permits": EVERYONE, "returns": Records}, summary="The public order, by page")
async def list_order(
    request: Request[Any, Any, Any], direction: FromPath[str], after: After = 0, limit: Limit = 200
) -> Response[bytes]:
    """Records name no driver, plate or firm; ``queue verify`` holds them against the rule."""
    services = services_of(request)
    way = _direction(direction)

    def page() -> bytes:
        records = services.post.order_records(way, after, limit)
        raw = [msgspec.Raw(record) for record in records]
        return msgspec.json.encode({"records": raw, "next": after + len(raw)})

    return Response(await services.runtime.query(page), media_type=JSON)


@get(
    ["/v1/order/out.jsonl", "/v1/order/in.jsonl"],
    opt={"permits": EVERYONE, "returns": "application/x-ndjson", "streams": True},
    summary="The whole public order with its checkpoint, one record a line",
)
async def export_order(request: Request[Any, Any, Any]) -> Stream:
    """The first line is the header with the signed checkpoint."""
    services = services_of(request)
    way = _direction(request.scope["path"].rpartition("/")[2].partition(".")[0])
    lines = services.post.order_export(way)

    async def body() -> AsyncIterator[bytes]:
        while chunk := await services.runtime.query(
            lambda: b"".join(_line(raw) for raw in islice(lines, LINES_AT_ONCE))
        ):
            yield chunk

    return Stream(body(), media_type="application/x-ndjson")


@get("/v1/places/{token:str}", opt={"permits": EVERYONE, "returns": dict[str, Any]}, summary="A driver's place")
async def read_place(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """Whoever holds the token may look; it names nobody."""
    services = services_of(request)
    if len(token) > TOKEN_LENGTH_MAX:
        raise NotFound("there is no such place")
    return Response(
        msgspec.json.encode(await services.runtime.query(lambda: services.post.place(token))), media_type=JSON
    )


@get("/v1/board", opt={"permits": EVERYONE, "returns": dict[str, Any]}, summary="The public board")
async def read_board(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Each figure stands with the method it was found by and its age."""
    services = services_of(request)
    return Response(msgspec.json.encode(await services.runtime.query(services.post.board)), media_type=JSON)


@get("/board", opt={"permits": EVERYONE, "returns": "text/html"}, summary="The public page; it needs no script")
async def show_board(request: Request[Any, Any, Any], language: Language = "", token: Token = "") -> Response[str]:
    """In the language asked for, else in one the browser names, else in Vietnamese."""
    services = services_of(request)
    chosen = language_of(language, request.headers.get("accept-language", ""))

    def render() -> str:
        place: dict[str, Any] | None = None
        if token:
            try:
                place = services.post.place(token.strip())
            except NotFound:
                place = {}
        return board_page(
            services.post.board(),
            place,
            token=token.strip(),
            language=chosen,
            refresh_s=services.settings.board_refresh_s,
        )

    return Response(await services.runtime.query(render), media_type="text/html; charset=utf-8")


def _direction(name: str) -> str:
    if name not in set(Direction):
        raise NotFound("an order goes out or in", direction=name[:8])
    return name


def _line(raw: bytes) -> bytes:
    return raw if raw.endswith(b"\n") else raw + b"\n"


ROUTES: Final = (front_door, list_order, export_order, read_place, read_board, show_board)
