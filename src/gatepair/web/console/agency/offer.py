"""Which acts a crossing's page shows where: what is asked now, and the others by what they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.time import SECOND_MS, Instant, to_datetime
from gatepair.clearance.checking.codelists import minor_units
from gatepair.crossing import commands as cmd
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.web.console import acts, pages
from gatepair.web.console.agency import words
from gatepair.web.console.catalogue import say, translations
from gatepair.web.console.figures import as_typed
from gatepair.web.console.labels import VALUES

GROUPS: Final[Mapping[str, tuple[type[Struct], ...]]] = {
    say("Decision"): (
        cmd.Decide, cmd.AssignChannel, cmd.Release, cmd.WithdrawRelease, cmd.RefuseCrossing,
        cmd.AcceptArrival, cmd.DeclineArrival,
    ),
    say("Inspection and checks"): (cmd.OrderInspection, cmd.FinishInspection, cmd.RecordCheck),
    say("Samples and laboratory"): (cmd.TakeSample, cmd.RecordLaboratoryResult),
    say("Seals"): (cmd.ApplySeal, cmd.CheckSeal, cmd.BreakSeal),
    say("Papers and goods"): (
        cmd.ReportDiscrepancy, cmd.AttachDocument, cmd.AskCertificate, cmd.AnswerCertificate,
    ),
    say("Vehicle and way"): (
        cmd.RecordArrival, cmd.Depart, cmd.ConfirmHandover, cmd.DisputeHandover, cmd.RecordExit, cmd.ReceiveReturn,
        cmd.EndStay, cmd.BookSlot, cmd.TakePlace, cmd.AcknowledgeCall, cmd.HoldAtBuffer, cmd.MovePlace,
        cmd.ChangeBinding, cmd.DivertCrossing, cmd.CancelCrossing,
    ),
    say("Fee"): (cmd.AssessFee, cmd.PayFee),
}  # fmt: skip
"""Every act of the page but those of the second person, which stand with what they confirm."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The acts of a page: what is asked now, the rest by group, and every act that may be done by one press."""

    following: tuple[pages.Form, ...]
    groups: tuple[tuple[str, tuple[pages.Form, ...]], ...]
    permitted: frozenset[str]


def permitted(duty: Duty, view: Mapping[str, Any]) -> frozenset[str]:
    """Return the acts that ``duty`` may do and that the crossing does not rule out; release only when nothing lacks."""
    found = {
        name for name, kind in acts.OF_CROSSING.items() if duty in COMMAND_DUTIES[kind]
    } - set(view["ruled_out"])  # fmt: skip
    return frozenset(found - {cmd.Release.__name__} if view.get("release_lacks") else found)


def offered(
    reader: pages.Reader,
    view: Mapping[str, Any],
    tasks: Iterable[str],
    *,
    new_id: Any,
    refused: tuple[type[Struct], Mapping[str, str]] | None = None,
) -> Offer:
    """Return the offer to ``reader``; a form that was ``refused`` comes back as it was filled in, wherever it stands."""
    may = permitted(reader.duty, view)
    wanted = [kind for task in tasks for kind in acts.NEXT.get(task, ())]
    # What was refused stays before one's eyes, also when the crossing has ruled it out meanwhile.
    failed = {refused[0].__name__} if refused and reader.duty in COMMAND_DUTIES[refused[0]] else set()
    shown = may | failed

    def form(kind: type[Struct]) -> pages.Form:
        given = refused[1] if refused and refused[0] is kind else None
        return form_of(kind, reader, view, new_id(), given=given)

    kinds = [kind for group in GROUPS.values() for kind in group if kind.__name__ in shown]
    following = tuple(form(kind) for kind in dict.fromkeys(wanted) if kind in kinds)
    gettext = translations(reader.language).gettext
    rest = {
        title: tuple(form(kind) for kind in group if kind in kinds and kind not in wanted)
        for title, group in GROUPS.items()
    }
    return Offer(following, tuple((gettext(title), forms) for title, forms in rest.items() if forms), may)


# --- forms ---------------------------------------------------------------------------------


def form_of(
    kind: type[Struct],
    reader: pages.Reader,
    view: Mapping[str, Any],
    command_id: str,
    *,
    given: Mapping[str, str] | None = None,
) -> pages.Form:
    """Return the form of an act with the codes of the reader's duty in words, and with what is known filled in."""
    filled = {**acts.prefilled(view, kind), **_known(kind, reader, view)} if given is None else given
    form = pages.form_of(kind, reader, view, command_id, given=filled)
    gettext = translations(reader.language).gettext

    def worded(shown: pages.Shown) -> pages.Shown:
        codes = _codes(kind, shown.field.name, reader.duty)
        return replace(shown, choices=[(code, gettext(VALUES[code])) for code in codes]) if codes else shown

    return replace(form, fields=[worded(shown) for shown in form.fields if not _is_idle(kind, shown, view, reader)])


def _codes(kind: type[Struct], field: str, duty: Duty) -> Collection[str]:
    """Return the codes that a picker offers for a field; none where anything may be written."""
    last = field.rpartition(".")[2]
    match last:
        case "reasons" if kind is cmd.Decide:
            return words.VERDICT_REASONS.get(duty, ())
        case "cause" if kind is cmd.RefuseCrossing:
            return words.VERDICT_REASONS.get(duty, ())
        case "reason" if kind is cmd.OrderInspection:
            return words.INSPECTION_REASONS
        case "code" if kind is cmd.DeclineArrival:
            return words.DECLINE_REASONS
        case "code" if kind is cmd.ReportDiscrepancy:
            return words.DISCREPANCIES
        case "result" if kind is cmd.RecordCheck:
            return words.CHECK_RESULTS
        case "condition" if kind is cmd.ConfirmHandover:
            return tuple(words.CONDITIONS)
        case "source" if kind is cmd.Decide:
            return ("officer", "partner")
        case _:
            return ()


def _is_idle(kind: type[Struct], shown: pages.Shown, view: Mapping[str, Any], reader: pages.Reader) -> bool:
    """Tell whether a field has nothing to choose here: a verdict rests on the partner's inspection only where one is."""
    if kind is not cmd.Decide or shown.field.name != "source":
        return False
    return all(one["duty"] != reader.duty for one in view.get("partner_inspections", []))


def _known(kind: type[Struct], reader: pages.Reader, view: Mapping[str, Any]) -> dict[str, str]:
    """Return what follows from plan and record: the one bay, the station of one's own duty, the laboratory's time."""
    stations = [one for one in reader.layout["stations"] if one["role"] == view["role"]]
    if kind is cmd.OrderInspection:
        return _only("bay", [one["key"] for one in stations if one["kind"] == "inspection_bay"])
    if kind is cmd.RecordCheck:
        return _only("station", [one["key"] for one in stations if one["duty"] == reader.duty])
    if kind in {cmd.RecordArrival, cmd.ConfirmHandover, cmd.DisputeHandover, cmd.ReceiveReturn}:
        return _only("station", [one["key"] for one in stations if one["kind"] == "barrier"])
    if kind is cmd.TakeSample and view.get("laboratory_s"):
        at_ms = Instant(reader.now_ms + view["laboratory_s"] * SECOND_MS)
        local = to_datetime(at_ms).astimezone(ZoneInfo(reader.layout["posts"][0]["timezone"]))
        return {"expected_at_ms": local.strftime("%Y-%m-%dT%H:%M")}
    if kind is cmd.PayFee and view.get("fee"):
        fee = view["fee"]
        owed_minor, currency = fee["amount_minor"] - fee.get("paid_minor", 0), fee["currency"]
        return {"amount_minor": as_typed(owed_minor, minor_units(currency)), "currency": currency}
    return {}


def _only(field: str, keys: list[str]) -> dict[str, str]:
    return {field: keys[0]} if len(keys) == 1 else {}
