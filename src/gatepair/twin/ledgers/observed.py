"""What a post's ledger tells of services, routes and arrivals, and what it does not tell.

A ledger records when a service *ended* (``CheckRecorded``, ``InspectionFinished``), not when it
began: an officer may note that a vehicle is in its bay, but need not, and not at once.  A vehicle
comes to a station when the one before let it go, so what lies between is waiting and service
together.  At a station with ``c`` places and one line the service that began is known all the
same: vehicles begin in the order in which they came, each at the latest of its own coming, the
opening of the station and the moment a place fell free.  :func:`services` reckons that, and says
of every service whether it is known:

* ``EXACT``: begin and end are known.
* ``UNENDED``: it had begun and not ended when the ledger did: the time is censored.
* ``WAITING``: it had not begun.
* ``UNSURE``: it is not known who came first and one of them had to wait, or the officer still
  waited for the channel, so the begin lies between two moments.
* ``IMPOSSIBLE``: it ended before it can have begun: the plan has too few places or too short hours.

Not in a ledger at all: a barrier that opens after the release (no act is recorded there), how long
a driver takes to set off, and anything that stands still without saying so.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from gatepair.base.duties import Duty
from gatepair.base.entries import Entry
from gatepair.base.time import SECOND_MS, Instant, to_datetime
from gatepair.crossing import events as ev
from gatepair.crossing.codec import decode_event
from gatepair.crossing.model import Channel, LoadUnit
from gatepair.operations.codec import decode_gate_event
from gatepair.operations.events import GateEvent
from gatepair.plan.calendars import windows
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Plan, Regime, Role, Station
from gatepair.plan.rules import stations_of, visit_permille

UNKNOWN_MS: Final = 15 * SECOND_MS
"""An officer hears of the channel within this time after the post knows it. Assumed."""
LIKELY_PERMILLE: Final = 500
"""A vehicle that has not ended its next station stands at the first one that this share visits."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of a ledger: when it was recorded, and the crossing it is of (empty for the gate's own)."""

    position: int
    crossing: str
    recorded_ms: int
    event: ev.CrossingEvent | GateEvent


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one post's ledger holds: the post's key and its events (:func:`facts`)."""

    post: str
    facts: tuple[Fact, ...]


def facts(entries: Iterable[Entry]) -> tuple[Fact, ...]:
    """Return the events of crossings and of the gate in ledger order; other streams are passed over.

    Raises:
        StorageDamaged: an entry cannot be read.
        Malformed: the same of the gate's own events.
    """
    found: list[Fact] = []
    for entry in entries:
        family, _, subject = entry.stream.partition("/")
        if family == "crossing":
            event = decode_event(entry.type, entry.payload)
            found.append(Fact(entry.position, subject, entry.recorded_at_ms, event))
        elif family == "gate":
            said = decode_gate_event(entry.type, entry.payload)
            found.append(Fact(entry.position, "", entry.recorded_at_ms, said))
    return tuple(found)


class Trust(StrEnum):
    """How well one service is known; see the module."""

    EXACT = "exact"
    UNENDED = "unended"
    WAITING = "waiting"
    UNSURE = "unsure"
    IMPOSSIBLE = "impossible"


@dataclass(slots=True)
class Passage:
    """One crossing at one post as its events tell it; instants in milliseconds, None for not yet."""

    crossing: str
    role: Role
    direction: Direction
    load: LoadUnit
    regime: Regime
    commodity: CommodityGroup
    lane_kind: LaneKind
    declared_ms: int
    return_of: str | None = None
    placed_ms: int | None = None
    number: int = 0
    tested: bool = True
    """The test paper was there when the place was taken."""
    tested_ms: int | None = None
    """When the paper came later."""
    calls_ms: list[int] = field(default_factory=list)
    acknowledged_ms: int | None = None
    misses: int = 0
    missed_ms: int | None = None
    lost_ms: int | None = None
    """When the place was lost otherwise than by departing."""
    moved: int = 0
    """Number of the latest move by hand among all moves; 0 for none."""
    entered_ms: int | None = None
    """Inside the exit post, or taken over by the entry post."""
    channel: Channel | None = None
    channel_selector: str = ""
    channel_ms: int | None = None
    """When the post's people could know the channel."""
    ends: list[tuple[str, int]] = field(default_factory=list)
    """Stations passed, with the end of each."""
    ordered: dict[Duty, tuple[str, int]] = field(default_factory=dict)
    """Inspections that run: bay and when the vehicle was sent there, by duty."""
    sent: dict[str, int] = field(default_factory=dict)
    """Bay → when the vehicle was sent there."""
    sampled_ms: int | None = None
    answered_ms: int | None = None
    released_ms: int | None = None
    released_elsewhere_ms: int | None = None
    """When the exit post released it, as the entry post heard."""
    partner_accepted_ms: int | None = None
    departed_ms: int | None = None
    received_ms: int | None = None
    gone_ms: int | None = None
    """Out of the entry post, inland."""
    ended_ms: int | None = None
    """Withdrawn, refused or closed: it stands at no station any more."""
    refused: bool = False
    corrections: int = 0

    @property
    def laden(self) -> bool:
        """Tell whether it carries goods."""
        return self.load is not LoadUnit.EMPTY

    @property
    def over(self) -> bool:
        """Tell whether it is past the stations of this post: released, refused or withdrawn."""
        return self.released_ms is not None or self.refused or self.ended_ms is not None


@dataclass(frozen=True, slots=True)
class Service:
    """One visit to one station; ``selector`` names the plan's service time it is drawn from."""

    crossing: str
    station: str
    selector: str
    arrived_ms: int
    started_ms: int | None
    ended_ms: int | None
    trust: Trust
    lasted_ms: int | None
    """How long the service lasted, or had lasted when the ledger ended; None where the begin is not known."""


# --- passages ----------------------------------------------------------------------------------------


def passages(known: Sequence[Fact], plan: Plan) -> dict[str, Passage]:
    """Return each crossing's passage through the post whose ledger ``known`` is, in order of declaration."""
    stepped = any(fact.recorded_ms < fact.event.at_ms for fact in known)
    steps_ms = sorted({fact.recorded_ms for fact in known}) if stepped else []
    found: dict[str, Passage] = {}
    moves = 0
    for fact in known:
        event = fact.event
        if isinstance(event, ev.CrossingDeclared):
            found[fact.crossing] = _declared(fact.crossing, event)
        elif isinstance(event, ev.CrossingEvent) and fact.crossing in found:
            one = found[fact.crossing]
            _moved(one, event)
            _worked(one, event, plan)
            if isinstance(event, ev.PlaceMoved):
                moves += 1
                one.moved = moves
            if isinstance(event, ev.ChannelAssigned):
                one.channel, one.channel_selector = event.channel, event.reason.partition(".")[2]
                one.channel_ms = _heard_ms(fact, steps_ms)
    return found


def _heard_ms(fact: Fact, steps_ms: Sequence[int]) -> int:
    """Return when the answer was known; on the stepped clock of a drill that is its next step.

    A stepped clock shows itself: acts are recorded before they happen.
    """
    index = bisect_right(steps_ms, fact.recorded_ms)
    known_ms = steps_ms[index] if index < len(steps_ms) else fact.recorded_ms
    return max(known_ms, fact.event.at_ms)


def _declared(crossing: str, event: ev.CrossingDeclared) -> Passage:
    return Passage(
        crossing=crossing,
        role=event.role,
        direction=event.direction,
        load=event.load,
        regime=event.declaration.regime,
        commodity=event.declaration.commodity(),
        lane_kind=event.lane_kind,
        declared_ms=event.at_ms,
        return_of=event.return_of,
    )


def _moved(one: Passage, event: ev.CrossingEvent) -> None:
    """Take in what happened on the way: queue, call, release, the line, the end."""
    at_ms = event.at_ms
    match event:
        case ev.PlaceTaken(number=number, facts=seen):
            one.placed_ms, one.number, one.tested = at_ms, number, seen.tested
            one.commodity = seen.commodity
        case ev.PlaceFactsChanged(facts=seen):
            if seen.tested and not one.tested and one.tested_ms is None:
                one.tested_ms = at_ms
        case ev.PlaceCalled():
            one.calls_ms.append(at_ms)
        case ev.CallAcknowledged():
            one.acknowledged_ms = at_ms
        case ev.CallMissed():
            # A hand move is used up by a call, missed or not.
            one.misses, one.missed_ms, one.moved = one.misses + 1, at_ms, 0
        case ev.PlaceLost(cause=cause) if cause != "departed":
            one.lost_ms = at_ms
        case _:
            _crossed(one, event)


def _crossed(one: Passage, event: ev.CrossingEvent) -> None:
    at_ms = event.at_ms
    match event:
        case ev.VehicleArrived() | ev.HandoverConfirmed():
            one.entered_ms = at_ms if one.entered_ms is None else one.entered_ms
        case ev.CrossingReleased():
            one.released_ms = at_ms
        case ev.ReleaseWithdrawn():
            one.released_ms = None
        case ev.PartnerReleased():
            one.released_elsewhere_ms = at_ms
        case ev.PartnerAccepted():
            one.partner_accepted_ms = at_ms
        case ev.VehicleDeparted() | ev.PartnerDeparted():
            one.departed_ms = at_ms
        case ev.PartnerReceived():
            one.received_ms = at_ms
        case ev.FieldCorrected():
            one.corrections += 1
        case _:
            _finished(one, event)


def _finished(one: Passage, event: ev.CrossingEvent) -> None:
    at_ms = event.at_ms
    match event:
        case ev.CrossingRefused() | ev.PartnerRefused():
            one.refused, one.ended_ms = True, at_ms
        case ev.PartnerClosed():
            one.gone_ms, one.ended_ms = at_ms, at_ms
        case ev.CrossingClosed(outcome=outcome):
            # An exit post closes once the partner has received the vehicle, which is still over there then.
            if one.role is Role.ENTRY:
                one.ended_ms = at_ms
                one.gone_ms = at_ms if outcome == "delivered" else one.gone_ms
            elif outcome != "received":
                one.ended_ms = at_ms
        case ev.CrossingCancelled() | ev.Diverted() | ev.VehicleReturned():
            one.ended_ms = at_ms
        case _:
            pass


def _worked(one: Passage, event: ev.CrossingEvent, plan: Plan) -> None:
    """Take in what was done to the goods at stations, bays and laboratories."""
    match event:
        case ev.CheckRecorded(station=key, duty=duty, at_ms=at_ms):
            # Customs also records a look at papers alone, under the name of the first station: not a service of it.
            station = plan.stations.get(key)
            # At a bay where an inspection runs it says that the vehicle is there: the inspection's own end comes later.
            begins = any(key == bay for bay, _ in one.ordered.values())
            done = any(key == name for name, _ in one.ends)
            if station is not None and station.duty is duty and not begins and not done:
                one.ends.append((key, at_ms))
        case ev.InspectionOrdered(bay=bay, duty=duty, at_ms=at_ms):
            one.ordered[duty] = (bay, at_ms)
            one.sent.setdefault(bay, at_ms)
        case ev.InspectionFinished(duty=duty, at_ms=at_ms):
            bay, _ = one.ordered.pop(duty, ("", 0))
            if bay in plan.stations and all(bay != name for name, _ in one.ends):
                one.ends.append((bay, at_ms))
        case ev.SampleTaken(at_ms=at_ms):
            one.sampled_ms = at_ms
        case ev.LaboratoryAnswered(at_ms=at_ms):
            one.answered_ms = at_ms
        case _:
            pass


# --- services ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Visit:
    """One vehicle at one station: it came to the line at ``first_ms`` at the earliest, ``last_ms`` at the latest."""

    first_ms: int
    last_ms: int
    crossing: str
    selector: str
    ended_ms: int | None

    @property
    def busy_until_ms(self) -> int:
        """Return until when it keeps a place busy."""
        return NEVER_MS if self.ended_ms is None else self.ended_ms


def services(found: Mapping[str, Passage], plan: Plan, post: str, *, until_ms: int) -> dict[str, list[Service]]:
    """Return the services of each station of ``post`` whose ends the ledger holds, in the order they began.

    ``until_ms`` is when the ledger ended.  Stations at which nothing is recorded have no entry.
    """
    recorded = {name for one in found.values() for name, _ in one.ends}
    visits: dict[str, list[_Visit]] = {}
    for one in found.values():
        if one.entered_ms is not None:
            for key, visit in _visits_of(one, plan, post, recorded=recorded):
                visits.setdefault(key, []).append(visit)
    first_ms = min((one.declared_ms for one in found.values()), default=until_ms)
    reckoned: dict[str, list[Service]] = {}
    for key, station in plan.stations.items():
        if key in visits and station.post == post:
            hours = Openings.of(plan, station.hours, first_ms=first_ms, until_ms=until_ms)
            reckoned[key] = _reckoned(key, station, visits[key], hours=hours, until_ms=until_ms)
    return reckoned


def _visits_of(one: Passage, plan: Plan, post: str, *, recorded: set[str]) -> Iterable[tuple[str, _Visit]]:
    way = stations_of(plan, post, one.role)
    left_ms = one.entered_ms or 0
    passed: set[str] = set()
    for key, ended_ms in sorted(one.ends, key=lambda end: end[1]):
        if plan.stations[key].role is one.role and plan.stations[key].post == post:
            yield key, _visit(one, key, plan, left_ms=left_ms, ended_ms=ended_ms)
            left_ms = ended_ms
            passed.add(key)
    following = _following(one, way, passed, recorded=recorded)
    if following is not None:
        yield following, _visit(one, following, plan, left_ms=left_ms, ended_ms=None)


def _visit(one: Passage, key: str, plan: Plan, *, left_ms: int, ended_ms: int | None) -> _Visit:
    station = plan.stations[key]
    first_ms = max(left_ms, one.sent.get(key, left_ms))
    last_ms = first_ms
    if knows_channel(station) and one.channel_ms is not None and one.channel_ms > first_ms:
        last_ms = one.channel_ms + UNKNOWN_MS
    return _Visit(first_ms, last_ms, one.crossing, selector_of(station, one), ended_ms)


def _following(one: Passage, way: Sequence[tuple[str, Station]], passed: set[str], *, recorded: set[str]) -> str | None:
    """Return the station at which a vehicle stands that has not ended the next one; None past the last."""
    if one.over:
        return None
    last = max((index for index, (key, _) in enumerate(way) if key in passed), default=-1)
    channel = one.channel.value if one.channel else None
    for key, station in way[last + 1 :]:
        if key not in recorded or (not one.laden and not _names_empties(station)):
            continue
        if visit_permille(station, one.commodity, channel) >= LIKELY_PERMILLE:
            return key
    return None


def _names_empties(station: Station) -> bool:
    none = CommodityGroup.NONE.value
    return none in station.service or station.share_permille.get(none, 0) > 0


def knows_channel(station: Station) -> bool:
    """Tell whether the way through ``station`` depends on the channel."""
    return any(name.startswith("channel:") for name in (*station.service, *station.share_permille))


def selector_of(station: Station, one: Passage) -> str:
    """Return the selector of the plan's service time that holds for this passage."""
    by_channel = f"channel:{one.channel.value}" if one.channel else ""
    if by_channel in station.service:
        return by_channel
    return one.commodity.value if one.commodity.value in station.service else "default"


def _reckoned(key: str, station: Station, visits: list[_Visit], *, hours: Openings, until_ms: int) -> list[Service]:
    """Return the services of one line in front of ``station.servers`` places.

    A service begins when fewer than all places are busy with vehicles that came before; the moment
    is the n-th latest end of those, for n places.  Where it is not known who came before, the begin
    lies between two moments: with only those surely before it, and with all who may have been.
    """
    by_last = sorted(visits, key=lambda one: one.last_ms)
    by_first = sorted(visits, key=lambda one: (one.first_ms, one.last_ms))
    firsts = [one.first_ms for one in by_first]
    longest_ms = max((one.last_ms - one.first_ms for one in visits), default=0)
    before: list[int] = []
    passed = 0
    found: list[Service] = []
    for one in by_first:
        while by_last[passed].last_ms < one.first_ms:
            heapq.heappush(before, by_last[passed].busy_until_ms)
            if len(before) > station.servers:
                heapq.heappop(before)
            passed += 1
        near = by_first[bisect_left(firsts, one.first_ms - longest_ms) : bisect_right(firsts, one.last_ms)]
        rivals = [other.busy_until_ms for other in near if other is not one and other.last_ms >= one.first_ms]
        begins_ms = tuple(
            hours.from_ms(max(came_ms, _free_ms(ends, station.servers)))
            for came_ms, ends in ((one.first_ms, before), (one.last_ms, [*before, *rivals]))
        )
        found.append(_service(key, one, begins_ms[0], begins_ms[1], until_ms=until_ms))
    return found


def _free_ms(ends: Sequence[int], servers: int) -> int:
    """Return when a place is free of those who keep places until ``ends``."""
    return heapq.nlargest(servers, ends)[-1] if len(ends) >= servers else 0


def _service(key: str, one: _Visit, earliest_ms: int, latest_ms: int, *, until_ms: int) -> Service:
    """Return what is known of a service that began between two moments."""
    sure, ended_ms = earliest_ms == latest_ms, one.ended_ms
    lasted_ms: int | None = None
    if ended_ms is None:
        trust = Trust.WAITING if earliest_ms >= until_ms else Trust.UNSURE
        if sure and earliest_ms < until_ms:
            trust, lasted_ms = Trust.UNENDED, until_ms - earliest_ms
    elif ended_ms < earliest_ms:
        trust = Trust.IMPOSSIBLE
    elif sure:
        trust, lasted_ms = Trust.EXACT, ended_ms - earliest_ms
    else:
        trust = Trust.UNSURE
    begun_ms = earliest_ms if lasted_ms is not None else None
    return Service(one.crossing, key, one.selector, one.first_ms, begun_ms, ended_ms, trust, lasted_ms)


NEVER_MS: Final = 9_007_199_254_740_991
"""Later than any instant: a place that does not fall free before the ledger ends."""


@dataclass(frozen=True, slots=True)
class Openings:
    """When a calendar is open over the days of a ledger, joined where windows meet."""

    starts_ms: tuple[int, ...]
    ends_ms: tuple[int, ...]

    @classmethod
    def of(cls, plan: Plan, calendar: str, *, first_ms: int, until_ms: int) -> Openings:
        """Return the openings from a day before ``first_ms`` to two days after ``until_ms``."""
        zone = ZoneInfo(plan.calendars[calendar].timezone)
        day = to_datetime(Instant(first_ms)).astimezone(zone).date() - timedelta(days=1)
        last = to_datetime(Instant(until_ms)).astimezone(zone).date() + timedelta(days=2)
        spans: list[tuple[int, int]] = []
        while day <= last:
            spans.extend((window.start_ms, window.until_ms) for window in windows(plan, calendar, day))
            day += timedelta(days=1)
        spans.sort()
        return cls(tuple(start for start, _ in spans), tuple(end for _, end in spans))

    def from_ms(self, at_ms: int) -> int:
        """Return ``at_ms`` when it is open then, else the next opening; far in the future when there is none."""
        index = bisect_right(self.starts_ms, at_ms) - 1
        if index >= 0 and at_ms < self.ends_ms[index]:
            return at_ms
        following = bisect_left(self.starts_ms, at_ms)
        return self.starts_ms[following] if following < len(self.starts_ms) else NEVER_MS


def local_day(at_ms: int, zone: str) -> date:
    """Return the local date of an instant."""
    return to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone)).date()


def local_hour(at_ms: int, zone: str) -> int:
    """Return the local hour of an instant, 0 to 23."""
    return to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone)).hour
