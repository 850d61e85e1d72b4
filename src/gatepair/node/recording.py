"""Recording: entries, read-model rows and outgoing messages of one transaction, kept together.

A :class:`Recorder` lives as long as one transaction.  :meth:`Recorder.observe` is the whole of the
read side; a rebuild feeds it the ledger again and must arrive at the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gatepair.base.canonical import encode
from gatepair.base.entries import Draft, Entry
from gatepair.base.ids import crossing_stream, gate_stream
from gatepair.crossing import events as ev
from gatepair.crossing.claims import claim_moves
from gatepair.crossing.codec import encode_event
from gatepair.crossing.invariants import check
from gatepair.crossing.state import Crossing
from gatepair.node import channels, exports
from gatepair.node.exports import Message
from gatepair.node.ports import Row, Stamp, Unit
from gatepair.node.readmodels import OWN, counts_of, crossing_row, gate_row, hour_of, own_row, scene_row
from gatepair.node.scene import spot
from gatepair.node.standing import Standing
from gatepair.node.telling import MessageIds
from gatepair.operations.codec import encode_gate_event
from gatepair.operations.events import GateEvent

Send = Callable[[Unit, Message, str], None]
"""Puts a message with its id into the outgoing log in the same transaction."""


class Recorder:
    """Everything one transaction writes."""

    def __init__(self, unit: Unit, standing: Standing, *, send: Send | None, place_token: Callable[[str], str]) -> None:
        """Write through ``unit`` and keep ``standing`` in step; ``send`` None tells the partner nothing."""
        self.unit = unit
        self.standing = standing
        self._send = send
        self._place_token = place_token
        self._dirty: dict[str, None] = {}
        self._counts: dict[str, int] = {}
        self._flushed = standing.position

    # --- writing --------------------------------------------------------------------------

    def crossing(self, crossing_id: str, events: Sequence[ev.CrossingEvent], stamp: Stamp) -> list[Entry]:
        """Record ``events`` of one crossing, move its claims and tell the partner."""
        if not events:
            return []
        tracked = self.standing.tracked(crossing_id, self.unit)
        before = tracked.crossing if tracked else None
        stream = crossing_stream(crossing_id)
        drafts = [Draft(stream, *encode_event(event)) for event in events]
        expected: dict[str, int] = {stream: before.version if before else 0}
        entries = self.unit.append(drafts, expected=expected, stamp=stamp)
        ids = MessageIds(self.standing.post)
        known = before
        for entry, event in zip(entries, events, strict=True):
            self.observe(entry, event)
            after = self.standing.known(crossing_id, self.unit).crossing
            self._tell(exports.of_crossing(event, known, after), stamp.command_id, ids)
            known = after
        # Several events of one command are one step: what must hold is asked after the last.
        check(self.standing.known(crossing_id, self.unit).crossing)
        self._move_claims(crossing_id, before)
        return entries

    def gate(self, events: Sequence[GateEvent], stamp: Stamp) -> list[Entry]:
        """Record ``events`` of the gate and tell the partner."""
        if not events:
            return []
        stream = gate_stream(self.standing.post)
        drafts = [Draft(stream, *encode_gate_event(event)) for event in events]
        entries = self.unit.append(drafts, expected={stream: self.standing.gate_version}, stamp=stamp)
        ids = MessageIds(self.standing.post)
        for entry, event in zip(entries, events, strict=True):
            self.observe(entry, event)
            self._tell(exports.of_gate(event, self.standing.post), stamp.command_id, ids)
        return entries

    def _tell(self, message: Message | None, command_id: str, ids: MessageIds) -> None:
        """Send ``message`` of an event of ``command_id`` under the next of the command's ``ids``."""
        if message is not None and self._send is not None:
            self._send(self.unit, message, ids.next(command_id, message))

    def audit(self, drafts: Sequence[Draft], stamp: Stamp) -> list[Entry]:
        """Record facts about accounts and reads of personal data."""
        stream = f"audit/{self.standing.post}"
        entries = self.unit.append(drafts, expected={stream: self.standing.audit_version}, stamp=stamp)
        for entry in entries:
            self.observe(entry)
        return entries

    def _move_claims(self, crossing_id: str, before: Crossing | None) -> None:
        after = self.standing.known(crossing_id, self.unit).crossing
        origin = self.standing.tracked(after.return_of, self.unit) if after.return_of else None
        for move in claim_moves(before, after, origin=origin.crossing if origin else None):
            if move.release_from is not None:
                self.unit.unclaim(move.claim, move.release_from)
            if move.hold_by is not None:
                self.unit.claim(move.claim, move.hold_by)

    # --- the read side --------------------------------------------------------------------

    def observe(self, entry: Entry, written: ev.CrossingEvent | GateEvent | None = None) -> None:
        """Take one entry into standing and read models; ``written`` is its event where it is at hand."""
        self._keep_scene(entry)
        followed = self.standing.follow(entry, written)
        for direction, record in followed.records:
            row = Row(key=f"{record.index:012d}", sort=record.index + 1, document=encode(record))
            self.unit.put_row(f"order/{direction.value}", row)
        event = followed.event
        if event is None:
            read = gate_row(entry) if entry.stream.startswith("gate/") else None
            if read is not None:
                self.unit.put_row(*read)
            channels.keep(self.unit, entry)
            return
        crossing_id = entry.stream.partition("/")[2]
        crossing = self.standing.known(crossing_id, self.unit).crossing
        self._dirty[crossing_id] = None
        if isinstance(event, ev.PlaceTaken):
            token = self._place_token(crossing_id)
            kept: dict[str, object] = {"crossing": crossing_id}
            for direction, record in followed.records:
                # What the driver is handed: with it a dropped place can be proved (``queue verify --receipt``).
                kept["receipt"] = self.standing.orders[direction].receipt(record)
            self.unit.put_row("token", Row(key=token, sort=entry.position, document=encode(kept)))
        for key in counts_of(event, crossing):
            self._counts[key] = self._counts.get(key, 0) + 1

    def _keep_scene(self, entry: Entry) -> None:
        """Before the first entry of an hour, keep who was somewhere: a replay of the hour begins there."""
        hour_ms = hour_of(entry.recorded_at_ms)
        if hour_ms == self.standing.hour_ms:
            return
        self.standing.hour_ms = hour_ms
        opened = self.standing.open_crossings().items()
        row = scene_row(hour_ms, entry.position - 1, [key for key, tracked in opened if spot(tracked.crossing)])
        # After a restart, with several workers, or when the clock went back the hour may have begun already.
        if self.unit.row("scene", row.key) is None:
            self.unit.put_row("scene", row)

    def flush(self) -> None:
        """Write the rows that changed; the last act of a transaction."""
        for crossing_id in self._dirty:
            tracked = self.standing.known(crossing_id, self.unit)
            row = crossing_row(tracked.crossing, tracked.timeline, first_position=tracked.first_position)
            self.unit.put_row("crossing", row)
            own = own_row(tracked.crossing, first_position=tracked.first_position)
            if own is not None:
                self.unit.put_row(OWN, own)
        for key, more in self._counts.items():
            known = self.unit.row("hour", key)
            count = more + (int(known.document) if known else 0)
            self.unit.put_row("hour", Row(key=key, sort=0, document=encode(count)))
        # Without a new entry nothing is written, and a transaction that wrote nothing costs no flush.
        if self.standing.position != self._flushed:
            for row_model, row in self.standing.head_rows():
                self.unit.put_row(row_model, row)
            self._flushed = self.standing.position
        self._dirty.clear()
        self._counts.clear()


def rebuild(unit: Unit, standing: Standing, *, place_token: Callable[[str], str], batch: int = 1_000) -> int:
    """Make every read model again from the ledger; returns the number of entries read.

    ``standing`` must be new.  The rows are the same as those kept entry by entry (tested).
    """
    for model in MODELS:
        unit.clear_model(model)
    recorder = Recorder(unit, standing, send=None, place_token=place_token)
    count = 0
    for entry in _all(unit, batch):
        recorder.observe(entry)
        count += 1
        if count % batch == 0:
            recorder.flush()
    recorder.flush()
    return count


MODELS = ("crossing", "token", "hour", "order/out", "order/in", "notice", "log", "scene", OWN, "head")
"""Every read model."""


def _all(unit: Unit, batch: int) -> Iterable[Entry]:
    position = 0
    while entries := unit.entries(after=position, limit=batch):
        yield from entries
        position = entries[-1].position
