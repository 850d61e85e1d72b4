"""Where the plan asks two persons, one asks and another of the same duty confirms: never one alone, never twice."""

from __future__ import annotations

from itertools import count
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from crossing.ground import PLAN, X1
from crossing.life import any_order
from crossing.steps import C, Trip, codes
from gatepair.base.duties import Duty
from gatepair.base.findings import Refusal
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.decide import ONLY_AT, RESERVED, decide
from gatepair.crossing.model import Onward, SealKind, Stage, Verdict
from gatepair.crossing.outcome import Order, Outcome
from gatepair.crossing.two_persons import ACTS, PROPOSALS_MAX
from gatepair.plan.model import GuardedAct, Role

GUARDED = replace(PLAN, two_persons=tuple(GuardedAct))
REFUSE = cmd.Decide(**C, verdict=Verdict.REFUSE, reasons=("pest",))
SEND_BACK = cmd.RefuseCrossing(**C, cause="pest", onward=Onward.DESTROY)


def asked(trip: Trip, order: Order, duty: Duty, actor: str) -> Outcome:
    """Give ``order`` under the guarded plan as ``actor``."""
    return trip.ask(order, duty, plan=GUARDED, actor=actor)


def refused_by_quarantine() -> Trip:
    """Return a crossing that quarantine refuses and is asked to send back."""
    trip = Trip().arrived()
    trip.do(REFUSE, Duty.QUARANTINE)
    trip.do(SEND_BACK, Duty.QUARANTINE, plan=GUARDED, actor="q-1")
    return trip


def test_the_first_person_asks_and_nothing_is_done() -> None:
    """A guarded act becomes a proposal; the goods stay where they are."""
    trip = refused_by_quarantine()
    assert Stage.ARRIVED is trip.here.stage
    assert [(1, "q-1", GuardedAct.REFUSE_CROSSING)] == [(one.number, one.actor, one.act) for one in trip.here.proposals]


def test_a_second_person_of_the_duty_does_it() -> None:
    """Confirmed, the act is done by the rules of that moment, with both persons on record."""
    trip = refused_by_quarantine()
    done = asked(trip, cmd.ConfirmAct(**C, number=1), Duty.QUARANTINE, "q-2")
    assert not isinstance(done, Refusal)
    assert isinstance(done[0], ev.ActConfirmed)
    assert ("q-1", "q-2") == (done[0].proposed_by, done[0].actor)
    assert (Stage.REFUSED, ()) == (trip.here.stage, trip.here.proposals)


@pytest.mark.parametrize(
    ("duty", "actor", "code"),
    [
        (Duty.QUARANTINE, "q-1", "second_person_needed"),
        (Duty.HEALTH, "h-1", "not_your_duty"),
        (Duty.CUSTOMS, "q-2", "not_your_duty"),
    ],
)
def test_nobody_confirms_his_own_nor_another_duty_s(duty: Duty, actor: str, code: str) -> None:
    """The same account is refused, and so is another agency: each decides only its own part."""
    assert [code] == codes(asked(refused_by_quarantine(), cmd.ConfirmAct(**C, number=1), duty, actor))


def test_what_was_dropped_is_not_confirmed() -> None:
    """Whoever has the duty may drop it, also the one who asked; it keeps its number and its reason."""
    trip = refused_by_quarantine()
    trip.do(cmd.DropAct(**C, number=1, reason="other papers came"), Duty.QUARANTINE, plan=GUARDED, actor="q-1")
    assert ["proposal_unknown"] == codes(asked(trip, cmd.ConfirmAct(**C, number=1), Duty.QUARANTINE, "q-2"))
    trip.do(SEND_BACK, Duty.QUARANTINE, plan=GUARDED, actor="q-2")
    assert [2] == [one.number for one in trip.here.proposals]


def test_the_same_is_asked_once() -> None:
    """A second asking by anybody of the duty names the first; another order of the same kind waits beside it."""
    trip = refused_by_quarantine()
    assert ["proposed_already"] == codes(asked(trip, SEND_BACK, Duty.QUARANTINE, "q-2"))
    other = replace(SEND_BACK, onward=Onward.HOME_MARKET)
    trip.do(other, Duty.QUARANTINE, plan=GUARDED, actor="q-2")
    assert [1, 2] == [one.number for one in trip.here.proposals]


def test_only_so_many_wait() -> None:
    """The list of what waits has an end."""
    trip = refused_by_quarantine()
    for number in range(PROPOSALS_MAX - 1):
        trip.do(replace(SEND_BACK, cause=f"pest-{number}"), Duty.QUARANTINE, plan=GUARDED, actor="q-1")
    one_more = replace(SEND_BACK, cause="one-more")
    assert ["proposed_too_many"] == codes(asked(trip, one_more, Duty.QUARANTINE, "q-1"))


def test_what_cannot_be_done_is_not_asked_for() -> None:
    """An order that would be refused is refused to the first person already."""
    assert ["not_refused"] == codes(asked(Trip().arrived(), SEND_BACK, Duty.QUARANTINE, "q-1"))


def test_what_can_no_longer_be_done_is_refused_to_the_second() -> None:
    """Between asking and confirming the verdict was taken back: the confirming says so, and it goes on waiting."""
    trip = refused_by_quarantine()
    trip.do(cmd.Decide(**C, verdict=Verdict.CLEAR), Duty.QUARANTINE)
    assert ["not_refused"] == codes(asked(trip, cmd.ConfirmAct(**C, number=1), Duty.QUARANTINE, "q-2"))
    assert 1 == len(trip.here.proposals)


def test_an_act_that_the_plan_does_not_name_is_done_by_one() -> None:
    """Without the plan's word nothing waits."""
    trip = Trip().arrived()
    trip.do(REFUSE, Duty.QUARANTINE)
    trip.do(SEND_BACK, Duty.QUARANTINE)
    assert Stage.REFUSED is trip.here.stage


def test_every_guarded_act_is_an_order_that_needs_nothing_looked_up() -> None:
    """Each act of the plan names an order of the crossing."""
    assert set(GuardedAct) == set(ACTS)
    assert {act.value for act in ACTS} == {kind.__name__ for kind in ACTS.values()}


def example_of(kind: type[cmd.CrossingCommand]) -> Order:
    """Return some order of ``kind``."""
    return next(order for seed in count() if type(order := any_order(Random(seed), X1)) is kind)


@pytest.mark.parametrize("kind", ONLY_AT, ids=lambda kind: kind.__name__)
def test_an_order_of_one_side_is_refused_at_the_other(kind: type[cmd.CrossingCommand]) -> None:
    """What has no sense at a post of the other role is refused there, whatever else is wrong with it."""
    trip = Trip()
    crossing = replace(trip.here, role=Role.ENTRY if ONLY_AT[kind] is Role.EXIT else Role.EXIT)
    duty = next(iter(RESERVED.get(kind, {Duty.YARD})))
    context = trip.pair.desks["a-post"].context(X1, example_of(kind), duty)
    assert ["wrong_side"] == codes(decide(crossing, example_of(kind), context))


# --- whatever people do in whatever order --------------------------------------------------

PEOPLE = tuple((duty, f"{duty.value}-{one}") for duty in (Duty.QUARANTINE, Duty.CUSTOMS) for one in (1, 2))
ORDERS: tuple[Order, ...] = (
    REFUSE,
    SEND_BACK,
    cmd.Decide(**C, verdict=Verdict.CLEAR),
    cmd.ApplySeal(**C, number="s-1", kind=SealKind.GPS),
    cmd.BreakSeal(**C, number="s-1", reason="look"),
    cmd.BreakSeal(**C, number="s-1", reason="look again"),
    cmd.Release(**C),
    cmd.WithdrawRelease(**C, reason="doubt"),
    *(cmd.ConfirmAct(**C, number=number) for number in (1, 2, 3, 4)),
    cmd.DropAct(**C, number=1, reason="not needed"),
    cmd.DropAct(**C, number=2, reason="not needed"),
)
GUARDED_FACTS = {
    ev.CrossingRefused: GuardedAct.REFUSE_CROSSING,
    ev.SealBroken: GuardedAct.BREAK_SEAL,
    ev.ReleaseWithdrawn: GuardedAct.WITHDRAW_RELEASE,
}


class TwoPersons(RuleBasedStateMachine):
    """Four people of two duties do anything; the recorded facts are held against the rule alone."""

    @initialize()
    def opens(self) -> None:
        """A crossing is inside, with all that its release needs."""
        self.trip = Trip().released()
        self.desk = self.trip.pair.desks["a-post"]
        self.begun = len(self.desk.streams[X1])

    @rule(order=st.sampled_from(ORDERS), person=st.sampled_from(PEOPLE))
    def orders(self, order: Order, person: tuple[Duty, str]) -> None:
        """Somebody orders something."""
        asked(self.trip, order, *person)

    @invariant()
    def every_guarded_fact_has_two_persons(self) -> None:
        """Before each stands its confirming by another person of the duty that asked, of something not settled before."""
        asked_for: dict[int, ev.ActProposed] = {}
        confirmed: ev.ActConfirmed | None = None
        for event in self.desk.streams[X1][self.begun :] if hasattr(self, "desk") else ():
            act = GUARDED_FACTS.get(type(event))
            # Refusing takes a release back with it: both stand under the one confirming.
            if act is not None and not (isinstance(event, ev.ReleaseWithdrawn) and not event.actor):
                assert confirmed is not None
                assert act is confirmed.act
                assert confirmed.proposed_by != confirmed.actor
            match event:
                case ev.ActProposed(number=number):
                    assert number not in asked_for
                    asked_for[number] = event
                case ev.ActConfirmed(number=number, proposed_by=first, duty=duty, act=meant):
                    proposed = asked_for[number]
                    assert (proposed.actor, proposed.duty, proposed.act) == (first, duty, meant)
                    asked_for[number] = event  # type: ignore[assignment]
                    confirmed = event
                case ev.ActDropped(number=number):
                    assert isinstance(asked_for[number], ev.ActProposed)
                    asked_for[number] = event  # type: ignore[assignment]
                case _:
                    confirmed = confirmed if isinstance(event, ev.ReleaseWithdrawn | ev.PlaceLost) else None


TestTwoPersons = TwoPersons.TestCase
TestTwoPersons.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
