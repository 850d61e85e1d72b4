"""What pages load: our own sheets and scripts, and those of packages; nothing is loaded from elsewhere."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath

from gatepair.base.errors import NotFound
from gatepair.web.auth import EVERYONE, services_of
from gatepair.web.console import fonts

_MEDIA: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_FILES: Final[Mapping[str, Traversable]] = {
    **{
        one.name: one
        for one in sorted(files("gatepair.web.console").joinpath("static").iterdir(), key=lambda one: one.name)
    },
    # The second verifier's arithmetic of hashes and signatures, with which a browser checks the public order.
    "verify.mjs": files("gatepair.exchange").joinpath("js", "verify.mjs"),
    # Repackaged by others (docs/decisions/0002-dependencies.md).
    "htmx.js": files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js"),
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""An address that names the content by its digest never changes what it answers."""
ASK_AGAIN: Final = "no-cache"


@cache
def _asset(name: str) -> tuple[bytes, bytes, str]:
    """Return an asset plain and packed, and the digest of its content."""
    raw = fonts.sheet().encode() if name == "fonts.css" else _FILES[name].read_bytes()
    return raw, gzip.compress(raw, mtime=0), hashlib.sha256(raw).hexdigest()[:16]


def address(name: str) -> str:
    """Return the address of the asset ``name`` as it is now: a browser keeps it until the content is another."""
    return f"/assets/{name}?v={_asset(name)[2]}"


@cache
def release() -> str:
    """Return a name of all files together: a page that stays open for weeks learns by it that there are newer ones."""
    return hashlib.sha256("".join(_asset(name)[2] for name in _FILES).encode()).hexdigest()[:16]


@get(
    "/assets/{name:str}",
    opt={"permits": EVERYONE, "returns": "text/css"},
    summary="Sheets and scripts of the pages",
)
async def read_asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """From the installed packages; an address with the digest of the content may be kept for ever."""
    if name != "fonts.css" and name not in _FILES:
        raise NotFound("there is no such file")
    raw, packed, digest = _asset(name)
    kept = FOR_EVER if request.query_params.get("v") == digest else ASK_AGAIN
    headers = {"Vary": "Accept-Encoding", "Cache-Control": kept, "ETag": f'"{digest}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    media_type = _MEDIA[PurePath(name).suffix]
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(raw, media_type=media_type, headers=headers)


@get(
    "/assets/fonts/{name:str}",
    opt={"permits": EVERYONE, "returns": "font/woff2"},
    summary="Type for a screen that has none for Vietnamese or Chinese",
)
async def read_font(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Cut from the packages of the extra `fonts` when it is first asked for."""
    stem = name.removesuffix(".woff2")
    if not name.endswith(".woff2") or stem not in fonts.names():
        raise NotFound("there is no such file of type")
    content = await services_of(request).runtime.query(lambda: fonts.font(stem))
    return Response(content, media_type=_MEDIA[".woff2"], headers={"Cache-Control": FOR_EVER})


ROUTES: Final = (read_asset, read_font)
"""Every address of what pages load."""
