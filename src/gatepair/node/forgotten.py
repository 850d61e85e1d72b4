"""What a restored post said and does not know any more, until it is given again.

After a restore our logs come back from the partner, our ledger does not.  A word of the partner that was
written in knowledge of such a message comes after it, whichever reaches us first: were it let in before,
the act that is given again would meet a crossing that has gone on without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gatepair.base.errors import BadInput
from gatepair.base.ids import crossing_stream
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.envelope import Opened, parse_header
from gatepair.node import telling
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
        stream = reader.stream(crossing_stream(opened.subject))
        told = {each.message_id for each in telling.of_crossing(self._post, stream, crossing_id=opened.subject)}
        return not told.issuperset(known)

    def _take(self, log: str, headers: Iterable[bytes]) -> None:
        for index, raw in enumerate(headers):
            try:
                header = parse_header(raw)
            except BadInput:
                continue
            if header.type.startswith(ABOUT_CROSSINGS):
                self._said.setdefault(header.subject, []).append(_Said(log, index, header.id))
