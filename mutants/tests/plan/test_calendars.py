"""When things are open: hours, holidays, exceptions, cut-offs, agreements, two zones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.time import DAY_MS, HOUR_MS, from_datetime
from gatepair.plan.calendars import (
    HORIZON_DAYS,
    Why,
    day_hours,
    holiday,
    is_open,
    lane_is_open,
    local_instant,
    spans,
    windows,
)
from gatepair.plan.model import CommodityGroup, Direction
from plan.pair import changed, small

HANOI = "Asia/Ho_Chi_Minh"
BEIJING = "Asia/Shanghai"
TUESDAY = date(2025, 11, 11)


@dataclass(frozen=True)
class Agreed:
    """Hours agreed for a date, as the event records them."""

    calendar: str
    date: str
    start: str
    until: str
    only: tuple[CommodityGroup, ...] = field(default=())


def at(clock: str, day: date = TUESDAY, zone: str = HANOI) -> int:
    """Return the instant of a local time."""
    return local_instant(day, clock, zone)


def test_windows_are_instants_of_the_calendars_zone() -> None:
    """07:00 in Hanoi is midnight UTC; the end is excluded."""
    first, second = windows(small(), "day", TUESDAY)
    assert from_datetime(datetime(2025, 11, 11, 0, 0, tzinfo=ZoneInfo("UTC"))) == first.start_ms
    assert 4 * HOUR_MS == first.until_ms - first.start_ms
    assert at("18:00") == second.until_ms


def test_both_zones_read_the_same_instant() -> None:
    """Beijing's clock is one hour ahead of Hanoi's, all year."""
    for day in (date(2025, 1, 15), date(2025, 7, 15)):
        assert at("08:00", day, BEIJING) == at("07:00", day, HANOI)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("06:59", False),
        ("07:00", True),
        ("10:59", True),
        ("11:00", False),
        ("12:00", True),
        ("17:59", True),
        ("18:00", False),
    ],
)
def test_a_window_opens_at_its_start_and_is_closed_at_its_end(clock: str, *, expected: bool) -> None:
    """The boundary minutes decide whether a vehicle may go."""
    assert expected is is_open(small(), "day", now_ms=at(clock)).open


def test_an_open_answer_says_until_when_and_what_comes_next() -> None:
    """The board shows the end of this opening and the start of the next one."""
    found = is_open(small(), "day", now_ms=at("10:00"))
    assert (at("11:00"), at("12:00")) == (found.until_ms, found.next_ms)


def test_a_closed_answer_says_when_it_opens() -> None:
    """After closing the next opening is tomorrow's."""
    found = is_open(small(), "day", now_ms=at("18:00"))
    assert found.until_ms is None
    assert at("07:00", TUESDAY + timedelta(days=1)) == found.next_ms
    assert Why.HOURS is found.reason


@pytest.mark.parametrize(("clock", "expected"), [("14:59", True), ("15:00", False), ("17:00", False)])
def test_a_cutoff_closes_one_direction_early(clock: str, *, expected: bool) -> None:
    """From the cut-off on no new vehicle goes out, while the other direction runs on."""
    assert expected is is_open(small(), "day", now_ms=at(clock), direction=Direction.OUT).open
    assert is_open(small(), "day", now_ms=at(clock), direction=Direction.IN).open


def test_a_cutoff_names_itself_and_the_next_morning() -> None:
    """The reason is the cut-off, not the hours, and the next opening is the next day's first."""
    found = is_open(small(), "day", now_ms=at("15:00"), direction=Direction.OUT)
    assert Why.CUTOFF is found.reason
    assert at("07:00", TUESDAY + timedelta(days=1)) == found.next_ms
    assert at("15:00") == is_open(small(), "day", now_ms=at("14:59"), direction=Direction.OUT).until_ms


def test_public_holidays_of_the_other_side_close() -> None:
    """The first of October is China's National Day; the calendar that honours it is closed and says why."""
    found = day_hours(small(), "day", date(2025, 10, 1))
    assert () == found.windows
    assert Why.HOLIDAY is found.why
    assert found.text is not None
    assert day_hours(small(), "weekday", date(2025, 10, 1)).windows != ()


def test_lunar_new_year_is_a_holiday_on_both_sides() -> None:
    """Tết and Spring Festival of 2026 fall on 17 February by both governments."""
    assert holiday("VN", date(2026, 2, 17)) is not None
    assert holiday("CN", date(2026, 2, 17)) is not None
    assert holiday("VN", date(2026, 3, 17)) is None


def test_the_national_days_are_each_sides_own() -> None:
    """2 September is Viet Nam's, 1 October China's."""
    assert holiday("VN", date(2025, 9, 2)) is not None
    assert holiday("CN", date(2025, 9, 2)) is None
    assert holiday("CN", date(2025, 10, 1)) is not None
    assert holiday("VN", date(2025, 10, 1)) is None


def test_an_exception_closes_its_dates_from_first_to_last() -> None:
    """Closed on the first and the last day of the exception, by the exception's reason."""
    for day in (date(2026, 2, 16), date(2026, 2, 18)):
        found = day_hours(small(), "day", day)
        assert () == found.windows
        assert Why.EXCEPTION is found.why
    assert day_hours(small(), "day", date(2026, 2, 15)).why is not Why.EXCEPTION


def test_an_early_reopening_is_for_one_commodity() -> None:
    """On that day live seafood passes and everything else is told that it is not its turn."""
    morning = at("09:00", date(2026, 2, 19))
    seafood = is_open(small(), "day", now_ms=morning, commodity=CommodityGroup.LIVE_SEAFOOD)
    other = is_open(small(), "day", now_ms=morning, commodity=CommodityGroup.OTHER)
    anything = is_open(small(), "day", now_ms=morning)
    assert seafood.open
    assert not other.open
    assert Why.COMMODITY is other.reason
    assert (CommodityGroup.LIVE_SEAFOOD,) == anything.only


def test_a_long_closure_still_finds_the_next_opening() -> None:
    """From the eve of the closure the next opening for ordinary goods lies after the holidays."""
    found = is_open(small(), "day", now_ms=at("18:00", date(2026, 2, 13)), commodity=CommodityGroup.OTHER)
    assert found.next_ms is not None
    assert found.next_ms > at("00:00", date(2026, 2, 14))


def test_agreed_hours_replace_the_day_and_its_cutoff() -> None:
    """What both sides agreed for a date holds over plan, holiday and cut-off; other dates are as before."""
    agreed = (Agreed("day", "2025-10-01", "09:00", "20:00"),)
    holiday_ms = at("19:59", date(2025, 10, 1))
    assert is_open(small(), "day", now_ms=holiday_ms, direction=Direction.OUT, agreed=agreed).open
    assert not is_open(small(), "day", now_ms=holiday_ms).open
    assert not is_open(small(), "day", now_ms=at("19:59"), agreed=agreed).open
    assert not is_open(small(), "weekday", now_ms=holiday_ms, agreed=agreed).open


def test_of_two_agreements_the_last_holds() -> None:
    """Hours are negotiated and change; the latest word counts."""
    agreed = (Agreed("day", "2025-11-11", "07:00", "20:00"), Agreed("day", "2025-11-11", "07:00", "09:00"))
    assert not is_open(small(), "day", now_ms=at("10:00"), agreed=agreed).open


def test_agreed_hours_may_be_for_some_goods() -> None:
    """An agreement for one commodity leaves the others closed that day."""
    agreed = (Agreed("day", "2025-11-11", "07:00", "20:00", (CommodityGroup.LIVE_SEAFOOD,)),)
    assert not is_open(small(), "day", now_ms=at("10:00"), commodity=CommodityGroup.OTHER, agreed=agreed).open
    assert is_open(small(), "day", now_ms=at("10:00"), commodity=CommodityGroup.LIVE_SEAFOOD, agreed=agreed).open


def test_a_night_over_midnight_is_one_window() -> None:
    """22:00 to 24:00 and 00:00 to 02:00 meet; at midnight nothing closes."""
    found = is_open(small(), "night", now_ms=at("23:00", TUESDAY, BEIJING))
    assert at("02:00", TUESDAY + timedelta(days=1), BEIJING) == found.until_ms
    assert is_open(small(), "night", now_ms=at("00:00", TUESDAY, BEIJING)).open


def test_weekdays_are_those_of_the_calendars_zone() -> None:
    """Friday evening UTC is Saturday in Beijing; the zone's day counts."""
    saturday = date(2025, 11, 15)
    assert not is_open(small(), "weekday", now_ms=at("10:00", saturday, BEIJING)).open
    assert (
        at("09:00", date(2025, 11, 17), BEIJING)
        == is_open(small(), "weekday", now_ms=at("10:00", saturday, BEIJING)).next_ms
    )


def test_a_lane_is_open_by_its_calendar() -> None:
    """A lane answers as its calendar does; an unknown lane is an error of the caller."""
    assert lane_is_open(small(), "lane-out", now_ms=at("10:00"), direction=Direction.OUT).open
    assert not lane_is_open(small(), "lane-smart", now_ms=at("10:00")).open
    with pytest.raises(KeyError):
        lane_is_open(small(), "lane-nowhere", now_ms=0)


def test_nothing_within_the_horizon_is_nothing() -> None:
    """A closure longer than the horizon has no next opening to show."""
    last = (TUESDAY + timedelta(days=HORIZON_DAYS + 2)).isoformat()
    closed = {"first": TUESDAY.isoformat(), "last": last, "reason": {"vi": "a", "zh": "b", "en": "c", "fr": "d"}}
    plan = changed({"calendars/weekday/exceptions": [closed]})
    assert is_open(plan, "weekday", now_ms=at("12:00")).next_ms is None


@given(
    now_ms=st.integers(at("00:00", date(2025, 9, 1)), at("00:00", date(2026, 4, 1))),
    calendar=st.sampled_from(["day", "night", "weekday"]),
    direction=st.sampled_from([None, *Direction]),
    commodity=st.sampled_from([None, CommodityGroup.LIVE_SEAFOOD, CommodityGroup.OTHER]),
)
def test_the_answer_agrees_with_itself(
    now_ms: int, calendar: str, direction: Direction | None, commodity: CommodityGroup | None
) -> None:
    """Until its end an opening stays open, at its end it is not, and the next opening is open."""
    found = is_open(small(), calendar, now_ms=now_ms, direction=direction, commodity=commodity)
    assert found.open is (found.until_ms is not None)
    if found.until_ms is not None:
        assert now_ms < found.until_ms <= now_ms + DAY_MS
        assert is_open(small(), calendar, now_ms=found.until_ms - 1, direction=direction, commodity=commodity).open
        assert not is_open(small(), calendar, now_ms=found.until_ms, direction=direction, commodity=commodity).open
    if found.next_ms is not None:
        assert found.next_ms > now_ms
        assert is_open(small(), calendar, now_ms=found.next_ms, direction=direction, commodity=commodity).open
        assert not is_open(small(), calendar, now_ms=found.next_ms - 1, direction=direction, commodity=commodity).open


def test_spans_say_over_days_what_is_open_says_of_an_instant() -> None:
    """Both read the same windows: inside a span it is open and ends when the span ends, outside it is closed."""
    plan = small()
    first = date(2026, 2, 12)
    found = spans(plan, "day", first, days=6, direction=Direction.OUT)
    start_ms = local_instant(first, "00:00", "Asia/Ho_Chi_Minh")
    for minute in range(0, 6 * 24 * 60, 7):
        now_ms = start_ms + minute * 60_000
        inside = next((one for one in found if one.start_ms <= now_ms < one.until_ms), None)
        says = is_open(plan, "day", now_ms=now_ms, direction=Direction.OUT)
        assert (inside is not None, inside.until_ms if inside else None) == (says.open, says.until_ms)
