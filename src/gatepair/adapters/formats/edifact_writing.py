"""UN/EDIFACT interchanges written: segments, message headers and trailers, and the envelope around them.

Source: ISO 9735 syntax version 3; UNOB for text in ASCII, UNOC in ISO 8859-1, UNOY (ISO 10646) for any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydifact.serializer import Serializer

from gatepair.base.errors import Malformed
from gatepair.base.time import Instant, to_datetime

Element = str | list[str]
Row = tuple[str, *tuple[Element, ...]]
"""A segment: its tag and its elements, each a text or the list of its components."""
PARTY_MAX: Final = 35
"""Longest name of a sender or recipient. Source: ISO 9735, 0004 and 0010."""


@dataclass(frozen=True, slots=True)
class MessageOut:
    """A message to write: its type, such as ``CUSRES``, its directory, such as ``96A``, and its segments."""

    type: str
    release: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends an interchange to whom, when, and under which reference (at most 14 characters)."""

    sender: str
    recipient: str
    at_ms: int
    reference: str


@dataclass(frozen=True, slots=True)
class _Row:
    """What the serialiser asks of a segment."""

    tag: str
    elements: Sequence[Element]


def write_interchange(messages: Sequence[MessageOut], envelope: Envelope) -> bytes:
    """Return ``messages`` as one interchange; reading it gives the same segments.

    Raises:
        Malformed: sender, recipient or reference is empty or too long.
    """
    for name, limit in ((envelope.sender, PARTY_MAX), (envelope.recipient, PARTY_MAX), (envelope.reference, 14)):
        if not 0 < len(name) <= limit:
            raise Malformed(f"{name[:40]!r} is no name of 1 to {limit} characters for the envelope of an interchange")
    made: list[_Row] = []
    for number, message in enumerate(messages, 1):
        made.append(_Row("UNH", [str(number), [message.type, "D", message.release, "UN"]]))
        made.extend(_Row(tag, elements) for tag, *elements in message.rows)
        made.append(_Row("UNT", [str(len(message.rows) + 2), str(number)]))
    text = _joined(made)
    syntax, encoding = _syntax(text + envelope.sender + envelope.recipient)
    when = to_datetime(Instant(envelope.at_ms)).strftime("%y%m%d:%H%M").split(":")
    head = _Row("UNB", [[syntax, "3"], envelope.sender, envelope.recipient, when, envelope.reference])
    tail = _Row("UNZ", [str(len(messages)), envelope.reference])
    return (_joined([head]) + text + _joined([tail])).encode(encoding)


def _syntax(text: str) -> tuple[str, str]:
    if text.isascii():
        return "UNOB", "ascii"
    try:
        text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return "UNOY", "utf-8"
    return "UNOC", "iso-8859-1"


def _joined(rows: Sequence[_Row]) -> str:
    # The serialiser reads two attributes of a segment; its own class would hold them against directories it lacks.
    segments: Any = [_Row(row.tag, _trimmed(row.elements)) for row in rows]
    return Serializer().serialize(segments, with_una_header=False)


def _trimmed(elements: Sequence[Element]) -> list[Element]:
    """Return ``elements`` without empty ones at the end, which the standard forbids."""
    kept = list(elements)
    while kept and not any(kept[-1]):
        kept.pop()
    return kept


def in_lines(text: str, *, width: int, count: int) -> list[str]:
    """Return ``text`` in at most ``count`` pieces of at most ``width`` characters; what is longer is cut.

    No piece begins or ends with a space where that can be, since readers do not keep it.
    """
    pieces: list[str] = []
    while text and len(pieces) < count:
        cut = min(width, len(text))
        while cut < len(text) and cut > 1 and " " in text[cut - 1 : cut + 1]:
            cut -= 1
        pieces.append(text[:cut])
        text = text[cut:]
    return pieces
