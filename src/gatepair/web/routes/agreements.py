"""The versions of the agreement: what is held, and the taking in of a successor while the post runs."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.exchange.agreement import AGREEMENT_BYTES_MAX
from gatepair.exchange.note import NOTE_BYTES_MAX
from gatepair.web.auth import OVERSEERS, services_of
from gatepair.web.bodies import VERSION_DECODER, VersionIn, decode
from gatepair.web.errors import JSON

TAKERS: Final = frozenset({Duty.COMMAND_CENTRE})
"""Who may bring a version; that it takes force is shown by the roots' signatures alone."""
BODY_BYTES_MAX: Final = 2 * (AGREEMENT_BYTES_MAX + NOTE_BYTES_MAX)
"""Agreement and note, with the spaces that people leave in JSON."""


class VersionRow(Struct, frozen=True):
    """One version: its number and hash, its time, and what it is now."""

    version: int
    hash: str
    valid_from_ms: int
    counts_until_ms: int | None
    """When entries under it cease to count; None is never."""
    in_force: bool
    shared: bool
    """Whether the partner is known to hold it too."""
    contested: bool
    """Whether the roots signed two texts of this number; then it takes no force."""


class Versions(Struct, frozen=True):
    """All versions of the agreement that are held, by number."""

    versions: list[VersionRow]


class TakenVersion(Struct, frozen=True):
    """The version that was taken in, and what is to be known of it."""

    version: int
    hash: str
    valid_from_ms: int
    findings: list[dict[str, Any]]


@get(
    "/v1/exchange/agreements",
    opt={"permits": OVERSEERS, "returns": Versions},
    summary="Versions of the agreement and what each is now",
)
async def show_versions(request: Request[Any, Any, Any]) -> Response[bytes]:
    """For the command centre and the auditor."""
    services = services_of(request)
    rows = await services.runtime.query(services.post.version_table)
    return Response(msgspec.json.encode({"versions": rows}), media_type=JSON)


@post(
    "/v1/exchange/agreements",
    status_code=200,
    opt={"permits": TAKERS, "body": VersionIn, "returns": TakenVersion},
    request_max_body_size=BODY_BYTES_MAX,
    summary="Take in a version of the agreement that the roots of both sides signed",
)
async def take_version(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same version again changes nothing; it is said to the partner, and takes force at its instant."""
    services = services_of(request)
    asked = decode(VERSION_DECODER, await request.body())
    raw = encode(asked.agreement)
    held, findings = await services.runtime.submit(lambda: services.post.take_version(raw, asked.note))
    one = held.agreement
    wire = [finding.to_wire() for finding in findings]
    taken = TakenVersion(one.version, held.hash_hex, one.valid_from_ms, wire)
    return Response(msgspec.json.encode(taken), media_type=JSON)


ROUTES: Final = (show_versions, take_version)
