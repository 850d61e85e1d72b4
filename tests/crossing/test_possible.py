"""What a page does not offer is refused at the door too, and what can be done is offered."""

from __future__ import annotations

from random import Random

import pytest

from crossing.ground import X1, Desk
from crossing.life import Life, any_order, walk
from crossing.steps import C, Trip, codes
from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing.decide import HANDLED, decide
from gatepair.crossing.outcome import Order, Outcome
from gatepair.crossing.possible import RULES, ruled_out

WALKS = 25


def asked_of(life: Life, seed: int) -> tuple[int, set[type]]:
    """Ask anything of every crossing of ``life``; returns how many orders were done, and which kinds were ruled out."""
    rng = Random(seed)
    done, out = 0, set()
    for desk in life.pair.desks.values():
        for crossing in tuple(desk.crossings.values()):
            for _ in range(60):
                order, duty = any_order(rng, crossing.id), rng.choice(tuple(Duty))
                refused = bool(codes(decided(desk, crossing.id, order, duty)))
                if ruled_out(crossing, type(order), duty):
                    out.add(type(order))
                    assert refused, (type(order).__name__, duty, crossing.stage)
                done += not refused
    return done, out


def decided(desk: Desk, crossing_id: str, order: Order, duty: Duty) -> Outcome:
    """Decide without recording."""
    return decide(desk.crossings[crossing_id], order, desk.context(crossing_id, order, duty))


def test_what_is_ruled_out_is_refused_whatever_it_says() -> None:
    """Over random lives no order of a kind that is ruled out is ever done; many kinds come up, and much is done."""
    found = [asked_of(walk(seed), seed) for seed in range(WALKS)]
    assert sum(done for done, _ in found) > WALKS
    assert len(set().union(*(kinds for _, kinds in found))) > 20


def test_every_rule_is_about_an_order_of_a_crossing() -> None:
    """No rule stands for what is no order; the second person's is decided apart."""
    assert set() == set(RULES) - set(HANDLED) - {cmd.ConfirmAct}


@pytest.mark.parametrize(
    ("kind", "duty", "before", "after"),
    [
        (cmd.AssignChannel, Duty.CUSTOMS, False, False),
        (cmd.FinishInspection, Duty.CUSTOMS, True, False),
        (cmd.OrderInspection, Duty.CUSTOMS, False, True),
        (cmd.FinishInspection, Duty.QUARANTINE, True, True),
        (cmd.Depart, Duty.YARD, True, True),
    ],
)
def test_an_order_opens_one_thing_and_closes_another(
    kind: type[Order], duty: Duty, *, before: bool, after: bool
) -> None:
    """With an inspection ordered by customs, customs alone may finish it and orders no second one."""
    trip = Trip().arrived()
    assert before is ruled_out(trip.here, kind, duty)
    trip.do(cmd.OrderInspection(**C, bay="bay-1", reason="look"), Duty.CUSTOMS)
    assert after is ruled_out(trip.here, kind, duty)


def test_nothing_but_the_end_of_the_stay_follows_the_end() -> None:
    """A withdrawn crossing offers nothing."""
    trip = Trip()
    trip.do(cmd.CancelCrossing(**C, reason="sold"), Duty.TRADER)
    assert X1 == trip.here.id
    assert {True} == {ruled_out(trip.here, kind, duty) for kind in HANDLED for duty in Duty if kind is not cmd.EndStay}
