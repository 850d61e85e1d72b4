"""Consignments, their parts on crossings, and the facts from which both are known.

A declaration may be split over many crossings, and a crossing may carry parts of many declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """How much of a consignment: packages, and gross mass in grams; bulk has no packages."""

    packages: int
    mass_g: int

    def __add__(self, other: Share) -> Share:
        return Share(self.packages + other.packages, self.mass_g + other.mass_g)

    def __sub__(self, other: Share) -> Share:
        return Share(self.packages - other.packages, self.mass_g - other.mass_g)

    def within(self, other: Share) -> bool:
        """Tell whether neither count is more than that of ``other``."""
        return self.packages <= other.packages and self.mass_g <= other.mass_g


NOTHING = Share(0, 0)


class Passage(StrEnum):
    """How far the part on one crossing is."""

    AHEAD = "ahead"
    """Not yet over the line."""
    OVER = "over"
    BACK = "back"
    """Turned back: the part is to be carried again."""


class Standing(StrEnum):
    """How far a consignment is."""

    OPEN = "open"
    """Nothing of it is over the line."""
    PARTLY = "partly"
    PASSED = "passed"
    """All of it is over the line: only then is it confirmed."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one declaration on one crossing."""

    share: Share
    passage: Passage = Passage.AHEAD


@dataclass(frozen=True, slots=True)
class Consignment:
    """One declaration: its whole, and its parts by crossing in the order of tying."""

    whole: Share
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))

    def carried(self, *passages: Passage) -> Share:
        """Return the sum of the parts that are at one of ``passages``."""
        return sum((part.share for part in self.parts.values() if part.passage in passages), NOTHING)

    @property
    def left(self) -> Share:
        """Return what is tied to no crossing, or was turned back."""
        return self.whole - self.carried(Passage.AHEAD, Passage.OVER)

    @property
    def standing(self) -> Standing:
        """Return how far the whole is."""
        over = self.carried(Passage.OVER)
        if over == self.whole:
            return Standing.PASSED
        return Standing.PARTLY if over != NOTHING else Standing.OPEN


@dataclass(frozen=True, slots=True)
class Ties:
    """All consignments by declaration, and which declarations each crossing carries."""

    consignments: Mapping[str, Consignment] = field(default_factory=lambda: MappingProxyType({}))
    loads: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    gone: frozenset[str] = frozenset()
    """Crossings that went over the line or turned back: nothing is tied to them any more."""


@dataclass(frozen=True, slots=True)
class ConsignmentDeclared:
    """A declaration was taken, with the whole that is to cross."""

    declaration: str
    whole: Share


@dataclass(frozen=True, slots=True)
class ConsignmentCorrected:
    """A correction changed the whole."""

    declaration: str
    whole: Share


@dataclass(frozen=True, slots=True)
class PartTied:
    """A part of a declaration was put on a crossing."""

    declaration: str
    crossing: str
    share: Share


@dataclass(frozen=True, slots=True)
class PartUntied:
    """A part was taken off a crossing that has not left."""

    declaration: str
    crossing: str


@dataclass(frozen=True, slots=True)
class CrossingWentOver:
    """A crossing is over the line with all that it carries."""

    crossing: str


@dataclass(frozen=True, slots=True)
class CrossingTurnedBack:
    """A crossing turned back, before the line or after it, with all that it carries."""

    crossing: str


TieEvent = ConsignmentDeclared | ConsignmentCorrected | PartTied | PartUntied | CrossingWentOver | CrossingTurnedBack
