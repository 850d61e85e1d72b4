"""What the partner is told: one pure function from a recorded event to an outgoing message.

Only facts that began here go out (``leaf`` is empty), and each message carries its parts as
sections; the agreement then decides which sections may leave (``exchange``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gatepair.base.ids import derived
from gatepair.crossing import events as ev
from gatepair.crossing.state import Crossing
from gatepair.exchange import messages as kinds
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


def of_crossing(event: ev.CrossingEvent, crossing: Crossing) -> Message | None:
    """Return what the partner is told of ``event``, given the crossing after it; None for nothing."""
    told = _from_exit(event, crossing) if crossing.role is Role.EXIT else _from_entry(event, crossing)
    return None if getattr(event, "leaf", "") else told


def _from_exit(event: ev.CrossingEvent, crossing: Crossing) -> Message | None:
    match event:
        case ev.CrossingDeclared():
            return announcement(event, crossing.id)
        case ev.FieldCorrected(path=path, new=new, reason=reason):
            return _correction(crossing.id, path, new, reason)
        case ev.DocumentAttached():
            return _correction(crossing.id, "documents", crossing.declaration.documents, "document attached")
        case ev.BindingChanged(new=binding, reason=reason):
            return _correction(crossing.id, "binding", binding, reason)
        case ev.CrossingReleased():
            return Message(kinds.RELEASED, crossing.id, {})
        case ev.VehicleDeparted(lane=lane, rested=rested, seen=seen):
            departure = {"lane": lane, "rested": msgspec.to_builtins(rested), "at_ms": event.at_ms}
            return Message(kinds.DEPARTED, crossing.id, {"departure": departure, "seals": {"seals": list(seen.seals)}})
        case ev.CrossingCancelled(reason=reason):
            return Message(kinds.CANCELLED, crossing.id, {"reason": {"reason": reason}})
        case ev.Diverted(gate=other):
            return Message(kinds.CANCELLED, crossing.id, {"reason": {"reason": f"diverted to {other}"}})
        case _:
            return None


def _from_entry(event: ev.CrossingEvent, crossing: Crossing) -> Message | None:
    match event:
        case ev.ArrivalAccepted():
            return Message(kinds.ACCEPTED, crossing.id, {})
        case ev.ArrivalDeclined(reasons=reasons):
            return Message(kinds.DECLINED, crossing.id, {"reasons": {"reasons": msgspec.to_builtins(reasons)}})
        case ev.HandoverConfirmed(condition=condition):
            handover = {"condition": condition, "at_ms": event.at_ms}
            return Message(kinds.RECEIVED, crossing.id, {"handover": handover})
        case ev.HandoverDisputed(reason=reason):
            return Message(kinds.DISPUTED, crossing.id, {"dispute": {"reason": reason}})
        case ev.CrossingRefused(cause=cause, onward=onward):
            refusal = {"cause": cause, "onward": onward.value}
            return Message(kinds.REFUSED, crossing.id, {"refusal": refusal})
        case ev.CrossingClosed():
            return Message(kinds.CLOSED, crossing.id, {})
        case _:
            return None


STOP_FIELDS: Final = ("direction", "reason", "text", "expected_end_ms", "route", "allows")
REOPENED_FIELDS: Final = ("direction", "route")


def _told(event: gate.GateEvent, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the named fields of ``event`` that it has; a field at its default is left out, as in the ledger."""
    filled = msgspec.to_builtins(event)
    return {name: filled[name] for name in names if name in filled}


def of_gate(event: gate.GateEvent, post: str) -> Message | None:
    """Return what the partner is told of a gate event of our own."""
    match event:
        case gate.IntakeStopped(by_partner=False):
            return Message(kinds.ROUTE_STOPPED, post, {"stop": _told(event, STOP_FIELDS)})
        case gate.IntakeReopened(by_partner=False):
            return Message(kinds.ROUTE_REOPENED, post, {"stop": _told(event, REOPENED_FIELDS)})
        case gate.QuotaAnnounced(by_partner=False):
            quota = {"direction": event.direction.value, "per_hour": event.per_hour}
            return Message(kinds.QUOTA_ANNOUNCED, post, {"quota": quota})
        case _:
            return None
