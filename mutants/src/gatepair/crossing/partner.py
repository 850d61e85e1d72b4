"""What the partner's entries become here. A fact that fits is recorded; one that contradicts is a finding.

The partner's entry stays in the mirror either way; the finding goes back as its outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gatepair.base.duties import Duty
from gatepair.base.findings import Finding
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing import guards
from gatepair.crossing.claims import claims_touched
from gatepair.crossing.context import Context
from gatepair.crossing.declaring import correction, declared, lane_fits
from gatepair.crossing.model import OPEN_STAGES, Onward, Stage
from gatepair.crossing.moving import ONWARD_OUTCOMES
from gatepair.crossing.outcome import Outcome, refuse
from gatepair.crossing.state import BEFORE_GATE, Crossing
from gatepair.plan.model import Role

_OUTGOING = BEFORE_GATE | {Stage.ARRIVED, Stage.DEPARTED}
_COMING = frozenset({Stage.ANNOUNCED, Stage.ARRIVED})


def _fits(crossing: Crossing, command: cmd.PartnerCommand, role: Role, stages: Iterable[Stage]) -> Iterator[Finding]:
    """Find a message that does not belong to our role, or to the stage the crossing is at here."""
    if crossing.role is not role:
        yield from guards.at_role(crossing, role)
    elif crossing.stage not in stages:
        yield _contradicts(crossing, command)


def _contradicts(crossing: Crossing, command: cmd.PartnerCommand) -> Finding:
    return fi.PARTNER_CONTRADICTS.at("stage", message=type(command).__name__, stage=crossing.stage.value)


def told(
    event: type[ev.CrossingEvent], role: Role | None = None, stages: Iterable[Stage] = OPEN_STAGES
) -> Callable[[Crossing, cmd.PartnerCommand, Context, int], Outcome]:
    """Return the decision that records the partner's word as ``event``, whose fields are those of the order.

    ``role`` is what this post must be for the crossing; without it either side may say so.
    """

    def decide(crossing: Crossing, command: cmd.PartnerCommand, _context: Context, at_ms: int) -> Outcome:
        findings = tuple(_fits(crossing, command, role or crossing.role, stages))
        fields = {name: getattr(command, name) for name in event.__struct_fields__ if hasattr(command, name)}
        return refuse(*findings) if findings else (event(**{**fields, "at_ms": at_ms}),)

    return decide


status_told = told(ev.PartnerStatusTold, Role.ENTRY, _COMING)
seal_told = told(ev.PartnerSealTold)
held = told(ev.PartnerHeld, Role.EXIT)
lifted = told(ev.PartnerLifted, Role.EXIT)
inspected = told(ev.PartnerInspected)
discrepancy_told = told(ev.DiscrepancyFound)
certificate_asked = told(ev.CertificateAsked)
attachments_listed = told(ev.AttachmentsListed)


def certificate_answered(crossing: Crossing, command: cmd.RecordPartnerAnswer, context: Context, at_ms: int) -> Outcome:
    """Record the answer to a question that was asked here."""
    asked = crossing.open_questions(by_partner=False)
    if not any(one.is_about(command.duty, command.kind, command.number) for one in asked):
        return refuse(_contradicts(crossing, command))
    return told(ev.CertificateAnswered)(crossing, command, context, at_ms)


def announce(command: cmd.RecordPartnerAnnouncement, context: Context, at_ms: int) -> Outcome:
    """Take up a crossing that the partner declared towards us."""
    role = context.plan.role_of(context.post, command.direction)
    findings = [*lane_fits(command, context), *guards.claims_free(context, command.binding, command.return_of)]
    if role is not Role.ENTRY:
        findings.append(fi.WRONG_SIDE.at("direction", needed=Role.ENTRY.value, role=role.value))
    if findings:
        return refuse(*findings)
    return (declared(command, role=role, declarant=Duty.PARTNER.value, at_ms=at_ms, leaf=command.leaf),)


def corrected(crossing: Crossing, command: cmd.RecordPartnerCorrection, context: Context, at_ms: int) -> Outcome:
    """Take over the partner's correction; it reopens here what relied on the field here."""
    findings = list(_fits(crossing, command, Role.ENTRY, _COMING))
    for claim in claims_touched(crossing, command):
        holder = context.holders.get(claim)
        if holder not in (None, context.crossing_id, crossing.return_of):
            findings.append(fi.CLAIM_TAKEN.at("binding", claim=claim, holder=holder))
    if findings:
        return refuse(*findings)
    return correction(crossing, command, actor=Duty.PARTNER.value, at_ms=at_ms)


def accepted(crossing: Crossing, command: cmd.RecordPartnerAcceptance, _context: Context, at_ms: int) -> Outcome:
    """Record that the partner will take it; a late word after departure is still a fact."""
    findings = list(_fits(crossing, command, Role.EXIT, _OUTGOING))
    if crossing.partner_accepted_at_ms is not None:
        findings.append(fi.NOTHING_CHANGED.at("partner", what="accepted"))
    return refuse(*findings) if findings else (ev.PartnerAccepted(at_ms=at_ms, leaf=command.leaf),)


def declined(crossing: Crossing, command: cmd.RecordPartnerDecline, _context: Context, at_ms: int) -> Outcome:
    """Record that the partner will not take it."""
    findings = list(_fits(crossing, command, Role.EXIT, _OUTGOING))
    if crossing.partner_declined and crossing.partner_declined == command.reasons:
        findings.append(fi.NOTHING_CHANGED.at("partner", what="declined"))
    if findings:
        return refuse(*findings)
    return (ev.PartnerDeclined(at_ms=at_ms, leaf=command.leaf, reasons=command.reasons),)


def released(crossing: Crossing, command: cmd.RecordPartnerRelease, _context: Context, at_ms: int) -> Outcome:
    """Record the release over there; it never stands for ours."""
    findings = list(_fits(crossing, command, Role.ENTRY, _COMING))
    if crossing.partner_released_at_ms is not None and crossing.partner_released_at_ms == at_ms:
        findings.append(fi.NOTHING_CHANGED.at("partner", what="released"))
    return refuse(*findings) if findings else (ev.PartnerReleased(at_ms=at_ms, leaf=command.leaf),)


def departed(crossing: Crossing, command: cmd.RecordPartnerDeparture, _context: Context, at_ms: int) -> Outcome:
    """Record that it is on its way over the line."""
    findings = list(_fits(crossing, command, Role.ENTRY, _COMING))
    if crossing.partner_departure is not None:
        findings.append(fi.NOTHING_CHANGED.at("partner", what="departed"))
    if findings:
        return refuse(*findings)
    return (
        ev.PartnerDeparted(
            at_ms=at_ms,
            leaf=command.leaf,
            lane=command.lane,
            rested=command.rested,
            seals=command.seals,
        ),
    )


def received(crossing: Crossing, command: cmd.RecordPartnerReceipt, _context: Context, at_ms: int) -> Outcome:
    """Record that custody passed to the partner."""
    findings = list(_fits(crossing, command, Role.EXIT, {Stage.DEPARTED}))
    if crossing.partner_received_at_ms is not None:
        findings.append(fi.NOTHING_CHANGED.at("partner", what="received"))
    if findings:
        return refuse(*findings)
    return (ev.PartnerReceived(at_ms=at_ms, leaf=command.leaf, condition=command.condition),)


def disputed(crossing: Crossing, command: cmd.RecordPartnerDispute, _context: Context, at_ms: int) -> Outcome:
    """Record that the partner disputes the handover."""
    findings = list(_fits(crossing, command, Role.EXIT, {Stage.DEPARTED}))
    if crossing.partner_received_at_ms is not None:
        findings.append(_contradicts(crossing, command))
    if findings:
        return refuse(*findings)
    return (ev.PartnerDisputed(at_ms=at_ms, leaf=command.leaf, reason=command.reason),)


def refused(crossing: Crossing, command: cmd.RecordPartnerRefusal, _context: Context, at_ms: int) -> Outcome:
    """Record that the goods were refused after they arrived over there."""
    findings = list(_fits(crossing, command, Role.EXIT, {Stage.DEPARTED}))
    if crossing.partner_received_at_ms is None:
        findings.append(_contradicts(crossing, command))
    if findings:
        return refuse(*findings)
    return (ev.PartnerRefused(at_ms=at_ms, leaf=command.leaf, cause=command.cause, onward=command.onward),)


def cancelled(crossing: Crossing, command: cmd.RecordPartnerCancellation, _context: Context, at_ms: int) -> Outcome:
    """Record that the partner's trader withdrew it, before it departed."""
    findings = list(_fits(crossing, command, Role.ENTRY, _COMING))
    if crossing.partner_departure is not None:
        findings.append(_contradicts(crossing, command))
    if findings:
        return refuse(*findings)
    return (ev.CrossingCancelled(at_ms=at_ms, reason=command.reason, leaf=command.leaf),)


def closed(crossing: Crossing, command: cmd.RecordPartnerClosing, _context: Context, at_ms: int) -> Outcome:
    """Record that the partner is done with it; so are we, unless refused goods come home first."""
    findings = list(_fits(crossing, command, Role.EXIT, {Stage.DEPARTED, Stage.REFUSED}))
    if crossing.partner_received_at_ms is None:
        findings.append(_contradicts(crossing, command))
    elif crossing.partner_closed_at_ms is not None:
        findings.append(fi.NOTHING_CHANGED.at("partner", what="closed"))
    if findings:
        return refuse(*findings)
    told = ev.PartnerClosed(at_ms=at_ms, leaf=command.leaf)
    if crossing.refused is None:
        return (told, ev.CrossingClosed(at_ms=at_ms, outcome="received"))
    if crossing.refused.onward is Onward.HOME_MARKET:
        # The vehicle is on its way back: ReceiveReturn ends the crossing.
        return (told,)
    return (told, ev.CrossingClosed(at_ms=at_ms, outcome=ONWARD_OUTCOMES[crossing.refused.onward]))
