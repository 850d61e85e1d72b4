"""The partner's routes.

A batch proves by its signature who sent it, so it needs no credential; it is screened in a reading
thread before it may take a turn of the writer.  What carries no signature of its own is asked for
with a signed request in a header (``exchange/asking.py``).  The state shows how much is exchanged
and is for the partner and for those who oversee the node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatepair.adapters.peer.wire import ENTRIES_PATH, NOTE_TYPE, REPLY_TYPE, STATE_PATH
from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.errors import (
    BadInput,
    EnvelopeRejected,
    NotFound,
    NotInAgreement,
    PartnerUnreachable,
    Unauthenticated,
)
from gatepair.base.time import Instant
from gatepair.exchange import asking, clock
from gatepair.exchange.wire import BATCH_BYTES_MAX, PROTOCOL, Outcome, Reply, encode_reply, http_status
from gatepair.node.link import Link
from gatepair.node.ports import Ledger
from gatepair.node.requests import Actor
from gatepair.web.auth import EVERYONE, OVERSEERS, address_of, services_of
from gatepair.web.errors import JSON

SENDERS: Final = EVERYONE
"""Anybody may knock; the signature decides."""
LOOKERS: Final = OVERSEERS | {Duty.PARTNER}
PROOF: Final = {asking.HEADER: "signed request of the partner (base64 of the note)"}


class Door(Protocol):
    """What the routes need of a post (:class:`gatepair.node.post.Post` has it)."""

    ledger: Ledger
    link: Link

    def now(self) -> Instant:
        """Return the present instant."""
        ...

    def receive(self, lane: str, batch: bytes) -> bytes:
        """Mirror a batch and return the reply, durably; belongs to the writer's thread."""
        ...


def partner_routes(door: Door, *, is_cut: Callable[[], bool] = lambda: False) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes by which the partner reaches ``door``; ``is_cut`` tells whether a drill has cut the line."""

    @post(
        ENTRIES_PATH.replace("{lane}", "{lane:str}"),
        status_code=200,
        request_max_body_size=BATCH_BYTES_MAX,
        opt={"permits": SENDERS, "signed": True, "returns": Reply},
        summary="Take in a batch of the partner's log and return the receipt",
    )
    async def take_entries(request: Request[Any, Any, Any], lane: FromPath[str]) -> Response[bytes]:
        """The receipt leaves only when the entries and their effects are durable."""
        if is_cut():
            raise PartnerUnreachable("the line is cut in a drill")
        services = services_of(request)
        raw = await request.body()
        try:
            await services.runtime.query(lambda: door.link.screen(lane, raw))
        except (BadInput, EnvelopeRejected, NotInAgreement) as error:
            # A stranger's knocking costs its address the allowance of callers without credential.
            services.by_address.take(address_of(request))
            return _reply(encode_reply(_rejected(error.code, error.message)))
        return _reply(await services.runtime.submit(lambda: door.receive(lane, raw)))

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

    return (take_entries, answer_probe, show_state)


def _rejected(code: str, message: str) -> Reply:
    return Reply(v=PROTOCOL, outcome=Outcome.REJECTED, code=code, message=message[:400])


def _reply(raw: bytes) -> Response[bytes]:
    return Response(raw, media_type=REPLY_TYPE, status_code=http_status(raw))
