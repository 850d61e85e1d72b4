"""Numbers by which the WCO Data Model names its classes and elements: what the pointers of an amendment hold.

Source: WCO Data Model 3.6, identifiers of the classes and elements that goods declarations use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_TABLE: Final = """
42A Declaration: AcceptanceDateTime 023, FunctionCode 017, FunctionalReferenceID D026, ID D014, IssueDateTime D011, IssueLocationID D012, TypeCode D013, GoodsItemQuantity 228, DeclarationOfficeID 065, InvoiceAmount 109, LoadingListQuantity 013, TotalGrossMassMeasure 131, TotalPackageQuantity 146, SpecificCircumstancesCodeCode 504
61B Authentication: Authentication 104
12A Authenticator: Name R007
17B Submitter: Name R058, ID R059, RoleCode R005
04A Address: CityName 241, CountryCode 242, CountrySubDivisionCode 244, CountrySubDivisionName 243, Line 239, PostcodeID 245, TypeCode 410
02A AdditionalDocument: CategoryCode D031, ID D005, TypeCode D006, EffectiveDateTime 276, Name D028, LPCOExemptionCode 360
03A AdditionalInformation: StatementCode 226, StatementDescription 225, StatementTypeCode 369
97A Pointer: SequenceNumeric 006, DocumentSectionCode 375, TagID 381
05A Agent: Name R003, ID R004, FunctionCode 102
06A Amendment: ChangeReasonCode 099
17C AuthorisationHolder: ID R144, CategoryCode R145
15A BorderTransportMeans: Name T005, ID T006, IdentificationTypeCode T018, TypeCode T010, RegistrationNationalityCode T014, ModeCode T022
28A Consignment: ContainerCode 096
18A Carrier: Name R011, ID R012
25A Communication: ID 240, TypeCode 253
29A ConsignmentItem: SequenceNumeric 006
30A Consignor: Name R020, ID R021
62A Freight: PaymentMethodCode 098
81A Itinerary: SequenceNumeric 006, RoutingCountryCode 064
40A CurrencyExchange: CurrencyTypeCode 135, RateNumeric 118
57B Declarant: Name R124, ID R123
34A Contact: Name 246
56A ExitOffice: ID G005
57A Exporter: Name R031, ID R032
67A GoodsShipment: ExitDateTime 024, TransactionNatureCode 103
16C AEOMutualRecognitionParty: ID R143, RoleCode R005
16A Buyer: Name R009, ID R010
27A Consignee: Name R014, ID R015
10A ArrivalTransportMeans: Name T001, ID T002, IdentificationTypeCode T034, TypeCode T008, ModeCode T020
46A DepartureTransportMeans: Name T003, ID T004, IdentificationTypeCode T029, TypeCode T009, ModeCode T021
64A GoodsLocation: Name L016, ID L017, TypeCode L110
83A LoadingLocation: Name L009, ID L010
31B TransportEquipment: SequenceNumeric 006, ID 159
44B Seal: SequenceNumeric 006, ID 165
41A CustomsValuation: FreightChargeAmount 117, MethodCode 122
58B ChargeDeduction: ChargesTypeCode 371, OtherChargeDeductionAmount 181
99B Destination: CountryCode 465, RegionID 477
55B DomesticDutyTaxParty: ID R119, RoleCode R005
95B ExportCountry: ID 062
68A GovernmentAgencyGoodsItem: CustomsValueAmount 108, SequenceNumeric 006, StatisticalValueAmount 114, TransactionNatureCode 103
22C WriteOff: QuantityQuantity 502, AmountAmount 503
23A Commodity: Description 137
21A Classification: ID 145
12C DangerousGoods: UNDGID 506
50A DutyTaxFee: AdValoremTaxBaseAmount 116, DeductAmount 111, DutyRegimeCode 164, SpecificTaxBaseQuantity 129, TaxRateNumeric 115, TypeCode 113, QuotaOrderID 401
94A Payment: MethodCode 107, TaxAssessedAmount 120, PaymentAmount 378
65A GoodsMeasure: GrossMassMeasure 126, NetNetWeightMeasure 128, TariffQuantity 130
79A InvoiceLine: ItemChargeAmount 112
70A GovernmentProcedure: CurrentCode 166, PreviousCode 161
92A Origin: CountryCode 063, RegionID 066, TypeCode 501
93A Packaging: SequenceNumeric 006, MarksNumbersID 142, QuantityQuantity 144, TypeCode 141, PackingMaterialDescription 344, LengthMeasure 367, WidthMeasure 368, HeightMeasure 402, VolumeMeasure 395
99A PreviousDocument: CategoryCode D031, ID D018, TypeCode D019, LineNumeric 171
09B Seller: Name R050, ID R051
35B UCR: ID 016, TraderAssignedReferenceID 009
39B ValuationAdjustment: AdditionCode 188
74A Importer: Name R037, ID R038
78A Invoice: ID D016, IssueDateTime D015
56B Payer: Name R120, ID R121
19B Surety: Name R054, ID R055
22B TradeTerms: ConditionCode 090, CountryRelationshipCode 106, Description 089, LocationID L002, LocationName L001
43B Warehouse: ID L019, TypeCode L112
90A ObligationGuarantee: AmountAmount 492, ID D014, ReferenceID 100, SecurityDetailsCode 101, AccessCode 499
14C GuaranteeOffice: ID G014
15C PresentationOffice: ID G015
97B SupervisingOffice: ID G012
"""
"""A line a class: its number, its name, and each element with its number."""


def _read() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    classes: dict[str, str] = {}
    elements: dict[tuple[str, str], str] = {}
    for line in _TABLE.strip().splitlines():
        head, _, tail = line.partition(": ")
        number, name = head.split(" ")
        classes[number] = name
        for element in filter(None, tail.split(", ")):
            element_name, element_number = element.split(" ")
            elements[name, element_number] = element_name
    return classes, elements


_CLASSES, _ELEMENTS = _read()
CLASS_BY_NUMBER: Final[Mapping[str, str]] = _CLASSES
"""Name of a class by its number, such as ``67A``."""
ELEMENT_BY_NUMBER: Final[Mapping[tuple[str, str], str]] = _ELEMENTS
"""Name of an element by the name of its class and its number, such as ``("GoodsMeasure", "128")``."""
