"""Decisions of the agencies: verdicts, channel, inspection, samples, seals, release, refusal, acceptance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatepair.base.duties import Duty
from gatepair.base.findings import Finding
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing import guards
from gatepair.crossing.context import Context
from gatepair.crossing.model import AgencyDecision, Sample, Seal, SealKind, Stage, Verdict
from gatepair.crossing.outcome import Outcome, refuse
from gatepair.crossing.state import BEFORE_GATE, Crossing
from gatepair.plan.model import Role

RECOGNISED: Final = "partner"
"""Source of a verdict that rests on an inspection of the partner; it is still this agency's own verdict."""


def give_verdict(crossing: Crossing, command: cmd.Decide, context: Context, at_ms: int) -> Outcome:
    """Record an agency's own verdict with the fields it rests on."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    if command.verdict is not Verdict.CLEAR and not command.reasons:
        findings.append(fi.REASONS_MISSING.at("reasons"))
    recognised = crossing.partner_inspection_of(context.duty) if command.source == RECOGNISED else None
    if command.source == RECOGNISED and recognised is None:
        findings.append(fi.NOTHING_TO_RECOGNISE.at("source", duty=context.duty.value))
    standing = crossing.decisions.get(context.duty)
    if standing is not None and (standing.verdict, standing.reasons) == (command.verdict, command.reasons):
        findings.append(fi.NOTHING_CHANGED.at(f"decisions.{context.duty}", what=command.verdict.value))
    if findings:
        return refuse(*findings)
    decision = AgencyDecision(
        verdict=command.verdict,
        reasons=command.reasons,
        evidence=command.evidence or (f"entry {recognised.leaf}" if recognised is not None else ""),
        source=command.source,
        relied_on=context.plan.reliance.get(context.duty, ()),
        actor=context.actor,
        at_ms=at_ms,
    )
    return (ev.AgencyDecided(at_ms=at_ms, duty=context.duty, decision=decision),)


def assign_channel(crossing: Crossing, _command: cmd.AssignChannel, context: Context, at_ms: int) -> Outcome:
    """Take the channel that the profile drew; it is drawn once, or one could draw until it is green."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    if crossing.channel is not None:
        findings.append(fi.CHANNEL_ASSIGNED.at("channel", channel=crossing.channel.value))
    draw = context.channel
    if draw is None:
        return refuse(*findings, fi.CHANNEL_NONE.at("channel", post=context.post))
    if findings:
        return refuse(*findings)
    return (
        ev.ChannelAssigned(
            at_ms=at_ms,
            channel=draw.channel,
            profile=draw.profile,
            draw_permille=draw.draw_permille,
            reason=draw.reason,
        ),
    )


def order_inspection(crossing: Crossing, command: cmd.OrderInspection, context: Context, at_ms: int) -> Outcome:
    """Send the vehicle to a bay; one open inspection for one duty."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    latest = crossing.inspection_of(context.duty)
    if latest is not None and latest.passed is None:
        findings.append(fi.INSPECTION_OPEN.at("inspections", duty=context.duty.value, bay=latest.bay))
    if findings:
        return refuse(*findings)
    return (ev.InspectionOrdered(at_ms=at_ms, bay=command.bay, reason=command.reason, duty=context.duty),)


def finish_inspection(crossing: Crossing, command: cmd.FinishInspection, context: Context, at_ms: int) -> Outcome:
    """Say what one's own inspection found."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    latest = crossing.inspection_of(context.duty)
    if latest is None or latest.passed is not None:
        findings.append(fi.INSPECTION_NONE.at("inspections", duty=context.duty.value))
    if findings:
        return refuse(*findings)
    return (ev.InspectionFinished(at_ms=at_ms, passed=command.passed, duty=context.duty, evidence=command.evidence),)


# --- laboratory ---------------------------------------------------------------------------


def take_sample(crossing: Crossing, command: cmd.TakeSample, _context: Context, at_ms: int) -> Outcome:
    """Take a sample; the goods stay until the laboratory answers."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    if any(sample.number == command.number for sample in crossing.samples):
        findings.append(fi.SAMPLE_KNOWN.at("number", number=command.number))
    if command.expected_at_ms < at_ms:
        findings.append(fi.SAMPLE_EXPECTED.at("expected_at_ms"))
    if findings:
        return refuse(*findings)
    sample = Sample(
        number=command.number,
        laboratory=command.laboratory,
        taken_at_ms=at_ms,
        expected_at_ms=command.expected_at_ms,
    )
    return (ev.SampleTaken(at_ms=at_ms, sample=sample),)


def record_laboratory(
    crossing: Crossing, command: cmd.RecordLaboratoryResult, _context: Context, at_ms: int
) -> Outcome:
    """Record the laboratory's answer, once for a sample; also of goods already refused."""
    findings = list(guards.at_stage(crossing, guards.WORKING | {Stage.REFUSED}))
    if not any(sample.number == command.number and sample.passed is None for sample in crossing.samples):
        findings.append(fi.SAMPLE_UNKNOWN.at("number", number=command.number))
    if findings:
        return refuse(*findings)
    return (ev.LaboratoryAnswered(at_ms=at_ms, number=command.number, passed=command.passed),)


# --- seals --------------------------------------------------------------------------------


def apply_seal(crossing: Crossing, command: cmd.ApplySeal, context: Context, at_ms: int) -> Outcome:
    """Put a seal on."""
    findings = [*guards.at_stage(crossing, guards.WORKING)]
    if any(seal.number == command.number for seal in crossing.seals):
        findings.append(fi.SEAL_KNOWN.at("number", number=command.number))
    if command.kind is SealKind.CUSTOMS and context.duty is not Duty.CUSTOMS:
        findings.append(fi.SEAL_OF_CUSTOMS.at("kind", number=command.number))
    if findings:
        return refuse(*findings)
    seal = Seal(number=command.number, kind=command.kind)
    return (ev.SealApplied(at_ms=at_ms, seal=seal, actor=context.actor),)


def check_seal(crossing: Crossing, command: cmd.CheckSeal, context: Context, at_ms: int) -> Outcome:
    """Record what a look at a seal showed; each look is a fact of its own."""
    findings = [*guards.at_stage(crossing, guards.WORKING), *_seal_known(crossing, command.number)]
    if findings:
        return refuse(*findings)
    return (ev.SealChecked(at_ms=at_ms, number=command.number, intact=command.intact, actor=context.actor),)


def break_seal(crossing: Crossing, command: cmd.BreakSeal, context: Context, at_ms: int) -> Outcome:
    """Open a seal on purpose; customs' own only by customs."""
    findings = [*guards.at_stage(crossing, guards.WORKING), *_seal_known(crossing, command.number)]
    kinds = {seal.number: seal.kind for seal in crossing.seals}
    if kinds.get(command.number) is SealKind.CUSTOMS and context.duty is not Duty.CUSTOMS:
        findings.append(fi.SEAL_OF_CUSTOMS.at("number", number=command.number))
    if findings:
        return refuse(*findings)
    return (ev.SealBroken(at_ms=at_ms, number=command.number, reason=command.reason, actor=context.actor),)


def _seal_known(crossing: Crossing, number: str) -> Iterator[Finding]:
    if not any(seal.number == number for seal in crossing.seals):
        yield fi.SEAL_UNKNOWN.at("number", number=number)


# --- customs' last word -------------------------------------------------------------------


def release(crossing: Crossing, _command: cmd.Release, context: Context, at_ms: int) -> Outcome:
    """Release, when nothing stands against it; every reason against it is named at once."""
    if crossing.released:
        return refuse(fi.ALREADY_RELEASED.at("release"))
    findings = [*guards.at_stage(crossing, BEFORE_GATE | {Stage.ARRIVED, Stage.ANNOUNCED})]
    if crossing.role is Role.ENTRY and crossing.received_at_ms is None:
        findings.append(fi.NOT_RECEIVED.at("received"))
    if crossing.dispute:
        findings.append(fi.DISPUTE_OPEN.at("dispute", reason=crossing.dispute))
    findings.extend(guards.obstacles(crossing, context))
    if findings:
        return refuse(*findings)
    return (
        ev.CrossingReleased(
            at_ms=at_ms,
            actor=context.actor,
            relied_on=guards.required_duties(context.plan, context.post, crossing),
            paths=context.plan.reliance.get(Duty.CUSTOMS, ()),
        ),
    )


def withdraw_release(crossing: Crossing, command: cmd.WithdrawRelease, context: Context, at_ms: int) -> Outcome:
    """Take the release back while the goods are here."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    if not crossing.released:
        findings.append(fi.NOT_RELEASED.at("release"))
    if findings:
        return refuse(*findings)
    return (ev.ReleaseWithdrawn(at_ms=at_ms, reason=command.reason, actor=context.actor),)


def refuse_crossing(crossing: Crossing, command: cmd.RefuseCrossing, context: Context, at_ms: int) -> Outcome:
    """Send the goods back, on or to destruction, on the refusal that one's own agency gave."""
    at_exit = crossing.role is Role.EXIT
    findings = list(guards.at_stage(crossing, BEFORE_GATE | {Stage.ARRIVED} if at_exit else {Stage.ARRIVED}))
    if not at_exit and crossing.received_at_ms is None:
        findings.append(fi.NOT_RECEIVED.at("received"))
    standing = crossing.decisions.get(context.duty)
    if standing is None or standing.verdict is not Verdict.REFUSE:
        findings.append(fi.NOT_REFUSED.at(f"decisions.{context.duty}", duty=context.duty.value))
    if findings:
        return refuse(*findings)
    reason = f"refused by {context.duty}"
    withdrawn = (ev.ReleaseWithdrawn(at_ms=at_ms, reason=reason),) if crossing.released else ()
    refused = ev.CrossingRefused(at_ms=at_ms, cause=command.cause, onward=command.onward, duty=context.duty)
    return (*withdrawn, *guards.lost(crossing, "refused", at_ms), refused)


# --- the entry post's answer --------------------------------------------------------------


def accept_arrival(crossing: Crossing, _command: cmd.AcceptArrival, context: Context, at_ms: int) -> Outcome:
    """Say that it may come."""
    findings = list(_answerable(crossing))
    if crossing.accepted_at_ms is not None:
        findings.append(fi.NOTHING_CHANGED.at("accepted", what="accepted"))
    if findings:
        return refuse(*findings)
    return (ev.ArrivalAccepted(at_ms=at_ms, actor=context.actor),)


def decline_arrival(crossing: Crossing, command: cmd.DeclineArrival, context: Context, at_ms: int) -> Outcome:
    """Say that it may not come, and why."""
    findings = list(_answerable(crossing))
    if not command.reasons:
        findings.append(fi.REASONS_MISSING.at("reasons"))
    elif crossing.declined == command.reasons:
        findings.append(fi.NOTHING_CHANGED.at("declined", what="declined"))
    if findings:
        return refuse(*findings)
    return (ev.ArrivalDeclined(at_ms=at_ms, reasons=command.reasons, actor=context.actor),)


def _answerable(crossing: Crossing) -> Iterator[Finding]:
    if crossing.partner_departure is not None:
        yield fi.ALREADY_DEPARTED.at("partner_departure")
    else:
        yield from guards.at_stage(crossing, {Stage.ANNOUNCED, Stage.ARRIVED})
