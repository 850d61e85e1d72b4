"""Documents, statements and references, in the words of the WCO Data Model."""

from __future__ import annotations

from gatepair.clearance.declaration.parties import GuaranteeOffice, Submitter
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment, Number


class Pointer(Class, frozen=True):
    """A step of the way to a part of a declaration: which class, the how manieth, which element."""

    sequence_numeric: Number | None = None
    document_section_code: str | None = None
    tag_id: str | None = None


class AdditionalInformation(Class, frozen=True):
    """A statement by code or in words, about what its pointers name."""

    sequence_numeric: Number | None = None
    statement_code: str | None = None
    statement_description: str | None = None
    statement_type_code: str | None = None
    pointer: tuple[Pointer, ...] = ()


class WriteOff(Class, frozen=True):
    """What of a licence is used up."""

    quantity_quantity: Measure | None = None
    amount_amount: Amount | None = None


class AdditionalDocument(Class, frozen=True):
    """A certificate, licence, permit or other paper that goes with the goods."""

    sequence_numeric: Number | None = None
    category_code: str | None = None
    id: str | None = None
    type_code: str | None = None
    effective_date_time: Moment | None = None
    name: str | None = None
    lpco_exemption_code: str | None = None
    submitter: Submitter | None = None
    write_off: WriteOff | None = None


class Amendment(Class, frozen=True):
    """Why and where an earlier declaration is changed."""

    change_reason_code: str | None = None
    pointer: tuple[Pointer, ...] = ()


class Invoice(Class, frozen=True):
    """The commercial invoice."""

    id: str | None = None
    issue_date_time: Moment | None = None


class PreviousDocument(Class, frozen=True):
    """A document that went before."""

    sequence_numeric: Number | None = None
    category_code: str | None = None
    id: str | None = None
    type_code: str | None = None
    line_numeric: Number | None = None


class UCR(Class, frozen=True):
    """The unique consignment reference."""

    id: str | None = None
    trader_assigned_reference_id: str | None = None


class ObligationGuarantee(Class, frozen=True):
    """A guarantee for what is owed."""

    amount_amount: Amount | None = None
    id: str | None = None
    reference_id: str | None = None
    security_details_code: str | None = None
    access_code: str | None = None
    guarantee_office: GuaranteeOffice | None = None
