"""What is said before people sign: completeness, signatures, dates, succession."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from exchange.pair import ANNOUNCED, NORTH, NOW_MS, SOUTH, agreement, key
from gatepair.base.findings import Severity
from gatepair.exchange.agreement import Agreement, Mode
from gatepair.exchange.agreement_check import (
    complete_findings,
    date_findings,
    hash_findings,
    signable,
    signature_findings,
    succession_findings,
)
from gatepair.exchange.messages import OUTCOME
from gatepair.exchange.note import Note

DAY_MS = 86_400_000
NORTH_ROOT, SOUTH_ROOT = key(1), key(4)


def found(findings) -> list[tuple[str, str]]:
    """Return code and path of each finding."""
    return [(finding.code.removeprefix("exchange."), finding.path) for finding in findings]


def signed(terms: Agreement) -> Note:
    """Return the note with both roots' lines."""
    return Note(terms.note_text(), (terms.sign("n.example", NORTH_ROOT), terms.sign("s.example", SOUTH_ROOT)))


def test_the_default_agreement_is_complete() -> None:
    """What `new` writes by default can be signed as it is."""
    assert [] == found(complete_findings(agreement()))


def test_each_step_must_be_said() -> None:
    """A paired agreement says for each step how old a word may be; a mirrored one rests no step on a word."""
    terms = agreement()
    rest = {step: row for step, row in terms.staleness.items() if step != "entry_decision"}
    assert [("agreement_step_missing", "staleness.entry_decision")] == found(
        complete_findings(replace(terms, staleness=rest))
    )
    assert [] == found(complete_findings(replace(terms, staleness={}, mode=Mode.MIRRORED)))


def test_a_step_nobody_knows_is_found() -> None:
    """A promise that no software keeps is not signed."""
    terms = agreement()
    more = {**terms.staleness, "depart": terms.staleness["release_for_exit"]}
    findings = complete_findings(replace(terms, staleness=more))
    assert [("agreement_step_unknown", "staleness.depart")] == found(findings)
    assert not signable(findings)


def test_a_deadline_needs_somebody_who_may_answer() -> None:
    """Who is asked for an answer must be allowed to send one."""
    terms = agreement()
    without = replace(terms, messages=tuple(each for each in terms.messages if each.kind != OUTCOME))
    findings = complete_findings(without)
    asking = [index for index, each in enumerate(without.messages) if each.outcome_deadline_s is not None]
    places = [f"messages.{index}.outcome_deadline_s" for index in asking for _ in (NORTH, SOUTH)]
    assert [("agreement_outcome_missing", place) for place in places] == found(findings)
    assert signable(findings)
    one_way = replace(terms.messages[0], senders=(NORTH,))
    findings = complete_findings(replace(without, messages=(one_way,)))
    assert [SOUTH] == [finding.params["post"] for finding in findings]


@pytest.mark.parametrize(("days", "count"), [(90, 0), (91, 1)])
def test_longer_retention_than_usual_is_pointed_out(days: int, count: int) -> None:
    """Keeping what names persons for longer than the catalogue says is possible, and said aloud."""
    terms = agreement()
    longer = replace(terms.messages[0], retention_days=days)
    findings = complete_findings(replace(terms, messages=(longer, *terms.messages[1:])))
    assert [("agreement_retention_long", "messages.0.retention_days")] * count == found(findings)


def test_both_roots_sign_the_same_bytes() -> None:
    """Two true lines are enough; one missing line is named by its party."""
    terms = agreement()
    both = signed(terms)
    assert [] == found(signature_findings(terms, both))
    for index in (0, 1):
        alone = Note(both.text, (both.lines[1 - index],))
        assert [("agreement_not_signed", f"parties.{index}.root_key")] == found(signature_findings(terms, alone))


def test_a_changed_agreement_is_not_the_signed_one() -> None:
    """One changed day of retention and the signatures are for another text."""
    terms = agreement()
    changed = replace(terms.messages[0], retention_days=89)
    other = replace(terms, messages=(changed, *terms.messages[1:]))
    assert [("agreement_other_signed", "")] == found(signature_findings(other, signed(terms)))


def test_a_false_line_is_no_signature() -> None:
    """A line under the right name with another key, or with a bent signature, does not count."""
    terms = agreement()
    both = signed(terms)
    stranger = terms.sign("s.example", key(9))
    findings = signature_findings(terms, Note(both.text, (both.lines[0], stranger)))
    assert [("agreement_not_signed", "parties.1.root_key"), ("agreement_signer_unknown", "signatures.1")] == found(
        findings
    )
    bent = replace_blob(both, 1)
    assert [("agreement_not_signed", "parties.1.root_key")] == found(signature_findings(terms, bent))


def replace_blob(note: Note, index: int) -> Note:
    """Return ``note`` with one bit of one signature turned."""
    lines = list(note.lines)
    blob = lines[index].blob
    lines[index] = type(lines[index])(lines[index].name, lines[index].key_id, bytes([blob[0] ^ 1]) + blob[1:])
    return Note(note.text, tuple(lines))


def test_a_witness_may_sign_too() -> None:
    """A third line is a warning, not an error: it counts for nothing."""
    terms = agreement()
    findings = signature_findings(terms, signed(terms).plus(terms.sign("notary.example", key(9))))
    assert [("agreement_signer_unknown", "signatures.2")] == found(findings)
    assert signable(findings)


def test_the_hash_is_compared_by_what_people_read() -> None:
    """Sixteen digits are enough, spaces and capitals do not matter; fewer, or others, are refused."""
    terms = agreement()
    digits = terms.hash().hex()
    for good in (digits, digits[:16], f"{digits[:8].upper()} {digits[8:24]}"):
        assert [] == found(hash_findings(terms, good))
    for bad in (digits[:15], "0" * 64, "", digits + "0"):
        assert [("agreement_other_hash", "")] == found(hash_findings(terms, bad))


def test_dates_are_read_against_now() -> None:
    """Before: a note; without end: a note; at the end and after: an error."""
    terms = replace(agreement(), valid_from_ms=NOW_MS, valid_until_ms=NOW_MS + DAY_MS)
    assert [("agreement_begins_later", "valid_from_ms")] == found(date_findings(terms, NOW_MS - 1))
    assert [] == found(date_findings(terms, NOW_MS))
    assert [] == found(date_findings(terms, NOW_MS + DAY_MS - 1))
    assert [("agreement_over", "valid_until_ms")] == found(date_findings(terms, NOW_MS + DAY_MS))
    assert not signable(date_findings(terms, NOW_MS + DAY_MS))
    endless = date_findings(replace(terms, valid_until_ms=None), NOW_MS)
    assert [Severity.NOTE] == [finding.severity for finding in endless]


@pytest.mark.parametrize(
    ("start", "codes"),
    [(-1, ["agreement_overlap"]), (0, []), (1, ["agreement_gap"])],
)
def test_a_version_follows_with_an_overlap_and_no_gap(start: int, codes: list[str]) -> None:
    """Two periods overlap, meet, or leave a hole in which nothing is sent."""
    before = replace(agreement(), valid_until_ms=NOW_MS)
    after = replace(agreement(), version=2, valid_from_ms=NOW_MS + start)
    assert codes == [code for code, _ in found(succession_findings(before, after))]


def test_an_endless_predecessor_overlaps_for_ever() -> None:
    """Without an end of either, the overlap has none."""
    after = replace(agreement(), version=2, valid_from_ms=NOW_MS)
    findings = succession_findings(agreement(), after)
    assert ["∞"] == [finding.params["until"] for finding in findings]


def test_a_version_names_one_text() -> None:
    """Another text under a version that was used is an error; the same text is not another one."""
    before = agreement()
    after = replace(before, valid_from_ms=NOW_MS)
    assert [] == found(succession_findings(before, before))
    findings = succession_findings(before, after)
    assert ("agreement_version_reused", "version") in found(findings)
    assert not signable(findings)


def test_agreements_of_other_pairs_are_not_compared() -> None:
    """What two other posts agreed neither follows nor precedes."""
    stranger = replace(agreement().parties[1], post="west-post")
    other = replace(agreement(), parties=(agreement().parties[0], stranger))
    assert [("agreement_other_pair", "parties")] == found(succession_findings(agreement(), other))


def test_findings_of_the_node_come_too() -> None:
    """What makes an agreement unusable for a node is found before it is signed."""
    terms = agreement()
    odd = replace(terms.messages[0], sections=("route", "secret"))
    findings = complete_findings(replace(terms, messages=(odd, *terms.messages[1:])))
    assert [("agreement_section_unknown", "messages.0.sections")] == found(findings)
    assert {"section": "secret", "type": ANNOUNCED} == dict(findings[0].params)
