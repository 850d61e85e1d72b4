"""A trader's home, and the look-up of codes by words."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get

from gatepair.base.duties import AGENCIES
from gatepair.base.errors import Malformed
from gatepair.clearance.codes_search import QUERY_MAX, CodeList
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.entrance import spoken
from gatepair.web.console.trade.declaring.declare_routes import TRADERS
from gatepair.web.console.trade.words import wait_said

LOOKERS: Final = TRADERS | frozenset(AGENCIES)
"""Who looks codes up: who declares, and who reads what was declared."""
LISTS: Final = {
    CodeList.HS: say("Goods (HS)"),
    CodeList.COUNTRY: say("Countries"),
    CodeList.LOCATION: say("Places at the border"),
    CodeList.PACKAGE: say("Kinds of packages"),
    CodeList.UNIT: say("Units"),
    CodeList.DOCUMENT: say("Papers"),
}
"""What the lists are called."""


@get("/trade", opt=opts(TRADERS), exception_handlers=ON_ERROR, summary="A trader's own crossings, as a page")
async def show_home(request: Request[Any, Any, Any]) -> Response[str]:
    """Those under way with what is asked next and why they stand still, then the last ended ones; renews itself."""
    services, actor = services_of(request), actor_of(request)
    reader = await reader_of(request)
    own = await services.runtime.query(lambda: services.post.declaring.own(actor))
    language = spoken(request)
    for row in own["open"]:
        row["lead"] = None if row["lead"] is None else wait_said(row["lead"], language)
    asked = request.query_params.get("declared", "")
    declared = next((row for row in own["open"] if row["crossing"] == asked), None)
    return answered(request, pages.page("trade/declaring/home", reader, own=own, declared=declared))


@get(
    "/trade/codes", opt=opts(LOOKERS), exception_handlers=ON_ERROR, summary="Find a code by number or words, as a page"
)
async def show_codes(request: Request[Any, Any, Any]) -> Response[str]:
    """A page of its own; with `field`, asked by the form of a declaration, the list of codes alone."""
    services, params, language = services_of(request), request.query_params, spoken(request)
    which, field = params.get("list", CodeList.HS.value), params.get("field", "")[:QUERY_MAX]
    if which not in set(CodeList):
        raise Malformed(f"there is no list {which[:QUERY_MAX]}; there are {', '.join(CodeList)}", path="list")
    query = (params.get("q") or params.get(field) or "").strip()[:QUERY_MAX]
    chosen = CodeList(which)
    desk = services.post.declaring
    hits = await services.runtime.query(lambda: desk.search(chosen, query, language))
    if field:
        fragment = pages.render("trade/declaring/hits", language=language, hits=hits, field=field) if query else ""
        return answered(request, fragment)
    gettext = translator(language)
    lists = [(each.value, gettext(title)) for each, title in LISTS.items()]
    reader = await reader_of(request)
    return answered(request, pages.page("trade/declaring/codes", reader, lists=lists, which=which, q=query, hits=hits))


ROUTES: Final = (show_home, show_codes)
"""Every address of a trader's home."""
