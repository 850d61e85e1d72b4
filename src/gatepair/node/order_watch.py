"""The post checks its own published order, as anybody can: record by record as the order grows.

The badge on the board rests on it.  Each record is read back from the ledger, held to its canonical form
and to the rule (:class:`gatepair.operations.replay.Replay`), and the tree over all of them is compared
with the head that the next checkpoint signs.  Nothing is read twice, so a look costs what has come since
the last one; nothing is signed, so that a look at the board leaves no mark.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding
from gatepair.base.merkle import EMPTY_ROOT, CompactRange, leaf_hash
from gatepair.base.time import Instant
from gatepair.node.ports import Ledger
from gatepair.node.standing import kept
from gatepair.operations import findings as say
from gatepair.operations.public_order import OrderHead, Record
from gatepair.operations.replay import Replay
from gatepair.operations.verify_order import strict_line
from gatepair.plan.model import Direction, Plan

RECORDS_A_LOOK: Final = 1_000
"""Records checked at one look, so that no reader waits long; a longer order is caught up over several looks."""
PAUSE_MS: Final = 10_000
"""Least time between two looks at an order that was caught up."""
CATCH_UP_MS: Final = 1_000
"""Least time between two looks while a long order is caught up: so it takes a small part of the processor, however
many look at the board."""

Records = Callable[[int, int], Iterable[bytes]]
"""Gives records of the order after a number of them, at most so many."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the last look found; ``size`` records of ``expected`` were checked, the first fault is ``fault``."""

    size: int
    expected: int
    checked_at_ms: int
    calls: int
    moves: int
    fault: Finding | None = None

    @property
    def state(self) -> str:
        """Return ``holds`` when the whole order was checked and nothing is wrong, ``fault``, or ``running``."""
        if self.fault is not None:
            return "fault"
        return "holds" if self.size == self.expected else "running"

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "state": self.state,
            "records": self.size,
            "expected": self.expected,
            "calls": self.calls,
            "moves": self.moves,
            "checked_at_ms": self.checked_at_ms,
            "fault": None if self.fault is None else self.fault.to_wire(),
        }


class OrderWatch:
    """Follows one order; safe to ask from several reading threads, of which one at a time does the work."""

    def __init__(self, plan: Plan, post: str, direction: Direction, *, records: Records) -> None:
        """Begin before the first record of ``direction`` at its exit ``post``."""
        self._records = records
        self._replay = Replay(plan, post, direction)
        self._tree = CompactRange()
        self._fault: Finding | None = None
        self._last: Watched | None = None
        self._busy = threading.Lock()

    def look(self, now_ms: Instant, head: Callable[[], OrderHead]) -> Watched | None:
        """Check what has come since the last look and return how the order stands; None before the first look ended.

        ``head`` gives size and root, and is asked for before the records, so that they reach as far.
        """
        if not self._due(now_ms) or not self._busy.acquire(blocking=False):
            return self._last
        try:
            self._last = self._looked(now_ms, head())
        finally:
            self._busy.release()
        return self._last

    def _due(self, now_ms: int) -> bool:
        last = self._last
        if last is None or last.fault is not None:
            return last is None
        pause_ms = CATCH_UP_MS if last.size < last.expected else PAUSE_MS
        return not 0 <= now_ms - last.checked_at_ms < pause_ms

    def _looked(self, now_ms: int, head: OrderHead) -> Watched:
        self._read(min(head.size - self._tree.size, RECORDS_A_LOOK))
        if self._fault is None:
            self._fault = self._against(head)
        return Watched(self._tree.size, head.size, now_ms, self._replay.calls, self._replay.moves, self._fault)

    def _against(self, head: OrderHead) -> Finding | None:
        """Return what is wrong between the records and the head; nothing can be said before all are read."""
        if self._tree.size > head.size:
            return say.ORDER_SHRUNK.at("records", expected=self._tree.size, found=head.size)
        if self._tree.size == head.size and self._tree.root() != head.root:
            return say.ORDER_ROOT.at("checkpoint")
        return None

    def _read(self, limit: int) -> None:
        """Check at most ``limit`` records more."""
        for raw in self._records(self._tree.size, limit) if limit > 0 and self._fault is None else ():
            try:
                faults = self._replay.take(strict_line(raw, Record))
            except Malformed as error:
                line = self._tree.size + 2
                faults = [say.ORDER_MALFORMED.at(f"lines.{line}", line=line, why=error.message)]
            self._fault = self._fault or next(iter(faults), None)
            self._tree.append(leaf_hash(raw))


class OrderWatches:
    """The watches over each order of a post, over its ledger."""

    def __init__(self, plan: Plan, post: str, directions: Iterable[Direction], *, ledger: Ledger) -> None:
        """Begin before the first record of each of ``directions`` at its exit ``post``."""
        self._ledger = ledger
        self._watches = {
            way: OrderWatch(plan, post, way, records=partial(self._records, f"order/{way.value}")) for way in directions
        }

    def told(self, direction: Direction, now_ms: Instant) -> dict[str, Any] | None:
        """Return how the check of the order of ``direction`` stands; None while the first look is going on."""
        watched = self._watches[direction].look(now_ms, lambda: self._head(direction))
        return None if watched is None else watched.to_wire()

    def _records(self, rows: str, after: int, limit: int) -> list[bytes]:
        with self._ledger.read() as reader:
            return [row.document for row in reader.rows(rows, after=(after, "~"), limit=limit)]

    def _head(self, direction: Direction) -> OrderHead:
        """Return size and root of the order as the next checkpoint states them."""
        with self._ledger.read() as reader:
            stored = kept(reader)
        heads = {} if stored is None else stored.order_heads()
        return heads.get(direction) or OrderHead(direction=direction, size=0, root=EMPTY_ROOT)
