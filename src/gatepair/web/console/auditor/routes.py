"""Every address of the auditor's pages."""

from __future__ import annotations

from typing import Final

from gatepair.web.console.auditor import evidence_routes, export_routes, reads_routes, search_routes, verify_routes

ROUTES: Final = (
    *search_routes.ROUTES,
    *verify_routes.ROUTES,
    *evidence_routes.ROUTES,
    *reads_routes.ROUTES,
    *export_routes.ROUTES,
)
"""Searching, verifying, evidence, readings and keys, exports."""
