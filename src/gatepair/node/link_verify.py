"""Checking a link from its rows: both logs, every body that is still held, receipts and checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gatepair.base.errors import EnvelopeRejected
from gatepair.base.findings import Finding
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import body_fits, read_header
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import Lane
from gatepair.node import link_state as states
from gatepair.node.ports import LogEntry, Reader


@dataclass(frozen=True, slots=True)
class PairOfLogs:
    """The two logs of one lane and whose keys count for them."""

    own: Origin
    partners: Origin
    ring: KeyRing


@dataclass(frozen=True, slots=True)
class LaneReport:
    """What was found in one lane."""

    lane: Lane
    own_size: int
    own_root: bytes
    mirror_size: int
    mirror_root: bytes
    receipted: int
    """Entries of our log below the largest receipt that verified."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What was found in all lanes."""

    lanes: tuple[LaneReport, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything that does not verify; nothing when all is well."""
        return tuple(finding for lane in self.lanes for finding in lane.findings)

    @property
    def sent(self) -> int:
        """Return how many entries our logs hold."""
        return sum(lane.own_size for lane in self.lanes)

    @property
    def receipted(self) -> int:
        """Return how many of them the partner holds by a receipt that verified."""
        return sum(lane.receipted for lane in self.lanes)

    @property
    def mirrored(self) -> int:
        """Return how many entries of the partner are held."""
        return sum(lane.mirror_size for lane in self.lanes)

    def to_wire(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "findings": [finding.to_wire() for finding in self.findings],
            "lanes": [
                {
                    "lane": lane.lane.value,
                    "mirror_root": lane.mirror_root.hex(),
                    "mirror_size": lane.mirror_size,
                    "own_root": lane.own_root.hex(),
                    "own_size": lane.own_size,
                    "receipted": lane.receipted,
                }
                for lane in self.lanes
            ],
        }


def verify_lane(reader: Reader, lane: Lane, logs: PairOfLogs) -> LaneReport:
    """Return what is found when every row of both logs of ``lane`` is hashed again."""
    found: list[Finding] = []
    own_log, mirror_log = states.own_log(reader, lane), states.mirror_log(reader, lane)
    receipt = reader.receipt(own_log)
    own_size, mirror_size = reader.own_size(own_log), reader.mirror_size(mirror_log)
    own = _Walk(logs.own, marks=_marks(receipt))
    found += own.over(states.own_rows(reader, own_log, start=0, end=own_size))
    mirror = _Walk(logs.partners, marks=())
    found += mirror.over(states.mirror_rows(reader, mirror_log, start=0, end=mirror_size))
    receipted = 0
    if receipt is not None:
        false = tuple(_receipt_findings(receipt, own, logs))
        found += false
        receipted = 0 if false else receipt[0]
    found += _checkpoint_findings(reader.mirror_checkpoint(mirror_log), mirror, logs)
    found += _frozen_findings(reader, lane)
    return LaneReport(lane, own_size, own.tree.root(), mirror_size, mirror.tree.root(), receipted, tuple(found))


class _Walk:
    """Builds a log's tree from its rows and remembers the roots at some sizes."""

    def __init__(self, log: Origin, *, marks: Iterable[int]) -> None:
        self.log = log
        self.tree = CompactRange()
        self.roots = {size: self.tree.root() for size in marks}
        self._marks = frozenset(self.roots)

    def over(self, rows: Iterator[LogEntry]) -> Iterator[Finding]:
        for row in rows:
            if row.index != self.tree.size or leaf_hash(row.header) != row.leaf or not _body_fits(row):
                yield kinds.LOG_DAMAGED.at(f"{self.log}/{row.index}", index=row.index, log=str(self.log))
            self.tree.append(row.leaf)
            if self.tree.size in self._marks:
                self.roots[self.tree.size] = self.tree.root()


def _marks(receipt: tuple[int, bytes] | None) -> tuple[int, ...]:
    return () if receipt is None else (receipt[0],)


def _body_fits(row: LogEntry) -> bool:
    if row.body is None:
        return True
    header = read_header(row.header)
    return header is not None and body_fits(header, row.body)


def _receipt_findings(receipt: tuple[int, bytes], own: _Walk, logs: PairOfLogs) -> Iterator[Finding]:
    size, text = receipt
    try:
        signed = notes.parse(text)
        checkpoint = Checkpoint.parse(signed.text)
        logs.ring.check_log(signed)
        logs.ring.check_mirror(signed, logs.partners.post)
    except EnvelopeRejected:
        checkpoint = None
    if checkpoint is None or checkpoint.size != size or checkpoint.root != own.roots.get(size):
        yield kinds.RECEIPT_FALSE.at(f"{logs.own}/{size}", log=str(logs.own), size=size)


def _checkpoint_findings(text: bytes | None, mirror: _Walk, logs: PairOfLogs) -> Iterator[Finding]:
    if text is None and not mirror.tree.size:
        return
    try:
        signed = notes.parse(text or b"")
        checkpoint = Checkpoint.parse(signed.text)
        logs.ring.check_log(signed)
    except EnvelopeRejected:
        checkpoint = None
    if checkpoint is None or checkpoint.size != mirror.tree.size or checkpoint.root != mirror.tree.root():
        size = mirror.tree.size
        yield kinds.CHECKPOINT_FALSE.at(f"{logs.partners}/{size}", log=str(logs.partners), size=size)


def _frozen_findings(reader: Reader, lane: Lane) -> Iterator[Finding]:
    for reason in (states.own_state(reader, lane).frozen, states.mirror_state(reader, lane).frozen):
        if reason:
            yield kinds.LANE_FROZEN.at(lane.value, lane=lane.value, reason=reason)
