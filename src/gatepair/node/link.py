"""The link to the partner: our logs, the mirror of the partner's, receipts, and how fresh its word is.

A link holds keys and the agreement, and nothing that a crash could lose: what it knows lies in the
ledger, written in the caller's transaction.  What :meth:`Link.receive` returns must leave the
house only after that transaction has ended, because a receipt says "held durably".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec.structs import replace

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import BadInput, Contradiction, EnvelopeRejected, NotInAgreement, SettingInvalid
from gatepair.base.findings import Finding
from gatepair.base.ids import derived
from gatepair.base.merkle import CompactRange
from gatepair.base.time import SECOND_MS, Entropy
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Mode, Party, Terms, Tolerance
from gatepair.exchange.checkpoint import FIRST_EPOCH, Checkpoint, Origin
from gatepair.exchange.envelope import Draft, Heard, Opened, Reference, content_digest, seal
from gatepair.exchange.findings import AGREEMENT_NOT_IN_FORCE, ID_REUSED, UNSUPPORTED_TYPE
from gatepair.exchange.messages import OUTCOME, Lane
from gatepair.exchange.receiver import (
    Bench,
    Closed,
    Contradicted,
    Gap,
    Judged,
    Mirror,
    Rejected,
    Taken,
    check_signer,
    judge,
)
from gatepair.exchange.sender import LogSource, Receipt, build, check_receipt, proves_restore
from gatepair.exchange.wire import (
    BATCH_ENTRIES_MAX,
    PROTOCOL,
    Batch,
    Outcome,
    Reply,
    decode_batch,
    decode_reply,
    encode_reply,
)
from gatepair.node import link_state as states
from gatepair.node.link_setting import LinkKeys, Replied, check_known, check_setting
from gatepair.node.link_state import MirrorState, OwnState
from gatepair.node.link_verify import LinkReport, PairOfLogs, verify_lane
from gatepair.node.ports import LogEntry, Reader, Unit

HEARTBEAT_MS: Final = 60 * SECOND_MS
"""How often a fresh cosignature is exchanged when nothing is new. Source: exchange notes §3.7."""
LEDGER_LANE: Final = "ledger"
"""Stands for a lane in the origin of a ledger's own checkpoint."""

Deliver = Callable[[Unit, Opened], None]

__all__ = ["HEARTBEAT_MS", "Deliver", "Link", "LinkKeys", "Replied"]


class Link:
    """One post's end of the exchange."""

    def __init__(
        self, agreement: Agreement, post: str, *, keys: LinkKeys | None, entropy: Entropy, paced: bool = False
    ) -> None:
        """Take the agreement, the post we are, and its keys (none are needed to work alone).

        ``paced`` lets out only what :meth:`fix_sizes` has fixed: with a stepped clock the batches then
        depend on the steps alone.

        Raises:
            SettingInvalid: the keys are not those of the agreement, or the agreement has errors.
            SameKeyTwice: one key serves twice.
        """
        self.agreement = agreement
        self.post = post
        self.me = agreement.party(post)
        self._terms = Terms.of(agreement)
        self._keys = keys
        self._entropy = entropy
        self._paced = paced
        self._fixed: dict[Lane, int] = {}
        self._next: dict[Lane, int] = {}
        self._built: dict[Lane, CompactRange] = {}
        self._greeted: set[Lane] = set()
        self._answers: dict[Lane, Outcome] = {}
        self._heard: dict[Lane, MirrorState] = {}
        self._loaded = False
        check_setting(agreement, self.me, keys)
        used = {message.lane for message in agreement.messages}
        self.lanes: tuple[Lane, ...] = tuple(lane for lane in agreement.lanes if lane in used)

    # --- the agreement --------------------------------------------------------------------

    @property
    def enabled(self) -> bool:
        """Tell whether there is a partner to exchange with."""
        return self.agreement.mode is not Mode.ALONE and self._keys is not None

    @property
    def mode(self) -> Literal["alone", "mirrored", "paired"]:
        """Return the agreement's mode."""
        match self.agreement.mode:
            case Mode.ALONE:
                return "alone"
            case Mode.MIRRORED:
                return "mirrored"
            case Mode.PAIRED:
                return "paired"

    def lists(self, kind: str, section: str | None = None) -> bool:
        """Tell whether the agreement lets us send ``kind``, and ``section`` of it when one is named."""
        message = self._terms.by_kind.get(kind)
        if message is None or (message.senders and self.post not in message.senders):
            return False
        return section is None or section in message.sections

    def tolerances(self, step: str) -> tuple[Tolerance, ...]:
        """Return how stale the partner's word may be for ``step``, youngest first."""
        return self.agreement.tolerances(step)

    # --- how fresh the partner's word is --------------------------------------------------

    def load(self, reader: Reader) -> None:
        """Read what is known of the partner; called by itself at the first transaction."""
        for lane in self.lanes:
            self._heard[lane] = states.mirror_state(reader, lane)
        self._loaded = True

    def partner_age_s(self, now_ms: int, lane: Lane = Lane.NORMAL) -> int | None:
        """Return how many seconds ago nothing of the partner's log was outstanding; None when never."""
        heard_at_ms = self._heard.get(lane, MirrorState()).heard_at_ms
        return None if heard_at_ms is None else max(0, now_ms - heard_at_ms) // SECOND_MS

    def heard_size(self, lane: Lane = Lane.NORMAL) -> int:
        """Return the length of the partner's log as held here."""
        return self._heard.get(lane, MirrorState()).size

    # --- sending --------------------------------------------------------------------------

    def enqueue(
        self,
        unit: Unit,
        *,
        kind: str,
        subject: str,
        sections: Mapping[str, Any],
        now_ms: int,
        re: Sequence[Reference] = (),
        message_id: str | None = None,
    ) -> bytes | None:
        """Append a message to our log in the caller's transaction and return its leaf.

        Sections that the agreement does not list stay here.  None when the message is not sent at all:
        no partner, not agreed, or no agreement in force.  ``message_id`` names a message that exists
        already (re-issued after a restore); without it the id is derived from the place in the log.

        Raises:
            NotInAgreement: a section that this type of message has nowhere; a programming error.
            Malformed: a value outside the canonical profile.
            TooLarge: the message is over the limits.
        """
        if not self.enabled or not self.lists(kind) or not self.agreement.in_force(now_ms):
            return None
        check_known(kind, sections)
        agreed = self._terms.by_kind[kind]
        origin = self._own_log(unit, agreed.lane)
        index = unit.own_size(agreed.lane.value)
        draft = Draft(
            kind=kind,
            id=message_id or derived("M", str(origin), str(index)),
            subject=subject,
            sections={name: sections[name] for name in agreed.sections if name in sections},
            at_ms=now_ms,
            heard=self._heard_now(unit),
            re=tuple(re),
        )
        sealed = seal(draft, self._terms, sender=self.post, entropy=self._entropy)
        unit.own_append(agreed.lane.value, sealed.header, sealed.body, sealed.leaf)
        return sealed.leaf

    def fix_sizes(self, unit: Unit) -> None:
        """Let out, when ``paced``, what the logs hold at this moment and nothing later."""
        self._ensure_loaded(unit)
        if self._paced:
            self._fixed = {lane: unit.own_size(lane.value) for lane in self.lanes}

    def outgoing(self, reader: Reader, lane: str, *, now_ms: int, limit: int = BATCH_ENTRIES_MAX) -> bytes | None:
        """Return the next batch of ``lane`` as signed bytes, None when nothing waits or the lane is frozen.

        Asked again before a reply came it returns the same entries: one batch is in flight per lane.
        The first one after a start holds no entries: it signs only what the partner has confirmed, and
        the answer shows whether we still hold all that we ever signed (a restored node must not sign on).

        Raises:
            StorageDamaged: a row does not match its hash; nothing was signed.
        """
        which = Lane(lane)
        if which not in self._greeted:
            waiting = reader.own_size(lane) > states.own_state(reader, which).confirmed
            return self.heartbeat(reader, lane, now_ms=now_ms) if waiting else None
        built = self._next_batch(reader, which, now_ms=now_ms, limit=limit)
        return None if built is None or not built[1] else built[0]

    def heartbeat(self, reader: Reader, lane: str, *, now_ms: int) -> bytes | None:
        """Return a batch without entries, which asks for a fresh cosignature; None when the lane is frozen.

        Raises:
            StorageDamaged: a row does not match its hash; nothing was signed.
        """
        built = self._next_batch(reader, Lane(lane), now_ms=now_ms, limit=0)
        return None if built is None else built[0]

    def accept_receipt(self, unit: Unit, lane: str, reply: bytes, *, now_ms: int) -> Replied:
        """Take the partner's reply to a batch: keep the receipt, or learn where to go on.

        Raises:
            Malformed: the bytes are no reply; the batch counts as unanswered.
            TooLarge: the reply is over its limit.
            EnvelopeRejected: the receipt does not verify; the batch counts as unanswered.
        """
        self._ensure_loaded(unit)
        which, read = Lane(lane), decode_reply(reply)
        own = states.own_state(unit, which)
        match read.outcome:
            case Outcome.RECEIVED:
                own = self._confirm(unit, which, read, now_ms=now_ms)
            case Outcome.GAP:
                own = self._go_back(unit, which, read)
            case Outcome.CLOSED | Outcome.CONTRADICTION | Outcome.FROZEN | Outcome.REJECTED:
                # None of these is signed, so none may stop us for good: it is shown, and tried again later.
                pass
        self._answers[which] = read.outcome
        if read.outcome in (Outcome.RECEIVED, Outcome.GAP):
            self._greeted.add(which)
        going = read.outcome in (Outcome.RECEIVED, Outcome.GAP) and not own.frozen
        more = going and self._next.get(which, own.confirmed) < unit.own_size(lane)
        return Replied(read.outcome, own.confirmed, more, read.message)

    # --- receiving ------------------------------------------------------------------------

    def screen(self, lane: str, batch: bytes) -> None:
        """Raise unless ``batch`` is signed by the partner for its log in ``lane``; reads nothing from the ledger.

        Lets a server turn strangers away before they reach the writing thread.

        Raises:
            NotInAgreement: nothing is exchanged in this lane.
            TooLarge: the batch is over its limit.
            Malformed: the bytes are no batch.
            EnvelopeRejected: the partner did not sign it.
        """
        check_signer(
            decode_batch(batch), self.agreement.origin(self._partner.post, self._lane(lane), FIRST_EPOCH), self._partner
        )

    def receive(self, unit: Unit, lane: str, batch: bytes, *, now_ms: int, deliver: Deliver) -> bytes:
        """Mirror the partner's ``batch`` with its effects and return the reply, which holds the receipt.

        ``deliver`` is called once per new entry, in order, in the same transaction.  The same batch
        again changes nothing and is receipted again.  The reply must be sent only when the
        transaction has ended: before that nothing is durable.
        """
        self._ensure_loaded(unit)
        try:
            which, read = self._lane(lane), decode_batch(batch)
        except (BadInput, NotInAgreement) as error:
            return _reply(Outcome.REJECTED, code=error.code, message=error.message)
        if not self.agreement.in_force(now_ms):
            finding = AGREEMENT_NOT_IN_FORCE.at(agreement=self.agreement.id)
            return self._answer(unit, which, Outcome.REJECTED, code=finding.code, message=finding.text("en"))
        state = states.mirror_state(unit, which)
        if state.frozen:
            return self._answer(unit, which, Outcome.FROZEN, code=state.frozen, message="the lane is frozen here")
        mirror = self._mirror(unit, which, state)
        bench = Bench(self._partner, (self._terms,), lambda size: states.mirror_tree(unit, which, size))
        judged = judge(read, mirror, bench)
        match judged:
            case Taken():
                return self._take(unit, which, judged, batch=read, now_ms=now_ms, deliver=deliver)
            case Gap():
                return self._answer(unit, which, Outcome.GAP, note=judged.mirror.checkpoint)
            case Closed():
                return self._answer(unit, which, Outcome.CLOSED)
            case Rejected(code=code, message=message):
                return self._answer(unit, which, Outcome.REJECTED, code=code, message=message)
            case Contradicted(message=message):
                self._freeze_mirror(unit, which, judged, now_ms=now_ms)
                return self._answer(unit, which, Outcome.CONTRADICTION, code=Contradiction.code, message=message)

    def answer(self, unit: Unit, opened: Opened, findings: Sequence[Finding], *, now_ms: int) -> bytes | None:
        """Answer the partner's entry with an outcome: accepted, or refused with the codes of ``findings``."""
        return self._outcome(unit, opened.reference, opened.subject, findings, now_ms=now_ms)

    # --- looking --------------------------------------------------------------------------

    def status(self, reader: Reader, now_ms: int) -> list[dict[str, Any]]:
        """Return each lane's sizes, what is unconfirmed and how old, when the partner was heard, and freezes."""
        self._ensure_loaded(reader)
        return [self._lane_status(reader, lane, now_ms) for lane in self.lanes] if self.enabled else []

    def exchange_state(self, reader: Reader, *, now_ms: int) -> dict[str, Any]:
        """Return what ``GET /x/1/state`` shows the partner: agreement, clock, sizes and roots of each lane."""
        return {
            "agreement": {
                "hash": self._terms.hash_hex,
                "id": self.agreement.id,
                "version": self.agreement.version,
            },
            "clock_ms": now_ms,
            "lanes": [states.lane_state(reader, lane) for lane in self.lanes] if self.enabled else [],
            "messages": [message.kind for message in self.agreement.messages],
            "mode": self.mode,
            "post": self.post,
            "protocol": PROTOCOL,
        }

    def compare(self, unit: Unit, partner_state: bytes) -> tuple[str, ...]:
        """Compare the partner's state with ours at start; returns the lanes that were frozen.

        A partner that shows our signature over more entries than we have proves that we were restored
        from a backup: to go on would sign a second history, so the lane waits for a fence.

        Raises:
            Malformed: the bytes are no state.
        """
        shown = decode_as(dict[str, Any], partner_state)
        found: list[str] = []
        for entry in shown.get("lanes", ()):
            lane = self._lane(str(entry.get("lane")))
            if proves_restore(str(entry.get("mirror_checkpoint", "")), self._source(unit, lane)):
                self._freeze_own(unit, lane, "restored")
                found.append(lane.value)
        return tuple(found)

    def verify(self, reader: Reader) -> LinkReport:
        """Recompute both logs of every lane from their rows and check receipts and checkpoints."""
        if not self.enabled:
            return LinkReport(())
        return LinkReport(tuple(verify_lane(reader, lane, self._pair_of_logs(reader, lane)) for lane in self.lanes))

    def ledger_verifier_key(self) -> str:
        """Return the key that verifies our ledger's checkpoints, as a signed-note verifier key."""
        origin = Origin(self.me.side, self.post, self.agreement.id, LEDGER_LANE, FIRST_EPOCH)
        return notes.to_vkey(origin.key_name, notes.SignatureKind.ED25519, self._held_keys.log.public)

    def sign_ledger(self, tree: CompactRange, lines: Sequence[str]) -> str:
        """Return a signed checkpoint over our own ledger's ``tree`` with extension ``lines``.

        Raises:
            SettingInvalid: this node has no log key.
        """
        origin = Origin(self.me.side, self.post, self.agreement.id, LEDGER_LANE, FIRST_EPOCH)
        text = Checkpoint(origin, tree.size, tree.root(), tuple(lines)).to_text()
        return notes.Note(text, (notes.sign(text, name=origin.key_name, key=self._held_keys.log),)).to_text()

    # --- parts ----------------------------------------------------------------------------

    @property
    def _partner(self) -> Party:
        return self.agreement.other(self.post)

    @property
    def _held_keys(self) -> LinkKeys:
        if self._keys is None:
            raise SettingInvalid("this node holds no keys for the exchange; create them with gatepair init")
        return self._keys

    def _ensure_loaded(self, reader: Reader) -> None:
        if not self._loaded:
            self.load(reader)

    def _lane(self, name: str) -> Lane:
        for lane in self.lanes:
            if lane.value == name and self.enabled:
                return lane
        raise NotInAgreement(f"the agreement {self.agreement.id} exchanges nothing in the lane {name[:16]}", lane=name)

    def _own_log(self, reader: Reader, lane: Lane) -> Origin:
        return self.agreement.origin(self.post, lane, states.own_state(reader, lane).epoch)

    def _partner_log(self, reader: Reader, lane: Lane) -> Origin:
        return self.agreement.origin(self._partner.post, lane, states.mirror_state(reader, lane).epoch)

    def _pair_of_logs(self, reader: Reader, lane: Lane) -> PairOfLogs:
        return PairOfLogs(
            own=self._own_log(reader, lane), partners=self._partner_log(reader, lane), me=self.me, partner=self._partner
        )

    def _source(self, reader: Reader, lane: Lane) -> LogSource:
        return LogSource(self._own_log(reader, lane), self._held_keys.log, reader.own_size(lane.value))

    def _heard_now(self, reader: Reader) -> tuple[Heard, ...]:
        heard = (
            states.heard_of(state, str(self.agreement.origin(self._partner.post, lane, state.epoch)))
            for lane in self.lanes
            for state in (states.mirror_state(reader, lane),)
        )
        return tuple(each for each in heard if each is not None)

    def _next_batch(self, reader: Reader, lane: Lane, *, now_ms: int, limit: int) -> tuple[bytes, bool] | None:
        """Return the next batch and whether it holds entries; None when nothing may be signed."""
        self._ensure_loaded(reader)
        own = states.own_state(reader, lane)
        if not self.enabled or own.frozen or not self.agreement.in_force(now_ms):
            return None
        source = self._source(reader, lane)
        before = self._tree(reader, lane, min(self._next.get(lane, own.confirmed), source.size))
        end = min(source.size, self._fixed.get(lane, 0)) if self._paced else source.size
        wanted = max(0, min(limit, BATCH_ENTRIES_MAX, end - before.size))
        rows = reader.own_entries(lane.value, start=before.size, limit=wanted) if wanted else []
        built = build(rows, before=before, source=source, cosigned=self._cosigned(reader, lane, now_ms))
        self._built[lane] = built.tree
        return built.raw, bool(rows)

    def _tree(self, reader: Reader, lane: Lane, size: int) -> CompactRange:
        # Rows never change, so the tree of the last batch stays true for ever at its size.
        built = self._built.get(lane)
        return built if built is not None and built.size == size else states.own_tree(reader, lane, size)

    def _cosigned(self, reader: Reader, lane: Lane, now_ms: int) -> str:
        """Return our fresh cosignature over the partner's checkpoint: the sign of life that a batch carries."""
        checkpoint = reader.mirror_checkpoint(lane.value)
        return "" if checkpoint is None else self._cosign(checkpoint.decode(), now_ms)

    def _cosign(self, checkpoint: str, now_ms: int) -> str:
        signed = notes.parse(checkpoint)
        line = notes.cosign(signed.text, name=self.me.mirror_name, key=self._held_keys.mirror, at_s=now_ms // SECOND_MS)
        return signed.plus(line).to_text()

    # --- parts of receiving ---------------------------------------------------------------

    def _mirror(self, reader: Reader, lane: Lane, state: MirrorState) -> Mirror:
        checkpoint = reader.mirror_checkpoint(lane.value)
        return Mirror(
            origin=self.agreement.origin(self._partner.post, lane, state.epoch),
            tree=state.range(),
            checkpoint="" if checkpoint is None else checkpoint.decode(),
            frozen=state.frozen,
        )

    def _take(self, unit: Unit, lane: Lane, taken: Taken, *, batch: Batch, now_ms: int, deliver: Deliver) -> bytes:
        kept, known = states.mirror_state(unit, lane), self._heard[lane]
        after, tree = taken.mirror, taken.mirror.tree
        proof_at_s = self._proof_of_life(unit, lane, batch)
        alive = bool(taken.new) or proof_at_s > known.proof_at_s
        state = replace(
            kept,
            tree=tree.to_bytes().hex(),
            recent=kept.grown() if taken.new else kept.recent,
            heard_at_ms=now_ms if alive and taken.complete else known.heard_at_ms,
            proof_at_s=max(proof_at_s, known.proof_at_s),
            cosigned_at_s=now_ms // SECOND_MS if taken.new else kept.cosigned_at_s,
        )
        self._heard[lane] = state
        if taken.new:
            rows = [LogEntry(each.index, each.header, each.body, each.leaf) for each in taken.new]
            unit.mirror_append(lane.value, rows, after.checkpoint.encode())
            # A heartbeat writes nothing: how fresh the partner's word is need not outlive the process.
            states.put_mirror(unit, lane, state)
        for each in taken.new:
            self._act_on(unit, lane, each, now_ms=now_ms, deliver=deliver)
        return self._answer(unit, lane, Outcome.RECEIVED, note=self._cosign(after.checkpoint, now_ms))

    def _act_on(self, unit: Unit, lane: Lane, judged: Judged, *, now_ms: int, deliver: Deliver) -> None:
        """Deliver an entry once; quarantine what is not agreed or says something else under a known id."""
        opened, read = judged.opened, judged.read
        if read is None or opened is None:
            self._set_aside(unit, judged, judged.quarantine, now_ms=now_ms)
            # What cannot be read cannot be answered, and an outcome is never answered by another.
            if read is not None and read.type != OUTCOME:
                log = str(self._partner_log(unit, lane))
                reference = Reference(index=judged.index, leaf=judged.leaf.hex(), log=log)
                self._outcome(unit, reference, read.subject, (UNSUPPORTED_TYPE.at(type=read.type),), now_ms=now_ms)
            return
        name, digest = f"exchange/id/{opened.id}", content_digest(read)
        known = unit.state(name)
        if known is None:
            unit.put_state(name, digest)
            deliver(unit, opened)
        elif known != digest:
            self._set_aside(unit, judged, "id_reused", now_ms=now_ms)
            self._outcome(unit, opened.reference, opened.subject, (ID_REUSED.at(id=opened.id),), now_ms=now_ms)

    def _set_aside(self, unit: Unit, judged: Judged, why: str, *, now_ms: int) -> None:
        unit.put_state(f"exchange/quarantine/{judged.leaf.hex()}", encode({"at_ms": now_ms, "why": why}))

    def _proof_of_life(self, reader: Reader, lane: Lane, batch: Batch) -> int:
        """Return the time the partner signed over our log in ``batch``; 0 when it proves nothing."""
        if not batch.cosigned:
            return 0
        try:
            signed = notes.parse(batch.cosigned)
            if Checkpoint.parse(signed.text).origin != self._own_log(reader, lane):
                return 0
            return notes.verify(signed, self._partner.mirror_verifier())
        except EnvelopeRejected:
            return 0

    def _freeze_mirror(self, unit: Unit, lane: Lane, found: Contradicted, *, now_ms: int) -> None:
        evidence: dict[str, object] = {
            "at_ms": now_ms, "held": found.held, "message": found.message, "shown": found.shown
        }  # fmt: skip
        states.put_evidence(unit, lane, evidence)
        frozen = replace(states.mirror_state(unit, lane), frozen=found.mirror.frozen)
        states.put_mirror(unit, lane, frozen)
        self._heard[lane] = frozen

    def _answer(
        self, unit: Unit, lane: Lane, outcome: Outcome, *, note: str = "", code: str = "", message: str = ""
    ) -> bytes:
        return encode_reply(
            Reply(
                v=PROTOCOL,
                outcome=outcome,
                next=unit.mirror_size(lane.value),
                size=unit.own_size(lane.value),
                note=note,
                code=code,
                message=message,
            )
        )

    def _outcome(
        self, unit: Unit, re: Reference, subject: str, findings: Sequence[Finding], *, now_ms: int
    ) -> bytes | None:
        verdict = {"codes": sorted({finding.code for finding in findings})}
        outcome = {**verdict, "verdict": "refused" if findings else "accepted"}
        return self.enqueue(unit, kind=OUTCOME, subject=subject, sections={"outcome": outcome}, re=(re,), now_ms=now_ms)

    # --- parts of sending -----------------------------------------------------------------

    def _confirm(self, unit: Unit, lane: Lane, reply: Reply, *, now_ms: int) -> OwnState:
        try:
            receipt = check_receipt(
                reply.note,
                source=self._source(unit, lane),
                partner=self._partner,
                root_at=lambda size: self._tree(unit, lane, size).root(),
            )
        except Contradiction as error:
            if proves_restore(reply.note, self._source(unit, lane)):
                return self._freeze_own(unit, lane, "restored")
            states.put_evidence(unit, lane, {"at_ms": now_ms, "message": error.message, "shown": reply.note})
            return self._freeze_own(unit, lane, "contradiction")
        self._hear(unit, lane, reply, receipt=receipt, now_ms=now_ms)
        own = states.own_state(unit, lane)
        self._next.pop(lane, None)
        if receipt.size < own.confirmed:
            # The partner lost what it had receipted; the receipt proves it, and it gets the rows again.
            self._next[lane] = receipt.size
            return own
        if receipt.size == own.confirmed and unit.receipt(lane.value) is not None:
            return own
        tree = self._tree(unit, lane, receipt.size)
        own = replace(
            own, confirmed=receipt.size, tree=tree.to_bytes().hex(), cosigned_at_s=max(receipt.at_s, own.cosigned_at_s)
        )
        unit.put_receipt(lane.value, receipt.size, receipt.note.encode())
        states.put_own(unit, lane, own)
        return own

    def _hear(self, unit: Unit, lane: Lane, reply: Reply, *, receipt: Receipt, now_ms: int) -> None:
        """A fresh receipt is a word of the partner too, if nothing of its own log is outstanding."""
        known = self._heard[lane]
        if receipt.at_s <= known.proof_at_s:
            return
        complete = reply.size <= unit.mirror_size(lane.value)
        heard_at_ms = now_ms if complete else known.heard_at_ms
        self._heard[lane] = replace(known, proof_at_s=receipt.at_s, heard_at_ms=heard_at_ms)

    def _go_back(self, unit: Unit, lane: Lane, reply: Reply) -> OwnState:
        source = self._source(unit, lane)
        if proves_restore(reply.note, source):
            return self._freeze_own(unit, lane, "restored")
        if reply.next <= source.size:
            self._next[lane] = reply.next
        return states.own_state(unit, lane)

    def _lane_status(self, reader: Reader, lane: Lane, now_ms: int) -> dict[str, Any]:
        answer = self._answers[lane].value if lane in self._answers else ""
        age_s = self.partner_age_s(now_ms, lane)
        return states.lane_status(reader, lane, now_ms=now_ms, heard_age_s=age_s, answer=answer)

    def _freeze_own(self, unit: Unit, lane: Lane, reason: str) -> OwnState:
        own = replace(states.own_state(unit, lane), frozen=reason)
        states.put_own(unit, lane, own)
        return own


def _reply(outcome: Outcome, *, code: str, message: str) -> bytes:
    return encode_reply(Reply(v=PROTOCOL, outcome=outcome, code=code, message=message[:400]))
