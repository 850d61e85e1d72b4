"""The in-memory ledger holds the ledger's truths."""

from __future__ import annotations

import pytest

from gatepair.adapters.memory import MemoryLedger
from gatepair.node.ports import Ledger
from ports.ledger_cases import LedgerCases


class TestMemoryLedger(LedgerCases):
    """Every case on :class:`MemoryLedger`."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        """Give an empty ledger."""
        return MemoryLedger()
