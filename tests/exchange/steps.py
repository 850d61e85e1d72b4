"""Small steps that the tests of the link share."""

from __future__ import annotations

from typing import Any

from exchange.pair import (
    ANNOUNCED,
    NOW_MS,
    Dice,
    Node,
    keys_of,
    pair,
    push,
)
from gatepair.base.merkle import CompactRange
from gatepair.exchange.agreement import Terms
from gatepair.exchange.envelope import Draft, seal
from gatepair.exchange.messages import Lane
from gatepair.exchange.sender import LogSource, build
from gatepair.exchange.wire import (
    Outcome,
    decode_reply,
)
from gatepair.node.link_state import mirror_logs, own_logs
from gatepair.node.ports import LogEntry, Reader


def outcome(reply: bytes) -> Outcome:
    return decode_reply(reply).outcome


def status(node: Node, lane: str = "normal") -> dict[str, Any]:
    with node.ledger.read() as reader:
        return next(line for line in node.link.status(reader, node.now_ms) if line["lane"] == lane)


def batch_of(node: Node, lane: str = "normal") -> bytes:
    """Return the next batch, which must be there."""
    raw = node.next(lane)
    assert raw is not None
    return raw


def greeted() -> tuple[Node, Node]:
    """Return a pair whose north has one confirmed entry."""
    north, south = pair()
    north.say("X0", route={"number": 0})
    push(north, south)
    return north, south


def forged(node: Node, rows: list[LogEntry], *, size: int | None = None) -> bytes:
    """Return a batch truly signed by ``node``'s keys over ``rows`` from the beginning of its log."""
    source = LogSource(node.terms.origin(node.post, Lane.NORMAL, 1), keys_of(node.post).log, size or len(rows))
    return build(rows, before=CompactRange(), source=source).raw


def row(index: int, *, node: Node, value: int = 0, terms: Terms | None = None, **changes: Any) -> LogEntry:
    fields = {"kind": ANNOUNCED, "id": f"M{index}", "subject": "X1", "sections": {"route": value}, "at_ms": NOW_MS}
    envelope = seal(
        Draft(**{**fields, **changes}), terms or Terms.of(node.terms), sender=node.post, entropy=Dice(index)
    )
    return LogEntry(index, envelope.header, envelope.body, envelope.leaf)


def changed_row(entry: LogEntry, **changes: Any) -> LogEntry:
    fields = {"index": entry.index, "header": entry.header, "body": entry.body, "leaf": entry.leaf}
    return LogEntry(**{**fields, **changes})


def rows_of(reader: Reader, lane: Lane, *, mirrored: bool) -> list[LogEntry]:
    """Return the entries of a log that count, epoch by epoch."""
    parts = mirror_logs(reader, lane) if mirrored else own_logs(reader, lane)
    read = reader.mirror_entries if mirrored else reader.own_entries
    return [row for part in parts for row in read(part.key, start=0, limit=part.size)]
