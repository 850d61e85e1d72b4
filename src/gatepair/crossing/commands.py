"""Orders that a crossing answers: each with the duties that may give it (``node/permissions.py``).

A command is what somebody wants; :func:`gatepair.crossing.decide.decide` answers with events or
findings.  ``at_ms`` is when the act happened by the caller's word; absent means now.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from gatepair.base.duties import Duty
from gatepair.base.shapes import spelled
from gatepair.crossing.model import (
    Attachment,
    BatchNumber,
    Binding,
    Code,
    Declaration,
    Document,
    Driver,
    Genuine,
    Instruction,
    Line,
    LoadUnit,
    Onward,
    Reason,
    Rested,
    SealAct,
    SealKind,
    Seen,
    Verdict,
)
from gatepair.plan.model import Direction, LaneKind

Reference = Annotated[str, spelled(r"X[A-Z2-7]{20}")]


class CrossingCommand(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Base of every order about one crossing."""

    crossing: Reference
    at_ms: int | None = None


# --- the trader and the driver -------------------------------------------------------------


class DeclareCrossing(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Declare goods and vehicle, once. The node derives the crossing's id from the command id."""

    direction: Direction
    route: Code
    lane_kind: LaneKind
    load: LoadUnit
    declaration: Declaration
    binding: Binding
    driver: Driver | None = None
    return_of: Reference | None = None
    """The crossing whose vehicle now goes home, empty or loaded."""
    at_ms: int | None = None


class CorrectField(CrossingCommand, frozen=True):
    """Correct one field of declaration, binding or driver; ``path`` is dotted (``goods.0.hs``)."""

    path: Annotated[str, Meta(max_length=80)]
    value: Any
    reason: Line


class AttachDocument(CrossingCommand, frozen=True):
    """Attach a document, such as the test paper that makes fruit ready to be called."""

    document: Document


class LodgeDeclaration(CrossingCommand, frozen=True):
    """Lodge the goods declaration itself, with its papers: it is read, checked and assessed, and kept with what came of it."""

    declaration_text: Annotated[str, Meta(min_length=2, max_length=262_144)]
    """A dossier as JSON, or a declaration in any format that is read."""


class ChangeBinding(CrossingCommand, frozen=True):
    """Tie the crossing to another vehicle or container. Loses the place unless ``code`` is given by the gate board."""

    binding: Binding
    reason: Line
    code: Code | None = None


class CancelCrossing(CrossingCommand, frozen=True):
    """Withdraw the crossing before it departs. One of several that cross together is withdrawn with its batch."""

    reason: Line


class CancelBatch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Withdraw every crossing of a trip batch number before one departs: all of them, or none."""

    batch: BatchNumber
    reason: Line
    at_ms: int | None = None


class BookSlot(CrossingCommand, frozen=True):
    """Ask for a time window to come forward in."""

    start_ms: int
    until_ms: int


class TakePlace(CrossingCommand, frozen=True):
    """Take a place in the queue, in person or by arriving at a buffer."""

    yard: Code | None = None


class AcknowledgeCall(CrossingCommand, frozen=True):
    """The driver has read the call."""


class AcknowledgeInstruction(CrossingCommand, frozen=True):
    """The driver has read what he is to do: not to depart, to hold at a buffer, or to come now.

    ``basis`` is that of the instruction he read; when another one stands by now, it is not acknowledged.
    """

    instruction: Instruction
    basis: Code


# --- the yard, the barrier and the gate board ----------------------------------------------


class HoldAtBuffer(CrossingCommand, frozen=True):
    """Order the vehicle to wait at a buffer yard."""

    yard: Code


class CallForward(CrossingCommand, frozen=True):
    """Call the vehicle to the gate: given by the post's clockwork under the published rule."""


class MissCall(CrossingCommand, frozen=True):
    """The grace ran out: standby, or the place is lost."""


class MovePlace(CrossingCommand, frozen=True):
    """Move a place by hand to the front under a published ``code``."""

    code: Code
    reason: Line


class DivertCrossing(CrossingCommand, frozen=True):
    """Send the vehicle to another gate; it counts as turned away here."""

    gate: Code
    reason: Line


class RecordArrival(CrossingCommand, frozen=True):
    """The vehicle is at the barrier; the answer is open or a finding."""

    station: Code
    seen: Seen


class RecordCheck(CrossingCommand, frozen=True):
    """An act at a station: weighing, plate reading, X-ray, vehicle check."""

    station: Code
    result: Code
    seen: Seen | None = None
    evidence: Line = ""


class AssessFee(CrossingCommand, frozen=True):
    """Work out the infrastructure fee."""


class PayFee(CrossingCommand, frozen=True):
    """Record a payment in minor units."""

    amount_minor: Annotated[int, Meta(ge=1, le=9_007_199_254_740_991)]
    currency: Annotated[str, spelled("[A-Z]{3}")]
    receipt: Annotated[str, Meta(max_length=64)]


class Depart(CrossingCommand, frozen=True):
    """The vehicle leaves over ``lane``: refused unless every condition of departure holds."""

    lane: Code
    seen: Seen
    confirmed_by: Annotated[str, Meta(max_length=64)] = ""
    """The officer who confirms a departure on stale knowledge, where the agreement asks for one."""


class ConfirmHandover(CrossingCommand, frozen=True):
    """Entry post: the load unit is here, as declared; custody passes."""

    station: Code
    seen: Seen
    condition: Code = "sound"


class DisputeHandover(CrossingCommand, frozen=True):
    """Entry post: what came is not what was announced."""

    station: Code
    seen: Seen
    reason: Line


class RecordExit(CrossingCommand, frozen=True):
    """Entry post: goods leave the gate inland after release; the crossing closes."""

    station: Code


class WarnStay(CrossingCommand, frozen=True):
    """The stay clock is about to run out, or has: given by the post's clockwork."""


class EndStay(CrossingCommand, frozen=True):
    """The foreign vehicle left for home."""


class ReceiveReturn(CrossingCommand, frozen=True):
    """Exit post: a refused vehicle is back."""

    station: Code
    seen: Seen


# --- agencies ------------------------------------------------------------------------------


class Decide(CrossingCommand, frozen=True):
    """An agency gives its own verdict; the duty is the actor's and nobody else's."""

    verdict: Verdict
    reasons: tuple[Code, ...] = ()
    evidence: Line = ""
    source: Code = "officer"


class AssignChannel(CrossingCommand, frozen=True):
    """Customs asks the profile for the channel."""


class OrderInspection(CrossingCommand, frozen=True):
    """Send the vehicle to a bay."""

    bay: Code
    reason: Code


class FinishInspection(CrossingCommand, frozen=True):
    """Say what the inspection found."""

    passed: bool
    evidence: Line = ""


class TakeSample(CrossingCommand, frozen=True):
    """Take a sample; the goods are held until the laboratory answers."""

    number: Code
    laboratory: Code
    expected_at_ms: int


class RecordLaboratoryResult(CrossingCommand, frozen=True):
    """The laboratory's answer."""

    number: Code
    passed: bool


class ApplySeal(CrossingCommand, frozen=True):
    """Put a seal on."""

    number: Code
    kind: SealKind


class CheckSeal(CrossingCommand, frozen=True):
    """Look at a seal."""

    number: Code
    intact: bool


class BreakSeal(CrossingCommand, frozen=True):
    """Open a seal on purpose."""

    number: Code
    reason: Line


class Release(CrossingCommand, frozen=True):
    """Customs' last word."""


class WithdrawRelease(CrossingCommand, frozen=True):
    """Customs takes its release back before departure."""

    reason: Line


class RefuseCrossing(CrossingCommand, frozen=True):
    """An agency that refused sends the goods back, on, or to destruction."""

    cause: Code
    onward: Onward


class ReportDiscrepancy(CrossingCommand, frozen=True):
    """Say what was found that is not as declared; what was declared at ``path`` is taken from the record."""

    code: Code
    found: Line
    path: Annotated[str, spelled(r"[a-z0-9_.]{0,80}")] = ""


class ConfirmAct(CrossingCommand, frozen=True):
    """The second person confirms what another of the same duty asked for; it is done now, by the rules of now."""

    number: Annotated[int, Meta(ge=1)]


class DropAct(CrossingCommand, frozen=True):
    """What waits for a second person is not to be done."""

    number: Annotated[int, Meta(ge=1)]
    reason: Line


class AskCertificate(CrossingCommand, frozen=True):
    """Ask the agency with the same duty over there whether a document of the declaration is genuine."""

    kind: Code
    number: Annotated[str, Meta(max_length=64)]
    text: Line = ""


class AnswerCertificate(CrossingCommand, frozen=True):
    """Answer such a question of the partner."""

    kind: Code
    number: Annotated[str, Meta(max_length=64)]
    verdict: Genuine
    text: Line = ""


class ListAttachments(CrossingCommand, frozen=True):
    """List files that belong to the crossing, by their SHA-256."""

    attachments: Annotated[tuple[Attachment, ...], Meta(min_length=1, max_length=200)]


class AcceptArrival(CrossingCommand, frozen=True):
    """Entry post: this crossing may come."""


class DeclineArrival(CrossingCommand, frozen=True):
    """Entry post: this crossing may not come, and why."""

    reasons: tuple[Reason, ...]


# --- what the partner's entries become -----------------------------------------------------


class PartnerCommand(CrossingCommand, frozen=True):
    """Base of orders made from a mirrored entry; ``leaf`` names it (hex)."""

    leaf: Annotated[str, spelled("[0-9a-f]{64}")]
    partner_at_ms: int


class RecordPartnerAnnouncement(PartnerCommand, frozen=True):
    """The partner declared a crossing towards us."""

    direction: Direction
    route: Code
    lane_kind: LaneKind
    load: LoadUnit
    declaration: Declaration
    binding: Binding
    driver: Driver | None = None
    return_of: Reference | None = None


class RecordPartnerCorrection(PartnerCommand, frozen=True):
    """The partner corrected one field."""

    path: Annotated[str, Meta(max_length=80)]
    value: Any
    reason: Line


class RecordPartnerAcceptance(PartnerCommand, frozen=True):
    """The partner will take it."""


class RecordPartnerDecline(PartnerCommand, frozen=True):
    """The partner will not take it; without reasons where the agreement does not list them."""

    reasons: tuple[Reason, ...] = ()


class RecordPartnerRelease(PartnerCommand, frozen=True):
    """The partner released it for exit."""


class RecordPartnerDeparture(PartnerCommand, frozen=True):
    """It left the partner's gate."""

    lane: Code
    rested: Rested
    seals: tuple[str, ...] = ()


class RecordPartnerReceipt(PartnerCommand, frozen=True):
    """The partner has it: custody passed."""

    condition: Code


class RecordPartnerDispute(PartnerCommand, frozen=True):
    """The partner disputes the handover."""

    reason: Line


class RecordPartnerRefusal(PartnerCommand, frozen=True):
    """The partner's agencies refused the goods after arrival."""

    cause: Code
    onward: Onward


class RecordPartnerCancellation(PartnerCommand, frozen=True):
    """The partner's trader withdrew it."""

    reason: Line


class RecordPartnerClosing(PartnerCommand, frozen=True):
    """The goods left the partner's gate inland, released."""


class RecordPartnerStatus(PartnerCommand, frozen=True):
    """How far it is at the partner's gate, or that its release was taken back."""

    status: Code


class RecordPartnerSeal(PartnerCommand, frozen=True):
    """What the partner did with a seal."""

    act: SealAct
    number: Code
    kind: SealKind
    intact: bool = True
    reason: Line = ""


class RecordPartnerDiscrepancy(PartnerCommand, frozen=True):
    """What the partner found that is not as declared."""

    duty: Duty
    code: Code
    path: str = ""
    declared: Line = ""
    found: Line = ""


class RecordPartnerHold(PartnerCommand, frozen=True):
    """An agency of the entry post wants it to wait, or refuses it before it left."""

    duty: Duty
    verdict: Verdict
    reasons: tuple[Code, ...] = ()


class RecordPartnerLift(PartnerCommand, frozen=True):
    """That agency's hold no longer stands."""

    duty: Duty


class RecordPartnerInspection(PartnerCommand, frozen=True):
    """What an inspection of the partner found."""

    duty: Duty
    passed: bool
    reason: str = ""
    evidence: Line = ""


class RecordPartnerQuestion(PartnerCommand, frozen=True):
    """The partner asks whether a certificate is genuine."""

    duty: Duty
    kind: Code
    number: Annotated[str, Meta(max_length=64)]
    text: Line = ""


class RecordPartnerAnswer(PartnerCommand, frozen=True):
    """The partner says whether a certificate is genuine."""

    duty: Duty
    kind: Code
    number: Annotated[str, Meta(max_length=64)]
    verdict: Genuine
    text: Line = ""


class RecordPartnerAttachments(PartnerCommand, frozen=True):
    """Files that the partner has for the crossing."""

    attachments: tuple[Attachment, ...]


ALL: tuple[type[Struct], ...] = (
    DeclareCrossing, CorrectField, AttachDocument, LodgeDeclaration, ChangeBinding, CancelCrossing, BookSlot, TakePlace,
    AcknowledgeCall, AcknowledgeInstruction, HoldAtBuffer, CallForward, MissCall, MovePlace, DivertCrossing, RecordArrival,
    RecordCheck, AssessFee, PayFee, Depart, ConfirmHandover, DisputeHandover, RecordExit, WarnStay, EndStay,
    ReceiveReturn, Decide, AssignChannel, OrderInspection, FinishInspection, TakeSample,
    RecordLaboratoryResult, ApplySeal, CheckSeal, BreakSeal, Release, WithdrawRelease, RefuseCrossing,
    AcceptArrival, DeclineArrival, ReportDiscrepancy, AskCertificate, AnswerCertificate, ListAttachments, ConfirmAct, DropAct, CancelBatch, RecordPartnerAnnouncement, RecordPartnerCorrection,
    RecordPartnerAcceptance, RecordPartnerDecline, RecordPartnerRelease, RecordPartnerDeparture,
    RecordPartnerReceipt, RecordPartnerDispute, RecordPartnerRefusal, RecordPartnerCancellation,
    RecordPartnerClosing, RecordPartnerStatus, RecordPartnerSeal, RecordPartnerDiscrepancy, RecordPartnerHold,
    RecordPartnerLift, RecordPartnerInspection, RecordPartnerQuestion, RecordPartnerAnswer, RecordPartnerAttachments,
)  # fmt: skip
"""Every command of a crossing; the meta tests hold it against handlers, permissions and documents."""
