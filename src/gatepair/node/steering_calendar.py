"""The gate's calendar for the command centre: hours of the next days, lanes, stops, what was agreed, quotas by hour."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from msgspec import to_builtins

from gatepair.base.time import HOUR_MS, Instant, from_datetime, to_datetime
from gatepair.node.readmodels import hours
from gatepair.operations.capacity import fixed_limits
from gatepair.operations.gate import interlocks
from gatepair.operations.hours import DayPlan, day_plan
from gatepair.operations.lanes import lane_view
from gatepair.plan.calendars import holiday
from gatepair.plan.model import Direction, Role
from gatepair.plan.rules import leads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepair.node.ports import Reader
    from gatepair.node.queries import Queries

DAYS: Final = 14
"""Days that the calendar shows: two weeks, as far as hours are agreed ahead."""


def calendar(post: Queries) -> dict[str, Any]:
    """Return the next :data:`DAYS` days of the post's local dates, and what stands and is announced now."""
    now_ms, gate = post.now(), post.standing.gate
    today = to_datetime(Instant(now_ms)).astimezone(ZoneInfo(post.plan.timezone_of(post.post))).date()
    dates = [today + timedelta(days=at) for at in range(DAYS)]
    with post.ledger.read() as reader:
        quotas = [_quota(post, reader, direction) for direction in Direction]
    return {
        "now_ms": now_ms,
        "dates": [
            {
                "date": day.isoformat(),
                "holidays": {
                    key: name for key, side in post.plan.sides.items() if (name := holiday(side.holidays, day))
                },
            }
            for day in dates
        ],
        "columns": _columns(post, dates),
        "lanes": list(_lanes(post, now_ms)),
        "stops": [to_builtins(stop) for stop in gate.stops.values()],
        "conditions": [to_builtins(one) for one in gate.conditions.values()],
        "agreed": [to_builtins(one) for one in gate.hours if one.date >= today.isoformat()],
        "announced": [to_builtins(one) for one in gate.limits.values() if one.date >= today.isoformat()],
        "quotas": quotas,
        "rooms": [
            {"direction": direction.value, "by_partner": by_partner, "vehicles": vehicles}
            for (direction, by_partner), vehicles in gate.capacities.items()
        ],
    }


def _columns(post: Queries, dates: list[date]) -> list[dict[str, Any]]:
    """Return the days of each calendar and direction that a lane uses; both directions as one where they agree."""
    lanes = [lane for road in post.plan.routes.values() for lane in road.lanes.values()]
    found: list[dict[str, Any]] = []
    for key in sorted({lane.hours for lane in lanes}):
        for direction in Direction:
            if not any(lane.hours == key and leads(lane, direction) for lane in lanes):
                continue
            days = [_day(day_plan(post.plan, post.standing.gate, key, day, direction=direction)) for day in dates]
            same = next((one for one in found if one["calendar"] == key and one["days"] == days), None)
            if same is not None:
                same["directions"].append(direction.value)
            else:
                found.append({"calendar": key, "directions": [direction.value], "days": days})
    return found


def _day(found: DayPlan) -> dict[str, Any]:
    day: dict[str, Any] = asdict(found)
    day["why"] = found.why.value
    day["text"] = None if found.text is None else to_builtins(found.text)
    return day


def _lanes(post: Queries, now_ms: int) -> Iterator[dict[str, Any]]:
    gate = post.standing.gate
    locks = {one.lane: one for one in interlocks(gate, post.plan, post.standing.traffic)}
    for route, road in post.plan.routes.items():
        for key, lane in road.lanes.items():
            lock = locks.get(key)
            ways = [way for way in Direction if leads(lane, way)]
            # A tidal lane stands as it runs; while it is turned it is shut for both ways.
            way = lock.running if lock is not None and lock.running is not None else ways[0]
            view = lane_view(post.plan, gate, key, direction=way, now_ms=now_ms)
            yield {
                "route": route,
                "lane": key,
                "kind": lane.kind.value,
                "direction": lane.direction.value,
                "calendar": lane.hours,
                "running": way.value if lock is None or lock.running is not None else "",
                "open": view is not None and view.open,
                "why": "" if view is None else view.why,
                "interlock": None if lock is None else {**asdict(lock), "waits": lock.waits(now_ms)},
            }


def _quota(post: Queries, reader: Reader, direction: Direction) -> dict[str, Any]:
    """Return what is announced for a direction, by us where we take in, and what of it each hour of today took."""
    exits = post.plan.role_of(post.post, direction) is Role.EXIT
    announced = post.standing.gate.quotas.get((direction, exits))
    planned = fixed_limits(post.plan, post.post if exits else post.plan.partner_of(post.post), direction).partner_quota
    zone = ZoneInfo(post.plan.timezone_of(post.post))
    first_ms = from_datetime(
        to_datetime(Instant(post.now())).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    figure = "departed" if exits else "received"
    spent: dict[int, int] = {}
    for hour, name, load, count in hours(reader, direction, first_ms=first_ms, until_ms=post.now() + 1):
        if (name, load) == (figure, "loaded"):
            spent[hour] = spent.get(hour, 0) + count
    return {
        "direction": direction.value,
        "by_partner": exits,
        "per_hour": planned if announced is None else announced,
        "announced": announced is not None,
        "hours": [
            {"start_ms": hour, "spent": spent.get(hour, 0)}
            for hour in range(first_ms - first_ms % HOUR_MS, post.now() + 1, HOUR_MS)
        ],
    }
