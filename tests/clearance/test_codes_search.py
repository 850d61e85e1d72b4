"""Codes are found by number and by words in four languages, with or without accents."""

from __future__ import annotations

import pytest

from gatepair.adapters.codelists import shipped_codes
from gatepair.adapters.codewords import shipped_index
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.codes import CHAPTERS_OF
from gatepair.clearance.codes_search import (
    HITS_MAX,
    CodeList,
    folded,
    joined,
    read_code_words,
    read_goods_words,
)

INDEX = shipped_index()
GOODS = INDEX.lists[CodeList.HS]
GOODS_MIN = 120
"""Fewest goods that have words: what crosses at these gates, as far as reports name it."""
FEW = 3
"""Among how many codes the right one is to stand."""


def codes(which: CodeList, query: str, language="vi") -> list[str]:
    return [hit.code for hit in INDEX.search(which, query, language=language)]


def test_every_good_is_found_by_each_of_its_words_in_each_language() -> None:
    """Whichever of its words is typed, a code of the good stands among what is offered."""
    assert GOODS_MIN <= len(GOODS)
    lost = [
        (language, name)
        for entry in GOODS
        for language in LANGUAGES
        for name in entry.names[language]
        if not any(
            # The first few are enough, and spare looking through the nomenclature's text.
            hit.code.startswith(entry.codes)
            for hit in INDEX.search(CodeList.HS, name, language=language, limit=FEW)
        )
    ]
    assert [] == lost


def test_every_word_leads_to_codes_of_the_nomenclature() -> None:
    """Each code of the words is a heading or a subheading of 2022, in a chapter that its group may have."""
    known = shipped_codes().hs
    strange = [code for entry in GOODS for code in entry.codes if not any(one.startswith(code) for one in known)]
    assert [] == strange
    misplaced = [
        entry.names["en"]
        for entry in GOODS
        if any(int(code[:2]) not in CHAPTERS_OF.get(entry.group, {int(code[:2])}) for code in entry.codes)
    ]
    assert [] == misplaced


@pytest.mark.parametrize("which", [CodeList.PACKAGE, CodeList.UNIT, CodeList.LOCATION, CodeList.COUNTRY])
def test_every_word_of_another_list_leads_to_a_code_of_its_standard(which: CodeList) -> None:
    """Packages, units, places and countries are those that the checks know, and every one of them can be looked up."""
    lists = shipped_codes()
    known = {
        CodeList.PACKAGE: lists.packages, CodeList.UNIT: lists.units,
        CodeList.LOCATION: set(lists.places), CodeList.COUNTRY: lists.countries,
    }[which]  # fmt: skip
    assert set(known) == {code for entry in INDEX.lists[which] for code in entry.codes}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("sầu riêng", "081060"),
        ("sau rieng", "081060"),
        ("SAU RIENG Ri6", "081060"),
        ("榴", "081060"),
        ("durian", "081060"),
        ("0810.60", "081060"),
        ("0810600000", "081060"),
        ("bơ", "080440"),
        ("lithium-ion accumulators", "850760"),
    ],
)
def test_the_likeliest_code_stands_first(query: str, first: str) -> None:
    """By accents or without, by part of a Chinese word, by number with points, by the words of the nomenclature."""
    assert first == codes(CodeList.HS, query)[0]


def test_words_of_the_readers_language_come_first() -> None:
    """``tôm`` is a shrimp to a Vietnamese reader, and no tomato."""
    assert ["0306"] == sorted({code[:4] for code in codes(CodeList.HS, "tôm")[:3]})


def test_a_word_of_another_language_is_shown_behind_ones_own() -> None:
    """So that it is seen why a code was found."""
    (hit, *_) = INDEX.search(CodeList.HS, "榴莲", language="fr")
    assert ("durian (榴莲)", "fresh_fruit") == (hit.name, hit.group)


@pytest.mark.parametrize(
    ("which", "query", "code"),
    [
        (CodeList.COUNTRY, "trung quoc", "CN"),
        (CodeList.COUNTRY, "越南", "VN"),
        (CodeList.COUNTRY, "la", "LA"),
        (CodeList.LOCATION, "lạng sơn", "VNLGS"),
        (CodeList.LOCATION, "友谊关", "CNYYG"),
        (CodeList.PACKAGE, "sọt", "CR"),
        (CodeList.UNIT, "千克", "KGM"),
        (CodeList.DOCUMENT, "phytosanitaire", "phyto"),
    ],
)
def test_the_other_lists_are_found_by_words(which: CodeList, query: str, code: str) -> None:
    """A code itself, and words of any language, lead to it."""
    assert code == codes(which, query)[0]


def test_nothing_is_found_by_nothing_and_never_more_than_fit() -> None:
    """An empty query finds nothing; one that is everywhere finds no more than the limit, each code once."""
    assert [] == codes(CodeList.HS, "  ")
    assert [] == codes(CodeList.HS, "zzzzzz")
    found = codes(CodeList.HS, "e" * 3 + "x")
    assert [] == found
    many = codes(CodeList.HS, "other")
    assert HITS_MAX == len(many) == len(set(many))


def test_a_code_is_named() -> None:
    """A code that was picked is named beside it; one that no list has is not."""
    assert "durians" in INDEX.named(CodeList.HS, "08106000", language="vi").text
    assert "Việt Nam" == INDEX.named(CodeList.COUNTRY, "VN", language="vi").name
    assert INDEX.named(CodeList.HS, "999999", language="vi") is None
    assert INDEX.named(CodeList.COUNTRY, "ZZ", language="vi") is None


def test_accents_capitals_and_width_are_folded() -> None:
    """Also the letters that no decomposition takes apart."""
    assert "dua hau oeufs abc" == folded(" Dưa  HẤU œufs ＡＢＣ")
    assert "do" == folded("Đô")


HEAD = "list: x\nfrom: 2022-01-01\nsource: y\n\n"


@pytest.mark.parametrize(
    ("read", "row"),
    [
        (read_goods_words, "081060\tstones\ta\tb\tc\td"),
        (read_goods_words, "081060\tore\ta\tb\tc"),
        (read_goods_words, "081060\tore\ta\t\tc\td"),
        (read_code_words, "colour\tX\ta\tb\tc\td"),
    ],
)
def test_a_table_that_is_none_is_refused_by_its_line(read, row: str) -> None:
    """An unknown group or list, and a language that is missing."""
    with pytest.raises(Malformed, match="line 5"):
        read(HEAD + row, name="words.tsv")


def test_joining_keeps_the_first_of_a_code() -> None:
    """What we have words for is not listed a second time by its bare code."""
    (entry,) = read_code_words(HEAD + "unit\tKGM\ta\tb\tc\td", name="w")[CodeList.UNIT]
    assert (entry,) == joined([entry], [entry])
