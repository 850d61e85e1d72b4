"""Reading the logs of both sides from one post's ledger: what the joint state is folded from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from gatepair.exchange.agreement import Agreement
from gatepair.exchange.joint import JointLog
from gatepair.exchange.messages import Lane
from gatepair.node.link_state import mirror_logs, mirror_rows, own_logs, own_rows

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader


def logs_of(agreement: Agreement, post: str, reader: Reader) -> Iterator[JointLog]:
    """Yield every log that ``post`` wrote or mirrors, of all lanes and epochs."""
    partner = agreement.other(post).post
    # A lane that a later version of the agreement gave up has its log all the same.
    for lane in Lane:
        for part in own_logs(reader, lane):
            rows = own_rows(reader, part.key, start=0, end=part.size)
            yield JointLog(agreement.origin(post, lane, part.epoch), _headers(rows))
        for part in mirror_logs(reader, lane):
            rows = mirror_rows(reader, part.key, start=0, end=part.size)
            yield JointLog(agreement.origin(partner, lane, part.epoch), _headers(rows))


def cut_to(logs: Iterator[JointLog], sizes: Mapping[str, int]) -> Iterator[JointLog]:
    """Yield those of ``logs`` that ``sizes`` names, each no longer than it says: as another post saw them."""
    for log in logs:
        size = sizes.get(str(log.origin))
        if size is not None:
            yield JointLog(log.origin, islice(log.headers, size))


def _headers(rows: Iterator[LogEntry]) -> Iterator[bytes]:
    return (row.header for row in rows)
