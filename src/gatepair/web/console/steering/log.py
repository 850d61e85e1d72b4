"""The addresses of the logs: one timeline of shift, hotline, alarms and notices, as a page and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath

from gatepair.base.errors import Malformed
from gatepair.base.time import Instant, from_datetime, to_datetime
from gatepair.node.steering_log import Sought
from gatepair.operations import commands as gate
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.menu import CENTRE
from gatepair.web.console.refusals import Refusal
from gatepair.web.console.steering import giving, telling
from gatepair.web.tables import as_csv

KINDS: Final = (gate.NoteShift, gate.NoteHotline, gate.TakeShift)
SHOWN_MAX: Final = 100
"""Entries on a page."""
EXPORTED_MAX: Final = 10_000
"""Entries of one table."""
WORDS_MAX: Final = 8


@get(
    "/centre/log",
    opt=opts(CENTRE),
    exception_handlers=ON_ERROR,
    summary="Shift log, hotline log and notices, as a page",
)
async def show_log(request: Request[Any, Any, Any]) -> Response[str]:
    """The latest first; narrowed to a day, a kind and words, page by page."""
    return answered(request, await _page(request, given=(request.query_params.get("act", ""), {})))


@get(
    "/centre/log.csv",
    opt=opts(CENTRE, "text/csv"),
    exception_handlers=ON_ERROR,
    summary="The logs as a table",
)
async def export_log(request: Request[Any, Any, Any]) -> Response[str]:
    """The entries that the page would show, all of them, with both clocks."""
    reader = await reader_of(request)
    rows = await _entries(request, _sought(request, reader), EXPORTED_MAX)
    posts = (one["key"] for one in reader.layout["posts"])
    columns = ("utc", *posts, "kind", "entry", "by", "shift", "about", "text", "receipt")
    text = as_csv([columns, *(_exported(row, reader) for row in rows)])
    headers = {"Content-Disposition": 'attachment; filename="log.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8; header=present", headers=headers)


@post(
    "/centre/log/{act:str}",
    status_code=200,
    opt=opts(CENTRE),
    exception_handlers=ON_ERROR,
    summary="Write into the logs or take over the shift, by a form",
)
async def act_on_log(request: Request[Any, Any, Any], act: FromPath[str]) -> Response[Any]:
    """Done leads back to the log; refused shows the findings over the form as it was filled in."""

    async def again(given: Mapping[str, str], refused: Refusal) -> str:
        return await _page(request, given=(act, given), refused=refused)

    return await giving.given_to(request, giving.of_kinds(KINDS, act, request), page=again, leads_to="/centre/log")


async def _entries(request: Request[Any, Any, Any], sought: Sought, limit: int) -> list[dict[str, Any]]:
    services = services_of(request)
    return await services.runtime.query(lambda: services.post.steering.timeline(sought, limit))


def _sought(request: Request[Any, Any, Any], reader: pages.Reader) -> Sought:
    """Return what the address asks for. Raises Malformed for a day that is none."""
    asked = request.query_params
    first_ms = until_ms = 0
    if day := asked.get("day", ""):
        try:
            begin = datetime.combine(date.fromisoformat(day), datetime.min.time(), _zone(reader))
            first_ms, until_ms = from_datetime(begin), from_datetime(begin + timedelta(days=1))
        except (ValueError, OverflowError) as error:
            raise Malformed("a day is written as 2025-11-11", path="day") from error
    before = asked.get("before", "")
    return Sought(
        first_ms=first_ms,
        until_ms=until_ms,
        kind=asked.get("kind", "") if asked.get("kind", "") in telling.KINDS else "",
        words=tuple(asked.get("words", "").split()[:WORDS_MAX]),
        before=int(before) if before.isascii() and before.isdigit() and len(before) <= 15 else 0,
    )


def _zone(reader: pages.Reader) -> ZoneInfo:
    return ZoneInfo(reader.layout["posts"][0]["timezone"])


def _exported(row: Mapping[str, Any], reader: pages.Reader) -> Sequence[str]:
    moment = to_datetime(Instant(row["at_ms"]))
    return (
        moment.isoformat(timespec="seconds"),
        *(moment.astimezone(ZoneInfo(one["timezone"])).isoformat(timespec="seconds") for one in reader.layout["posts"]),
        row["kind"],
        telling.titled(row, reader),
        row["actor"] or translator(reader.language)(VALUES["partner"]),
        row["shift"],
        telling.told(row, reader),
        str(row["payload"].get("text", "")),
        row["receipt"],
    )


async def _page(
    request: Request[Any, Any, Any],
    *,
    given: tuple[str, Mapping[str, str]],
    refused: Refusal | None = None,
) -> str:
    reader = await reader_of(request)
    asked = {name: request.query_params.get(name, "") for name in ("day", "words", "kind")}
    sought = _sought(request, reader)
    rows = await _entries(request, sought, SHOWN_MAX + 1)
    services = services_of(request)
    shift = await services.runtime.query(services.post.steering.shift)
    gettext = translator(reader.language)
    kept = {name: value for name, value in asked.items() if value}
    return pages.page(
        "steering/log",
        reader,
        rows=rows[:SHOWN_MAX],
        older=urlencode({**kept, "before": rows[SHOWN_MAX - 1]["position"]}) if len(rows) > SHOWN_MAX else "",
        titled=lambda row: telling.titled(row, reader),
        told=lambda row: telling.told(row, reader),
        receipts={code: gettext(text) for code, text in telling.RECEIPTS.items()},
        kinds={code: gettext(text) for code, text in telling.KINDS.items()},
        asked=asked,
        paged=bool(sought.before),
        query=urlencode(kept),
        shift=shift,
        forms=giving.forms_of(KINDS, reader, given=given if refused is not None else ("", {})),
        acted=given[0],
        refused=refused,
        done=giving.done_of(request, reader),
    )


ROUTES: Final = (show_log, export_log, act_on_log)
"""Every address of the logs."""
