"""Alarms that stand and who answers for them; the shift that holds: a fold and its decisions.

What holds at an instant is worked out elsewhere (:mod:`gatepair.insight.alarms`) and comes in as
conditions.  An alarm begins and clears by itself; a person takes it, hands it over, notes, resolves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gatepair.base.findings import Refusal
from gatepair.operations import commands as cmd
from gatepair.operations import events as ev
from gatepair.operations import findings as say
from gatepair.operations.model import Condition, Level
from gatepair.plan.alarms import AlarmKind

if TYPE_CHECKING:
    from gatepair.operations.gate import Gate, GateContext

NOTES_KEPT: Final = 20
"""Notes that a standing alarm carries; all of them are in the log."""

AlarmCommand = cmd.TakeAlarm | cmd.HandOverAlarm | cmd.NoteAlarm | cmd.ResolveAlarm
AlarmEvent = (
    ev.AlarmBegun
    | ev.AlarmLevelChanged
    | ev.AlarmCleared
    | ev.AlarmTaken
    | ev.AlarmHandedOver
    | ev.AlarmNoted
    | ev.AlarmResolved
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote about an alarm."""

    at_ms: int
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm that stands: ``owner`` is the login of who answers for it, ``duty`` the duty it was given to."""

    kind: AlarmKind
    subject: str
    level: Level
    since_ms: int
    begun_ms: int
    value: int = 0
    limit: int = 0
    owner: str = ""
    duty: str = ""
    resolved_at_ms: int | None = None
    notes: tuple[Remark, ...] = ()


Alarms = Mapping[str, Standing]


def fold(alarms: Alarms, event: AlarmEvent) -> Alarms:
    """Return the alarms that stand after ``event``; what is said of one that does not stand changes nothing."""
    if isinstance(event, ev.AlarmBegun):
        begun = Standing(
            event.kind, event.subject, event.level, event.since_ms, event.at_ms, value=event.value, limit=event.limit
        )
        return {**alarms, event.alarm: begun}
    before = alarms.get(event.alarm)
    if before is None:
        return alarms
    if isinstance(event, ev.AlarmCleared):
        return {key: kept for key, kept in alarms.items() if key != event.alarm}
    return {**alarms, event.alarm: _after(before, event)}


def _after(
    before: Standing,
    event: ev.AlarmLevelChanged | ev.AlarmTaken | ev.AlarmHandedOver | ev.AlarmNoted | ev.AlarmResolved,
) -> Standing:
    match event:
        case ev.AlarmLevelChanged(level=level, value=value):
            worse = level.rank > before.level.rank
            resolved = None if worse else before.resolved_at_ms
            return replace(before, level=level, value=value, resolved_at_ms=resolved)
        case ev.AlarmTaken(actor=actor, duty=duty):
            return replace(before, owner=actor, duty=duty, resolved_at_ms=None)
        case ev.AlarmHandedOver(to=to):
            return replace(_noted(before, event), owner="", duty=to, resolved_at_ms=None)
        case ev.AlarmNoted():
            return _noted(before, event)
        case ev.AlarmResolved(actor=actor, at_ms=at_ms):
            owner = before.owner or actor
            return replace(_noted(before, event), owner=owner, resolved_at_ms=at_ms)


def _noted(before: Standing, event: ev.AlarmHandedOver | ev.AlarmNoted | ev.AlarmResolved) -> Standing:
    if not event.text:
        return before
    notes = (*before.notes, Remark(event.at_ms, event.actor, event.text))
    return replace(before, notes=notes[-NOTES_KEPT:])


def watch(alarms: Alarms, conditions: Sequence[Condition], now_ms: int) -> tuple[ev.GateEvent, ...]:
    """Return what changed: alarms that begin, change their level or are over. Asked twice at one instant: nothing."""
    held = {one.key: one for one in conditions}
    changed: list[ev.GateEvent] = [
        ev.AlarmCleared(at_ms=now_ms, alarm=key) for key in sorted(alarms) if key not in held
    ]
    for key in sorted(held):
        known, one = alarms.get(key), held[key]
        if known is None:
            changed.append(begun(one, now_ms))
        elif known.level is not one.level:
            changed.append(ev.AlarmLevelChanged(at_ms=now_ms, alarm=key, level=one.level, value=one.value))
    return tuple(changed)


def begun(condition: Condition, now_ms: int) -> ev.AlarmBegun:
    """Return the event by which ``condition`` becomes an alarm."""
    return ev.AlarmBegun(
        at_ms=now_ms,
        alarm=condition.key,
        kind=condition.kind,
        subject=condition.subject,
        level=condition.level,
        since_ms=min(condition.since_ms, now_ms),
        value=condition.value,
        limit=condition.limit,
    )


def decide(gate: Gate, command: AlarmCommand, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    """Return what a person's word about an alarm changes; it begins with it when the clockwork has not seen it yet."""
    known = gate.alarms.get(command.alarm)
    first: tuple[ev.GateEvent, ...] = ()
    if known is None:
        found = next((one for one in context.conditions if one.key == command.alarm), None)
        if found is None:
            standing = ", ".join(sorted({*gate.alarms, *(one.key for one in context.conditions)})) or "–"
            return Refusal((say.ALARM_UNKNOWN.at("alarm", alarm=command.alarm, known=standing),))
        first = (begun(found, context.now_ms),)
    if isinstance(command, cmd.TakeAlarm) and known is not None and known.owner == context.actor:
        return Refusal((say.ALARM_YOURS.at("alarm", alarm=command.alarm),))
    return (*first, _said(command, context))


def _said(command: AlarmCommand, context: GateContext) -> ev.GateEvent:
    at_ms, actor = context.now_ms, context.actor
    match command:
        case cmd.TakeAlarm(alarm=alarm):
            return ev.AlarmTaken(at_ms=at_ms, alarm=alarm, actor=actor, duty=context.duty)
        case cmd.HandOverAlarm(alarm=alarm, to=to, text=text):
            return ev.AlarmHandedOver(at_ms=at_ms, alarm=alarm, to=to, actor=actor, text=text)
        case cmd.NoteAlarm(alarm=alarm, text=text):
            return ev.AlarmNoted(at_ms=at_ms, alarm=alarm, text=text, actor=actor)
        case cmd.ResolveAlarm(alarm=alarm, text=text):
            return ev.AlarmResolved(at_ms=at_ms, alarm=alarm, text=text, actor=actor)


def decide_shift(
    gate: Gate, command: cmd.NoteShift | cmd.TakeShift, context: GateContext
) -> tuple[ev.GateEvent, ...] | Refusal:
    """Return the entry of the shift log, or who holds the shift now."""
    if isinstance(command, cmd.NoteShift):
        return (ev.ShiftNoted(at_ms=context.now_ms, topic=command.topic, text=command.text, actor=context.actor),)
    if gate.shift is not None and gate.shift.actor == context.actor:
        return Refusal((say.SHIFT_YOURS.at("type"),))
    return (
        ev.ShiftTaken(
            at_ms=context.now_ms,
            actor=context.actor,
            duty=context.duty,
            text=command.text,
            alarms=tuple(sorted(gate.alarms)),
        ),
    )
