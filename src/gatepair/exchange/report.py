"""The report of a verification: one verdict for each question that a verifier asks, and the findings behind them.

A report is plain canonical JSON, so that two verifiers of the same file can be compared byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.findings import Finding, Severity

FORMAT: Final = "gatepair/report/v1"


class Verdict(StrEnum):
    """The answer to a question; also the answer to the whole."""

    PROVED = "proved"
    INCOMPLETE = "incomplete"
    """Neither shown nor refuted: something is missing, or is not trusted."""
    CONTRADICTED = "contradicted"
    """Shown to be false, or two signed statements cannot both be true."""


EXIT_CODES: Final = {Verdict.PROVED: 0, Verdict.CONTRADICTED: 1, Verdict.INCOMPLETE: 2}
EXIT_USAGE: Final = 3
"""Exit code when the file or the policy cannot be read."""


class Question(StrEnum):
    """What is asked of an entry."""

    AUTHOR = "author"
    """Did the log's key sign a checkpoint over it?"""
    PLACE = "place"
    """Does it stand in that log at that index?"""
    KEYS = "keys"
    """Did the signing key count at that size?"""
    AGREEMENT = "agreement"
    """Is it what an agreement in force lists, and did trusted roots sign that?"""
    CUSTODY = "custody"
    """Did the partner state that it holds it?"""
    OUTCOME = "outcome"
    """Did the partner answer it?"""
    TIME = "time"
    """Between which moments was it written, without trusting its author's clock?"""
    SECTIONS = "sections"
    """Do the disclosed sections fit the digests in the header?"""


Verdicts = dict[str, Verdict]


class RootSigned(Struct, frozen=True):
    """One party's root under an agreement."""

    fingerprint: str
    side: str
    signed: bool
    trusted: bool


class AgreementReport(Struct, frozen=True):
    """What was found about an agreement."""

    hash: str
    id: str
    roots: tuple[RootSigned, ...]
    verdict: Verdict
    version: int


class LogReport(Struct, frozen=True):
    """What was found about a log: its last checkpoint, and how many lead up to it."""

    checkpoints: int
    entries: int
    origin: str
    receipts: int
    root: str
    size: int
    verdicts: Verdicts


class After(Struct, frozen=True, omit_defaults=True):
    """A lower bound in time: the entry was written when this much of the partner's log was there.

    ``at_ms`` is the newest time that the partner claims in an entry of that log below ``size``.
    """

    log: str
    size: int
    at_ms: int | None = None


class Answered(Struct, frozen=True, omit_defaults=True):
    """An entry of the partner that answers this one; of an outcome its verdict and codes, when disclosed."""

    index: int
    log: str
    type: str
    codes: tuple[str, ...] = ()
    verdict: str = ""


class EntryReport(Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """What was found about an entry; what cannot be read is left out."""

    index: int
    leaf: str
    log: str
    verdicts: Verdicts
    after: tuple[After, ...] = ()
    agreement: str = ""
    answers: tuple[Answered, ...] = ()
    at_ms: int | None = None
    """The author's claim."""
    before_s: int | None = None
    """Upper bound in time: when the partner stated that it holds the entry."""
    disclosed: tuple[str, ...] = ()
    id: str = ""
    subject: str = ""
    type: str = ""
    withheld: tuple[str, ...] = ()


class RecordedReport(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was found about an entry of a post's own ledger."""

    disclosed: bool
    ledger: str
    position: int
    verdicts: Verdicts
    actor: str = ""
    at_ms: int | None = None
    stream: str = ""
    type: str = ""


class Found(Struct, frozen=True):
    """A finding without its texts."""

    code: str
    params: dict[str, Any]
    path: str
    severity: Severity


class Report(Struct, frozen=True, kw_only=True):
    """What a verifier found in one file."""

    agreements: tuple[AgreementReport, ...]
    entries: tuple[EntryReport, ...]
    file: str
    """Format of the file."""
    findings: tuple[Found, ...]
    format: str
    logs: tuple[LogReport, ...]
    recorded: tuple[RecordedReport, ...]
    sha256: str
    """Of the file, in hex."""
    subject: str
    verdict: Verdict

    def encoded(self) -> bytes:
        """Return the report as canonical JSON."""
        return encode(self)


_WEIGHT: Final = {
    Severity.ERROR: Verdict.CONTRADICTED,
    Severity.WARNING: Verdict.INCOMPLETE,
    Severity.NOTE: Verdict.PROVED,
}
"""What a finding does to a verdict: an error refutes, a warning leaves open, a note changes nothing."""
_ORDER: Final = (Verdict.CONTRADICTED, Verdict.INCOMPLETE, Verdict.PROVED)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the weakest of ``verdicts``; of none, proved."""
    found = list(verdicts)
    return next((verdict for verdict in _ORDER if verdict in found), Verdict.PROVED) if found else Verdict.PROVED


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict that ``findings`` leave; without any it is proved."""
    return worst(_WEIGHT[finding.severity] for finding in findings)


def sorted_findings(findings: Sequence[Finding]) -> tuple[Found, ...]:
    """Return ``findings`` by path and code, so that two verifiers list them alike."""
    plain = [Found(each.code, dict(each.params), each.path, each.severity) for each in findings]
    return tuple(sorted(plain, key=lambda each: (each.path, each.code, encode(each.params))))
