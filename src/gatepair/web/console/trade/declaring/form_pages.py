"""The form of a declaration as its page shows it: each field with its help, its choices, and what was found at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gatepair.base.findings import Finding, Severity
from gatepair.clearance.codes import CURRENCIES
from gatepair.clearance.codes_search import CodeList, Hit
from gatepair.crossing.model import LoadUnit
from gatepair.node.declaring_desk import DeclaringDesk
from gatepair.plan.model import CommodityGroup, LaneKind, Regime
from gatepair.web.console.catalogue import translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.pages import Reader
from gatepair.web.console.trade.declaring import findings as say
from gatepair.web.console.trade.declaring.asks import MONEY_FIRST, SECTIONS, Ask, Kind, Section
from gatepair.web.console.trade.declaring.filling import rows_in

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as the template shows it."""

    name: str
    ask: Ask
    title: str
    what: str
    where: str
    value: str
    agencies: str
    choices: Choices = ()
    told: Sequence[Finding] = ()
    named: Hit | None = None
    """What the code that stands there is called."""
    hits: Sequence[Hit] = ()

    @property
    def wrong(self) -> bool:
        """Tell whether something must be mended here."""
        return any(one.severity is Severity.ERROR for one in self.told)


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its fields, or its rows of fields, and what was found about it as a whole."""

    section: Section
    title: str
    rows: Sequence[Sequence[Shown]]
    row_title: str = ""
    told: Sequence[Finding] = ()
    may_grow: bool = False


@dataclass(frozen=True, slots=True)
class FormPage:
    """The whole form. ``elsewhere`` are findings that belong to no field of it."""

    parts: Sequence[Part]
    elsewhere: Sequence[Finding]
    errors: int
    warnings: int
    wrong: Sequence[Shown]


@dataclass(slots=True)
class Drawing:
    """What the fields of a form are drawn from."""

    reader: Reader
    desk: DeclaringDesk
    given: Mapping[str, str]
    findings: Sequence[Finding] = ()
    asked: str = ""
    """The field whose words are looked up."""
    _placed: set[int] = field(default_factory=set)

    def page(self) -> FormPage:
        """Return the form."""
        parts = [self._part(section) for section in SECTIONS]
        shown = [one for part in parts for row in part.rows for one in row]
        return FormPage(
            parts,
            [one for one in self.findings if id(one) not in self._placed],
            sum(one.severity is Severity.ERROR for one in self.findings),
            sum(one.severity is Severity.WARNING for one in self.findings),
            [one for one in shown if one.wrong],
        )

    def _part(self, section: Section) -> Part:
        gettext = self._gettext
        if not section.rows:
            return Part(section, gettext(section.title), [[self.shown(ask.name, ask) for ask in section.asks]])
        count = len(rows_in(self.given, section))
        rows = [[self.shown(f"{section.rows}.{at}.{ask.name}", ask) for ask in section.asks] for at in range(count)]
        told = self._told(lambda path: path == section.rows)
        return Part(section, gettext(section.title), rows, gettext(section.row_title), told, count < section.rows_max)

    def shown(self, name: str, ask: Ask) -> Shown:
        """Return one field."""
        value = self.given.get(name, "")
        told = self._told(lambda path: path == name or path.startswith(f"{name}."))
        wanted = self.asked == name or any(one.kind is say.CODE_WANTED for one in told)
        hits = self.desk.search(ask.codes, value, self.reader.language) if ask.codes and wanted else ()
        code = value.strip().replace(".", "").upper()
        named = self.desk.named(ask.codes, code, self.reader.language) if ask.codes else None
        if self.asked == name and value.strip() and not hits and not told:
            told = [say.CODE_NOT_FOUND.at(name, text=value[:40])]
        duties = self.desk.needed_by(name)
        return Shown(
            name=name,
            ask=ask,
            title=self._gettext(ask.title),
            what=self._gettext(ask.what),
            where=self._gettext(ask.where),
            value=value,
            agencies=", ".join(self._value(duty) for duty in duties),
            choices=self._choices(ask, value),
            told=told,
            named=named,
            hits=hits,
        )

    def _told(self, fits: Callable[[str], bool]) -> list[Finding]:
        found = [one for one in self.findings if fits(one.path)]
        self._placed.update(id(one) for one in found)
        return found

    @property
    def _gettext(self) -> Callable[[str], str]:
        return translator(self.reader.language)

    def _value(self, code: str) -> str:
        return self._gettext(VALUES[code]) if code in VALUES else code

    def _choices(self, ask: Ask, value: str) -> Choices:
        """Return what may be chosen, by code and name; what stands there is always among them."""
        if ask.kind is not Kind.CHOICE:
            return ()
        language = self.reader.language
        match ask.name:
            case "direction":
                found = [(way, self._value(way)) for way in self.desk.ways()]
            case "route":
                found = [(one["key"], one["name"][language]) for one in self.reader.layout["routes"]]
            case "currency":
                codes = [*MONEY_FIRST, *sorted(CURRENCIES - set(MONEY_FIRST))]
                found = [(code, code) for code in codes]
            case "kind":
                found = [(entry.codes[0], entry.names[language][0]) for entry in self.desk.listed(CodeList.DOCUMENT)]
            case _:
                found = [(code, self._value(code)) for code in _SETS[ask.name]]
        return found if not value or value in dict(found) else [*found, (value, value)]


_SETS: Final[Mapping[str, Sequence[str]]] = {
    "load": [one.value for one in LoadUnit],
    "lane_kind": [one.value for one in LaneKind if one is not LaneKind.PERSONS],
    "declaration.regime": [one.value for one in Regime],
    "commodity": [one.value for one in CommodityGroup if one is not CommodityGroup.NONE],
}
"""Choices that are the same everywhere."""
