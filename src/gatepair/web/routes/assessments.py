"""Assessments over the interface: one declaration answered at once, many answered line by line as they are reckoned."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, Protocol

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.response import Stream

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.errors import GatepairError, Malformed, TooLarge
from gatepair.clearance.assessing.model import Assessed, Dossier
from gatepair.clearance.sheets import is_date
from gatepair.web.auth import services_of
from gatepair.web.bodies import decode
from gatepair.web.errors import JSON, as_gatepair, encode, envelope

ASKERS: Final = frozenset({Duty.TRADER, Duty.AUDITOR, *AGENCIES})
"""Who may have a declaration assessed; nothing is recorded, and no profile of customs is looked at."""
DOSSIER_BYTES_MAX: Final = 4 * 1024 * 1024
"""Largest declaration with its papers in one request, and largest line of a stream."""
STREAM_BYTES_MAX: Final = 32 * 1024 * 1024
"""Largest body of a stream of declarations."""
STREAM_LINES_MAX: Final = 10_000
"""Most declarations of one stream."""
LINES_AT_ONCE: Final = 16
"""Declarations reckoned in one turn of a reading thread: others wait no longer than for these."""
NDJSON: Final = "application/x-ndjson"
DOSSIER_DECODER: Final = msgspec.json.Decoder(Dossier)
On = Annotated[
    str, QueryParameter(max_length=10, description="day of import, as 2025-11-11; default: today at the post")
]


class Assesses(Protocol):
    """What reckons; :class:`gatepair.adapters.assessing.Assessor` is one."""

    def assess(self, dossier: Dossier, *, on: date) -> Assessed:
        """Return ``dossier`` assessed on the day ``on`` by the tables of now."""
        ...


def assessment_routes(assessor: Assesses, today: Callable[[], date]) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes; ``today`` is the local day of the post's clock."""

    def day(on: str) -> date:
        if not on:
            return today()
        if not is_date(on):
            raise Malformed("the day is not written as 2025-11-11", path="on")
        return date.fromisoformat(on)

    @post(
        "/v1/assessments",
        status_code=200,
        request_max_body_size=DOSSIER_BYTES_MAX,
        opt={"permits": ASKERS, "body": Dossier, "returns": dict[str, Any]},
        summary="Assess a declaration with its papers",
    )
    async def assess_one(request: Request[Any, Any, Any], on: On = "") -> Response[bytes]:
        """Findings, rates side by side, duty and taxes, origin; what is not known is null and never 0. Nothing is kept."""
        body, asked = await request.body(), day(on)
        return Response(
            await services_of(request).runtime.query(partial(_answer, assessor, body, asked)), media_type=JSON
        )

    @post(
        "/v1/assessments.jsonl",
        status_code=200,
        request_max_body_size=STREAM_BYTES_MAX,
        opt={"permits": ASKERS, "returns": NDJSON, "streams": True},
        summary="Assess many declarations, one a line",
    )
    async def assess_many(request: Request[Any, Any, Any], on: On = "") -> Stream:
        """One answer a line in the order of the lines, sent as it is reckoned; a line that cannot be read answers with its error."""
        lines = [line for line in (await request.body()).split(b"\n") if line.strip()]
        if len(lines) > STREAM_LINES_MAX:
            raise TooLarge(f"a stream has at most {STREAM_LINES_MAX} declarations", limit=STREAM_LINES_MAX)
        return Stream(_answers(request, assessor, lines, day(on)), media_type=NDJSON)

    return (assess_one, assess_many)


def _answer(assessor: Assesses, body: bytes, on: date) -> bytes:
    return msgspec.json.encode(assessor.assess(decode(DOSSIER_DECODER, body), on=on).to_wire())


async def _answers(
    request: Request[Any, Any, Any], assessor: Assesses, lines: list[bytes], on: date
) -> AsyncIterator[bytes]:
    runtime = services_of(request).runtime
    request_id = str(request.scope["state"]["request_id"])
    for first in range(0, len(lines), LINES_AT_ONCE):
        some = lines[first : first + LINES_AT_ONCE]
        yield await runtime.query(partial(_lines, assessor, some, on=on, request_id=request_id))


def _lines(assessor: Assesses, lines: list[bytes], *, on: date, request_id: str) -> bytes:
    return b"".join(_line(assessor, line, on=on, request_id=request_id) + b"\n" for line in lines)


def _line(assessor: Assesses, line: bytes, *, on: date, request_id: str) -> bytes:
    try:
        if len(line) > DOSSIER_BYTES_MAX:
            raise TooLarge(f"a line has at most {DOSSIER_BYTES_MAX} bytes", limit=DOSSIER_BYTES_MAX)
        return _answer(assessor, line, on)
    except (GatepairError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return encode(envelope(as_gatepair(error), request_id)[1])
