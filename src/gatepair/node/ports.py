"""Ports of a post: what its storage must offer.  Engines stand in ``gatepair.adapters``.

Every engine passes ``tests/ports/ledger_cases.py``.  One :class:`Unit` is one transaction: the
entries, the read-model rows, the claims, the remembered commands, the outbox of the exchange and
the mirror of the partner are kept together or not at all, and are durable when the unit ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from gatepair.base.entries import Draft, Entry
from gatepair.base.time import Instant
from gatepair.exchange.calls import Call


@dataclass(frozen=True, slots=True)
class Head:
    """Where a ledger ends: the last position (0 when empty) and its leaf."""

    position: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who recorded a batch of entries, when, and by which command."""

    at_ms: Instant
    actor: str
    command_id: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A command that was answered before: the digest of its content and the answer given."""

    digest: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One read-model row: canonical JSON ``document`` under ``key``, listed in order of ``sort`` then ``key``."""

    key: str
    sort: int
    document: bytes


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of an exchange log; ``body`` is None when withheld, quarantined or erased."""

    index: int
    header: bytes
    body: bytes | None
    leaf: bytes


class Reader(Protocol):
    """A consistent view of everything a ledger keeps."""

    def head(self) -> Head:
        """Return where the ledger ends."""
        ...

    def entries(self, *, after: int, limit: int) -> list[Entry]:
        """Return up to ``limit`` entries with a position above ``after``, in order."""
        ...

    def stream(self, stream: str) -> list[Entry]:
        """Return all entries of ``stream`` in order of version."""
        ...

    def version(self, stream: str) -> int:
        """Return the version ``stream`` stands at, 0 when it has no entries; does not read the entries."""
        ...

    def remembered(self, command_id: str) -> Remembered | None:
        """Return the answer given to ``command_id``, if any."""
        ...

    def holder(self, claim: str) -> str | None:
        """Return the crossing that holds ``claim`` (``tractor:43C-01234``)."""
        ...

    def row(self, model: str, key: str) -> Row | None:
        """Return one row of a read model."""
        ...

    def rows(self, model: str, *, after: tuple[int, str] | None = None, limit: int = 1000) -> list[Row]:
        """Return rows of ``model`` by (sort, key), beginning after the pair ``after``."""
        ...

    def state(self, name: str) -> bytes | None:
        """Return a named state that is not derived from entries (accounts, log ends)."""
        ...

    def states(self, prefix: str) -> list[tuple[str, bytes]]:
        """Return all named states whose name begins with ``prefix``, by name."""
        ...

    def states_named(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return those of the named states ``names`` that there are, in one question."""
        ...

    def own_size(self, lane: str) -> int:
        """Return how many entries our outgoing log ``lane`` has."""
        ...

    def own_entries(self, lane: str, *, start: int, limit: int) -> list[LogEntry]:
        """Return entries of our outgoing log from index ``start``."""
        ...

    def receipt(self, lane: str) -> tuple[int, bytes] | None:
        """Return the largest (size, cosigned note) the partner gave for ``lane``."""
        ...

    def receipt_over(self, lane: str, index: int) -> tuple[int, bytes] | None:
        """Return the smallest (size, cosigned note) over entry ``index`` of ``lane``: the first word that it is held."""
        ...

    def mirror_size(self, lane: str) -> int:
        """Return how many entries of the partner's log ``lane`` are held."""
        ...

    def mirror_entries(self, lane: str, *, start: int, limit: int) -> list[LogEntry]:
        """Return entries of the partner's log from index ``start``."""
        ...

    def mirror_checkpoint(self, lane: str) -> bytes | None:
        """Return the partner's latest signed checkpoint for ``lane``."""
        ...


class Unit(Reader, Protocol):
    """One transaction; reads see its own writes."""

    def append(self, drafts: Sequence[Draft], *, expected: Mapping[str, int], stamp: Stamp) -> list[Entry]:
        """Record ``drafts`` in order and return the entries.

        ``expected`` gives the version each touched stream must have before (0 for a new one);
        a stream named there but not drafted for is checked too.

        Raises:
            StaleVersion: when a stream is elsewhere; nothing of this batch is recorded, and the unit goes on.
            InvariantBroken: when a draft's stream has no expected version; a programming error.
        """
        ...

    def remember(self, command_id: str, remembered: Remembered) -> None:
        """Keep the answer to a command for ever."""
        ...

    def claim(self, claim: str, holder: str) -> None:
        """Give ``claim`` to ``holder``; again by the same holder is no change.

        Raises:
            ClaimTaken: when another holds it.
        """
        ...

    def unclaim(self, claim: str, holder: str) -> None:
        """Free ``claim`` if ``holder`` has it."""
        ...

    def put_row(self, model: str, row: Row) -> None:
        """Insert or replace a read-model row."""
        ...

    def drop_row(self, model: str, key: str) -> None:
        """Delete a read-model row if it is there."""
        ...

    def clear_model(self, model: str) -> None:
        """Delete every row of ``model``: before a rebuild."""
        ...

    def put_state(self, name: str, value: bytes | None) -> None:
        """Keep, or with None forget, a named state."""
        ...

    def put_states(self, values: Mapping[str, bytes]) -> None:
        """Keep several named states, in one go."""
        ...

    def own_append(self, lane: str, header: bytes, body: bytes | None, leaf: bytes) -> int:
        """Append to our outgoing log and return the index given; ``body`` None is one that was erased before."""
        ...

    def put_receipt(self, lane: str, size: int, note: bytes) -> None:
        """Keep the partner's cosigned checkpoint for our log at ``size``."""
        ...

    def mirror_append(self, lane: str, entries: Sequence[LogEntry], checkpoint: bytes) -> None:
        """Append the partner's entries, whose indexes follow the mirror's end, and their checkpoint.

        Raises:
            StaleVersion: when the first index is not the mirror's end, or an index is left out; nothing is kept.
        """
        ...

    def erase_body(self, lane: str, index: int, *, mirrored: bool) -> None:
        """Forget the body of a log entry; header and leaf stay, so every proof still holds.

        Raises:
            NotFound: when the log has no such entry; an entry erased before is no change.
        """
        ...


class Ledger(Protocol):
    """A post's storage."""

    def begin(self) -> AbstractContextManager[Unit]:
        """Open the one writing transaction; leaving it normally commits durably, an exception rolls back.

        Raises:
            StorageFull: there is no space; nothing was kept.
            StorageLocked: another process holds it.
            StorageDamaged: the engine reports damage.
            StorageUnavailable: the engine cannot be reached.
        """
        ...

    def read(self) -> AbstractContextManager[Reader]:
        """Open a consistent view; does not wait for the writer."""
        ...

    def verify(self) -> Iterator[Entry]:
        """Yield all entries, each checked against the chain. Raises StorageDamaged at the first fault."""
        ...

    def scrub(self) -> None:
        """Make what was erased unreadable in the engine's files, as far as it can while others read and write."""
        ...

    def close(self) -> None:
        """Release files, connections and locks."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the life of a log: its epoch, its size there, and the root; an empty root is not known."""

    epoch: int
    size: int
    root: bytes

    @property
    def position(self) -> tuple[int, int]:
        """Return epoch and size: later epochs come after earlier ones, whatever their sizes."""
        return self.epoch, self.size


class Marks(Protocol):
    """How far was signed, kept on another medium than the ledger: a ledger that ends before was restored.

    Names are ``signed/<lane>`` (our log), ``closed/<lane>`` and ``held/<lane>`` (the partner's log), and
    ``ledger`` (what was signed of our own ledger, with the leaf at its end for a root).  Threads may raise them
    side by side.
    """

    @property
    def lost(self) -> bool:
        """Tell whether what was kept could not be had when they were opened; a new post has marks, but none is set."""
        ...

    def get(self, name: str) -> Mark | None:
        """Return the mark under ``name``."""
        ...

    def raise_to(self, marks: Mapping[str, Mark]) -> None:
        """Keep those of ``marks`` that lie beyond what is kept; durable on return, at no cost when none does.

        Raises:
            StorageUnavailable: they could not be written; nothing may be signed.
        """
        ...


class Attachments(Protocol):
    """Where attachments lie, each under its SHA-256 in hex; what is there is whole and durable."""

    def get(self, digest: str) -> bytes | None:
        """Return the content, None when it is not here. Raises Malformed, StorageError."""
        ...

    def put(self, digest: str, content: bytes) -> None:
        """Keep ``content``; again is no change. Raises Malformed, TooLarge, EnvelopeRejected, StorageError."""
        ...


class PeerTransport(Protocol):
    """The line to the partner: brings bytes over and the answer back, and judges neither."""

    async def send(self, lane: str, call: Call, raw: bytes) -> bytes:
        """Bring ``raw`` (a batch, or an ask) of ``lane`` to the partner and return its answer; safe to repeat.

        Raises:
            PartnerUnreachable: no answer came; what was sent may or may not have arrived.
        """
        ...

    async def fetch(self, lane: str, ask: bytes) -> tuple[Call, bytes] | None:
        """Return what the partner would send us in ``lane``, None when nothing waits there; safe to repeat.

        Raises:
            PartnerUnreachable: no answer came.
        """
        ...

    async def state(self, proof: str) -> bytes:
        """Return the partner's state of the exchange; ``proof`` is the header that says who asks.

        Raises:
            PartnerUnreachable: no answer came.
        """
        ...

    async def probe(self, proof: str) -> bytes:
        """Return the partner's answer to the clock probe in the header ``proof``.

        Raises:
            PartnerUnreachable: no answer came, or the partner runs on a drill's clock.
        """
        ...

    async def attachment(self, digest: str, proof: str) -> bytes:
        """Return what the partner gives for ``digest``, not yet verified; ``proof`` is the header that says who asks.

        Raises:
            PartnerUnreachable: no answer came, or the partner has none for us.
        """
        ...

    async def disclose(self, raw: bytes, proof: str) -> bytes:
        """Bring the disclosure ``raw`` over and return the answer; ``proof`` is the header that says who gives it.

        Raises:
            PartnerUnreachable: no answer came; giving the same bytes again is safe.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


class MessageSender(Protocol):
    """Sends a text message to a telephone."""

    async def send(self, text: str, to: str) -> None:
        """Hand ``text`` over for the number ``to``; neither is kept or logged in clear.

        Raises:
            MessageUnsent: it was not taken.
        """
        ...
