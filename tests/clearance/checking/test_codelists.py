"""The lists of codes are whole, and a wrong sheet is refused with its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gatepair.adapters.codelists import shipped_codes
from gatepair.adapters.origintables import shipped_tables
from gatepair.base.errors import Malformed
from gatepair.clearance.checking.codelists import minor_units, read_codes, read_places, read_procedures
from gatepair.clearance.codes import COUNTRIES, CURRENCIES
from gatepair.plan.model import Regime

CODES = shipped_codes()
HEAD = "list: x\nfrom: 2026-01-01\nsource: s\n"


def test_the_nomenclature_of_2022_is_whole() -> None:
    """It has 5,612 subheadings in the chapters in use."""
    assert 5_612 == len(CODES.hs)
    assert {f"{chapter:02d}" for chapter in range(1, 98) if chapter != 77} == {code[:2] for code in CODES.hs}


def test_the_rules_of_origin_speak_of_the_same_nomenclature() -> None:
    """Each subheading has a rule in each shipped table, and each row of a table stands for some subheading."""
    lines = {code[:digits] for code in CODES.hs for digits in (2, 4, 6)}
    for table in shipped_tables():
        assert [] == sorted(set(table.rows) - lines)
        assert [] == [code for code in sorted(CODES.hs) if table.row(code) is None]


def test_the_lists_of_the_crossing_agree() -> None:
    """What a crossing's declaration may name, the whole declaration may name too."""
    assert COUNTRIES == CODES.countries
    assert CURRENCIES <= CODES.currencies
    assert not {"XXX", "XTS"} & CODES.currencies


def test_units_and_packages_have_what_the_gate_sees() -> None:
    """Kilograms, tonnes, litres, pieces; cartons, boxes, bags, pallets, bulk; and no package is taken for a unit."""
    assert {"KGM", "GRM", "TNE", "LTR", "H87", "NAR", "C62", "MTQ"} <= CODES.units
    assert {"CT", "BX", "BG", "PX", "VY", "VQ", "NE", "PK"} <= CODES.packages
    assert all(2 == len(code) for code in CODES.packages)


def test_every_regime_has_a_procedure() -> None:
    """There is a code for each regime, and each row names its authority."""
    assert set(Regime) == {procedure.regime for procedure in CODES.procedures.values()}
    assert {"VN", "CDS", "own"} == {procedure.source for procedure in CODES.procedures.values()}
    assert {"export", "import", ""} == {procedure.direction for procedure in CODES.procedures.values()}


def test_places_lie_in_the_countries_of_the_table() -> None:
    """Each place bears the code of its country; the southern Tan Thanh is not taken for the gate."""
    assert {"VN", "CN"} == CODES.places_of == {code[:2] for code in CODES.places}
    assert {"VNLGS", "CNYYG", "CNDOX"} <= set(CODES.places)
    assert "VNTTH" not in CODES.places


def test_minor_units() -> None:
    """Dong and yen have no decimals, dinars three, most two."""
    assert [0, 0, 3, 2, 2] == [minor_units(currency) for currency in ("VND", "JPY", "KWD", "CNY", "USD")]


@pytest.mark.parametrize(
    ("reads", "text", "why"),
    [
        (read_codes, HEAD + "codes\tAB AB\n", "a code stands twice"),
        (read_codes, HEAD + "code\tAB\n", "line 4: a row is `codes`"),
        (read_codes, "list: x\n\ncodes\tAB\n", "the header lacks"),
        (read_places, HEAD + "countries: VN\nVNLG\tL\ts\n", "line 5: a row is a code of five"),
        (read_places, HEAD + "countries: VN\nVNLGS\tL\ts\nVNLGS\tL\ts\n", "line 6: a row is a code of five"),
        (read_procedures, HEAD + "A11\tusual\timport\tno\tVN\n", "line 4: a row is code, regime"),
        (read_procedures, HEAD + "A11\tordinary\timport\tmaybe\tVN\n", "line 4: a row is code, regime"),
        (read_procedures, HEAD + "A11\tordinary\n", "line 4: a row is code, regime"),
    ],
)
def test_a_wrong_sheet_is_refused_with_its_line(reads: Callable[..., object], text: str, why: str) -> None:
    """Who keeps a list is told which line is wrong."""
    with pytest.raises(Malformed, match=why):
        reads(text, name="sheet")
