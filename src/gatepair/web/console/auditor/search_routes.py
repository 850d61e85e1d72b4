"""The auditor's search, and one entry opened."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from gatepair.base.errors import Malformed
from gatepair.crossing import events as crossing_events
from gatepair.node import audit
from gatepair.operations import events as gate_events
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.auditor import asked
from gatepair.web.console.menu import AUDIT
from gatepair.web.console.refusals import refused_by
from gatepair.web.reading import note_names

FIELDS: Final = ("type", "stream", "actor", "since", "until", "text")
TYPES: Final = tuple(sorted(one.__name__ for one in (*crossing_events.ALL, *gate_events.ALL, *audit.ALL)))
"""Names of every event that a ledger can hold."""


@get("/audit", opt=opts(AUDIT), exception_handlers=ON_ERROR, summary="Search the ledger, as a page")
async def show_search(request: Request[Any, Any, Any]) -> Response[str]:
    """The latest first; without names, which stand on the page of an entry."""
    services, query = services_of(request), dict(request.query_params)
    reader = await reader_of(request)
    given = {name: asked.text_in(query, name) for name in FIELDS}
    try:
        sought = asked.sought_in(query, reader.zone)
        before = asked.position_in(query, "before")
    except Malformed as error:
        refused = refused_by(error, reader.language, titles=asked.TITLES)
        text = pages.page("auditor/search", reader, given=given, types=TYPES, refused=refused, hits=None, further="")
        return answered(request, text, status=400)
    hits = await services.runtime.query(lambda: services.post.audit_desk.search(sought, before=before))
    kept = {name: value for name, value in given.items() if value}
    text = pages.page(
        "auditor/search",
        reader,
        given=given,
        types=TYPES,
        refused=None,
        hits=hits,
        asked=kept,
        from_end=not before,
        head=services.post.head_position(),
        further=urlencode({**kept, "before": hits.before}) if hits.before else "",
        query=urlencode(kept),
    )
    return answered(request, text)


@get(
    "/audit/entries/{position:int}",
    opt=opts(AUDIT),
    exception_handlers=ON_ERROR,
    summary="One entry of the ledger, as a page",
)
async def show_entry(request: Request[Any, Any, Any], position: FromPath[int]) -> Response[str]:
    """When names are shown, that is recorded before they are."""
    services = services_of(request)
    post = services.post
    opened = await services.runtime.query(lambda: post.audit_desk.entry(position))
    family, _, subject = str(opened.row["stream"]).partition("/")
    await note_names(request, subject, opened.named)
    payload = msgspec.json.format(msgspec.json.encode(opened.row["payload"]), indent=2).decode()
    text = pages.page(
        "auditor/entry",
        await reader_of(request),
        opened=opened,
        row=opened.row,
        payload=payload,
        crossing=subject if family == "crossing" else "",
        head=post.head_position(),
    )
    return answered(request, text)


ROUTES: Final = (show_search, show_entry)
"""Every address of the search."""
