"""Entries given away: a range as JSON Lines with checkpoint and proofs, a search as CSV; both streamed and bounded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from litestar import Request, Response, get
from litestar.response import Redirect, Stream

from gatepair.base.errors import Malformed
from gatepair.node.audit_export import ENTRIES_MAX, ROWS_MAX
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.auditor import asked
from gatepair.web.console.auditor.tables import ENTRY_COLUMNS, csv_stream, entry_row
from gatepair.web.console.catalogue import say
from gatepair.web.console.menu import AUDIT
from gatepair.web.console.refusals import refused_by


@get("/audit/export", opt=opts(AUDIT), exception_handlers=ON_ERROR, summary="Export entries of the ledger, as a page")
async def show_export(request: Request[Any, Any, Any]) -> Response[Any]:
    """Leads to the file of the range or day that was filled in."""
    services, query = services_of(request), dict(request.query_params)
    reader = await reader_of(request)
    given = {name: asked.text_in(query, name) for name in ("first", "last", "day")}
    refused = None
    if "go" in query:
        try:
            first, last = await _range(request, query, reader)
            return Redirect(f"/audit/entries.jsonl?first={first}&last={last}", status_code=303)
        except Malformed as error:
            refused = refused_by(error, reader.language, titles=asked.TITLES)
    text = pages.page(
        "auditor/export",
        reader,
        given=given,
        refused=refused,
        head=services.post.head_position(),
        limits={"entries": ENTRIES_MAX, "rows": ROWS_MAX},
    )
    return answered(request, text, status=400 if refused else 200)


@get(
    "/audit/entries.jsonl",
    opt=opts(AUDIT, "application/x-ndjson", streams=True),
    exception_handlers=ON_ERROR,
    summary="Entries of the ledger with checkpoint and proofs, as JSON Lines",
)
async def export_entries(request: Request[Any, Any, Any]) -> Stream:
    """The first line is the checkpoint with the hashes of the pruned tree; names of persons and firms are left out."""
    services = services_of(request)
    first, last = await _range(request, dict(request.query_params), await reader_of(request))
    desk = services.post.audit_desk
    header, lines = await services.runtime.query(lambda: desk.export(first=first, last=last))

    async def body() -> AsyncIterator[bytes]:
        yield header
        while chunk := await services.runtime.query(lambda: next(lines, b"")):
            yield chunk

    headers = {"Content-Disposition": f'attachment; filename="{services.post.key}-{first}-{last}.jsonl"'}
    return Stream(body(), media_type="application/x-ndjson", headers=headers)


@get(
    "/audit/search.csv",
    opt=opts(AUDIT, "text/csv", streams=True),
    exception_handlers=ON_ERROR,
    summary="What a search of the ledger found, as CSV",
)
async def export_search(request: Request[Any, Any, Any]) -> Stream:
    """The same rows as on the page, up to the bound of an export; without payloads."""
    services = services_of(request)
    sought = asked.sought_in(dict(request.query_params), (await reader_of(request)).zone)
    return csv_stream(services, sought, columns=ENTRY_COLUMNS, row_of=entry_row, name=f"{services.post.key}-search.csv")


async def _range(request: Request[Any, Any, Any], query: Mapping[str, str], reader: pages.Reader) -> tuple[int, int]:
    """Return the positions that were asked for: a day, or from and to, of which each may be left out. Raises Malformed."""
    services = services_of(request)
    first, last = asked.position_in(query, "first") or 1, asked.position_in(query, "last")
    day = asked.day_in(query, "day", reader.zone)
    if day is not None:
        first, last = await services.runtime.query(lambda: services.post.audit_desk.positions_of(*day))
        if not first:
            raise Malformed(say("nothing was recorded on this day"), path="day")
    last = last or min(services.post.head_position(), first + ENTRIES_MAX - 1)
    if not first <= last <= services.post.head_position():
        raise Malformed(say("these positions are not in the ledger, the first before the last"), path="first")
    if last - first >= ENTRIES_MAX:
        raise Malformed(f"an export holds at most {ENTRIES_MAX} entries; take several", path="last")
    return first, last


ROUTES: Final = (show_export, export_entries, export_search)
"""Every address of exports."""
