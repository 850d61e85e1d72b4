"""The addresses of the alarms: the list of what holds now, and one alarm with its playbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from gatepair.base.errors import NotFound
from gatepair.node.permissions import ANSWERERS
from gatepair.operations import commands as gate
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.refusals import Refusal
from gatepair.web.console.steering import giving
from gatepair.web.console.steering.shown import Alarm, counted, shown

KINDS: Final = (gate.TakeAlarm, gate.NoteAlarm, gate.HandOverAlarm, gate.ResolveAlarm)


@get("/centre/alarms", opt=opts(ANSWERERS), exception_handlers=ON_ERROR, summary="The alarms that hold now, as a page")
async def show_alarms(request: Request[Any, Any, Any]) -> Response[str]:
    """The most urgent first: what it is about, since when, who answers for it; renews itself."""
    return answered(request, await _list_page(request))


@get(
    "/centre/alarms/{alarm:str}",
    opt=opts(ANSWERERS),
    exception_handlers=ON_ERROR,
    summary="One alarm with its playbook, as a page",
)
async def show_alarm(request: Request[Any, Any, Any], alarm: FromPath[str]) -> Response[str]:
    """What to do step by step, what was done, and the forms to take it, note, hand over and resolve."""
    return answered(request, await _alarm_page(request, alarm))


@post(
    "/centre/alarms/{alarm:str}/{act:str}",
    status_code=200,
    opt=opts(ANSWERERS),
    exception_handlers=ON_ERROR,
    summary="Take, note, hand over or resolve an alarm, by a form",
)
async def act_on_alarm(request: Request[Any, Any, Any], alarm: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """Done leads back to the alarm; refused shows the findings over the form as it was filled in."""

    async def again(given: Mapping[str, str], refused: Refusal) -> str:
        return await _alarm_page(request, alarm, given=(act, given), refused=refused)

    return await giving.given_to(
        request,
        giving.of_kinds(KINDS, act, request),
        page=again,
        leads_to=f"/centre/alarms/{alarm}",
        alarm=alarm,
    )


async def _alarms(request: Request[Any, Any, Any], reader: pages.Reader) -> list[Alarm]:
    services = services_of(request)
    return [shown(row, reader) for row in await services.runtime.query(services.post.steering.alarms)]


async def _list_page(request: Request[Any, Any, Any]) -> str:
    reader = await reader_of(request)
    alarms = await _alarms(request, reader)
    of = request.query_params.get("of", "")
    wanted = [one for one in alarms if _is_of(one, of, reader)]
    return pages.page(
        "steering/alarms",
        reader,
        alarms=[one for one in wanted if one.resolved_at_ms is None],
        resolved=[one for one in wanted if one.resolved_at_ms is not None],
        counts=counted(alarms),
        of=of,
        take={
            one.key: giving.forms_of((gate.TakeAlarm,), reader, known=frozenset({"alarm"}))["TakeAlarm"]
            for one in wanted
            if one.owner != reader.login
        },
        done=giving.done_of(request, reader),
    )


def _is_of(alarm: Alarm, of: str, reader: pages.Reader) -> bool:
    match of:
        case "mine":
            return alarm.owner == reader.login
        case "nobody":
            return not alarm.owner
        case "duty":
            return alarm.duty == reader.duty.value
        case _:
            return True


async def _alarm_page(
    request: Request[Any, Any, Any],
    key: str,
    *,
    given: tuple[str, Mapping[str, str]] = ("", {}),
    refused: Refusal | None = None,
) -> str:
    reader = await reader_of(request)
    alarm = next((one for one in await _alarms(request, reader) if one.key == key), None)
    if alarm is None and refused is None:
        raise NotFound("this alarm does not stand any more; the log says what became of it")
    return pages.page(
        "steering/alarm",
        reader,
        alarm=alarm,
        key=key,
        forms=giving.forms_of(KINDS, reader, given=given, known=frozenset({"alarm"})),
        acted=given[0],
        refused=refused,
        done=giving.done_of(request, reader),
    )


ROUTES: Final = (show_alarms, show_alarm, act_on_alarm)
"""Every address of the alarms."""
