"""What a rule looks at: one declaration with the day, the lists of codes and the crossing it is tied to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gatepair.clearance.checking.codelists import CodeLists, Procedure
from gatepair.clearance.checking.quantities import nanograms
from gatepair.clearance.declaration.amending import Intent, intent_of
from gatepair.clearance.declaration.goods import GoodsMeasure, GovernmentAgencyGoodsItem
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.parties import Address
from gatepair.clearance.declaration.transport import TransportEquipment
from gatepair.clearance.declaration.values import Amount
from gatepair.plan.calendars import Window
from gatepair.plan.model import Regime

ITEM = "goods_shipment.government_agency_goods_item"

At = tuple[str | int, ...]
"""A place in a declaration as the parts of its path; written out only when something is found there."""


def is_request(declaration: Declaration) -> bool:
    """Tell whether the document asks to amend or to cancel, and so is no declaration by itself."""
    return intent_of(declaration) in (Intent.AMENDMENT, Intent.CANCELLATION)


def dotted(*parts: At | str) -> str:
    """Return the path that ``parts`` make."""
    return ".".join(str(part) for each in parts for part in (each if isinstance(each, tuple) else (each,)))


class Party(Protocol):
    """What every party of the data model has."""

    @property
    def name(self) -> str | None:
        """Return the name."""
        ...

    @property
    def id(self) -> str | None:
        """Return the number under which an authority knows it."""
        ...

    @property
    def address(self) -> Address | None:
        """Return the address."""
        ...


@dataclass(frozen=True, slots=True)
class CrossingFacts:
    """What a declaration is held against of the crossing it is tied to.

    Empty values are not known and nothing is held against them. ``leaves`` and ``enters`` are the countries by
    ISO 3166-1, ``offices`` the codes by which the customs offices of the two posts are known, ``planned_ms`` when it
    is to cross, ``windows`` when its lane is open around then.
    """

    tractor: str = ""
    trailer: str = ""
    containers: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    owner: str = ""
    leaves: str = ""
    enters: str = ""
    offices: frozenset[str] = frozenset()
    gross_mass_kg: int | None = None
    planned_ms: int | None = None
    windows: tuple[Window, ...] = ()


class Line:
    """One goods item as rules look at it: masses in nanograms, price, the HS code and its place."""

    __slots__ = ("charge", "gross_ng", "hs", "hs_at", "index", "item", "measured", "net_ng")

    def __init__(self, index: int, item: GovernmentAgencyGoodsItem) -> None:
        self.index = index
        self.item = item
        self.hs = ""
        self.hs_at = 0
        self.gross_ng: int | None = None
        self.net_ng: int | None = None
        self.measured: GoodsMeasure | None = None
        self.charge: Amount | None = None
        commodity = item.commodity
        if commodity is not None:
            for at, classification in enumerate(commodity.classification):
                code = classification.id
                if code is not None and len(code) >= 4 and code.isdecimal():
                    self.hs, self.hs_at = code, at
                    break
            if commodity.invoice_line is not None:
                self.charge = commodity.invoice_line.item_charge_amount
            self.measured = measured = commodity.goods_measure
            if measured is not None:
                self.gross_ng = nanograms(measured.gross_mass_measure)
                self.net_ng = nanograms(measured.net_net_weight_measure)

    def path(self, tail: str) -> str:
        """Return the path of a field of this item."""
        return f"{ITEM}.{self.index}.{tail}"


class Case:
    """One declaration with all that its rules look at; made once, read by every rule."""

    __slots__ = (
        "codes",
        "crossing",
        "declaration",
        "equipment",
        "lines",
        "on",
        "parties",
        "procedures",
        "regime",
        "shipment",
    )

    def __init__(
        self, declaration: Declaration, *, on: date, codes: CodeLists, crossing: CrossingFacts | None = None
    ) -> None:
        self.declaration = declaration
        self.on = on
        self.codes = codes
        self.crossing = crossing
        self.shipment = shipment = declaration.goods_shipment
        items = shipment.government_agency_goods_item if shipment is not None else ()
        self.lines = [Line(index, item) for index, item in enumerate(items)]
        self.procedures = [_procedure(item, codes) for item in items]
        regimes = [procedure.regime for procedure in self.procedures if procedure is not None]
        self.regime: Regime | None = regimes[0] if regimes else Regime.EMPTY if not items else None
        self.equipment = _equipment(declaration, self.lines)
        self.parties = _parties(declaration, self.lines)

    def who(self, *names: str) -> str:
        """Return number or name of the first party of one of ``names``, empty when there is none."""
        return next((party.id or party.name or "" for name, _, party in self.parties if name in names), "")

    def named(self, *names: str) -> bool:
        """Tell whether a party of one of ``names`` is there with a name or a number, at any level."""
        return any(name in names and (party.name or party.id) for name, _, party in self.parties)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value below which a consignment is treated more lightly: minor units of ``currency``, and who says so."""

    currency: str
    minor: int
    source: str


@dataclass(frozen=True, slots=True)
class Day:
    """The declarations of one day in the order in which they were lodged, and the thresholds of that day."""

    cases: tuple[Case, ...]
    thresholds: tuple[Threshold, ...] = ()


def _parties(declaration: Declaration, lines: list[Line]) -> list[tuple[str, str, Party]]:
    """Return every party that is there, by name and path, the declaration's before the shipment's and the items'."""
    found: list[tuple[str, str, Party]] = []
    for name in ("agent", "declarant", "exporter"):
        party = getattr(declaration, name)
        if party is not None:
            found.append((name, name, party))
    shipment = declaration.goods_shipment
    if shipment is None:
        return found
    for name in ("buyer", "consignee", "consignor", "importer", "payer", "seller"):
        party = getattr(shipment, name)
        if party is not None:
            found.append((name, f"goods_shipment.{name}", party))
    for line in lines:
        item = line.item
        for name, party in (
            ("buyer", item.buyer),
            ("consignee", item.consignee),
            ("consignor", item.consignor),
            ("seller", item.seller),
        ):
            if party is not None:
                found.append((name, line.path(name), party))
    return found


def _procedure(item: GovernmentAgencyGoodsItem, codes: CodeLists) -> Procedure | None:
    if not item.government_procedure:
        return None
    code = item.government_procedure[0].current_code
    return codes.procedures.get(code) if code is not None else None


def _equipment(declaration: Declaration, lines: list[Line]) -> list[tuple[str, TransportEquipment]]:
    """Return every container or other unit with its path, those of the consignments before those of the items."""
    found: list[tuple[str, TransportEquipment]] = []
    shipment = declaration.goods_shipment
    for place, consignment in (
        ("consignment", declaration.consignment),
        ("goods_shipment.consignment", shipment.consignment if shipment is not None else None),
    ):
        if consignment is not None:
            for index, unit in enumerate(consignment.transport_equipment):
                found.append((f"{place}.transport_equipment.{index}", unit))
    for line in lines:
        commodity = line.item.commodity
        if commodity is not None and commodity.transport_equipment:
            for index, unit in enumerate(commodity.transport_equipment):
                found.append((line.path(f"commodity.transport_equipment.{index}"), unit))
    return found
