"""Code lists that declaration checks use: currencies, countries, chapters of the Harmonized System."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.plan.model import CommodityGroup

_CURRENCIES: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES: Final = frozenset(_CURRENCIES.split())
"""Currencies in use. Source: ISO 4217, list one, without funds, metals and test codes."""

_COUNTRIES: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_COUNTRIES.split())
"""Country codes of two letters. Source: ISO 3166-1, officially assigned."""

CHAPTERS: Final = frozenset(range(1, 98)) - {77}
"""Chapters in use. Source: Harmonized System 2022; chapter 77 is kept free, 98 and 99 are national."""

CHAPTERS_OF: Final[Mapping[CommodityGroup, frozenset[int]]] = {
    CommodityGroup.FRESH_FRUIT: frozenset({8, 12}),
    CommodityGroup.FRESH_VEGETABLES: frozenset({7, 12}),
    CommodityGroup.LIVE_SEAFOOD: frozenset({1, 3}),
    CommodityGroup.FROZEN_FOOD: frozenset({2, 3, 4, 5, 7, 8, 15, 16, 19, 20, 21}),
    CommodityGroup.GRAIN_STARCH: frozenset({7, 10, 11, 12, 19, 23, 35}),
    CommodityGroup.ELECTRONICS: frozenset({84, 85, 90}),
    CommodityGroup.MACHINERY: frozenset({84, 85, 86, 90}),
    CommodityGroup.VEHICLES: frozenset({87}),
    CommodityGroup.TEXTILES: frozenset(range(50, 64)),
    CommodityGroup.ORE: frozenset({25, 26, 27}),
}
"""Chapters in which the goods of a group may stand; groups not named here may stand in any.

Source: chapter titles of the Harmonized System 2022 (7 vegetables and cassava, 8 fruit and nuts, 10 cereals,
11 flour and starch, 25–27 minerals, 50–63 textiles, 84–85 machines and electrical goods, 87 vehicles).
Chapter 1 holds live animals other than those of chapter 3, chapter 12 sugar cane and seaweed.
"""
