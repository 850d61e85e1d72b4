"""The real storage engine on a disk whose power fails: what was not flushed may be lost, kept, or torn.

SQLite runs over a file system of ours (through ``apsw``; the product's own module cannot be given
one), so that the engine's code, its SQL and the order of its writes are the real ones.  When the
power fails an *image* of the platter is made; the product then opens it as it would any ledger.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import apsw
import pytest

from exchange.pair import Crash
from gatepair.adapters.sqlite import opening
from gatepair.adapters.sqlite.engine import SqliteLedger, SqliteUnit

SECTOR_BYTES: Final = 512
"""What a disk writes whole."""
VFS: Final = "failing-power"


@dataclass
class Platter:
    """What is on the disk for certain, and what was written since the last flush of each file."""

    dice: random.Random
    writes_left: int
    """The power fails at this write or flush."""
    lies_after: int = 1 << 60
    """From this flush on the disk says that it flushed and did not."""
    _durable: dict[str, bytearray] = field(default_factory=dict)
    _pending: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)
    _flushes: int = 0
    _image: dict[str, bytes] | None = None

    def write(self, path: str, place: int, content: bytes) -> None:
        """Take a write; the power may fail in it."""
        self._pending.setdefault(path, []).append((place, content))
        self._spend()

    def truncate(self, path: str, size: int) -> None:
        """Take a cut to ``size``."""
        self._pending.setdefault(path, []).append((size, None))
        self._spend()

    def flush(self, path: str) -> None:
        """Make what was written to a file durable, unless the power fails first or the disk lies."""
        self._flushes += 1
        if self._flushes < self.lies_after:
            content = self._durable.setdefault(path, bytearray())
            for change in self._pending.pop(path, ()):
                _apply(content, *change)
        self._spend()

    def delete(self, path: str) -> None:
        """Take a file away."""
        self._durable.pop(path, None)
        self._pending.pop(path, None)

    @property
    def failed(self) -> bool:
        """Tell whether the power failed; what the process did since did not happen."""
        return self._image is not None

    def write_image(self, directory: Path) -> None:
        """Write into ``directory`` what is found when the power is back."""
        for name, content in (self._image or self._settled()).items():
            (directory / name).write_bytes(content)

    def _settled(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for path in sorted(self._durable.keys() | self._pending.keys()):
            content = bytearray(self._durable.get(path, b""))
            for place, written in self._pending.get(path, ()):
                fate = self.dice.choice(("kept", "lost", "torn"))
                if fate == "kept" or (fate == "torn" and written is None):
                    _apply(content, place, written)
                elif fate == "torn" and written is not None:
                    _apply(content, place, written[: self.dice.randrange(len(written)) // SECTOR_BYTES * SECTOR_BYTES])
            found[Path(path).name] = bytes(content)
        return found

    def _spend(self) -> None:
        """Take note of one more write; when it is the last one, what is found later is settled here."""
        self.writes_left -= 1
        if self.writes_left == 0:
            self._image = self._settled()


def _apply(content: bytearray, place: int, written: bytes | None) -> None:
    if written is None:
        del content[place:]
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + len(written)] = written


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], platter: Platter) -> None:
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._platter = platter
        super().__init__("", name, flags)

    def xWrite(self, content: bytes, place: int) -> None:  # noqa: N802 - the engine's name
        self._platter.write(self._path, place, bytes(content))
        super().xWrite(content, place)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._platter.truncate(self._path, size)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._platter.flush(self._path)
        super().xSync(flags)


class _FileSystem(apsw.VFS):
    def __init__(self, platter: Platter) -> None:
        self._platter = platter
        super().__init__(VFS, "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802
        return _File(name, flags, self._platter)

    def xDelete(self, name: str, *flushed: bool) -> None:  # noqa: N802
        self._platter.delete(name)
        super().xDelete(name, *flushed)


class PoweredLedger(SqliteLedger):
    """The product's ledger, whose process dies with the power."""

    def __init__(self, directory: Path, platter: Platter) -> None:
        self._platter = platter
        super().__init__(directory)
        assert self._writer is not None
        # Folding the write-ahead log often makes it likely that the power fails while it is folded.
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {platter.dice.choice((4, 60, 4_000))}")

    @contextmanager
    def begin(self) -> Iterator[SqliteUnit]:
        """Open a transaction. Raises Crash when the power failed before its end."""
        with super().begin() as unit:
            yield unit
        if self._platter.failed:
            raise Crash


class Connection:
    """As much of ``sqlite3.Connection`` as the engine uses, over ``apsw`` and the failing disk."""

    def __init__(self, path: str) -> None:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        self._held = apsw.Connection(path, flags=flags, vfs=VFS)

    @property
    def in_transaction(self) -> bool:
        return self._held.in_transaction

    def execute(self, statement: str, values: Any = ()) -> _Rows:
        with _as_sqlite3():
            rows = list(self._held.execute(statement, values))
        return _Rows(rows, self._held.changes())

    def executemany(self, statement: str, rows: Iterable[Any]) -> None:
        with _as_sqlite3():
            self._held.executemany(statement, rows)

    def executescript(self, script: str) -> None:
        self.execute(script)

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        with _as_sqlite3():
            self._held.close()


@dataclass
class _Rows:
    rows: list[Any]
    rowcount: int

    def fetchall(self) -> list[Any]:
        return self.rows

    def fetchone(self) -> Any:
        return self.rows[0] if self.rows else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    """Raise what ``sqlite3`` would raise."""
    try:
        yield
    except apsw.Error as error:
        raised = sqlite3.OperationalError(str(error))
        raised.sqlite_errorcode = error.extendedresult  # type: ignore[misc]
        raise raised from error


@contextmanager
def failing_power(platter: Platter) -> Iterator[None]:
    """Let ledgers that are opened inside stand on ``platter``."""
    file_system = _FileSystem(platter)

    def connect(path: str | Path, **_: Any) -> Any:
        return sqlite3.connect(path) if str(path) == ":memory:" else Connection(str(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "sqlite3", SimpleNamespace(connect=connect, Connection=Connection))
        try:
            yield
        finally:
            file_system.unregister()
