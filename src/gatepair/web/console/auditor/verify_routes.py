"""The ledger verified as a page: each request looks at a bounded page of entries and hands on how far it came."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, get

from gatepair.base.errors import Malformed
from gatepair.node.audit_verify import Fault, Walk
from gatepair.web.auth import services_of, session_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.auditor import asked
from gatepair.web.console.catalogue import say
from gatepair.web.console.menu import AUDIT
from gatepair.web.console.refusals import refused_by

NOTE_MAX: Final = 4_000
SEAL_LENGTH: Final = 32
WALK_MAX: Final = 32_000


@get("/audit/verify", opt=opts(AUDIT), exception_handlers=ON_ERROR, summary="Verify the ledger, as a page")
async def show_verification(request: Request[Any, Any, Any]) -> Response[str]:
    """Hashes, chain, tree and signature; goes on by itself, and without script by its link."""
    services, query = services_of(request), dict(request.query_params)
    desk = services.post.audit_desk
    reader = await reader_of(request)
    given = {name: query.get(name, "").strip()[:NOTE_MAX] for name in ("first", "last", "day", "kept")}
    shown: dict[str, Any] = {
        "given": given,
        "refused": None,
        "walk": None,
        "fault": None,
        "concluded": None,
        "next": "",
    }
    shown["head"] = services.post.head_position()

    def step() -> tuple[Walk, Fault | None]:
        return desk.advance(unsealed(request, query["walk"]) if "walk" in query else _begun(desk, query, reader))

    if "walk" not in query and "go" not in query:
        return answered(request, pages.page("auditor/verify", reader, **shown))
    try:
        walk, fault = await services.runtime.query(step)
    except Malformed as error:
        shown["refused"] = refused_by(error, reader.language, titles=asked.TITLES)
        return answered(request, pages.page("auditor/verify", reader, **shown), status=400)
    shown |= {"walk": walk, "fault": fault}
    if fault is None and not walk.ended:
        shown["next"] = sealed(request, walk)
    elif fault is None:
        shown["concluded"] = await services.runtime.query(lambda: desk.conclude(walk))
        shown["key"] = services.post.checkpoint_key()
    return answered(request, pages.page("auditor/verify", reader, **shown))


def _begun(desk: Any, query: Mapping[str, str], reader: pages.Reader) -> Walk:
    """Return the walk that a form asks for. Raises Malformed."""
    first, last = asked.position_in(query, "first"), asked.position_in(query, "last")
    day = asked.day_in(query, "day", reader.zone)
    if day is not None:
        first, last = desk.positions_of(*day)
        if not first:
            raise Malformed(say("nothing was recorded on this day"), path="day")
    walk: Walk = desk.begin(first=first, last=last, kept=query.get("kept", "")[:NOTE_MAX])
    return walk


def sealed(request: Request[Any, Any, Any], walk: Walk) -> str:
    """Return ``walk`` as text that only this session can hand back: nobody is led to a page that claims to have verified."""
    raw = msgspec.json.encode(walk)
    return f"{base64.urlsafe_b64encode(raw).decode()}.{_seal(request, raw)}"


def unsealed(request: Request[Any, Any, Any], text: str) -> Walk:
    """Return the walk that :func:`sealed` wrote. Raises Malformed."""
    encoded, _, seal = text[:WALK_MAX].rpartition(".")
    try:
        raw = base64.urlsafe_b64decode(encoded)
        if hmac.compare_digest(seal.encode(), _seal(request, raw).encode()):
            return msgspec.json.decode(raw, type=Walk)
    except (binascii.Error, ValueError):
        pass
    raise Malformed(say("this verification was not begun in this session; begin it again"), path="walk")


def _seal(request: Request[Any, Any, Any], raw: bytes) -> str:
    key = f"gatepair/verify/v1/{session_of(request)}".encode()
    return hmac.new(key, raw, hashlib.sha256).hexdigest()[:SEAL_LENGTH]


ROUTES: Final = (show_verification,)
"""Every address of verifying."""
