"""A backup is a whole, verified ledger, and putting it back loses nothing but what came after it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatepair.adapters.sqlite.backup import REPLACED, put_back, take_backup
from gatepair.adapters.sqlite.engine import FILE, SqliteLedger
from gatepair.base.entries import Draft
from gatepair.base.errors import StartRefused, StorageDamaged, StorageLocked
from gatepair.base.time import Instant
from gatepair.cli import group
from gatepair.node.ports import Ledger, Stamp

STAMP = Stamp(Instant(1), "tester", "c-1")


def write(ledger: Ledger, count: int) -> None:
    """Record ``count`` entries."""
    for _ in range(count):
        with ledger.begin() as unit:
            before = unit.version("gate/x")
            unit.append([Draft("gate/x", "X/1", b'{"at_ms":1}')], expected={"gate/x": before}, stamp=STAMP)


def positions(directory: Path) -> int:
    """Return where the ledger in ``directory`` ends, all of it verified."""
    ledger = SqliteLedger(directory)
    try:
        return len(list(ledger.verify()))
    finally:
        ledger.close()


def test_a_backup_is_taken_while_the_ledger_is_written_to(tmp_path: Path) -> None:
    """It holds what was durable when it was taken, and goes into the place of the longer one."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    ledger = SqliteLedger(directory)
    write(ledger, 3)
    assert 3 == take_backup(directory, backup).position
    write(ledger, 4)
    ledger.close()
    assert 3 == put_back(directory, backup).position
    assert 3 == positions(directory)
    with sqlite3.connect(directory / REPLACED) as kept:
        assert (7,) == kept.execute("SELECT count(*) FROM entries").fetchone()


def test_the_ledger_of_a_killed_post_is_kept_whole(tmp_path: Path) -> None:
    """What stood only in the write-ahead log is in the kept file, and does not leak into the restored one."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    ledger = SqliteLedger(directory)
    write(ledger, 2)
    take_backup(directory, backup)
    write(ledger, 2)
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in (FILE, f"{FILE}-wal"):
        (killed / name).write_bytes((directory / name).read_bytes())
    ledger.close()
    put_back(killed, backup)
    assert 2 == positions(killed)
    with sqlite3.connect(killed / REPLACED) as kept:
        assert (4,) == kept.execute("SELECT count(*) FROM entries").fetchone()


def test_a_running_post_is_not_restored(tmp_path: Path) -> None:
    """Its file would change under it."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    ledger = SqliteLedger(directory)
    write(ledger, 1)
    take_backup(directory, backup)
    with pytest.raises(StorageLocked):
        put_back(directory, backup)
    ledger.close()


def test_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    """It is verified before the ledger that is there is touched."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    ledger = SqliteLedger(directory)
    write(ledger, 2)
    ledger.close()
    backup.write_bytes(b"x" * 8192)
    with pytest.raises(StorageDamaged):
        put_back(directory, backup)
    assert 2 == positions(directory)


def test_the_backup_of_another_post_is_refused(tmp_path: Path) -> None:
    """The post could not start on it, and would say in its own name what another one did."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    ledger = SqliteLedger(directory)
    write(ledger, 2)
    ledger.close()
    take_backup(directory, backup)
    with pytest.raises(StartRefused, match="ledger of the post x and not of y"):
        put_back(directory, backup, post="y")
    assert 2 == put_back(directory, backup, post="x").position


def test_a_backup_overwrites_nothing_and_needs_a_ledger(tmp_path: Path) -> None:
    """An existing file and a directory without a ledger are refused with a sentence."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    with pytest.raises(StartRefused, match="no SQLite ledger"):
        take_backup(tmp_path, backup)
    SqliteLedger(directory).close()
    backup.write_text("mine")
    with pytest.raises(StartRefused, match="never overwrites"):
        take_backup(directory, backup)
    with pytest.raises(StartRefused, match="there is no backup"):
        put_back(directory, tmp_path / "nowhere")


def test_the_command_line_takes_a_backup_and_puts_it_back(tmp_path: Path) -> None:
    """Both commands say where the copy ends."""
    directory, backup = tmp_path / "post", tmp_path / "backup.sqlite"
    ledger = SqliteLedger(directory)
    write(ledger, 2)
    ledger.close()
    for name in ("backup", "restore"):
        told = CliRunner().invoke(group, ["ledger", name, str(directory), str(backup)], catch_exceptions=False)
        assert 0 == told.exit_code
        assert "position 2" in told.output
