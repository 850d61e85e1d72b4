"""The entry post: announced, accepted, departed, handed over, released, gone; and every way that goes wrong."""

from __future__ import annotations

import pytest

from crossing.ground import BOX, OTHER_TRUCK, PLAN, START_MS, TRUCK, X1, X2, declare, goods, item, leaf, seen
from crossing.steps import C, Trip, codes
from gatepair.base.duties import Duty
from gatepair.base.errors import InvariantBroken
from gatepair.base.time import HOUR_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.fold import apply
from gatepair.crossing.invariants import check
from gatepair.crossing.model import Custody, LoadUnit, Onward, Reason, Stage, Verdict
from gatepair.crossing.timers import due, next_due_ms
from gatepair.plan.model import Direction, LaneKind, Regime

ACCEPT = cmd.AcceptArrival(**C)
FULL = Reason(code="full")
RELEASE = cmd.Release(**C)
LEAVES = cmd.RecordExit(**C, station="b-entry")
TAKE_OVER = cmd.ConfirmHandover(**C, station="b-entry", seen=seen(TRUCK))
REFUSE = cmd.Decide(**C, verdict=Verdict.REFUSE, reasons=("pest",))


def test_the_whole_way_closes_both_books() -> None:
    """From declaration to the other side: both posts close, custody goes to the consignee, nothing stays bound."""
    trip = Trip().received()
    assert (Custody.ENTRY_POST, Custody.ENTRY_POST) == (trip.here.custody, trip.there.custody)
    trip.decided("b-post")
    trip.do(RELEASE, Duty.CUSTOMS, "b-post")
    assert ["CheckRecorded", "CrossingClosed"] == trip.do(LEAVES, Duty.YARD, "b-post")
    trip.hear()
    assert ("received", "delivered") == (trip.here.outcome, trip.there.outcome)
    assert {Custody.CONSIGNEE} == {trip.here.custody, trip.there.custody}
    assert {} == trip.pair.desks["a-post"].claims | trip.pair.desks["b-post"].claims


def test_the_answer_is_given_before_it_departs_and_may_change() -> None:
    """Accepted, declined, accepted again; after departure the answer stands."""
    trip = Trip().accepted()
    assert ["nothing_changed"] == codes(trip.ask(ACCEPT, Duty.CUSTOMS, "b-post"))
    assert ["reasons_missing"] == codes(trip.ask(cmd.DeclineArrival(**C, reasons=()), Duty.CUSTOMS, "b-post"))
    trip.do(cmd.DeclineArrival(**C, reasons=(FULL,)), Duty.CUSTOMS, "b-post")
    trip.hear()
    assert ((FULL,), None) == (trip.here.partner_declined, trip.here.partner_accepted_at_ms)
    trip.do(ACCEPT, Duty.CUSTOMS, "b-post")
    trip.hear()
    assert () == trip.here.partner_declined
    late = Trip().departed()
    late_answer = late.ask(cmd.DeclineArrival(**C, reasons=(FULL,)), Duty.CUSTOMS, "b-post")
    assert ["already_departed"] == codes(late_answer)


def test_nothing_is_received_before_it_departed() -> None:
    """A vehicle that stands here before the word of its departure is let in, marked early, and waits."""
    trip = Trip().released()
    trip.hear()
    trip.do(cmd.RecordArrival(**C, station="b-entry", seen=seen(TRUCK)), Duty.YARD, "b-post")
    assert trip.there.early
    assert ["not_departed"] == codes(trip.ask(TAKE_OVER, Duty.YARD, "b-post"))
    trip.do(trip.leave(), Duty.YARD)
    trip.hear()
    trip.do(TAKE_OVER, Duty.YARD, "b-post")
    assert Custody.ENTRY_POST is trip.there.custody


def test_received_as_announced_or_disputed() -> None:
    """Another vehicle or other seals are not received but disputed; custody stays at the line."""
    trip = Trip().departed()
    other = cmd.ConfirmHandover(**C, station="b-entry", seen=seen(OTHER_TRUCK))
    assert ["binding_mismatch"] == codes(trip.ask(other, Duty.YARD, "b-post"))
    sealed = cmd.ConfirmHandover(**C, station="b-entry", seen=seen(TRUCK, seals=("z-9",)))
    assert ["seal_mismatch"] == codes(trip.ask(sealed, Duty.YARD, "b-post"))
    dispute = cmd.DisputeHandover(**C, station="b-entry", seen=seen(OTHER_TRUCK), reason="another tractor")
    trip.do(dispute, Duty.YARD, "b-post")
    assert ["nothing_changed"] == codes(trip.ask(dispute, Duty.YARD, "b-post"))
    trip.hear()
    assert ("another tractor", Custody.LINE) == (trip.here.dispute, trip.here.custody)
    trip.do(TAKE_OVER, Duty.YARD, "b-post")
    trip.hear()
    assert ("", "") == (trip.here.dispute, trip.there.dispute)


def test_the_entry_releases_only_what_it_received() -> None:
    """The partner's release stands for nothing here, and goods are released only when they are here."""
    trip = Trip().departed()
    assert trip.there.partner_released_at_ms is not None
    trip.decided("b-post")
    assert ["not_received"] == codes(trip.ask(RELEASE, Duty.CUSTOMS, "b-post"))
    trip.do(TAKE_OVER, Duty.YARD, "b-post")
    assert ["not_released"] == codes(trip.ask(LEAVES, Duty.YARD, "b-post"))
    trip.do(RELEASE, Duty.CUSTOMS, "b-post")
    trip.do(LEAVES, Duty.YARD, "b-post")


def test_a_correction_of_the_partner_reopens_here() -> None:
    """The partner's correction falls on our decisions as our own would."""
    trip = Trip().hear()
    trip.decided("b-post")
    order = cmd.CorrectField(**C, path="goods.0.origin", value="LA", reason="typing")
    trip.do(order, Duty.TRADER)
    trip.hear()
    assert [Duty.BORDER_GUARD] == list(trip.there.decisions)
    assert "LA" == trip.there.declaration.goods[0].origin


@pytest.mark.parametrize(
    ("onward", "here", "there"),
    [
        (Onward.HOME_MARKET, ("", Stage.REFUSED), "returned"),
        (Onward.DESTROY, ("destroyed", Stage.CLOSED), "destroyed"),
        (Onward.OTHER_GATE, ("diverted", Stage.CLOSED), "diverted"),
    ],
)
def test_refused_after_arrival(onward: Onward, here: tuple[str, Stage], there: str) -> None:
    """Goods refused over there go home, elsewhere or to destruction, and both books say which."""
    trip = Trip().received()
    trip.do(REFUSE, Duty.QUARANTINE, "b-post")
    trip.do(cmd.RefuseCrossing(**C, cause="pest", onward=onward), Duty.QUARANTINE, "b-post")
    trip.hear()
    assert Stage.REFUSED is trip.here.stage
    trip.do(LEAVES, Duty.YARD, "b-post")
    trip.hear()
    assert (here, there) == ((trip.here.outcome, trip.here.stage), trip.there.outcome)


def test_a_refused_vehicle_comes_home() -> None:
    """The exit post takes back what was refused over there, as it left, and closes."""
    trip = Trip().received()
    back = cmd.ReceiveReturn(**C, station="a-entry", seen=seen(TRUCK))
    assert "wrong_stage" in codes(trip.ask(back, Duty.YARD))
    trip.do(REFUSE, Duty.QUARANTINE, "b-post")
    trip.do(cmd.RefuseCrossing(**C, cause="pest", onward=Onward.HOME_MARKET), Duty.QUARANTINE, "b-post")
    trip.hear()
    other = cmd.ReceiveReturn(**C, station="a-entry", seen=seen(BOX))
    assert ["binding_mismatch"] == codes(trip.ask(other, Duty.YARD))
    trip.do(back, Duty.YARD)
    assert ("returned", Stage.RETURNED) == (trip.here.outcome, trip.here.stage)
    assert ["ended"] == codes(trip.ask(back, Duty.YARD))


# --- the stay -----------------------------------------------------------------------------


def test_the_stay_warns_before_it_runs_out_and_after() -> None:
    """One way: 24 hours, a warning four hours before the end, one after it, and no more."""
    trip = Trip().received()
    until = START_MS + 24 * HOUR_MS
    assert until == (trip.there.stay.until_ms if trip.there.stay else 0)
    warn = cmd.WarnStay(**C)
    assert ["stay_not_due"] == codes(trip.ask(warn, Duty.NODE, "b-post", now_ms=until - 4 * HOUR_MS - 1))
    assert until - 4 * HOUR_MS == next_due_ms(trip.there, PLAN)
    trip.do(warn, Duty.NODE, "b-post", now_ms=until - 4 * HOUR_MS)
    assert () == due(trip.there, PLAN, until - 1)
    trip.do(warn, Duty.NODE, "b-post", now_ms=until)
    assert trip.there.stay is not None
    assert (True, None) == (trip.there.stay.overdue, next_due_ms(trip.there, PLAN))


def test_two_way_transport_may_stay_longer() -> None:
    """Two-way: 36 hours."""
    trip = Trip(declare(declaration=goods(item(), regime=Regime.TWO_WAY))).received()
    assert START_MS + 36 * HOUR_MS == (trip.there.stay.until_ms if trip.there.stay else 0)


def test_a_container_has_no_stay() -> None:
    """Nobody's truck stays when a container comes over the unmanned lane."""
    trip = Trip(declare(load=LoadUnit.CONTAINER, lane_kind=LaneKind.UNMANNED, binding=BOX)).released()
    trip.do(trip.leave(lane="u-out"), Duty.YARD)
    trip.hear()
    taken = cmd.ConfirmHandover(**C, station="b-entry", seen=seen(BOX))
    assert ["HandoverConfirmed"] == trip.do(taken, Duty.YARD, "b-post")


def test_the_stay_outlives_the_goods() -> None:
    """After the goods are gone the stay may still be warned of and ended, once, and nothing else is taken."""
    trip = Trip().received().decided("b-post")
    trip.do(RELEASE, Duty.CUSTOMS, "b-post")
    trip.do(LEAVES, Duty.YARD, "b-post")
    assert ["ended"] == codes(trip.ask(LEAVES, Duty.YARD, "b-post"))
    trip.do(cmd.EndStay(**C), Duty.YARD, "b-post")
    assert ["no_stay"] == codes(trip.ask(cmd.EndStay(**C), Duty.YARD, "b-post"))


def test_a_truck_gone_home_is_free_while_its_goods_wait() -> None:
    """When the stay ended the tractor may come again, though the goods are still here."""
    trip = Trip().received()
    trip.do(cmd.EndStay(**C), Duty.YARD, "b-post")
    assert {} == trip.pair.desks["b-post"].claims


# --- the partner's word -------------------------------------------------------------------


def test_a_vehicle_bound_here_is_not_taken_up_again() -> None:
    """An announcement of a tractor that an open crossing holds here is answered with a finding."""
    trip = Trip().received()
    again = cmd.RecordPartnerAnnouncement(
        crossing=X2,
        leaf=leaf(1),
        partner_at_ms=START_MS,
        **{name: getattr(declare(), name) for name in ("direction", "route", "lane_kind", "load")},
        declaration=goods(),
        binding=TRUCK,
    )
    assert ["claim_taken", "claim_taken"] == codes(trip.pair.act("b-post", X2, again, Duty.PARTNER))


def test_words_that_contradict_are_findings() -> None:
    """A receipt before departure, a departure of what we sent, a cancellation after departure: none is recorded."""
    base = {**C, "leaf": leaf(2), "partner_at_ms": START_MS}
    trip = Trip().accepted()
    receipt = cmd.RecordPartnerReceipt(**base, condition="sound")
    assert ["partner_contradicts"] == codes(trip.ask(receipt, Duty.PARTNER))
    assert ["wrong_side"] == codes(trip.ask(cmd.RecordPartnerRelease(**base), Duty.PARTNER))
    assert ["nothing_changed"] == codes(trip.ask(cmd.RecordPartnerAcceptance(**base), Duty.PARTNER))
    gone = Trip().departed()
    cancelled = cmd.RecordPartnerCancellation(**base, reason="sold")
    assert ["partner_contradicts"] == codes(gone.ask(cancelled, Duty.PARTNER, "b-post"))
    assert ["partner_contradicts"] == codes(gone.ask(cmd.RecordPartnerClosing(**base), Duty.PARTNER))


def test_the_partners_clock_orders_nothing_here() -> None:
    """A partner's word from a clock far ahead is recorded, and our own acts go on."""
    trip = Trip()
    ahead = cmd.RecordPartnerAcceptance(**C, leaf=leaf(3), partner_at_ms=START_MS + 99 * HOUR_MS)
    trip.do(ahead, Duty.PARTNER)
    trip.do(cmd.TakePlace(**C), Duty.DRIVER)


def test_a_direction_has_one_exit() -> None:
    """What leaves the home side is not announced to the home side."""
    wrong = declare(direction=Direction.OUT)
    order = cmd.RecordPartnerAnnouncement(
        crossing=X2,
        leaf=leaf(4),
        partner_at_ms=START_MS,
        **{name: getattr(wrong, name) for name in ("direction", "route", "lane_kind", "load", "declaration")},
        binding=OTHER_TRUCK,
    )
    assert ["wrong_side"] == codes(Trip().pair.act("a-post", X2, order, Duty.PARTNER))


# --- the fold stops at what cannot be -------------------------------------------------------


def test_a_stream_begins_with_one_declaration() -> None:
    """A fact before the declaration, or a second declaration, stops the reader."""
    trip = Trip()
    first = trip.pair.desks["a-post"].streams[X1][0]
    with pytest.raises(InvariantBroken):
        apply(None, ev.StayEnded(at_ms=1), X1)
    with pytest.raises(InvariantBroken):
        apply(trip.here, first, X1)


def test_a_recorded_departure_without_release_stops_the_node() -> None:
    """A ledger that says it departed unreleased is not gone on with."""
    trip = Trip().released()
    stream = trip.pair.desks["a-post"].streams[X1]
    crossing = None
    for event in stream:
        if not isinstance(event, ev.CrossingReleased):
            crossing = apply(crossing, event, X1)
    assert crossing is not None
    order = trip.ask(trip.leave(), Duty.YARD)
    assert isinstance(order, tuple)
    with pytest.raises(InvariantBroken, match="release"):
        check(apply(crossing, order[0], X1))
