"""The desk of the exchange: figures that fit one another, rungs of messages, and two persons to let a lane go on."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import structs

from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound, Refused
from gatepair.base.time import MINUTE_MS, Instant
from gatepair.exchange.agreement import Mode, Tolerance
from gatepair.exchange.messages import Lane
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.node.exchange_view import clause_at
from gatepair.node.lane_desk import CONFIRM_MS_MAX
from gatepair.node.post import Post
from gatepair.node.requests import Actor
from node.pair import HOME, OTHER, Pair, agreement

FIRST = Actor("centre-1", Duty.COMMAND_CENTRE, HOME)
SECOND = Actor("board-1", Duty.GATE_BOARD, HOME)


def lane(post: Post, name: str = "normal") -> Any:
    """Return one lane as the desk shows it."""
    return next(one for one in post.desk.overview().lanes if one.lane == name)


def stages(post: Post, name: str = "normal") -> list[tuple[str, str]]:
    """Return type and rung of each of our messages."""
    return [(one.type.partition("/")[0], one.stage) for one in post.desk.messages(name, epoch=0, after=0, limit=100)]


def told(post: Post) -> list[tuple[str, str, dict[str, Any]]]:
    """Return type, actor and payload of what the audit says about lanes."""
    events = post.events(0, 1_000, Actor("auditor-1", Duty.AUDITOR, HOME))
    names = ("LaneFrozen/1", "UnfreezeAsked/1", "LaneUnfrozen/1")
    return [(one["type"], one["actor"], post_payload(one)) for one in events if one["type"] in names]


def post_payload(event: dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(bytes(event["payload"]))
    return decoded


def refusal(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [finding.code for finding in refused.value.findings]


def frozen() -> Pair:
    """Return a pair whose normal lane the home post has stopped."""
    pair = Pair()
    pair.home.desk.freeze("normal", actor=FIRST, reason="it looks odd")
    return pair


# --- figures --------------------------------------------------------------------------------


def test_what_waits_is_counted_and_its_age_told() -> None:
    """While the line is cut messages wait, the oldest is told with its age; afterwards nothing waits."""
    pair = Pair()
    pair.pass_time()
    pair.cut = True
    pair.declare()
    pair.pass_time(7)
    shown = lane(pair.home)
    assert (1, 0, 1, 7 * 60) == (shown.size, shown.confirmed, shown.unconfirmed, shown.oldest_unconfirmed_s)
    pair.cut = False
    pair.pass_time()
    shown = lane(pair.home)
    assert (0, None) == (shown.unconfirmed, shown.oldest_unconfirmed_s)


def test_the_overview_names_the_partner_the_agreement_and_the_clauses() -> None:
    """Who is told what under which agreement, and which clause holds now for each step."""
    pair = Pair()
    pair.pass_time()
    shown = pair.home.desk.overview()
    assert (HOME, OTHER, "paired") == (shown.post, shown.partner, shown.mode)
    assert {"id": pair.terms.id, "version": 1, "in_force": True}.items() <= shown.agreement.items()
    assert "fresh" == shown.steps["release_for_exit"]
    assert 0 == shown.partner_age_s
    pair.cut = True
    pair.pass_time(10)
    shown = pair.home.desk.overview()
    assert (600, "last_known") == (shown.partner_age_s, shown.steps["release_for_exit"])


@pytest.mark.parametrize(
    ("age_s", "clause"), [(None, ""), (0, "fresh"), (150, "fresh"), (151, "old"), (900, "old"), (901, "")]
)
def test_the_clause_follows_the_age(age_s: int | None, clause: str) -> None:
    """The youngest tolerance that the age fits; beyond the last one, and when nobody was ever heard, the step waits."""
    tolerances = (Tolerance(clause="fresh", max_age_s=150), Tolerance(clause="old", max_age_s=900))
    assert clause == clause_at(tolerances, age_s)


def test_some_steps_need_no_word() -> None:
    """A tolerance of any age holds even when the partner was never heard."""
    assert "own_rules" == clause_at((Tolerance(clause="own_rules", any_age=True),), None)


def test_a_post_alone_has_no_lanes() -> None:
    """Without a partner the overview is there and empty, and no lane can be stopped."""
    home = Pair(mode=Mode.ALONE).home
    assert [] == home.desk.overview().lanes
    assert {} == home.desk.signals()
    with pytest.raises(NotFound):
        home.desk.freeze("normal", actor=FIRST, reason="because")


# --- rungs ----------------------------------------------------------------------------------


def test_a_message_climbs_its_rungs() -> None:
    """It waits, then the partner holds it, answers it, and acts on it."""
    pair = Pair()
    pair.pass_time()
    pair.cut = True
    crossing = pair.declare()
    assert [("crossing.announced", "waiting")] == stages(pair.home)
    pair.cut = False
    pair.home.advance()
    while (batch := pair.home.outgoing(Lane.NORMAL)) is not None:
        pair.home.accept_receipt(Lane.NORMAL, pair.other.receive("normal", batch))
    assert [("crossing.announced", "custody")] == stages(pair.home)
    pair.pass_time()
    assert [("crossing.announced", "outcome")] == stages(pair.home)
    (message,) = pair.home.desk.messages("normal", epoch=0, after=0, limit=9)
    assert ("accepted", (), crossing) == (message.verdict, message.codes, message.subject)
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    pair.pass_time()
    assert ("crossing.announced", "effect") == stages(pair.home)[0]


def test_messages_come_by_page_and_by_epoch() -> None:
    """A page begins at an index; an epoch that there is not is not found."""
    pair = Pair()
    for number in range(3):
        pair.declare(binding={"tractor": f"12C-0000{number}"})
    assert [1, 2] == [one.index for one in pair.home.desk.messages("normal", epoch=1, after=1, limit=5)]
    assert [0] == [one.index for one in pair.home.desk.messages("normal", epoch=0, after=0, limit=1)]
    assert [] == pair.home.desk.messages("normal", epoch=0, after=3, limit=5)
    for name, epoch in (("normal", 2), ("sideways", 0)):
        with pytest.raises(NotFound):
            pair.home.desk.messages(name, epoch=epoch, after=0, limit=5)


def test_an_outcome_that_does_not_come_is_overdue() -> None:
    """By the deadline of the agreement, not before; with the outcome it is no longer."""
    pair = Pair()
    pair.pass_time()
    deadline_s = next(one.outcome_deadline_s for one in pair.terms.messages if one.kind == "crossing.announced/2")
    assert deadline_s is not None
    pair.cut = True
    crossing = pair.declare()
    pair.pass_time(deadline_s // 60)
    assert [] == pair.home.desk.overdue(None, 10)
    pair.pass_time()
    assert [crossing] == [one.subject for one in pair.home.desk.overdue(None, 10)]
    assert 1 == pair.home.desk.overview().overdue
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    assert [] == pair.home.desk.overdue(None, 10)


def test_what_the_partner_may_not_say_is_listed() -> None:
    """An entry outside the agreement stands in the quarantine with its reason."""
    wider = agreement()
    narrow = structs.replace(wider, messages=tuple(one for one in wider.messages if one.kind != "crossing.cancelled/1"))
    assert narrow != wider
    pair = Pair()
    pair.other.link.versions = Succession.of((HeldVersion(narrow),))
    crossing = pair.declare()
    pair.pass_time()
    (entry,) = pair.other.desk.quarantine(None, 10)
    assert ("not_in_agreement", crossing) == (entry.entry.why, entry.entry.subject)
    assert 1 == pair.other.desk.overview().quarantined
    assert [] == pair.other.desk.quarantine((entry.at_ms, f"{entry.entry.log}/{entry.entry.index}"), 10)


def test_evidence_that_there_is_not_is_not_found() -> None:
    """Numbers begin at 1, and a lane that never contradicted itself has none."""
    with pytest.raises(NotFound):
        Pair().home.desk.evidence("normal", 1)


# --- two persons ----------------------------------------------------------------------------


def test_one_person_stops_a_lane_both_ways() -> None:
    """It stands still, its reason and who stopped it are shown, the audit keeps both, and twice is refused."""
    pair = frozen()
    shown = lane(pair.home)
    assert ("centre-1", "by_hand") == (shown.frozen_out.by, shown.frozen_out.reason)
    assert shown.frozen_out == shown.frozen_in
    assert pair.home.desk.signals()["normal"]["frozen_out"]["by"] == "centre-1"
    assert [
        ("LaneFrozen/1", "centre-1", {"at_ms": pair.home.now(), "lane": "normal", "reason": "it looks odd"})
    ] == told(pair.home)
    with pytest.raises(Refused) as refused:
        pair.home.desk.freeze("normal", actor=SECOND, reason="again")
    assert ["node.lane_stands"] == refusal(refused)


def test_two_persons_let_a_lane_go_on() -> None:
    """The first asks with a reason, the second confirms; both stand in the audit, and what waited goes out."""
    pair = frozen()
    pair.declare()
    pair.pass_time()
    assert 1 == lane(pair.home).unconfirmed
    asked = pair.home.desk.ask_unfreeze("normal", actor=FIRST, reason="it was a drill")
    assert asked == lane(pair.home).unfreeze
    pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=asked.asked_at_ms)
    pair.pass_time()
    shown = lane(pair.home)
    assert (None, None, None, 0) == (shown.frozen_out, shown.frozen_in, shown.unfreeze, shown.unconfirmed)
    last = told(pair.home)[-1]
    assert ("LaneUnfrozen/1", "board-1") == last[:2]
    assert {"asked_by": "centre-1", "reason": "it was a drill"}.items() <= last[2].items()


def test_one_person_is_not_two() -> None:
    """Who asked cannot confirm, whatever the duty."""
    pair = frozen()
    asked = pair.home.desk.ask_unfreeze("normal", actor=FIRST, reason="let us go on")
    for same in (FIRST, structs_actor(FIRST, Duty.GATE_BOARD)):
        with pytest.raises(Refused) as refused:
            pair.home.desk.confirm_unfreeze("normal", actor=same, asked_at_ms=asked.asked_at_ms)
        assert ["node.unfreeze_same_person"] == refusal(refused)
    assert lane(pair.home).frozen_out is not None


def structs_actor(actor: Actor, duty: Duty) -> Actor:
    """Return the same person with another duty."""
    return Actor(actor.id, duty, actor.post)


@pytest.mark.parametrize(("late_ms", "taken"), [(CONFIRM_MS_MAX - 1, True), (CONFIRM_MS_MAX, False)])
def test_the_second_person_has_half_an_hour(late_ms: int, *, taken: bool) -> None:
    """Just before the limit it is taken; at the limit it has to be asked again."""
    pair = frozen()
    asked = pair.home.desk.ask_unfreeze("normal", actor=FIRST, reason="let us go on")
    pair.clocks[HOME].set(Instant(pair.home.now() + late_ms))
    if taken:
        pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=asked.asked_at_ms)
        assert None is lane(pair.home).frozen_out
        return
    assert None is lane(pair.home).unfreeze
    with pytest.raises(Refused) as refused:
        pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=asked.asked_at_ms)
    assert ["node.unfreeze_too_late"] == refusal(refused)


def test_a_confirmation_is_of_the_request_that_was_read() -> None:
    """Without a request, or with a newer one than was read, nothing is confirmed."""
    pair = frozen()
    with pytest.raises(Refused) as refused:
        pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=pair.home.now())
    assert ["node.unfreeze_not_asked"] == refusal(refused)
    first = pair.home.desk.ask_unfreeze("normal", actor=FIRST, reason="let us go on")
    pair.clocks[HOME].set(Instant(pair.home.now() + MINUTE_MS))
    pair.home.desk.ask_unfreeze("normal", actor=FIRST, reason="for another reason")
    with pytest.raises(Refused) as refused:
        pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=first.asked_at_ms)
    assert ["node.unfreeze_not_asked"] == refusal(refused)


def test_a_new_stop_makes_an_old_request_void() -> None:
    """What was asked before the lane was stopped again is not what is asked now."""
    pair = frozen()
    asked = pair.home.desk.ask_unfreeze("normal", actor=FIRST, reason="let us go on")
    pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=asked.asked_at_ms)
    pair.home.desk.freeze("normal", actor=FIRST, reason="again")
    with pytest.raises(Refused) as refused:
        pair.home.desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=asked.asked_at_ms)
    assert ["node.unfreeze_not_asked"] == refusal(refused)


def test_a_lane_that_runs_is_not_let_go_on() -> None:
    """There is nothing to ask and nothing to confirm."""
    desk = Pair().home.desk
    with pytest.raises(Refused) as refused:
        desk.ask_unfreeze("normal", actor=FIRST, reason="why not")
    assert ["node.lane_runs"] == refusal(refused)
    with pytest.raises(Refused) as refused:
        desk.confirm_unfreeze("normal", actor=SECOND, asked_at_ms=0)
    assert ["node.lane_runs"] == refusal(refused)
