"""How wide a text is drawn, by estimate: the server has no fonts, and a label must stay within its box.

The widths are a little above those of DejaVu Sans, Noto Sans and Noto Sans SC (measured in Chromium,
``tests/web/console/centre/test_centre_browser.py``), in thousandths of the size of the letters.
"""

from __future__ import annotations

import unicodedata
from typing import Final

FULL: Final = 1_010
"""A Chinese character, and whatever else stands in a square."""
WIDE: Final = 1_000
UPPER: Final = 760
LETTER: Final = 650
NARROW: Final = 420
_WIDE: Final = frozenset("MWmw@%+=→←↔⇄⟳…—")
_NARROW: Final = frozenset("iljftrI .,:;'’!|()[]/-–·")
BOLD_PERMILLE: Final = 1_120
"""How much wider bold letters are."""
ELLIPSIS: Final = "…"


def width_of(text: str, size: int, *, bold: bool = False) -> int:
    """Return the width of ``text`` in letters of ``size``, in the unit of ``size``, rounded up."""
    thousandths = sum(_letter(one) for one in unicodedata.normalize("NFC", text))
    share = BOLD_PERMILLE if bold else 1_000
    return -(-thousandths * share * size // 1_000_000)


def _letter(one: str) -> int:
    if unicodedata.combining(one):
        return 0
    if unicodedata.east_asian_width(one) in "WF":
        return FULL
    plain = unicodedata.normalize("NFD", one)[0]
    if plain in _WIDE:
        return WIDE
    if plain in _NARROW:
        return NARROW
    return UPPER if plain.isupper() or plain in "ĐƠƯ" else LETTER


def cut(text: str, width: int, size: int, *, bold: bool = False) -> str:
    """Return ``text``, shortened with an ellipsis where it is wider than ``width``."""
    if width_of(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and width_of(kept.rstrip() + ELLIPSIS, size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS if kept else ""


def wrapped(text: str, width: int, size: int, *, lines: int, bold: bool = False) -> tuple[str, ...]:
    """Return ``text`` in at most ``lines`` lines no wider than ``width``; what does not fit ends in an ellipsis."""
    found: list[str] = []
    rest = _pieces(text)
    while rest and len(found) < lines:
        line = rest.pop(0).lstrip()
        while rest and width_of((line + rest[0]).rstrip(), size, bold=bold) <= width:
            line += rest.pop(0)
        if rest and len(found) == lines - 1:
            line += "".join(rest)
            rest = []
        found.append(cut(line.rstrip(), width, size, bold=bold))
    return tuple(found)


def _pieces(text: str) -> list[str]:
    """Return ``text`` in pieces that a line may end behind: words with their blank, Chinese characters one by one."""
    pieces: list[str] = [""]
    for one in text:
        square = unicodedata.east_asian_width(one) in "WF"
        if square or (pieces[-1] and unicodedata.east_asian_width(pieces[-1][-1]) in "WF"):
            pieces.append(one)
        else:
            pieces[-1] += one
        if one in " -–/":
            pieces.append("")
    return [piece for piece in pieces if piece]
