"""Type for screens that have none: Vietnamese and Chinese, cut from packages into small files.

A screen that has its own type loads nothing of this: the sheet names it behind what phones and desktops have.
Chinese is cut into blocks of 256 characters, and one file for the words that the console itself says; a browser
loads those that its page needs (CSS Fonts 4, unicode-range).  Without the extra ``gatepair[fonts]`` there is none.
"""

from __future__ import annotations

import io
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from typing import Final

from gatepair.web.console.catalogue import catalogue

LATIN: Final = "Gatepair Latin"
CHINESE: Final = "Gatepair Chinese"
_PACKAGES: Final = ("fontTools", "brotli", "fontpkg_be_vietnam_pro", "pylopdf_fonts_zh_cn")
_LATIN_RANGES: Final = ((0x20, 0x7E), (0xA0, 0x17F), (0x1A0, 0x1B0), (0x300, 0x323), (0x1EA0, 0x1EF9), (0x2010, 0x20AC))
"""Latin with the letters of Vietnamese and French, signs, and the dong."""
_BLOCKS: Final = (0x30, *range(0x4E, 0xA0), 0xFF)
"""High bytes of the blocks of Chinese: punctuation, the ideographs of GB 2312 and more, full width."""


def there() -> bool:
    """Tell whether the packages of the extra are installed."""
    return all(find_spec(package) for package in _PACKAGES)


@cache
def names() -> tuple[str, ...]:
    """Return the names of the files, in the order of the sheet: of two that have a character the later one is taken."""
    if not there():
        return ()
    return ("latin-400", "latin-700", *(f"zh-{block:02x}" for block in _BLOCKS), "zh-words")


@cache
def words() -> frozenset[int]:
    """Return the Chinese characters that the console says."""
    said = "".join(str(message.string) for message in catalogue("zh") if message.id)
    return frozenset(code for one in said if (code := ord(one)) >= _BLOCKS[0] << 8)


def characters(name: str) -> frozenset[int]:
    """Return the code points that the file ``name`` is asked to hold; a type may have fewer."""
    if name.startswith("latin"):
        return frozenset(code for first, last in _LATIN_RANGES for code in range(first, last + 1))
    if name == "zh-words":
        return words()
    block = int(name.removeprefix("zh-"), 16) << 8
    return frozenset(range(block, block + 256))


@cache
def font(name: str) -> bytes:
    """Return the file ``name`` as WOFF2; cutting one out takes about a second, once."""
    # Imported here: only a screen without type of its own needs them.
    subset = import_module("fontTools.subset")
    options = subset.Options(
        flavor="woff2", layout_features=["*"], notdef_outline=True, hinting=False, desubroutinize=True
    )
    whole = subset.load_font(io.BytesIO(_source(name)), options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=characters(name))
    cut.subset(whole)
    made = io.BytesIO()
    subset.save_font(whole, made, options)
    return made.getvalue()


@cache
def sheet() -> str:
    """Return the sheet that names every file with its characters; empty without the extra."""
    return "".join(_face(name) for name in names())


def _face(name: str) -> str:
    family = LATIN if name.startswith("latin") else CHINESE
    weight = name.removeprefix("latin-") if family == LATIN else "400 700"
    ranges = ",".join(_spans(characters(name)))
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
        f'src:url("/assets/fonts/{name}.woff2")format("woff2");unicode-range:{ranges}}}\n'
    )


def _spans(codes: frozenset[int]) -> list[str]:
    """Return runs of code points as CSS writes them."""
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return [f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in found]


@cache
def _source(name: str) -> bytes:
    if name == "latin-400":
        return files("fontpkg_be_vietnam_pro").joinpath("files", "BeVietnamPro-Regular.ttf").read_bytes()
    if name == "latin-700":
        return files("fontpkg_be_vietnam_pro").joinpath("files", "BeVietnamPro-Bold.ttf").read_bytes()
    return files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf").read_bytes()


__all__ = ["CHINESE", "LATIN", "characters", "font", "names", "sheet", "there", "words"]
