"""Answers that a plan gives: who must decide, what rests on what, which class, which lanes, how long."""

from __future__ import annotations

from typing import Final, Protocol

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.time import HOUR_MS
from gatepair.plan.model import (
    CommodityGroup,
    Direction,
    Lane,
    LaneDirection,
    LaneKind,
    Plan,
    PriorityClass,
    QueueRule,
    Regime,
    RequiredDecisions,
    Role,
    ServiceTime,
    Station,
)


class QueueFacts(Protocol):
    """The facts from which a place's class follows (``crossing.model.PlaceFacts`` fits)."""

    @property
    def commodity(self) -> CommodityGroup:
        """Return the commodity group of the load."""
        ...

    @property
    def regime(self) -> Regime:
        """Return the customs regime."""
        ...

    @property
    def tested(self) -> bool:
        """Tell whether the test paper is attached."""
        ...

    @property
    def paired_return(self) -> bool:
        """Tell whether the vehicle carries a load both ways."""
        ...


def required_duties(
    plan: Plan, *, post: str, role: Role, regime: Regime, commodity: CommodityGroup
) -> tuple[Duty, ...]:
    """Return the duties whose decision must stand before customs releases; customs itself is last by rule.

    The first rule of the plan that matches holds; a checked plan has one for every case.
    """
    for rule in plan.required_decisions:
        if _matches(rule, post=post, role=role, regime=regime, commodity=commodity):
            return rule.duties
    return ()


def _matches(rule: RequiredDecisions, *, post: str, role: Role, regime: Regime, commodity: CommodityGroup) -> bool:
    return (
        rule.role is role
        and (not rule.posts or post in rule.posts)
        and (not rule.regimes or regime in rule.regimes)
        and (not rule.commodities or commodity in rule.commodities)
    )


def reliance(plan: Plan, duty: Duty) -> tuple[str, ...]:
    """Return the path patterns of the declaration on which a decision of ``duty`` rests."""
    return plan.reliance.get(duty, ())


def shows_reasons(plan: Plan, of: Duty, to: Duty) -> bool:
    """Tell whether ``to`` is shown the reasons and the evidence of ``of``: always but for another duty of the post."""
    return of not in plan.own_reasons or to is of or to not in POST_DUTIES


POST_DUTIES: Final = frozenset(AGENCIES) | {Duty.YARD, Duty.COMMAND_CENTRE}
"""Who works at a post; the trader whose goods are meant, the auditor and the partner's agreement are no matter of it."""


def priority_rank(rule: QueueRule, facts: QueueFacts) -> int:
    """Return the rank of the first class whose conditions all hold, from 0; past the end when none does."""
    for rank, one in enumerate(rule.priorities):
        if _holds(one, facts):
            return rank
    return len(rule.priorities)


def priority_class(rule: QueueRule, facts: QueueFacts) -> PriorityClass | None:
    """Return the first class whose conditions all hold; a checked plan ends with one that always does."""
    rank = priority_rank(rule, facts)
    return rule.priorities[rank] if rank < len(rule.priorities) else None


def _holds(one: PriorityClass, facts: QueueFacts) -> bool:
    return (
        (not one.commodities or facts.commodity in one.commodities)
        and (not one.regimes or facts.regime in one.regimes)
        and (one.tested is None or one.tested == facts.tested)
        and (one.paired_return is None or one.paired_return == facts.paired_return)
    )


def callable_now(rule: QueueRule, facts: QueueFacts) -> bool:
    """Tell whether the facts let the place be called: fruit that needs a test paper has one."""
    return facts.tested or facts.commodity not in rule.needs_test


def stay_hours(plan: Plan, regime: Regime) -> int:
    """Return how many hours a foreign vehicle may stay: longer when it takes a return load."""
    return plan.stay.two_way_h if regime is Regime.TWO_WAY else plan.stay.one_way_h


def stay_ms(plan: Plan, regime: Regime) -> int:
    """Return the same in milliseconds."""
    return stay_hours(plan, regime) * HOUR_MS


def stations_of(plan: Plan, post: str, role: Role) -> tuple[tuple[str, Station], ...]:
    """Return the stations of ``post`` in ``role`` in the order of the way through, then by key."""
    found = [(key, one) for key, one in plan.stations.items() if one.post == post and one.role is role]
    return tuple(sorted(found, key=lambda row: (row[1].order, row[0])))


def service_time(station: Station, commodity: CommodityGroup, channel: str | None = None) -> ServiceTime:
    """Return how long ``station`` serves: the channel's time, else the commodity's, else the default.

    ``channel`` is ``green``, ``yellow`` or ``red``. Raises ``KeyError`` when a plan has no default.
    """
    return station.service[_selector(station.service, commodity, channel)]


def visit_permille(station: Station, commodity: CommodityGroup, channel: str | None = None) -> int:
    """Return the share of such vehicles that visit ``station``, in permille; all where none is named."""
    selector = _selector(station.share_permille, commodity, channel)
    return station.share_permille.get(selector, 1000)


def _selector(table: dict[str, ServiceTime] | dict[str, int], commodity: CommodityGroup, channel: str | None) -> str:
    by_channel = f"channel:{channel}"
    if channel is not None and by_channel in table:
        return by_channel
    return commodity.value if commodity.value in table else "default"


def lanes_for(plan: Plan, *, kind: LaneKind, direction: Direction, route: str | None = None) -> tuple[str, ...]:
    """Return the keys of the lanes of ``kind`` that lead, or can be turned to lead, ``direction``.

    In the order of the plan; of all routes when ``route`` is not given.
    """
    return tuple(
        key
        for route_key, one in plan.routes.items()
        if route is None or route_key == route
        for key, lane in one.lanes.items()
        if lane.kind is kind and leads(lane, direction)
    )


def widest_road(plan: Plan, direction: Direction, kind: LaneKind) -> tuple[str, LaneKind]:
    """Return the road with the most lanes of ``kind`` that lead ``direction``; manned where there is none.

    Which road a vehicle takes is not documented; the simulated world and the twin send it where there are most lanes.
    """
    for asked in (kind, LaneKind.MANNED):
        counts = {key: len(lanes_for(plan, kind=asked, direction=direction, route=key)) for key in plan.routes}
        best = max(counts, key=lambda key: counts[key])
        if counts[best]:
            return best, asked
    return next(iter(plan.routes)), LaneKind.MANNED


def leads(lane: Lane, direction: Direction) -> bool:
    """Tell whether ``lane`` leads ``direction``, or can be turned to."""
    return lane.direction is LaneDirection.TIDAL or lane.direction.value == direction.value


def find_lane(plan: Plan, lane: str) -> tuple[str, Lane] | None:
    """Return the route's key and the lane named ``lane``; keys of lanes are unique in a checked plan."""
    for route_key, route in plan.routes.items():
        if lane in route.lanes:
            return route_key, route.lanes[lane]
    return None


def exit_post(plan: Plan, direction: Direction) -> str:
    """Return the post where vehicles going ``direction`` leave; its queue rule orders them."""
    return next(post for post in plan.posts if plan.role_of(post, direction) is Role.EXIT)
