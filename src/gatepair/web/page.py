"""The public pages: rendered on the server, useful without script, readable on an old phone and on paper."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gatepair.base.findings import LANGUAGES, Language
from gatepair.base.time import Instant, to_datetime
from gatepair.web.check_texts import check_words, fault_words
from gatepair.web.texts import LANGUAGE_NAMES, words

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("gatepair.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE: Final = files("gatepair.web").joinpath("templates", "board.css").read_text("utf-8")
RECORD_BYTES: Final = 40
"""About how much a record of the public order takes on the line, packed (measured), to say what a check fetches."""
STYLE_SOURCE: Final = "'sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode() + "'"
"""What the content security policy allows as style: this sheet and no other."""


def language_of(asked: str, accepted: str) -> Language:
    """Return the language asked for, else the first one of ``accepted`` that we have, else Vietnamese."""
    wishes = [asked, *(part.partition(";")[0] for part in accepted.split(","))]
    for wish in wishes:
        primary = wish.strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if primary == language:
                return language
    return "vi"


@dataclass(frozen=True, slots=True)
class View:
    """How a page is read: language, size of type, and the place that was asked for."""

    language: Language
    large: bool = False
    token: str = ""

    def link(self, path: str, **changes: Any) -> str:
        """Return the address of ``path`` read the same way, save for ``changes``."""
        seen = replace(self, **changes)
        size = "large" if seen.large else "normal" if "large" in changes else ""
        asked = {"lang": seen.language, "size": size, "token": seen.token}
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def board_page(
    board: Mapping[str, Any],
    place: Mapping[str, Any] | None,
    view: View,
    *,
    refresh_s: int,
    texting: bool = False,
    told: str = "",
) -> str:
    """Return the board; ``place`` is None when none was asked for and empty when there is none.

    ``texting`` offers the place as a text message, ``told`` is what became of one.  ``board`` and ``place`` are those of :class:`gatepair.web.ports.PostPort`.
    """
    check = check_words(view.language)
    more = {"check": check, "texting": texting, "told": told, "refresh_s": refresh_s}
    return _rendered("board.html.jinja", board, view, place=place, **more)


def slip_page(board: Mapping[str, Any], place: Mapping[str, Any], view: View, *, address: str) -> str:
    """Return the slip of ``place`` to be printed; its QR code leads to the board at ``address``."""
    return _rendered("slip.html.jinja", board, view, place=place, code=code_of(f"{address}/board?token={view.token}"))


def check_page(board: Mapping[str, Any], view: View, *, way: str, key: str) -> str:
    """Return the page on which a browser checks the public order of the direction ``way``; empty when none queues."""
    check = check_words(view.language)
    records = (board["directions"].get(way, {}).get("order_check") or {}).get("expected", 0)
    size = check["check.size"].format(records=records, kb=-(-records * RECORD_BYTES // 1_000))
    spoken = json.dumps({"texts": check, "faults": fault_words(view.language)}, ensure_ascii=False)
    # In a script that is no program only the end tag must not stand.
    words = Markup(spoken.replace("<", "\\u003c"))  # noqa: S704
    return _rendered("check.html.jinja", board, view, check=check, way=way, key=key, size=size, words=words)


def code_of(text: str) -> Markup:
    """Return a QR code as a drawing in the page: black on white whatever the colours of the page."""
    drawn = segno.make_qr(text, error="m").svg_inline(
        scale=4, border=4, light="#fff", omitsize=True, svgclass="code", lineclass=None
    )
    # segno draws it from numbers; of the text only modules are left.
    return Markup(drawn)  # noqa: S704


def _rendered(template: str, board: Mapping[str, Any], view: View, **more: Any) -> str:
    text = words(view.language)
    zones = board.get("zones", [board["timezone"]])
    return _ENVIRONMENT.get_template(template).render(
        board=board,
        view=view,
        languages=LANGUAGE_NAMES,
        # Our own sheet, read from the package: nothing of a caller is in it.
        style=Markup(_STYLE),  # noqa: S704
        text=text,
        name=board["name"][view.language],
        clock=lambda at_ms: _clocks(at_ms, zones, board["at_ms"]),
        stamp=_clocks(board["at_ms"], zones, None),
        ratio=_ratio,
        span=lambda seconds: _span(seconds, text),
        **more,
    )


def _clocks(at_ms: int, zones: Sequence[str], now_ms: int | None) -> str:
    """Return an instant on the clocks of both posts with their offsets; the date unless it is that of ``now_ms``."""
    told = []
    for zone in dict.fromkeys(zones):
        moment = to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone))
        today = now_ms is not None and moment.date() == to_datetime(Instant(now_ms)).astimezone(ZoneInfo(zone)).date()
        offset = moment.strftime("%z")
        hours = f"{offset[0]}{int(offset[1:3])}" + (f":{offset[3:]}" if offset[3:] != "00" else "")
        told.append(f"{moment.strftime('%H:%M' if today else '%Y-%m-%d %H:%M')} (UTC{hours})")
    return " · ".join(dict.fromkeys(told))


def _ratio(permille: int) -> str:
    """Return a number of thousandths with two decimals, cut."""
    return f"{permille // 1000}.{permille % 1000 // 10:02d}"


def _span(seconds: int, text: Mapping[str, str]) -> str:
    """Return a length of time in minutes, or in hours and minutes from two hours on."""
    minutes = seconds // 60
    if seconds < 60:
        return f"{seconds} {text['seconds']}"
    if minutes < 120:
        return f"{minutes} {text['minutes']}"
    return f"{minutes // 60} {text['hours']} {minutes % 60:02d} {text['minutes']}"
