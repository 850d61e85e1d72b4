"""Goods declarations in UN/EDIFACT: CUSDEC becomes a declaration, component by component.

What a component means follows from its segment, its qualifier and where in the message it stands: before the first
UNS for the whole declaration, after a CST within one goods item, after the second UNS in the totals.

Source: UN/EDIFACT directory D.96B, message CUSDEC, and its lists 1131, 1153, 2005, 3035, 3227, 5025, 6313, 6069.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from gatepair.adapters.formats.edifact import Message, Segment
from gatepair.adapters.formats.edifact_parts import (
    Fields,
    means_in,
    measure_in,
    moment_in,
    number_in,
    party_in,
    undated_in,
    unit_of,
)
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.model import Declaration

KIND: Final = "CUSDEC"
Way = tuple[str, ...]
"""Names of fields from the declaration, or from an item, down to a value."""
_PROCEDURE: Final = "117"
_PREFERENCE: Final = "116"
_TRANSACTION: Final = "112"
"""Lists that a code of CST is of; every other is of a tariff or a nomenclature. Source: 1131."""


@dataclass(frozen=True, slots=True)
class DeclarationRead:
    """A declaration, and what became of every component of its message."""

    declaration: Declaration
    mapped: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Reading:
    """The declaration as it grows, and the goods item that the next segment belongs to."""

    whole: Fields = field(default_factory=dict)
    item: Fields | None = None
    duty: Fields | None = None
    """The duty or tax of the item that the next amount belongs to."""

    @property
    def shipment(self) -> Fields:
        """Return the goods shipment, made when it is first asked for."""
        return _below(self.whole, "goods_shipment")

    @property
    def consignment(self) -> Fields:
        """Return the consignment of the goods shipment."""
        return _below(self.shipment, "consignment")

    @property
    def commodity(self) -> Fields:
        """Return the commodity of the item that is open."""
        return _below(self.item if self.item is not None else {}, "commodity")

    @property
    def here(self) -> Fields:
        """Return what statements and papers are about: the item, else the whole declaration."""
        return self.whole if self.item is None else self.item


def read_declaration(message: Message) -> DeclarationRead:
    """Return the declaration in ``message``, which must be a CUSDEC."""
    reading = _Reading()
    for segment in message.segments:
        read = _SEGMENTS.get(segment.tag)
        if read is not None:
            read(reading, segment)
    left = [finding for segment in message.segments for finding in segment.left()]
    mapped = sum(segment.used for segment in message.segments)
    declaration = msgspec.convert(reading.whole, Declaration)
    return DeclarationRead(declaration, mapped, (*message.findings, *left, *undated_in(message)))


def _below(owner: Fields, name: str) -> Fields:
    found: Fields = owner.setdefault(name, {})
    return found


def _is_free(owner: Fields, way: Way) -> bool:
    """Tell whether nothing stands at the end of ``way`` below ``owner``."""
    at: Any = owner
    for name in way:
        at = at.get(name) if isinstance(at, dict) else None
    return at is None


def _put(owner: Fields, way: Way, value: Any) -> None:
    """Put ``value`` at the end of ``way`` below ``owner``."""
    for name in way[:-1]:
        owner = _below(owner, name)
    owner[way[-1]] = value


# --- one function a segment ---------------------------------------------------------------------


def _bgm(reading: _Reading, segment: Segment) -> None:
    for name, place in (("type_code", (0, 0)), ("functional_reference_id", (1, 0)), ("function_code", (2, 0))):
        if (text := segment.take(*place)) is not None:
            reading.whole[name] = text


def _uns(reading: _Reading, segment: Segment) -> None:
    # It only parts the sections; the totals after the second one are of the whole declaration.
    segment.take(0)
    reading.item = reading.duty = None


def _cst(reading: _Reading, segment: Segment) -> None:
    number = number_in(segment, 0)
    whole = number is None and reading.item is None
    if not whole:
        reading.item = {} if number is None else {"sequence_numeric": number}
        reading.duty = None
        reading.shipment.setdefault("government_agency_goods_item", []).append(reading.item)
    for element in range(1, len(segment.elements)):
        _coded(reading, segment, element)


def _coded(reading: _Reading, segment: Segment, element: int) -> None:
    """Take one code of CST to where the list that it is of belongs."""
    code, listed = segment.peek(element), segment.peek(element, 1) or ""
    item = reading.item
    if code is None:
        return
    if listed == _TRANSACTION:
        owner = reading.shipment if item is None else item
        if "transaction_nature_code" in owner:
            return
        owner["transaction_nature_code"] = code
    elif item is None:
        return
    elif listed == _PROCEDURE:
        item.setdefault("government_procedure", []).append({"current_code": code})
    elif listed == _PREFERENCE:
        reading.commodity.setdefault("duty_tax_fee", []).append({"duty_regime_code": code})
    else:
        kind = {"identification_type_code": listed} if listed else {}
        reading.commodity.setdefault("classification", []).append({"id": code, **kind})
    # Who keeps the list says nothing of the goods.
    for component in range(3):
        segment.take(element, component)


def _dtm(reading: _Reading, segment: Segment) -> None:
    name = {"137": "issue_date_time", "148": "acceptance_date_time"}.get(segment.peek(0) or "")
    if name is not None and name not in reading.whole and reading.item is None:
        moment = moment_in(segment)
        if moment is not None:
            reading.whole[name] = moment


_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "22": ("declaration_office_id",),
    "42": ("exit_office", "id"),
    "14": ("goods_shipment", "consignment", "goods_location", "id"),
    "9": ("goods_shipment", "consignment", "loading_location", "id"),
    "35": ("goods_shipment", "export_country", "id"),
    "36": ("goods_shipment", "destination", "country_code"),
}
_ITEM_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "35": ("export_country", "id"),
    "36": ("destination", "country_code"),
}
_ORIGIN: Final = "27"


def _loc(reading: _Reading, segment: Segment) -> None:
    kind = segment.peek(0) or ""
    if reading.item is not None and kind == _ORIGIN and segment.peek(1) is not None:
        reading.item.setdefault("origin", []).append({"country_code": segment.take(1)})
    else:
        way = (_PLACES if reading.item is None else _ITEM_PLACES).get(kind)
        if way is None or segment.peek(1) is None or not _is_free(reading.here, way):
            return
        _put(reading.here, way, segment.take(1))
    segment.take(0)
    # The code list that the identifier is of, and who keeps it, say nothing of the goods.
    segment.take(1, 1)
    segment.take(1, 2)


_MASSES: Final[Mapping[str, Way]] = dict.fromkeys(("AAD", "G"), ("total_gross_mass_measure",))
_MEASURE: Final = ("commodity", "goods_measure")
_ITEM_MASSES: Final[Mapping[str, Way]] = {
    **dict.fromkeys(("AAB", "G"), (*_MEASURE, "gross_mass_measure")),
    **dict.fromkeys(("AAA", "AAC", "N"), (*_MEASURE, "net_net_weight_measure")),
    **dict.fromkeys(("AAR", "SU"), (*_MEASURE, "tariff_quantity")),
}


def _mea(reading: _Reading, segment: Segment) -> None:
    way = (_MASSES if reading.item is None else _ITEM_MASSES).get(segment.peek(1) or "")
    if way is None or not _is_free(reading.here, way):
        return
    if (measure := measure_in(segment, 2)) is not None:
        _put(reading.here, way, measure)
        segment.take(0)
        segment.take(1)


def _eqd(reading: _Reading, segment: Segment) -> None:
    if (unit := segment.take(1)) is not None:
        segment.take(0)
        reading.consignment.setdefault("transport_equipment", []).append({"id": unit})


def _sel(reading: _Reading, segment: Segment) -> None:
    if segment.peek(0) is not None:
        equipment = reading.consignment.setdefault("transport_equipment", [])
        if not equipment:
            equipment.append({})
        equipment[-1].setdefault("seal", []).append({"id": segment.take(0)})


def _ftx(reading: _Reading, segment: Segment) -> None:
    subject, code = segment.take(0), segment.take(2)
    words = "".join(segment.rest(3))
    if reading.item is not None and subject == "AAA" and words and "description" not in reading.commodity:
        reading.commodity["description"] = words
        return
    said = {"statement_type_code": subject, "statement_code": code, "statement_description": words or None}
    statement = {name: text for name, text in said.items() if text}
    if statement:
        reading.here.setdefault("additional_information", []).append(statement)


def _rff(reading: _Reading, segment: Segment) -> None:
    kind, text = segment.peek(0), segment.peek(0, 1)
    if kind is None or text is None:
        return
    consignment: Way = ("ucr", "id") if reading.item is not None else ("goods_shipment", "ucr", "id")
    if kind == "UCN" and _is_free(reading.here, consignment):
        _put(reading.here, consignment, text)
    elif kind == "ABT" and reading.item is None and "id" not in reading.whole:
        reading.whole["id"] = text
    else:
        reading.here.setdefault("additional_document", []).append({"type_code": kind, "id": text})
    segment.take(0)
    segment.take(0, 1)


def _doc(reading: _Reading, segment: Segment) -> None:
    kind, number = segment.take(0), segment.take(1)
    paper = {name: text for name, text in (("type_code", kind), ("id", number)) if text is not None}
    if paper:
        reading.here.setdefault("additional_document", []).append(paper)


def _tdt(reading: _Reading, segment: Segment) -> None:
    if segment.peek(0) in ("11", "20") and "border_transport_means" not in reading.whole:
        segment.take(0)
        reading.whole["border_transport_means"] = means_in(segment)


_PARTIES: Final[Mapping[str, Way]] = {
    "DT": ("declarant",), "EX": ("exporter",), "AE": ("agent",), "AG": ("agent",), "CB": ("agent",),
    "IM": ("goods_shipment", "importer"), "CN": ("goods_shipment", "consignee"), "CZ": ("goods_shipment", "consignor"),
    "BY": ("goods_shipment", "buyer"), "SE": ("goods_shipment", "seller"), "MS": ("submitter",),
}  # fmt: skip
_ITEM_PARTIES: Final[Mapping[str, Way]] = {
    "CN": ("consignee",), "CZ": ("consignor",), "BY": ("buyer",), "SE": ("seller",),
}  # fmt: skip


def _nad(reading: _Reading, segment: Segment) -> None:
    way = (_PARTIES if reading.item is None else _ITEM_PARTIES).get(segment.peek(0) or "")
    if way is not None and _is_free(reading.here, way):
        segment.take(0)
        _put(reading.here, way, party_in(segment, address=True))


def _tod(reading: _Reading, segment: Segment) -> None:
    way = ("goods_shipment", "trade_terms", "condition_code")
    if reading.item is None and segment.peek(2) is not None and _is_free(reading.whole, way):
        _put(reading.whole, way, segment.take(2))
        # That these are terms of delivery is what the segment says anyway.
        segment.take(0)


_AMOUNTS: Final[Mapping[str, Way]] = dict.fromkeys(("39", "77"), ("invoice_amount",))
_ITEM_AMOUNTS: Final[Mapping[str, Way]] = {
    "38": ("commodity", "invoice_line", "item_charge_amount"),
    "40": ("customs_value_amount",),
}
_DUTY_AMOUNTS: Final[Mapping[str, Way]] = {"55": ("payment", "tax_assessed_amount")}


def _moa(reading: _Reading, segment: Segment) -> None:
    kind = segment.peek(0) or ""
    if reading.duty is not None and kind in _DUTY_AMOUNTS:
        owner, way = reading.duty, _DUTY_AMOUNTS.get(kind)
    else:
        owner, way = reading.here, (_AMOUNTS if reading.item is None else _ITEM_AMOUNTS).get(kind)
    if way is None or not _is_free(owner, way):
        return
    if (amount := number_in(segment, 0, 1)) is not None:
        currency = segment.take(0, 2)
        _put(owner, way, {**amount, "currency": currency} if currency else amount)
        segment.take(0)


def _cux(reading: _Reading, segment: Segment) -> None:
    currency, rate = segment.take(0, 1), number_in(segment, 2)
    if currency is None and rate is None:
        return
    segment.take(0)
    told = {name: value for name, value in (("currency_type_code", currency), ("rate_numeric", rate)) if value}
    reading.whole.setdefault("currency_exchange", []).append(told)


def _pac(reading: _Reading, segment: Segment) -> None:
    if reading.item is None:
        if "total_package_quantity" not in reading.whole and (count := number_in(segment, 0)) is not None:
            reading.whole["total_package_quantity"] = count
        return
    packages: Fields = {}
    if (count := number_in(segment, 0)) is not None:
        packages["quantity_quantity"] = count
    if (kind := segment.take(2)) is not None:
        packages["type_code"] = kind
    reading.item.setdefault("packaging", []).append(packages)


def _pci(reading: _Reading, segment: Segment) -> None:
    if reading.item is None or not (marks := " ".join(segment.rest(1))):
        return
    segment.take(0)
    packaging = reading.item.setdefault("packaging", [{}])
    if "marks_numbers_id" in packaging[-1]:
        packaging.append({})
    packaging[-1]["marks_numbers_id"] = marks


def _tax(reading: _Reading, segment: Segment) -> None:
    if reading.item is None:
        return
    duty: Fields = {}
    if (kind := segment.take(1)) is not None:
        duty["type_code"] = kind
    if (rate := number_in(segment, 4, 3)) is not None:
        duty["tax_rate_numeric"] = rate
    if (base := number_in(segment, 3)) is not None:
        duty["ad_valorem_tax_base_amount"] = base
    segment.take(0)
    reading.duty = duty
    reading.commodity.setdefault("duty_tax_fee", []).append(duty)


def _cnt(reading: _Reading, segment: Segment) -> None:
    name = {"5": "goods_item_quantity", "7": "total_gross_mass_measure", "11": "total_package_quantity"}.get(
        segment.peek(0) or ""
    )
    if name is None or name in reading.whole:
        return
    if (count := number_in(segment, 0, 1)) is not None:
        unit = unit_of(segment.take(0, 2))
        reading.whole[name] = {**count, "unit": unit} if unit else count
        segment.take(0)


_SEGMENTS: Final[Mapping[str, Callable[[_Reading, Segment], Any]]] = {
    "BGM": _bgm, "CNT": _cnt, "CST": _cst, "CUX": _cux, "DOC": _doc, "DTM": _dtm, "EQD": _eqd, "FTX": _ftx,
    "LOC": _loc, "MEA": _mea, "MOA": _moa, "NAD": _nad, "PAC": _pac, "PCI": _pci, "RFF": _rff, "SEL": _sel,
    "TAX": _tax, "TDT": _tdt, "TOD": _tod, "UNS": _uns,
}  # fmt: skip
