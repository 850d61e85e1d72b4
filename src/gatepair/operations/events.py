"""Facts about the gate itself, in the stream ``gate/<post>``."""

from __future__ import annotations

from msgspec import Struct

from gatepair.crossing.model import Code, Line
from gatepair.operations.model import AlertKind, Figure, Level, RoadState
from gatepair.plan.alarms import AlarmKind
from gatepair.plan.model import CommodityGroup, Direction, LocalDate, LocalTime


class GateEvent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base: ``at_ms`` is when it happened."""

    at_ms: int


class IntakeStopped(GateEvent, frozen=True):
    """A direction stands still; ``leaf`` is set when the partner said so. Costs nobody the place."""

    direction: Direction
    reason: Code
    actor: str
    text: Line = ""
    expected_end_ms: int | None = None
    route: Code = ""
    allows: tuple[CommodityGroup, ...] = ()
    by_partner: bool = False
    leaf: str = ""
    partner_at_ms: int = 0
    """When the partner says that it happened; ``at_ms`` is when it took effect here."""


class IntakeReopened(GateEvent, frozen=True):
    """A direction runs again."""

    direction: Direction
    actor: str
    route: Code = ""
    by_partner: bool = False
    leaf: str = ""
    partner_at_ms: int = 0
    """When the partner says that it happened; ``at_ms`` is when it took effect here."""


class LaneTurnBegun(GateEvent, frozen=True):
    """A tidal lane closed to be turned; open the other way from ``clear_at_ms`` if empty."""

    lane: Code
    direction: Direction
    clear_at_ms: int
    actor: str


class LaneTurned(GateEvent, frozen=True):
    """A tidal lane is open the other way."""

    lane: Code
    direction: Direction


class HoursAgreed(GateEvent, frozen=True):
    """Hours agreed for one date."""

    calendar: Code
    date: LocalDate
    start: LocalTime
    until: LocalTime
    actor: str
    only: tuple[CommodityGroup, ...] = ()


class QuotaAnnounced(GateEvent, frozen=True):
    """How many vehicles an hour are taken in, by us or by the partner."""

    direction: Direction
    per_hour: int
    actor: str
    by_partner: bool = False
    leaf: str = ""
    partner_at_ms: int = 0
    """When the partner says that it happened; ``at_ms`` is when it took effect here."""


class RecoveryBegun(GateEvent, frozen=True):
    """The ledger was restored from a backup that ended at ``position``; what was recorded later is given again.

    ``lost_from_ms`` is when the last entry of the backup was recorded: acts from then until ``at_ms`` may be lost.
    """

    position: int
    lost_from_ms: int
    actor: str


class RecoveryFinished(GateEvent, frozen=True):
    """Somebody answers for it that what was lost has been given again; the post acts by itself again."""

    actor: str


class Told(GateEvent, frozen=True, kw_only=True):
    """Base of what one side tells the other; ``leaf`` names the partner's entry."""

    actor: str
    by_partner: bool = False
    leaf: str = ""
    partner_at_ms: int = 0
    """When the partner says that it happened; ``at_ms`` is when it took effect here."""


class ConditionReported(Told, frozen=True, kw_only=True):
    """A direction, or one road of it, goes slower or something on it is out; or is normal again."""

    direction: Direction
    state: RoadState
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: str = ""


class HoursAnnounced(Told, frozen=True, kw_only=True):
    """One side works only at these hours of a date; never longer than the hours in force."""

    calendar: Code
    date: LocalDate
    start: LocalTime
    until: LocalTime
    only: tuple[CommodityGroup, ...] = ()
    reason: str = ""


class CapacityAnnounced(Told, frozen=True, kw_only=True):
    """For how many vehicles there is room at once, here or over there."""

    direction: Direction
    vehicles: int
    reason: str = ""


class AlertRaised(Told, frozen=True, kw_only=True):
    """Both sides look out for this; a later alert of one side with the same reference replaces it."""

    kind: AlertKind
    reference: Code
    text: Line
    plates: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    commodity: CommodityGroup | None = None
    until_ms: int | None = None


class AlertEnded(Told, frozen=True, kw_only=True):
    """An alert no longer stands; ``kind`` and ``text`` are those it had."""

    kind: AlertKind
    reference: Code
    text: Line


class HotlineNoted(Told, frozen=True, kw_only=True):
    """What was said over the hotline."""

    topic: Code
    text: Line


class StatisticsReported(Told, frozen=True, kw_only=True):
    """One side's counts of one of its local days."""

    date: LocalDate
    timezone: str
    figures: tuple[Figure, ...]


class AlarmBegun(GateEvent, frozen=True, kw_only=True):
    """Something holds that asks for a person; recorded by the post's clockwork, or by the first who acts on it."""

    alarm: Code
    kind: AlarmKind
    subject: Code
    level: Level
    since_ms: int
    value: int = 0
    limit: int = 0


class AlarmLevelChanged(GateEvent, frozen=True, kw_only=True):
    """A standing alarm grew more or less urgent."""

    alarm: Code
    level: Level
    value: int = 0


class AlarmCleared(GateEvent, frozen=True, kw_only=True):
    """What the alarm was about no longer holds; nobody has to say so."""

    alarm: Code


class AlarmTaken(GateEvent, frozen=True, kw_only=True):
    """Somebody answers for the alarm."""

    alarm: Code
    actor: str
    duty: str


class AlarmHandedOver(GateEvent, frozen=True, kw_only=True):
    """The alarm belongs to a duty until somebody of it takes it."""

    alarm: Code
    to: str
    actor: str
    text: Line = ""


class AlarmNoted(GateEvent, frozen=True, kw_only=True):
    """What was done about the alarm."""

    alarm: Code
    text: Line
    actor: str


class AlarmResolved(GateEvent, frozen=True, kw_only=True):
    """Somebody says that the alarm needs nothing more."""

    alarm: Code
    text: Line
    actor: str


class ShiftNoted(GateEvent, frozen=True, kw_only=True):
    """An entry of the shift log."""

    topic: Code
    text: Line
    actor: str


class ShiftTaken(GateEvent, frozen=True, kw_only=True):
    """Somebody took over the shift, and these alarms stood."""

    actor: str
    duty: str
    text: Line = ""
    alarms: tuple[Code, ...] = ()


ALL: tuple[type[GateEvent], ...] = (
    IntakeStopped,
    IntakeReopened,
    LaneTurnBegun,
    LaneTurned,
    HoursAgreed,
    QuotaAnnounced,
    ConditionReported,
    HoursAnnounced,
    CapacityAnnounced,
    AlertRaised,
    AlertEnded,
    HotlineNoted,
    StatisticsReported,
    RecoveryBegun,
    RecoveryFinished,
    AlarmBegun,
    AlarmLevelChanged,
    AlarmCleared,
    AlarmTaken,
    AlarmHandedOver,
    AlarmNoted,
    AlarmResolved,
    ShiftNoted,
    ShiftTaken,
)
