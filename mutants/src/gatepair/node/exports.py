"""What the partner is told: one pure function from a recorded event to an outgoing message.

Only facts that began here go out (``leaf`` is empty), and each message carries its parts as
sections; the agreement then decides which sections may leave (``exchange``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeGuard

import msgspec
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.ids import derived
from gatepair.crossing import events as ev
from gatepair.crossing.fold import RELEASE_WITHDRAWN
from gatepair.crossing.model import SealAct, Verdict
from gatepair.crossing.state import Crossing
from gatepair.exchange import messages as kinds
from gatepair.exchange.messages import CATALOGUE
from gatepair.exchange.versions import family
from gatepair.operations import events as gate
from gatepair.plan.model import Role

SECTION_OF_PATH: Mapping[str, str] = {
    "goods": "goods",
    "regime": "goods",
    "documents": "documents",
    "parties": "parties",
    "binding": "binding",
    "driver": "driver",
    "trip": "trip",
}
"""Section of ``crossing.announced`` that a corrected path belongs to."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to the partner: type with version, subject, section values.

    ``within`` names the section of the announcement that a correction belongs to: what the partner
    may not see in the announcement it may not see corrected either.
    """

    kind: str
    subject: str
    sections: Mapping[str, Any]
    within: str | None = None


def message_id(post: str, command_id: str, message: Message, ordinal: int) -> str:
    """Return the id of ``message``: a fact about the command of ``post`` that caused it, not about a place in a log.

    The same command given again, after a restore or to another worker, says the same message.
    ``ordinal`` counts the messages of one type and subject that one command causes, from 0.
    """
    # Without its version: an upgrade between two sayings does not make another message of it.
    return derived("M", post, command_id, family(message.kind), message.subject, str(ordinal))


def section_of(path: str) -> str:
    """Return the section of the announcement that the dotted ``path`` belongs to."""
    head = path.removeprefix("declaration.").split(".", 1)[0]
    return SECTION_OF_PATH.get(head, "goods")


def announcement(declared: ev.CrossingDeclared, crossing_id: str) -> Message:
    """Return the announcement of a crossing declared here."""
    declaration = msgspec.to_builtins(declared.declaration)
    sections: dict[str, Any] = {
        "route": {
            "direction": declared.direction.value,
            "route": declared.route,
            "lane_kind": declared.lane_kind.value,
            "load": declared.load.value,
            **({"return_of": declared.return_of} if declared.return_of else {}),
        },
        "goods": {
            "regime": declaration["regime"],
            "goods": declaration["goods"],
            "synthetic": declared.declaration.synthetic,
        },
        "documents": {"documents": declaration.get("documents", [])},
        "parties": declaration["parties"],
        "binding": msgspec.to_builtins(declared.binding),
    }
    if declared.driver is not None:
        sections["driver"] = msgspec.to_builtins(declared.driver)
    if "trip" in declaration:
        sections["trip"] = declaration["trip"]
    return Message(kinds.ANNOUNCED, crossing_id, sections)


def _correction(crossing_id: str, path: str, value: Any, reason: str) -> Message:
    body = {"path": path, "value": msgspec.to_builtins(value), "reason": reason}
    return Message(kinds.CORRECTED, crossing_id, {"correction": body}, within=section_of(path))


def _same(kind: str, subject: str, event: Struct, /, **more: Any) -> Message:
    """Return the message of ``kind`` whose one section holds the fields of ``event`` that its shape has.

    A field at its default is left out, as in the ledger.
    """
    ((name, shape),) = CATALOGUE[kind].shapes.items()
    filled = msgspec.to_builtins(event)
    fields = {field: filled[field] for field in shape.__struct_fields__ if field in filled}
    return Message(kind, subject, {name: {**fields, **more}})


def of_crossing(event: ev.CrossingEvent, before: Crossing | None, after: Crossing) -> Message | None:
    """Return what the partner is told of ``event``, given the crossing before and after it; None for nothing."""
    if getattr(event, "leaf", ""):
        return None
    if before is None:
        return announcement(event, after.id) if _is_announced(event, after) else None
    told = _from_either(event, before)
    if told is None:
        told = _from_exit(event, after) if after.role is Role.EXIT else _from_entry(event, before)
    return told


def _is_announced(event: ev.CrossingEvent, crossing: Crossing) -> TypeGuard[ev.CrossingDeclared]:
    return isinstance(event, ev.CrossingDeclared) and crossing.role is Role.EXIT


def _from_either(event: ev.CrossingEvent, before: Crossing) -> Message | None:
    """Return what either post tells, whatever it is for the crossing."""
    match event:
        case ev.SealApplied(seal=seal):
            return Message(kinds.SEAL, before.id, {"seal": {**msgspec.to_builtins(seal), "act": SealAct.APPLIED.value}})
        case ev.SealChecked(number=number) | ev.SealBroken(number=number):
            act = SealAct.CHECKED if isinstance(event, ev.SealChecked) else SealAct.BROKEN
            kind = next(seal.kind.value for seal in before.seals if seal.number == number)
            return _same(kinds.SEAL, before.id, event, act=act.value, kind=kind)
        case ev.InspectionFinished(duty=duty):
            ordered = before.inspection_of(duty)
            return _same(kinds.INSPECTED, before.id, event, reason=ordered.reason if ordered else "")
        case ev.DiscrepancyFound(path=path):
            # What the partner may not see in the announcement it may not see in this way either.
            return replace(_same(kinds.DISCREPANCY, before.id, event), within=section_of(path) if path else None)
        case ev.CertificateAsked():
            return _same(kinds.CERTIFICATE_ASKED, before.id, event)
        case ev.CertificateAnswered():
            return _same(kinds.CERTIFICATE_ANSWERED, before.id, event)
        case ev.AttachmentsListed():
            return _same(kinds.ATTACHMENTS, before.id, event)
        case _:
            return None


def _from_exit(event: ev.CrossingEvent, after: Crossing) -> Message | None:
    match event:
        case ev.FieldCorrected(path=path, new=new, reason=reason):
            return _correction(after.id, path, new, reason)
        case ev.DocumentAttached():
            return _correction(after.id, "documents", after.declaration.documents, "document attached")
        case ev.BindingChanged(new=binding, reason=reason):
            return _correction(after.id, "binding", binding, reason)
        case ev.PlaceCalled():
            return Message(kinds.STATUS, after.id, {"status": {"status": "called"}})
        case ev.VehicleArrived():
            return Message(kinds.STATUS, after.id, {"status": {"status": "arrived"}})
        case ev.CrossingReleased():
            return Message(kinds.RELEASED, after.id, {})
        case ev.ReleaseWithdrawn():
            return Message(kinds.STATUS, after.id, {"status": {"status": RELEASE_WITHDRAWN}})
        case ev.VehicleDeparted(seen=seen):
            filled = msgspec.to_builtins(event)
            departure = {field: filled[field] for field in ("lane", "rested", "at_ms")}
            return Message(kinds.DEPARTED, after.id, {"departure": departure, "seals": {"seals": list(seen.seals)}})
        case ev.CrossingCancelled():
            return _same(kinds.CANCELLED, after.id, event)
        case ev.CrossingRefused(cause=cause):
            return Message(kinds.CANCELLED, after.id, {"reason": {"reason": f"refused at the exit: {cause}"}})
        case ev.Diverted(gate=other):
            return Message(kinds.CANCELLED, after.id, {"reason": {"reason": f"diverted to {other}"}})
        case _:
            return None


def _from_entry(event: ev.CrossingEvent, before: Crossing) -> Message | None:
    match event:
        case ev.ArrivalAccepted():
            return Message(kinds.ACCEPTED, before.id, {})
        case ev.ArrivalDeclined():
            return _same(kinds.DECLINED, before.id, event)
        case ev.AgencyDecided(duty=duty, decision=decision) if decision.verdict is not Verdict.CLEAR:
            hold = {"duty": duty.value, "verdict": decision.verdict.value, "reasons": list(decision.reasons)}
            return Message(kinds.HELD, before.id, {"hold": hold})
        case ev.AgencyDecided(duty=duty) | ev.DecisionReopened(duty=duty) if _held(before, duty):
            return Message(kinds.LIFTED, before.id, {"lift": {"duty": duty.value}})
        case ev.HandoverConfirmed():
            return _same(kinds.RECEIVED, before.id, event)
        case ev.HandoverDisputed():
            return _same(kinds.DISPUTED, before.id, event)
        case ev.CrossingRefused():
            return _same(kinds.REFUSED, before.id, event)
        case ev.CrossingClosed():
            return Message(kinds.CLOSED, before.id, {})
        case _:
            return None


def _held(crossing: Crossing, duty: Duty) -> bool:
    standing = crossing.decisions.get(duty)
    return standing is not None and standing.verdict is not Verdict.CLEAR


GATE_KINDS: Final[Mapping[type[gate.GateEvent], str]] = {
    gate.IntakeStopped: kinds.ROUTE_STOPPED,
    gate.IntakeReopened: kinds.ROUTE_REOPENED,
    gate.QuotaAnnounced: kinds.QUOTA_ANNOUNCED,
    gate.CapacityAnnounced: kinds.CAPACITY_ANNOUNCED,
    gate.ConditionReported: kinds.ROUTE_STATE,
    gate.HoursAgreed: kinds.HOURS,
    gate.HoursAnnounced: kinds.HOURS,
    gate.AlertRaised: kinds.ALERT,
    gate.AlertEnded: kinds.ALERT,
    gate.HotlineNoted: kinds.NOTE,
    gate.StatisticsReported: kinds.STATISTICS,
}
"""What the partner is told of a gate event of our own: a section with the same fields."""


def of_gate(event: gate.GateEvent, post: str) -> Message | None:
    """Return what the partner is told of a gate event; None for nothing, and for what the partner itself said."""
    kind = GATE_KINDS.get(type(event))
    if kind is None or getattr(event, "by_partner", False):
        return None
    return _same(kind, post, event, **({"ended": True} if isinstance(event, gate.AlertEnded) else {}))
