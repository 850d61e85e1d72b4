"""What was done to the goods: operations told from the words of a bill of materials.

Words that are not known stand for making, which is never minimal; the verdict says so as a premise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Operation(StrEnum):
    """One act of obtaining, of little work, or of making."""

    OBTAIN = "OBTAIN"
    """Grown, harvested, born, raised, caught, mined: what makes a good wholly obtained."""
    PRESERVE = "PRESERVE"
    PACK_DISPLAY = "PACK_DISPLAY"
    SHIP_HELP = "SHIP_HELP"
    """Easing shipment or carriage."""
    SIMPLE_SORT_CUT = "SIMPLE_SORT_CUT"
    """Sifting, screening, sorting, classifying, sharpening, cutting, slitting, grinding, bending, coiling, uncoiling."""
    MARK_LABEL = "MARK_LABEL"
    DILUTE = "DILUTE"
    DISASSEMBLE = "DISASSEMBLE"
    SLAUGHTER = "SLAUGHTER"
    PAINT_POLISH = "PAINT_POLISH"
    PEEL_STONE_SHELL = "PEEL_STONE_SHELL"
    MIX_SIMPLE = "MIX_SIMPLE"
    CHEMICAL_REACTION = "CHEMICAL_REACTION"
    MAKE = "MAKE"
    """Any other work."""


@dataclass(frozen=True, slots=True)
class Done:
    """One operation with the words it was told in, and the country where it was done (empty when unsaid)."""

    operation: Operation
    words: str
    country: str = ""


_WORDS: Final[tuple[tuple[Operation, str], ...]] = (
    (Operation.OBTAIN, r"grow|harvest|pick|gather|born|rais(?:ed|ing)|farm|fish|caught|catch|hunt|min(?:ed|ing)\b|extract"),
    (Operation.CHEMICAL_REACTION, r"chemical(?:ly)? react|chemical reaction"),
    (Operation.SHIP_HELP, r"load(?:ed|ing)|unload|palleti[sz]"),
    (Operation.DISASSEMBLE, r"disassembl|dismantl"),
    (Operation.PRESERVE, r"preserv|chill|freez|frozen|refrigerat|cool|dry(?:ing)?\b|dried|salt(?:ed|ing)\b|ventilat"),
    (Operation.PACK_DISPLAY, r"pack|bottl|wrap|display|present"),
    (Operation.SIMPLE_SORT_CUT, r"sift|screen|sort|classif|grad(?:ed|ing)\b|sharpen|cut(?:ting)?\b|slit|grind|ground\b|bend|bent\b|coil"),
    (Operation.MARK_LABEL, r"label|mark"),
    (Operation.DILUTE, r"dilut"),
    (Operation.SLAUGHTER, r"slaughter"),
    (Operation.PAINT_POLISH, r"paint|polish"),
    (Operation.PEEL_STONE_SHELL, r"peel|ston(?:ed|ing)\b|shell|husk"),
    (Operation.MIX_SIMPLE, r"simple mix|simply mix|blend"),
)  # fmt: skip
_PATTERNS: Final = tuple((operation, re.compile(rf"\b(?:{words})", re.ASCII)) for operation, words in _WORDS)
_IN: Final = re.compile(r"\s+in ([A-Z]{2})$", re.ASCII)
_BETWEEN: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s*;\s*", re.ASCII)


def operations(work: tuple[str, ...]) -> tuple[Done, ...]:
    """Return the operations that ``work`` tells of, in order; each text is words, or the code of an operation."""
    return tuple(done for text in work for done in _of(text))


def _of(text: str) -> Iterator[Done]:
    where = _IN.search(text)
    country, said = (where[1], text[: where.start()]) if where else ("", text)
    for words in filter(None, (part.strip() for part in _BETWEEN.split(said))):
        yield Done(_operation(words), words, country)


def _operation(words: str) -> Operation:
    if words in set(Operation):
        return Operation(words)
    said = words.lower()
    return next((operation for operation, pattern in _PATTERNS if pattern.search(said)), Operation.MAKE)
