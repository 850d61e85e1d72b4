"""The SQLite engine: write-ahead log, every commit flushed, one writer, readers that never wait."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from gatepair.adapters.ledger_rules import Ended
from gatepair.adapters.ledger_sql import SqlReader, SqlUnit, Values, following
from gatepair.adapters.sqlite.anchor import Anchor
from gatepair.adapters.sqlite.failures import FAULTS, damaged, translated, unavailable
from gatepair.adapters.sqlite.lock import DirectoryLock
from gatepair.adapters.sqlite.opening import SQL, check_file, check_schema, connect_reader, connect_writer, migrate
from gatepair.base.entries import GENESIS, Entry, verified
from gatepair.base.errors import InvariantBroken, StorageDamaged, StorageUnavailable
from gatepair.node.ports import Head

FILE: Final = "ledger.sqlite"
READERS: Final = 8
"""Idle read-only connections kept open; more are opened when asked for and closed after use."""
KNOWN_STREAMS: Final = 65_536
"""Streams whose version and id are remembered, about 15 MB; beyond it they are looked up again."""
TAIL: Final = 20_000
"""Entries whose chain is checked when a ledger is opened, a fifth of a second's work; ``verify`` checks all."""


class _Runs:
    """How a named block is run on SQLite; the abstract methods of the shared reader and unit."""

    _connection: sqlite3.Connection
    _path: Path

    def end(self) -> None:
        """Let go of the connection; what is asked afterwards is a programming error."""
        ended: Any = Ended()
        self._connection = ended

    def _all(self, block: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(SQL[block], values).fetchall()
        except FAULTS as error:
            raise translated(error, path=self._path) from error

    def _do(self, block: str, *values: Any) -> int:
        try:
            return self._connection.execute(SQL[block], values).rowcount
        except FAULTS as error:
            raise translated(error, path=self._path) from error

    def _put(self, block: str, *values: Any) -> None:
        self._do(block, *values)

    def _many(self, block: str, rows: Iterable[Values]) -> None:
        try:
            self._connection.executemany(SQL[block], rows)
        except FAULTS as error:
            raise translated(error, path=self._path) from error


class SqliteReader(_Runs, SqlReader):
    """A consistent view through one connection, which is inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, *, path: Path) -> None:
        """Read from ``connection``."""
        self._connection = connection
        self._path = path

    def leaf_at(self, position: int) -> bytes:
        """Return the leaf at ``position``, or nothing when it is not there."""
        row = self._one("leaf_at", position)
        return b"" if row is None else row[0]


class _Known:
    """Versions and row ids of streams seen lately; what a unit learns enters only when it is committed."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.ids: dict[str, int] = {}

    def learn(self, versions: Mapping[str, int], ids: Mapping[str, int]) -> None:
        if len(self.versions) > KNOWN_STREAMS:
            self.versions.clear()
            self.ids.clear()
        self.versions.update(versions)
        self.ids.update(ids)


class _Keeps(_Runs):
    """How entries are written: with the row id of their stream in place of its name."""

    _known_ids: Mapping[str, int]
    ids: dict[str, int]

    def _keep(self, entries: Sequence[Entry]) -> None:
        ids = self.ids
        for entry in entries:
            if entry.stream not in ids:
                ids[entry.stream] = self._known_ids.get(entry.stream) or self._stream_id(entry)
        self._many("append_entry", [(entry[0], ids[entry[1]], *entry[2:]) for entry in entries])

    def _stream_id(self, entry: Entry) -> int:
        block = "add_stream" if entry.version == 1 else "stream_id"
        return int(self._all(block, entry.stream)[0][0])


class SqliteUnit(_Keeps, SqlUnit):
    """The one writing transaction, through a connection that is inside it."""

    def __init__(self, connection: sqlite3.Connection, *, path: Path, head: Head, known: _Known) -> None:
        """Write through ``connection`` from ``head`` on; ``known`` is what was true before, and is not changed."""
        super().__init__(head, known.versions)
        self._connection = connection
        self._path = path
        self._known_ids = known.ids
        self.ids: dict[str, int] = {}


class SqliteLedger:
    """A :class:`gatepair.node.ports.Ledger` in ``DIRECTORY/ledger.sqlite``.

    Units may be opened from any thread; they wait for one another.  Views are independent.
    """

    def __init__(self, directory: Path, *, tail: int = TAIL, read_only: bool = False) -> None:
        """Open the ledger in ``directory``, making both when they are not there.

        The file's pages and the chain of the last ``tail`` entries are checked first.  With
        ``read_only`` nothing is made or locked, so it may be opened while a post runs.

        Raises:
            StorageLocked: another process has it open for writing.
            StorageDamaged: the file is damaged, is no ledger, or ends before the place it was closed at.
            StorageFull: there is no room to make it.
            StorageUnavailable: the directory cannot be read or written.
            StartRefused: another version of Gatepair changed the schema.
        """
        self.path = directory / FILE
        self._anchor = Anchor(directory)
        self._writing = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._idle_lock = threading.Lock()
        self._known = _Known()
        self._broken = ""
        self._closed = False
        self._lock: DirectoryLock | None = None
        self._writer: sqlite3.Connection | None = None
        try:
            if read_only:
                beside = connect_reader(self.path)
                self._idle.append(beside)
                check_file(beside, path=self.path)
                check_schema(beside, path=self.path)
            else:
                directory.mkdir(parents=True, exist_ok=True)
                self._lock = DirectoryLock(directory)
                self._writer = connect_writer(self.path)
                check_file(self._writer, path=self.path)
                migrate(self._writer, place=str(self.path))
                check_schema(self._writer, path=self.path)
            self._head = self._checked_head(tail)
        except OSError as error:
            self._release()
            raise unavailable(directory, error.strerror or str(error)) from error
        except FAULTS as error:
            self._release()
            failure = translated(error, path=self.path)
            if isinstance(failure, InvariantBroken):
                # While a ledger is opened a statement fails only on a schema that is not ours.
                failure = damaged(self.path, str(error))
            raise failure from error
        except BaseException:
            self._release()
            raise

    @contextmanager
    def begin(self) -> Iterator[SqliteUnit]:
        """Open the one writing transaction; leaving it normally commits durably, an exception rolls back."""
        with self._writing:
            writer = self._usable()
            try:
                writer.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise translated(error, path=self.path) from error
            unit = SqliteUnit(writer, path=self.path, head=self._head, known=self._known)
            try:
                yield unit
                head, versions = unit.settle()
                ids = unit.ids
                self._commit(writer)
            except BaseException:
                self._roll_back(writer)
                raise
            finally:
                unit.end()
            self._head = head
            self._known.learn(versions, ids)

    @contextmanager
    def read(self) -> Iterator[SqliteReader]:
        """Open a consistent view; does not wait for the writer."""
        connection = self._take_reader()
        view = SqliteReader(connection, path=self.path)
        try:
            connection.execute("BEGIN")
            # SQLite fixes what a transaction sees at its first read, not at BEGIN.
            connection.execute("SELECT 1 FROM entries LIMIT 1").fetchone()
            yield view
        except sqlite3.Error as error:
            raise translated(error, path=self.path) from error
        finally:
            view.end()
            self._give_back(connection)

    def verify(self) -> Iterator[Entry]:
        """Yield all entries, each checked against the chain. Raises StorageDamaged at the first fault."""
        with self.read() as view:
            yield from self._chain(view, after=0, previous=GENESIS)

    def scrub(self) -> None:
        """Fold the write-ahead log into the file, where what was deleted is overwritten, and cut it to nothing.

        A view that is open keeps part of the log alive; the next scrubbing, or closing, takes it away.
        """
        with self._writing:
            writer = self._usable()
            try:
                writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                raise translated(error, path=self.path) from error

    def close(self) -> None:
        """Fold the write-ahead log into the file, note the head beside it and free the lock."""
        with self._writing:
            if self._writer is not None and not self._broken:
                self._anchor.write(self._head)
            self._release()

    def _usable(self) -> sqlite3.Connection:
        if self._broken:
            raise StorageUnavailable(self._broken, path=str(self.path))
        if self._writer is None:
            raise StorageUnavailable(f"the ledger {self.path} is not open for writing", path=str(self.path))
        return self._writer

    def _commit(self, writer: sqlite3.Connection) -> None:
        try:
            writer.execute("COMMIT")
        except sqlite3.Error as error:
            failure = translated(error, path=self.path)
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
                # After a failed flush nobody knows which pages reached the disk, and asking again
                # may lie.  Only opening the file anew reads what is truly there.
                self._broken = f"a flush of {self.path} failed; start the post again"
            raise failure from error

    def _roll_back(self, writer: sqlite3.Connection) -> None:
        if not writer.in_transaction:
            return
        try:
            writer.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._broken = f"a rollback of {self.path} failed ({error}); start the post again"

    def _take_reader(self) -> sqlite3.Connection:
        with self._idle_lock:
            if self._idle:
                return self._idle.pop()
        try:
            return connect_reader(self.path)
        except sqlite3.Error as error:
            raise translated(error, path=self.path) from error

    def _give_back(self, connection: sqlite3.Connection) -> None:
        try:
            connection.rollback()
        except sqlite3.Error:
            connection.close()
            return
        with self._idle_lock:
            if not self._closed and len(self._idle) < READERS:
                self._idle.append(connection)
                return
        connection.close()

    def _checked_head(self, tail: int) -> Head:
        """Return the head after checking the chain over the last ``tail`` entries, and the anchor."""
        with self.read() as view:
            head = view.head()
            after = max(head.position - tail, 0)
            previous = view.leaf_at(after) if after else GENESIS
            for _ in self._chain(view, after=after, previous=previous):
                pass
            self._anchor.check(view.leaf_at, path=self.path, end=head.position)
        return head

    def _chain(self, view: SqliteReader, *, after: int, previous: bytes) -> Iterator[Entry]:
        try:
            yield from verified(following(view, after=after), after=after, previous=previous)
        except StorageDamaged as error:
            if "path" in error.fields:
                raise
            raise damaged(self.path, error.message, **error.fields) from error

    def _release(self) -> None:
        with self._idle_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        if self._writer is not None:
            # The last connection to close folds the write-ahead log into the file.
            self._writer.close()
            self._writer = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None
