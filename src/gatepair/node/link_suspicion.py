"""Finding out at the start, without the partner, that a ledger ends before what was signed over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepair.base.canonical import INTEGER_MAX
from gatepair.base.entries import GENESIS
from gatepair.base.merkle import EMPTY_ROOT
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.messages import Lane
from gatepair.node import link_state as states
from gatepair.node.link_state import MARKS_LOST, MARKS_OLD, RESTORED
from gatepair.node.ports import Mark, Marks, Reader

LEDGER_MARK: Final = "ledger"
"""Name of the mark for what we signed of our own ledger: its root is the leaf at that position, which covers all before."""
NOTHING_SIGNED: Final = Mark(FIRST_EPOCH, 0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a lane must not be signed for, the last epoch that may bear our signature, and how far we signed in it."""

    reason: str
    until: int
    signed: int


def suspicions(reader: Reader, lanes: Sequence[Lane], marks: Marks) -> dict[Lane, Suspicion]:
    """Return the lanes that recover, or must, because our own log in them is not the one we signed.

    Without marks nothing is known, not even that the post is new, so every lane is suspected; that is
    kept as a mark too, because the next one would otherwise hide it.
    """
    if marks.lost:
        marks.raise_to({signed_name(lane): _unknown(reader, lane) for lane in lanes})
    found = {lane: _suspicion(reader, lane, marks.get(signed_name(lane)) or NOTHING_SIGNED) for lane in lanes}
    return {lane: suspicion for lane, suspicion in found.items() if suspicion is not None}


def ledger_epoch(reader: Reader, marks: Marks) -> int:
    """Return the epoch in which our own ledger goes on: one more than was signed when it is not what was signed."""
    mark = marks.get(LEDGER_MARK)
    if mark is None:
        return FIRST_EPOCH
    return mark.epoch if ledger_mark(reader, mark.epoch, mark.size) == mark else mark.epoch + 1


def ledger_mark(reader: Reader, epoch: int, size: int) -> Mark:
    """Return the mark of the first ``size`` entries of our ledger; its root is empty when there are not so many."""
    last = reader.entries(after=size - 1, limit=1) if size else []
    return Mark(epoch, size, last[0].leaf if last else b"" if size else GENESIS)


def signed_name(lane: Lane) -> str:
    """Return the name of the mark for what we signed."""
    return f"signed/{lane.value}"


def closed_name(lane: Lane) -> str:
    """Return the name of the mark for what we closed of the partner's log."""
    return f"closed/{lane.value}"


def held_name(lane: Lane) -> str:
    """Return the name of the mark for what we held of the partner's log."""
    return f"held/{lane.value}"


def _unknown(reader: Reader, lane: Lane) -> Mark:
    return Mark(states.own_state(reader, lane).epoch, INTEGER_MAX, b"")


def _suspicion(reader: Reader, lane: Lane, mark: Mark) -> Suspicion | None:
    own = states.own_state(reader, lane)
    if mark.position < (own.epoch, own.confirmed):
        # The partner has receipted what the marks do not know of: they are older than the ledger.
        return Suspicion(MARKS_OLD, own.epoch, 0) if own.confirmed else None
    if not mark.root:
        return Suspicion(MARKS_LOST, mark.epoch, 0)
    size = reader.own_size(states.own_log(reader, lane))
    whole = mark.epoch == own.epoch and mark.size <= size
    if whole and states.own_tree(reader, lane, mark.size).root() == mark.root:
        return None
    return Suspicion(RESTORED, mark.epoch, mark.size)
