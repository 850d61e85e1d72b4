"""The public page: rendered on the server, useful without script, readable on an old phone and on paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gatepair.base.findings import LANGUAGES, Language
from gatepair.base.time import Instant, to_datetime
from gatepair.web.texts import LANGUAGE_NAMES, words

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("gatepair.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE: Final = files("gatepair.web").joinpath("templates", "board.css").read_text("utf-8")
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


def board_page(
    board: Mapping[str, Any],
    place: Mapping[str, Any] | None,
    *,
    token: str,
    language: Language,
    refresh_s: int,
) -> str:
    """Return the page; ``place`` is None when none was asked for and empty when there is none.

    ``board`` and ``place`` are those of :class:`gatepair.web.ports.PostPort`.
    """
    zone = ZoneInfo(board["timezone"])

    def clock(at_ms: int) -> str:
        moment = to_datetime(Instant(at_ms)).astimezone(zone)
        now = to_datetime(Instant(board["at_ms"])).astimezone(zone)
        return moment.strftime("%H:%M" if _same_day(moment, now) else "%Y-%m-%d %H:%M")

    text = words(language)
    return _ENVIRONMENT.get_template("board.html.jinja").render(
        board=board,
        place=place,
        token=token,
        language=language,
        languages=LANGUAGE_NAMES,
        refresh_s=refresh_s,
        # Our own sheet, read from the package: nothing of a caller is in it.
        style=Markup(_STYLE),  # noqa: S704
        text=text,
        name=board["name"][language],
        day=to_datetime(Instant(board["at_ms"])).astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        clock=clock,
        ratio=_ratio,
        span=lambda seconds: _span(seconds, text),
    )


def _same_day(moment: datetime, now: datetime) -> bool:
    return moment.date() == now.date()


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
