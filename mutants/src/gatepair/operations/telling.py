"""Decisions about what one side tells the other of its gate, and what the partner's word becomes here.

What the partner says is always recorded: it is in force here from the moment it is, with the partner's own time
beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from gatepair.base.findings import Finding, Refusal
from gatepair.base.time import Instant, to_datetime
from gatepair.operations import commands as cmd
from gatepair.operations import events as ev
from gatepair.operations import findings as say
from gatepair.operations.model import RoadState
from gatepair.plan.model import Plan, Role

if TYPE_CHECKING:
    from gatepair.operations.gate import Gate, GateContext

DATES_MAX: Final = 31
"""Dates that one order may announce hours for: a month."""

HEARD: Final[dict[type[cmd.PartnerGateCommand], type[ev.GateEvent]]] = {
    cmd.RecordPartnerStop: ev.IntakeStopped,
    cmd.RecordPartnerReopening: ev.IntakeReopened,
    cmd.RecordPartnerQuota: ev.QuotaAnnounced,
    cmd.RecordPartnerCondition: ev.ConditionReported,
    cmd.RecordPartnerHours: ev.HoursAnnounced,
    cmd.RecordPartnerCapacity: ev.CapacityAnnounced,
    cmd.RecordPartnerAlert: ev.AlertRaised,
    cmd.RecordPartnerNote: ev.HotlineNoted,
    cmd.RecordPartnerStatistics: ev.StatisticsReported,
}
"""What the partner's word becomes here: an event with the same fields."""


def decide(gate: Gate, command: cmd.GateCommand, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    """Return the events of an order to tell, or of the partner's word; or why it is refused."""
    match command:
        case cmd.AnnounceQuota() | cmd.AnnounceCapacity():
            return _announce(command, context)
        case cmd.ReportCondition():
            return _report_condition(gate, command, context)
        case cmd.AnnounceHours():
            return _announce_hours(command, context)
        case cmd.RaiseAlert():
            return _raise_alert(gate, command, context)
        case cmd.EndAlert():
            return _end_alert(gate, command, context)
        case cmd.NoteHotline():
            return (_same(ev.HotlineNoted, command, context),)
        case cmd.ReportStatistics():
            return _report_statistics(command, context)
        case cmd.PartnerGateCommand():
            return (_heard(command, context),)
        case _:
            raise TypeError(f"{type(command).__name__} is not an order about the gate")


def unknown_route(plan: Plan, route: str) -> tuple[Finding, ...]:
    """Find a road that the plan has not; no road means the whole direction."""
    if not route or route in plan.routes:
        return ()
    return (say.UNKNOWN_ROUTE.at("route", route=route, known=", ".join(sorted(plan.routes))),)


def _same(event: type[ev.GateEvent], command: cmd.GateCommand, context: GateContext, **more: Any) -> ev.GateEvent:
    """Return ``event`` with the fields of ``command`` that it has, in force from now."""
    fields: dict[str, Any] = {
        name: getattr(command, name) for name in event.__struct_fields__ if hasattr(command, name)
    }
    return event(**{**fields, **more, "at_ms": context.now_ms, "actor": context.actor})


def _heard(command: cmd.PartnerGateCommand, context: GateContext) -> ev.GateEvent:
    event = HEARD[type(command)]
    if isinstance(command, cmd.RecordPartnerAlert) and command.ended:
        event = ev.AlertEnded
    return _same(event, command, context, by_partner=True)


def _ends_in_the_past(end_ms: int | None, path: str, context: GateContext) -> Iterator[Finding]:
    if end_ms is not None and end_ms <= context.now_ms:
        yield say.END_IN_THE_PAST.at(path)


def _announce(
    command: cmd.AnnounceQuota | cmd.AnnounceCapacity, context: GateContext
) -> tuple[ev.GateEvent, ...] | Refusal:
    """Announce what is taken in; only the post that takes in has something to announce."""
    if context.plan.role_of(context.post, command.direction) is not Role.ENTRY:
        return Refusal((say.NOT_ENTRY.at("direction", direction=command.direction.value),))
    event = ev.QuotaAnnounced if isinstance(command, cmd.AnnounceQuota) else ev.CapacityAnnounced
    return (_same(event, command, context),)


def _report_condition(
    gate: Gate, command: cmd.ReportCondition, context: GateContext
) -> tuple[ev.GateEvent, ...] | Refusal:
    findings = [
        *unknown_route(context.plan, command.route),
        *_ends_in_the_past(command.expected_end_ms, "expected_end_ms", context),
    ]
    standing = next(
        (
            kept
            for key, kept in gate.conditions.items()
            if (key.direction, key.route, key.reason, key.by_partner)
            == (command.direction, command.route, command.reason, False)
        ),
        None,
    )
    if standing is None:
        same = command.state is RoadState.NORMAL
    else:
        same = (standing.state, standing.text, standing.expected_end_ms) == (
            command.state, command.text, command.expected_end_ms
        )  # fmt: skip
    if same:
        findings.append(say.NOTHING_NEW.at("state", what=command.state.value))
    return Refusal(tuple(findings)) if findings else (_same(ev.ConditionReported, command, context),)


def _announce_hours(command: cmd.AnnounceHours, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    """Announce the same hours for each date; whoever works not at all closes and opens at the same minute."""
    findings = []
    if command.calendar not in context.plan.calendars:
        known = ", ".join(sorted(context.plan.calendars))
        findings.append(say.UNKNOWN_CALENDAR.at("calendar", calendar=command.calendar, known=known))
    if command.start > command.until:
        findings.append(say.HOURS_EMPTY.at("start", start=command.start, until=command.until))
    dates = _dates(command.first, command.last)
    if not dates:
        findings.append(say.DATES_UNFIT.at("first", first=command.first, last=command.last, most=DATES_MAX))
    if findings:
        return Refusal(tuple(findings))
    return tuple(_same(ev.HoursAnnounced, command, context, date=day) for day in dates)


def _dates(first: str, last: str) -> tuple[str, ...]:
    """Return the dates from ``first`` to ``last``; none when they are no dates, end before they begin or are too many."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return ()
    days = (end - begin).days + 1
    return tuple((begin + timedelta(days=at)).isoformat() for at in range(days)) if days <= DATES_MAX else ()


def _raise_alert(gate: Gate, command: cmd.RaiseAlert, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    findings = list(_ends_in_the_past(command.until_ms, "until_ms", context))
    raised = _same(ev.AlertRaised, command, context)
    standing = gate.alerts.get((command.reference, False))
    if standing is not None and _content(standing) == _content(raised):
        findings.append(say.NOTHING_NEW.at("reference", what=command.reference))
    return Refusal(tuple(findings)) if findings else (raised,)


def _content(event: ev.GateEvent) -> tuple[object, ...]:
    """Return what an event says, without when and by whom."""
    return tuple(getattr(event, name) for name in event.__struct_fields__ if name not in {"at_ms", "actor"})


def _end_alert(gate: Gate, command: cmd.EndAlert, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    standing = gate.alerts.get((command.reference, False))
    if standing is None:
        known = ", ".join(sorted(reference for reference, by_partner in gate.alerts if not by_partner))
        return Refusal((say.ALERT_UNKNOWN.at("reference", reference=command.reference, known=known or "–"),))
    return (_same(ev.AlertEnded, command, context, kind=standing.kind, text=standing.text),)


def _report_statistics(command: cmd.ReportStatistics, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    """Report a day that is over: its counts change no more."""
    timezone = context.plan.timezone_of(context.post)
    today = to_datetime(Instant(context.now_ms)).astimezone(ZoneInfo(timezone)).date().isoformat()
    if not _dates(command.date, command.date) or command.date >= today:
        return Refusal((say.DAY_NOT_OVER.at("date", date=command.date, today=today),))
    return (_same(ev.StatisticsReported, command, context, timezone=timezone, figures=context.figures),)
