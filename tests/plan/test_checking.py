"""Each cross-check of a plan sees its fault and lets the sound neighbour pass."""

from __future__ import annotations

from typing import Any

import pytest

from gatepair.plan import findings
from gatepair.plan.checking import plan_faults
from plan.pair import ASSUMED, GONE, NAME, changed, codes, small

LANE = {"kind": "manned", "direction": "in", "hours": "day"}
RULE = {"role": "entry", "duties": ["border_guard"]}
CLASS = {"key": "late", "name": NAME}
SERVICE = "stations/we-customs/service/default"

CASES: list[tuple[str, str, Any, Any]] = [
    # code, path, a value that must be refused, a value that must pass
    (findings.UNKNOWN_REFERENCE.code, "home", "north", "west"),
    (findings.UNKNOWN_REFERENCE.code, "posts/west-gate/fee_schedule", "tables", "table"),
    (findings.UNKNOWN_REFERENCE.code, "stations/wx-customs/post", "west", "west-gate"),
    (findings.UNKNOWN_REFERENCE.code, "stations/wx-customs/hours", "days", "night"),
    (findings.UNKNOWN_REFERENCE.code, "yards/west-yard/post", "west", "west-gate"),
    (findings.UNKNOWN_REFERENCE.code, "routes/road/lanes/lane-in/hours", "days", "night"),
    (findings.UNKNOWN_REFERENCE.code, "fleets/carts/route", "path", "road"),
    (findings.UNKNOWN_REFERENCE.code, "quotas/0/post", "north-gate", "east-gate"),
    (findings.UNKNOWN_REFERENCE.code, "channels/0/post", "north-gate", "east-gate"),
    (findings.UNKNOWN_REFERENCE.code, "calendars/day/closed_on_holidays_of", ["north"], ["west"]),
    (findings.UNKNOWN_REFERENCE.code, "required_decisions/0/posts", ["north-gate"], ["west-gate"]),
    (findings.UNKNOWN_REFERENCE.code, "stay/provenance/source", "books", "book"),
    (findings.SIDES_AND_POSTS.code, "posts/east-gate/side", "west", "east"),
    (findings.UNKNOWN_ZONE.code, "sides/west/timezone", "Asia/Hanoi", "Asia/Bangkok"),
    (findings.UNKNOWN_ZONE.code, "calendars/day/timezone", "Hanoi", "Asia/Shanghai"),
    (findings.UNKNOWN_HOLIDAYS.code, "sides/west/holidays", "XX", "LA"),
    (
        findings.LANE_TWICE.code,
        "routes/lane-2",
        {"markers": "3", "name": NAME, "length_m": 1, "provenance": ASSUMED, "lanes": {"lane-in": LANE}},
        {"markers": "3", "name": NAME, "length_m": 1, "provenance": ASSUMED, "lanes": {"lane-in-2": LANE}},
    ),
    (findings.TIDAL_WITHOUT_CLEAR.code, "routes/road/lanes/lane-tidal/clear_s", 0, 1),
    (findings.TIDAL_PERSONS.code, "routes/road/lanes/lane-tidal/kind", "persons", "empties"),
    (
        findings.LANE_WITHOUT_FLEET.code,
        "fleets",
        {},
        {"carts": {"route": "road", "vehicles": 1, "speed_m_h": 1, "lift_s": 1, "provenance": ASSUMED}},
    ),
    (findings.FLEET_WITHOUT_LANE.code, "routes/road/lanes/lane-smart", GONE, {**LANE, "kind": "unmanned"}),
    (
        findings.DIRECTION_WITHOUT_LANE.code,
        "routes/road/lanes",
        {"a": LANE, "b": {**LANE, "kind": "unmanned"}},
        {"a": {**LANE, "direction": "tidal", "clear_s": 1}, "b": {**LANE, "kind": "unmanned"}},
    ),
    (findings.HOURS_REVERSED.code, "calendars/weekday/openings/0/until", "09:00", "09:01"),
    (findings.HOURS_REVERSED.code, "calendars/day/exceptions/1/openings/0/until", "07:00", "24:00"),
    (findings.HOURS_OVERLAP.code, "calendars/day/openings/1/start", "10:59", "11:00"),
    (findings.CUTOFF_OUTSIDE.code, "calendars/day/cutoff/out", "18:01", "18:00"),
    (findings.CUTOFF_OUTSIDE.code, "calendars/day/cutoff/out", "07:00", "07:01"),
    (findings.ALWAYS_CLOSED.code, "calendars/weekday/openings/0/weekdays", [], [7]),
    (findings.BAD_DATE.code, "calendars/day/exceptions/0/last", "2026-02-30", "2026-02-28"),
    (findings.BAD_DATE.code, "fees/table/valid_from", "2025-13-01", "2025-12-01"),
    (findings.DATES_REVERSED.code, "calendars/day/exceptions/0/last", "2026-02-15", "2026-02-16"),
    (findings.AGENCY_MISSING.code, "posts/west-gate/agencies/plants", GONE, {"duty": "quarantine", "name": NAME}),
    (findings.AGENCY_MISSING.code, "posts/east-gate/agencies/customs/duty", "health", "customs"),
    (findings.DUTY_TWICE.code, "posts/west-gate/agencies/plants/duty", "customs", "quarantine"),
    (
        findings.NOT_AN_AGENCY.code,
        "posts/west-gate/agencies/more",
        {"duty": "driver", "name": NAME},
        {"duty": "health", "name": NAME},
    ),
    (findings.CUSTOMS_LISTED.code, "required_decisions/0/duties", ["border_guard", "customs"], ["border_guard"]),
    (findings.DUTY_REPEATED.code, "required_decisions/0/duties", ["border_guard", "border_guard"], ["border_guard"]),
    (findings.DUTY_REPEATED.code, "queues/west-gate/priorities/0/key", "paired", "paired-too"),
    (findings.NO_CATCH_ALL.code, "required_decisions/4/regimes", ["transit"], []),
    (findings.NO_CATCH_ALL.code, "queues/east-gate/priorities/0/tested", False, None),
    (findings.NO_CATCH_ALL.code, "fees/table/lines/0/max_gross_kg", 2000, 0),
    (findings.UNREACHABLE.code, "required_decisions/5", RULE, None),
    (findings.UNREACHABLE.code, "queues/west-gate/priorities/4", CLASS, None),
    (findings.SUM_NOT_1000.code, "channels/0/shares_permille/default", [700, 200, 99], [700, 200, 100]),
    (findings.SUM_NOT_1000.code, "demand/flows/0/mix_permille", {"other": 999}, {"other": 1000}),
    (findings.SUM_NOT_1000.code, "demand/flows/0/stock_mix_permille", {"other": 1}, {}),
    (findings.BAD_SELECTOR.code, "stations/wx-customs/share_permille", {"fruit": 1}, {"fresh_fruit": 1}),
    (findings.BAD_SELECTOR.code, "channels/0/shares_permille/channel:red", [0, 0, 1000], None),
    (findings.NO_DEFAULT.code, "channels/0/shares_permille", {"other": [1000, 0, 0]}, {"default": [1000, 0, 0]}),
    (findings.SERVICE_INCOMPLETE.code, f"{SERVICE}/low_s", 121, 120),
    (findings.SERVICE_INCOMPLETE.code, f"{SERVICE}/low_s", 0, 1),
    (findings.SERVICE_INCOMPLETE.code, "stations/we-customs/service/channel:red/cv_permille", 0, 1),
    (findings.SERVICE_INCOMPLETE.code, "demand/unload_s/mean_s", 0, 1),
    (findings.SERVICE_INCOMPLETE.code, "demand/inspection_s/mean_s", 0, 1),
    (findings.STAY_ORDER.code, "stay/two_way_h", 23, 24),
    (findings.STAY_ORDER.code, "stay/filing_h", 35, 36),
    (findings.STAY_ORDER.code, "stay/warn_before_h", 24, 23),
    (findings.CRISIS_BEFORE_WARNING.code, "alarms", {"stock_crisis_permille": 1_699}, {"stock_crisis_permille": 1_700}),
    (findings.CRISIS_BEFORE_WARNING.code, "alarms", {"perishable_crisis_h": 23}, {"perishable_crisis_h": 24}),
    (
        findings.CRISIS_BEFORE_WARNING.code,
        "alarms",
        {"partner_silent_crisis_s": 599},
        {"partner_silent_crisis_s": 600},
    ),
    (findings.NO_PROVENANCE.code, "stations/wx-customs/provenance", None, ASSUMED),
    (findings.NO_PROVENANCE.code, "yards/west-yard/provenance", None, ASSUMED),
    (findings.NO_PROVENANCE.code, "queues/west-gate/provenance", None, ASSUMED),
    (findings.NO_PROVENANCE.code, "demand/provenance", None, ASSUMED),
    (findings.NO_SOURCE.code, "stay/provenance", {"kind": "documented"}, {"kind": "documented", "source": "book"}),
    (
        findings.NO_REASONING.code,
        "stay/provenance",
        {"kind": "computed", "source": "book"},
        {"kind": "computed", "note": "From two pages."},
    ),
    (findings.NO_STATION.code, "stations/we-customs/duty", "gate_board", "customs"),
    (findings.NO_STATION.code, "stations/wx-quarantine", GONE, None),
    (findings.NO_GATE_YARD.code, "yards/west-yard/kind", "buffer", "gate"),
    (findings.NO_QUEUE.code, "queues/east-gate", GONE, None),
    (
        findings.QUOTA_TWICE.code,
        "quotas/1",
        {"post": "east-gate", "direction": "out", "per_hour": 1, "provenance": ASSUMED},
        {"post": "west-gate", "direction": "in", "per_hour": 1, "provenance": ASSUMED},
    ),
    (findings.QUOTA_AT_EXIT.code, "quotas/0/direction", "in", "out"),
    (findings.PROFILE_LENGTH.code, "demand/flows/0/profile", [1] * 23, [1] * 24),
    (findings.PROFILE_LENGTH.code, "demand/flows/0/profile", [0] * 24, [0] * 23 + [1]),
    (findings.CURRENCY_DIFFERS.code, "fees/table/currency", "CNY", "VND"),
]


def test_the_small_plan_holds_together() -> None:
    """A sound plan has no faults, so that each fault below comes from its own change."""
    assert plan_faults(small()) == ()


@pytest.mark.parametrize(("code", "path", "bad", "_good"), CASES)
def test_each_check_sees_its_fault(code: str, path: str, bad: Any, _good: Any) -> None:
    """A plan with the fault is refused under the code of that fault."""
    assert code in codes({path: bad})


@pytest.mark.parametrize(("code", "path", "good"), [(row[0], row[1], row[3]) for row in CASES])
def test_each_check_lets_the_sound_neighbour_pass(code: str, path: str, good: Any) -> None:
    """The nearest sound value at the same place is not refused under that code; None stands for the plan as it is."""
    assert code not in codes({path: good} if good is not None else {})


def test_every_kind_of_fault_has_a_case() -> None:
    """No check stands without a test: each code declared for cross-checks is in the table or in test_loading."""
    loading = {
        *("not_yaml", "too_large", "too_deep", "too_many", "no_aliases", "duplicate_key", "unknown_key", "missing_key"),
        *("wrong_type", "not_a_choice", "out_of_range", "bad_form"),
        *("scenario_of_other_plan", "override_nowhere", "stop_times", "source_differs"),
    }
    declared = {value.code for value in vars(findings).values() if hasattr(value, "code")}
    assert set() == declared - {f"plan.{name}" for name in loading} - {row[0] for row in CASES}


def test_each_fault_names_a_real_place() -> None:
    """The path of a fault leads to something in the plan, so that it has a line."""
    for _, path, bad, _good in CASES:
        for one in plan_faults(changed({path: bad})):
            assert one.path, one.finding.text("en")
