"""The audit of key statements: whichever way one came, its taking in is recorded in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gatepair.exchange.key_statements import digest_of, parse_statement
from gatepair.node import audit
from gatepair.node.recording import Recorder


def record_new(
    recorder: Recorder, statements: Sequence[str], before: Collection[str], *, at_ms: int, actor: str
) -> None:
    """Record each of the signed ``statements`` that counts now and did not ``before``; ``actor`` brought it."""
    for text in statements:
        if text in before:
            continue
        said, signed = parse_statement(text)
        event = audit.KeyStatementTaken(
            at_ms=at_ms,
            act=said.act.value,
            key=said.public,
            post=said.post,
            statement=digest_of(signed.text),
            use=said.use.value,
        )
        recorder.audit([audit.draft(recorder.standing.post, event)], audit.stamp(event, actor=actor))
