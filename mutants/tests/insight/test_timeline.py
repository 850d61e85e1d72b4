"""Truths of timelines, release study and the figures of a day."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gatepair.crossing import events as ev
from gatepair.crossing.model import (
    Binding,
    Channel,
    Declaration,
    GoodsItem,
    LoadUnit,
    Parties,
    PlaceFacts,
    Rested,
    Seen,
)
from gatepair.insight.board import METHOD, forecast
from gatepair.insight.day import Alarm, DirectionDay, Stop, figures, stock_at
from gatepair.insight.timeline import Step, Timeline, begin, fold, join
from gatepair.insight.trs import Stage, study
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Regime, Role

HOUR = 3_600_000
DAY = 24 * HOUR
DURIANS = GoodsItem("081060", "Durians", CommodityGroup.FRESH_FRUIT, 20_000, 900, 9_000_000, "USD", "VN")
FACTS = PlaceFacts(commodity=CommodityGroup.FRESH_FRUIT, regime=Regime.ORDINARY, tested=True)
SEEN = Seen(tractor="12C-000.01")


def declared(at_ms: int, role: Role = Role.EXIT) -> ev.CrossingDeclared:
    return ev.CrossingDeclared(
        at_ms=at_ms,
        role=role,
        direction=Direction.OUT,
        route="r1",
        lane_kind=LaneKind.MANNED,
        load=LoadUnit.TRUCK,
        declaration=Declaration(Regime.ORDINARY, (DURIANS,), Parties("SYNTHETIC A", "SYNTHETIC B")),
        binding=Binding(tractor="12C-000.01"),
    )


def timeline(*events: tuple[str, object]) -> Timeline:
    """Fold (name, struct) pairs of one crossing."""
    return fold([("X", name, event, event.at_ms) for name, event in events])["X"]


def test_struct_and_payload_fold_alike() -> None:
    """A read model that folds structs and a reader of the ledger that folds payloads see the same."""
    events = [
        ("CrossingDeclared/1", declared(0)),
        ("PlaceTaken/1", ev.PlaceTaken(at_ms=10, number=1, facts=FACTS, binding_digest="d")),
        (
            "ChannelAssigned/1",
            ev.ChannelAssigned(at_ms=20, channel=Channel.RED, profile=1, draw_permille=5, reason="draw"),
        ),
    ]
    payloads = [("X", name, msgspec.to_builtins(event), event.at_ms) for name, event in events]
    assert timeline(*events) == fold(payloads)["X"]
    assert Channel.RED is timeline(*events).channel


def test_the_latest_call_and_release_count_and_the_first_arrival() -> None:
    """A missed call is not the call that was followed, and a withdrawn release released nothing."""
    found = timeline(
        ("CrossingDeclared/1", declared(0)),
        ("PlaceCalled/1", ev.PlaceCalled(at_ms=10, number=1, until_ms=99)),
        ("CallMissed/1", ev.CallMissed(at_ms=20, number=1, misses=1)),
        ("PlaceCalled/1", ev.PlaceCalled(at_ms=30, number=1, until_ms=99)),
        ("VehicleArrived/1", ev.VehicleArrived(at_ms=40, station="s", seen=SEEN)),
        ("VehicleArrived/1", ev.VehicleArrived(at_ms=45, station="s", seen=SEEN)),
        ("CrossingReleased/1", ev.CrossingReleased(at_ms=50, actor="c", relied_on=())),
        ("ReleaseWithdrawn/1", ev.ReleaseWithdrawn(at_ms=60, reason="r")),
    )
    assert (30, 40, None, 1) == (found.at(Step.CALLED), found.at(Step.ARRIVED), found.at(Step.RELEASED), found.misses)


def test_each_step_comes_from_the_post_where_it_happens() -> None:
    """Departure is the exit post's word, receipt the entry post's, whatever the other heard and when."""
    exit_view = timeline(
        ("CrossingDeclared/1", declared(0)),
        ("VehicleDeparted/1", ev.VehicleDeparted(at_ms=100, lane="l", seen=SEEN, rested=Rested("fresh"))),
        ("PartnerReceived/1", ev.PartnerReceived(at_ms=999, leaf="", condition="sound")),
    )
    entry_view = timeline(
        ("CrossingDeclared/1", declared(5, Role.ENTRY)),
        ("PartnerDeparted/1", ev.PartnerDeparted(at_ms=888, leaf="", lane="l", rested=Rested("fresh"))),
        ("HandoverConfirmed/1", ev.HandoverConfirmed(at_ms=200, station="s", seen=SEEN, condition="sound")),
        ("CrossingClosed/1", ev.CrossingClosed(at_ms=300, outcome="delivered")),
    )
    (both,) = join({"X": exit_view}, {"X": entry_view})
    assert (0, 100, 200, 300) == tuple(
        both.at(step) for step in (Step.DECLARED, Step.DEPARTED, Step.RECEIVED, Step.GONE)
    )
    assert [exit_view] == join({"X": exit_view}, {})


def made(index: int, steps: dict[Step, int], **fields) -> Timeline:
    return Timeline(crossing=f"X{index}", direction=Direction.OUT, role=Role.EXIT, steps=steps, **fields)


def test_a_stage_counts_on_the_day_on_which_it_ended() -> None:
    """A wait that began the evening before and ended today is today's; one that ended tomorrow is not."""
    one = made(1, {Step.PLACED: -5 * HOUR, Step.CALLED: 2 * HOUR})
    two = made(2, {Step.PLACED: 20 * HOUR, Step.CALLED: 26 * HOUR})
    found = study([one, two], first_ms=0, until_ms=DAY).of(Stage.WAIT_FOR_CALL, Direction.OUT)
    assert found is not None
    assert (1, 7 * 3_600) == (found.count, found.median_s)


def test_empties_are_left_out_of_the_study() -> None:
    """An empty vehicle's quick way would flatter the release of goods."""
    empty = made(1, {Step.PLACED: 0, Step.CALLED: 10}, load=LoadUnit.EMPTY)
    assert () == study([empty], first_ms=0, until_ms=DAY).rows


def test_channels_split_the_stage_and_all_holds_both() -> None:
    """Rows by channel add up to the row over all channels."""
    red = made(1, {Step.ARRIVED: 0, Step.RELEASED: HOUR}, channel=Channel.RED)
    green = made(2, {Step.ARRIVED: 0, Step.RELEASED: HOUR // 2}, channel=Channel.GREEN)
    found = study([red, green], first_ms=0, until_ms=DAY)
    counts = [
        found.of(Stage.ARRIVAL_TO_RELEASE, Direction.OUT, channel).count
        for channel in (None, Channel.RED, Channel.GREEN)
    ]
    assert [2, 1, 1] == counts


STEPS = st.fixed_dictionaries(
    {},
    optional={
        Step.PLACED: st.integers(-DAY, DAY),
        Step.ARRIVED: st.integers(-DAY, DAY),
        Step.CALLED: st.integers(-DAY, DAY),
        Step.DEPARTED: st.integers(-DAY, 2 * DAY),
        Step.GONE: st.integers(-DAY, 2 * DAY),
        Step.WITHDRAWN: st.integers(-DAY, 2 * DAY),
    },
)


def lived(index: int, steps: dict[Step, int], direction: Direction) -> Timeline:
    """Nothing leaves before it came: put what leaves after the coming."""
    came = steps.get(Step.PLACED, steps.get(Step.ARRIVED, 0))
    late = {Step.DEPARTED, Step.GONE, Step.WITHDRAWN}
    ordered = {step: max(when, came) if step in late else when for step, when in steps.items()}
    return Timeline(crossing=f"X{index}", direction=direction, role=Role.EXIT, steps=ordered)


@given(st.lists(st.tuples(STEPS, st.sampled_from(Direction)), max_size=40))
def test_stock_balances_over_any_window(lives) -> None:
    """Opening and arrivals less cleared and withdrawn is closing, hour by hour and over the day."""
    timelines = [lived(index, steps, direction) for index, (steps, direction) in enumerate(lives)]
    day = figures(timelines, (), first_ms=0, until_ms=DAY)
    for one in day.directions:
        assert one.closing == one.opening + one.arrivals - one.cleared - one.withdrawn
        assert one.hours[0].stock == one.opening
        assert sum(hour.cleared for hour in one.hours) == one.cleared
        assert sum(hour.arrivals for hour in one.hours) == one.arrivals


def test_out_is_cleared_at_the_line_and_in_when_it_goes_inland() -> None:
    """The home side counts exports that left it and imports that it let in."""
    steps = {Step.PLACED: 0, Step.DEPARTED: HOUR}
    out, into = (Timeline(f"X{way}", way, Role.EXIT, steps=steps) for way in Direction)
    day = figures([out, into], (), first_ms=0, until_ms=DAY)
    assert (1, 0) == (day.of(Direction.OUT).cleared, day.of(Direction.IN).cleared)
    assert [into] == stock_at([into], DAY)


def direction_day(closing: int, cleared: int) -> DirectionDay:
    return DirectionDay(Direction.OUT, 0, 0, cleared, 0, closing, 0, {}, {}, ())


def test_alarm_levels_begin_at_their_bounds() -> None:
    """Below 1.7 days is normal, from 1.7 a warning, from 5 a crisis; a stock that nothing clears is a crisis."""
    assert Alarm.NORMAL is direction_day(1_699, 1_000).alarm
    assert Alarm.WARNING is direction_day(1_700, 1_000).alarm
    assert Alarm.WARNING is direction_day(4_999, 1_000).alarm
    assert Alarm.CRISIS is direction_day(5_000, 1_000).alarm
    assert Alarm.CRISIS is direction_day(1, 0).alarm
    assert Alarm.NORMAL is direction_day(0, 0).alarm


def test_only_stops_that_touch_the_window_are_shown() -> None:
    """A stop that ended before the day is yesterday's; one that still stands is today's."""
    over = Stop("p", Direction.OUT, -5, -1, "fog", by_partner=False)
    standing = Stop("p", Direction.OUT, -5, None, "fog", by_partner=False)
    assert (standing,) == figures([], (over, standing), first_ms=0, until_ms=DAY).stops


def test_forecast_is_places_ahead_over_the_measured_rate() -> None:
    """Six departures in two hours are one in twenty minutes, so two ahead and oneself take an hour."""
    departed = [DAY - minutes * 60_000 for minutes in (5, 25, 45, 65, 85, 105, 125, 500)]
    found = forecast(2, departed, DAY)
    assert (60, METHOD, 300) == (found.minutes, found.method, found.age_s)


def test_no_forecast_is_given_when_nothing_moved() -> None:
    """When no vehicle departed in the window nothing honest can be said."""
    assert forecast(3, [0], DAY).minutes is None


def test_begin_reads_the_heaviest_item() -> None:
    """The commodity by which figures are split is that of the heaviest item."""
    assert CommodityGroup.FRESH_FRUIT is begin("X", declared(0), 0).commodity
