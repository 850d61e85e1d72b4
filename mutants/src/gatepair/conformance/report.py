"""The report of a trial: canonical JSON with every verdict, and a note over it that the kit's key signs."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from msgspec import Struct

from gatepair import __version__
from gatepair.base.canonical import decode_strictly_as, encode
from gatepair.base.errors import EnvelopeRejected
from gatepair.base.time import Instant, rfc3339
from gatepair.conformance.scenario import Scenario, Verdict
from gatepair.exchange import note as notes
from gatepair.exchange.note import LineVerifier
from gatepair.exchange.signer import SigningKey

NAME: Final = "gatepair/conformance"
"""Key name under which a kit signs its reports."""
REPORT_BYTES_MAX: Final = 1 << 20
REASON_MAX: Final = 400
_MARK: Final = "gatepair/conformance/v1"


class Played(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scenario and what came of it."""

    number: str
    name: str
    clauses: tuple[str, ...]
    does: str
    expects: str
    verdict: Verdict
    reason: str
    """Why it failed or was not played; empty when it passed."""
    took_ms: int

    @classmethod
    def of(cls, scenario: Scenario, verdict: Verdict, *, reason: str, took_ms: int) -> Played:
        """Return what came of ``scenario``."""
        return cls(
            number=scenario.number,
            name=scenario.name,
            clauses=scenario.clauses,
            does=scenario.does,
            expects=scenario.expects,
            verdict=verdict,
            reason=reason[:REASON_MAX],
            took_ms=took_ms,
        )


class Report(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What came of one trial."""

    kit: str
    """Version of the kit."""
    protocol: int
    role: str
    url: str
    post: str
    agreement: str
    """Hash of the trial's agreement, hex."""
    begun_at_ms: int
    ended_at_ms: int
    scenarios: tuple[Played, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every scenario passed; one that was not played counts as not passed."""
        return bool(self.scenarios) and all(played.verdict is Verdict.PASSED for played in self.scenarios)

    def count(self, verdict: Verdict) -> int:
        """Return how many scenarios came out so."""
        return sum(played.verdict is verdict for played in self.scenarios)

    def note_text(self) -> str:
        """Return the text that is signed: a mark, the role, the verdict, the hash of the report."""
        verdict = "passed" if self.passed else "not passed"
        return f"{_MARK}\n{self.role}\n{verdict}\n{sha256(encode(self)).hexdigest()}\n"


class SignedReport(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report with its note and the key that verifies it, as it is written to a file."""

    key: str
    """Verifier key of the kit, as of signed notes; believe it only where you know it from elsewhere."""
    note: str
    report: Report

    def encoded(self) -> bytes:
        """Return the bytes of the file."""
        return encode(self)


def sign_report(report: Report, key: SigningKey) -> SignedReport:
    """Return ``report`` signed by the kit's ``key``."""
    text = report.note_text()
    note = notes.Note(text, (notes.sign(text, name=NAME, key=key),))
    vkey = notes.to_vkey(NAME, notes.SignatureKind.ED25519, key.public)
    return SignedReport(key=vkey, note=note.to_text(), report=report)


def read_report(raw: bytes, verifier: LineVerifier | None = None) -> SignedReport:
    """Return the signed report in ``raw``, verified by ``verifier`` or else by the key that it brings along.

    Raises:
        TooLarge: over 1 MiB.
        Malformed: it is no report in canonical form.
        EnvelopeRejected: the note does not verify, or is over another report.
    """
    read = decode_strictly_as(SignedReport, raw, max_bytes=REPORT_BYTES_MAX)
    signed = notes.parse(read.note)
    notes.verify(signed, verifier or notes.from_vkey(read.key))
    if signed.text != read.report.note_text():
        raise EnvelopeRejected("the note is over another report")
    return read


def new_report(
    *, role: str, url: str, post: str, agreement: str, begun_at_ms: int, ended_at_ms: int, played: Iterable[Played]
) -> Report:
    """Return the report of a trial that this version of the kit played."""
    return Report(
        kit=__version__,
        protocol=1,
        role=role,
        url=url,
        post=post,
        agreement=agreement,
        begun_at_ms=begun_at_ms,
        ended_at_ms=ended_at_ms,
        scenarios=tuple(played),
    )


def summary(report: Report) -> str:
    """Return the report for people: one line a scenario, and what failed with its clauses."""
    marks = {Verdict.PASSED: "passed ", Verdict.FAILED: "FAILED ", Verdict.NOT_RUN: "NOT RUN"}
    lines = [
        f"Conformance of {report.post} at {report.url} as {report.role}, protocol {report.protocol}",
        f"{rfc3339(Instant(report.begun_at_ms))} to {rfc3339(Instant(report.ended_at_ms))}, kit {report.kit}",
        "",
    ]
    for played in report.scenarios:
        lines.append(f"{marks[played.verdict]} {played.number}  {played.name.replace('_', ' ')}")
        if played.verdict is not Verdict.PASSED:
            lines.append(f"             clauses {', '.join(played.clauses)}: {played.does}")
            lines.append(f"             {played.expects}")
            lines.append(f"             {played.reason}")
    counts = ", ".join(f"{report.count(verdict)} {verdict.value.replace('_', ' ')}" for verdict in Verdict)
    return "\n".join([*lines, "", f"{counts}."]) + "\n"
