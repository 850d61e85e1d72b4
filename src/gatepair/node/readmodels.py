"""Read models: rows made from the ledger and nothing else, so that a rebuild gives the same rows.

| model | key | what |
| --- | --- | --- |
| ``crossing`` | crossing id | the crossing's state without driver and firms, with its timeline; ``sort`` 0 open, 1 closed |
| ``order/<direction>`` | number of the record | the public order |
| ``token`` | place token | the crossing it belongs to, and the driver's receipt in the public order |
| ``hour`` | direction/hour/figure | counts by hour |
| ``scene`` | hour | which crossings were somewhere when the hour's first entry came; ``sort`` the latest first |
| ``notice`` | position | what one side told the other of its gate; ``sort`` the latest first |
| ``own`` | account/position counted down | a crossing of this trader that has ended, the last declared first |
| ``log`` | position | what the command centre's own log holds besides: alarms, shifts, turned lanes, agreed hours |
| ``head`` | ``ledger``, ``audit``, ``order/<direction>`` | sizes and compact ranges, so that a start need not read all |
| ``head`` | ``channel`` | bookings of inspection bays, and the last period whose salt was committed to |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.entries import Entry
from gatepair.base.time import HOUR_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import OPEN_STAGES
from gatepair.crossing.state import Crossing
from gatepair.insight.timeline import Timeline
from gatepair.node.ports import Reader, Row
from gatepair.operations.model import Figure
from gatepair.plan.model import Direction, Role

COUNTED: Final[Mapping[type[ev.CrossingEvent], str]] = {
    ev.CrossingDeclared: "declared",
    ev.PlaceTaken: "placed",
    ev.PlaceCalled: "called",
    ev.CallMissed: "missed",
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


OWN: Final = "own"
"""Read model of the crossings of a trader that have ended."""
_POSITION_LAST: Final = 999_999_999_999_999


def own_row(crossing: Crossing, *, first_position: int) -> Row | None:
    """Return the row by which a trader finds an ended crossing again; None while it is open, or for nobody's."""
    if not crossing.declarant or is_open(crossing):
        return None
    key = f"{crossing.declarant}/{_POSITION_LAST - first_position:015d}"
    return Row(key=key, sort=0, document=encode({"crossing": crossing.id}))


def own_ended(reader: Reader, declarant: str, limit: int) -> list[str]:
    """Return the ended crossings that ``declarant`` declared, the last declared first."""
    rows = reader.rows(OWN, after=(0, f"{declarant}/"), limit=limit)
    return [msgspec.json.decode(row.document)["crossing"] for row in rows if row.key.startswith(f"{declarant}/")]


def hour_counts(reader: Reader, direction: Direction, *, first_ms: int, until_ms: int) -> dict[tuple[str, str], int]:
    """Return the counts of the hours from ``first_ms`` (included) to ``until_ms`` (not), by load and figure."""
    totals: dict[tuple[str, str], int] = {}
    for _, figure, load, count in hours(reader, direction, first_ms=first_ms, until_ms=until_ms):
        totals[load, figure] = totals.get((load, figure), 0) + count
    return totals


def hours(reader: Reader, direction: Direction, *, first_ms: int, until_ms: int) -> Iterator[tuple[int, str, str, int]]:
    """Yield hour, figure, load and count of the hours from ``first_ms`` (included) to ``until_ms`` (not)."""
    # The hours of one direction stand together, because the key begins with both.
    for row in reader.rows("hour", after=(0, f"{direction.value}/{first_ms:015d}"), limit=5_000):
        way, hour, figure, load = row.key.split("/")
        if way != direction.value or int(hour) >= until_ms:
            return
        yield int(hour), figure, load, int(row.document)


def day_figures(reader: Reader, *, first_ms: int, until_ms: int) -> tuple[Figure, ...]:
    """Return the counts of a day from ``first_ms`` to ``until_ms`` as they are told to the partner."""
    return tuple(
        Figure(direction=direction, load="loaded" if load == "loaded" else "empty", figure=figure.replace(":", "."), count=count)
        for direction in Direction
        for (load, figure), count in sorted(hour_counts(reader, direction, first_ms=first_ms, until_ms=until_ms).items())
    )  # fmt: skip


NOTICED: Final = frozenset(
    {"AlertRaised", "AlertEnded", "HotlineNoted", "ConditionReported", "HoursAnnounced", "CapacityAnnounced",
     "QuotaAnnounced", "IntakeStopped", "IntakeReopened", "StatisticsReported"}
)  # fmt: skip
"""Events of the gate that people read: what one side told the other."""


LOGGED: Final = frozenset(
    {"AlarmBegun", "AlarmLevelChanged", "AlarmCleared", "AlarmTaken", "AlarmHandedOver", "AlarmNoted", "AlarmResolved",
     "ShiftNoted", "ShiftTaken", "LaneTurnBegun", "LaneTurned", "HoursAgreed", "RecoveryBegun", "RecoveryFinished"}
)  # fmt: skip
"""Events of the gate that the command centre's own log holds beside the notices."""


def gate_row(entry: Entry) -> tuple[str, Row] | None:
    """Return read model and row of an entry of the gate's stream that people read, the latest first; None for another."""
    name = entry.type.partition("/")[0]
    model = "notice" if name in NOTICED else "log" if name in LOGGED else ""
    if not model:
        return None
    document = {
        "position": entry.position,
        "type": entry.type,
        "recorded_at_ms": entry.recorded_at_ms,
        "actor": entry.actor,
        "payload": msgspec.Raw(entry.payload),
    }
    return model, Row(key=f"{entry.position:015d}", sort=-entry.position, document=encode(document))


def scene_row(hour_ms: int, position: int, somewhere: Sequence[str]) -> Row:
    """Return the row from which a replay of the hour begins: who was ``somewhere`` after entry ``position``."""
    return Row(key=f"{hour_ms:015d}", sort=-hour_ms, document=encode({"crossings": somewhere, "position": position}))


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


def first_hour(reader: Reader, direction: Direction, now_ms: int) -> int:
    """Return when the first hour began in which anything was counted in ``direction``; now when nothing was."""
    first = reader.rows("hour", after=(0, f"{direction.value}/"), limit=1)
    way, _, rest = first[0].key.partition("/") if first else ("", "", "")
    return int(rest.partition("/")[0]) if way == direction.value else now_ms
