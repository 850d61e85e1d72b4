"""Read models: rows made from the ledger and nothing else, so that a rebuild gives the same rows.

| model | key | what |
| --- | --- | --- |
| ``crossing`` | crossing id | the crossing's state without driver and firms, with its timeline; ``sort`` 0 open, 1 closed |
| ``order/<direction>`` | number of the record | the public order |
| ``token`` | place token | the crossing it belongs to, and the driver's receipt in the public order |
| ``hour`` | direction/hour/figure | counts by hour |
| ``head`` | ``ledger``, ``audit``, ``order/<direction>`` | sizes and compact ranges, so that a start need not read all |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gatepair.base.canonical import encode
from gatepair.base.time import HOUR_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import OPEN_STAGES
from gatepair.crossing.state import Crossing
from gatepair.insight.timeline import Timeline
from gatepair.node.ports import Row
from gatepair.plan.model import Role

COUNTED: Final[Mapping[type[ev.CrossingEvent], str]] = {
    ev.CrossingDeclared: "declared",
    ev.PlaceTaken: "placed",
    ev.PlaceCalled: "called",
    ev.VehicleDeparted: "departed",
    ev.HandoverConfirmed: "received",
    ev.PartnerReceived: "partner_received",
    ev.CrossingReleased: "released",
    ev.CrossingRefused: "refused",
    ev.CrossingClosed: "closed",
    ev.Diverted: "diverted",
    ev.CrossingCancelled: "cancelled",
}
"""Which event counts under which figure of the hour."""


def crossing_row(crossing: Crossing, timeline: Timeline, *, first_position: int) -> Row:
    """Return the row of ``crossing`` for work lists, board and study; no person and no firm in it."""
    document: dict[str, Any] = {
        "id": crossing.id,
        "version": crossing.version,
        "position": first_position,
        "role": crossing.role.value,
        "direction": crossing.direction.value,
        "route": crossing.route,
        "lane_kind": crossing.lane_kind.value,
        "load": crossing.load.value,
        "stage": crossing.stage.value,
        "regime": crossing.declaration.regime.value,
        "commodity": crossing.declaration.commodity().value,
        "tested": crossing.declaration.tested(),
        "synthetic": crossing.declaration.synthetic,
        "channel": crossing.channel.value if crossing.channel else "",
        "released": crossing.released,
        "decisions": {duty.value: decision.verdict.value for duty, decision in sorted(crossing.decisions.items())},
        "number": crossing.place.number if crossing.place else 0,
        "timeline": timeline,
    }
    return Row(key=crossing.id, sort=0 if is_open(crossing) else 1, document=encode(document))


def is_open(crossing: Crossing) -> bool:
    """Tell whether something may still happen: the stage is open, or a foreign vehicle is still here."""
    staying = crossing.stay is not None and crossing.stay.ended_at_ms is None
    return crossing.stage in OPEN_STAGES or staying


def hour_of(at_ms: int) -> int:
    """Return the start of the UTC hour of ``at_ms``, in milliseconds."""
    return at_ms - at_ms % HOUR_MS


def counts_of(event: ev.CrossingEvent, crossing: Crossing) -> list[str]:
    """Return the keys of the hour's counters that ``event`` adds one to.

    Empty vehicles and loaded ones are counted apart: the documented day figures speak of loads.
    """
    figure = COUNTED.get(type(event))
    if figure is None:
        return []
    load = "empty" if crossing.load.value == "empty" else "loaded"
    keys = [f"{crossing.direction.value}/{hour_of(event.at_ms):015d}/{figure}/{load}"]
    if _cleared(event, crossing):
        hour = f"{crossing.direction.value}/{hour_of(event.at_ms):015d}"
        keys.append(f"{hour}/cleared/{load}")
        keys.append(f"{hour}/cleared:{crossing.declaration.commodity().value}/{load}")
    return keys


def _cleared(event: ev.CrossingEvent, crossing: Crossing) -> bool:
    """Tell whether the vehicle is cleared with ``event``: it departed here, or went inland here."""
    if crossing.role is Role.EXIT:
        return isinstance(event, ev.VehicleDeparted)
    return isinstance(event, ev.CrossingClosed) and event.outcome == "delivered"
