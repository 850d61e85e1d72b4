"""The verifier: every way to be bad gets its verdict and its findings, and what is good is proved."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.pair import NOW_MS, key
from exchange.proofs import Story, policy, policy_text
from exchange.way import UNREADABLE, Way
from exchange.ways import ways
from gatepair.base.canonical import decode
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import LANGUAGES, REGISTRY
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import fingerprint
from gatepair.exchange.evidence import EVIDENCE_BYTES_MAX, decode_evidence
from gatepair.exchange.policy import POLICY_BYTES_MAX, parse_policy
from gatepair.exchange.report import EXIT_CODES, Question, Verdict
from gatepair.exchange.report_words import WORDS, lines
from gatepair.exchange.verify import verify

WAYS = {way.name: way for way in ways()}


def found(way: Way) -> tuple[int, tuple[str, ...]]:
    """Return the exit code and the findings, as the command line would give them."""
    try:
        report = verify(way.raw, parse_policy(way.policy_text().encode()))
    except (Malformed, TooLarge):
        return UNREADABLE, ()
    return EXIT_CODES[report.verdict], tuple(f"{each.path} {each.code}" for each in report.findings)


@pytest.mark.parametrize("name", WAYS)
def test_each_way(name: str) -> None:
    """The exit code is that of the case, and the findings are those and no others."""
    way = WAYS[name]
    code, findings = found(way)
    assert (way.exit, way.findings) == (code, findings)


def test_every_verdict_and_finding_has_its_way() -> None:
    """No finding of the verifier is without a file that gets it, and each exit code is met."""
    given_codes = {line.split()[-1] for way in WAYS.values() for line in way.findings}
    assert {code for code in REGISTRY if code.startswith("evidence.")} == given_codes
    assert {0, 1, 2, 3} == {way.exit for way in WAYS.values()}


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_is_believed(place: int, change: int) -> None:
    """Whatever byte of a file is changed: it is no longer proved, or nothing that is proved was touched."""
    raw = bytearray(Story().raw())
    place %= len(raw)
    raw[place] ^= change
    code, _ = found(Way("changed", bytes(raw), 0))
    if code == EXIT_CODES[Verdict.PROVED]:
        changed, good = json.loads(raw), json.loads(Story().raw())
        for name in ("made_at_ms", "made_by", "subject"):
            del changed[name], good[name]
        assert good == changed or _only_unknown_lines(good, changed)


def _only_unknown_lines(good, changed) -> bool:
    """Tell whether the two differ in signature lines only, of which one became that of an unknown key."""
    texts = {
        which: [note.partition("\n\n")[0] for log in value["logs"] for note in log["checkpoints"]]
        for which, value in (("good", good), ("changed", changed))
    }
    for value in (good, changed):
        for log in value["logs"]:
            del log["checkpoints"]
    return texts["good"] == texts["changed"] and good == changed


def test_a_report_is_the_same_every_time() -> None:
    """Two runs give the same bytes, canonical, with the hash of the file."""
    raw = Story().raw()
    report = verify(raw, policy())
    assert sha256(raw).hexdigest() == report.sha256
    assert report.encoded() == verify(raw, policy()).encoded()
    assert json.loads(report.encoded()) == decode(report.encoded(), max_bytes=1 << 20)


def test_the_questions_of_an_entry() -> None:
    """An entry with a deadline is asked all eight questions, one without is not asked for its outcome."""
    announced, released, outcome = verify(Story().raw(), policy()).entries
    assert set(Question) == set(announced.verdicts)
    assert set(Question) - {Question.OUTCOME} == set(released.verdicts) == set(outcome.verdicts)


def test_time_is_bracketed_without_the_authors_clock() -> None:
    """The release lies after the acceptance that its author had heard, and before the partner's receipt."""
    released = verify(Story().raw(), policy()).entries[1]
    (after,) = released.after
    assert (NOW_MS + 30_000, 1) == (after.at_ms, after.size)
    assert NOW_MS // 1000 + 65 == released.before_s


def test_the_first_receipt_over_an_entry_counts() -> None:
    """Of several receipts over an entry the earliest bounds its time."""
    announced, released, _ = verify(Story().raw(), policy()).entries
    assert [NOW_MS // 1000 + 5, NOW_MS // 1000 + 65] == [announced.before_s, released.before_s]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_reads_in_each_language(language) -> None:
    """Every line of every case can be written; the first says the verdict."""
    for way in WAYS.values():
        if way.exit != UNREADABLE:
            report = verify(way.raw, parse_policy(way.policy_text().encode()))
            told = list(lines(report, language))
            assert told[0].startswith(WORDS[f"verdict.{report.verdict.value}"][language])
            assert not [line for line in told if "{" in line]


def test_many_entries_are_told_in_short() -> None:
    """Of a long file only what is not proved is told entry by entry."""
    story = Story()
    for number in range(60):
        story.say(story.north, "crossing.released/1", f"R{number}", subject=f"Y{number}")
    story.north.shown = list(range(len(story.north.rows)))
    story.north.receipts = {2: NOW_MS // 1000, len(story.north.rows): NOW_MS // 1000 + 9}
    told = list(lines(verify(story.raw(), policy()), "en"))
    assert "63 more entries of which everything is proved" in told
    # X0 was never answered, so it alone is told in full.
    assert ["crossing.announced/1 about X0: entry 0 of n.example/north-post/trial/normal#1"] == [
        line for line in told if line.startswith("crossing.")
    ]


def test_words_are_whole() -> None:
    """Each question has its name and a sentence for each verdict."""
    for question in Question:
        assert f"question.{question.value}" in WORDS
        assert all(f"{question.value}.{verdict.value}" in WORDS for verdict in Verdict)


def test_a_file_over_its_limit_is_not_read() -> None:
    """64 MiB and one byte are too large."""
    with pytest.raises(TooLarge):
        decode_evidence(b" " * (EVIDENCE_BYTES_MAX + 1))


# --- policies ------------------------------------------------------------------------------


def test_a_root_is_named_in_three_ways() -> None:
    """Fingerprint (in groups or not), public key and verifier key name the same root."""
    public = key(1).public
    printed = fingerprint(public)
    groups = " ".join(printed[at : at + 4] for at in range(0, 32, 4))
    vkey = notes.to_vkey("n.example/root", notes.SignatureKind.ED25519, public)
    for name in (printed, groups, public.hex(), vkey):
        believed = parse_policy(f"root n.example {name}\n".encode())
        assert believed.trusts("n.example", public)
        assert not believed.trusts("s.example", public)
        assert not believed.trusts("n.example", key(2).public)


def test_a_side_may_have_two_roots() -> None:
    """A root and its successor are both believed."""
    two = "".join(f"root n.example {fingerprint(key(number).public)}\n" for number in (1, 7))
    believed = parse_policy(two.encode())
    assert [True, True, False] == [believed.trusts("n.example", key(number).public) for number in (1, 7, 8)]


def test_what_a_policy_leaves_out() -> None:
    """All roots are asked for, receipts as the file has them, outcomes not; comments, spaces and line ends do not matter."""
    plain, spaced = (
        parse_policy(policy_text().encode()),
        parse_policy(("\r\n  # c\r\n" + policy_text().replace("\n", "  \r\n")).encode()),
    )
    assert plain == spaced
    assert (True, None, None, False) == (plain.all_roots, plain.receipts, plain.receipt_within_s, plain.outcomes)


def test_a_bad_line_is_named() -> None:
    """The message names the line by its number, counted from 1."""
    with pytest.raises(Malformed, match="line 4 of the policy"):
        parse_policy((policy_text() + "nonsense\n").encode())


def test_a_policy_has_its_limit() -> None:
    """64 KiB are read, one byte more is too large."""
    comment = b"#" * (POLICY_BYTES_MAX - len(policy_text())) + b""
    assert parse_policy(policy_text().encode() + comment).roots
    with pytest.raises(TooLarge):
        parse_policy(policy_text().encode() + comment + b"#")
