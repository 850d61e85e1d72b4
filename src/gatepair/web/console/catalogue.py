"""The words of the console in four languages: gettext catalogues, English as the key.

The catalogues are read as text (``.po``) when the process starts, so that nothing has to be compiled;
``tests/web/console/test_catalogue.py`` fails when a text lacks a language.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from gatepair.base.findings import LANGUAGES, Language
from gatepair.base.time import Instant, to_datetime
from gatepair.clearance.checking.codelists import minor_units

LOCALES: Final[Mapping[Language, Locale]] = {
    "vi": Locale("vi"),
    "zh": Locale("zh", "CN", "Hans"),
    "en": Locale("en", "GB"),
    "fr": Locale("fr"),
}
"""CLDR's rules by language; English is that of the day before the month."""
SAID_MAX: Final = 20_000
"""Texts of instants, spans and numbers that are kept: CLDR's rules take longer than the rest of a work list's row."""


def say(text: str) -> str:
    """Mark ``text`` as one of the console's words where it stands in a table; it is translated where it is shown."""
    return text


def catalogue(language: Language) -> Catalog:
    """Return the catalogue of ``language``; English has none."""
    raw = files("gatepair.web.console").joinpath("locale", f"{language}.po").read_bytes()
    return read_po(io.BytesIO(raw), locale=language)


@cache
def translations(language: Language) -> NullTranslations:
    """Return what ``language`` says; English says what is in the code."""
    if language == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translator(language: Language) -> Callable[[str], str]:
    """Return the function that says a text in ``language``."""
    return translations(language).gettext


@lru_cache(SAID_MAX)
def clock_text(at_ms: int, zone: str, language: Language, *, form: str = "short") -> str:
    """Return an instant on the clock of ``zone`` in the manner of ``language``, with its offset from UTC."""
    moment = to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone))
    shown: str = format_datetime(moment, format=form, locale=LOCALES[language])
    return f"{shown} {_offset(moment)}"


def hour_text(at_ms: int, zone: str, language: Language) -> str:
    """Return the time of day on the clock of ``zone``, with its offset from UTC."""
    moment = to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone))
    shown: str = format_time(moment, format="short", locale=LOCALES[language])
    return f"{shown} {_offset(moment)}"


def day_text(at_ms: int, zone: str, language: Language) -> str:
    """Return the day on the calendar of ``zone``, with its name."""
    moment = to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone))
    shown: str = format_date(moment.date(), format="full", locale=LOCALES[language])
    return shown


def _offset(moment: datetime) -> str:
    minutes = int(moment.utcoffset().total_seconds()) // 60  # type: ignore[union-attr]  # the moment has a zone
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


@lru_cache(SAID_MAX)
def span_text(seconds: int, language: Language) -> str:
    """Return a length of time in words, rounded to its largest unit."""
    shown: str = format_timedelta(seconds, threshold=2, locale=LOCALES[language], format="short")
    return shown


@lru_cache(SAID_MAX)
def number_text(number: int, language: Language) -> str:
    """Return a whole number with the groups of ``language``."""
    shown: str = format_decimal(number, locale=LOCALES[language])
    return shown


def money_text(minor: int, currency: str, language: Language) -> str:
    """Return an amount in minor units of ``currency`` as ``language`` writes it, with the currency's own code and digits."""
    digits = minor_units(currency)
    # The code and not a sign: one sign stands for several currencies at a border.
    pattern = f"#,##0{'.' + '0' * digits if digits else ''} \u00a4\u00a4"
    shown: str = format_currency(
        Decimal(minor).scaleb(-digits), currency, format=pattern, locale=LOCALES[language], currency_digits=False
    )
    return shown


__all__ = [
    "LANGUAGES",
    "LOCALES",
    "catalogue",
    "clock_text",
    "day_text",
    "hour_text",
    "money_text",
    "number_text",
    "say",
    "span_text",
    "translations",
    "translator",
]
