"""Key statements: what a side's root says about the keys of its post.

A statement announces a key, retires it or revokes it, at a position of each lane: an epoch and a
size, never a date.  It is a signed note whose text is a mark and one line of canonical JSON, so
that one form serves the offline root, the file, the API and the envelope in the lane ``urgent``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final

from msgspec import Meta, Struct
from typing_extensions import override

from gatepair.base.canonical import INTEGER_MAX, decode_strictly_as, encode
from gatepair.base.errors import BadInput, EnvelopeRejected
from gatepair.base.shapes import spelled
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import FIRST_EPOCH, Name, Origin
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import Note, SignatureLine
from gatepair.exchange.signer import Algorithm, SigningKey, is_public

MARK: Final = "gatepair/key/v1"
"""First line of every statement: a root's signature over it means nothing else."""
STATEMENT_BYTES_MAX: Final = 8 * 1024
"""Longest statement read: a key of ML-DSA-44 in hex has 2,624 bytes, sixteen root lines some 2,500."""
PIN_BYTES: Final = 32

PublicHex = Annotated[str, spelled(r"([0-9a-f]{2}){32,1312}")]


class KeyUse(StrEnum):
    """What a key of a post is for."""

    LOG = "log"
    """Signs the checkpoints of the post's own logs."""
    MIRROR = "mirror"
    """Cosigns the partner's checkpoints: the receipts."""
    TLS = "tls"
    """Carries the line; no evidence rests on it. The key is named by the SHA-256 of its SubjectPublicKeyInfo."""


class KeyAct(StrEnum):
    """What is said of a key; also the type of the message, ``key.<act>/1``."""

    ANNOUNCED = "announced"
    """It counts from the positions on."""
    RETIRED = "retired"
    """It counts up to the positions; nothing is wrong with it."""
    REVOKED = "revoked"
    """It counts up to the positions; somebody else may hold it."""


class Position(Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """A place in the life of one lane's log: later epochs come after earlier ones, whatever their sizes."""

    epoch: Annotated[int, Meta(ge=FIRST_EPOCH, le=999_999_999)]
    size: Annotated[int, Meta(ge=0, le=INTEGER_MAX)]

    @override
    def __str__(self) -> str:
        """Return the position as people read it."""
        return f"{self.size} of epoch {self.epoch}"


class Positions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One position for every lane there can be, so that nothing is left unsaid."""

    bulk: Position
    normal: Position
    urgent: Position

    @classmethod
    def everywhere(cls, position: Position) -> Positions:
        """Return ``position`` for every lane."""
        return cls(bulk=position, normal=position, urgent=position)

    def at(self, lane: Lane) -> Position:
        """Return the position in ``lane``."""
        match lane:
            case Lane.URGENT:
                return self.urgent
            case Lane.NORMAL:
                return self.normal
            case Lane.BULK:
                return self.bulk

    def earlier(self, other: Positions) -> Positions:
        """Return the earlier of both positions, lane by lane."""
        return Positions(
            bulk=min(self.bulk, other.bulk),
            normal=min(self.normal, other.normal),
            urgent=min(self.urgent, other.urgent),
        )

    def later(self, other: Positions) -> Positions:
        """Return the later of both positions, lane by lane."""
        return Positions(
            bulk=max(self.bulk, other.bulk),
            normal=max(self.normal, other.normal),
            urgent=max(self.urgent, other.urgent),
        )


BEGINNING: Final = Positions.everywhere(Position(FIRST_EPOCH, 0))


def position_of(origin: Origin, size: int) -> tuple[Lane, Position]:
    """Return the lane of the log ``origin`` and the position of its checkpoint at ``size``.

    Raises:
        EnvelopeRejected: a log in no lane that there is.
    """
    try:
        return Lane(origin.lane), Position(origin.epoch, size)
    except ValueError as error:
        raise EnvelopeRejected(f"there is no lane {origin.lane}", origin=str(origin)) from error


class KeyStatement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One statement. The positions are of the post's own logs; for a mirror key, of the logs that it mirrors."""

    act: KeyAct
    agreement: Name
    """Id of the agreement, whose logs go on over its versions."""
    positions: Positions
    """From where, or up to where, the key counts; for a TLS key nothing rests on them."""
    post: Name
    public: PublicHex
    side: Name
    use: KeyUse
    v: Annotated[int, Meta(ge=1, le=1)]
    algorithm: Algorithm | None = None
    """Absent for a TLS key, whatever its kind."""

    @property
    def type(self) -> str:
        """Return the type of message in which the statement travels."""
        return f"key.{self.act.value}/1"

    @property
    def root_name(self) -> str:
        """Return the name under which the side's roots sign."""
        return f"{self.side}/root"

    def note_text(self) -> str:
        """Return the text that roots sign."""
        return f"{MARK}\n{encode(self).decode()}\n"

    def sign(self, key: SigningKey) -> SignatureLine:
        """Return the line by which a root ``key`` signs the statement."""
        return notes.sign(self.note_text(), name=self.root_name, key=key)

    def signed(self, keys: Iterable[SigningKey]) -> Note:
        """Return the statement with a line by each of ``keys``."""
        return Note(self.note_text(), tuple(map(self.sign, keys)))


def parse_statement(raw: str | bytes) -> tuple[KeyStatement, Note]:
    """Return the statement in the signed note ``raw``, and the note; whether roots signed it is still to be asked.

    Raises:
        EnvelopeRejected: not a note that holds a statement, or a key in another form than its algorithm's.
    """
    _check_length(raw)
    signed = notes.parse(raw)
    return _statement_in(signed.text), signed


def read_statement(raw: bytes) -> tuple[KeyStatement, Note]:
    """Return the statement in ``raw``, which nobody need have signed yet.

    Raises:
        EnvelopeRejected: it holds no statement.
    """
    if b"\n\n" in raw:
        return parse_statement(raw)
    _check_length(raw)
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise EnvelopeRejected("the file is no key statement") from error
    return _statement_in(text), Note(text)


def digest_of(text: str) -> str:
    """Return the name under which the statement with this note ``text`` is kept: SHA-256 in hex, signatures aside."""
    return sha256(text.encode()).hexdigest()


def _check_length(raw: str | bytes) -> None:
    length = len(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass"))
    if length > STATEMENT_BYTES_MAX:
        raise EnvelopeRejected(f"the key statement has {length} bytes; at most {STATEMENT_BYTES_MAX} are read")


def _statement_in(text: str) -> KeyStatement:
    mark, _, line = text.partition("\n")
    if mark != MARK or not line.endswith("\n"):
        raise EnvelopeRejected("the note is no key statement")
    try:
        statement = decode_strictly_as(KeyStatement, line[:-1].encode(), max_bytes=STATEMENT_BYTES_MAX)
    except BadInput as error:
        raise EnvelopeRejected(f"the key statement cannot be read: {error.message}") from error
    if not _is_key(statement):
        raise EnvelopeRejected(f"the {statement.use.value} key in the statement has another form than its kind")
    return statement


def _is_key(statement: KeyStatement) -> bool:
    public, algorithm = bytes.fromhex(statement.public), statement.algorithm
    if algorithm is None or statement.use is KeyUse.TLS:
        return algorithm is None and statement.use is KeyUse.TLS and len(public) == PIN_BYTES
    return is_public(algorithm, public)
