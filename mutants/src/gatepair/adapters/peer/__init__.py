"""The line to the partner: over HTTP, or within one process for tests."""
