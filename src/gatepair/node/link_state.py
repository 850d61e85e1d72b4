"""What a link keeps about each lane besides the rows of the two logs, as named states of the ledger.

All of it could be worked out again from the rows, the receipts and the checkpoints
(:meth:`gatepair.node.link.Link.verify` does); kept, it makes the next batch cheap.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from gatepair.base.canonical import decode_as, encode
from gatepair.base.merkle import CompactRange
from gatepair.base.time import SECOND_MS
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Heard, parse_header
from gatepair.exchange.messages import Lane

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader, Unit

RECENT_TREES_MAX: Final = 4
"""Past ends of the mirror that are kept: one batch is in flight per lane, so an older repeat is rare."""
ROWS_PER_READ: Final = 512


class OwnState(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Our log in one lane: what the partner has confirmed."""

    epoch: int = FIRST_EPOCH
    confirmed: int = 0
    """Entries that the partner has receipted."""
    tree: str = ""
    """Compact range at ``confirmed``, hex; empty for the empty tree."""
    cosigned_at_s: int = 0
    """Time in the latest receipt."""
    frozen: str = ""
    """Why nothing is sent: ``restored`` or ``contradiction``; only proofs freeze."""

    def range(self) -> CompactRange:
        """Return the tree at ``confirmed``."""
        return _range(self.tree)


class MirrorState(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The partner's log in one lane, as held here."""

    epoch: int = FIRST_EPOCH
    tree: str = ""
    """Compact range at the mirror's end, hex; empty for the empty tree."""
    frozen: str = ""
    recent: tuple[str, ...] = ()
    """Compact ranges (hex) at the ends of past batches, oldest first: a repeated batch is answered at once."""
    heard_at_ms: int | None = None
    """When we last knew that nothing of the partner's log was outstanding, on our clock."""
    proof_at_s: int = 0
    """Newest time that the partner signed; an older one proves no life."""
    cosigned_at_s: int = 0
    """Time of our own latest receipt."""

    def range(self) -> CompactRange:
        """Return the tree at the mirror's end."""
        return _range(self.tree)

    @property
    def size(self) -> int:
        """Return how many entries the mirror holds: the first eight bytes of the range."""
        return int(self.tree[:16], 16) if self.tree else 0

    def grown(self) -> tuple[str, ...]:
        """Return ``recent`` with the present tree added: what the next state remembers."""
        return (*self.recent, self.tree)[-RECENT_TREES_MAX:]


def log_key(lane: Lane, epoch: int) -> str:
    """Return the name under which the ledger keeps the log of ``lane`` in ``epoch``.

    The first epoch has the lane's bare name.  A log of a later epoch begins at size 0, and nothing of
    an older one is ever changed.
    """
    return lane.value if epoch == FIRST_EPOCH else f"{lane.value}#{epoch}"


def own_log(reader: Reader, lane: Lane) -> str:
    """Return the log key of the log that we write now in ``lane``."""
    return log_key(lane, own_state(reader, lane).epoch)


def mirror_log(reader: Reader, lane: Lane) -> str:
    """Return the log key of the partner's log that is open now in ``lane``."""
    return log_key(lane, mirror_state(reader, lane).epoch)


def own_state(reader: Reader, lane: Lane) -> OwnState:
    """Return what is kept of our log in ``lane``."""
    return _own(reader.state(f"exchange/own/{lane.value}"))


def put_own(unit: Unit, lane: Lane, state: OwnState) -> None:
    """Keep ``state`` of our log."""
    unit.put_state(f"exchange/own/{lane.value}", encode(state))


def mirror_state(reader: Reader, lane: Lane) -> MirrorState:
    """Return what is kept of the partner's log in ``lane``."""
    return _mirror(reader.state(f"exchange/mirror/{lane.value}"))


# The same few bytes are read again for every message; states are frozen, so one reading serves all.
@lru_cache(maxsize=64)
def _own(raw: bytes | None) -> OwnState:
    return OwnState() if raw is None else decode_as(OwnState, raw)


@lru_cache(maxsize=64)
def _mirror(raw: bytes | None) -> MirrorState:
    return MirrorState() if raw is None else decode_as(MirrorState, raw)


def put_mirror(unit: Unit, lane: Lane, state: MirrorState) -> None:
    """Keep ``state`` of the partner's log."""
    unit.put_state(f"exchange/mirror/{lane.value}", encode(state))


def put_evidence(unit: Unit, lane: Lane, evidence: dict[str, object]) -> None:
    """Keep what proves that the partner contradicted itself; never overwritten."""
    prefix = f"exchange/evidence/{lane.value}/"
    number = len(unit.states(prefix)) + 1
    unit.put_state(f"{prefix}{number:06d}", encode(evidence))


@lru_cache(maxsize=64)
def heard_of(state: MirrorState, log: str) -> Heard | None:
    """Return how a header says how far the partner's ``log`` was held; None when nothing was."""
    tree = state.range()
    if not tree.size:
        return None
    return Heard(cosigned_at_s=state.cosigned_at_s, log=log, root=tree.root().hex(), size=tree.size)


def own_rows(reader: Reader, log: str, *, start: int, end: int) -> Iterator[LogEntry]:
    """Yield rows ``[start, end)`` of our log, read in portions."""
    while start < end:
        rows = reader.own_entries(log, start=start, limit=min(ROWS_PER_READ, end - start))
        if not rows:
            return
        yield from rows
        start += len(rows)


def mirror_rows(reader: Reader, log: str, *, start: int, end: int) -> Iterator[LogEntry]:
    """Yield rows ``[start, end)`` of the partner's log, read in portions."""
    while start < end:
        rows = reader.mirror_entries(log, start=start, limit=min(ROWS_PER_READ, end - start))
        if not rows:
            return
        yield from rows
        start += len(rows)


def own_tree(reader: Reader, lane: Lane, size: int) -> CompactRange:
    """Return the tree of our log at ``size``: on from the confirmed one, or from the beginning."""
    tree = own_state(reader, lane).range()
    if tree.size > size:
        tree = CompactRange()
    tree.extend(row.leaf for row in own_rows(reader, own_log(reader, lane), start=tree.size, end=size))
    return tree


def mirror_tree(reader: Reader, lane: Lane, size: int) -> CompactRange:
    """Return the tree of the mirror at ``size``: at once for its end and the ends of past batches, else by a walk."""
    state = mirror_state(reader, lane)
    for known in (state.tree, *reversed(state.recent)):
        tree = _range(known)
        if tree.size == size:
            return tree
    return CompactRange.over(row.leaf for row in mirror_rows(reader, mirror_log(reader, lane), start=0, end=size))


def lane_status(reader: Reader, lane: Lane, *, now_ms: int, heard_age_s: int | None, answer: str) -> dict[str, Any]:
    """Return what an operator sees of ``lane``: sizes, what is unconfirmed and for how long, freezes, evidence."""
    own, mirror = own_state(reader, lane), mirror_state(reader, lane)
    size = reader.own_size(own_log(reader, lane))
    waiting = reader.own_entries(own_log(reader, lane), start=own.confirmed, limit=1)
    oldest_ms = parse_header(waiting[0].header).at_ms if waiting else None
    return {
        "answer": answer,
        "confirmed": own.confirmed,
        "epoch": own.epoch,
        "evidence": len(reader.states(f"exchange/evidence/{lane.value}/")),
        "frozen_in": mirror.frozen,
        "frozen_out": own.frozen,
        "heard_age_s": heard_age_s,
        "lane": lane.value,
        "mirror_size": reader.mirror_size(mirror_log(reader, lane)),
        "oldest_unconfirmed_s": None if oldest_ms is None else max(0, now_ms - oldest_ms) // SECOND_MS,
        "size": size,
        "unconfirmed": size - own.confirmed,
    }


def lane_state(reader: Reader, lane: Lane) -> dict[str, Any]:
    """Return what the partner sees of ``lane``: epochs, sizes, and the root of its log as held here."""
    checkpoint = reader.mirror_checkpoint(mirror_log(reader, lane))
    return {
        "epoch": own_state(reader, lane).epoch,
        "lane": lane.value,
        "mirror_checkpoint": "" if checkpoint is None else checkpoint.decode(),
        "mirror_epoch": mirror_state(reader, lane).epoch,
        "mirror_root": mirror_state(reader, lane).range().root().hex(),
        "mirror_size": reader.mirror_size(mirror_log(reader, lane)),
        "size": reader.own_size(own_log(reader, lane)),
    }


def _range(encoded: str) -> CompactRange:
    return CompactRange.from_bytes(bytes.fromhex(encoded)) if encoded else CompactRange()


KEPT: Final = "exchange/keys/"
"""Named states: the signed key statements that count, by digest. They stand in the logs too."""


def kept_statements(reader: Reader) -> tuple[str, ...]:
    """Return the signed key statements of both sides that this post has taken in."""
    return tuple(raw.decode() for _, raw in reader.states(KEPT))
