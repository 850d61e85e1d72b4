"""The planner's first page: which days and what-ifs there are for this gate."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get

from gatepair.adapters import planfiles
from gatepair.plan.model import Scenario
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.menu import TWIN


@get("/twin", opt=opts(TWIN), exception_handlers=ON_ERROR, summary="Days and what-ifs for the twin, as a page")
async def show_scenarios(request: Request[Any, Any, Any]) -> Response[str]:
    """Those that we ship for the plan of this post."""
    services = services_of(request)
    plan, shipped = await services.runtime.query(lambda: (services.post.board()["plan"], _shipped()))
    text = pages.page(
        "planner/list",
        await reader_of(request),
        days=[one for one in shipped if one.plan == plan and not one.variants],
        what_ifs=[one for one in shipped if one.plan == plan and one.variants],
    )
    return answered(request, text)


def _shipped() -> list[Scenario]:
    names = (*planfiles.scenario_ids(), *planfiles.what_if_ids())
    return [planfiles.open_scenario(name).value for name in names]


ROUTES: Final = (show_scenarios,)
"""Every address of the list."""
