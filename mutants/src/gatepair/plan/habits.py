"""How long people take for what no plan gives a time for. All assumed, in seconds, both bounds included.

They shape no documented figure: what limits a day is hours, stations, yards and laboratories, and
those are in the plan.  The simulated world and the twin take them from here, so that both tell one story.
"""

from __future__ import annotations

from typing import Final

DECLARE_LEAD_S: Final = (900, 5_400)
"""The trader declares this long before the vehicle comes to wait."""
CORRECT_AFTER_S: Final = (300, 800)
"""A trader who mistyped corrects the field this long after declaring."""
ACCEPT_S: Final = (30, 180)
"""The entry post's officer reads an announcement and accepts it."""
PAY_S: Final = (60, 300)
"""From the fee's assessment to its payment."""
ACKNOWLEDGE_S: Final = (20, 120)
"""The driver reads the call."""
START_S: Final = (60, 420)
"""From reading the call to driving off."""
HURRY_S: Final = 90
"""A driver who is late still arrives this long before the call runs out."""
DECIDE_S: Final = (10, 40)
"""An officer's verdict after the act at the station, or on papers alone."""
RELEASE_S: Final = (10, 40)
"""Customs' release after the last verdict."""
DRIVE_OFF_S: Final = (20, 90)
"""From release to the line, and from the last station to the way out."""
LINE_SPEED_M_S: Final = 5
"""Driving over the line in convoy: 18 km/h."""
RETRY_S: Final = 300
"""A vehicle that may not leave yet asks again."""
PAPER_CHECK_S: Final = (20, 60)
"""A check at no station of its own."""
STOCK_FROM_MS: Final = 15 * 60 * 1_000
"""The stock at opening began to queue this long after the gate closed the evening before."""
RETURN_HOME_S: Final = (900, 3_600)
"""An empty vehicle from unloading to the queue home."""
YARD_PLACES: Final = 50
"""Places of a gate yard that the plan does not describe."""
EARLY_MISS: Final = 1
"""Calls that a driver who is not there misses."""
EVENING_MS: Final = 20 * 60 * 1_000
"""The stock at opening stood in the queue the evening before; it is laid in bursts this far apart, so that the
night costs the drill few steps."""
