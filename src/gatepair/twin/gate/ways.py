"""The way of one kind of vehicle through one post: which stations, how likely, how long, which papers.

All of it follows from the plan's own answers (:mod:`gatepair.plan.rules`); no station is known here by name.
Kinds of vehicle with the same way share its blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np

from gatepair.base.duties import Duty
from gatepair.clearance.channel.of_plan import profile_for
from gatepair.plan import habits
from gatepair.plan.model import (
    CommodityGroup,
    Direction,
    Plan,
    Regime,
    Role,
    ServiceTime,
    Shape,
    Station,
    StationKind,
    YardKind,
)
from gatepair.plan.rules import required_duties, service_time, stations_of, visit_permille
from gatepair.twin.distributions import (
    Constant,
    Distribution,
    Exponential,
    Lognormal,
    Table,
    Uniform,
    to_ticks,
    value_at,
)
from gatepair.twin.distributions import Recorded as RecordedTime
from gatepair.twin.units import TICKS_PER_S, seconds

CHANNELS: Final = ("green", "yellow", "red")
WHOLE: Final = 1000
REST_CELLS: Final = 512
"""Points of the law of a time that has begun; the rest of a service is known to a few seconds."""
QUANTILES: Final = 256
"""Cells of a table of summed pauses; a second of a sum of minutes is finer than a cell."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of vehicle: a class of the network.  It fits the rule's facts of a place.

    ``fixed`` says what is known of it that the plan leaves to chance (a recorded day), by name of the draw.
    """

    direction: Direction
    commodity: CommodityGroup
    regime: Regime = Regime.ORDINARY
    tested: bool = True
    homeward: bool = False
    fixed: tuple[tuple[str, str], ...] = ()
    mark: str = ""

    @property
    def paired_return(self) -> bool:
        """Tell whether it comes back from over the line, as the queue's rule asks."""
        return self.homeward

    @property
    def laden(self) -> bool:
        """Tell whether it carries goods."""
        return self.regime is not Regime.EMPTY

    @property
    def name(self) -> str:
        """Return the class's name."""
        goods = self.commodity.value if self.laden else "empty"
        marks = [] if self.regime in {Regime.ORDINARY, Regime.EMPTY} else [self.regime.value]
        marks += [] if self.tested else ["untested"]
        marks += [self.mark] if self.mark else []
        return ".".join((self.direction.value, goods, *marks))

    def known(self, draw: str) -> str | None:
        """Return what is known of the draw ``draw``, None when it is left to chance."""
        return dict(self.fixed).get(draw)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One crossing of a recorded day: when it came to wait, what is known of it, and its times by activity.

    Times are in milliseconds, by the names of the draws: a station's key, ``<direction>.coming``,
    ``<direction>.paper``, ``<direction>.accept``, ``<post>.<role>.release``, ``<post>.<role>.drive_off``,
    ``laboratory``.
    """

    came_ms: int
    kind: Kind
    times_ms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recording:
    """Times that are known of each entity: the column of its row by the name of the activity."""

    columns: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, crossings: Sequence[Recorded]) -> Recording:
        """Return the columns for every name that any of ``crossings`` has."""
        names = dict.fromkeys(name for one in crossings for name in one.times_ms)
        return cls({name: column for column, name in enumerate(names)})

    def time(self, name: str, otherwise: Distribution) -> Distribution:
        """Return the recorded time of ``name``, or ``otherwise`` where none is recorded."""
        column = self.columns.get(name)
        return otherwise if column is None else RecordedTime(column)


@dataclass(frozen=True, slots=True)
class Leg:
    """One station on the way: the share that visits it, how long, and whether the vehicle is held meanwhile."""

    station: str
    share: float
    time: Distribution
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """The way through one post: stations, papers, release, and the barriers after it."""

    before: tuple[Leg, ...]
    after: tuple[Leg, ...]
    papers: int
    """Duties without a station on the way: each looks at the papers before the release."""
    sampled: float = 0.0
    sampled_after: int = -1
    """Index in ``before`` of the station after which a sample is taken."""
    refused: float = 0.0


def channel_shares(plan: Plan, post: str, role: Role, kind: Kind, *, on: str) -> tuple[tuple[str, float], ...]:
    """Return (channel, share) for ``kind`` at ``post``, shares that are 0 left out; green where no profile is."""
    known = kind.known(f"{post}/channel")
    if known is not None:
        return ((known, 1.0),)
    profile = profile_for(plan, post, role, on=on)
    if profile is None:
        return (("green", 1.0),)
    group = kind.commodity.value if kind.commodity.value in profile.shares_permille else "default"
    shares = zip(CHANNELS, profile.shares_permille[group], strict=True)
    return tuple((channel, share / WHOLE) for channel, share in shares if share)


def way_of(plan: Plan, post: str, role: Role, kind: Kind, *, channel: str | None, recording: Recording) -> Way:
    """Return the way of ``kind`` through ``post``.

    A duty whose station only a share of vehicles visits counts as decided there; its paper check, for the others,
    is under a minute and left out.
    """
    stations = list(stations_of(plan, post, role))
    barriers = 0
    while len(stations) - barriers > 1 and stations[-1 - barriers][1].kind is StationKind.BARRIER:
        barriers += 1
    cut = len(stations) - barriers

    def legs(some: Sequence[tuple[str, Station]]) -> tuple[Leg, ...]:
        found = [_leg(kind, channel, recording, key=key, station=station) for key, station in some]
        return tuple(leg for leg in found if leg is not None)

    before, after = legs(stations[:cut]), legs(stations[cut:])
    duties = required_duties(plan, post=post, role=role, regime=kind.regime, commodity=kind.commodity)
    undecided = [duty for duty in duties if duty is not Duty.CUSTOMS]
    at_stations = [plan.stations[leg.station].duty for leg in before]
    sampled, sampled_after, refused = 0.0, -1, 0.0
    if role is Role.ENTRY and Duty.QUARANTINE in undecided and plan.demand is not None and kind.laden:
        refused = _share(kind, "refuse", plan.demand.refuse_permille)
        sampled = _share(kind, "sample", plan.demand.sample_permille.get(kind.commodity, 0))
        looked = [index for index, duty in enumerate(at_stations) if duty is Duty.QUARANTINE]
        sampled_after = looked[-1] if looked and sampled else -1
        sampled = sampled if looked else 0.0
    return Way(
        before=before,
        after=after,
        papers=sum(1 for duty in undecided if duty not in at_stations),
        sampled=sampled,
        sampled_after=sampled_after,
        refused=refused,
    )


def _leg(kind: Kind, channel: str | None, recording: Recording, *, key: str, station: Station) -> Leg | None:
    """Return the visit of ``kind`` to the station; None when it never goes there.

    An empty vehicle meets only stations that name the commodity ``none``.
    """
    none = CommodityGroup.NONE.value
    if not kind.laden and none not in station.service and station.share_permille.get(none, 0) == 0:
        return None
    share = _share(kind, f"{station.post}/{key}", visit_permille(station, kind.commodity, channel))
    if share == 0:
        return None
    time = recording.time(key, distribution_of(service_time(station, kind.commodity, channel)))
    return Leg(key, share, time, hold=station.kind is StationKind.INSPECTION_BAY)


def _share(kind: Kind, draw: str, permille: int) -> float:
    known = kind.known(draw)
    return permille / WHOLE if known is None else float(known == "yes")


def distribution_of(service: ServiceTime) -> Distribution:
    """Return a service time of the plan as a distribution in ticks."""
    match service.shape:
        case Shape.DETERMINISTIC:
            return Constant(seconds(service.mean_s))
        case Shape.UNIFORM:
            return Uniform(seconds(service.low_s), seconds(service.high_s))
        case Shape.EXPONENTIAL:
            return Exponential(seconds(service.mean_s))
        case Shape.LOGNORMAL:
            if service.mean_s == 0:
                return Constant(0)
            return Lognormal(seconds(service.mean_s), service.cv_permille / WHOLE)


@lru_cache(maxsize=512)
def pause(parts: tuple[tuple[int, int], ...], fixed_s: int = 0) -> Distribution:
    """Return the sum of independent pauses, each evenly of whole seconds within its bounds, and ``fixed_s`` seconds.

    One draw stands for all of them: fewer events, the same distribution.
    """
    if not parts:
        return Constant(seconds(fixed_s))
    if len(parts) == 1:
        ((low, high),) = parts
        return Uniform(seconds(low + fixed_s), seconds(high + fixed_s))
    law = np.ones(1)
    for low, high in parts:
        law = np.convolve(law, np.full(high - low + 1, 1 / (high - low + 1)))
    lowest = fixed_s + sum(low for low, _ in parts)
    heights = np.concatenate([[0.0], np.cumsum(law)])
    edges = lowest + np.arange(len(heights)) - 0.5
    found = np.interp(np.linspace(0, heights[-1], QUANTILES + 1), heights, edges)
    return Table(tuple(float(value) * TICKS_PER_S for value in np.maximum(found, 0)))


def drive_s(plan: Plan, post: str) -> int:
    """Return the driving time from the buffer where vehicles of ``post`` wait, in seconds: the first of the plan."""
    buffers = [yard for yard in plan.yards.values() if yard.post == post and yard.kind is YardKind.BUFFER]
    return buffers[0].travel_s if buffers else 0


def call_lasts_s(plan: Plan, post: str) -> int:
    """Return how long a call stands before it is missed, in seconds: the grace, and the drive from the buffer.

    The same sum as :func:`gatepair.crossing.queueing.grace_ms` makes for a place that waits in a buffer.
    """
    return plan.queues[post].grace_min * 60 + drive_s(plan, post)


def coming(plan: Plan, post: str) -> Distribution:
    """Return how long a called vehicle takes to the gate: reading the call, starting, driving from the first buffer.

    It tries to be there before the call runs out, as drivers do.
    """
    latest_s = call_lasts_s(plan, post) - habits.HURRY_S
    drive = drive_s(plan, post)
    if habits.ACKNOWLEDGE_S[1] + habits.START_S[1] + drive <= latest_s:
        return pause((habits.ACKNOWLEDGE_S, habits.START_S), drive)
    return Constant(seconds(max(latest_s, habits.ACKNOWLEDGE_S[1])))


def remaining(dist: Distribution, elapsed: int, u: float) -> int:
    """Return how many ticks are left of a time of which ``elapsed`` have passed, at the quantile ``u`` of the rest.

    When more has passed than the law knows, nothing is left.
    """
    row = dist.form()
    shares = (np.arange(REST_CELLS) + 0.5) / REST_CELLS
    reals = (row.p0, row.p1, row.shift)
    values = [value_at(row.kind, float(one), reals=reals, table=row.quantiles, cells=row.cells) for one in shares]
    passed = int(np.searchsorted(values, elapsed, side="right"))
    if passed >= len(values):
        return 0
    index = passed + int(u * (len(values) - passed))
    return max(0, to_ticks(values[index]) - elapsed)
