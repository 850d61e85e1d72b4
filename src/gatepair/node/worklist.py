"""What waits for a duty and why it is urgent: a pure function of the open crossings, the plan and the instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing.guards import channel_needed, required_duties
from gatepair.crossing.model import Channel, Stage
from gatepair.crossing.state import Crossing
from gatepair.node.scene import spot
from gatepair.plan.model import PERISHABLE, Plan, Role

LONG_MS: Final = 4 * HOUR_MS
"""Whoever waits longer is named as waiting long.

Source: half of the eight working hours that the law allows for an inspection (``inspection-law`` of the shipped plans).
"""
PERISHABLE_LONG_MS: Final = 2 * HOUR_MS
"""The same for perishables; half as long, our choice."""


def of(
    plan: Plan, post: str, crossings: Iterable[Crossing], *, duty: Duty, actor: str, now_ms: int
) -> list[dict[str, Any]]:
    """Return rows for ``duty``: whose stay runs out first, then inside the gate, perishables, the longest there.

    ``why`` lists what makes a row urgent, ``urgent`` tells that it is so now.
    """
    rows = []
    for crossing in crossings:
        task = _task(plan, post, crossing, duty=duty, actor=actor)
        if task is None or (duty is Duty.TRADER and crossing.declarant != actor):
            continue
        since_ms = crossing.arrived_at_ms or crossing.received_at_ms or crossing.last_at_ms
        why = list(_why(plan, crossing, since_ms, now_ms))
        rows.append(
            {
                "crossing": crossing.id,
                "task": task,
                "direction": crossing.direction.value,
                "stage": crossing.stage.value,
                "tractor": crossing.binding.tractor,
                "trailer": crossing.binding.trailer or "",
                "at": spot(crossing),
                "commodity": crossing.declaration.commodity().value,
                "channel": crossing.channel.value if crossing.channel else "",
                "since_ms": since_ms,
                "version": crossing.version,
                "why": why,
                "urgent": any(one["now"] for one in why),
            }
        )
    rows.sort(key=_rank)
    return rows


def _rank(row: Mapping[str, Any]) -> tuple[bool, bool, bool, int]:
    stay_ends = any(one["code"] in STAY_CODES for one in row["why"])
    return (not stay_ends, row["stage"] != "arrived", row["commodity"] not in PERISHABLE, row["since_ms"])


STAY_CODES: Final = frozenset({"stay_over", "stay_ends"})


def _why(plan: Plan, crossing: Crossing, since_ms: int, now_ms: int) -> Iterator[dict[str, Any]]:
    """Yield what makes it urgent: a code, the instant or the span that it is about, and whether it is so now."""
    stay = crossing.stay
    if stay is not None and stay.ended_at_ms is None:
        if now_ms >= stay.until_ms:
            yield {"code": "stay_over", "at_ms": stay.until_ms, "now": True}
        elif now_ms >= stay.until_ms - plan.stay.warn_before_h * HOUR_MS:
            yield {"code": "stay_ends", "at_ms": stay.until_ms, "now": True}
    waited_ms = now_ms - since_ms
    perishable = crossing.declaration.commodity() in PERISHABLE
    if crossing.stage is Stage.CALLED and crossing.place is not None and crossing.place.called_until_ms is not None:
        yield {"code": "call_ends", "at_ms": crossing.place.called_until_ms, "now": False}
    if crossing.stage is not Stage.ARRIVED:
        return
    if perishable:
        yield {"code": "perishable", "span_s": waited_ms // SECOND_MS, "now": waited_ms >= PERISHABLE_LONG_MS}
    elif waited_ms >= LONG_MS:
        yield {"code": "waits_long", "span_s": waited_ms // SECOND_MS, "now": True}


def _task(plan: Plan, post: str, crossing: Crossing, *, duty: Duty, actor: str) -> str | None:
    """Return what ``actor`` with ``duty`` should do next with ``crossing``, or None."""
    if duty is Duty.TRADER:
        return "follow"
    if any(one.duty is duty and one.actor != actor for one in crossing.proposals):
        return "confirm"
    if crossing.role is Role.ENTRY and crossing.stage is Stage.ANNOUNCED and crossing.accepted_at_ms is None:
        return "accept_arrival" if duty in (Duty.GATE_BOARD, Duty.CUSTOMS) and not crossing.declined else None
    if any(asked.duty is duty for asked in crossing.open_questions(by_partner=True)):
        return "answer_certificate"
    if duty is Duty.YARD:
        return _yard_task(crossing)
    if duty not in AGENCIES:
        return None
    required = required_duties(plan, post, crossing)
    if duty is Duty.CUSTOMS:
        return _customs_task(crossing, required, channelled=channel_needed(plan, post, crossing))
    return "decide" if duty in required and duty not in crossing.decisions and crossing.stage is Stage.ARRIVED else None


def _yard_task(crossing: Crossing) -> str | None:
    if crossing.stage is Stage.REFUSED:
        # Refused over there it comes back over the line; refused here it leaves by the way it came.
        return "receive_return" if crossing.departure is not None else "record_exit"
    if crossing.role is Role.EXIT:
        if crossing.stage is Stage.CALLED:
            return "await_arrival"
        return "depart" if crossing.stage is Stage.ARRIVED and crossing.released else None
    if crossing.stage is Stage.ANNOUNCED and crossing.partner_departure is not None:
        return "confirm_handover"
    return "record_exit" if crossing.stage is Stage.ARRIVED and crossing.released else None


def _customs_task(crossing: Crossing, required: tuple[Duty, ...], *, channelled: bool) -> str | None:
    if crossing.stage is not Stage.ARRIVED or crossing.released:
        return None
    if crossing.channel is None and channelled:
        return "assign_channel"
    inspection = crossing.inspection_of(Duty.CUSTOMS)
    if inspection is not None and inspection.passed is None:
        return "finish_inspection"
    if crossing.channel is Channel.RED and inspection is None:
        return "inspect"
    if crossing.channel is not None and not crossing.documents_checked:
        return "check_papers"
    return "release" if all(duty in crossing.decisions for duty in required) else "await_agencies"
