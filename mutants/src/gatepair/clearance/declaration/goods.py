"""Goods items with their classification, value, origin and packages, in the words of the WCO Data Model."""

from __future__ import annotations

from gatepair.clearance.declaration.papers import UCR, AdditionalDocument, AdditionalInformation, PreviousDocument
from gatepair.clearance.declaration.parties import (
    AEOMutualRecognitionParty,
    Buyer,
    Consignee,
    Consignor,
    DomesticDutyTaxParty,
    Seller,
)
from gatepair.clearance.declaration.transport import TransportEquipment
from gatepair.clearance.declaration.values import Amount, Class, Measure, Number


class ChargeDeduction(Class, frozen=True):
    """A charge added to or taken from the price."""

    charges_type_code: str | None = None
    other_charge_deduction_amount: Amount | None = None


class Classification(Class, frozen=True):
    """A code of a nomenclature."""

    id: str | None = None
    identification_type_code: str | None = None


class CurrencyExchange(Class, frozen=True):
    """A rate between currencies."""

    currency_type_code: str | None = None
    rate_numeric: Number | None = None


class CustomsValuation(Class, frozen=True):
    """How the customs value was found."""

    freight_charge_amount: Amount | None = None
    charge_deduction: tuple[ChargeDeduction, ...] = ()
    method_code: str | None = None


class DangerousGoods(Class, frozen=True):
    """A danger that the goods bear."""

    undg_id: str | None = None


class Destination(Class, frozen=True):
    """Where the goods go."""

    country_code: str | None = None
    region_id: str | None = None


class ExportCountry(Class, frozen=True):
    """The country from which the goods are sent."""

    id: str | None = None


class Payment(Class, frozen=True):
    """What is paid, and how."""

    method_code: str | None = None
    tax_assessed_amount: Amount | None = None
    payment_amount: Amount | None = None


class DutyTaxFee(Class, frozen=True):
    """A duty, tax or fee on an item."""

    ad_valorem_tax_base_amount: Amount | None = None
    deduct_amount: Amount | None = None
    duty_regime_code: str | None = None
    specific_tax_base_quantity: Measure | None = None
    tax_rate_numeric: Number | None = None
    type_code: str | None = None
    quota_order_id: str | None = None
    payment: Payment | None = None


class GoodsMeasure(Class, frozen=True):
    """Masses and the quantity that the tariff asks for."""

    gross_mass_measure: Measure | None = None
    net_net_weight_measure: Measure | None = None
    tariff_quantity: Measure | None = None


class GovernmentProcedure(Class, frozen=True):
    """The procedure asked for, and the one before."""

    current_code: str | None = None
    previous_code: str | None = None


class InvoiceLine(Class, frozen=True):
    """The price of an item."""

    item_charge_amount: Amount | None = None


class Commodity(Class, frozen=True):
    """What the goods are."""

    description: str | None = None
    classification: tuple[Classification, ...] = ()
    dangerous_goods: tuple[DangerousGoods, ...] = ()
    duty_tax_fee: tuple[DutyTaxFee, ...] = ()
    goods_measure: GoodsMeasure | None = None
    invoice_line: InvoiceLine | None = None
    transport_equipment: tuple[TransportEquipment, ...] = ()


class Origin(Class, frozen=True):
    """A country of origin, preferential or not."""

    country_code: str | None = None
    region_id: str | None = None
    type_code: str | None = None


class Packaging(Class, frozen=True):
    """Packages of one kind."""

    sequence_numeric: Number | None = None
    marks_numbers_id: str | None = None
    quantity_quantity: Measure | None = None
    type_code: str | None = None
    packing_material_description: str | None = None
    length_measure: Measure | None = None
    width_measure: Measure | None = None
    height_measure: Measure | None = None
    volume_measure: Measure | None = None


class TradeTerms(Class, frozen=True):
    """The terms of delivery."""

    condition_code: str | None = None
    country_relationship_code: str | None = None
    description: str | None = None
    location_id: str | None = None
    location_name: str | None = None


class ValuationAdjustment(Class, frozen=True):
    """An adjustment of the value."""

    addition_code: str | None = None


class Warehouse(Class, frozen=True):
    """A warehouse."""

    id: str | None = None
    type_code: str | None = None


class GovernmentAgencyGoodsItem(Class, frozen=True):
    """One item of goods as government agencies see it."""

    customs_value_amount: Amount | None = None
    sequence_numeric: Number | None = None
    statistical_value_amount: Amount | None = None
    transaction_nature_code: str | None = None
    additional_document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    aeo_mutual_recognition_party: tuple[AEOMutualRecognitionParty, ...] = ()
    buyer: Buyer | None = None
    commodity: Commodity | None = None
    consignee: Consignee | None = None
    consignor: Consignor | None = None
    customs_valuation: CustomsValuation | None = None
    destination: Destination | None = None
    domestic_duty_tax_party: tuple[DomesticDutyTaxParty, ...] = ()
    export_country: ExportCountry | None = None
    government_procedure: tuple[GovernmentProcedure, ...] = ()
    origin: tuple[Origin, ...] = ()
    packaging: tuple[Packaging, ...] = ()
    previous_document: tuple[PreviousDocument, ...] = ()
    seller: Seller | None = None
    ucr: UCR | None = None
    valuation_adjustment: ValuationAdjustment | None = None
