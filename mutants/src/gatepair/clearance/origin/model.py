"""What an origin question is made of: a bill of materials and the facts about making, carriage and proof.

Money is in minor units of one currency for the whole bill, mass in grams.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled

Money = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Mass = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Country = Annotated[str, spelled("[A-Z]{2}")]
"""ISO 3166-1 alpha-2."""
Hs = Annotated[str, spelled("[0-9]{6}([0-9]{2}){0,2}")]
"""Six, eight or ten digits; only the first six say anything about origin."""
Date = Annotated[str, spelled("[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Text = Annotated[str, Meta(max_length=280)]
MATERIALS_MAX: Final = 2_000
"""Most materials in a bill: an assembled machine has some hundreds."""


class Treaty(StrEnum):
    """A free-trade agreement under which preference is asked."""

    ACFTA = "ACFTA"
    """ASEAN and China; proof by Form E."""
    RCEP = "RCEP"
    """Regional Comprehensive Economic Partnership."""


class Status(StrEnum):
    """What is known of a material's origin under the treaty."""

    ORIGINATING = "originating"
    NON_ORIGINATING = "non_originating"
    UNDETERMINED = "undetermined"
    """Counts as non-originating."""


class Use(StrEnum):
    """What a material is to the good."""

    MATERIAL = "material"
    RETAIL_PACKING = "retail_packing"
    TRANSPORT_PACKING = "shipping_packing"
    ACCESSORY = "accessory"
    """Accessories, spare parts and tools delivered with the good, on its invoice, usual in number and value."""
    INDIRECT = "indirect"
    """Fuel, catalysts, tools, dies, test gear: used up or worn, and no part of the good."""


class Stock(StrEnum):
    """How fungible originating and non-originating materials are told apart."""

    APART = "apart"
    METHOD = "method"
    """By one method of accounting for stock during the whole fiscal year."""
    MIXED = "mixed"
    """By nothing: none of it can be shown to originate."""


class Material(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One material of the good, with its value as the treaty wants it (CIF, or the first ascertainable price)."""

    hs: Hs
    value_minor: Money
    status: Status
    origin: Country | None = None
    description: Text = ""
    value_basis: Text = ""
    evidence: Text = ""
    """The proof with which a material of another Party counts as originating: Form E, or an RCEP proof."""
    use: Use = Use.MATERIAL
    mass_g: Mass | None = None
    deductible_minor: Money = 0
    """Inland freight, insurance and packing within ``value_minor`` that the treaty leaves out."""
    stock: Stock = Stock.APART


class Costs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What was added besides materials, for the build-up method."""

    direct_labour_minor: Money = 0
    direct_overhead_minor: Money = 0
    profit_minor: Money = 0
    other_minor: Money = 0

    def total_minor(self) -> int:
        """Return the sum."""
        return self.direct_labour_minor + self.direct_overhead_minor + self.profit_minor + self.other_minor


class Carriage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """How the goods went from the exporting to the importing Party."""

    via: tuple[Country, ...] = ()
    """Countries and territories crossed in between."""
    entered_commerce_in: tuple[Country, ...] = ()
    operations_in_transit: tuple[Text, ...] = ()
    through_bill_of_lading: bool | None = None
    customs_control: bool | None = None
    """Whether the goods stayed under the control of customs; None when nothing is said."""


class Product(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The good whose origin is asked."""

    hs: Hs
    description: Text = ""
    hs_version: Text = "HS 2022"
    mass_g: Mass | None = None
    scope: Text = ""
    """Which part of a divided line the good belongs to: a term of the rule table."""
    conditions: tuple[Text, ...] = ()
    """Terms of the rule table that the good fulfils."""


class Bill(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One origin question."""

    treaty: Treaty
    exporting_party: Country
    importing_party: Country
    product: Product
    fob_minor: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    currency: Annotated[str, spelled("[A-Z]{3}")]
    materials: Annotated[tuple[Material, ...], Meta(max_length=MATERIALS_MAX)] = ()
    work: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    """What was done to make the good, in words or codes of :class:`~gatepair.clearance.origin.work.Operation`."""
    costs: Costs | None = None
    carriage: Carriage | None = None
    on_appendix: bool | None = None
    """Whether the line is on the importing Party's Appendix of tariff differentials; None when that is not known."""
