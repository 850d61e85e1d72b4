"""How many vehicles may be called now: the smallest of the limits, each of them named.

The rule of the queue says who comes next; this says how many, from what is measured: the yard, the
servers of the gate, and of the partner its announced quota, its announced room, and what it really takes over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.operations.gate import Gate
from gatepair.operations.lanes import line_view
from gatepair.operations.queue import Capacity, LineCapacity, QueueBook
from gatepair.operations.rule import CallLine
from gatepair.operations.traffic import Traffic
from gatepair.plan.model import Direction, LaneKind, Plan, Role, StationKind, YardKind

NOT_SERVING: Final = frozenset({StationKind.YARD_SPOT, StationKind.LABORATORY})
"""Stations where vehicles stand and are not worked on."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a post knows when it calls; ``alone`` leaves the partner's limits out.

    ``partner_age_s`` is how old the partner's word is; None when it was never heard.
    """

    plan: Plan
    post: str
    now_ms: int
    gate: Gate = field(default_factory=Gate)
    traffic: Traffic = field(default_factory=Traffic)
    alone: bool = False
    partner_age_s: int | None = 0


@dataclass(frozen=True, slots=True)
class Intake:
    """How fast the partner takes in what goes out here, measured over the last :data:`RATE_WINDOW_MS`.

    ``accepted`` and ``taken`` count its acceptances and handovers, ``waiting`` the laden vehicles on the line that
    it has not taken over, ``longest_s`` how long the first of them has waited.
    """

    accepted: int
    taken: int
    waiting: int
    longest_s: int

    @property
    def slow(self) -> bool:
        """Tell whether the partner takes in more slowly than we send."""
        return self.longest_s * SECOND_MS > SLOW_AFTER_MS


RATE_WINDOW_MS: Final = HOUR_MS
"""Window of the measured rate: the unit of the quota that the partner announces."""
SLOW_AFTER_MS: Final = 15 * MINUTE_MS
"""A vehicle that waits longer on the line shows that the partner is slow. Assumed: the line is a few minutes' drive,
and the entry's checks take 3 to 5 minutes where both agencies' systems are linked (domain notes §1.8)."""


def intake(traffic: Traffic, heard_ms: int) -> Intake:
    """Return how fast the partner took in when it was last heard, from its recorded words; its own clock says when.

    A partner that is silent may take in all the same: what is measured stands still until it is heard again.
    """
    since = traffic.laden_since_ms
    return Intake(
        accepted=traffic.accepted_since(heard_ms - RATE_WINDOW_MS),
        taken=traffic.taken_since(heard_ms - RATE_WINDOW_MS),
        waiting=len(since),
        longest_s=max(0, heard_ms - since[0]) // SECOND_MS if since else 0,
    )


def capacity(book: QueueBook, at: Situation) -> Capacity:
    """Return how many may be called now, over all lines and for each line that is open long enough.

    A line takes calls until its closing less the driving time from the farthest buffer.
    """
    limits = _limits(book, at)
    room = max(0, min(limits.values(), default=0))
    lines = {}
    if room:
        last_ms = at.now_ms + travel_ms(at)
        for line in book.lines():
            view = line_view(at.plan, at.gate, line, direction=book.direction, now_ms=at.now_ms)
            if view.open and view.closes_ms is not None and last_ms <= view.closes_ms:
                lines[line] = LineCapacity(min(room, _line_room(book, at, line)), view.only)
    return Capacity(room=room, lines=lines, limits=limits)


def travel_ms(at: Situation) -> int:
    """Return the longest driving time from a buffer of the post to its barrier, in milliseconds."""
    return farthest_buffer_ms(at.plan, at.post)


@dataclass(frozen=True, slots=True)
class FixedLimits:
    """What of the limits of a direction does not change with the hour: vehicles, None where the plan sets no limit.

    The twin builds its resources from these; the post holds what is measured against the same numbers.
    """

    service: int
    """Servers of the exit post and the vehicles called ahead."""
    yard: int | None
    """Places in the gate yards of the exit post."""
    partner_quota: int | None
    """Departures per clock hour by the plan; an announced quota stands over it."""
    partner_backlog: int | None
    """Places in the partner's gate yards and its servers."""
    travel_ms: int
    """The longest driving time from a buffer: a line takes calls until its closing less this time, and the next
    hour's quota counts this long before the hour."""


def fixed_limits(plan: Plan, post: str, direction: Direction) -> FixedLimits:
    """Return the limits of ``direction`` at its exit post ``post`` as the plan gives them."""
    partner = plan.partner_of(post)
    partner_yard = _yard(plan, partner)
    return FixedLimits(
        service=_servers(plan, post, Role.EXIT) + plan.queues[post].call_ahead,
        yard=_yard(plan, post),
        partner_quota=_planned_quota(plan, partner, direction),
        partner_backlog=None if partner_yard is None else partner_yard + _servers(plan, partner, Role.ENTRY),
        travel_ms=farthest_buffer_ms(plan, post),
    )


def farthest_buffer_ms(plan: Plan, post: str) -> int:
    """Return the longest driving time from a buffer of ``post`` to its barrier, in milliseconds."""
    buffers = [yard.travel_s for yard in plan.yards.values() if yard.post == post and yard.kind is YardKind.BUFFER]
    return max(buffers, default=0) * SECOND_MS


def _limits(book: QueueBook, at: Situation) -> dict[str, int]:
    fixed = fixed_limits(at.plan, at.post, book.direction)
    coming = book.called + book.inside
    working = coming - sum(1 for crossing in book.inside_crossings() if at.traffic.is_held(crossing))
    limits = {"service": fixed.service - working}
    if fixed.yard is not None:
        limits["yard"] = fixed.yard - coming
    if not at.alone:
        limits.update(_partner_limits(book, at, fixed, working))
    return limits


def _partner_limits(book: QueueBook, at: Situation, fixed: FixedLimits, working: int) -> dict[str, int]:
    limits = {}
    announced = at.gate.quotas.get((book.direction, True))
    per_hour = fixed.partner_quota if announced is None else announced
    if per_hour is not None:
        left = per_hour - at.traffic.departures_in_hour(at.now_ms)
        # Whoever is called now departs after the drive: near the end of the hour the next hour's quota counts.
        if (at.now_ms + fixed.travel_ms) // HOUR_MS > at.now_ms // HOUR_MS:
            left = max(0, left) + per_hour
        limits["partner_quota"] = left - working
    room = at.gate.capacities.get((book.direction, True), fixed.partner_backlog)
    if room is not None:
        limits["partner_backlog"] = room - (at.traffic.in_flight + working)
    measured = measured_intake(at)
    if measured is not None and measured.slow:
        # No more are under way than it took over in the last hour; one goes on trying, or nothing could be measured.
        limits["partner_rate"] = max(1, measured.taken) - (measured.waiting + working)
    return limits


def measured_intake(at: Situation) -> Intake | None:
    """Return how fast the partner takes in; None without a partner, and before it was ever heard."""
    if at.alone or at.partner_age_s is None:
        return None
    return intake(at.traffic, at.now_ms - at.partner_age_s * SECOND_MS)


def _planned_quota(plan: Plan, partner: str, direction: Direction) -> int | None:
    for quota in plan.quotas:
        if quota.post == partner and quota.direction is direction:
            return quota.per_hour
    return None


def _line_room(book: QueueBook, at: Situation, line: CallLine) -> int:
    """Return the room of a line by itself: an unmanned line has its fleet and the vehicles called ahead."""
    if line.lane_kind is not LaneKind.UNMANNED:
        return book.waiting
    vehicles = sum(fleet.vehicles for fleet in at.plan.fleets.values() if line.route in ("", fleet.route))
    return max(0, vehicles + book.rule.call_ahead - book.pipeline(line))


def _yard(plan: Plan, post: str) -> int | None:
    yards = [yard.capacity for yard in plan.yards.values() if yard.post == post and yard.kind is YardKind.GATE]
    return sum(yards) if yards else None


def _servers(plan: Plan, post: str, role: Role) -> int:
    return sum(
        station.servers
        for station in plan.stations.values()
        if station.post == post and station.role is role and station.kind not in NOT_SERVING
    )
