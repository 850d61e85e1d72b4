"""The embedded ledger: one SQLite file beside a lock file and the head it was closed at."""

from gatepair.adapters.sqlite.engine import SqliteLedger

__all__ = ["SqliteLedger"]
