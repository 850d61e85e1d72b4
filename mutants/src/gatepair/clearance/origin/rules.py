"""The language of product rules: parsed once into a typed tree, printed back the same.

Grammar of a cell of the rule tables, as they are kept (``docs/concepts/origin.md``)::

    rule         = scoped { " ; " scoped }
    scoped       = alternative { " | " alternative } [ "[" scope "]" ]
    alternative  = "WO" | "CR" | "RVC" percent | change
    change       = ( "CC" | "CTH" | "CTSH" ) [ "+[" condition "]" ] [ " x" excluded { "," excluded } ]
    excluded     = place [ "-" place ]
    place        = "Ch" 2 digits | 4 digits | 4 digits "." 2 digits

The alternatives of a rule are open side by side; one that is met suffices.  A scope says which goods
of the line a rule is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from typing_extensions import override

from gatepair.base.errors import Malformed

BASIS_POINTS: Final = 10_000
"""Basis points in a whole."""
_CHANGE: Final = re.compile(r"(CC|CTH|CTSH)(?:\+\[([^\[\]]+)\])?(?: x([0-9Ch.,-]+))?", re.ASCII)
_CONTENT: Final = re.compile(r"RVC([1-9][0-9])", re.ASCII)
_SCOPED: Final = re.compile(r"([^;]+?)(?:(?<!\+)\[([^\[\]]+)\])?")
_PLACE: Final = re.compile(r"Ch([0-9]{2})|([0-9]{4})(?:\.([0-9]{2}))?", re.ASCII)


class Level(IntEnum):
    """At how many digits of the Harmonized System a change of classification is asked."""

    CHAPTER = 2
    HEADING = 4
    SUBHEADING = 6

    @property
    def word(self) -> str:
        """Return how the rule language writes it."""
        return {Level.CHAPTER: "CC", Level.HEADING: "CTH", Level.SUBHEADING: "CTSH"}[self]


@dataclass(frozen=True, slots=True)
class HsRange:
    """Classifications from ``first`` to ``last``, both included, as bare digits of one length."""

    first: str
    last: str

    def holds(self, hs: str) -> bool:
        """Tell whether ``hs`` (at least as many digits) lies within."""
        return self.first <= hs[: len(self.first)] <= self.last

    @override
    def __str__(self) -> str:
        """Return the range as the rule language writes it."""
        return _spelled(self.first) if self.first == self.last else f"{_spelled(self.first)}-{_spelled(self.last)}"


@dataclass(frozen=True, slots=True)
class WhollyObtained:
    """Only goods wholly obtained in a Party."""

    @override
    def __str__(self) -> str:
        """Return the word."""
        return "WO"


@dataclass(frozen=True, slots=True)
class TariffChange:
    """Every non-originating material changes its classification at ``level``, and comes from none ``excluded``."""

    level: Level
    excluded: tuple[HsRange, ...] = ()
    condition: str = ""
    """A further condition that no classification shows; its key in the table's header."""

    def changes(self, material: str, product: str) -> bool:
        """Tell whether the material's ``hs`` is another one than the product's at this level."""
        return material[: self.level] != product[: self.level]

    def excludes(self, material: str) -> bool:
        """Tell whether a change from ``material`` is excluded."""
        return any(each.holds(material) for each in self.excluded)

    @override
    def __str__(self) -> str:
        """Return the change as the rule language writes it."""
        condition = f"+[{self.condition}]" if self.condition else ""
        excluded = f" x{','.join(map(str, self.excluded))}" if self.excluded else ""
        return f"{self.level.word}{condition}{excluded}"


@dataclass(frozen=True, slots=True)
class ValueContent:
    """Regional value content of at least ``minimum_bp`` basis points."""

    minimum_bp: int

    @override
    def __str__(self) -> str:
        """Return the content as the rule language writes it."""
        return f"RVC{self.minimum_bp * 100 // BASIS_POINTS}"


@dataclass(frozen=True, slots=True)
class ChemicalReaction:
    """A molecule of new structure is formed in a Party."""

    @override
    def __str__(self) -> str:
        """Return the word."""
        return "CR"


Alternative = WhollyObtained | TariffChange | ValueContent | ChemicalReaction


@dataclass(frozen=True, slots=True)
class Scoped:
    """Alternatives for the goods of one ``scope`` (a key of the table's header); an empty scope is the whole line."""

    alternatives: tuple[Alternative, ...]
    scope: str = ""

    @override
    def __str__(self) -> str:
        """Return the alternatives as the rule language writes them."""
        return " | ".join(map(str, self.alternatives)) + (f"[{self.scope}]" if self.scope else "")


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one line."""

    scoped: tuple[Scoped, ...]

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return the scopes that the line is divided into; none when it is not."""
        return tuple(each.scope for each in self.scoped if each.scope)

    @override
    def __str__(self) -> str:
        """Return the rule as it is kept in a table."""
        return " ; ".join(map(str, self.scoped))


@lru_cache(maxsize=512)
def parse(text: str) -> Rule:
    """Return the rule that ``text`` spells; printing it gives ``text`` again.

    Raises:
        Malformed: the text is not of the grammar.
    """
    rule = Rule(tuple(_scoped(part) for part in text.split(" ; ")))
    if len(rule.scoped) > 1 and len(set(rule.scopes)) != len(rule.scoped):
        raise Malformed(f"the rule {text!r} has several parts, and each needs a scope of its own", rule=text)
    if str(rule) != text:
        raise Malformed(f"the rule {text!r} is not spelled as it would be printed, {str(rule)!r}", rule=text)
    return rule


def _scoped(part: str) -> Scoped:
    match = _SCOPED.fullmatch(part)
    if match is None:
        raise Malformed(f"{part!r} is not alternatives with a scope", rule=part)
    return Scoped(tuple(_alternative(each) for each in match[1].split(" | ")), match[2] or "")


def _alternative(word: str) -> Alternative:
    if word == "WO":
        return WhollyObtained()
    if word == "CR":
        return ChemicalReaction()
    if content := _CONTENT.fullmatch(word):
        return ValueContent(int(content[1]) * BASIS_POINTS // 100)
    if change := _CHANGE.fullmatch(word):
        level = next(level for level in Level if level.word == change[1])
        excluded = tuple(_range(each) for each in change[3].split(",")) if change[3] else ()
        return TariffChange(level, excluded, change[2] or "")
    raise Malformed(f"{word!r} is no alternative of a rule of origin", rule=word)


def _range(text: str) -> HsRange:
    first, dash, last = text.partition("-")
    found = HsRange(_digits(first), _digits(last if dash else first))
    if len(found.first) != len(found.last) or found.first > found.last:
        raise Malformed(f"{text!r} is not a range of classifications", rule=text)
    return found


def _digits(place: str) -> str:
    match = _PLACE.fullmatch(place)
    if match is None:
        raise Malformed(f"{place!r} is no chapter, heading or subheading", rule=place)
    return match[1] or match[2] + (match[3] or "")


def _spelled(digits: str) -> str:
    if len(digits) == Level.CHAPTER:
        return f"Ch{digits}"
    return digits if len(digits) == Level.HEADING else f"{digits[:4]}.{digits[4:]}"
