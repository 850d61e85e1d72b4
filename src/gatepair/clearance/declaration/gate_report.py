"""The report of containers through a gate, as terminals and carriers tell each other (UN/EDIFACT CODECO)."""

from __future__ import annotations

from gatepair.clearance.declaration.papers import AdditionalDocument, AdditionalInformation
from gatepair.clearance.declaration.parties import Submitter
from gatepair.clearance.declaration.transport import BorderTransportMeans
from gatepair.clearance.declaration.values import Class, Measure, Moment, Number


class GateSeal(Class, frozen=True):
    """A seal, and who put it on (UN/EDIFACT 9303)."""

    id: str | None = None
    party_code: str | None = None


class GateLocation(Class, frozen=True):
    """A place and what it is to the report (UN/EDIFACT 3227)."""

    function_code: str | None = None
    id: str | None = None
    name: str | None = None


class GateMoment(Class, frozen=True):
    """An instant and what happened then (UN/EDIFACT 2005)."""

    function_code: str | None = None
    moment: Moment | None = None


class GateMeasure(Class, frozen=True):
    """A mass or size and what was measured (UN/EDIFACT 6313)."""

    dimension_code: str | None = None
    value: Measure | None = None


class GateMove(Class, frozen=True):
    """One container through the gate."""

    type_code: str | None = None
    """Kind of equipment (UN/EDIFACT 8053), ``CN`` for a container."""
    id: str | None = None
    size_type_code: str | None = None
    """Source: ISO 6346."""
    status_code: str | None = None
    fullness_code: str | None = None
    """Empty 4, full 5 (UN/EDIFACT 8169)."""
    movement_type_code: str | None = None
    document: tuple[AdditionalDocument, ...] = ()
    date_time: tuple[GateMoment, ...] = ()
    location: tuple[GateLocation, ...] = ()
    measure: tuple[GateMeasure, ...] = ()
    seal: tuple[GateSeal, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    transport_means: BorderTransportMeans | None = None


class GateReport(Class, frozen=True):
    """A report of containers that came in through a gate (34) or went out (36)."""

    type_code: str | None = None
    functional_reference_id: str | None = None
    function_code: str | None = None
    issue_date_time: Moment | None = None
    document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    voyage_id: str | None = None
    transport_means: BorderTransportMeans | None = None
    location: tuple[GateLocation, ...] = ()
    party: tuple[Submitter, ...] = ()
    move: tuple[GateMove, ...] = ()
    move_quantity: Number | None = None
