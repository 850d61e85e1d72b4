"""The bilateral protocol without I/O: envelopes, logs, notes, receipts, the agreement."""
