"""Declaring once, by a form: filled in, checked without sending, sent; a new one like an earlier one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.response import Redirect

from gatepair.base.errors import Malformed, NotPermitted
from gatepair.base.findings import REGISTRY, Finding, Severity
from gatepair.node import requests as node
from gatepair.node.visibility import shown
from gatepair.web.auth import actor_of, services_of
from gatepair.web.bodies import COMMAND_ID, check_commands
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.menu import TRADE
from gatepair.web.console.trade.declaring import filling
from gatepair.web.console.trade.declaring.asks import GOODS, SECTIONS, Section
from gatepair.web.console.trade.declaring.form_pages import Drawing
from gatepair.web.reading import note_names

TRADERS: Final = TRADE
"""Who declares, by the table of permissions."""
FIELDS_MAX: Final = 1_000
"""Most fields of a declaration's form: a hundred items of eight fields, thirty papers of three, and the rest."""
_ROW: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_BY_ROWS: Final[Mapping[str, Section]] = {section.key: section for section in SECTIONS if section.rows}


@get("/trade/declare", opt=opts(TRADERS), exception_handlers=ON_ERROR, summary="Declare, as a page")
async def show_declare(request: Request[Any, Any, Any]) -> Response[str]:
    """An empty form, or with `like` one that begins like an earlier declaration of one's own."""
    services, like = services_of(request), request.query_params.get("like", "")
    if like:
        given = await _copied(request, like)
    else:
        layout = services.post.layout()
        given = filling.begun(services.post.declaring.ways(), roads(layout))
    return answered(request, await form_page(request, given))


def roads(layout: Mapping[str, Any]) -> list[str]:
    """Return the roads of the plan that have a lane for trucks with a driver."""
    roads = [one["key"] for one in layout["routes"] if any(lane["kind"] == "manned" for lane in one["lanes"])]
    return roads or [one["key"] for one in layout["routes"]]


async def _copied(request: Request[Any, Any, Any], crossing: str) -> dict[str, str]:
    """Return the form of a new declaration like ``crossing``; that its names were read is recorded."""
    services, actor = services_of(request), actor_of(request)
    order = await services.runtime.query(lambda: services.post.declaring.template(crossing, actor))
    # The driver belongs to the one journey and is left behind, so only the firms are read.
    _, named, _ = shown({"declaration": order["declaration"]}, actor.duty)
    await note_names(request, crossing, named)
    return filling.tidied(filling.copied(order))


@post(
    "/trade/declare",
    status_code=200,
    opt=opts(TRADERS),
    exception_handlers=ON_ERROR,
    summary="Fill in, check or send a declaration, by a form",
)
async def declare_by_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """What `do` names: a row more or less, a code looked up or chosen, the check alone, or the declaration itself."""
    given = await entrance.form_of(request, fields_max=FIELDS_MAX)
    command_id, do = given.pop("command_id", ""), given.pop("do", "check")
    act, _, rest = do.partition(":")
    match act:
        case "add" | "remove":
            given, focus = _with_row(given, act, rest)
            return answered(request, await form_page(request, given, focus=focus))
        case "find":
            return answered(request, await form_page(request, given, asked=rest, focus=f"{rest}-hits"))
        case "pick":
            given, focus = await _picked(request, given, rest)
            return answered(request, await form_page(request, given, focus=focus))
        case "edit":
            return answered(request, await form_page(request, filling.tidied(given)))
        case "declare":
            return await _declared(request, filling.tidied(given), command_id)
        case _:
            return await _checked(request, filling.tidied(given))


def _with_row(given: Mapping[str, str], act: str, rest: str) -> tuple[dict[str, str], str]:
    """Return the form with one row more, or without one, and the field where its filler goes on."""
    key, _, at = rest.partition(".")
    section = _BY_ROWS.get(key)
    if section is None:
        raise Malformed("the form has no such rows", path="do")
    rows = filling.rows_in(given, section)
    if act == "add":
        before = rows[-1] if rows else {}
        # The next item is mostly of the same origin and on the same invoice.
        rows = [*rows, {name: before.get(name, "") for name in ("currency", "origin")} if section is GOODS else {}]
        rows = rows[: section.rows_max]
        return filling.with_rows(given, section, rows), f"{section.rows}.{len(rows) - 1}.{section.asks[0].name}"
    if _ROW.fullmatch(at) and int(at) < len(rows):
        del rows[int(at)]
    if not rows and section.row_needed:
        rows = [{}]
    return filling.with_rows(given, section, rows), f"add-{section.key}"


async def _picked(request: Request[Any, Any, Any], given: dict[str, str], rest: str) -> tuple[dict[str, str], str]:
    """Return the form with a code that was chosen, and for goods the group that follows from it."""
    name, _, code = rest.rpartition(":")
    given = {**given, name: code}
    if name.endswith(".hs"):
        services = services_of(request)
        group = await services.runtime.query(lambda: services.post.declaring.group_of(code))
        given |= {name.replace(".hs", ".commodity"): group} if group else {}
    return given, name


# --- checking and sending -------------------------------------------------------------------


async def findings_of(request: Request[Any, Any, Any], form: filling.Filled) -> list[Finding]:
    """Return what is wrong with a form: what cannot be read, and what the post's checks say of the rest."""
    services, actor = services_of(request), actor_of(request)
    check_commands([form.command])
    weighed = await services.runtime.query(lambda: services.post.declaring.check(form.command, actor))
    unread = {one.path for one in form.findings}
    return [*form.findings, *(one for one in weighed if one.path not in unread)]


async def _checked(request: Request[Any, Any, Any], given: dict[str, str]) -> Response[str]:
    found = await findings_of(request, filling.filled(given))
    return answered(request, await form_page(request, given, found=found, checked=True))


async def _declared(request: Request[Any, Any, Any], given: dict[str, str], command_id: str) -> Response[Any]:
    """Send what stands nothing against; else show why, with all that was filled in."""
    services, actor = services_of(request), actor_of(request)
    desk = services.post.declaring
    if COMMAND_ID.fullmatch(command_id) is None:
        raise NotPermitted("this form was not made by this post; load the page again")
    form = filling.filled(given)
    found = await findings_of(request, form)
    # A form that was sent already would now be told that its own vehicle is taken: the same id has the same answer.
    known = await services.runtime.query(lambda: desk.was_given(command_id))
    if not known and (not form.whole or any(one.severity is Severity.ERROR for one in found)):
        return answered(request, await form_page(request, given, found=found), status=422)
    (answer,) = await services.runtime.execute([node.Request(command_id, form.command, actor)])
    if answer.status == "done":
        return Redirect(f"/trade?declared={answer.crossing}", status_code=303)
    text = await form_page(request, given, found=_again(answer.findings), message=answer.message)
    return answered(request, text, status=422)


def _again(findings: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Return the findings of an answer as they were before they were written."""
    return [Finding(REGISTRY[one["code"]], one["path"], one["params"]) for one in findings]


async def form_page(
    request: Request[Any, Any, Any],
    given: Mapping[str, str],
    *,
    found: Sequence[Finding] = (),
    checked: bool = False,
    asked: str = "",
    focus: str = "",
    message: str = "",
) -> str:
    """Return the page of the form as it was ``given``, with what was ``found`` at its fields."""
    services, reader = services_of(request), await reader_of(request)
    desk = services.post.declaring
    drawing = Drawing(reader, desk, given, found, asked)
    form = await services.runtime.query(drawing.page)
    return pages.page(
        "trade/declaring/declare",
        reader,
        form=form,
        command_id=secrets.token_hex(12),
        checked=checked,
        focus=focus or ("told" if found or checked else ""),
        message=message,
    )


ROUTES: Final = (show_declare, declare_by_form)
"""Every address of declaring by a form."""
