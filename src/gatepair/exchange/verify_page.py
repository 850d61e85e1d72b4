"""The verifier as a page: one file of HTML that opens from disk, made of the module in JavaScript and a frame."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Final

FRAME: Final = "js/verify.html"
"""The frame, within this package."""
MODULE: Final = "js/verify.mjs"
"""The module, within this package; it runs under Node as well."""
_MODULE_MARK: Final = "{{MODULE}}"
_HASH_MARK: Final = "{{HASH}}"


def build(frame: str, module: str) -> str:
    """Return the page; the same two texts give the same page.

    The page names the hash of its own script and allows nothing else: no other script, no picture, no connection.

    Raises:
        ValueError: the frame lacks a mark, or the module would end the script; a programming error.
    """
    if "</script" in module or frame.count(_MODULE_MARK) != 1 or frame.count(_HASH_MARK) != 1:
        raise ValueError("the module cannot be put into the frame")
    whole = frame.replace(_MODULE_MARK, module)
    script = whole.partition('<script type="module">')[2].partition("</script>")[0]
    return whole.replace(_HASH_MARK, base64.b64encode(sha256(script.encode()).digest()).decode())
