"""Decisions about the place in the queue: taking, holding, calling, missing, moving, diverting."""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Finding
from gatepair.base.time import MINUTE_MS, SECOND_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing import guards
from gatepair.crossing.context import Context
from gatepair.crossing.declaring import code_known
from gatepair.crossing.digest import binding_digest
from gatepair.crossing.model import READ_OUT, Instruction, Stage
from gatepair.crossing.outcome import Outcome, refuse
from gatepair.crossing.state import BEFORE_GATE, Crossing, Place, call_basis
from gatepair.plan import rules
from gatepair.plan.model import LaneKind, Plan, Role, YardKind

_ANY_YARD: Final = frozenset(YardKind)
_BUFFERS: Final = frozenset({YardKind.BUFFER})


def needs_place(plan: Plan, post: str, crossing: Crossing) -> bool:
    """Tell whether the vehicle is called from the queue before it may come to the barrier.

    Needed at the exit post where the plan has a queue rule; the empties lane has no queue.
    """
    return crossing.role is Role.EXIT and post in plan.queues and crossing.lane_kind is not LaneKind.EMPTIES


def book_slot(crossing: Crossing, command: cmd.BookSlot, context: Context, at_ms: int) -> Outcome:
    """Book a window to come forward in."""
    findings = [*guards.at_stage(crossing, {Stage.DECLARED, Stage.QUEUED})]
    if command.until_ms <= command.start_ms or command.until_ms <= context.now_ms:
        findings.append(fi.SLOT_WINDOW.at("until_ms"))
    if crossing.slot == (command.start_ms, command.until_ms):
        findings.append(fi.NOTHING_CHANGED.at("slot", what="slot"))
    if findings:
        return refuse(*findings)
    return (ev.SlotBooked(at_ms=at_ms, start_ms=command.start_ms, until_ms=command.until_ms),)


def take_place(crossing: Crossing, command: cmd.TakePlace, context: Context, at_ms: int) -> Outcome:
    """Give the next number. A stop of the direction keeps nobody from taking one."""
    findings: list[Finding] = []
    if crossing.place is not None:
        findings.append(fi.HAS_PLACE.at("place", number=crossing.place.number))
    else:
        findings.extend(guards.at_stage(crossing, {Stage.DECLARED}))
    if not findings and not needs_place(context.plan, context.post, crossing):
        findings.append(fi.QUEUE_NONE.at("place", post=context.post))
    if command.yard is not None:
        findings.extend(guards.yard_known(context, command.yard, _ANY_YARD))
    if findings:
        return refuse(*findings)
    return (
        ev.PlaceTaken(
            at_ms=at_ms,
            number=context.queue.next_number,
            facts=guards.place_facts(crossing),
            binding_digest=binding_digest(context.binding_salt, crossing.binding),
            yard=command.yard or "",
        ),
    )


def hold_at_buffer(crossing: Crossing, command: cmd.HoldAtBuffer, context: Context, at_ms: int) -> Outcome:
    """Order the vehicle to wait at a buffer; the place goes on counting."""
    findings = list(guards.yard_known(context, command.yard, _BUFFERS))
    place = crossing.place
    if place is None:
        return refuse(fi.NO_PLACE.at("place"), *findings)
    findings.extend(guards.at_stage(crossing, {Stage.QUEUED}))
    if place.held and place.yard == command.yard:
        findings.append(fi.NOTHING_CHANGED.at("yard", what=command.yard))
    if findings:
        return refuse(*findings)
    return (ev.HeldAtBuffer(at_ms=at_ms, number=place.number, yard=command.yard),)


def call_forward(crossing: Crossing, _command: cmd.CallForward, context: Context, at_ms: int) -> Outcome:
    """Call the vehicle; which one is next is the published rule's affair, what may be called is ours."""
    place = crossing.place
    if place is None:
        return refuse(fi.NO_PLACE.at("place"))
    findings = list(guards.at_stage(crossing, {Stage.QUEUED}))
    if context.queue.stopped:
        findings.append(fi.QUEUE_STOPPED.at("queue", why=context.queue.why))
    rule = context.plan.queues[context.post]
    if not rules.callable_now(rule, place.facts):
        findings.append(fi.NOT_TESTED.at("declaration.documents", commodity=place.facts.commodity.value))
    if findings:
        return refuse(*findings)
    until_ms = context.call_until_ms
    if until_ms is None:
        until_ms = at_ms + grace_ms(context.plan, context.post, place)
    return (ev.PlaceCalled(at_ms=at_ms, number=place.number, until_ms=until_ms),)


def grace_ms(plan: Plan, post: str, place: Place) -> int:
    """Return how long after the call the vehicle may take: the rule's grace and the way from its yard, in ms."""
    yard = plan.yards.get(place.yard)
    travel_s = yard.travel_s if yard is not None else 0
    return plan.queues[post].grace_min * MINUTE_MS + travel_s * SECOND_MS


def acknowledge(crossing: Crossing, _command: cmd.AcknowledgeCall, _context: Context, at_ms: int) -> Outcome:
    """Record that the driver read the call."""
    place = crossing.place
    if place is None or crossing.stage is not Stage.CALLED:
        return refuse(fi.NOT_CALLED.at("place", stage=crossing.stage.value))
    if place.acknowledged:
        return refuse(fi.NOTHING_CHANGED.at("place", what="acknowledged"))
    return (ev.CallAcknowledged(at_ms=at_ms, number=place.number),)


def acknowledge_instruction(
    crossing: Crossing, command: cmd.AcknowledgeInstruction, context: Context, at_ms: int
) -> Outcome:
    """Record that the driver read what he is to do; whether it still stands the node finds out before.

    Reading a call is one fact, however it is said.
    """
    if command.instruction is Instruction.COME_NOW:
        # A call that is given again after a restore may end at another moment than the one that was read.
        other = command.basis != call_basis(crossing.place) and not context.recovering
        if crossing.stage is Stage.CALLED and other:
            return refuse(fi.INSTRUCTION_CHANGED.at("basis", instruction=Instruction.COME_NOW.value))
        return acknowledge(crossing, cmd.AcknowledgeCall(crossing=crossing.id), context, at_ms)
    if command.instruction not in READ_OUT:
        return refuse(fi.INSTRUCTION_SILENT.at("instruction", instruction=command.instruction.value))
    findings = [*guards.at_role(crossing, Role.EXIT), *guards.at_stage(crossing, BEFORE_GATE)]
    heard = crossing.heard
    if heard is not None and (heard.instruction, heard.basis) == (command.instruction, command.basis):
        findings.append(fi.NOTHING_CHANGED.at("instruction", what=command.instruction.value))
    if findings:
        return refuse(*findings)
    return (ev.InstructionAcknowledged(at_ms=at_ms, instruction=command.instruction, basis=command.basis),)


def miss_call(crossing: Crossing, _command: cmd.MissCall, context: Context, at_ms: int) -> Outcome:
    """Put the place on standby, or lose it after the last recall that the rule allows."""
    place = crossing.place
    if place is None or crossing.stage is not Stage.CALLED or place.called_until_ms is None:
        return refuse(fi.NOT_CALLED.at("place", stage=crossing.stage.value))
    if at_ms <= place.called_until_ms:
        left_s = (place.called_until_ms - at_ms) // SECOND_MS
        return refuse(fi.CALL_RUNNING.at("place", left_s=left_s))
    misses = place.misses + 1
    if misses > context.plan.queues[context.post].recalls:
        return guards.lost(crossing, "missed", at_ms)
    return (ev.CallMissed(at_ms=at_ms, number=place.number, misses=misses),)


def move_place(crossing: Crossing, command: cmd.MovePlace, context: Context, at_ms: int) -> Outcome:
    """Move a place to the front under a published code, by a person who answers for it."""
    place = crossing.place
    findings = [*code_known(command.code, context)]
    if place is None:
        return refuse(fi.NO_PLACE.at("place"), *findings)
    findings.extend(guards.at_stage(crossing, {Stage.QUEUED}))
    if place.moved:
        findings.append(fi.NOTHING_CHANGED.at("place", what="moved"))
    if findings:
        return refuse(*findings)
    return (
        ev.PlaceMoved(
            at_ms=at_ms,
            number=place.number,
            code=command.code,
            reason=command.reason,
            actor=context.actor,
        ),
    )


def divert(crossing: Crossing, command: cmd.DivertCrossing, context: Context, at_ms: int) -> Outcome:
    """Send the vehicle to another gate: it counts as turned away here and is closed."""
    findings = guards.at_stage(crossing, BEFORE_GATE | {Stage.ARRIVED})
    if findings:
        return refuse(*findings)
    return (
        *guards.lost(crossing, "diverted", at_ms),
        ev.Diverted(at_ms=at_ms, gate=command.gate, reason=command.reason, actor=context.actor),
        ev.CrossingClosed(at_ms=at_ms, outcome="diverted"),
    )
