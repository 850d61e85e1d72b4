"""What was not done and why, in the reader's language: the place in the form, the sentence and the findings.

The interface says in English what cannot be read, for whoever wrote the program that sent it.  On a
page the same error stands before an officer: :func:`in_words` says it in words of the console.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatepair.base.errors import GatepairError
from gatepair.base.findings import REGISTRY, Finding, Language
from gatepair.web.console.catalogue import say, translations
from gatepair.web.console.labels import VALUES, said_titles

UNREADABLE: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"missing required field", say("this must be filled in")),
        (r"Expected `array` of length >= (?P<limit>\d+)", say("at least %(limit)s must be named")),
        (r"Expected `array` of length <= (?P<limit>\d+)", say("at most %(limit)s may be named")),
        (r"of length >= (?P<limit>\d+)", say("this needs at least %(limit)s characters")),
        (r"of length <= (?P<limit>\d+)", say("this has at most %(limit)s characters")),
        (r"Expected `int` >= (?P<limit>-?\d+)", say("the least that is allowed is %(limit)s")),
        (r"Expected `int` <= (?P<limit>-?\d+)", say("the most that is allowed is %(limit)s")),
        (r"matching regex", say("this is not written in the way that is asked for")),
        (r"Invalid (?:enum )?value", say("choose one of those that are offered")),
        (r"Expected `(?:int|float)", say("a whole number is needed here")),
        (r"normal form NFC|character NUL", say("this holds characters that cannot be kept; type it anew")),
        (
            r"a whole number from (?P<low>-?\d+) to (?P<high>-?\d+)",
            say("a whole number from %(low)s to %(high)s is needed"),
        ),
        (r"an export holds at most (?P<limit>\d+)", say("an export holds at most %(limit)s entries; take several")),
        (r"give a name of 1 to (?P<limit>\d+)", say("give a name of 1 to %(limit)s letters")),
    )
)
"""What an error's sentence holds, and how a page says it; the first that fits."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done: findings, or the ``sentence`` of an error about the field ``place``."""

    place: str = ""
    sentence: str = ""
    spoken: Language = "en"
    """The language of ``sentence``."""
    findings: Sequence[Mapping[str, Any]] = ()


NOTHING: Final[Mapping[str, str]] = {}


def refused_by(error: GatepairError, language: Language, *, titles: Mapping[str, str] = NOTHING) -> Refusal:
    """Return why ``error`` came; ``titles`` are what the form calls its own fields, English as the key."""
    path = str(error.fields.get("path", ""))
    place = translations(language).gettext(titles[path]) if path in titles else field_name(path, language)
    return Refusal(place, *in_words(error.message, language))


def in_words(message: str, language: Language) -> tuple[str, Language]:
    """Return an error's sentence for a page and the language it is in: the reader's, or English where it has no words."""
    if not message:
        return "", language
    gettext = translations(language).gettext
    if (whole := gettext(message)) != message:
        return whole, language
    for pattern, text in UNREADABLE:
        if found := pattern.search(message):
            return gettext(text) % found.groupdict(), language
    return message, "en"


def place_name(key: str, layout: Mapping[str, Any], language: Language) -> str:
    """Return the name of a station, yard or road of the plan; a key that is none is returned as it is."""
    for one in (*layout["stations"], *layout["yards"], *layout["routes"]):
        if one["key"] == key:
            return str(one["name"][language])
    return key


def field_name(path: str, language: Language) -> str:
    """Say which field of a declaration or an order is meant by its dotted path."""
    if not path:
        return ""
    group, title = said_titles(path, translations(language).gettext)
    return f"{group}: {title}" if group else title


def finding_text(wire: Mapping[str, Any], layout: Mapping[str, Any], language: Language) -> str:
    """Say a finding with the codes in it in words: agencies, places, reasons."""
    kind = REGISTRY.get(str(wire["code"]))
    if kind is None:
        return str(wire["text"][language])
    params = {name: _worded(value, layout, language) for name, value in wire["params"].items()}
    return Finding(kind, str(wire["path"]), params).text(language)


def _worded(value: Any, layout: Mapping[str, Any], language: Language) -> Any:
    """Say a parameter that is a code, or several with commas or strokes between, in words."""
    if not isinstance(value, str):
        return value
    gettext = translations(language).gettext
    parts = re.split(r"(, | / )", value)
    return "".join(gettext(VALUES[one]) if one in VALUES else place_name(one, layout, language) for one in parts)
