"""The PostgreSQL ledger holds the ledger's truths."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatepair.adapters.postgres import PostgresLedger
from gatepair.node.ports import Ledger
from ports.ledger_cases import LedgerCases
from ports.postgres_server import fresh_schema

pytestmark = pytest.mark.postgres


class TestPostgresLedger(LedgerCases):
    """Every case on :class:`PostgresLedger`."""

    @pytest.fixture
    def ledger(self) -> Iterator[Ledger]:
        """Give an empty ledger in a schema of its own."""
        with fresh_schema() as (dsn, schema):
            ledger = PostgresLedger(dsn, schema=schema)
            yield ledger
            ledger.close()
