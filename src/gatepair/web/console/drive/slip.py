"""The code on a driver's slip, drawn so that a phone at arm's length reads it."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import segno
from markupsafe import Markup

ERROR_LEVEL: Final = "m"
"""Fifteen per cent may be covered: a thumb, a scratch (ISO/IEC 18004)."""
KEPT_MAX: Final = 512
"""Pictures kept in memory; each has about 4 kB."""


@lru_cache(maxsize=KEPT_MAX)
def picture(text: str) -> Markup:
    """Return the QR code of ``text`` as SVG, black on white in light and dark."""
    out = io.BytesIO()
    code = segno.make_qr(text, error=ERROR_LEVEL)
    code.save(out, kind="svg", xmldecl=False, omitsize=True, light="#fff", border=4, svgclass="qr", lineclass=None)
    # Drawn by the library from squares alone: nothing of a caller is written into it.
    return Markup(out.getvalue().decode())  # noqa: S704
