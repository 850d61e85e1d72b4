"""Envelopes: one message as a header, which is the log's leaf, and a body of salted sections.

The header holds a digest for every section that the agreement lists for the type; the body holds
salt and value of those that are sent.  A section that is not there has a digest of random bytes,
so presence does not show.  A body, or one section of it, can be withheld, shown later or erased,
and every proof over the headers still holds.

Digest of a section: SHA-256 over the canonical array ``[salt, name, value]``.
Leaf: SHA-256(0x00 ‖ header).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Final, Protocol

from msgspec import Meta, Struct
from msgspec.structs import replace

from gatepair.base import canonical
from gatepair.base.errors import BadInput, EnvelopeRejected, Malformed, NotInAgreement, NotInForce, TooLarge
from gatepair.base.merkle import leaf_hash
from gatepair.base.shapes import spelled
from gatepair.exchange.agreement import SECTION_NAME, KindName, Terms
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.messages import STATEMENTS

HEADER_BYTES_MAX: Final = 60 * 1024
"""Longest header: it fits a tile of C2SP tlog-tiles, whose entries carry a length of 16 bits. Source: exchange notes §3.3."""
BODY_BYTES_MAX: Final = 1024 * 1024
"""Longest body: four to a batch; larger things go as attachments by digest. Source: exchange notes §3.3."""
SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32

Hex32 = Annotated[str, spelled("[0-9a-f]{64}")]
Salt = Annotated[str, spelled("[0-9a-f]{32}")]
Label = Annotated[str, spelled(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")]
Natural = Annotated[int, Meta(ge=0, le=canonical.INTEGER_MAX)]
OriginText = Annotated[str, spelled(r"[a-z0-9./#-]{1,220}")]


class RandomBytes(Protocol):
    """Where salts come from; the caller owns it."""

    def token(self, size: int) -> bytes:
        """Return ``size`` unpredictable bytes."""
        ...


# A text with a pattern costs as much to read as the rest of a small header.  What stands in every entry many
# times over is therefore held against its pattern in one piece; and none of these can be part of a cycle.
_HEX_DIGITS: Final = b"0123456789abcdef"
_SECTION_NAME: Final = re.compile(SECTION_NAME, re.ASCII)


@lru_cache(maxsize=1024)
def _check_names(names: tuple[str, ...]) -> None:
    """Raise ValueError unless all ``names`` are those of sections; the same ones come again and again."""
    for name in names:
        if not _SECTION_NAME.fullmatch(name):
            raise ValueError(f"{name[:40]!r} is no name of a section")


class Reference(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Another entry: its log, index and leaf in hex."""

    index: Natural
    leaf: Hex32
    log: OriginText


class Heard(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """How far the author had mirrored one of the reader's logs, and when it last cosigned it (POSIX seconds)."""

    cosigned_at_s: Natural
    log: OriginText
    root: Hex32
    size: Natural


class Header(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """The leaf of the log."""

    agreement: Hex32
    at_ms: Natural
    """The author's claim; order never rests on it."""
    id: Label
    """Made by the author before the first send; the same for ever, also when re-issued in a new epoch."""
    sections: dict[str, str]
    """By name the digest of each section that the agreement lists, 64 hex digits."""
    subject: Label
    type: KindName
    v: Annotated[int, Meta(ge=1, le=1)]
    heard: Annotated[tuple[Heard, ...], Meta(max_length=8)] = ()
    re: Annotated[tuple[Reference, ...], Meta(max_length=16)] = ()
    supersedes: Natural | None = None
    """Index in the same log that this entry corrects."""

    def __post_init__(self) -> None:
        """Raise ValueError unless the sections are named and digested as they must be."""
        _check_names(tuple(self.sections))
        digests = self.sections.values()
        rest = "".join(digests).encode("utf-8", "surrogatepass").translate(None, _HEX_DIGITS)
        if rest or not set(map(len, digests)) <= {2 * DIGEST_BYTES}:
            raise ValueError("the digest of a section is 64 hex digits")


class Section(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What opens one digest."""

    salt: Salt
    value: Any


class Sections(Struct, frozen=True, gc=False):
    """Base of what shows sections by their names."""

    sections: dict[str, Section]

    def __post_init__(self) -> None:
        """Raise ValueError unless every section is named as one."""
        _check_names(tuple(self.sections))


class Body(Sections, frozen=True, forbid_unknown_fields=True, gc=False):
    """The sections that are sent along."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope ready for the log."""

    header: bytes
    body: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry of the partner that verified and that the agreement allows."""

    origin: Origin
    index: int
    leaf: bytes
    type: str
    id: str
    subject: str
    at_ms: int
    """The author's claim."""
    heard: tuple[Heard, ...]
    re: tuple[Reference, ...]
    sections: Mapping[str, Any]
    """The sections that came along; withheld ones are missing."""

    @property
    def reference(self) -> Reference:
        """Return how an answer names this entry."""
        return Reference(index=self.index, leaf=self.leaf.hex(), log=str(self.origin))


@dataclass(frozen=True, slots=True)
class Draft:
    """A message about to be sealed."""

    kind: str
    id: str
    subject: str
    sections: Mapping[str, Any]
    at_ms: int
    heard: tuple[Heard, ...] = ()
    re: tuple[Reference, ...] = ()
    supersedes: int | None = None


def seal(draft: Draft, terms: Terms, *, sender: str, entropy: RandomBytes) -> Sealed:
    """Return ``draft`` as an envelope under ``terms``.

    Every value passes the canonical profile.  Salts, and digests of absent sections, are drawn in
    the order in which the agreement lists the sections.

    Raises:
        NotInAgreement: type, sender or a section is not agreed; nothing was serialised.
        Malformed: a value lies outside the canonical profile, or a label is misspelled.
        TooLarge: header or body over its limit.
    """
    agreed = terms.allowed(draft.kind, sender=sender)
    surplus = sorted(set(draft.sections) - set(agreed.sections))
    if surplus:
        raise NotInAgreement(
            f"the agreement {terms.agreement.id} does not list the section {surplus[0]} for {draft.kind}",
            type=draft.kind,
            section=surplus[0],
        )
    digests: dict[str, str] = {}
    shown: dict[str, Section] = {}
    for name in agreed.sections:
        if name in draft.sections:
            value = canonical.plain(draft.sections[name])
            canonical.check(value, path=name)
            shown[name] = Section(salt=entropy.token(SALT_BYTES).hex(), value=value)
            digests[name] = section_digest(name, shown[name])
        else:
            digests[name] = entropy.token(DIGEST_BYTES).hex()
    header = canonical.encode(
        Header(
            agreement=terms.hash_hex,
            at_ms=draft.at_ms,
            id=draft.id,
            sections=digests,
            subject=draft.subject,
            type=draft.kind,
            v=1,
            heard=draft.heard,
            re=draft.re,
            supersedes=draft.supersedes,
        )
    )
    body = canonical.encode(Body(shown))
    # What we could not read back, the partner could not either; and a log cannot take an entry back.
    parse_header(header)
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(f"the body of {draft.kind} has {len(body)} bytes; at most {BODY_BYTES_MAX} are sent")
    return Sealed(header, body, leaf_hash(header))


def section_digest(name: str, section: Section) -> str:
    """Return the digest of a section in hex."""
    return sha256(canonical.encode([section.salt, name, section.value])).hexdigest()


def parse_header(raw: bytes) -> Header:
    """Return the header in canonical ``raw``.

    Raises:
        TooLarge: over 60 KiB.
        Malformed: not a header in canonical form.
    """
    return canonical.decode_exactly_as(Header, raw, max_bytes=HEADER_BYTES_MAX)


def read_header(raw: bytes) -> Header | None:
    """Return the header in ``raw``, None when it is not one."""
    try:
        return parse_header(raw)
    except BadInput:
        return None


def parse_body(raw: bytes) -> Body:
    """Return the body in canonical ``raw``.

    Raises:
        TooLarge: over 1 MiB.
        Malformed: not a body in canonical form.
    """
    body = canonical.decode_exactly_as(Body, raw, max_bytes=BODY_BYTES_MAX)
    for name, section in body.sections.items():
        canonical.check(section.value, path=name)
    return body


def content_digest(header: Header) -> bytes:
    """Return a digest of what a message says, without when it was heard: the same id must say the same."""
    return sha256(canonical.encode([header.type, header.subject, header.at_ms, header.sections])).digest()


def body_fits(header: Header, raw: bytes) -> bool:
    """Tell whether every section in the body ``raw`` has its digest in ``header``."""
    try:
        sections = parse_body(raw).sections
    except BadInput:
        return False
    return all(header.sections.get(name) == section_digest(name, section) for name, section in sections.items())


def values_of(raw: bytes) -> dict[str, Any]:
    """Return the values of the sections in the body ``raw``.

    Raises:
        Malformed: it is no body.
    """
    return {name: section.value for name, section in parse_body(raw).sections.items()}


def reissued(header: Header, heard: tuple[Heard, ...]) -> bytes:
    """Return the header of a message that is said again in a new epoch: the same, but for what was ``heard`` by now.

    Its content digest is that of the first saying, so a reader that holds that one sees that it is the same message.
    What it superseded stands in the old epoch, where no index of the new one reaches.
    """
    return canonical.encode(replace(header, heard=heard, supersedes=None))


def renamed(
    header: Header, body: bytes, terms: Terms, *, shown: Collection[str], entropy: RandomBytes
) -> tuple[bytes, bytes]:
    """Return header and body of an unsigned entry as they stand under ``terms``, with the sections ``shown`` of the body.

    A section that only ``terms`` lists gets the digest of one that is not sent.
    """
    listed = terms.by_kind[header.type].sections
    sections = {name: header.sections.get(name) or entropy.token(DIGEST_BYTES).hex() for name in listed}
    left = {name: section for name, section in parse_body(body).sections.items() if name in shown}
    return canonical.encode(replace(header, agreement=terms.hash_hex, sections=sections)), canonical.encode(Body(left))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its log and index."""

    origin: Origin
    index: int


def open_envelope(header: bytes, body: bytes | None, *, in_force: Sequence[Terms], place: Place) -> Opened:
    """Return the message in ``header`` and ``body``, checked against the agreement that it names.

    ``body`` None stands for a body withheld or erased: no section comes along.

    Raises:
        EnvelopeRejected: header or body is malformed, or a section does not fit its digest.
        NotInAgreement: the agreement is unknown, or it does not list the type, the sender or exactly these sections.
        NotInForce: it does not count at the time that the entry states.
    """
    return open_read(_rejecting(header), body, leaf=leaf_hash(header), in_force=in_force, place=place)


def open_read(read: Header, body: bytes | None, *, leaf: bytes, in_force: Sequence[Terms], place: Place) -> Opened:
    """Do as :func:`open_envelope` does for a header that is read already; ``leaf`` is its hash."""
    terms = next((each for each in in_force if each.hash_hex == read.agreement), None)
    if terms is None:
        raise NotInAgreement("the entry names an agreement that is not in force here", type=read.type)
    if not terms.counts(read.at_ms) and read.type not in STATEMENTS:
        named = {"agreement": terms.agreement.id, "version": terms.agreement.version}
        raise NotInForce("the entry names a version of the agreement that does not count at its time", **named)
    agreed = terms.allowed(read.type, sender=place.origin.post)
    if agreed.lane.value != place.origin.lane and read.type not in STATEMENTS:
        raise NotInAgreement(f"{read.type} came in the lane {place.origin.lane}", type=read.type)
    if set(read.sections) != set(agreed.sections):
        raise NotInAgreement(f"{read.type} has other sections than the agreement lists", type=read.type)
    return Opened(
        origin=place.origin,
        index=place.index,
        leaf=leaf,
        type=read.type,
        id=read.id,
        subject=read.subject,
        at_ms=read.at_ms,
        heard=read.heard,
        re=read.re,
        sections={} if body is None else _sections(read, body),
    )


def _rejecting(header: bytes) -> Header:
    try:
        return parse_header(header)
    except BadInput as error:
        raise EnvelopeRejected(f"the header of an entry cannot be read: {error.message}") from error


def _sections(header: Header, raw: bytes) -> dict[str, Any]:
    try:
        body = parse_body(raw)
    except (Malformed, TooLarge) as error:
        raise EnvelopeRejected(f"the body of {header.id} cannot be read: {error.message}", id=header.id) from error
    for name, section in body.sections.items():
        if header.sections.get(name) != section_digest(name, section):
            raise EnvelopeRejected(f"the section {name} of {header.id} does not fit its digest", id=header.id)
    return {name: section.value for name, section in body.sections.items()}
