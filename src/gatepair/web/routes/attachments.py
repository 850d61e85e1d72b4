"""Attachments over the interface: brought by who may attach documents, read by those who decide, fetched by the partner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

import msgspec
from litestar import Request, Response, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.errors import NotFound, PartnerUnreachable
from gatepair.crossing.commands import AttachDocument
from gatepair.exchange.attachments import ATTACHMENT_BYTES_MAX, PATH, check_digest
from gatepair.node.bringing import note_brought
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.ports import Attachments
from gatepair.node.requests import Actor
from gatepair.web.auth import actor_of, services_of
from gatepair.web.errors import JSON

BRINGERS: Final = COMMAND_DUTIES[AttachDocument]
"""Who brings the content of a document: who may attach it."""
READERS: Final = frozenset(AGENCIES) | {Duty.AUDITOR}
"""Who reads it: those who decide, and the auditor."""
CONTENT: Final = "application/octet-stream"
PICTURE_TYPES: Final[Mapping[str, tuple[bytes, ...]]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}
"""Pictures that a browser is given to show, by how their content begins; an SVG is a page and none of them."""
PICTURE_BYTES_MAX: Final = 4 << 20
"""Largest picture that is shown: a camera's is below 2 MB, and forty of them are loaded by one page."""
_AS_FILE: Final = {"Content-Disposition": "attachment"}
"""Whatever was brought is handed out as a file: a browser must not run it as a page of this post."""
_AS_PICTURE: Final = {"Content-Disposition": "inline"}


class Brought(Struct, frozen=True):
    """What is kept now."""

    sha256: str
    bytes: int


class Told(Protocol):
    """What the partner may fetch."""

    def __call__(self, digest: str, /) -> bool:
        """Tell whether an agreed message of ours told the partner of ``digest``."""
        ...


Fetch = Callable[[str], Awaitable[bytes]]
"""Brings an attachment over from the partner. Raises PartnerUnreachable, NotFound."""


def attachment_routes(folder: Attachments, *, fetch: Fetch | None = None) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes for this post's own people; ``fetch`` brings over what only the partner has."""

    async def held(request: Request[Any, Any, Any], sha256: str) -> bytes:
        runtime = services_of(request).runtime
        content = await runtime.query(lambda: folder.get(sha256))
        if content is None and fetch is not None:
            content = await _brought_over(fetch, check_digest(sha256))
            kept = content
            await runtime.query(lambda: folder.put(sha256, kept))
        if content is None:
            raise NotFound("this post has no such attachment", sha256=sha256)
        return content

    @put(
        "/v1/attachments/{sha256:str}",
        status_code=200,
        request_max_body_size=ATTACHMENT_BYTES_MAX,
        opt={"permits": BRINGERS, "returns": Brought},
        summary="Bring the content of a document",
    )
    async def bring_attachment(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[bytes]:
        """The bytes as they are, at most 8 MiB, under their own SHA-256; the same again changes nothing."""
        services, actor, content = services_of(request), actor_of(request), await request.body()
        await services.runtime.query(lambda: folder.put(sha256, content))
        await services.runtime.submit(lambda: services.post.transact(lambda unit: note_brought(unit, actor, sha256)))
        return Response(msgspec.json.encode(Brought(sha256, len(content))), media_type=JSON)

    @get(
        "/v1/attachments/{sha256:str}",
        opt={"permits": READERS, "returns": CONTENT},
        summary="Read the content of a document",
    )
    async def read_attachment(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[bytes]:
        """What only the partner has is fetched from it, verified and kept."""
        return Response(await held(request, sha256), media_type=CONTENT, headers=_AS_FILE)

    @get(
        "/desk/crossings/{crossing:str}/files/{sha256:str}",
        opt={"permits": READERS, "returns": "image/*", "page": True},
        summary="A picture or file of a crossing, for its page",
    )
    async def show_file(
        request: Request[Any, Any, Any], crossing: FromPath[str], sha256: FromPath[str]
    ) -> Response[bytes]:
        """What the crossing lists: a JPEG or PNG of at most 4 MiB is shown, under the type that its content has; all else is handed out as a file."""
        services, digest = services_of(request), check_digest(sha256)
        view = await services.runtime.query(lambda: services.post.crossing_view(crossing, actor_of(request)))
        if all(one["sha256"] != digest for one in view.get("attachments", [])):
            raise NotFound("this crossing lists no such file", sha256=digest)
        content = await held(request, digest)
        kind = picture_type(content)
        if kind is None:
            return Response(content, media_type=CONTENT, headers=_AS_FILE)
        return Response(content, media_type=kind, headers=_AS_PICTURE)

    return (bring_attachment, read_attachment, show_file)


def picture_type(content: bytes) -> str | None:
    """Return the media type of a picture that may be shown; None for what is none, or too large."""
    if len(content) > PICTURE_BYTES_MAX:
        return None
    return next((kind for kind, begins in PICTURE_TYPES.items() if content.startswith(begins)), None)


async def _brought_over(fetch: Fetch, digest: str) -> bytes:
    try:
        return await fetch(digest)
    except PartnerUnreachable as error:
        raise NotFound("this post has no such attachment, and the partner gives none now", sha256=digest) from error


def blob_route(
    folder: Attachments, *, told: Told, check: Callable[[str, str, str], Actor], is_cut: Callable[[], bool]
) -> HTTPRouteHandler:
    """Return the route by which the partner fetches what it was told of; ``check`` proves that it asks."""

    @get(
        PATH.replace("{sha256}", "{sha256:str}"),
        opt={"permits": frozenset({Duty.PARTNER}), "returns": CONTENT, "asked": check},
        summary="Hand the partner an attachment that it was told of",
    )
    async def hand_attachment(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[bytes]:
        """404 for what no message under the agreement named, as for what is not here."""
        if is_cut():
            raise PartnerUnreachable("the line is cut in a drill")
        digest = check_digest(sha256)
        runtime = services_of(request).runtime
        content = await runtime.query(lambda: folder.get(digest) if told(digest) else None)
        if content is None:
            raise NotFound("there is no such attachment for the partner", sha256=digest)
        return Response(content, media_type=CONTENT, headers=_AS_FILE)

    return hand_attachment
