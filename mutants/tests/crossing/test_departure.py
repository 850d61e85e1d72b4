"""No departure unless released here, accepted there, the lane is open and the binding is what the lane sees."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from crossing.ground import BOX, FRUIT, OTHER_TRUCK, START_MS, TEST_PAPER, TRUCK, declare, lane_view, seen
from crossing.steps import C, Trip, codes, names
from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.context import LaneView, PartnerWord, Tolerated
from gatepair.crossing.model import Custody, LoadUnit, Reason, Rested, SealKind, Stage, Verdict
from gatepair.plan.model import Direction, LaneKind


def test_all_conditions_met_departs() -> None:
    """With release, acceptance, an open lane and the bound vehicle it departs, and its place ends."""
    trip = Trip().released()
    assert ["VehicleDeparted", "PlaceLost"] == trip.do(trip.leave(), Duty.YARD)
    assert (Stage.DEPARTED, Custody.LINE, None) == (trip.here.stage, trip.here.custody, trip.here.place)


def test_unreleased_stays() -> None:
    """Without customs' release nothing departs, whatever else stands."""
    trip = Trip().accepted().arrived().checked()
    assert ["not_released"] == codes(trip.ask(trip.leave(), Duty.YARD))


def test_withdrawn_release_stays() -> None:
    """A release taken back is none."""
    trip = Trip().released()
    trip.do(cmd.WithdrawRelease(**C, reason="doubt"), Duty.CUSTOMS)
    assert ["not_released"] == codes(trip.ask(trip.leave(), Duty.YARD))


def test_unaccepted_stays() -> None:
    """Without the partner's acceptance nothing departs on fresh knowledge."""
    trip = Trip().hear().arrived().checked()
    trip.do(cmd.Release(**C), Duty.CUSTOMS)
    assert ["partner_not_accepted"] == codes(trip.ask(trip.leave(), Duty.YARD))


def test_declined_stays_even_when_an_officer_confirms() -> None:
    """A decline on record is never overruled by a clause."""
    trip = Trip().released()
    trip.do(cmd.DeclineArrival(**C, reasons=(Reason(code="laboratory_full"),)), Duty.CUSTOMS, "b-post")
    trip.hear()
    silent = PartnerWord(mode="paired", age_s=5_000)
    assert ["partner_declined"] == codes(trip.ask(trip.leave(confirmed_by="guard-7"), Duty.YARD, partner=silent))


@pytest.mark.parametrize(
    ("age_s", "officer", "expected"),
    [
        (0, "", "fresh"),
        (120, "", "fresh"),
        (121, "", "last_known"),
        (900, "", "last_known"),
        (901, "guard-7", "officer_confirmed"),
        (14_400, "guard-7", "officer_confirmed"),
        (901, "", "officer_needed"),
        (14_401, "guard-7", "partner_silent"),
        (None, "guard-7", "partner_silent"),
    ],
)
def test_the_age_of_the_partners_word_decides_the_clause(age_s: int | None, officer: str, expected: str) -> None:
    """Each limit of the agreement's staleness table holds to the second, and the clause is marked."""
    trip = Trip().released()
    word = PartnerWord(mode="paired", age_s=age_s, size=42)
    outcome = trip.ask(trip.leave(confirmed_by=officer), Duty.YARD, partner=word)
    refused = codes(outcome)
    clause = trip.here.departure.rested.clause if trip.here.departure else refused[0]
    assert expected == clause
    assert bool(refused) == (trip.here.departure is None)


def test_an_officer_answers_for_an_acceptance_that_did_not_arrive() -> None:
    """Where the agreement asks for an officer, a named one stands in for the acceptance, and it shows."""
    trip = Trip().hear().arrived().checked()
    trip.do(cmd.Release(**C), Duty.CUSTOMS)
    word = PartnerWord(mode="paired", age_s=5_000, size=3)
    outcome = trip.ask(trip.leave(confirmed_by="guard-7"), Duty.YARD, partner=word)
    assert isinstance(outcome, tuple)
    assert isinstance(outcome[0], ev.VehicleDeparted)
    assert Rested(clause="officer_confirmed", age_s=5_000, size=3, officer="guard-7") == outcome[0].rested


def test_a_clause_for_any_age_covers_a_partner_never_heard() -> None:
    """A tolerance without a limit covers also the partner who was never heard."""
    trip = Trip().released()
    paper = (Tolerated(clause="paper", officer=True),)
    outcome = trip.ask(trip.leave(confirmed_by="guard-7"), Duty.YARD, partner=PartnerWord(age_s=None), tolerances=paper)
    assert ["VehicleDeparted", "PlaceLost"] == names(outcome)


def test_alone_a_post_needs_no_partner_and_closes_at_the_line() -> None:
    """A post without a partner departs under the clause ``alone`` and ends the crossing."""
    trip = Trip(partner=PartnerWord(mode="alone"))
    trip.arrived().checked()
    trip.do(cmd.Release(**C), Duty.CUSTOMS)
    assert ["VehicleDeparted", "PlaceLost", "CrossingClosed"] == trip.do(trip.leave(), Duty.YARD)
    assert ("alone", "departed") == (
        trip.here.departure.rested.clause if trip.here.departure else "",
        trip.here.outcome,
    )


@pytest.mark.parametrize(
    ("lane", "view", "expected"),
    [
        ("m-out", lane_view("m-out", Direction.OUT), []),
        ("m-tidal", lane_view("m-tidal", Direction.OUT), []),
        ("m-tidal", lane_view("m-tidal", Direction.IN), ["lane_other_way"]),
        ("m-tidal", LaneView("m-tidal", "r1", LaneKind.MANNED, None, open=False, why="turning"), ["lane_closed"]),
        ("m-in", lane_view("m-in", Direction.IN), ["lane_other_way"]),
        ("m-out", lane_view("m-out", Direction.OUT, is_open=False), ["lane_closed"]),
        ("u-out", lane_view("u-out", Direction.OUT), ["lane_other_kind"]),
        ("m2-out", lane_view("m2-out", Direction.OUT), ["lane_unknown"]),
        ("m-out", lane_view("m-tidal", Direction.OUT), ["lane_unknown"]),
        ("nowhere", None, ["lane_unknown"]),
    ],
)
def test_the_lane_is_open_this_way_and_of_this_kind(lane: str, view: LaneView | None, expected: list[str]) -> None:
    """Only an open lane of the road, this way, of a kind the load may use, lets it out."""
    trip = Trip().released()
    found = codes(trip.ask(trip.leave(lane=lane), Duty.YARD, lane=view))
    assert expected == [code for code in found if code != "lane_other_way" or "lane_closed" not in found]


@pytest.mark.parametrize(
    "other",
    [seen(OTHER_TRUCK), msgspec.structs.replace(seen(TRUCK), trailer=None), seen(BOX)],
)
def test_a_swap_at_the_barrier_is_refused(other: Any) -> None:
    """A vehicle that is not the one bound neither arrives nor departs."""
    trip = Trip().called()
    arrival = cmd.RecordArrival(**C, station="a-exit", seen=other)
    assert ["binding_mismatch"] == codes(trip.ask(arrival, Duty.YARD))
    trip = Trip().released()
    assert ["binding_mismatch"] == codes(trip.ask(trip.leave(seen=other), Duty.YARD))


def test_a_container_leaves_without_its_road_truck() -> None:
    """On the unmanned lane the container counts, not what carries it; another container is refused."""
    trip = Trip(declare(load=LoadUnit.CONTAINER, lane_kind=LaneKind.UNMANNED, binding=BOX)).released()
    carrier = msgspec.structs.replace(seen(BOX), tractor="AGV-007")
    swapped = msgspec.structs.replace(carrier, containers=("MSKU6011672",))
    assert ["binding_mismatch"] == codes(trip.ask(trip.leave(lane="u-out", seen=swapped), Duty.YARD))
    assert ["lane_other_kind"] == codes(trip.ask(trip.leave(lane="m-out", seen=carrier), Duty.YARD))
    assert ["VehicleDeparted", "PlaceLost"] == names(trip.ask(trip.leave(lane="u-out", seen=carrier), Duty.YARD))


def test_seals_must_be_whole_and_the_ones_applied() -> None:
    """A missing, a foreign and a damaged seal each keep it here; the one applied lets it go and is told."""
    trip = Trip().released()
    trip.do(cmd.ApplySeal(**C, number="c-1", kind=SealKind.CUSTOMS), Duty.CUSTOMS)
    assert ["seal_mismatch"] == codes(trip.ask(trip.leave(), Duty.YARD))
    assert ["seal_mismatch"] == codes(trip.ask(trip.leave(seen=seen(TRUCK, seals=("c-2",))), Duty.YARD))
    right = trip.leave(seen=seen(TRUCK, seals=("c-1",)))
    trip.do(cmd.CheckSeal(**C, number="c-1", intact=False), Duty.YARD)
    assert ["seal_not_intact"] == codes(trip.ask(right, Duty.YARD))
    trip.do(cmd.CheckSeal(**C, number="c-1", intact=True), Duty.YARD)
    trip.do(right, Duty.YARD)
    trip.hear()
    assert ("c-1",) == (trip.there.partner_departure.seals if trip.there.partner_departure else ())


@pytest.mark.parametrize("duty", [Duty.BORDER_GUARD, Duty.QUARANTINE, Duty.CUSTOMS])
def test_a_hold_after_release_keeps_it_until_lifted(duty: Duty) -> None:
    """Any agency's hold keeps a released load here; only that agency's clear lifts it."""
    trip = Trip().released()
    trip.do(cmd.Decide(**C, verdict=Verdict.HOLD, reasons=("doubt",)), duty)
    assert ["on_hold"] == codes(trip.ask(trip.leave(), Duty.YARD))
    trip.do(cmd.Decide(**C, verdict=Verdict.CLEAR), duty)
    assert [] == codes(trip.ask(trip.leave(), Duty.YARD))


def test_an_open_sample_keeps_it() -> None:
    """A sample taken after release keeps it until the laboratory passed it."""
    trip = Trip().released()
    order = cmd.TakeSample(**C, number="s-1", laboratory="lab", expected_at_ms=START_MS + 1)
    trip.do(order, Duty.QUARANTINE)
    assert ["sample_open"] == codes(trip.ask(trip.leave(), Duty.YARD))
    trip.do(cmd.RecordLaboratoryResult(**C, number="s-1", passed=True), Duty.QUARANTINE)
    assert [] == codes(trip.ask(trip.leave(), Duty.YARD))


def test_a_rise_of_the_fee_must_be_paid() -> None:
    """A fee assessed higher after a correction keeps it until the rest is paid."""
    trip = Trip().released()
    higher = msgspec.structs.replace(trip.here.fee, amount_minor=1_500_001) if trip.here.fee else None
    trip.do(cmd.AssessFee(**C), Duty.GATE_BOARD, fee=higher)
    assert ["fee_unpaid"] == codes(trip.ask(trip.leave(), Duty.YARD))
    trip.do(cmd.PayFee(**C, amount_minor=1, currency="VND", receipt="r-2"), Duty.GATE_BOARD)
    assert [] == codes(trip.ask(trip.leave(), Duty.YARD))


def test_every_reason_is_named_at_once() -> None:
    """A refused departure names every condition that fails, not only the first."""
    trip = Trip(declare(declaration=FRUIT))
    trip.do(cmd.AttachDocument(**C, document=TEST_PAPER), Duty.TRADER)
    trip.hear().arrived()
    found = codes(trip.ask(trip.leave(lane="m-in", seen=seen(OTHER_TRUCK)), Duty.YARD))
    wanted = ["not_released", "partner_not_accepted", "lane_other_way", "binding_mismatch", "decision_missing"]
    assert [*wanted, "decision_missing", "decision_missing", "channel_missing", "fee_missing"] == found


def test_only_the_exit_post_departs() -> None:
    """The entry post lets nothing over the line in this direction."""
    trip = Trip().received()
    found = codes(trip.ask(trip.leave(), Duty.YARD, "b-post"))
    assert "wrong_side" in found
