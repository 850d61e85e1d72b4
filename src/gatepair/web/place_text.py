"""A driver's place as a text message: what it says, and in an alphabet that any phone and one message can carry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from gatepair.base.findings import Language
from gatepair.base.time import Instant, to_datetime
from gatepair.web.texts import words

GSM_LENGTH_MAX: Final = 160
"""Characters of one message in the default alphabet. Source: 3GPP TS 23.040 §9.2.3.16, TS 23.038 §6.1.2."""
UCS2_LENGTH_MAX: Final = 70
"""Characters of one message in UCS-2. Source: 3GPP TS 23.038 §6.1.2."""
GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet without its extension table, whose characters count twice. Source: 3GPP TS 23.038 §6.2.1."""
NUMBER: Final = re.compile(r"\+?[0-9]{8,15}")
"""A telephone number without its blanks. Source: ITU-T E.164 §6.2.1 for the longest."""
_PLAIN: Final = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "’": "'"})


def number_of(written: str) -> str | None:
    """Return a telephone number as it is dialled, None when ``written`` is none."""
    plain = re.sub(r"[\s().-]", "", written)
    return plain if NUMBER.fullmatch(plain) else None


def to_gsm(text: str) -> str:
    """Return ``text`` with each letter that the default alphabet lacks in its plain form: ``ầ`` becomes ``a``."""
    return "".join(one if one in GSM else _plain(one) for one in text.translate(_PLAIN))


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base in GSM else "?"


def place_text(board: Mapping[str, Any], place: Mapping[str, Any], language: Language, *, link: str) -> str:
    """Return what a driver is told of ``place``, in one message; the ``link``, if any, stands at its end when there is room."""
    text = words(language)
    zone = ZoneInfo(board["timezone"])

    def clock(at_ms: int) -> str:
        return to_datetime(Instant(at_ms)).astimezone(zone).strftime("%H:%M")

    parts = [f"{text['number']} {place['number']}", text[f"state.{place['state']}"]]
    if place["stopped"]:
        parts.append(text["stopped"])
    if place["called_until_ms"] is not None:
        parts.append(f"{text['come_before']} {clock(place['called_until_ms'])}")
    if place["ahead"] is not None:
        parts.append(f"{text['ahead']}: {place['ahead']}")
    minutes = place.get("forecast", {}).get("value")
    if minutes is not None:
        parts.append(f"{text['forecast']} {minutes} {text['minutes']}")
    told = f"{clock(place['at_ms'])} {', '.join(parts)}"
    whole = told if language == "zh" else to_gsm(told)
    room = UCS2_LENGTH_MAX if language == "zh" else GSM_LENGTH_MAX
    return f"{whole} {link}" if link and len(whole) + 1 + len(link) <= room and set(link) <= GSM else whole[:room]
