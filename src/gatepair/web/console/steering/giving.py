"""How the pages of the command centre's operations take a form, and how they show one."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response
from msgspec import Struct

from gatepair.base.errors import NotFound
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import acted
from gatepair.web.console.fields import built
from gatepair.web.console.pages import Form, Reader
from gatepair.web.console.refusals import Refusal


def of_kinds(kinds: tuple[type[Struct], ...], act: str, request: Request[Any, Any, Any]) -> type[Struct]:
    """Return the order that ``act`` names among ``kinds``. Raises NotFound where the reader's duty may not give it."""
    duty = actor_of(request).duty
    kind = next((one for one in kinds if one.__name__ == act and duty in COMMAND_DUTIES[one]), None)
    if kind is None:
        raise NotFound("there is no such act for this duty")
    return kind


async def given_to(
    request: Request[Any, Any, Any],
    kind: type[Struct],
    *,
    page: Callable[[Mapping[str, str], Refusal], Awaitable[str]],
    leads_to: str,
    **known: Any,
) -> Response[Any]:
    """Give the order ``kind`` from the form that was sent; ``page`` shows it again with why when it is refused."""
    services = services_of(request)
    given = await entrance.form_of(request)

    async def make() -> Struct:
        return built(kind, given, zone=ZoneInfo(services.post.layout()["posts"][0]["timezone"]), **known)

    mark = "&" if "?" in leads_to else "?"
    return await acted(
        request,
        given,
        make=make,
        page=lambda refused: page(given, refused),
        leads_to=f"{leads_to}{mark}done={kind.__name__}",
    )


def forms_of(
    kinds: tuple[type[Struct], ...],
    reader: Reader,
    *,
    given: tuple[str, Mapping[str, str]] = ("", {}),
    known: frozenset[str] = frozenset(),
) -> dict[str, Form]:
    """Return the forms of those of ``kinds`` that the reader's duty may give, by name, without the ``known`` fields.

    ``given`` is the form that was refused: its name and what was filled in.
    """
    found: dict[str, Form] = {}
    for kind in kinds:
        if reader.duty in COMMAND_DUTIES[kind]:
            filled = given[1] if given[0] == kind.__name__ else None
            form = pages.form_of(kind, reader, {}, secrets.token_hex(12), given=filled)
            found[form.name] = replace(form, fields=[one for one in form.fields if one.field.name not in known])
    return found


def done_of(request: Request[Any, Any, Any], reader: Reader) -> str:
    """Return what was just done, for the line that says so."""
    return pages.titled_act(request.query_params.get("done", ""), reader.language)
