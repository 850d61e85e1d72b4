"""Attachments in a folder, each under its digest; what is there is whole and durable."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Final

from gatepair.base.errors import StorageFull, StorageUnavailable
from gatepair.exchange.attachments import check_content, check_digest

FOLDER: Final = "attachments"
SPARED_BYTES: Final = 1 << 30
"""Space that attachments leave free: the ledger needs it more, and a gigabyte is a day of a busy gate."""


class AttachmentFolder:
    """A :class:`gatepair.node.ports.Attachments` in ``DIRECTORY/attachments``; workers of one post share the directory."""

    def __init__(self, directory: Path, *, spared_bytes: int = SPARED_BYTES) -> None:
        """Keep attachments below ``directory`` as long as more than ``spared_bytes`` stay free."""
        self._root = directory / FOLDER
        self._spared_bytes = spared_bytes

    def get(self, digest: str) -> bytes | None:
        """Return the content, None when it is not here.

        Raises:
            Malformed: ``digest`` is none.
            StorageUnavailable: the folder cannot be read.
        """
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageUnavailable(f"an attachment cannot be read: {error.strerror}", sha256=digest) from error

    def put(self, digest: str, content: bytes) -> None:
        """Keep ``content``, durably; again is no change.

        Raises:
            Malformed: ``digest`` is none.
            TooLarge: over 8 MiB.
            EnvelopeRejected: ``content`` is not what ``digest`` names.
            StorageFull: too little space would be left.
            StorageUnavailable: the folder cannot be written.
        """
        path = self._path(digest)
        check_content(digest, content)
        if path.exists():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if shutil.disk_usage(path.parent).free < self._spared_bytes + len(content):
                raise StorageFull("too little space is left for attachments", sha256=digest)
            _write_whole(path, content)
        except OSError as error:
            raise StorageUnavailable(f"an attachment cannot be kept: {error.strerror}", sha256=digest) from error

    def _path(self, digest: str) -> Path:
        name = check_digest(digest)
        # Two levels of folders: a directory of a hundred thousand files is slow to list and to copy.
        return self._root / name[:2] / name


def _write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` so that under ``path`` there is all of it or nothing, also after a power cut."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        raise
