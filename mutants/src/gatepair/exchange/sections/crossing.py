"""Sections about one crossing: what is announced, and what becomes of it on both sides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from gatepair.base.shapes import spelled
from gatepair.exchange.sections import words as w
from gatepair.exchange.sections.words import Shape

# --- the announcement ----------------------------------------------------------------------


class Route(Shape, frozen=True):
    """Where it goes over the line and as what."""

    direction: w.Direction
    route: w.Code
    """The road, by its key in the plan."""
    lane_kind: w.LaneKind
    load: w.Load
    return_of: w.CrossingId | None = None
    """The crossing whose vehicle now goes home."""


class GoodsItem(Shape, frozen=True):
    """One goods item."""

    hs: w.HsCode
    description: w.Line
    commodity: w.Commodity
    gross_mass_kg: w.MassKg
    packages: w.Packages
    value_minor: w.MoneyMinor
    currency: w.Currency
    origin: w.Country


class Goods(Shape, frozen=True):
    """What is carried, declared once."""

    regime: w.Regime
    goods: Annotated[tuple[GoodsItem, ...], Meta(max_length=200)]
    synthetic: bool = False
    """True for goods made up by a demo."""


class Document(Shape, frozen=True):
    """One additional document; its content travels as an attachment."""

    kind: w.Code
    number: w.Number
    issuer: w.Name = ""
    sha256: Annotated[str, spelled("([0-9a-f]{64})?")] = ""


class Documents(Shape, frozen=True):
    """Licences, certificates and papers that go with the goods."""

    documents: Annotated[tuple[Document, ...], Meta(max_length=100)]


class Parties(Shape, frozen=True):
    """Firms: commercial facts."""

    exporter: w.Name
    importer: w.Name
    declarant: w.Name = ""


class Binding(Shape, frozen=True):
    """What the crossing is tied to."""

    tractor: w.Plate
    trailer: w.Plate | None = None
    containers: Annotated[tuple[w.ContainerNumber, ...], Meta(max_length=100)] = ()
    owner: w.Name = ""


class Driver(Shape, frozen=True):
    """The driver: a person."""

    name: w.Name
    licence: Annotated[str, Meta(max_length=40)]
    nationality: w.Country


class Waybill(Shape, frozen=True):
    """One master waybill of the trip; of one split over several trucks, this truck's part."""

    number: w.WaybillNumber
    part: Annotated[int, Meta(ge=1, le=99)] = 1
    """Which part of the waybill is on this truck, from 1."""
    parts: Annotated[int, Meta(ge=1, le=99)] = 1
    """Over how many trucks the waybill is split; they cross together under one batch number."""


class Trip(Shape, frozen=True):
    """The trip as China's road manifest names it."""

    batch: w.BatchNumber
    waybills: Annotated[tuple[Waybill, ...], Meta(min_length=1, max_length=100)]


class Correction(Shape, frozen=True):
    """One field of the announcement and its new value."""

    path: Annotated[str, Meta(max_length=80)]
    value: Any
    reason: w.Line


# --- the entry post's answer ---------------------------------------------------------------


class Codes(Shape, frozen=True):
    """Why it may not come, as codes alone."""

    reasons: Annotated[tuple[w.Code, ...], Meta(max_length=50)]


class Reasons(Shape, frozen=True):
    """Why it may not come: codes, each with the field it speaks of."""

    reasons: Annotated[tuple[w.Reason, ...], Meta(max_length=50)]


class Hold(Shape, frozen=True):
    """An agency of the entry post wants it to wait, or refuses it before it left."""

    duty: w.Agency
    verdict: Literal["hold", "refuse"]
    reasons: Annotated[tuple[w.Code, ...], Meta(max_length=50)] = ()


class Lift(Shape, frozen=True):
    """The hold of this agency no longer stands."""

    duty: w.Agency


# --- on the way ----------------------------------------------------------------------------


class Status(Shape, frozen=True):
    """How far it is at the exit post, or that its release was taken back."""

    status: Literal["called", "arrived", "release_withdrawn"]


class Rested(Shape, frozen=True):
    """What word of the entry post the departure rested on."""

    clause: w.Code
    age_s: w.Natural | None = None
    """Age of that word in seconds; absent when it was never heard."""
    size: w.Natural = 0
    """How long the entry post's log was, as far as it was held."""
    officer: Annotated[str, Meta(max_length=64)] = ""
    """Staff id of the officer who confirmed, where the agreement asks for one."""


class Departure(Shape, frozen=True):
    """Over which lane it left, when, and on what word: the confirmation of carriage, sent once."""

    lane: w.Code
    rested: Rested
    at_ms: w.Instant


class Seals(Shape, frozen=True):
    """The seals that were on when it left."""

    seals: Annotated[tuple[w.Code, ...], Meta(max_length=100)]


class Handover(Shape, frozen=True):
    """In which condition it was taken over, and when."""

    condition: w.Code
    at_ms: w.Instant


class Dispute(Shape, frozen=True):
    """Why it was not taken over."""

    reason: w.Line


class Refusal(Shape, frozen=True):
    """Why the goods do not pass, and where they go."""

    cause: w.Code
    onward: w.Onward


class Withdrawal(Shape, frozen=True):
    """Why it will not come."""

    reason: w.Line


class SealAct(Shape, frozen=True):
    """A seal put on, looked at or opened."""

    act: Literal["applied", "checked", "broken"]
    number: w.Code
    kind: w.SealKind
    intact: bool = True
    reason: w.Line = ""


class Discrepancy(Shape, frozen=True):
    """What was found is not what was declared."""

    duty: Literal["border_guard", "customs", "gate_board", "health", "quarantine", "yard"]
    code: w.Code
    path: w.FieldPath = ""
    declared: w.Line = ""
    found: w.Line = ""


class Inspection(Shape, frozen=True):
    """What an inspection found, for the other side to recognise or not."""

    duty: w.Agency
    passed: bool
    reason: w.CodeOrNone = ""
    """Why it was ordered."""
    evidence: w.Line = ""


# --- papers --------------------------------------------------------------------------------


class Question(Shape, frozen=True):
    """Is this certificate genuine? Asked by an agency of the agency with the same duty over there."""

    duty: w.Agency
    kind: w.Code
    number: w.Number
    text: w.Line = ""


class Answer(Shape, frozen=True):
    """What the agency over there says of the certificate."""

    duty: w.Agency
    kind: w.Code
    number: w.Number
    verdict: Literal["genuine", "not_genuine", "unknown"]
    text: w.Line = ""


class Attachment(Shape, frozen=True):
    """One file by its SHA-256; it is fetched apart."""

    sha256: w.Sha256
    size_bytes: w.SizeBytes
    media_type: w.MediaType
    kind: w.Code
    number: w.Number = ""
    """The document it belongs to, by kind and number."""


class Attachments(Shape, frozen=True):
    """The files that belong to a crossing."""

    attachments: Annotated[tuple[Attachment, ...], Meta(min_length=1, max_length=200)]
