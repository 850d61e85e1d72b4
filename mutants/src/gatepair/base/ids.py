"""Identifiers: derived from what they name, so that the same command makes the same id."""

from __future__ import annotations

import base64
import hashlib
from typing import NewType

CrossingId = NewType("CrossingId", str)
"""``X`` and 20 base-32 characters; the same on both sides."""
CommandId = NewType("CommandId", str)
"""Made by the caller before the first try; 8–80 characters ``[A-Za-z0-9._:-]``."""
StreamId = NewType("StreamId", str)
"""``crossing/<id>``, ``gate/<post>`` or ``audit/<post>``."""


def derived(prefix: str, *parts: str) -> str:
    """Return ``prefix`` and 20 base-32 characters of SHA-256 over the length-marked ``parts``."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    return prefix + base64.b32encode(digest.digest()[:13]).decode().rstrip("=")[:20]


def crossing_stream(crossing: str) -> StreamId:
    """Return the stream that holds the facts of ``crossing``."""
    return StreamId(f"crossing/{crossing}")


def gate_stream(post: str) -> StreamId:
    """Return the stream that holds stops, hours, lanes and quotas of ``post``."""
    return StreamId(f"gate/{post}")
