"""Printing papers: codes are drawn, and put on a page in the languages of both sides."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import segno

from gatepair.exchange.paper import Paper, to_codes
from gatepair.exchange.paper_page import Setting, page
from gatepair.node.post import Post
from gatepair.plan.explaining import languages_of

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


def page_at(post: Post, paper: Paper) -> str:
    """Return the page of ``paper``, which ``post`` made, in the languages and times of both sides.

    Raises:
        TooLarge: it needs more codes than a paper has.
    """
    plan = post.plan
    with post.ledger.read() as reader:
        log_keys = post.link.log_keys(reader)
    zones = dict.fromkeys(plan.timezone_of(post) for post in (paper.author, paper.reader))
    setting = Setting(languages_of(plan, paper.author), tuple(map(ZoneInfo, zones)), log_keys)
    return page(paper, [picture(text) for text in to_codes(paper)], setting)
