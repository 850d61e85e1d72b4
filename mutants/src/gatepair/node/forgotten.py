"""What a restored post said and does not know any more, until it is given again.

After a restore our logs come back from the partner, our ledger does not.  A word of the partner that was
written in knowledge of such a message comes after it, whichever reaches us first: were it let in before,
the act that is given again would meet a crossing that has gone on without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gatepair.base.entries import Entry
from gatepair.base.errors import BadInput
from gatepair.base.ids import crossing_stream
from gatepair.crossing.codec import decode_event
from gatepair.crossing.fold import apply
from gatepair.crossing.state import Crossing
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.envelope import Opened, parse_header
from gatepair.node import exports
from gatepair.node.joint_reading import logs_of
from gatepair.node.ports import Reader

ABOUT_CROSSINGS = "crossing."
"""How the types begin whose ids follow from the command that made an event of a crossing."""


@dataclass(frozen=True, slots=True)
class _Said:
    log: str
    index: int
    id: str


class Forgotten:
    """Our messages about each crossing, as our logs stood when they were whole again."""

    def __init__(self, agreement: Agreement, post: str, reader: Reader) -> None:
        """Read the logs of ``post``."""
        self._post = post
        self._said: dict[str, list[_Said]] = {}
        for log in logs_of(agreement, post, reader):
            if log.origin.post == post:
                self._take(str(log.origin), log.headers)

    def spoken_of(self, reader: Reader, opened: Opened) -> bool:
        """Tell whether ``opened`` was written in knowledge of a message about its subject that the ledger lacks."""
        heard = {one.log: one.size for one in opened.heard}
        known = [one.id for one in self._said.get(opened.subject, ()) if one.index < heard.get(one.log, 0)]
        if not known:
            return False
        told = told_ids(self._post, reader.stream(crossing_stream(opened.subject)), crossing_id=opened.subject)
        return any(id_ not in told for id_ in known)

    def _take(self, log: str, headers: Iterable[bytes]) -> None:
        for index, raw in enumerate(headers):
            try:
                header = parse_header(raw)
            except BadInput:
                continue
            if header.type.startswith(ABOUT_CROSSINGS):
                self._said.setdefault(header.subject, []).append(_Said(log, index, header.id))


def told_ids(post: str, entries: Iterable[Entry], *, crossing_id: str) -> frozenset[str]:
    """Return the ids of the messages that the events of one crossing make."""
    crossing: Crossing | None = None
    said: Counter[tuple[str, str]] = Counter()
    ids = []
    for entry in entries:
        event = decode_event(entry.type, entry.payload)
        before, crossing = crossing, apply(crossing, event, crossing_id)
        message = exports.of_crossing(event, before, crossing)
        if message is not None:
            like = (entry.command_id, message.kind)
            ids.append(exports.message_id(post, entry.command_id, message, said[like]))
            said[like] += 1
    return frozenset(ids)
