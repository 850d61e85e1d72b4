"""Papers of the partner: its word before it arrives through the line, kept until the line confirms it.

A paper proves that the partner wrote an entry at a place of its log; what lies before that place is
not known here.  Its effect happens at once and once: the id is remembered as for a mirrored entry.
When the mirror reaches that far, the paper's signed root must be the mirror's root at its size.  If
it is not, the partner signed two histories, and both signatures are kept.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from gatepair.base.canonical import decode_as
from gatepair.exchange.receiver import Contradicted, Judgement, Mirror, Taken
from gatepair.node.ports import Reader, Unit

PREFIX: Final = "exchange/paper/"


class Kept(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A paper entry that the line has not confirmed yet."""

    checkpoint: str
    index: int
    leaf: str
    root: str
    scanned_at_ms: int
    size: int
    subject: str


def unconfirmed(reader: Reader, log: str = "") -> list[tuple[str, Kept]]:
    """Return what papers said of the log under the key ``log`` (of all logs) that the line has not confirmed, by name."""
    prefix = f"{PREFIX}{log}/" if log else PREFIX
    return [(name, decode_as(Kept, raw)) for name, raw in reader.states(prefix)]


def against_papers(unit: Unit, log: str, judgement: Judgement, *, before: Mirror, shown: str) -> Judgement:
    """Return ``judgement`` of a batch, unless its new entries after ``before`` are not those signed on a paper.

    Papers that the entries bear out are confirmed and forgotten.
    """
    if not isinstance(judgement, Taken) or not judgement.new:
        return judgement
    reached = [(name, kept) for name, kept in unconfirmed(unit, log) if kept.size <= judgement.mirror.tree.size]
    for _, kept in reached:
        tree = before.tree.copy()
        tree.extend(each.leaf for each in judgement.new[: kept.size - tree.size])
        if tree.root().hex() != kept.root:
            return Contradicted(before, kept.checkpoint, shown, "the entries are not those that were signed on paper")
    for name, _ in reached:
        unit.put_state(name, None)
    return judgement
