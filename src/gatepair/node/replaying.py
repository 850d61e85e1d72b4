"""A past hour as it was: the scene at an instant and what moved after it, folded from the ledger and nothing else.

A replay begins at the row that was kept with the first entry of the hour (read model ``scene``): it names
the crossings that were somewhere then.  Each of them is folded from its own stream, and the entries of the
hour follow in pages.  So the cost is that of one hour and of what was at the gate, however long the ledger.
An instant is that of recording: what was done on paper and told later is shown when this post learnt of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gatepair.base.entries import Entry
from gatepair.base.errors import NotFound
from gatepair.base.time import MINUTE_MS
from gatepair.crossing.codec import decode_event
from gatepair.crossing.fold import apply
from gatepair.crossing.state import Crossing
from gatepair.node.ports import Reader
from gatepair.node.readmodels import hour_of
from gatepair.node.scene import lanes, scene, spot, vehicle
from gatepair.operations.codec import decode_gate_event
from gatepair.operations.gate import Gate
from gatepair.plan.model import Direction, Plan

if TYPE_CHECKING:
    from gatepair.node.queries import Queries

PAGE: Final = 1_000
ENTRIES_MAX: Final = 100_000
"""Most entries that one replay reads: some ten times the busiest hour of a gate; a longer one is cut off."""


@dataclass(slots=True)
class _Folding:
    """The post as it was after one position: the crossings by id and the gate."""

    crossings: dict[str, Crossing] = field(default_factory=dict)
    gate: Gate = field(default_factory=Gate)

    def shown(self, plan: Plan, post: str, at_ms: int) -> dict[str, Any]:
        """Return the scene, as :meth:`gatepair.node.queries.Queries.scene` gave it then."""
        return {
            **scene(self.crossings.values()),
            "lanes": lanes(plan, self.gate, at_ms),
            "stops": self.stops(plan, post),
        }

    def stops(self, plan: Plan, post: str) -> dict[str, dict[str, Any]]:
        """Return for each direction what this post is in it and the stops that stood."""
        return {
            way.value: {
                "role": plan.role_of(post, way).value,
                "stops": [msgspec.to_builtins(stop) for stop in self.gate.standing_anywhere(way)],
            }
            for way in Direction
        }


def position_at(reader: Reader, at_ms: int) -> int:
    """Return the position of the last entry recorded at or before ``at_ms``, 0 when there is none; halves its way."""
    low, high = 0, reader.head().position
    while low < high:
        middle = (low + high + 1) // 2
        (entry,) = reader.entries(after=middle - 1, limit=1)
        if entry.recorded_at_ms <= at_ms:
            low = middle
        else:
            high = middle - 1
    return low


def scene_at(reader: Reader, plan: Plan, post: str, at_ms: int) -> dict[str, Any]:
    """Return the scene as it was at ``at_ms``, with the lanes and the stops.

    Raises:
        NotFound: what was kept does not reach back so far.
    """
    return _folded(reader, post, position_at(reader, at_ms)).shown(plan, post, at_ms)


def replay(reader: Reader, plan: Plan, post: str, *, from_ms: int, until_ms: int) -> dict[str, Any]:
    """Return the scene at ``from_ms`` and what changed after it until ``until_ms``.

    ``moves`` hold a vehicle as it was from ``at_ms`` on (its spot is empty when it left), ``lanes`` how the
    lanes stood from then on.  ``until_ms`` comes back earlier where so many entries were recorded that the rest was
    cut off.

    Raises:
        NotFound: what was kept does not reach back so far.
    """
    start = position_at(reader, from_ms)
    folding = _folded(reader, post, start)
    first = folding.shown(plan, post, from_ms)
    moves: list[dict[str, Any]] = []
    changed = [{"at_ms": from_ms, "lanes": first["lanes"]}]
    minute_ms, count = from_ms, 0

    def look(at_ms: int) -> None:
        now = lanes(plan, folding.gate, at_ms)
        if now != changed[-1]["lanes"]:
            changed.append({"at_ms": at_ms, "lanes": now})

    for entry in _pages(reader, start):
        if entry.recorded_at_ms > until_ms:
            break
        if count == ENTRIES_MAX:
            until_ms = entry.recorded_at_ms
            break
        count += 1
        while minute_ms + MINUTE_MS <= entry.recorded_at_ms:
            # Lanes open and close by the clock too.
            minute_ms += MINUTE_MS
            look(minute_ms)
        moved = _take(reader, folding, post, entry)
        if moved is not None:
            moves.append({"at_ms": entry.recorded_at_ms, **moved})
        elif entry.stream == f"gate/{post}":
            look(entry.recorded_at_ms)
    for late_ms in range(minute_ms + MINUTE_MS, until_ms + 1, MINUTE_MS):
        look(late_ms)
    return {
        "from_ms": from_ms,
        "until_ms": until_ms,
        "scene": first,
        "moves": moves,
        "lanes": changed,
        "entries": count,
    }


def _take(reader: Reader, folding: _Folding, post: str, entry: Entry) -> dict[str, Any] | None:
    """Take in one entry; return the vehicle if it is shown otherwise than before."""
    if entry.stream == f"gate/{post}":
        folding.gate = folding.gate.apply(decode_gate_event(entry.type, entry.payload))
        return None
    family, _, key = entry.stream.partition("/")
    if family != "crossing":
        return None
    known = folding.crossings.get(key)
    if known is None and entry.version > 1:
        # It was nowhere when the hour began and is somewhere again.
        known = _crossing(key, reader.stream(entry.stream), entry.position - 1)
    now = apply(known, decode_event(entry.type, entry.payload), key)
    folding.crossings[key] = now
    shown = vehicle(now)
    if known is not None and shown == vehicle(known):
        return None
    return shown if known is not None or shown["at"] else None


def _folded(reader: Reader, post: str, position: int) -> _Folding:
    """Return the post as it was after ``position``."""
    begun, somewhere = _kept_before(reader, position)
    touched = dict.fromkeys(somewhere)
    if position - begun > ENTRIES_MAX:
        raise NotFound("no scene was kept of this hour; `gatepair ledger rebuild` makes them from the ledger")
    for entry in _pages(reader, begun):
        if entry.position > position:
            break
        if entry.stream.startswith("crossing/"):
            touched[entry.stream.partition("/")[2]] = None
    found: list[tuple[int, Crossing]] = []
    for key in touched:
        entries = reader.stream(f"crossing/{key}")
        crossing = _crossing(key, entries, position)
        if crossing is not None and spot(crossing):
            found.append((entries[0].position, crossing))
    gate = Gate()
    for entry in reader.stream(f"gate/{post}"):
        if entry.position <= position:
            gate = gate.apply(decode_gate_event(entry.type, entry.payload))
    return _Folding({crossing.id: crossing for _, crossing in sorted(found, key=lambda pair: pair[0])}, gate)


def _kept_before(reader: Reader, position: int) -> tuple[int, Sequence[str]]:
    """Return the latest kept scene at or before ``position``: where it stands and who was somewhere."""
    if position == 0:
        return 0, ()
    (entry,) = reader.entries(after=position - 1, limit=1)
    after = (-hour_of(entry.recorded_at_ms), "")
    while rows := reader.rows("scene", after=after, limit=1):
        kept = msgspec.json.decode(rows[0].document)
        if kept["position"] <= position:
            return kept["position"], kept["crossings"]
        after = (rows[0].sort, rows[0].key)
    return 0, ()


def _crossing(key: str, entries: Iterable[Entry], position: int) -> Crossing | None:
    """Return a crossing as it was after ``position``, None before it was declared."""
    crossing: Crossing | None = None
    for entry in entries:
        if entry.position > position:
            break
        crossing = apply(crossing, decode_event(entry.type, entry.payload), key)
    return crossing


def _pages(reader: Reader, after: int) -> Iterator[Entry]:
    while entries := reader.entries(after=after, limit=PAGE):
        yield from entries
        after = entries[-1].position


class Past:
    """What a post was like before; each question opens its own view of the ledger."""

    def __init__(self, post: Queries) -> None:
        """Read the ledger of ``post``."""
        self._post = post

    def scene(self, at_ms: int) -> dict[str, Any]:
        """Return the scene at ``at_ms`` (:func:`scene_at`). Raises NotFound."""
        with self._post.ledger.read() as reader:
            return scene_at(reader, self._post.plan, self._post.post, at_ms)

    def replay(self, from_ms: int, until_ms: int) -> dict[str, Any]:
        """Return a stretch of the past (:func:`replay`). Raises NotFound."""
        with self._post.ledger.read() as reader:
            return replay(reader, self._post.plan, self._post.post, from_ms=from_ms, until_ms=until_ms)

    def begins_ms(self) -> int:
        """Return when the first entry was recorded, 0 when there is none."""
        with self._post.ledger.read() as reader:
            first = reader.entries(after=0, limit=1)
        return first[0].recorded_at_ms if first else 0
