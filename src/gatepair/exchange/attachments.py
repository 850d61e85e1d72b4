"""Attachments: what is too large for a body travels by its digest, and only to whom it was told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from gatepair.base.errors import EnvelopeRejected, Malformed, TooLarge

PATH: Final = "/x/1/blob/{sha256}"
"""Where the partner fetches an attachment."""
ATTACHMENT_BYTES_MAX: Final = 8 * 1024 * 1024
"""Longest attachment: a certificate scanned at 300 dpi on ten pages; a post holds one in memory at a time."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_digest(text: str) -> str:
    """Return ``text``, which must be a SHA-256 in lower-case hex. Raises Malformed."""
    if not _DIGEST.fullmatch(text):
        raise Malformed("an attachment is named by its SHA-256 in lower-case hex", path="sha256")
    return text


def check_content(digest: str, content: bytes) -> None:
    """Raise unless ``content`` is what ``digest`` names.

    Raises:
        TooLarge: over 8 MiB.
        EnvelopeRejected: it is something else.
    """
    if len(content) > ATTACHMENT_BYTES_MAX:
        raise TooLarge(f"an attachment has at most {ATTACHMENT_BYTES_MAX} bytes", limit=ATTACHMENT_BYTES_MAX)
    if sha256(content).hexdigest() != digest:
        raise EnvelopeRejected("the content is not what its digest names", sha256=digest)


def digests_in(value: Any) -> Iterator[str]:
    """Yield the digests of attachments that a section's ``value`` names: every ``sha256`` in it that is not empty."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "sha256" and isinstance(inner, str) and _DIGEST.fullmatch(inner):
                yield inner
            else:
                yield from digests_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from digests_in(inner)
