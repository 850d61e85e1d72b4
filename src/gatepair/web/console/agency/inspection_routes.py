"""The one inspection plan of all agencies, as a page."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get

from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import pages
from gatepair.web.console.agency.shown import Speaker
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.routes.crossings import WORKERS


@get(
    "/desk/inspections",
    opt=opts(WORKERS),
    exception_handlers=ON_ERROR,
    summary="The inspection plan of all agencies, as a page",
)
async def show_inspections(request: Request[Any, Any, Any]) -> Response[str]:
    """Bays with who is in and who is next, whose turn it is, how long it lasts; samples out and laboratories that stand."""
    services, actor = services_of(request), actor_of(request)
    reader = await reader_of(request)
    plan = await services.runtime.query(lambda: services.post.inspections(actor))
    bays = [{**msgspec.to_builtins(bay), "free": bay.free} for bay in plan.bays]
    text = pages.page(
        "agency/inspections",
        reader,
        plan=msgspec.to_builtins(plan),
        bays=bays,
        mine=actor.duty,
        speaker=Speaker(reader),
    )
    return answered(request, text)


ROUTES: Final = (show_inspections,)
"""The inspection plan's address."""
