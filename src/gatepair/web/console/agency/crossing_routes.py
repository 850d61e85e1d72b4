"""One crossing on one page, arranged for a decision, and the acts on it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound, NotPermitted
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.visibility import shown
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import acts, entrance, menu, pages
from gatepair.web.console.agency import words
from gatepair.web.console.agency.desk_routes import WORK_MAX, next_after
from gatepair.web.console.agency.offer import offered
from gatepair.web.console.agency.shown import Speaker
from gatepair.web.console.answers import ON_ERROR, acted, answered, opts, reader_of
from gatepair.web.console.fields import built, read_as, typed
from gatepair.web.console.refusals import Refusal
from gatepair.web.reading import check_reference, is_reference, note_names
from gatepair.web.routes.attachments import PICTURE_TYPES, READERS

_NEW_ID: Final = partial(secrets.token_hex, 12)
"""Makes a command id with a form, so that sending it twice acts once."""


@get(
    "/desk/crossings/{crossing:str}",
    opt=opts(menu.DESKS),
    exception_handlers=ON_ERROR,
    summary="A crossing, as a page",
)
async def show_crossing(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[str]:
    """What is asked of the reader's duty, what was declared beside what was seen, and the acts that it may do."""
    return answered(request, await _page(request, crossing))


@post(
    "/desk/crossings/{crossing:str}/{act:str}",
    status_code=200,
    opt=opts(menu.DESKS),
    exception_handlers=ON_ERROR,
    summary="Act on a crossing, by a form",
)
async def act_on_crossing(
    request: Request[Any, Any, Any], crossing: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Done leads back to the crossing; refused shows the findings over the form as it was filled in."""
    services, actor = services_of(request), actor_of(request)
    given = await entrance.form_of(request)
    kind = acts.OF_CROSSING.get(act)
    if kind is None or not is_reference(crossing):
        raise NotFound("there is no such act")
    if actor.duty not in COMMAND_DUTIES[kind]:
        raise NotPermitted(f"the duty {actor.duty.value} may not give this command", duty=actor.duty.value)

    async def make() -> Struct:
        view = await services.runtime.query(lambda: services.post.crossing_view(crossing, actor))
        return _command(kind, given, crossing=crossing, view=view, layout=services.post.layout())

    return await acted(
        request,
        given,
        make=make,
        page=lambda refused: _page(request, crossing, failed=(kind, given), refused=refused),
        leads_to=f"/desk/crossings/{crossing}?done={act}",
    )


def _command(
    kind: type[Struct], given: Mapping[str, str], *, crossing: str, view: Mapping[str, Any], layout: Mapping[str, Any]
) -> Struct:
    """Return the command that a form filled in."""
    zone = ZoneInfo(layout["posts"][0]["timezone"])
    if kind is acts.CORRECTION:
        standing = dict(pages.leaves_of(view["declaration"]))
        value = read_as(given.get("value", ""), given.get("path", ""), standing)
        return built(kind, given, zone=zone, crossing=crossing, value=value)
    return built(kind, given, zone=zone, crossing=crossing)


async def _page(
    request: Request[Any, Any, Any],
    crossing: str,
    *,
    failed: tuple[type[Struct], Mapping[str, str]] | None = None,
    refused: Refusal | None = None,
) -> str:
    services, actor = services_of(request), actor_of(request)
    check_reference(crossing)
    whole = await services.runtime.query(lambda: services.post.desk_view(crossing, actor))
    view, named, masked = shown(whole, actor.duty)
    await note_names(request, crossing, named)
    rows = await services.runtime.query(lambda: services.post.worklist(actor, WORK_MAX))
    row = next((one for one in rows if one["crossing"] == crossing), None)
    reader = await reader_of(request)
    speaker = Speaker(reader)
    tasks = [row["task"]] if row is not None else []
    standing = dict(pages.leaves_of(view["declaration"].get("goods", []), "goods."))
    return pages.page(
        "agency/crossing",
        reader,
        view=view,
        masked=masked,
        row=row,
        task=acts.TASKS[row["task"]] if row is not None else "",
        following=next_after(rows, crossing),
        tasks=acts.TASKS,
        offer=offered(reader, view, tasks, new_id=_NEW_ID, refused=failed),
        acted=failed[0].__name__ if failed else "",
        refused=refused,
        given=failed[1] if failed else {},
        goods=[(path, typed(path, standing)) for path in standing],
        evidence=speaker.evidence(view),
        speaker=speaker,
        new_id=_NEW_ID,
        title_of=lambda name: pages.titled_act(name, reader.language),
        picture_types=PICTURE_TYPES if actor.duty in READERS else (),
        reads_files=actor.duty in READERS,
        words=words,
        waits_for=_waits_for(view),
        **_receipt(request, view),
    )


def _waits_for(view: Mapping[str, Any]) -> list[str]:
    """Return the duties whose word the release waits for, customs last; none before the vehicle is inside."""
    if view["stage"] != "arrived" or view.get("release"):
        return []
    return [*(duty for duty in view["required"] if duty not in view.get("decisions", {})), Duty.CUSTOMS.value]


def _receipt(request: Request[Any, Any, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the banner says of an act that was done: that it waits for another person, or how it is mended."""
    act = request.query_params.get("done", "")
    if act not in acts.OF_CROSSING:
        return {"done": "", "afterwards": ""}
    mine = any(one["act"] == act and one["by_me"] for one in view["to_confirm"])
    waits = act in view["two_persons"] and mine
    return {
        "done": act,
        "afterwards": words.WAITS_FOR_SECOND if waits else words.AFTERWARDS.get(act, words.NOTHING_IS_ERASED),
    }


ROUTES: Final = (show_crossing, act_on_crossing)
"""A crossing's addresses."""
