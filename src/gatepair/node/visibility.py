"""Which duty is shown which fields that name a person or a firm.

Two kinds of fields are guarded: *personal* (the driver) and *commercial* (the parties of the
declaration and the owner of the vehicle).  Feeds never carry personal fields; a person's name is
read one crossing at a time, and each such reading is recorded (:class:`PersonalDataRead`).
Where the plan says so (``own_reasons``), other duties are told that an agency holds or refuses and not why.
By which profile, draw and reason a channel was chosen is for customs and its auditors alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gatepair.base.duties import Duty
from gatepair.base.entries import Entry
from gatepair.plan.model import Plan
from gatepair.plan.rules import shows_reasons

PERSONAL: Final[frozenset[Duty]] = frozenset({Duty.TRADER, Duty.BORDER_GUARD, Duty.HEALTH, Duty.CUSTOMS})
"""Who is shown the driver: the trader who named him, and who controls persons, health or the vehicle."""
COMMERCIAL: Final[frozenset[Duty]] = frozenset(
    {Duty.TRADER, Duty.BORDER_GUARD, Duty.QUARANTINE, Duty.CUSTOMS, Duty.AUDITOR}
)
"""Who is shown exporter, importer, declarant and owner."""
AUDIT_READERS: Final[frozenset[Duty]] = frozenset({Duty.AUDITOR})
"""Who is shown the audit stream in the feed."""

PROFILED: Final[frozenset[Duty]] = frozenset({Duty.CUSTOMS, Duty.AUDITOR})
"""Who is shown by which profile, draw and reason a channel was chosen; others see the channel alone."""
CHANNEL_ASSIGNED: Final = "ChannelAssigned"
_PROFILE_KEYS: Final = ("profile", "draw_permille", "reason")

GUARDED_KEYS: Final[Mapping[str, frozenset[Duty]]] = {
    "driver": PERSONAL,
    "parties": COMMERCIAL,
    "owner": COMMERCIAL,
    "declaration_text": COMMERCIAL,
}
_CARRIERS: Final = frozenset(
    {"CrossingDeclared", "FieldCorrected", "BindingChanged", "DeclarationLodged", CHANNEL_ASSIGNED}
)
_CORRECTION: Final = frozenset({"path", "old", "new"})


def header_of(entry: Entry) -> dict[str, Any]:
    """Return what an entry says beside its payload, as feeds and searches show it: nothing in it is guarded."""
    return {
        "position": entry.position,
        "stream": entry.stream,
        "version": entry.version,
        "type": entry.type,
        "recorded_at_ms": entry.recorded_at_ms,
        "actor": entry.actor,
        "command": entry.command_id,
    }


def shown(document: Mapping[str, Any], duty: Duty) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    """Return ``document`` as ``duty`` may see it, the guarded paths left in, and those taken out."""
    eye = _Eye(duty, feed=False)
    cut = eye.cut(document, path="")
    return cut, tuple(eye.seen), tuple(eye.masked)


def carries_names(type_name: str) -> bool:
    """Tell whether events of ``type_name`` may hold a field that is not for everybody; all others are shown as they are."""
    return type_name.partition("/")[0] in _CARRIERS


def unnamed(kind: str, payload: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the payload of an event of type ``kind`` without any name of a person or firm, and the paths left out."""
    if not carries_names(kind):
        return dict(payload), ()
    cut, _, masked = shown(payload, Duty.PUBLIC)
    return cut, masked


def shown_event(event: Mapping[str, Any], duty: Duty) -> dict[str, Any] | None:
    """Return one event of a feed as ``duty`` may see it, or None when it is not for this duty.

    The driver is taken out for everybody.  ``masked`` lists what was taken out, if anything.
    """
    if str(event["stream"]).startswith("audit/"):
        return dict(event) if duty in AUDIT_READERS else None
    kind = str(event["type"])
    if not carries_names(kind):
        return dict(event)
    if kind.partition("/")[0] == CHANNEL_ASSIGNED:
        return {**event, "payload": _unprofiled(event["payload"], duty)}
    eye = _Eye(duty, feed=True)
    cut = {**event, "payload": eye.cut(event["payload"], path="")}
    if eye.masked:
        cut["masked"] = eye.masked
    return cut


def shown_payload(kind: str, payload: dict[str, Any], duty: Duty) -> dict[str, Any]:
    """Return the payload of an event of type ``kind`` as ``duty`` may see it in the answer to its own command."""
    if kind.partition("/")[0] not in _CARRIERS:
        return payload
    if kind.partition("/")[0] == CHANNEL_ASSIGNED:
        return _unprofiled(payload, duty)
    return _Eye(duty, feed=False).cut(payload, path="")


def without_reasons(view: Mapping[str, Any], plan: Plan, duty: Duty) -> dict[str, Any]:
    """Return a crossing without the reasons, the evidence and the open proposals of agencies that keep them to themselves."""
    if not plan.own_reasons:
        return dict(view)
    return {
        **view,
        "decisions": {
            decider: _cut(decision, plan, Duty(decider), duty)
            for decider, decision in view.get("decisions", {}).items()
        },
        "inspections": [_cut(one, plan, Duty(one["duty"]), duty) for one in view.get("inspections", [])],
        "proposals": [one for one in view.get("proposals", []) if shows_reasons(plan, of=Duty(one["duty"]), to=duty)],
    }


def carries_reasons(type_name: str) -> bool:
    """Tell whether events of ``type_name`` may hold the reasons of an agency."""
    return type_name.partition("/")[0] in _REASONED


def event_without_reasons(event: dict[str, Any], plan: Plan, duty: Duty) -> dict[str, Any]:
    """Return one event of a feed without the reasons of an agency that keeps them to itself."""
    if not carries_reasons(str(event["type"])):
        return event
    payload = event["payload"]
    cut = _cut(payload, plan, Duty(payload["duty"]), duty)
    if "decision" in cut:
        cut["decision"] = _cut(cut["decision"], plan, Duty(payload["duty"]), duty)
    return {**event, "payload": cut}


_REASONED: Final = frozenset({"AgencyDecided", "InspectionOrdered", "InspectionFinished", "ActProposed", "ActDropped"})
_REASON_KEYS: Final = ("reasons", "reason", "evidence", "order")


def _cut(said: Mapping[str, Any], plan: Plan, decider: Duty, duty: Duty) -> dict[str, Any]:
    """Return what ``decider`` said as ``duty`` may see it; ``withheld`` marks that there may be more."""
    if shows_reasons(plan, of=decider, to=duty):
        return dict(said)
    return {**{key: value for key, value in said.items() if key not in _REASON_KEYS}, "withheld": True}


def _unprofiled(payload: Mapping[str, Any], duty: Duty) -> dict[str, Any]:
    """Return the payload of an assigned channel without what tells of customs' profiles, where ``duty`` may not know."""
    if duty in PROFILED:
        return dict(payload)
    return {key: value for key, value in payload.items() if key not in _PROFILE_KEYS}


@dataclass(slots=True)
class _Eye:
    """What one duty sees, and a note of what was guarded on the way."""

    duty: Duty
    feed: bool
    seen: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)

    def cut(self, node: Mapping[str, Any], *, path: str) -> dict[str, Any]:
        """Return ``node`` without what this eye may not see."""
        result: dict[str, Any] = {}
        corrected = _guard_of(str(node["path"])) if node.keys() >= _CORRECTION else None
        for key, value in node.items():
            here = f"{path}.{key}" if path else key
            guard = corrected if key in {"old", "new"} else GUARDED_KEYS.get(key)
            if guard is not None and value:
                if self.duty not in guard or (self.feed and guard is PERSONAL):
                    self.masked.append(here)
                    continue
                self.seen.append(here)
            result[key] = self._inside(value, path=here)
        return result

    def _inside(self, value: Any, *, path: str) -> Any:
        if isinstance(value, Mapping):
            return self.cut(value, path=path)
        if isinstance(value, (list, tuple)):
            return [self._inside(item, path=f"{path}.{index}") for index, item in enumerate(value)]
        return value


def _guard_of(path: str) -> frozenset[Duty] | None:
    for part in path.split("."):
        guard = GUARDED_KEYS.get(part)
        if guard is not None:
            return guard
    return None
