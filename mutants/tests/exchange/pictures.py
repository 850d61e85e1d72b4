"""Reading a printed page as a scanner does: the pictures of an HTML page become the texts of their codes."""

from __future__ import annotations

import base64
import re
import struct
import zlib

import numpy as np
import zxingcpp


def codes_on(html: str) -> list[str]:
    """Return the text of each QR code on the page ``html``, in order, read from its picture."""
    addresses = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [_scanned(base64.b64decode(address)) for address in addresses]


def _scanned(png: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(pixels(png))
    text: str = found.text
    return text


def pixels(png: bytes) -> np.ndarray:
    """Return the grey values of a PNG of one bit a pixel with lines of filter None or Up, as segno writes it."""
    at, packed, width, height = 8, b"", 0, 0
    while at < len(png):
        (size,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", content[:10])
            assert (1, 0) == (depth, colour)
        elif kind == b"IDAT":
            packed += content
        at += size + 12
    lines = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(height, -1)
    rows = lines[:, 1:].copy()
    for number, kind in enumerate(lines[:, 0]):
        assert kind in (0, 2)
        if kind == 2:
            rows[number] += rows[number - 1]
    return np.unpackbits(rows, axis=1)[:, :width] * np.uint8(255)
