"""Between the goods declaration and what is declared at the gate: which field of the one is which of the other.

The gate asks for little: goods, parties, papers, vehicle.  A declaration in the words of the WCO Data Model says more;
what it says of these is taken over, and what its checks find is told at the field of the gate that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from msgspec import structs

from gatepair.base.findings import Finding
from gatepair.clearance.checking.case import ITEM
from gatepair.clearance.checking.codelists import CodeLists, minor_units
from gatepair.clearance.checking.quantities import kilograms_shown, nanograms
from gatepair.clearance.declaration import model as wco
from gatepair.clearance.declaration.goods import (
    Classification,
    Commodity,
    GoodsMeasure,
    GovernmentAgencyGoodsItem,
    InvoiceLine,
    Origin,
    Packaging,
)
from gatepair.clearance.declaration.parties import Exporter, Importer
from gatepair.clearance.declaration.transport import BorderTransportMeans, Consignment, TransportEquipment
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment, Number
from gatepair.crossing.model import Binding, Declaration, GoodsItem

GOODS: Final = "declaration.goods"
PAPERS: Final = "declaration.documents"
_ITEM: Final = re.escape(ITEM) + r"\.(\d+)\."
_WAYS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (_ITEM + r"commodity\.classification", GOODS + r".\1.hs"),
        (_ITEM + r"commodity\.description", GOODS + r".\1.description"),
        (_ITEM + r"commodity\.goods_measure\.(?:gross_mass_measure|net_net_weight_measure|$)", GOODS + r".\1.gross_mass_kg"),
        (_ITEM + r"commodity\.goods_measure$", GOODS + r".\1.gross_mass_kg"),
        (_ITEM + r"packaging(?:\.\d+)?(?:\.quantity_quantity.*)?$", GOODS + r".\1.packages"),
        (_ITEM + r"commodity\.invoice_line\.item_charge_amount\.currency", GOODS + r".\1.currency"),
        (_ITEM + r"(?:commodity\.invoice_line|customs_value_amount|statistical_value_amount)", GOODS + r".\1.value_minor"),
        (_ITEM + r"origin", GOODS + r".\1.origin"),
        (r"exporter\b", "declaration.parties.exporter"),
        (r"goods_shipment\.consignor\.", "declaration.parties.exporter"),
        (r"goods_shipment\.(?:importer|consignee)\b", "declaration.parties.importer"),
        (r"declarant\b", "declaration.parties.declarant"),
        (r"border_transport_means\.id", "binding.tractor"),
        (r"goods_shipment\.consignment\.transport_equipment(?:\.\d+)?\.id$", "binding.containers"),
        (r"goods_shipment\.consignment\.transport_equipment$", "binding.containers"),
    )
)  # fmt: skip
"""Where in a goods declaration each field of the gate stands; the first that fits."""
_BETWEEN_PLATES: Final = re.compile(r"[/;,]")
_CODE: Final = re.compile(r"[^a-z0-9_.-]+")
PAPER_KINDS: Final = {
    "380": "invoice", "271": "packing_list", "315": "contract", "705": "transport_document", "730": "transport_document", "851": "phyto",
    "852": "health_certificate", "853": "health_certificate", "861": "origin_form_e", "811": "licence", "911": "licence",
}  # fmt: skip
"""What a coded paper is called at the gate. Source: UN/EDIFACT code list 1001; national codes put an N before it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One field of the gate as a goods declaration fills it: its place, its text, and the path it came from."""

    field: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Traced:
    """One value as it stands in a file: where, under which name, its text, and the path that it fills; empty for none."""

    place: str
    name: str
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class FileDocument:
    """One document of a file: what was read, what each value became, and what reading found."""

    format: str
    content: Any
    traced: tuple[Traced, ...]
    mapped: int
    findings: tuple[Finding, ...]


def field_of(path: str) -> str:
    """Return the field of the gate that the place ``path`` of a goods declaration fills; empty for none."""
    for pattern, field in _WAYS:
        match = pattern.match(path)
        if match is not None:
            return match.expand(field)
    return ""


def at_gate(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return those of ``findings`` on a goods declaration that are about a field of the gate, with its path."""
    return tuple(Finding(each.kind, field, each.params) for each in findings if (field := field_of(each.path)))


# --- from the gate to the goods declaration ----------------------------------------------------


def goods_declaration(declaration: Declaration, binding: Binding) -> wco.Declaration:
    """Return what was declared at the gate as a goods declaration, so that its checks can be run over it."""
    parties = declaration.parties
    return wco.Declaration(
        function_code="9",
        functional_reference_id="-",
        type_code="EX",
        exporter=Exporter(name=parties.exporter or None),
        border_transport_means=BorderTransportMeans(id=" / ".join(filter(None, (binding.tractor, binding.trailer)))),
        goods_shipment=wco.GoodsShipment(
            importer=Importer(name=parties.importer or None),
            consignment=Consignment(
                transport_equipment=tuple(TransportEquipment(id=number) for number in binding.containers)
            ),
            government_agency_goods_item=tuple(
                _item(number, item) for number, item in enumerate(declaration.goods, start=1)
            ),
        ),
    )


def _item(number: int, item: GoodsItem) -> GovernmentAgencyGoodsItem:
    price = Amount(coefficient=item.value_minor, decimals=minor_units(item.currency), currency=item.currency)
    return GovernmentAgencyGoodsItem(
        sequence_numeric=Number(coefficient=number),
        commodity=Commodity(
            description=item.description or None,
            classification=(Classification(id=item.hs),),
            goods_measure=GoodsMeasure(gross_mass_measure=Measure(coefficient=item.gross_mass_kg, unit="KGM")),
            invoice_line=InvoiceLine(item_charge_amount=price),
        ),
        origin=(Origin(country_code=item.origin),),
        packaging=(Packaging(quantity_quantity=Measure(coefficient=item.packages)),),
    )


# --- from the goods declaration to the gate ----------------------------------------------------


def gathered(declaration: wco.Declaration, codes: CodeLists, group_of: Callable[[str], str]) -> tuple[Gathered, ...]:
    """Return the fields of the gate that ``declaration`` fills, as a person would write them.

    Nothing is rounded and nothing made up: what the gate cannot take stands as it was written, for the trader to mend.
    ``group_of`` tells the group of goods of an HS code; empty where it tells none.
    """
    return tuple(each for each in _gathered(declaration, codes, group_of) if each.text)


def _gathered(declaration: wco.Declaration, codes: CodeLists, group_of: Callable[[str], str]) -> Iterator[Gathered]:
    shipment = declaration.goods_shipment or wco.GoodsShipment()
    yield from _vehicle(declaration, shipment)
    items = shipment.government_agency_goods_item
    yield _regime(items, codes)
    for index, item in enumerate(items):
        yield from _of_item(index, item, group_of)
    yield from _parties(declaration, shipment)
    yield from _papers(declaration, items)


def _vehicle(declaration: wco.Declaration, shipment: wco.GoodsShipment) -> Iterator[Gathered]:
    means = declaration.border_transport_means
    plates = [_plate(one) for one in _BETWEEN_PLATES.split(means.id)] if means is not None and means.id else []
    for name, plate in zip(("tractor", "trailer"), plates, strict=False):
        yield Gathered(f"binding.{name}", plate, "border_transport_means.id")
    units = shipment.consignment.transport_equipment if shipment.consignment is not None else ()
    numbers = " ".join(unit.id for unit in units if unit.id)
    yield Gathered("binding.containers", numbers, "goods_shipment.consignment.transport_equipment")


def _plate(text: str) -> str:
    return "".join(text.split())


def _regime(items: tuple[GovernmentAgencyGoodsItem, ...], codes: CodeLists) -> Gathered:
    asked = [each.current_code for item in items for each in item.government_procedure if each.current_code]
    known = codes.procedures.get(asked[0]) if asked else None
    return Gathered("declaration.regime", known.regime.value if known else "", f"{ITEM}.0.government_procedure")


def _of_item(index: int, item: GovernmentAgencyGoodsItem, group_of: Callable[[str], str]) -> Iterator[Gathered]:
    here, there = f"{GOODS}.{index}", f"{ITEM}.{index}"
    commodity = item.commodity or Commodity()
    hs = next((each.id for each in commodity.classification if each.id), "")
    yield Gathered(f"{here}.hs", hs, f"{there}.commodity.classification")
    yield Gathered(f"{here}.description", commodity.description or "", f"{there}.commodity.description")
    yield Gathered(f"{here}.commodity", group_of(hs), f"{there}.commodity.classification")
    measure = commodity.goods_measure.gross_mass_measure if commodity.goods_measure is not None else None
    mass_ng = nanograms(measure)
    written = measure.shown() if measure is not None else ""
    source = f"{there}.commodity.goods_measure.gross_mass_measure"
    yield Gathered(f"{here}.gross_mass_kg", written if mass_ng is None else kilograms_shown(mass_ng), source)
    yield Gathered(f"{here}.packages", _packages(item), f"{there}.packaging")
    charge = commodity.invoice_line.item_charge_amount if commodity.invoice_line is not None else None
    amount = charge or item.customs_value_amount or item.statistical_value_amount
    if amount is not None:
        yield Gathered(f"{here}.value_minor", amount.shown(), f"{there}.commodity.invoice_line")
        yield Gathered(f"{here}.currency", amount.currency, f"{there}.commodity.invoice_line")
    origin = next((each.country_code for each in item.origin if each.country_code), "")
    yield Gathered(f"{here}.origin", origin, f"{there}.origin")


def _packages(item: GovernmentAgencyGoodsItem) -> str:
    counts = [each.quantity_quantity for each in item.packaging if each.quantity_quantity is not None]
    whole = [count.scaled(0) for count in counts]
    if not counts:
        return ""
    exact = [count for count in whole if count is not None]
    return str(sum(exact)) if len(exact) == len(whole) else counts[0].shown()


def _parties(declaration: wco.Declaration, shipment: wco.GoodsShipment) -> Iterator[Gathered]:
    named = (
        ("exporter", "exporter.name", (declaration.exporter, shipment.consignor, shipment.seller)),
        ("importer", "goods_shipment.importer.name", (shipment.importer, shipment.consignee, shipment.buyer)),
        ("declarant", "declarant.name", (declaration.declarant, declaration.agent)),
    )
    for party, source, asked in named:
        name = next((one.name for one in asked if one is not None and one.name), "")
        yield Gathered(f"declaration.parties.{party}", name, source)


def _papers(declaration: wco.Declaration, items: tuple[GovernmentAgencyGoodsItem, ...]) -> Iterator[Gathered]:
    papers = [*declaration.additional_document, *(paper for item in items for paper in item.additional_document)]
    invoice = declaration.goods_shipment.invoice if declaration.goods_shipment is not None else None
    named = [(_kind(paper.type_code or ""), paper.id) for paper in papers if paper.id]
    if invoice is not None and invoice.id:
        named.append(("invoice", invoice.id))
    for index, (kind, number) in enumerate(dict.fromkeys(named)):
        yield Gathered(f"{PAPERS}.{index}.kind", kind, "additional_document")
        yield Gathered(f"{PAPERS}.{index}.number", number or "", "additional_document")


def _kind(code: str) -> str:
    return PAPER_KINDS.get(code.removeprefix("N"), _CODE.sub("_", code.lower()))


def leaves(node: Class, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, text) of every value in a part of a goods declaration."""
    for each in structs.fields(type(node)):
        value = getattr(node, each.name)
        here = f"{path}.{each.name}" if path else each.name
        for at, one in (
            [(f"{here}.{index}", one) for index, one in enumerate(value)]
            if isinstance(value, tuple)
            else [(here, value)]
        ):
            match one:
                case None:
                    continue
                case Number():
                    unit = getattr(one, "currency", "") or getattr(one, "unit", "")
                    yield at, f"{one.shown()} {unit}".strip()
                case Moment():
                    yield at, one.text
                case Class():
                    yield from leaves(one, at)
                case _:
                    yield at, str(one)
