"""What asks for a person: each condition holds at its limit, not just below it, and is the same whoever computes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gatepair.base.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.insight.alarms import Closed, LinkNow, QueueNow, Share, Watched, conditions
from gatepair.insight.playbooks import SHIPPED, playbook
from gatepair.operations.events import ConditionReported, IntakeStopped
from gatepair.operations.model import Condition, Level, RoadState
from gatepair.plan.alarms import AlarmKind, AlarmRules, PlayStep
from gatepair.plan.model import Direction

NOW_MS = 1_762_819_200_000
OUT = Direction.OUT
RULES = AlarmRules()
CALM = Watched(now_ms=NOW_MS, rules=RULES)


def queue(**changes: Any) -> Watched:
    """Return a gate with one queue outbound."""
    made: dict[str, Any] = {"direction": OUT, "stock": 100, "cleared": 100, "oldest_ms": NOW_MS - HOUR_MS}
    return replace(CALM, queues=(QueueNow(**{**made, **changes}),))


def link(**changes: Any) -> Watched:
    """Return a gate with a partner."""
    return replace(CALM, link=LinkNow(**changes))


def stop(**changes: Any) -> Watched:
    """Return a gate of which a direction is stopped."""
    made: dict[str, Any] = {"at_ms": NOW_MS - HOUR_MS, "direction": OUT, "reason": "fog", "actor": "b"}
    return replace(CALM, stops=(IntakeStopped(**{**made, **changes}),))


def report(**changes: Any) -> Watched:
    """Return a gate with a condition of a road."""
    made: dict[str, Any] = {
        "at_ms": NOW_MS - 5, "direction": OUT, "state": RoadState.LIMITED, "reason": "laboratory_closed", "actor": "b"
    }  # fmt: skip
    return replace(CALM, reports=(ConditionReported(**{**made, **changes}),))


def stays(*until_ms: int) -> Watched:
    """Return a gate with stays that end then."""
    return replace(CALM, stays_ms=until_ms, stay_warn_ms=4 * HOUR_MS)


def shares(name: str, used: int, whole: int) -> Watched:
    """Return a gate of which so much of something is used."""
    return replace(CALM, **{name: (Share("out", used, whole),)})


DAY_OLD = NOW_MS - DAY_MS
HOLDS: list[tuple[str, Watched, str, Level]] = [
    ("stock at the warning", queue(stock=170), "stock.out", Level.WARNING),
    ("stock at the crisis", queue(stock=500), "stock.out", Level.CRISIS),
    ("nothing cleared for a day", queue(cleared=0, oldest_ms=DAY_OLD), "stock.out", Level.CRISIS),
    ("a perishable load a day old", queue(perishable_ms=(DAY_OLD,)), "perishables.out", Level.WARNING),
    ("one three days old", queue(perishable_ms=(NOW_MS - 3 * DAY_MS,)), "perishables.out", Level.CRISIS),
    ("a stay that ends in the warning's time", stays(NOW_MS + 4 * HOUR_MS), "stay.post", Level.WARNING),
    ("a stay that is over", stays(NOW_MS), "stay.post", Level.CRISIS),
    ("silence", link(age_s=600), "partner_silent.post", Level.WARNING),
    ("long silence", link(age_s=3_600), "partner_silent.post", Level.CRISIS),
    ("a frozen lane", link(age_s=1, frozen={"normal": NOW_MS - 9}), "lane_frozen.normal", Level.CRISIS),
    ("clocks apart", link(clock="alarm", offset_ms=-2_500), "clock.post", Level.WARNING),
    ("clocks far apart", link(clock="refuses", offset_ms=400_000), "clock.post", Level.CRISIS),
    ("one parked entry", link(parked=1), "parked.post", Level.WARNING),
    ("samples at a closed laboratory", replace(CALM, laboratories=(Closed("lab", 5, 1),)), "laboratory.lab", Level.NOTICE),
    ("a laboratory that is out", report(), "laboratory.out", Level.WARNING),
    ("half an hour without an end", stop(at_ms=NOW_MS - 30 * MINUTE_MS), "stop.out", Level.WARNING),
    ("a stop at its expected end", stop(expected_end_ms=NOW_MS), "stop.out", Level.WARNING),
    ("the partner's stop of a road", stop(route="r1", by_partner=True), "stop.out.r1.partner", Level.WARNING),
    ("nine tenths of the quota", shares("quotas", 54, 60), "quota.out", Level.NOTICE),
    ("a full yard", shares("yards", 40, 40), "yard.out", Level.WARNING),
    ("a fifth of ten calls missed", shares("calls", 2, 10), "missed_calls.out", Level.WARNING),
    ("a recovery", replace(CALM, recovery_ms=NOW_MS - 1), "recovery.post", Level.CRISIS),
]  # fmt: skip
HOLDS_NOT: list[tuple[str, Watched]] = [
    ("a calm gate", CALM),
    ("stock below the warning", queue(stock=169)),
    ("an empty queue that clears nothing", queue(stock=0, cleared=0, oldest_ms=None)),
    ("nothing cleared and the first not a day old", queue(cleared=0, oldest_ms=DAY_OLD + 1)),
    ("a post that counts for less than half a day", queue(stock=900, counted_ms=DAY_MS // 2 - 1)),
    ("a perishable load just younger", queue(perishable_ms=(DAY_OLD + 1,))),
    ("a stay that ends later", stays(NOW_MS + 4 * HOUR_MS + 1)),
    ("a word ten minutes old less a second", link(age_s=599)),
    ("a partner that was never heard", link(age_s=None)),
    ("clocks that agree", link(clock="right", offset_ms=30)),
    ("a slow road", report(state=RoadState.SLOW)),
    ("a road limited for another reason", report(reason="fog")),
    ("a stop without an end just younger", stop(at_ms=NOW_MS - 30 * MINUTE_MS + 1)),
    ("a stop before its expected end", stop(expected_end_ms=NOW_MS + 1)),
    ("less of the quota", shares("quotas", 53, 60)),
    ("no quota at all", shares("quotas", 0, 0)),
    ("one place left in the yard", shares("yards", 39, 40)),
    ("fewer missed", shares("calls", 1, 10)),
    ("too few calls to say", shares("calls", 9, 9)),
]


def by_key(now: Watched) -> dict[str, Condition]:
    """Return the conditions by their keys."""
    return {one.key: one for one in conditions(now)}


@pytest.mark.parametrize(("name", "now", "key", "level"), HOLDS, ids=[row[0] for row in HOLDS])
def test_a_condition_holds_from_its_limit_on(name: str, now: Watched, key: str, level: Level) -> None:
    """At the limit itself it is an alarm of this level, and it is the only one."""
    assert {key: level} == {found: one.level for found, one in by_key(now).items()}


@pytest.mark.parametrize(("name", "now"), HOLDS_NOT, ids=[row[0] for row in HOLDS_NOT])
def test_nothing_holds_just_below_it(name: str, now: Watched) -> None:
    """One less, one second or one millisecond less is no alarm."""
    assert () == conditions(now)


def test_every_kind_is_tried() -> None:
    """The table above has each kind of alarm, and each kind has a playbook in four languages."""
    assert set(AlarmKind) == {AlarmKind(row[2].partition(".")[0]) for row in HOLDS}
    assert set(AlarmKind) == set(SHIPPED)
    for steps in SHIPPED.values():
        assert all(getattr(step.text, language) for step in steps for language in ("vi", "zh", "en", "fr"))


@pytest.mark.parametrize(
    ("now", "since_ms"),
    [
        (link(age_s=700), NOW_MS - 100 * SECOND_MS),
        (stop(at_ms=NOW_MS - HOUR_MS), NOW_MS - 30 * MINUTE_MS),
        (stop(expected_end_ms=NOW_MS - 7), NOW_MS - 7),
        (queue(perishable_ms=(DAY_OLD - 5,)), NOW_MS - 5),
        (stays(NOW_MS + HOUR_MS), NOW_MS - 3 * HOUR_MS),
        (link(frozen={"urgent": 11}), 11),
    ],
)
def test_since_when_is_told_by_the_facts(now: Watched, since_ms: int) -> None:
    """It holds since the limit was passed, whenever anybody looked."""
    assert [since_ms] == [one.since_ms for one in conditions(now)]


def test_it_is_the_same_whoever_computes_it() -> None:
    """The order in which the facts are handed in changes neither what holds nor its order."""
    whole = replace(
        CALM,
        queues=(*queue(stock=500).queues, QueueNow(Direction.IN, 900, 100, NOW_MS)),
        stays_ms=(NOW_MS, NOW_MS + HOUR_MS),
        yards=(Share("b", 9, 9), Share("a", 9, 9)),
        link=LinkNow(age_s=900, frozen={"urgent": 2, "bulk": 1}),
    )
    turned = replace(
        whole,
        queues=tuple(reversed(whole.queues)),
        stays_ms=tuple(reversed(whole.stays_ms)),
        yards=tuple(reversed(whole.yards)),
        link=LinkNow(age_s=900, frozen={"bulk": 1, "urgent": 2}),
    )
    assert conditions(whole) == conditions(turned)
    assert conditions(whole) == conditions(whole)


def test_a_figure_that_swings_about_its_limit_raises_one_alarm() -> None:
    """While the alarm stands its limit is a tenth lower; below that it is over, and a higher level is not eased."""
    standing = {"stock.out": Level.WARNING}
    swinging = replace(queue(stock=160), standing=standing)
    over = replace(queue(stock=152), standing=standing)
    assert () == conditions(replace(swinging, standing={}))
    assert ["stock.out"] == [one.key for one in conditions(swinging)]
    assert () == conditions(over)
    assert [Level.WARNING] == [one.level for one in conditions(replace(queue(stock=499), standing=standing))]


def test_the_plans_playbook_stands_before_ours() -> None:
    """A plan that names its own steps for a kind has those, and ours for every other kind."""
    own = (PlayStep(text=SHIPPED[AlarmKind.STOCK][0].text, act="NoteShift"),)
    rules = AlarmRules(playbooks={AlarmKind.STOCK: own})
    assert own == playbook(rules, AlarmKind.STOCK)
    assert SHIPPED[AlarmKind.QUOTA] == playbook(rules, AlarmKind.QUOTA)
