"""Which orders a crossing rules out as it stands, whatever else they say: what a page does not offer.

Only what is certain stands here; the door is :func:`gatepair.crossing.decide.decide`, and a test holds that it
refuses every order that is ruled out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing.decide import ONLY_AT
from gatepair.crossing.guards import WORKING
from gatepair.crossing.model import Stage, Verdict
from gatepair.crossing.outcome import Order
from gatepair.crossing.state import BEFORE_GATE, Crossing

Rule = Callable[[Crossing, Duty], bool]
"""Tells whether the crossing rules the order out for a duty."""


def _inspected(crossing: Crossing, duty: Duty) -> bool:
    latest = crossing.inspection_of(duty)
    return latest is not None and latest.passed is None


def _answerable(crossing: Crossing) -> bool:
    return crossing.partner_departure is None and crossing.stage in {Stage.ANNOUNCED, Stage.ARRIVED}


def _not_queued(crossing: Crossing, _duty: Duty) -> bool:
    return crossing.place is None or crossing.stage is not Stage.QUEUED


def _not_working(crossing: Crossing, _duty: Duty) -> bool:
    return crossing.stage not in WORKING


def _no_proposal(crossing: Crossing, duty: Duty) -> bool:
    return all(one.duty is not duty for one in crossing.proposals)


def _no_seal(crossing: Crossing, _duty: Duty) -> bool:
    return not crossing.seals or crossing.stage not in WORKING


def _not_refused(crossing: Crossing, duty: Duty) -> bool:
    standing = crossing.decisions.get(duty)
    return standing is None or standing.verdict is not Verdict.REFUSE


def _does_not_leave(crossing: Crossing, _duty: Duty) -> bool:
    if crossing.stage is Stage.REFUSED:
        return crossing.departure is not None
    return crossing.stage is not Stage.ARRIVED or not crossing.released


RULES: Final[Mapping[type[Order], Rule]] = {
    cmd.AttachDocument: _not_working,
    cmd.CancelCrossing: lambda crossing, _: crossing.stage not in BEFORE_GATE | {Stage.ARRIVED},
    cmd.ChangeBinding: lambda crossing, _: crossing.stage not in BEFORE_GATE | {Stage.ARRIVED},
    cmd.BookSlot: lambda crossing, _: crossing.stage not in {Stage.DECLARED, Stage.QUEUED},
    cmd.TakePlace: lambda crossing, _: crossing.place is not None or crossing.stage is not Stage.DECLARED,
    cmd.AcknowledgeCall: lambda crossing, _: crossing.stage is not Stage.CALLED,
    cmd.HoldAtBuffer: _not_queued,
    cmd.MovePlace: lambda crossing, duty: _not_queued(crossing, duty) or bool(crossing.place and crossing.place.moved),
    cmd.DivertCrossing: lambda crossing, _: crossing.stage not in BEFORE_GATE | {Stage.ARRIVED},
    cmd.RecordArrival: lambda crossing, _: crossing.stage not in BEFORE_GATE | {Stage.ANNOUNCED},
    cmd.RecordCheck: _not_working,
    cmd.AssessFee: _not_working,
    cmd.PayFee: lambda crossing, _: crossing.fee is None or crossing.fee.paid_minor >= crossing.fee.amount_minor,
    cmd.Depart: lambda crossing, _: crossing.stage is not Stage.ARRIVED or not crossing.released,
    cmd.ConfirmHandover: lambda crossing, _: crossing.received_at_ms is not None,
    cmd.DisputeHandover: lambda crossing, _: crossing.received_at_ms is not None,
    cmd.RecordExit: _does_not_leave,
    cmd.EndStay: lambda crossing, _: crossing.stay is None or crossing.stay.ended_at_ms is not None,
    cmd.ReceiveReturn: lambda crossing, _: crossing.stage is not Stage.REFUSED or crossing.departure is None,
    cmd.Decide: _not_working,
    cmd.AssignChannel: lambda crossing, _: crossing.channel is not None or crossing.stage not in WORKING,
    cmd.OrderInspection: lambda crossing, duty: _inspected(crossing, duty) or crossing.stage not in WORKING,
    cmd.FinishInspection: lambda crossing, duty: not _inspected(crossing, duty),
    cmd.TakeSample: _not_working,
    cmd.RecordLaboratoryResult: lambda crossing, _: all(sample.passed is not None for sample in crossing.samples),
    cmd.ApplySeal: _not_working,
    cmd.CheckSeal: _no_seal,
    cmd.BreakSeal: _no_seal,
    cmd.Release: lambda crossing, _: crossing.released,
    cmd.WithdrawRelease: lambda crossing, _: not crossing.released or crossing.stage not in WORKING,
    cmd.RefuseCrossing: _not_refused,
    cmd.AcceptArrival: lambda crossing, _: crossing.accepted_at_ms is not None or not _answerable(crossing),
    cmd.DeclineArrival: lambda crossing, _: not _answerable(crossing),
    cmd.AskCertificate: lambda crossing, _: not crossing.declaration.documents,
    cmd.AnswerCertificate: lambda crossing, duty: all(
        asked.duty is not duty for asked in crossing.open_questions(by_partner=True)
    ),
    cmd.ConfirmAct: _no_proposal,
    cmd.DropAct: _no_proposal,
}
"""Rules by order; an order without one is never ruled out but at the end and at the other side."""

_AFTER_THE_END: Final = frozenset({cmd.EndStay})


def ruled_out(crossing: Crossing, kind: type[Order], duty: Duty) -> bool:
    """Tell whether ``crossing`` refuses every order of ``kind`` from ``duty`` as it stands."""
    if crossing.closed and kind not in _AFTER_THE_END:
        return True
    if ONLY_AT.get(kind, crossing.role) is not crossing.role:
        return True
    rule = RULES.get(kind)
    return rule is not None and rule(crossing, duty)
