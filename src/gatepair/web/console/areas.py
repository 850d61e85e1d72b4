"""Every address of the console, area by area."""

from __future__ import annotations

from typing import Final

from litestar.handlers import HTTPRouteHandler

from gatepair.node.ports import Attachments
from gatepair.web.console import assets, routes
from gatepair.web.console.auditor import search_routes as audit_search
from gatepair.web.console.centre import routes as centre
from gatepair.web.console.drive import routes as drive
from gatepair.web.console.planner import ask_routes, calibration_routes, study_routes
from gatepair.web.console.steering import alarms
from gatepair.web.console.trade import crossing_routes
from gatepair.web.console.trade.document_routes import document_routes

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *assets.ROUTES,
    *routes.ROUTES,
    *centre.ROUTES,
    *audit_search.ROUTES,
    *alarms.ROUTES,
    *drive.ROUTES,
    *crossing_routes.ROUTES,
    *ask_routes.ROUTES,
    *study_routes.ROUTES,
    *calibration_routes.ROUTES,
)
"""Handlers of pages; the permissions stand in each handler's options."""


def supplied_routes(folder: Attachments) -> tuple[HTTPRouteHandler, ...]:
    """Return the pages that need something of the composition root: the ``folder`` of attachments."""
    return document_routes(folder)
