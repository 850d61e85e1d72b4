"""Profiles of customs and the salts of their draws: for customs and its auditors, and each reading is recorded."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from gatepair.base.duties import Duty
from gatepair.node.audit import ProfilesRead
from gatepair.web.auth import actor_of, services_of
from gatepair.web.errors import JSON

PROFILERS: Final = frozenset({Duty.CUSTOMS})
SALT_READERS: Final = frozenset({Duty.CUSTOMS, Duty.AUDITOR})


async def _recorded(request: Request[Any, Any, Any], what: str) -> None:
    services, actor = services_of(request), actor_of(request)
    post = services.post
    event = ProfilesRead(at_ms=post.now(), duty=actor.duty, what=what)
    await services.runtime.submit(lambda: post.note(event, actor=actor.id))


@get(
    "/v1/channel/profiles",
    opt={"permits": PROFILERS, "returns": dict[str, Any]},
    summary="The profiles of customs at this post",
)
async def read_profiles(request: Request[Any, Any, Any]) -> Response[bytes]:
    """All that are loaded, shadows too; that they were shown is recorded before they are."""
    profiles = services_of(request).post.profiles
    await _recorded(request, "profiles")
    return Response(msgspec.json.encode({"profiles": profiles}), media_type=JSON)


@get(
    "/v1/channel/salts/{period:str}",
    opt={"permits": SALT_READERS, "returns": dict[str, Any]},
    summary="The salt of a local date that is over",
)
async def read_salt(request: Request[Any, Any, Any], period: FromPath[str]) -> Response[bytes]:
    """With the commitment that was recorded before; that it was shown is recorded before it is."""
    shown = services_of(request).post.salt_shown(period)
    await _recorded(request, f"salt {shown['period']}")
    return Response(msgspec.json.encode(shown), media_type=JSON)


ROUTES: Final = (read_profiles, read_salt)
