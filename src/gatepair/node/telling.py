"""Which message tells the partner of an event: its id follows from the command that made the event, wherever it is asked.

Whoever records an event sends its message under this id; whoever reads a stream again, after a restore
or for a reconciliation, finds the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatepair.base.entries import Entry
from gatepair.crossing import events as ev
from gatepair.crossing.codec import decode_event
from gatepair.crossing.fold import apply
from gatepair.crossing.state import Crossing
from gatepair.node import exports
from gatepair.node.exports import Message
from gatepair.operations.codec import decode_gate_event
from gatepair.operations.events import GateEvent


class MessageIds:
    """Ids of the messages of one post, in the order in which its events stand in a stream."""

    def __init__(self, post: str) -> None:
        """Begin before the first event of a stream, or of a command."""
        self._post = post
        self._said: Counter[tuple[str, str, str]] = Counter()

    def next(self, command_id: str, message: Message) -> str:
        """Return the id of ``message``, which the next event of ``command_id`` causes."""
        like = (command_id, message.kind, message.subject)
        ordinal = self._said[like]
        self._said[like] += 1
        return exports.message_id(self._post, command_id, message, ordinal)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was recorded, and the id of the message that tells of it; None when none does."""

    entry: Entry
    event: ev.CrossingEvent | GateEvent
    message_id: str | None


def of_crossing(post: str, entries: Iterable[Entry], *, crossing_id: str) -> Iterator[Told]:
    """Yield the events in the stream of one crossing with their messages."""
    crossing: Crossing | None = None
    ids = MessageIds(post)
    for entry in entries:
        event = decode_event(entry.type, entry.payload)
        before, crossing = crossing, apply(crossing, event, crossing_id)
        message = exports.of_crossing(event, before, crossing)
        yield Told(entry, event, None if message is None else ids.next(entry.command_id, message))


def of_gate(post: str, entries: Iterable[Entry]) -> Iterator[Told]:
    """Yield the events in the stream of the post's gate with their messages."""
    ids = MessageIds(post)
    for entry in entries:
        event = decode_gate_event(entry.type, entry.payload)
        message = exports.of_gate(event, post)
        yield Told(entry, event, None if message is None else ids.next(entry.command_id, message))
