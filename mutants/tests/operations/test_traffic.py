"""Truths of the count of departures that a quota is held against."""

from __future__ import annotations

import pytest

from gatepair.base.duties import Duty
from gatepair.crossing import events as ev
from gatepair.crossing.model import Binding, Declaration, LoadUnit, Parties, Rested, Seen
from gatepair.operations.traffic import Traffic
from gatepair.plan.model import Direction, LaneKind, Regime, Role

NOW_MS = 1_762_819_200_000


@pytest.mark.parametrize(("load", "counted"), [(LoadUnit.TRUCK, 1), (LoadUnit.EMPTY, 0)])
def test_empty_vehicles_use_up_no_quota(load: LoadUnit, counted: int) -> None:
    """A quota shares out the partner's intake of goods; an empty vehicle on its way home takes none of it."""
    traffic = Traffic()
    declared = ev.CrossingDeclared(
        at_ms=NOW_MS,
        role=Role.EXIT,
        direction=Direction.OUT,
        route="r1",
        lane_kind=LaneKind.EMPTIES if load is LoadUnit.EMPTY else LaneKind.MANNED,
        load=load,
        declaration=Declaration(regime=Regime.ORDINARY, goods=(), parties=Parties(exporter="a", importer="b")),
        binding=Binding(tractor="SYN-1"),
    )
    left = ev.VehicleDeparted(at_ms=NOW_MS, lane="l1", seen=Seen(tractor="SYN-1"), rested=Rested(clause="fresh"))
    for event in (declared, left):
        traffic.apply("X1", event)
    assert counted == traffic.departures_in_hour(NOW_MS)
    assert 1 == traffic.in_flight


def test_who_is_inspected_stands_until_the_inspection_is_over() -> None:
    """A vehicle in a bay will not leave within the hour, so it keeps nobody else from being called."""
    traffic = Traffic()
    traffic.apply("X1", ev.InspectionOrdered(at_ms=NOW_MS, bay="bay-1", reason="channel_red", duty=Duty.CUSTOMS))
    assert traffic.is_held("X1")
    traffic.apply("X1", ev.InspectionFinished(at_ms=NOW_MS, passed=True, duty=Duty.CUSTOMS))
    assert not traffic.is_held("X1")
