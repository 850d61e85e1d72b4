"""A ledger in memory: for tests and for replaying a day without a disk.

It keeps every promise of :class:`gatepair.node.ports.Ledger` but durability.  What is committed is
never altered in place: a unit works on copies of the tables it touches and the commit exchanges
one reference, so a reader keeps the view it opened with and nobody waits for it.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from gatepair.adapters.ledger_rules import (
    Ended,
    answered_before,
    check_expected,
    check_follows,
    claim_taken,
    no_log_entry,
)
from gatepair.base.entries import GENESIS, Draft, Entry, sealed, verified
from gatepair.base.errors import StorageUnavailable
from gatepair.node.ports import Head, LogEntry, Remembered, Row, Stamp


@dataclass(slots=True)
class _Kept:
    """What is committed at one moment; its tables are replaced, never changed."""

    head: Head = field(default_factory=lambda: Head(0, GENESIS))
    remembered: dict[str, Remembered] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    models: dict[str, dict[str, Row]] = field(default_factory=dict)
    states: dict[str, bytes] = field(default_factory=dict)
    names: list[str] | None = None
    """Of the states, in order; None since one came or went, until they are asked for."""
    own: dict[str, list[LogEntry]] = field(default_factory=dict)
    mirror: dict[str, list[LogEntry]] = field(default_factory=dict)
    receipts: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """The largest of each lane."""
    receipted: dict[str, tuple[tuple[int, bytes], ...]] = field(default_factory=dict)
    """All of each lane, by size."""
    checkpoints: dict[str, bytes] = field(default_factory=dict)


class _Facts:
    """The entries of all time, by position and by stream; grows only, so a view is a position."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.streams: dict[str, list[Entry]] = {}

    def extend(self, staged: Sequence[Entry]) -> None:
        self.entries.extend(staged)
        for entry in staged:
            self.streams.setdefault(entry.stream, []).append(entry)


class MemoryReader:
    """A consistent view of a :class:`MemoryLedger`."""

    def __init__(self, facts: _Facts, kept: _Kept) -> None:
        """Look at ``kept`` and at the ``facts`` up to its head."""
        self._facts = facts
        self._kept = kept
        self._committed = kept.head.position
        self._staged: list[Entry] = []

    def end(self) -> None:
        """Let go of the view; what is asked afterwards is a programming error."""
        ended: Any = Ended()
        self._facts = self._kept = ended

    def head(self) -> Head:
        """Return where the ledger ends."""
        return self._kept.head

    def entries(self, *, after: int, limit: int) -> list[Entry]:
        """Return up to ``limit`` entries with a position above ``after``, in order."""
        start = max(after, 0)
        found = self._facts.entries[start : min(start + limit, self._committed)]
        if self._staged and len(found) < limit:
            begin = max(start - self._committed, 0)
            found += self._staged[begin : begin + limit - len(found)]
        return found

    def stream(self, stream: str) -> list[Entry]:
        """Return all entries of ``stream`` in order of version."""
        found = self._facts.streams.get(stream, [])
        end = bisect_right(found, self._committed, key=lambda entry: entry.position)
        return found[:end] + [entry for entry in self._staged if entry.stream == stream]

    def version(self, stream: str) -> int:
        """Return the version ``stream`` stands at, 0 when it has no entries."""
        for entry in reversed(self._staged):
            if entry.stream == stream:
                return entry.version
        found = self._facts.streams.get(stream, [])
        return bisect_right(found, self._committed, key=lambda entry: entry.position)

    def remembered(self, command_id: str) -> Remembered | None:
        """Return the answer given to ``command_id``, if any."""
        return self._kept.remembered.get(command_id)

    def holder(self, claim: str) -> str | None:
        """Return the crossing that holds ``claim``."""
        return self._kept.claims.get(claim)

    def row(self, model: str, key: str) -> Row | None:
        """Return one row of a read model."""
        return self._kept.models.get(model, {}).get(key)

    def rows(self, model: str, *, after: tuple[int, str] | None = None, limit: int = 1000) -> list[Row]:
        """Return rows of ``model`` by (sort, key), beginning after the pair ``after``."""
        ordered = sorted(self._kept.models.get(model, {}).values(), key=lambda row: (row.sort, row.key))
        start = 0 if after is None else bisect_right(ordered, after, key=lambda row: (row.sort, row.key))
        return ordered[start : start + limit]

    def state(self, name: str) -> bytes | None:
        """Return a named state."""
        return self._kept.states.get(name)

    def states(self, prefix: str) -> list[tuple[str, bytes]]:
        """Return all named states whose name begins with ``prefix``, by name."""
        kept = self._kept
        if kept.names is None:
            kept.names = sorted(kept.states)
        names = kept.names
        start = end = bisect_left(names, prefix)
        while end < len(names) and names[end].startswith(prefix):
            end += 1
        return [(name, kept.states[name]) for name in names[start:end]]

    def states_named(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return those of the named states ``names`` that there are."""
        return {name: self._kept.states[name] for name in names if name in self._kept.states}

    def own_size(self, lane: str) -> int:
        """Return how many entries our outgoing log ``lane`` has."""
        return len(self._kept.own.get(lane, ()))

    def own_entries(self, lane: str, *, start: int, limit: int) -> list[LogEntry]:
        """Return entries of our outgoing log from index ``start``."""
        return self._kept.own.get(lane, [])[start : start + limit]

    def receipt(self, lane: str) -> tuple[int, bytes] | None:
        """Return the largest (size, cosigned note) the partner gave for ``lane``."""
        return self._kept.receipts.get(lane)

    def receipt_over(self, lane: str, index: int) -> tuple[int, bytes] | None:
        """Return the smallest (size, cosigned note) over entry ``index`` of ``lane``."""
        return next((each for each in self._kept.receipted.get(lane, ()) if each[0] > index), None)

    def mirror_size(self, lane: str) -> int:
        """Return how many entries of the partner's log ``lane`` are held."""
        return len(self._kept.mirror.get(lane, ()))

    def mirror_entries(self, lane: str, *, start: int, limit: int) -> list[LogEntry]:
        """Return entries of the partner's log from index ``start``."""
        return self._kept.mirror.get(lane, [])[start : start + limit]

    def mirror_checkpoint(self, lane: str) -> bytes | None:
        """Return the partner's latest signed checkpoint for ``lane``."""
        return self._kept.checkpoints.get(lane)


class MemoryUnit(MemoryReader):
    """One transaction on a :class:`MemoryLedger`."""

    def __init__(self, facts: _Facts, kept: _Kept) -> None:
        """Begin from ``kept``, which is not touched."""
        super().__init__(facts, replace(kept))
        self._copied: set[str] = set()

    def settle(self) -> _Kept:
        """Make the staged entries facts and return the tables to keep."""
        self._facts.extend(self._staged)
        return self._kept

    def append(self, drafts: Sequence[Draft], *, expected: Mapping[str, int], stamp: Stamp) -> list[Entry]:
        """Record ``drafts`` in order and return the entries; see :meth:`gatepair.node.ports.Unit.append`."""
        versions = {stream: self.version(stream) for stream in expected}
        check_expected(drafts, expected=expected, actual=versions)
        head = self._kept.head
        entries = sealed(
            drafts,
            after=head.position,
            previous=head.leaf,
            versions=versions,
            at_ms=stamp.at_ms,
            actor=stamp.actor,
            command_id=stamp.command_id,
        )
        if entries:
            self._staged += entries
            self._kept.head = Head(entries[-1].position, entries[-1].leaf)
        return entries

    def remember(self, command_id: str, remembered: Remembered) -> None:
        """Keep the answer to a command for ever."""
        if command_id in self._kept.remembered:
            raise answered_before(command_id)
        if "remembered" not in self._copied:
            self._copied.add("remembered")
            self._kept.remembered = dict(self._kept.remembered)
        self._kept.remembered[command_id] = remembered

    def claim(self, claim: str, holder: str) -> None:
        """Give ``claim`` to ``holder``; again by the same holder is no change."""
        present = self._kept.claims.get(claim)
        if present is not None and present != holder:
            raise claim_taken(claim, present)
        self._claims()[claim] = holder

    def unclaim(self, claim: str, holder: str) -> None:
        """Free ``claim`` if ``holder`` has it."""
        if self._kept.claims.get(claim) == holder:
            del self._claims()[claim]

    def put_row(self, model: str, row: Row) -> None:
        """Insert or replace a read-model row."""
        self._model(model)[row.key] = row

    def drop_row(self, model: str, key: str) -> None:
        """Delete a read-model row if it is there."""
        self._model(model).pop(key, None)

    def clear_model(self, model: str) -> None:
        """Delete every row of ``model``."""
        self._model(model).clear()

    def put_state(self, name: str, value: bytes | None) -> None:
        """Keep, or with None forget, a named state."""
        if "states" not in self._copied:
            self._copied.add("states")
            self._kept.states = dict(self._kept.states)
        if (value is not None) is not (name in self._kept.states):
            self._kept.names = None
        if value is None:
            self._kept.states.pop(name, None)
        else:
            self._kept.states[name] = value

    def put_states(self, values: Mapping[str, bytes]) -> None:
        """Keep several named states."""
        for name, value in values.items():
            self.put_state(name, value)

    def own_append(self, lane: str, header: bytes, body: bytes | None, leaf: bytes) -> int:
        """Append to our outgoing log and return the index given."""
        log = self._log(lane, mirrored=False)
        log.append(LogEntry(len(log), header, body, leaf))
        return len(log) - 1

    def put_receipt(self, lane: str, size: int, note: bytes) -> None:
        """Keep the partner's cosigned checkpoint for our log at ``size``."""
        known = self._kept.receipted.get(lane, ())
        if all(each[0] != size for each in known):
            self._kept.receipted = self._kept.receipted | {lane: tuple(sorted((*known, (size, note))))}
        present = self._kept.receipts.get(lane)
        if present is None or present[0] < size:
            self._kept.receipts = self._kept.receipts | {lane: (size, note)}

    def mirror_append(self, lane: str, entries: Sequence[LogEntry], checkpoint: bytes) -> None:
        """Append the partner's entries, whose indexes follow the mirror's end, and their checkpoint."""
        check_follows(lane, entries, size=self.mirror_size(lane))
        self._log(lane, mirrored=True).extend(entries)
        self._kept.checkpoints = self._kept.checkpoints | {lane: checkpoint}

    def erase_body(self, lane: str, index: int, *, mirrored: bool) -> None:
        """Forget the body of a log entry; header and leaf stay."""
        log = self._log(lane, mirrored=mirrored)
        if not 0 <= index < len(log):
            raise no_log_entry(lane, index)
        log[index] = replace(log[index], body=None)

    def _claims(self) -> dict[str, str]:
        if "claims" not in self._copied:
            self._copied.add("claims")
            self._kept.claims = dict(self._kept.claims)
        return self._kept.claims

    def _model(self, model: str) -> dict[str, Row]:
        mark = f"model {model}"
        if mark not in self._copied:
            self._copied.add(mark)
            self._kept.models = self._kept.models | {model: dict(self._kept.models.get(model, {}))}
        return self._kept.models[model]

    def _log(self, lane: str, *, mirrored: bool) -> list[LogEntry]:
        mark = f"{'mirror' if mirrored else 'own'} {lane}"
        logs = self._kept.mirror if mirrored else self._kept.own
        if mark not in self._copied:
            self._copied.add(mark)
            logs = logs | {lane: list(logs.get(lane, ()))}
            if mirrored:
                self._kept.mirror = logs
            else:
                self._kept.own = logs
        return logs[lane]


class MemoryLedger:
    """A :class:`gatepair.node.ports.Ledger` that is gone with its process."""

    def __init__(self) -> None:
        """Begin empty."""
        self._facts = _Facts()
        self._kept = _Kept()
        self._writing = threading.Lock()
        self._closed = False

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """Open the one writing transaction; another thread waits for it."""
        self._check_open()
        with self._writing:
            unit = MemoryUnit(self._facts, self._kept)
            try:
                yield unit
                self._kept = unit.settle()
            finally:
                unit.end()

    @contextmanager
    def read(self) -> Iterator[MemoryReader]:
        """Open a consistent view; does not wait for the writer."""
        self._check_open()
        view = MemoryReader(self._facts, self._kept)
        try:
            yield view
        finally:
            view.end()

    def verify(self) -> Iterator[Entry]:
        """Yield all entries, each checked against the chain."""
        yield from verified(self._facts.entries[: self._kept.head.position])

    def scrub(self) -> None:
        """Do nothing: what was erased from memory is gone."""

    def close(self) -> None:
        """Refuse further use; nothing to release."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StorageUnavailable("the ledger is closed; open it again")
