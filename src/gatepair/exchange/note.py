"""Signed notes: a text and the lines of those who signed it.

Format: the text ends in a newline, an empty line follows, then one line per signature: em dash,
space, key name, space, base64 of four bytes key id and the signature.  Two kinds of signature
are written here: ``0x01`` Ed25519 over the text, and ``0x04`` a cosignature that also states its
time.  Lines of keys that a reader does not know are carried along and count for nothing.

Source: C2SP signed-note v1.0.0 and tlog-cosignature v1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, Protocol

from typing_extensions import override

from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange.signer import PUBLIC_BYTES, SIGNATURE_BYTES, SigningKey, verify_ed25519

NOTE_BYTES_MAX: Final = 128 * 1024
"""Longest note read: room for 16 post-quantum lines of 5 kB, which the source asks for, and a text."""
LINES_MAX: Final = 32
"""Most signature lines read; the source asks for at least 16."""
KEY_ID_BYTES: Final = 4
TIME_BYTES: Final = 8

_DASH: Final = "\u2014 "


class SignatureKind(IntEnum):
    """The type byte that goes into a key id."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SPACE: Final = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line: who signed, with which key (short id), and the signature's bytes."""

    name: str
    key_id: bytes
    blob: bytes

    @override
    def __str__(self) -> str:
        """Return the line without its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, with its signature lines."""

    text: str
    lines: tuple[SignatureLine, ...] = ()

    def to_text(self) -> str:
        """Return the note as it is sent and stored."""
        return self.text + "\n" + "".join(f"{line}\n" for line in self.lines)

    def plus(self, *lines: SignatureLine) -> Note:
        """Return the note with more signatures."""
        return Note(self.text, self.lines + lines)


class LineVerifier(Protocol):
    """Somebody's public key with the name it signs under."""

    @property
    def name(self) -> str:
        """Return the key name."""
        ...

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that mark the key's lines."""
        ...

    def signed_at_s(self, text: str, blob: bytes) -> int | None:
        """Return when ``blob`` says it signed ``text`` (POSIX seconds; 0 when it does not say), None when false."""
        ...


@dataclass(frozen=True, slots=True)
class LogVerifier:
    """Checks Ed25519 lines (kind 0x01): a log's own signature, a root's signature."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the key id of this name and key."""
        return key_id(self.name, SignatureKind.ED25519, self.public)

    def signed_at_s(self, text: str, blob: bytes) -> int | None:
        """Return 0 when ``blob`` signs ``text``, else None."""
        return 0 if verify_ed25519(self.public, text.encode(), blob) else None


@dataclass(frozen=True, slots=True)
class MirrorVerifier:
    """Checks cosignature/v1 lines (kind 0x04): "held durably, as of this time"."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the key id of this name and key."""
        return key_id(self.name, SignatureKind.COSIGNATURE, self.public)

    def signed_at_s(self, text: str, blob: bytes) -> int | None:
        """Return the time stated in ``blob`` when it cosigns ``text``, else None."""
        if len(blob) != TIME_BYTES + SIGNATURE_BYTES:
            return None
        at_s = int.from_bytes(blob[:TIME_BYTES], "big")
        return at_s if verify_ed25519(self.public, _cosigned(text, at_s), blob[TIME_BYTES:]) else None


def key_id(name: str, kind: SignatureKind, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256 over name, newline, kind and public key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def sign(text: str, *, name: str, key: SigningKey) -> SignatureLine:
    """Return an Ed25519 line (kind 0x01) over ``text``."""
    return SignatureLine(name, key_id(name, SignatureKind.ED25519, key.public), key.sign(text.encode()))


def cosign(text: str, *, name: str, key: SigningKey, at_s: int) -> SignatureLine:
    """Return a cosignature/v1 line (kind 0x04) over ``text`` that states the time ``at_s`` (POSIX seconds)."""
    blob = at_s.to_bytes(TIME_BYTES, "big") + key.sign(_cosigned(text, at_s))
    return SignatureLine(name, key_id(name, SignatureKind.COSIGNATURE, key.public), blob)


def parse(raw: str | bytes) -> Note:
    """Return the note in ``raw``; its signatures are not yet verified.

    Raises:
        EnvelopeRejected: not a note, or one over the limits.
    """
    content = _utf8(raw)
    if _CONTROL.search(content):
        raise EnvelopeRejected("the note holds control characters")
    head, gap, tail = content.rpartition("\n\n")
    if not gap or not head or not tail.endswith("\n"):
        raise EnvelopeRejected("the note is not a text, an empty line and signature lines")
    signatures = tail[:-1].split("\n")
    if len(signatures) > LINES_MAX:
        raise EnvelopeRejected(f"the note has {len(signatures)} signature lines; at most {LINES_MAX} are read")
    return Note(head + "\n", tuple(_parse_line(line) for line in signatures))


def verify(note: Note, verifier: LineVerifier) -> int:
    """Return the time (POSIX seconds, 0 when the kind has none) of ``verifier``'s newest line on ``note``.

    Raises:
        EnvelopeRejected: the key signed no line, or a line that claims to be its own is false.
    """
    times = [
        verifier.signed_at_s(note.text, line.blob)
        for line in note.lines
        if line.name == verifier.name and line.key_id == verifier.key_id
    ]
    found = [at_s for at_s in times if at_s is not None]
    if not times:
        raise EnvelopeRejected(f"the note is not signed by {verifier.name}", signer=verifier.name)
    if len(found) != len(times):
        raise EnvelopeRejected(f"a signature in the name of {verifier.name} is false", signer=verifier.name)
    return max(found)


def to_vkey(name: str, kind: SignatureKind, public: bytes) -> str:
    """Return the text form of a public key: name, key id in hex, base64 of kind and key, joined by ``+``."""
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


def from_vkey(vkey: str) -> LogVerifier | MirrorVerifier:
    """Return the verifier that ``vkey`` describes.

    Raises:
        EnvelopeRejected: not a key text, an unknown kind, or an id that does not fit.
    """
    name, _, rest = vkey.partition("+")
    marked, _, encoded = rest.partition("+")
    material = _from_base64(encoded)
    makers: Sequence[tuple[SignatureKind, type[LogVerifier | MirrorVerifier]]] = (
        (SignatureKind.ED25519, LogVerifier),
        (SignatureKind.COSIGNATURE, MirrorVerifier),
    )
    for kind, maker in makers:
        if material[:1] == bytes([kind]) and len(material) == 1 + PUBLIC_BYTES:
            verifier = maker(_checked_name(name), material[1:])
            if verifier.key_id.hex() != marked:
                raise EnvelopeRejected(f"the key id {marked} does not belong to the key of {name}")
            return verifier
    raise EnvelopeRejected(f"the key of {name or 'nobody'} is of a kind that is not read here")


def _cosigned(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _utf8(raw: str | bytes) -> str:
    encoded = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    if len(encoded) > NOTE_BYTES_MAX:
        raise EnvelopeRejected(f"the note has {len(encoded)} bytes; at most {NOTE_BYTES_MAX} are read")
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeRejected("the note is not UTF-8") from error


def _parse_line(line: str) -> SignatureLine:
    if not line.startswith(_DASH):
        raise EnvelopeRejected("a signature line does not begin with an em dash and a space")
    name, _, encoded = line[len(_DASH) :].rpartition(" ")
    blob = _from_base64(encoded)
    if len(blob) <= KEY_ID_BYTES:
        raise EnvelopeRejected(f"the signature line of {name} is too short")
    return SignatureLine(_checked_name(name), blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def _checked_name(name: str) -> str:
    if not name or "+" in name or _SPACE.search(name):
        raise EnvelopeRejected("a key name is empty or holds a space or a plus sign")
    return name


def _from_base64(encoded: str) -> bytes:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EnvelopeRejected("a signature or key is not base64") from error
    # Loose trailing bits would give one signature two spellings.
    if base64.b64encode(decoded).decode() != encoded:
        raise EnvelopeRejected("a signature or key is not in canonical base64")
    return decoded
