"""Where the tests find a PostgreSQL server, and schemas of it that they throw away."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

DSN = os.environ.get("GATEPAIR_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


def reachable_dsn() -> str:
    """Return the server's address; skip, visibly, where none answers."""
    try:
        psycopg.connect(DSN, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at GATEPAIR_TEST_POSTGRES: {str(error).splitlines()[0]}")
    return DSN


@contextmanager
def fresh_schema() -> Iterator[tuple[str, str]]:
    """Give the address and the name of a schema that is dropped afterwards."""
    dsn = reachable_dsn()
    schema = f"gatepair_test_{secrets.token_hex(6)}"
    try:
        yield dsn, schema
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
