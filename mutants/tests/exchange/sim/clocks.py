"""A post's clock: true time, and how it errs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from exchange.pair import NOW_MS

WOBBLE_PERIOD_MS: Final = 3_600_000
"""Period of the periodic error: an hour, as of a room whose heating switches."""


@dataclass
class Clock:
    """Errs by a constant, a linear drift and a wobble; :meth:`step` sets it by hand."""

    skew_ms: int = 0
    drift_ppm: int = 0
    wobble_ms: int = 0

    def read(self, true_ms: int) -> int:
        """Return what the clock shows at ``true_ms``."""
        passed_ms = true_ms - NOW_MS
        swing = math.sin(2 * math.pi * passed_ms / WOBBLE_PERIOD_MS)
        return true_ms + self.skew_ms + passed_ms * self.drift_ppm // 1_000_000 + round(self.wobble_ms * swing)

    def step(self, by_ms: int) -> None:
        """Set the clock forward or back."""
        self.skew_ms += by_ms

    def mend(self) -> None:
        """Show true time from now on."""
        self.skew_ms = self.drift_ppm = self.wobble_ms = 0
