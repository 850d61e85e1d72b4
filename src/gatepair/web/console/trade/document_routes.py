"""Documents of a trader's crossing: brought with their file, listed with its hash, handed back to who brought them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from gatepair.base.errors import NotFound, Refused
from gatepair.crossing import commands as cmd
from gatepair.exchange.attachments import ATTACHMENT_BYTES_MAX, check_digest, digests_in
from gatepair.node.bringing import has_brought, note_brought
from gatepair.node.ports import Attachments
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import entrance
from gatepair.web.console.answers import ON_ERROR, opts
from gatepair.web.console.fields import built
from gatepair.web.console.menu import TRADE
from gatepair.web.console.trade import findings
from gatepair.web.console.trade.crossing_routes import ATTACH, obeyed, read_crossing, zone_of

FORM_BYTES_MAX: Final = 2 * ATTACHMENT_BYTES_MAX
"""Largest form with a file that is read: one that is somewhat too large is told so over the form, and nothing is lost."""


def document_routes(folder: Attachments) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes over the ``folder`` in which the post keeps files."""

    @post(
        "/trade/crossings/{crossing:str}/documents",
        status_code=200,
        request_max_body_size=FORM_BYTES_MAX,
        opt=opts(TRADE),
        exception_handlers=ON_ERROR,
        summary="Attach a document with its file to a crossing of one's own, by a form",
    )
    async def attach_own_document(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[Any]:
        """The file is kept under the SHA-256 that the post reckons; then the crossing names it."""
        given = await entrance.form_of(request)

        services, actor = services_of(request), actor_of(request)

        async def make() -> Struct:
            await read_crossing(request, crossing)
            content = await _content(request)
            digest = sha256(content).hexdigest()
            filled = {f"document.{name}": given.get(name, "") for name in ("kind", "number", "issuer")}
            zone = zone_of(request)
            command = built(cmd.AttachDocument, {**filled, "document.sha256": digest}, zone=zone, crossing=crossing)
            # What the crossing is about to name must be there first.
            await services.runtime.query(lambda: folder.put(digest, content))
            await services.runtime.submit(
                lambda: services.post.transact(lambda unit: note_brought(unit, actor, digest))
            )
            return command

        return await obeyed(request, given, crossing=crossing, act=ATTACH, make=make)

    @get(
        "/trade/crossings/{crossing:str}/documents/{digest:str}",
        opt=opts(TRADE, "application/octet-stream"),
        exception_handlers=ON_ERROR,
        summary="The file of a document of one's own crossing",
    )
    async def read_own_document(
        request: Request[Any, Any, Any], crossing: FromPath[str], digest: FromPath[str]
    ) -> Response[bytes]:
        """Only what the declaration names and its trader brought, and as a file: a browser must not run it as a page of ours."""
        view, _ = await read_crossing(request, crossing)
        # What agencies list beside, such as their photos, is not the trader's.
        if check_digest(digest) not in set(digests_in(view["declaration"].get("documents", []))):
            raise NotFound("this crossing names no such file", sha256=digest)
        services, actor = services_of(request), actor_of(request)
        own = await services.runtime.submit(
            lambda: services.post.transact(lambda unit: has_brought(unit, actor, digest))
        )
        content = await services.runtime.query(lambda: folder.get(digest)) if own else None
        if content is None:
            raise NotFound("this file is not kept here", sha256=digest)
        headers = {"Content-Disposition": f'attachment; filename="{digest}"'}
        return Response(content, media_type="application/octet-stream", headers=headers)

    return (attach_own_document, read_own_document)


async def _content(request: Request[Any, Any, Any]) -> bytes:
    """Return the file of the form. Raises Refused."""
    file = (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        raise Refused([findings.FILE_MISSING.at("file")])
    if len(content) > ATTACHMENT_BYTES_MAX:
        raise Refused([findings.FILE_TOO_LARGE.at("file", size=len(content), limit=ATTACHMENT_BYTES_MAX)])
    return content
