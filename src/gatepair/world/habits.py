"""The habits of people that no plan gives a time for; they are kept with the plan, where the twin reads them too."""

from __future__ import annotations

from gatepair.plan.habits import (
    ACCEPT_S,
    ACKNOWLEDGE_S,
    CORRECT_AFTER_S,
    DECIDE_S,
    DECLARE_LEAD_S,
    DRIVE_OFF_S,
    EARLY_MISS,
    EVENING_MS,
    HURRY_S,
    LINE_SPEED_M_S,
    PAPER_CHECK_S,
    PAY_S,
    RELEASE_S,
    RETRY_S,
    RETURN_HOME_S,
    START_S,
    STOCK_FROM_MS,
    YARD_PLACES,
)

__all__ = [
    "ACCEPT_S",
    "ACKNOWLEDGE_S",
    "CORRECT_AFTER_S",
    "DECIDE_S",
    "DECLARE_LEAD_S",
    "DRIVE_OFF_S",
    "EARLY_MISS",
    "EVENING_MS",
    "HURRY_S",
    "LINE_SPEED_M_S",
    "PAPER_CHECK_S",
    "PAY_S",
    "RELEASE_S",
    "RETRY_S",
    "RETURN_HOME_S",
    "START_S",
    "STOCK_FROM_MS",
    "YARD_PLACES",
]
