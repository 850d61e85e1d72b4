"""Numbers of firms, persons, containers and vehicles: their forms and check characters."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from stdnum import iso6346
from stdnum.cn import ric, uscc
from stdnum.vn import mst

PERSONAL_NUMBERS_FROM: Final = date(2025, 7, 1)
"""First day on which Viet Nam's personal numbers serve as tax numbers. Source: Circular 86/2024/TT-BTC."""
KEPT_MAX: Final = 4096
"""Numbers of firms and containers whose check character is kept, since the same come every day; none of persons."""
_CONTAINER: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)
_PLATE_VN: Final = re.compile(r"[1-9][0-9][A-Z]{1,2}[0-9]?[0-9]{4,5}", re.ASCII)
"""Province, series, four or five digits, written together."""
_PROVINCES_CN: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_CN: Final = re.compile(
    f"[{_PROVINCES_CN}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{5,6}}|[A-HJ-NP-Z0-9]{{4}}[挂学警港澳领试超])"
)
"""Province, office, five characters (six for new energy) or four with a class such as that of trailers."""
_JOINTS: Final = str.maketrans("", "", " -.·•")
_VN_FIRM: Final = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?", re.ASCII)
_VN_PERSON: Final = re.compile(r"[0-9]{12}", re.ASCII)
_CN_CREDIT: Final = re.compile(r"[0-9]{8}[0-9A-HJ-NP-RTUW-Y]{10}", re.ASCII)
_CN_PERSON: Final = re.compile(
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]", re.ASCII
)
_CN_CUSTOMS: Final = re.compile(r"[0-9]{4}[0-9A-Z]{6}", re.ASCII)
_VN_PROVINCES: Final = frozenset(
    [
        "001",
        "002",
        "004",
        "006",
        "008",
        "010",
        "011",
        "012",
        "014",
        "015",
        "017",
        "019",
        "020",
        "022",
        "024",
        "025",
        "026",
        "027",
        "030",
        "031",
        "033",
        "034",
        "035",
        "036",
        "037",
        "038",
        "040",
        "042",
        "044",
        "045",
        "046",
        "048",
        "049",
        "051",
        "052",
        "054",
        "056",
        "058",
        "060",
        "062",
        "064",
        "066",
        "067",
        "068",
        "070",
        "072",
        "074",
        "075",
        "077",
        "079",
        "080",
        "082",
        "083",
        "084",
        "086",
        "087",
        "089",
        "091",
        "092",
        "093",
        "094",
        "095",
        "096",
    ]
)
"""Provinces of birth in personal numbers; from 100 on countries. Source: Circular 59/2021/TT-BCA, Annexes I and II."""


class Number(StrEnum):
    """What a number is by its form, and whether it can be right."""

    VN_FIRM = "vn_firm"
    VN_PERSON = "vn_person"
    CN_CREDIT = "cn_credit"
    CN_PERSON = "cn_person"
    CN_CUSTOMS = "cn_customs"
    UNKNOWN = "unknown"


def is_container(number: str) -> bool:
    """Tell whether ``number`` has the form of a container number. Source: ISO 6346."""
    return _CONTAINER.fullmatch(number) is not None


@lru_cache(maxsize=KEPT_MAX)
def container_digit(number: str) -> str:
    """Return the check digit that a container number of this form should have.

    A remainder of ten is written as nought, so an error that turns ten into nought is not seen; the standard
    therefore advises against serial numbers with the remainder ten.
    """
    return str(iso6346.calc_check_digit(number[:10]))


def plain_plate(plate: str) -> str:
    """Return a plate in capitals without what stands between its parts."""
    return plate.translate(_JOINTS).upper()


def is_plate(plate: str, country: str) -> bool:
    """Tell whether ``plate`` has the form of the plates of ``country``; true for countries other than VN and CN."""
    form = {"VN": _PLATE_VN, "CN": _PLATE_CN}.get(country)
    return form is None or form.fullmatch(plain_plate(plate)) is not None


def number_of(number: str, country: str) -> Number:
    """Return what ``number`` is by its form in ``country``, VN or CN."""
    if country == "VN":
        if _VN_PERSON.fullmatch(number):
            return Number.VN_PERSON
        return Number.VN_FIRM if _VN_FIRM.fullmatch(number) else Number.UNKNOWN
    if _CN_PERSON.fullmatch(number):
        # A credit code may look like this too; then one of the two check characters decides.
        return (
            Number.CN_CREDIT if not person_cn_holds(number) and credit_digit(number) == number[17] else Number.CN_PERSON
        )
    if _CN_CREDIT.fullmatch(number):
        return Number.CN_CREDIT
    return Number.CN_CUSTOMS if _CN_CUSTOMS.fullmatch(number) else Number.UNKNOWN


@lru_cache(maxsize=KEPT_MAX)
def firm_vn_holds(number: str) -> bool:
    """Tell whether the tenth digit of a firm's number is right. Source: Circular 86/2024/TT-BTC."""
    return number[9] == mst.calc_check_digit(number[:9])


def person_vn_holds(number: str) -> bool:
    """Tell whether a personal number can be: province or country of birth, and a century up to the present one."""
    return (number[:3] in _VN_PROVINCES or number[0] != "0") and number[3] in "0123"


@lru_cache(maxsize=KEPT_MAX)
def credit_digit(number: str) -> str:
    """Return the check character that a social credit code should have. Source: GB 32100-2015."""
    return str(uscc.calc_check_digit(number[:17]))


def person_cn_holds(number: str) -> bool:
    """Tell whether the last character of an identity card's number is right. Source: GB 11643-1999, ISO 7064."""
    return number[17] == ric.calc_check_digit(number)
