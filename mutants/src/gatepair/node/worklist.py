"""What waits for a duty: a pure function of the open crossings and the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from gatepair.base.duties import AGENCIES, Duty
from gatepair.crossing.model import Channel, Stage
from gatepair.crossing.state import Crossing
from gatepair.plan.model import CommodityGroup, Plan, Role
from gatepair.plan.rules import required_duties

PERISHABLE: Final = frozenset(
    {CommodityGroup.LIVE_SEAFOOD, CommodityGroup.FRESH_FRUIT, CommodityGroup.FRESH_VEGETABLES}
)


def of(plan: Plan, post: str, crossings: Iterable[Crossing], *, duty: Duty, actor: str) -> list[dict[str, Any]]:
    """Return rows for ``duty``: inside the gate first, perishables first, then the longest there."""
    rows = []
    for crossing in crossings:
        task = _task(plan, post, crossing, duty)
        if task is None or (duty is Duty.TRADER and crossing.declarant != actor):
            continue
        since_ms = crossing.arrived_at_ms or crossing.received_at_ms or crossing.last_at_ms
        rows.append(
            {
                "crossing": crossing.id,
                "task": task,
                "direction": crossing.direction.value,
                "stage": crossing.stage.value,
                "tractor": crossing.binding.tractor,
                "commodity": crossing.declaration.commodity().value,
                "channel": crossing.channel.value if crossing.channel else "",
                "since_ms": since_ms,
                "version": crossing.version,
            }
        )
    rows.sort(key=lambda row: (row["stage"] != "arrived", row["commodity"] not in PERISHABLE, row["since_ms"]))
    return rows


def _task(plan: Plan, post: str, crossing: Crossing, duty: Duty) -> str | None:
    """Return what ``duty`` should do next with ``crossing``, or None."""
    if duty is Duty.TRADER:
        return "follow"
    if crossing.role is Role.ENTRY and crossing.stage is Stage.ANNOUNCED and crossing.accepted_at_ms is None:
        return "accept_arrival" if duty in (Duty.GATE_BOARD, Duty.CUSTOMS) and not crossing.declined else None
    if any(asked.duty is duty for asked in crossing.open_questions(by_partner=True)):
        return "answer_certificate"
    if duty is Duty.YARD:
        return _yard_task(crossing)
    if duty not in AGENCIES:
        return None
    commodity = crossing.declaration.commodity()
    required = required_duties(
        plan, post=post, role=crossing.role, regime=crossing.declaration.regime, commodity=commodity
    )
    if duty is Duty.CUSTOMS:
        return _customs_task(crossing, required)
    return "decide" if duty in required and duty not in crossing.decisions and crossing.stage is Stage.ARRIVED else None


def _yard_task(crossing: Crossing) -> str | None:
    if crossing.role is Role.EXIT:
        if crossing.stage is Stage.CALLED:
            return "await_arrival"
        return "depart" if crossing.stage is Stage.ARRIVED and crossing.released else None
    if crossing.stage is Stage.ANNOUNCED and crossing.partner_departure is not None:
        return "confirm_handover"
    return "record_exit" if crossing.stage is Stage.ARRIVED and crossing.released else None


def _customs_task(crossing: Crossing, required: tuple[Duty, ...]) -> str | None:
    if crossing.stage is not Stage.ARRIVED or crossing.released:
        return None
    if crossing.channel is None:
        return "assign_channel"
    if crossing.channel is Channel.RED and crossing.inspection_of(Duty.CUSTOMS) is None:
        return "inspect"
    return "release" if all(duty in crossing.decisions for duty in required) else "await_agencies"
