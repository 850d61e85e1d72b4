"""Receiving: the partner's batches become our mirror with their effects, and the receipt is their answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import Raw
from msgspec.structs import replace

from gatepair.base.canonical import encode
from gatepair.base.errors import (
    BadInput,
    Contradiction,
    EnvelopeRejected,
    NotInAgreement,
    SignatureUnchecked,
    StorageDamaged,
)
from gatepair.base.findings import Finding
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.base.time import SECOND_MS
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import FIRST_EPOCH, Checkpoint, Origin
from gatepair.exchange.clock import REFUSAL_MS
from gatepair.exchange.envelope import Header, Opened, Reference, content_digest, read_header
from gatepair.exchange.fence import Fence, sign_fence
from gatepair.exchange.findings import AGREEMENT_NOT_IN_FORCE, ID_REUSED, UNSUPPORTED_TYPE
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import AGREEMENT_ANNOUNCED, KEY_STATEMENTS, LOG_OPENED, Lane, is_outcome
from gatepair.exchange.receiver import (
    QUARANTINE_NOT_IN_FORCE,
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
from gatepair.exchange.succession.findings import SUPERSEDED
from gatepair.exchange.wire import PROTOCOL, Batch, Outcome, Reply, decode_batch, encode_reply, rejected
from gatepair.node import link_answers as answers
from gatepair.node import link_state as states
from gatepair.node.link_agreeing import Agreeing
from gatepair.node.link_paper import against_papers
from gatepair.node.link_setting import Carrier
from gatepair.node.link_state import CONTRADICTION, QUARANTINE, Freeze, MirrorState, SetAside
from gatepair.node.link_suspicion import closed_name
from gatepair.node.ports import LogEntry, Mark, Reader, Row, Unit

Deliver = Callable[[Unit, Opened], None]
"""Lets one entry of the partner have its effect, in the transaction that mirrors it."""


FORGOTTEN: Final = "the version of the agreement was lost in a restore, and comes back with our own log"


@dataclass(frozen=True, slots=True)
class Screened:
    """A batch whose signer was checked before it reached the writer's thread."""

    raw: bytes
    batch: Batch
    log: str
    ring: KeyRing
    """By whose keys."""
    checkpoint: Checkpoint

    def holds_for(self, log: Origin, ring: KeyRing) -> bool:
        """Tell whether the writer would check the very same."""
        return self.log == log.key_name and self.ring is ring


class Receiving(Agreeing):
    """The receiving half over the ledger."""

    _screened: Screened | None = None
    """The batch that was let in last and is not taken yet."""

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
        # As last seen: a statement on its way in is seen by the writer, which then looks again.
        ring, read = self._known_keys.ring, decode_batch(batch)
        self._screened = Screened(batch, read, origin.key_name, ring, check_signer(read, origin, ring))

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
        # The very bytes that were let in a moment ago need not be read and verified twice.
        screened, self._screened = self._screened, None
        known = screened if screened is not None and screened.raw is batch else None
        try:
            which, read = self._lane(lane), decode_batch(batch) if known is None else known.batch
        except (BadInput, NotInAgreement) as error:
            return rejected(error.code, error.message)
        if not self.in_force(now_ms):
            finding = AGREEMENT_NOT_IN_FORCE.at(agreement=self.agreement.id)
            return self._answer(unit, which, Outcome.REJECTED, code=finding.code, message=finding.text("en"))
        if self._names_forgotten(unit, read, now_ms=now_ms):
            finding = AGREEMENT_NOT_IN_FORCE.at(agreement=self.agreement.id)
            return self._answer(unit, which, Outcome.REJECTED, code=finding.code, message=FORGOTTEN)
        state = self._mirror_state(unit, which)
        if state.frozen is not None:
            return self._frozen(unit, which, state.frozen)
        mirror = self._mirror(unit, which, state)
        ring = self._ring(unit)
        signed = known.checkpoint if known is not None and known.holds_for(mirror.origin, ring) else None
        terms = self.versions.terms
        bench = Bench(ring, terms, lambda size: states.mirror_tree(unit, which, size), self.reads, signed)
        judged = judge(read, mirror, bench)
        origin = judged.mirror.origin
        before = mirror if origin == mirror.origin else Mirror(origin, CompactRange())
        log = states.log_key(which, origin.epoch)
        judged = against_papers(unit, log, judged, before=before, shown=read.checkpoint)
        match judged:
            case Taken():
                return self._take(unit, which, judged, batch=read, now_ms=now_ms, deliver=deliver, carrier=carrier)
            case Gap():
                return self._answer(unit, which, Outcome.GAP, held=judged.mirror.checkpoint)
            case Closed():
                return self._answer(unit, which, Outcome.CLOSED, note=self._fence_note(mirror, now_ms))
            case Rejected(code=code, message=message):
                return self._answer(unit, which, Outcome.REJECTED, code=code, message=message)
            case Contradicted(message=message):
                self._check_mirror(unit, which, state)
                self._freeze_mirror(unit, which, judged, now_ms=now_ms)
                return self._answer(unit, which, Outcome.CONTRADICTION, code=Contradiction.code, message=message)

    def _names_forgotten(self, reader: Reader, batch: Batch, *, now_ms: int) -> bool:
        """Tell whether an entry names a version of the agreement that we may have lost, and are about to get back."""
        if Lane.URGENT not in self.lanes or self._recovery(reader, Lane.URGENT, now_ms=now_ms) is None:
            return False
        headers = (read_header(bytes(entry.header)) for entry in batch.entries)
        return any(read is not None and self.versions.version(read.agreement) is None for read in headers)

    def _mirror(self, reader: Reader, lane: Lane, state: MirrorState) -> Mirror:
        checkpoint = reader.mirror_checkpoint(states.mirror_log(reader, lane))
        return Mirror(
            origin=self.agreement.origin(self._partner.post, lane, state.epoch),
            tree=state.range(),
            checkpoint="" if checkpoint is None else checkpoint.decode(),
            closed=state.closed,
        )

    def _mirror_state(self, reader: Reader, lane: Lane) -> MirrorState:
        """Return what is kept of the partner's log; what a mark says was closed is closed, whatever the ledger knows."""
        state = states.mirror_state(reader, lane)
        mark = None if self._marks is None else self._marks.get(closed_name(lane))
        return state if mark is None or mark.epoch <= state.closed else replace(state, closed=mark.epoch)

    def _fence_note(self, mirror: Mirror, now_ms: int) -> str:
        """Return our statement of where the mirror stands and which epochs are closed."""
        fence = Fence(max(mirror.closed, mirror.origin.epoch - 1), mirror.stand)
        return sign_fence(fence, self.me, key=self._held_keys.mirror, at_s=now_ms // SECOND_MS)

    def _frozen(self, reader: Reader, lane: Lane, freeze: Freeze) -> bytes:
        return self._answer(reader, lane, Outcome.FROZEN, code=freeze.reason, message="the lane is frozen here")

    def _check_mirror(self, reader: Reader, lane: Lane, state: MirrorState) -> None:
        """Raise if our rows are not those we cosigned: then we, not the partner, hold what cannot be true.

        Raises:
            StorageDamaged: a row of the mirror changed.
        """
        log = states.log_key(lane, state.epoch)
        tree, sound = CompactRange(), True
        for row in states.mirror_rows(reader, log, start=0, end=reader.mirror_size(log)):
            tree.append(leaf_hash(row.header))
            # Trees at past sizes are made of the leaves kept beside the headers.
            sound = sound and leaf_hash(row.header) == row.leaf
        if not sound or tree.root() != state.range().root():
            raise StorageDamaged(f"the mirror {log} is not the one that was receipted", log=log)

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
        kept, known = self._mirror_state(unit, lane), self._heard[lane]
        after, tree = taken.mirror, taken.mirror.tree
        proof_at_s = self._proof_of_life(unit, lane, batch, now_ms=now_ms)
        if known.proof_at_s > _latest_s(now_ms):
            # Kept by a release that believed it: nothing could prove life again before that time.
            known = replace(known, proof_at_s=0)
        moved = after.origin.epoch != kept.epoch
        state = replace(
            kept,
            epoch=after.origin.epoch,
            closed=after.closed,
            tree=tree.to_bytes().hex(),
            recent=() if moved else kept.grown() if taken.new else kept.recent,
            heard_at_ms=_heard_at_ms(known, taken, proof_at_s, now_ms=now_ms, carrier=carrier),
            proof_at_s=max(proof_at_s, known.proof_at_s),
            cosigned_at_s=now_ms // SECOND_MS if taken.new else kept.cosigned_at_s,
        )
        self._heard[lane] = state
        if taken.new:
            rows = [LogEntry(each.index, each.header, each.body, each.leaf) for each in taken.new]
            unit.mirror_append(states.log_key(lane, state.epoch), rows, after.checkpoint.encode())
            if moved and self._marks is not None:
                self._marks.raise_to({closed_name(lane): Mark(after.closed, 0, b"")})
            # A heartbeat writes nothing: how fresh the partner's word is need not outlive the process.
            states.put_mirror(unit, lane, state)
        elif not tree.size:
            self._empty[lane] = after.checkpoint
        said = Ids(unit, taken.new)
        for each in taken.new:
            self._act_on(unit, lane, each, said=said, now_ms=now_ms, deliver=deliver)
        said.keep(unit)
        return self._answer(unit, lane, Outcome.RECEIVED, note=self._cosign(after.checkpoint, now_ms))

    def _act_on(self, unit: Unit, lane: Lane, judged: Judged, *, said: Ids, now_ms: int, deliver: Deliver) -> None:
        """Deliver an entry once; quarantine what is not agreed or says something else under a known id."""
        opened, read = judged.opened, judged.read
        if read is None or opened is None:
            self._set_aside(unit, lane, judged, judged.quarantine, now_ms=now_ms)
            # What cannot be read cannot be answered, and an outcome is never answered by another.
            if read is not None and not is_outcome(read.type):
                log = str(self._partner_origin(unit, lane))
                reference = Reference(index=judged.index, leaf=judged.leaf.hex(), log=log)
                self._outcome(unit, reference, read.subject, (self._why_aside(judged, read),), now_ms=now_ms)
            return
        if read.type == LOG_OPENED:
            return
        digest = content_digest(read)
        known = said.before(opened.id, digest)
        if known is None:
            if opened.type in KEY_STATEMENTS:
                self._hear_statement(unit, opened, now_ms=now_ms)
                return
            if opened.type == AGREEMENT_ANNOUNCED:
                self._hear_version(unit, opened, now_ms=now_ms)
                return
            if is_outcome(opened.type):
                answers.note_outcome(unit, opened, post=self.post, now_ms=now_ms)
            deliver(unit, opened)
        elif known != digest:
            unit.erase_body(states.mirror_log(unit, lane), judged.index, mirrored=True)
            self._set_aside(unit, lane, judged, "id_reused", now_ms=now_ms)
            self.answer(unit, opened, (ID_REUSED.at(id=opened.id),), now_ms=now_ms)

    def _why_aside(self, judged: Judged, read: Header) -> Finding:
        """Return what the partner is told of an entry that was set aside."""
        named = self.versions.named(read.agreement)
        if judged.quarantine != QUARANTINE_NOT_IN_FORCE or named is None:
            return UNSUPPORTED_TYPE.at(type=read.type)
        return SUPERSEDED.at(agreement=named.agreement.id, version=named.agreement.version)

    def _set_aside(self, unit: Unit, lane: Lane, judged: Judged, why: str, *, now_ms: int) -> None:
        """Keep for people that an entry had no effect, and why."""
        read, log = judged.read, str(self._partner_origin(unit, lane))
        named = SetAside(
            id="" if read is None else read.id,
            index=judged.index,
            log=log,
            subject="" if read is None else read.subject,
            type="" if read is None else read.type,
            why=why,
        )
        unit.put_row(QUARANTINE, Row(f"{log}/{judged.index}", now_ms, encode(named)))

    def _proof_of_life(self, reader: Reader, lane: Lane, batch: Batch, *, now_ms: int) -> int:
        """Return the time the partner signed over our log in ``batch``; 0 when it proves nothing.

        A time to come proves nothing: remembered, it would make every later sign of life too old.
        """
        if not batch.cosigned:
            return 0
        try:
            checkpoint, signers = self._ring(reader).check_mirror(notes.parse(batch.cosigned), self._partner.post)
        except (EnvelopeRejected, NotInAgreement, SignatureUnchecked):
            return 0
        ours = checkpoint.origin == self._own_origin(reader, lane)
        return signers.at_s if ours and signers.at_s <= _latest_s(now_ms) else 0

    def _freeze_mirror(self, unit: Unit, lane: Lane, found: Contradicted, *, now_ms: int) -> None:
        evidence = {
            "at_ms": now_ms,
            "headers": [Raw(header) for header in found.headers],
            "held": found.held,
            "message": found.message,
            "shown": found.shown,
            "start": found.start,
        }
        states.put_numbered(unit, states.evidence_name(lane), evidence)
        frozen = replace(states.mirror_state(unit, lane), frozen=Freeze(now_ms, self.post, CONTRADICTION))
        states.put_mirror(unit, lane, frozen)
        self._heard[lane] = frozen

    def _answer(self, reader: Reader, lane: Lane, outcome: Outcome, **more: str) -> bytes:
        mirror = states.mirror_state(reader, lane)
        # What a step of a drill let out counts, so that a reply does not depend on which post was quicker.
        size = self._end(reader, lane)
        return encode_reply(Reply(v=PROTOCOL, outcome=outcome, epoch=mirror.epoch, next=mirror.size, size=size, **more))


class Ids:
    """The ids that the partner used so far, as far as a batch needs them: asked for and kept in one go."""

    def __init__(self, reader: Reader, entries: Sequence[Judged]) -> None:
        names = [states.id_name(each.opened.id) for each in entries if each.opened is not None]
        self._known = reader.states_named(names) if names else {}
        self._new: dict[str, bytes] = {}

    def before(self, message_id: str, digest: bytes) -> bytes | None:
        """Return the digest of what was said under ``message_id`` before, None when nothing was; then it is ``digest`` now."""
        name = states.id_name(message_id)
        known = self._known.get(name)
        if known is None:
            self._known[name] = self._new[name] = digest
        return known

    def keep(self, unit: Unit) -> None:
        """Keep what is new."""
        if self._new:
            unit.put_states(self._new)


def _latest_s(now_ms: int) -> int:
    """Return the latest time that a sign of life may state: beyond it one of the two clocks refuses to sign."""
    return (now_ms + REFUSAL_MS) // SECOND_MS


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
