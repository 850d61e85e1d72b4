"""Acts for which the plan asks two persons: the first one's order waits until another of the same duty confirms it.

Nothing is decided twice: the order is tried when it is given, so that the second person is not asked for what
cannot be, and decided when it is confirmed, by the rules and the state of that moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from gatepair.base.findings import Finding, Refusal
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing.context import Context
from gatepair.crossing.outcome import Order, Outcome, refuse
from gatepair.crossing.state import Crossing, Proposal
from gatepair.plan.model import GuardedAct

ACTS: Final[Mapping[GuardedAct, type[cmd.CrossingCommand]]] = {
    GuardedAct.REFUSE_CROSSING: cmd.RefuseCrossing,
    GuardedAct.BREAK_SEAL: cmd.BreakSeal,
    GuardedAct.MOVE_PLACE: cmd.MovePlace,
    GuardedAct.WITHDRAW_RELEASE: cmd.WithdrawRelease,
}
"""Orders that a plan may guard: such as are decided on the crossing alone, since nothing is looked up at the confirming."""
_OF_ORDER: Final = {kind: act for act, kind in ACTS.items()}
PROPOSALS_MAX: Final = 8
"""Acts of one crossing that may wait at a time; nobody needs more, and a list has an end."""


def guarded(command: Order, context: Context) -> GuardedAct | None:
    """Return which guarded act ``command`` is; None when one person may do it."""
    act = _OF_ORDER.get(type(command))  # type: ignore[arg-type]
    return act if act in context.plan.two_persons else None


def proposed(crossing: Crossing, command: Order, context: Context, at_ms: int) -> Outcome:
    """Keep the order of the first person, once."""
    act = _OF_ORDER[type(command)]  # type: ignore[index]
    order = msgspec.to_builtins(command)
    for known in crossing.proposals:
        if (known.duty, _without_time(known.order)) == (context.duty, _without_time(order)):
            return refuse(fi.PROPOSED_ALREADY.at("proposals", number=known.number))
    if len(crossing.proposals) >= PROPOSALS_MAX:
        return refuse(fi.PROPOSED_TOO_MANY.at("proposals", most=PROPOSALS_MAX))
    number = crossing.proposed + 1
    return (ev.ActProposed(at_ms=at_ms, number=number, act=act, duty=context.duty, order=order, actor=context.actor),)


def _without_time(order: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in order.items() if name != "at_ms"}


def confirmed(
    crossing: Crossing, command: cmd.ConfirmAct, context: Context, at_ms: int
) -> tuple[ev.ActConfirmed, cmd.CrossingCommand] | Refusal:
    """Return that the act is confirmed and the order that is to be decided now."""
    proposal = crossing.proposal(command.number)
    findings = list(_may_settle(proposal, command.number, context))
    if proposal is not None and proposal.actor == context.actor:
        findings.append(fi.SECOND_PERSON_NEEDED.at("proposals", duty=proposal.duty.value))
    if findings or proposal is None:
        return refuse(*findings)
    order = msgspec.convert({**proposal.order, "at_ms": at_ms}, type=ACTS[proposal.act])
    event = ev.ActConfirmed(
        at_ms=at_ms,
        number=proposal.number,
        act=proposal.act,
        duty=proposal.duty,
        proposed_by=proposal.actor,
        actor=context.actor,
    )
    return event, order


def dropped(crossing: Crossing, command: cmd.DropAct, context: Context, at_ms: int) -> Outcome:
    """Take back what waits: whoever has the duty may, also the one who asked."""
    proposal = crossing.proposal(command.number)
    findings = tuple(_may_settle(proposal, command.number, context))
    if findings or proposal is None:
        return refuse(*findings)
    return (
        ev.ActDropped(
            at_ms=at_ms,
            number=proposal.number,
            act=proposal.act,
            duty=proposal.duty,
            reason=command.reason,
            actor=context.actor,
        ),
    )


def _may_settle(proposal: Proposal | None, number: int, context: Context) -> Iterator[Finding]:
    """Find what is not there, and what is another duty's: each agency settles its own alone."""
    if proposal is None:
        yield fi.PROPOSAL_UNKNOWN.at("number", number=number)
    elif proposal.duty is not context.duty:
        yield fi.NOT_YOUR_DUTY.at(
            "duty", duty=context.duty.value, command=proposal.act.value, allowed=proposal.duty.value
        )
