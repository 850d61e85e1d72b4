"""The console's pages as text: templates filled with what routes read, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES, Language
from gatepair.web.console import acts, assets, refusals
from gatepair.web.console.catalogue import clock_text, money_text, number_text, span_text, translations
from gatepair.web.console.fields import Field, fields_of
from gatepair.web.console.labels import VALUES, said_titles
from gatepair.web.console.menu import CENTRE_PAGES, MENU
from gatepair.web.texts import LANGUAGE_NAMES, TEXTS


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page: duty, login, language, the form proof of the session and the clocks of both posts."""

    duty: Duty
    login: str
    language: Language
    proof: str
    path: str
    now_ms: int
    layout: Mapping[str, Any]
    synthetic: bool
    head: int = 0
    """The last position of the ledger before the page was made: a later one makes it out of date."""
    query: str = ""
    """What the address asks besides the language, encoded, so that another language asks the same."""

    @property
    def zone(self) -> ZoneInfo:
        """Return the clock of this post."""
        return ZoneInfo(self.layout["posts"][0]["timezone"])


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a form as a template shows it; ``names`` are what its choices are called."""

    field: Field
    group: str
    title: str
    choices: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one act; ``command_id`` is made with the page, so that sending it twice acts once."""

    name: str
    title: str
    fields: Sequence[Shown]
    command_id: str


@cache
def _environment(language: Language) -> Environment:
    # What a crossing has not yet is left out of its view, so that here, unlike on the board, an absent value is empty.
    found = Environment(
        # The planner's charts are drawn by the macros of the twin's own report.
        loader=ChoiceLoader(
            [PackageLoader("gatepair.web"), PrefixLoader({"insight": PackageLoader("gatepair.insight")})]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.globals["asset"] = assets.address
    found.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return found


def render(template: str, *, language: Language, **context: Any) -> str:
    """Return the page ``template`` (without folder and ending)."""
    gettext = translations(language).gettext

    def value(code: str) -> str:
        """Say a value of a closed set; a code that is none is shown as it is."""
        return gettext(VALUES[code]) if code in VALUES else code

    return (
        _environment(language)
        .get_template(f"console/{template}.html.jinja")
        .render(
            language=language,
            languages={code: LANGUAGE_NAMES[code] for code in LANGUAGES},
            value=value,
            cause=lambda code: TEXTS[f"reason.{code}"][language] if f"reason.{code}" in TEXTS else value(code),
            number=lambda one: number_text(one, language),
            money=lambda minor, currency: money_text(minor, currency, language),
            span=lambda seconds: span_text(seconds, language),
            field_name=lambda path: refusals.field_name(path, language),
            **context,
        )
    )


def page(template: str, reader: Reader, **context: Any) -> str:
    """Return a page for somebody with an account: with menu, clocks and language."""
    zones = [post["timezone"] for post in reader.layout["posts"]]

    def clocks(at_ms: int, form: str = "short") -> list[str]:
        """Return an instant on the clocks of both posts, ours first; once where both show the same."""
        return list(dict.fromkeys(clock_text(at_ms, zone, reader.language, form=form) for zone in zones))

    roads = {one["key"]: one["name"][reader.language] for one in reader.layout["routes"]}
    return render(
        template,
        language=reader.language,
        reader=reader,
        road=lambda key: roads.get(key, key),
        menu=[
            (path, translations(reader.language).gettext(title))
            for path, title, duties in MENU
            if reader.duty in duties
        ],
        centre_pages=[
            (path, translations(reader.language).gettext(title))
            for path, title, duties in CENTRE_PAGES
            if reader.duty in duties
        ],
        finding_text=lambda wire: refusals.finding_text(wire, reader.layout, reader.language),
        place=reader.layout["posts"][0]["name"][reader.language],
        clocks=clocks,
        **context,
    )


def form_of(
    kind: type[Struct],
    reader: Reader,
    view: Mapping[str, Any],
    command_id: str,
    *,
    given: Mapping[str, str] | None = None,
) -> Form:
    """Return the form of the act ``kind`` on a crossing; ``given`` is what was filled in before it was refused."""
    gettext = translations(reader.language).gettext
    filled = acts.prefilled(view, kind) if given is None else given
    shown = []
    for field in fields_of(kind):
        group, title = said_titles(field.name, gettext)
        named = acts.choices(reader.layout, view, field.name, kind) or [(one, None) for one in field.choices]
        choices = [
            (code, name[reader.language] if name else gettext(VALUES[code]) if code in VALUES else code)
            for code, name in named
        ]
        shown.append(
            Shown(
                field,
                group,
                title,
                choices,
                filled.get(field.name, ""),
            )
        )
    return Form(kind.__name__, gettext(acts.title_of(kind)), shown, command_id)


def leaves_of(node: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Return (dotted path, value) of every field of a declaration that can be mended one by one."""
    if isinstance(node, Mapping):
        return [leaf for key, one in node.items() for leaf in leaves_of(one, f"{prefix}{key}.")]
    if isinstance(node, (list, tuple)):
        return [leaf for index, one in enumerate(node) for leaf in leaves_of(one, f"{prefix}{index}.")]
    return [(prefix.rstrip("."), node)]


def titled_act(name: str, language: Language) -> str:
    """Return what the act ``name`` is called; nothing for a name that is no act's."""
    kind = acts.BY_NAME.get(name)
    return "" if kind is None else translations(language).gettext(acts.title_of(kind))
