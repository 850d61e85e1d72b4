"""High-water marks beside a ledger: in memory, and in a file that a crash cannot spoil.

The file has two slots of one page each.  A write goes to the slot that was not written last and is
flushed before it counts, so whatever a crash tears, the slot before stands; and a mark whose write
was torn allowed no signature to leave.  Before each write the file is read again under a lock of it,
so that marks of another process, which should not be there, are never lowered.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from gatepair.base.canonical import INTEGER_MAX, encode
from gatepair.base.errors import InvariantBroken, StorageUnavailable
from gatepair.base.shapes import spelled
from gatepair.node.ports import Mark

SLOT_BYTES: Final = 4_096
"""One page, which a disk writes in one piece or not: ten marks take about 1,200 bytes."""
DIGEST_BYTES: Final = 32
LENGTH_BYTES: Final = 2

_flush: Final = getattr(os, "fdatasync", os.fsync)
"""Without the times of the file, where the system can: half the cost."""

Natural = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]


class MemoryMarks:
    """Marks that are gone with their process: for tests and drills that restore a post themselves."""

    def __init__(self, marks: Mapping[str, Mark] | None = None) -> None:
        """Begin with ``marks``, none for a new post; without any they count as lost."""
        self._marks = dict(marks or {})
        self._lost = marks is None
        self._raising = Lock()

    @property
    def lost(self) -> bool:
        """Tell whether what was kept could not be had when they were opened."""
        return self._lost

    @property
    def kept(self) -> Mapping[str, Mark] | None:
        """Return what another life begins with; None when it is lost."""
        return None if self._lost and not self._marks else dict(self._marks)

    def get(self, name: str) -> Mark | None:
        """Return the mark under ``name``."""
        return self._marks.get(name)

    def raise_to(self, marks: Mapping[str, Mark]) -> None:
        """Keep those of ``marks`` that lie beyond what is kept."""
        with self._raising:
            beyond = {name: mark for name, mark in marks.items() if self._lies_beyond(name, mark)}
            if beyond:
                self._marks = self._keep({**self._marks, **beyond})

    def _lies_beyond(self, name: str, mark: Mark) -> bool:
        kept = self._marks.get(name)
        return kept is None or kept.position < mark.position

    def _keep(self, marks: dict[str, Mark]) -> dict[str, Mark]:
        """Write ``marks`` where they outlive the process, here nowhere; returns what is kept there now."""
        return marks


class _Written(Struct, frozen=True, forbid_unknown_fields=True):
    marks: dict[str, tuple[Natural, Natural, Annotated[str, spelled("(?:[0-9a-f]{2})*")]]]
    number: Natural

    def by_name(self) -> dict[str, Mark]:
        """Return the marks."""
        return {name: Mark(epoch, size, bytes.fromhex(root)) for name, (epoch, size, root) in self.marks.items()}


class MarkFile(MemoryMarks):
    """Marks in a file, best on another disk than the ledger."""

    def __init__(self, path: Path) -> None:
        """Read the marks in ``path``; without it, or when neither slot can be read, they count as lost.

        Raises:
            StorageUnavailable: the file cannot be opened.
        """
        self._path = path
        read = _read(path)
        self._number = self._tried = read.number if read else 0
        super().__init__(None if read is None else read.by_name())

    def begin(self) -> None:
        """Make the file for a new post, which has signed nothing.

        Raises:
            StorageUnavailable: the file cannot be written.
        """
        self._marks = self._keep({})
        self._lost = False

    def _keep(self, marks: dict[str, Mark]) -> dict[str, Mark]:
        try:
            made = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                kept = self._written(descriptor, marks)
            finally:
                os.close(descriptor)
            if made:
                _flush_name(self._path)
        except OSError as error:
            raise StorageUnavailable(
                f"the marks in {self._path} cannot be written ({error.strerror}): nothing is signed until they can",
                path=str(self._path),
            ) from error
        return kept

    def _written(self, descriptor: int, marks: dict[str, Mark]) -> dict[str, Mark]:
        """Write ``marks``, and what another process marked beyond them, to the slot not written last."""
        found = _newest(os.pread(descriptor, 2 * SLOT_BYTES, 0))
        for name, mark in ({} if found is None else found.by_name()).items():
            if name not in marks or marks[name].position < mark.position:
                marks[name] = mark
        # What a failed flush left in its slot may not last, so that slot is written again and not the other.
        others = 0 if found is None or found.number == self._tried else found.number
        self._tried = number = max(self._number, others) + 1
        fields = {name: (mark.epoch, mark.size, mark.root.hex()) for name, mark in marks.items()}
        slot = _slot(_Written(fields, number))
        if os.pwrite(descriptor, slot, number % 2 * SLOT_BYTES) != SLOT_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        _flush(descriptor)
        self._number = number
        return marks


def _flush_name(path: Path) -> None:
    """Have the name of a new file last as well as what it names."""
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _read(path: Path) -> _Written | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageUnavailable(f"the marks in {path} cannot be read: {error.strerror}", path=str(path)) from error
    return _newest(raw)


def _newest(raw: bytes) -> _Written | None:
    """Return what the slot written last holds of those that can be read."""
    found = [written for start in (0, SLOT_BYTES) if (written := _unslotted(raw[start : start + SLOT_BYTES]))]
    return max(found, key=lambda written: written.number, default=None)


def _slot(written: _Written) -> bytes:
    content = encode(written)
    content = len(content).to_bytes(LENGTH_BYTES, "big") + content
    slot = sha256(content).digest() + content
    if len(slot) > SLOT_BYTES:
        raise InvariantBroken(f"the marks take {len(slot)} bytes; a slot has {SLOT_BYTES}")
    return slot.ljust(SLOT_BYTES, b"\0")


def _unslotted(slot: bytes) -> _Written | None:
    digest, rest = slot[:DIGEST_BYTES], slot[DIGEST_BYTES:]
    end = LENGTH_BYTES + int.from_bytes(rest[:LENGTH_BYTES], "big")
    if sha256(rest[:end]).digest() != digest:
        return None
    try:
        return msgspec.json.decode(rest[LENGTH_BYTES:end], type=_Written)
    except msgspec.DecodeError:
        return None
