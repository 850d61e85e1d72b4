"""High-water marks beside a ledger: in memory, and in a file that a crash cannot spoil.

The file has two slots of one page each.  A write goes to the slot that was not written last and is
flushed before it counts, so whatever a crash tears, the slot before stands; and a mark whose write
was torn allowed no signature to leave.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from gatepair.base.canonical import INTEGER_MAX, encode
from gatepair.base.errors import InvariantBroken, StorageUnavailable
from gatepair.node.ports import Mark

SLOT_BYTES: Final = 4_096
"""One page, which a disk writes in one piece or not: nine marks take about 1,100 bytes."""
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
        beyond = {name: mark for name, mark in marks.items() if self._lies_beyond(name, mark)}
        if beyond:
            self._keep({**self._marks, **beyond})
            self._marks.update(beyond)

    def _lies_beyond(self, name: str, mark: Mark) -> bool:
        kept = self._marks.get(name)
        return kept is None or kept.position < mark.position

    def _keep(self, marks: Mapping[str, Mark]) -> None:
        """Write ``marks`` where they outlive the process; here nowhere."""


class _Written(Struct, frozen=True, forbid_unknown_fields=True):
    marks: dict[str, tuple[Natural, Natural, str]]
    number: Natural


class MarkFile(MemoryMarks):
    """Marks in a file, best on another disk than the ledger."""

    def __init__(self, path: Path) -> None:
        """Read the marks in ``path``; without it, or when neither slot can be read, they count as lost.

        Raises:
            StorageUnavailable: the file cannot be opened.
        """
        self._path = path
        read = _read(path)
        self._number = read.number if read else 0
        found = None if read is None else {name: _mark(*fields) for name, fields in read.marks.items()}
        super().__init__(found)

    def begin(self) -> None:
        """Make the file for a new post, which has signed nothing.

        Raises:
            StorageUnavailable: the file cannot be written.
        """
        self._keep({})
        self._lost = False

    def _keep(self, marks: Mapping[str, Mark]) -> None:
        number = self._number + 1
        fields = {name: (mark.epoch, mark.size, mark.root.hex()) for name, mark in marks.items()}
        slot = _slot(_Written(fields, number))
        try:
            self._write(slot, number % 2 * SLOT_BYTES)
        except OSError as error:
            raise StorageUnavailable(
                f"the marks in {self._path} cannot be written ({error.strerror}): nothing is signed until they can",
                path=str(self._path),
            ) from error
        self._number = number

    def _write(self, slot: bytes, offset: int) -> None:
        made = not self._path.exists()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, slot, offset)
            _flush(descriptor)
        finally:
            os.close(descriptor)
        if made:
            # The name must last as well as what it names.
            directory = os.open(self._path.parent, os.O_RDONLY)
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


def _mark(epoch: int, size: int, root: str) -> Mark:
    return Mark(epoch, size, bytes.fromhex(root))
