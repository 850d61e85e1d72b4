"""Which acts a crossing's page offers to a duty: those of the one table of permissions, the next one first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.operations import commands as gate
from gatepair.web.console.catalogue import say
from gatepair.web.texts import TEXTS

NEXT: Final[Mapping[str, tuple[type[Struct], ...]]] = {
    "follow": (),
    "confirm": (),
    "receive_return": (cmd.ReceiveReturn,),
    "accept_arrival": (cmd.AcceptArrival, cmd.DeclineArrival),
    "answer_certificate": (cmd.AnswerCertificate,),
    "await_arrival": (cmd.RecordArrival,),
    "depart": (cmd.Depart,),
    "confirm_handover": (cmd.ConfirmHandover, cmd.DisputeHandover),
    "record_exit": (cmd.RecordExit,),
    "decide": (cmd.Decide,),
    "assign_channel": (cmd.AssignChannel,),
    "inspect": (cmd.OrderInspection,),
    "finish_inspection": (cmd.FinishInspection,),
    "check_papers": (cmd.Decide,),
    "release": (cmd.Release,),
    "await_agencies": (),
}
"""What is done next, by task of the work list (:mod:`gatepair.node.worklist`)."""

TASKS: Final[Mapping[str, str]] = {
    "follow": say("Follow"),
    "confirm": say("Confirm as the second person"),
    "receive_return": say("Take back"),
    "accept_arrival": say("Accept or decline"),
    "answer_certificate": say("Answer a question about a certificate"),
    "await_arrival": say("Called: await arrival"),
    "depart": say("Send over the line"),
    "confirm_handover": say("Confirm the handover"),
    "record_exit": say("Let out inland"),
    "decide": say("Decide"),
    "assign_channel": say("Assign the channel"),
    "inspect": say("Order an inspection"),
    "finish_inspection": say("Finish the inspection"),
    "check_papers": say("Check the papers"),
    "release": say("Release"),
    "await_agencies": say("Other agencies decide first"),
}

TITLES: Final[Mapping[type[Struct], str]] = {
    cmd.AttachDocument: say("Attach a document"),
    cmd.ChangeBinding: say("Tie to another vehicle"),
    cmd.CancelCrossing: say("Withdraw the crossing"),
    cmd.BookSlot: say("Book a time window"),
    cmd.TakePlace: say("Take a place in the queue"),
    cmd.AcknowledgeCall: say("Acknowledge the call"),
    cmd.HoldAtBuffer: say("Hold at a buffer yard"),
    cmd.MovePlace: say("Move the place to the front"),
    cmd.DivertCrossing: say("Send to another gate"),
    cmd.RecordArrival: say("Record the arrival"),
    cmd.RecordCheck: say("Record a check"),
    cmd.AssessFee: say("Work out the fee"),
    cmd.PayFee: say("Record a payment"),
    cmd.Depart: say("Send over the line"),
    cmd.ConfirmHandover: say("Confirm the handover"),
    cmd.DisputeHandover: say("Dispute the handover"),
    cmd.RecordExit: say("Let out inland"),
    cmd.EndStay: say("End the stay"),
    cmd.ReceiveReturn: say("Take back"),
    cmd.Decide: say("Give your agency's decision"),
    cmd.AssignChannel: say("Assign the channel"),
    cmd.OrderInspection: say("Order an inspection"),
    cmd.FinishInspection: say("Finish the inspection"),
    cmd.TakeSample: say("Take a sample"),
    cmd.RecordLaboratoryResult: say("Record the laboratory's result"),
    cmd.ApplySeal: say("Put a seal on"),
    cmd.CheckSeal: say("Check a seal"),
    cmd.BreakSeal: say("Open a seal"),
    cmd.Release: say("Release"),
    cmd.WithdrawRelease: say("Take the release back"),
    cmd.RefuseCrossing: say("Refuse the goods"),
    cmd.ReportDiscrepancy: say("Report a discrepancy"),
    cmd.AskCertificate: say("Ask whether a certificate is genuine"),
    cmd.AnswerCertificate: say("Answer a question about a certificate"),
    cmd.AcceptArrival: say("Accept: it may come"),
    cmd.DeclineArrival: say("Decline: it may not come"),
}
"""What an act is called on its button. Acts without a title have a page or an interface of their own."""

GATE_TITLES: Final[Mapping[type[Struct], str]] = {
    gate.StopIntake: say("Stop a direction"),
    gate.ReopenIntake: say("Reopen a direction"),
    gate.TurnLane: say("Turn a tidal lane"),
    gate.AnnounceQuota: say("Announce how many an hour are taken in"),
    gate.AnnounceCapacity: say("Announce for how many there is room"),
    gate.ReportCondition: say("Report a condition of a road"),
    gate.AnnounceHours: say("Announce hours"),
    gate.AgreeHours: say("Record hours agreed with the other side"),
    gate.RaiseAlert: say("Raise an alert"),
    gate.EndAlert: say("End an alert"),
    gate.NoteHotline: say("Note what was said over the hotline"),
    gate.ReportStatistics: say("Tell the other side the counts of a day"),
}
"""What is done about the gate itself, and how it is called on its button."""

STEERING_TITLES: Final[Mapping[type[Struct], str]] = {
    gate.TakeAlarm: say("I take it"),
    gate.HandOverAlarm: say("Hand over"),
    gate.NoteAlarm: say("Note what was done"),
    gate.ResolveAlarm: say("Resolve with a note"),
    gate.NoteShift: say("Write into the shift log"),
    gate.TakeShift: say("I take over the shift"),
}
"""What is done about alarms and the shift, each on its own page, and how it is called on its button."""

TOPICS: Final = ("hours", "quota", "stop", "lanes", "weather", "laboratory", "vehicle", "system", "anything")
"""What an entry of the hotline or shift log may be about; over the interface any code will do."""
OFFERED: Final[Mapping[str, Sequence[tuple[str, Any]]]] = {"topic": [(topic, None) for topic in TOPICS]}
"""Codes that a form offers whatever the post."""
STOP_REASONS: Final = (
    "fog", "weather", "flood", "road", "accident", "yard_full", "laboratory", "disease", "security", "holiday",
    "system_outage", "power", "maintenance", "other_reason",
)  # fmt: skip
"""Why the gate or a road stops or is slower, as the public board says it; over the interface any code will do."""
STOPPING: Final = (gate.StopIntake, gate.ReportCondition, gate.AnnounceHours, gate.AnnounceCapacity)
CORRECTION: Final = cmd.CorrectField
"""The one field of the declaration that is mended; its form is of its own."""
CORRECTED: Final = say("Correct a field")
OF_SECOND_PERSON: Final[Mapping[type[Struct], str]] = {
    cmd.ConfirmAct: say("Confirm as the second person"),
    cmd.DropAct: say("Drop what waits for a second person"),
}
"""What stands with the act that waits, and not among the others."""
OF_CROSSING: Final[Mapping[str, type[Struct]]] = {
    **{kind.__name__: kind for kind in (*TITLES, *OF_SECOND_PERSON)},
    CORRECTION.__name__: CORRECTION,
}
"""What may be done from a crossing's page, by name."""
BY_NAME: Final[Mapping[str, type[Struct]]] = {
    **OF_CROSSING,
    **{kind.__name__: kind for kind in (*GATE_TITLES, *STEERING_TITLES)},
}
"""Every act of the console, by name."""


def of_gate(duty: Duty) -> tuple[type[Struct], ...]:
    """Return the acts about the gate itself that ``duty`` may do."""
    return tuple(kind for kind in GATE_TITLES if duty in COMMAND_DUTIES[kind])


def title_of(kind: type[Struct]) -> str:
    """Return what an act is called, in English."""
    return (
        TITLES.get(kind)
        or OF_SECOND_PERSON.get(kind)
        or GATE_TITLES.get(kind)
        or STEERING_TITLES.get(kind)
        or CORRECTED
    )


def choices(
    layout: Mapping[str, Any], view: Mapping[str, Any], field: str, kind: type[Struct]
) -> list[tuple[str, Any]]:
    """Return what a code field may hold here, as (code, name by language or None); empty: anything.

    ``layout`` is that of the post, ``view`` the crossing as the caller may see it.
    """
    match field:
        case "station":
            return [(one["key"], one["name"]) for one in layout["stations"] if one["role"] == view["role"]]
        case "bay":
            return [
                (one["key"], one["name"])
                for one in layout["stations"]
                if one["kind"] == "inspection_bay" and one["role"] == view["role"]
            ]
        case "route" if kind in GATE_TITLES:
            return [(one["key"], one["name"]) for one in layout["routes"]]
        case "lane" if kind is gate.TurnLane:
            return [
                (lane["key"], None)
                for route in layout["routes"]
                for lane in route["lanes"]
                if lane["direction"] == "tidal"
            ]
        case "reason" if kind in STOPPING:
            return [(code, TEXTS[f"reason.{code}"]) for code in STOP_REASONS]
        case "calendar":
            return [(key, None) for key in layout["calendars"]]
        case "yard":
            return [(one["key"], one["name"]) for one in layout["yards"]]
        case "lane":
            return [
                (lane["key"], None)
                for route in layout["routes"]
                if route["key"] == view["route"]
                for lane in route["lanes"]
                if lane["kind"] == view["lane_kind"]
            ]
        case "code" if kind in (cmd.MovePlace, cmd.ChangeBinding):
            return [(code, name) for code, name in layout["move_codes"].items()]
        case "number" if kind in (cmd.CheckSeal, cmd.BreakSeal):
            return [(seal["number"], None) for seal in view.get("seals", [])]
        case "number" if kind is cmd.RecordLaboratoryResult:
            return [(sample["number"], None) for sample in view.get("samples", []) if sample.get("passed") is None]
        case _:
            return list(OFFERED.get(field, ()))


def prefilled(view: Mapping[str, Any], kind: type[Struct]) -> dict[str, str]:
    """Return what a form holds at first: only what was read or asked by others, never what is to be seen by eye."""
    if kind is cmd.AnswerCertificate:
        for question in view.get("questions", []):
            if question.get("by_partner") and question.get("verdict") is None:
                return {"kind": question["kind"], "number": question["number"]}
    if kind is cmd.ChangeBinding:
        binding = view["binding"]
        return {f"binding.{name}": _shown(binding.get(name)) for name in ("tractor", "trailer", "containers", "owner")}
    if kind is cmd.PayFee and view.get("fee"):
        return {"currency": view["fee"]["currency"]}
    return {}


def _shown(value: Any) -> str:
    return " ".join(value) if isinstance(value, (list, tuple)) else str(value or "")
