"""Signed notes: a text and the lines of those who signed it.

Format: the text ends in a newline, an empty line follows, then one line per signature: em dash,
space, key name, space, base64 of four bytes key id and the signature.  What a line's signature
covers follows from its kind (:class:`SignatureKind`): the text, the text with a time, or for
ML-DSA-44 a structure made of the checkpoint in the text.  Lines of keys that a reader does not
know are carried along and count for nothing.

Source: C2SP signed-note v1.0.0, tlog-cosignature v1.0.0 (0x04) and its revision of 2026-04 (0x06,
pull request 237); ECDSA lines (0x02) as transparency-dev writes them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import Final, Protocol

from typing_extensions import override

from gatepair.base.errors import EnvelopeRejected, SignatureFalse
from gatepair.exchange.signer import Algorithm, SigningKey, is_public, verify_signature

NOTE_BYTES_MAX: Final = 128 * 1024
"""Longest note read: room for 16 post-quantum lines of 5 kB, which the source asks for, and a text."""
LINES_MAX: Final = 32
"""Most signature lines read; the source asks for at least 16."""
KEY_ID_BYTES: Final = 4
TIME_BYTES: Final = 8

_DASH: Final = "\u2014 "


class SignatureKind(Enum):
    """What marks a kind of line in a key id: the byte assigned to it, or 0xff and a name where none is."""

    ED25519 = b"\x01"
    ECDSA = b"\x02"
    COSIGNATURE = b"\x04"
    ML_DSA_44 = b"\x06"
    P256_COSIGNATURE = b"\xffgatepair/p256-cosignature/v1"
    SM2 = b"\xffgatepair/sm2/v1"
    SM2_COSIGNATURE = b"\xffgatepair/sm2-cosignature/v1"

    @property
    def algorithm(self) -> Algorithm:
        """Return how such lines are signed."""
        match self:
            case SignatureKind.ED25519 | SignatureKind.COSIGNATURE:
                return Algorithm.ED25519
            case SignatureKind.ECDSA | SignatureKind.P256_COSIGNATURE:
                return Algorithm.P256
            case SignatureKind.ML_DSA_44:
                return Algorithm.ML_DSA_44
            case SignatureKind.SM2 | SignatureKind.SM2_COSIGNATURE:
                return Algorithm.SM2

    @property
    def timed(self) -> bool:
        """Tell whether such a line begins with the time at which it was made."""
        return self not in {SignatureKind.ED25519, SignatureKind.ECDSA, SignatureKind.SM2}


def log_kind(algorithm: Algorithm) -> SignatureKind:
    """Return the kind of line by which a log's key, or a root, signs."""
    match algorithm:
        case Algorithm.ED25519:
            return SignatureKind.ED25519
        case Algorithm.P256:
            return SignatureKind.ECDSA
        case Algorithm.ML_DSA_44:
            return SignatureKind.ML_DSA_44
        case Algorithm.SM2:
            return SignatureKind.SM2


def mirror_kind(algorithm: Algorithm) -> SignatureKind:
    """Return the kind of line by which a mirror's key cosigns."""
    match algorithm:
        case Algorithm.ED25519:
            return SignatureKind.COSIGNATURE
        case Algorithm.P256:
            return SignatureKind.P256_COSIGNATURE
        case Algorithm.ML_DSA_44:
            return SignatureKind.ML_DSA_44
        case Algorithm.SM2:
            return SignatureKind.SM2_COSIGNATURE


_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_CHECKPOINT: Final = re.compile(r"[^\n]+\n(0|[1-9][0-9]{0,19})\n[^\n]+\n", re.ASCII)
_NO_NAME: Final = re.compile(r"[\s+\ud800-\udfff]")
"""What no key name holds: space, the sign that ends it in a key text, halves of surrogate pairs."""


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
    """Checks the lines of a log's own key or of a root."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.ED25519

    @property
    def key_id(self) -> bytes:
        """Return the key id of this name and key."""
        return key_id(self.name, log_kind(self.algorithm), self.public)

    def signed_at_s(self, text: str, blob: bytes) -> int | None:
        """Return 0 (or the time, for a kind that states one) when ``blob`` signs ``text``, else None."""
        return _signed_at_s(self, log_kind(self.algorithm), text, blob)


@dataclass(frozen=True, slots=True)
class MirrorVerifier:
    """Checks cosignatures: "held durably, as of this time"."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.ED25519

    @property
    def key_id(self) -> bytes:
        """Return the key id of this name and key."""
        return key_id(self.name, mirror_kind(self.algorithm), self.public)

    def signed_at_s(self, text: str, blob: bytes) -> int | None:
        """Return the time stated in ``blob`` when it cosigns ``text``, else None."""
        return _signed_at_s(self, mirror_kind(self.algorithm), text, blob)


# The same few keys sign every note.
@lru_cache(maxsize=256)
def key_id(name: str, kind: SignatureKind, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256 over name, newline, mark of the kind and public key.

    Of an ECDSA key it is SHA-256 over the key alone, which names the curve itself.
    """
    named = public if kind is SignatureKind.ECDSA else name.encode() + b"\n" + kind.value + public
    return sha256(named).digest()[:KEY_ID_BYTES]


def sign(text: str, *, name: str, key: SigningKey) -> SignatureLine:
    """Return the line of a log's key, or of a root, over ``text``.

    Raises:
        EnvelopeRejected: the kind signs checkpoints only, and ``text`` is none.
        SignerUnavailable: the key cannot be reached.
    """
    return _line(text, log_kind(key.algorithm), name=name, key=key, at_s=0)


def cosign(text: str, *, name: str, key: SigningKey, at_s: int) -> SignatureLine:
    """Return a mirror's line over ``text`` that states the time ``at_s`` (POSIX seconds).

    Raises:
        EnvelopeRejected: the kind signs checkpoints only, and ``text`` is none.
        SignerUnavailable: the key cannot be reached.
    """
    return _line(text, mirror_kind(key.algorithm), name=name, key=key, at_s=at_s)


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
        EnvelopeRejected: the key signed no line.
        SignatureFalse: a line that claims to be its own is false.
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
        raise SignatureFalse(f"a signature in the name of {verifier.name} is false", signer=verifier.name)
    return max(found)


def count(note: Note, verifiers: Iterable[LineVerifier]) -> int:
    """Return how many of ``verifiers`` signed ``note``; 0 when a line that claims to be of one of them is false."""
    signed = 0
    for verifier in verifiers:
        if any(line.name == verifier.name and line.key_id == verifier.key_id for line in note.lines):
            try:
                verify(note, verifier)
            except EnvelopeRejected:
                return 0
            signed += 1
    return signed


def to_vkey(name: str, kind: SignatureKind, public: bytes) -> str:
    """Return the text form of a public key: name, key id in hex, base64 of mark and key, joined by ``+``."""
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(kind.value + public).decode()}"


def from_vkey(vkey: str) -> LogVerifier | MirrorVerifier:
    """Return the verifier that ``vkey`` describes; of a kind that logs and mirrors share, the mirror's.

    Raises:
        EnvelopeRejected: not a key text, an unknown kind, or an id that does not fit.
    """
    name, _, rest = vkey.partition("+")
    marked, _, encoded = rest.partition("+")
    material = _from_base64(encoded)
    for kind in SignatureKind:
        public = material.removeprefix(kind.value)
        if material.startswith(kind.value) and is_public(kind.algorithm, public):
            if key_id(_checked_name(name), kind, public).hex() != marked:
                raise EnvelopeRejected(f"the key id {marked} does not belong to the key of {name}")
            return (MirrorVerifier if kind.timed else LogVerifier)(name, public, kind.algorithm)
    raise EnvelopeRejected(f"the key of {name or 'nobody'} is of a kind that is not read here")


def _line(text: str, kind: SignatureKind, *, name: str, key: SigningKey, at_s: int) -> SignatureLine:
    signature = key.sign(_message(kind, name, text, at_s))
    blob = at_s.to_bytes(TIME_BYTES, "big") + signature if kind.timed else signature
    return SignatureLine(name, key_id(name, kind, key.public), blob)


def _signed_at_s(key: LogVerifier | MirrorVerifier, kind: SignatureKind, text: str, blob: bytes) -> int | None:
    at_s, signature = 0, blob
    if kind.timed:
        at_s, signature = int.from_bytes(blob[:TIME_BYTES], "big"), blob[TIME_BYTES:]
    try:
        message = _message(kind, key.name, text, at_s)
    except EnvelopeRejected:
        return None
    return at_s if verify_signature(key.algorithm, key.public, message, signature) else None


def _message(kind: SignatureKind, name: str, text: str, at_s: int) -> bytes:
    """Return what a line of ``kind`` by ``name`` over ``text`` signs."""
    match kind:
        case SignatureKind.ED25519 | SignatureKind.ECDSA | SignatureKind.SM2:
            return text.encode()
        case SignatureKind.COSIGNATURE | SignatureKind.P256_COSIGNATURE | SignatureKind.SM2_COSIGNATURE:
            return f"cosignature/v1\ntime {at_s}\n{text}".encode()
        case SignatureKind.ML_DSA_44:
            return _subtree_message(name, text, at_s)


def _subtree_message(name: str, text: str, at_s: int) -> bytes:
    """Return the ``cosigned_message`` over the checkpoint in ``text``: a tree from leaf 0.

    Source: C2SP tlog-cosignature, "ML-DSA-44 signed message"; vectors of RFC 8446 §3.4 carry their length.
    """
    origin, size, root = (*text.split("\n"), "", "")[:3]
    if not _CHECKPOINT.match(text) or int(size) >> 64:
        raise EnvelopeRejected("ML-DSA-44 signs checkpoints only, and this text is none")
    named, logged, hashed = name.encode(), origin.encode(), _from_base64(root)
    if not (0 < len(named) < 256 and len(logged) < 256 and len(hashed) == 32):
        raise EnvelopeRejected("a name, origin or root is too long for a line by ML-DSA-44")
    start, end = (0).to_bytes(8, "big"), int(size).to_bytes(8, "big")
    at = at_s.to_bytes(TIME_BYTES, "big")
    return b"".join(
        (b"subtree/v1\n\0", bytes([len(named)]), named, at, bytes([len(logged)]), logged, start, end, hashed)
    )


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
    if not name or _NO_NAME.search(name):
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
