"""The exchange as people see it: lanes, messages and their rungs, evidence, what waits, and the two-person unfreeze."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.errors import Malformed
from gatepair.node.exchange_view import PAGE_MAX, ExchangeShown, MessageShown, Overdue, Quarantined
from gatepair.node.lane_desk import STEERERS, UnfreezeRequest
from gatepair.node.parking import Parked
from gatepair.web.auth import OVERSEERS, actor_of, services_of
from gatepair.web.bodies import CONFIRM_DECODER, REASON_DECODER, ConfirmIn, ReasonIn, decode
from gatepair.web.errors import JSON

VIEWERS: Final = OVERSEERS | {Duty.GATE_BOARD}
"""Who sees how the exchange stands."""

Index = Annotated[int, QueryParameter(ge=0, le=9_007_199_254_740_991, description="index of the first message wanted")]
Epoch = Annotated[int, QueryParameter(ge=0, le=999_999_999, description="epoch of the log; 0 is the present one")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="most rows to return")]
Cursor = Annotated[str, QueryParameter(max_length=300, description="`next` of the page before; empty for the first")]


class Messages(Struct, frozen=True):
    """A page of messages; ``next`` is the index to ask for next."""

    messages: list[MessageShown]
    next: int


class QuarantinePage(Struct, frozen=True):
    """A page of entries without effect; ``next`` is empty on the last."""

    entries: list[Quarantined]
    next: str


class OverduePage(Struct, frozen=True):
    """A page of messages without their outcome; ``next`` is empty on the last."""

    messages: list[Overdue]
    next: str


class ParkedPage(Struct, frozen=True):
    """The partner's entries that wait for acts to be given again."""

    entries: list[Parked]


class Evidence(Struct, frozen=True):
    """What proves that two signed statements cannot both be true: both notes, and when they met."""

    lane: str
    number: int
    evidence: dict[str, Any]


class LaneStopped(Struct, frozen=True):
    """What was done to a lane."""

    lane: str
    frozen: bool


def _answer(body: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(body), media_type=JSON)


@get(
    "/v1/exchange",
    opt={"permits": VIEWERS, "returns": ExchangeShown},
    summary="Lanes, partner, clocks, and what waits for people",
)
async def show_exchange(request: Request[Any, Any, Any]) -> Response[bytes]:
    """All from one view of the ledger; counts go up to 1,000."""
    services = services_of(request)
    return _answer(await services.runtime.query(services.post.desk.overview))


@get(
    "/v1/exchange/{lane:str}/messages",
    opt={"permits": VIEWERS, "returns": Messages},
    summary="Our messages in a lane, and how far each has come",
)
async def show_messages(
    request: Request[Any, Any, Any], lane: FromPath[str], *, after: Index = 0, epoch: Epoch = 0, limit: Limit = 100
) -> Response[bytes]:
    """Rungs: 0 waiting, 1 custody, 2 outcome, 3 effect."""
    services = services_of(request)
    desk = services.post.desk
    rows = await services.runtime.query(lambda: desk.messages(lane, epoch=epoch, after=after, limit=limit))
    return _answer(Messages(rows, rows[-1].index + 1 if rows else after))


@get(
    "/v1/exchange/{lane:str}/evidence/{number:int}",
    opt={"permits": VIEWERS, "returns": Evidence},
    summary="Both notes of a contradiction",
)
async def show_evidence(request: Request[Any, Any, Any], lane: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """Numbered from 1 in each lane; it is never overwritten."""
    services = services_of(request)
    return _answer(await services.runtime.query(lambda: services.post.desk.evidence(lane, number)))


@get(
    "/v1/exchange/quarantine",
    opt={"permits": VIEWERS, "returns": QuarantinePage},
    summary="The partner's entries that had no effect",
)
async def show_quarantine(request: Request[Any, Any, Any], after: Cursor = "", limit: Limit = 100) -> Response[bytes]:
    """Mirrored and receipted, without their bodies, with the reason of each."""
    services, before = services_of(request), _cursor(after)
    rows = await services.runtime.query(lambda: services.post.desk.quarantine(before, limit))
    following = f"{rows[-1].at_ms} {rows[-1].entry.log}/{rows[-1].entry.index}" if len(rows) == limit else ""
    return _answer(QuarantinePage(rows, following))


@get(
    "/v1/exchange/overdue",
    opt={"permits": VIEWERS, "returns": OverduePage},
    summary="Our messages whose outcome should have come",
)
async def show_overdue(request: Request[Any, Any, Any], after: Cursor = "", limit: Limit = 100) -> Response[bytes]:
    """By the deadlines of the agreement, counted from when each was said."""
    services, before = services_of(request), _cursor(after)
    rows = await services.runtime.query(lambda: services.post.desk.overdue(before, limit))
    following = f"{rows[-1].deadline_ms} {rows[-1].id}" if len(rows) == limit else ""
    return _answer(OverduePage(rows, following))


@get(
    "/v1/exchange/parked",
    opt={"permits": VIEWERS, "returns": ParkedPage},
    summary="The partner's entries that wait for a recovery",
)
async def show_parked(request: Request[Any, Any, Any]) -> Response[bytes]:
    """They are mirrored; their effect waits for acts that are given again."""
    services = services_of(request)
    return _answer(ParkedPage(await services.runtime.query(services.post.desk.parked)))


@post(
    "/v1/exchange/{lane:str}/freeze",
    status_code=200,
    opt={"permits": STEERERS, "body": ReasonIn, "returns": LaneStopped},
    summary="Stop a lane both ways",
)
async def freeze_lane(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
    """One person may; the audit keeps who and why."""
    services, actor = services_of(request), actor_of(request)
    asked = decode(REASON_DECODER, await request.body())
    await services.runtime.submit(lambda: services.post.desk.freeze(lane, actor=actor, reason=asked.reason))
    return _answer(LaneStopped(lane, frozen=True))


@post(
    "/v1/exchange/{lane:str}/unfreeze",
    status_code=200,
    opt={"permits": STEERERS, "body": ReasonIn, "returns": UnfreezeRequest},
    summary="Ask that a frozen lane goes on",
)
async def ask_unfreeze(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
    """The first of two persons; another one confirms within half an hour."""
    services, actor = services_of(request), actor_of(request)
    asked = decode(REASON_DECODER, await request.body())
    desk = services.post.desk
    return _answer(await services.runtime.submit(lambda: desk.ask_unfreeze(lane, actor=actor, reason=asked.reason)))


@post(
    "/v1/exchange/{lane:str}/unfreeze/confirm",
    status_code=200,
    opt={"permits": STEERERS, "body": ConfirmIn, "returns": LaneStopped},
    summary="Let a frozen lane go on, as somebody else asked",
)
async def confirm_unfreeze(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
    """The second of two persons; ``asked_at_ms`` names the request that is meant."""
    services, actor = services_of(request), actor_of(request)
    asked = decode(CONFIRM_DECODER, await request.body())
    desk = services.post.desk
    await services.runtime.submit(lambda: desk.confirm_unfreeze(lane, actor=actor, asked_at_ms=asked.asked_at_ms))
    return _answer(LaneStopped(lane, frozen=False))


def _cursor(text: str) -> tuple[int, str] | None:
    """Return where a list goes on. Raises Malformed when ``text`` was not given out by this interface."""
    if not text:
        return None
    instant, gap, key = text.partition(" ")
    if not (gap and instant.isascii() and instant.isdigit() and len(instant) <= 16):
        raise Malformed("`after` is the `next` of the page before", path="after")
    return int(instant), key


ROUTES: Final = (
    show_exchange,
    show_messages,
    show_evidence,
    show_quarantine,
    show_overdue,
    show_parked,
    freeze_lane,
    ask_unfreeze,
    confirm_unfreeze,
)
