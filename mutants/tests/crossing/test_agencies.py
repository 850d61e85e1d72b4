"""Each agency decides its own part; customs is last and alone releases."""

from __future__ import annotations

import pytest

from crossing.ground import FRUIT, GREEN, RED, START_MS, TEST_PAPER, YELLOW, declare
from crossing.steps import FEE, C, Trip, codes
from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing.context import ChannelDraw
from gatepair.crossing.model import Onward, SealKind, Stage, Verdict

RELEASE = cmd.Release(**C)
CLEAR = cmd.Decide(**C, verdict=Verdict.CLEAR)
HOLD = cmd.Decide(**C, verdict=Verdict.HOLD, reasons=("doubt",))
REFUSE = cmd.Decide(**C, verdict=Verdict.REFUSE, reasons=("pest",))


def ready(draw: ChannelDraw = GREEN) -> Trip:
    """Return a crossing for which everything but the channel's own checks is done."""
    trip = Trip().arrived().decided().paid()
    trip.do(cmd.AssignChannel(**C), Duty.CUSTOMS, channel=draw)
    return trip


def test_release_needs_every_required_decision() -> None:
    """Fruit needs the border guard, health and quarantine; each one missing is named, and the last one opens."""
    trip = Trip(declare(declaration=FRUIT))
    trip.do(cmd.AttachDocument(**C, document=TEST_PAPER), Duty.TRADER)
    trip.arrived().checked()
    assert ["decision_missing"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(CLEAR, Duty.QUARANTINE)
    trip.do(RELEASE, Duty.CUSTOMS)
    assert trip.here.release is not None
    assert (Duty.BORDER_GUARD, Duty.HEALTH, Duty.QUARANTINE) == trip.here.release.relied_on


def test_released_once() -> None:
    """A release that stands is not given again."""
    assert ["already_released"] == codes(Trip().released().ask(RELEASE, Duty.CUSTOMS))


@pytest.mark.parametrize(("order", "code"), [(HOLD, "on_hold"), (REFUSE, "refused_by")])
@pytest.mark.parametrize("duty", [Duty.HEALTH, Duty.QUARANTINE, Duty.CUSTOMS, Duty.GATE_BOARD])
def test_any_hold_or_refusal_keeps_the_release_back(order: cmd.Decide, code: str, duty: Duty) -> None:
    """Also an agency whose word was not required keeps it, until it clears it."""
    trip = ready()
    trip.do(order, duty)
    assert code in codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(CLEAR, duty)
    trip.do(RELEASE, Duty.CUSTOMS)


def test_a_hold_names_its_reason() -> None:
    """A hold or a refusal without a reason code is refused."""
    order = cmd.Decide(**C, verdict=Verdict.HOLD)
    assert ["reasons_missing"] == codes(Trip().ask(order, Duty.HEALTH))


def test_the_same_verdict_twice_is_a_finding() -> None:
    """A verdict that stands is not recorded again."""
    trip = Trip()
    trip.do(CLEAR, Duty.HEALTH)
    assert ["nothing_changed"] == codes(trip.ask(CLEAR, Duty.HEALTH))


def test_a_verdict_keeps_what_it_relied_on_and_its_source() -> None:
    """The plan's reliance and the external system's name stay with the verdict."""
    trip = Trip()
    trip.do(cmd.Decide(**C, verdict=Verdict.CLEAR, source="single-window", evidence="n-7"), Duty.HEALTH)
    decision = trip.here.decisions[Duty.HEALTH]
    assert (("driver.*", "goods.*.origin"), "single-window") == (decision.relied_on, decision.source)


def test_the_green_channel_asks_nothing_more() -> None:
    """Green is released on the decisions alone."""
    ready(GREEN).do(RELEASE, Duty.CUSTOMS)


@pytest.mark.parametrize(
    ("act", "duty", "expected"),
    [
        (cmd.RecordCheck(**C, station="a-exit", result="documents_ok"), Duty.CUSTOMS, []),
        (CLEAR, Duty.CUSTOMS, []),
        (cmd.RecordCheck(**C, station="a-exit", result="documents_ok"), Duty.HEALTH, ["documents_unchecked"]),
        (cmd.RecordCheck(**C, station="a-exit", result="weighed"), Duty.CUSTOMS, ["documents_unchecked"]),
    ],
)
def test_the_yellow_channel_asks_customs_for_the_papers(
    act: cmd.CrossingCommand, duty: Duty, expected: list[str]
) -> None:
    """Yellow is released after customs' own look at the papers."""
    trip = ready(YELLOW)
    assert ["documents_unchecked"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(act, duty)
    assert expected == codes(trip.ask(RELEASE, Duty.CUSTOMS))


def test_the_red_channel_asks_for_a_passed_inspection_by_customs() -> None:
    """Red is released after customs' own inspection passed; another agency's does not stand for it."""
    trip = ready(RED)
    trip.do(CLEAR, Duty.CUSTOMS)
    order = cmd.OrderInspection(**C, bay="bay-1", reason="red")
    done = cmd.FinishInspection(**C, passed=True)
    trip.do(order, Duty.QUARANTINE)
    trip.do(done, Duty.QUARANTINE)
    assert ["inspection_missing"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(order, Duty.CUSTOMS)
    assert ["inspection_open"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(cmd.FinishInspection(**C, passed=False), Duty.CUSTOMS)
    assert ["inspection_failed"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(order, Duty.CUSTOMS)
    trip.do(done, Duty.CUSTOMS)
    trip.do(RELEASE, Duty.CUSTOMS)


def test_the_channel_is_drawn_once() -> None:
    """A second draw is refused, and a post without a profile draws none."""
    trip = ready()
    assert ["channel_assigned"] == codes(trip.ask(cmd.AssignChannel(**C), Duty.CUSTOMS, channel=RED))
    assert ["channel_none"] == codes(Trip().ask(cmd.AssignChannel(**C), Duty.CUSTOMS))


def test_one_open_inspection_for_one_duty_and_each_finishes_its_own() -> None:
    """A second order waits, and nobody finishes another's inspection."""
    trip = Trip()
    order = cmd.OrderInspection(**C, bay="bay-1", reason="look")
    trip.do(order, Duty.CUSTOMS)
    assert ["inspection_open"] == codes(trip.ask(order, Duty.CUSTOMS))
    assert ["inspection_none"] == codes(trip.ask(cmd.FinishInspection(**C, passed=True), Duty.HEALTH))


def test_a_sample_is_answered_once_and_a_failed_one_keeps_the_goods() -> None:
    """Numbers are used once, answers are given once, and a failed sample is no release."""
    trip = ready()
    sample = cmd.TakeSample(**C, number="s-1", laboratory="lab", expected_at_ms=START_MS)
    trip.do(sample, Duty.QUARANTINE)
    assert ["sample_known"] == codes(trip.ask(sample, Duty.QUARANTINE))
    assert ["sample_open"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))
    trip.do(cmd.RecordLaboratoryResult(**C, number="s-1", passed=False), Duty.QUARANTINE)
    again = cmd.RecordLaboratoryResult(**C, number="s-1", passed=True)
    assert ["sample_unknown"] == codes(trip.ask(again, Duty.QUARANTINE))
    assert ["sample_failed"] == codes(trip.ask(RELEASE, Duty.CUSTOMS))


def test_no_answer_is_expected_before_the_sample() -> None:
    """The expected time lies at or after the sampling."""
    early = cmd.TakeSample(**C, number="s-1", laboratory="lab", expected_at_ms=START_MS - 1)
    assert ["sample_expected"] == codes(Trip().ask(early, Duty.QUARANTINE))


def test_customs_seals_are_customs_own() -> None:
    """Only customs puts its seal on and opens it; a carrier's seal may be opened by another agency."""
    trip = Trip()
    seal = cmd.ApplySeal(**C, number="c-1", kind=SealKind.CUSTOMS)
    assert ["seal_of_customs"] == codes(trip.ask(seal, Duty.BORDER_GUARD))
    trip.do(seal, Duty.CUSTOMS)
    assert ["seal_known"] == codes(trip.ask(seal, Duty.CUSTOMS))
    opened = cmd.BreakSeal(**C, number="c-1", reason="inspection")
    assert ["seal_of_customs"] == codes(trip.ask(opened, Duty.QUARANTINE))
    trip.do(opened, Duty.CUSTOMS)
    assert ["seal_unknown"] == codes(trip.ask(opened, Duty.CUSTOMS))
    trip.do(cmd.ApplySeal(**C, number="k-1", kind=SealKind.CARRIER), Duty.QUARANTINE)
    trip.do(cmd.BreakSeal(**C, number="k-1", reason="inspection"), Duty.QUARANTINE)
    assert () == trip.here.seals


@pytest.mark.parametrize(
    ("amount", "currency", "receipt", "expected"),
    [
        (1_500_000, "VND", "r-1", []),
        (1, "VND", "r-1", []),
        (1_500_001, "VND", "r-1", ["fee_too_much"]),
        (1_500_000, "CNY", "r-1", ["fee_currency"]),
    ],
)
def test_a_payment_fits_what_is_due(amount: int, currency: str, receipt: str, expected: list[str]) -> None:
    """Never more than is due, in the fee's currency."""
    trip = Trip()
    trip.do(cmd.AssessFee(**C), Duty.GATE_BOARD, fee=FEE)
    order = cmd.PayFee(**C, amount_minor=amount, currency=currency, receipt=receipt)
    assert expected == codes(trip.ask(order, Duty.GATE_BOARD))


def test_a_receipt_counts_once_and_a_part_is_not_all() -> None:
    """One receipt is one payment; a part paid leaves the rest due."""
    trip = Trip()
    part = cmd.PayFee(**C, amount_minor=1, currency="VND", receipt="r-1")
    assert ["fee_missing"] == codes(trip.ask(part, Duty.GATE_BOARD))
    trip.do(cmd.AssessFee(**C), Duty.GATE_BOARD, fee=FEE)
    assert ["nothing_changed"] == codes(trip.ask(cmd.AssessFee(**C), Duty.GATE_BOARD, fee=FEE))
    trip.do(part, Duty.GATE_BOARD)
    assert ["receipt_used"] == codes(trip.ask(part, Duty.GATE_BOARD))
    assert "fee_unpaid" in codes(trip.ask(RELEASE, Duty.CUSTOMS))


def test_only_who_refused_sends_back() -> None:
    """An agency sends goods back on its own refusal; the release falls and the place is lost."""
    trip = Trip().released()
    back = cmd.RefuseCrossing(**C, cause="pest", onward=Onward.HOME_MARKET)
    trip.do(REFUSE, Duty.QUARANTINE)
    assert ["not_refused"] == codes(trip.ask(back, Duty.CUSTOMS))
    assert ["ReleaseWithdrawn", "PlaceLost", "CrossingRefused"] == trip.do(back, Duty.QUARANTINE)
    assert ["CheckRecorded", "CrossingClosed"] == trip.do(cmd.RecordExit(**C, station="a-exit"), Duty.YARD)
    assert ("turned_back", Stage.CLOSED) == (trip.here.outcome, trip.here.stage)
