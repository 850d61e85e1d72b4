"""The gate itself: stops, tidal lanes, agreed hours and quotas; a fold of ``gate/<post>`` and its decisions.

A direction runs only when neither our stop nor the partner's stands on it.  A tidal lane opens the
other way only when nothing is on it and it has been empty for its clear time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gatepair.base.findings import Finding, Refusal
from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.operations import alarms as alarm_rules
from gatepair.operations import commands as cmd
from gatepair.operations import events as ev
from gatepair.operations import findings as say
from gatepair.operations import telling
from gatepair.operations.model import Condition, Figure, RoadState
from gatepair.operations.telling import unknown_route
from gatepair.operations.traffic import Traffic
from gatepair.plan.model import CommodityGroup, Direction, LaneDirection, Plan
from gatepair.plan.rules import find_lane

AHEAD_MS_MAX: Final = 2 * MINUTE_MS
"""How far a stated time may lie ahead of our clock: two clocks' slack."""
BACK_H_MAX: Final = 24
"""How far back a stop may be said to have begun, in hours: a working day kept on paper."""

SHIFTS_KEPT: Final = 300
"""Shifts that are remembered: some three months of three a day, so that the log names the shift of an entry."""

EVERY_GROUP: Final = frozenset(CommodityGroup)


@dataclass(frozen=True, slots=True)
class StopKey:
    """What is stopped, and by whom; ``route`` is empty for the whole direction."""

    direction: Direction
    route: str
    by_partner: bool


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """What goes slower, for which reason, and who says so."""

    direction: Direction
    route: str
    reason: str
    by_partner: bool


@dataclass(frozen=True, slots=True)
class Tide:
    """Where a tidal lane stands: ``direction`` while it runs, None while it is turned towards ``turning``."""

    direction: Direction | None
    turning: Direction | None = None
    clear_at_ms: int = 0


FIRST_TIDE: Final = Tide(Direction.OUT)
"""A tidal lane that was never turned runs out of the home side; both posts begin from the same rule."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The state after some events; :meth:`apply` gives the next one.

    ``hours`` holds the hours agreed for single dates, the latest agreement for a calendar and date last.
    """

    stops: Mapping[StopKey, ev.IntakeStopped] = field(default_factory=dict)
    tides: Mapping[str, Tide] = field(default_factory=dict)
    hours: tuple[ev.HoursAgreed, ...] = ()
    limits: Mapping[tuple[str, str, bool], ev.HoursAnnounced] = field(default_factory=dict)
    """Hours that one side announced, by calendar, date and whether it was the partner."""
    quotas: Mapping[tuple[Direction, bool], int] = field(default_factory=dict)
    capacities: Mapping[tuple[Direction, bool], int] = field(default_factory=dict)
    conditions: Mapping[ConditionKey, ev.ConditionReported] = field(default_factory=dict)
    alerts: Mapping[tuple[str, bool], ev.AlertRaised] = field(default_factory=dict)
    """Alerts that stand, by reference and whether the partner raised them."""
    recovery: ev.RecoveryBegun | None = None
    """Set while what a restore lost is given again."""
    alarms: alarm_rules.Alarms = field(default_factory=dict)
    """Alarms that stand, by kind and subject."""
    shifts: tuple[ev.ShiftTaken, ...] = ()
    """The last :data:`SHIFTS_KEPT` shifts, the present one last."""

    def apply(self, event: ev.GateEvent) -> Gate:
        """Return the state after ``event``."""
        match event:
            case ev.IntakeStopped():
                key = StopKey(event.direction, event.route, event.by_partner)
                return replace(self, stops={**self.stops, key: event})
            case ev.IntakeReopened():
                key = StopKey(event.direction, event.route, event.by_partner)
                return replace(self, stops={at: stop for at, stop in self.stops.items() if at != key})
            case ev.LaneTurnBegun():
                tide = Tide(None, event.direction, event.clear_at_ms)
                return replace(self, tides={**self.tides, event.lane: tide})
            case ev.LaneTurned():
                return replace(self, tides={**self.tides, event.lane: Tide(event.direction)})
            case ev.HoursAgreed():
                kept = tuple(at for at in self.hours if (at.calendar, at.date) != (event.calendar, event.date))
                return replace(self, hours=(*kept, event))
            case ev.QuotaAnnounced():
                quotas = {**self.quotas, (event.direction, event.by_partner): event.per_hour}
                return replace(self, quotas=quotas)
            case ev.HoursAnnounced():
                limits = {**self.limits, (event.calendar, event.date, event.by_partner): event}
                return replace(self, limits=limits)
            case ev.CapacityAnnounced():
                capacities = {**self.capacities, (event.direction, event.by_partner): event.vehicles}
                return replace(self, capacities=capacities)
            case ev.ConditionReported() | ev.AlertRaised() | ev.AlertEnded():
                return self._warned(event)
            case _:
                return self._steered(event)

    def _steered(self, event: ev.GateEvent) -> Gate:
        """Return the state after what concerns those who steer: recovery, shift, alarms."""
        match event:
            case ev.RecoveryBegun():
                return replace(self, recovery=event)
            case ev.RecoveryFinished():
                return replace(self, recovery=None)
            case ev.ShiftTaken():
                return replace(self, shifts=(*self.shifts, event)[-SHIFTS_KEPT:])
            case _ if isinstance(event, alarm_rules.AlarmEvent):
                return replace(self, alarms=alarm_rules.fold(self.alarms, event))
            case _:
                return self

    def _warned(self, event: ev.ConditionReported | ev.AlertRaised | ev.AlertEnded) -> Gate:
        """Return the state after what asks for attention and stops nothing."""
        match event:
            case ev.ConditionReported():
                about = ConditionKey(event.direction, event.route, event.reason, event.by_partner)
                others = {key: kept for key, kept in self.conditions.items() if key != about}
                ended = event.state is RoadState.NORMAL
                return replace(self, conditions=others if ended else {**others, about: event})
            case ev.AlertRaised():
                return replace(self, alerts={**self.alerts, (event.reference, event.by_partner): event})
            case ev.AlertEnded():
                gone = (event.reference, event.by_partner)
                return replace(self, alerts={key: kept for key, kept in self.alerts.items() if key != gone})

    @property
    def shift(self) -> ev.ShiftTaken | None:
        """Return who holds the shift, None before the first was taken."""
        return self.shifts[-1] if self.shifts else None

    def standing(self, direction: Direction, route: str = "") -> tuple[ev.IntakeStopped, ...]:
        """Return the stops that bear on ``direction`` and ``route``: ours first, the direction's before the road's."""
        bearing = [
            (at.by_partner, at.route, stop)
            for at, stop in self.stops.items()
            if at.direction is direction and at.route in ("", route)
        ]
        return tuple(stop for _, _, stop in sorted(bearing, key=lambda row: row[:2]))

    def standing_anywhere(self, direction: Direction) -> tuple[ev.IntakeStopped, ...]:
        """Return every stop of ``direction``, of the whole direction or of one road: for the board."""
        bearing = [(at.by_partner, at.route, stop) for at, stop in self.stops.items() if at.direction is direction]
        return tuple(stop for _, _, stop in sorted(bearing, key=lambda row: row[:2]))

    def allowed(self, direction: Direction, route: str = "") -> frozenset[CommodityGroup] | None:
        """Return the groups that may pass: None for all (no stop stands), else what every standing stop allows."""
        stops = self.standing(direction, route)
        if not stops:
            return None
        groups = EVERY_GROUP
        for stop in stops:
            groups &= frozenset(stop.allows)
        return groups

    def is_open(self, direction: Direction, route: str = "", *, commodity: CommodityGroup | None = None) -> bool:
        """Tell whether ``direction`` runs on ``route`` (for ``commodity``)."""
        groups = self.allowed(direction, route)
        return groups is None or (commodity is not None and commodity in groups)

    def tide(self, lane: str) -> Tide:
        """Return where the tidal ``lane`` stands."""
        return self.tides.get(lane, FIRST_TIDE)


@dataclass(frozen=True, slots=True)
class GateContext:
    """What a decision about the gate rests on besides the state and the command."""

    plan: Plan
    post: str
    now_ms: int
    actor: str
    traffic: Traffic = field(default_factory=Traffic)
    figures: tuple[Figure, ...] = ()
    """The counts of the day that ``ReportStatistics`` asks for."""
    conditions: tuple[Condition, ...] = ()
    """What holds now, for orders about alarms."""
    duty: str = ""
    """The duty of whoever orders."""


def decide(gate: Gate, command: cmd.GateCommand, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    """Return the events that ``command`` causes, or why it is refused. What the partner says is always recorded."""
    findings = _untimely(command, context)
    if not findings:
        match command:
            case cmd.StopIntake():
                return _stop(gate, command, context)
            case cmd.ReopenIntake():
                return _reopen(gate, command, context)
            case cmd.TurnLane():
                return _turn(gate, command, context)
            case cmd.AgreeHours():
                return _agree(command, context)
            case cmd.BeginRecovery():
                return _begin_recovery(gate, command, context)
            case cmd.FinishRecovery():
                return _finish_recovery(gate, context)
            case cmd.NoteShift() | cmd.TakeShift():
                return alarm_rules.decide_shift(gate, command, context)
            case cmd.TakeAlarm() | cmd.HandOverAlarm() | cmd.NoteAlarm() | cmd.ResolveAlarm():
                return alarm_rules.decide(gate, command, context)
            case _:
                return telling.decide(gate, command, context)
    return Refusal(findings)


def _untimely(command: cmd.GateCommand, context: GateContext) -> tuple[Finding, ...]:
    if command.at_ms is None or isinstance(command, cmd.PartnerGateCommand):
        return ()
    if command.at_ms > context.now_ms + AHEAD_MS_MAX:
        return (say.TIME_AHEAD.at("at_ms"),)
    if command.at_ms < context.now_ms - BACK_H_MAX * HOUR_MS:
        return (say.TIME_LONG_PAST.at("at_ms", hours=BACK_H_MAX),)
    return ()


def _stop(gate: Gate, command: cmd.StopIntake, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    findings = unknown_route(context.plan, command.route)
    if command.expected_end_ms is not None and command.expected_end_ms <= context.now_ms:
        findings += (say.END_IN_THE_PAST.at("expected_end_ms"),)
    stopped = ev.IntakeStopped(
        at_ms=context.now_ms if command.at_ms is None else min(command.at_ms, context.now_ms),
        direction=command.direction,
        reason=command.reason,
        actor=context.actor,
        text=command.text,
        expected_end_ms=command.expected_end_ms,
        route=command.route,
        allows=command.allows,
    )
    before = gate.stops.get(StopKey(command.direction, command.route, by_partner=False))
    if before is not None and _terms(before) == _terms(stopped):
        findings += (
            say.ALREADY_STOPPED.at("direction", direction=command.direction.value, route=command.route or "*"),
        )
    return Refusal(findings) if findings else (stopped,)


def _terms(stop: ev.IntakeStopped) -> tuple[object, ...]:
    return (stop.reason, stop.text, stop.expected_end_ms, stop.allows)


def _reopen(gate: Gate, command: cmd.ReopenIntake, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    if StopKey(command.direction, command.route, by_partner=False) in gate.stops:
        # It takes effect when it is recorded: a called vehicle's new grace cannot begin in the past.
        return (
            ev.IntakeReopened(
                at_ms=context.now_ms, direction=command.direction, actor=context.actor, route=command.route
            ),
        )
    partners = StopKey(command.direction, command.route, by_partner=True) in gate.stops
    kind = say.STOP_IS_PARTNERS if partners else say.NOT_STOPPED
    return Refusal((kind.at("direction", direction=command.direction.value, route=command.route or "*"),))


def _turn(gate: Gate, command: cmd.TurnLane, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    found = find_lane(context.plan, command.lane)
    if found is None:
        known = ", ".join(lane for road in context.plan.routes.values() for lane in road.lanes)
        return Refusal((say.UNKNOWN_LANE.at("lane", lane=command.lane, known=known),))
    lane = found[1]
    if lane.direction is not LaneDirection.TIDAL:
        return Refusal((say.LANE_NOT_TIDAL.at("lane", lane=command.lane),))
    tide = gate.tide(command.lane)
    if tide.direction is command.direction:
        return Refusal((say.LANE_ALREADY_SO.at("lane", lane=command.lane, direction=command.direction.value),))
    if tide.turning is not None:
        return Refusal((say.LANE_TURNING.at("lane", lane=command.lane),))
    return (
        ev.LaneTurnBegun(
            at_ms=context.now_ms,
            lane=command.lane,
            direction=command.direction,
            clear_at_ms=context.now_ms + lane.clear_s * SECOND_MS,
            actor=context.actor,
        ),
    )


@dataclass(frozen=True, slots=True)
class Interlock:
    """What a tidal lane waits for before it runs the other way; ``ready_ms`` is when its clear time is over.

    ``vehicles`` are on the lane now.  A lane that is not being turned has no ``turning`` and waits for nothing.
    """

    lane: str
    running: Direction | None
    turning: Direction | None
    vehicles: int
    ready_ms: int
    clear_s: int

    def waits(self, now_ms: int) -> tuple[str, ...]:
        """Return why it may not open the other way at ``now_ms``: ``vehicles`` on it, ``clearing`` not over."""
        reasons = (("vehicles", self.vehicles > 0), ("clearing", now_ms < self.ready_ms))
        return tuple(reason for reason, holds in reasons if holds)


def interlocks(gate: Gate, plan: Plan, traffic: Traffic) -> tuple[Interlock, ...]:
    """Return the interlock of every tidal lane, in the order of the lanes' keys."""
    found = []
    tracks = {key: track for road in plan.routes.values() for key, track in road.lanes.items()}
    for key in sorted(tracks):
        track, tide = tracks[key], gate.tide(key)
        if track.direction is not LaneDirection.TIDAL:
            continue
        empty_since_ms = traffic.last_clear_ms(key)
        empty_ms = empty_since_ms + track.clear_s * SECOND_MS if empty_since_ms else 0
        found.append(
            Interlock(
                lane=key,
                running=tide.direction,
                turning=tide.turning,
                vehicles=len(traffic.on_lane(key)),
                ready_ms=max(tide.clear_at_ms, empty_ms),
                clear_s=track.clear_s,
            )
        )
    return tuple(found)


def lane_turns(gate: Gate, context: GateContext) -> tuple[ev.LaneTurned, ...]:
    """Return the turns that are complete now: nothing on the lane, and its clear time over since it closed and emptied.

    Given by the post's clockwork; in the order of the lanes' keys.
    """
    return tuple(
        ev.LaneTurned(at_ms=context.now_ms, lane=lock.lane, direction=lock.turning)
        for lock in interlocks(gate, context.plan, context.traffic)
        if lock.turning is not None and not lock.waits(context.now_ms)
    )


def _agree(command: cmd.AgreeHours, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    if command.calendar not in context.plan.calendars:
        known = ", ".join(sorted(context.plan.calendars))
        return Refusal((say.UNKNOWN_CALENDAR.at("calendar", calendar=command.calendar, known=known),))
    if command.start >= command.until:
        return Refusal((say.HOURS_EMPTY.at("start", start=command.start, until=command.until),))
    return (
        ev.HoursAgreed(
            at_ms=context.now_ms,
            calendar=command.calendar,
            date=command.date,
            start=command.start,
            until=command.until,
            actor=context.actor,
            only=command.only,
        ),
    )


def _begin_recovery(gate: Gate, command: cmd.BeginRecovery, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    if gate.recovery is not None:
        return Refusal((say.RECOVERING_ALREADY.at("position", position=gate.recovery.position),))
    if command.lost_from_ms > context.now_ms:
        return Refusal((say.TIME_AHEAD.at("lost_from_ms"),))
    return (
        ev.RecoveryBegun(
            at_ms=context.now_ms,
            position=command.position,
            lost_from_ms=command.lost_from_ms,
            actor=context.actor,
        ),
    )


def _finish_recovery(gate: Gate, context: GateContext) -> tuple[ev.GateEvent, ...] | Refusal:
    if gate.recovery is None:
        return Refusal((say.NOT_RECOVERING.at("type"),))
    return (ev.RecoveryFinished(at_ms=context.now_ms, actor=context.actor),)
