"""The containers that came in through a gate and went out, from the events of its crossings.

One report of each kind, in and out, lists every container that a lane saw on a vehicle, in the order of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gatepair.adapters.formats.edifact_gate import GATE_IN, GATE_OUT
from gatepair.base.time import Instant, to_datetime
from gatepair.clearance.declaration.gate_report import GateLocation, GateMoment, GateMove, GateReport, GateSeal
from gatepair.clearance.declaration.papers import AdditionalDocument
from gatepair.clearance.declaration.transport import BorderTransportMeans
from gatepair.clearance.declaration.values import Moment, Number
from gatepair.crossing import events as ev
from gatepair.crossing.model import LoadUnit

_CONTAINER: Final = "CN"
"""Source: UN/EDIFACT 8053."""
_EMPTY, _FULL = "4", "5"
"""Source: UN/EDIFACT 8169."""
_ROAD: Final = "3"
"""Source: UN/ECE Recommendation 19."""
_HAPPENED: Final = "7"
"""Effective date and time. Source: UN/EDIFACT 2005."""
_CROSSING: Final = "AAS"
"""Transport document number, here the crossing's. Source: UN/EDIFACT 1153."""
_HERE: Final = "165"
"""Where the report is made. Source: UN/EDIFACT 3227."""


def gate_reports(
    crossings: Mapping[str, Sequence[ev.CrossingEvent]], *, unlocode: str, made_at_ms: int
) -> tuple[GateReport, ...]:
    """Return the report of containers in and the one of containers out; one without containers is left out."""
    moves: dict[str, list[tuple[int, GateMove]]] = {GATE_IN: [], GATE_OUT: []}
    for name, events in crossings.items():
        fullness = _FULL
        for event in events:
            match event:
                case ev.CrossingDeclared(load=load):
                    fullness = _EMPTY if load is LoadUnit.EMPTY else _FULL
                case ev.VehicleArrived():
                    moves[GATE_IN].extend(_moves(event, name, fullness))
                case ev.VehicleDeparted():
                    moves[GATE_OUT].extend(_moves(event, name, fullness))
                case _:
                    continue
    return tuple(
        GateReport(
            type_code=kind,
            functional_reference_id=f"{kind}-{made_at_ms}",
            function_code="9",
            issue_date_time=_moment(made_at_ms),
            location=(GateLocation(function_code=_HERE, id=unlocode),) if unlocode else (),
            move=tuple(move for _, move in sorted(found, key=lambda each: each[0])),
            move_quantity=Number(coefficient=len(found)),
        )
        for kind, found in moves.items()
        if found
    )


def _moves(event: ev.VehicleArrived | ev.VehicleDeparted, crossing: str, fullness: str) -> list[tuple[int, GateMove]]:
    seen = event.seen
    # Seals are seen on a vehicle; with several containers nobody says which is on which.
    seals = tuple(GateSeal(id=number) for number in seen.seals) if len(seen.containers) == 1 else ()
    return [
        (
            event.at_ms,
            GateMove(
                type_code=_CONTAINER,
                id=number,
                fullness_code=fullness,
                document=(AdditionalDocument(type_code=_CROSSING, id=crossing),),
                date_time=(GateMoment(function_code=_HAPPENED, moment=_moment(event.at_ms)),),
                seal=seals,
                transport_means=BorderTransportMeans(mode_code=_ROAD, id=seen.tractor),
            ),
        )
        for number in seen.containers
    ]


def _moment(at_ms: int) -> Moment:
    return Moment(to_datetime(Instant(at_ms)).strftime("%Y%m%d%H%M%S"), "204")
