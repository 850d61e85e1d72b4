"""What was declared beside what was seen, and the life of the seals."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossing.ground import BOX, START_MS, TRUCK, declare, seen
from crossing.steps import C, Trip
from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.comparing import Compared, Fit, Subject, compared, seal_lives
from gatepair.crossing.model import LoadUnit, SealAct, SealKind
from gatepair.plan.model import FigureKind, LaneKind, Provenance, Role, Weighing

WEIGHING = Weighing(tare_kg=16_000, tolerance_permille=30, provenance=Provenance(kind=FigureKind.ASSUMED, note="test"))


def table(trip: Trip, *more: ev.CrossingEvent, weighing: Weighing | None = WEIGHING) -> dict[Subject, Compared]:
    """Return the comparison by subject, with ``more`` events after those recorded."""
    events = [*trip.pair.desks["a-post"].streams[trip.here.id], *more]
    return {one.subject: one for one in compared(trip.here, events, weighing)}


def weighed(kg: int) -> ev.CheckRecorded:
    """Return a weighing of the truck."""
    look = replace(seen(TRUCK), gross_mass_kg=kg)
    return ev.CheckRecorded(at_ms=START_MS + 60_000, station="a-exit", duty=Duty.YARD, result="weighed", seen=look)


def test_before_anything_was_read_everything_is_unseen() -> None:
    """A declared vehicle that nobody has seen differs in nothing and is the same in nothing."""
    assert {Fit.UNSEEN} == {one.fit for one in table(Trip()).values()}


def test_the_plates_read_at_the_barrier_stand_beside_those_bound() -> None:
    """Tractor and trailer as read, where and when."""
    line = table(Trip().arrived())[Subject.TRACTOR]
    assert (TRUCK.tractor, TRUCK.tractor, Fit.SAME, "a-exit", START_MS) == (
        line.declared,
        line.seen,
        line.fit,
        line.by,
        line.at_ms,
    )


def test_another_trailer_than_bound_differs() -> None:
    """What a reading shows instead is named, also when it is nothing."""
    look = ev.HandoverDisputed(at_ms=START_MS, station="a-exit", seen=replace(seen(TRUCK), trailer=None), reason="x")
    lines = table(Trip(), look)
    assert (Fit.SAME, Fit.DIFFERS, "–") == (
        lines[Subject.TRACTOR].fit,
        lines[Subject.TRAILER].fit,
        lines[Subject.TRAILER].seen,
    )


@pytest.mark.parametrize(
    ("kg", "fit", "off"),
    [
        (36_000, Fit.SAME, 0),
        (36_600, Fit.SAME, 30),
        (36_601, Fit.DIFFERS, 30),
        (35_400, Fit.SAME, -30),
        (35_399, Fit.DIFFERS, -31),
        (52_000, Fit.DIFFERS, 800),
    ],
)
def test_the_mass_fits_within_the_tolerance_of_the_plan(kg: int, fit: Fit, off: int) -> None:
    """20,000 kg declared and 16,000 kg tare: 600 kg off is within 30 permille, one kilogram more is not."""
    line = table(Trip(), weighed(kg))[Subject.GROSS_MASS]
    assert (fit, off, "20000", str(kg - 16_000)) == (line.fit, line.off_permille, line.declared, line.seen)


def test_without_a_tolerance_a_mass_is_shown_and_not_judged() -> None:
    """Where the plan says nothing the page says nothing either."""
    line = table(Trip(), weighed(50_000), weighing=None)[Subject.GROSS_MASS]
    assert (Fit.UNJUDGED, "50000", None) == (line.fit, line.seen, line.off_permille)


def test_the_last_reading_counts() -> None:
    """A second weighing takes the place of the first."""
    assert Fit.SAME is table(Trip(), weighed(50_000), weighed(36_000))[Subject.GROSS_MASS].fit


def test_containers_are_compared_in_any_order() -> None:
    """The same boxes in another order are the same boxes; one missing is named."""
    trip = Trip(declare(load=LoadUnit.CONTAINER, lane_kind=LaneKind.UNMANNED, binding=BOX))
    look = ev.VehicleArrived(at_ms=START_MS, station="a-exit", seen=replace(seen(BOX), containers=()))
    assert (Fit.DIFFERS, "–") == (table(trip, look)[Subject.CONTAINERS].fit, table(trip, look)[Subject.CONTAINERS].seen)


def sealed(*numbers: str) -> Trip:
    """Return a crossing inside the gate with seals put on by customs."""
    trip = Trip().arrived()
    for number in numbers:
        trip.do(cmd.ApplySeal(**C, number=number, kind=SealKind.CUSTOMS), Duty.CUSTOMS)
    return trip


def seals(trip: Trip, *read: str) -> list[tuple[str, str, Fit]]:
    """Return what is compared of seals after a lane read those in ``read``."""
    look = ev.VehicleArrived(at_ms=START_MS, station="a-exit", seen=seen(TRUCK, seals=read))
    events = [*trip.pair.desks["a-post"].streams[trip.here.id], look]
    lines = [one for one in compared(trip.here, events, WEIGHING) if one.subject is Subject.SEAL]
    return [(one.declared, one.seen, one.fit) for one in lines]


def test_each_seal_is_looked_for_and_a_strange_one_named() -> None:
    """One is there, one is missing, one is on no record."""
    expected = [("c-1", "c-1", Fit.SAME), ("c-2", "–", Fit.DIFFERS), ("–", "x-9", Fit.DIFFERS)]
    assert expected == seals(sealed("c-1", "c-2"), "c-1", "x-9")


def test_a_lane_that_reads_no_seals_says_nothing_of_them() -> None:
    """Nothing read is not the same as nothing there."""
    assert [("c-1", "", Fit.UNSEEN)] == seals(sealed("c-1"))


def test_a_seal_that_was_found_broken_differs_whatever_a_lane_reads() -> None:
    """The officer's look counts beside the reader's."""
    trip = sealed("c-1")
    trip.do(cmd.CheckSeal(**C, number="c-1", intact=False), Duty.YARD)
    assert [("c-1", "c-1", Fit.DIFFERS)] == seals(trip, "c-1")


def test_the_entry_post_looks_for_the_seals_that_the_partner_told_of() -> None:
    """At the entry the seals of the departure and of the partner's later word are expected too."""
    trip = sealed("c-1")
    there = replace(trip.here, role=Role.ENTRY, partner_seals=trip.here.seals, seals=())
    look = ev.VehicleArrived(at_ms=START_MS, station="b-entry", seen=seen(TRUCK, seals=("c-1",)))
    assert Fit.SAME is next(one.fit for one in compared(there, [look], None) if one.subject is Subject.SEAL)


def test_a_seal_has_one_life_from_putting_on_to_opening() -> None:
    """Who did what with it, in order; once opened it is no longer on."""
    trip = sealed("c-1")
    trip.do(cmd.CheckSeal(**C, number="c-1", intact=True), Duty.YARD)
    trip.do(cmd.BreakSeal(**C, number="c-1", reason="look inside"), Duty.CUSTOMS)
    (life,) = seal_lives(trip.pair.desks["a-post"].streams[trip.here.id])
    expected = [(SealAct.APPLIED, "customs-1"), (SealAct.CHECKED, "yard-1"), (SealAct.BROKEN, "customs-1")]
    assert expected == [(step.act, step.actor) for step in life.steps]
    assert (False, "look inside") == (life.on, life.steps[-1].reason)


def test_a_seal_of_the_partner_s_word_says_so() -> None:
    """Its steps name no person of ours."""
    told = ev.PartnerSealTold(at_ms=START_MS, leaf="0" * 64, act=SealAct.APPLIED, number="p-1", kind=SealKind.CARRIER)
    (life,) = seal_lives([told])
    assert (True, True, "") == (life.by_partner, life.on, life.steps[0].actor)
