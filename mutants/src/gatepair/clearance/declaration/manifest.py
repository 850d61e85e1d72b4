"""The cargo report, or manifest: what a means of transport carries, in the words of the WCO Data Model.

One report is about one journey and holds any number of consignments, each under one transport contract.
"""

from __future__ import annotations

from gatepair.clearance.declaration.goods import Classification, DangerousGoods, GoodsMeasure, InvoiceLine, Packaging
from gatepair.clearance.declaration.papers import AdditionalDocument, AdditionalInformation
from gatepair.clearance.declaration.parties import Agent, Carrier, Consignee, Consignor, Contact, Submitter
from gatepair.clearance.declaration.transport import (
    BorderTransportMeans,
    Itinerary,
    LoadingLocation,
    TransportEquipment,
)
from gatepair.clearance.declaration.values import Class, Measure, Moment, Number


class TransportContractDocument(Class, frozen=True):
    """The waybill or bill of lading."""

    id: str | None = None
    type_code: str | None = None


class NotifyParty(Class, frozen=True):
    """Who is told of the arrival."""

    name: str | None = None
    id: str | None = None
    address_line: tuple[str, ...] = ()
    contact: Contact | None = None


class UnloadingLocation(Class, frozen=True):
    """Where the goods are unloaded."""

    id: str | None = None
    name: str | None = None


class DeliveryDestination(Class, frozen=True):
    """Where the goods are to be delivered."""

    id: str | None = None
    name: str | None = None


class CargoItem(Class, frozen=True):
    """Goods of one kind within a consignment."""

    sequence_numeric: Number | None = None
    description: tuple[str, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    classification: tuple[Classification, ...] = ()
    dangerous_goods: tuple[DangerousGoods, ...] = ()
    goods_measure: GoodsMeasure | None = None
    volume_measure: Measure | None = None
    count_measure: tuple[Measure, ...] = ()
    invoice_line: InvoiceLine | None = None
    packaging: tuple[Packaging, ...] = ()
    transport_equipment_id: tuple[str, ...] = ()


class CargoConsignment(Class, frozen=True):
    """One consignment of a cargo report."""

    sequence_numeric: Number | None = None
    load_indicator_code: str | None = None
    transport_contract_document: tuple[TransportContractDocument, ...] = ()
    additional_document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    arrival_date_time: Moment | None = None
    delivery_date_time: Moment | None = None
    consignor: Consignor | None = None
    consignee: Consignee | None = None
    notify_party: tuple[NotifyParty, ...] = ()
    delivery_destination: DeliveryDestination | None = None
    loading_location: LoadingLocation | None = None
    unloading_location: UnloadingLocation | None = None
    itinerary: tuple[Itinerary, ...] = ()
    service_code: tuple[str, ...] = ()
    gross_mass_measure: Measure | None = None
    total_package_quantity: tuple[Measure, ...] = ()
    cargo_item: tuple[CargoItem, ...] = ()


class Manifest(Class, frozen=True):
    """A cargo report."""

    function_code: str | None = None
    functional_reference_id: str | None = None
    type_code: str | None = None
    issue_date_time: Moment | None = None
    departure_date_time: Moment | None = None
    arrival_date_time: Moment | None = None
    total_gross_mass_measure: Measure | None = None
    total_package_quantity: tuple[Measure, ...] = ()
    consignment_quantity: Number | None = None
    additional_document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    agent: Agent | None = None
    border_transport_means: BorderTransportMeans | None = None
    voyage_id: str | None = None
    carrier: Carrier | None = None
    consignor: Consignor | None = None
    consignee: Consignee | None = None
    submitter: Submitter | None = None
    first_arrival_location: UnloadingLocation | None = None
    transport_equipment: tuple[TransportEquipment, ...] = ()
    consignment: tuple[CargoConsignment, ...] = ()
