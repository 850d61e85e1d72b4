"""Every address of the console, area by area."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from litestar.handlers import HTTPRouteHandler

from gatepair.node.ports import Attachments
from gatepair.web.console import assets, routes
from gatepair.web.console.agency import crossing_routes as agency_crossing
from gatepair.web.console.agency import desk_routes, inspection_routes
from gatepair.web.console.auditor import routes as auditor
from gatepair.web.console.centre import replay_routes as centre_replay
from gatepair.web.console.centre import routes as centre
from gatepair.web.console.centre import wall_routes as centre_wall
from gatepair.web.console.drive import routes as drive
from gatepair.web.console.planner import routes as planner
from gatepair.web.console.steering import routes as steering
from gatepair.web.console.trade import crossing_routes, lodging_routes
from gatepair.web.console.trade.asking import Tabled
from gatepair.web.console.trade.declaring import declare_routes, home_routes, upload_routes
from gatepair.web.console.trade.document_routes import document_routes
from gatepair.web.console.trade.duty_routes import duty_routes
from gatepair.web.console.trade.origin_routes import origin_routes

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *assets.ROUTES,
    *routes.ROUTES,
    *desk_routes.ROUTES,
    *agency_crossing.ROUTES,
    *inspection_routes.ROUTES,
    *centre.ROUTES,
    *centre_replay.ROUTES,
    *centre_wall.ROUTES,
    *auditor.ROUTES,
    *steering.ROUTES,
    *drive.ROUTES,
    *crossing_routes.ROUTES,
    *lodging_routes.ROUTES,
    *planner.ROUTES,
    *home_routes.ROUTES,
    *declare_routes.ROUTES,
    *upload_routes.ROUTES,
)
"""Handlers of pages; the permissions stand in each handler's options."""


def supplied_routes(folder: Attachments, tabled: Tabled, today: Callable[[], date]) -> tuple[HTTPRouteHandler, ...]:
    """Return the pages that need something of the composition root.

    ``folder`` keeps attachments, ``tabled`` has the tables of duty and origin, ``today`` is the post's local day.
    """
    return (*document_routes(folder), *duty_routes(tabled, today), *origin_routes(tabled, today))
