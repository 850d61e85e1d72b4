"""The forecast on the public board: how long a place still waits, and by which method it was reckoned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS

RATE_WINDOW_MS: Final = 2 * HOUR_MS
"""Two hours: long enough to hold some twenty calls at a slow gate, short enough to follow a stop. Assumed."""
METHOD: Final = "places_ahead_over_rate_of_last_2_h"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Minutes until the call; None when nothing moved in the window, so nothing can be said.

    ``age_s`` is how old the last departure that was counted is, in seconds.
    """

    minutes: int | None
    method: str
    age_s: int | None


def forecast(ahead: int, departed_ms: Iterable[int], now_ms: int) -> Forecast:
    """Return the forecast for a place with ``ahead`` callable places before it.

    ``departed_ms`` are the instants at which vehicles of that direction departed; only those of
    the last two hours before ``now_ms`` count. The result is rounded up to a whole minute.
    """
    recent = [moment for moment in departed_ms if now_ms - RATE_WINDOW_MS < moment <= now_ms]
    if not recent:
        return Forecast(None, METHOD, None)
    waits_ms = (ahead + 1) * RATE_WINDOW_MS // len(recent)
    return Forecast(-(-waits_ms // MINUTE_MS), METHOD, (now_ms - max(recent)) // SECOND_MS)
