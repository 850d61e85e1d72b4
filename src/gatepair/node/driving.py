"""What a driver's phone is shown: his own vehicles, what he is to do with each, and why.

A person with the duty *driver* sees and touches a crossing only when it names his driving licence, or when
he showed the token of its place, which is the secret on his slip.  Systems with that duty speak for many
drivers and are let through; no name of a person is in anything that this module returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.entries import Entry
from gatepair.base.errors import NotFound
from gatepair.base.findings import Finding
from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import findings as fi
from gatepair.crossing.model import READ_OUT, Instruction, Stage
from gatepair.crossing.queueing import needs_place
from gatepair.crossing.state import Crossing
from gatepair.node.ports import Reader, Unit
from gatepair.node.requests import Actor
from gatepair.operations.instructing import Told, instruct
from gatepair.operations.queue import Place, PlaceState
from gatepair.operations.rule import CallLine
from gatepair.operations.slots import WINDOW_MS, next_free_ms
from gatepair.plan.model import Role, Text

if TYPE_CHECKING:
    from gatepair.node.post import Post

RIDES_MAX: Final = 10
"""Crossings that one driver may have added by token; the oldest is forgotten first."""
ENDED_SHOWN_MS: Final = 2 * HOUR_MS
"""How long a phone goes on saying how it ended. Assumed: the time of the way home or to the next load."""
ENDED_LOOKED_THROUGH: Final = 1_000
"""Ended crossings among which his are looked for; the busiest gate ends some 250 in that time."""
WINDOWS_SHOWN: Final = 6
"""Free windows offered for booking: what fits on a phone."""
ON_THE_WAY: Final = frozenset({Stage.QUEUED, Stage.CALLED})
"""Stages in which the gate waits for the driver's word."""
_BOOKABLE: Final = frozenset({Stage.DECLARED, Stage.QUEUED})
URGENCY: Final = (
    Instruction.COME_NOW,
    Instruction.CROSS,
    Instruction.DRIVE_OUT,
    Instruction.GO_TO_STATION,
    Instruction.HOLD_AT_BUFFER,
    Instruction.STAY,
    Instruction.TURNED_BACK,
    Instruction.WAIT,
    Instruction.DO_NOT_DEPART,
    Instruction.FOLLOW_OTHER_SIDE,
    Instruction.THROUGH,
)
"""Instructions in the order in which a driver of several vehicles is shown them."""
TOLD_BY: Final[Mapping[str, str]] = {
    "SlotBooked": "slot",
    "PlaceTaken": "place_taken",
    "PlaceMoved": "place_moved",
    "HeldAtBuffer": "hold_at_buffer",
    "PlaceCalled": "come_now",
    "CallAcknowledged": "read",
    "InstructionAcknowledged": "read",
    "CallMissed": "missed",
    "PlaceLost": "place_lost",
    "VehicleArrived": "arrived",
    "InspectionOrdered": "inspection",
    "CrossingReleased": "released",
    "ReleaseWithdrawn": "release_withdrawn",
    "VehicleDeparted": "departed",
    "HandoverConfirmed": "received",
    "PartnerReceived": "through",
    "StayWarned": "stay_warned",
    "CrossingRefused": "refused",
    "Diverted": "diverted",
    "CrossingCancelled": "cancelled",
}
"""What a driver's history says of an event; others do not concern him."""


# --- whose vehicle ------------------------------------------------------------------------


def drives(reader: Reader, actor: Actor, crossing: Crossing) -> bool:
    """Tell whether ``actor`` may see and touch ``crossing`` as its driver; true for whoever is no driving person."""
    if actor.duty is not Duty.DRIVER or actor.licence is None:
        return True
    return _names(crossing, actor.licence) or crossing.id in _rides(reader, actor.id)


def _names(crossing: Crossing, licence: str) -> bool:
    return bool(licence) and crossing.driver is not None and crossing.driver.licence == licence


def _rides(reader: Reader, login: str) -> list[str]:
    raw = reader.state(f"ride/{login}")
    return [] if raw is None else msgspec.json.decode(raw, type=list[str])


def add_ride(unit: Unit, actor: Actor, token: str) -> str:
    """Put the crossing whose place has ``token`` on the phone of ``actor``, and return it.

    Raises:
        NotFound: no place has this token.
    """
    row = unit.row("token", token)
    if row is None:
        raise NotFound("no place has this token")
    crossing: str = msgspec.json.decode(row.document)["crossing"]
    kept = [one for one in _rides(unit, actor.id) if one != crossing]
    unit.put_state(f"ride/{actor.id}", encode([*kept, crossing][-RIDES_MAX:]))
    return crossing


def _mine(post: Post, reader: Reader, actor: Actor) -> list[Crossing]:
    """Return the crossings on the phone of ``actor``: those on their way, then those that ended a while ago."""
    rides = set(_rides(reader, actor.id))
    licence, since_ms = actor.licence or "", post.now() - ENDED_SHOWN_MS
    open_now = [tracked.crossing for tracked in list(post.standing.open_crossings().values())]
    ended = (tracked.crossing for tracked in reversed(list(post.standing.ended_crossings().values())))
    # One that somebody looked up stands among the last, however long ago it ended.
    lately = (one for one in islice(ended, ENDED_LOOKED_THROUGH) if one.last_at_ms >= since_ms)
    return [one for one in chain(open_now, lately) if one.id in rides or _names(one, licence)]


# --- what he is to do ---------------------------------------------------------------------


def told(post: Post, crossing: Crossing) -> Told:
    """Return what the driver of ``crossing`` is to do now."""
    book = post.standing.books.get(crossing.direction)
    place = book.place(crossing.id) if book is not None else None
    if book is None or place is None or place.state is not PlaceState.CALLED:
        return instruct(crossing, post.situation())
    return instruct(crossing, post.situation(), deadline_ms=book.deadline_ms(place))


def faults(post: Post, crossing: Crossing, command: cmd.AcknowledgeInstruction) -> tuple[Finding, ...]:
    """Return why what the driver read is not what he is to do now; nothing when it is."""
    now = told(post, crossing)
    if (now.instruction, now.basis) == (command.instruction, command.basis):
        return ()
    return (fi.INSTRUCTION_CHANGED.at("basis", instruction=command.instruction.value),)


def marks(post: Post, actor: Actor) -> bytes:
    """Return what changes whenever the phone of ``actor`` would show something else; its own clock apart."""
    with post.ledger.read() as reader:
        own = _mine(post, reader, actor)
    return encode([[one.id, one.version, *_mark(post, one)] for one in own])


def _mark(post: Post, crossing: Crossing) -> list[Any]:
    now = told(post, crossing)
    return [now.instruction.value, now.basis, now.why, now.until_ms, post.place_view(crossing)["ahead"]]


def view(post: Post, actor: Actor) -> dict[str, Any]:
    """Return the phone of ``actor``: his vehicles, each with its one instruction, and how old the answer is."""
    with post.ledger.read() as reader:
        own = [(one, reader.stream(f"crossing/{one.id}")) for one in _mine(post, reader, actor)]
    vehicles = [_vehicle(post, crossing, entries) for crossing, entries in own]
    # Whoever drives more than one sees first what he must do now.
    vehicles.sort(key=lambda one: URGENCY.index(one["instruction"]))
    return {"at_ms": post.now(), "synthetic": post.synthetic, "vehicles": vehicles}


def _vehicle(post: Post, crossing: Crossing, entries: list[Entry]) -> dict[str, Any]:
    now = told(post, crossing)
    heard = crossing.heard
    read = heard is not None and (heard.instruction, heard.basis) == (now.instruction, now.basis)
    place = post.place_view(crossing)
    takes = crossing.stage is Stage.DECLARED and needs_place(post.plan, post.post, crossing)
    return {
        "crossing": crossing.id,
        "tractor": crossing.binding.tractor,
        "route": _name(post.plan.routes[crossing.route].name),
        "instruction": now.instruction.value,
        "basis": now.basis,
        "why": now.why,
        "until_ms": now.until_ms,
        "duty": now.duty.value if now.duty else "",
        "station": _station(post, now.station),
        "lanes": now.lanes,
        "yard": _yard(post, now.yard),
        # Who is told not to depart because he has no place answers by taking one.
        "to_acknowledge": now.instruction in READ_OUT and crossing.stage in ON_THE_WAY,
        "read_at_ms": heard.at_ms if read and heard is not None else None,
        "number": place["number"],
        "ahead": place["ahead"],
        "forecast": place.get("forecast"),
        "slot": crossing.slot,
        "windows": _windows(post, crossing),
        "can_take_place": takes,
        "token": post.place_token(crossing.id) if crossing.place is not None else "",
        "stay": _stay(post, crossing),
        "history": list(_history(entries)),
    }


def _name(name: Text) -> dict[str, str]:
    found: dict[str, str] = msgspec.to_builtins(name)
    return found


def _station(post: Post, key: str) -> dict[str, str] | None:
    station = post.plan.stations.get(key)
    return None if station is None else _name(station.name)


def _yard(post: Post, key: str) -> dict[str, Any] | None:
    """Return the yard by name, with the way from it to the barrier and how many spaces are free by the queue's count."""
    yard = post.plan.yards.get(key)
    if yard is None:
        return None
    places: list[Place] = [place for book in list(post.standing.books.values()) for place in book.places()]
    taken = sum(1 for place in places if place.yard == key and place.state is not PlaceState.INSIDE)
    return {
        "name": _name(yard.name),
        "capacity": yard.capacity,
        "free": max(0, yard.capacity - taken),
        "travel_s": yard.travel_s,
    }


def _windows(post: Post, crossing: Crossing) -> list[tuple[int, int]]:
    """Return the next free windows that may be booked; none for whom there is nothing to book."""
    queues = crossing.role is Role.EXIT and needs_place(post.plan, post.post, crossing)
    at, goods = post.situation(), crossing.declaration.commodity()
    if crossing.stage not in _BOOKABLE or not queues:
        return []
    if not at.gate.is_open(crossing.direction, crossing.route, commodity=goods):
        return []  # While a stop stands every window counts as closed.
    found: list[tuple[int, int]] = []
    after_ms: int | None = post.now()
    line = CallLine(crossing.route, crossing.lane_kind)
    while len(found) < WINDOWS_SHOWN and after_ms is not None:
        after_ms = next_free_ms(post.standing.slots, at, line, direction=crossing.direction, after_ms=after_ms)
        if after_ms is not None:
            found.append((after_ms, after_ms + WINDOW_MS))
    return found


def _stay(post: Post, crossing: Crossing) -> dict[str, Any] | None:
    """Return the stay clock of a foreign vehicle that is still here."""
    stay = crossing.stay
    if stay is None or stay.ended_at_ms is not None:
        return None
    left_ms = stay.until_ms - post.now()
    return {
        "until_ms": stay.until_ms,
        "left_s": max(0, left_ms) // SECOND_MS,
        "soon": left_ms <= post.plan.stay.warn_before_h * HOUR_MS,
        "overdue": left_ms < 0,
    }


def _history(entries: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    for entry in entries:
        what = TOLD_BY.get(entry.type.partition("/")[0])
        # A place that ends because the vehicle left is not lost to its driver.
        if what is None or (what == "place_lost" and b'"departed"' in entry.payload):
            continue
        yield {"at_ms": entry.recorded_at_ms, "what": what}
