"""The lists of codes that checks hold a declaration against; an adapter fills them from packages and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gatepair.clearance.sheets import read_sheet
from gatepair.plan.model import Regime

MINOR_UNITS_USUAL: Final = 2
MINOR_UNITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
"""Decimals of the currencies that have not two. Source: ISO 4217:2015, list one."""


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place at or behind the border: UN/LOCODE, name, and who says so."""

    code: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a code of a customs procedure means: its regime, its direction as the declaring country sees it.

    ``direction`` is ``export``, ``import`` or empty; ``follows`` tells that the goods stood under another
    procedure before, which the declaration then names.
    """

    code: str
    regime: Regime
    direction: str
    follows: bool
    source: str


@dataclass(frozen=True, slots=True)
class CodeLists:
    """All lists of one day. Sets hold codes as declarations write them."""

    hs: frozenset[str]
    """Subheadings of six digits. Source: Harmonized System 2022."""
    countries: frozenset[str]
    currencies: frozenset[str]
    units: frozenset[str]
    packages: frozenset[str]
    places: Mapping[str, KnownPlace] = field(default_factory=dict)
    places_of: frozenset[str] = frozenset()
    """Countries whose border places ``places`` lists."""
    procedures: Mapping[str, Procedure] = field(default_factory=dict)


def minor_units(currency: str) -> int:
    """Return how many decimals amounts in ``currency`` have. Source: ISO 4217."""
    return MINOR_UNITS.get(currency, MINOR_UNITS_USUAL)


def read_codes(text: str, *, name: str) -> frozenset[str]:
    """Return the codes of a sheet whose rows are ``codes`` and codes parted by blanks.

    Raises:
        Malformed: it is no such sheet; names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header({"list", "from", "source"})
    found: list[str] = []
    for line in sheet.lines:
        if len(line.cells) != 2 or line.cells[0] != "codes":
            raise sheet.fault("a row is `codes` and the codes", line)
        found.extend(line.cells[1].split())
    if len(set(found)) != len(found):
        raise sheet.fault("a code stands twice")
    return frozenset(found)


def read_places(text: str, *, name: str) -> tuple[Mapping[str, KnownPlace], frozenset[str]]:
    """Return the places of a sheet by code, and the countries that it covers.

    Raises:
        Malformed: it is no such sheet; names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header({"list", "from", "source", "countries"})
    places: dict[str, KnownPlace] = {}
    for line in sheet.lines:
        if len(line.cells) != 3 or len(line.cells[0]) != 5 or line.cells[0] in places:
            raise sheet.fault("a row is a code of five characters, once, a name and a source", line)
        places[line.cells[0]] = KnownPlace(*line.cells)
    return places, frozenset(sheet.fields["countries"].split())


def read_procedures(text: str, *, name: str) -> Mapping[str, Procedure]:
    """Return the procedures of a sheet by code.

    Raises:
        Malformed: it is no such sheet; names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header({"list", "from", "source"}, prefix="source ")
    found: dict[str, Procedure] = {}
    for line in sheet.lines:
        code, regime, direction, follows, source = (*line.cells, *("",) * 5)[:5]
        if len(line.cells) != 5 or code in found or regime not in set(Regime) or follows not in ("yes", "no"):
            raise sheet.fault("a row is code, regime, export/import/-, follows yes/no, source; each code once", line)
        found[code] = Procedure(code, Regime(regime), direction.strip("-"), follows == "yes", source)
    return found
