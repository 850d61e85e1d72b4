"""What all pages of the console share: their options, who reads them, and how errors look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.response import Redirect
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.errors import GatepairError, NotPermitted, Unauthenticated
from gatepair.node import requests as node
from gatepair.web.auth import actor_of, services_of, session_of
from gatepair.web.bodies import COMMAND_ID, check_commands
from gatepair.web.console import entrance, pages
from gatepair.web.console.refusals import Refusal, in_words, refused_by
from gatepair.web.errors import LOG, as_gatepair, envelope, request_id_of

HTML: Final = "text/html; charset=utf-8"


def page_error(request: Request[Any, Any, Any], exc: Exception) -> Response[Any]:
    """Answer ``exc`` with a page; a stranger is led to the log-in."""
    error = as_gatepair(exc)
    if isinstance(error, Unauthenticated):
        return entrance.to_login(request)
    status, body = envelope(error, request_id_of(request.scope))
    if error is None or status >= 500:
        LOG.error("page %s failed", request_id_of(request.scope), exc_info=exc)
    language = entrance.spoken(request)
    text = pages.render("error", language=language, error=body["error"], request_id=body["request"], status=status)
    return Response(text, status_code=status, media_type=HTML)


def opts(permits: frozenset[Duty], returns: str = "text/html", **more: Any) -> dict[str, Any]:
    """Return the options of a page's handler."""
    return {"permits": permits, "returns": returns, "page": True, **more}


ON_ERROR: Final[dict[Any, Any]] = {Exception: page_error}


async def reader_of(request: Request[Any, Any, Any]) -> pages.Reader:
    """Return who reads, for a page of somebody with an account; asked before what the page shows."""
    services, actor = services_of(request), actor_of(request)
    layout, head = await services.runtime.query(lambda: (services.post.layout(), services.post.head_position()))
    return pages.Reader(
        duty=actor.duty,
        login=actor.id,
        language=entrance.spoken(request),
        proof=entrance.proof_of(session_of(request)),
        path=request.scope["path"],
        now_ms=services.post.now(),
        layout=layout,
        head=head,
        synthetic=services.post.synthetic,
        query=urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "lang"]),
    )


def answered(request: Request[Any, Any, Any], text: str, *, status: int = 200) -> Response[str]:
    """Return a page; a language that was asked for in the address is kept."""
    language = entrance.spoken(request)
    kept = [entrance.language_cookie(language)] if request.query_params.get("lang") else []
    return Response(text, status_code=status, media_type=HTML, cookies=kept)


async def acted(
    request: Request[Any, Any, Any],
    given: dict[str, str],
    *,
    make: Callable[[], Awaitable[Struct]],
    page: Callable[[Refusal], Awaitable[str]],
    leads_to: str,
) -> Response[Any]:
    """Give the command that ``make`` reads from the form ``given``: done leads on, refused shows ``page`` with why.

    Raises:
        NotPermitted: the form was not made by a page of ours.
        GatepairError: what is not the fault of what was filled in.
    """
    services, actor = services_of(request), actor_of(request)
    command_id = given.pop("command_id", "")
    if COMMAND_ID.fullmatch(command_id) is None:
        raise NotPermitted("this form was not made by this post; load the page again")
    try:
        command = await make()
        check_commands([command])
        (answer,) = await services.runtime.execute([node.Request(command_id, command, actor)])
    except GatepairError as error:
        if error.http_status != 400:
            raise
        return answered(request, await page(refused_by(error, entrance.spoken(request))), status=400)
    if answer.status == "done":
        return Redirect(leads_to, status_code=303)
    sentence, spoken = in_words(answer.message, entrance.spoken(request))
    refused = Refusal(sentence=sentence, spoken=spoken, findings=answer.findings)
    return answered(request, await page(refused), status=422)
