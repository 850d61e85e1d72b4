"""What a crossing is made of: declaration, binding, decisions, seals, custody, stage."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled
from gatepair.plan.model import CommodityGroup, LaneKind, Regime

Plate = Annotated[str, spelled(r"[\w.\-·]{3,16}")]
"""A registration plate as read, without spaces."""
Container = Annotated[str, spelled("[A-Z]{3}[UJZ][0-9]{7}")]
"""A container number. Source: ISO 6346."""
Code = Annotated[str, spelled(r"[a-z0-9_.-]{1,48}")]
Line = Annotated[str, Meta(max_length=280)]
BatchNumber = Annotated[str, spelled(r"[0-9A-Za-z-]{1,35}")]
"""Trip batch number of China's road manifest (货物运输批次号): one trip of one truck, or of the trucks that cross
together because a waybill is split over them."""


class LoadUnit(StrEnum):
    """What crosses."""

    TRUCK = "truck"
    CONTAINER = "container"
    """For the unmanned lane: the road truck stays behind."""
    EMPTY = "empty"
    WAGON = "wagon"


class Channel(StrEnum):
    """How deep customs looks."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Verdict(StrEnum):
    """An agency's own word."""

    CLEAR = "clear"
    HOLD = "hold"
    REFUSE = "refuse"


class SealKind(StrEnum):
    """Whose seal."""

    CUSTOMS = "customs"
    CARRIER = "carrier"
    GPS = "gps"


class Stage(StrEnum):
    """How far a crossing is at this post; checks and decisions run beside it."""

    ANNOUNCED = "announced"
    """Entry post only: the partner told of it."""
    DECLARED = "declared"
    QUEUED = "queued"
    CALLED = "called"
    ARRIVED = "arrived"
    """Inside the gate of this post."""
    DEPARTED = "departed"
    """Exit post: over the line, in nobody's yard yet."""
    CLOSED = "closed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    RETURNED = "returned"


class Instruction(StrEnum):
    """What the driver is to do now: at every moment exactly one of these (``operations.instructing``)."""

    DO_NOT_DEPART = "do_not_depart"
    HOLD_AT_BUFFER = "hold_at_buffer"
    WAIT = "wait"
    COME_NOW = "come_now"
    GO_TO_STATION = "go_to_station"
    STAY = "stay"
    """Inside the gate: wait where the vehicle stands."""
    CROSS = "cross"
    FOLLOW_OTHER_SIDE = "follow_other_side"
    """The other post says what to do."""
    DRIVE_OUT = "drive_out"
    """Entry post: leave the gate inland."""
    THROUGH = "through"
    TURNED_BACK = "turned_back"


READ_OUT = frozenset({Instruction.DO_NOT_DEPART, Instruction.HOLD_AT_BUFFER, Instruction.COME_NOW})
"""Instructions of which the gate wants to know that the driver read them."""


class Heard(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The latest instruction that the driver said he read, and when. ``basis`` tells it from a later one."""

    instruction: Instruction
    basis: Code
    at_ms: int


OPEN_STAGES = frozenset(
    {Stage.ANNOUNCED, Stage.DECLARED, Stage.QUEUED, Stage.CALLED, Stage.ARRIVED, Stage.DEPARTED, Stage.REFUSED}
)
"""Stages in which the crossing still holds its tractor, trailer and containers."""


class Onward(StrEnum):
    """Where refused goods go."""

    HOME_MARKET = "home_market"
    OTHER_GATE = "other_gate"
    DESTROY = "destroy"


class Custody(StrEnum):
    """Who answers for the load unit at a moment."""

    CARRIER = "carrier"
    EXIT_POST = "exit_post"
    LINE = "line"
    ENTRY_POST = "entry_post"
    CONSIGNEE = "consignee"


class GoodsItem(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One goods item. Mass in kilograms, value in minor units of ``currency``."""

    hs: Annotated[str, spelled("[0-9]{4,10}")]
    description: Line
    commodity: CommodityGroup
    gross_mass_kg: Annotated[int, Meta(ge=0, le=200_000)]
    packages: Annotated[int, Meta(ge=0, le=1_000_000)]
    value_minor: Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
    currency: Annotated[str, spelled("[A-Z]{3}")]
    origin: Annotated[str, spelled("[A-Z]{2}")]


class Document(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An additional document: ``kind`` such as ``test_report``, ``phyto``, ``origin_form_e``."""

    kind: Code
    number: Annotated[str, Meta(max_length=64)]
    issuer: Annotated[str, Meta(max_length=120)] = ""
    sha256: str = ""


class Parties(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Firms of the declaration: commercial data, shown only where the agreement lists it."""

    exporter: Annotated[str, Meta(max_length=120)]
    importer: Annotated[str, Meta(max_length=120)]
    declarant: Annotated[str, Meta(max_length=120)] = ""


class Driver(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The driver: personal data."""

    name: Annotated[str, Meta(max_length=120)]
    licence: Annotated[str, Meta(max_length=40)]
    nationality: Annotated[str, spelled("[A-Z]{2}")]


class Binding(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the crossing is tied to. The queue place belongs to this."""

    tractor: Plate
    trailer: Plate | None = None
    containers: tuple[Container, ...] = ()
    owner: Annotated[str, Meta(max_length=120)] = ""

    def claims(self) -> tuple[str, ...]:
        """Return the keys of which only one open crossing may hold each."""
        keys = [f"tractor:{self.tractor}"]
        if self.trailer:
            keys.append(f"trailer:{self.trailer}")
        keys.extend(f"container:{number}" for number in self.containers)
        return tuple(keys)


class Seen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a lane's devices read from a vehicle. ``gross_mass_kg`` only at a weighbridge."""

    tractor: Plate
    trailer: Plate | None = None
    containers: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    gross_mass_kg: int | None = None

    def shows(self, binding: Binding) -> bool:
        """Tell whether tractor, trailer and containers are those of ``binding``."""
        return (
            self.tractor == binding.tractor
            and self.trailer == binding.trailer
            and sorted(self.containers) == sorted(binding.containers)
        )


class Waybill(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One master waybill of a trip; of one that is split over several trucks, the part on this truck."""

    number: Annotated[str, spelled(r"[0-9A-Za-z/.-]{1,70}")]
    part: Annotated[int, Meta(ge=1, le=99)] = 1
    parts: Annotated[int, Meta(ge=1, le=99)] = 1


class Trip(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The trip as the road manifest names it: its batch number and the waybills on this truck."""

    batch: BatchNumber
    waybills: Annotated[tuple[Waybill, ...], Meta(min_length=1, max_length=100)]

    def split_with(self, other: Trip) -> bool:
        """Tell whether both carry different parts of one waybill under one batch number."""
        parts = {(waybill.number, waybill.parts): waybill.part for waybill in self.waybills if waybill.parts > 1}
        return self.batch == other.batch and any(
            parts.get((waybill.number, waybill.parts), waybill.part) != waybill.part for waybill in other.waybills
        )


class Reason(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why, as a code, and which field of the declaration it speaks of; empty for the whole."""

    code: Code
    path: Annotated[str, spelled(r"[a-z0-9_.]{0,80}")] = ""


class Attachment(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file that belongs to the crossing, by its SHA-256; ``kind`` and ``number`` name the document it shows."""

    sha256: Annotated[str, spelled("[0-9a-f]{64}")]
    size_bytes: Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
    media_type: Annotated[str, spelled(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")]
    kind: Code
    number: Annotated[str, Meta(max_length=64)] = ""


class Genuine(StrEnum):
    """What the side that issued a certificate says of it."""

    GENUINE = "genuine"
    NOT_GENUINE = "not_genuine"
    UNKNOWN = "unknown"


class SealAct(StrEnum):
    """What was done with a seal."""

    APPLIED = "applied"
    CHECKED = "checked"
    BROKEN = "broken"


class Declaration(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The goods declaration, declared once for every agency, both yards and the partner."""

    regime: Regime
    goods: Annotated[tuple[GoodsItem, ...], Meta(max_length=200)]
    parties: Parties
    documents: Annotated[tuple[Document, ...], Meta(max_length=100)] = ()
    synthetic: bool = False
    """True for goods made up by the demo; shown wherever the declaration is shown."""
    trip: Trip | None = None
    """The trip under which a road manifest lists it, where one does."""

    def commodity(self) -> CommodityGroup:
        """Return the group of the heaviest item, by which rules select; ``none`` for empties."""
        if not self.goods:
            return CommodityGroup.NONE
        return max(self.goods, key=lambda item: item.gross_mass_kg).commodity

    def gross_mass_kg(self) -> int:
        """Return the declared gross mass in kilograms."""
        return sum(item.gross_mass_kg for item in self.goods)

    def tested(self) -> bool:
        """Tell whether a quarantine test report is attached."""
        return any(document.kind == "test_report" for document in self.documents)


class Rested(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What word of the partner a decision rested on: its age, and the clause that allowed it.

    ``clause``: ``fresh``, ``last_known``, ``officer_confirmed``, ``paper`` or ``alone``.
    """

    clause: Code
    age_s: int | None = None
    """Age of the partner's word in seconds; None when it was never heard."""
    size: int = 0
    """Size of the partner's log that was known."""
    officer: str = ""


class PlaceFacts(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The facts from which the published rule computes a place's class; public by design."""

    commodity: CommodityGroup
    regime: Regime
    tested: bool = False
    paired_return: bool = False
    load: LoadUnit = LoadUnit.TRUCK
    route: Code = ""
    """The road asked for; the order of call is checked among places of one road and lane kind."""
    lane_kind: LaneKind = LaneKind.MANNED


class Sample(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sample sent to a laboratory."""

    number: Code
    laboratory: Code
    taken_at_ms: int
    expected_at_ms: int
    passed: bool | None = None


class Seal(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A seal on the load unit."""

    number: Code
    kind: SealKind
    intact: bool = True


class AgencyDecision(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The standing decision of one duty at this post."""

    verdict: Verdict
    reasons: tuple[Code, ...] = ()
    evidence: Line = ""
    source: Code = "officer"
    """``officer``, or the name of the external national system the verdict came from."""
    relied_on: tuple[str, ...] = ()
    actor: str = ""
    at_ms: int = 0


class Fee(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The infrastructure fee of this crossing at this post, in minor units."""

    amount_minor: int
    currency: str
    line: Line = ""
    paid_minor: int = 0
    receipt: str = ""


# --- declarations lodged for a crossing ----------------------------------------------------


class LodgedFinding(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One finding on a lodged declaration; its texts follow from the code."""

    code: str
    severity: str
    path: str = ""


class LodgedItem(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one goods item comes to, in minor units of the currency of duty; None is not known and never nought."""

    item: int
    hs: str
    option: str = ""
    """The rate option taken, such as ``acfta``; empty when none is both open and known."""
    duty_minor: int | None = None
    total_minor: int | None = None
    saved_minor: int = 0


class Lodged(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What reading, checking and assessing a declaration gave, by the tables of the day."""

    sha256: str
    """Of the declaration as it came."""
    reference: str
    """How its declarant names it; a later one of the same reference takes its place."""
    actor: str
    """Who lodged it."""
    on: str
    """The day by whose tables it was assessed, ISO 8601."""
    importing: str = ""
    currency: str = ""
    items: tuple[LodgedItem, ...] = ()
    duty_minor: int | None = None
    total_minor: int | None = None
    saved_minor: int = 0
    findings: tuple[LodgedFinding, ...] = ()
    premises: tuple[str, ...] = ()
    """Codes of what the result rests on without the declaration proving it."""
    sheets: tuple[str, ...] = ()
    """The sheets of rates that were in force."""
