"""Hashing again every row that a post keeps of its exchange: open and closed epochs, copies, and what waits.

No key is needed for this.  What the rows come to, roots at some sizes, is what signatures are held against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from gatepair.base.errors import BadInput
from gatepair.base.findings import Finding
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import findings as kinds
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Header, body_fits, read_header, values_of
from gatepair.exchange.fence import FENCE_SECTION
from gatepair.exchange.messages import LOG_OPENED, Lane
from gatepair.exchange.sections.statements import Fenced
from gatepair.node import link_state as states
from gatepair.node.ports import LogEntry, Reader


@dataclass(frozen=True, slots=True)
class StoredLog:
    """One log as it lies in the ledger."""

    name: str
    """How findings name it."""
    key: str
    epoch: int
    """:data:`~gatepair.node.link_state.WAITING` for what waits for one."""
    size: int
    """Entries of it that both sides count; more may be kept, as after a restore."""
    mirrored: bool = False
    counts: bool = True
    """False for what a restore left behind and for what waits."""


@dataclass(slots=True)
class Hashed:
    """What the rows of a log came to."""

    log: StoredLog
    tree: CompactRange = field(default_factory=CompactRange)
    """Over all rows that are kept."""
    roots: dict[int, bytes] = field(default_factory=dict)
    """The root at each size that was asked for, and that the rows reach."""
    fence: Fenced | None = None
    """From where the log goes on, as its first entry says."""

    def has(self, size: int, root: bytes) -> bool:
        """Tell whether the first ``size`` rows, which was asked for, have ``root``."""
        return self.roots.get(size) == root

    @property
    def root(self) -> bytes | None:
        """Return the root of what counts; None when rows of that are missing."""
        return self.roots.get(self.log.size)


class Beside:
    """The sections that lie beside the entries of all logs, by leaf."""

    def __init__(self, reader: Reader) -> None:
        """Read them all; few entries have any."""
        self._bodies: dict[str, list[tuple[str, bytes]]] = {}
        self.met: set[str] = set()
        for prefix in (states.WITHHELD, states.APART):
            for name, body in reader.states(prefix):
                self._bodies.setdefault(name.removeprefix(prefix), []).append((name, body))

    def fit(self, header: Header | None, leaf: bytes) -> bool:
        """Tell whether all that lies beside the entry with ``leaf`` fits its ``header``."""
        found = self._bodies.get(leaf.hex(), ())
        self.met.update(name for name, _ in found)
        return all(header is not None and body_fits(header, body) for _, body in found)

    def stray(self) -> Iterator[Finding]:
        """Yield a finding for what lies beside no entry, when all logs were walked."""
        for found in self._bodies.values():
            for name, _ in found:
                if name not in self.met:
                    yield kinds.STATE_FALSE.at(name, name=name)


def own_stored(reader: Reader, lane: Lane, name: str) -> tuple[StoredLog, ...]:
    """Return our logs of ``lane`` under the key name ``name``: those that count by epoch, other copies, what waits."""
    parts = states.own_logs(reader, lane)
    counted = {part.key for part in parts}
    logs = [StoredLog(f"{name}#{part.epoch}", part.key, part.epoch, part.size) for part in parts]
    for epoch, copy in states.own_copies(reader, lane):
        key = states.log_key(lane, epoch, copy)
        if key not in counted:
            logs.append(StoredLog(f"{name}#{epoch}~{copy}", key, epoch, 0, counts=False))
    return (*logs, StoredLog(f"{name}+", states.waiting_key(lane), states.WAITING, 0, counts=False))


def mirror_stored(reader: Reader, lane: Lane, name: str) -> tuple[StoredLog, ...]:
    """Return the partner's logs of ``lane`` under the key name ``name``, epoch by epoch."""
    parts = states.mirror_logs(reader, lane)
    return tuple(StoredLog(f"{name}#{part.epoch}", part.key, part.epoch, part.size, mirrored=True) for part in parts)


def hashed(reader: Reader, log: StoredLog, *, marks: Iterable[int], beside: Beside, found: list[Finding]) -> Hashed:
    """Return what the rows of ``log`` come to, with the roots at ``marks``; what does not fit its hash is ``found``."""
    done = Hashed(log)
    wanted = {log.size, *marks}
    if 0 in wanted:
        done.roots[0] = done.tree.root()
    for row in _rows(reader, log):
        header = read_header(row.header)
        if not _is_sound(row, header, done.tree.size, beside=beside):
            found.append(kinds.LOG_DAMAGED.at(f"{log.name}/{row.index}", index=row.index, log=log.name))
        if not done.tree.size and header is not None and header.type == LOG_OPENED:
            done.fence = _fence_in(row)
        done.tree.append(row.leaf)
        if done.tree.size in wanted:
            done.roots[done.tree.size] = done.tree.root()
    return done


def fence_findings(logs: Mapping[int, Hashed], *, epoch: int) -> Iterator[Finding]:
    """Yield a finding for each place from which an epoch that counts does not go on as it says, from ``epoch`` back.

    Between the epoch where the other side stood and the one that goes on from there nothing counts.
    """
    while epoch > FIRST_EPOCH:
        log = logs[epoch]
        fence = log.fence
        stood = None if fence is None else logs.get(fence.epoch)
        between = [] if fence is None else [logs[each].log.size for each in range(fence.epoch + 1, epoch)]
        if (
            fence is None
            or stood is None
            or fence.epoch >= epoch
            or any(between)
            or stood.log.size != fence.size
            or not stood.has(fence.size, bytes.fromhex(fence.root))
        ):
            yield kinds.FENCE_FALSE.at(f"{log.log.name}/0", log=log.log.name)
            return
        epoch = fence.epoch


def _rows(reader: Reader, log: StoredLog) -> Iterator[LogEntry]:
    read, size = (states.mirror_rows, reader.mirror_size) if log.mirrored else (states.own_rows, reader.own_size)
    return read(reader, log.key, start=0, end=size(log.key))


def _is_sound(row: LogEntry, header: Header | None, due: int, *, beside: Beside) -> bool:
    if row.index != due or leaf_hash(row.header) != row.leaf:
        return False
    fits = row.body is None or (header is not None and body_fits(header, row.body))
    return fits and beside.fit(header, row.leaf)


def _fence_in(row: LogEntry) -> Fenced | None:
    try:
        return msgspec.convert(values_of(row.body or b"").get(FENCE_SECTION), Fenced)
    except (BadInput, msgspec.ValidationError):
        return None
