"""Reading the logs of both sides from one post's ledger: what the joint state is folded from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from gatepair.exchange.agreement import Agreement
from gatepair.exchange.joint import JointLog
from gatepair.node.link_state import log_key, mirror_rows, mirror_state, own_rows, own_state

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader


def logs_of(agreement: Agreement, post: str, reader: Reader) -> Iterator[JointLog]:
    """Yield every log that ``post`` wrote or mirrors, of all lanes and epochs."""
    partner = agreement.other(post).post
    for lane in agreement.lanes:
        for epoch in range(1, own_state(reader, lane).epoch + 1):
            key = log_key(lane, epoch)
            rows = own_rows(reader, key, start=0, end=reader.own_size(key))
            yield JointLog(agreement.origin(post, lane, epoch), _headers(rows))
        for epoch in range(1, mirror_state(reader, lane).epoch + 1):
            key = log_key(lane, epoch)
            rows = mirror_rows(reader, key, start=0, end=reader.mirror_size(key))
            yield JointLog(agreement.origin(partner, lane, epoch), _headers(rows))


def cut_to(logs: Iterator[JointLog], sizes: Mapping[str, int]) -> Iterator[JointLog]:
    """Yield those of ``logs`` that ``sizes`` names, each no longer than it says: as another post saw them."""
    for log in logs:
        size = sizes.get(str(log.origin))
        if size is not None:
            yield JointLog(log.origin, islice(log.headers, size))


def _headers(rows: Iterator[LogEntry]) -> Iterator[bytes]:
    return (row.header for row in rows)
