"""Who was shown whose names: the readings of personal data, as a page and as CSV; and the keys of both sides."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.response import Stream

from gatepair.base.duties import Duty
from gatepair.base.errors import Malformed
from gatepair.node.audit import PersonalDataRead
from gatepair.node.audit_search import Sought
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.auditor import asked
from gatepair.web.console.auditor.tables import READ_COLUMNS, csv_stream, read_row
from gatepair.web.console.menu import AUDIT
from gatepair.web.console.refusals import refused_by

FIELDS: Final = ("actor", "duty", "text", "since", "until")
READERS: Final = tuple(sorted(one.value for one in Duty if one not in {Duty.NODE, Duty.PUBLIC, Duty.PARTNER}))
"""Duties of people, one of which may be asked for."""


@get("/audit/reads", opt=opts(AUDIT), exception_handlers=ON_ERROR, summary="Readings of personal data, as a page")
async def show_reads(request: Request[Any, Any, Any]) -> Response[str]:
    """Who, when, which crossing, which fields; the latest first."""
    services, query = services_of(request), dict(request.query_params)
    reader = await reader_of(request)
    given = {name: asked.text_in(query, name) for name in FIELDS}
    shown: dict[str, Any] = {
        "given": given,
        "duties": READERS,
        "refused": None,
        "hits": None,
        "further": "",
        "query": "",
    }
    try:
        sought, before = _sought(query, reader), asked.position_in(query, "before")
    except Malformed as error:
        shown["refused"] = refused_by(error, reader.language, titles=asked.TITLES)
        return answered(request, pages.page("auditor/reads", reader, **shown), status=400)
    hits = await services.runtime.query(lambda: services.post.audit_desk.search(sought, before=before))
    kept = {name: value for name, value in given.items() if value}
    shown |= {
        "hits": hits,
        "head": services.post.head_position(),
        "further": urlencode({**kept, "before": hits.before}) if hits.before else "",
        "query": urlencode(kept),
    }
    return answered(request, pages.page("auditor/reads", reader, **shown))


@get(
    "/audit/reads.csv",
    opt=opts(AUDIT, "text/csv", streams=True),
    exception_handlers=ON_ERROR,
    summary="Readings of personal data, as CSV",
)
async def export_reads(request: Request[Any, Any, Any]) -> Stream:
    """The same rows as on the page, up to the bound of an export."""
    services, query = services_of(request), dict(request.query_params)
    sought = _sought(query, await reader_of(request))
    return csv_stream(services, sought, columns=READ_COLUMNS, row_of=read_row, name=f"{services.post.key}-reads.csv")


def _sought(query: dict[str, str], reader: pages.Reader) -> Sought:
    found = asked.sought_in({name: value for name, value in query.items() if name in FIELDS}, reader.zone)
    values = {name: getattr(found, name) for name in ("actor", "text", "since_ms", "until_ms", "duty")}
    return Sought(type=PersonalDataRead.__name__, **values)


@get(
    "/audit/keys", opt=opts(AUDIT), exception_handlers=ON_ERROR, summary="Keys and agreements of both sides, as a page"
)
async def show_keys(request: Request[Any, Any, Any]) -> Response[str]:
    """Public halves only."""
    services = services_of(request)
    keys, versions = await services.runtime.query(lambda: (services.post.key_table(), services.post.version_table()))
    text = pages.page(
        "auditor/keys",
        await reader_of(request),
        keys=keys,
        versions=versions,
        checkpoint_key=services.post.checkpoint_key(),
    )
    return answered(request, text)


ROUTES: Final = (show_reads, export_reads, show_keys)
"""Every address of readings and keys."""
