"""What a post knows at this moment: the fold of its ledger, kept in memory.

One :class:`Standing` belongs to one writer.  It follows the ledger by position, so it may be thrown
away at any time and built again; after a rolled-back transaction it must be.  Closed crossings are
forgotten first: memory is bounded by what is open, not by what ever was.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.entries import Entry
from gatepair.base.errors import InvariantBroken, NotFound
from gatepair.base.merkle import CompactRange
from gatepair.crossing import events as ev
from gatepair.crossing.codec import decode_event
from gatepair.crossing.fold import apply
from gatepair.crossing.state import Crossing
from gatepair.crossing.timers import next_due_ms
from gatepair.insight.timeline import Timeline, begin
from gatepair.node.ports import Reader, Row
from gatepair.node.readmodels import is_open
from gatepair.operations.codec import decode_gate_event
from gatepair.operations.events import GateEvent
from gatepair.operations.gate import Gate
from gatepair.operations.public_order import OrderHead, OrderLog, Record
from gatepair.operations.queue import QueueBook
from gatepair.operations.slots import SlotBook
from gatepair.operations.traffic import Traffic, TrafficKept
from gatepair.plan.model import Direction, Plan, Role

CLOSED_KEPT_MAX: Final = 5_000
"""Closed crossings kept in memory for late questions; about 5 kB each."""
DEPARTURES_KEPT: Final = 2_000
"""Departures remembered for the forecast, which looks back two hours."""


@dataclass(slots=True)
class Tracked:
    """A crossing, its timeline and where it began."""

    crossing: Crossing
    first_position: int
    timeline: Timeline

    def take(self, event: ev.CrossingEvent) -> None:
        """Move on by one event."""
        self.crossing = apply(self.crossing, event, self.crossing.id)
        self.timeline = self.timeline.apply(type(event).__name__, event, event.at_ms)


@dataclass(frozen=True, slots=True)
class Followed:
    """What one entry was: the crossing event, if it was one, and the records the public orders gained."""

    event: ev.CrossingEvent | None
    records: tuple[tuple[Direction, Record], ...]


class Standing:
    """The present state of one post."""

    def __init__(self, plan: Plan, post: str) -> None:
        """Begin empty; :meth:`load` follows."""
        self.plan = plan
        self.post = post
        self.position = 0
        self.tree = CompactRange()
        self.gate = Gate()
        self.traffic = Traffic()
        self.slots = SlotBook()
        self.recent_departures: deque[tuple[Direction, int]] = deque(maxlen=DEPARTURES_KEPT)
        self.gate_version = 0
        self.audit_version = 0
        self.hour_ms = 0
        """The clock hour whose first scene is known to be kept; 0 before anything is recorded."""
        self.books: dict[Direction, QueueBook] = {}
        for direction in Direction:
            if plan.role_of(post, direction) is Role.EXIT:
                self.books[direction] = QueueBook(plan.queues[post], direction)
        self.orders = {direction: OrderLog(plan.queues[post], direction) for direction in self.books}
        self._stays: dict[str, int | None] = {}
        self._open: dict[str, Tracked] = {}
        self._closed: OrderedDict[str, Tracked] = OrderedDict()

    # --- following the ledger -------------------------------------------------------------

    def follow(self, entry: Entry, event: ev.CrossingEvent | GateEvent | None = None) -> Followed:
        """Take in the next entry and return what it was and what the public orders gained.

        ``event`` spares reading the payload again where it has just been written.

        Raises:
            InvariantBroken: when the entry is not the next one or breaks a rule that always holds.
        """
        if entry.position != self.position + 1:
            raise InvariantBroken("a ledger is followed in order", expected=self.position + 1, got=entry.position)
        self.position = entry.position
        self.tree.append(entry.leaf)
        family, _, subject = entry.stream.partition("/")
        if family == "crossing":
            known = event if isinstance(event, ev.CrossingEvent) else decode_event(entry.type, entry.payload)
            return self._crossing_entry(subject, entry, known)
        if family == "gate":
            event = event if isinstance(event, GateEvent) else decode_gate_event(entry.type, entry.payload)
            self._follow_gate(entry.version, event)
            gained = [(way, log.take_gate(event, recorded_ms=entry.recorded_at_ms)) for way, log in self.orders.items()]
            return Followed(None, tuple((way, record) for way, record in gained if record is not None))
        if family == "audit":
            self.audit_version = entry.version
        return Followed(None, ())

    def _crossing_entry(self, crossing_id: str, entry: Entry, event: ev.CrossingEvent) -> Followed:
        self._follow_crossing(crossing_id, entry.position, event)
        direction = self._known_direction(crossing_id)
        log = self.orders.get(direction)
        if log is None:
            return Followed(event, ())
        record = log.take_crossing(crossing_id, event, recorded_ms=entry.recorded_at_ms, actor=entry.actor)
        return Followed(event, ((direction, record),) if record is not None else ())

    def _known_direction(self, crossing_id: str) -> Direction:
        tracked = self._open.get(crossing_id) or self._closed[crossing_id]
        return tracked.crossing.direction

    def _follow_gate(self, version: int, event: GateEvent) -> None:
        self.gate_version = version
        self.gate = self.gate.apply(event)
        for book in self.books.values():
            book.apply_gate(event)

    def _follow_crossing(self, crossing_id: str, position: int, event: ev.CrossingEvent) -> None:
        tracked = self._open.get(crossing_id) or self._closed.get(crossing_id)
        if tracked is None:
            if not isinstance(event, ev.CrossingDeclared):
                raise InvariantBroken("a crossing that is not in memory was written to", crossing=crossing_id)
            tracked = Tracked(apply(None, event, crossing_id), position, begin(crossing_id, event, event.at_ms))
        else:
            tracked.take(event)
        self._file(crossing_id, tracked)
        self._move(crossing_id, tracked.crossing, event)

    def _move(self, crossing_id: str, crossing: Crossing, event: ev.CrossingEvent) -> None:
        self.traffic.apply(crossing_id, event)
        book = self.books.get(crossing.direction)
        if book is not None:
            book.apply(crossing_id, event)
            self.slots.apply(crossing_id, event)
        if isinstance(event, ev.VehicleDeparted):
            self.recent_departures.append((crossing.direction, event.at_ms))
        elif isinstance(event, ev.StayStarted | ev.StayWarned):
            self._stays[crossing_id] = next_due_ms(crossing, self.plan)
        elif isinstance(event, ev.StayEnded):
            self._stays.pop(crossing_id, None)

    def _file(self, crossing_id: str, tracked: Tracked) -> None:
        if is_open(tracked.crossing):
            self._closed.pop(crossing_id, None)
            self._open[crossing_id] = tracked
            return
        self._open.pop(crossing_id, None)
        self._closed[crossing_id] = tracked
        self._closed.move_to_end(crossing_id)
        while len(self._closed) > CLOSED_KEPT_MAX:
            self._closed.popitem(last=False)

    # --- beginning from what is stored ----------------------------------------------------

    def load(self, reader: Reader) -> None:
        """Take in what the ledger and its read models hold: only open crossings are read whole."""
        stored = kept(reader)
        if stored is None:
            return
        self.position = stored.position
        self.tree = stored.ledger_tree()
        self.audit_version = stored.audit_version
        self.gate_version = stored.gate_version
        for direction, number in stored.last_numbers:
            self.books[direction].last_number = number
        self._load_open(reader)
        for direction, tree in stored.orders:
            places = [(p.crossing, p.number, p.not_before_ms) for p in self.books[direction].places()]
            self.orders[direction].adopt(CompactRange.from_bytes(bytes.fromhex(tree)), places)
        self.traffic.adopt(stored.traffic())

    def _load_open(self, reader: Reader) -> None:
        """Fold the gate and every open crossing in the order of the ledger."""
        numbers = {direction: book.last_number for direction, book in self.books.items()}
        pending = [(entry.position, "", entry) for entry in reader.stream(f"gate/{self.post}")]
        for crossing_id in _open_ids(reader):
            pending.extend((entry.position, crossing_id, entry) for entry in reader.stream(f"crossing/{crossing_id}"))
        for book in self.books.values():
            book.last_number = 0
        for _, crossing_id, entry in sorted(pending, key=lambda row: row[0]):
            if crossing_id:
                self._follow_crossing(crossing_id, entry.position, decode_event(entry.type, entry.payload))
            else:
                self._follow_gate(entry.version, decode_gate_event(entry.type, entry.payload))
        for direction, book in self.books.items():
            book.last_number = max(book.last_number, numbers[direction])

    def head_rows(self) -> Iterable[tuple[str, Row]]:
        """Return the rows from which :meth:`load` begins."""
        traffic = self.traffic.kept()
        now = Kept(
            position=self.position,
            tree=self.tree.to_bytes().hex(),
            audit_version=self.audit_version,
            gate_version=self.gate_version,
            orders=tuple((way, log.tree.to_bytes().hex()) for way, log in self.orders.items()),
            last_numbers=tuple((way, book.last_number) for way, book in self.books.items()),
            departures=tuple(traffic.departures.items()),
            last_clear_ms=tuple(traffic.last_clear_ms.items()),
            accepted=tuple(traffic.accepted.items()),
            taken=tuple(traffic.taken.items()),
        )
        yield "head", Row(key="ledger", sort=0, document=encode(now))

    # --- questions ------------------------------------------------------------------------

    def open_crossings(self) -> Mapping[str, Tracked]:
        """Return the open crossings by id, oldest first."""
        return self._open

    def ended_crossings(self) -> Mapping[str, Tracked]:
        """Return the ended crossings that are still in memory, the earliest ended first."""
        return self._closed

    def batch(self, batch: str, role: Role) -> tuple[Crossing, ...]:
        """Return the open crossings of ``role`` under the trip batch number ``batch``, oldest first."""
        return tuple(
            crossing
            # Pages ask too, beside the writer.
            for crossing in (tracked.crossing for tracked in list(self._open.values()))
            if crossing.role is role and crossing.declaration.trip is not None
            if crossing.declaration.trip.batch == batch
        )

    def tracked(self, crossing_id: str, reader: Reader) -> Tracked | None:
        """Return the crossing, read from its stream when it was forgotten."""
        known = self._open.get(crossing_id) or self._closed.get(crossing_id)
        if known is None:
            known = self._recall(crossing_id, reader)
            if known is not None:
                self._file(crossing_id, known)
        return known

    def known(self, crossing_id: str, reader: Reader) -> Tracked:
        """Return the crossing.

        Raises:
            NotFound: when this post has no such crossing.
        """
        tracked = self.tracked(crossing_id, reader)
        if tracked is None:
            raise NotFound("this post has no such crossing", crossing=crossing_id)
        return tracked

    def staying(self, until_ms: int | None = None) -> list[Crossing]:
        """Return the crossings whose foreign vehicle is still here, in the order the stays began.

        With ``until_ms`` only those that time makes due by then.
        """
        due = [
            crossing_id
            for crossing_id, due_ms in list(self._stays.items())
            if until_ms is None or (due_ms is not None and due_ms <= until_ms)
        ]
        held = (self._open.get(crossing_id) for crossing_id in due)
        return [tracked.crossing for tracked in held if tracked is not None]

    def _recall(self, crossing_id: str, reader: Reader) -> Tracked | None:
        entries = reader.stream(f"crossing/{crossing_id}")
        if not entries:
            return None
        return recalled(crossing_id, entries)


def recalled(crossing_id: str, entries: list[Entry]) -> Tracked:
    """Return a crossing folded from all ``entries`` of its stream.

    Raises:
        InvariantBroken: when the stream does not begin with its declaration.
    """
    first = decode_event(entries[0].type, entries[0].payload)
    if not isinstance(first, ev.CrossingDeclared):
        raise InvariantBroken("a crossing begins with its declaration, once", crossing=crossing_id)
    tracked = Tracked(apply(None, first, crossing_id), entries[0].position, begin(crossing_id, first, first.at_ms))
    for entry in entries[1:]:
        tracked.take(decode_event(entry.type, entry.payload))
    return tracked


class Kept(msgspec.Struct, frozen=True):
    """Sizes and compact ranges at a position: all that a start or a checkpoint needs besides what is open."""

    position: int
    tree: str
    audit_version: int
    gate_version: int
    orders: tuple[tuple[Direction, str], ...]
    last_numbers: tuple[tuple[Direction, int], ...]
    departures: tuple[tuple[int, int], ...] = ()
    """Departures by clock hour: the quota of the hour goes on after a restart."""
    last_clear_ms: tuple[tuple[str, int], ...] = ()
    """When each lane last cleared: the interlock goes on after a restart."""
    accepted: tuple[tuple[int, int], ...] = ()
    """What the partner accepted, by minute: its measured rate goes on after a restart."""
    taken: tuple[tuple[int, int], ...] = ()
    """What the partner took over, by minute."""

    def traffic(self) -> TrafficKept:
        """Return what of the traffic is kept."""
        return TrafficKept(
            departures=dict(self.departures),
            last_clear_ms=dict(self.last_clear_ms),
            accepted=dict(self.accepted),
            taken=dict(self.taken),
        )

    def ledger_tree(self) -> CompactRange:
        """Return the tree of the ledger at ``position``."""
        return CompactRange.from_bytes(bytes.fromhex(self.tree))

    def order_heads(self) -> dict[Direction, OrderHead]:
        """Return size and root of each public order."""
        heads = {}
        for way, stored in self.orders:
            tree = CompactRange.from_bytes(bytes.fromhex(stored))
            heads[way] = OrderHead(direction=way, size=tree.size, root=tree.root())
        return heads


def kept(reader: Reader) -> Kept | None:
    """Return what is kept of the durable state; None for an empty ledger.

    A checkpoint is signed over this and never over the state in memory, which may yet be rolled back.
    """
    stored = reader.row("head", "ledger")
    return None if stored is None else msgspec.json.decode(stored.document, type=Kept)


def _open_ids(reader: Reader) -> Iterable[str]:
    after: tuple[int, str] | None = None
    while rows := reader.rows("crossing", after=after, limit=1_000):
        for row in rows:
            if row.sort != 0:
                return
            yield row.key
        after = (rows[-1].sort, rows[-1].key)
