"""What an officer does when the line is down: write and read bundles, print and scan papers, and reconcile.

Writing and reading run step by step between the commands of the gate, so that a long backlog holds
nobody up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from msgspec import Meta, Struct

from gatepair.adapters.paper import page_at
from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.errors import Malformed
from gatepair.exchange.agreement import SectionName
from gatepair.exchange.bundle import BUNDLE_TYPE, PART_BYTES_MAX
from gatepair.exchange.envelope import Natural, OriginText
from gatepair.exchange.paper import CODES_MAX
from gatepair.node import disclosing
from gatepair.node.courier import Export, Import, Order, Step, Taken
from gatepair.node.paper import PaperTaken, printed
from gatepair.node.reconcile_reading import Site, case_of
from gatepair.node.reconcile_report import Report
from gatepair.web.auth import OVERSEERS, actor_of, services_of
from gatepair.web.bodies import decode
from gatepair.web.errors import JSON
from gatepair.web.ports import Runtime

if TYPE_CHECKING:
    from gatepair.node.post import Post

COURIERS: Final = frozenset({Duty.GATE_BOARD, Duty.COMMAND_CENTRE})
"""Who hands files to a courier and takes them from one."""
PRINTERS: Final = COURIERS | {Duty.CUSTOMS}
"""Who prints a paper: it shows the partner's share of a crossing to whoever holds it."""
SCANNERS: Final = frozenset(AGENCIES) | {Duty.YARD, Duty.COMMAND_CENTRE}
"""Who scans one: the people at the lanes."""
READERS: Final = OVERSEERS | {Duty.GATE_BOARD}
HTML: Final = "text/html"
CODE_LINE_MAX: Final = 2_000
"""Longest text of one code with what is around its piece, and some space."""

Instant = Annotated[int, QueryParameter(ge=0, le=9_007_199_254_740_991, description="milliseconds since 1970 (UTC)")]
Omitted = Annotated[
    str, QueryParameter(pattern=r"^[a-z0-9_,]{0,200}$(?!\n)", description="sections to leave out, by comma")
]
Entries = Annotated[
    str, QueryParameter(pattern=r"^(new|all)$(?!\n)", description="`all`: also what the partner has receipted")
]


class ScannedIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/exchange/paper``: what the scanner typed, a code or several in each text."""

    texts: Annotated[
        list[Annotated[str, Meta(max_length=CODES_MAX * CODE_LINE_MAX)]], Meta(min_length=1, max_length=CODES_MAX)
    ]


class ToDisclose(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/exchange/disclosures``: which sections of which entry of ours."""

    log: OriginText
    index: Natural
    sections: Annotated[list[SectionName], Meta(min_length=1, max_length=64)]


TO_DISCLOSE_DECODER: Final = msgspec.json.Decoder(ToDisclose)
ORDER_DECODER: Final = msgspec.json.Decoder(Order)
SCANNED_DECODER: Final = msgspec.json.Decoder(ScannedIn)


def courier_routes(door: Post) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes by which the officers of ``door`` stand in for the line."""
    return (*_bundle_routes(door), *_paper_routes(door), *_disclosure_routes(door), _report_route(door))


def _bundle_routes(door: Post) -> tuple[HTTPRouteHandler, ...]:
    @post(
        "/v1/exchange/export",
        status_code=200,
        opt={"permits": COURIERS, "body": Order, "returns": "application/octet-stream"},
        summary="Write a part of a bundle for the courier",
    )
    async def export(request: Request[Any, Any, Any]) -> Response[bytes]:
        """From the last receipts on, or from where it is told; recorded with the name of who asked."""
        order = decode(ORDER_DECODER, await request.body())
        writing = Export(door, order, actor=actor_of(request).id)
        await _do(services_of(request).runtime, writing.steps())
        return Response(writing.part(), media_type=BUNDLE_TYPE)

    @post(
        "/v1/exchange/import",
        status_code=200,
        request_max_body_size=PART_BYTES_MAX,
        opt={"permits": COURIERS, "returns": Taken},
        summary="Take in a part of a bundle that a courier brought",
    )
    async def take_in(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The same part again changes nothing; one that comes too early says which is needed first."""
        services, raw = services_of(request), await request.body()
        reading = await services.runtime.query(lambda: Import(door, raw, actor=actor_of(request).id))
        await _do(services.runtime, reading.steps())
        return Response(msgspec.json.encode(reading.taken()), media_type=JSON)

    return (export, take_in)


def _paper_routes(door: Post) -> tuple[HTTPRouteHandler, ...]:
    @get(
        "/v1/exchange/paper/{crossing:str}",
        opt={"permits": PRINTERS, "returns": "text/html"},
        summary="Print a paper about a crossing, with codes that the partner scans",
    )
    async def print_paper(
        request: Request[Any, Any, Any], crossing: FromPath[str], omit: Omitted = "", entries: Entries = "new"
    ) -> Response[str]:
        """What the partner has not receipted of it, signed and provable alone; recorded with the name of who asked."""
        left_out = tuple(name for name in omit.split(",") if name)
        actor = actor_of(request).id
        paper = await services_of(request).runtime.submit(
            lambda: printed(door, crossing, omit=left_out, whole=entries == "all", actor=actor)
        )
        # Saved and printed, not shown: the interface's own pages allow no other style.
        saved = {"content-disposition": f'attachment; filename="paper-{crossing}.html"'}
        return Response(page_at(door, paper), media_type=HTML, headers=saved)

    @post(
        "/v1/exchange/paper",
        status_code=200,
        opt={"permits": SCANNERS, "body": ScannedIn, "returns": PaperTaken},
        summary="Take in a paper of the partner that was scanned",
    )
    async def scan_paper(request: Request[Any, Any, Any]) -> Response[bytes]:
        """What it proves counts as the partner's word until the line confirms it; recorded with who scanned it."""
        scanned, actor = decode(SCANNED_DECODER, await request.body()), actor_of(request).id
        taken = await services_of(request).runtime.submit(lambda: door.scan(scanned.texts, actor=actor))
        return Response(msgspec.json.encode(taken), media_type=JSON)

    return (print_paper, scan_paper)


def _disclosure_routes(door: Post) -> tuple[HTTPRouteHandler, ...]:
    @post(
        "/v1/exchange/disclosures",
        status_code=200,
        opt={"permits": COURIERS, "body": ToDisclose, "returns": dict[str, Any]},
        summary="Disclose sections of an entry of ours to the partner over the line",
    )
    async def give_disclosure(request: Request[Any, Any, Any]) -> Response[bytes]:
        """It waits until the partner has receipted it; recorded with the name of who asked."""
        asked, actor = decode(TO_DISCLOSE_DECODER, await request.body()), actor_of(request).id
        given = await services_of(request).runtime.submit(
            lambda: disclosing.give(door, asked.log, asked.index, asked.sections, actor=actor)
        )
        return Response(msgspec.json.encode(given.to_wire()), media_type=JSON)

    @get(
        "/v1/exchange/disclosures",
        opt={"permits": READERS, "returns": list[dict[str, Any]]},
        summary="Show what was disclosed over the line, and what came of it",
    )
    async def show_disclosures(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Each waits, is receipted with the partner's signed note, or is refused with the reason."""
        found = await services_of(request).runtime.query(lambda: disclosing.listed(door))
        return Response(msgspec.json.encode([one.to_wire() for one in found]), media_type=JSON)

    return (give_disclosure, show_disclosures)


def _report_route(door: Post) -> HTTPRouteHandler:
    @get(
        "/v1/exchange/reconcile",
        opt={"permits": READERS, "returns": dict[str, Any]},
        summary="Tell which decisions rested on stale knowledge, and which would have been different",
    )
    async def reconcile(request: Request[Any, Any, Any], since_ms: Instant, until_ms: Instant) -> Response[bytes]:
        """Decisions recorded in the time, made again with what the partner had written by then."""
        if until_ms <= since_ms:
            raise Malformed("until_ms lies after since_ms")
        site = Site(door.plan, door.post, door.link.agreement, door.now(), door.link.versions)

        def question() -> bytes:
            with door.ledger.read() as reader:
                found = Report.of(case_of(site, reader, since_ms=since_ms, until_ms=until_ms))
            return msgspec.json.encode(found.to_wire())

        return Response(await services_of(request).runtime.query(question), media_type=JSON)

    return reconcile


async def _do(runtime: Runtime, steps: Iterable[Step]) -> None:
    for step in steps:
        await runtime.submit(step)
