"""Decisions about what is told to the partner and asked of it: discrepancies, certificates, files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatepair.base.canonical import encode
from gatepair.base.findings import Finding
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing import guards
from gatepair.crossing.context import Context
from gatepair.crossing.model import Stage
from gatepair.crossing.outcome import Outcome, refuse
from gatepair.crossing.paths import PathUnknownError, canonical_path, value_at
from gatepair.crossing.state import Crossing

SHOWN_MAX: Final = 280
"""Longest text shown of a declared value, in characters."""
_TOLD: Final = guards.WORKING | {Stage.DEPARTED, Stage.REFUSED}
"""Stages in which something may still be found and told."""


def report_discrepancy(crossing: Crossing, command: cmd.ReportDiscrepancy, context: Context, at_ms: int) -> Outcome:
    """Record what was found beside what is declared at the same place."""
    findings = list(guards.at_stage(crossing, _TOLD))
    path = canonical_path(command.path)
    declared = ""
    try:
        declared = _shown(crossing, path) if path else ""
    except PathUnknownError:
        findings.append(fi.PATH_UNKNOWN.at("path", field=command.path))
    known = (context.duty, command.code, path, command.found)
    if any(known == (one.duty, one.code, one.path, one.found) for one in crossing.discrepancies if not one.by_partner):
        findings.append(fi.NOTHING_CHANGED.at("discrepancies", what=command.code))
    if findings:
        return refuse(*findings)
    return (
        ev.DiscrepancyFound(
            at_ms=at_ms,
            duty=context.duty,
            code=command.code,
            path=path,
            declared=declared,
            found=command.found,
            actor=context.actor,
        ),
    )


def _shown(crossing: Crossing, path: str) -> str:
    value = value_at(path, declaration=crossing.declaration, binding=crossing.binding, driver=crossing.driver)
    return (value if isinstance(value, str) else encode(value).decode())[:SHOWN_MAX]


def ask_certificate(crossing: Crossing, command: cmd.AskCertificate, context: Context, at_ms: int) -> Outcome:
    """Ask the agency with the same duty over there about a document of the declaration, once."""
    findings = [*guards.at_stage(crossing, _TOLD), *_document_known(crossing, command)]
    if context.alone:
        findings.append(fi.NO_PARTNER.at("partner"))
    waiting = crossing.open_questions(by_partner=False)
    if any(asked.is_about(context.duty, command.kind, command.number) for asked in waiting):
        findings.append(fi.NOTHING_CHANGED.at("questions", what=command.number))
    if findings:
        return refuse(*findings)
    return (
        ev.CertificateAsked(
            at_ms=at_ms,
            duty=context.duty,
            kind=command.kind,
            number=command.number,
            text=command.text,
            actor=context.actor,
        ),
    )


def _document_known(crossing: Crossing, command: cmd.AskCertificate) -> Iterator[Finding]:
    known = {(document.kind, document.number) for document in crossing.declaration.documents}
    if (command.kind, command.number) not in known:
        yield fi.DOCUMENT_UNKNOWN.at("number", kind=command.kind, number=command.number)


def answer_certificate(crossing: Crossing, command: cmd.AnswerCertificate, context: Context, at_ms: int) -> Outcome:
    """Answer the partner's question to one's own duty."""
    waiting = crossing.open_questions(by_partner=True)
    if not any(asked.is_about(context.duty, command.kind, command.number) for asked in waiting):
        unknown = {"duty": context.duty.value, "kind": command.kind, "number": command.number}
        return refuse(fi.QUESTION_UNKNOWN.at("number", **unknown))
    return (
        ev.CertificateAnswered(
            at_ms=at_ms,
            duty=context.duty,
            kind=command.kind,
            number=command.number,
            verdict=command.verdict,
            text=command.text,
            actor=context.actor,
        ),
    )


def list_attachments(crossing: Crossing, command: cmd.ListAttachments, context: Context, at_ms: int) -> Outcome:
    """List files that are not listed yet."""
    findings = list(guards.at_stage(crossing, _TOLD))
    known = {attachment.sha256 for attachment in crossing.attachments}
    fresh = tuple(attachment for attachment in command.attachments if attachment.sha256 not in known)
    if not fresh:
        findings.append(fi.NOTHING_CHANGED.at("attachments", what="attachments"))
    if findings:
        return refuse(*findings)
    return (ev.AttachmentsListed(at_ms=at_ms, attachments=fresh, actor=context.actor),)
