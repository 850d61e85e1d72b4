"""What stands where at a post, as plain values for pages: read from the plan, which is public."""

from __future__ import annotations

from typing import Any

import msgspec

from gatepair.plan.model import Plan, Text


def layout(plan: Plan, post: str) -> dict[str, Any]:
    """Return posts with their zones, routes with lanes, and the stations, yards and move codes of ``post``.

    Names are texts by language; stations stand in the order of the way through the gate; what the plan says of the
    other post's stations and yards stands under ``over_there``.
    """
    partner = plan.partner_of(post)
    queue = plan.queues.get(post)
    return {
        "post": post,
        "posts": [
            {"key": key, "name": _text(plan.posts[key].name), "timezone": plan.timezone_of(key), "here": key == post}
            for key in (post, partner)
        ],
        "routes": [
            {
                "key": key,
                "name": _text(route.name),
                "markers": route.markers,
                "lanes": [
                    {"key": name, "kind": lane.kind.value, "direction": lane.direction.value}
                    for name, lane in route.lanes.items()
                ],
            }
            for key, route in plan.routes.items()
        ],
        **_inside(plan, post),
        "over_there": _inside(plan, partner),
        "calendars": sorted({lane.hours for route in plan.routes.values() for lane in route.lanes.values()}),
        "move_codes": {} if queue is None else {code: _text(name) for code, name in queue.move_codes.items()},
        "classes": [] if queue is None else [{"key": one.key, "name": _text(one.name)} for one in queue.priorities],
    }


def _inside(plan: Plan, post: str) -> dict[str, Any]:
    """Return the stations and yards of one post."""
    stations = [(key, one) for key, one in plan.stations.items() if one.post == post]
    return {
        "stations": [
            {
                "key": key,
                "name": _text(one.name),
                "kind": one.kind.value,
                "role": one.role.value,
                "duty": one.duty.value,
                "servers": one.servers,
            }
            for key, one in sorted(stations, key=lambda pair: (pair[1].role, pair[1].order, pair[0]))
        ],
        "yards": [
            {"key": key, "name": _text(one.name), "kind": one.kind.value, "capacity": one.capacity}
            for key, one in plan.yards.items()
            if one.post == post
        ],
    }


def _text(name: Text) -> dict[str, str]:
    found: dict[str, str] = msgspec.to_builtins(name)
    return found
