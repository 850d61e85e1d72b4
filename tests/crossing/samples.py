"""One synthetic sample of every event, each field filled, for the golden files."""

from __future__ import annotations

from msgspec.structs import replace

from crossing.ground import BOX, DRIVER, FRUIT, OTHER_TRUCK, START_MS, TEST_PAPER, TRUCK, leaf, seen
from gatepair.base.duties import Duty
from gatepair.crossing import events as ev
from gatepair.crossing import model
from gatepair.plan.model import CommodityGroup, Direction, GuardedAct, LaneKind, Regime, Role

T = START_MS
LEAF = leaf("golden")
DIGEST = leaf("binding")
FACTS = model.PlaceFacts(
    commodity=CommodityGroup.FRESH_FRUIT,
    regime=Regime.TWO_WAY,
    tested=True,
    paired_return=True,
    load=model.LoadUnit.CONTAINER,
    route="r1",
    lane_kind=LaneKind.UNMANNED,
)
DECISION = model.AgencyDecision(
    verdict=model.Verdict.HOLD,
    reasons=("papers",),
    evidence="photo 4",
    source="single-window",
    relied_on=("goods.*.hs",),
    actor="quarantine-1",
    at_ms=T,
)
REASON = model.Reason(code="laboratory_full", path="goods.0")
SAMPLE = model.Sample(number="s-1", laboratory="lab-1", taken_at_ms=T, expected_at_ms=T + 1000, passed=True)
TRIP = model.Trip(batch="B-2025-0001", waybills=(model.Waybill(number="W/1", part=2, parts=3),))
FEE = model.Fee(amount_minor=1_500_000, currency="VND", line="a-fees lines.3", paid_minor=500, receipt="r-1")
RESTED = model.Rested(clause="officer_confirmed", age_s=1200, size=42, officer="guard-7")
LODGED = model.Lodged(
    sha256="ab" * 32,
    reference="SYN-1",
    actor="trader-1",
    on="2025-11-11",
    importing="CN",
    currency="CNY",
    items=(model.LodgedItem(1, "08106000", "acfta", 0, 639_000, 1_420_000),),
    duty_minor=1,
    total_minor=639_000,
    saved_minor=1_420_000,
    findings=(model.LodgedFinding("duty.no_vat", "note", "goods_shipment"),),
    premises=("assessment.exchange_declared",),
    sheets=("cn-mfn-2024-01-01-0123456789ab",),
)
LOOK = seen(BOX, seals=("c-1",))

SAMPLES: tuple[ev.CrossingEvent, ...] = (
    ev.CrossingDeclared(
        at_ms=T,
        role=Role.ENTRY,
        direction=Direction.IN,
        route="r1",
        lane_kind=LaneKind.UNMANNED,
        load=model.LoadUnit.CONTAINER,
        declaration=replace(FRUIT, trip=TRIP),
        binding=BOX,
        driver=DRIVER,
        return_of="X" + "Q" * 20,
        declarant="partner",
        leaf=LEAF,
    ),
    ev.FieldCorrected(
        at_ms=T, path="goods.0.hs", old="0810600000", new="0810500000", reason="typing", actor="trader-1", leaf=LEAF
    ),
    ev.DecisionReopened(at_ms=T, duty=Duty.QUARANTINE, path="goods.0.hs"),
    ev.DocumentAttached(at_ms=T, document=TEST_PAPER),
    ev.DeclarationLodged(at_ms=T, declaration_text='{"declaration":{"id":"SYN-1"}}', lodged=LODGED),
    ev.BindingChanged(
        at_ms=T,
        old=TRUCK,
        new=OTHER_TRUCK,
        reason="engine failed",
        keeps_place=True,
        binding_digest=DIGEST,
        code="medical",
        actor="gate_board-1",
    ),
    ev.SlotBooked(at_ms=T, start_ms=T + 1000, until_ms=T + 2000),
    ev.PlaceTaken(at_ms=T, number=7, facts=FACTS, binding_digest=DIGEST, yard="a-buffer"),
    ev.PlaceFactsChanged(at_ms=T, number=7, facts=FACTS),
    ev.HeldAtBuffer(at_ms=T, number=7, yard="a-buffer"),
    ev.PlaceCalled(at_ms=T, number=7, until_ms=T + 1000),
    ev.CallAcknowledged(at_ms=T, number=7),
    ev.InstructionAcknowledged(at_ms=T, instruction=model.Instruction.HOLD_AT_BUFFER, basis="yard-a-buffer"),
    ev.CallMissed(at_ms=T, number=7, misses=1),
    ev.PlaceMoved(at_ms=T, number=7, code="medical", reason="driver ill", actor="gate_board-1"),
    ev.PlaceLost(at_ms=T, number=7, cause="rebound"),
    ev.Diverted(at_ms=T, gate="tan-thanh", reason="road closed", actor="gate_board-1"),
    ev.VehicleArrived(at_ms=T, station="a-exit", seen=LOOK, binding_digest=DIGEST),
    ev.CheckRecorded(at_ms=T, station="a-exit", duty=Duty.CUSTOMS, result="documents_ok", seen=LOOK, evidence="scan 9"),
    ev.AgencyDecided(at_ms=T, duty=Duty.QUARANTINE, decision=DECISION),
    ev.ChannelAssigned(at_ms=T, channel=model.Channel.RED, profile=1, draw_permille=950, reason="share.default"),
    ev.InspectionOrdered(at_ms=T, bay="bay-1", reason="red", duty=Duty.CUSTOMS),
    ev.InspectionFinished(at_ms=T, passed=True, duty=Duty.CUSTOMS, evidence="photo 5"),
    ev.SampleTaken(at_ms=T, sample=SAMPLE),
    ev.LaboratoryAnswered(at_ms=T, number="s-1", passed=True),
    ev.SealApplied(
        at_ms=T, seal=model.Seal(number="c-1", kind=model.SealKind.CUSTOMS, intact=False), actor="customs-1"
    ),
    ev.SealChecked(at_ms=T, number="c-1", intact=False, actor="customs-1"),
    ev.SealBroken(at_ms=T, number="c-1", reason="inspection", actor="customs-1"),
    ev.FeeAssessed(at_ms=T, fee=FEE),
    ev.FeePaid(at_ms=T, amount_minor=500, currency="VND", receipt="r-1"),
    ev.CrossingReleased(at_ms=T, actor="customs-1", relied_on=(Duty.BORDER_GUARD,), paths=("goods.*",)),
    ev.ReleaseWithdrawn(at_ms=T, reason="new finding", actor="customs-1"),
    ev.ArrivalAccepted(at_ms=T, actor="customs-2"),
    ev.ArrivalDeclined(at_ms=T, reasons=(REASON,), actor="customs-2"),
    ev.VehicleDeparted(at_ms=T, lane="u-out", seen=LOOK, rested=RESTED),
    ev.HandoverConfirmed(at_ms=T, station="b-entry", seen=LOOK, condition="dented", custody=model.Custody.ENTRY_POST),
    ev.HandoverDisputed(at_ms=T, station="b-entry", seen=LOOK, reason="seal missing"),
    ev.StayStarted(at_ms=T, until_ms=T + 86_400_000, clock="one_way"),
    ev.StayWarned(at_ms=T, overdue=True),
    ev.StayEnded(at_ms=T),
    ev.CrossingRefused(at_ms=T, cause="pest", onward=model.Onward.DESTROY, duty=Duty.QUARANTINE),
    ev.VehicleReturned(at_ms=T, station="a-entry", seen=LOOK),
    ev.CrossingCancelled(at_ms=T, reason="sold elsewhere", leaf=LEAF),
    ev.CrossingClosed(at_ms=T, outcome="delivered"),
    ev.PartnerAccepted(at_ms=T, leaf=LEAF),
    ev.PartnerDeclined(at_ms=T, leaf=LEAF, reasons=(REASON,)),
    ev.PartnerReleased(at_ms=T, leaf=LEAF),
    ev.PartnerDeparted(at_ms=T, leaf=LEAF, lane="u-out", rested=RESTED, seals=("c-1",)),
    ev.PartnerReceived(at_ms=T, leaf=LEAF, condition="sound"),
    ev.PartnerDisputed(at_ms=T, leaf=LEAF, reason="seal missing"),
    ev.PartnerRefused(at_ms=T, leaf=LEAF, cause="pest", onward=model.Onward.OTHER_GATE),
    ev.PartnerClosed(at_ms=T, leaf=LEAF),
    ev.PartnerStatusTold(at_ms=T, leaf=LEAF, status="arrived"),
    ev.PartnerSealTold(
        at_ms=T,
        leaf=LEAF,
        act=model.SealAct.BROKEN,
        number="c-1",
        kind=model.SealKind.CUSTOMS,
        intact=False,
        reason="inspection",
    ),
    ev.PartnerHeld(at_ms=T, leaf=LEAF, duty=Duty.QUARANTINE, verdict=model.Verdict.HOLD, reasons=("new_test",)),
    ev.PartnerLifted(at_ms=T, leaf=LEAF, duty=Duty.QUARANTINE),
    ev.PartnerInspected(at_ms=T, leaf=LEAF, duty=Duty.QUARANTINE, passed=True, reason="sampling", evidence="report 7"),
    ev.DiscrepancyFound(
        at_ms=T,
        duty=Duty.CUSTOMS,
        code="mass_differs",
        path="goods.0.gross_mass_kg",
        declared="18000",
        found="21500",
        actor="customs-1",
        leaf=LEAF,
    ),
    ev.CertificateAsked(
        at_ms=T, duty=Duty.QUARANTINE, kind="phyto", number="P-1", text="blurred", actor="q-1", leaf=LEAF
    ),
    ev.CertificateAnswered(
        at_ms=T,
        duty=Duty.QUARANTINE,
        kind="phyto",
        number="P-1",
        verdict=model.Genuine.NOT_GENUINE,
        text="never issued",
        actor="q-1",
        leaf=LEAF,
    ),
    ev.AttachmentsListed(
        at_ms=T,
        attachments=(
            model.Attachment(sha256=LEAF, size_bytes=48_213, media_type="application/pdf", kind="phyto", number="P-1"),
        ),
        actor="trader-1",
        leaf=LEAF,
    ),
    ev.ActProposed(
        at_ms=T,
        number=2,
        act=GuardedAct.REFUSE_CROSSING,
        duty=Duty.QUARANTINE,
        order={"type": "RefuseCrossing", "crossing": "X" + "Q" * 20, "cause": "pest", "onward": "destroy"},
        actor="quarantine-1",
    ),
    ev.ActConfirmed(
        at_ms=T,
        number=2,
        act=GuardedAct.REFUSE_CROSSING,
        duty=Duty.QUARANTINE,
        proposed_by="quarantine-1",
        actor="quarantine-2",
    ),
    ev.ActDropped(
        at_ms=T, number=2, act=GuardedAct.BREAK_SEAL, duty=Duty.CUSTOMS, reason="not needed", actor="customs-2"
    ),
)
