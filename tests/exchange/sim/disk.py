"""A ledger on a disk that fails: transactions lost before the flush, no room, rotten rows, backups.

Built on the ledger in memory that the product ships.  What is committed is never altered in place
there, so that a backup is one reference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger, MemoryUnit
from gatepair.base.errors import StorageFull, StorageUnavailable
from gatepair.node.ports import Mark


class Crash(Exception):
    """The process died here."""


class Fate(Enum):
    """What becomes of the next transaction."""

    LOST = "the process dies before the flush: nothing of it is kept"
    KEPT = "the process dies after the flush, before anybody is told"


@dataclass(frozen=True, slots=True)
class Backup:
    """What was on the disk at one moment."""

    kept: Any
    entries: tuple[Any, ...]
    at_ms: int = 0
    marks: Mapping[str, Mark] | None = None
    """What the second medium held then."""


class Disk(MemoryLedger):
    """One post's ledger."""

    def __init__(self, backup: Backup | None = None) -> None:
        """Begin empty, or with what ``backup`` holds."""
        super().__init__()
        self.fate: Fate | None = None
        self.full = False
        if backup is not None:
            self._kept = backup.kept
            self._facts.extend(backup.entries)

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """Open a transaction, which ends as ``fate`` and ``full`` have it.

        Raises:
            Crash: the process died; ``fate`` says what is kept.
            StorageFull: there is no room; nothing is kept.
        """
        with super().begin() as unit:
            yield unit
            fate, self.fate = self.fate, None
            if fate is Fate.LOST:
                raise Crash
            if self.full:
                raise StorageFull("the disk of this run is full")
        if fate is Fate.KEPT:
            raise Crash

    def backup(self, at_ms: int = 0) -> Backup:
        """Return what is on the disk now, at ``at_ms`` of true time."""
        return Backup(self._kept, tuple(self._facts.entries[: self._kept.head.position]), at_ms)

    def log(self, key: str, *, mirrored: bool) -> list[Any]:
        """Return the rows of a log as they lie on the disk."""
        return (self._kept.mirror if mirrored else self._kept.own).get(key, [])

    def logs(self, *, mirrored: bool) -> dict[str, list[Any]]:
        """Return all logs, by key."""
        return self._kept.mirror if mirrored else self._kept.own

    def receipts(self) -> dict[str, tuple[int, bytes]]:
        """Return the stored receipts by log."""
        return self._kept.receipts

    def state(self, name: str) -> bytes | None:
        """Return a named state as it lies on the disk."""
        return self._kept.states.get(name)

    def rot(self, key: str, index: int, dice: random.Random, *, mirrored: bool) -> None:
        """Flip a bit in the header, the body or the leaf of a row."""
        logs = self.logs(mirrored=mirrored)
        rows = list(logs[key])
        row = rows[index]
        field = dice.choice(["header", "leaf"] + ["body"] * (row.body is not None))
        flipped = bytearray(getattr(row, field))
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
        rows[index] = replace(row, **{field: bytes(flipped)})
        changed = {**logs, key: rows}
        self._kept = replace(self._kept, **{"mirror" if mirrored else "own": changed})


class SecondMedium(MemoryMarks):
    """The marks of a post, on a medium that may have no room."""

    def __init__(self, marks: Mapping[str, Mark] | None = None) -> None:
        """Begin with what another life left, or with nothing."""
        super().__init__(marks)
        self.full = False

    def _keep(self, marks: dict[str, Mark]) -> dict[str, Mark]:
        """Write ``marks``. Raises StorageUnavailable when there is no room."""
        if self.full:
            raise StorageUnavailable("the second medium of this run is full")
        return super()._keep(marks)
