"""Every address of the command centre's operations."""

from __future__ import annotations

from typing import Final

from litestar.handlers import HTTPRouteHandler

from gatepair.web.console.steering import alarms, calendar, log, report

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (*alarms.ROUTES, *calendar.ROUTES, *log.ROUTES, *report.ROUTES)
"""Alarms, calendar, logs and daily report."""
