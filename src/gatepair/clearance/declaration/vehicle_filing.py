"""The filing of a road vehicle with China's customs: elements, their forms, and which kind of vehicle needs which.

Source: General Administration of Customs of China, list of data elements of the filing of road vehicles
(公路运输工具备案), entered again row by row; the codes are spelled as there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from msgspec import field

from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.values import Class


class FilingKind(StrEnum):
    """Which vehicle is filed, by the Chinese name of the column that says what it needs."""

    HONG_KONG_MACAO_TRANSPORT = "来往港澳公路运输工具"
    HONG_KONG_MACAO_OWN = "来往港澳公/私用公路交通工具"
    TRANSPORT_DOMESTIC = "进出境公路运输工具境内"
    TRANSPORT_BOTH = "进出境公路运输工具境内外"
    OWN_DOMESTIC = "进出境公/私用公路交通工具境内"
    OWN_FOREIGN = "进出境公/私用公路交通工具境外"


class VehicleFiling(Class, frozen=True):
    """A filing: the values by the codes of their elements; an element may stand several times."""

    kind: FilingKind
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its form, and for each kind of vehicle ``M`` required, ``O`` optional, ``-`` not used."""

    form: str
    needs: str
    times: int = 1

    def fits(self, text: str) -> bool:
        """Tell whether ``text`` has the form: ``n4`` four digits, ``an..20`` up to 20 characters, ``n..9,2`` decimals."""
        match = re.fullmatch(r"(an|n)(\.\.)?([0-9]+)(?:,([0-9]+))?", self.form)
        if match is None:
            return True
        size, decimals = int(match[3]), int(match[4] or 0)
        if match[1] == "an":
            return len(text) <= size if match[2] else len(text) == size
        whole, point, rest = text.partition(".")
        digits = f"{whole}{rest}"
        if not (digits.isascii() and digits.isdigit() and whole) or (point and not 0 < len(rest) <= decimals):
            return False
        return len(digits) <= size if match[2] else len(digits) == size


_TABLE: Final = """
MAIN_PORT n4 MMMMMM
CO_CODE an..20 OOOOOO
VE_TARGET_NO an..20 MMOOOO
DOMESTIC_LISENCE_NO an..32 MMMOMO
DOMESTIC_LICENSE_COLOR n1 MMMOMO
FOREIGN_LICENSE an..32 MMOMOM
VE_REG_PLACE n1 MMMMMM
VE_PROPERTY n1 MMMMMM
VE_CONVEY_QUA n..8 MMMMMM
VE_CARD_NO an..32 MMMOMO
VE_OWNER_NAME an..255 MMMOMO
VE_OWNER_NO an..32 MMMMMO
OWNER_INSIDE_ADDR an..255 MMOOOO
OWNER_INSIDE_TEL an..32 MMOOOO
VE_TYPE an..3 MMMMMM
BRAND an..20 MMMMMM
MODEL an..20 MMMOMO
EXHAUST_CAPACITY n..5 MMMOMO
VE_FACTORY_DATE n8 MMMOMO
VE_MOTOR_NO an..30 OOOOOO
VE_FRAME_NO an..30 MMMMMM
VE_TON n..9 MMMOMO
SELF_WT n..9 MOMMOO
ALLOW_TOW_TOTAL_WT n..9 OOOOOO
CONTAINER_INNER_LENGTH n..9,2 OOOOOO
CONTAINER_INNER_WIDTH n..9,2 OOOOOO
CONTAINER_INNER_HEIGHT n..9,2 OOOOOO
OUTER_LENGTH n..9,2 OOOOOO
OUTER_WIDTH n..9,2 OOOOOO
OUTER_HEIGHT n..9,2 OOOOOO
VE_BODY_COLOR an..10 MMMOMO
OIL_BOX_CAPCITY n..9 MMOOOO
CUSTOMS_CODE an..4 MMMMMM
PORT_CODE an..255 --OO--
APPR_NO an..30 MMMMMM
APPR_PERIOD n8 MMMMMM
CURR_APPLY_BUSSINESS an..255 MMOOOO
FRONT_45C_PIC string MMMMOO
BACK_45C_PIC string MMMMOO
OIL_BOX_PIC string MOMMOO 5
MEMO an..255 OOOOOO
PROPOSER an..32 MMMMMM
PROPOSE_TIME n14 MMMMMM
VE_CLASS_FLAG n1 MMOOOO
OPERATION_TYPE n1 MMMMMM
TRAILER_LICENSE_NO an..32 OOOOOO
TRAILER_FRAME_NO an..30 OOOOOO
APPRO_NO_PIC string OOMMOO
NATIONALITY an..2 MMMMMM
IS_LIMIT_NUM an..1 --MM--
LIMIT_NUM n..3 --MM--
"""


def _read() -> dict[str, Element]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {code: Element(form, needs, int(times[0]) if times else 1) for code, form, needs, *times in rows}


ELEMENTS: Final[Mapping[str, Element]] = _read()
"""The elements by code, in the order of the list."""


def check_filing(filing: VehicleFiling) -> Iterator[Finding]:
    """Yield what is missing for the kind of vehicle, has another form, or is not used for it."""
    column = list(FilingKind).index(filing.kind)
    for code, element in ELEMENTS.items():
        texts = filing.values.get(code, ())
        need = element.needs[column]
        if need == "M" and not texts:
            yield say.ELEMENT_MISSING.at(code, element=code)
        if texts and (need == "-" or len(texts) > element.times):
            yield say.ELEMENT_UNUSED.at(code, element=code, kind=filing.kind.value)
        for text in texts:
            if not element.fits(text):
                yield say.ELEMENT_FORM.at(code, element=code, text=text[:40], form=element.form)
