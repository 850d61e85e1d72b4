"""The command centre over real posts: the clockwork's alarms, receipts in the log, the calendar, the daily report."""

from __future__ import annotations

from typing import Any

import pytest

from gatepair.base.errors import NotFound
from gatepair.base.time import DAY_MS, HOUR_MS, MINUTE_MS, Instant
from gatepair.node.post import Post
from gatepair.node.steering_log import Sought
from node.pair import OPENING, Pair

ALL = Sought()


@pytest.fixture
def pair() -> Pair:
    """Give two posts that have heard each other."""
    found = Pair()
    found.do(found.home, "command_centre", "NoteHotline", topic="hours", text="SYNTHETIC good morning")
    found.pass_time()
    found.pass_time()
    return found


def keys(post: Post) -> list[str]:
    """Return the alarms that hold at ``post`` now."""
    return sorted(row["alarm"] for row in post.steering.alarms())


def told(post: Post, sought: Sought = ALL) -> list[dict[str, Any]]:
    """Return the log of ``post``."""
    return post.steering.timeline(sought, 100)


def test_silence_is_an_alarm_that_clears_by_itself_and_stays_in_the_log(pair: Pair) -> None:
    """Ten minutes after the last word it begins, a word ends it, and both are entries that nobody had to write."""
    assert [] == keys(pair.home)
    pair.cut = True
    for _ in range(12):
        pair.pass_time()
    assert ["partner_silent.post"] == keys(pair.home)
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    assert [] == keys(pair.home)
    assert ["AlarmCleared", "AlarmBegun"] == [row["type"] for row in told(pair.home, Sought(kind="alarm"))]


def test_the_clockwork_looks_once_a_minute_and_records_a_change_once(pair: Pair) -> None:
    """Running what is due again in the same minute records nothing more."""
    pair.do(pair.home, "command_centre", "StopIntake", direction="out", reason="fog")
    pair.pass_time(40)
    before = pair.home.head_position()
    pair.home.advance()
    assert before == pair.home.head_position()
    assert "stop.out" in pair.home.standing.gate.alarms


def test_alarms_are_the_same_after_a_restart(pair: Pair) -> None:
    """Owner, notes and shift come back from the ledger, and so does what holds."""
    pair.do(pair.home, "command_centre", "StopIntake", direction="out", reason="fog")
    pair.pass_time(40)
    pair.do(pair.home, "command_centre", "TakeAlarm", alarm="stop.out")
    pair.do(pair.home, "command_centre", "NoteAlarm", alarm="stop.out", text="SYNTHETIC called")
    pair.do(pair.home, "gate_board", "TakeShift", text="SYNTHETIC")
    before, shift = pair.home.steering.alarms(), pair.home.steering.shift()
    pair.home.standing = pair.home._loaded()
    assert before == pair.home.steering.alarms()
    assert shift == pair.home.steering.shift()


def test_a_note_is_waiting_until_the_other_side_receipts_it(pair: Pair) -> None:
    """Said and not yet pushed it waits; then it is confirmed here and heard there; the shift log is for nobody else."""
    pair.do(pair.home, "command_centre", "NoteHotline", topic="hours", text="SYNTHETIC until nine")
    pair.do(pair.home, "command_centre", "NoteShift", topic="weather", text="SYNTHETIC fog")
    assert ["", "waiting", "confirmed"] == [row["receipt"] for row in told(pair.home)]
    pair.pass_time()
    assert ["", "confirmed", "confirmed"] == [row["receipt"] for row in told(pair.home)]
    assert ["heard", "heard"] == [row["receipt"] for row in told(pair.other)]
    assert ["", ""] == [row["actor"] for row in told(pair.other)]


def test_the_log_is_narrowed_by_time_words_and_place(pair: Pair) -> None:
    """The bounds of a stretch hold at the millisecond; all words must be there; a page goes on before the last."""
    at_ms = pair.home.now()
    pair.do(pair.home, "command_centre", "NoteShift", topic="weather", text="SYNTHETIC thick Fog")
    assert 1 == len(told(pair.home, Sought(first_ms=at_ms, until_ms=at_ms + 1, kind="shift")))
    assert [] == told(pair.home, Sought(first_ms=at_ms + 1))
    assert [] == told(pair.home, Sought(until_ms=at_ms, kind="shift"))
    assert 1 == len(told(pair.home, Sought(words=("fog", "THICK"))))
    assert [] == told(pair.home, Sought(words=("fog", "thin")))
    (last, first) = told(pair.home)
    assert [first] == told(pair.home, Sought(before=last["position"]))


def test_the_quota_of_the_hour_shows_what_was_used_of_it(pair: Pair) -> None:
    """What the other side announced stands for the way out, and a departure counts in its hour."""
    pair.do(pair.other, "command_centre", "AnnounceQuota", direction="out", per_hour=30)
    pair.whole_way()
    out = next(row for row in pair.home.steering.calendar()["quotas"] if row["direction"] == "out")
    assert (30, True, True) == (out["per_hour"], out["announced"], out["by_partner"])
    assert 1 == sum(hour["spent"] for hour in out["hours"])
    there = next(row for row in pair.other.steering.calendar()["quotas"] if row["direction"] == "out")
    assert (30, False, 1) == (there["per_hour"], there["by_partner"], sum(hour["spent"] for hour in there["hours"]))


def test_the_daily_report_counts_a_truck_by_its_road(pair: Pair) -> None:
    """One truck that left is one arrival and one cleared, under its road; the next day compares with it."""
    pair.whole_way()
    found = pair.home.steering.daily("2025-11-11")
    lines = {(row["figure"], row["direction"], row["route"]): row for row in found["lines"]}
    assert (1, 1, 1, 0) == (
        lines["arrivals", "out", ""]["value"],
        lines["cleared", "out", ""]["value"],
        lines["cleared", "out", "r1119-1120"]["value"],
        lines["stock", "out", ""]["value"],
    )
    assert found["provisional"]
    assert {"whole", "wait_for_call"} <= {row["stage"] for row in found["trs"]}
    for clock in pair.clocks.values():
        clock.set(Instant(OPENING + DAY_MS))
    later = pair.home.steering.daily("2025-11-12")
    compared = {(row["figure"], row["direction"], row["route"]): row for row in later["lines"]}
    assert (0, 1, None) == (
        compared["cleared", "out", ""]["value"],
        compared["cleared", "out", ""]["day_before"],
        compared["cleared", "out", ""]["week_before"],
    )
    assert not pair.home.steering.daily("2025-11-11")["provisional"]


@pytest.mark.parametrize("wrong", ["2025-11-13", "11.11.2025", ""])
def test_a_day_that_is_none_or_lies_ahead_has_no_report(pair: Pair, wrong: str) -> None:
    """It is not found, and said so."""
    with pytest.raises(NotFound):
        pair.home.steering.daily(wrong)


def test_a_report_ends_at_its_cut() -> None:
    """From 20:00 to 20:00 on the post's clock: 07:00 at the opening is eleven hours into the day."""
    found = Pair().home.steering.daily("2025-11-11")
    assert (OPENING - 11 * HOUR_MS, OPENING + 13 * HOUR_MS) == (found["first_ms"], found["cut_ms"])
    assert MINUTE_MS > found["until_ms"] - OPENING > 0
