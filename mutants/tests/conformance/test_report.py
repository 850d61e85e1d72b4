"""The report of a trial: passed only when all passed, signed, and nothing of it can be changed."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.pair import key
from gatepair.base.canonical import encode
from gatepair.base.errors import EnvelopeRejected, Malformed
from gatepair.conformance.report import NAME, Played, Report, new_report, read_report, sign_report, summary
from gatepair.conformance.scenario import SCENARIOS, Verdict
from gatepair.exchange.note import LogVerifier


def played(verdict: Verdict, *, number: str = "R05", reason: str = "") -> Played:
    return Played.of(SCENARIOS[number], verdict, reason=reason, took_ms=7)


def report(*verdicts: Verdict) -> Report:
    return new_report(
        role="receiver",
        url="http://127.0.0.1:1",
        post="north",
        agreement="00" * 32,
        begun_at_ms=0,
        ended_at_ms=1_000,
        played=[played(verdict) for verdict in verdicts],
    )


@pytest.mark.parametrize(
    ("verdicts", "passed"),
    [
        ([], False),
        ([Verdict.PASSED, Verdict.PASSED], True),
        ([Verdict.PASSED, Verdict.FAILED], False),
        ([Verdict.PASSED, Verdict.NOT_RUN], False),
    ],
)
def test_passed_means_that_all_passed(verdicts: list[Verdict], *, passed: bool) -> None:
    """A scenario that was not played counts as not passed, and so does a report without any."""
    found = report(*verdicts)
    assert passed is found.passed
    assert (passed is True) is ("\npassed\n" in found.note_text())


def test_a_signed_report_is_read_back() -> None:
    """By the key that it brings along, or by one that the reader knows."""
    signed = sign_report(report(Verdict.PASSED), key(1))
    assert signed == read_report(signed.encoded())
    assert signed == read_report(signed.encoded(), LogVerifier(NAME, key(1).public))


def test_another_key_is_not_believed() -> None:
    """A reader who knows the kit's key takes no other."""
    signed = sign_report(report(Verdict.PASSED), key(1))
    with pytest.raises(EnvelopeRejected):
        read_report(signed.encoded(), LogVerifier(NAME, key(2).public))


def test_a_changed_verdict_is_found() -> None:
    """The note is over the whole report."""
    signed = sign_report(report(Verdict.FAILED), key(1))
    better = structs.replace(signed, report=report(Verdict.PASSED))
    with pytest.raises(EnvelopeRejected, match="another report"):
        read_report(better.encoded())


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", encode(report(Verdict.PASSED)) + b" "])
def test_what_is_no_report_is_malformed(raw: bytes) -> None:
    """Anything else is refused as malformed."""
    with pytest.raises(Malformed):
        read_report(raw)


def test_the_summary_tells_what_failed_and_why() -> None:
    """People read the clauses and the reason of what failed, and the counts."""
    found = structs.replace(
        report(), scenarios=(played(Verdict.PASSED), played(Verdict.FAILED, number="R09", reason="it was silent"))
    )
    text = summary(found)
    assert "passed  R05  in order" in text
    assert "FAILED  R09  reordered" in text
    assert "clauses 8.6, 9.1" in text
    assert "it was silent" in text
    assert "1 passed, 1 failed, 0 not run." in text
