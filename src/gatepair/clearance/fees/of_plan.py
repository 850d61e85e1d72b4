"""The infrastructure fee of a crossing from the plan's dated table, in integers throughout."""

from __future__ import annotations

from gatepair.clearance.fees.model import times
from gatepair.crossing.model import Fee
from gatepair.crossing.state import Crossing
from gatepair.plan.model import CommodityGroup, FeeSchedule, Plan
from gatepair.plan.model import Fee as Line


def fee_of(plan: Plan, post: str, crossing: Crossing) -> Fee | None:
    """Return the fee at ``post`` in minor units; None where it charges none.

    For each commodity group of the load the first matching line holds; a mixed load pays the highest.
    What no line names is free: the fee is then 0, and the line says ``none``.

    Source: the fee tables apply the highest rate to mixed loads (domain facts §2.4).
    """
    key = plan.posts[post].fee_schedule
    schedule = plan.fees.get(key) if key is not None else None
    if schedule is None:
        return None
    groups = sorted({item.commodity for item in crossing.declaration.goods}) or [CommodityGroup.NONE]
    amount, place = max((_first(schedule, crossing, group) for group in groups), key=lambda found: found[0])
    return Fee(amount_minor=amount, currency=schedule.currency, line=f"{key} {place}")


def _first(schedule: FeeSchedule, crossing: Crossing, group: CommodityGroup) -> tuple[int, str]:
    for index, line in enumerate(schedule.lines):
        if _matches(line, crossing, group):
            return amount_minor(line), f"lines.{index}"
    return 0, "none"


def _matches(line: Line, crossing: Crossing, group: CommodityGroup) -> bool:
    return (
        line.load in ("", crossing.load.value)
        and (not line.commodities or group in line.commodities)
        and (not line.regimes or crossing.declaration.regime in line.regimes)
        and (line.max_gross_kg == 0 or crossing.declaration.gross_mass_kg() <= line.max_gross_kg)
    )


def amount_minor(line: Line) -> int:
    """Return the line's amount with its multiplier, halves of a minor unit rounded up."""
    return times(line.amount_minor, (line.multiplier_permille,))
