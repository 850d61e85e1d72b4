"""The head a ledger was closed at, kept beside its file.

A chain proves that what is there was not changed; it cannot prove that its end was not cut off.
An older copy put back, or a lost write-ahead log, is a shorter ledger that verifies.  So closing
writes the head into ``ledger.head`` and opening checks that the ledger still reaches it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from gatepair.adapters.sqlite.failures import damaged
from gatepair.base.canonical import encode
from gatepair.node.ports import Head


class _Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    leaf: str
    position: int


class Anchor:
    """The file ``ledger.head`` of a directory."""

    def __init__(self, directory: Path) -> None:
        """Look after the anchor in ``directory``; nothing is read yet."""
        self._path = directory / "ledger.head"

    def write(self, head: Head) -> None:
        """Note ``head`` durably; a disk without room leaves the older note, which stays true."""
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                file.write(encode(_Closed(head.leaf.hex(), head.position)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError:
            fresh.unlink(missing_ok=True)

    def check(self, leaf_at: Callable[[int], bytes], *, path: Path, end: int) -> None:
        """Check that the ledger at ``path``, which ends at position ``end``, reaches the note and agrees with it.

        Raises:
            StorageDamaged: when it ends before, or has another entry there.
        """
        try:
            closed = msgspec.json.decode(self._path.read_bytes(), type=_Closed)
        except FileNotFoundError:
            return
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise damaged(path, f"{self._path.name} beside it cannot be read: {error}") from error
        if closed.position > end:
            raise damaged(
                path,
                f"it ends at position {end} but was closed at {closed.position}; if an older copy was put back on "
                f"purpose, delete {self._path.name}",
            )
        if closed.position and leaf_at(closed.position).hex() != closed.leaf:
            raise damaged(path, f"entry {closed.position} is not the one it was closed at")
