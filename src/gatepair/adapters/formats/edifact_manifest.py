"""Cargo reports in UN/EDIFACT: CUSCAR and IFCSUM become a manifest, component by component.

What a component means follows from its segment, its qualifier and where in the message it stands: before the
first consignment (CNI, or RFF with a bill of lading), within one, or within one of its goods items (GID).

Source: UN/EDIFACT directories D.95B and D.01B, messages CUSCAR and IFCSUM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from gatepair.adapters.formats.edifact import Message, Segment
from gatepair.adapters.formats.edifact_parts import (
    Fields,
    means_in,
    moment_in,
    number_in,
    party_in,
    undated_in,
    unit_of,
)
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.manifest import Manifest

KINDS: Final = ("CUSCAR", "IFCSUM")
"""Messages read here; a header that names none is taken for one of them."""
_WAYBILL: Final = frozenset({"BM", "AWB", "CMR", "MB", "BH"})
"""Qualifiers of RFF that name a transport contract. Source: UN/EDIFACT 1153."""


@dataclass(slots=True)
class _Reading:
    """The manifest as it grows, and the consignment and item that the next segment belongs to."""

    manifest: Fields = field(default_factory=dict)
    consignment: Fields | None = None
    item: Fields | None = None
    unclaimed: bool = False
    """Whether the consignment was opened by CNI and still waits for its first reference."""

    @property
    def here(self) -> Fields:
        """Return what the next segment is about."""
        if self.item is not None:
            return self.item
        return self.manifest if self.consignment is None else self.consignment

    def open_consignment(self) -> Fields:
        """Begin another consignment."""
        self.item, self.consignment = None, {}
        self.manifest.setdefault("consignment", []).append(self.consignment)
        return self.consignment

    def open_item(self) -> Fields:
        """Begin another goods item; goods before any consignment get one of their own."""
        owner = self.consignment if self.consignment is not None else self.open_consignment()
        self.item = {}
        owner.setdefault("cargo_item", []).append(self.item)
        return self.item


@dataclass(frozen=True, slots=True)
class ManifestRead:
    """A manifest, and what became of every component of its message."""

    manifest: Manifest
    mapped: int
    findings: tuple[Finding, ...]


def read_manifest(message: Message) -> ManifestRead:
    """Return the manifest in ``message``, which must be one of :data:`KINDS`."""
    reading = _Reading()
    for segment in message.segments:
        read = _SEGMENTS.get(segment.tag)
        if read is not None:
            read(reading, segment)
    left = [finding for segment in message.segments for finding in segment.left()]
    manifest = msgspec.convert(reading.manifest, Manifest)
    mapped = sum(segment.used for segment in message.segments)
    return ManifestRead(manifest, mapped, (*message.findings, *left, *undated_in(message)))


# --- one function a segment ---------------------------------------------------------------------


def _bgm(reading: _Reading, segment: Segment) -> None:
    for name, place in (("type_code", (0, 0)), ("functional_reference_id", (1, 0)), ("function_code", (2, 0))):
        if (text := segment.take(*place)) is not None:
            reading.manifest[name] = text


_INSTANTS: Final = {
    "137": "issue_date_time", "132": "arrival_date_time", "178": "arrival_date_time", "133": "departure_date_time",
    "11": "departure_date_time", "2": "delivery_date_time",
}  # fmt: skip


_OF_REPORT: Final = frozenset({"issue_date_time", "departure_date_time"})
_OF_CONSIGNMENT: Final = frozenset({"arrival_date_time", "delivery_date_time"})


def _dtm(reading: _Reading, segment: Segment) -> None:
    name = _INSTANTS.get(segment.peek(0) or "")
    whole = reading.consignment is None
    at = reading.manifest if whole else reading.consignment
    fits = name in (_OF_REPORT | {"arrival_date_time"} if whole else _OF_CONSIGNMENT)
    if name is None or at is None or not fits or name in at:
        return
    if (moment := moment_in(segment)) is not None:
        at[name] = moment


_PARTIES: Final = {
    "CZ": "consignor", "OS": "consignor", "CN": "consignee", "N1": "notify_party", "NI": "notify_party",
    "CA": "carrier", "MS": "submitter", "MR": "agent", "AG": "agent", "DP": "delivery_destination",
}  # fmt: skip


def _nad(reading: _Reading, segment: Segment) -> None:
    reading.item = None
    role = _PARTIES.get(segment.peek(0) or "")
    at = reading.manifest if role in ("carrier", "submitter", "agent") else reading.here
    if role is None or (role in at and role != "notify_party"):
        return
    if role in ("notify_party", "delivery_destination") and at is reading.manifest:
        return
    segment.take(0)
    has_address = role in ("consignor", "consignee", "carrier", "agent", "submitter")
    party = party_in(segment, address=has_address)
    if role == "notify_party":
        party["address_line"] = list(segment.rest(4))
    if role == "notify_party":
        at.setdefault(role, []).append(party)
    else:
        at[role] = party


def _tdt(reading: _Reading, segment: Segment) -> None:
    if segment.peek(0) not in ("20", "11"):
        return
    segment.take(0)
    manifest = reading.manifest
    if (voyage := segment.take(1)) is not None:
        manifest["voyage_id"] = voyage
    means = means_in(segment)
    if "type_code" not in means and (mode := segment.take(2, 1)) is not None:
        means["type_code"] = mode
    carrier = {"id": segment.take(4), "name": " ".join(segment.rest(4, 3))}
    segment.rest(4, 1)
    if any(carrier.values()) and "carrier" not in manifest:
        manifest["carrier"] = {name: text for name, text in carrier.items() if text}
    manifest["border_transport_means"] = means


_PLACES: Final = {
    "9": "loading_location", "11": "unloading_location", "60": "first_arrival_location", "8": "delivery_destination",
    "7": "delivery_destination", "80": "loading_location", "28": "unloading_location",
}  # fmt: skip


def _loc(reading: _Reading, segment: Segment) -> None:
    reading.item = None
    name = _PLACES.get(segment.peek(0) or "")
    at = reading.manifest if name == "first_arrival_location" else reading.here
    identifier, called = segment.peek(1), segment.peek(1, 3)
    if name is None or name in at or (identifier is None and called is None):
        return
    if at is reading.manifest and name != "first_arrival_location":
        return
    segment.take(0)
    # The code list that the identifier is of, and who keeps it, say nothing of the goods.
    segment.take(1, 1)
    segment.take(1, 2)
    place = {"id": segment.take(1), "name": segment.take(1, 3)}
    at[name] = {key: text for key, text in place.items() if text is not None}


def _cni(reading: _Reading, segment: Segment) -> None:
    consignment = reading.open_consignment()
    if (number := number_in(segment, 0)) is not None:
        consignment["sequence_numeric"] = number
    if (waybill := segment.take(1)) is not None:
        consignment["transport_contract_document"] = [{"id": waybill}]
    if (indicator := segment.take(1, 2)) is not None:
        consignment["load_indicator_code"] = indicator
    reading.unclaimed = True


def _rff(reading: _Reading, segment: Segment) -> None:
    kind, text = segment.peek(0), segment.peek(0, 1)
    if kind is None or text is None:
        return
    segment.take(0)
    segment.take(0, 1)
    if kind in _WAYBILL:
        # A bill of lading without a CNI before it begins a consignment of its own.
        if not reading.unclaimed:
            reading.open_consignment()
        reading.here.setdefault("transport_contract_document", []).append({"id": text, "type_code": kind})
    else:
        at = reading.consignment if reading.consignment is not None else reading.manifest
        at.setdefault("additional_document", []).append({"id": text, "type_code": kind})
    reading.unclaimed = False


def _gid(reading: _Reading, segment: Segment) -> None:
    reading.unclaimed = False
    item = reading.open_item()
    if (number := number_in(segment, 0)) is not None:
        item["sequence_numeric"] = number
    for element in (1, 2, 3):
        packages: Fields = {}
        if (count := number_in(segment, element)) is not None:
            packages["quantity_quantity"] = count
        if (kind := segment.take(element, 1)) is not None:
            packages["type_code"] = kind
        if described := ":".join(segment.rest(element, 2)):
            packages["packing_material_description"] = described
        if packages:
            item.setdefault("packaging", []).append(packages)


def _ftx(reading: _Reading, segment: Segment) -> None:
    subject = segment.take(0)
    code = segment.take(2)
    words = "".join(segment.rest(3))
    if reading.item is not None and subject == "AAA" and words:
        reading.item.setdefault("description", []).append(words)
    elif subject is not None and (words or code):
        statement = {"statement_type_code": subject, "statement_code": code, "statement_description": words or None}
        said = {name: text for name, text in statement.items() if text}
        reading.here.setdefault("additional_information", []).append(said)


_MASSES: Final = {
    "G": "gross_mass_measure",
    "AAB": "gross_mass_measure",
    "AAD": "gross_mass_measure",
    "N": "net_net_weight_measure",
    "AAL": "net_net_weight_measure",
}


def _mea(reading: _Reading, segment: Segment) -> None:
    what = segment.peek(1)
    unit, measure = segment.peek(2), number_in(segment, 2, 1)
    if measure is None:
        return
    for place in ((0, 0), (1, 0), (2, 0)):
        segment.take(*place)
    known = {**measure, "unit": unit_of(unit)}
    # How the quantity was counted says nothing more than its unit.
    segment.take(1, 1)
    item = reading.item
    if what in _MASSES and item is not None:
        item.setdefault("goods_measure", {}).setdefault(_MASSES[what], known)
    elif what in _MASSES and reading.consignment is not None:
        reading.consignment.setdefault("gross_mass_measure", known)
    elif what in ("AAW", "ABJ") and item is not None:
        item.setdefault("volume_measure", known)
    elif item is not None:
        item.setdefault("count_measure", []).append(known)


def _sgp(reading: _Reading, segment: Segment) -> None:
    if reading.item is not None and (unit := segment.take(0)) is not None:
        reading.item.setdefault("transport_equipment_id", []).append(unit)


def _cnt(reading: _Reading, segment: Segment) -> None:
    kind = segment.peek(0)
    count = number_in(segment, 0, 1)
    if count is None:
        return
    segment.take(0)
    unit = segment.take(0, 2) or ""
    measure = {**count, "unit": unit_of(unit)}
    at = reading.manifest if reading.consignment is None else reading.consignment
    match kind:
        case "7":
            at.setdefault("total_gross_mass_measure" if at is reading.manifest else "gross_mass_measure", measure)
        case "10" if at is reading.manifest:
            at["consignment_quantity"] = count
        case _:
            at.setdefault("total_package_quantity", []).append(measure)


def _eqd(reading: _Reading, segment: Segment) -> None:
    reading.item = None
    if (unit := segment.take(1)) is not None:
        # What kind of unit it is stands in its number; alone it is told.
        segment.take(0)
        reading.manifest.setdefault("transport_equipment", []).append({"id": unit})


def _sel(reading: _Reading, segment: Segment) -> None:
    equipment = reading.manifest.get("transport_equipment")
    if equipment and (seal := segment.take(0)) is not None:
        equipment[-1].setdefault("seal", []).append({"id": seal})


def _pia(reading: _Reading, segment: Segment) -> None:
    if reading.item is None:
        return
    segment.take(0)
    for element in range(1, len(segment.elements)):
        if (code := segment.take(element)) is not None:
            kind = ":".join(segment.rest(element, 1))
            classified = {"id": code, "identification_type_code": kind} if kind else {"id": code}
            reading.item.setdefault("classification", []).append(classified)


def _tsr(reading: _Reading, segment: Segment) -> None:
    codes = [code for element in range(len(segment.elements)) for code in segment.rest(element)]
    if reading.consignment is not None:
        reading.consignment.setdefault("service_code", []).extend(codes)


_SEGMENTS: Final[Mapping[str, Callable[[_Reading, Segment], None]]] = {
    "BGM": _bgm, "CNI": _cni, "CNT": _cnt, "DTM": _dtm, "EQD": _eqd, "FTX": _ftx, "GID": _gid, "LOC": _loc,
    "MEA": _mea, "NAD": _nad, "PIA": _pia, "RFF": _rff, "SEL": _sel, "SGP": _sgp, "TDT": _tdt, "TSR": _tsr,
}  # fmt: skip
