"""What the partner's messages mean here: one pure function from an opened envelope to a command.

A section that was withheld leaves its default; a message that lacks what it needs is answered
with an outcome, never refused from the mirror (a log with a refused entry is a dead log).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.errors import GatepairError, Malformed
from gatepair.base.findings import REGISTRY, Finding
from gatepair.crossing import commands as cmd
from gatepair.crossing.commands import CrossingCommand
from gatepair.exchange import fitting, versions
from gatepair.exchange import messages as kinds
from gatepair.node import findings as say
from gatepair.node import parking
from gatepair.node.handling import handle
from gatepair.node.requests import Actor, Answer, Request
from gatepair.operations import commands as gate

if TYPE_CHECKING:
    from gatepair.exchange.envelope import Opened
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder

_NO_PARTIES: Final = {"exporter": "withheld", "importer": "withheld"}
_PLAIN: Final[Mapping[str, tuple[type[CrossingCommand], str]]] = {
    kinds.ACCEPTED: (cmd.RecordPartnerAcceptance, ""),
    kinds.DECLINED: (cmd.RecordPartnerDecline, "reasons"),
    kinds.RELEASED: (cmd.RecordPartnerRelease, ""),
    kinds.DISPUTED: (cmd.RecordPartnerDispute, "dispute"),
    kinds.REFUSED: (cmd.RecordPartnerRefusal, "refusal"),
    kinds.CANCELLED: (cmd.RecordPartnerCancellation, "reason"),
    kinds.CORRECTED: (cmd.RecordPartnerCorrection, "correction"),
    kinds.CLOSED: (cmd.RecordPartnerClosing, ""),
    kinds.STATUS: (cmd.RecordPartnerStatus, "status"),
    kinds.SEAL: (cmd.RecordPartnerSeal, "seal"),
    kinds.DISCREPANCY: (cmd.RecordPartnerDiscrepancy, "discrepancy"),
    kinds.HELD: (cmd.RecordPartnerHold, "hold"),
    kinds.LIFTED: (cmd.RecordPartnerLift, "lift"),
    kinds.INSPECTED: (cmd.RecordPartnerInspection, "inspection"),
    kinds.CERTIFICATE_ASKED: (cmd.RecordPartnerQuestion, "question"),
    kinds.CERTIFICATE_ANSWERED: (cmd.RecordPartnerAnswer, "answer"),
    kinds.ATTACHMENTS: (cmd.RecordPartnerAttachments, "attachments"),
}
"""Messages whose one section has the fields of the command."""

_GATE: Final[Mapping[str, tuple[type[gate.PartnerGateCommand], str]]] = {
    kinds.ROUTE_STOPPED: (gate.RecordPartnerStop, "stop"),
    kinds.ROUTE_REOPENED: (gate.RecordPartnerReopening, "stop"),
    kinds.QUOTA_ANNOUNCED: (gate.RecordPartnerQuota, "quota"),
    kinds.CAPACITY_ANNOUNCED: (gate.RecordPartnerCapacity, "capacity"),
    kinds.ROUTE_STATE: (gate.RecordPartnerCondition, "condition"),
    kinds.HOURS: (gate.RecordPartnerHours, "hours"),
    kinds.ALERT: (gate.RecordPartnerAlert, "alert"),
    kinds.NOTE: (gate.RecordPartnerNote, "note"),
    kinds.STATISTICS: (gate.RecordPartnerStatistics, "statistics"),
}


def deliver(post: Post, recorder: Recorder, opened: Opened) -> None:
    """Let one mirrored entry have its effect; what cannot be done is answered with an outcome.

    While the post recovers, what does not fit yet is parked instead (:mod:`gatepair.node.parking`).
    """
    behind = post.recovering and parking.is_parked(recorder.unit, opened.subject)
    if behind or not _settled(post, recorder, opened):
        parking.park(recorder.unit, opened)


def _settled(post: Post, recorder: Recorder, opened: Opened) -> bool:
    """Let an entry have its effect or its answer; False when it must wait for what is given again."""
    if post.recovering and post.is_early(recorder.unit, opened):
        return False
    findings = effect(post, recorder, opened)
    if post.recovering and parking.may_fit_later(findings):
        return False
    if findings:
        post.link.answer(recorder.unit, opened, findings, now_ms=post.now())
    return True


def retry_parked(post: Post, recorder: Recorder, *, subject: str = "") -> None:
    """Try what is parked (about ``subject``) again until nothing more fits."""
    while parking.retry(recorder.unit, partial(_settled, post, recorder), subject=subject):
        pass


def answer_parked(post: Post, recorder: Recorder) -> None:
    """Deliver what is still parked for good, now that the recovery is finished."""
    for opened in parking.clear(recorder.unit):
        deliver(post, recorder, opened)


def effect(post: Post, recorder: Recorder, opened: Opened, *, by: str = "partner") -> tuple[Finding, ...]:
    """Let an entry have its effect and return what stands against it; ``by`` names in the ledger the way it came."""
    leaf = opened.leaf.hex()
    unfit = fitting.faults(opened.type, opened.sections)
    if unfit:
        return unfit
    kind, sections = versions.raised(opened.type, opened.sections)
    try:
        command = command_of(kind, opened.subject, sections, leaf=leaf, at_ms=opened.at_ms)
        if command is None:
            return ()
        partner = Actor(id=f"{post.plan.partner_of(post.post)}/{by}", duty=Duty.PARTNER, post=post.post)
        answer = handle(post, recorder, Request(f"P-{leaf}", command, partner))
    except GatepairError as error:
        if error.http_status >= 500:
            raise
        return (say.PARTNER_MESSAGE_UNUSABLE.at(opened.type, code=error.code),)
    if not answer.findings and post.link.asks_outcome(opened.type, now_ms=post.now()):
        post.link.answer(recorder.unit, opened, (), now_ms=post.now())
    return _findings_of(answer)


def _findings_of(answer: Answer) -> tuple[Finding, ...]:
    return tuple(Finding(REGISTRY[found["code"]], found["path"], found["params"]) for found in answer.findings)


def command_of(kind: str, subject: str, sections: Mapping[str, Any], *, leaf: str, at_ms: int) -> Struct | None:
    """Return the command that a message of the newest version stands for; None when it asks for no act.

    Raises:
        Malformed: when a section does not have the fields of its type.
    """
    base: dict[str, Any] = {"leaf": leaf, "partner_at_ms": at_ms}
    try:
        if kind in _GATE:
            gate_type, section = _GATE[kind]
            return msgspec.convert({**sections.get(section, {}), **base, "type": gate_type.__name__}, gate_type)
        base["crossing"] = subject
        if kind in _PLAIN:
            plain_type, section = _PLAIN[kind]
            fields = sections.get(section, {}) if section else {}
            return msgspec.convert({**fields, **base, "type": plain_type.__name__}, plain_type)
        match kind:
            case kinds.ANNOUNCED:
                return _announcement(sections, base)
            case kinds.DEPARTED:
                return _departure(sections, base)
            case kinds.RECEIVED:
                condition = sections.get("handover", {}).get("condition", "sound")
                return msgspec.convert(
                    {**base, "condition": condition, "type": "RecordPartnerReceipt"}, cmd.RecordPartnerReceipt
                )
            case _:
                return None
    except msgspec.ValidationError as error:
        raise Malformed(f"the partner's {kind} does not have the fields of its type: {error}", type=kind) from error


def _announcement(sections: Mapping[str, Any], base: dict[str, Any]) -> Struct:
    goods = sections.get("goods", {"regime": "ordinary", "goods": []})
    declaration = {
        "regime": goods["regime"],
        "goods": goods["goods"],
        "parties": sections.get("parties", _NO_PARTIES),
        "documents": sections.get("documents", {}).get("documents", []),
        "synthetic": goods.get("synthetic", False),
        "trip": sections.get("trip"),
    }
    fields = {
        **base,
        **sections.get("route", {}),
        "declaration": declaration,
        "binding": sections.get("binding", {}),
        "driver": sections.get("driver"),
        "type": "RecordPartnerAnnouncement",
    }
    return msgspec.convert(fields, cmd.RecordPartnerAnnouncement)


def _departure(sections: Mapping[str, Any], base: dict[str, Any]) -> Struct:
    departure = sections.get("departure", {})
    fields = {
        **base,
        "lane": departure.get("lane", ""),
        "rested": departure.get("rested", {}),
        "seals": sections.get("seals", {}).get("seals", []),
        "type": "RecordPartnerDeparture",
    }
    return msgspec.convert(fields, cmd.RecordPartnerDeparture)
