"""Keys that stand twice in one object of JSON: of which every reader keeps another, so that they are refused."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

_ESCAPES: Final = b"\\u00"
"""With it a text may hold a colon that the count below does not see."""


def key_twice(raw: bytes, read: object) -> str | None:
    """Return a key that stands twice in one object of ``raw``, from which ``read`` was read; None when none does.

    What was read, written again, has as many keys as ``raw`` unless some were twice, or are written though they say
    nothing. Only then the text is read a second time and looked through, so that the common case costs little.
    Source: RFC 8259 §4, RFC 7493 §2.3.
    """
    if _ESCAPES not in raw and _keys(raw) <= _keys(msgspec.json.encode(read)):
        return None
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                found.append(key)
            seen.add(key)

    json.loads(raw, object_pairs_hook=look)
    return found[0] if found else None


def _keys(raw: bytes) -> int:
    """Return how many colons there are: as many as keys, and those in texts, which both sides have."""
    return raw.count(b":")
