"""How connections to a ledger file are made, and what is checked before the first of them is used."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from gatepair.adapters.sql import blocks, due, migrations
from gatepair.adapters.sqlite.failures import damaged

PACKAGE: Final = "gatepair.adapters.sqlite"
SQL: Final = blocks(PACKAGE)

APPLICATION_ID: Final = 0x47705031
"""``GpP1`` in the file's header: what the first migration writes."""
BUSY_S: Final = 5.0
"""How long to wait for a lock that some other program holds for a moment, such as a backup."""
STATEMENTS: Final = 128
CACHE_KIB: Final = 32_768
"""Pages the writer keeps in memory; a reader keeps an eighth."""
CHECKPOINT_PAGES: Final = 4_000
"""Pages in the write-ahead log before they are folded into the file: 16 MB, so that it is rare."""
LOG_BYTES: Final = 64 << 20
"""What the write-ahead log is cut back to after a long view let it grow."""


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open the one writing connection, in the mode in which a commit is on the disk when it returns."""
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # An erased body is overwritten in the file, not only unlinked.
        connection.execute("PRAGMA secure_delete = ON")
        # Without it INSERT OR REPLACE would delete an entry unseen by the trigger.
        connection.execute("PRAGMA recursive_triggers = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS,
    )
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB // 8}")
    return connection


def check_file(connection: sqlite3.Connection, *, path: Path) -> None:
    """Check that the file is a ledger of ours, or empty, and that its pages hold together.

    Cost: every page is read once, about a second for a gigabyte.

    Raises:
        StorageDamaged: when it is another program's file or a page is broken.
    """
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if found != APPLICATION_ID and (found or tables):
        raise damaged(path, "it was made by another program")
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise damaged(path, str(verdict).replace("\n", " "))


def migrate(connection: sqlite3.Connection, *, place: str) -> None:
    """Bring the schema to the newest migration, each in a transaction of its own."""
    for migration in due(migrations(PACKAGE), applied=_applied(connection), place=place):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{migration.script}")
            connection.execute(SQL["note_migration"], (migration.name,))
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise


def check_schema(connection: sqlite3.Connection, *, path: Path) -> None:
    """Check that tables, indexes and triggers are those that the migrations make.

    Who takes away the triggers that keep entries from being changed does it before changing them.

    Raises:
        StorageDamaged: names the first thing that differs.
    """
    applied = set(_applied(connection))
    model = sqlite3.connect(":memory:")
    try:
        for migration in migrations(PACKAGE):
            if migration.name in applied:
                model.executescript(migration.script)
        wanted, found = _things(model), _things(connection)
    finally:
        model.close()
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise damaged(path, f"{name} in its schema is not as Gatepair made it")


def _applied(connection: sqlite3.Connection) -> list[str]:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").fetchone():
        return [name for (name,) in connection.execute(SQL["applied"])]
    return []


def _things(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the schema holds by name, without what SQLite makes for itself."""
    return dict(connection.execute(SQL["things"]))
