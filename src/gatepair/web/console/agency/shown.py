"""What the agencies' pages say in the reader's language: places, urgency, evidence that is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_percent

from gatepair.base.findings import Language
from gatepair.web.console import pages
from gatepair.web.console.agency import words
from gatepair.web.console.catalogue import LOCALES, clock_text, span_text, translations
from gatepair.web.console.entries import ENTRIES, PAPERS
from gatepair.web.console.labels import VALUES
from gatepair.web.console.refusals import place_name


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says what a template asks for, to one reader."""

    reader: pages.Reader

    @property
    def language(self) -> Language:
        """Return the reader's language."""
        return self.reader.language

    def place(self, key: str) -> str:
        """Return the name of a station, yard or road of the plan; a key that is none is shown as it is."""
        return place_name(key, self.reader.layout, self.language)

    def spot(self, at: str) -> str:
        """Say where a vehicle is (:func:`gatepair.node.scene.spot`)."""
        kind, _, key = at.partition(":")
        if kind in {"station", "yard"}:
            return self.place(key)
        said = translations(self.language).gettext(words.SPOTS.get(kind, kind))
        return f"{said} · {self.place(key)}" if key else said

    def why(self, one: Mapping[str, Any]) -> str:
        """Say what makes a row urgent."""
        said = translations(self.language).gettext(words.WHY[one["code"]])
        if "span_s" in one:
            return f"{said} {span_text(one['span_s'], self.language)}"
        return f"{said} {clock_text(one['at_ms'], self.reader.layout['posts'][0]['timezone'], self.language)}"

    def entry(self, kind: str) -> str:
        """Say what an entry of the ledger is about, by the type of its event with or without the version."""
        name = kind.partition("/")[0]
        return translations(self.language).gettext(ENTRIES.get(name, name))

    def paper(self, kind: str) -> str:
        """Say which kind of document it is; a kind without words is shown as it is."""
        return translations(self.language).gettext(PAPERS[kind]) if kind in PAPERS else kind

    def off(self, permille: int) -> str:
        """Say how far a mass is off, with its sign."""
        found: str = format_percent(permille / 1000, format="+0.0%;-0.0%", locale=LOCALES[self.language])
        return found

    def evidence(self, view: Mapping[str, Any]) -> list[str]:
        """Return what may be named as evidence because it is there: readings, files, seals."""
        gettext = translations(self.language).gettext
        zone = self.reader.layout["posts"][0]["timezone"]
        readings = [
            f"{self.place(one['station'])}: {gettext(VALUES.get(one['result'], one['result']))}, "
            f"{clock_text(one['at_ms'], zone, self.language)}"
            for one in view["readings"]
        ]
        files = [
            f"{one['kind']} {one.get('number', '')} sha256:{one['sha256'][:16]}" for one in view.get("attachments", [])
        ]
        return [*readings, *files]
