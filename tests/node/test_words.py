"""What each message of the catalogue does on the other side, and what one's own commands tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from exchange.values import VALUES
from gatepair.base.duties import Duty
from gatepair.crossing.state import Crossing
from gatepair.exchange import messages as kinds
from gatepair.exchange.envelope import parse_header
from gatepair.exchange.messages import CATALOGUE, READS, Sender
from gatepair.exchange.versions import family
from gatepair.node.post import Post
from gatepair.node.requests import Actor
from node.pair import HOME, OTHER, SEEN, Pair, agreement, declaration, post_on

PAPER = {"kind": "phyto", "number": "SYN-P-1"}
FILE = {"sha256": "ab" * 32, "size_bytes": 48_213, "media_type": "application/pdf", "kind": "phyto"}


@pytest.fixture
def pair() -> Pair:
    """Give two posts that know what the other reads."""
    made = Pair()
    made.greet()
    return made


def known(post: Post, crossing: str) -> Crossing:
    """Return a crossing as ``post`` knows it."""
    with post.ledger.read() as reader:
        return post.standing.known(crossing, reader).crossing


def papered(pair: Pair) -> str:
    """Declare a crossing with a certificate, and let the other side hear of it."""
    crossing = pair.declare(declaration=declaration(documents=[PAPER]))
    pair.pass_time()
    return crossing


def entries(post: Post, lane: str = "normal") -> list[tuple[str, dict[str, Any]]]:
    """Return type and sections of every entry that ``post`` said in ``lane``."""
    with post.ledger.read() as reader:
        rows = reader.own_entries(lane, start=0, limit=1_000)
    return [
        (
            parse_header(row.header).type,
            {
                name: section["value"]
                for name, section in json.loads(row.body or b'{"sections":{}}')["sections"].items()
            },
        )
        for row in rows
    ]


def outcomes(post: Post) -> list[dict[str, Any]]:
    """Return the outcomes that ``post`` answered with."""
    return [sections["outcome"] for kind, sections in entries(post) if kind == kinds.OUTCOME]


def codes(answer: Any) -> list[str]:
    return [finding["code"].partition(".")[2] for finding in answer.findings]


# --- holds ---------------------------------------------------------------------------------


def ready(pair: Pair) -> str:
    """Bring a truck to where nothing but the partner could keep it."""
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.clear_exit(crossing)
    return crossing


def leave(pair: Pair, crossing: str) -> Any:
    return pair.say(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN)


def test_a_hold_over_there_stops_the_departure_here_until_it_is_lifted(pair: Pair) -> None:
    """The urgent lane brings it; the release here stands, the vehicle stays; lifted, it goes."""
    crossing = ready(pair)
    pair.do(pair.other, "quarantine", "Decide", crossing=crossing, verdict="hold", reasons=["new_test"])
    pair.pass_time()
    assert [(kinds.HELD, {"hold": {"duty": "quarantine", "verdict": "hold", "reasons": ["new_test"]}})] == entries(
        pair.other, "urgent"
    )
    assert known(pair.home, crossing).released
    assert ["held_by_partner"] == codes(leave(pair, crossing))
    pair.do(pair.other, "quarantine", "Decide", crossing=crossing, verdict="clear")
    pair.pass_time()
    assert {} == known(pair.home, crossing).partner_holds
    assert "done" == leave(pair, crossing).status


def test_each_agency_lifts_its_own_hold_alone(pair: Pair) -> None:
    """Two agencies hold it; one clears; it still stays."""
    crossing = ready(pair)
    for duty in ("quarantine", "border_guard"):
        pair.do(pair.other, duty, "Decide", crossing=crossing, verdict="hold", reasons=["doubt"])
    pair.do(pair.other, "quarantine", "Decide", crossing=crossing, verdict="clear")
    pair.pass_time()
    assert [Duty.BORDER_GUARD] == list(known(pair.home, crossing).partner_holds)
    assert ["held_by_partner"] == codes(leave(pair, crossing))


def test_a_hold_that_a_correction_reopens_is_lifted(pair: Pair) -> None:
    """A decision that no longer stands there does not go on holding here."""
    crossing = ready(pair)
    pair.do(pair.other, "customs", "Decide", crossing=crossing, verdict="hold", reasons=["value"])
    pair.pass_time()
    assert [Duty.CUSTOMS] == list(known(pair.home, crossing).partner_holds)
    pair.do(
        pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.value_minor", value=7, reason="typing"
    )
    pair.pass_time()
    pair.pass_time()
    assert {} == known(pair.home, crossing).partner_holds


def test_a_clear_word_without_a_hold_before_tells_nothing(pair: Pair) -> None:
    """Agencies' own work is not the other side's affair."""
    crossing = pair.whole_way()
    assert "closed" == pair.stage(pair.other, crossing)
    assert [] == entries(pair.other, "urgent")


# --- status, seals, discrepancies, inspections ---------------------------------------------


def test_the_entry_post_follows_how_far_it_is(pair: Pair) -> None:
    """Called, arrived, and the release when it is taken back."""
    crossing = ready(pair)
    pair.pass_time()
    there = known(pair.other, crossing)
    assert ("arrived", True) == (there.partner_status, there.partner_released_at_ms is not None)
    pair.do(pair.home, "customs", "WithdrawRelease", crossing=crossing, reason="new finding")
    pair.do(pair.home, "customs", "ConfirmAct", crossing=crossing, number=1, actor="customs-2")
    pair.pass_time()
    there = known(pair.other, crossing)
    assert ("release_withdrawn", None) == (there.partner_status, there.partner_released_at_ms)


def test_seals_are_known_on_the_other_side(pair: Pair) -> None:
    """Applied, checked and broken, each act is told with the seal's kind."""
    crossing = papered(pair)
    pair.do(pair.home, "customs", "ApplySeal", crossing=crossing, number="s-1", kind="customs")
    pair.do(pair.home, "customs", "CheckSeal", crossing=crossing, number="s-1", intact=False)
    pair.pass_time()
    assert [("s-1", "customs", False)] == [
        (seal.number, seal.kind.value, seal.intact) for seal in known(pair.other, crossing).partner_seals
    ]
    pair.do(pair.home, "customs", "BreakSeal", crossing=crossing, number="s-1", reason="inspection")
    pair.pass_time()
    assert () == known(pair.other, crossing).partner_seals
    told = [sections["seal"]["act"] for kind, sections in entries(pair.home) if kind == kinds.SEAL]
    assert ["applied", "checked", "broken"] == told


def test_a_discrepancy_shows_what_was_declared_beside_what_was_found(pair: Pair) -> None:
    """What was declared is taken from the record, never keyed again; both sides have it."""
    crossing = papered(pair)
    order = {"code": "mass_differs", "path": "goods.0.gross_mass_kg", "found": "21500"}
    pair.do(pair.other, "customs", "ReportDiscrepancy", crossing=crossing, **order)
    pair.pass_time()
    (here,), (there,) = known(pair.home, crossing).discrepancies, known(pair.other, crossing).discrepancies
    assert (True, False) == (here.by_partner, there.by_partner)
    assert ("18000", "21500", Duty.CUSTOMS) == (here.declared, here.found, here.duty)
    again = pair.say(pair.other, "customs", "ReportDiscrepancy", crossing=crossing, **order)
    assert ["nothing_changed"] == codes(again)
    wrong = pair.say(pair.other, "customs", "ReportDiscrepancy", crossing=crossing, **{**order, "path": "cargo"})
    assert ["path_unknown"] == codes(wrong)


def test_an_inspection_over_there_is_evidence_and_no_decision(pair: Pair) -> None:
    """The agency with the same duty may rest its own verdict on it; another may not, and nobody's verdict follows."""
    crossing = papered(pair)
    early = pair.say(pair.other, "quarantine", "Decide", crossing=crossing, verdict="clear", source="partner")
    assert ["nothing_to_recognise"] == codes(early)
    pair.do(pair.home, "quarantine", "OrderInspection", crossing=crossing, bay="bay-1", reason="sampling")
    pair.do(pair.home, "quarantine", "FinishInspection", crossing=crossing, passed=True, evidence="report 7")
    pair.pass_time()
    there = known(pair.other, crossing)
    (told,) = there.partner_inspections
    assert (Duty.QUARANTINE, True, "sampling", "report 7") == (told.duty, told.passed, told.reason, told.evidence)
    assert {} == there.decisions
    other = pair.say(pair.other, "customs", "Decide", crossing=crossing, verdict="clear", source="partner")
    assert ["nothing_to_recognise"] == codes(other)
    pair.do(pair.other, "quarantine", "Decide", crossing=crossing, verdict="clear", source="partner")
    decision = known(pair.other, crossing).decisions[Duty.QUARANTINE]
    assert ("partner", f"entry {told.leaf}") == (decision.source, decision.evidence)


# --- certificates and files ----------------------------------------------------------------


def test_a_question_about_a_certificate_is_work_until_it_is_answered(pair: Pair) -> None:
    """It waits for the agency with the same duty over there, and its answer comes back."""
    crossing = papered(pair)
    asked = pair.do(pair.other, "quarantine", "AskCertificate", crossing=crossing, **PAPER, text="blurred stamp")
    assert ["CertificateAsked/1"] == [event.type for event in asked.events]
    pair.pass_time()
    tasks = {
        duty: [row["task"] for row in pair.home.worklist(Actor("q", duty, HOME), 10)]
        for duty in (Duty.QUARANTINE, Duty.CUSTOMS)
    }
    assert {Duty.QUARANTINE: ["answer_certificate"], Duty.CUSTOMS: []} == tasks
    assert ["question_unknown"] == codes(
        pair.say(pair.home, "customs", "AnswerCertificate", crossing=crossing, **PAPER, verdict="genuine")
    )
    pair.do(pair.home, "quarantine", "AnswerCertificate", crossing=crossing, **PAPER, verdict="not_genuine", text="no")
    pair.pass_time()
    (question,) = known(pair.other, crossing).questions
    assert ("not_genuine", "no", False) == (question.verdict, question.answer, question.by_partner)
    assert [] == pair.home.worklist(Actor("q", Duty.QUARANTINE, HOME), 10)


def test_only_a_document_of_the_declaration_is_asked_about_and_once(pair: Pair) -> None:
    """What was not declared cannot be asked about; an open question is not asked again; an answered one may be."""
    crossing = papered(pair)
    ask = {"crossing": crossing, "kind": "phyto"}
    assert ["document_unknown"] == codes(pair.say(pair.other, "quarantine", "AskCertificate", **ask, number="X"))
    pair.do(pair.other, "quarantine", "AskCertificate", **ask, number="SYN-P-1")
    assert ["nothing_changed"] == codes(pair.say(pair.other, "quarantine", "AskCertificate", **ask, number="SYN-P-1"))
    pair.pass_time()
    pair.do(pair.home, "quarantine", "AnswerCertificate", crossing=crossing, **PAPER, verdict="unknown")
    pair.pass_time()
    pair.do(pair.other, "quarantine", "AskCertificate", **ask, number="SYN-P-1")


def test_files_are_listed_on_both_sides_once(pair: Pair) -> None:
    """A manifest goes in the bulk lane; a file known by its digest is not listed again."""
    crossing = papered(pair)
    pair.do(pair.home, "trader", "ListAttachments", crossing=crossing, attachments=[FILE])
    pair.pass_time()
    assert ["ab" * 32] == [file.sha256 for file in known(pair.other, crossing).attachments]
    assert [kinds.ATTACHMENTS] == [kind for kind, _ in entries(pair.home, "bulk")]
    again = pair.say(pair.home, "trader", "ListAttachments", crossing=crossing, attachments=[FILE])
    assert ["nothing_changed"] == codes(again)


# --- the trip of a road manifest -----------------------------------------------------------


def part(number: int, batch: str = "SYN-B-1", waybill: str = "SYN/W-1") -> dict[str, Any]:
    """Return one of two trucks that share a split waybill."""
    trip = {"batch": batch, "waybills": [{"number": waybill, "part": number, "parts": 2}]}
    return {"binding": {"tractor": f"29H-0000{number}"}, "declaration": declaration(trip=trip)}


def test_trucks_that_share_a_split_waybill_share_a_batch_number(pair: Pair) -> None:
    """Two parts of one waybill may have one batch number; the same part twice, or another waybill, may not."""
    first = pair.declare(**part(1))
    pair.declare(**part(2))
    taken = {"direction": "out", "route": "r1119-1120", "lane_kind": "manned", "load": "truck"}
    other = part(2, waybill="SYN/W-9") | {"binding": {"tractor": "29H-00009"}}
    for wrong in (other, part(1) | {"binding": {"tractor": "29H-00008"}}):
        answer = pair.say(pair.home, "trader", "DeclareCrossing", **taken, **wrong)
        assert "batch_taken" in codes(answer)
    pair.pass_time()
    trip = known(pair.other, first).declaration.trip
    assert trip is not None
    assert ("SYN-B-1", "SYN/W-1", 1, 2) == (trip.batch, *_first(trip.waybills))


def _first(waybills: Any) -> tuple[str, int, int]:
    return waybills[0].number, waybills[0].part, waybills[0].parts


def test_a_batch_is_withdrawn_as_a_whole(pair: Pair) -> None:
    """One of several trucks is not withdrawn alone; the batch is, all of it, and the other side hears of each."""
    crossings = [pair.declare(**part(number)) for number in (1, 2)]
    alone = pair.say(pair.home, "trader", "CancelCrossing", crossing=crossings[0], reason="sold")
    assert ["batch_shared"] == codes(alone)
    answer = pair.do(pair.home, "trader", "CancelBatch", batch="SYN-B-1", reason="sold")
    assert ["CrossingCancelled/1"] * 2 == [event.type for event in answer.events]
    pair.pass_time()
    assert ["cancelled"] * 2 == [pair.stage(pair.other, crossing) for crossing in crossings]
    unknown = pair.say(pair.home, "trader", "CancelBatch", batch="SYN-B-1", reason="sold")
    assert ["batch_unknown"] == codes(unknown)


def test_a_batch_that_cannot_be_withdrawn_whole_is_not_withdrawn_at_all(pair: Pair) -> None:
    """A truck that has left keeps the others from being withdrawn."""
    first, second = (pair.declare(**part(number)) for number in (1, 2))
    seen = {1: {"tractor": "29H-00001"}, 2: {"tractor": "29H-00002"}}
    for number, crossing in enumerate((first, second), start=1):
        pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
        pair.pass_time()
        pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
        pair.pass_time(2)
        pair.do(pair.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=seen[number])
    pair.clear_exit(first)
    go = {"crossing": first, "lane": "freight-1", "seen": seen[1]}
    assert ["batch_apart"] == codes(pair.say(pair.home, "yard", "Depart", **go))
    pair.clear_exit(second)
    pair.do(pair.home, "yard", "Depart", **go)
    refused = pair.say(pair.home, "trader", "CancelBatch", batch="SYN-B-1", reason="sold")
    assert ["wrong_stage"] == codes(refused)
    assert "arrived" == pair.stage(pair.home, second)
    pair.do(pair.home, "yard", "Depart", crossing=second, lane="freight-1", seen=seen[2])


def test_another_traders_batch_is_not_withdrawn(pair: Pair) -> None:
    """A batch belongs to who declared it."""
    pair.declare(**part(1))
    answer = pair.say(pair.home, "trader", "CancelBatch", batch="SYN-B-1", reason="sold", actor="trader-2")
    assert ("failed", "not_permitted") == (answer.status, answer.error)


# --- the gate ------------------------------------------------------------------------------


def test_what_one_side_tells_of_its_gate_is_read_on_both(pair: Pair) -> None:
    """States, hours, room, alerts, notes and figures are recorded, and the latest stands first."""
    post = pair.other
    slow = {"direction": "out", "state": "slow", "reason": "laboratory", "text": "one of two"}
    pair.do(post, "gate_board", "ReportCondition", **slow)
    pair.do(post, "gate_board", "NoteHotline", topic="hours", text="until 20:00")
    alert = {"kind": "disease", "reference": "syn-1", "text": "swine fever", "commodity": "live_seafood"}
    pair.do(post, "quarantine", "RaiseAlert", **alert)
    pair.do(post, "command_centre", "ReportStatistics", date="2025-11-10")
    pair.pass_time()
    (condition,) = pair.home.board()["directions"]["out"]["conditions"]
    assert ("slow", "laboratory", True) == (condition["state"], condition["reason"], condition["by_partner"])
    assert ["swine fever"] == [standing["text"] for standing in pair.home.status()["alerts"]]
    assert "swine fever" not in json.dumps(pair.home.board())
    names = ["StatisticsReported", "HotlineNoted", "ConditionReported", "AlertRaised"]
    for known_at in (pair.home, pair.other):
        assert sorted(names) == sorted(notice["type"].partition("/")[0] for notice in known_at.notices(0, 100))
    pair.do(post, "quarantine", "EndAlert", reference="syn-1")
    pair.do(post, "gate_board", "ReportCondition", **{**slow, "state": "normal"})
    pair.pass_time()
    assert [] == pair.home.status()["alerts"]
    assert [] == pair.home.board()["directions"]["out"]["conditions"]


def test_notices_are_read_backwards_by_page(pair: Pair) -> None:
    """Each page goes on where the one before ended, and nothing is shown twice."""
    for number in range(5):
        pair.do(pair.home, "gate_board", "NoteHotline", topic="hours", text=f"note {number}")
    first = pair.home.notices(0, 2)
    rest = pair.home.notices(first[-1]["position"], 100)
    assert [f"note {number}" for number in (4, 3, 2, 1, 0)] == [row["payload"]["text"] for row in (*first, *rest)]


def test_notices_are_the_same_after_a_rebuild(pair: Pair) -> None:
    """They come from the ledger alone."""
    pair.do(pair.home, "gate_board", "NoteHotline", topic="hours", text="until 20:00")
    before = pair.home.notices(0, 10)
    pair.home.rebuild()
    assert before == pair.home.notices(0, 10)


def test_an_alert_is_over_at_its_time(pair: Pair) -> None:
    """Nobody need end it."""
    alert = {"kind": "crime", "reference": "syn-2", "text": "SYNTHETIC", "until_ms": pair.home.now() + 60_000}
    pair.do(pair.home, "border_guard", "RaiseAlert", **alert)
    assert 1 == len(pair.home.status()["alerts"])
    pair.pass_time()
    assert [] == pair.home.status()["alerts"]


def test_a_days_figures_are_those_counted_here(pair: Pair) -> None:
    """The day before is told with its counts; the day that runs is not."""
    pair.whole_way()
    pair.pass_time(24 * 60)
    answer = pair.do(pair.home, "command_centre", "ReportStatistics", date="2025-11-11")
    figures = {
        (one["direction"], one["load"], one["figure"]): one["count"] for one in answer.events[0].payload["figures"]
    }
    assert 1 == figures["out", "loaded", "departed"]
    assert 1 == figures["out", "loaded", "cleared.electronics"]
    today = pair.say(pair.home, "command_centre", "ReportStatistics", date="2025-11-12")
    assert ["day_not_over"] == codes(today)
    pair.pass_time()
    assert [(kinds.STATISTICS, "2025-11-11")] == [
        (kind, sections["statistics"]["date"]) for kind, sections in entries(pair.home, "bulk")
    ]


# --- what does not fit ---------------------------------------------------------------------


def say_raw(pair: Pair, kind: str, subject: str, sections: dict[str, Any]) -> None:
    """Let the home post write an entry that its node would not write, and carry it over."""
    post = pair.home
    post.transact(
        lambda unit: post.link.enqueue(unit, kind=kind, subject=subject, sections=sections, now_ms=post.now())
    )
    pair.pass_time()
    pair.pass_time()


def test_a_section_that_does_not_fit_is_mirrored_and_answered_with_its_place(pair: Pair) -> None:
    """The entry stays in the mirror with its body and has no effect; the outcome names code and path."""
    goods = {
        "regime": "ordinary",
        "goods": [{**VALUES[kinds.ANNOUNCED]["goods"]["goods"][0], "gross_mass_kg": "heavy"}],
    }
    crossing = "XBBBBBBBBBBBBBBBBBBBB"
    say_raw(pair, kinds.ANNOUNCED, crossing, {**VALUES[kinds.ANNOUNCED], "goods": goods})
    with pair.other.ledger.read() as reader:
        assert pair.other.standing.tracked(crossing, reader) is None
        (row,) = reader.mirror_entries("normal", start=0, limit=9)
    assert b"heavy" in (row.body or b"")
    (outcome,) = outcomes(pair.other)
    assert "refused" == outcome["verdict"]
    fault = {"code": "exchange.section_unfit", "path": "goods.goods.0.gross_mass_kg"}
    assert [fault] == outcome["findings"]


def test_a_value_that_does_not_fit_is_not_sealed(pair: Pair) -> None:
    """The writer looks before it seals, for a log cannot take an entry back: 50 reasons can be told, 51 cannot."""
    crossing = papered(pair)
    reasons = [{"code": f"reason-{number}"} for number in range(51)]
    before = entries(pair.other)
    answer = pair.say(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=reasons)
    assert ("failed", "malformed") == (answer.status, answer.error)
    assert before == entries(pair.other)
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=reasons[:50])


def test_an_announcement_that_is_taken_up_is_answered(pair: Pair) -> None:
    """Where the agreement sets a deadline, the writer learns also that all is well."""
    pair.declare()
    pair.pass_time()
    assert [{"codes": [], "verdict": "accepted"}] == outcomes(pair.other)


# --- versions ------------------------------------------------------------------------------


def old_release(pair: Pair, key: str) -> Pair:
    """Put a release in place of ``key`` that reads and writes the first version of each type only."""
    first = frozenset(kind for kind in READS if kind.endswith("/1"))
    pair.posts[key] = post_on(pair.posts[key].ledger, key, clock=pair.clocks[key], terms=pair.terms)
    pair.posts[key].link.reads = first
    return pair


def announced(pair: Pair) -> list[str]:
    return [kind for kind, _ in entries(pair.home) if family(kind) == "crossing.announced"]


def test_the_highest_version_that_both_read_is_written() -> None:
    """Before the partner has said what it reads the lowest agreed one is written, and the highest common one after."""
    pair = Pair()
    pair.declare(**part(1))
    pair.greet()
    pair.declare(**part(2, batch="SYN-B-2"))
    assert [kinds.ANNOUNCED_FIRST, kinds.ANNOUNCED] == announced(pair)


def test_an_old_release_still_gets_what_it_reads() -> None:
    """The new one writes version 1 for it, without the trip; what the old one writes is raised."""
    pair = old_release(Pair(), OTHER)
    pair.greet()
    crossing = pair.declare(**part(1))
    pair.pass_time()
    assert [kinds.ANNOUNCED_FIRST] == announced(pair)
    assert known(pair.other, crossing).declaration.trip is None
    reasons = [{"code": "laboratory_full", "path": "goods.0"}]
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=reasons)
    pair.pass_time()
    assert [kinds.DECLINED_FIRST] == [kind for kind, _ in entries(pair.other) if family(kind) == "crossing.declined"]
    (reason,) = known(pair.home, crossing).partner_declined
    assert ("laboratory_full", "") == (reason.code, reason.path)


def test_a_refusal_names_the_field_it_speaks_of(pair: Pair) -> None:
    """Between two new releases code and place arrive as they were given."""
    crossing = papered(pair)
    reasons = [{"code": "certificate_missing", "path": "documents"}]
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=reasons)
    pair.pass_time()
    (reason,) = known(pair.home, crossing).partner_declined
    assert ("certificate_missing", "documents") == (reason.code, reason.path)


def test_a_type_that_is_agreed_but_not_read_is_quarantined_and_answered() -> None:
    """The entry is mirrored without its body, has no effect, and the writer is told; the line goes on."""
    pair = old_release(Pair(), OTHER)
    crossing = "XBBBBBBBBBBBBBBBBBBBB"
    say_raw(pair, kinds.ANNOUNCED, crossing, VALUES[kinds.ANNOUNCED])
    with pair.other.ledger.read() as reader:
        (row,) = reader.mirror_entries("normal", start=0, limit=9)
        assert pair.other.standing.tracked(crossing, reader) is None
    assert row.body is None
    assert ["exchange.unsupported_type"] == outcomes(pair.other)[0]["codes"]
    pair.declare()
    pair.pass_time()
    assert 2 == len(outcomes(pair.other))


def test_a_release_that_does_not_know_an_agreed_type_starts_all_the_same() -> None:
    """A newer agreement is a warning for an older release, not the end of the line."""
    terms = agreement()
    newer = replace(terms.messages[0], kind="crossing.announced/9")
    pair = Pair(terms=replace(terms, messages=(*terms.messages, newer)))
    assert ["exchange.agreement_message_unknown"] == [found.code for found in pair.terms.check()]
    crossing = pair.declare()
    pair.pass_time()
    assert "announced" == pair.stage(pair.other, crossing)


def test_the_state_says_what_is_read_and_written() -> None:
    """Both lists are the types of this release."""
    pair = Pair()
    with pair.home.ledger.read() as reader:
        state = pair.home.link.exchange_state(reader, now_ms=pair.home.now())
    assert (sorted(READS), sorted(READS)) == (state["reads"], state["writes"])


@pytest.mark.parametrize("shown", [None, "crossing.announced/2", {"reads": 1}])
def test_a_state_that_says_nothing_of_types_changes_nothing(shown: object) -> None:
    """What was learned stays until something better is shown."""
    pair = Pair()
    pair.greet()
    pair.home.transact(lambda unit: pair.home.link.learn(unit, {"reads": shown}))
    with pair.home.ledger.read() as reader:
        assert kinds.ANNOUNCED == pair.home.link.spoken(reader, kinds.ANNOUNCED, now_ms=pair.home.now())


# --- who says what -------------------------------------------------------------------------


def test_a_message_of_the_wrong_role_has_no_effect(pair: Pair) -> None:
    """An exit post cannot accept, hold or receive its own crossing, whatever it writes."""
    crossing = papered(pair)
    wrong = [
        listed.kind
        for listed in CATALOGUE.values()
        if listed.sender is Sender.ENTRY and listed.kind.startswith("crossing.") and listed.kind in READS
    ]
    before = known(pair.other, crossing)
    for kind in wrong:
        say_raw(pair, kind, crossing, VALUES[kind])
    assert before == known(pair.other, crossing)
    refused = [outcome for outcome in outcomes(pair.other) if outcome["verdict"] == "refused"]
    assert len(wrong) == len(refused)
