"""A scenario lays a day over its plan, and says at its own line what does not fit."""

from __future__ import annotations

import pytest

from gatepair.base.errors import PlanInvalid
from gatepair.plan.loading import apply_scenario, load_scenario, read_scenario, variant_of
from gatepair.plan.model import Plan
from gatepair.plan.problems import Problem
from plan.pair import SCENARIO, busy_day, problems, small


def applied(text: str) -> Plan:
    """Return the small plan on the day that ``text`` describes."""
    loaded = read_scenario(text, "busy.yaml")
    return apply_scenario(small(), loaded.value, marks=loaded.marks, name=loaded.name)


def refused(text: str) -> tuple[Problem, ...]:
    """Return why ``text`` does not fit the small plan."""
    with pytest.raises(PlanInvalid) as caught:
        applied(text)
    found = caught.value.fields["problems"]
    assert isinstance(found, tuple)
    return found


def with_override(line: str) -> str:
    """Return the scenario with one more override."""
    return SCENARIO.replace("overrides:\n", f"overrides:\n  {line}\n")


def test_overrides_are_set_and_the_rest_stays() -> None:
    """The day differs from the plan in what the scenario names, and in nothing else."""
    day = applied(SCENARIO)
    assert day.demand is not None
    assert day.demand.flows[0].stock == 7
    assert day.demand.flows[0].arrivals == 5
    assert day.stations == small().stations


def test_null_takes_an_entry_out_of_a_table() -> None:
    """A lane that did not exist on the day is left out."""
    assert ["lane-out", "lane-in", "lane-smart"] == list(applied(SCENARIO).routes["road"].lanes)


def test_the_plan_itself_is_not_changed() -> None:
    """Plans are values; laying a day over one leaves it as it was."""
    before = small()
    apply_scenario(before, busy_day())
    assert "lane-tidal" in before.routes["road"].lanes


def test_sources_are_joined() -> None:
    """A number of the day may name a source of the plan or of the scenario."""
    assert ["book", "paper"] == sorted(applied(SCENARIO).sources)


def test_a_new_entry_may_be_put_into_a_table() -> None:
    """A what-if adds a lane, a station or a calendar under a new key."""
    line = "routes.road.lanes.lane-new: {kind: manned, direction: out, hours: day}"
    assert "lane-new" in applied(with_override(line)).routes["road"].lanes


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("demand.flows.1.stock: 5", "plan.override_nowhere"),
        ("demand.flow.0.stock: 5", "plan.override_nowhere"),
        ("stay.one_way: 5", "plan.override_nowhere"),
        ("stations.wx-guard.servers: 2", "plan.override_nowhere"),
        ("stay.one_way_h.more: 5", "plan.override_nowhere"),
        ("stay.one_way_h: soon", "plan.wrong_type"),
        ("stay.one_way_h: 0", "plan.out_of_range"),
        ("routes.road.lanes.lane-new: {kind: manned}", "plan.missing_key"),
        ("stay.one_way_h: 40", "plan.stay_order"),
        ("posts.west-gate.side: east", "plan.sides_and_posts"),
        ("stay: null", "plan.wrong_type"),
    ],
)
def test_an_override_that_does_not_fit_stands_at_its_line(line: str, code: str) -> None:
    """The author of the scenario sees the line of the override, also when the fault shows elsewhere in the plan."""
    text = with_override(line)
    found = refused(text)
    assert code in [one.code for one in found]
    number = next(at for at, row in enumerate(text.splitlines(), start=1) if row.strip() == line)
    assert number in [one.line for one in found]


def test_an_override_into_nowhere_names_what_could_stand_there() -> None:
    """The mend offers the nearest part of the path."""
    (one,) = refused(with_override("demand.flow.0.stock: 5"))
    assert one.mend == "Write a path that exists; after demand stands flows."


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("plan: small", "plan: other", "plan.scenario_of_other_plan"),
        ("post: east-gate", "post: east", "plan.unknown_reference"),
        ("source: paper", "source: papers", "plan.unknown_reference"),
        ("  paper: {", "  book: {title: Another, date: '2024'}\n  paper: {", "plan.source_differs"),
    ],
)
def test_names_must_fit_the_plan(old: str, new: str, code: str) -> None:
    """Plan, posts and sources that a scenario names have to be there."""
    assert code in [one.code for one in refused(SCENARIO.replace(old, new))]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('until: "10:00"', 'until: "09:00"', "plan.stop_times"),
        ("day: 1", "day: 2", "plan.stop_times"),
        ('date: "2025-11-11"', 'date: "2025-11-31"', "plan.bad_date"),
        ("days: 2", "days: 0", "plan.out_of_range"),
    ],
)
def test_a_scenario_is_checked_alone(old: str, new: str, code: str) -> None:
    """What is wrong whatever the plan says is found without one."""
    assert [code] == [one.code for one in problems(SCENARIO.replace(old, new), load_scenario)]


def test_a_stop_may_be_open_ended() -> None:
    """A stop without an end lasts; nobody knew it at the time."""
    assert load_scenario(SCENARIO.replace('until: "10:00"', "until: null"), "x").stops[0].until is None


VARIANTS = """variants:
  as-it-is:
    name: {vi: a, zh: b, en: As it is, fr: d}
    provenance: {kind: assumed, note: Made up.}
  fuller:
    name: {vi: a, zh: b, en: Fuller, fr: d}
    provenance: {kind: assumed, note: Made up.}
    overrides: {demand.flows.0.stock: 9}
    stops:
      - {post: east-gate, direction: out, start: "10:00", until: "11:00", reason: fog, announced: false}
"""


def test_a_variant_stands_over_what_all_variants_have() -> None:
    """Its overrides go on top, its stops come after, and it is a scenario by itself."""
    scenario = load_scenario(SCENARIO + VARIANTS, "busy.yaml")
    fuller = variant_of(scenario, "fuller")
    assert ("busy-day-fuller", 9, 2) == (fuller.id, fuller.overrides["demand.flows.0.stock"], len(fuller.stops))
    assert "c: Fuller" == fuller.name.en
    assert not fuller.variants
    day = apply_scenario(small(), fuller)
    assert day.demand is not None
    assert 9 == day.demand.flows[0].stock


def test_a_variant_without_overrides_is_what_all_have() -> None:
    """The first variant is usually the gate as it is."""
    scenario = load_scenario(SCENARIO + VARIANTS, "busy.yaml")
    assert scenario.overrides == variant_of(scenario, "as-it-is").overrides


def test_an_unknown_variant_is_refused_with_the_nearest_name() -> None:
    """A mistyped key says which one was meant."""
    with pytest.raises(PlanInvalid, match="fuller"):
        variant_of(load_scenario(SCENARIO + VARIANTS, "busy.yaml"), "fullr")


def test_a_variant_says_where_it_comes_from_and_stops_at_a_post_of_the_plan() -> None:
    """What holds for the stops and sources of a scenario holds for those of its variants."""
    spoiled = VARIANTS.replace("note: Made up.", "source: nowhere", 1).replace("post: east-gate", "post: gone")
    with pytest.raises(PlanInvalid) as caught:
        apply_scenario(small(), load_scenario(SCENARIO + spoiled, "busy.yaml"))
    found = {one.path for one in caught.value.fields["problems"]}
    assert {
        "variants.as-it-is.provenance.source",
        "variants.as-it-is.provenance",
        "variants.fuller.stops.0.post",
    } == found
