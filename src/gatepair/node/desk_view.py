"""What an officer's page shows beside the crossing itself: computed from what is recorded, for who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.findings import Refusal
from gatepair.base.time import Instant
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing.comparing import compared, seal_lives
from gatepair.crossing.context import Context, Mode, PartnerWord
from gatepair.crossing.decide import HANDLED, decide
from gatepair.crossing.possible import ruled_out
from gatepair.crossing.state import Crossing
from gatepair.node.requests import Actor
from gatepair.plan.model import Plan
from gatepair.plan.rules import shows_reasons
from gatepair.plan.sampling import mean_s


def desk_view(
    plan: Plan, crossing: Crossing, events: Sequence[ev.CrossingEvent], *, actor: Actor, now_ms: Instant, mode: Mode
) -> dict[str, Any]:
    """Return the comparison, the seals, the readings, the corrections, what waits for a second person, what release lacks."""
    return {
        "compared": msgspec.to_builtins(compared(crossing, events, plan.weighing)),
        "seal_lives": msgspec.to_builtins(seal_lives(events)),
        "readings": list(_readings(events, plan, actor.duty)),
        "corrected_fields": list(_corrections(events)),
        "to_confirm": [
            {**msgspec.to_builtins(one), "by_me": one.actor == actor.id}
            for one in crossing.proposals
            if one.duty is actor.duty
        ],
        "laboratory_s": mean_s(plan.demand.laboratory_s) if plan.demand is not None else None,
        "two_persons": sorted(act.value for act in plan.two_persons),
        "ruled_out": sorted(kind.__name__ for kind in HANDLED if ruled_out(crossing, kind, actor.duty)),
        "release_lacks": _release_lacks(plan, crossing, actor, now_ms=now_ms, mode=mode),
    }


def _release_lacks(
    plan: Plan, crossing: Crossing, actor: Actor, *, now_ms: Instant, mode: Mode
) -> list[dict[str, Any]] | None:
    """Return what keeps customs from releasing now, as findings; None where it is not the reader's to release."""
    if actor.duty is not Duty.CUSTOMS or crossing.released:
        return None
    context = Context(
        plan=plan,
        post=actor.post,
        now_ms=now_ms,
        actor=actor.id,
        duty=actor.duty,
        crossing_id=crossing.id,
        partner=PartnerWord(mode=mode),
    )
    answer = decide(crossing, cmd.Release(crossing=crossing.id), context)
    return [finding.to_wire() for finding in answer.findings] if isinstance(answer, Refusal) else []


def _readings(events: Iterable[ev.CrossingEvent], plan: Plan, duty: Duty) -> Iterator[dict[str, Any]]:
    """Yield every check at a station in order, the evidence where the reader may see it."""
    for event in events:
        if isinstance(event, ev.CheckRecorded):
            shown = shows_reasons(plan, of=event.duty, to=duty)
            yield {
                "station": event.station,
                "duty": event.duty.value,
                "result": event.result,
                "at_ms": event.at_ms,
                "evidence": event.evidence if shown else "",
            }


def _corrections(events: Iterable[ev.CrossingEvent]) -> Iterator[dict[str, Any]]:
    for event in events:
        if isinstance(event, ev.FieldCorrected):
            yield {
                "path": event.path,
                "old": msgspec.to_builtins(event.old),
                "new": msgspec.to_builtins(event.new),
                "reason": event.reason,
                "actor": event.actor,
                "at_ms": event.at_ms,
            }
