"""The plan's types: posts, routes, lanes, stations, yards, calendars, rules, traffic.

One plan file describes one pair.  The live node, the simulated world and the twin read the same
types.  Every number that comes from outside carries a ``source`` (a key of ``Plan.sources``) and
its kind: documented, computed or assumed.  Local times are ``HH:MM`` in the zone of a side.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, field

from gatepair.base.duties import Duty
from gatepair.base.shapes import spelled
from gatepair.plan.alarms import AlarmRules
from gatepair.plan.text import Text as Text  # noqa: PLC0414 - it is one of the plan's types for all who import them

Key = Annotated[str, spelled(r"[a-z0-9][a-z0-9-]{0,47}")]
LocalTime = Annotated[str, spelled(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")]
LocalDate = Annotated[str, spelled(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Positive = Annotated[int, Meta(ge=1)]
Natural = Annotated[int, Meta(ge=0)]
Permille = Annotated[int, Meta(ge=0, le=1000)]


class Direction(StrEnum):
    """Which way a crossing goes, seen from the plan's home side."""

    OUT = "out"
    """From the home side to the other."""
    IN = "in"
    """From the other side to the home side."""


class LaneKind(StrEnum):
    """What may use a lane; unmanned and manned traffic never share one."""

    MANNED = "manned"
    UNMANNED = "unmanned"
    EMPTIES = "empties"
    PERSONS = "persons"


class LaneDirection(StrEnum):
    """Direction of a lane; a tidal lane is switched, with interlock."""

    OUT = "out"
    IN = "in"
    TIDAL = "tidal"


class Regime(StrEnum):
    """Customs regime of the goods; the post's role tells export from import."""

    ORDINARY = "ordinary"
    TRANSIT = "transit"
    TEMPORARY = "temporary"
    BONDED = "bonded"
    BORDER_RESIDENT = "border_resident"
    TWO_WAY = "two_way"
    EMPTY = "empty"


class CommodityGroup(StrEnum):
    """Groups that rules speak of; the HS code of an item falls in exactly one."""

    FRESH_FRUIT = "fresh_fruit"
    FRESH_VEGETABLES = "fresh_vegetables"
    LIVE_SEAFOOD = "live_seafood"
    FROZEN_FOOD = "frozen_food"
    GRAIN_STARCH = "grain_starch"
    ELECTRONICS = "electronics"
    MACHINERY = "machinery"
    VEHICLES = "vehicles"
    TEXTILES = "textiles"
    ORE = "ore"
    OTHER = "other"
    NONE = "none"
    """An empty vehicle."""


PERISHABLE: Final = frozenset(
    {CommodityGroup.LIVE_SEAFOOD, CommodityGroup.FRESH_FRUIT, CommodityGroup.FRESH_VEGETABLES}
)
"""Goods that lose their worth by the hour."""


class Role(StrEnum):
    """What a post is for one crossing."""

    EXIT = "exit"
    ENTRY = "entry"


class GuardedAct(StrEnum):
    """An act that a plan may ask two persons of one duty for; named as the order is."""

    REFUSE_CROSSING = "RefuseCrossing"
    BREAK_SEAL = "BreakSeal"
    MOVE_PLACE = "MovePlace"
    WITHDRAW_RELEASE = "WithdrawRelease"


class StationKind(StrEnum):
    """What a station does."""

    BARRIER = "barrier"
    WEIGHBRIDGE = "weighbridge"
    BOOTH = "booth"
    INSPECTION_BAY = "inspection_bay"
    CRANE = "crane"
    LABORATORY = "laboratory"
    YARD_SPOT = "yard_spot"


class Shape(StrEnum):
    """Families of service-time distributions; all are sampled by inversion."""

    DETERMINISTIC = "deterministic"
    UNIFORM = "uniform"
    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"


class FigureKind(StrEnum):
    """Where a number stands: documented, computed from documented numbers, or assumed."""

    DOCUMENTED = "documented"
    COMPUTED = "computed"
    ASSUMED = "assumed"


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """A page or law a number was read from."""

    title: str
    date: str
    url: str = ""


class Provenance(Struct, frozen=True, forbid_unknown_fields=True):
    """Whence a number: its kind, the source key and a remark."""

    kind: FigureKind
    source: Key | None = None
    note: str = ""


class ServiceTime(Struct, frozen=True, forbid_unknown_fields=True):
    """Distribution of one service in whole seconds.

    ``low_s``/``high_s`` bound a uniform; ``mean_s`` and ``cv_permille`` shape the others.
    """

    shape: Shape
    provenance: Provenance
    mean_s: Natural = 0
    cv_permille: Natural = 0
    low_s: Natural = 0
    high_s: Natural = 0


class Side(Struct, frozen=True, forbid_unknown_fields=True):
    """A country at the gate: its zone, its public-holiday calendar, its currency, its languages."""

    country: Annotated[str, spelled("[A-Z]{2}")]
    timezone: str
    holidays: Annotated[str, spelled("[A-Z]{2}")]
    currency: Annotated[str, spelled("[A-Z]{3}")]
    name: Text


class Agency(Struct, frozen=True, forbid_unknown_fields=True):
    """One agency of one post and the duty it holds."""

    duty: Duty
    name: Text


class Post(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two facing gates."""

    side: Key
    name: Text
    agencies: dict[Key, Agency]
    unlocode: str = ""
    fee_schedule: Key | None = None


class Lane(Struct, frozen=True, forbid_unknown_fields=True):
    """One track of a route. ``headway_s`` is the least time between two vehicles."""

    kind: LaneKind
    direction: LaneDirection
    hours: Key
    headway_s: Natural = 0
    clear_s: Natural = 0
    """Tidal lanes: how long the lane must be empty before it is turned."""


class Route(Struct, frozen=True, forbid_unknown_fields=True):
    """A road over the line, named by its boundary markers."""

    markers: str
    name: Text
    length_m: Positive
    lanes: dict[Key, Lane]
    provenance: Provenance


class Station(Struct, frozen=True, forbid_unknown_fields=True):
    """A place where a vehicle is served at one post, for one role of that post."""

    post: Key
    kind: StationKind
    role: Role
    servers: Positive
    service: dict[str, ServiceTime]
    """Service time by selector: ``default``, a commodity group, or ``channel:red``."""
    duty: Duty
    hours: Key
    name: Text
    order: Natural = 0
    """Where it stands on the way through the post."""
    share_permille: dict[str, Permille] = field(default_factory=dict)
    """Share of vehicles that visit it, by the same selectors; absent means all."""
    provenance: Provenance | None = None


class YardKind(StrEnum):
    """Gate yards stand inside the gate, buffers before it."""

    GATE = "gate"
    BUFFER = "buffer"


class Yard(Struct, frozen=True, forbid_unknown_fields=True):
    """A place to stand, with its capacity in vehicles."""

    post: Key
    kind: YardKind
    capacity: Positive
    name: Text
    travel_s: Natural = 0
    """Driving time from this yard to the barrier."""
    provenance: Provenance | None = None


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """One daily window in local time of the calendar's zone; ``until`` after ``from``."""

    start: LocalTime
    until: LocalTime
    weekdays: tuple[Annotated[int, Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)


class CalendarException(Struct, frozen=True, forbid_unknown_fields=True):
    """Dates on which other windows hold; no window means closed.

    ``only`` opens for some commodity groups alone (an early reopening after Tết).
    """

    first: LocalDate
    last: LocalDate
    reason: Text
    openings: tuple[Opening, ...] = ()
    only: tuple[CommodityGroup, ...] = ()
    provenance: Provenance | None = None


class Calendar(Struct, frozen=True, forbid_unknown_fields=True):
    """Negotiated hours. ``cutoff`` stops new vehicles of a direction before closing."""

    timezone: str
    openings: tuple[Opening, ...]
    provenance: Provenance
    cutoff: dict[Direction, LocalTime] = field(default_factory=dict)
    closed_on_holidays_of: tuple[Key, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()


class StayClocks(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a foreign vehicle may stay, in hours, and how early to warn."""

    one_way_h: Positive
    two_way_h: Positive
    filing_h: Positive
    warn_before_h: Natural
    provenance: Provenance


class RequiredDecisions(Struct, frozen=True, forbid_unknown_fields=True):
    """Which duties must decide, before customs, at a role for some regimes and commodities.

    The first rule that matches holds; empty selectors match all.
    """

    role: Role
    duties: tuple[Duty, ...]
    regimes: tuple[Regime, ...] = ()
    commodities: tuple[CommodityGroup, ...] = ()
    posts: tuple[Key, ...] = ()


class Weighing(Struct, frozen=True, forbid_unknown_fields=True):
    """How a weighbridge's reading is held against the declared mass of the goods.

    The reading less ``tare_kg``, the mass of the empty vehicle in kilograms, may be off by
    ``tolerance_permille`` of the declared mass.
    """

    tare_kg: Natural
    tolerance_permille: Permille
    provenance: Provenance


class PriorityClass(Struct, frozen=True, forbid_unknown_fields=True):
    """One class of the published priority rule; the first class whose condition holds counts.

    All conditions given must hold. Classes are ranked by their order in the plan.
    """

    key: Key
    name: Text
    commodities: tuple[CommodityGroup, ...] = ()
    regimes: tuple[Regime, ...] = ()
    tested: bool | None = None
    """Whether the quarantine test paper is attached."""
    paired_return: bool | None = None


class QueueRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How places are given, called and lost at the post where vehicles leave.

    Order of call: the class's rank, then the place's number; a place that has waited
    ``promote_after_h`` counts as of the first class.
    """

    priorities: tuple[PriorityClass, ...]
    promote_after_h: Positive
    grace_min: Positive
    """How long after the call the vehicle may take to arrive."""
    recalls: Natural
    """How many missed calls put a place on standby before it is lost."""
    call_ahead: Positive
    """Vehicles called beyond those that can be served at once."""
    move_codes: dict[Key, Text]
    """The only codes under which a place may be moved by hand."""
    needs_test: tuple[CommodityGroup, ...] = ()
    """Groups that are not called before their test paper is there."""
    provenance: Provenance | None = None
    """Whence grace, recalls, ageing and call-ahead; asked for by the check."""


class Fee(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a fee schedule, in minor units of the side's currency."""

    load: str
    commodities: tuple[CommodityGroup, ...]
    regimes: tuple[Regime, ...]
    amount_minor: Natural
    provenance: Provenance
    max_gross_kg: Natural = 0
    multiplier_permille: Positive = 1000


class FeeSchedule(Struct, frozen=True, forbid_unknown_fields=True):
    """A dated fee table; the first line that matches holds."""

    currency: str
    valid_from: LocalDate
    lines: tuple[Fee, ...]


class ChannelProfile(Struct, frozen=True, forbid_unknown_fields=True):
    """Shares of channels by commodity group at one post and role; read by customs only."""

    post: Key
    role: Role
    version: Positive
    valid_from: LocalDate
    shares_permille: dict[str, tuple[Permille, Permille, Permille]]
    """Green, yellow, red by commodity group or ``default``; each triple sums to 1000."""
    provenance: Provenance


class Quota(Struct, frozen=True, forbid_unknown_fields=True):
    """What a post announces that it takes in, per local hour; 0 means nothing."""

    post: Key
    direction: Direction
    per_hour: Natural
    provenance: Provenance


class Fleet(Struct, frozen=True, forbid_unknown_fields=True):
    """Unmanned vehicles of a route."""

    route: Key
    vehicles: Natural
    speed_m_h: Positive
    lift_s: Positive
    """One lift of a container on or off a vehicle where no crane station says otherwise."""
    provenance: Provenance
    path_m: Natural = 0
    """Length of the closed path between the two yards; 0 is the length of the route."""
    charge_after_trips: Natural = 0
    """Trips after which a vehicle charges; 0 for a fleet that charges outside its hours."""
    charge_s: Natural = 0


class Flow(Struct, frozen=True, forbid_unknown_fields=True):
    """Vehicles that come by themselves in one direction on the simulated day.

    ``stock`` stand at opening; ``arrivals`` come over the day, spread by ``profile``
    (24 weights by local hour of the home side).
    """

    direction: Direction
    stock: Natural
    arrivals: Natural
    profile: tuple[Natural, ...]
    mix_permille: dict[CommodityGroup, Permille]
    provenance: Provenance
    stock_mix_permille: dict[CommodityGroup, Permille] = field(default_factory=dict)
    tested_permille: Permille = 1000
    """Share of the groups in ``needs_test`` whose test paper is attached."""
    stock_tested_permille: Permille = 1000
    two_way_permille: Permille = 0
    correction_permille: Permille = 20
    no_show_permille: Permille = 10


class Mission(Struct, frozen=True, forbid_unknown_fields=True):
    """Containers that an unmanned fleet carries in one direction.

    ``arrivals`` come to the yard over the day, spread by ``profile`` (24 weights by local hour of the
    home side); ``stock`` stand there at the beginning.
    """

    fleet: Key
    direction: Direction
    arrivals: Natural
    profile: tuple[Natural, ...]
    provenance: Provenance
    stock: Natural = 0


class Demand(Struct, frozen=True, forbid_unknown_fields=True):
    """The simulated day's traffic, all of it synthetic."""

    flows: tuple[Flow, ...]
    unload_s: ServiceTime
    inspection_s: ServiceTime
    laboratory_s: ServiceTime
    sample_permille: dict[CommodityGroup, Permille] = field(default_factory=dict)
    refuse_permille: Permille = 2
    provenance: Provenance | None = None
    """Whence the shares sampled and refused; asked for by the check."""
    missions: tuple[Mission, ...] = ()
    """Containers over the unmanned lanes; the twin runs them, the simulated world does not."""


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """One pair of gates."""

    plan: Annotated[int, Meta(ge=1, le=1)]
    """Version of this file format."""
    id: Key
    name: Text
    home: Key
    """The side from which ``out`` leads away."""
    sources: dict[Key, Source]
    sides: dict[Key, Side]
    posts: dict[Key, Post]
    routes: dict[Key, Route]
    stations: dict[Key, Station]
    yards: dict[Key, Yard]
    calendars: dict[Key, Calendar]
    stay: StayClocks
    required_decisions: tuple[RequiredDecisions, ...]
    reliance: dict[Duty, tuple[str, ...]]
    """Declaration fields a duty's decision rests on, as path patterns (``goods.*.hs``)."""
    queues: dict[Key, QueueRule]
    """Queue rule by the post at which vehicles wait to leave."""
    fees: dict[Key, FeeSchedule] = field(default_factory=dict)
    channels: tuple[ChannelProfile, ...] = ()
    quotas: tuple[Quota, ...] = ()
    fleets: dict[Key, Fleet] = field(default_factory=dict)
    alarms: AlarmRules = AlarmRules()
    """From when on the command centre is asked, and its own playbooks."""
    demand: Demand | None = None
    weighing: Weighing | None = None
    """Absent: a reading is shown and not judged."""
    two_persons: tuple[GuardedAct, ...] = ()
    """Acts that one person asks for and another of the same duty confirms."""
    own_reasons: tuple[Duty, ...] = ()
    """Duties whose reasons and evidence are not shown to the other duties of the post; that they hold or refuse is."""

    def role_of(self, post: str, direction: Direction) -> Role:
        """Return what ``post`` is for a crossing going ``direction``."""
        leaves_home = direction is Direction.OUT
        at_home = self.posts[post].side == self.home
        return Role.EXIT if leaves_home == at_home else Role.ENTRY

    def partner_of(self, post: str) -> str:
        """Return the key of the facing post."""
        return next(key for key in self.posts if key != post)

    def timezone_of(self, post: str) -> str:
        """Return the IANA zone of the side of ``post``."""
        return self.sides[self.posts[post].side].timezone


class Stop(Struct, frozen=True, forbid_unknown_fields=True):
    """A stop of a post's intake on the simulated day, in local time of that post."""

    post: Key
    direction: Direction
    start: LocalTime
    until: LocalTime | None
    reason: str
    announced: bool
    """Whether the other side is told; without notice it only sees that nothing is accepted."""
    day: Natural = 0


class Expectation(Struct, frozen=True, forbid_unknown_fields=True):
    """A documented figure that the run is held against. ``tolerance_permille`` is the aim."""

    figure: str
    value: Natural
    provenance: Provenance
    tolerance_permille: Permille = 30


class Variant(Struct, frozen=True, forbid_unknown_fields=True):
    """One way a what-if may go: overrides and stops beyond those that all its variants have."""

    name: Text
    provenance: Provenance
    overrides: dict[str, Any] = field(default_factory=dict)
    stops: tuple[Stop, ...] = ()


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """A documented day or a what-if: a date, overrides of the plan by path, stops, expectations.

    A what-if has ``variants``, which are compared with one another; the first is what is compared with.
    """

    scenario: Annotated[int, Meta(ge=1, le=1)]
    id: Key
    plan: Key
    name: Text
    date: LocalDate
    days: Positive
    summary: Text
    overrides: dict[str, Any] = field(default_factory=dict)
    """Dotted path into the plan → new value (``demand.flows.0.stock``: 151)."""
    stops: tuple[Stop, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    sources: dict[Key, Source] = field(default_factory=dict)
    variants: dict[Key, Variant] = field(default_factory=dict)
