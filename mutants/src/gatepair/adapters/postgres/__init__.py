"""The ledger beyond one machine: a schema of a PostgreSQL database, shared by several workers of one post."""

from gatepair.adapters.postgres.engine import PostgresLedger

__all__ = ["PostgresLedger"]
