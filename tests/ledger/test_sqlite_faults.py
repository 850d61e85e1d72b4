"""What the SQLite ledger does when its disk, its file or its neighbours misbehave."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatepair.adapters.sqlite import SqliteLedger
from gatepair.adapters.sqlite.failures import translated
from gatepair.base.entries import Entry
from gatepair.base.errors import (
    GatepairError,
    InvariantBroken,
    StartRefused,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageLocked,
    StorageUnavailable,
)
from gatepair.node.ports import Remembered, Row
from ports.ledger_cases import append, log_entry


def filled(directory: Path, units: int = 10) -> list[Entry]:
    """Make a ledger in ``directory`` with ``units`` units of three entries, close it and return the entries."""
    ledger = SqliteLedger(directory)
    made: list[Entry] = []
    for number in range(units):
        with ledger.begin() as unit:
            made += append(unit, f"crossing/{number % 4}", 3)
    ledger.close()
    return made


def entries_of(directory: Path) -> list[Entry]:
    """Return all entries of the ledger in ``directory``, verified."""
    ledger = SqliteLedger(directory)
    try:
        return list(ledger.verify())
    finally:
        ledger.close()


# -- durability -------------------------------------------------------------------------------------


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    """Entries, rows, claims, answers, states, logs and receipts survive closing and opening."""
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        made = append(unit, "crossing/A", 2)
        unit.remember("command-1", Remembered(b"d", b"a"))
        unit.claim("tractor:A", "A")
        unit.put_row("queue", Row("A", 1, b"{}"))
        unit.put_state("account/a", b"1")
        unit.own_append("L", b"h", b"b", bytes(32))
        unit.put_receipt("L", 1, b"note")
        unit.mirror_append("L", [log_entry(0)], b"checkpoint")
    ledger.close()
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        assert made == unit.stream("crossing/A")
        assert (Remembered(b"d", b"a"), "A") == (unit.remembered("command-1"), unit.holder("tractor:A"))
        assert (Row("A", 1, b"{}"), b"1") == (unit.row("queue", "A"), unit.state("account/a"))
        assert (1, (1, b"note")) == (unit.own_size("L"), unit.receipt("L"))
        assert ([log_entry(0)], b"checkpoint") == (
            unit.mirror_entries("L", start=0, limit=9),
            unit.mirror_checkpoint("L"),
        )
        assert made[1].leaf == append(unit, "crossing/A")[0].previous
    ledger.close()


def test_every_commit_is_flushed(tmp_path: Path) -> None:
    """The writing connection runs on a write-ahead log with full synchronisation, and stays so."""
    ledger = SqliteLedger(tmp_path)
    assert ledger._writer is not None
    assert ("wal", 2) == (
        ledger._writer.execute("PRAGMA journal_mode").fetchone()[0],
        ledger._writer.execute("PRAGMA synchronous").fetchone()[0],
    )
    ledger.close()


def test_a_closed_ledger_refuses(tmp_path: Path) -> None:
    """After closing nothing can be written, and closing again is no change."""
    ledger = SqliteLedger(tmp_path)
    ledger.close()
    ledger.close()
    with pytest.raises(StorageUnavailable), ledger.begin():
        pass


# -- the lock ---------------------------------------------------------------------------------------


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """A second process is refused at start and told which process holds the ledger and what to do."""
    ledger = SqliteLedger(tmp_path)
    program = (
        "import sys\nfrom pathlib import Path\nfrom gatepair.adapters.sqlite import SqliteLedger\n"
        "from gatepair.base.errors import StorageLocked\n"
        "try:\n    SqliteLedger(Path(sys.argv[1]))\nexcept StorageLocked as error:\n    print(error.message)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert f"process {os.getpid()} holds" in said
    assert "stop it" in said
    ledger.close()
    SqliteLedger(tmp_path).close()


def test_the_same_process_twice_is_refused(tmp_path: Path) -> None:
    """Opening one directory twice in one process is refused too."""
    ledger = SqliteLedger(tmp_path)
    with pytest.raises(StorageLocked) as caught:
        SqliteLedger(tmp_path)
    assert str(os.getpid()) == caught.value.fields["owner"]
    ledger.close()


def test_reading_beside_a_running_post(tmp_path: Path) -> None:
    """A read-only ledger opens beside the writer, sees what it commits, and cannot write."""
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        made = append(unit, "crossing/A", 2)
    beside = SqliteLedger(tmp_path, read_only=True)
    assert made == list(beside.verify())
    with ledger.begin() as unit:
        made += append(unit, "crossing/A", 2)
    assert made == list(beside.verify())
    with pytest.raises(StorageUnavailable), beside.begin():
        pass
    beside.close()
    ledger.close()


def test_another_program_that_writes(tmp_path: Path) -> None:
    """When another program holds SQLite's own lock the unit is refused as locked, and works afterwards."""
    ledger = SqliteLedger(tmp_path)
    assert ledger._writer is not None
    ledger._writer.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageLocked), ledger.begin():
        pass
    other.execute("ROLLBACK")
    other.close()
    with ledger.begin() as unit:
        append(unit, "crossing/A")
    ledger.close()


# -- a full disk ------------------------------------------------------------------------------------


def fill(ledger: SqliteLedger) -> tuple[int, StorageError]:
    """Append until the ledger refuses; return the number of entries kept and the error."""
    kept = 0
    while True:
        try:
            with ledger.begin() as unit:
                append(unit, "crossing/A", 40)
                unit.put_row("queue", Row("A", kept, b"{}"))
        except StorageError as error:
            return kept, error
        kept += 40


def test_a_full_file_keeps_nothing_of_the_unit(tmp_path: Path) -> None:
    """When there is no room the unit is refused whole, reading goes on, and with room writing goes on."""
    ledger = SqliteLedger(tmp_path)
    assert ledger._writer is not None
    pages = ledger._writer.execute("PRAGMA page_count").fetchone()[0]
    ledger._writer.execute(f"PRAGMA max_page_count = {pages + 20}")
    kept, error = fill(ledger)
    assert isinstance(error, StorageFull)
    assert "make room" in error.message
    assert kept == len(list(ledger.verify()))
    with ledger.read() as view:
        assert [kept - 40] == [row.sort for row in view.rows("queue")]
    ledger._writer.execute("PRAGMA max_page_count = 1000000")
    with ledger.begin() as unit:
        assert kept + 1 == append(unit, "crossing/A")[0].position
    ledger.close()
    assert kept + 1 == len(entries_of(tmp_path))


def in_child(act: Callable[[], None]) -> None:
    """Run ``act`` in a forked process of its own and check that it ended well."""
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - shown by pytest from the child's output
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert 0 == os.waitstatus_to_exitcode(status)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """When the system refuses to let the write-ahead log grow, nothing acknowledged is lost."""
    filled(tmp_path)

    def act() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        ledger = SqliteLedger(tmp_path)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))
        kept, _ = fill(ledger)
        (tmp_path / "kept").write_text(str(kept))

    in_child(act)
    assert 30 + int((tmp_path / "kept").read_text()) == len(entries_of(tmp_path))


def test_a_full_disk(little_disk: Path) -> None:
    """On a disk that is truly full the unit is refused as full, nothing of it is kept, and room mends it."""
    ballast = little_disk / "ballast"
    ballast.write_bytes(bytes(100_000))
    ledger = SqliteLedger(little_disk)
    kept, error = fill(ledger)
    assert isinstance(error, StorageFull), error
    assert kept == len(list(ledger.verify()))
    ballast.unlink()
    with ledger.begin() as unit:
        append(unit, "crossing/A")
    ledger.close()
    assert kept + 1 == len(entries_of(little_disk))


def test_a_disk_that_is_full_from_the_start(little_disk: Path) -> None:
    """A ledger that finds no room to be made says that the disk is full."""
    with pytest.raises(OSError, match="No space"):
        (little_disk / "ballast").write_bytes(bytes(2_000_000))
    with pytest.raises(StorageFull):
        SqliteLedger(little_disk)


# -- damage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"not a database, just some text that is long enough" * 90, b"SQLite format 3\0" * 300]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    """A file that is no database is refused at start with what to do, and is left as it is."""
    (tmp_path / "ledger.sqlite").write_bytes(content)
    with pytest.raises(StorageDamaged, match="backup"):
        SqliteLedger(tmp_path)
    assert content == (tmp_path / "ledger.sqlite").read_bytes()


def test_another_programs_database(tmp_path: Path) -> None:
    """Another program's database is refused, not migrated."""
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(StorageDamaged, match="another program"):
        SqliteLedger(tmp_path)


def test_a_directory_that_is_a_file(tmp_path: Path) -> None:
    """A directory that cannot be made is unavailable, with the path."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable):
        SqliteLedger(tmp_path / "file")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a closed ledger, to be copied and damaged."""
    directory = tmp_path_factory.mktemp("sound")
    filled(directory, 60)
    return directory


@example(place=0.625, flip=128)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_changed_byte(sound: Path, tmp_path_factory: pytest.TempPathFactory, place: float, flip: int) -> None:
    """Any one byte changed in the file is refused, or found by verifying, or harmless: no entry reads otherwise."""
    entries = entries_of(sound)
    copy = tmp_path_factory.mktemp("copy")
    content = bytearray((sound / "ledger.sqlite").read_bytes())
    content[int(place * len(content))] ^= flip
    (copy / "ledger.sqlite").write_bytes(content)
    try:
        found = entries_of(copy)
    except (StorageDamaged, StartRefused):
        found = entries
    assert entries == found


def test_a_changed_payload_is_named(tmp_path: Path) -> None:
    """A payload changed in the file by hand stops the start, and the error names its position."""
    filled(tmp_path)
    content = (tmp_path / "ledger.sqlite").read_bytes()
    assert b'{"number":2}' in content
    (tmp_path / "ledger.sqlite").write_bytes(content.replace(b'{"number":2}', b'{"number":7}', 1))
    with pytest.raises(StorageDamaged) as caught:
        SqliteLedger(tmp_path)
    position = caught.value.fields["position"]
    assert f"entry {position} was changed" in caught.value.message
    assert "backup" in caught.value.message


def test_a_broken_page_beside_the_entries(tmp_path: Path) -> None:
    """A page that belongs to a read model's index is looked at too: the start is refused before it is relied on."""
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        append(unit, "crossing/A", 3)
        for number in range(50):
            unit.put_row("queue", Row(f"place {number:03d}", number, b"{}"))
    ledger.close()
    with sqlite3.connect(ledger.path) as connection:
        page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'model_rows_by_sort'").fetchone()[0]
    connection.close()
    content = bytearray(ledger.path.read_bytes())
    content[(root - 1) * page_bytes + 1 : root * page_bytes] = bytes(page_bytes - 1)
    ledger.path.write_bytes(content)
    with pytest.raises(StorageDamaged):
        SqliteLedger(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.6, 0.95])
def test_a_file_cut_short(sound: Path, tmp_path: Path, share: float) -> None:
    """A file that lost its end is refused at start."""
    content = (sound / "ledger.sqlite").read_bytes()
    (tmp_path / "ledger.sqlite").write_bytes(content[: int(len(content) * share)])
    shutil.copy(sound / "ledger.head", tmp_path)
    with pytest.raises(StorageDamaged):
        SqliteLedger(tmp_path)


@settings(max_examples=25)
@given(share=st.floats(0, 1))
def test_a_log_cut_short_leaves_whole_units(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    """When a crash cuts the write-ahead log anywhere, what is left are whole units and a sound chain."""
    directory, copy = tmp_path_factory.mktemp("running"), tmp_path_factory.mktemp("copy")
    ledger = SqliteLedger(directory)
    for number in range(8):
        with ledger.begin() as unit:
            append(unit, f"crossing/{number % 3}", 5)
            unit.put_row("count", Row("count", 5 * number + 5, b"{}"))
    log = (directory / "ledger.sqlite-wal").read_bytes()
    (copy / "ledger.sqlite-wal").write_bytes(log[: int(len(log) * share)])
    shutil.copy(directory / "ledger.sqlite", copy)
    ledger.close()
    cut = SqliteLedger(copy)
    left = len(list(cut.verify()))
    with cut.read() as view:
        assert ([left] if left else []) == [row.sort for row in view.rows("count")]
    assert 0 == left % 5
    cut.close()


def test_an_older_copy_put_back_is_noticed(tmp_path: Path) -> None:
    """A ledger that ends before the place it was closed at is refused, until the operator says that it is meant."""
    filled(tmp_path)
    shutil.copy(tmp_path / "ledger.sqlite", tmp_path / "older")
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        append(unit, "crossing/A")
    ledger.close()
    (tmp_path / "older").replace(tmp_path / "ledger.sqlite")
    with pytest.raises(StorageDamaged, match="closed at 31"):
        SqliteLedger(tmp_path)
    (tmp_path / "ledger.head").unlink()
    assert 30 == len(entries_of(tmp_path))


def test_another_ledger_in_its_place_is_noticed(tmp_path: Path) -> None:
    """A ledger that has another entry where this one was closed is refused."""
    filled(tmp_path / "a", 10)
    filled(tmp_path / "b", 20)
    shutil.copy(tmp_path / "a" / "ledger.head", tmp_path / "b")
    SqliteLedger(tmp_path / "b").close()
    (tmp_path / "b" / "ledger.head").write_bytes(b'{"leaf":"' + b"00" * 32 + b'","position":7}')
    with pytest.raises(StorageDamaged, match="entry 7"):
        SqliteLedger(tmp_path / "b")
    (tmp_path / "b" / "ledger.head").write_bytes(b"{")
    with pytest.raises(StorageDamaged, match=r"ledger\.head"):
        SqliteLedger(tmp_path / "b")


# -- append-only ------------------------------------------------------------------------------------

REWRITES = [
    "UPDATE entries SET actor = 'another' WHERE position = 1",
    "DELETE FROM entries WHERE position = 3",
    "REPLACE INTO entries SELECT 1, 1, 1, 'Noted/1', x'7b7d', 1, 'another', 'c', previous, leaf FROM entries LIMIT 1",
    "UPDATE streams SET name = 'crossing/other'",
    "DELETE FROM streams",
    "UPDATE remembered SET answer = x'00'",
    "DELETE FROM remembered",
    "UPDATE own_log SET header = x'00'",
    "UPDATE own_log SET body = x'00'",
    "DELETE FROM own_log",
    "UPDATE mirror_log SET leaf = x'00', body = NULL",
    "DELETE FROM mirror_log",
    "UPDATE receipts SET note = x'00'",
    "DELETE FROM receipts",
]


@pytest.mark.parametrize("statement", REWRITES)
def test_the_database_itself_refuses_rewrites(tmp_path: Path, statement: str) -> None:
    """Even a statement that goes round the engine cannot change or remove what was recorded."""
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        append(unit, "crossing/A", 3)
        unit.remember("command-1", Remembered(b"d", b"a"))
        unit.own_append("L", b"h", b"b", bytes(32))
        unit.mirror_append("L", [log_entry(0)], b"checkpoint")
        unit.put_receipt("L", 1, b"note")
    assert ledger._writer is not None
    with pytest.raises(sqlite3.IntegrityError):
        ledger._writer.execute(statement)
    ledger.close()


def test_a_trigger_taken_away_is_noticed(tmp_path: Path) -> None:
    """A ledger whose guards were taken away is refused at start by the name of the guard."""
    filled(tmp_path)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("DROP TRIGGER entries_never_change")
    connection.close()
    with pytest.raises(StorageDamaged, match="entries_never_change"):
        SqliteLedger(tmp_path)


# -- errors -----------------------------------------------------------------------------------------

CODES = sorted(
    (name, code)
    for name, code in vars(sqlite3).items()
    if name.startswith("SQLITE_") and isinstance(code, int) and name.count("_") <= 2
    if sqlite3.SQLITE_ERROR <= code & 0xFF <= sqlite3.SQLITE_NOTADB and name in dir(sqlite3)
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_BUSY, StorageLocked),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StorageLocked),
        (sqlite3.SQLITE_LOCKED, StorageLocked),
        (sqlite3.SQLITE_CORRUPT, StorageDamaged),
        (sqlite3.SQLITE_CORRUPT_INDEX, StorageDamaged),
        (sqlite3.SQLITE_NOTADB, StorageDamaged),
        (sqlite3.SQLITE_IOERR_READ, StorageUnavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageUnavailable),
        (sqlite3.SQLITE_CANTOPEN, StorageUnavailable),
        (sqlite3.SQLITE_READONLY, StorageUnavailable),
        (sqlite3.SQLITE_PERM, StorageUnavailable),
        (sqlite3.SQLITE_NOMEM, StorageUnavailable),
        (sqlite3.SQLITE_CONSTRAINT_TRIGGER, InvariantBroken),
        (sqlite3.SQLITE_ERROR, InvariantBroken),
    ],
)
def test_each_code_has_its_error(tmp_path: Path, code: int, kind: type[GatepairError]) -> None:
    """What SQLite reports becomes the error that says what to do."""
    error = sqlite3.OperationalError("reported")
    error.sqlite_errorcode = code  # type: ignore[misc]
    assert kind is type(translated(error, path=tmp_path / "ledger.sqlite"))


@pytest.mark.parametrize(("name", "code"), CODES)
def test_no_code_is_left_out(tmp_path: Path, name: str, code: int) -> None:
    """Every code that this SQLite knows becomes an error of ours with the path in it."""
    error = sqlite3.OperationalError(name)
    error.sqlite_errorcode = code  # type: ignore[misc]
    assert str(tmp_path / "ledger.sqlite") == translated(error, path=tmp_path / "ledger.sqlite").fields["path"]


def test_a_failed_flush_stops_writing(tmp_path: Path) -> None:
    """After a flush that failed nothing more is written until the ledger is opened anew."""
    ledger = SqliteLedger(tmp_path)
    with ledger.begin() as unit:
        append(unit, "crossing/A")

    class FailingFlush:
        """Stands in for a connection whose disk fails at the commit."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection = connection

        def execute(self, statement: str, *values: object) -> object:
            if statement == "COMMIT":
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC  # type: ignore[misc]
                raise error
            return self._connection.execute(statement, *values)

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

    assert ledger._writer is not None
    ledger._writer = FailingFlush(ledger._writer)  # type: ignore[assignment]
    with pytest.raises(StorageUnavailable), ledger.begin() as unit:
        append(unit, "crossing/A")
    with pytest.raises(StorageUnavailable, match="start the post again"), ledger.begin():
        pass
    ledger.close()
    assert 1 == len(entries_of(tmp_path))
