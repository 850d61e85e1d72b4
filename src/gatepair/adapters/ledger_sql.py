"""The reader and the unit that both SQL engines share; an engine adds how a named block is run.

The blocks have the same names and the same order of parameters in every engine's ``queries.sql``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from gatepair.adapters.ledger_rules import answered_before, check_expected, check_follows, claim_taken, no_log_entry
from gatepair.base.canonical import encode
from gatepair.base.entries import GENESIS, Draft, Entry, sealed
from gatepair.node.ports import Head, LogEntry, Remembered, Row, Stamp

Values = Sequence[Any]

_LAST_CHARACTER: Final = "\U0010ffff"
PAGE: Final = 1_000
"""Entries fetched at a time while verifying."""


class _Queries(ABC):
    """What a view and a unit ask alike, through one connection inside one transaction."""

    @abstractmethod
    def _all(self, block: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a block that selects and return its rows."""

    def _one(self, block: str, *values: Any) -> tuple[Any, ...] | None:
        rows = self._all(block, *values)
        return rows[0] if rows else None

    def remembered(self, command_id: str) -> Remembered | None:
        """Return the answer given to ``command_id``, if any."""
        row = self._one("remembered", command_id)
        return None if row is None else Remembered(*row)

    def holder(self, claim: str) -> str | None:
        """Return the crossing that holds ``claim``."""
        row = self._one("holder", claim)
        return None if row is None else row[0]

    def row(self, model: str, key: str) -> Row | None:
        """Return one row of a read model."""
        row = self._one("row", model, key)
        return None if row is None else Row(*row)

    def rows(self, model: str, *, after: tuple[int, str] | None = None, limit: int = 1000) -> list[Row]:
        """Return rows of ``model`` by (sort, key), beginning after the pair ``after``."""
        if after is None:
            return [Row(*row) for row in self._all("rows_first", model, limit)]
        return [Row(*row) for row in self._all("rows_after", model, *after, limit)]

    def state(self, name: str) -> bytes | None:
        """Return a named state."""
        row = self._one("state", name)
        return None if row is None else row[0]

    def states(self, prefix: str) -> list[tuple[str, bytes]]:
        """Return all named states whose name begins with ``prefix``, by name."""
        return [(name, value) for name, value in self._all("states", prefix, prefix + _LAST_CHARACTER)]

    def states_named(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return those of the named states ``names`` that there are."""
        return dict(self._all("states_named", encode(list(names)).decode()))

    def own_size(self, lane: str) -> int:
        """Return how many entries our outgoing log ``lane`` has."""
        return self._number("own_size", lane)

    def own_entries(self, lane: str, *, start: int, limit: int) -> list[LogEntry]:
        """Return entries of our outgoing log from index ``start``."""
        return [LogEntry(*row) for row in self._all("own_entries", lane, start, limit)]

    def receipt(self, lane: str) -> tuple[int, bytes] | None:
        """Return the largest (size, cosigned note) the partner gave for ``lane``."""
        row = self._one("receipt", lane)
        return None if row is None else (row[0], row[1])

    def receipt_over(self, lane: str, index: int) -> tuple[int, bytes] | None:
        """Return the smallest (size, cosigned note) over entry ``index`` of ``lane``."""
        row = self._one("receipt_over", lane, index)
        return None if row is None else (row[0], row[1])

    def mirror_size(self, lane: str) -> int:
        """Return how many entries of the partner's log ``lane`` are held."""
        return self._number("mirror_size", lane)

    def mirror_entries(self, lane: str, *, start: int, limit: int) -> list[LogEntry]:
        """Return entries of the partner's log from index ``start``."""
        return [LogEntry(*row) for row in self._all("mirror_entries", lane, start, limit)]

    def mirror_checkpoint(self, lane: str) -> bytes | None:
        """Return the partner's latest signed checkpoint for ``lane``."""
        row = self._one("mirror_checkpoint", lane)
        return None if row is None else row[0]

    def _entries(self, block: str, *values: Any) -> list[Entry]:
        return [Entry._make(row) for row in self._all(block, *values)]

    def _number(self, block: str, *values: Any) -> int:
        row = self._one(block, *values)
        return 0 if row is None or row[0] is None else int(row[0])


class SqlReader(_Queries):
    """A view of what is committed."""

    def head(self) -> Head:
        """Return where the ledger ends."""
        row = self._one("head")
        return Head(0, GENESIS) if row is None else Head(*row)

    def entries(self, *, after: int, limit: int) -> list[Entry]:
        """Return up to ``limit`` entries with a position above ``after``, in order."""
        return self._entries("entries", after, limit)

    def stream(self, stream: str) -> list[Entry]:
        """Return all entries of ``stream`` in order of version."""
        return self._entries("stream", stream)

    def version(self, stream: str) -> int:
        """Return the version ``stream`` stands at, 0 when it has no entries."""
        return self._number("version", stream)


def following(view: SqlReader, *, after: int) -> Iterator[Entry]:
    """Yield all entries of ``view`` above position ``after``, page by page."""
    while page := view.entries(after=after, limit=PAGE):
        yield from page
        after = page[-1].position


class SqlUnit(_Queries):
    """One writing transaction; entries are sent in one go, before the first read that could see them."""

    def __init__(self, head: Head, versions: Mapping[str, int]) -> None:
        """Begin at ``head``; ``versions`` are stream versions known to be true, and is not changed."""
        self._head = head
        self._known = versions
        self._versions: dict[str, int] = {}
        self._staged: list[Entry] = []

    @abstractmethod
    def _do(self, block: str, *values: Any) -> int:
        """Run a block that changes rows and return how many it changed."""

    @abstractmethod
    def _put(self, block: str, *values: Any) -> None:
        """Run a block that changes rows, at the latest before the next read; what it changed is not asked."""

    @abstractmethod
    def _many(self, block: str, rows: Iterable[Values]) -> None:
        """Run a block once for each of ``rows``."""

    @abstractmethod
    def _keep(self, entries: Sequence[Entry]) -> None:
        """Write entries."""

    def settle(self) -> tuple[Head, Mapping[str, int]]:
        """Send what is staged and return the new head and the versions of the streams touched."""
        if self._staged:
            staged, self._staged = self._staged, []
            self._keep(staged)
        return self._head, self._versions

    def head(self) -> Head:
        """Return where the ledger ends."""
        return self._head

    def entries(self, *, after: int, limit: int) -> list[Entry]:
        """Return up to ``limit`` entries with a position above ``after``, in order."""
        self.settle()
        return self._entries("entries", after, limit)

    def stream(self, stream: str) -> list[Entry]:
        """Return all entries of ``stream`` in order of version."""
        self.settle()
        return self._entries("stream", stream)

    def version(self, stream: str) -> int:
        """Return the version ``stream`` stands at, 0 when it has no entries."""
        version = self._versions.get(stream)
        if version is None:
            version = self._known.get(stream)
            if version is None:
                version = self._number("version", stream)
            self._versions[stream] = version
        return version

    def append(self, drafts: Sequence[Draft], *, expected: Mapping[str, int], stamp: Stamp) -> list[Entry]:
        """Record ``drafts`` in order and return the entries; see :meth:`gatepair.node.ports.Unit.append`."""
        for stream in expected:
            self.version(stream)
        check_expected(drafts, expected=expected, actual=self._versions)
        entries = sealed(
            drafts,
            after=self._head.position,
            previous=self._head.leaf,
            versions=self._versions,
            at_ms=stamp.at_ms,
            actor=stamp.actor,
            command_id=stamp.command_id,
        )
        if entries:
            self._staged += entries
            self._head = Head(entries[-1].position, entries[-1].leaf)
        return entries

    def remember(self, command_id: str, remembered: Remembered) -> None:
        """Keep the answer to a command for ever."""
        if not self._do("remember", command_id, remembered.digest, remembered.answer):
            raise answered_before(command_id)

    def claim(self, claim: str, holder: str) -> None:
        """Give ``claim`` to ``holder``; again by the same holder is no change."""
        if not self._do("claim", claim, holder):
            present = self.holder(claim)
            if present != holder:
                raise claim_taken(claim, str(present))

    def unclaim(self, claim: str, holder: str) -> None:
        """Free ``claim`` if ``holder`` has it."""
        self._put("unclaim", claim, holder)

    def put_row(self, model: str, row: Row) -> None:
        """Insert or replace a read-model row."""
        self._put("put_row", model, row.key, row.sort, row.document)

    def drop_row(self, model: str, key: str) -> None:
        """Delete a read-model row if it is there."""
        self._put("drop_row", model, key)

    def clear_model(self, model: str) -> None:
        """Delete every row of ``model``."""
        self._put("clear_model", model)

    def put_state(self, name: str, value: bytes | None) -> None:
        """Keep, or with None forget, a named state."""
        if value is None:
            self._put("drop_state", name)
        else:
            self._put("put_state", name, value)

    def put_states(self, values: Mapping[str, bytes]) -> None:
        """Keep several named states."""
        self._many("put_states", list(values.items()))

    def own_append(self, lane: str, header: bytes, body: bytes | None, leaf: bytes) -> int:
        """Append to our outgoing log and return the index given."""
        index = self.own_size(lane)
        self._put("own_append", lane, index, header, body, leaf)
        return index

    def put_receipt(self, lane: str, size: int, note: bytes) -> None:
        """Keep the partner's cosigned checkpoint for our log at ``size``; the first for a size stays."""
        self._put("put_receipt", lane, size, note)

    def mirror_append(self, lane: str, entries: Sequence[LogEntry], checkpoint: bytes) -> None:
        """Append the partner's entries, whose indexes follow the mirror's end, and their checkpoint."""
        check_follows(lane, entries, size=self.mirror_size(lane))
        self._many("mirror_append", [(lane, one.index, one.header, one.body, one.leaf) for one in entries])
        self._put("put_checkpoint", lane, checkpoint)

    def erase_body(self, lane: str, index: int, *, mirrored: bool) -> None:
        """Forget the body of a log entry; header and leaf stay."""
        if not self._do("mirror_erase" if mirrored else "own_erase", lane, index):
            raise no_log_entry(lane, index)
