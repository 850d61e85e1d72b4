"""What became of our messages: which ones still wait for the outcome that the agreement asks for, and what came.

Both are kept by the message's id, which stays the same when an entry is said again in a later epoch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import EnvelopeRejected
from gatepair.base.time import SECOND_MS
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Opened, Reference, parse_header
from gatepair.exchange.messages import Lane
from gatepair.node import link_state as states
from gatepair.node.ports import Row

if TYPE_CHECKING:
    from gatepair.node.ports import Reader, Unit

DUE: Final = "exchange_due"
"""Rows of messages without an outcome yet, by deadline."""


class Due(Struct, frozen=True, forbid_unknown_fields=True):
    """A message whose outcome is awaited."""

    lane: str
    subject: str
    type: str
    said_ms: int


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The partner's outcome for a message of ours."""

    at_ms: int
    """When it came, by our clock."""
    codes: tuple[str, ...]
    index: int
    log: str
    verdict: str


def expect(unit: Unit, message_id: str, due: Due, *, deadline_s: int) -> None:
    """Note that an outcome is awaited within ``deadline_s`` of when the message was said."""
    unit.put_row(DUE, Row(message_id, due.said_ms + deadline_s * SECOND_MS, encode(due)))


def note_outcome(unit: Unit, outcome: Opened, *, post: str, now_ms: int) -> None:
    """Note which messages of ``post``, ours, the partner's ``outcome`` answers; a reference to nothing is nothing."""
    answered = [found for found in (_own_message(unit, reference, post) for reference in outcome.re) if found]
    if not answered:
        return
    section = outcome.sections.get("outcome", {})
    answer = Answer(
        at_ms=now_ms,
        codes=tuple(str(code) for code in section.get("codes", ())),
        index=outcome.index,
        log=str(outcome.origin),
        verdict=str(section.get("verdict", "")),
    )
    for message_id in answered:
        unit.put_state(_name(message_id), encode(answer))
        unit.drop_row(DUE, message_id)


def answer_to(reader: Reader, message_id: str) -> Answer | None:
    """Return the partner's latest outcome for our message ``message_id``, None when there is none."""
    raw = reader.state(_name(message_id))
    return None if raw is None else decode_as(Answer, raw)


def overdue(reader: Reader, now_ms: int, *, after: tuple[int, str] | None, limit: int) -> list[tuple[int, str, Due]]:
    """Return deadline, id and message of those whose outcome should have come, the longest overdue first."""
    rows = reader.rows(DUE, after=after, limit=limit)
    return [(row.sort, row.key, decode_as(Due, row.document)) for row in rows if row.sort < now_ms]


def _name(message_id: str) -> str:
    return f"exchange/answered/{message_id}"


def _own_message(reader: Reader, reference: Reference, post: str) -> str:
    """Return the id of our message that ``reference`` names; empty when it names none."""
    try:
        origin = Origin.parse(reference.log)
    except EnvelopeRejected:
        return ""
    if origin.post != post or origin.lane not in set(Lane):
        return ""
    lane = Lane(origin.lane)
    part = next((part for part in states.own_logs(reader, lane) if part.epoch == origin.epoch), None)
    if part is None or reference.index >= part.size:
        return ""
    # After a restore less may be held than counts.
    found = next(iter(reader.own_entries(part.key, start=reference.index, limit=1)), None)
    return "" if found is None or found.leaf.hex() != reference.leaf else parse_header(found.header).id
