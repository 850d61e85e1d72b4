"""Orders that time alone makes due for one crossing: the post's clockwork gives them."""

from __future__ import annotations

from gatepair.base.time import HOUR_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing.model import Stage
from gatepair.crossing.state import Crossing
from gatepair.plan.model import Plan


def next_due_ms(crossing: Crossing, plan: Plan) -> int | None:
    """Return the instant at which the next order falls due, None when none ever will."""
    moments = [moment for moment, _ in _pending(crossing, plan)]
    return min(moments, default=None)


def due(crossing: Crossing, plan: Plan, now_ms: int) -> tuple[cmd.CrossingCommand, ...]:
    """Return the orders due at ``now_ms``, earliest first."""
    ready = [(moment, order) for moment, order in _pending(crossing, plan) if moment <= now_ms]
    return tuple(order for _, order in sorted(ready, key=lambda pair: pair[0]))


def _pending(crossing: Crossing, plan: Plan) -> list[tuple[int, cmd.CrossingCommand]]:
    pending: list[tuple[int, cmd.CrossingCommand]] = []
    place = crossing.place
    if crossing.stage is Stage.CALLED and place is not None and place.called_until_ms is not None:
        pending.append((place.called_until_ms + 1, cmd.MissCall(crossing=crossing.id)))
    stay = crossing.stay
    if stay is not None and stay.ended_at_ms is None:
        warn_ms = stay.until_ms - plan.stay.warn_before_h * HOUR_MS
        if not stay.overdue:
            pending.append((stay.until_ms if stay.warned else warn_ms, cmd.WarnStay(crossing=crossing.id)))
    return pending
