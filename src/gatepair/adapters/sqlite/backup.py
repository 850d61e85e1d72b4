"""Backups of a ledger file: taken beside the running post, put back while it stands still."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Final

from gatepair.adapters.sqlite.engine import FILE, SqliteLedger
from gatepair.adapters.sqlite.failures import FAULTS, translated
from gatepair.adapters.sqlite.lock import DirectoryLock
from gatepair.adapters.sqlite.opening import connect_reader
from gatepair.base.errors import StartRefused
from gatepair.node.ports import Head

PAGES: Final = 1_024
"""Pages copied at a time, 4 MB: the post goes on writing in between."""
HEAD_FILE: Final = "ledger.head"
REPLACED: Final = "ledger.replaced.sqlite"
"""The ledger that a restore took out, kept for the inquiry."""
POST_STREAMS: Final = ("audit", "gate")
"""Kinds of the streams that are named after the post itself."""


def take_backup(directory: Path, target: Path) -> Head:
    """Copy the ledger in ``directory`` into the new file ``target``, also while the post runs; return where it ends.

    The copy is one consistent state, and its whole chain is verified before the file gets its name.

    Raises:
        StartRefused: there is no ledger, or ``target`` exists.
        StorageError: the ledger cannot be read or the copy cannot be written.
    """
    source = directory / FILE
    if not source.exists():
        raise StartRefused(f"{directory} holds no SQLite ledger; a PostgreSQL one is backed up with its own means")
    if target.exists():
        raise StartRefused(f"{target} exists; a backup never overwrites anything", file=str(target))
    room = target.with_name(f"{target.name}.new")
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    try:
        _copy(source, room / FILE)
        head = _verified_head(room)
        (room / FILE).replace(target)
    except FAULTS as error:
        raise translated(error, path=target) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return head


def put_back(directory: Path, backup: Path, *, post: str = "") -> Head:
    """Replace the ledger in ``directory`` by ``backup`` and return where it ends; the post must stand still.

    With ``post`` the ledger of another post is refused.

    The ledger that was there is kept as ``ledger.replaced.sqlite``.  A post with a partner finds out by itself
    that it was restored; what was recorded after the backup is then given again.

    Raises:
        StorageLocked: the post runs.
        StartRefused: there is no such backup, or it is of another post; nothing was changed.
        StorageDamaged: the backup does not verify; nothing was changed.
    """
    if not backup.is_file():
        raise StartRefused(f"there is no backup {backup}", file=str(backup))
    room = directory / "ledger.coming"
    lock = DirectoryLock(directory)
    try:
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir()
        shutil.copyfile(backup, room / FILE)
        head = _verified_head(room, post=post)
        ledger = directory / FILE
        if ledger.exists():
            _fold(ledger)
            ledger.replace(directory / REPLACED)
        # The note of where the ledger was closed would refuse an older copy: this one is put back on purpose.
        for stale in (HEAD_FILE, f"{FILE}-wal", f"{FILE}-shm"):
            (directory / stale).unlink(missing_ok=True)
        (room / FILE).replace(ledger)
    except OSError as error:
        raise StartRefused(f"the backup cannot be put back: {error}", file=str(backup)) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
        lock.close()
    return head


def _copy(source: Path, target: Path) -> None:
    taken, written = connect_reader(source), sqlite3.connect(target)
    try:
        taken.backup(written, pages=PAGES)
    finally:
        written.close()
        taken.close()


def _verified_head(room: Path, *, post: str = "") -> Head:
    """Return the head of the ledger in ``room``, every entry of which is checked against the chain.

    Raises:
        StartRefused: it is not the ledger of ``post``, which its own streams name.
    """
    ledger = SqliteLedger(room, read_only=True)
    try:
        for entry in ledger.verify():
            kind, _, owner = entry.stream.partition("/")
            if post and kind in POST_STREAMS and owner != post:
                raise StartRefused(f"this is the ledger of the post {owner} and not of {post}; take its own backup")
        with ledger.read() as reader:
            return reader.head()
    finally:
        ledger.close()


def _fold(ledger: Path) -> None:
    """Fold the write-ahead log of a killed post into its file, so that the kept ledger is whole."""
    connection = sqlite3.connect(ledger)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except FAULTS:
        # A damaged ledger is the very reason for a restore: it is kept as it is.
        pass
    finally:
        connection.close()
