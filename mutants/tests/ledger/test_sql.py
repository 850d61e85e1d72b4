"""Schemas: the migrations make exactly the schema that is written down, and a newer one is refused."""

from __future__ import annotations

import re
import sqlite3
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest

from gatepair.adapters.postgres import PostgresLedger
from gatepair.adapters.sql import Migration, blocks, due, migrations
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.errors import InvariantBroken, StartRefused
from ports.postgres_server import fresh_schema

ENGINES = ("gatepair.adapters.sqlite", "gatepair.adapters.postgres")


def statements(script: str) -> list[str]:
    """Return the statements of a schema, spaces evened out, sorted."""
    plain = re.sub(r"--[^\n]*", "", script)
    parts = re.split(r";\s*\n\s*\n", plain + "\n\n")
    return sorted(" ".join(part.split()).removesuffix(";") for part in parts if part.strip())


def test_sqlite_migrations_make_the_schema(tmp_path: Path) -> None:
    """What the migrations make from nothing equals ``schema.sql``, statement by statement."""
    SqliteLedger(tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        made = [row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]
    connection.close()
    wanted = files(ENGINES[0]).joinpath("schema.sql").read_text("utf-8")
    assert statements(wanted) == sorted(" ".join(re.sub(r"--[^\n]*", "", sql).split()) for sql in made)


@pytest.mark.postgres
def test_postgres_migrations_make_the_schema() -> None:
    """What the migrations make from nothing equals what ``schema.sql`` makes, column by column."""
    catalogue = """
        SELECT table_name, column_name, data_type, is_nullable, collation_name
        FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2
    """
    triggers = """
        SELECT event_object_table, trigger_name, event_manipulation, action_timing, action_orientation
        FROM information_schema.triggers WHERE trigger_schema = %s ORDER BY 1, 2, 3
    """
    indexes = (
        "SELECT tablename, indexname, replace(indexdef, %s || '.', '') FROM pg_indexes WHERE schemaname = %s ORDER BY 2"
    )
    with fresh_schema() as (dsn, schema), fresh_schema() as (_, other):
        PostgresLedger(dsn, schema=schema).close()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {other}")
            connection.execute(f"SET search_path = {other}")
            connection.execute(files(ENGINES[1]).joinpath("schema.sql").read_text("utf-8"))
            for query in (catalogue, triggers):
                assert connection.execute(query, (other,)).fetchall() == connection.execute(query, (schema,)).fetchall()
            wanted = connection.execute(indexes, (other, other)).fetchall()
            assert wanted == connection.execute(indexes, (schema, schema)).fetchall()


@pytest.mark.parametrize("package", ENGINES)
def test_heads(package: str) -> None:
    """Every engine's head names its last migration."""
    assert migrations(package)[-1].name == files(package).joinpath("migrations", "HEAD").read_text("utf-8").strip()


def test_both_engines_have_the_same_blocks() -> None:
    """Every block that the shared reader and unit run exists in both engines."""
    source = files("gatepair.adapters").joinpath("ledger_sql.py").read_text("utf-8")
    used = set(re.findall(r'_(?:all|one|do|put|many|number|entries)\(\s*"([a-z_]+)"', source))
    used |= {"own_erase", "mirror_erase", "append_entry"}
    for package in ENGINES:
        assert set() == used - set(blocks(package))


def test_a_known_history_goes_on() -> None:
    """Only what is missing is due, in order."""
    known = [Migration("0001_expand_a", ""), Migration("0002_expand_b", ""), Migration("0003_contract_a", "")]
    assert known[1:] == list(due(known, applied=["0001_expand_a"], place="here"))
    assert [] == list(due(known, applied=[one.name for one in known], place="here"))


@pytest.mark.parametrize("applied", [["0001_expand_a", "0009_expand_z"], ["0002_expand_b"]])
def test_a_strange_history_is_refused(applied: list[str]) -> None:
    """A schema that a newer program changed, or another history, is refused by name."""
    known = [Migration("0001_expand_a", ""), Migration("0002_expand_b", "")]
    with pytest.raises(StartRefused) as caught:
        due(known, applied=applied, place="here")
    assert applied[-1] == caught.value.fields["migration"]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """A ledger file that a newer Gatepair migrated is refused at start, with what to do."""
    SqliteLedger(tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("INSERT INTO migrations (name) VALUES ('9999_expand_future')")
    connection.close()
    with pytest.raises(StartRefused, match="newer"):
        SqliteLedger(tmp_path)


def test_blocks_are_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name given twice, or a statement before the first name, is a fault of the package."""
    package = tmp_path / "planted_sql"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "twice.sql").write_text("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n")
    (package / "early.sql").write_text("SELECT 1;\n-- name: a\nSELECT 2;\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("twice.sql", "early.sql"):
        with pytest.raises(InvariantBroken):
            blocks("planted_sql", name)
