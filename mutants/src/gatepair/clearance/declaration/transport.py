"""Consignment, means of transport and equipment, in the words of the WCO Data Model."""

from __future__ import annotations

from gatepair.clearance.declaration.parties import Address, Carrier, Consignor
from gatepair.clearance.declaration.values import Class, Number


class ArrivalTransportMeans(Class, frozen=True):
    """The means of transport on which the goods arrive."""

    name: str | None = None
    id: str | None = None
    identification_type_code: str | None = None
    type_code: str | None = None
    mode_code: str | None = None


class BorderTransportMeans(Class, frozen=True):
    """The means of transport that crosses the border."""

    name: str | None = None
    id: str | None = None
    identification_type_code: str | None = None
    type_code: str | None = None
    registration_nationality_code: str | None = None
    mode_code: str | None = None


class DepartureTransportMeans(Class, frozen=True):
    """The means of transport on which the goods depart."""

    name: str | None = None
    id: str | None = None
    identification_type_code: str | None = None
    type_code: str | None = None
    mode_code: str | None = None


class Freight(Class, frozen=True):
    """The charge for carriage."""

    payment_method_code: str | None = None


class GoodsLocation(Class, frozen=True):
    """Where the goods lie for customs to see."""

    name: str | None = None
    id: str | None = None
    type_code: str | None = None
    address: Address | None = None


class Itinerary(Class, frozen=True):
    """A country on the way."""

    sequence_numeric: Number | None = None
    routing_country_code: str | None = None


class LoadingLocation(Class, frozen=True):
    """Where the goods are loaded."""

    name: str | None = None
    id: str | None = None


class Seal(Class, frozen=True):
    """A seal on a unit."""

    sequence_numeric: Number | None = None
    id: str | None = None


class TransportEquipment(Class, frozen=True):
    """A container or other unit, with its seals."""

    sequence_numeric: Number | None = None
    id: str | None = None
    seal: tuple[Seal, ...] = ()


class ConsignmentItem(Class, frozen=True):
    """One item of a consignment."""

    sequence_numeric: Number | None = None
    consignor: Consignor | None = None
    freight: Freight | None = None


class Consignment(Class, frozen=True):
    """Goods carried under one contract of carriage."""

    carrier: Carrier | None = None
    consignment_item: tuple[ConsignmentItem, ...] = ()
    consignor: Consignor | None = None
    freight: Freight | None = None
    itinerary: tuple[Itinerary, ...] = ()
    container_code: str | None = None
    arrival_transport_means: ArrivalTransportMeans | None = None
    departure_transport_means: DepartureTransportMeans | None = None
    goods_location: GoodsLocation | None = None
    loading_location: LoadingLocation | None = None
    transport_equipment: tuple[TransportEquipment, ...] = ()
