"""The address of the calendar: hours of two weeks, lanes and their interlocks, stops, quotas, and the orders about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from gatepair.operations import commands as gate
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import translator
from gatepair.web.console.menu import CENTRE
from gatepair.web.console.refusals import Refusal
from gatepair.web.console.steering import giving, hours

KINDS: Final = (
    gate.AgreeHours, gate.AnnounceHours, gate.AnnounceQuota, gate.AnnounceCapacity, gate.TurnLane, gate.StopIntake,
    gate.ReopenIntake, gate.ReportCondition,
)  # fmt: skip


@get("/centre/calendar", opt=opts(CENTRE), exception_handlers=ON_ERROR, summary="Hours, lanes and quotas, as a page")
async def show_calendar(request: Request[Any, Any, Any]) -> Response[str]:
    """The next two weeks on both clocks, and what stands now; ``act`` opens the form of an order."""
    return answered(request, await _page(request, given=(request.query_params.get("act", ""), {})))


@post(
    "/centre/calendar/{act:str}",
    status_code=200,
    opt=opts(CENTRE),
    exception_handlers=ON_ERROR,
    summary="Agree or announce hours, quotas and room, turn a lane, stop and reopen, by a form",
)
async def act_on_calendar(request: Request[Any, Any, Any], act: FromPath[str]) -> Response[Any]:
    """Done leads back to the calendar; refused shows the findings over the form as it was filled in."""

    async def again(given: Mapping[str, str], refused: Refusal) -> str:
        return await _page(request, given=(act, given), refused=refused)

    kind = giving.of_kinds(KINDS, act, request)
    return await giving.given_to(request, kind, page=again, leads_to="/centre/calendar")


async def _page(
    request: Request[Any, Any, Any],
    *,
    given: tuple[str, Mapping[str, str]],
    refused: Refusal | None = None,
) -> str:
    services = services_of(request)
    reader = await reader_of(request)
    found = await services.runtime.query(services.post.steering.calendar)
    gettext = translator(reader.language)
    return pages.page(
        "steering/calendar",
        reader,
        found=found,
        rows=hours.day_rows(found, reader),
        titles=hours.column_titles(found, reader),
        offsets=hours.offsets(reader, found["now_ms"]),
        hour=lambda at_ms: hours.hour_of(at_ms, reader),
        named={one["key"]: one["name"][reader.language] for one in reader.layout["routes"]},
        why={code: gettext(text) for code, text in hours.LANE_WHY.items()},
        forms=giving.forms_of(KINDS, reader, given=given if refused is not None else ("", {})),
        acted=given[0],
        refused=refused,
        done=giving.done_of(request, reader),
    )


ROUTES: Final = (show_calendar, act_on_calendar)
"""Every address of the calendar."""
