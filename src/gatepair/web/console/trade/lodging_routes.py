"""Lodging the goods declaration for a trader's crossing, from a file or pasted; what came of each one that was lodged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from msgspec import Struct

from gatepair.base.errors import Refused
from gatepair.crossing import commands as cmd
from gatepair.web.console import entrance
from gatepair.web.console.answers import ON_ERROR, opts
from gatepair.web.console.fields import built
from gatepair.web.console.menu import TRADE
from gatepair.web.console.trade import findings
from gatepair.web.console.trade.crossing_routes import LODGE, obeyed, read_crossing, zone_of


@post(
    "/trade/crossings/{crossing:str}/declaration",
    status_code=200,
    opt=opts(TRADE),
    exception_handlers=ON_ERROR,
    summary="Lodge the goods declaration for a crossing of one's own, by a form",
)
async def lodge_own_declaration(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[Any]:
    """A dossier as JSON, or a file of any format that is read; what is wrong with it is said over the form."""
    given = await entrance.form_of(request)

    async def make() -> Struct:
        await read_crossing(request, crossing)
        text = await _text(request, given)
        return built(cmd.LodgeDeclaration, {}, zone=zone_of(request), crossing=crossing, declaration_text=text)

    return await obeyed(request, given, crossing=crossing, act=LODGE, make=make)


async def _text(request: Request[Any, Any, Any], given: Mapping[str, str]) -> str:
    """Return the declaration: of the file when one came, else as it was pasted. Raises Refused."""
    file = (await request.form()).get("file")
    raw = await file.read() if isinstance(file, UploadFile) else b""
    try:
        text = raw.decode("utf-8-sig") if raw else given.get("declaration_text", "")
    except UnicodeDecodeError as error:
        raise Refused([findings.FILE_NOT_TEXT.at("file")]) from error
    if not text.strip():
        raise Refused([findings.FILE_MISSING.at("file")])
    return text


ROUTES: Final = (lodge_own_declaration,)
"""Every address of lodging."""
