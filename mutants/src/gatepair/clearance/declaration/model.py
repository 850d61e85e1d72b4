"""The declaration as a whole, in the words of the WCO Data Model.

Every class of the data model that goods declarations use is here under its own name, with every element under its
name in small letters.  What one declaration of a kind has another may lack, so nothing is required of the shape;
what must be there is for the checks to say.

Source: WCO Data Model 3.6, document DEC, as customs administrations publish it.
"""

from __future__ import annotations

from gatepair.clearance.declaration.goods import (
    CurrencyExchange,
    CustomsValuation,
    Destination,
    ExportCountry,
    GovernmentAgencyGoodsItem,
    TradeTerms,
    Warehouse,
)
from gatepair.clearance.declaration.papers import (
    UCR,
    AdditionalDocument,
    AdditionalInformation,
    Amendment,
    Invoice,
    ObligationGuarantee,
    PreviousDocument,
)
from gatepair.clearance.declaration.parties import (
    AEOMutualRecognitionParty,
    Agent,
    Authentication,
    AuthorisationHolder,
    Buyer,
    Consignee,
    Consignor,
    Declarant,
    DomesticDutyTaxParty,
    ExitOffice,
    Exporter,
    Importer,
    Payer,
    PresentationOffice,
    Seller,
    Submitter,
    SupervisingOffice,
    Surety,
)
from gatepair.clearance.declaration.transport import BorderTransportMeans, Consignment
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment


class GoodsShipment(Class, frozen=True):
    """The goods of one declaration, sold or sent together."""

    exit_date_time: Moment | None = None
    transaction_nature_code: str | None = None
    aeo_mutual_recognition_party: tuple[AEOMutualRecognitionParty, ...] = ()
    buyer: Buyer | None = None
    consignee: Consignee | None = None
    consignment: Consignment | None = None
    consignor: Consignor | None = None
    customs_valuation: CustomsValuation | None = None
    destination: Destination | None = None
    domestic_duty_tax_party: tuple[DomesticDutyTaxParty, ...] = ()
    export_country: ExportCountry | None = None
    government_agency_goods_item: tuple[GovernmentAgencyGoodsItem, ...] = ()
    importer: Importer | None = None
    invoice: Invoice | None = None
    payer: Payer | None = None
    previous_document: tuple[PreviousDocument, ...] = ()
    seller: Seller | None = None
    surety: Surety | None = None
    trade_terms: TradeTerms | None = None
    ucr: UCR | None = None
    warehouse: Warehouse | None = None


class Declaration(Class, frozen=True):
    """What a declarant tells customs, or an amendment or a cancellation of it."""

    acceptance_date_time: Moment | None = None
    function_code: str | None = None
    functional_reference_id: str | None = None
    id: str | None = None
    version_id: str | None = None
    issue_date_time: Moment | None = None
    issue_location_id: str | None = None
    type_code: str | None = None
    goods_item_quantity: Measure | None = None
    declaration_office_id: str | None = None
    invoice_amount: Amount | None = None
    loading_list_quantity: Measure | None = None
    total_gross_mass_measure: Measure | None = None
    total_package_quantity: Measure | None = None
    specific_circumstances_code_code: str | None = None
    authentication: Authentication | None = None
    submitter: Submitter | None = None
    additional_document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    agent: Agent | None = None
    amendment: tuple[Amendment, ...] = ()
    authorisation_holder: tuple[AuthorisationHolder, ...] = ()
    border_transport_means: BorderTransportMeans | None = None
    consignment: Consignment | None = None
    currency_exchange: tuple[CurrencyExchange, ...] = ()
    declarant: Declarant | None = None
    exit_office: ExitOffice | None = None
    exporter: Exporter | None = None
    goods_shipment: GoodsShipment | None = None
    obligation_guarantee: tuple[ObligationGuarantee, ...] = ()
    presentation_office: PresentationOffice | None = None
    supervising_office: SupervisingOffice | None = None
