"""The fold: a crossing's state from its events. No rule is checked here; what was recorded is true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec.structs import replace

from gatepair.base.duties import Duty
from gatepair.base.errors import InvariantBroken
from gatepair.crossing import events as ev
from gatepair.crossing.model import Channel, Custody, Heard, Instruction, Reason, Seal, SealAct, Stage, Verdict
from gatepair.crossing.paths import with_value
from gatepair.crossing.state import (
    Crossing,
    Departure,
    Discrepancy,
    Inspection,
    PartnerDeparture,
    PartnerInspection,
    Place,
    Proposal,
    Question,
    Refused,
    ReleaseWord,
    Stay,
    call_basis,
)
from gatepair.plan.model import Role

Changes = dict[str, Any]


def apply(crossing: Crossing | None, event: ev.CrossingEvent, crossing_id: str) -> Crossing:
    """Return the crossing after ``event``; ``None`` before its first one.

    Raises:
        InvariantBroken: when a stream does not begin with its declaration, or begins twice.
    """
    if crossing is None or isinstance(event, ev.CrossingDeclared):
        if crossing is not None or not isinstance(event, ev.CrossingDeclared):
            raise InvariantBroken(
                "a crossing begins with its declaration, once", crossing=crossing_id, event=type(event).__name__
            )
        return _declared(event, crossing_id)
    changes = _HANDLERS[type(event)](crossing, event)
    changes["version"] = crossing.version + 1
    # The partner's clock orders nothing here: its events keep their own time and move no other.
    if event.at_ms > crossing.last_at_ms and not getattr(event, "leaf", ""):
        changes["last_at_ms"] = event.at_ms
    return replace(crossing, **changes)


def fold(events: Iterable[ev.CrossingEvent], crossing_id: str) -> Crossing | None:
    """Return the crossing after all ``events``; None when there are none."""
    crossing: Crossing | None = None
    for event in events:
        crossing = apply(crossing, event, crossing_id)
    return crossing


def _declared(event: ev.CrossingDeclared, crossing_id: str) -> Crossing:
    announced = event.role is Role.ENTRY and bool(event.leaf)
    return Crossing(
        id=crossing_id,
        version=1,
        role=event.role,
        direction=event.direction,
        route=event.route,
        lane_kind=event.lane_kind,
        load=event.load,
        declaration=event.declaration,
        binding=event.binding,
        stage=Stage.ANNOUNCED if announced else Stage.DECLARED,
        driver=event.driver,
        declarant=event.declarant,
        return_of=event.return_of,
        announced_leaf=event.leaf,
        last_at_ms=0 if event.leaf else event.at_ms,
    )


# --- the record ---------------------------------------------------------------------------


def _field_corrected(crossing: Crossing, event: ev.FieldCorrected) -> Changes:
    declaration, binding, driver = with_value(
        event.path,
        event.new,
        declaration=crossing.declaration,
        binding=crossing.binding,
        driver=crossing.driver,
    )
    changes: Changes = {
        "declaration": declaration,
        "binding": binding,
        "driver": driver,
        "corrections": crossing.corrections + 1,
    }
    if binding.claims() != crossing.binding.claims():
        # The word that it may come was given for the other vehicle.
        changes["accepted_at_ms"] = None
        changes["rebindings"] = crossing.rebindings + 1
    return changes


def _decision_reopened(crossing: Crossing, event: ev.DecisionReopened) -> Changes:
    return {"decisions": {duty: kept for duty, kept in crossing.decisions.items() if duty is not event.duty}}


def _document_attached(crossing: Crossing, event: ev.DocumentAttached) -> Changes:
    documents = (*crossing.declaration.documents, event.document)
    return {"declaration": replace(crossing.declaration, documents=documents)}


def _declaration_lodged(crossing: Crossing, event: ev.DeclarationLodged) -> Changes:
    kept = (each for each in crossing.lodged if each.reference != event.lodged.reference)
    return {"lodged": (*kept, event.lodged)}


def _binding_changed(crossing: Crossing, event: ev.BindingChanged) -> Changes:
    changes: Changes = {
        "binding": event.new,
        "rebindings": crossing.rebindings + 1,
        "partner_accepted_at_ms": None,
    }
    if crossing.place is not None and event.keeps_place:
        changes["place"] = replace(crossing.place, binding_digest=event.binding_digest)
    return changes


def _cancelled(_crossing: Crossing, _event: ev.CrossingCancelled) -> Changes:
    return {"stage": Stage.CANCELLED, "place": None, "outcome": "cancelled"}


def _closed(crossing: Crossing, event: ev.CrossingClosed) -> Changes:
    changes: Changes = {"outcome": event.outcome, "place": None}
    if crossing.stage is not Stage.RETURNED:
        changes["stage"] = Stage.CLOSED
    if event.outcome == "delivered":
        changes["custody"] = Custody.CONSIGNEE
    elif crossing.role is Role.ENTRY or event.outcome in {"diverted", "turned_back"}:
        changes["custody"] = Custody.CARRIER
    return changes


# --- the queue ----------------------------------------------------------------------------


def _slot_booked(_crossing: Crossing, event: ev.SlotBooked) -> Changes:
    return {"slot": (event.start_ms, event.until_ms)}


def _place_taken(_crossing: Crossing, event: ev.PlaceTaken) -> Changes:
    place = Place(
        number=event.number,
        facts=event.facts,
        binding_digest=event.binding_digest,
        taken_at_ms=event.at_ms,
        yard=event.yard,
    )
    return {"place": place, "stage": Stage.QUEUED}


def _placed(crossing: Crossing, **changes: object) -> Changes:
    return {"place": replace(crossing.place, **changes) if crossing.place is not None else None}


def _place_facts_changed(crossing: Crossing, event: ev.PlaceFactsChanged) -> Changes:
    return _placed(crossing, facts=event.facts)


def _held_at_buffer(crossing: Crossing, event: ev.HeldAtBuffer) -> Changes:
    holds = crossing.place.holds + 1 if crossing.place is not None else 0
    return _placed(crossing, yard=event.yard, held=True, holds=holds)


def _place_called(crossing: Crossing, event: ev.PlaceCalled) -> Changes:
    changes = _placed(crossing, called_until_ms=event.until_ms, acknowledged=False)
    return {**changes, "stage": Stage.CALLED}


def _call_acknowledged(crossing: Crossing, event: ev.CallAcknowledged) -> Changes:
    heard = Heard(instruction=Instruction.COME_NOW, basis=call_basis(crossing.place), at_ms=event.at_ms)
    return {**_placed(crossing, acknowledged=True), "heard": heard}


def _instruction_acknowledged(_crossing: Crossing, event: ev.InstructionAcknowledged) -> Changes:
    return {"heard": Heard(instruction=event.instruction, basis=event.basis, at_ms=event.at_ms)}


def _call_missed(crossing: Crossing, event: ev.CallMissed) -> Changes:
    changes = _placed(crossing, called_until_ms=None, acknowledged=False, misses=event.misses, moved=False)
    return {**changes, "stage": Stage.QUEUED}


def _place_moved(crossing: Crossing, _event: ev.PlaceMoved) -> Changes:
    return _placed(crossing, moved=True)


def _place_lost(crossing: Crossing, event: ev.PlaceLost) -> Changes:
    changes: Changes = {"place": None}
    if event.cause != "departed":
        changes["places_lost"] = crossing.places_lost + 1
    if crossing.stage in {Stage.QUEUED, Stage.CALLED}:
        changes["stage"] = Stage.DECLARED
    return changes


def _diverted(_crossing: Crossing, event: ev.Diverted) -> Changes:
    return {"diverted_to": event.gate}


# --- stations and agencies ----------------------------------------------------------------


def _vehicle_arrived(crossing: Crossing, event: ev.VehicleArrived) -> Changes:
    changes: Changes = {"stage": Stage.ARRIVED, "arrived_at_ms": event.at_ms}
    if crossing.role is Role.EXIT:
        changes["custody"] = Custody.EXIT_POST
    else:
        changes["early"] = bool(crossing.announced_leaf) and crossing.partner_departure is None
    return changes


def _check_recorded(crossing: Crossing, event: ev.CheckRecorded) -> Changes:
    # One visit to a bay serves every agency that ordered it there.
    inspections = tuple(
        replace(one, begun_at_ms=event.at_ms) if _begins(one, event.station) else one for one in crossing.inspections
    )
    changes: Changes = {"checks": {**crossing.checks, event.station: event.result}, "inspections": inspections}
    if event.duty is Duty.CUSTOMS and event.result == DOCUMENTS_OK:
        changes["documents_checked"] = True
    return changes


def _begins(inspection: Inspection, station: str) -> bool:
    return inspection.bay == station and inspection.begun_at_ms is None and inspection.passed is None


DOCUMENTS_OK: Final = "documents_ok"
"""Result of customs' check of the papers that the yellow and the red channel ask for."""


def _agency_decided(crossing: Crossing, event: ev.AgencyDecided) -> Changes:
    others = {duty: kept for duty, kept in crossing.decisions.items() if duty is not event.duty}
    changes: Changes = {"decisions": {**others, event.duty: event.decision}}
    if event.duty is Duty.CUSTOMS and event.decision.verdict is Verdict.CLEAR:
        changes["documents_checked"] = True
    return changes


def _channel_assigned(_crossing: Crossing, event: ev.ChannelAssigned) -> Changes:
    return {"channel": event.channel, "documents_checked": event.channel is Channel.GREEN}


def _inspection_ordered(crossing: Crossing, event: ev.InspectionOrdered) -> Changes:
    ordered = Inspection(duty=event.duty, bay=event.bay, reason=event.reason, ordered_at_ms=event.at_ms)
    others = tuple(kept for kept in crossing.inspections if kept.duty is not event.duty)
    return {"inspections": (*others, ordered)}


def _inspection_finished(crossing: Crossing, event: ev.InspectionFinished) -> Changes:
    inspections = tuple(
        replace(kept, passed=event.passed) if kept.duty is event.duty else kept for kept in crossing.inspections
    )
    return {"inspections": inspections}


def _sample_taken(crossing: Crossing, event: ev.SampleTaken) -> Changes:
    return {"samples": (*crossing.samples, event.sample)}


def _laboratory_answered(crossing: Crossing, event: ev.LaboratoryAnswered) -> Changes:
    samples = tuple(
        replace(kept, passed=event.passed) if kept.number == event.number else kept for kept in crossing.samples
    )
    return {"samples": samples}


def _seal_applied(crossing: Crossing, event: ev.SealApplied) -> Changes:
    return {"seals": (*crossing.seals, event.seal)}


def _seal_checked(crossing: Crossing, event: ev.SealChecked) -> Changes:
    seals = tuple(
        replace(kept, intact=event.intact) if kept.number == event.number else kept for kept in crossing.seals
    )
    return {"seals": seals}


def _seal_broken(crossing: Crossing, event: ev.SealBroken) -> Changes:
    return {"seals": tuple(kept for kept in crossing.seals if kept.number != event.number)}


def _fee_assessed(crossing: Crossing, event: ev.FeeAssessed) -> Changes:
    paid = crossing.fee.paid_minor if crossing.fee is not None else 0
    return {"fee": replace(event.fee, paid_minor=paid)}


def _fee_paid(crossing: Crossing, event: ev.FeePaid) -> Changes:
    if crossing.fee is None:
        raise InvariantBroken("a payment without a fee", crossing=crossing.id)
    paid = crossing.fee.paid_minor + event.amount_minor
    return {
        "fee": replace(crossing.fee, paid_minor=paid, receipt=event.receipt),
        "fee_receipts": (*crossing.fee_receipts, event.receipt),
    }


def _released(_crossing: Crossing, event: ev.CrossingReleased) -> Changes:
    word = ReleaseWord(actor=event.actor, at_ms=event.at_ms, relied_on=event.relied_on, paths=event.paths)
    return {"release": word}


def _release_withdrawn(_crossing: Crossing, _event: ev.ReleaseWithdrawn) -> Changes:
    return {"release": None}


def _refused(_crossing: Crossing, event: ev.CrossingRefused) -> Changes:
    refused = Refused(cause=event.cause, onward=event.onward, duty=event.duty)
    return {"stage": Stage.REFUSED, "refused": refused}


# --- the line and the other side ----------------------------------------------------------


def _arrival_accepted(_crossing: Crossing, event: ev.ArrivalAccepted) -> Changes:
    return {"accepted_at_ms": event.at_ms, "declined": ()}


def _arrival_declined(_crossing: Crossing, event: ev.ArrivalDeclined) -> Changes:
    return {"accepted_at_ms": None, "declined": event.reasons}


def _vehicle_departed(crossing: Crossing, event: ev.VehicleDeparted) -> Changes:
    departure = Departure(
        at_ms=event.at_ms,
        lane=event.lane,
        seen=event.seen,
        rested=event.rested,
        released=crossing.released,
        accepted=crossing.partner_accepted_at_ms is not None,
        held=bool(crossing.partner_holds),
    )
    return {"departure": departure, "stage": Stage.DEPARTED, "custody": Custody.LINE}


def _handover_confirmed(_crossing: Crossing, event: ev.HandoverConfirmed) -> Changes:
    return {
        "stage": Stage.ARRIVED,
        "received_at_ms": event.at_ms,
        "condition": event.condition,
        "custody": event.custody,
        "dispute": "",
    }


def _handover_disputed(_crossing: Crossing, event: ev.HandoverDisputed) -> Changes:
    return {"dispute": event.reason or "disputed"}


def _stay_started(_crossing: Crossing, event: ev.StayStarted) -> Changes:
    return {"stay": Stay(until_ms=event.until_ms, clock=event.clock)}


def _stay_warned(crossing: Crossing, event: ev.StayWarned) -> Changes:
    if crossing.stay is None:
        raise InvariantBroken("a warning without a stay clock", crossing=crossing.id)
    return {"stay": replace(crossing.stay, warned=True, overdue=event.overdue)}


def _stay_ended(crossing: Crossing, event: ev.StayEnded) -> Changes:
    if crossing.stay is None:
        raise InvariantBroken("the end of a stay that never began", crossing=crossing.id)
    return {"stay": replace(crossing.stay, ended_at_ms=event.at_ms)}


def _vehicle_returned(_crossing: Crossing, event: ev.VehicleReturned) -> Changes:
    return {"stage": Stage.RETURNED, "returned_at_ms": event.at_ms, "custody": Custody.CARRIER}


def _partner_accepted(_crossing: Crossing, event: ev.PartnerAccepted) -> Changes:
    return {"partner_accepted_at_ms": event.at_ms, "partner_declined": ()}


UNSPECIFIED: Final = Reason(code="unspecified")
"""Stands for the reasons of a decline that the agreement does not list."""


def _partner_declined(_crossing: Crossing, event: ev.PartnerDeclined) -> Changes:
    return {"partner_accepted_at_ms": None, "partner_declined": event.reasons or (UNSPECIFIED,)}


def _partner_released(_crossing: Crossing, event: ev.PartnerReleased) -> Changes:
    return {"partner_released_at_ms": event.at_ms}


def _partner_departed(crossing: Crossing, event: ev.PartnerDeparted) -> Changes:
    word = PartnerDeparture(at_ms=event.at_ms, lane=event.lane, rested=event.rested, seals=event.seals)
    return {
        "partner_departure": word,
        "custody": Custody.LINE if crossing.received_at_ms is None else crossing.custody,
    }


def _partner_received(_crossing: Crossing, event: ev.PartnerReceived) -> Changes:
    return {
        "partner_received_at_ms": event.at_ms,
        "condition": event.condition,
        "custody": Custody.ENTRY_POST,
        "dispute": "",
    }


def _partner_disputed(_crossing: Crossing, event: ev.PartnerDisputed) -> Changes:
    return {"dispute": event.reason or "disputed"}


def _partner_refused(_crossing: Crossing, event: ev.PartnerRefused) -> Changes:
    refused = Refused(cause=event.cause, onward=event.onward, duty=Duty.PARTNER)
    return {"stage": Stage.REFUSED, "refused": refused}


def _partner_closed(_crossing: Crossing, event: ev.PartnerClosed) -> Changes:
    return {"partner_closed_at_ms": event.at_ms, "custody": Custody.CONSIGNEE}


def _partner_status_told(_crossing: Crossing, event: ev.PartnerStatusTold) -> Changes:
    changes: Changes = {"partner_status": event.status}
    if event.status == RELEASE_WITHDRAWN:
        changes["partner_released_at_ms"] = None
    return changes


RELEASE_WITHDRAWN: Final = "release_withdrawn"
"""Status by which the exit post says that its customs took the release back."""


def _partner_seal_told(crossing: Crossing, event: ev.PartnerSealTold) -> Changes:
    others = tuple(kept for kept in crossing.partner_seals if kept.number != event.number)
    told = () if event.act is SealAct.BROKEN else (Seal(number=event.number, kind=event.kind, intact=event.intact),)
    return {"partner_seals": (*others, *told)}


def _partner_held(crossing: Crossing, event: ev.PartnerHeld) -> Changes:
    return {"partner_holds": {**crossing.partner_holds, event.duty: event.reasons}}


def _partner_lifted(crossing: Crossing, event: ev.PartnerLifted) -> Changes:
    return {"partner_holds": {duty: why for duty, why in crossing.partner_holds.items() if duty is not event.duty}}


def _partner_inspected(crossing: Crossing, event: ev.PartnerInspected) -> Changes:
    told = PartnerInspection(
        duty=event.duty, passed=event.passed, leaf=event.leaf, reason=event.reason, evidence=event.evidence
    )
    others = tuple(kept for kept in crossing.partner_inspections if kept.duty is not event.duty)
    return {"partner_inspections": (*others, told)}


def _discrepancy_found(crossing: Crossing, event: ev.DiscrepancyFound) -> Changes:
    found = Discrepancy(
        duty=event.duty,
        code=event.code,
        path=event.path,
        declared=event.declared,
        found=event.found,
        by_partner=bool(event.leaf),
    )
    return {"discrepancies": (*crossing.discrepancies, found)}


def _certificate_asked(crossing: Crossing, event: ev.CertificateAsked) -> Changes:
    asked = Question(
        duty=event.duty, kind=event.kind, number=event.number, text=event.text, by_partner=bool(event.leaf)
    )
    return {"questions": (*crossing.questions, asked)}


def _certificate_answered(crossing: Crossing, event: ev.CertificateAnswered) -> Changes:
    ours = not event.leaf
    return {
        "questions": tuple(
            replace(asked, verdict=event.verdict, answer=event.text)
            if asked.by_partner is ours and asked.is_about(event.duty, event.kind, event.number)
            else asked
            for asked in crossing.questions
        )
    }


def _attachments_listed(crossing: Crossing, event: ev.AttachmentsListed) -> Changes:
    known = {attachment.sha256 for attachment in crossing.attachments}
    fresh = tuple(attachment for attachment in event.attachments if attachment.sha256 not in known)
    return {"attachments": (*crossing.attachments, *fresh)}


def _act_proposed(crossing: Crossing, event: ev.ActProposed) -> Changes:
    proposal = Proposal(
        number=event.number, act=event.act, duty=event.duty, order=event.order, actor=event.actor, at_ms=event.at_ms
    )
    return {"proposals": (*crossing.proposals, proposal), "proposed": event.number}


def _act_settled(crossing: Crossing, event: ev.ActConfirmed | ev.ActDropped) -> Changes:
    return {"proposals": tuple(one for one in crossing.proposals if one.number != event.number)}


_HANDLERS: Final[dict[type[ev.CrossingEvent], Callable[[Crossing, Any], Changes]]] = {
    ev.FieldCorrected: _field_corrected,
    ev.DecisionReopened: _decision_reopened,
    ev.DocumentAttached: _document_attached,
    ev.DeclarationLodged: _declaration_lodged,
    ev.BindingChanged: _binding_changed,
    ev.SlotBooked: _slot_booked,
    ev.PlaceTaken: _place_taken,
    ev.PlaceFactsChanged: _place_facts_changed,
    ev.HeldAtBuffer: _held_at_buffer,
    ev.PlaceCalled: _place_called,
    ev.CallAcknowledged: _call_acknowledged,
    ev.InstructionAcknowledged: _instruction_acknowledged,
    ev.CallMissed: _call_missed,
    ev.PlaceMoved: _place_moved,
    ev.PlaceLost: _place_lost,
    ev.Diverted: _diverted,
    ev.VehicleArrived: _vehicle_arrived,
    ev.CheckRecorded: _check_recorded,
    ev.AgencyDecided: _agency_decided,
    ev.ChannelAssigned: _channel_assigned,
    ev.InspectionOrdered: _inspection_ordered,
    ev.InspectionFinished: _inspection_finished,
    ev.SampleTaken: _sample_taken,
    ev.LaboratoryAnswered: _laboratory_answered,
    ev.SealApplied: _seal_applied,
    ev.SealChecked: _seal_checked,
    ev.SealBroken: _seal_broken,
    ev.FeeAssessed: _fee_assessed,
    ev.FeePaid: _fee_paid,
    ev.CrossingReleased: _released,
    ev.ReleaseWithdrawn: _release_withdrawn,
    ev.CrossingRefused: _refused,
    ev.ArrivalAccepted: _arrival_accepted,
    ev.ArrivalDeclined: _arrival_declined,
    ev.VehicleDeparted: _vehicle_departed,
    ev.HandoverConfirmed: _handover_confirmed,
    ev.HandoverDisputed: _handover_disputed,
    ev.StayStarted: _stay_started,
    ev.StayWarned: _stay_warned,
    ev.StayEnded: _stay_ended,
    ev.VehicleReturned: _vehicle_returned,
    ev.CrossingCancelled: _cancelled,
    ev.CrossingClosed: _closed,
    ev.PartnerAccepted: _partner_accepted,
    ev.PartnerDeclined: _partner_declined,
    ev.PartnerReleased: _partner_released,
    ev.PartnerDeparted: _partner_departed,
    ev.PartnerReceived: _partner_received,
    ev.PartnerDisputed: _partner_disputed,
    ev.PartnerRefused: _partner_refused,
    ev.PartnerClosed: _partner_closed,
    ev.PartnerStatusTold: _partner_status_told,
    ev.PartnerSealTold: _partner_seal_told,
    ev.PartnerHeld: _partner_held,
    ev.PartnerLifted: _partner_lifted,
    ev.PartnerInspected: _partner_inspected,
    ev.DiscrepancyFound: _discrepancy_found,
    ev.CertificateAsked: _certificate_asked,
    ev.CertificateAnswered: _certificate_answered,
    ev.AttachmentsListed: _attachments_listed,
    ev.ActProposed: _act_proposed,
    ev.ActConfirmed: _act_settled,
    ev.ActDropped: _act_settled,
}
