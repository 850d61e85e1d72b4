"""The one door of a crossing: an order and what is known go in, events or findings come out.

Pure: the same crossing, order and context give the same answer. Nothing is ever half done: the answer
is all the events of the order, in order, or a refusal with every reason found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.findings import Finding, Refusal
from gatepair.base.time import MINUTE_MS, SECOND_MS
from gatepair.crossing import agencies, declaring, guards, moving, partner, queueing, telling, two_persons
from gatepair.crossing import commands as cmd
from gatepair.crossing import findings as fi
from gatepair.crossing.context import Context
from gatepair.crossing.outcome import Order, Outcome, refuse
from gatepair.crossing.state import Crossing
from gatepair.plan.model import Role

__all__ = ["AHEAD_MS_MAX", "BEHIND_MS_MAX", "GIVEN_AGAIN", "HANDLED", "ONLY_AT", "RESERVED", "Refusal", "decide"]

AHEAD_MS_MAX: Final = 2 * MINUTE_MS
"""How far ahead of this post's clock a stated time may lie.

Source: issue 2 asks for far-future times to be refused; devices are probed each minute (exchange notes
§3.10), so two missed probes are tolerated.
"""
BEHIND_MS_MAX: Final = 2 * MINUTE_MS
"""How far before the latest recorded act a stated time may lie: the same two probes, the other way."""

Handler = Callable[[Crossing, Any, Context, int], Outcome]

_CUSTOMS: Final = frozenset({Duty.CUSTOMS})
_NODE: Final = frozenset({Duty.NODE})
_BOARD: Final = frozenset({Duty.GATE_BOARD})
_AGENCIES: Final = frozenset(AGENCIES)
_PARTNER: Final = frozenset({Duty.PARTNER})

RESERVED: Final[Mapping[type[Order], frozenset[Duty]]] = {
    cmd.Release: _CUSTOMS,
    cmd.WithdrawRelease: _CUSTOMS,
    cmd.AssignChannel: _CUSTOMS,
    cmd.CallForward: _NODE,
    cmd.MissCall: _NODE,
    cmd.WarnStay: _NODE,
    cmd.MovePlace: _BOARD,
    cmd.Decide: _AGENCIES,
    cmd.OrderInspection: _AGENCIES,
    cmd.FinishInspection: _AGENCIES,
    cmd.RefuseCrossing: _AGENCIES,
    cmd.AskCertificate: _AGENCIES,
    cmd.AnswerCertificate: _AGENCIES,
    cmd.ConfirmAct: _AGENCIES,
    cmd.DropAct: _AGENCIES,
}
"""Orders that the core itself gives to some duties only, whatever the permissions of a post say.

The permissions (``node/permissions.py``) may be narrower, never wider.  Every order made of the partner's
word is the partner's alone, and the partner gives no other.
"""

GIVEN_AGAIN: Final[Mapping[type[Struct], frozenset[Duty]]] = {
    cmd.CallForward: _NODE | _BOARD,
    cmd.MissCall: _NODE | _BOARD,
}
"""Orders of the post itself that the gate board, which showed them, gives again while the post recovers.

Calls made anew after a restore would go to others than those who came.
"""

HANDLED: Final[Mapping[type[Order], Handler]] = {
    cmd.CorrectField: declaring.correct,
    cmd.AttachDocument: declaring.attach,
    cmd.LodgeDeclaration: declaring.lodge,
    cmd.ChangeBinding: declaring.change_binding,
    cmd.CancelCrossing: declaring.cancel,
    cmd.BookSlot: queueing.book_slot,
    cmd.TakePlace: queueing.take_place,
    cmd.AcknowledgeCall: queueing.acknowledge,
    cmd.AcknowledgeInstruction: queueing.acknowledge_instruction,
    cmd.HoldAtBuffer: queueing.hold_at_buffer,
    cmd.CallForward: queueing.call_forward,
    cmd.MissCall: queueing.miss_call,
    cmd.MovePlace: queueing.move_place,
    cmd.DivertCrossing: queueing.divert,
    cmd.RecordArrival: moving.record_arrival,
    cmd.RecordCheck: moving.record_check,
    cmd.AssessFee: moving.assess_fee,
    cmd.PayFee: moving.pay_fee,
    cmd.Depart: moving.depart,
    cmd.ConfirmHandover: moving.confirm_handover,
    cmd.DisputeHandover: moving.dispute_handover,
    cmd.RecordExit: moving.record_exit,
    cmd.WarnStay: moving.warn_stay,
    cmd.EndStay: moving.end_stay,
    cmd.ReceiveReturn: moving.receive_return,
    cmd.Decide: agencies.give_verdict,
    cmd.AssignChannel: agencies.assign_channel,
    cmd.OrderInspection: agencies.order_inspection,
    cmd.FinishInspection: agencies.finish_inspection,
    cmd.TakeSample: agencies.take_sample,
    cmd.RecordLaboratoryResult: agencies.record_laboratory,
    cmd.ApplySeal: agencies.apply_seal,
    cmd.CheckSeal: agencies.check_seal,
    cmd.BreakSeal: agencies.break_seal,
    cmd.Release: agencies.release,
    cmd.WithdrawRelease: agencies.withdraw_release,
    cmd.RefuseCrossing: agencies.refuse_crossing,
    cmd.AcceptArrival: agencies.accept_arrival,
    cmd.DeclineArrival: agencies.decline_arrival,
    cmd.ReportDiscrepancy: telling.report_discrepancy,
    cmd.AskCertificate: telling.ask_certificate,
    cmd.AnswerCertificate: telling.answer_certificate,
    cmd.ListAttachments: telling.list_attachments,
    cmd.DropAct: two_persons.dropped,
    cmd.RecordPartnerCorrection: partner.corrected,
    cmd.RecordPartnerAcceptance: partner.accepted,
    cmd.RecordPartnerDecline: partner.declined,
    cmd.RecordPartnerRelease: partner.released,
    cmd.RecordPartnerDeparture: partner.departed,
    cmd.RecordPartnerReceipt: partner.received,
    cmd.RecordPartnerDispute: partner.disputed,
    cmd.RecordPartnerRefusal: partner.refused,
    cmd.RecordPartnerCancellation: partner.cancelled,
    cmd.RecordPartnerClosing: partner.closed,
    cmd.RecordPartnerStatus: partner.status_told,
    cmd.RecordPartnerSeal: partner.seal_told,
    cmd.RecordPartnerDiscrepancy: partner.discrepancy_told,
    cmd.RecordPartnerHold: partner.held,
    cmd.RecordPartnerLift: partner.lifted,
    cmd.RecordPartnerInspection: partner.inspected,
    cmd.RecordPartnerQuestion: partner.certificate_asked,
    cmd.RecordPartnerAnswer: partner.certificate_answered,
    cmd.RecordPartnerAttachments: partner.attachments_listed,
}
"""Orders about a crossing that exists; the two that begin one, and the second person's, are in :func:`decide`."""

ONLY_AT: Final[Mapping[type[Order], Role]] = {
    cmd.BookSlot: Role.EXIT,
    cmd.TakePlace: Role.EXIT,
    cmd.AcknowledgeCall: Role.EXIT,
    cmd.HoldAtBuffer: Role.EXIT,
    cmd.MovePlace: Role.EXIT,
    cmd.DivertCrossing: Role.EXIT,
    cmd.Depart: Role.EXIT,
    cmd.ReceiveReturn: Role.EXIT,
    cmd.AcceptArrival: Role.ENTRY,
    cmd.DeclineArrival: Role.ENTRY,
    cmd.ConfirmHandover: Role.ENTRY,
    cmd.DisputeHandover: Role.ENTRY,
}
"""Orders that have a sense at a post of one role only: they are refused, and not offered, at the other."""

_AFTER_THE_END: Final = frozenset({cmd.EndStay, cmd.WarnStay})
"""The vehicle's stay may outlive the goods; nothing else does."""


def decide(crossing: Crossing | None, command: Order, context: Context) -> Outcome:
    """Return the events that ``command`` makes, or the refusal with its findings.

    ``crossing`` is None when this post has no crossing ``context.crossing_id``.
    """
    at_ms = stated_at_ms(command, context)
    findings = [*_duty_fits(command, context), *_time_fits(crossing, command, context, at_ms)]
    if findings:
        return refuse(*findings)
    if isinstance(command, cmd.DeclareCrossing | cmd.RecordPartnerAnnouncement):
        if crossing is not None:
            return refuse(fi.ALREADY_DECLARED.at("crossing", crossing=crossing.id))
        if isinstance(command, cmd.DeclareCrossing):
            return declaring.declare(command, context, at_ms)
        return partner.announce(command, context, at_ms)
    if crossing is None:
        return refuse(fi.UNKNOWN.at("crossing", crossing=context.crossing_id))
    if crossing.closed and type(command) not in _AFTER_THE_END:
        return refuse(fi.ENDED.at("stage", stage=crossing.stage.value))
    if crossing.role is not ONLY_AT.get(type(command), crossing.role):
        return refuse(*guards.at_role(crossing, ONLY_AT[type(command)]))
    if isinstance(command, cmd.ConfirmAct):
        return _second_person(crossing, command, context, at_ms)
    answer = HANDLED[type(command)](crossing, command, context, at_ms)
    if isinstance(answer, Refusal) or two_persons.guarded(command, context) is None:
        return answer
    return two_persons.proposed(crossing, command, context, at_ms)


def _second_person(crossing: Crossing, command: cmd.ConfirmAct, context: Context, at_ms: int) -> Outcome:
    found = two_persons.confirmed(crossing, command, context, at_ms)
    if isinstance(found, Refusal):
        return found
    event, order = found
    done = HANDLED[type(order)](crossing, order, context, at_ms)
    return done if isinstance(done, Refusal) else (event, *done)


def stated_at_ms(command: Order, context: Context) -> int:
    """Return when the act happened by the caller's word: the partner's, the caller's, or now."""
    if isinstance(command, cmd.PartnerCommand):
        return command.partner_at_ms
    return context.now_ms if command.at_ms is None else command.at_ms


def _duty_fits(command: Order, context: Context) -> tuple[Finding, ...]:
    from_partner = isinstance(command, cmd.PartnerCommand)
    allowed = _PARTNER if from_partner else RESERVED.get(type(command))
    if context.recovering:
        allowed = GIVEN_AGAIN.get(type(command), allowed)
    wrong = context.duty not in allowed if allowed is not None else context.duty is Duty.PARTNER
    if not wrong:
        return ()
    return (
        fi.NOT_YOUR_DUTY.at(
            "duty",
            duty=context.duty.value,
            command=type(command).__name__,
            allowed=" / ".join(sorted(allowed)) if allowed is not None else "this post",
        ),
    )


def _time_fits(crossing: Crossing | None, command: Order, context: Context, at_ms: int) -> tuple[Finding, ...]:
    """Find times ahead of our clock or before what is recorded; the partner's clock is not ours to judge."""
    if isinstance(command, cmd.PartnerCommand):
        return ()
    if at_ms > context.now_ms + AHEAD_MS_MAX:
        return (fi.TIME_FUTURE.at("at_ms", ahead_s=(at_ms - context.now_ms) // SECOND_MS),)
    if crossing is not None and not context.recovering and at_ms < crossing.last_at_ms - BEHIND_MS_MAX:
        return (fi.TIME_ORDER.at("at_ms", behind_s=(crossing.last_at_ms - at_ms) // SECOND_MS),)
    return ()
