"""Two posts back to back under random orders of random duties: what must always hold, holds."""

from __future__ import annotations

from hypothesis import settings

from crossing.life import walk
from crossing.machine import CrossingMachine
from gatepair.crossing import events as ev

TestCrossings = CrossingMachine.TestCase
"""No departure without release and acceptance or a marked clause; nobody but customs releases; exactly the
relying decisions reopen; one holder for one claim; nothing half done; an ended crossing accepts nothing."""
TestCrossings.settings = settings(max_examples=settings().max_examples * 2, stateful_step_count=20)


ESSENTIAL = {
    ev.BindingChanged,
    ev.CrossingClosed,
    ev.CrossingRefused,
    ev.CrossingReleased,
    ev.DecisionReopened,
    ev.HandoverConfirmed,
    ev.LaboratoryAnswered,
    ev.PartnerAccepted,
    ev.PlaceLost,
    ev.ReleaseWithdrawn,
    ev.SealApplied,
    ev.StayWarned,
    ev.VehicleDeparted,
}


def test_the_walks_come_far() -> None:
    """Random walks reach what the rules are about, so that what they prove is not proved of nothing."""
    reached: set[type] = set()
    for seed in range(150):
        for desk in walk(seed).pair.desks.values():
            reached.update(type(event) for stream in desk.streams.values() for event in stream)
        if reached >= ESSENTIAL:
            return
    assert set() == {event.__name__ for event in ESSENTIAL - reached}
