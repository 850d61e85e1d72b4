"""Files read over the interface: what a declaration file holds and what became of every value, in the published form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated, Any, Final, Protocol

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.response import Stream

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.errors import TooLarge
from gatepair.web.auth import services_of
from gatepair.web.errors import JSON

READERS: Final = frozenset({Duty.TRADER, Duty.AUDITOR, *AGENCIES})
"""Who may have a file read; nothing of it is kept."""
FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Largest file; each format has its own limit as well."""
DOCUMENTS_MAX: Final = 100
"""Most documents of one file that are answered at once; more are streamed."""
MAPPING_MAX: Final = 8_000
"""Longest mapping file that goes into an address."""
NDJSON: Final = "application/x-ndjson"
As = Annotated[
    str,
    QueryParameter(max_length=10, description="format: json, wco, edifact, china, csv or xlsx; default: told apart"),
]
Mapped = Annotated[
    str,
    QueryParameter(max_length=MAPPING_MAX, description="the mapping file of a table, as YAML; default: known headers"),
]


class Reads(Protocol):
    """What reads files; :func:`gatepair.adapters.formats.reading.read_wire` is one."""

    def __call__(self, raw: bytes, *, form: str, mapping: str) -> Sequence[dict[str, Any]]:
        """Return the documents of ``raw`` in the published form.

        Raises:
            BadInput: the file is refused; with findings.
        """
        ...


def declaration_routes(read: Reads) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes; ``read`` does the reading."""

    @post(
        "/v1/declarations/read",
        status_code=200,
        request_max_body_size=FILE_BYTES_MAX,
        opt={"permits": READERS, "returns": dict[str, Any]},
        summary="Read a declaration file",
    )
    async def read_file(request: Request[Any, Any, Any], form: As = "", mapping: Mapped = "") -> Response[bytes]:
        """Documents of the file with what became of every value; at most a hundred. Nothing is kept."""
        found = await _read(request, read, form=form, mapping=mapping)
        if len(found) > DOCUMENTS_MAX:
            message = (
                f"the file holds {len(found)} documents; ask /v1/declarations/read.jsonl for more than {DOCUMENTS_MAX}"
            )
            raise TooLarge(message, limit=DOCUMENTS_MAX)
        return Response(msgspec.json.encode({"documents": found}), media_type=JSON)

    @post(
        "/v1/declarations/read.jsonl",
        status_code=200,
        request_max_body_size=FILE_BYTES_MAX,
        opt={"permits": READERS, "returns": NDJSON, "streams": True},
        summary="Read a file of many declarations",
    )
    async def read_many(request: Request[Any, Any, Any], form: As = "", mapping: Mapped = "") -> Stream:
        """One document a line, in the order of the file. A file that is refused is refused before the first line."""
        return Stream(_lines(await _read(request, read, form=form, mapping=mapping)), media_type=NDJSON)

    return (read_file, read_many)


async def _read(request: Request[Any, Any, Any], read: Reads, *, form: str, mapping: str) -> Sequence[dict[str, Any]]:
    body = await request.body()
    return await services_of(request).runtime.query(partial(read, body, form=form, mapping=mapping))


async def _lines(found: Sequence[dict[str, Any]]) -> AsyncIterator[bytes]:
    for each in found:
        yield msgspec.json.encode(each) + b"\n"
