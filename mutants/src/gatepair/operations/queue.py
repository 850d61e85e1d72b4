"""The fair queue of one direction at its exit post: a fold over place events in ledger order.

The published rule: places moved by hand under a code come first, in the order of the moves; then
the class's rank, where a place that has waited ``promote_after_h`` counts as of the first class;
then the place's number.  Not called meanwhile: a place whose test paper is missing, a place before
its booked window, a place on standby for one grace period after a missed call, and whatever the
stops and the hours of its road exclude.  A stop touches no place.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from gatepair.base.errors import InvariantBroken
from gatepair.crossing import events as ev
from gatepair.crossing.model import PlaceFacts
from gatepair.operations import events as gate
from gatepair.operations.rule import CallLine, grace_ms, promote_after_ms
from gatepair.plan.model import CommodityGroup, Direction, QueueRule
from gatepair.plan.rules import callable_now, priority_rank

PlaceKey = tuple[int, int, int]
"""Sort key of a place: 0 moved by hand or 1 by rule; number of the move or rank; place number."""


class PlaceState(StrEnum):
    """Where a place stands."""

    WAITING = "waiting"
    AT_BUFFER = "at_buffer"
    CALLED = "called"
    STANDBY = "standby"
    """Missed a call; rests for one grace period, then may be called again in its old order."""
    INSIDE = "inside"
    """Arrived inside the gate; the place ends when the vehicle departs."""


WAITING_STATES: Final = frozenset({PlaceState.WAITING, PlaceState.AT_BUFFER, PlaceState.STANDBY})
"""States in which a place waits to be called."""


class Place(Struct, frozen=True, kw_only=True):
    """One active place. ``moved`` counts hand moves (0: none); times are instants in milliseconds.

    A msgspec struct because it is copied at every event, in two microseconds instead of twenty.
    """

    crossing: str
    number: int
    facts: PlaceFacts
    binding_digest: str
    taken_at_ms: int
    rank: int
    state: PlaceState = PlaceState.WAITING
    yard: str = ""
    misses: int = 0
    called_at_ms: int = 0
    until_ms: int = 0
    acknowledged: bool = False
    moved: int = 0
    moved_code: str = ""
    aged: bool = False
    not_before_ms: int = 0

    @property
    def key(self) -> PlaceKey:
        """Return the sort key under the published rule."""
        if self.moved:
            return (0, self.moved, self.number)
        return (1, 0 if self.aged else self.rank, self.number)

    @property
    def line(self) -> CallLine:
        """Return the line in which the place competes."""
        return CallLine.of(self.facts)


@dataclass(frozen=True, slots=True)
class Call:
    """An order to come forward: arrive before ``until_ms``."""

    crossing: str
    number: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A call whose grace ran out; ``lost`` when it was the last one that the rule allows."""

    crossing: str
    number: int
    misses: int
    lost: bool


@dataclass(frozen=True, slots=True)
class LineCapacity:
    """What one line can take now: vehicles, and the groups allowed (None: every group)."""

    room: int
    only: frozenset[CommodityGroup] | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the gate can take now: vehicles over all lines, and each open line by itself.

    ``limits`` holds every limit by name, so that the board can say which one binds.
    """

    room: int
    lines: Mapping[CallLine, LineCapacity]
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def binding(self) -> str:
        """Return the name of the smallest limit, the first of equals by name; empty without limits."""
        return min(sorted(self.limits), key=lambda name: self.limits[name], default="")


class QueueBook:
    """The places of one direction; mutable, O(log n) searches per event, thrown away on rollback.

    Queries take the present instant; it must not go back between queries.
    """

    def __init__(self, rule: QueueRule, direction: Direction) -> None:
        """Begin with an empty queue under ``rule``."""
        self.rule = rule
        self.direction = direction
        self.last_number = 0
        self._places: dict[str, Place] = {}
        self._numbers: dict[int, str] = {}
        self._ready: dict[CallLine, list[PlaceKey]] = {}
        self._ageing: list[tuple[int, int]] = []
        self._resting: list[tuple[int, int]] = []
        self._slots: dict[str, int] = {}
        self._moves = 0
        self._settled_ms = 0
        self._inside: dict[str, CallLine] = {}
        self._called: dict[str, CallLine] = {}
        self._stops: dict[tuple[str, bool], int] = {}
        self._reopened_ms: dict[str, int] = {}

    # --- questions ------------------------------------------------------------------------

    @property
    def next_number(self) -> int:
        """Return the number that the next place gets; never one that was given before."""
        return self.last_number + 1

    @property
    def called(self) -> int:
        """Return how many vehicles are called and not yet there."""
        return len(self._called)

    @property
    def inside(self) -> int:
        """Return how many vehicles of this direction are inside the gate."""
        return len(self._inside)

    @property
    def waiting(self) -> int:
        """Return how many places wait to be called, callable or not."""
        return len(self._places) - len(self._called) - len(self._inside)

    def inside_crossings(self) -> tuple[str, ...]:
        """Return the crossings inside the gate, in the order of their arrival."""
        return tuple(self._inside)

    def pipeline(self, line: CallLine) -> int:
        """Return how many vehicles of ``line`` are called or inside."""
        return sum(1 for each in (self._called, self._inside) for at in each.values() if at == line)

    def place(self, crossing: str) -> Place | None:
        """Return the active place of ``crossing``."""
        return self._places.get(crossing)

    def by_number(self, number: int) -> Place | None:
        """Return the active place with ``number``."""
        crossing = self._numbers.get(number)
        return None if crossing is None else self._places[crossing]

    def places(self) -> tuple[Place, ...]:
        """Return all active places in the order in which they were taken."""
        return tuple(self._places.values())

    def slot_of(self, crossing: str) -> int:
        """Return the start of the window that ``crossing`` booked, 0 for none."""
        return self._slots.get(crossing, 0)

    def lines(self) -> tuple[CallLine, ...]:
        """Return the lines that had a callable place at some time, sorted."""
        return tuple(sorted(self._ready))

    def order(self, now_ms: int) -> tuple[Place, ...]:
        """Return every waiting place in the published order, callable or not. O(n log n)."""
        self._settle(now_ms)
        return tuple(sorted((p for p in self._places.values() if p.state in WAITING_STATES), key=lambda p: p.key))

    def position(self, crossing: str, now_ms: int) -> int | None:
        """Return how many waiting places stand before ``crossing`` in its own line, None when it does not wait. O(n)."""
        place = self._places.get(crossing)
        if place is None or place.state not in WAITING_STATES:
            return None
        self._settle(now_ms)
        place = self._places[crossing]
        return sum(
            1
            for other in self._places.values()
            if other.state in WAITING_STATES and other.line == place.line and other.key < place.key
        )

    def callable(self, line: CallLine, now_ms: int, *, only: frozenset[CommodityGroup] | None) -> Iterator[Place]:
        """Yield the places of ``line`` that may be called now, best first."""
        self._settle(now_ms)
        for key in self._ready.get(line, ()):
            place = self._places[self._numbers[key[2]]]
            if only is None or place.facts.commodity in only:
                yield place

    def deadline_ms(self, place: Place) -> int:
        """Return until when a called vehicle may arrive: a stop after the call gives a fresh grace from its end."""
        reopened_ms = max(self._reopened_ms.get("", 0), self._reopened_ms.get(place.facts.route, 0))
        if place.called_at_ms <= reopened_ms:
            return max(place.until_ms, reopened_ms + place.until_ms - place.called_at_ms)
        return place.until_ms

    def stopped(self, route: str) -> bool:
        """Tell whether a stop of the direction or of ``route`` stands, ours or the partner's."""
        return any(stopped in ("", route) for stopped, _ in self._stops)

    def called_places(self) -> tuple[Place, ...]:
        """Return the called places in the order of their calls."""
        return tuple(
            sorted((self._places[crossing] for crossing in self._called), key=lambda p: (p.called_at_ms, p.number))
        )

    # --- the fold -------------------------------------------------------------------------

    def apply(self, crossing: str, event: ev.CrossingEvent) -> None:
        """Take in one event of ``crossing``; events that concern no place change nothing.

        Raises:
            InvariantBroken: when a place number comes twice or a crossing takes a second place.
        """
        match event:
            case ev.PlaceTaken():
                self._taken(crossing, event)
            case ev.BindingChanged(keeps_place=True, binding_digest=digest):
                self._change(crossing, lambda p: replace(p, binding_digest=digest))
            case ev.SlotBooked(start_ms=start_ms):
                self._slots[crossing] = start_ms
                self._change(crossing, lambda p: replace(p, not_before_ms=start_ms))
            case ev.PlaceLost() | ev.VehicleDeparted() | ev.Diverted() | ev.CrossingCancelled() | ev.CrossingClosed():
                self._gone(crossing)
            case _:
                changed = self._changed(event)
                if changed is not None:
                    self._change(crossing, changed)

    def apply_gate(self, event: gate.GateEvent) -> None:
        """Take in one event of the gate: only stops matter, and they touch no place."""
        if isinstance(event, gate.IntakeStopped) and event.direction is self.direction:
            self._stops[event.route, event.by_partner] = event.at_ms
        elif isinstance(event, gate.IntakeReopened) and event.direction is self.direction:
            self._stops.pop((event.route, event.by_partner), None)
            self._reopened_ms[event.route] = max(event.at_ms, self._reopened_ms.get(event.route, 0))

    def _taken(self, crossing: str, event: ev.PlaceTaken) -> None:
        if event.number <= self.last_number or crossing in self._places:
            raise InvariantBroken("a place number was given twice or a crossing took two places", number=event.number)
        self.last_number = event.number
        self._numbers[event.number] = crossing
        place = Place(
            crossing=crossing,
            number=event.number,
            facts=event.facts,
            binding_digest=event.binding_digest,
            taken_at_ms=event.at_ms,
            rank=priority_rank(self.rule, event.facts),
            state=PlaceState.AT_BUFFER if event.yard else PlaceState.WAITING,
            yard=event.yard,
            not_before_ms=self._slots.get(crossing, 0),
        )
        heapq.heappush(self._ageing, (event.at_ms + promote_after_ms(self.rule), event.number))
        self._put(place)

    def _changed(self, event: ev.CrossingEvent) -> Callable[[Place], Place] | None:
        """Return what ``event`` makes of an active place; None when it concerns no place."""
        match event:
            case ev.PlaceFactsChanged(facts=facts):
                rank = priority_rank(self.rule, facts)
                return lambda p: replace(p, facts=facts, rank=rank)
            case ev.HeldAtBuffer(yard=yard):
                return lambda p: replace(
                    p, yard=yard, state=PlaceState.AT_BUFFER if p.state is PlaceState.WAITING else p.state
                )
            case ev.PlaceCalled(at_ms=at_ms, until_ms=until_ms):
                return lambda p: replace(
                    p, state=PlaceState.CALLED, called_at_ms=at_ms, until_ms=until_ms, acknowledged=False
                )
            case ev.CallAcknowledged():
                return lambda p: replace(p, acknowledged=True)
            case ev.CallMissed(at_ms=at_ms, misses=missed):
                # A used-up hand move does not bring the place to the front a second time.
                rest_ms = at_ms + grace_ms(self.rule)
                return lambda p: replace(
                    p, state=PlaceState.STANDBY, misses=missed, moved=0, moved_code="", not_before_ms=rest_ms
                )
            case ev.PlaceMoved(code=code):
                self._moves += 1
                moves = self._moves
                return lambda p: replace(p, moved=moves, moved_code=code)
            case ev.VehicleArrived():
                return lambda p: replace(p, state=PlaceState.INSIDE)
            case _:
                return None

    def _gone(self, crossing: str) -> None:
        place = self._places.pop(crossing, None)
        self._slots.pop(crossing, None)
        if place is not None:
            self._leave(place)
            del self._numbers[place.number]

    # --- the order ------------------------------------------------------------------------

    def _change(self, crossing: str, change: Callable[[Place], Place]) -> None:
        place = self._places.get(crossing)
        if place is not None:
            self._leave(place)
            self._put(change(place))

    def _put(self, place: Place) -> None:
        self._places[place.crossing] = place
        if place.state is PlaceState.CALLED:
            self._called[place.crossing] = place.line
        elif place.state is PlaceState.INSIDE:
            self._inside[place.crossing] = place.line
        elif not callable_now(self.rule, place.facts):
            return
        elif place.not_before_ms > self._settled_ms:
            heapq.heappush(self._resting, (place.not_before_ms, place.number))
        else:
            insort(self._ready.setdefault(place.line, []), place.key)

    def _leave(self, place: Place) -> None:
        self._called.pop(place.crossing, None)
        self._inside.pop(place.crossing, None)
        keys = self._ready.get(place.line)
        if keys:
            at = bisect_left(keys, place.key)
            if at < len(keys) and keys[at] == place.key:
                del keys[at]

    def _settle(self, now_ms: int) -> None:
        """Let places age and rest until ``now_ms``; stale heap rows are passed over."""
        if now_ms <= self._settled_ms:
            return
        self._settled_ms = now_ms
        while self._ageing and self._ageing[0][0] <= now_ms:
            place = self.by_number(heapq.heappop(self._ageing)[1])
            if place is not None:
                self._change(place.crossing, lambda p: replace(p, aged=True))
        while self._resting and self._resting[0][0] <= now_ms:
            place = self.by_number(heapq.heappop(self._resting)[1])
            if place is not None:
                self._change(place.crossing, lambda p: p)


def calls(book: QueueBook, capacity: Capacity, now_ms: int) -> tuple[Call, ...]:
    """Return whom to call now, in order: at most ``capacity.room``, and each line's own room.

    Lines are merged by the published order, so a full line holds up no other.
    """
    if capacity.room <= 0:
        return ()
    until_ms = now_ms + grace_ms(book.rule)
    heads = [
        (place for place, _ in zip(book.callable(line, now_ms, only=taken.only), range(taken.room), strict=False))
        for line, taken in sorted(capacity.lines.items())
        if taken.room > 0
    ]
    ordered = heapq.merge(*heads, key=lambda place: place.key)
    return tuple(
        Call(place.crossing, place.number, until_ms) for place, _ in zip(ordered, range(capacity.room), strict=False)
    )


def misses(book: QueueBook, now_ms: int) -> tuple[Miss, ...]:
    """Return the called places whose grace ran out before ``now_ms``, in the order of their calls.

    Nobody misses a call while a stop of the direction or of the road stands.
    """
    return tuple(
        Miss(place.crossing, place.number, place.misses + 1, place.misses + 1 > book.rule.recalls)
        for place in book.called_places()
        if now_ms > book.deadline_ms(place) and not book.stopped(place.facts.route)
    )
