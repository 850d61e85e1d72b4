"""Parties, offices and how to reach them, in the words of the WCO Data Model."""

from __future__ import annotations

from gatepair.clearance.declaration.values import Class


class Address(Class, frozen=True):
    """A postal address, or the place where goods lie."""

    city_name: str | None = None
    country_code: str | None = None
    country_sub_division_code: str | None = None
    country_sub_division_name: str | None = None
    line: str | None = None
    postcode_id: str | None = None
    type_code: str | None = None


class Communication(Class, frozen=True):
    """A telephone number or an address of another kind."""

    id: str | None = None
    type_code: str | None = None


class Contact(Class, frozen=True):
    """A person to ask."""

    name: str | None = None


class Agent(Class, frozen=True):
    """Who acts for the declarant."""

    name: str | None = None
    id: str | None = None
    function_code: str | None = None
    address: Address | None = None


class AuthorisationHolder(Class, frozen=True):
    """Who holds an authorisation that is used."""

    id: str | None = None
    category_code: str | None = None


class AEOMutualRecognitionParty(Class, frozen=True):
    """A party whose authorised-operator status the other side recognises."""

    id: str | None = None
    role_code: str | None = None


class Buyer(Class, frozen=True):
    """Who buys the goods."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Carrier(Class, frozen=True):
    """Who carries the goods."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    communication: Communication | None = None


class Consignee(Class, frozen=True):
    """To whom the goods go."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None


class Consignor(Class, frozen=True):
    """Who sends the goods."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None


class Declarant(Class, frozen=True):
    """Who declares."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class DomesticDutyTaxParty(Class, frozen=True):
    """A party for domestic taxes."""

    id: str | None = None
    role_code: str | None = None


class Exporter(Class, frozen=True):
    """Who exports the goods."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Importer(Class, frozen=True):
    """Who imports the goods."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Payer(Class, frozen=True):
    """Who pays."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None


class Seller(Class, frozen=True):
    """Who sells the goods."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Submitter(Class, frozen=True):
    """Who hands something in."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None
    role_code: str | None = None


class Surety(Class, frozen=True):
    """Who stands surety."""

    name: str | None = None
    id: str | None = None
    address: Address | None = None


class Authenticator(Class, frozen=True):
    """The person who signs."""

    name: str | None = None


class Authentication(Class, frozen=True):
    """Who vouches for the declaration."""

    authentication: str | None = None
    authenticator: Authenticator | None = None


class ExitOffice(Class, frozen=True):
    """The customs office where the goods leave."""

    id: str | None = None


class GuaranteeOffice(Class, frozen=True):
    """The customs office that keeps a guarantee."""

    id: str | None = None


class PresentationOffice(Class, frozen=True):
    """The customs office to which the goods are shown."""

    id: str | None = None


class SupervisingOffice(Class, frozen=True):
    """The customs office that watches a procedure."""

    id: str | None = None
