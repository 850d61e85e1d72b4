"""Reconciliation: what rested on stale knowledge, and what the rules would have said had it been known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.findings import LANGUAGES
from gatepair.base.time import HOUR_MS
from gatepair.crossing.events import VehicleDeparted
from gatepair.exchange.versions import family
from gatepair.node.post import Post
from gatepair.node.reconcile import (
    Case,
    Hindsight,
    Reissued,
    Row,
    Said,
    Word,
    forgotten,
    reconcile,
    reissued,
)
from gatepair.node.reconcile_reading import Site, case_of
from gatepair.node.reconcile_report import Report, to_html, to_text
from gatepair.node.reconcile_words import DECISIONS, WORDS
from node.pair import OPENING, SEEN, Pair

LATE = OPENING + 24 * HOUR_MS


def case(pair: Pair, post: Post | None = None, *, since_ms: int = 0, until_ms: int = LATE) -> Case:
    """Return the case of one post of ``pair``, the home one when none is named."""
    looked = post or pair.home
    site = Site(looked.plan, looked.post, looked.link.agreement, looked.now())
    with looked.ledger.read() as reader:
        return case_of(site, reader, since_ms=since_ms, until_ms=until_ms)


def rows(pair: Pair, post: Post | None = None) -> list[Row]:
    """Return what the reconciliation of one post finds."""
    return list(reconcile(case(pair, post)))


def ready(pair: Pair) -> str:
    """Return a crossing that stands released at the home gate, accepted over there."""
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.clear_exit(crossing)
    pair.pass_time()
    return crossing


def cut_for(pair: Pair, minutes: int) -> None:
    """Cut the line and let minutes pass."""
    pair.cut = True
    pair.pass_time(minutes)


def depart(pair: Pair, crossing: str, officer: str = "SYNTHETIC officer") -> None:
    """Let a vehicle over the line on an officer's word."""
    pair.do(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN, confirmed_by=officer)


def heal(pair: Pair) -> None:
    """Mend the line and let both sides come together."""
    pair.cut = False
    pair.pass_time()
    pair.pass_time()


# --- departures ----------------------------------------------------------------------------


def test_nothing_stale_nothing_reported() -> None:
    """A whole way over a line that works leaves nothing to report, on either side."""
    pair = Pair()
    pair.whole_way()
    assert [] == rows(pair)
    assert [] == rows(pair, pair.other)


def test_a_decline_during_the_cut() -> None:
    """The partner declined while the line was down; the departure would have been refused."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 30)
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=[{"code": "no_capacity"}])
    pair.pass_time(30)
    depart(pair, crossing)
    assert [] == list(rows(pair)[0].unknown), "before the line is back nobody knows"
    heal(pair)
    (row,) = rows(pair)
    assert ("VehicleDeparted", crossing, "officer_confirmed") == (row.decision, row.crossing, row.rested.clause)
    assert 3_600 <= row.rested.age_s < 3_700
    assert ["crossing.declined"] == [family(word.type) for word in row.unknown]
    assert Hindsight.DIFFERENT is row.hindsight
    assert ["crossing.partner_declined"] == [finding.code for finding in row.reasons]


def test_a_stop_during_the_cut() -> None:
    """The partner stopped the direction while the line was down; the lane would have been closed."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 20)
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="fog")
    pair.pass_time()
    depart(pair, crossing)
    heal(pair)
    (row,) = rows(pair)
    assert (Hindsight.DIFFERENT, ["route.stopped/1"]) == (row.hindsight, [word.type for word in row.unknown])
    assert ["crossing.lane_closed"] == [finding.code for finding in row.reasons]


def test_a_stop_that_was_lifted_again() -> None:
    """Stopped and reopened before the departure: both words together would have changed nothing."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 20)
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="fog")
    pair.pass_time(5)
    pair.do(pair.other, "gate_board", "ReopenIntake", direction="out")
    pair.pass_time()
    depart(pair, crossing)
    heal(pair)
    (row,) = rows(pair)
    assert (Hindsight.SAME, 2) == (row.hindsight, len(row.unknown))


def test_a_stop_of_the_other_way() -> None:
    """A stop of the other direction says nothing about this departure."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 20)
    pair.do(pair.other, "gate_board", "StopIntake", direction="in", reason="fog")
    pair.do(pair.other, "gate_board", "AnnounceQuota", direction="out", per_hour=1)
    pair.pass_time()
    depart(pair, crossing)
    heal(pair)
    assert [((), Hindsight.SAME)] == [(row.unknown, row.hindsight) for row in rows(pair)]


def test_nothing_changed() -> None:
    """A departure on an old word is reported also when the partner had said nothing: it rested on stale knowledge."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 60)
    depart(pair, crossing)
    heal(pair)
    (row,) = rows(pair)
    assert (Hindsight.SAME, (), ()) == (row.hindsight, row.unknown, row.reasons)


def test_what_was_said_afterwards_was_not_to_be_known() -> None:
    """A decline that the partner wrote after the departure could not have changed it."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 30)
    depart(pair, crossing)
    pair.pass_time()
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=[{"code": "no_capacity"}])
    heal(pair)
    (row,) = rows(pair)
    assert (Hindsight.SAME, ()) == (row.hindsight, row.unknown)


def test_an_officer_answers_for_an_acceptance_that_was_on_its_way() -> None:
    """Accepted over there, not heard here, confirmed by an officer: with the word the departure stays as it was."""
    pair = Pair()
    crossing = pair.declare()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.pass_time()
    pair.pass_time()
    pair.do(pair.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=SEEN)
    pair.clear_exit(crossing)
    cut_for(pair, 20)
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    pair.pass_time()
    depart(pair, crossing)
    heal(pair)
    (row,) = rows(pair)
    assert (Hindsight.SAME, ["crossing.accepted/1"]) == (row.hindsight, [word.type for word in row.unknown])


# --- entry decisions -----------------------------------------------------------------------


def announced(pair: Pair) -> str:
    """Return a crossing that the other post has heard of."""
    crossing = pair.declare()
    pair.pass_time()
    return crossing


def test_an_acceptance_of_what_was_cancelled() -> None:
    """Accepted here after the trader had cancelled over there: the rules would have refused it."""
    pair = Pair()
    crossing = announced(pair)
    cut_for(pair, 30)
    pair.do(pair.home, "trader", "CancelCrossing", crossing=crossing, reason="sold elsewhere")
    pair.pass_time(10)
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    heal(pair)
    (row,) = rows(pair, pair.other)
    assert ("ArrivalAccepted", Hindsight.DIFFERENT) == (row.decision, row.hindsight)
    assert ["crossing.ended"] == [finding.code for finding in row.reasons]
    assert row.rested is None


def test_a_judgement_on_a_field_that_was_corrected() -> None:
    """An agency held the crossing on goods that the partner had corrected: nobody can say how it would have judged."""
    pair = Pair()
    crossing = announced(pair)
    cut_for(pair, 30)
    pair.do(
        pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.hs", value="854232", reason="typing error"
    )
    pair.pass_time(5)
    pair.do(pair.other, "quarantine", "Decide", crossing=crossing, verdict="hold", reasons=["papers"])
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    heal(pair)
    found = {row.decision: row for row in rows(pair, pair.other)}
    assert Hindsight.OPEN is found["AgencyDecided"].hindsight
    assert ["node.field_corrected_before"] == [each.code for each in found["AgencyDecided"].reasons]
    assert Hindsight.SAME is found["ArrivalAccepted"].hindsight


def test_a_judgement_on_other_fields() -> None:
    """A correction of what the agency does not look at leaves its decision as it was."""
    pair = Pair()
    crossing = announced(pair)
    cut_for(pair, 30)
    pair.do(pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.value_minor", value=1, reason="typo")
    pair.pass_time(5)
    pair.do(pair.other, "health", "Decide", crossing=crossing, verdict="hold", reasons=["papers"])
    heal(pair)
    assert [Hindsight.SAME] == [row.hindsight for row in rows(pair, pair.other)]


def test_a_withheld_correction_leaves_it_unclear() -> None:
    """When the content is gone nobody can say what it would have changed, and the report says so."""
    pair = Pair()
    crossing = announced(pair)
    cut_for(pair, 30)
    pair.do(pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.hs", value="854232", reason="typo")
    pair.pass_time(5)
    pair.do(pair.other, "health", "Decide", crossing=crossing, verdict="hold", reasons=["papers"])
    heal(pair)
    with pair.other.ledger.begin() as unit:
        for index in range(unit.mirror_size("normal")):
            unit.erase_body("normal", index, mirrored=True)
    (row,) = rows(pair, pair.other)
    assert Hindsight.UNCLEAR is row.hindsight
    assert ["node.word_unreadable"] == [finding.code for finding in row.reasons]


def test_an_agreement_that_changed_leaves_it_unclear() -> None:
    """A decision that today's terms would not allow even on what was known then is not judged again."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 60)
    depart(pair, crossing)
    heal(pair)
    asked = case(pair)
    (row,) = reconcile(replace(asked, ground=replace(asked.ground, tolerances=asked.ground.tolerances[:1])))
    assert Hindsight.UNCLEAR is row.hindsight
    assert "node.not_decidable_again" == row.reasons[0].code


# --- the window and the clocks -------------------------------------------------------------


def test_only_decisions_of_the_window() -> None:
    """The beginning is included, the end is not; words that came before still count as known."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 60)
    depart(pair, crossing)
    at_ms = pair.home.now()
    heal(pair)
    for since_ms, until_ms, count in ((at_ms, at_ms + 1, 1), (at_ms + 1, LATE, 0), (0, at_ms, 0)):
        assert count == len(reconcile(case(pair, since_ms=since_ms, until_ms=until_ms)))


def test_a_word_that_was_refused_here_is_dated_by_its_answer() -> None:
    """An acceptance of what we had cancelled has no effect to date it by; our answer was written when it came."""
    pair = Pair()
    crossing = announced(pair)
    cut_for(pair, 30)
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    said_at_ms = pair.other.now()
    pair.do(pair.home, "trader", "CancelCrossing", crossing=crossing, reason="sold elsewhere")
    pair.pass_time(10)
    heal(pair)
    pair.pass_time(30)
    (word,) = [word for word in case(pair).words if word.type == "crossing.accepted/1"]
    assert (said_at_ms, None) == (word.said_at_ms, word.position)
    assert 11 * 60_000 <= word.arrived_at_ms - said_at_ms <= 12 * 60_000


@given(minutes=st.lists(st.integers(0, 3), min_size=1, max_size=6), seed=st.integers(0, 3))
def test_without_a_cut_nothing_is_ever_stale(minutes: list[int], seed: int) -> None:
    """Whatever both sides do: while the line works and each word arrives before the next act, nothing is reported."""
    pair = Pair()
    crossing = announced(pair)
    acts: list[Callable[[], object]] = [
        lambda: pair.say(pair.other, "gate_board", "AcceptArrival", crossing=crossing),
        lambda: pair.say(
            pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=[{"code": "no_capacity"}]
        ),
        lambda: pair.say(pair.other, "gate_board", "StopIntake", direction="out", reason="fog"),
        lambda: pair.say(pair.home, "trader", "CancelCrossing", crossing=crossing, reason="sold"),
    ]
    for number, passed in enumerate(minutes):
        acts[(seed + number) % len(acts)]()
        pair.pass_time(passed)
    assert [] == rows(pair)
    assert [] == rows(pair, pair.other)


# --- after a restore -----------------------------------------------------------------------


def said(number: int, epoch: int = 1) -> Said:
    """Return a message."""
    return Said(f"n/north/trial/normal#{epoch}", number, f"M{number}", "crossing.released/1", "X1", number)


def test_every_message_is_explained_by_the_ledger() -> None:
    """In a ledger that lost nothing each message has its entry."""
    pair = Pair()
    pair.whole_way()
    for post in pair.posts.values():
        asked = case(pair, post)
        assert len(asked.said) > 2
        assert () == forgotten(asked)
        assert () == reissued(asked)


def test_a_message_that_the_ledger_forgot() -> None:
    """What stands in the log and comes from no entry any more is named."""
    pair = Pair()
    pair.whole_way()
    asked = case(pair)
    ((crossing, history),) = asked.crossings.items()
    departed = next(at for at, one in enumerate(history) if isinstance(one.event, VehicleDeparted))
    lost = replace(asked, crossings={crossing: history[:departed]})
    assert [one.type for one in forgotten(replace(asked, said=(*asked.said, said(2))))] == ["crossing.released/1"]
    assert ["crossing.departed/1"] == [one.type for one in forgotten(lost)]


def test_a_message_said_again() -> None:
    """The same id in a later epoch is the same message, said again."""
    pair = Pair()
    asked = replace(case(pair), said=(said(1), said(2), said(1, 2)))
    assert (Reissued(said(1), said(1, 2)),) == reissued(asked)
    cut_off = replace(asked, said=(said(3), said(1, 2)), lost=(said(1), said(2)))
    assert (Reissued(said(1), said(1, 2)),) == reissued(cut_off)


@pytest.mark.parametrize(("position", "arrived_at_ms", "known"), [(4, 0, True), (6, 0, False)])
def test_known_by_place(position: int, arrived_at_ms: int, known: bool) -> None:  # noqa: FBT001 - a case's value
    """What had its effect before the decision was known to it, whatever the clocks say."""
    pair = Pair()
    announced(pair)
    (history,) = case(pair).crossings.values()
    word = Word("log", 0, "00", "crossing.accepted/1", "X1", 0, arrived_at_ms, position, None)
    assert known is word.known_to(replace(history[0], position=5))


@pytest.mark.parametrize(("arrived_at_ms", "known"), [(9, True), (10, True), (11, False)])
def test_known_by_time(arrived_at_ms: int, known: bool) -> None:  # noqa: FBT001 - a case's value
    """What had no effect here was known if it had come by the instant of the decision."""
    pair = Pair()
    announced(pair)
    (history,) = case(pair).crossings.values()
    word = Word("log", 0, "00", "crossing.accepted/1", "X1", 0, arrived_at_ms, None, None)
    assert known is word.known_to(replace(history[0], recorded_at_ms=10))


@pytest.mark.parametrize(("heard", "before"), [(0, True), (5, True), (6, False)])
def test_who_knew_the_decision_did_not_speak_before_it(heard: int, before: bool) -> None:  # noqa: FBT001 - a case's value
    """A word that had heard the decision's message came after it, however slow the partner's clock runs."""
    pair = Pair()
    announced(pair)
    (history,) = case(pair).crossings.values()
    told = replace(said(5), log="ours")
    decision = replace(history[0], told=told)
    word = Word("log", 0, "00", "crossing.accepted/1", "X1", 0, 0, None, None, heard={"ours": heard})
    assert before is word.said_before(decision)
    assert not replace(word, said_at_ms=decision.event.at_ms).said_before(decision)


# --- the report ----------------------------------------------------------------------------


def declined_in_the_cut() -> Report:
    """Return the report of a departure that would have been refused, with losses after a restore beside it."""
    pair = Pair()
    crossing = ready(pair)
    cut_for(pair, 30)
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=[{"code": "no_capacity"}])
    pair.pass_time(30)
    depart(pair, crossing)
    heal(pair)
    return replace(Report.of(case(pair)), forgotten=(said(1),), reissued=(Reissued(said(2), said(2, 2)),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_all_of_it_in_each_language(language) -> None:
    """Decision, clause, age, officer, what the partner had said, why it differs, what was lost: as text and as page."""
    report = declined_in_the_cut()
    (row,) = report.rows
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    for made in (to_text(report, language, (zone,)), unescape(to_html(report, language, (zone,)))):
        flat = " ".join(made.split())
        for expected in (
            row.crossing,
            row.reasons[0].text(language),
            DECISIONS["VehicleDeparted"][language],
            "officer_confirmed",
            "SYNTHETIC officer",
            "crossing.declined/1",
            "n/north/trial/normal#1/1",
            "n/north/trial/normal#2/2",
            WORDS["different"][language],
        ):
            assert expected in flat.replace(" ", "") or expected in flat, expected


def test_an_empty_report_says_so() -> None:
    """Nothing stale and nothing lost are sentences, not an empty page."""
    pair = Pair()
    report = Report.of(case(pair))
    assert WORDS["none_stale"]["en"] in to_text(report, "en")
    assert WORDS["none_lost"]["en"] in to_text(report, "en")
    assert {"different": 0, "open": 0, "same": 0, "unclear": 0} == report.to_wire()["counts"]


def test_the_published_form() -> None:
    """The report as plain values is JSON and names the decision, the words and the reasons."""
    wire = msgspec.json.decode(msgspec.json.encode(declined_in_the_cut().to_wire()))
    (decision,) = wire["decisions"]
    assert ("different", 1, "officer_confirmed") == (
        decision["hindsight"],
        wire["counts"]["different"],
        decision["rested"]["clause"],
    )
    assert ["crossing.partner_declined"] == [reason["code"] for reason in decision["reasons"]]
    assert (1, 1) == (len(wire["forgotten"]), len(wire["reissued"]))


def test_every_decision_and_hindsight_has_its_words() -> None:
    """Nothing that the report can name is shown as a bare code."""
    assert {each.value for each in Hindsight} <= set(WORDS)
    assert "{" not in to_text(declined_in_the_cut(), "en")
