"""China's road manifest: one trip with its waybills, the confirmation that it goes, and its deletion.

A trip is named by its cargo transport batch number (货物运输批次号).  One trip may carry several master waybills; a
waybill that is split over several trucks keeps one batch number and crosses as one.  The manifest is sent whole for
each waybill; the confirmation of carriage is sent once and is the declaration of the vehicle too; a deletion is by
batch number only.

Source: data elements of the notices of the General Administration of Customs of China on 原始舱单, 预配舱单 and 运抵报告;
batch, split, confirmation and deletion from its notice on the road manifest (http://www.scqike.com/n28950.htm, copy of
2024-03-16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.values import Class, Measure, Moment, Number


class RoadDocument(StrEnum):
    """What a message is, by its Chinese name."""

    ARRIVAL_MANIFEST = "原始舱单"
    """The manifest of what comes in."""
    DEPARTURE_MANIFEST = "预配舱单"
    """The manifest of what goes out."""
    ARRIVAL_REPORT = "运抵报告"
    CONFIRMATION_IN = "进境承运确报"
    CONFIRMATION_OUT = "出境承运确报"
    DELETION = "删除"


MANIFESTS = (RoadDocument.ARRIVAL_MANIFEST, RoadDocument.DEPARTURE_MANIFEST)
CONFIRMATIONS = (RoadDocument.CONFIRMATION_IN, RoadDocument.CONFIRMATION_OUT)


class RoadParty(Class, frozen=True):
    """A party of a waybill, and how to reach it."""

    id: str | None = None
    name: str | None = None
    address_line: str | None = None
    communication_id: str | None = None
    communication_type_code: str | None = None


class RoadEquipment(Class, frozen=True):
    """A container, with its seals as the notice writes them: kind, number, who put it on."""

    sequence_numeric: Number | None = None
    id: str | None = None
    size_type_code: str | None = None
    fullness_code: str | None = None
    seal_id: tuple[str, ...] = ()


class RoadItem(Class, frozen=True):
    """Goods of one kind on a waybill."""

    sequence_numeric: Number | None = None
    package_type_code: str | None = None
    package_quantity: Number | None = None
    brief_description: str | None = None
    description: str | None = None
    gross_mass: Measure | None = None
    dangerous_goods_code: str | None = None
    hs_code: str | None = None
    marks_numbers: str | None = None
    procedure_code: str | None = None


class RoadWaybill(Class, frozen=True):
    """One master waybill of a trip, whole."""

    id: str | None = None
    remark: str | None = None
    volume: Measure | None = None
    package_quantity: Number | None = None
    package_type_code: str | None = None
    gross_mass: Measure | None = None
    loading_place_code: str | None = None
    unloading_place_code: str | None = None
    unloading_date_time: Moment | None = None
    value: Number | None = None
    currency: str | None = None
    consigned_from_code: str | None = None
    change_reason_code: str | None = None
    goods_status_code: str | None = None
    consignee: RoadParty | None = None
    consignor: RoadParty | None = None
    notify_party: RoadParty | None = None
    freight_payment_code: str | None = None
    carriage_condition_code: str | None = None
    dangerous_goods_contact: RoadParty | None = None
    split_code: str | None = None
    transport_equipment: tuple[RoadEquipment, ...] = ()
    item: tuple[RoadItem, ...] = ()
    china_europe_train_code: str | None = None


class RoadManifest(Class, frozen=True):
    """One message about one trip."""

    document: RoadDocument
    batch_id: str | None = None
    """货物运输批次号; the notices' 航次号 for a road trip (149 Conveyance reference number)."""
    sender_code: str | None = None
    port_code: str | None = None
    office_code: str | None = None
    expected_date_time: Moment | None = None
    agent_code: str | None = None
    carrier_code: str | None = None
    vehicle_trip_id: str | None = None
    mode_code: str | None = None
    vehicle_name: str | None = None
    routing_country_code: tuple[str, ...] = ()
    waybill: tuple[RoadWaybill, ...] = ()


# --- trips --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoadTrip:
    """A trip as its messages make it; ``vehicles`` are more than one only where a waybill is split."""

    batch_id: str
    waybills: Mapping[str, RoadWaybill] = field(default_factory=dict)
    vehicles: tuple[str, ...] = ()
    confirmed: bool = False


Trips = Mapping[str, RoadTrip]


@dataclass(frozen=True, slots=True)
class Filed:
    """The trips after a message, and why it changed nothing where it did not."""

    trips: Trips
    findings: tuple[Finding, ...] = ()


def file(trips: Trips, message: RoadManifest) -> Filed:
    """Return ``trips`` after ``message``, which is done whole or not at all."""
    findings = tuple(_faults(trips, message))
    batch = message.batch_id or ""
    if findings:
        return Filed(trips, findings)
    if message.document is RoadDocument.DELETION:
        return Filed({name: trip for name, trip in trips.items() if name != batch})
    trip = trips.get(batch, RoadTrip(batch))
    vehicle = message.vehicle_name
    vehicles = trip.vehicles if vehicle is None or vehicle in trip.vehicles else (*trip.vehicles, vehicle)
    waybills = trip.waybills
    if message.document in MANIFESTS:
        waybills = {**waybills, **{waybill.id or "": waybill for waybill in message.waybill}}
    confirmed = trip.confirmed or message.document in CONFIRMATIONS
    return Filed({**trips, batch: RoadTrip(batch, waybills, vehicles, confirmed)})


def _faults(trips: Trips, message: RoadManifest) -> list[Finding]:
    batch, document = message.batch_id, message.document
    if batch is None:
        return [say.NO_BATCH.at("batch_id")]
    trip = trips.get(batch)
    if document is RoadDocument.DELETION and message.waybill:
        return [say.DELETION_BY_BATCH.at("waybill", batch=batch)]
    if document not in MANIFESTS:
        if trip is None:
            return [say.BATCH_UNKNOWN.at("batch_id", batch=batch)]
        if document not in CONFIRMATIONS:
            return []
        return [say.CONFIRMED_ALREADY.at("batch_id", batch=batch)] if trip.confirmed else []
    if trip is not None and trip.confirmed:
        return [say.CONFIRMED_ALREADY.at("batch_id", batch=batch)]
    return [
        finding
        for index, waybill in enumerate(message.waybill)
        for finding in _waybill_faults(trips, batch, waybill, path=f"waybill.{index}")
    ]


def _waybill_faults(trips: Trips, batch: str, waybill: RoadWaybill, *, path: str) -> list[Finding]:
    if waybill.id is None:
        return [say.NO_WAYBILL.at(f"{path}.id")]
    other = next((name for name, trip in trips.items() if name != batch and waybill.id in trip.waybills), None)
    if other is not None:
        return [say.WAYBILL_ELSEWHERE.at(f"{path}.id", waybill=waybill.id, batch=other)]
    known = trips[batch].waybills.get(waybill.id) if batch in trips else None
    if known is not None and waybill.change_reason_code is None and waybill.split_code is None and known != waybill:
        return [say.CHANGE_WITHOUT_REASON.at(f"{path}.change_reason_code", waybill=waybill.id)]
    return []
