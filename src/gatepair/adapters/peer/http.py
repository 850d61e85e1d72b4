"""The line to the partner over HTTP/1.1 with kept connections.

Retries are the caller's loop: every batch may be sent again without harm.  In earnest the partner
is reached over HTTPS with a client certificate, which is what ``tls`` carries; evidence never rests
on it, only on the signatures inside.
"""

from __future__ import annotations

import ssl
from typing import Final

import httpx2

from gatepair.adapters.peer.wire import (
    ANSWER_BYTES_MAX,
    ANSWER_TYPES,
    ASK_TYPE,
    ASKED_TYPES,
    ATTACHMENT_TYPE,
    BATCH_TYPE,
    CALL_PATH,
    NOTE_TYPE,
    REPLY_TYPE,
    STATE_BYTES_MAX,
    STATE_PATH,
)
from gatepair.base.errors import PartnerUnreachable
from gatepair.exchange import asking, attachments, clock, disclosure
from gatepair.exchange.calls import Call, call_of
from gatepair.exchange.note import NOTE_BYTES_MAX
from gatepair.exchange.wire import BATCH_BYTES_MAX, REPLY_BYTES_MAX

CONNECT_S: Final = 5.0
"""Longest wait for a connection: a line that takes longer is down."""
ANSWER_S: Final = 30.0
"""Longest wait for an answer: a batch of 256 entries with its effects takes well under one second."""
CONNECTIONS_MAX: Final = 4
"""One for each lane and one for the state."""
KEPT_S: Final = 120.0
"""How long an idle connection is kept: longer than a heartbeat's pause."""


class HttpPeerTransport:
    """A :class:`gatepair.node.ports.PeerTransport` over HTTP."""

    def __init__(self, base_url: str, *, tls: ssl.SSLContext | None = None) -> None:
        """Talk to the partner at ``base_url``."""
        self._secured = tls is not None
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            verify=tls if tls is not None else True,
            timeout=httpx2.Timeout(ANSWER_S, connect=CONNECT_S, pool=CONNECT_S),
            limits=httpx2.Limits(
                max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX, keepalive_expiry=KEPT_S
            ),
            follow_redirects=False,
            # A proxy of the environment has no business between two posts.
            trust_env=False,
        )

    async def send(self, lane: str, call: Call, raw: bytes) -> bytes:
        """Bring ``raw`` over and return the answer.

        Raises:
            PartnerUnreachable: no answer came; sending the same bytes again is safe.
        """
        request = self._request(lane, call, raw)
        return await self._answer(request, media_type=ANSWER_TYPES[call], limit=ANSWER_BYTES_MAX[call])

    async def fetch(self, lane: str, ask: bytes) -> tuple[Call, bytes] | None:
        """Return what the partner would send us, None when nothing waits.

        Raises:
            PartnerUnreachable: no answer came.
        """
        request = self._request(lane, Call.NEXT, ask)
        try:
            response = await self._client.send(request, stream=True)
            try:
                if response.status_code == httpx2.codes.NO_CONTENT:
                    return None
                media_type = BATCH_TYPE if _media_type(response) == BATCH_TYPE else ASK_TYPE
                raw = await _body(response, media_type=media_type, limit=BATCH_BYTES_MAX)
            finally:
                await response.aclose()
        except httpx2.HTTPError as error:
            raise _silent(error, secured=self._secured) from error
        return (Call.ENTRIES, raw) if media_type == BATCH_TYPE else (call_of(raw), raw)

    async def state(self, proof: str) -> bytes:
        """Return the partner's state; ``proof`` says who asks.

        Raises:
            PartnerUnreachable: no answer came.
        """
        request = self._client.build_request("GET", STATE_PATH, headers={asking.HEADER: proof})
        return await self._answer(request, media_type="application/json", limit=STATE_BYTES_MAX)

    async def probe(self, proof: str) -> bytes:
        """Return the partner's answer to the clock probe ``proof``.

        Raises:
            PartnerUnreachable: no answer came, or the partner runs on a drill's clock.
        """
        request = self._client.build_request(clock.METHOD, clock.PATH, headers={asking.HEADER: proof})
        return await self._answer(request, media_type=NOTE_TYPE, limit=NOTE_BYTES_MAX)

    async def attachment(self, digest: str, proof: str) -> bytes:
        """Return what the partner gives for ``digest``, not yet verified.

        Raises:
            PartnerUnreachable: no answer came, or the partner has none for us.
        """
        path = attachments.PATH.format(sha256=digest)
        request = self._client.build_request("GET", path, headers={asking.HEADER: proof})
        return await self._answer(request, media_type=ATTACHMENT_TYPE, limit=attachments.ATTACHMENT_BYTES_MAX)

    async def disclose(self, raw: bytes, proof: str) -> bytes:
        """Bring the disclosure ``raw`` over and return the partner's receipt, or its reply that refuses it.

        Raises:
            PartnerUnreachable: no answer came; giving the same bytes again is safe.
        """
        headers = {asking.HEADER: proof, "content-type": disclosure.MEDIA_TYPE}
        request = self._client.build_request("POST", disclosure.PATH, content=raw, headers=headers)
        return await self._answer(request, media_type=NOTE_TYPE, limit=REPLY_BYTES_MAX, or_type=REPLY_TYPE)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _answer(self, request: httpx2.Request, *, media_type: str, limit: int, or_type: str = "") -> bytes:
        try:
            response = await self._client.send(request, stream=True)
            try:
                wanted = or_type if or_type and _media_type(response) == or_type else media_type
                return await _body(response, media_type=wanted, limit=limit)
            finally:
                await response.aclose()
        except httpx2.HTTPError as error:
            raise _silent(error, secured=self._secured) from error

    def _request(self, lane: str, call: Call, raw: bytes) -> httpx2.Request:
        path = CALL_PATH.format(lane=lane, call=call.value)
        return self._client.build_request("POST", path, content=raw, headers={"content-type": ASKED_TYPES[call]})


def _silent(error: httpx2.HTTPError, *, secured: bool) -> PartnerUnreachable:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PartnerUnreachable(f"the partner shows a certificate that is not held here ({cause.verify_message})")
        if isinstance(cause, ssl.SSLError):
            return PartnerUnreachable(
                f"the partner does not accept our certificate, or speaks no TLS 1.3 ({cause.reason})"
            )
        cause = cause.__cause__ or cause.__context__
    if secured and isinstance(error, httpx2.ReadError | httpx2.WriteError | httpx2.RemoteProtocolError):
        # In TLS 1.3 our certificate is judged after the handshake, and the line may be gone before the reason comes.
        return PartnerUnreachable("the partner ended the connection: it stops, or it does not accept our certificate")
    return PartnerUnreachable(f"the partner does not answer: {type(error).__name__}")


def _media_type(response: httpx2.Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip()


async def _body(response: httpx2.Response, *, media_type: str, limit: int) -> bytes:
    if _media_type(response) != media_type or response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise PartnerUnreachable(
            f"the partner's address answered {response.status_code}, which is no reply of the exchange",
            status=response.status_code,
        )
    taken = bytearray()
    async for part in response.aiter_bytes():
        taken += part
        if len(taken) > limit:
            raise PartnerUnreachable(f"the partner's reply is longer than {limit} bytes")
    return bytes(taken)
