"""The windows that are offered are exactly those that the booking takes."""

from __future__ import annotations

from gatepair.base.time import HOUR_MS
from gatepair.operations.rule import CallLine
from gatepair.operations.slots import SlotBook, free_windows, slot_findings
from gatepair.plan.model import Direction, LaneKind
from node.pair import Pair

LINE = CallLine("r1119-1120", LaneKind.MANNED)
DAYS = 3 * 24 * HOUR_MS


def test_a_window_is_offered_if_and_only_if_it_may_be_booked() -> None:
    """Over three days, with a stop now and some windows full: offered and takeable are one and the same."""
    pair = Pair()
    pair.do(pair.home, "command_centre", "StopIntake", direction="out", reason="fog")
    pair.do(pair.home, "command_centre", "ReopenIntake", direction="out")
    crossing = pair.declare()
    start_ms = pair.home.now() + 2 * HOUR_MS
    pair.do(pair.home, "trader", "BookSlot", crossing=crossing, start_ms=start_ms, until_ms=start_ms + HOUR_MS)
    slots, at = pair.home.standing.slots, pair.home.situation()
    offered = {one.start_ms: one for one in free_windows(slots, at, LINE, direction=Direction.OUT, within_ms=DAYS)}
    first = at.now_ms - at.now_ms % HOUR_MS
    for hour in range(first, at.now_ms + DAYS, HOUR_MS):
        faults = slot_findings(slots, at, LINE, direction=Direction.OUT, start_ms=hour, until_ms=hour + HOUR_MS)
        assert (hour in offered) == (not faults), hour
    assert 0 < len(offered) < DAYS // HOUR_MS
    assert offered[start_ms].room + 1 == offered[start_ms + HOUR_MS].room


def test_nothing_is_offered_where_no_lane_leads() -> None:
    """A road without a lane of the kind has no window."""
    at = Pair().home.situation()
    nowhere = CallLine("no-such-road", LaneKind.MANNED)
    assert () == free_windows(SlotBook(), at, nowhere, direction=Direction.OUT, within_ms=DAYS)
