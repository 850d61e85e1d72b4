"""What touches the world: ledgers on SQLite, PostgreSQL and in memory, the partner over HTTP, files."""
