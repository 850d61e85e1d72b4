"""Signed requests: how one post proves to the other that it asks, where no batch proves it.

A request that carries nothing is proved by a note in a header: the text says who asks whom for
what and when, and the asker's log key signs it.  No password is shared, and no evidence rests on it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from gatepair.base.canonical import INTEGER_MAX
from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import note as notes
from gatepair.exchange.note import LineVerifier, LogVerifier
from gatepair.exchange.signer import SigningKey

HEADER: Final = "gatepair-request"
HEADER_BYTES_MAX: Final = 16 * 1024
"""Longest header read: a note with lines of every algorithm takes a third of it."""
PATH_MAX: Final = 400
"""Longest path that is signed; the longest of the exchange takes a quarter."""
AGE_MS_MAX: Final = 3_600_000
"""How far the time of a request may be from the reader's: an hour, so that a wrong clock can still be found out and
a copied header is soon worthless."""
_MARK: Final = "gatepair/request/v1"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks whom for what, and when by the asker's clock."""

    method: str
    path: str
    """With its query."""
    asker: str
    answerer: str
    at_ms: int

    def to_text(self) -> str:
        """Return the text that is signed."""
        return f"{_MARK}\n{self.method}\n{self.path}\n{self.asker}\n{self.answerer}\n{self.at_ms}\n"

    @classmethod
    def parse(cls, text: str) -> Asked:
        """Return what ``text`` asks.

        Raises:
            EnvelopeRejected: it is no request.
        """
        lines = text.split("\n")
        if len(lines) != 7 or lines[0] != _MARK or lines[6]:
            raise EnvelopeRejected("the note is no request")
        _, method, path, asker, answerer, at, _ = lines
        return cls(method, path, asker, answerer, parse_ms(at))


def request_name(side: str, post: str) -> str:
    """Return the name under which the log key of ``post`` signs requests and answers to probes."""
    return f"{side}/{post}/request"


def request_verifier(side: str, post: str, log_key: str) -> LogVerifier:
    """Return what checks requests that the holder of ``log_key`` (hex) signs for ``post``."""
    return LogVerifier(request_name(side, post), bytes.fromhex(log_key))


def signed_request(asked: Asked, *, name: str, key: SigningKey) -> str:
    """Return the value of the header that proves ``asked``."""
    text = asked.to_text()
    note = notes.Note(text, (notes.sign(text, name=name, key=key),))
    return base64.b64encode(note.to_text().encode()).decode()


def check_request(header: str, *, method: str, path: str, answerer: str, verifier: LineVerifier) -> Asked:
    """Return the request that ``header`` proves, which is for this ``method`` and ``path`` of ``answerer``.

    The text must name as its asker the post whose key signed it.

    How old it may be is the caller's to say.

    Raises:
        EnvelopeRejected: it does not verify, or proves another request.
    """
    if len(header) > HEADER_BYTES_MAX:
        raise EnvelopeRejected(f"the header of a request has at most {HEADER_BYTES_MAX} bytes")
    try:
        raw = base64.b64decode(header, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EnvelopeRejected("the header of a request is base64") from error
    signed = notes.parse(raw)
    notes.verify(signed, verifier)
    asked = Asked.parse(signed.text)
    _, asker, _ = verifier.name.split("/")
    if (asked.method, asked.path, asked.asker, asked.answerer) != (method, path, asker, answerer):
        raise EnvelopeRejected("the header proves another request", path=asked.path[:PATH_MAX])
    return asked


def parse_ms(text: str) -> int:
    """Return the instant, in milliseconds, that ``text`` spells in decimal without leading zeros.

    Raises:
        EnvelopeRejected: it does not.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or (text[0] == "0" and len(text) > 1):
        raise EnvelopeRejected("an instant is a decimal number of milliseconds")
    if int(text) > INTEGER_MAX:
        raise EnvelopeRejected("an instant lies below 2^53")
    return int(text)
