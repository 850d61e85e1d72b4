"""What happened to load units at a gate, as EPCIS 2.0 events for the supply chains whose goods they carry.

Only what is seen of a load unit becomes an event: it arrives, is looked at, sealed, held, leaves, is received.
Decisions about papers, fees and places are the gate's own affair, and names of persons and firms never appear.
Which step and disposition each event has stands in one table, :data:`WORDS`.

Source: GS1 EPCIS 2.0 (2022), JSON/JSON-LD binding; GS1 Core Business Vocabulary 2.0 (2022), §7.1 business steps,
§7.2 dispositions, §7.3 business transaction types; GS1 EPC Tag Data Standard, scheme ``bic`` for containers.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from gatepair.base.errors import SettingInvalid
from gatepair.base.time import Instant, rfc3339, to_datetime
from gatepair.crossing import events as ev
from gatepair.crossing.model import Binding, Declaration, Document, Seen, Verdict

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""The JSON-LD context. Source: EPCIS 2.0, §10."""
CONTAINER_URI: Final = "urn:epc:id:bic:"
"""Source: EPC Tag Data Standard, BIC container code."""
_BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~/-]*)?")

WORDS: Final[Mapping[type[ev.CrossingEvent], tuple[str, str]]] = {
    ev.VehicleArrived: ("arriving", "in_progress"),
    ev.CheckRecorded: ("inspecting", "in_progress"),
    ev.AgencyDecided: ("holding", "unavailable"),
    ev.InspectionFinished: ("inspecting", "conformant"),
    ev.SampleTaken: ("sampling", "in_progress"),
    ev.SealApplied: ("installing", "container_closed"),
    ev.SealChecked: ("inspecting", "conformant"),
    ev.SealBroken: ("removing", "container_open"),
    ev.CrossingReleased: ("other", "available"),
    ev.ReleaseWithdrawn: ("holding", "unavailable"),
    ev.VehicleDeparted: ("departing", "in_transit"),
    ev.HandoverConfirmed: ("receiving", "in_progress"),
    ev.HandoverDisputed: ("receiving", "mismatch_instance"),
    ev.CrossingRefused: ("holding", "non_conformant"),
    ev.VehicleReturned: ("arriving", "returned"),
}
"""Business step and disposition of each event that is told: of a decision only a hold or a refusal is, and what did
not pass is ``non_conformant``.  Customs' release is no step of the vocabulary, so it is ``other`` and ``available``.
Beside these, a declaration and a change of the binding tie units to the crossing and its papers (TransactionEvent)."""
_DOCUMENTS: Final = {"invoice": "inv", "packing_list": "desadv", "waybill": "bol", "cmr": "bol"}
"""Business transaction types of papers; every certificate and licence is ``cert``."""


@dataclass(frozen=True, slots=True)
class GatePlace:
    """Where the events happened: a post and the address below which its operator names things.

    ``base`` is a web address that the operator owns, without a slash at its end, such as
    ``https://gate.example/epcis``; ``timezone`` is the post's IANA zone.
    """

    base: str
    post: str
    partner: str
    timezone: str

    def __post_init__(self) -> None:
        """Refuse what is no base of addresses."""
        if _BASE.fullmatch(self.base) is None or self.base.endswith("/"):
            raise SettingInvalid(
                f"{self.base[:80]!r} is no address to name things below; write one such as https://gate.example/epcis",
                setting="base",
            )

    def uri(self, *parts: str) -> str:
        """Return the address of a thing below the base."""
        return "/".join((self.base, *(quote(part, safe="") for part in parts)))


@dataclass(slots=True)
class _Telling:
    """One crossing as its events are told."""

    place: GatePlace
    crossing: str
    binding: Binding | None = None
    papers: list[dict[str, str]] = field(default_factory=list)
    number: int = 0

    def units(self, seen: Seen | None = None) -> list[str]:
        """Return tractor, trailer and containers: as a lane saw them, else as they are bound."""
        at = seen or self.binding
        if at is None:
            return []
        vehicles = [self.place.uri("vehicle", plate) for plate in (at.tractor, at.trailer) if plate]
        return [*vehicles, *(f"{CONTAINER_URI}{number}" for number in at.containers)]

    def transactions(self) -> list[dict[str, str]]:
        """Return the crossing and its papers."""
        return [{"bizTransaction": self.place.uri("crossing", self.crossing)}, *self.papers]

    def event(self, at_ms: int, kind: str, **fields: Any) -> dict[str, Any]:
        """Return an event of ``kind`` with what all of them have; the same event has the same id each time."""
        self.number += 1
        name = f"{self.place.uri('crossing', self.crossing)}/{self.place.post}/{self.number}"
        offset = to_datetime(Instant(at_ms)).astimezone(ZoneInfo(self.place.timezone)).strftime("%z")
        return {
            "type": kind,
            "eventID": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
            "eventTime": rfc3339(Instant(at_ms)),
            "eventTimeZoneOffset": f"{offset[:3]}:{offset[3:]}",
            **fields,
            "bizLocation": {"id": self.place.uri("post", self.place.post)},
            "bizTransactionList": self.transactions(),
        }


def document(
    crossings: Mapping[str, Sequence[ev.CrossingEvent]], place: GatePlace, *, made_at_ms: int
) -> dict[str, Any]:
    """Return an EPCIS document with the events of ``crossings``, by crossing and in their order.

    The same events give the same document, save for its ``creationDate``, which is ``made_at_ms``.
    """
    told = [each for name, events in crossings.items() for each in _told(name, events, place)]
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": rfc3339(Instant(made_at_ms)),
        "epcisBody": {"eventList": told},
    }


def _told(name: str, events: Iterable[ev.CrossingEvent], place: GatePlace) -> Iterator[dict[str, Any]]:
    telling = _Telling(place, name)
    for event in events:
        match event:
            case ev.CrossingDeclared(binding=binding, declaration=declaration):
                telling.binding, telling.papers = binding, _papers(declaration, place)
                yield telling.event(event.at_ms, "TransactionEvent", action="ADD", epcList=telling.units())
            case ev.BindingChanged(new=new):
                yield telling.event(event.at_ms, "TransactionEvent", action="DELETE", epcList=telling.units())
                telling.binding = new
                yield telling.event(event.at_ms, "TransactionEvent", action="ADD", epcList=telling.units())
            case ev.DocumentAttached(document=paper):
                telling.papers.append(_paper(paper, place))
            case ev.SealApplied(seal=seal):
                yield _sealed(telling, event, seal.number, "ADD")
            case ev.SealBroken(number=number):
                yield _sealed(telling, event, number, "DELETE")
            case _ if type(event) in WORDS and not _is_clearance(event):
                yield _observed(telling, event)
            case _:
                continue


def _is_clearance(event: ev.CrossingEvent) -> bool:
    """Tell whether it is an agency's own go-ahead, which holds nobody."""
    return isinstance(event, ev.AgencyDecided) and event.decision.verdict is Verdict.CLEAR


def _observed(telling: _Telling, event: ev.CrossingEvent) -> dict[str, Any]:
    step, disposition = WORDS[type(event)]
    if getattr(event, "passed", True) is False or getattr(event, "intact", True) is False:
        disposition = "non_conformant"
    if isinstance(event, ev.AgencyDecided) and event.decision.verdict is Verdict.REFUSE:
        disposition = "non_conformant"
    place = telling.place
    at = {"station": getattr(event, "station", ""), "lane": getattr(event, "lane", "")}
    point = next(((kind, name) for kind, name in at.items() if name), None)
    fields: dict[str, Any] = {
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": disposition,
        "epcList": telling.units(getattr(event, "seen", None)),
        "readPoint": {"id": place.uri(*(point or ("post",)), *(() if point else (place.post,)))},
    }
    if isinstance(event, ev.SealChecked):
        fields["epcList"] = [place.uri("seal", event.number)]
    if isinstance(event, ev.VehicleDeparted):
        fields |= _way(place.uri("post", place.post), place.uri("post", place.partner))
    if isinstance(event, ev.HandoverConfirmed):
        fields |= _way(place.uri("post", place.partner), place.uri("post", place.post))
    return telling.event(event.at_ms, "ObjectEvent", **fields)


def _way(start: str, end: str) -> dict[str, Any]:
    return {
        "sourceList": [{"type": "location", "source": start}],
        "destinationList": [{"type": "location", "destination": end}],
    }


def _sealed(telling: _Telling, event: ev.CrossingEvent, number: str, action: str) -> dict[str, Any]:
    """Return a seal put on, or taken off, the innermost unit that is bound: container, trailer or tractor."""
    step, disposition = WORDS[type(event)]
    return telling.event(
        event.at_ms,
        "AssociationEvent",
        action=action,
        parentID=(telling.units() or [telling.place.uri("crossing", telling.crossing)])[-1],
        childEPCs=[telling.place.uri("seal", number)],
        bizStep=step,
        disposition=disposition,
    )


def _papers(declaration: Declaration, place: GatePlace) -> list[dict[str, str]]:
    papers = [_paper(document, place) for document in declaration.documents]
    waybills = declaration.trip.waybills if declaration.trip is not None else ()
    carried = [{"type": "bol", "bizTransaction": place.uri("waybill", each.number)} for each in waybills]
    return [*carried, *papers]


def _paper(document: Document, place: GatePlace) -> dict[str, str]:
    kind = _DOCUMENTS.get(document.kind, "cert")
    return {"type": kind, "bizTransaction": place.uri("document", document.kind, document.number)}
