"""The lock file that keeps a second process out of a ledger's directory."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from gatepair.adapters.sqlite.failures import locked, unavailable


class DirectoryLock:
    """Holds ``ledger.lock`` until closed; the kernel frees it when the process dies, however it dies."""

    def __init__(self, directory: Path) -> None:
        """Take the lock of ``directory``.

        Raises:
            StorageLocked: another process has it; names that process.
            StorageUnavailable: the file cannot be made.
        """
        path = directory / "ledger.lock"
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise unavailable(path, error.strerror or str(error)) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise locked(directory / "ledger.sqlite", owner) from error
        # On a full disk the process id cannot be written; the lock holds all the same.
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            os.ftruncate(self._descriptor, 0)

    def close(self) -> None:
        """Free the lock; the file stays, since deleting it would let two processes lock two files."""
        os.close(self._descriptor)
