"""Cross-checks of a plan that fits its types: does it hold together?

Each function takes the plan and yields faults with their paths; :mod:`gatepair.plan.loading` adds
the lines.  Calendars are checked in :mod:`gatepair.plan.checking_hours`, traffic and numbers in
:mod:`gatepair.plan.checking_numbers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from gatepair.base.duties import AGENCIES, Duty
from gatepair.plan import findings
from gatepair.plan.checking_hours import calendar_faults, zone_faults
from gatepair.plan.checking_numbers import number_faults
from gatepair.plan.model import (
    CommodityGroup,
    Direction,
    LaneDirection,
    LaneKind,
    Plan,
    Regime,
    RequiredDecisions,
    Role,
    Route,
    YardKind,
)
from gatepair.plan.problems import Fault, Path, fault, suggestion

GOODS_LANES = (LaneKind.MANNED, LaneKind.UNMANNED)
"""Kinds of lane that carry loaded vehicles."""


def plan_faults(plan: Plan) -> tuple[Fault, ...]:
    """Return everything in ``plan`` that does not hold together, in a steady order."""
    return tuple(
        chain(
            _pair(plan),
            zone_faults(plan),
            _references(plan),
            _lanes(plan),
            _directions(plan),
            _agencies(plan),
            _required(plan),
            _guarded(plan),
            _stations(plan),
            _yards(plan),
            _queues(plan),
            _quotas(plan),
            _fees(plan),
            calendar_faults(plan),
            number_faults(plan),
        )
    )


def reference(found: str | None, known: Collection[str], path: Path, *, table: str) -> Iterator[Fault]:
    """Yield a fault when ``found`` is given and is not one of ``known``."""
    if found is not None and found not in known:
        mend = suggestion(found, known)
        yield fault(findings.UNKNOWN_REFERENCE, path, found=found, table=table, known=mend)


def repeated(items: Iterable[str], path: Path) -> Iterator[Fault]:
    """Yield a fault for each of ``items`` that was there before."""
    seen: list[str] = []
    for index, item in enumerate(items):
        if item in seen:
            yield fault(findings.DUTY_REPEATED, (*path, index), found=item)
        seen.append(item)


def _pair(plan: Plan) -> Iterator[Fault]:
    yield from reference(plan.home, plan.sides, ("home",), table="sides")
    sides_of_posts = [post.side for post in plan.posts.values()]
    if len(plan.sides) != 2 or len(plan.posts) != 2 or len(set(sides_of_posts)) != 2:
        yield fault(findings.SIDES_AND_POSTS, ("posts",))
    for key, post in plan.posts.items():
        yield from reference(post.side, plan.sides, ("posts", key, "side"), table="sides")
        yield from reference(post.fee_schedule, plan.fees, ("posts", key, "fee_schedule"), table="fees")


def _references(plan: Plan) -> Iterator[Fault]:
    for key, station in plan.stations.items():
        yield from reference(station.post, plan.posts, ("stations", key, "post"), table="posts")
        yield from reference(station.hours, plan.calendars, ("stations", key, "hours"), table="calendars")
    for key, yard in plan.yards.items():
        yield from reference(yard.post, plan.posts, ("yards", key, "post"), table="posts")
    for key in plan.queues:
        yield from reference(key, plan.posts, ("queues", key), table="posts")
    for key, fleet in plan.fleets.items():
        yield from reference(fleet.route, plan.routes, ("fleets", key, "route"), table="routes")
    for index, quota in enumerate(plan.quotas):
        yield from reference(quota.post, plan.posts, ("quotas", index, "post"), table="posts")
    for index, mission in enumerate(plan.demand.missions if plan.demand is not None else ()):
        yield from reference(mission.fleet, plan.fleets, ("demand", "missions", index, "fleet"), table="fleets")
    for index, profile in enumerate(plan.channels):
        yield from reference(profile.post, plan.posts, ("channels", index, "post"), table="posts")
    for key, calendar in plan.calendars.items():
        for index, side in enumerate(calendar.closed_on_holidays_of):
            path = ("calendars", key, "closed_on_holidays_of", index)
            yield from reference(side, plan.sides, path, table="sides")
    for index, rule in enumerate(plan.required_decisions):
        for number, post in enumerate(rule.posts):
            yield from reference(post, plan.posts, ("required_decisions", index, "posts", number), table="posts")


def _lanes(plan: Plan) -> Iterator[Fault]:
    home_of: dict[str, str] = {}
    for route_key, route in plan.routes.items():
        for key, lane in route.lanes.items():
            path: Path = ("routes", route_key, "lanes", key)
            if key in home_of:
                yield fault(findings.LANE_TWICE, path, lane=key, route=home_of[key])
            home_of.setdefault(key, route_key)
            yield from reference(lane.hours, plan.calendars, (*path, "hours"), table="calendars")
            if lane.direction is LaneDirection.TIDAL:
                if lane.clear_s == 0:
                    yield fault(findings.TIDAL_WITHOUT_CLEAR, path, lane=key)
                if lane.kind is LaneKind.PERSONS:
                    yield fault(findings.TIDAL_PERSONS, path, lane=key)
        yield from _unmanned(plan, route_key, route)
    for key, fleet in plan.fleets.items():
        found = plan.routes.get(fleet.route)
        if found and not any(lane.kind is LaneKind.UNMANNED for lane in found.lanes.values()):
            yield fault(findings.FLEET_WITHOUT_LANE, ("fleets", key), fleet=key, route=fleet.route)


def _unmanned(plan: Plan, route_key: str, route: Route) -> Iterator[Fault]:
    """A lane of kind unmanned with nothing unmanned to run on it is a manned lane in disguise."""
    if any(fleet.route == route_key for fleet in plan.fleets.values()):
        return
    for key, lane in route.lanes.items():
        if lane.kind is LaneKind.UNMANNED:
            path = ("routes", route_key, "lanes", key, "kind")
            yield fault(findings.LANE_WITHOUT_FLEET, path, lane=key, route=route_key)


def _directions(plan: Plan) -> Iterator[Fault]:
    for direction in Direction:
        leads = (
            lane.kind in GOODS_LANES and lane.direction.value in {direction.value, "tidal"}
            for route in plan.routes.values()
            for lane in route.lanes.values()
        )
        if not any(leads):
            yield fault(findings.DIRECTION_WITHOUT_LANE, ("routes",), direction=direction.value)


def _agencies(plan: Plan) -> Iterator[Fault]:
    deciding = [duty.value for duty in AGENCIES]
    for post_key, post in plan.posts.items():
        holder: dict[Duty, str] = {}
        for key, agency in post.agencies.items():
            path: Path = ("posts", post_key, "agencies", key, "duty")
            if agency.duty not in AGENCIES:
                known = suggestion(agency.duty.value, deciding)
                yield fault(findings.NOT_AN_AGENCY, path, duty=agency.duty.value, known=known)
            if agency.duty in holder:
                first = holder[agency.duty]
                yield fault(findings.DUTY_TWICE, path, post=post_key, duty=agency.duty.value, first=first, second=key)
            holder.setdefault(agency.duty, key)
        for duty in (Duty.BORDER_GUARD, Duty.CUSTOMS, Duty.GATE_BOARD):
            if duty not in holder:
                path = ("posts", post_key, "agencies")
                yield fault(findings.AGENCY_MISSING, path, post=post_key, duty=duty.value)


def _posts_of(plan: Plan, rule: RequiredDecisions) -> list[str]:
    return [post for post in rule.posts if post in plan.posts] or list(plan.posts)


def _required(plan: Plan) -> Iterator[Fault]:
    for index, rule in enumerate(plan.required_decisions):
        path: Path = ("required_decisions", index, "duties")
        yield from repeated([duty.value for duty in rule.duties], path)
        for number, duty in enumerate(rule.duties):
            place = (*path, number)
            if duty is Duty.CUSTOMS:
                yield fault(findings.CUSTOMS_LISTED, place)
                continue
            for post in _posts_of(plan, rule):
                if all(agency.duty is not duty for agency in plan.posts[post].agencies.values()):
                    yield fault(findings.AGENCY_MISSING, place, post=post, duty=duty.value)
    yield from _required_reach(plan)


def _required_reach(plan: Plan) -> Iterator[Fault]:
    """Every role of every post needs a last rule without conditions, and nothing after it."""
    for role in Role:
        for post in plan.posts:
            closing: int | None = None
            for index, rule in enumerate(plan.required_decisions):
                if rule.role is not role or post not in _posts_of(plan, rule):
                    continue
                if closing is not None:
                    path: Path = ("required_decisions", index)
                    yield fault(findings.UNREACHABLE, path, found=index, first=closing)
                elif not rule.regimes and not rule.commodities:
                    closing = index
            if closing is None:
                scope = f" ({post}, {role.value})"
                yield fault(findings.NO_CATCH_ALL, ("required_decisions",), scope=scope)


def _guarded(plan: Plan) -> Iterator[Fault]:
    yield from repeated([act.value for act in plan.two_persons], ("two_persons",))
    yield from repeated([duty.value for duty in plan.own_reasons], ("own_reasons",))


def _stations(plan: Plan) -> Iterator[Fault]:
    """Whoever must decide needs a place to do it; customs always must."""
    for post in plan.posts:
        for role in Role:
            there = {s.duty for s in plan.stations.values() if s.post == post and s.role is role}
            needed = [Duty.CUSTOMS]
            for rule in plan.required_decisions:
                if rule.role is role and post in _posts_of(plan, rule):
                    needed.extend(duty for duty in rule.duties if duty not in needed)
            for duty in needed:
                if duty not in there:
                    yield fault(findings.NO_STATION, ("stations",), post=post, role=role.value, duty=duty.value)


def _yards(plan: Plan) -> Iterator[Fault]:
    for post in plan.posts:
        if not any(yard.post == post and yard.kind is YardKind.GATE for yard in plan.yards.values()):
            yield fault(findings.NO_GATE_YARD, ("yards",), post=post)


def _queues(plan: Plan) -> Iterator[Fault]:
    for post in plan.posts:
        if post not in plan.queues:
            yield fault(findings.NO_QUEUE, ("queues",), post=post)
    for key, rule in plan.queues.items():
        path: Path = ("queues", key, "priorities")
        yield from repeated([one.key for one in rule.priorities], path)
        closing: str | None = None
        for index, one in enumerate(rule.priorities):
            if closing is not None:
                yield fault(findings.UNREACHABLE, (*path, index), found=one.key, first=closing)
            elif not (one.commodities or one.regimes) and one.tested is None and one.paired_return is None:
                closing = one.key
        if closing is None:
            yield fault(findings.NO_CATCH_ALL, path, scope=f" ({key})")


def _quotas(plan: Plan) -> Iterator[Fault]:
    seen: list[tuple[str, Direction]] = []
    for index, quota in enumerate(plan.quotas):
        path: Path = ("quotas", index)
        at = (quota.post, quota.direction)
        if at in seen:
            yield fault(findings.QUOTA_TWICE, path, post=quota.post, direction=quota.direction.value)
        seen.append(at)
        if quota.post in plan.posts and plan.role_of(*at) is Role.EXIT:
            yield fault(findings.QUOTA_AT_EXIT, path, post=quota.post, direction=quota.direction.value)


def _fees(plan: Plan) -> Iterator[Fault]:
    for post in plan.posts.values():
        schedule = plan.fees.get(post.fee_schedule or "")
        side = plan.sides.get(post.side)
        if schedule and side and schedule.currency != side.currency:
            path: Path = ("fees", post.fee_schedule or "", "currency")
            yield fault(findings.CURRENCY_DIFFERS, path, found=schedule.currency, wanted=side.currency)
    for key, schedule in plan.fees.items():
        covered = any(
            set(line.commodities) >= set(CommodityGroup)
            or (not line.commodities and (not line.regimes or set(line.regimes) >= set(Regime)))
            for line in schedule.lines
            if line.max_gross_kg == 0
        )
        if not covered:
            yield fault(findings.NO_CATCH_ALL, ("fees", key, "lines"), scope=f" ({key})")
