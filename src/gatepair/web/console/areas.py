"""Every address of the console, area by area."""

from __future__ import annotations

from typing import Final

from litestar.handlers import HTTPRouteHandler

from gatepair.web.console import centre_routes, routes

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *routes.ROUTES,
    *centre_routes.ROUTES,
)
"""Handlers of pages; the permissions stand in each handler's options."""
