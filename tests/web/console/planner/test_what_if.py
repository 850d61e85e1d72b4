"""Levers of a plan, what is set with them, and how differences are said in plain words."""

from __future__ import annotations

import msgspec
import pytest

from gatepair.adapters import planfiles
from gatepair.base.errors import Malformed, PlanInvalid
from gatepair.insight.studies import Verdict, verdict_of
from gatepair.insight.twin_report import Difference, Estimate
from gatepair.insight.what_if import (
    CHANGES_MAX,
    Asked,
    LeverKind,
    as_planned,
    changed,
    levers,
    read_changes,
    study_id,
)
from gatepair.plan.loading import apply_scenario

PLAN = planfiles.shipped_plan("huu-nghi-youyiguan")
UNMANNED = planfiles.open_scenario("what-if-fleet:boxes-500-fleet-8").value


def set_to(changes, scenario=None):
    """Return the plan and scenario of ``changes``."""
    return changed(PLAN, scenario or as_planned(PLAN), changes)


@pytest.mark.parametrize("plan", planfiles.plan_ids())
def test_every_lever_of_every_plan_stands_where_the_plan_says(plan):
    """A lever set to what it stands at now changes nothing, and each has a key of its own."""
    found = planfiles.shipped_plan(plan)
    known = levers(found)
    assert len(known) == len({lever.key for lever in known})
    assert {} == read_changes(found, {lever.key: lever.now for lever in known})
    assert found == changed(found, as_planned(found), {})[0]


def test_places_hours_and_quota_are_set_where_they_stand():
    """Two more bays, an hour longer, another quota: exactly these three places of the plan change."""
    changes = {"servers:hn-entry-inspection": "16", "closes:goods": "19:00", "quota:0": "30"}
    day, _ = set_to(changes)
    assert (16, "19:00", 30) == (
        day.stations["hn-entry-inspection"].servers,
        day.calendars["goods"].openings[0].until,
        day.quotas[0].per_hour,
    )
    assert 14 == PLAN.stations["hn-entry-inspection"].servers


def test_more_vehicles_come_by_the_percent_asked_for():
    """A fifth more of 262 outbound vehicles is 314, and nobody else comes."""
    day, _ = set_to({"arrivals:out": "20"})
    assert [314, 600] == [flow.arrivals for flow in day.demand.flows]


def test_a_share_goes_unmanned_and_the_total_stays():
    """Half of the loads of a direction become missions; as many come as before."""
    bare = apply_scenario(PLAN, UNMANNED)
    before = bare.demand.flows[0].arrivals + bare.demand.missions[0].arrivals
    day, _ = set_to({"unmanned:out": "50"}, UNMANNED)
    assert (before - before // 2, before // 2) == (day.demand.flows[0].arrivals, day.demand.missions[0].arrivals)


def test_a_lane_turns_and_a_lane_is_closed():
    """A lane that becomes tidal gets a clearing time; a closed one is not there any more."""
    day, _ = set_to({"lane:r1119-1120.freight-1": "tidal", "lane:r1119-1120.freight-2": "closed"})
    lanes = day.routes["r1119-1120"].lanes
    assert ("tidal", 300, False) == (
        lanes["freight-1"].direction.value,
        lanes["freight-1"].clear_s,
        "freight-2" in lanes,
    )


def test_a_stop_is_one_of_the_entry_post():
    """Outbound vehicles are stopped by the post that takes them in."""
    _, scenario = set_to({"stop:out": "13:00-15:00"})
    (stop,) = scenario.stops
    assert ("youyiguan", "out", "13:00", "15:00") == (stop.post, stop.direction.value, stop.start, stop.until)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("servers:hn-entry-inspection", "0"),
        ("servers:hn-entry-inspection", "100"),
        ("servers:hn-entry-inspection", "two"),
        ("arrivals:out", "-91"),
        ("closes:goods", "25:00"),
        ("stop:out", "15:00-13:00"),
        ("lane:r1119-1120.freight-1", "upwards"),
    ],
)
def test_what_does_not_fit_a_lever_is_refused_at_its_place(key, text):
    """The refusal names the lever."""
    with pytest.raises(Malformed) as refused:
        read_changes(PLAN, {key: text})
    assert key == refused.value.fields["path"]


def test_a_change_that_the_plan_does_not_have_is_refused():
    """A key of another plan changes nothing silently."""
    with pytest.raises(Malformed):
        set_to({"servers:elsewhere": "2"})


def test_a_gate_that_does_not_hold_together_is_refused():
    """A gate that closes before it opens is no plan."""
    with pytest.raises(PlanInvalid):
        set_to({"closes:goods": "06:00"})


def test_the_same_question_has_the_same_name():
    """Whoever asks it; another plan, seed or change is another question."""
    asked = Asked("as-planned", {"quota:0": "30"}, days=1, replications=10, seed=1)
    other = msgspec.structs.replace(PLAN, queues={**PLAN.queues})
    names = {study_id(PLAN, one) for one in (asked, asked.base, msgspec.structs.replace(asked, seed=2))}
    assert 3 == len(names)
    assert study_id(PLAN, asked) == study_id(other, asked)
    assert study_id(PLAN, asked) != study_id(planfiles.shipped_plan("tan-thanh-puzhai"), asked)
    assert CHANGES_MAX >= sum(lever.kind is LeverKind.SERVERS for lever in levers(PLAN))


@pytest.mark.parametrize(
    ("figure", "low", "high", "verdict"),
    [
        ("cleared.in", 2.0, 8.0, Verdict.BETTER),
        ("cleared.in", -8.0, -2.0, Verdict.WORSE),
        ("wait_p90_s.out", -90.0, -10.0, Verdict.BETTER),
        ("wait_p90_s.out", 10.0, 90.0, Verdict.WORSE),
        ("wait_p90_s.out", -10.0, 90.0, Verdict.UNSURE),
        ("stock.out", 0.0, 0.0, Verdict.SAME),
        ("utilisation.fleet.smart", 0.1, 0.2, Verdict.UNSURE),
    ],
)
def test_a_difference_is_said_in_plain_words(figure, low, high, verdict):
    """Better and worse only where the interval leaves out zero and somebody has said which way is better."""
    change = Estimate((low + high) / 2, low, high)
    assert verdict is verdict_of(Difference(figure, "b", "a", change, Estimate(1.0)))
