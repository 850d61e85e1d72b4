"""Orders to tell the partner something of the gate, and the hours that two sides' words leave open."""

from __future__ import annotations

from typing import Any

import pytest

from gatepair.base.findings import Refusal
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.operations import commands as cmd
from gatepair.operations import events as ev
from gatepair.operations.gate import Gate, GateContext, decide
from gatepair.operations.lanes import hours_view, lane_view
from gatepair.operations.model import AlertKind, Figure, RoadState
from gatepair.operations.public_order import gate_record
from gatepair.operations.verify_order import verify
from gatepair.plan.calendars import Why
from gatepair.plan.model import CommodityGroup, Direction
from operations.scene import FRUIT, MORNING_MS, SEAFOOD, Scene, facts, small_plan

PLAN = small_plan()
OUT, IN = Direction.OUT, Direction.IN
WORD: dict[str, Any] = {"leaf": "ab" * 32, "partner_at_ms": MORNING_MS - 5}
FIGURE = Figure(direction=OUT, load="loaded", figure="departed", count=7)
TODAY = {"first": "2025-11-11", "last": "2025-11-11"}


class Desk:
    """The gate of the home post: it decides and folds."""

    def __init__(self, post: str = "a-post") -> None:
        self.post = post
        self.gate = Gate()
        self.now_ms = MORNING_MS

    def order(self, command: cmd.GateCommand) -> list[str]:
        """Decide and fold; return the codes of a refusal."""
        context = GateContext(plan=PLAN, post=self.post, now_ms=self.now_ms, actor="board-7", figures=(FIGURE,))
        decided = decide(self.gate, command, context)
        if isinstance(decided, Refusal):
            return [finding.code for finding in decided.findings]
        self.events = decided
        for event in decided:
            self.gate = self.gate.apply(event)
        return []

    def open(self, now_ms: int | None = None) -> tuple[bool, int | None, tuple[CommodityGroup, ...]]:
        """Return whether the day's lanes are open for the direction out, until when and for what."""
        found = hours_view(PLAN, self.gate, "day", direction=OUT, now_ms=self.now_ms if now_ms is None else now_ms)
        return found.open, found.until_ms, found.only


@pytest.fixture
def desk() -> Desk:
    """Give a gate at eight in the morning."""
    return Desk()


# --- what is taken in ----------------------------------------------------------------------


@pytest.mark.parametrize("order", [cmd.AnnounceQuota(direction=OUT, per_hour=4), cmd.AnnounceCapacity(direction=OUT, vehicles=4)])  # fmt: skip
def test_only_who_takes_in_announces_what_is_taken_in(desk: Desk, order: cmd.GateCommand) -> None:
    """The home side sends out and takes in what comes in; the other side the other way round."""
    assert ["gate.not_entry"] == desk.order(order)
    assert [] == Desk("b-post").order(order)


def test_the_partners_room_is_kept_apart_from_ours(desk: Desk) -> None:
    """What we have room for does not set what the partner has room for."""
    desk.order(cmd.AnnounceCapacity(direction=IN, vehicles=3))
    desk.order(cmd.RecordPartnerCapacity(direction=OUT, vehicles=9, **WORD))
    assert {(IN, False): 3, (OUT, True): 9} == dict(desk.gate.capacities)


# --- conditions ----------------------------------------------------------------------------


def slow(**changes: Any) -> cmd.ReportCondition:
    fields = {"direction": OUT, "state": RoadState.SLOW, "reason": "fog", "text": "sight 30 m"}
    return cmd.ReportCondition(**{**fields, **changes})


def test_a_condition_stands_until_it_is_normal_and_stops_nothing(desk: Desk) -> None:
    """Fog slows the road and a laboratory is out at the same time; each ends by itself, and nothing is closed."""
    desk.order(slow())
    desk.order(slow(reason="laboratory", state=RoadState.LIMITED))
    assert ["fog", "laboratory"] == [key.reason for key in desk.gate.conditions]
    view = lane_view(PLAN, desk.gate, "out-1", direction=OUT, now_ms=desk.now_ms)
    assert view is not None
    assert view.open
    desk.order(slow(state=RoadState.NORMAL))
    assert ["laboratory"] == [key.reason for key in desk.gate.conditions]


def test_a_condition_that_changes_nothing_is_not_told_again(desk: Desk) -> None:
    """The same again, and normal where nothing was said, have nothing new; another text or end has."""
    assert ["gate.nothing_new"] == desk.order(slow(state=RoadState.NORMAL))
    assert [] == desk.order(slow())
    assert ["gate.nothing_new"] == desk.order(slow())
    assert [] == desk.order(slow(text="sight 10 m"))
    assert [] == desk.order(slow(text="sight 10 m", expected_end_ms=MORNING_MS + 1))


def test_a_condition_names_a_road_of_the_plan_and_an_end_to_come(desk: Desk) -> None:
    """Both faults are named at once; the next millisecond is an end."""
    wrong = slow(route="nowhere", expected_end_ms=MORNING_MS)
    assert ["gate.unknown_route", "gate.end_in_the_past"] == desk.order(wrong)
    assert [] == desk.order(slow(route="road", expected_end_ms=MORNING_MS + 1))


# --- hours ---------------------------------------------------------------------------------


def hours(start: str, until: str, **changes: Any) -> cmd.AnnounceHours:
    return cmd.AnnounceHours(**{"calendar": "day", **TODAY, "start": start, "until": until, **changes})


def partner_hours(start: str, until: str, **changes: Any) -> cmd.RecordPartnerHours:
    fields = {"calendar": "day", "date": "2025-11-11", "start": start, "until": until, **WORD}
    return cmd.RecordPartnerHours(**{**fields, **changes})


def at(clock: str, day: int = 11) -> int:
    """Return the instant of a local time of November 2025 at the home side."""
    hour, minute = map(int, clock.split(":"))
    return MORNING_MS + (day - 11) * 24 * HOUR_MS + (hour - 8) * HOUR_MS + minute * MINUTE_MS


def test_without_any_word_the_plans_hours_hold(desk: Desk) -> None:
    """Seven to six, as the plan says."""
    assert (True, at("18:00"), ()) == desk.open()


def test_each_sides_hours_narrow_the_common_ones(desk: Desk) -> None:
    """We work until five, the partner from nine to four: the lane is open from nine to four."""
    desk.order(hours("07:00", "17:00"))
    desk.order(partner_hours("09:00", "16:00"))
    assert (False, None, ()) == desk.open(at("08:59"))
    assert (True, at("16:00"), ()) == desk.open(at("09:00"))
    assert (False, None, ()) == desk.open(at("16:00"))


def test_announced_hours_never_lengthen_the_day(desk: Desk) -> None:
    """Whoever wants to work longer agrees on it with the other side."""
    desk.order(partner_hours("00:00", "24:00"))
    assert (True, at("18:00"), ()) == desk.open()
    desk.order(cmd.AgreeHours(calendar="day", date="2025-11-11", start="07:00", until="20:00"))
    assert (True, at("20:00"), ()) == desk.open()


def test_a_day_without_hours_is_closed(desk: Desk) -> None:
    """The same start and end close it, for the one who says so on either side, on that date alone."""
    desk.order(partner_hours("00:00", "00:00", reason="tet"))
    found = hours_view(PLAN, desk.gate, "day", direction=OUT, now_ms=desk.now_ms)
    assert (False, Why.AGREED) == (found.open, found.reason)
    assert desk.open(at("08:00", day=13))[0]


def test_a_later_word_for_a_date_replaces_the_one_before(desk: Desk) -> None:
    """Hours are negotiated and change."""
    desk.order(partner_hours("00:00", "00:00"))
    desk.order(partner_hours("08:00", "12:00"))
    assert (True, at("12:00"), ()) == desk.open()


def test_hours_for_some_goods_leave_the_others_out(desk: Desk) -> None:
    """Where one side opens for seafood and the other for fruit, nothing is open."""
    desk.order(partner_hours("08:00", "12:00", only=(SEAFOOD,)))
    assert (True, at("12:00"), (SEAFOOD,)) == desk.open()
    desk.order(hours("08:00", "12:00", only=(FRUIT,)))
    assert not desk.open()[0]


def test_hours_that_meet_at_midnight_are_one_opening() -> None:
    """A lane that is open all night closes when the next date's announced hours end, not at midnight."""
    night = small_plan(
        calendars={
            key: {"timezone": "Asia/Ho_Chi_Minh", "openings": [{"start": "00:00", "until": "24:00"}], "provenance": {"kind": "assumed"}}
            for key in ("day", "night")
        }
    )  # fmt: skip
    told = [
        ev.HoursAnnounced(at_ms=1, actor="b", calendar="day", date=date, start=start, until=until, by_partner=True)
        for date, start, until in (("2025-11-11", "06:00", "24:00"), ("2025-11-12", "00:00", "03:00"))
    ]
    gate = Gate()
    for one in told:
        gate = gate.apply(one)
    found = hours_view(night, gate, "day", direction=OUT, now_ms=MORNING_MS)
    assert (True, at("03:00", day=12)) == (found.open, found.until_ms)
    assert not hours_view(night, gate, "day", direction=OUT, now_ms=at("03:00", day=12)).open


def test_a_range_of_dates_is_announced_date_by_date(desk: Desk) -> None:
    """Thirty-one dates at once and no more; an end before the beginning, or no date, is refused."""
    assert [] == desk.order(hours("08:00", "12:00", first="2026-01-01", last="2026-01-31"))
    assert 31 == len(desk.events)
    for first, last in (("2026-01-01", "2026-02-01"), ("2026-01-02", "2026-01-01"), ("2026-02-30", "2026-02-30")):
        assert ["gate.dates_unfit"] == desk.order(hours("08:00", "12:00", first=first, last=last))
    assert ["gate.hours_empty"] == desk.order(hours("12:00", "08:00"))
    assert ["gate.unknown_calendar"] == desk.order(hours("08:00", "12:00", calendar="nowhere"))


def test_the_public_order_shows_whose_hours_they_are(desk: Desk) -> None:
    """Anyone can check the calls against the hours of both sides."""
    desk.order(partner_hours("09:00", "16:00", only=(SEAFOOD,)))
    record = gate_record(desk.events[0], OUT)
    assert record is not None
    assert ("limited", "2025-11-11", "09:00", "16:00", True) == (
        record.kind.value, record.date, record.start, record.until, record.by_partner
    )  # fmt: skip
    assert (SEAFOOD,) == record.allows


def test_a_verifier_follows_the_announced_hours() -> None:
    """Called by what the partner's hours leave, seafood before fruit is explained; without the record it is not."""
    scene = Scene()
    scene.take(facts(FRUIT, tested=True))
    scene.take(facts(SEAFOOD))
    limit = {"calendar": "day", "date": "2025-11-11", "start": "08:00", "until": "12:00", "only": (FRUIT,)}
    scene.rule_gate(ev.HoursAnnounced(at_ms=scene.now_ms, actor="partner", by_partner=True, **limit))
    assert [1] == scene.call(only=(FRUIT,))
    assert verify(scene.export(), scene.plan).ok
    scene.records = [record for record in scene.records if record.kind.value != "limited"]
    assert not verify(scene.export(), scene.plan).ok


# --- alerts, notes, figures ----------------------------------------------------------------


def alert(**changes: Any) -> cmd.RaiseAlert:
    fields = {"kind": AlertKind.CRIME, "reference": "syn-1", "text": "SYNTHETIC", "plates": ("12C-12345",)}
    return cmd.RaiseAlert(**{**fields, **changes})


def test_an_alert_stands_until_its_own_side_ends_it(desk: Desk) -> None:
    """The partner's with the same name is another one; what is ended is known by kind and text."""
    desk.order(alert())
    word = {"kind": AlertKind.DISEASE, "reference": "syn-1", "text": "theirs", **WORD}
    desk.order(cmd.RecordPartnerAlert(**word))
    assert 2 == len(desk.gate.alerts)
    desk.order(cmd.EndAlert(reference="syn-1"))
    (ended,) = desk.events
    assert isinstance(ended, ev.AlertEnded)
    assert (AlertKind.CRIME, "SYNTHETIC") == (ended.kind, ended.text)
    assert [("syn-1", True)] == list(desk.gate.alerts)
    desk.order(cmd.RecordPartnerAlert(**word, ended=True))
    assert {} == desk.gate.alerts


def test_an_alert_is_replaced_by_a_later_one_and_not_repeated(desk: Desk) -> None:
    """The same again has nothing new; other plates have."""
    desk.order(alert())
    assert ["gate.nothing_new"] == desk.order(alert())
    assert [] == desk.order(alert(plates=("12C-54321",)))
    assert ["gate.end_in_the_past"] == desk.order(alert(text="x", until_ms=MORNING_MS))


def test_an_alert_that_does_not_stand_cannot_be_ended(desk: Desk) -> None:
    """The partner's is the partner's to end."""
    desk.order(cmd.RecordPartnerAlert(kind=AlertKind.CRIME, reference="syn-9", text="theirs", **WORD))
    assert ["gate.alert_unknown"] == desk.order(cmd.EndAlert(reference="syn-9"))


@pytest.mark.parametrize(("date", "expected"), [("2025-11-10", []), ("2025-11-11", ["gate.day_not_over"]), ("2025-13-01", ["gate.day_not_over"])])  # fmt: skip
def test_only_a_day_that_is_over_is_reported(desk: Desk, date: str, expected: list[str]) -> None:
    """Yesterday's counts change no more; today's do, and what is no date has none."""
    assert expected == desk.order(cmd.ReportStatistics(date=date))


def test_figures_and_zone_are_those_of_the_post(desk: Desk) -> None:
    """Two sides compare the same day by each one's own midnight."""
    desk.order(cmd.ReportStatistics(date="2025-11-10"))
    (told,) = desk.events
    assert isinstance(told, ev.StatisticsReported)
    assert ("Asia/Ho_Chi_Minh", (FIGURE,)) == (told.timezone, told.figures)


def test_the_partners_word_is_in_force_from_when_it_is_heard(desk: Desk) -> None:
    """Its own time stands beside, and its entry is named."""
    desk.order(cmd.RecordPartnerNote(topic="hours", text="until 20:00", **WORD))
    (note,) = desk.events
    assert isinstance(note, ev.HotlineNoted)
    assert (MORNING_MS, MORNING_MS - 5, True, "ab" * 32) == (note.at_ms, note.partner_at_ms, note.by_partner, note.leaf)
