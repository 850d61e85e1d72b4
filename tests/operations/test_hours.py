"""The hours of one date and the interlock of a tidal lane, as the command centre sees them."""

from __future__ import annotations

from datetime import date

from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing import events as crossing
from gatepair.operations import events as ev
from gatepair.operations.gate import Gate, GateContext, Interlock, interlocks, lane_turns
from gatepair.operations.hours import day_plan
from gatepair.operations.lanes import hours_view
from gatepair.operations.traffic import Traffic
from gatepair.plan.calendars import Why
from gatepair.plan.model import CommodityGroup, Direction
from operations.scene import FRUIT, MORNING_MS, SEAFOOD, small_plan

PLAN = small_plan()
OUT, IN = Direction.OUT, Direction.IN
TODAY = date(2025, 11, 11)


def told(**changes: object) -> ev.HoursAnnounced:
    """Return hours that we announced for today."""
    made: dict[str, object] = {
        "at_ms": 1, "calendar": "day", "date": "2025-11-11", "start": "09:00", "until": "12:00", "actor": "b"
    }  # fmt: skip
    return ev.HoursAnnounced(**{**made, **changes})  # type: ignore[arg-type]


def windows(gate: Gate, direction: Direction = OUT) -> list[tuple[int, int, tuple[CommodityGroup, ...]]]:
    """Return today's windows."""
    found = day_plan(PLAN, gate, "day", TODAY, direction=direction)
    return [(one.start_ms, one.until_ms, one.only) for one in found.windows]


def test_the_day_is_that_of_the_calendar_until_somebody_says_otherwise() -> None:
    """Without an agreement the weekday's hours hold; agreed for the date replaces them."""
    assert Why.HOURS is day_plan(PLAN, Gate(), "day", TODAY, direction=OUT).why
    agreed = ev.HoursAgreed(at_ms=1, calendar="day", date="2025-11-11", start="10:00", until="11:00", actor="b")
    found = day_plan(PLAN, Gate().apply(agreed), "day", TODAY, direction=OUT)
    assert (Why.AGREED, [HOUR_MS]) == (found.why, [one.until_ms - one.start_ms for one in found.windows])


def test_each_side_only_narrows_and_the_page_says_who_did() -> None:
    """What both leave open is open; the same start and end close the day."""
    ours = Gate().apply(told())
    found = day_plan(PLAN, ours, "day", TODAY, direction=OUT)
    assert (True, False) == (found.limited_here, found.limited_there)
    both = ours.apply(told(start="11:00", until="18:00", by_partner=True))
    assert [HOUR_MS] == [until - start for start, until, _ in windows(both)]
    assert [] == windows(Gate().apply(told(start="09:00", until="09:00")))


def test_goods_that_both_sides_take_stay() -> None:
    """Announced for some goods alone the window is theirs; two announcements leave what both name."""
    fruit = Gate().apply(told(only=(FRUIT, SEAFOOD)))
    assert [(FRUIT, SEAFOOD)] == [only for _, _, only in windows(fruit)]
    both = fruit.apply(told(only=(SEAFOOD,), by_partner=True))
    assert [(SEAFOOD,)] == [only for _, _, only in windows(both)]
    assert [] == windows(Gate().apply(told(only=(FRUIT,))).apply(told(only=(SEAFOOD,), by_partner=True)))


def test_the_days_hours_are_those_by_which_vehicles_are_called() -> None:
    """At every half hour the calendar's day and the view that the clockwork calls by agree."""
    gate = Gate().apply(told()).apply(told(start="10:00", until="15:00", by_partner=True))
    found = windows(gate)
    midnight_ms = MORNING_MS - 8 * HOUR_MS
    for half in range(48):
        now_ms = midnight_ms + half * HOUR_MS // 2
        said = any(start <= now_ms < until for start, until, _ in found)
        assert said is hours_view(PLAN, gate, "day", direction=OUT, now_ms=now_ms).open, half


def tidal(gate: Gate, traffic: Traffic) -> Interlock:
    """Return the interlock of the small plan's tidal lane."""
    (lock,) = interlocks(gate, PLAN, traffic)
    return lock


def test_a_lane_waits_for_its_vehicles_and_its_clear_time() -> None:
    """The interlock names each reason, and the clockwork turns the lane in the instant in which it names none."""
    traffic = Traffic()
    lock = tidal(Gate(), traffic)
    assert (OUT, None, ()) == (lock.running, lock.turning, lock.waits(MORNING_MS))
    seen, rested = crossing.Seen(tractor="12C-00001"), crossing.Rested(clause="fresh")
    traffic.apply("X1", crossing.VehicleDeparted(at_ms=MORNING_MS, lane=lock.lane, seen=seen, rested=rested))
    clear_ms = MORNING_MS + lock.clear_s * SECOND_MS
    gate = Gate().apply(
        ev.LaneTurnBegun(at_ms=MORNING_MS, lane=lock.lane, direction=IN, clear_at_ms=clear_ms, actor="b")
    )
    assert ("vehicles", "clearing") == tidal(gate, traffic).waits(clear_ms - 1)
    assert ("vehicles",) == tidal(gate, traffic).waits(clear_ms)
    traffic.apply("X1", crossing.CrossingClosed(at_ms=clear_ms, outcome="delivered"))
    over_ms = clear_ms + lock.clear_s * SECOND_MS
    assert ("clearing",) == tidal(gate, traffic).waits(over_ms - 1)
    assert () == tidal(gate, traffic).waits(over_ms)
    for now_ms, turned in ((over_ms - 1, 0), (over_ms, 1)):
        context = GateContext(plan=PLAN, post="a-post", now_ms=now_ms, actor="node", traffic=traffic)
        assert turned == len(lane_turns(gate, context))
