"""Looking at a link: what an operator sees, what the partner sees, and what a verification finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepair.base.errors import SignatureUnchecked
from gatepair.base.merkle import CompactRange
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import FIRST_EPOCH, LEDGER_LANE, Checkpoint, Origin
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import PROTOCOL
from gatepair.node import link_receipts as receipts
from gatepair.node import link_state as states
from gatepair.node.link_rows import Beside
from gatepair.node.link_speaking import Speaking
from gatepair.node.link_suspicion import LEDGER_MARK, held_name, ledger_mark, signed_name
from gatepair.node.link_verify import LaneMarks, LinkReport, PairOfLogs, statement_findings, verify_lane
from gatepair.node.ports import Reader


class Looking(Speaking):
    """What can be seen of a link; nothing here changes it."""

    def status(self, reader: Reader, now_ms: int) -> list[dict[str, Any]]:
        """Return each lane's sizes, what is unconfirmed and how old, when the partner was heard, and freezes."""
        self._ensure_loaded(reader)
        return [self._lane_status(reader, lane, now_ms) for lane in self.lanes] if self.enabled else []

    def exchange_state(self, reader: Reader, *, now_ms: int) -> dict[str, Any]:
        """Return what ``GET /x/1/state`` shows the partner: agreement, clock, sizes and roots of each lane."""
        ruling = self.versions.ruling(now_ms) or self.versions.terms[-1]
        return {
            "agreement": {
                "hash": ruling.hash_hex,
                "id": ruling.agreement.id,
                "version": ruling.agreement.version,
            },
            "agreements": [each.hash_hex for each in self.versions.terms],
            "clock_ms": now_ms,
            "lanes": [states.lane_state(reader, lane) for lane in self.lanes] if self.enabled else [],
            "messages": [message.kind for message in ruling.agreement.messages],
            "mode": self.mode,
            "post": self.post,
            "protocol": PROTOCOL,
            **self.languages(),
        }

    def was_told(self, reader: Reader, digest: str, *, now_ms: int) -> bool:
        """Tell whether a message that may still be shown told the partner of the attachment ``digest``: then it may fetch it."""
        told = states.told_in(reader, digest) if self.enabled else ()
        return any(self.lists(kind, section, now_ms=now_ms) for kind, section in told)

    def held_since_s(self, reader: Reader, log: str, index: int) -> int | None:
        """Return when the partner first cosigned that it holds entry ``index`` of our log (POSIX seconds); None: not yet."""
        ring, post = self._ring(reader), self._partner.post
        first = next(receipts.that_count(reader, log, index, ring=ring, post=post), None)
        if first is None:
            return None
        try:
            return ring.check_mirror(notes.parse(first.note), post)[1].at_s or None
        except SignatureUnchecked:
            return None

    def verify(self, reader: Reader, *, with_marks: bool = False) -> LinkReport:
        """Recompute all that is kept of both logs of every lane from its rows, and check all that was signed over it.

        ``with_marks`` holds the marks of the second medium against it too: for a post that does not run,
        because a running one marks ahead of what ``reader`` shows.
        """
        if not self.enabled:
            return LinkReport(())
        beside, ring = Beside(reader), self._ring(reader)
        lanes = tuple(
            verify_lane(
                reader,
                lane,
                self._pair_of_logs(lane, ring),
                beside=beside,
                marks=self._lane_marks(lane) if with_marks else None,
            )
            for lane in self.lanes
        )
        stray = beside.stray() if all(lane.own for lane in lanes) else ()
        return LinkReport(lanes, (*stray, *statement_findings(reader, ring)))

    def ledger_verifier_key(self) -> str:
        """Return the key that verifies our ledger's checkpoints, as a signed-note verifier key."""
        origin = Origin(self.me.side, self.post, self.agreement.id, LEDGER_LANE, FIRST_EPOCH)
        return notes.to_vkey(origin.key_name, notes.SignatureKind.ED25519, self._held_keys.log.public)

    def sign_ledger(self, reader: Reader, tree: CompactRange, lines: Sequence[str]) -> str:
        """Return a signed checkpoint over our own ledger's ``tree`` with extension ``lines``.

        A ledger that was put back from a backup goes on in a new epoch: what was signed in the one before may
        hold entries that are lost.  How far was signed is marked before the signature leaves.

        Raises:
            SettingInvalid: this node has no log key.
            StorageUnavailable: the mark could not be kept; nothing is signed.
        """
        self._ensure_loaded(reader)
        stand = ledger_mark(reader, self._ledger_epoch(reader), tree.size)
        origin = Origin(self.me.side, self.post, self.agreement.id, LEDGER_LANE, stand.epoch)
        text = Checkpoint(origin, tree.size, tree.root(), tuple(lines)).to_text()
        line = notes.sign(text, name=origin.key_name, key=self._held_keys.log)
        if self._marks is not None:
            self._marks.raise_to({LEDGER_MARK: stand})
        return notes.Note(text, (line,)).to_text()

    def _ledger_epoch(self, reader: Reader) -> int:
        """Return the epoch of our ledger, by the marks as they were at the start, and by the epochs of our logs.

        The latter tell where marks were lost: each lane then goes on in a new one.
        """
        lanes = self.lanes if self.enabled else ()
        return max([FIRST_EPOCH, self._ledger_began, *(self._next_epoch(reader, lane) for lane in lanes)])

    def _next_epoch(self, reader: Reader, lane: Lane) -> int:
        recovery = self._recovery(reader, lane, now_ms=0)
        return states.own_state(reader, lane).epoch if recovery is None else recovery.until + 1

    def _pair_of_logs(self, lane: Lane, ring: KeyRing) -> PairOfLogs:
        own, partners = (self.agreement.origin(post, lane, FIRST_EPOCH) for post in (self.post, self._partner.post))
        return PairOfLogs(own.key_name, partners.key_name, self._partner.post, ring)

    def _lane_marks(self, lane: Lane) -> LaneMarks | None:
        if self._marks is None:
            return None
        return LaneMarks(self._marks.get(signed_name(lane)), self._marks.get(held_name(lane)))

    def _lane_status(self, reader: Reader, lane: Lane, now_ms: int) -> dict[str, Any]:
        answer = self._answers[lane].value if lane in self._answers else ""
        age_s = self.partner_age_s(now_ms, lane)
        return states.lane_status(reader, lane, now_ms=now_ms, heard_age_s=age_s, answer=answer)
