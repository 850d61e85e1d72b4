"""Orders about the gate itself: stops, lanes, hours, quotas. They write to ``gate/<post>``."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled
from gatepair.crossing.model import Code, Container, Line, Plate
from gatepair.operations.model import AlertKind, Answerer, Figure, RoadState
from gatepair.plan.model import CommodityGroup, Direction, LocalDate, LocalTime

Note = Annotated[str, Meta(min_length=3, max_length=280)]
"""Words that somebody must find: three letters at least."""


class GateCommand(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Base of every order about the gate."""

    at_ms: int | None = None


class StopIntake(GateCommand, frozen=True):
    """Stop one direction (or one route of it), with the reason and what is still allowed."""

    direction: Direction
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: Code = ""
    allows: tuple[CommodityGroup, ...] = ()


class ReopenIntake(GateCommand, frozen=True):
    """End a stop."""

    direction: Direction
    route: Code = ""


class TurnLane(GateCommand, frozen=True):
    """Turn a tidal lane: it closes, must be empty for its clear time, then opens the other way."""

    lane: Code
    direction: Direction


class AgreeHours(GateCommand, frozen=True):
    """Record hours agreed with the other side for one date and lane calendar."""

    calendar: Code
    date: LocalDate
    start: LocalTime
    until: LocalTime
    only: tuple[CommodityGroup, ...] = ()


class AnnounceQuota(GateCommand, frozen=True):
    """Tell the partner how many vehicles an hour this post takes in."""

    direction: Direction
    per_hour: Annotated[int, Meta(ge=0, le=10_000)]


class ReportCondition(GateCommand, frozen=True):
    """Say what goes slower or is out on a direction or one road of it, without a stop; ``normal`` ends it."""

    direction: Direction
    state: RoadState
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: Code | Literal[""] = ""


class AnnounceHours(GateCommand, frozen=True):
    """Say at which hours this post works on the dates ``first`` to ``last`` of a calendar; the same start and end close it.

    What one side announces only narrows: a lane is open when the hours in force and both sides' announcements say so.
    """

    calendar: Code
    first: LocalDate
    last: LocalDate
    start: LocalTime
    until: LocalTime
    only: tuple[CommodityGroup, ...] = ()
    reason: Code | Literal[""] = ""


class AnnounceCapacity(GateCommand, frozen=True):
    """Tell the partner for how many vehicles there is room at once, on the line and in the yards."""

    direction: Direction
    vehicles: Annotated[int, Meta(ge=0, le=10_000)]
    reason: Code | Literal[""] = ""


class RaiseAlert(GateCommand, frozen=True):
    """Warn the other side; it names vehicles, containers and goods, never a person."""

    kind: AlertKind
    reference: Code
    text: Line
    plates: Annotated[tuple[Plate, ...], Meta(max_length=50)] = ()
    containers: Annotated[tuple[Container, ...], Meta(max_length=50)] = ()
    commodity: CommodityGroup | None = None
    until_ms: int | None = None


class EndAlert(GateCommand, frozen=True):
    """End an alert that this post raised."""

    reference: Code


class NoteHotline(GateCommand, frozen=True):
    """Keep for both sides what was said over the hotline; no person is named."""

    topic: Code
    text: Line


class ReportStatistics(GateCommand, frozen=True):
    """Tell the partner this post's counts of a local day that is over."""

    date: LocalDate


class BeginRecovery(GateCommand, frozen=True):
    """Say that the ledger was restored from a backup that ended at ``position``, recorded at ``lost_from_ms``.

    A post with a partner finds it out by itself; a post that works alone is told.
    """

    position: Annotated[int, Meta(ge=0)]
    lost_from_ms: Annotated[int, Meta(ge=0)]


class FinishRecovery(GateCommand, frozen=True):
    """Say that what was lost has been given again: the post calls and warns by itself again."""


class TakeAlarm(GateCommand, frozen=True):
    """Answer for an alarm from now on, whoever did before."""

    alarm: Code


class HandOverAlarm(GateCommand, frozen=True):
    """Give an alarm to a duty; it is nobody's until somebody of that duty takes it."""

    alarm: Code
    to: Answerer
    text: Line = ""


class NoteAlarm(GateCommand, frozen=True):
    """Write down what was done about an alarm."""

    alarm: Code
    text: Note


class ResolveAlarm(GateCommand, frozen=True):
    """Say with a note that an alarm needs nothing more, though what it is about may still hold.

    It is an alarm again when it grows more urgent, or when it comes back after it was over.
    """

    alarm: Code
    text: Note


class NoteShift(GateCommand, frozen=True):
    """Write something into the shift log; no person is named."""

    topic: Code
    text: Note


class TakeShift(GateCommand, frozen=True):
    """Take over the shift: what was handed over by word is written down, the standing alarms are listed."""

    text: Line = ""


class PartnerGateCommand(GateCommand, frozen=True):
    """Base of orders made from a mirrored entry of the partner."""

    leaf: Annotated[str, spelled("[0-9a-f]{64}")]
    partner_at_ms: int


class RecordPartnerStop(PartnerGateCommand, frozen=True):
    """The partner stopped taking in."""

    direction: Direction
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: Code = ""
    allows: tuple[CommodityGroup, ...] = ()


class RecordPartnerReopening(PartnerGateCommand, frozen=True):
    """The partner takes in again."""

    direction: Direction
    route: Code = ""


class RecordPartnerQuota(PartnerGateCommand, frozen=True):
    """The partner's announced quota."""

    direction: Direction
    per_hour: Annotated[int, Meta(ge=0, le=10_000)]


class RecordPartnerCondition(PartnerGateCommand, frozen=True):
    """What goes slower or is out over there."""

    direction: Direction
    state: RoadState
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: str = ""


class RecordPartnerHours(PartnerGateCommand, frozen=True):
    """At which hours the partner works on a date."""

    calendar: Code
    date: LocalDate
    start: LocalTime
    until: LocalTime
    only: tuple[CommodityGroup, ...] = ()
    reason: str = ""


class RecordPartnerCapacity(PartnerGateCommand, frozen=True):
    """For how many vehicles the partner has room."""

    direction: Direction
    vehicles: Annotated[int, Meta(ge=0, le=10_000)]
    reason: str = ""


class RecordPartnerAlert(PartnerGateCommand, frozen=True):
    """The partner warns, or ends its warning."""

    kind: AlertKind
    reference: Code
    text: Line
    ended: bool = False
    plates: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    commodity: CommodityGroup | None = None
    until_ms: int | None = None


class RecordPartnerNote(PartnerGateCommand, frozen=True):
    """What the partner noted of a talk over the hotline."""

    topic: Code
    text: Line


class RecordPartnerStatistics(PartnerGateCommand, frozen=True):
    """The partner's counts of one of its local days."""

    date: LocalDate
    timezone: str
    figures: tuple[Figure, ...]


ALL: tuple[type[GateCommand], ...] = (
    StopIntake, ReopenIntake, TurnLane, AgreeHours, AnnounceQuota, ReportCondition, AnnounceHours, AnnounceCapacity,
    RaiseAlert, EndAlert, NoteHotline, ReportStatistics, BeginRecovery, FinishRecovery, TakeAlarm, HandOverAlarm,
    NoteAlarm, ResolveAlarm, NoteShift, TakeShift, RecordPartnerStop,
    RecordPartnerReopening, RecordPartnerQuota, RecordPartnerCondition, RecordPartnerHours, RecordPartnerCapacity,
    RecordPartnerAlert, RecordPartnerNote, RecordPartnerStatistics,
)  # fmt: skip
