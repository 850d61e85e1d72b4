"""The addresses of the daily report: as a page for screen and paper, as a table, and told to the other side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import format_date
from litestar import Request, Response, get, post
from litestar.params import FromPath

from gatepair.base.time import Instant, rfc3339
from gatepair.insight.daily import Figure
from gatepair.insight.labels import label
from gatepair.operations import commands as gate
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import LOCALES, say, translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.menu import CENTRE
from gatepair.web.console.refusals import Refusal
from gatepair.web.console.steering import giving
from gatepair.web.tables import as_csv

KINDS: Final = (gate.ReportStatistics,)
_COMPARED: Final = ("value", "day_before", "week_before")
COLUMNS: Final = ("date", "from_utc", "until_utc", "figure", "direction", "route", *_COMPARED, "definition")
"""The header of ``report.csv``; a value that is not known is empty."""
TITLES: Final[Mapping[Figure, tuple[str, str]]] = {
    Figure.STOCK: (say("Waiting at the cut"), say("came and neither cleared nor gone away by then")),
    Figure.STOCK_FRUIT: (say("of them fruit"), say("heaviest goods are fresh fruit")),
    Figure.STOCK_OTHER: (say("of them other goods"), say("declared, and not fruit")),
    Figure.STOCK_UNKNOWN: (say("of them unknown"), say("no goods declared")),
    Figure.STOCK_OUTSIDE: (say("of them outside the gate"), say("not yet through the barrier")),
    Figure.ARRIVALS: (say("Arrivals"), say("took a place or came to the gate")),
    Figure.CLEARED: (say("Cleared"), say("outbound over the line, inbound gone inland")),
    Figure.CLEARED_FRUIT: (say("of them fruit"), say("heaviest goods are fresh fruit")),
    Figure.TURNED_BACK: (say("Turned back"), say("refused by an agency, counted by hour")),
    Figure.MOVED_AWAY: (say("Moved to another gate"), say("sent there by the board, counted by hour")),
    Figure.WITHDRAWN: (say("Withdrawn"), say("by the trader, counted by hour")),
}
"""What a figure is called, and how it is defined."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the page shows it; ``part`` marks a share of the line before it."""

    title: str
    definition: str
    part: bool
    value: int
    day_before: int | None
    week_before: int | None


@get("/centre/report", opt=opts(CENTRE), exception_handlers=ON_ERROR, summary="The daily report, as a page")
async def show_report(request: Request[Any, Any, Any]) -> Response[str]:
    """The day up to 20:00 on the post's clock in the board's form, beside the day before and the week before."""
    return answered(request, await _page(request, await _asked(request)))


@get(
    "/centre/report.csv",
    opt=opts(CENTRE, "text/csv"),
    exception_handlers=ON_ERROR,
    summary="The daily report as a table",
)
async def export_report(request: Request[Any, Any, Any]) -> Response[str]:
    """One figure a line, with its definition and the stretch of time it covers."""
    services, reader = services_of(request), await reader_of(request)
    day = await _asked(request)
    found = await services.runtime.query(lambda: services.post.steering.daily(day))
    gettext = translator(reader.language)
    bounds = [rfc3339(Instant(found[name])) for name in ("first_ms", "until_ms")]
    rows: list[Sequence[Any]] = [COLUMNS]
    for line in found["lines"]:
        values = [line[name] for name in _COMPARED]
        definition = gettext(TITLES[Figure(line["figure"])][1])
        rows.append([day, *bounds, line["figure"], line["direction"], line["route"], *values, definition])
    headers = {"Content-Disposition": f'attachment; filename="report-{day}.csv"'}
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8; header=present", headers=headers)


@post(
    "/centre/report/{day:str}/{act:str}",
    status_code=200,
    opt=opts(CENTRE),
    exception_handlers=ON_ERROR,
    summary="Tell the other side the counts of a day, by a form",
)
async def act_on_report(request: Request[Any, Any, Any], day: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """Done leads back to the report; refused says why over it."""

    async def again(_: Mapping[str, str], refused: Refusal) -> str:
        return await _page(request, day, refused=refused)

    kind = giving.of_kinds(KINDS, act, request)
    return await giving.given_to(request, kind, page=again, leads_to=f"/centre/report?date={day}", date=day)


async def _asked(request: Request[Any, Any, Any]) -> str:
    """Return the date that is asked for, the present one of the post otherwise."""
    services = services_of(request)
    return request.query_params.get("date", "") or await services.runtime.query(services.post.steering.today)


async def _page(request: Request[Any, Any, Any], day: str, *, refused: Refusal | None = None) -> str:
    services, reader = services_of(request), await reader_of(request)
    found = await services.runtime.query(lambda: services.post.steering.daily(day))
    when = date.fromisoformat(day)
    values = {(line["figure"], line["direction"]): line["value"] for line in found["lines"] if not line["route"]}
    return pages.page(
        "steering/report",
        reader,
        found=found,
        title=format_date(when, "full", locale=LOCALES[reader.language]),
        before=(when - timedelta(days=1)).isoformat(),
        after=(when + timedelta(days=1)).isoformat() if day < found["today"] else "",
        tables={way: _rows(found["lines"], way, reader) for way in ("out", "in")},
        cleared={way: values.get(("cleared", way), 0) for way in ("out", "in")},
        fruit=values.get(("cleared_fruit", "out"), 0),
        stock=values.get(("stock", "out"), 0),
        stages=_stages(found["trs"], reader),
        yards={one["key"]: one["name"][reader.language] for one in reader.layout["yards"]},
        forms=giving.forms_of(KINDS, reader, known=frozenset({"date"})) if day < found["today"] else {},
        refused=refused,
        done=giving.done_of(request, reader),
    )


def _rows(lines: Sequence[Mapping[str, Any]], way: str, reader: pages.Reader) -> list[Row]:
    gettext = translator(reader.language)
    named = {one["key"]: one["name"][reader.language] for one in reader.layout["routes"]}
    rows = []
    for line in lines:
        if line["direction"] != way or (line["route"] and line["figure"] != Figure.CLEARED):
            continue
        title, definition = TITLES[Figure(line["figure"])]
        part = bool(line["route"]) or line["figure"] in _PARTS
        shown = named.get(line["route"], line["route"]) if line["route"] else gettext(title)
        rows.append(
            Row(
                shown,
                "" if line["route"] else gettext(definition),
                part,
                line["value"],
                line["day_before"],
                line["week_before"],
            )
        )
    return rows


_PARTS: Final = frozenset(
    {Figure.STOCK_FRUIT, Figure.STOCK_OTHER, Figure.STOCK_UNKNOWN, Figure.STOCK_OUTSIDE, Figure.CLEARED_FRUIT}
)


def _stages(rows: Sequence[Mapping[str, Any]], reader: pages.Reader) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the stages of the time-release study with their titles, direction by direction."""
    gettext = translator(reader.language)
    return [
        (f"{gettext(VALUES[row['direction']])}: {label('stage.' + row['stage'], reader.language)}", row) for row in rows
    ]


ROUTES: Final = (show_report, export_report, act_on_report)
"""Every address of the daily report."""
