"""What the PostgreSQL ledger does when its server, its schema or its neighbours misbehave."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from gatepair.adapters.postgres import PostgresLedger
from gatepair.adapters.postgres.failures import translated
from gatepair.base.errors import (
    GatepairError,
    InvariantBroken,
    SettingInvalid,
    StartRefused,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageLocked,
    StorageUnavailable,
)
from gatepair.node.ports import Remembered, Row
from ports.ledger_cases import append, log_entry
from ports.postgres_server import fresh_schema


def test_no_server() -> None:
    """A server that does not answer is unavailable, with what to check; no password is shown."""
    with pytest.raises(StorageUnavailable, match="check that the server runs") as caught:
        PostgresLedger("postgresql://someone:secret@127.0.0.1:1/none", schema="post")
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("schema", ["", "Post", "a b", "a;drop", "1a", "a" * 60])
def test_a_schema_has_a_plain_name(schema: str) -> None:
    """A schema name that is not plain is a wrong setting; no server is asked."""
    with pytest.raises(SettingInvalid):
        PostgresLedger("postgresql://127.0.0.1:1/none", schema=schema)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.DiskFull("x"), StorageFull),
        (errors.LockNotAvailable("x"), StorageLocked),
        (errors.DataCorrupted("x"), StorageDamaged),
        (errors.IndexCorrupted("x"), StorageDamaged),
        (errors.AdminShutdown("x"), StorageUnavailable),
        (errors.CannotConnectNow("x"), StorageUnavailable),
        (errors.TooManyConnections("x"), StorageUnavailable),
        (errors.ReadOnlySqlTransaction("x"), StorageUnavailable),
        (errors.InsufficientPrivilege("x"), StorageUnavailable),
        (errors.UndefinedTable("x"), InvariantBroken),
        (errors.UniqueViolation("x"), InvariantBroken),
        (errors.RaiseException("x"), InvariantBroken),
        (psycopg.OperationalError(""), StorageUnavailable),
        (psycopg.InterfaceError("x"), StorageUnavailable),
    ],
)
def test_each_report_has_its_error(error: psycopg.Error, kind: type[GatepairError]) -> None:
    """What the server reports becomes the error that says what to do."""
    assert kind is type(translated(error, place="schema post"))


@pytest.mark.postgres
class TestOnAServer:
    """Cases that need a server."""

    @pytest.fixture
    def place(self) -> Iterator[tuple[str, str]]:
        """Give an address and a schema."""
        with fresh_schema() as place:
            yield place

    def test_everything_is_there_after_reopening(self, place: tuple[str, str]) -> None:
        """Entries, rows and answers survive closing and opening."""
        ledger = PostgresLedger(place[0], schema=place[1])
        with ledger.begin() as unit:
            made = append(unit, "crossing/A", 2)
            unit.remember("command-1", Remembered(b"d", b"a"))
            unit.put_row("queue", Row("A", 1, b"{}"))
        ledger.close()
        ledger = PostgresLedger(place[0], schema=place[1])
        with ledger.read() as view:
            assert made == view.stream("crossing/A")
            assert Remembered(b"d", b"a") == view.remembered("command-1")
            assert Row("A", 1, b"{}") == view.row("queue", "A")
        ledger.close()

    def test_two_workers_share_one_ledger(self, place: tuple[str, str]) -> None:
        """Two workers write in turns: one chain, one version after another, and no stale knowledge."""
        workers = [PostgresLedger(place[0], schema=place[1]) for _ in range(2)]

        def write(ledger: PostgresLedger) -> None:
            for _ in range(40):
                with ledger.begin() as unit:
                    append(unit, "crossing/A")

        threads = [threading.Thread(target=write, args=(worker,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(range(1, 81)) == [entry.version for entry in workers[0].verify()]
        for worker in workers:
            worker.close()

    def test_two_workers_may_start_at_once(self, place: tuple[str, str]) -> None:
        """Workers that start together on a new schema make it once."""
        faults: list[BaseException] = []

        def start() -> None:
            try:
                PostgresLedger(place[0], schema=place[1]).close()
            except BaseException as error:  # noqa: BLE001 - shown by the test
                faults.append(error)

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [] == faults

    def test_a_lost_connection(self, place: tuple[str, str]) -> None:
        """When the server ends the connection the unit fails whole, and the next one connects anew."""
        ledger = PostgresLedger(place[0], schema=place[1])
        with ledger.begin() as unit:
            append(unit, "crossing/A")
        assert ledger._writer is not None
        with psycopg.connect(place[0], autocommit=True) as other:
            victim = ledger._writer.info.backend_pid

            def lose() -> None:
                with ledger.begin() as unit:
                    append(unit, "crossing/A")
                    other.execute("SELECT pg_terminate_backend(%s, 5000)", (victim,))

            with pytest.raises(StorageError):
                lose()
        with ledger.begin() as unit:
            assert 2 == append(unit, "crossing/A")[0].position
        ledger.close()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE entries SET actor = 'another'",
            "DELETE FROM entries",
            "TRUNCATE entries",
            "UPDATE remembered SET answer = ''",
            "DELETE FROM remembered",
            "UPDATE own_log SET header = ''",
            "DELETE FROM own_log",
            "TRUNCATE mirror_log",
            "UPDATE mirror_log SET body = ''",
            "DELETE FROM receipts",
        ],
    )
    def test_the_database_itself_refuses_rewrites(self, place: tuple[str, str], statement: str) -> None:
        """Even a statement that goes round the engine cannot change or remove what was recorded."""
        ledger = PostgresLedger(place[0], schema=place[1])
        with ledger.begin() as unit:
            append(unit, "crossing/A")
            unit.remember("command-1", Remembered(b"d", b"a"))
            unit.own_append("L", b"h", b"b", bytes(32))
            unit.mirror_append("L", [log_entry(0)], b"checkpoint")
            unit.put_receipt("L", 1, b"note")
        assert ledger._writer is not None
        with pytest.raises(errors.RaiseException, match="append-only"):
            ledger._writer.execute(statement)
        ledger.close()

    def test_a_newer_schema_is_refused(self, place: tuple[str, str]) -> None:
        """A schema that a newer Gatepair migrated is refused at start."""
        ledger = PostgresLedger(place[0], schema=place[1])
        assert ledger._writer is not None
        ledger._writer.execute("INSERT INTO migrations (name) VALUES ('9999_expand_future')")
        ledger.close()
        with pytest.raises(StartRefused, match="newer"):
            PostgresLedger(place[0], schema=place[1])

    def test_a_server_that_acknowledges_early_is_overruled(self, place: tuple[str, str]) -> None:
        """Where the role's default is to answer before the flush, the ledger asks for the flush."""
        with psycopg.connect(place[0], autocommit=True) as other:
            other.execute(f"CREATE SCHEMA {place[1]}")
        ledger = PostgresLedger(f"{place[0]}?options=-c%20synchronous_commit%3Doff", schema=place[1])
        assert ledger._writer is not None
        assert ("on",) == ledger._writer.execute("SELECT current_setting('synchronous_commit')").fetchone()
        ledger.close()
