"""Facts about a crossing, as recorded. The wire name is ``<class>/<version>``.

Nothing recorded is changed: a new shape is a new version with an upcaster named by the pair of
versions, and each version has a golden file in ``tests/golden/events``.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.crossing.model import (
    AgencyDecision,
    Attachment,
    Binding,
    Channel,
    Code,
    Custody,
    Declaration,
    Document,
    Driver,
    Fee,
    Genuine,
    Instruction,
    Line,
    LoadUnit,
    Lodged,
    Onward,
    PlaceFacts,
    Reason,
    Rested,
    Sample,
    Seal,
    SealAct,
    SealKind,
    Seen,
    Verdict,
)
from gatepair.plan.model import Direction, GuardedAct, LaneKind, Role

Leaf = Annotated[str, "hex leaf of the partner's entry"]


class CrossingEvent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base: ``at_ms`` is when it happened, by the word of who reported it."""

    at_ms: int


class CrossingDeclared(CrossingEvent, frozen=True):
    """Goods and vehicle were declared at this post, or announced by the partner (``leaf``)."""

    role: Role
    direction: Direction
    route: Code
    lane_kind: LaneKind
    load: LoadUnit
    declaration: Declaration
    binding: Binding
    driver: Driver | None = None
    return_of: str | None = None
    declarant: str = ""
    """Actor who declared and may read and correct it."""
    leaf: Leaf = ""


class FieldCorrected(CrossingEvent, frozen=True):
    """One field has another value; ``old`` is kept."""

    path: str
    old: Any
    new: Any
    reason: Line
    actor: str
    leaf: Leaf = ""


class DecisionReopened(CrossingEvent, frozen=True):
    """A decision no longer stands, because ``path``, on which it relied, was corrected."""

    duty: Duty
    path: str


class DocumentAttached(CrossingEvent, frozen=True):
    """A document was added."""

    document: Document


class DeclarationLodged(CrossingEvent, frozen=True):
    """A goods declaration was lodged for this crossing; ``lodged`` is what came of it here."""

    declaration_text: str
    """The declaration with its papers as it came."""
    lodged: Lodged


class BindingChanged(CrossingEvent, frozen=True):
    """Another vehicle or container. ``keeps_place`` only under a published code with a person."""

    old: Binding
    new: Binding
    reason: Line
    keeps_place: bool = False
    binding_digest: str = ""
    """Digest of the new binding, as in :class:`PlaceTaken`; given whenever a place is kept."""
    code: Code = ""
    actor: str = ""


class SlotBooked(CrossingEvent, frozen=True):
    """A time window was booked."""

    start_ms: int
    until_ms: int


class PlaceTaken(CrossingEvent, frozen=True):
    """A place in the queue of ``direction``; ``number`` counts from 1 and is never given twice."""

    number: int
    facts: PlaceFacts
    binding_digest: str
    """SHA-256 hex over the salted binding; shows a swap without naming the vehicle."""
    yard: Code = ""


class PlaceFactsChanged(CrossingEvent, frozen=True):
    """The facts for the rule changed (test paper attached, commodity corrected)."""

    number: int
    facts: PlaceFacts


class HeldAtBuffer(CrossingEvent, frozen=True):
    """The vehicle waits at a buffer."""

    number: int
    yard: Code


class PlaceCalled(CrossingEvent, frozen=True):
    """Come now; arrive before ``until_ms``."""

    number: int
    until_ms: int


class CallAcknowledged(CrossingEvent, frozen=True):
    """The driver read the call."""

    number: int


class InstructionAcknowledged(CrossingEvent, frozen=True):
    """The driver read that he is not to depart, or to hold at a buffer; reading a call is ``CallAcknowledged``."""

    instruction: Instruction
    basis: Code


class CallMissed(CrossingEvent, frozen=True):
    """Did not come in time; ``misses`` counts. The place is on standby."""

    number: int
    misses: int


class PlaceMoved(CrossingEvent, frozen=True):
    """Moved to the front by a person under a published code."""

    number: int
    code: Code
    reason: Line
    actor: str


class PlaceLost(CrossingEvent, frozen=True):
    """The place is gone: ``cause`` is ``rebound missed cancelled diverted refused`` or ``departed``."""

    number: int
    cause: Code


class Diverted(CrossingEvent, frozen=True):
    """Sent to another gate."""

    gate: Code
    reason: Line
    actor: str


class VehicleArrived(CrossingEvent, frozen=True):
    """At this post, seen as bound; the barrier opens."""

    station: Code
    seen: Seen
    binding_digest: str = ""


class CheckRecorded(CrossingEvent, frozen=True):
    """An act at a station and its result."""

    station: Code
    duty: Duty
    result: Code
    seen: Seen | None = None
    evidence: Line = ""


class AgencyDecided(CrossingEvent, frozen=True):
    """An agency's own verdict."""

    duty: Duty
    decision: AgencyDecision


class ChannelAssigned(CrossingEvent, frozen=True):
    """How deep customs looks, by which profile and draw."""

    channel: Channel
    profile: int
    draw_permille: int
    reason: Code


class InspectionOrdered(CrossingEvent, frozen=True):
    """To a bay."""

    bay: Code
    reason: Code
    duty: Duty


class InspectionFinished(CrossingEvent, frozen=True):
    """What was found."""

    passed: bool
    duty: Duty
    evidence: Line = ""


class SampleTaken(CrossingEvent, frozen=True):
    """The goods wait for a laboratory."""

    sample: Sample


class LaboratoryAnswered(CrossingEvent, frozen=True):
    """The laboratory's result."""

    number: Code
    passed: bool


class SealApplied(CrossingEvent, frozen=True):
    """A seal was put on."""

    seal: Seal
    actor: str


class SealChecked(CrossingEvent, frozen=True):
    """A seal was looked at."""

    number: Code
    intact: bool
    actor: str


class SealBroken(CrossingEvent, frozen=True):
    """A seal was opened on purpose."""

    number: Code
    reason: Line
    actor: str


class FeeAssessed(CrossingEvent, frozen=True):
    """What is due."""

    fee: Fee


class FeePaid(CrossingEvent, frozen=True):
    """Money came in."""

    amount_minor: int
    currency: str
    receipt: str


class CrossingReleased(CrossingEvent, frozen=True):
    """Customs' last word at this post."""

    actor: str
    relied_on: tuple[Duty, ...]
    paths: tuple[str, ...] = ()
    """Fields that customs itself relied on, as path patterns."""


class ReleaseWithdrawn(CrossingEvent, frozen=True):
    """The release no longer stands."""

    reason: Line
    actor: str = ""


class ArrivalAccepted(CrossingEvent, frozen=True):
    """Entry post: it may come."""

    actor: str = ""


class ArrivalDeclined(CrossingEvent, frozen=True):
    """Entry post: it may not come."""

    reasons: tuple[Reason, ...]
    actor: str = ""


class VehicleDeparted(CrossingEvent, frozen=True):
    """Over the line, with what the decision rested on."""

    lane: Code
    seen: Seen
    rested: Rested


class HandoverConfirmed(CrossingEvent, frozen=True):
    """Entry post: received as announced; custody is here."""

    station: Code
    seen: Seen
    condition: Code
    custody: Custody = Custody.ENTRY_POST


class HandoverDisputed(CrossingEvent, frozen=True):
    """Entry post: not what was announced."""

    station: Code
    seen: Seen
    reason: Line


class StayStarted(CrossingEvent, frozen=True):
    """The foreign vehicle's stay clock runs until ``until_ms``."""

    until_ms: int
    clock: Code


class StayWarned(CrossingEvent, frozen=True):
    """The stay clock is about to run out, or has (``overdue``)."""

    overdue: bool


class StayEnded(CrossingEvent, frozen=True):
    """The foreign vehicle left."""


class CrossingRefused(CrossingEvent, frozen=True):
    """The goods do not pass; ``onward`` says where they go."""

    cause: Code
    onward: Onward
    duty: Duty


class VehicleReturned(CrossingEvent, frozen=True):
    """Exit post: the refused vehicle is back."""

    station: Code
    seen: Seen


class CrossingCancelled(CrossingEvent, frozen=True):
    """Withdrawn."""

    reason: Line
    leaf: Leaf = ""


class CrossingClosed(CrossingEvent, frozen=True):
    """Nothing more is to be done at this post."""

    outcome: Code
    """``delivered`` (entry), ``received`` (exit), ``departed`` (exit without a partner), ``returned``,
    ``destroyed``, ``diverted`` or ``turned_back`` (refused before the line)."""


class PartnerAccepted(CrossingEvent, frozen=True):
    """The partner will take it."""

    leaf: Leaf


class PartnerDeclined(CrossingEvent, frozen=True):
    """The partner will not take it."""

    leaf: Leaf
    reasons: tuple[Reason, ...]


class PartnerReleased(CrossingEvent, frozen=True):
    """Released for exit over there."""

    leaf: Leaf


class PartnerDeparted(CrossingEvent, frozen=True):
    """It is on its way over the line to us."""

    leaf: Leaf
    lane: Code
    rested: Rested
    seals: tuple[str, ...] = ()


class PartnerReceived(CrossingEvent, frozen=True):
    """Custody passed to the partner."""

    leaf: Leaf
    condition: Code


class PartnerDisputed(CrossingEvent, frozen=True):
    """The partner disputes the handover."""

    leaf: Leaf
    reason: Line


class PartnerRefused(CrossingEvent, frozen=True):
    """The partner's agencies refused the goods."""

    leaf: Leaf
    cause: Code
    onward: Onward


class PartnerClosed(CrossingEvent, frozen=True):
    """The goods went inland over there."""

    leaf: Leaf


class PartnerStatusTold(CrossingEvent, frozen=True):
    """How far it is at the partner's gate: ``called``, ``arrived`` or ``release_withdrawn``."""

    leaf: Leaf
    status: Code


class PartnerSealTold(CrossingEvent, frozen=True):
    """What the partner did with a seal."""

    leaf: Leaf
    act: SealAct
    number: Code
    kind: SealKind
    intact: bool = True
    reason: Line = ""


class PartnerHeld(CrossingEvent, frozen=True):
    """An agency of the entry post holds or refuses it: it does not depart until that is lifted."""

    leaf: Leaf
    duty: Duty
    verdict: Verdict
    reasons: tuple[Code, ...] = ()


class PartnerLifted(CrossingEvent, frozen=True):
    """That agency's hold no longer stands."""

    leaf: Leaf
    duty: Duty


class PartnerInspected(CrossingEvent, frozen=True):
    """What an inspection of the partner found: evidence for the agency with the same duty here, never its decision."""

    leaf: Leaf
    duty: Duty
    passed: bool
    reason: str = ""
    evidence: Line = ""


class DiscrepancyFound(CrossingEvent, frozen=True):
    """What was found here, or by the partner (``leaf``), is not what was declared at ``path``."""

    duty: Duty
    code: Code
    path: str = ""
    declared: Line = ""
    found: Line = ""
    actor: str = ""
    leaf: Leaf = ""


class CertificateAsked(CrossingEvent, frozen=True):
    """An agency here, or of the partner (``leaf``), asks the one with the same duty whether a document is genuine."""

    duty: Duty
    kind: Code
    number: str
    text: Line = ""
    actor: str = ""
    leaf: Leaf = ""


class CertificateAnswered(CrossingEvent, frozen=True):
    """The answer to such a question, ours or the partner's (``leaf``)."""

    duty: Duty
    kind: Code
    number: str
    verdict: Genuine
    text: Line = ""
    actor: str = ""
    leaf: Leaf = ""


class AttachmentsListed(CrossingEvent, frozen=True):
    """Files that belong to the crossing, held here or by the partner (``leaf``)."""

    attachments: tuple[Attachment, ...]
    actor: str = ""
    leaf: Leaf = ""


class ActProposed(CrossingEvent, frozen=True):
    """A person asked for an act that the plan asks two persons for; ``order`` is what they gave, not yet done."""

    number: int
    act: GuardedAct
    duty: Duty
    order: dict[str, Any]
    actor: str


class ActConfirmed(CrossingEvent, frozen=True):
    """A second person of the same duty confirmed it; the events of the act follow in the same entry."""

    number: int
    act: GuardedAct
    duty: Duty
    proposed_by: str
    actor: str


class ActDropped(CrossingEvent, frozen=True):
    """It is not to be done."""

    number: int
    act: GuardedAct
    duty: Duty
    reason: Line
    actor: str


ALL: tuple[type[CrossingEvent], ...] = (
    CrossingDeclared, FieldCorrected, DecisionReopened, DocumentAttached, DeclarationLodged, BindingChanged, SlotBooked,
    PlaceTaken, PlaceFactsChanged, HeldAtBuffer, PlaceCalled, CallAcknowledged, InstructionAcknowledged, CallMissed, PlaceMoved,
    PlaceLost, Diverted, VehicleArrived, CheckRecorded, AgencyDecided, ChannelAssigned,
    InspectionOrdered, InspectionFinished, SampleTaken, LaboratoryAnswered, SealApplied, SealChecked,
    SealBroken, FeeAssessed, FeePaid, CrossingReleased, ReleaseWithdrawn, ArrivalAccepted,
    ArrivalDeclined, VehicleDeparted, HandoverConfirmed, HandoverDisputed, StayStarted, StayWarned,
    StayEnded, CrossingRefused, VehicleReturned, CrossingCancelled, CrossingClosed, PartnerAccepted,
    PartnerDeclined, PartnerReleased, PartnerDeparted, PartnerReceived, PartnerDisputed,
    PartnerRefused, PartnerClosed, PartnerStatusTold, PartnerSealTold, PartnerHeld, PartnerLifted,
    PartnerInspected, DiscrepancyFound, CertificateAsked, CertificateAnswered, AttachmentsListed,
    ActProposed, ActConfirmed, ActDropped,
)  # fmt: skip
"""Every event of a crossing."""
