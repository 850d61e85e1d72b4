"""What a crossing tells the checks of its declarations."""

from __future__ import annotations

from msgspec.structs import replace

from clearance.checking.documents import DAY, changed, found
from crossing.ground import BOX, PLAN, START_MS, X1, declare
from gatepair.clearance.checking.crossings import facts_of
from gatepair.crossing import declaring, fold
from gatepair.crossing.model import Seal, SealKind
from gatepair.crossing.state import Crossing
from gatepair.plan.model import Direction, Role


def crossing(direction: Direction = Direction.OUT) -> Crossing:
    """Return a crossing just declared."""
    order = declare(direction=direction, binding=BOX)
    return fold.apply(None, declaring.declared(order, role=Role.EXIT, declarant="trader", at_ms=START_MS), X1)


def test_countries_follow_from_the_direction() -> None:
    """Out leads away from the side that the plan calls home."""
    out, back = facts_of(crossing(), PLAN), facts_of(crossing(Direction.IN), PLAN)
    assert (("VN", "CN"), ("CN", "VN")) == ((out.leaves, out.enters), (back.leaves, back.enters))


def test_the_binding_and_the_seals_are_told() -> None:
    """Vehicle and containers are those bound; seals of both sides count."""
    ours, theirs = Seal("v-1", SealKind.CUSTOMS), Seal("c-1", SealKind.CARRIER)
    facts = facts_of(replace(crossing(), seals=(ours,), partner_seals=(theirs,)), PLAN)
    assert (BOX.tractor, BOX.containers, ("v-1", "c-1"), 20_000) == (facts.tractor, facts.containers, facts.seals, facts.gross_mass_kg)  # fmt: skip


def test_hours_are_held_against_a_slot_only() -> None:
    """Without a slot nothing is planned; with one the windows of the lanes of that day count."""
    assert (None, ()) == (facts_of(crossing(), PLAN).planned_ms, facts_of(crossing(), PLAN).windows)
    facts = facts_of(replace(crossing(), slot=(START_MS, START_MS + 60_000)), PLAN)
    assert [] == found(changed(), "check.gate_closed", on=DAY, crossing=facts)
    (window,) = facts.windows
    assert window.start_ms <= START_MS < window.until_ms


def test_a_declaration_of_another_truck_is_found() -> None:
    """The whole way: the crossing's facts find the declaration whose vehicle is not bound."""
    (finding,) = found(changed(), "check.plate_differs", crossing=facts_of(crossing(), PLAN))
    assert BOX.tractor == finding.params["bound"]
