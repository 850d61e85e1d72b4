"""What anybody needs to check a published order: the rule as it was hashed, the holidays, and the post's key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from gatepair.crossing.model import LoadUnit
from gatepair.operations.rule import judged
from gatepair.plan.calendars import holidays_of
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Plan, Regime, Role

YEARS_BACK: Final = 10
"""How many years of public holidays are told: as far back as an order is likely to be checked."""


def order_rules(plan: Plan, *, key: str, now_ms: int) -> dict[str, Any]:
    """Return the rules of the orders of both posts; each rule is the text whose SHA-256 an order's header names.

    The public holidays are no part of that text: they come from a package, and ``sides`` names whose they are.
    """
    year = datetime.fromtimestamp(now_ms / 1000, tz=UTC).year
    years = range(year - YEARS_BACK, year + 2)
    closing = {side for calendar in plan.calendars.values() for side in calendar.closed_on_holidays_of}
    return {
        "plan": plan.id,
        "key": key,
        "rules": {post: judged(plan, post).decode() for post in plan.queues},
        "exits": {
            post: [way.value for way in Direction if plan.role_of(post, way) is Role.EXIT] for post in plan.queues
        },
        "partners": {post: plan.partner_of(post) for post in plan.queues},
        "holidays": {side: holidays_of(plan.sides[side].holidays, years) for side in sorted(closing)},
        "words": {
            "commodities": [one.value for one in CommodityGroup],
            "regimes": [one.value for one in Regime],
            "loads": [one.value for one in LoadUnit],
            "lane_kinds": [one.value for one in LaneKind],
        },
    }
