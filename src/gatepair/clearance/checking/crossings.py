"""What a declaration is held against, taken from a crossing and the plan of its gates."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from gatepair.base.time import Instant, to_datetime
from gatepair.clearance.checking.case import CrossingFacts
from gatepair.crossing.state import Crossing
from gatepair.plan import rules
from gatepair.plan.calendars import AgreedHours, Window, windows
from gatepair.plan.model import Plan


def facts_of(crossing: Crossing, plan: Plan, agreed: Sequence[AgreedHours] = ()) -> CrossingFacts:
    """Return what declarations tied to ``crossing`` are held against.

    The countries follow from the plan and the direction, the hours from the lanes that lead that way on the crossing's
    road. When it is to cross is known once it has a slot; until then nothing is held against the hours.
    """
    exit_side = plan.sides[plan.posts[rules.exit_post(plan, crossing.direction)].side]
    enters = next(side.country for side in plan.sides.values() if side.country != exit_side.country)
    planned = Instant(crossing.slot[0]) if crossing.slot is not None else None
    declared_kg = crossing.declaration.gross_mass_kg()
    return CrossingFacts(
        tractor=crossing.binding.tractor,
        trailer=crossing.binding.trailer or "",
        containers=crossing.binding.containers,
        seals=tuple(seal.number for seal in (*crossing.seals, *crossing.partner_seals)),
        owner=crossing.binding.owner,
        leaves=exit_side.country,
        enters=enters,
        gross_mass_kg=declared_kg or None,
        planned_ms=planned,
        windows=_windows(crossing, plan, planned, agreed) if planned is not None else (),
    )


def _windows(crossing: Crossing, plan: Plan, planned: Instant, agreed: Sequence[AgreedHours]) -> tuple[Window, ...]:
    found: list[Window] = []
    lanes = plan.routes[crossing.route].lanes
    keys = rules.lanes_for(plan, kind=crossing.lane_kind, direction=crossing.direction, route=crossing.route)
    for calendar in dict.fromkeys(lanes[key].hours for key in keys):
        day = to_datetime(planned).astimezone(ZoneInfo(plan.calendars[calendar].timezone)).date()
        found.extend(windows(plan, calendar, day, agreed))
    return tuple(found)
