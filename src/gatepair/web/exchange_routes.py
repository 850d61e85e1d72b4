"""The partner's routes.

A batch proves by its signature who sent it, so it needs no credential; it is screened in a reading
thread before it may take a turn of the writer.  What carries no signature of its own is asked for
with a signed request in a header (``exchange/asking.py``).  The state shows how much is exchanged
and is for the partner and for those who oversee the node.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatepair.adapters.peer.wire import (
    ASKED_TYPES,
    ENTRIES_PATH,
    FENCE_PATH,
    NEXT_PATH,
    NOTE_TYPE,
    REPLY_TYPE,
    RETURN_PATH,
    RETURNED_TYPE,
    STATE_PATH,
)
from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.errors import (
    BadInput,
    EnvelopeRejected,
    NotFound,
    NotInAgreement,
    PartnerUnreachable,
    StorageUnavailable,
    Unauthenticated,
)
from gatepair.base.time import Instant
from gatepair.exchange import asking, clock, disclosure
from gatepair.exchange.calls import ASK_BYTES_MAX, Call, Returned
from gatepair.exchange.wire import BATCH_BYTES_MAX, Batch, Reply, http_status, rejected
from gatepair.node.link import Link
from gatepair.node.ports import Attachments, Ledger
from gatepair.node.requests import Actor
from gatepair.web.auth import EVERYONE, OVERSEERS, address_of, services_of
from gatepair.web.errors import JSON
from gatepair.web.routes.attachments import blob_route

SENDERS: Final = EVERYONE
"""Anybody may knock; the signature decides."""
LOOKERS: Final = OVERSEERS | {Duty.PARTNER}
PROOF: Final = {asking.HEADER: "signed request of the partner (base64 of the note)"}

Screened = Callable[[Request[Any, Any, Any], Callable[[], None]], Awaitable[Response[bytes] | None]]


class Door(Protocol):
    """What the routes need of a post (:class:`gatepair.node.post.Post` has it)."""

    ledger: Ledger
    link: Link

    def now(self) -> Instant:
        """Return the present instant."""
        ...

    def serve(self, lane: str, call: Call, raw: bytes) -> bytes:
        """Answer a batch or an ask, durably; belongs to the writer's thread, save for what is handed back."""
        ...

    def hand_over(self, lane: str, raw: bytes) -> tuple[Call, bytes] | None:
        """Return what would be sent, after the answer to the last; belongs to the writer's thread."""
        ...

    def hear_disclosure(self, raw: bytes) -> bytes:
        """Take in a disclosure and return the receipt, or a reply; belongs to the writer's thread."""
        ...


class NoAttachments:
    """A folder without any attachment."""

    def get(self, _: str) -> bytes | None:
        """Return nothing."""
        return None

    def put(self, digest: str, _: bytes) -> None:
        """Keep nothing. Raises StorageUnavailable."""
        raise StorageUnavailable("this post keeps no attachments", sha256=digest)


NO_ATTACHMENTS: Final = NoAttachments()


def partner_routes(
    door: Door, *, is_cut: Callable[[], bool] = lambda: False, attachments: Attachments = NO_ATTACHMENTS
) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes by which the partner reaches ``door``; ``is_cut`` tells whether a drill has cut the line."""

    async def screened(request: Request[Any, Any, Any], screen: Callable[[], None]) -> Response[bytes] | None:
        """Return the refusal of what the partner did not sign, before it takes a turn of the writer."""
        if is_cut():
            raise PartnerUnreachable("the line is cut in a drill")
        services = services_of(request)
        try:
            await services.runtime.query(screen)
        except (BadInput, EnvelopeRejected, NotInAgreement) as error:
            # A stranger's knocking costs its address the allowance of callers without credential.
            services.by_address.take(address_of(request))
            return _reply(rejected(error.code, error.message))
        return None

    return (*_call_routes(door, screened), *_question_routes(door, is_cut, attachments))


def _call_routes(door: Door, screened: Screened) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes that carry a batch or an ask, which proves by its own signature who sent it."""

    @post(
        ENTRIES_PATH.replace("{lane}", "{lane:str}"),
        status_code=200,
        request_max_body_size=BATCH_BYTES_MAX,
        opt={"permits": SENDERS, "signed": True, "returns": Reply},
        summary="Take in a batch of the partner's log and return the receipt",
    )
    async def take_entries(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
        """The receipt leaves only when the entries and their effects are durable."""
        raw = await request.body()
        refused = await screened(request, lambda: door.link.screen(lane, raw))
        if refused is not None:
            return refused
        return _reply(await services_of(request).runtime.submit(lambda: door.serve(lane, Call.ENTRIES, raw)))

    @post(
        FENCE_PATH.replace("{lane}", "{lane:str}"),
        status_code=200,
        request_max_body_size=ASK_BYTES_MAX,
        opt={"permits": SENDERS, "signed": True, "returns": Reply},
        summary="Close an epoch of the partner's log for good",
    )
    async def close_epoch(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
        """The fence note leaves only when the epoch is closed durably."""
        raw = await request.body()
        refused = await screened(request, lambda: door.link.screen_ask(lane, Call.FENCE, raw))
        if refused is not None:
            return refused
        return _reply(await services_of(request).runtime.submit(lambda: door.serve(lane, Call.FENCE, raw)))

    @post(
        RETURN_PATH.replace("{lane}", "{lane:str}"),
        status_code=200,
        request_max_body_size=ASK_BYTES_MAX,
        opt={"permits": SENDERS, "signed": True, "returns": Returned},
        summary="Hand back entries of the partner's own log",
    )
    async def give_back(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
        """They come from the mirror, signed by the holder; a writer that lost them makes its log whole."""
        raw = await request.body()
        refused = await screened(request, lambda: door.link.screen_ask(lane, Call.RETURN, raw))
        if refused is not None:
            return refused
        returned = await services_of(request).runtime.query(lambda: door.serve(lane, Call.RETURN, raw))
        return Response(returned, media_type=RETURNED_TYPE)

    @post(
        NEXT_PATH.replace("{lane}", "{lane:str}"),
        status_code=200,
        request_max_body_size=ASK_BYTES_MAX,
        opt={"permits": SENDERS, "signed": True, "returns": Batch},
        summary="Hand over what this post would send, to a partner that it cannot reach",
    )
    async def hand_over(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
        """The partner's answer to what it fetched before comes with the ask; 204 when nothing waits."""
        raw = await request.body()
        refused = await screened(request, lambda: door.link.screen_ask(lane, Call.NEXT, raw))
        if refused is not None:
            return refused
        try:
            handed = await services_of(request).runtime.submit(lambda: door.hand_over(lane, raw))
        except (BadInput, EnvelopeRejected, NotInAgreement) as error:
            return _reply(rejected(error.code, error.message))
        empty = Response(b"", status_code=204)
        return empty if handed is None else Response(handed[1], media_type=ASKED_TYPES[handed[0]])

    return (take_entries, close_epoch, give_back, hand_over)


def _question_routes(door: Door, is_cut: Callable[[], bool], attachments: Attachments) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes that carry nothing; who asks is proved by a signed request."""

    def by_partner(header: str, method: str, path: str) -> Actor:
        door.link.check_asked(header, method=method, path=path, now_ms=door.now())
        return Actor(door.link.partner_post, Duty.PARTNER, door.link.post)

    @post(
        clock.PATH,
        status_code=200,
        opt={"permits": SENDERS, "signed": True, "returns": "text/plain", "headers": PROOF},
        summary="Answer a clock probe of the partner",
    )
    async def answer_probe(request: Request[Any, Any, Any]) -> Response[str]:
        """A signed note with the instants at which the probe came and was answered.

        A post on a drill's clock answers none.
        """
        received_ms = door.now()
        services = services_of(request)
        if is_cut():
            raise PartnerUnreachable("the line is cut in a drill")
        if services.runtime.stepped:
            raise NotFound("this post runs on a drill's clock")
        proof = request.headers.get(asking.HEADER, "")
        try:
            answer = door.link.answer_probe(proof, received_ms=received_ms, answered_ms=door.now())
        except EnvelopeRejected as error:
            services.by_address.take(address_of(request))
            raise Unauthenticated(error.message) from error
        return Response(answer, media_type=NOTE_TYPE)

    @get(
        STATE_PATH,
        opt={"permits": LOOKERS, "returns": dict[str, Any], "asked": by_partner},
        summary="Show agreement, clock, sizes and roots of the exchange",
    )
    async def show_state(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Both sides compare it at their start."""

        def question() -> bytes:
            with door.ledger.read() as reader:
                return encode(door.link.exchange_state(reader, now_ms=door.now()))

        return Response(await services_of(request).runtime.query(question), media_type=JSON)

    @post(
        disclosure.PATH,
        status_code=200,
        request_max_body_size=disclosure.DISCLOSURE_BYTES_MAX,
        opt={"permits": frozenset({Duty.PARTNER}), "returns": "text/plain", "asked": by_partner},
        summary="Take in sections that the partner discloses of an entry",
    )
    async def take_disclosure(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The receipt leaves only when what was disclosed is held durably; a refusal is a reply."""
        if is_cut():
            raise PartnerUnreachable("the line is cut in a drill")
        raw = await request.body()
        answer = await services_of(request).runtime.submit(lambda: door.hear_disclosure(raw))
        return _reply(answer) if answer.startswith(b"{") else Response(answer, media_type=NOTE_TYPE)

    def told(digest: str) -> bool:
        with door.ledger.read() as reader:
            return door.link.was_told(reader, digest, now_ms=door.now())

    blob = blob_route(attachments, told=told, check=by_partner, is_cut=is_cut)
    return (answer_probe, show_state, take_disclosure, blob)


def _reply(raw: bytes) -> Response[bytes]:
    return Response(raw, media_type=REPLY_TYPE, status_code=http_status(raw))
