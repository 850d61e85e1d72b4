"""Receiving: the partner's batches become our mirror with their effects, and the receipt is their answer."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from gatepair.base.canonical import encode
from gatepair.base.errors import BadInput, Contradiction, EnvelopeRejected, NotInAgreement, SignatureUnchecked
from gatepair.base.time import SECOND_MS
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Opened, Reference, content_digest
from gatepair.exchange.findings import AGREEMENT_NOT_IN_FORCE, ID_REUSED, UNSUPPORTED_TYPE
from gatepair.exchange.messages import KEY_STATEMENTS, Lane, is_outcome
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
from gatepair.exchange.wire import PROTOCOL, Batch, Outcome, Reply, decode_batch, encode_reply
from gatepair.node import link_state as states
from gatepair.node.link_keys import Keeping
from gatepair.node.link_paper import against_papers
from gatepair.node.link_setting import Carrier
from gatepair.node.link_state import MirrorState
from gatepair.node.ports import LogEntry, Reader, Unit

Deliver = Callable[[Unit, Opened], None]
"""Lets one entry of the partner have its effect, in the transaction that mirrors it."""


class Receiving(Keeping):
    """The receiving half over the ledger."""

    def screen(self, lane: str, batch: bytes) -> None:
        """Raise unless ``batch`` is signed by the partner for its log in ``lane``; reads nothing from the ledger.

        Lets a server turn strangers away before they reach the writing thread.

        Raises:
            NotInAgreement: nothing is exchanged in this lane.
            TooLarge: the batch is over its limit.
            Malformed: the bytes are no batch.
            EnvelopeRejected: the partner did not sign it.
        """
        origin = self.agreement.origin(self._partner.post, self._lane(lane), FIRST_EPOCH)
        # As last seen: a statement on its way in is seen by the writer, which looks again.
        check_signer(decode_batch(batch), origin, self._known_keys.ring)

    def receive(
        self,
        unit: Unit,
        lane: str,
        batch: bytes,
        *,
        now_ms: int,
        deliver: Deliver,
        carrier: Carrier = Carrier.LINE,
    ) -> bytes:
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
        bench = Bench(self._ring(unit), (self._terms,), lambda size: states.mirror_tree(unit, which, size), self.reads)
        log = states.mirror_log(unit, which)
        judged = against_papers(unit, log, judge(read, mirror, bench), before=mirror, shown=read.checkpoint)
        match judged:
            case Taken():
                return self._take(unit, which, judged, batch=read, now_ms=now_ms, deliver=deliver, carrier=carrier)
            case Gap():
                return self._answer(unit, which, Outcome.GAP, note=judged.mirror.checkpoint)
            case Closed():
                return self._answer(unit, which, Outcome.CLOSED)
            case Rejected(code=code, message=message):
                return self._answer(unit, which, Outcome.REJECTED, code=code, message=message)
            case Contradicted(message=message):
                self._freeze_mirror(unit, which, judged, now_ms=now_ms)
                return self._answer(unit, which, Outcome.CONTRADICTION, code=Contradiction.code, message=message)

    def _mirror(self, reader: Reader, lane: Lane, state: MirrorState) -> Mirror:
        checkpoint = reader.mirror_checkpoint(states.mirror_log(reader, lane))
        return Mirror(
            origin=self.agreement.origin(self._partner.post, lane, state.epoch),
            tree=state.range(),
            checkpoint="" if checkpoint is None else checkpoint.decode(),
            frozen=state.frozen,
        )

    def _take(
        self,
        unit: Unit,
        lane: Lane,
        taken: Taken,
        *,
        batch: Batch,
        now_ms: int,
        deliver: Deliver,
        carrier: Carrier,
    ) -> bytes:
        kept, known = states.mirror_state(unit, lane), self._heard[lane]
        after, tree = taken.mirror, taken.mirror.tree
        proof_at_s = self._proof_of_life(unit, lane, batch)
        state = replace(
            kept,
            tree=tree.to_bytes().hex(),
            recent=kept.grown() if taken.new else kept.recent,
            heard_at_ms=_heard_at_ms(known, taken, proof_at_s, now_ms=now_ms, carrier=carrier),
            proof_at_s=max(proof_at_s, known.proof_at_s),
            cosigned_at_s=now_ms // SECOND_MS if taken.new else kept.cosigned_at_s,
        )
        self._heard[lane] = state
        if taken.new:
            rows = [LogEntry(each.index, each.header, each.body, each.leaf) for each in taken.new]
            unit.mirror_append(states.mirror_log(unit, lane), rows, after.checkpoint.encode())
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
            if read is not None and not is_outcome(read.type):
                log = str(self._partner_origin(unit, lane))
                reference = Reference(index=judged.index, leaf=judged.leaf.hex(), log=log)
                self._outcome(unit, reference, read.subject, (UNSUPPORTED_TYPE.at(type=read.type),), now_ms=now_ms)
            return
        name, digest = f"exchange/id/{opened.id}", content_digest(read)
        known = unit.state(name)
        if known is None:
            unit.put_state(name, digest)
            if opened.type in KEY_STATEMENTS:
                self._hear_statement(unit, opened, now_ms=now_ms)
            else:
                deliver(unit, opened)
        elif known != digest:
            unit.erase_body(states.mirror_log(unit, lane), judged.index, mirrored=True)
            self._set_aside(unit, judged, "id_reused", now_ms=now_ms)
            self.answer(unit, opened, (ID_REUSED.at(id=opened.id),), now_ms=now_ms)

    def _set_aside(self, unit: Unit, judged: Judged, why: str, *, now_ms: int) -> None:
        unit.put_state(f"exchange/quarantine/{judged.leaf.hex()}", encode({"at_ms": now_ms, "why": why}))

    def _proof_of_life(self, reader: Reader, lane: Lane, batch: Batch) -> int:
        """Return the time the partner signed over our log in ``batch``; 0 when it proves nothing."""
        if not batch.cosigned:
            return 0
        try:
            checkpoint, signers = self._ring(reader).check_mirror(notes.parse(batch.cosigned), self._partner.post)
        except (EnvelopeRejected, NotInAgreement, SignatureUnchecked):
            return 0
        return signers.at_s if checkpoint.origin == self._own_origin(reader, lane) else 0

    def _freeze_mirror(self, unit: Unit, lane: Lane, found: Contradicted, *, now_ms: int) -> None:
        evidence: dict[str, object] = {
            "at_ms": now_ms, "held": found.held, "message": found.message, "shown": found.shown
        }  # fmt: skip
        states.put_evidence(unit, lane, evidence)
        frozen = replace(states.mirror_state(unit, lane), frozen=found.mirror.frozen)
        states.put_mirror(unit, lane, frozen)
        self._heard[lane] = frozen

    def _answer(
        self, reader: Reader, lane: Lane, outcome: Outcome, *, note: str = "", code: str = "", message: str = ""
    ) -> bytes:
        return encode_reply(
            Reply(
                v=PROTOCOL,
                outcome=outcome,
                next=reader.mirror_size(states.mirror_log(reader, lane)),
                size=reader.own_size(states.own_log(reader, lane)),
                note=note,
                code=code,
                message=message,
            )
        )


def _heard_at_ms(known: MirrorState, taken: Taken, proof_at_s: int, *, now_ms: int, carrier: Carrier) -> int | None:
    """Return when we last knew that the partner lived and nothing of its log was outstanding."""
    if not taken.complete:
        return known.heard_at_ms
    if carrier is Carrier.COURIER:
        # What was written some time ago is as old as the time that the partner signed in it.
        said_at_ms = min(now_ms, proof_at_s * SECOND_MS)
        return max(known.heard_at_ms or 0, said_at_ms) if proof_at_s else known.heard_at_ms
    alive = bool(taken.new) or proof_at_s > known.proof_at_s
    return now_ms if alive else known.heard_at_ms


def _reply(outcome: Outcome, *, code: str, message: str) -> bytes:
    return encode_reply(Reply(v=PROTOCOL, outcome=outcome, code=code, message=message[:400]))
