"""Who may give which command: the one table that API, pages and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.crossing import commands as crossing
from gatepair.operations import commands as gate

_TRADE: Final = frozenset({Duty.TRADER})
_DRIVE: Final = frozenset({Duty.TRADER, Duty.DRIVER})
_GATE: Final = frozenset({Duty.YARD, Duty.GATE_BOARD})
_YARD: Final = frozenset({Duty.YARD})
_BOARD: Final = frozenset({Duty.GATE_BOARD})
_STEER: Final = frozenset({Duty.GATE_BOARD, Duty.COMMAND_CENTRE})
_AGENCY: Final = frozenset({Duty.BORDER_GUARD, Duty.HEALTH, Duty.QUARANTINE, Duty.CUSTOMS})
_CUSTOMS: Final = frozenset({Duty.CUSTOMS})
_SEALERS: Final = frozenset({Duty.CUSTOMS, Duty.QUARANTINE, Duty.BORDER_GUARD})
_NODE: Final = frozenset({Duty.NODE})
_PARTNER: Final = frozenset({Duty.PARTNER})
ANSWERERS: Final = _AGENCY | _STEER | _YARD
"""Who may answer for an alarm: whoever works at the gate."""

COMMAND_DUTIES: Final[Mapping[type[Struct], frozenset[Duty]]] = {
    crossing.DeclareCrossing: _TRADE,
    crossing.CorrectField: _TRADE | _AGENCY,
    crossing.AttachDocument: _TRADE | _AGENCY,
    crossing.LodgeDeclaration: _TRADE | _CUSTOMS,
    crossing.ChangeBinding: _TRADE | _BOARD,
    crossing.CancelCrossing: _TRADE,
    crossing.CancelBatch: _TRADE,
    crossing.BookSlot: _DRIVE,
    crossing.TakePlace: _DRIVE | _YARD,
    crossing.AcknowledgeCall: _DRIVE,
    crossing.AcknowledgeInstruction: _DRIVE,
    crossing.HoldAtBuffer: _GATE,
    crossing.CallForward: _NODE,
    crossing.MissCall: _NODE,
    crossing.MovePlace: _BOARD,
    crossing.DivertCrossing: _BOARD,
    crossing.RecordArrival: _YARD,
    crossing.RecordCheck: _AGENCY | _YARD,
    crossing.AssessFee: _BOARD,
    crossing.PayFee: _BOARD,
    crossing.Depart: _YARD,
    crossing.ConfirmHandover: _YARD,
    crossing.DisputeHandover: _YARD,
    crossing.RecordExit: _YARD,
    crossing.WarnStay: _NODE,
    crossing.EndStay: _YARD | frozenset({Duty.BORDER_GUARD}),
    crossing.ReceiveReturn: _YARD,
    crossing.Decide: _AGENCY | _BOARD,
    crossing.AssignChannel: _CUSTOMS,
    crossing.OrderInspection: _AGENCY,
    crossing.FinishInspection: _AGENCY,
    crossing.TakeSample: frozenset({Duty.QUARANTINE, Duty.CUSTOMS, Duty.HEALTH}),
    crossing.RecordLaboratoryResult: frozenset({Duty.QUARANTINE, Duty.CUSTOMS, Duty.HEALTH}),
    crossing.ApplySeal: _SEALERS,
    crossing.CheckSeal: _SEALERS | _YARD,
    crossing.BreakSeal: _SEALERS,
    crossing.Release: _CUSTOMS,
    crossing.WithdrawRelease: _CUSTOMS,
    crossing.RefuseCrossing: _AGENCY,
    crossing.AcceptArrival: _BOARD | _CUSTOMS,
    crossing.DeclineArrival: _BOARD | _CUSTOMS,
    crossing.ReportDiscrepancy: _AGENCY | _YARD,
    crossing.AskCertificate: _AGENCY,
    crossing.AnswerCertificate: _AGENCY,
    crossing.ListAttachments: _TRADE | _AGENCY,
    crossing.ConfirmAct: _AGENCY | _BOARD,
    crossing.DropAct: _AGENCY | _BOARD,
    crossing.RecordPartnerAnnouncement: _PARTNER,
    crossing.RecordPartnerCorrection: _PARTNER,
    crossing.RecordPartnerAcceptance: _PARTNER,
    crossing.RecordPartnerDecline: _PARTNER,
    crossing.RecordPartnerRelease: _PARTNER,
    crossing.RecordPartnerDeparture: _PARTNER,
    crossing.RecordPartnerReceipt: _PARTNER,
    crossing.RecordPartnerDispute: _PARTNER,
    crossing.RecordPartnerRefusal: _PARTNER,
    crossing.RecordPartnerCancellation: _PARTNER,
    crossing.RecordPartnerClosing: _PARTNER,
    crossing.RecordPartnerStatus: _PARTNER,
    crossing.RecordPartnerSeal: _PARTNER,
    crossing.RecordPartnerDiscrepancy: _PARTNER,
    crossing.RecordPartnerHold: _PARTNER,
    crossing.RecordPartnerLift: _PARTNER,
    crossing.RecordPartnerInspection: _PARTNER,
    crossing.RecordPartnerQuestion: _PARTNER,
    crossing.RecordPartnerAnswer: _PARTNER,
    crossing.RecordPartnerAttachments: _PARTNER,
    gate.StopIntake: _STEER,
    gate.ReopenIntake: _STEER,
    gate.TurnLane: _STEER,
    gate.AgreeHours: _STEER,
    gate.AnnounceQuota: _STEER,
    gate.ReportCondition: _STEER,
    gate.AnnounceHours: _STEER,
    gate.AnnounceCapacity: _STEER,
    gate.RaiseAlert: _AGENCY | _STEER,
    gate.EndAlert: _AGENCY | _STEER,
    gate.NoteHotline: _STEER,
    gate.ReportStatistics: frozenset({Duty.COMMAND_CENTRE}),
    gate.BeginRecovery: _NODE | frozenset({Duty.COMMAND_CENTRE}),
    gate.FinishRecovery: frozenset({Duty.COMMAND_CENTRE}),
    gate.TakeAlarm: ANSWERERS,
    gate.HandOverAlarm: ANSWERERS,
    gate.NoteAlarm: ANSWERERS,
    gate.ResolveAlarm: ANSWERERS,
    gate.NoteShift: _STEER,
    gate.TakeShift: _STEER,
    gate.RecordPartnerStop: _PARTNER,
    gate.RecordPartnerReopening: _PARTNER,
    gate.RecordPartnerQuota: _PARTNER,
    gate.RecordPartnerCondition: _PARTNER,
    gate.RecordPartnerHours: _PARTNER,
    gate.RecordPartnerCapacity: _PARTNER,
    gate.RecordPartnerAlert: _PARTNER,
    gate.RecordPartnerNote: _PARTNER,
    gate.RecordPartnerStatistics: _PARTNER,
}
"""Duties by command. A test holds it against every command there is."""
