"""What is asked about a shipment of food, plants or animals, and the certificates and tests that come with it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled

Country = Annotated[str, spelled("[A-Z]{2}")]
Hs = Annotated[str, spelled("[0-9]{4,10}")]
Key = Annotated[str, spelled(r"[a-z0-9][a-z0-9_-]{0,47}")]
SiteCode = Annotated[str, Meta(min_length=1, max_length=40)]
"""As declared; whether it has the form of a code is for the checks to say."""
Number = Annotated[str, Meta(min_length=1, max_length=64)]
LINK_MAX: Final = 2_048
"""Longest link that is looked at: no registry's address needs more."""


class SiteKind(StrEnum):
    """What is registered."""

    ORCHARD = "orchard"
    """A growing area (mã số vùng trồng)."""
    PACKING_HOUSE = "packing_house"
    PRODUCER = "producer"
    """A foreign producer of food registered with GACC."""
    LABORATORY = "laboratory"
    """A laboratory whose reports the importing side takes."""


class CertificateKind(StrEnum):
    """What a certificate certifies."""

    PHYTO = "phyto"
    """Phytosanitary certificate on paper."""
    EPHYTO = "ephyto"
    """Phytosanitary certificate that came through the hub."""
    HEALTH = "health"
    """Health certificate for food of animals and for animals."""


class CertificateState(StrEnum):
    """What its issuer says of a certificate today."""

    ISSUED = "issued"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class HubState(StrEnum):
    """Where the hub says that the envelope of an electronic certificate is; the hub's own words.

    Source: web service of the IPPC ePhyto Hub, type ``HUBTrackingInfo``.
    """

    PENDING = "PendingDelivery"
    DELIVERED = "Delivered"
    WARNINGS = "DeliveredWithWarnings"
    UNREADABLE = "DeliveredNotReadable"
    FAILED = "FailedDelivery"
    UNKNOWN = "EnvelopeNotExists"


class Certificate(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One certificate as it is shown."""

    kind: CertificateKind
    number: Number
    issuer: Country
    issued: date
    state: CertificateState = CertificateState.ISSUED
    hub: HubState | None = None
    """Only for one that comes through the hub; None while nobody asked the hub."""
    link: Annotated[str, Meta(max_length=LINK_MAX)] = ""
    """Where it says that it can be checked; nothing is fetched, only the host is compared."""


class TestReport(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A laboratory's report on one substance; ``passed`` None while the result is awaited."""

    __test__ = False

    number: Number
    laboratory: SiteCode
    substance: Key
    taken: date
    passed: bool | None = None


class SpsItem(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One goods item with the sites that it comes from."""

    hs: Hs
    product: Key | None = None
    """The product by name where its HS code holds several (``dragon_fruit`` of 081090)."""
    sites: Annotated[tuple[SiteCode, ...], Meta(max_length=200)] = ()
    """Codes of orchards, packing houses and producers."""


class Shipment(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What crosses, from which country into which, through which gate."""

    exporter: Country
    importer: Country
    gate: Key
    """Key of the entry post."""
    items: Annotated[tuple[SpsItem, ...], Meta(max_length=1_000)]
    certificates: Annotated[tuple[Certificate, ...], Meta(max_length=100)] = ()
    tests: Annotated[tuple[TestReport, ...], Meta(max_length=200)] = ()
