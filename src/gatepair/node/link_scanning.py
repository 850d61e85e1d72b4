"""Scanning: papers of the partner are taken in, proved and checked against all that is held of its log."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from gatepair.base.canonical import encode
from gatepair.base.findings import Finding
from gatepair.base.merkle import CompactRange
from gatepair.exchange import findings as kinds
from gatepair.exchange.envelope import Opened, content_digest, parse_header
from gatepair.exchange.paper import PaperEntry, Proven, prove
from gatepair.exchange.receiver import Contradicted
from gatepair.node.link_paper import PREFIX, Kept, unconfirmed
from gatepair.node.link_receiving import Receiving
from gatepair.node.link_state import id_name, log_key, mirror_rows, mirror_state
from gatepair.node.ports import Reader, Unit

Act = Callable[[Opened], tuple[Finding, ...]]
"""Lets an entry have its effect and returns what stands against it."""


class Scanned(StrEnum):
    """What became of one entry of a paper."""

    NEW = "new"
    """It counts as the partner's word, until the line confirms it."""
    KNOWN = "known"
    """It was known already, by line or from a paper; nothing happened again."""
    REFUSED = "refused"
    """It is true and does not fit here now; when it comes through the line it is tried again."""
    CONTRADICTS = "contradicts"
    """It and what we hold of the partner's log cannot both be true."""


class Scanning(Receiving):
    """Taking papers in."""

    def proved(self, reader: Reader, entry: PaperEntry) -> Proven:
        """Return what an entry of a paper proves.

        Raises:
            EnvelopeRejected: the partner did not sign it, or it does not prove what it says.
            KeyNotValid: it is signed by keys that do not count at its size.
            NotInAgreement: no agreement in force lists it.
        """
        return prove(entry, author=self._partner.post, ring=self._ring(reader), in_force=self.versions.terms)

    def take_paper(self, unit: Unit, proven: Proven, *, now_ms: int, act: Act) -> tuple[Scanned, tuple[Finding, ...]]:
        """Let an entry of a paper, which was proved, have its effect in the caller's transaction, and return what became of it."""
        opened = proven.opened
        lane = self._lane(opened.origin.lane)
        log = log_key(lane, opened.origin.epoch)
        frozen = mirror_state(unit, lane).frozen
        if frozen is not None:
            return Scanned.REFUSED, (kinds.LANE_FROZEN.at(lane.value, lane=lane.value, reason=frozen.reason),)
        held = _contradicted(unit, log, proven)
        if held is not None:
            found = Contradicted(
                self._mirror(unit, lane, mirror_state(unit, lane)),
                held=held,
                shown=proven.entry.checkpoint,
                message=f"the entry {proven.opened.index} that was signed on paper is not the one signed before",
            )
            self._freeze_mirror(unit, lane, found, now_ms=now_ms)
            return Scanned.CONTRADICTS, (kinds.PAPER_CONTRADICTS.at(lane.value, lane=lane.value),)
        name, digest = id_name(opened.id), content_digest(parse_header(bytes(proven.entry.header)))
        known = unit.state(name)
        if known is not None:
            same = known == digest
            return (Scanned.KNOWN, ()) if same else (Scanned.REFUSED, (kinds.ID_REUSED.at(id=opened.id),))
        findings = act(opened)
        if findings:
            return Scanned.REFUSED, findings
        unit.put_state(name, digest)
        if unit.mirror_size(log) <= opened.index:
            unit.put_state(f"{PREFIX}{log}/{opened.index:016d}", encode(_kept(proven, now_ms)))
        return Scanned.NEW, ()


def _contradicted(reader: Reader, log: str, proven: Proven) -> str | None:
    """Return the signed note that cannot be true beside the paper; None when the paper fits all that is held."""
    index, size, leaf = proven.opened.index, proven.size, proven.opened.leaf
    held = reader.mirror_size(log)
    checkpoint = (reader.mirror_checkpoint(log) or b"").decode()
    if size <= held:
        tree = CompactRange.over(row.leaf for row in mirror_rows(reader, log, start=0, end=size))
        return None if tree.root() == proven.root else checkpoint
    if index < held and reader.mirror_entries(log, start=index, limit=1)[0].leaf != leaf:
        return checkpoint
    for _, kept in unconfirmed(reader, log):
        if (kept.index == index and kept.leaf != leaf.hex()) or (kept.size == size and kept.root != proven.root.hex()):
            return kept.checkpoint
    return None


def _kept(proven: Proven, now_ms: int) -> Kept:
    opened = proven.opened
    return Kept(
        checkpoint=proven.entry.checkpoint,
        index=opened.index,
        leaf=opened.leaf.hex(),
        root=proven.root.hex(),
        scanned_at_ms=now_ms,
        size=proven.size,
        subject=opened.subject,
    )
