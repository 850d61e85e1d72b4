"""What customs answers, in the words of the WCO Data Model (document RES)."""

from __future__ import annotations

from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.papers import AdditionalInformation, Amendment, Pointer
from gatepair.clearance.declaration.values import Class, Moment


class Bank(Class, frozen=True):
    """The account to which is paid."""

    reference_id: str | None = None
    id: str | None = None


class Error(Class, frozen=True):
    """What is wrong with the declaration, by code, and where."""

    validation_code: str | None = None
    description: str | None = None
    pointer: tuple[Pointer, ...] = ()


class Status(Class, frozen=True):
    """How far the declaration has come."""

    name_code: str | None = None
    effective_date_time: Moment | None = None
    release_date_time: Moment | None = None
    pointer: tuple[Pointer, ...] = ()


class AppealOffice(Class, frozen=True):
    """Where an appeal is lodged."""

    id: str | None = None


class ContactOffice(Class, frozen=True):
    """The office to ask."""

    id: str | None = None


class Response(Class, frozen=True):
    """One answer to one declaration."""

    function_code: str | None = None
    functional_reference_id: str | None = None
    id: str | None = None
    issue_date_time: Moment | None = None
    type_code: str | None = None
    additional_information: tuple[AdditionalInformation, ...] = ()
    amendment: tuple[Amendment, ...] = ()
    appeal_office: AppealOffice | None = None
    bank: Bank | None = None
    contact_office: tuple[ContactOffice, ...] = ()
    error: tuple[Error, ...] = ()
    status: tuple[Status, ...] = ()
    declaration: Declaration | None = None
