"""Handling one command: permission, idempotency, context, decision, record, answer."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gatepair.base.duties import Duty
from gatepair.base.entries import Entry
from gatepair.base.errors import CommandReused, InvariantBroken, NotFound, NotPermitted, StaleVersion
from gatepair.base.findings import Finding, Refusal
from gatepair.base.ids import derived
from gatepair.base.time import Instant, to_datetime
from gatepair.clearance import checks
from gatepair.clearance.channel.of_plan import channel_of
from gatepair.clearance.fees.of_plan import fee_of
from gatepair.crossing import commands as cmd
from gatepair.crossing import decide as crossing_rules
from gatepair.crossing import findings as fi
from gatepair.crossing.claims import claims_touched
from gatepair.crossing.context import ChannelDraw, Context, LaneView, PartnerWord, QueueView, Tolerated
from gatepair.crossing.fold import apply
from gatepair.crossing.model import Fee
from gatepair.crossing.outcome import Events, Order
from gatepair.crossing.state import Crossing
from gatepair.node import channels, driving
from gatepair.node.lodging import lodged_of
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.ports import Reader, Remembered, Stamp
from gatepair.node.requests import Answer, Happened, Request
from gatepair.node.steering import conditions
from gatepair.operations import commands as gate
from gatepair.operations import gate as gate_rules
from gatepair.operations.alarms import AlarmCommand
from gatepair.operations.commands import GateCommand
from gatepair.plan.model import Plan, Role

if TYPE_CHECKING:
    from gatepair.exchange.agreement import Agreement
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder

RELEASE_STEP = "release_for_exit"
"""Row of the agreement's staleness table that departures rest on."""

SALTED: Final = (cmd.TakePlace, cmd.RecordArrival, cmd.ChangeBinding)
"""Commands whose events publish a digest of the binding."""


def handle(post: Post, recorder: Recorder, request: Request) -> Answer:
    """Answer ``request``; what it records is in the recorder's transaction.

    Raises:
        NotPermitted: the actor's duty may not give this command, or the crossing is not the actor's.
        CommandReused: the id was used for another command.
        StaleVersion: the crossing is not at the version the caller expected.
        NotFound: this post has no such crossing.
    """
    _permit(post, request)
    digest = digest_of(request)
    known = recorder.unit.remembered(request.command_id)
    if known is not None:
        return _again(recorder.unit, request, known, digest)
    match request.command:
        case GateCommand() as order:
            answer = _gate(post, recorder, request, order)
        case cmd.DeclareCrossing() | cmd.CrossingCommand() as order:
            answer = _crossing(post, recorder, request, order)
        case cmd.CancelBatch() as order:
            answer = _cancel_batch(post, recorder, request, order)
        case other:
            raise InvariantBroken("a post was given something that is no command", type=type(other).__name__)
    if answer.status == "done":
        recorder.unit.remember(request.command_id, Remembered(digest, _memo(answer)))
    return answer


def digest_of(request: Request) -> bytes:
    """Return the digest by which a repeated command is told from a reused id."""
    raw = msgspec.json.encode(request.command, order="sorted")
    return hashlib.sha256(request.actor.id.encode() + b"\0" + raw).digest()


def _permit(post: Post, request: Request) -> None:
    kind = type(request.command)
    actor = request.actor
    allowed = COMMAND_DUTIES[kind]
    if post.recovering:
        allowed = crossing_rules.GIVEN_AGAIN.get(kind, allowed)
    if actor.post != post.post or actor.duty not in allowed:
        raise NotPermitted(
            f"the duty {actor.duty.value} may not give {kind.__name__} at {post.post}",
            command=kind.__name__,
            duty=actor.duty.value,
        )


# --- crossings ---------------------------------------------------------------------------------


def _crossing(post: Post, recorder: Recorder, request: Request, command: Order) -> Answer:
    crossing, crossing_id = _subject(post, recorder, request, command)
    if request.expected_version is not None and request.expected_version != (crossing.version if crossing else 0):
        raise StaleVersion(
            "the crossing changed since it was read; read it again",
            crossing=crossing_id,
            expected=request.expected_version,
            version=crossing.version if crossing else 0,
        )
    remarks: tuple[Finding, ...] = ()
    if isinstance(command, cmd.DeclareCrossing):
        remarks = checks.check_declaration(
            command.declaration, command.binding, load=command.load, driver=command.driver
        )
        if checks.errors(remarks):
            return _refused(request, crossing_id, Refusal(remarks))
    faults = _standing_faults(post, crossing, command)
    if faults:
        return _refused(request, crossing_id, Refusal(faults))
    context = _context(post, recorder.unit, request, command=command, crossing=crossing, crossing_id=crossing_id)
    if isinstance(command, cmd.LodgeDeclaration) and crossing is not None:
        day = date.fromisoformat(local_date(post.plan, post.post, context.now_ms))
        lodged = lodged_of(post, crossing, command, on=day, actor=request.actor.id)
        if isinstance(lodged, Refusal):
            return _refused(request, crossing_id, lodged)
        context = dataclasses.replace(context, lodged=lodged)
    chosen = channels.chosen_for(post, recorder.unit, command, crossing, now_ms=context.now_ms)
    decided = crossing_rules.decide(crossing, command, channels.with_choice(context, chosen))
    if isinstance(decided, Refusal):
        return _refused(request, crossing_id, decided)
    if isinstance(command, cmd.CorrectField | cmd.ChangeBinding) and crossing is not None:
        faults = _new_faults(crossing, decided)
        if faults:
            return _refused(request, crossing_id, Refusal(faults))
    stamp = Stamp(post.now(), request.actor.id, request.command_id)
    channels.note(post, recorder, chosen, now_ms=context.now_ms, stamp=stamp)
    entries = recorder.crossing(crossing_id, decided, stamp)
    after = post.standing.known(crossing_id, recorder.unit).crossing
    if isinstance(command, cmd.Depart) and after.return_of is not None:
        _end_stay(post, recorder, request, origin_id=after.return_of)
    token = post.place_token(crossing_id) if isinstance(command, cmd.TakePlace) else ""
    done = _done(request, entries, crossing=crossing_id, version=after.version, token=token)
    return replace(done, findings=tuple(remark.to_wire() for remark in remarks))


def _standing_faults(post: Post, crossing: Crossing | None, command: Order) -> tuple[Finding, ...]:
    """Return what stands against ``command`` outside of its crossing: a full window, an instruction that changed."""
    if isinstance(command, cmd.BookSlot) and crossing is not None:
        return post.slot_faults(crossing, command)
    if isinstance(command, cmd.AcknowledgeInstruction) and crossing is not None and not post.recovering:
        return driving.faults(post, crossing, command)
    return ()


def declaring_findings(post: Post, reader: Reader, request: Request) -> tuple[Finding, ...]:
    """Return all that would be said of a declaration if it were given now, by the same rules; nothing is recorded.

    Raises:
        NotPermitted: the actor's duty may not declare.
    """
    _permit(post, request)
    command = request.command
    if not isinstance(command, cmd.DeclareCrossing):
        raise InvariantBroken("only a declaration is checked before it is given", type=type(command).__name__)
    crossing, crossing_id = None, derived("X", post.post, request.command_id)
    remarks = checks.check_declaration(command.declaration, command.binding, load=command.load, driver=command.driver)
    context = _context(post, reader, request, command=command, crossing=crossing, crossing_id=crossing_id)
    decided = crossing_rules.decide(crossing, command, context)
    return (*remarks, *(decided.findings if isinstance(decided, Refusal) else ()))


def _cancel_batch(post: Post, recorder: Recorder, request: Request, command: cmd.CancelBatch) -> Answer:
    """Withdraw every crossing of a batch, or none and say why: a road manifest is deleted by its batch number."""
    members = post.standing.batch(command.batch, Role.EXIT) or post.standing.batch(command.batch, Role.ENTRY)
    if any(member.declarant not in ("", request.actor.id) for member in members):
        raise NotPermitted("this batch was declared by another trader", batch=command.batch)
    decided: list[tuple[str, Events]] = []
    refused = [] if members else [fi.BATCH_UNKNOWN.at("batch", batch=command.batch)]
    for member in members:
        order = cmd.CancelCrossing(crossing=member.id, reason=command.reason, at_ms=command.at_ms)
        context = _context(post, recorder.unit, request, command=order, crossing=member, crossing_id=member.id)
        answer = crossing_rules.decide(member, order, dataclasses.replace(context, batch=()))
        if isinstance(answer, Refusal):
            refused.extend(answer.findings)
        else:
            decided.append((member.id, answer))
    if refused:
        return _refused(request, "", Refusal(tuple(refused)))
    stamp = Stamp(post.now(), request.actor.id, request.command_id)
    entries = [entry for member, events in decided for entry in recorder.crossing(member, events, stamp)]
    return _done(request, entries, crossing="", version=0, token="")


def _new_faults(crossing: Crossing, events: Events) -> tuple[Finding, ...]:
    """Return the errors that a correction would bring into the declaration; those it had before are not its fault."""
    after = crossing
    for event in events:
        after = apply(after, event, crossing.id)
    known = {(fault.code, fault.path) for fault in _faults(crossing)}
    return tuple(fault for fault in _faults(after) if (fault.code, fault.path) not in known)


def _faults(crossing: Crossing) -> tuple[Finding, ...]:
    return checks.errors(
        checks.check_declaration(crossing.declaration, crossing.binding, load=crossing.load, driver=crossing.driver)
    )


def _end_stay(post: Post, recorder: Recorder, request: Request, *, origin_id: str) -> None:
    """End the stay of the crossing that brought the vehicle, now that it left on its way back."""
    origin = post.standing.tracked(origin_id, recorder.unit)
    stay = origin.crossing.stay if origin is not None else None
    if stay is None or stay.ended_at_ms is not None:
        return
    command_id = derived("T", "EndStay", origin_id, request.command_id)
    # By whoever let the vehicle go: the one act says both.
    handle(post, recorder, Request(command_id, cmd.EndStay(crossing=origin_id), request.actor))


def _subject(post: Post, recorder: Recorder, request: Request, command: Order) -> tuple[Crossing | None, str]:
    if isinstance(command, cmd.DeclareCrossing):
        return None, derived("X", post.post, request.command_id)
    crossing_id = command.crossing
    if isinstance(command, cmd.RecordPartnerAnnouncement):
        tracked = post.standing.tracked(crossing_id, recorder.unit)
        return (tracked.crossing if tracked else None), crossing_id
    crossing = post.standing.known(crossing_id, recorder.unit).crossing
    # The goods of an announced crossing are declared here by their importer, whom the exporter need not know.
    imported = isinstance(command, cmd.LodgeDeclaration) and bool(crossing.announced_leaf)
    if request.actor.duty is Duty.TRADER and not imported and crossing.declarant not in ("", request.actor.id):
        raise NotPermitted("this crossing was declared by another trader", crossing=crossing_id)
    if not driving.drives(recorder.unit, request.actor, crossing):
        raise NotFound("this post has no such crossing", crossing=crossing_id)
    return crossing, crossing_id


def _context(
    post: Post,
    unit: Reader,
    request: Request,
    *,
    command: Order,
    crossing: Crossing | None,
    crossing_id: str,
) -> Context:
    """Return what the decision on ``command`` may know besides the crossing."""
    now_ms = post.decided_at_ms(command)
    holders = {claim: holder for claim in claims_touched(crossing, command) if (holder := unit.holder(claim))}
    return Context(
        plan=post.plan,
        post=post.post,
        now_ms=now_ms,
        actor=request.actor.id,
        duty=request.actor.duty,
        crossing_id=crossing_id,
        holders=holders,
        origin=_origin(post, unit, command),
        batch=_batch(post, command, crossing),
        queue=_queue_view(post, crossing, command),
        lane=_lane(post, crossing, command, now_ms),
        partner=_partner_word(post, command),
        tolerances=_tolerances(post, command),
        channel=_draw(post, crossing, command, now_ms),
        fee=_fee(post, crossing, command),
        binding_salt=post.binding_salt(crossing_id) if isinstance(command, SALTED) else "",
        recovering=post.recovering,
    )


def _tolerances(post: Post, command: Struct) -> tuple[Tolerated, ...]:
    if not isinstance(command, cmd.Depart):
        return ()
    ruling = post.link.versions.ruling(post.decided_at_ms(command))
    return () if ruling is None else departure_tolerances(ruling.agreement)


def departure_tolerances(agreed: Agreement) -> tuple[Tolerated, ...]:
    """Return the lines of the agreement under which a departure may rest on an older word, youngest first."""
    return tuple(
        Tolerated(clause=line.clause, max_age_s=None if line.any_age else line.max_age_s, officer=line.officer)
        for line in agreed.tolerances(RELEASE_STEP)
    )


def _partner_word(post: Post, command: Struct) -> PartnerWord:
    """Return how fresh the partner's word is; only a departure rests on its age."""
    if not isinstance(command, cmd.Depart):
        return PartnerWord(mode=post.link.mode)
    return PartnerWord(mode=post.link.mode, age_s=post.link.partner_age_s(post.now()), size=post.link.heard_size())


def _origin(post: Post, reader: Reader, command: Struct) -> Crossing | None:
    origin_id = getattr(command, "return_of", None)
    if origin_id is None:
        return None
    tracked = post.standing.tracked(origin_id, reader)
    return tracked.crossing if tracked else None


def _batch(post: Post, command: Struct, crossing: Crossing | None) -> tuple[Crossing, ...]:
    """Return the other open crossings under the trip batch number that the command is about."""
    match command:
        case cmd.DeclareCrossing(direction=direction, declaration=declaration):
            trip, role, me = declaration.trip, post.plan.role_of(post.post, direction), ""
        case cmd.CancelCrossing() | cmd.Depart() if crossing is not None:
            trip, role, me = crossing.declaration.trip, crossing.role, crossing.id
        case _:
            return ()
    if trip is None:
        return ()
    return tuple(mate for mate in post.standing.batch(trip.batch, role) if mate.id != me)


def _queue_view(post: Post, crossing: Crossing | None, command: Struct) -> QueueView:
    if crossing is None or crossing.role is not Role.EXIT or not isinstance(command, cmd.TakePlace | cmd.CallForward):
        return QueueView()
    book = post.standing.books[crossing.direction]
    return QueueView(next_number=book.next_number)


def _lane(post: Post, crossing: Crossing | None, command: Struct, now_ms: int) -> LaneView | None:
    if not isinstance(command, cmd.Depart) or crossing is None:
        return None
    return post.lane(command.lane, crossing, now_ms)


def _draw(post: Post, crossing: Crossing | None, command: Struct, now_ms: int) -> ChannelDraw | None:
    if not isinstance(command, cmd.AssignChannel) or crossing is None:
        return None
    # The draw must not be computable by whoever chooses the command id, so its salt is the post's own;
    # an auditor who is shown the salt can repeat every draw.
    return channel_of(
        post.plan, post.post, crossing, on=local_date(post.plan, post.post, now_ms), salt=post.channel_salt()
    )


def _fee(post: Post, crossing: Crossing | None, command: Struct) -> Fee | None:
    if not isinstance(command, cmd.AssessFee) or crossing is None:
        return None
    return fee_of(post.plan, post.post, crossing)


def local_date(plan: Plan, post: str, now_ms: int) -> str:
    """Return the local date of ``post`` as ``YYYY-MM-DD``."""
    return to_datetime(Instant(now_ms)).astimezone(ZoneInfo(plan.timezone_of(post))).date().isoformat()


# --- the gate ----------------------------------------------------------------------------------


def _gate(post: Post, recorder: Recorder, request: Request, command: GateCommand) -> Answer:
    context = post.gate_context(request.actor, post.decided_at_ms(command))
    if isinstance(command, gate.ReportStatistics):
        context = dataclasses.replace(context, figures=post.day_figures(recorder.unit, command.date))
    if isinstance(command, AlarmCommand):
        context = dataclasses.replace(context, conditions=conditions(post, recorder.unit))
    decided = gate_rules.decide(post.standing.gate, command, context)
    if isinstance(decided, Refusal):
        return _refused(request, "", decided)
    stamp = Stamp(post.now(), request.actor.id, request.command_id)
    entries = recorder.gate(decided, stamp)
    return _done(request, entries, crossing="", version=post.standing.gate_version, token="")


# --- answers -----------------------------------------------------------------------------------


def _refused(request: Request, crossing_id: str, refusal: Refusal) -> Answer:
    findings = tuple(finding.to_wire() for finding in refusal.findings)
    subject = "" if isinstance(request.command, cmd.DeclareCrossing) else crossing_id
    return Answer(id=request.command_id, status="refused", crossing=subject, findings=findings)


def _done(request: Request, entries: list[Entry], *, crossing: str, version: int, token: str) -> Answer:
    return Answer(
        id=request.command_id,
        status="done",
        crossing=crossing,
        version=version,
        position=entries[-1].position if entries else 0,
        events=tuple(_happened(entry) for entry in entries),
        place_token=token,
    )


def _happened(entry: Entry) -> Happened:
    return Happened(type=entry.type, payload=msgspec.json.decode(entry.payload))


class _Memo(Struct, frozen=True, omit_defaults=True):
    """What is kept of an answer; its events are in the ledger already."""

    crossing: str
    version: int
    position: int
    count: int
    token: str = ""


def _memo(answer: Answer) -> bytes:
    memo = _Memo(answer.crossing, answer.version, answer.position, len(answer.events), answer.place_token)
    return msgspec.json.encode(memo, order="sorted")


def _again(reader: Reader, request: Request, known: Remembered, digest: bytes) -> Answer:
    if known.digest != digest:
        raise CommandReused(
            "this command id was used for another command; make a new id", command_id=request.command_id
        )
    memo = msgspec.json.decode(known.answer, type=_Memo)
    entries = reader.entries(after=memo.position - memo.count, limit=memo.count) if memo.count else []
    return _done(request, entries, crossing=memo.crossing, version=memo.version, token=memo.token)
