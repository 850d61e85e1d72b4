"""Carrying: what goes over by courier instead of by line, in bundles and on paper.

What a courier takes along is signed like everything else, and no answer is waited for.  A size is
signed only after its rows were read back, and only where nothing speaks against signing at all;
the line may come back at any time and bring the same entries.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Raw

from gatepair.base.errors import NotFound, StorageDamaged
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange.key_statements import KeyUse
from gatepair.exchange.messages import Lane
from gatepair.exchange.paper import PaperEntry
from gatepair.exchange.sender import build, signed_checkpoint
from gatepair.exchange.wire import BATCH_ENTRIES_MAX, Outcome
from gatepair.node import link_state as states
from gatepair.node.link_receiving import Receiving
from gatepair.node.link_sending import Sending
from gatepair.node.ports import Reader


@dataclass(frozen=True, slots=True)
class OwnLog:
    """One of our logs as it stands."""

    origin: str
    size: int
    confirmed: int
    """Entries that the partner has receipted."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A signed batch for the courier, and the tree at its end."""

    raw: bytes
    tree: CompactRange
    size: int
    """Length of the log by now."""


class Carrying(Sending, Receiving):
    """What a courier is given."""

    def own_log(self, reader: Reader, lane: Lane) -> OwnLog:
        """Return how our log of ``lane`` stands."""
        size = reader.own_size(states.own_log(reader, lane))
        return OwnLog(str(self._own_origin(reader, lane)), size, states.own_state(reader, lane).confirmed)

    def log_keys(self, reader: Reader) -> tuple[str, ...]:
        """Return the public keys, hex, that sign our logs now."""
        return tuple(key.public.hex() for key in self._ring(reader).standing(self.post, KeyUse.LOG))

    def carry(
        self, reader: Reader, lane: Lane, *, before: CompactRange, now_ms: int, limit: int = BATCH_ENTRIES_MAX
    ) -> Carried | None:
        """Return the batch that follows the tree ``before``, without entries when none do; None when none may be signed.

        It is no answer to anything and waits for none: the line's own batches go on as they were.

        Raises:
            StorageDamaged: a row does not match its hash; nothing was signed.
        """
        if not self._is_sure(reader, lane, now_ms):
            return None
        source = self._source(reader, lane)
        held = reader.own_entries(states.own_log(reader, lane), start=before.size, limit=limit)
        rows = self._showable(held, now_ms)
        built = build(rows, before=before, source=source, cosigned=self._cosigned(reader, lane, now_ms))
        self._mark(reader, lane, built.tree)
        return Carried(built.raw, built.tree, source.size)

    def owed(self, reader: Reader, lane: Lane, *, now_ms: int) -> bytes | None:
        """Return the reply that we owe for all that we hold of the partner's log; None before we hold anything.

        It is the one that a heartbeat would get: it covers what came by line, by courier, or by both.
        """
        state = states.mirror_state(reader, lane)
        checkpoint = reader.mirror_checkpoint(states.mirror_log(reader, lane))
        if checkpoint is None or state.frozen is not None or not self.may_sign:
            return None
        return self._answer(reader, lane, Outcome.RECEIVED, note=self._cosign(checkpoint.decode(), now_ms))

    def on_paper(self, reader: Reader, lane: Lane, index: int, *, now_ms: int) -> PaperEntry | None:
        """Return entry ``index`` of our log with its shortest proof; None when nothing may be signed.

        The proof leads to a checkpoint that ends with the entry itself.

        Raises:
            NotFound: the log has no such entry.
            StorageDamaged: a row does not match its hash; nothing was signed.
        """
        if not self._is_sure(reader, lane, now_ms):
            return None
        tree = self.read_back(reader, lane, index)
        proof = tree.proof_of_next()
        rows = reader.own_entries(states.own_log(reader, lane), start=index, limit=1)
        if not rows:
            raise NotFound(f"our log of the lane {lane.value} has no entry {index}", lane=lane.value, index=index)
        (row,) = rows
        if leaf_hash(row.header) != row.leaf:
            raise StorageDamaged(f"entry {index} of the log {lane.value} does not match its hash", lane=lane.value)
        shown = self._showable(rows, now_ms)
        if not shown:
            return None
        tree.append(row.leaf)
        checkpoint = signed_checkpoint(tree, self._source(reader, lane)).to_text()
        self._mark(reader, lane, tree)
        return PaperEntry(
            header=Raw(row.header),
            index=index,
            checkpoint=checkpoint,
            proof=tuple(step.hex() for step in proof),
            body=Raw(b"null" if shown[0].body is None else shown[0].body),
        )
