"""Finding a code by number or by words: goods, countries, places, packages, units, papers.

Words come from tables that we wrote as a search help; they lead to a code and are no nomenclature.
Accents, capitals and width do not matter: ``sau rieng`` finds ``sầu riêng``; Chinese is found by any part of a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Language
from gatepair.clearance.sheets import Line, Sheet, read_sheet
from gatepair.plan.model import CommodityGroup

QUERY_MAX: Final = 80
"""Longest query that is looked for; the longest word of our tables has fifty characters."""
HITS_MAX: Final = 20
"""Most codes that are offered: more than fit on a phone help nobody."""
_SUBHEADING: Final = 6
_PART_MIN: Final = 3
"""Letters from which on a part inside a Latin word is looked for; a Chinese word is found by one character."""
_WIDE: Final = "\u2e80"
"""From here on a character is a word part by itself."""


class CodeList(StrEnum):
    """Which codes are looked for."""

    HS = "hs"
    COUNTRY = "country"
    LOCATION = "location"
    PACKAGE = "package"
    UNIT = "unit"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is called by some words: one code, or for goods one or several headings and subheadings."""

    codes: tuple[str, ...]
    names: Mapping[Language, tuple[str, ...]]
    group: CommodityGroup | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A code that a query may mean: the words that led to it, and what its nomenclature says in English."""

    code: str
    name: str = ""
    text: str = ""
    group: str = ""
    """The group of goods of the gate, where the words tell it."""


def folded(text: str) -> str:
    """Return ``text`` as words are compared: without accents, capitals and differences of width."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold().replace("đ", "d").replace("œ", "oe"))
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of an entry as it is compared."""

    exact: str
    plain: str
    entry: Entry
    name: str
    language: Language


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """All lists, ready to be searched; made once."""

    lists: Mapping[CodeList, Sequence[Entry]]
    subheadings: Mapping[str, str]
    """Subheadings of six digits with their English text. Source: Harmonized System 2022."""
    _words: dict[CodeList, list[_Word]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fold every word once, so that a search only compares."""
        for which, entries in self.lists.items():
            self._words[which] = [
                _Word(unicodedata.normalize("NFC", name).casefold(), folded(name), entry, name, language)
                for entry in entries
                for language in LANGUAGES
                for name in entry.names.get(language, ())
            ]
        self._texts.update((code, folded(text)) for code, text in self.subheadings.items())

    def search(self, which: CodeList, query: str, *, language: Language, limit: int = HITS_MAX) -> tuple[Hit, ...]:
        """Return the codes that ``query`` may mean, the likeliest first; each code once."""
        asked = query.strip()[:QUERY_MAX]
        if not asked:
            return ()
        found: dict[str, Hit] = {}
        for hit in self._found(which, asked, language):
            found.setdefault(hit.code, hit)
            if len(found) == limit:
                break
        return tuple(found.values())

    def named(self, which: CodeList, code: str, *, language: Language) -> Hit | None:
        """Return what ``code`` is called, None when the list does not hold it.

        Of goods the first six digits count; our word is told where it is the only one of its code: many goods share one.
        """
        if which is CodeList.HS:
            known = code[:_SUBHEADING]
            text = self.subheadings.get(known)
            alone = [one for one in self.lists.get(which, ()) if known in one.codes]
            return None if text is None else Hit(code, _first(alone[0], language) if len(alone) == 1 else "", text)
        entry = next((one for one in self.lists.get(which, ()) if code in one.codes), None)
        return None if entry is None else Hit(code, _first(entry, language))

    def group_of(self, hs: str) -> str:
        """Return the group of goods of an HS code, where all goods that have words there are of one; else empty."""
        groups = {
            entry.group
            for entry in self.lists.get(CodeList.HS, ())
            if entry.group is not None and hs and hs[:_SUBHEADING].startswith(entry.codes)
        }
        return groups.pop().value if len(groups) == 1 else ""

    def _found(self, which: CodeList, asked: str, language: Language) -> Iterator[Hit]:
        yield from self._by_code(which, asked, language)
        exact, plain = unicodedata.normalize("NFC", asked).casefold(), folded(asked)
        ranked = sorted(
            (rank, word.language != language, at)
            for at, word in enumerate(self._words.get(which, ()))
            if (rank := _rank(word, exact, plain)) is not None
        )
        for *_, at in ranked:
            yield from self._hits(which, self._words[which][at], language)
        if which is CodeList.HS:
            parts = plain.split()
            yield from (
                Hit(code, text=self.subheadings[code])
                for code, text in self._texts.items()
                if len(plain) >= _PART_MIN and all(part in text for part in parts)
            )

    def _by_code(self, which: CodeList, asked: str, language: Language) -> Iterator[Hit]:
        if which is CodeList.HS:
            digits = re.sub(r"[\s.]", "", asked)
            if digits.isascii() and digits.isdigit():
                # A national line of eight or ten digits leads to its subheading.
                yield from (
                    Hit(code, text=text)
                    for code, text in self.subheadings.items()
                    if code.startswith(digits[:_SUBHEADING])
                )
            return
        wanted = asked.casefold()
        for entry in self.lists.get(which, ()):
            yield from (Hit(code, _first(entry, language)) for code in entry.codes if code.casefold() == wanted)

    def _hits(self, which: CodeList, word: _Word, language: Language) -> Iterator[Hit]:
        entry = word.entry
        name = _first(entry, language)
        # A word of another language stands behind the reader's own, so that it is seen why the code was found.
        shown = word.name if word.language == language or name == word.name else f"{name} ({word.name})"
        if which is not CodeList.HS:
            yield from (Hit(code, shown) for code in entry.codes)
            return
        group = entry.group.value if entry.group is not None else ""
        for code in entry.codes:
            if len(code) == _SUBHEADING:
                yield Hit(code, shown, self.subheadings.get(code, ""), group)
            else:
                yield from (
                    Hit(below, shown, text, group) for below, text in self.subheadings.items() if below.startswith(code)
                )


def _first(entry: Entry, language: Language) -> str:
    names = entry.names.get(language) or entry.names.get("en") or ("",)
    return names[0]


def _rank(word: _Word, exact: str, plain: str) -> int | None:
    """Return how well ``word`` answers: 0 is the word itself, None is not at all."""
    if plain in word.plain:
        if word.exact == exact:
            return 0
        if word.plain == plain:
            return 1
        if word.plain.startswith(plain):
            return 2
        if f" {plain}" in word.plain:
            return 3
        return 4 if plain >= _WIDE or len(plain) >= _PART_MIN else None
    parts = plain.split()
    if len(parts) > 1 and all(f" {part}" in f" {word.plain}" for part in parts):
        return 3
    # Somebody who says more than the word, such as its sort, still means it.
    within = word.plain in plain and (word.plain >= _WIDE or f" {word.plain} " in f" {plain} ")
    return 5 if within else None


# --- the tables -------------------------------------------------------------------------------


def read_goods_words(text: str, *, name: str) -> tuple[Entry, ...]:
    """Return the goods of a sheet of words.

    Raises:
        Malformed: it is no such sheet; names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header({"list", "from", "source"})
    found = []
    for line in sheet.lines:
        codes, group, *words = line.cells
        if group not in set(CommodityGroup):
            raise sheet.fault("a row is codes, group of goods, and words in four languages", line)
        found.append(Entry(tuple(codes.split()), _named(sheet, line, words), CommodityGroup(group)))
    return tuple(found)


def read_code_words(text: str, *, name: str) -> Mapping[CodeList, tuple[Entry, ...]]:
    """Return the entries of a sheet of words by their list.

    Raises:
        Malformed: it is no such sheet; names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header({"list", "from", "source"})
    found: dict[CodeList, list[Entry]] = {}
    for line in sheet.lines:
        which, code, *words = line.cells
        if which not in set(CodeList):
            raise sheet.fault("a row is list, code, and words in four languages", line)
        found.setdefault(CodeList(which), []).append(Entry((code,), _named(sheet, line, words)))
    return {which: tuple(entries) for which, entries in found.items()}


def joined(entries: Iterable[Entry], more: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return ``entries``, and those of ``more`` whose code is not among them."""
    known = tuple(entries)
    taken = {code for entry in known for code in entry.codes}
    return (*known, *(entry for entry in more if not taken.intersection(entry.codes)))


def _named(sheet: Sheet, line: Line, words: Sequence[str]) -> Mapping[Language, tuple[str, ...]]:
    if len(words) != len(LANGUAGES) or not all(words):
        fault: Malformed = sheet.fault("a row has words in Vietnamese, Chinese, English and French", line)
        raise fault
    return {
        language: tuple(part.strip() for part in cell.split(";"))
        for language, cell in zip(LANGUAGES, words, strict=True)
    }
