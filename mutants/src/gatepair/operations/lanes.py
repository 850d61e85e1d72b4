"""Lanes as they stand now: hours, agreed hours, stops and tides put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gatepair.base.time import Instant, to_datetime
from gatepair.crossing.context import LaneView
from gatepair.operations.events import HoursAnnounced
from gatepair.operations.gate import Gate
from gatepair.operations.rule import CallLine
from gatepair.plan.calendars import END_OF_DAY, Openness, Why, is_open, local_instant
from gatepair.plan.model import CommodityGroup, Direction, Lane, LaneDirection, Plan
from gatepair.plan.rules import find_lane, leads

STOPPED: Final = "stopped"
STOPPED_BY_PARTNER: Final = "stopped_by_partner"
TURNING: Final = "turning"
OTHER_WAY: Final = "other_way"
CLOSED: Final = "closed"
COMMODITY: Final = "not_this_commodity"


@dataclass(frozen=True, slots=True)
class LineView:
    """A call line as it stands now: open until ``closes_ms``; ``only`` None means every group may pass."""

    open: bool
    closes_ms: int | None = None
    only: frozenset[CommodityGroup] | None = None
    why: str = ""


def lane_view(
    plan: Plan, gate: Gate, lane: str, *, direction: Direction, now_ms: int, commodity: CommodityGroup | None = None
) -> LaneView | None:
    """Return ``lane`` as it stands now for vehicles going ``direction``, None when the plan has no such lane.

    With a ``commodity`` the view is of a vehicle that carries it: a stop or an opening may be for some
    groups only.  ``why`` is a code: ``stopped``, ``stopped_by_partner``, ``turning``, ``other_way``,
    ``closed`` or ``not_this_commodity``.
    """
    found = find_lane(plan, lane)
    if found is None:
        return None
    route, track = found
    running = _running(gate, lane, track)
    why = _why(plan, gate, _At(lane, route, track, direction, now_ms), commodity)
    return LaneView(key=lane, route=route, kind=track.kind, direction=running, open=not why, why=why)


@dataclass(frozen=True, slots=True)
class _At:
    """One lane, one direction, one instant."""

    key: str
    route: str
    track: Lane
    direction: Direction
    now_ms: int


def _running(gate: Gate, key: str, track: Lane) -> Direction | None:
    if track.direction is LaneDirection.TIDAL:
        return gate.tide(key).direction
    return Direction(track.direction.value)


def _why(plan: Plan, gate: Gate, at: _At, commodity: CommodityGroup | None) -> str:
    running = _running(gate, at.key, at.track)
    if running is not at.direction:
        return TURNING if running is None else OTHER_WAY
    if not gate.is_open(at.direction, at.route, commodity=commodity):
        stops = gate.standing(at.direction, at.route)
        return STOPPED_BY_PARTNER if all(stop.by_partner for stop in stops) else STOPPED
    hours = _hours(plan, gate, at)
    if not hours.open:
        return CLOSED
    if hours.only and commodity is not None and commodity not in hours.only:
        return COMMODITY
    return ""


def _hours(plan: Plan, gate: Gate, at: _At) -> Openness:
    return hours_view(plan, gate, at.track.hours, direction=at.direction, now_ms=at.now_ms)


def hours_view(plan: Plan, gate: Gate, calendar: str, *, direction: Direction, now_ms: int) -> Openness:
    """Return the hours of ``calendar`` as they stand: those in force, narrowed by what each side announced."""
    found = is_open(plan, calendar, now_ms=now_ms, direction=direction, agreed=gate.hours)
    if not found.open or not gate.limits:
        return found
    for by_partner in (False, True):
        told = {
            date: limit
            for (key, date, partners), limit in gate.limits.items()
            if (key, partners) == (calendar, by_partner)
        }
        found = _narrowed(found, told, plan.calendars[calendar].timezone, now_ms)
    return found


def _narrowed(found: Openness, told: Mapping[str, HoursAnnounced], timezone: str, now_ms: int) -> Openness:
    """Return ``found`` within the announced hours of its dates; a date without any is not narrowed."""
    if not told or found.until_ms is None:
        return found
    day = to_datetime(Instant(now_ms)).astimezone(ZoneInfo(timezone)).date()
    start_ms, until_ms, only = _announced(told, day, timezone)
    if not start_ms <= now_ms < until_ms:
        return replace(found, open=False, until_ms=None, reason=Why.AGREED)
    while until_ms < found.until_ms:
        day += timedelta(days=1)
        next_ms, ends_ms, others = _announced(told, day, timezone)
        if next_ms != until_ms or others != only or ends_ms == next_ms:
            break
        until_ms = ends_ms
    groups = _both(frozenset(found.only) or None, frozenset(only) or None)
    if groups is not None and not groups:
        return replace(found, open=False, until_ms=None, reason=Why.COMMODITY)
    return replace(found, until_ms=min(until_ms, found.until_ms), only=tuple(sorted(groups or ())))


def _announced(
    told: Mapping[str, HoursAnnounced], day: date, timezone: str
) -> tuple[Instant, Instant, tuple[CommodityGroup, ...]]:
    """Return from when to when, and for what, one side works on ``day``; the whole day when it announced nothing."""
    limit = told.get(day.isoformat())
    start, until, only = ("00:00", END_OF_DAY, ()) if limit is None else (limit.start, limit.until, limit.only)
    return local_instant(day, start, timezone), local_instant(day, until, timezone), only


def lanes_of(plan: Plan, line: CallLine) -> Iterator[tuple[str, str, Lane]]:
    """Yield road, key and lane of every lane of the line's kind; a line without a road uses all roads."""
    for route, road in plan.routes.items():
        if line.route in ("", route):
            for key, track in road.lanes.items():
                if track.kind is line.lane_kind:
                    yield route, key, track


def line_view(plan: Plan, gate: Gate, line: CallLine, *, direction: Direction, now_ms: int) -> LineView:
    """Return how the lanes of ``line`` stand together: open when one is, until the last one closes.

    The clockwork calls by it and the public verifier judges by it.
    """
    groups: frozenset[CommodityGroup] | None = frozenset()
    closes_ms: int | None = None
    reasons: list[str] = []
    known: dict[str, Openness] = {}
    for route, key, track in lanes_of(plan, line):
        if not leads(track, direction):
            continue
        at = _At(key, route, track, direction, now_ms)
        shut = _shut(gate, at)
        if shut:
            reasons.append(shut)
            continue
        # Lanes share their calendars, and asking a calendar is what costs here.
        hours = known.get(track.hours) or known.setdefault(track.hours, _hours(plan, gate, at))
        if not hours.open:
            reasons.append(CLOSED)
            continue
        closes_ms = max(closes_ms or 0, hours.until_ms or 0)
        groups = _either(groups, _both(gate.allowed(direction, route), frozenset(hours.only) or None))
    if closes_ms is None:
        why = next((one for one in (CLOSED, STOPPED, TURNING) if one in reasons), reasons[0] if reasons else CLOSED)
        return LineView(open=False, why=why)
    nothing = groups is not None and not groups
    return LineView(open=not nothing, closes_ms=closes_ms, only=groups, why=STOPPED if nothing else "")


def _shut(gate: Gate, at: _At) -> str:
    """Return why nothing at all may use the lane whatever the hour, empty when something may."""
    allowed = gate.allowed(at.direction, at.route)
    if allowed is not None and not allowed:
        return STOPPED
    running = _running(gate, at.key, at.track)
    if running is at.direction:
        return ""
    return TURNING if running is None else OTHER_WAY


def _both(
    one: frozenset[CommodityGroup] | None, other: frozenset[CommodityGroup] | None
) -> frozenset[CommodityGroup] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _either(
    one: frozenset[CommodityGroup] | None, other: frozenset[CommodityGroup] | None
) -> frozenset[CommodityGroup] | None:
    return None if one is None or other is None else one | other
