"""Evidence files: what was told about one subject, with all that is needed to check it without anybody's help.

One canonical JSON document holds agreements with their root signatures, and for each log the
entries shown, signed checkpoints (with the partner's cosignatures: the receipts) and a pruned tree
that ties them together.  Entries of a post's own ledger can stand beside them under a checkpoint
of that ledger.  Whoever makes the file signs nothing: every word in it is proved by the signatures
of the two posts, so it does not matter by whose hands it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Final, Literal

from msgspec import Meta, Raw, Struct

from gatepair.base.canonical import check, decode_exactly_as, decode_strictly_as, encode
from gatepair.base.errors import BadInput, EnvelopeRejected, Malformed
from gatepair.base.pruned import prune
from gatepair.exchange.agreement import SectionName
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import HEADER_BYTES_MAX, Heard, Hex32, Label, Natural, OriginText, Section, parse_header
from gatepair.exchange.keys import STATEMENTS_MAX
from gatepair.exchange.note import parse as parse_note
from gatepair.exchange.wire import NoteText

FORMAT: Final = "gatepair/evidence/v1"
MEDIA_TYPE: Final = "application/vnd.gatepair.evidence+json"
SUFFIX: Final = ".gpevidence"
EVIDENCE_BYTES_MAX: Final = 64 * 1024 * 1024
"""Longest evidence file read: a crossing takes some 40 kB, ten thousand entries with their bodies about 20 MB."""
ENTRIES_MAX: Final = 65_536
"""Most entries of one log, or of one ledger, in a file."""
AGREEMENTS_MAX: Final = 64
"""Most agreements in a file: a new version every two months for ten years."""
LOGS_MAX: Final = 64
"""Most logs in a file: two posts, three lanes, and ten epochs of each."""
CHECKPOINTS_MAX: Final = 4_096
"""Most checkpoints of one log: one for each entry of a long-lived crossing is some dozens."""


class SignedAgreement(Struct, frozen=True, forbid_unknown_fields=True):
    """An agreement with the note that the roots signed."""

    agreement: Raw
    note: NoteText


class ShownEntry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An entry of a log: its place, its header, and the sections that are disclosed."""

    index: Natural
    header: Raw
    sections: dict[SectionName, Section] = {}


class ShownLog(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What is shown of one log: the last checkpoint stands for the tree, the others are of smaller sizes."""

    origin: OriginText
    checkpoints: Annotated[tuple[NoteText, ...], Meta(min_length=1, max_length=CHECKPOINTS_MAX)]
    """Signed notes by rising size."""
    entries: Annotated[tuple[ShownEntry, ...], Meta(max_length=ENTRIES_MAX)] = ()
    """By rising index."""
    tree: tuple[Hex32, ...] = ()
    """The hashes of the pruned tree."""


class Recorded(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of a post's own ledger; ``payload`` is null when it is withheld."""

    header: Raw
    payload: Raw

    def disclosed(self) -> bytes | None:
        """Return the payload, None when it is withheld."""
        raw = bytes(self.payload)
        return None if raw == b"null" else raw


class ShownLedger(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What is shown of a post's own ledger, under a checkpoint that its log key signed."""

    checkpoint: NoteText
    entries: Annotated[tuple[Recorded, ...], Meta(min_length=1, max_length=ENTRIES_MAX)]
    """By rising position."""
    tree: tuple[Hex32, ...] = ()


class Evidence(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An evidence file."""

    format: Literal["gatepair/evidence/v1"]
    made_at_ms: Natural
    """When, by whoever made the file; nothing rests on it."""
    made_by: Label
    subject: Label
    agreements: Annotated[tuple[SignedAgreement, ...], Meta(max_length=AGREEMENTS_MAX)]
    logs: Annotated[tuple[ShownLog, ...], Meta(max_length=LOGS_MAX)]
    """By origin."""
    ledgers: Annotated[tuple[ShownLedger, ...], Meta(max_length=2)] = ()
    statements: Annotated[tuple[NoteText, ...], Meta(max_length=STATEMENTS_MAX)] = ()
    """Key statements, signed by roots; they count whatever way they came."""


class RecordedHeader(Struct, frozen=True, forbid_unknown_fields=True):
    """The header of a ledger entry, as :func:`gatepair.base.entries.header_bytes` writes it."""

    actor: str
    at: Natural
    command: str
    payload: Hex32
    position: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    previous: Hex32
    stream: str
    type: str
    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]


def decode_evidence(raw: bytes) -> Evidence:
    """Return the evidence file in ``raw``.

    Only the frame is checked here, and the values of disclosed sections; headers, payloads and agreements
    are still to be read.

    Raises:
        TooLarge: over 64 MiB.
        Malformed: not an evidence file in canonical form.
    """
    read = decode_exactly_as(Evidence, raw, max_bytes=EVIDENCE_BYTES_MAX)
    check_rising("logs", [log.origin for log in read.logs])
    check([signed.note for signed in read.agreements], path="agreements")
    for number, log in enumerate(read.logs):
        path = f"logs.{number}"
        check_origin(log.origin)
        check_rising(f"{path}.entries", [entry.index for entry in log.entries])
        check(log.checkpoints, path=f"{path}.checkpoints")
        for entry in log.entries:
            for name, section in entry.sections.items():
                check(section.value, path=name)
    check([ledger.checkpoint for ledger in read.ledgers], path="ledgers")
    check(read.statements, path="statements")
    return read


def recorded_header(raw: bytes) -> RecordedHeader:
    """Return the header of a ledger entry in canonical ``raw``.

    Raises:
        Malformed: it is none.
        TooLarge: over the limit of a header.
    """
    return decode_strictly_as(RecordedHeader, raw, max_bytes=HEADER_BYTES_MAX)


# --- making one ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryPart:
    """An entry to be shown: its row, and the sections that are disclosed."""

    index: int
    header: bytes
    sections: Mapping[str, Section] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogPart:
    """What is to be shown of a log; ``leaves`` are all its leaf hashes up to the last checkpoint, read once."""

    origin: Origin
    checkpoints: Sequence[str]
    entries: Sequence[EntryPart]
    leaves: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """What is to be shown of a ledger: headers with payloads (None when withheld), by position."""

    checkpoint: str
    entries: Sequence[tuple[bytes, bytes | None]]
    leaves: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Made:
    """Who makes a file, when, and about what."""

    by: str
    at_ms: int
    subject: str


def assemble(
    made: Made,
    *,
    agreements: Sequence[tuple[bytes, str]],
    logs: Sequence[LogPart],
    ledgers: Sequence[LedgerPart] = (),
    statements: Sequence[str] = (),
) -> bytes:
    """Return the evidence file over ``logs`` and ``ledgers``, under ``agreements`` (canonical bytes and note).

    Raises:
        EnvelopeRejected: a checkpoint cannot be read.
        ValueError: an entry lies beyond the last checkpoint, or leaves are missing; a programming error.
    """
    heard = heard_sizes(entry.header for log in logs for entry in log.entries)
    return encode(
        Evidence(
            format=FORMAT,
            made_at_ms=made.at_ms,
            made_by=made.by,
            subject=made.subject,
            agreements=tuple(SignedAgreement(Raw(raw), note) for raw, note in agreements),
            logs=tuple(_shown(log, heard) for log in sorted(logs, key=lambda log: str(log.origin))),
            ledgers=tuple(map(_shown_ledger, ledgers)),
            statements=tuple(statements),
        )
    )


def heard_sizes(headers: Iterable[bytes]) -> dict[str, set[int]]:
    """Return the sizes of each log that ``headers`` say they had heard; a header that cannot be read says nothing."""
    sizes: dict[str, set[int]] = {}
    for raw in headers:
        for each in _heard(raw):
            sizes.setdefault(each.log, set()).add(each.size)
    return sizes


def _heard(raw: bytes) -> Sequence[Heard]:
    try:
        return parse_header(raw).heard
    except BadInput:
        return ()


def _shown(part: LogPart, heard: Mapping[str, set[int]]) -> ShownLog:
    sizes = [Checkpoint.parse(parse_note(text).text).size for text in part.checkpoints]
    marks = {*sizes, *(size for size in heard.get(str(part.origin), ()) if size <= sizes[-1])}
    return ShownLog(
        origin=str(part.origin),
        checkpoints=tuple(part.checkpoints),
        entries=tuple(
            ShownEntry(index=entry.index, header=Raw(entry.header), sections=dict(entry.sections))
            for entry in part.entries
        ),
        tree=_hex(prune(part.leaves, sizes[-1], shown=[entry.index for entry in part.entries], marks=marks)),
    )


def _shown_ledger(part: LedgerPart) -> ShownLedger:
    size = Checkpoint.parse(parse_note(part.checkpoint).text).size
    places = [recorded_header(header).position - 1 for header, _ in part.entries]
    return ShownLedger(
        checkpoint=part.checkpoint,
        entries=tuple(
            Recorded(Raw(header), Raw(b"null" if payload is None else payload)) for header, payload in part.entries
        ),
        tree=_hex(prune(part.leaves, size, shown=places)),
    )


def _hex(hashes: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in hashes)


def check_origin(text: str) -> None:
    """Raise Malformed unless ``text`` names a log."""
    try:
        Origin.parse(text)
    except EnvelopeRejected as error:
        raise Malformed(error.message, origin=text) from error


def check_rising(path: str, keys: Sequence[int] | Sequence[str]) -> None:
    """Raise Malformed unless ``keys`` rise from each to the next."""
    for before, after in pairwise(keys):
        if not before < after:  # type: ignore[operator]
            raise Malformed(f"{path} is not in order, or holds one thing twice", path=path)
