"""Looking through a ledger backwards: entries by type, stream, actor, time and text, a bounded stretch at a time.

What is looked through and listed carries no name of a person or a firm (:func:`gatepair.node.visibility.unnamed`);
names are shown by opening one entry, which is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.entries import Entry
from gatepair.base.errors import NotFound
from gatepair.base.time import HOUR_MS
from gatepair.node.ports import Reader
from gatepair.node.visibility import header_of, unnamed

PAGE: Final = 50
"""Entries found that one page shows."""
SCANNED_MAX: Final = 20_000
"""Entries that one search looks at before it asks whether to go on: about a quarter of a second of reading."""
BLOCK: Final = 1_000
CLOCK_SLACK_MS: Final = HOUR_MS
"""How far a clock may have been set back: positions are in order of commit, recorded times nearly so."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; an empty part matches everything."""

    type: str = ""
    """The name of an event, with or without its version."""
    stream: str = ""
    """A stream, a part of its name, or a crossing."""
    actor: str = ""
    text: str = ""
    """A piece of text in the payload, whatever its case."""
    since_ms: int | None = None
    until_ms: int | None = None
    """The first instant that is not looked at any more."""
    duty: str = ""
    """For readings of personal data: by whose duty."""

    def matches(self, entry: Entry) -> bool:
        """Tell whether ``entry`` is looked for; the payload is read last."""
        name, _, _ = entry.type.partition("/")
        return (
            self.type in ("", name, entry.type)
            and self.stream in entry.stream
            and self.actor in ("", entry.actor)
            and (self.since_ms is None or entry.recorded_at_ms >= self.since_ms)
            and (self.until_ms is None or entry.recorded_at_ms < self.until_ms)
            and (not self.duty or msgspec.json.decode(entry.payload).get("duty") == self.duty)
            and (not self.text or self.text.casefold() in _text_of(entry).casefold())
        )


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, the latest first; it goes on below position ``before``, which is 0 at the beginning."""

    rows: list[dict[str, Any]]
    before: int
    scanned: int


def search(reader: Reader, sought: Sought, *, before: int = 0, rows_max: int = PAGE) -> Hits:
    """Return entries below position ``before`` (0: from the end) that are ``sought``, the latest first.

    Ends after ``rows_max`` rows or :data:`SCANNED_MAX` entries, whichever comes first.
    """
    beyond = reader.head().position + 1
    # A position beyond the end is the end: stepping down to it would read nothing for ever.
    start, end = _stretch(reader, sought, min(before or beyond, beyond))
    rows: list[dict[str, Any]] = []
    scanned = 0
    for entry in _backwards(reader, sought.stream, start=start, end=end):
        scanned += 1
        if sought.matches(entry):
            rows.append(row_of(entry))
        if len(rows) == rows_max or scanned == SCANNED_MAX:
            return Hits(rows, entry.position if entry.position > start else 0, scanned)
    return Hits(rows, 0, scanned)


def _stretch(reader: Reader, sought: Sought, end: int) -> tuple[int, int]:
    """Return the first position that can match and the one after the last, by the times asked for."""
    first = 1
    if sought.since_ms is not None:
        first = position_at(reader, sought.since_ms - CLOCK_SLACK_MS)
    if sought.until_ms is not None:
        end = min(end, position_at(reader, sought.until_ms + CLOCK_SLACK_MS))
    return first, end


def position_at(reader: Reader, at_ms: int) -> int:
    """Return the first position recorded at ``at_ms`` or later, one beyond the end when there is none."""
    low, high = 1, reader.head().position + 1
    while low < high:
        middle = (low + high) // 2
        found = reader.entries(after=middle - 1, limit=1)
        if found and found[0].recorded_at_ms < at_ms:
            low = middle + 1
        else:
            high = middle
    return low


def _backwards(reader: Reader, stream: str, *, start: int, end: int) -> Iterator[Entry]:
    """Yield the entries from below ``end`` down to ``start``; of one stream alone where ``stream`` is its whole name."""
    if stream.startswith("crossing/") and reader.version(stream):
        yield from (entry for entry in reversed(reader.stream(stream)) if start <= entry.position < end)
        return
    while end > start:
        after = max(start - 1, end - 1 - BLOCK)
        block = reader.entries(after=after, limit=end - 1 - after)
        yield from reversed(block)
        end = after + 1


def row_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is listed: without names."""
    payload, masked = unnamed(entry.type, msgspec.json.decode(entry.payload))
    return {**plain(entry), "payload": payload, "masked": list(masked)}


def plain(entry: Entry) -> dict[str, Any]:
    """Return what an entry says beside its payload, with its hashes."""
    return {**header_of(entry), "previous": entry.previous.hex(), "leaf": entry.leaf.hex()}


def entry_at(reader: Reader, position: int) -> Entry:
    """Return the entry at ``position``. Raises NotFound."""
    found = reader.entries(after=position - 1, limit=1) if 1 <= position <= reader.head().position else []
    if not found or found[0].position != position:
        raise NotFound("the ledger has no entry at this position", position=position)
    return found[0]


def _text_of(entry: Entry) -> str:
    payload, masked = unnamed(entry.type, msgspec.json.decode(entry.payload))
    return (encode(payload) if masked else entry.payload).decode()
