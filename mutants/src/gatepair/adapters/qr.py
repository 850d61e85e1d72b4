"""Drawing QR codes: the one module that knows the library."""

from __future__ import annotations

from typing import Final

import segno

ERROR_LEVEL: Final = "m"
"""Level M mends 15 % of a code: creases and a stamp across it, and the modules stay large (ISO/IEC 18004)."""
SCALE: Final = 6
"""Pixels a module: 125 modules become 798 pixels with the border, about 240 dots an inch at 8.5 cm."""
BORDER: Final = 4
"""Quiet zone in modules, as ISO/IEC 18004 asks for."""


def picture(text: str) -> str:
    """Return ``text``, all of it in the alphanumeric alphabet, as a QR code: a ``data:`` address of a PNG.

    Raises:
        ValueError: a character outside the alphabet, or more than one code holds; a programming error.
    """
    code = segno.make_qr(text, error=ERROR_LEVEL, mode="alphanumeric", boost_error=False)
    address: str = code.png_data_uri(scale=SCALE, border=BORDER)
    return address
