"""What SQLite reports, in the words of the error tree."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Final

from gatepair.base.errors import (
    GatepairError,
    InvariantBroken,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageLocked,
    StorageUnavailable,
)

_PRIMARY: Final = 0xFF
"""The low byte of an extended result code is the primary one. Source: sqlite.org, Result and Error Codes."""
_LITTLE_BYTES: Final = 1 << 16
"""Less room than this on the disk and a failed write was for want of space: sixteen pages of 4 KiB."""

_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_OURS: Final = (
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_SCHEMA,
    sqlite3.SQLITE_TOOBIG,
)
_WRITES: Final = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_FSYNC,
)


FAULTS: Final = (sqlite3.Error, UnicodeDecodeError)
"""What the module raises; the second when it shows a damaged text in its own error."""


def translated(error: sqlite3.Error | UnicodeDecodeError, *, path: Path) -> GatepairError:
    """Return the error of our tree that says what ``error`` means for the ledger at ``path`` and what to do."""
    if isinstance(error, UnicodeDecodeError) or "Could not decode" in str(error):
        return damaged(path, "a text in it is not UTF-8")
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None:
        # The module itself refused the call: a wrong number of values, a closed connection.
        return InvariantBroken(f"the ledger was used wrongly: {error}", path=str(path))
    primary = extended & _PRIMARY
    if primary == sqlite3.SQLITE_FULL or (extended in _WRITES and _little_room(path)):
        return full(path)
    if primary in _DAMAGED:
        return damaged(path, str(error))
    if primary in _LOCKED:
        return locked(path)
    if primary in _OURS:
        return InvariantBroken(f"the ledger refused a statement: {error}", path=str(path))
    return unavailable(path, str(error))


def full(path: Path) -> StorageFull:
    """Return the error for a disk without room."""
    return StorageFull(
        f"the disk that holds {path} is full; nothing of this request was kept: make room and send it again",
        path=str(path),
    )


def locked(path: Path, owner: str = "") -> StorageLocked:
    """Return the error for a ledger that another process holds; ``owner`` is its process id when known."""
    who = f"process {owner}" if owner else "another process"
    return StorageLocked(
        f"{who} holds the ledger {path}: stop it, or give this post a directory of its own",
        path=str(path),
        owner=owner,
    )


def damaged(path: Path, what: str, **fields: object) -> StorageDamaged:
    """Return the error for a file that is not, or is no longer, a ledger."""
    return StorageDamaged(
        f"the ledger {path} is damaged ({what}): keep a copy of the directory for the inquiry, put back its latest "
        "backup, run `gatepair ledger verify` on it and start the post again",
        **{**fields, "path": str(path)},
    )


def unavailable(path: Path, what: str) -> StorageError:
    """Return the error for an engine that cannot read or write."""
    return StorageUnavailable(
        f"the ledger {path} cannot be used ({what}): check the disk and the permissions of its directory, "
        "then start the post again",
        path=str(path),
    )


def _little_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LITTLE_BYTES
    except OSError:
        return False
