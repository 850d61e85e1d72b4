"""The gate: stops of two sides, tidal lanes with interlock, hours and quotas, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from gatepair.base.findings import Refusal
from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.crossing import events as crossing_ev
from gatepair.crossing.model import Rested, Seen
from gatepair.operations import commands as cmd
from gatepair.operations import events as ev
from gatepair.operations.codec import decode_gate_event, encode_gate_event
from gatepair.operations.gate import Gate, GateContext, decide, lane_turns
from gatepair.operations.lanes import lane_view, line_view
from gatepair.operations.model import AlertKind, Figure, Level, RoadState
from gatepair.operations.rule import CallLine
from gatepair.operations.traffic import Traffic
from gatepair.plan.alarms import AlarmKind
from gatepair.plan.model import Direction, LaneKind
from operations.scene import FRUIT, MORNING_MS, OTHER, ROAD, SEAFOOD, small_plan

OUT, IN = Direction.OUT, Direction.IN
PLAN = small_plan()
LEAF = "ab" * 32
SEEN = Seen(tractor="43C-01234")


class Post:
    """A gate stream in miniature: decide, fold, and keep what was refused."""

    def __init__(self) -> None:
        """Begin in the morning with nothing decided."""
        self.gate = Gate()
        self.traffic = Traffic()
        self.now_ms = MORNING_MS

    def context(self) -> GateContext:
        """Return what a decision rests on now."""
        return GateContext(plan=PLAN, post="a-post", now_ms=self.now_ms, actor="board-7", traffic=self.traffic)

    def order(self, command: cmd.GateCommand) -> list[str]:
        """Decide and fold; return the finding codes of a refusal."""
        decided = decide(self.gate, command, self.context())
        if isinstance(decided, Refusal):
            return [finding.code for finding in decided.findings]
        for event in decided:
            self.gate = self.gate.apply(event)
        return []

    def turned(self) -> int:
        """Complete the turns that are due and return how many."""
        events = lane_turns(self.gate, self.context())
        for event in events:
            self.gate = self.gate.apply(event)
        return len(events)

    def why(self, lane: str, direction: Direction = OUT, **words: Any) -> str:
        """Return why ``lane`` is not open."""
        view = lane_view(PLAN, self.gate, lane, direction=direction, now_ms=self.now_ms, **words)
        assert view is not None
        assert view.open == (not view.why)
        return view.why


@pytest.fixture
def post() -> Post:
    """Give a post at opening time."""
    return Post()


def partner_stop(**words: Any) -> cmd.RecordPartnerStop:
    return cmd.RecordPartnerStop(leaf=LEAF, partner_at_ms=MORNING_MS - 5, direction=OUT, reason="outage", **words)


def partner_reopening(**words: Any) -> cmd.RecordPartnerReopening:
    return cmd.RecordPartnerReopening(leaf=LEAF, partner_at_ms=MORNING_MS, direction=OUT, **words)


# --- stops --------------------------------------------------------------------------------------


def test_a_direction_runs_only_when_neither_sides_stop_stands(post: Post) -> None:
    """Our stop and the partner's are kept apart; ending one leaves the other."""
    assert [] == post.order(cmd.StopIntake(direction=OUT, reason="fog"))
    assert [] == post.order(partner_stop())
    assert [] == post.order(cmd.ReopenIntake(direction=OUT))
    assert not post.gate.is_open(OUT)
    assert "stopped_by_partner" == post.why("out-1")
    assert [] == post.order(partner_reopening())
    assert post.gate.is_open(OUT)
    assert "" == post.why("out-1")


def test_a_stop_leaves_the_other_direction_and_the_other_road_open(post: Post) -> None:
    """A stop holds what it names and no more; a stop of the direction holds all its roads."""
    post.order(cmd.StopIntake(direction=OUT, reason="fog", route="road"))
    assert ["stopped", "", ""] == [post.why("out-1"), post.why("side-out"), post.why("in-1", IN)]
    post.order(cmd.StopIntake(direction=OUT, reason="fog"))
    assert "stopped" == post.why("side-out")


def test_a_stop_may_still_allow_some_goods(post: Post) -> None:
    """Allowed groups pass during a stop; two stops allow what both allow."""
    post.order(cmd.StopIntake(direction=OUT, reason="laboratory", allows=(SEAFOOD, FRUIT)))
    assert ["", "stopped"] == [post.why("out-1", commodity=SEAFOOD), post.why("out-1", commodity=OTHER)]
    post.order(partner_stop(allows=(FRUIT,)))
    assert frozenset({FRUIT}) == post.gate.allowed(OUT)
    assert ["stopped", ""] == [post.why("out-1", commodity=SEAFOOD), post.why("out-1", commodity=FRUIT)]


def test_stopping_twice_is_refused_unless_the_terms_change(post: Post) -> None:
    """The same stop again changes nothing and says so; other terms replace it."""
    stop = cmd.StopIntake(direction=OUT, reason="fog")
    assert [] == post.order(stop)
    assert ["gate.already_stopped"] == post.order(stop)
    assert [] == post.order(cmd.StopIntake(direction=OUT, reason="fog", allows=(SEAFOOD,)))
    assert 1 == len(post.gate.stops)


def test_only_the_side_that_stopped_may_reopen(post: Post) -> None:
    """Nothing to reopen, or the partner's stop: both are refused, and told apart."""
    assert ["gate.not_stopped"] == post.order(cmd.ReopenIntake(direction=OUT))
    post.order(partner_stop())
    assert ["gate.stop_is_partners"] == post.order(cmd.ReopenIntake(direction=OUT))


def test_the_partners_word_counts_from_when_it_was_heard(post: Post) -> None:
    """A partner's stop is in force here from now; its own time is kept beside it."""
    decided = decide(post.gate, partner_stop(), post.context())
    assert not isinstance(decided, Refusal)
    stopped = decided[0]
    assert isinstance(stopped, ev.IntakeStopped)
    assert (MORNING_MS, MORNING_MS - 5, LEAF) == (stopped.at_ms, stopped.partner_at_ms, stopped.leaf)


def test_the_partners_repeated_word_is_recorded_without_complaint(post: Post) -> None:
    """A mirrored entry is never refused: a reopening without a stop, a stop over a stop."""
    assert [] == post.order(partner_reopening())
    assert [] == post.order(partner_stop())
    assert [] == post.order(partner_stop())


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (cmd.StopIntake(direction=OUT, reason="fog", route="nowhere"), "gate.unknown_route"),
        (cmd.StopIntake(direction=OUT, reason="fog", expected_end_ms=MORNING_MS), "gate.end_in_the_past"),
        (cmd.StopIntake(direction=OUT, reason="fog", at_ms=MORNING_MS + 2 * MINUTE_MS + 1), "gate.time_ahead"),
        (cmd.StopIntake(direction=OUT, reason="fog", at_ms=MORNING_MS - 24 * HOUR_MS - 1), "gate.time_long_past"),
        (cmd.TurnLane(lane="nowhere", direction=IN), "gate.unknown_lane"),
        (cmd.TurnLane(lane="out-1", direction=IN), "gate.lane_not_tidal"),
        (cmd.TurnLane(lane="tidal-1", direction=OUT), "gate.lane_already_so"),
        (cmd.AgreeHours(calendar="x", date="2025-11-11", start="07:00", until="20:00"), "gate.unknown_calendar"),
        (cmd.AgreeHours(calendar="day", date="2025-11-11", start="20:00", until="20:00"), "gate.hours_empty"),
    ],
)
def test_what_cannot_be_is_refused(post: Post, command: cmd.GateCommand, expected: str) -> None:
    """Each refusal names what is wrong and leaves the gate as it was."""
    assert [expected] == post.order(command)
    assert Gate() == post.gate


@pytest.mark.parametrize(
    "command",
    [
        cmd.StopIntake(direction=OUT, reason="fog", expected_end_ms=MORNING_MS + 1),
        cmd.StopIntake(direction=OUT, reason="fog", at_ms=MORNING_MS + 2 * MINUTE_MS),
        cmd.StopIntake(direction=OUT, reason="fog", at_ms=MORNING_MS - 24 * HOUR_MS),
        cmd.AgreeHours(calendar="day", date="2025-11-11", start="19:59", until="20:00"),
    ],
)
def test_what_lies_on_the_boundary_is_taken(post: Post, command: cmd.GateCommand) -> None:
    """The last value that is still right is right."""
    assert [] == post.order(command)


# --- tidal lanes --------------------------------------------------------------------------------


def depart(post: Post, crossing: str = "X1", lane: str = "tidal-1") -> None:
    left = crossing_ev.VehicleDeparted(at_ms=post.now_ms, lane=lane, seen=SEEN, rested=Rested(clause="fresh"))
    post.traffic.apply(crossing, left)


def receive(post: Post, crossing: str = "X1") -> None:
    post.traffic.apply(crossing, crossing_ev.PartnerReceived(at_ms=post.now_ms, leaf=LEAF, condition="sound"))


def test_a_turning_lane_is_closed_both_ways_until_its_clear_time_is_over(post: Post) -> None:
    """The lane closes at once, stays closed for its clear time, then is open the other way."""
    assert ["", "other_way"] == [post.why("tidal-1"), post.why("tidal-1", IN)]
    assert [] == post.order(cmd.TurnLane(lane="tidal-1", direction=IN))
    assert ["turning", "turning"] == [post.why("tidal-1"), post.why("tidal-1", IN)]
    assert ["gate.lane_turning"] == post.order(cmd.TurnLane(lane="tidal-1", direction=IN))
    post.now_ms += 120 * SECOND_MS - 1
    assert 0 == post.turned()
    post.now_ms += 1
    assert 1 == post.turned()
    assert ["other_way", ""] == [post.why("tidal-1"), post.why("tidal-1", IN)]
    assert 0 == post.turned()


def test_a_lane_is_not_turned_while_a_vehicle_is_on_it(post: Post) -> None:
    """A vehicle that left and was not received holds the turn, and the clear time begins when it is gone."""
    depart(post)
    post.order(cmd.TurnLane(lane="tidal-1", direction=IN))
    post.now_ms += HOUR_MS
    assert 0 == post.turned()
    receive(post)
    post.now_ms += 120 * SECOND_MS - 1
    assert 0 == post.turned()
    post.now_ms += 1
    assert 1 == post.turned()


def test_a_vehicle_coming_towards_us_holds_the_turn_too(post: Post) -> None:
    """The partner's departure counts like our own until we confirm that the load is here."""
    coming = crossing_ev.PartnerDeparted(at_ms=post.now_ms, leaf=LEAF, lane="tidal-1", rested=Rested(clause="fresh"))
    post.traffic.apply("X2", coming)
    post.order(cmd.TurnLane(lane="tidal-1", direction=IN))
    post.now_ms += HOUR_MS
    assert 0 == post.turned()
    here = crossing_ev.HandoverConfirmed(at_ms=post.now_ms, station="b-booth", seen=SEEN, condition="sound")
    post.traffic.apply("X2", here)
    post.now_ms += HOUR_MS
    assert 1 == post.turned()


def test_a_vehicle_received_before_its_departure_was_told_does_not_hold_the_lane_for_ever(post: Post) -> None:
    """When the partner's word comes after the vehicle, the lane is not taken to be occupied."""
    here = crossing_ev.HandoverConfirmed(at_ms=post.now_ms, station="b-booth", seen=SEEN, condition="sound")
    coming = crossing_ev.PartnerDeparted(at_ms=post.now_ms, leaf=LEAF, lane="tidal-1", rested=Rested(clause="fresh"))
    post.traffic.apply("X2", here)
    post.traffic.apply("X2", coming)
    assert () == post.traffic.on_lane("tidal-1")


def test_a_vehicle_on_another_lane_does_not_hold_the_turn(post: Post) -> None:
    """The interlock looks at the lane that is turned."""
    depart(post, lane="out-1")
    post.order(cmd.TurnLane(lane="tidal-1", direction=IN))
    post.now_ms += 120 * SECOND_MS
    assert 1 == post.turned()


# --- hours, lines, quotas -----------------------------------------------------------------------


def test_a_lane_is_closed_outside_its_hours_and_agreed_hours_replace_them(post: Post) -> None:
    """The plan's hours hold until both sides agreed others for the date; the later agreement holds."""
    post.now_ms = MORNING_MS + 10 * HOUR_MS - 1
    assert "" == post.why("out-1")
    post.now_ms += 1
    assert "closed" == post.why("out-1")
    post.order(cmd.AgreeHours(calendar="day", date="2025-11-11", start="07:00", until="19:00"))
    post.order(cmd.AgreeHours(calendar="day", date="2025-11-11", start="07:00", until="21:00", only=(SEAFOOD,)))
    assert 1 == len(post.gate.hours)
    assert ["", "not_this_commodity"] == [
        post.why("out-1", commodity=SEAFOOD),
        post.why("out-1", commodity=OTHER),
    ]


def test_manned_and_unmanned_never_share_a_line(post: Post) -> None:
    """A line uses lanes of its own kind: the unmanned lane's night does not open the manned line, nor the reverse."""
    agv = CallLine("road", LaneKind.UNMANNED)
    views = [line_view(PLAN, post.gate, line, direction=OUT, now_ms=post.now_ms).open for line in (ROAD, agv)]
    assert [True, False] == views
    night_ms = MORNING_MS + 11 * HOUR_MS
    views = [line_view(PLAN, post.gate, line, direction=OUT, now_ms=night_ms).open for line in (ROAD, agv)]
    assert [False, True] == views


def test_a_line_is_open_until_its_last_lane_closes(post: Post) -> None:
    """A line sums up its lanes: closing time, and the groups that one of them takes."""
    view = line_view(PLAN, post.gate, ROAD, direction=OUT, now_ms=post.now_ms)
    assert (True, MORNING_MS + 10 * HOUR_MS, None) == (view.open, view.closes_ms, view.only)
    post.order(cmd.StopIntake(direction=OUT, reason="fog", allows=(SEAFOOD,)))
    assert frozenset({SEAFOOD}) == line_view(PLAN, post.gate, ROAD, direction=OUT, now_ms=post.now_ms).only
    post.order(cmd.StopIntake(direction=OUT, reason="fog"))
    shut = line_view(PLAN, post.gate, ROAD, direction=OUT, now_ms=post.now_ms)
    assert (False, "stopped") == (shut.open, shut.why)


def test_quotas_of_the_two_sides_are_kept_apart(post: Post) -> None:
    """Our announcement and the partner's stand side by side; the latest of each holds."""
    post.order(cmd.AnnounceQuota(direction=IN, per_hour=20))
    quota = cmd.RecordPartnerQuota(leaf=LEAF, partner_at_ms=MORNING_MS, direction=OUT, per_hour=12)
    post.order(quota)
    post.order(cmd.AnnounceQuota(direction=IN, per_hour=25))
    assert {(IN, False): 25, (OUT, True): 12} == dict(post.gate.quotas)


def test_a_recovery_begins_once_and_ends_once(post: Post) -> None:
    """A second beginning and a second end are refused: each changes nothing."""
    begin = cmd.BeginRecovery(position=40, lost_from_ms=MORNING_MS - 1)
    assert ["gate.not_recovering"] == post.order(cmd.FinishRecovery())
    post.order(begin)
    assert 40 == post.gate.recovery.position
    assert ["gate.recovering_already"] == post.order(begin)
    post.order(cmd.FinishRecovery())
    assert None is post.gate.recovery
    assert ["gate.not_recovering"] == post.order(cmd.FinishRecovery())


def test_a_backup_does_not_end_in_the_future(post: Post) -> None:
    """What was lost lies before now; at this very instant nothing is lost and it may be said."""
    assert ["gate.time_ahead"] == post.order(cmd.BeginRecovery(position=1, lost_from_ms=post.now_ms + 1))
    post.order(cmd.BeginRecovery(position=1, lost_from_ms=post.now_ms))
    assert None is not post.gate.recovery


def test_an_unknown_lane_has_no_view(post: Post) -> None:
    """What the plan does not have is not open and not closed: there is nothing to see."""
    assert lane_view(PLAN, post.gate, "nowhere", direction=OUT, now_ms=post.now_ms) is None


# --- the ledger ---------------------------------------------------------------------------------

FROM_PARTNER: dict[str, Any] = {"actor": "partner", "by_partner": True, "leaf": "ab" * 32, "partner_at_ms": 5}
EVENTS: list[ev.GateEvent] = [
    ev.IntakeStopped(at_ms=1, direction=OUT, reason="fog", actor="b", allows=(SEAFOOD,), by_partner=True, leaf=LEAF),
    ev.IntakeReopened(at_ms=2, direction=OUT, actor="b"),
    ev.LaneTurnBegun(at_ms=3, lane="tidal-1", direction=IN, clear_at_ms=4, actor="b"),
    ev.LaneTurned(at_ms=4, lane="tidal-1", direction=IN),
    ev.HoursAgreed(at_ms=5, calendar="day", date="2025-11-11", start="07:00", until="20:00", actor="b"),
    ev.QuotaAnnounced(at_ms=6, direction=IN, per_hour=0, actor="b"),
    ev.ConditionReported(
        at_ms=6,
        direction=IN,
        state=RoadState.LIMITED,
        reason="laboratory",
        text="one of two",
        expected_end_ms=9,
        route="road",
        **FROM_PARTNER,
    ),
    ev.HoursAnnounced(
        at_ms=6,
        calendar="day",
        date="2026-02-17",
        start="08:00",
        until="12:00",
        only=(SEAFOOD,),
        reason="tet",
        **FROM_PARTNER,
    ),
    ev.CapacityAnnounced(at_ms=6, direction=IN, vehicles=25, reason="yard_works", **FROM_PARTNER),
    ev.AlertRaised(
        at_ms=6,
        kind=AlertKind.DISEASE,
        reference="syn-7",
        text="SYNTHETIC swine fever",
        plates=("12C-12345",),
        containers=("TSTU1234565",),
        commodity=SEAFOOD,
        until_ms=9,
        **FROM_PARTNER,
    ),
    ev.AlertEnded(at_ms=6, kind=AlertKind.DISEASE, reference="syn-7", text="SYNTHETIC swine fever", **FROM_PARTNER),
    ev.HotlineNoted(at_ms=6, topic="hours", text="SYNTHETIC: until 20:00 tonight", **FROM_PARTNER),
    ev.StatisticsReported(
        at_ms=6,
        date="2025-11-11",
        timezone="Asia/Ho_Chi_Minh",
        figures=(Figure(direction=OUT, load="loaded", figure="departed", count=123),),
        **FROM_PARTNER,
    ),
    ev.RecoveryBegun(at_ms=7, position=40, lost_from_ms=3, actor="b"),
    ev.RecoveryFinished(at_ms=8, actor="b"),
    ev.AlarmBegun(
        at_ms=9, alarm="stock.out", kind=AlarmKind.STOCK, subject="out", level=Level.WARNING, since_ms=8, value=1_800
    ),
    ev.AlarmLevelChanged(at_ms=10, alarm="stock.out", level=Level.CRISIS, value=5_100),
    ev.AlarmCleared(at_ms=11, alarm="stock.out"),
    ev.AlarmTaken(at_ms=10, alarm="stock.out", actor="b", duty="gate_board"),
    ev.AlarmHandedOver(at_ms=10, alarm="stock.out", to="yard", actor="b", text="SYNTHETIC"),
    ev.AlarmNoted(at_ms=10, alarm="stock.out", text="SYNTHETIC", actor="b"),
    ev.AlarmResolved(at_ms=10, alarm="stock.out", text="SYNTHETIC", actor="b"),
    ev.ShiftNoted(at_ms=10, topic="weather", text="SYNTHETIC fog", actor="b"),
    ev.ShiftTaken(at_ms=10, actor="b", duty="command_centre", alarms=("stock.out",)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_gate_events_come_back_from_the_ledger_as_they_went(event: ev.GateEvent) -> None:
    """Name and payload of every gate event decode to the same event and encode to the same bytes."""
    name, payload = encode_gate_event(event)
    assert event == decode_gate_event(name, payload)
    assert (name, payload) == encode_gate_event(decode_gate_event(name, payload))


def test_every_gate_event_is_tried() -> None:
    """The list above has each event once."""
    assert list(ev.ALL) == [type(event) for event in EVENTS]
