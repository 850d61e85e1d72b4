"""Bundles: what two posts would have told each other over the line, as a file that a courier brings.

A bundle holds whole signed batches and replies, the very bytes of the wire; the reader takes them
in by the very same path.  Who wrote it, for whom and when is a claim of the file and proves
nothing: what it holds is signed.  A long backlog is cut into parts.  Each part can be read alone
and in any order; one that comes too early says which part is needed first.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final, Protocol

from msgspec import Meta, Raw, Struct

from gatepair.base.canonical import decode_exactly_as, encode
from gatepair.base.errors import EnvelopeRejected, Malformed
from gatepair.exchange.checkpoint import Name
from gatepair.exchange.envelope import Hex32, Natural, OriginText
from gatepair.exchange.evidence import AGREEMENTS_MAX, SignedAgreement
from gatepair.exchange.keys import STATEMENTS_MAX
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import BATCH_BYTES_MAX, REPLY_BYTES_MAX, NoteText

BUNDLE_TYPE: Final = "application/vnd.gatepair.bundle+json"
"""Media type of a bundle."""
BUNDLE_ENDING: Final = ".gpbundle"
BUNDLE_VERSION: Final = 1
PART_BYTES_MAX: Final = 64 * 1024 * 1024
"""Longest part: a busy gate's four hours fit into a handful (exchange notes §4: 1.1 GB a day), and a small
machine holds one in memory."""
PART_BYTES_MIN: Final = 2 * BATCH_BYTES_MAX
"""Shortest limit that may be asked for: room for one batch and everything around it."""
FRAME_BYTES: Final = len(Lane) * (REPLY_BYTES_MAX + 16 * 1024) + 4 * 1024
"""Room kept in a part for the replies and the JSON around the batches."""
ANSWERS_MAX: Final = 1_000
"""Most answers in one lane of a part: a fence note and a quarter of a million entries."""
PARTS_MAX: Final = 1_000
"""Most parts of one backlog: 64 GB, two months of the busiest gate."""

Starts = Annotated[tuple[Natural, ...], Meta(min_length=1, max_length=PARTS_MAX)]


class BundleLane(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a part brings of one lane."""

    lane: Lane
    log: OriginText
    """The author's log of the lane."""
    starts: Starts
    """Index at which each part up to this one begins."""
    end: Natural
    """Index after the last entry of this part."""
    size: Natural
    """Length of the log when the part was made."""
    before: Annotated[tuple[Hex32, ...], Meta(max_length=64)] = ()
    """The compact range of the log at the start of this part, hex: with it a verifier needs no earlier part."""
    batches: tuple[Raw, ...] = ()
    reply: Raw = Raw(b"null")
    """The reply that the author owes for what it holds of the reader's log; null before it holds anything."""
    ask: Raw = Raw(b"null")
    """What the author, which lost part of this log, asks the reader; null when it lost nothing."""
    answers: Annotated[tuple[Raw, ...], Meta(max_length=ANSWERS_MAX)] = ()
    """The answers to what the reader asked last, each a call with its answer (:class:`Answered`)."""

    @property
    def start(self) -> int:
        """Return the index of the first entry of this part."""
        return self.starts[-1]


class Bundle(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One part of a bundle."""

    v: Annotated[int, Meta(ge=BUNDLE_VERSION, le=BUNDLE_VERSION)]
    author: Name
    """Post that wrote it."""
    reader: Name
    """Post that it is for."""
    made_at_ms: Natural
    """When, by the author's clock; a claim."""
    part: Annotated[int, Meta(ge=1, le=PARTS_MAX)]
    last: bool
    """Whether no part follows."""
    entries: Natural
    """How many entries this part holds."""
    contents: Hex32
    """SHA-256 over the canonical ``lanes``: a part that was cut short or damaged on its way is seen at once."""
    lanes: Annotated[tuple[BundleLane, ...], Meta(max_length=len(Lane))]
    agreements: Annotated[tuple[SignedAgreement, ...], Meta(max_length=AGREEMENTS_MAX)] = ()
    """The agreements under which the entries were written, so that a verifier needs nothing but the file."""
    statements: Annotated[tuple[NoteText, ...], Meta(max_length=STATEMENTS_MAX)] = ()
    """The key statements that the author knows."""


def make(
    *,
    author: str,
    reader: str,
    made_at_ms: int,
    lanes: Sequence[BundleLane],
    last: bool,
    agreements: Sequence[SignedAgreement] = (),
    statements: Sequence[str] = (),
) -> bytes:
    """Return the canonical bytes of one part; its number follows from the starts of its ``lanes``.

    Raises:
        EnvelopeRejected: there is no lane to write about.
    """
    if not lanes:
        raise EnvelopeRejected("a bundle is about at least one lane", author=author)
    bundle = Bundle(
        v=BUNDLE_VERSION,
        author=author,
        reader=reader,
        made_at_ms=made_at_ms,
        part=len(lanes[0].starts),
        last=last,
        entries=sum(lane.end - lane.start for lane in lanes),
        contents=_digest(lanes),
        lanes=tuple(lanes),
        agreements=tuple(agreements),
        statements=tuple(statements),
    )
    return encode(bundle)


def read(raw: bytes) -> Bundle:
    """Return the part in ``raw``; its batches and replies are still to be judged.

    Raises:
        TooLarge: over 64 MiB.
        Malformed: not a bundle in canonical form, cut short, damaged, or at odds with its own counts.
    """
    try:
        bundle = decode_exactly_as(Bundle, raw, max_bytes=PART_BYTES_MAX)
    except Malformed as error:
        raise Malformed(f"the file is no bundle, or was cut short on its way: {error.message}") from error
    if bundle.contents != _digest(bundle.lanes):
        raise Malformed("the bundle was damaged on its way: its contents do not match its digest")
    lanes = {lane.lane for lane in bundle.lanes}
    counted = sum(lane.end - lane.start for lane in bundle.lanes)
    even = all(len(lane.starts) == bundle.part and _rises(lane) for lane in bundle.lanes)
    if counted != bundle.entries or len(lanes) != len(bundle.lanes) or not even:
        raise Malformed("the bundle's counts contradict each other")
    return bundle


class Addressed(Protocol):
    """A bundle or a paper: something from one post for another."""

    @property
    def author(self) -> str:
        """Return the post that wrote it."""
        ...

    @property
    def reader(self) -> str:
        """Return the post that it is for."""
        ...


def check_addressed(document: Addressed, *, author: str, reader: str) -> None:
    """Raise unless ``document`` is from ``author`` for ``reader``; what it says there is a claim and saves work only.

    Raises:
        EnvelopeRejected: it is from or for another post; nothing was read of it.
    """
    found = (document.author, document.reader)
    if found == (reader, author):
        raise EnvelopeRejected(f"this was written here; bring it to {author}", author=reader)
    if found != (author, reader):
        raise EnvelopeRejected(
            f"this is from {found[0]} for {found[1]}, not from {author} for {reader}", author=found[0], reader=found[1]
        )


def needed_before(lane: BundleLane, held: int) -> int | None:
    """Return the number of the part to import before this one when ``held`` entries of the log are held.

    None when nothing is missing; 0 when what is missing is in no part of this bundle.
    """
    if held >= lane.start:
        return None
    return sum(1 for start in lane.starts if start <= held)


def _digest(lanes: Sequence[BundleLane]) -> str:
    return sha256(encode(lanes)).hexdigest()


def _rises(lane: BundleLane) -> bool:
    places = [*lane.starts, lane.end, lane.size]
    return places == sorted(places)
