"""Every address of the planner's pages."""

from __future__ import annotations

from typing import Final

from gatepair.web.console.planner import ask_routes, calibration_routes, study_routes

ROUTES: Final = (*ask_routes.ROUTES, *study_routes.ROUTES, *calibration_routes.ROUTES)
"""Asking, studies and comparisons, calibration."""
