"""One post as an application: it loads, decides by the pure core, records, and answers.

All writing runs in one thread (``adapters/writer.py`` gives it groups), so that a group of requests
is one transaction and one flush.  Queries open their own view of the ledger.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.errors import GatepairError, InvariantBroken, Refused
from gatepair.base.findings import Finding
from gatepair.base.ids import derived
from gatepair.base.time import DAY_MS, HOUR_MS, MINUTE_MS, Clock, Entropy
from gatepair.clearance.channel.profile import Profile
from gatepair.crossing import commands as cmd
from gatepair.crossing.context import LaneView
from gatepair.crossing.state import Crossing
from gatepair.exchange.calls import Call
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Opened
from gatepair.exchange.key_statements import KeyStatement
from gatepair.exchange.messages import ANNOUNCED, OUTCOME, Lane
from gatepair.exchange.succession.held import HeldVersion
from gatepair.exchange.wire import BATCH_ENTRIES_MAX
from gatepair.node import audit, channels, disclosing, driving, following, handling, inbound, key_audit, timers
from gatepair.node import paper as papers
from gatepair.node.accounts import Accounts
from gatepair.node.audit import AuditEvent
from gatepair.node.declaring_desk import DeclaringDesk
from gatepair.node.desk import Desk
from gatepair.node.exports import Message
from gatepair.node.forgotten import Forgotten
from gatepair.node.link import Link, Replied
from gatepair.node.link_erasing import Disclosed, Erased
from gatepair.node.link_setting import Carrier
from gatepair.node.lodging import Clearing
from gatepair.node.paper import PaperTaken
from gatepair.node.ports import Ledger, Reader, Stamp, Unit
from gatepair.node.queries import Queries
from gatepair.node.recording import Recorder, rebuild
from gatepair.node.requests import Actor, Answer, Request
from gatepair.node.standing import Standing
from gatepair.operations.capacity import capacity
from gatepair.operations.commands import BeginRecovery
from gatepair.operations.gate import GateContext
from gatepair.operations.lanes import lane_view
from gatepair.operations.queue import Capacity, QueueBook
from gatepair.operations.rule import CallLine
from gatepair.operations.slots import slot_findings
from gatepair.plan.model import Plan

Result = TypeVar("Result")

BEAT_MS: Final = {Lane.URGENT: 10 * MINUTE_MS, Lane.NORMAL: MINUTE_MS, Lane.BULK: HOUR_MS}
"""How often an idle lane asks for a fresh cosignature. The normal lane measures the partner's silence, so it
beats every minute (exchange notes §3.7); the others only prove that nothing was lost in them."""


@dataclass(frozen=True, slots=True)
class LedgerEnd:
    """Where the ledger ended when the post was opened: what a backup still held."""

    position: int
    recorded_ms: int


class Post(Queries):
    """The application service of one post."""

    def __init__(
        self,
        *,
        plan: Plan,
        post: str,
        ledger: Ledger,
        clock: Clock,
        link: Link,
        secret: bytes,
        entropy: Entropy,
        synthetic: bool = False,
        signed: Sequence[tuple[bytes, str]] = (),
        clearing: Clearing | None = None,
        profiles: Sequence[Profile] = (),
    ) -> None:
        """Open over ``ledger``; ``secret`` (32 bytes) makes place tokens and binding salts.

        ``signed`` are the agreements, each with the note that the roots signed; evidence takes them along.
        ``clearing`` reads and assesses declarations; a post without it takes none.
        ``profiles`` are those of customs, by which it chooses channels; without one the plan's public shares decide.
        """
        self.plan = plan
        self.post = post
        self.ledger = ledger
        self.clock = clock
        self.link = link
        self._secret = secret
        self.synthetic = synthetic
        self.signed = tuple(signed)
        self.clearing = clearing
        self.profiles = tuple(profiles)
        self._beats: dict[Lane, int] = {}
        self._erase_next_ms = 0
        self.watch_next_ms = 0
        self._recorder: Recorder | None = None
        self.me = Actor(id=f"{post}/node", duty=Duty.NODE, post=post)
        self.accounts = Accounts(ledger, post=post, entropy=entropy, record=self._record_audit)
        self.desk = Desk(self, self._transact)
        self.declaring = DeclaringDesk(self)
        self.standing = self._loaded()
        self._opened_at = self._end_of_ledger()
        self._restore_noticed = False
        self._forgotten: Forgotten | None = None

    def today(self) -> date:
        """Return the local date of the post's clock."""
        return date.fromisoformat(handling.local_date(self.plan, self.post, self.now()))

    # --- the writing side: called by one thread -------------------------------------------

    def execute(self, requests: Sequence[Request]) -> list[Answer]:
        """Answer ``requests`` in order, in one transaction that is durable on return.

        Each command stands alone: a refusal of one changes nothing for the others.

        Raises:
            StorageError: nothing of the whole group was kept.
        """
        return self._transact(lambda recorder: [self._one(recorder, request) for request in requests])

    def advance(self) -> None:
        """Do what is due at the present instant: lanes, missed calls, calls, stay clocks."""

        def run(recorder: Recorder) -> bool:
            self.link.announce_versions(recorder.unit, now_ms=self.now())
            timers.run(self, recorder)
            self.link.fix_sizes(recorder.unit)
            if self.now() < self._erase_next_ms:
                return False
            erased, more = self._erase_turn(recorder)
            self._erase_next_ms = self.now() + (MINUTE_MS if more else DAY_MS)
            return bool(erased)

        if self._transact(run):
            self.ledger.scrub()

    def receive(self, lane: str, batch: bytes, carrier: Carrier = Carrier.LINE) -> bytes:
        """Mirror a batch of the partner's entries with their effects; returns the reply with the receipt."""

        def run(recorder: Recorder) -> bytes:
            def effect(_: Unit, opened: Opened) -> None:
                inbound.deliver(self, recorder, opened)

            before = self.link.statements
            reply = self.link.receive(recorder.unit, lane, batch, now_ms=self.now(), deliver=effect, carrier=carrier)
            actor = f"{self.link.partner_post}/partner"
            key_audit.record_new(recorder, self.link.statements, before, at_ms=self.now(), actor=actor)
            return reply

        return self._transact(run)

    def scan(self, texts: Sequence[str], *, actor: str) -> PaperTaken:
        """Take in the paper of the partner whose codes ``texts`` hold; its word counts until the line confirms it."""
        paper, proven = papers.read(self, texts)
        return self._transact(lambda recorder: papers.scan(self, recorder, paper, proven, actor=actor))

    def outgoing(self, lane: Lane, *, limit: int = BATCH_ENTRIES_MAX) -> bytes | None:
        """Return what to send in ``lane`` now: up to ``limit`` waiting entries, a heartbeat when one is due, or None."""
        now_ms = self.now()
        with self.ledger.read() as reader:
            batch = self.link.outgoing(reader, lane.value, now_ms=now_ms, limit=limit)
            if batch is not None:
                self._beats[lane] = now_ms
                return batch
            if now_ms - self._beats.get(lane, 0) < BEAT_MS[lane]:
                return None
            self._beats[lane] = now_ms
            return self.link.heartbeat(reader, lane.value, now_ms=now_ms)

    def accept_receipt(self, lane: Lane, reply: bytes, carrier: Carrier = Carrier.LINE) -> Replied:
        """Take the partner's reply to a batch: keep its receipt, or learn where to go on."""
        return self._transact(
            lambda recorder: self.link.accept_receipt(
                recorder.unit, lane.value, reply, now_ms=self.now(), carrier=carrier
            )
        )

    def take_statement(self, statement: str, *, actor: str) -> KeyStatement:
        """Take in a signed key statement of either side that ``actor`` brings, and tell the partner when it is ours.

        Raises:
            EnvelopeRejected: it is no statement.
            Refused: not enough roots signed it, or it does not fit what is known; nothing was kept.
        """

        def run(recorder: Recorder) -> KeyStatement:
            before = self.link.statements
            said = self.link.take_statement(recorder.unit, statement, now_ms=self.now())
            key_audit.record_new(recorder, self.link.statements, before, at_ms=self.now(), actor=actor)
            return said

        return self._transact(run)

    def take_version(
        self, agreement: bytes, note: str, *, expected: str = ""
    ) -> tuple[HeldVersion, tuple[Finding, ...]]:
        """Take in a signed version of the agreement and tell the partner; returns it with what is to be known of it.

        ``expected`` is the hash that people read on paper at this machine (:meth:`Link.take_version`).

        Raises:
            Malformed, TooLarge, EnvelopeRejected: it is no agreement, or the note over it cannot be read.
            Refused: it takes no force; of two texts under one number both were kept.
        """
        held, findings = self._transact(
            lambda recorder: self.link.take_version(
                recorder.unit, agreement, note, now_ms=self.now(), expected=expected
            )
        )
        if held is None:
            raise Refused(findings)
        return held, findings

    def call(self, lane: Lane, *, limit: int = BATCH_ENTRIES_MAX) -> tuple[Call, bytes] | None:
        """Return what to call at the partner now: what a recovery asks for, or what :meth:`outgoing` sends."""
        with self.ledger.read() as reader:
            asked = self.link.recovering(reader, lane.value, now_ms=self.now())
        if asked is not None:
            return asked
        batch = self.outgoing(lane, limit=limit)
        return None if batch is None else (Call.ENTRIES, batch)

    def answered(self, lane: Lane, call: Call, answer: bytes) -> bool:
        """Take the partner's answer to a call; tells whether the next one should follow at once."""
        if call is Call.ENTRIES:
            return self.accept_receipt(lane, answer).more
        return self._transact(
            lambda recorder: self.link.recover(recorder.unit, lane.value, call, answer, now_ms=self.now())
        )

    def repeat(self, lane: Lane) -> bool:
        """Say again, after a fence, a portion of what the partner does not hold; tells whether more is left."""
        with self.ledger.read() as reader:
            if not self.link.is_repeating(reader, lane.value):
                return False
        return self._transact(lambda recorder: self.link.repeat(recorder.unit, lane.value, now_ms=self.now()))

    def serve(self, lane: str, call: Call, raw: bytes) -> bytes:
        """Answer what the partner calls: a batch, or an ask for a fence or for its own entries."""
        match call:
            case Call.ENTRIES:
                return self.receive(lane, raw)
            case Call.FENCE:
                return self._transact(lambda recorder: self.link.fence(recorder.unit, lane, raw, now_ms=self.now()))
            case Call.RETURN:
                with self.ledger.read() as reader:
                    return self.link.give_back(reader, lane, raw)
            case Call.NEXT:
                raise InvariantBroken("an ask for the next call is answered by hand_over")

    def hand_over(self, lane: str, raw: bytes) -> tuple[Call, bytes] | None:
        """Return what we would call at a partner that fetches it, after its answer to the last; None when nothing waits.

        Raises:
            ExchangeError: the partner does not ask, or its answer does not verify.
            BadInput: the bytes are no ask.
        """
        asked, which = self.link.asked_next(lane, raw), Lane(lane)
        if asked.answered is not None:
            self.answered(which, asked.answered.call, bytes(asked.answered.answer))
        while self.repeat(which):
            pass
        with self.ledger.read() as reader:
            self.link.go_back_to(reader, lane, Origin.parse(asked.origin), asked.start)
        return self.call(which)

    def fetching(self, lane: Lane, answered: tuple[Call, bytes] | None) -> bytes:
        """Return the ask for what the partner has for us, with our answer to what it gave us last."""
        with self.ledger.read() as reader:
            return self.link.fetching(reader, lane.value, answered=answered)

    def lacks(self, lane: Lane) -> bool:
        """Tell whether a restore took from us what we held of the partner's log, and nothing says yet that it is back."""
        with self.ledger.read() as reader:
            return self.link.lacks(reader, lane)

    def compare(self, partner_state: bytes) -> tuple[str, ...]:
        """Take the partner's state at the start; returns the lanes that recover because of it."""
        return self._transact(lambda recorder: self.link.compare(recorder.unit, partner_state, now_ms=self.now()))

    # --- what was exchanged: disclosed, erased -----------------------------------------------

    def disclose(self, log: str, index: int, sections: Collection[str], *, actor: str) -> bytes:
        """Return a disclosure of sections of our own entry that were withheld; it is recorded."""

        def run(recorder: Recorder) -> bytes:
            raw, disclosed = self.link.disclose(recorder.unit, log, index, sections, now_ms=self.now())
            self._record_disclosed(recorder, disclosed, actor=actor)
            return raw

        return self._transact(run)

    def take_disclosure(self, raw: bytes) -> None:
        """Keep what the partner disclosed of its own entry; it is recorded."""

        def run(recorder: Recorder) -> None:
            disclosed = self.link.take_disclosure(recorder.unit, raw, now_ms=self.now())
            self._record_disclosed(recorder, disclosed, actor=f"{self.plan.partner_of(self.post)}/partner")

        self._transact(run)

    def hear_disclosure(self, raw: bytes) -> bytes:
        """Take in what the partner discloses over the line and return our receipt, or why it is not taken."""
        return disclosing.take(self, raw)

    def erase_due(self) -> int:
        """Erase all bodies whose retention ran out, turn by turn; return how many."""
        count, more = 0, True
        while more:
            erased, more = self._transact(self._erase_turn)
            count += sum(one.count for one in erased)
        self.ledger.scrub()
        return count

    def erase_section(self, subject: str, section: str, *, reason: str, actor: str) -> int:
        """Erase ``section`` of everything exchanged about ``subject`` before its time; return how many entries held it."""

        def run(recorder: Recorder) -> int:
            count = self.link.erase_section(recorder.unit, subject, section)
            event = audit.SectionErased(at_ms=self.now(), count=count, reason=reason, section=section, subject=subject)
            recorder.audit([audit.draft(self.post, event)], audit.stamp(event, actor=actor))
            return count

        count = self._transact(run)
        self.ledger.scrub()
        return count

    def _erase_turn(self, recorder: Recorder) -> tuple[tuple[Erased, ...], bool]:
        erased, more = self.link.erase_due(recorder.unit, now_ms=self.now())
        for one in erased:
            event = audit.BodiesErased(
                at_ms=self.now(),
                count=one.count,
                log=one.log.key,
                mirrored=one.log.mirrored,
                retention_days=one.days,
            )
            recorder.audit([audit.draft(self.post, event)], audit.stamp(event, actor=self.me.id))
        return erased, more

    def _record_disclosed(self, recorder: Recorder, disclosed: Sequence[Disclosed], *, actor: str) -> None:
        for one in disclosed:
            event = audit.SectionDisclosed(
                at_ms=self.now(), index=one.index, log=one.log.key, mirrored=one.log.mirrored, section=one.section
            )
            recorder.audit([audit.draft(self.post, event)], audit.stamp(event, actor=actor))

    def rebuild(self) -> int:
        """Make every read model again from the ledger; returns the number of entries."""
        try:
            with self.ledger.begin() as unit:
                standing = Standing(self.plan, self.post)
                count = rebuild(unit, standing, place_token=self.place_token)
        finally:
            self.standing = self._loaded()
        return count

    def transact(self, work: Callable[[Unit], Result]) -> Result:
        """Run ``work`` in one transaction: accounts and sessions."""
        return self._transact(lambda recorder: work(recorder.unit))

    def note(self, event: AuditEvent, *, actor: str) -> None:
        """Record ``event`` in the audit stream."""
        self._transact(
            lambda recorder: recorder.audit([audit.draft(self.post, event)], audit.stamp(event, actor=actor))
        )

    def _record_audit(self, _: Unit, event: AuditEvent, by: Stamp) -> None:
        """Append an audit event in the open transaction: what the accounts use."""
        if self._recorder is None:
            raise InvariantBroken("an audit event was recorded outside a transaction")
        self._recorder.audit([audit.draft(self.post, event)], by)

    # --- what a trader follows ------------------------------------------------------------

    def followed(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return steps, windows and clocks of a crossing (:func:`gatepair.node.following.followed`). Raises NotFound."""
        return following.followed(self, crossing_id, actor)

    def told(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return what is recorded of a crossing and what the partner confirmed. Raises NotFound."""
        return following.told(self, crossing_id, actor)

    # --- what decisions look at -----------------------------------------------------------

    @property
    def recovering(self) -> bool:
        """Tell whether what a restore lost is being given again."""
        return self.standing.gate.recovery is not None

    def is_early(self, reader: Reader, opened: Opened) -> bool:
        """Tell whether the partner's entry knew of something that a restored post has still to be given again."""
        if opened.type == OUTCOME or not opened.heard:
            # An outcome asks for no act.
            return False
        if self.link.is_restored(reader):
            # Our own logs have yet to come back: nobody can tell what the partner knew of.
            return True
        if self._forgotten is None:
            self._forgotten = Forgotten(self.link.agreement, self.post, reader)
        return self._forgotten.spoken_of(reader, opened)

    def decided_at_ms(self, command: Struct) -> int:
        """Return as of when ``command`` is decided: now; while the post recovers, when the act was done."""
        now_ms, recovery = self.now(), self.standing.gate.recovery
        stated_ms: int | None = getattr(command, "at_ms", None)
        if recovery is None or stated_ms is None:
            return now_ms
        return max(recovery.lost_from_ms, min(stated_ms, now_ms))

    def lane(self, lane: str, crossing: Crossing, now_ms: int) -> LaneView | None:
        """Return ``lane`` as it stands at ``now_ms`` for ``crossing``; None when the plan has no such lane."""
        return lane_view(
            self.plan,
            self.standing.gate,
            lane,
            direction=crossing.direction,
            now_ms=now_ms,
            commodity=crossing.declaration.commodity(),
        )

    def gate_context(self, actor: Actor, now_ms: int) -> GateContext:
        """Return what a decision about the gate as of ``now_ms`` rests on."""
        return GateContext(
            plan=self.plan,
            post=self.post,
            now_ms=now_ms,
            actor=actor.id,
            traffic=self.standing.traffic,
            duty=actor.duty.value,
        )

    def capacity(self, book: QueueBook) -> Capacity:
        """Return how many vehicles of ``book`` may be called now."""
        return capacity(book, self.situation())

    def slot_faults(self, crossing: Crossing, command: cmd.BookSlot) -> tuple[Finding, ...]:
        """Return why the window may not be booked; a crossing that does not queue here is the decision's affair."""
        if crossing.direction not in self.standing.books:
            return ()
        return slot_findings(
            self.standing.slots,
            self.situation(),
            CallLine(crossing.route, crossing.lane_kind),
            direction=crossing.direction,
            start_ms=command.start_ms,
            until_ms=command.until_ms,
        )

    # --- the driver's phone ---------------------------------------------------------------

    def driver_view(self, actor: Actor) -> dict[str, Any]:
        """Return what the phone of the driver ``actor`` shows (:mod:`gatepair.node.driving`)."""
        return driving.view(self, actor)

    def driver_marks(self, actor: Actor) -> bytes:
        """Return what changes whenever that phone would show something else."""
        return driving.marks(self, actor)

    # --- small things the parts share -----------------------------------------------------

    def place_token(self, crossing_id: str) -> str:
        """Return the driver's token for a place: unguessable, the same every time."""
        digest = hmac.digest(self._secret, b"place:" + crossing_id.encode(), "sha256")
        return "P" + b32encode(digest[:15]).decode()

    def binding_salt(self, crossing_id: str) -> str:
        """Return the salt (hex) under which the binding of ``crossing_id`` is published."""
        return hmac.digest(self._secret, b"salt:" + crossing_id.encode(), "sha256")[:16].hex()

    def period_salt(self, period: str) -> str:
        """Return the salt (hex) of the profiles' draws on the local date ``period``; shown only after it."""
        return channels.salt_of(self._secret, period)

    def salt_shown(self, period: str) -> dict[str, str]:
        """Return salt and commitment of the local date ``period``. Raises NotFound until it is over."""
        return channels.salt_shown(self, period)

    def channel_salt(self) -> str:
        """Return the salt (hex) of draws from the plan's public shares."""
        return hmac.digest(self._secret, b"channel", "sha256")[:16].hex()

    def send(self, unit: Unit, message: Message, message_id: str) -> None:
        """Put ``message`` under its id into the outgoing log, cut down to what the agreement lists."""
        if message.within is not None:
            announced = self.link.spoken(unit, ANNOUNCED, now_ms=self.now())
            if announced is None or not self.link.lists(announced, message.within, now_ms=self.now()):
                return
        self.link.say(
            unit,
            kind=message.kind,
            subject=message.subject,
            sections=message.sections,
            now_ms=self.now(),
            message_id=message_id,
        )

    def _one(self, recorder: Recorder, request: Request) -> Answer:
        try:
            answer = handling.handle(self, recorder, request)
            if self.recovering and answer.status == "done" and answer.crossing:
                inbound.retry_parked(self, recorder, subject=answer.crossing)
        except GatepairError as error:
            if error.http_status >= 500:
                raise
            findings = tuple(finding.to_wire() for finding in getattr(error, "findings", ()))
            return Answer(
                id=request.command_id, status="failed", error=error.code, message=error.message, findings=findings
            )
        return answer

    def _transact(self, act: Callable[[Recorder], Result]) -> Result:
        try:
            with self.ledger.begin() as unit:
                self._catch_up(unit)
                sender = self.send if self.link.enabled else None
                recorder = Recorder(unit, self.standing, send=sender, place_token=self.place_token)
                try:
                    self._recorder = recorder
                    self._notice_restore(recorder)
                    recovered, position = self.recovering, self.standing.position
                    result = act(recorder)
                    if recovered and self.standing.position != position:
                        self._settle_parked(recorder)
                    recorder.flush()
                finally:
                    # Before the ledger is let go: the next one who writes sets its own.
                    self._recorder = None
        except BaseException:
            # What was folded in memory may not be in the ledger: begin again from the ledger.
            self.standing = self._loaded()
            raise
        self.durable_position = self.standing.position
        return result

    def _notice_restore(self, recorder: Recorder) -> None:
        """Begin to recover when the link has found out that the ledger is older than what was signed."""
        if self._restore_noticed or not self.link.is_restored(recorder.unit):
            return
        self._restore_noticed = True
        if not self.recovering:
            command = BeginRecovery(position=self._opened_at.position, lost_from_ms=self._opened_at.recorded_ms)
            command_id = derived("T", "BeginRecovery", str(self._opened_at.position), str(self.now()))
            handling.handle(self, recorder, Request(command_id, command, self.me))

    def _settle_parked(self, recorder: Recorder) -> None:
        if self.recovering:
            inbound.retry_parked(self, recorder)
        else:
            inbound.answer_parked(self, recorder)

    def _catch_up(self, unit: Unit) -> None:
        """Follow what another worker of this post recorded since our last transaction."""
        head = unit.head().position
        while self.standing.position < head:
            for entry in unit.entries(after=self.standing.position, limit=1_000):
                self.standing.follow(entry)

    def _end_of_ledger(self) -> LedgerEnd:
        with self.ledger.read() as reader:
            head = reader.head()
            last = reader.entries(after=head.position - 1, limit=1) if head.position else []
        return LedgerEnd(head.position, last[0].recorded_at_ms if last else 0)

    def _loaded(self) -> Standing:
        standing = Standing(self.plan, self.post)
        with self.ledger.read() as reader:
            standing.load(reader)
            self.link.load(reader)
        self.durable_position = standing.position
        return standing
