"""Drills: the clock and the line, only on a post served with a stepped clock and for drill keys."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, post
from msgspec import Struct

from gatepair.base.time import Instant
from gatepair.web.auth import KNOWN, services_of
from gatepair.web.bodies import CLOCK_DECODER, CUT_DECODER, ClockIn, CutIn, decode
from gatepair.web.errors import JSON


class ClockSet(Struct, frozen=True):
    """The instant the clock stands at, and the last position of the ledger."""

    now_ms: int
    position: int


class Pushed(Struct, frozen=True):
    """What a flush did, lane by lane."""

    lanes: dict[str, dict[str, int]]
    reachable: bool


class Cut(Struct, frozen=True):
    """Whether the line is cut."""

    cut: bool


@post(
    "/v1/clock",
    status_code=200,
    opt={"permits": KNOWN, "drill": True, "body": ClockIn, "returns": ClockSet},
    summary="Set the stepped clock and run everything due",
)
async def set_clock(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Calls, misses, stays and lane turns up to the new instant are recorded before the answer."""
    services = services_of(request)
    asked = decode(CLOCK_DECODER, await request.body())
    now_ms = await services.runtime.set_clock(Instant(asked.now_ms))
    body = msgspec.json.encode(ClockSet(now_ms, services.post.head_position()))
    return Response(body, media_type=JSON)


@post(
    "/v1/link/flush",
    status_code=200,
    opt={"permits": KNOWN, "drill": True, "returns": Pushed},
    summary="Push the logs to the partner up to the sizes fixed by the last clock call",
)
async def flush_link(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The partner's receipts are kept before the answer."""
    services = services_of(request)
    return Response(msgspec.json.encode(await services.runtime.flush_link()), media_type=JSON)


@post(
    "/v1/link/cut",
    status_code=200,
    opt={"permits": KNOWN, "drill": True, "body": CutIn, "returns": Cut},
    summary="Cut or mend the line to the partner",
)
async def cut_link(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Nothing is lost by a cut; the logs catch up when it is mended."""
    services = services_of(request)
    asked = decode(CUT_DECODER, await request.body())
    return Response(msgspec.json.encode(await services.runtime.cut_link(cut=asked.cut)), media_type=JSON)


ROUTES: Final = (set_clock, flush_link, cut_link)
