"""How many vehicles may be called now: the smallest of the limits, each of them named.

The rule of the queue says who comes next; this says how many, from what is measured: the yard, the
servers of the gate, the partner's announced quota and the room that the partner still has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.operations.gate import Gate
from gatepair.operations.lanes import line_view
from gatepair.operations.queue import Capacity, LineCapacity, QueueBook
from gatepair.operations.rule import CallLine
from gatepair.operations.traffic import Traffic
from gatepair.plan.model import LaneKind, Plan, Role, StationKind, YardKind

NOT_SERVING: Final = frozenset({StationKind.YARD_SPOT, StationKind.LABORATORY})
"""Stations where vehicles stand and are not worked on."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a post knows when it calls; ``alone`` leaves the partner's limits out."""

    plan: Plan
    post: str
    now_ms: int
    gate: Gate = field(default_factory=Gate)
    traffic: Traffic = field(default_factory=Traffic)
    alone: bool = False


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
    buffers = [
        yard.travel_s for yard in at.plan.yards.values() if yard.post == at.post and yard.kind is YardKind.BUFFER
    ]
    return max(buffers, default=0) * SECOND_MS


def _limits(book: QueueBook, at: Situation) -> dict[str, int]:
    coming = book.called + book.inside
    working = coming - sum(1 for crossing in book.inside_crossings() if at.traffic.is_held(crossing))
    limits = {"service": _servers(at.plan, at.post, Role.EXIT) + book.rule.call_ahead - working}
    yard = _yard(at.plan, at.post)
    if yard is not None:
        limits["yard"] = yard - coming
    if not at.alone:
        limits.update(_partner_limits(book, at, working))
    return limits


def _partner_limits(book: QueueBook, at: Situation, working: int) -> dict[str, int]:
    partner = at.plan.partner_of(at.post)
    limits = {}
    per_hour = _quota(book, at, partner)
    if per_hour is not None:
        left = per_hour - at.traffic.departures_in_hour(at.now_ms)
        # Whoever is called now departs after the drive: near the end of the hour the next hour's quota counts.
        if (at.now_ms + travel_ms(at)) // HOUR_MS > at.now_ms // HOUR_MS:
            left = max(0, left) + per_hour
        limits["partner_quota"] = left - working
    yard = _yard(at.plan, partner)
    if yard is not None:
        taken = at.traffic.in_flight + working
        limits["partner_backlog"] = yard + _servers(at.plan, partner, Role.ENTRY) - taken
    return limits


def _quota(book: QueueBook, at: Situation, partner: str) -> int | None:
    """Return the partner's quota per hour: announced, else the plan's, None when there is none."""
    announced = at.gate.quotas.get((book.direction, True))
    if announced is not None:
        return announced
    for quota in at.plan.quotas:
        if quota.post == partner and quota.direction is book.direction:
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
