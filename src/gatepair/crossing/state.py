"""The state of one crossing at one post: what the fold of its events gives.

The state is a frozen msgspec struct, not a dataclass, because ``msgspec.structs.replace`` copies it in
about two microseconds, where ``dataclasses.replace`` takes twenty; and it can be stored and read back.
Mappings in it are never changed in place.
"""

from __future__ import annotations

from typing import Any, Final

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
    Driver,
    Fee,
    Genuine,
    Heard,
    Line,
    LoadUnit,
    Lodged,
    Onward,
    PlaceFacts,
    Reason,
    Rested,
    Sample,
    Seal,
    Seen,
    Stage,
    Verdict,
)
from gatepair.plan.model import Direction, GuardedAct, LaneKind, Role


class Place(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The crossing's place in the published order."""

    number: int
    facts: PlaceFacts
    binding_digest: str
    taken_at_ms: int
    yard: Code = ""
    """Buffer or gate yard in which the vehicle waits."""
    held: bool = False
    holds: int = 0
    """How often it was held at a buffer."""
    called_until_ms: int | None = None
    acknowledged: bool = False
    misses: int = 0
    moved: bool = False


class Inspection(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The latest inspection that one duty ordered; ``passed`` is None while it runs."""

    duty: Duty
    bay: Code
    reason: Code
    ordered_at_ms: int
    passed: bool | None = None
    begun_at_ms: int | None = None
    """When the vehicle was first recorded in the bay."""


class ReleaseWord(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Customs' release: by whom, on which decisions and on which fields it rests."""

    actor: str
    at_ms: int
    relied_on: tuple[Duty, ...]
    paths: tuple[str, ...] = ()


class Departure(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How the load unit left: lane, what was seen, what the decision rested on, whether acceptance was on record."""

    at_ms: int
    lane: Code
    seen: Seen
    rested: Rested
    released: bool
    accepted: bool
    held: bool = False
    """Whether an agency of the entry post held it; never, by the rule."""


class PartnerDeparture(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The partner's word that it left over there."""

    at_ms: int
    lane: Code
    rested: Rested
    seals: tuple[str, ...] = ()


class Stay(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The foreign vehicle's stay clock."""

    until_ms: int
    clock: Code
    warned: bool = False
    overdue: bool = False
    ended_at_ms: int | None = None


class Refused(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Why the goods do not pass, where they go, and whether the partner said so."""

    cause: Code
    onward: Onward
    duty: Duty


class Discrepancy(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was found that is not as declared, by whom, and whether the partner says so."""

    duty: Duty
    code: Code
    path: str = ""
    declared: Line = ""
    found: Line = ""
    by_partner: bool = False


class Question(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A question about a certificate, ours or the partner's, and its answer once there is one."""

    duty: Duty
    kind: Code
    number: str
    text: Line = ""
    by_partner: bool = False
    verdict: Genuine | None = None
    answer: Line = ""

    def is_about(self, duty: Duty, kind: str, number: str) -> bool:
        """Tell whether it asks ``duty`` about this document."""
        return (self.duty, self.kind, self.number) == (duty, kind, number)


class Proposal(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An act that waits for a second person: what ``actor`` ordered, when."""

    number: int
    act: GuardedAct
    duty: Duty
    order: dict[str, Any]
    actor: str
    at_ms: int


class PartnerInspection(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The latest inspection that the partner's agency with this duty told of; ``leaf`` names its entry."""

    duty: Duty
    passed: bool
    leaf: str
    reason: str = ""
    evidence: Line = ""


class Crossing(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One load unit going one way over the line, as this post knows it after ``version`` events."""

    id: str
    version: int
    role: Role
    direction: Direction
    route: Code
    lane_kind: LaneKind
    load: LoadUnit
    declaration: Declaration
    binding: Binding
    stage: Stage
    custody: Custody = Custody.CARRIER
    driver: Driver | None = None
    declarant: str = ""
    return_of: str | None = None
    announced_leaf: str = ""
    """Leaf of the partner's announcement; empty when it was declared here."""

    decisions: dict[Duty, AgencyDecision] = {}
    """The standing decision of each duty; a reopened one is absent."""
    channel: Channel | None = None
    documents_checked: bool = False
    """Customs looked at the papers (yellow and red channel)."""
    inspections: tuple[Inspection, ...] = ()
    """The latest inspection of each duty."""
    samples: tuple[Sample, ...] = ()
    seals: tuple[Seal, ...] = ()
    """Seals that are on; one broken on purpose is no longer among them."""
    checks: dict[str, Code] = {}
    """Last result by station."""
    fee: Fee | None = None
    fee_receipts: tuple[str, ...] = ()
    release: ReleaseWord | None = None
    corrections: int = 0
    rebindings: int = 0

    place: Place | None = None
    places_lost: int = 0
    heard: Heard | None = None
    """What the driver last said he read."""
    slot: tuple[int, int] | None = None
    """Booked window, start and end in milliseconds."""

    accepted_at_ms: int | None = None
    """Entry post: we said that it may come."""
    declined: tuple[Reason, ...] = ()
    """Entry post: why we said that it may not come."""
    arrived_at_ms: int | None = None
    early: bool = False
    """Entry post: it stood here before the partner's word of its departure came."""
    departure: Departure | None = None
    received_at_ms: int | None = None
    condition: Code = ""
    dispute: Line = ""
    """An open dispute over the handover, ours or the partner's."""
    stay: Stay | None = None
    refused: Refused | None = None
    returned_at_ms: int | None = None
    outcome: Code = ""
    diverted_to: Code = ""

    partner_accepted_at_ms: int | None = None
    partner_declined: tuple[Reason, ...] = ()
    partner_released_at_ms: int | None = None
    partner_departure: PartnerDeparture | None = None
    partner_received_at_ms: int | None = None
    partner_closed_at_ms: int | None = None
    partner_status: Code = ""
    """How far it is at the partner's gate, as it told."""
    partner_seals: tuple[Seal, ...] = ()
    """Seals that are on by the partner's word."""
    partner_holds: dict[Duty, tuple[Code, ...]] = {}
    """Which agencies of the entry post hold it, and why; it does not depart until they lift it."""
    partner_inspections: tuple[PartnerInspection, ...] = ()

    discrepancies: tuple[Discrepancy, ...] = ()
    questions: tuple[Question, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    proposals: tuple[Proposal, ...] = ()
    """Acts that wait for a second person."""
    proposed: int = 0
    """How many acts were ever proposed; the next one has the number after."""

    lodged: tuple[Lodged, ...] = ()
    """What the declarations lodged for it came to, the latest of each reference."""

    last_at_ms: int = 0
    """Latest time of an act reported at this post; the partner's clock does not move it."""

    @property
    def released(self) -> bool:
        """Tell whether customs' release stands at this post."""
        return self.release is not None

    @property
    def closed(self) -> bool:
        """Tell whether nothing more is to be done with the goods at this post."""
        return self.stage in ENDED

    def verdicts(self, verdict: Verdict) -> tuple[Duty, ...]:
        """Return the duties whose standing decision is ``verdict``, in the order they gave it."""
        return tuple(duty for duty, decision in self.decisions.items() if decision.verdict is verdict)

    def partner_inspection_of(self, duty: Duty) -> PartnerInspection | None:
        """Return the latest inspection that the partner's agency with ``duty`` told of."""
        return next((inspection for inspection in self.partner_inspections if inspection.duty is duty), None)

    def proposal(self, number: int) -> Proposal | None:
        """Return the act that waits for a second person under ``number``."""
        return next((one for one in self.proposals if one.number == number), None)

    def open_questions(self, *, by_partner: bool) -> tuple[Question, ...]:
        """Return the questions about certificates that wait for an answer: the partner's, or ours."""
        return tuple(one for one in self.questions if one.by_partner is by_partner and one.verdict is None)

    def inspection_of(self, duty: Duty) -> Inspection | None:
        """Return the latest inspection of ``duty``."""
        return next((inspection for inspection in self.inspections if inspection.duty is duty), None)


def call_basis(place: Place | None) -> Code:
    """Return what names the standing call of ``place``: no other call has its number and its end."""
    return "call" if place is None else f"call-{place.number}-{place.called_until_ms or 0}"


ENDED: Final = frozenset({Stage.CLOSED, Stage.CANCELLED, Stage.RETURNED})
"""Stages in which a crossing accepts nothing but the end and the warnings of a stay that still runs."""
BEFORE_GATE: Final = frozenset({Stage.DECLARED, Stage.QUEUED, Stage.CALLED})
"""Exit post: not yet inside the gate."""
