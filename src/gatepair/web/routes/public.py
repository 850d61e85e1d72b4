"""What anybody may read: the public order, a driver's place, the board."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Stream
from msgspec import Struct

from gatepair.base.errors import MessageUnsent, NotFound, RateLimited
from gatepair.plan.model import Direction
from gatepair.web.auth import EVERYONE, Services, address_of, services_of
from gatepair.web.console.entrance import LANGUAGE_COOKIE, check_origin
from gatepair.web.errors import JSON, LOG
from gatepair.web.open_data import as_csv
from gatepair.web.page import View, board_page, check_page, language_of, slip_page
from gatepair.web.place_text import number_of, place_text
from gatepair.web.routes.events import After, Limit

LINES_AT_ONCE: Final = 500
"""Lines of the export that are read in one go; between two goes others are served."""
TOKEN_LENGTH_MAX: Final = 64
GZIP_LEVEL: Final = 6
"""The highest level takes twice as long and saves a hundredth."""
TOLD: Final = ("sent", "unsent", "number", "often")
"""What may become of a text message."""
SIZES: Final = ("large", "normal")
SIZE_COOKIE: Final = "gatepair_size"
SIZE_S: Final = 365 * 86_400
"""How long a choice of size is kept, in seconds."""
Language = Annotated[str, QueryParameter(name="lang", max_length=5, description="vi, zh, en or fr")]
Token = Annotated[str, QueryParameter(max_length=TOKEN_LENGTH_MAX, description="a place token to look up")]
Way = Annotated[str, QueryParameter(max_length=3, description="out or in")]
Told = Annotated[str, QueryParameter(max_length=6, description="what became of a text message")]
Size = Annotated[str, QueryParameter(max_length=6, description="large or normal type")]


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

    headers = {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Stream(body(), media_type="application/x-ndjson", headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Stream(_gzipped(body()), media_type="application/x-ndjson", headers=headers)


async def _gzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield ``chunks`` packed: a day's order is a tenth of its size then, and a phone can check it."""
    packer = zlib.compressobj(GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)
    async for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


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
async def show_board(
    request: Request[Any, Any, Any], language: Language = "", size: Size = "", *, token: Token = "", told: Told = ""
) -> Response[bytes]:
    """In the language asked for, else in one the browser names, else in Vietnamese."""
    services = services_of(request)
    view = _view(request, language, size, token)

    def render() -> str:
        place = _looked_up(services, view.token) if view.token else None
        return board_page(
            services.post.board(),
            place,
            view,
            refresh_s=services.settings.board_refresh_s,
            texting=services.sender is not None,
            told=told if told in TOLD else "",
        )

    return _page(request, await services.runtime.query(render), size)


@get("/board/slip", opt={"permits": EVERYONE, "returns": "text/html"}, summary="A place on paper, with its QR code")
async def show_slip(
    request: Request[Any, Any, Any], language: Language = "", size: Size = "", token: Token = ""
) -> Response[bytes]:
    """The code leads to the board with the place's token; a token that is none leads to the board, which says so."""
    services = services_of(request)
    view = _view(request, language, size, token)

    def render() -> str:
        place = _looked_up(services, view.token)
        return slip_page(services.post.board(), place, view, address=public_base(request)) if place else ""

    text = await services.runtime.query(render)
    return _page(request, text, size) if text else Redirect(view.link("/board"), status_code=302)


@get("/board/check", opt={"permits": EVERYONE, "returns": "text/html"}, summary="Check the public order in the browser")
async def show_check(
    request: Request[Any, Any, Any], language: Language = "", size: Size = "", way: Way = ""
) -> Response[bytes]:
    """The one public page that needs script: the browser itself works out the order again."""
    services = services_of(request)
    view = _view(request, language, size, "")

    def render() -> str:
        board = services.post.board()
        queued = [key for key, facts in board["directions"].items() if "waiting" in facts]
        shown = way if way in queued else next(iter(queued), "")
        return check_page(board, view, way=shown, key=services.post.checkpoint_key())

    return _page(request, await services.runtime.query(render), size)


@get("/board/rules.json", opt={"permits": EVERYONE, "returns": dict[str, Any]}, summary="What an order is checked by")
async def read_order_rules(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The rule, roads and hours as they are hashed into the order's header, public holidays, and the post's key."""
    services = services_of(request)
    return _packed(request, msgspec.json.encode(await services.runtime.query(services.post.order_rules)), JSON)


@get("/board.json", opt={"permits": EVERYONE, "returns": dict[str, Any]}, summary="The board as open data")
async def read_board_data(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same as ``/v1/board``, for pages of any site."""
    services = services_of(request)
    return _packed(request, msgspec.json.encode(await services.runtime.query(services.post.board)), JSON)


@get("/board.csv", opt={"permits": EVERYONE, "returns": "text/csv"}, summary="The board as a table, one figure a line")
async def read_board_table(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Each figure with its unit, its method and its age, for pages of any site."""
    services = services_of(request)
    board = await services.runtime.query(services.post.board)
    return _packed(request, as_csv(board).encode(), "text/csv; charset=utf-8; header=present")


@post(
    "/board/text",
    status_code=303,
    opt={"permits": EVERYONE, "returns": None},
    summary="A place as a text message, by a form",
)
async def text_place(request: Request[Any, Any, Any]) -> Redirect:
    """The number goes to the sender and nowhere else, neither ledger nor log. Held to a rate by address, place and number."""
    services = services_of(request)
    if services.sender is None:
        raise NotFound("there is nothing at this address")
    check_origin(request)
    given = await request.form()
    asked = {name: str(given.get(name, ""))[:TOKEN_LENGTH_MAX] for name in ("lang", "size", "token", "number")}
    view = _view(request, asked["lang"][:5], asked["size"], asked["token"])
    told = await _told(request, services, view, number_of(asked["number"]))
    return Redirect(view.link("/board") + (f"&told={told}" if told else ""), status_code=303)


async def _told(request: Request[Any, Any, Any], services: Services, view: View, number: str | None) -> str:
    """Send the place and return what became of it; empty when there is no such place."""
    place = await services.runtime.query(lambda: _looked_up(services, view.token))
    if not place or services.sender is None:
        return ""
    if number is None:
        return "number"
    board = await services.runtime.query(services.post.board)
    # The host of a request is its sender's word: no message of ours may lead a driver to an address that a stranger chose.
    base = services.settings.public_address
    link = f"{base}/board?token={view.token}" if base else ""
    try:
        services.texts.take(address=address_of(request), place=view.token.upper(), number=number)
        await services.sender.send(place_text(board, place, view.language, link=link), number)
    except RateLimited:
        return "often"
    except MessageUnsent as error:
        LOG.warning("a text message was not sent: %s", error.message)
        return "unsent"
    return "sent"


def public_base(request: Request[Any, Any, Any]) -> str:
    """Return where drivers reach the board."""
    return services_of(request).settings.public_address or f"{_scheme(request)}://{request.headers.get('host', '')}"


def _view(request: Request[Any, Any, Any], language: str, size: str, token: str) -> View:
    """Return how the page is read: what is asked for, else what was chosen before."""
    chosen = language or request.cookies.get(LANGUAGE_COOKIE, "")[:5]
    large = (size or request.cookies.get(SIZE_COOKIE, "")) == "large"
    return View(language_of(chosen, request.headers.get("accept-language", "")), large=large, token=token.strip())


def _looked_up(services: Services, token: str) -> dict[str, Any]:
    """Return the place of ``token``, empty when there is none."""
    try:
        # Whoever types it from paper need not mind its capitals.
        return services.post.place(token.upper())
    except NotFound:
        return {}


def _scheme(request: Request[Any, Any, Any]) -> str:
    return "https" if services_of(request).settings.https else request.scope["scheme"]


def _page(request: Request[Any, Any, Any], text: str, size: str) -> Response[bytes]:
    """Return a page; a size of type that was asked for in the address is kept."""
    kept = [Cookie(key=SIZE_COOKIE, value=size, max_age=SIZE_S, samesite="lax", httponly=True)] if size in SIZES else []
    return _packed(request, text.encode(), "text/html; charset=utf-8", cookies=kept)


def _packed(
    request: Request[Any, Any, Any], raw: bytes, media_type: str, *, cookies: Sequence[Cookie] = ()
) -> Response[bytes]:
    """Return an answer, packed for whoever can unpack it: one bar of signal carries some kilobytes a second."""
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        raw, headers = gzip.compress(raw, GZIP_LEVEL, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return Response(raw, media_type=media_type, headers=headers, cookies=cookies)


def _direction(name: str) -> str:
    if name not in set(Direction):
        raise NotFound("an order goes out or in", direction=name[:8])
    return name


def _line(raw: bytes) -> bytes:
    return raw if raw.endswith(b"\n") else raw + b"\n"


PAGES: Final = (show_board, show_slip, show_check)
"""Pages for everybody, under one policy."""
OPEN_DATA: Final = (read_board_data, read_board_table)
"""What pages of any site may read."""
ROUTES: Final = (
    front_door,
    list_order,
    export_order,
    read_place,
    read_board,
    read_order_rules,
    text_place,
    *PAGES,
    *OPEN_DATA,
)
