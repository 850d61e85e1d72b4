"""The SQLite ledger holds the ledger's truths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepair.adapters.sqlite import SqliteLedger
from gatepair.node.ports import Ledger
from ports.ledger_cases import LedgerCases


class TestSqliteLedger(LedgerCases):
    """Every case on :class:`SqliteLedger`."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        """Give an empty ledger."""
        ledger = SqliteLedger(tmp_path)
        yield ledger
        ledger.close()
