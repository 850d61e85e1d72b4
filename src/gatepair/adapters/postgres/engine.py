"""The PostgreSQL engine: one schema a post, and one advisory lock so that position order is commit order."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import TupleRow

from gatepair.adapters.ledger_rules import Ended
from gatepair.adapters.ledger_sql import SqlReader, SqlUnit, Values, following
from gatepair.adapters.postgres.failures import translated, unavailable
from gatepair.adapters.sql import blocks, due, migrations
from gatepair.base.entries import GENESIS, Entry, verified
from gatepair.base.errors import SettingInvalid, StorageUnavailable
from gatepair.node.ports import Head

PACKAGE: Final = "gatepair.adapters.postgres"
READERS: Final = 8
"""Idle view connections kept open; more are opened when asked for and closed after use."""
KNOWN_STREAMS: Final = 65_536
"""Streams whose version is remembered, about 8 MB; beyond it they are looked up again."""
TURN_MS: Final = 10_000
"""How long a worker waits for its turn to write before it answers that the ledger is locked."""
CONNECT_S: Final = 5

# The statements are this package's own files; nothing a caller sends becomes part of one.
SQL: Final = blocks(PACKAGE)
_SCHEMA: Final = re.compile(r"^[a-z][a-z0-9_]{0,47}$")

Connection = psycopg.Connection[TupleRow]


class _Runs:
    """How a named block is run on PostgreSQL; the abstract methods of the shared reader and unit."""

    _cursor: psycopg.Cursor[TupleRow]
    _place: str
    _late: list[tuple[LiteralString, Values]]

    def end(self) -> None:
        """Let go of the connection; what is asked afterwards is a programming error."""
        ended: Any = Ended()
        self._cursor = self._late = ended

    def flush(self) -> None:
        """Send what waits in one journey."""
        if not self._late:
            return
        late, self._late = self._late, []
        try:
            if len(late) == 1:
                self._cursor.execute(*late[0])
                return
            with self._cursor.connection.pipeline():
                for statement, values in late:
                    self._cursor.execute(statement, values)
        except psycopg.Error as error:
            raise translated(error, place=self._place) from error

    def _all(self, block: str, *values: Any) -> list[tuple[Any, ...]]:
        self.flush()
        try:
            return self._cursor.execute(SQL[block], values).fetchall()
        except psycopg.Error as error:
            raise translated(error, place=self._place) from error

    def _do(self, block: str, *values: Any) -> int:
        self.flush()
        try:
            return self._cursor.execute(SQL[block], values).rowcount
        except psycopg.Error as error:
            raise translated(error, place=self._place) from error

    def _put(self, block: str, *values: Any) -> None:
        self._late.append((SQL[block], values))

    def _many(self, block: str, rows: Iterable[Values]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._late.append((SQL[block], columns))

    def _keep(self, entries: Sequence[Entry]) -> None:
        self._many("append_entry", entries)


class PostgresReader(_Runs, SqlReader):
    """A consistent view through one connection, which is inside a transaction."""

    def __init__(self, connection: Connection, *, place: str) -> None:
        """Read from ``connection``."""
        self._cursor = connection.cursor(binary=True)
        self._place = place
        self._late = []


class PostgresUnit(_Runs, SqlUnit):
    """The one writing transaction, through a connection that is inside it and has the turn."""

    def __init__(self, connection: Connection, *, place: str, head: Head, versions: Mapping[str, int]) -> None:
        """Write through ``connection`` from ``head`` on; ``versions`` are known to be true there."""
        super().__init__(head, versions)
        self._cursor = connection.cursor(binary=True)
        self._place = place
        self._late = []

    def commit(self) -> None:
        """Send what waits and the commit in one journey."""
        self._late.append(("COMMIT", ()))
        self.flush()


class PostgresLedger:
    """A :class:`gatepair.node.ports.Ledger` in the schema ``schema`` of a database.

    Several processes may hold it open for writing: a transaction-wide advisory lock gives them
    turns, and it is released only after the commit is visible, so no reader ever sees a position
    appear below one that it has seen.
    """

    def __init__(self, dsn: str, *, schema: str) -> None:
        """Connect to ``dsn`` and bring ``schema`` to the newest migration.

        Raises:
            SettingInvalid: ``schema`` is not a plain lower-case name.
            StorageUnavailable: the server cannot be reached.
            StartRefused: another version of Gatepair changed the schema.
        """
        if not _SCHEMA.match(schema):
            raise SettingInvalid(f"a schema is named by a-z, 0-9 and _, not {schema}", schema=schema)
        self._dsn = dsn
        self._schema = schema
        self._place = f"schema {schema}"
        self._turn = int.from_bytes(hashlib.sha256(f"gatepair ledger {schema}".encode()).digest()[:7], "big")
        self._writing = threading.Lock()
        self._idle: list[Connection] = []
        self._idle_lock = threading.Lock()
        self._closed = False
        self._head: Head | None = None
        self._versions: dict[str, int] = {}
        self._writer: Connection | None = None
        self._migrate()

    @contextmanager
    def begin(self) -> Iterator[PostgresUnit]:
        """Open the one writing transaction; leaving it normally commits durably, an exception rolls back."""
        with self._writing:
            writer = self._ready_writer()
            unit: PostgresUnit | None = None
            try:
                head = self._take_turn(writer)
                if head != self._head:
                    # Another worker wrote since: nothing that was known here is still sure.
                    self._versions = {}
                unit = PostgresUnit(writer, place=self._place, head=head, versions=self._versions)
                yield unit
                self._head, versions = unit.settle()
                unit.commit()
                self._learn(versions)
            except BaseException:
                self._head = None
                with suppress(psycopg.Error):
                    writer.execute("ROLLBACK")
                raise
            finally:
                if unit is not None:
                    unit.end()

    @contextmanager
    def read(self) -> Iterator[PostgresReader]:
        """Open a consistent view; does not wait for the writer."""
        connection = self._take_reader()
        view = PostgresReader(connection, place=self._place)
        try:
            # The view is of the moment of its first statement, so there is one at once.
            self._run(connection, SQL["begin_view"], "SELECT 1")
            yield view
        finally:
            view.end()
            self._give_back(connection)

    def verify(self) -> Iterator[Entry]:
        """Yield all entries, each checked against the chain. Raises StorageDamaged at the first fault."""
        with self.read() as view:
            yield from verified(following(view, after=0))

    def scrub(self) -> None:
        """Free the room of what was erased, so that it is written over.

        Until then the engine's files may still hold it; only rewriting the tables (``VACUUM FULL``), which stops
        the post meanwhile, takes it out at once.
        """
        with self._writing:
            self._run(self._ready_writer(), "VACUUM own_log", "VACUUM mirror_log")

    def close(self) -> None:
        """Close every connection."""
        with self._writing, self._idle_lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=CONNECT_S)
        except psycopg.Error as error:
            raise unavailable(self._place, str(error).strip().splitlines()[0]) from error
        try:
            connection.execute(SQL["search_here"], (self._schema,))
            connection.execute(SQL["bound_wait"], (str(TURN_MS),))
            # A server that answers before the flush would acknowledge what a power cut takes back.
            if connection.execute(SQL["flushes"]).fetchone() == ("off",):
                connection.execute(SQL["flush_always"])
        except psycopg.Error as error:
            connection.close()
            raise translated(error, place=self._place) from error
        return connection

    def _ready_writer(self) -> Connection:
        if self._closed:
            raise StorageUnavailable(f"{self._place} is closed; open it again", place=self._place)
        if self._writer is None or self._writer.closed:
            self._writer = self._connect()
        return self._writer

    def _learn(self, versions: Mapping[str, int]) -> None:
        if len(self._versions) > KNOWN_STREAMS:
            self._versions.clear()
        self._versions.update(versions)

    def _take_turn(self, writer: Connection) -> Head:
        """Begin a unit, wait for this worker's turn and return the head, in one journey."""
        try:
            with writer.pipeline():
                writer.execute(SQL["begin_unit"])
                writer.execute(SQL["take_turn"], (self._turn,))
                cursor = writer.cursor(binary=True).execute(SQL["head"])
            row = cursor.fetchone()
            return Head(0, GENESIS) if row is None else Head(*row)
        except psycopg.Error as error:
            raise translated(error, place=self._place) from error

    def _run(self, connection: Connection, *statements: LiteralString) -> None:
        try:
            for statement in statements:
                connection.execute(statement)
        except psycopg.Error as error:
            raise translated(error, place=self._place) from error

    def _take_reader(self) -> Connection:
        with self._idle_lock:
            if self._closed:
                raise StorageUnavailable(f"{self._place} is closed; open it again", place=self._place)
            while self._idle:
                connection = self._idle.pop()
                if not connection.closed:
                    return connection
        return self._connect()

    def _give_back(self, connection: Connection) -> None:
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
            return
        with self._idle_lock:
            if not self._closed and len(self._idle) < READERS:
                self._idle.append(connection)
                return
        connection.close()

    def _migrate(self) -> None:
        """Bring the schema to the newest migration, all in one transaction and in this worker's turn."""
        with self._writing:
            writer = self._ready_writer()
            try:
                self._run(writer, SQL["begin_unit"])
                writer.execute(SQL["take_turn"], (self._turn,))
                applied: list[str] = []
                if writer.execute(SQL["is_made"], (self._schema,)).fetchone():
                    applied = [row[0] for row in writer.execute(SQL["applied"])]
                else:
                    writer.execute(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
                for migration in due(migrations(PACKAGE), applied=applied, place=self._place):
                    writer.execute(migration.script)
                    writer.execute(SQL["note_migration"], (migration.name,))
                writer.execute("COMMIT")
            except psycopg.Error as error:
                writer.close()
                raise translated(error, place=self._place) from error
            except BaseException:
                writer.close()
                raise
