"""Every finding speaks four languages, has its page, and is given somewhere."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest

from gatepair.base.findings import LANGUAGES, REGISTRY, words_of
from meta.pages import headings
from meta.product import declare_findings
from meta.tidy import ROOT

declare_findings()
CODES = sorted(REGISTRY)
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_there_are_findings() -> None:
    """The registry is filled, so that the tests below prove something."""
    assert len(CODES) > 20


def test_codes_are_stable_words() -> None:
    """A code is `subject.statement` in lower case: clients act on it."""
    shape = re.compile(r"[a-z]+(_[a-z0-9]+)*(\.[a-z0-9]+(_[a-z0-9]+)*)+")
    assert [] == [code for code in CODES if not shape.fullmatch(code)]


def test_every_language_says_it_in_a_sentence() -> None:
    """Each kind has all four texts, and each is a sentence with its end."""
    ends = (".", "。", "!", "！", "?", "？")
    assert [] == [code for code in CODES if set(LANGUAGES) != set(REGISTRY[code].texts)]
    assert [] == [
        (code, text) for code in CODES for text in REGISTRY[code].texts.values() if not text.rstrip().endswith(ends)
    ]


def test_no_language_is_copied_from_another() -> None:
    """The four texts differ, and the Chinese one is written in Han characters."""
    assert [] == [code for code in CODES if len(set(REGISTRY[code].texts.values())) < len(LANGUAGES)]
    assert [] == [code for code in CODES if not HAN.search(REGISTRY[code].texts["zh"])]


def test_every_language_names_the_same_values() -> None:
    """A value that one language shows is shown by all, so that nobody reads less."""
    uneven = []
    for code in CODES:
        named = {
            language: frozenset(part[1] for part in string.Formatter().parse(text) if part[1])
            for language, text in REGISTRY[code].texts.items()
        }
        if len(set(named.values())) > 1:
            uneven.append((code, named))
    assert [] == uneven


def test_every_finding_has_its_heading() -> None:
    """The reference page has one heading for each code, and none for a code that is gone."""
    assert set(CODES) == set(headings(ROOT / "docs" / "reference" / "findings.md", level=2))


def test_findings_are_declared_in_findings_modules() -> None:
    """Kinds are declared in files named `findings.py`, where translators look for them."""
    declares = re.compile(r"^[A-Z_a-z]+(?:: [\w.]+)? = (?:findings\.)?kind\(", re.MULTILINE)
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "src").rglob("*.py"))
        if path.name != "findings.py" and declares.search(path.read_text(encoding="utf-8"))
    ]
    assert [] == elsewhere


def test_every_declared_finding_is_given_somewhere() -> None:
    """No kind is declared and never used: a documented refusal that cannot happen misleads."""
    product = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py"))}
    names = {
        name: path
        for path, text in product.items()
        if path.name == "findings.py"
        for name in re.findall(r"^([A-Za-z_]+)(?:: [\w.\[\]]+)? = kind\(", text, flags=re.MULTILINE)
    }
    used = Counter(word for text in product.values() for word in re.findall(r"\w+", text))
    assert [] == [f"{path.relative_to(ROOT)} {name}" for name, path in names.items() if used[name] < 2]


def test_a_table_of_texts_has_each_language_and_each_key_once() -> None:
    """A second row of a key would hide the first."""
    row = ("one", "one", "một", "一", "un")
    assert {"one": {"en": "one", "vi": "một", "zh": "一", "fr": "un"}} == words_of(row)
    with pytest.raises(ValueError, match="twice"):
        words_of(row, row)
