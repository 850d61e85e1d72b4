"""Rule sets: what goods need to enter a country, as dated sheets; of one scope one set holds on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepair.clearance.sheets import Line, Sheet, read_sheet

_FIELDS: Final = ("rules", "scope", "importer", "from", "source", "renewal")
_OPTIONAL: Final = ("until", "for", "premises")
_HS: Final = re.compile(r"[0-9]{2,10}", re.ASCII)
_TEST: Final = re.compile(r"test:[a-z0-9][a-z0-9_]{0,40}", re.ASCII)
_DAY: Final = re.compile(r"(.+)@([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)


class Need(StrEnum):
    """What a rule may ask for, beside tests (``test:cadmium``)."""

    ORCHARD = "orchard"
    PACKING_HOUSE = "packing_house"
    PRODUCER = "producer"
    RECOMMENDED = "recommended"
    """The producer was recommended by the authority of its country."""
    PHYTO = "phyto"
    HEALTH = "health"


class Renewal(StrEnum):
    """What becomes of a registration when its time is over."""

    ON_APPLICATION = "on_application"
    """It lapses unless it was renewed."""
    BY_ITSELF = "by_itself"
    """It goes on, save in certain cases."""


class Premise(StrEnum):
    """What a rule set takes for granted; every result from it says so."""

    CODES_ARE_OURS = "codes_are_ours"
    """The source names categories of goods in words; which HS codes they are is our reading."""
    CATALOGUE_UNREAD = "catalogue_unread"
    """The catalogue of goods that need a recommendation could not be read; that of the decree before is used."""
    TERM_OVER = "term_over"
    """The protocol was made for a number of years that is over; it is taken to go on."""
    TESTS_AS_REPORTED = "tests_as_reported"
    """That every lot is tested is known from the press; the legal text could not be read."""
    SYNTHETIC = "synthetic"
    """The set is made up for the demo and for tests."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: goods by the beginning of their HS code, and what they need from which day on."""

    hs: str
    needs: tuple[tuple[str, str], ...]
    """Need or ``test:…``, and the first day on which it holds (empty: with the set)."""

    def needs_on(self, day: str) -> tuple[str, ...]:
        """Return what is needed on ``day``."""
        return tuple(need for need, begin in self.needs if begin <= day)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One dated set of rules."""

    name: str
    scope: str
    """Sets of one scope replace one another."""
    importer: str
    exporters: tuple[str, ...]
    """Countries it is for; empty means all."""
    valid_from: str
    valid_until: str
    renewal: Renewal
    premises: tuple[tuple[Premise, str], ...]
    """What it takes for granted, and from which day on (empty: from the beginning)."""
    source: str
    rules: tuple[Rule, ...]

    def in_force(self, day: str) -> bool:
        """Tell whether ``day`` lies within the validity, both ends included."""
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)

    def premises_on(self, day: str) -> tuple[Premise, ...]:
        """Return what is taken for granted on ``day``."""
        return tuple(premise for premise, begin in self.premises if begin <= day)

    def rule_for(self, hs: str) -> Rule | None:
        """Return the rule with the longest code that begins ``hs``; None when none does."""
        fitting = [rule for rule in self.rules if hs.startswith(rule.hs)]
        return max(fitting, key=lambda rule: len(rule.hs), default=None)


def read_rules(text: str, *, name: str = "rules") -> RuleSet:
    """Return the rule set in ``text``: rows of HS code and needs; ``need@day`` begins on a day of its own.

    Raises:
        Malformed: names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS, optional=_OPTIONAL)
    until = sheet.day("until") if "until" in sheet.fields else ""
    if until and until < sheet.day("from"):
        raise sheet.fault("`until` lies before `from`")
    try:
        renewal = Renewal(sheet.fields["renewal"])
        premises = tuple(
            (Premise(word), begin) for word, begin in map(_dated, sheet.fields.get("premises", "").split())
        )
    except ValueError as error:
        raise sheet.fault(f"`renewal` is {' or '.join(Renewal)}; `premises` are of {', '.join(Premise)}") from error
    rules = tuple(_rule(sheet, line) for line in sheet.lines)
    if len({rule.hs for rule in rules}) < len(rules):
        raise sheet.fault("an HS code stands twice; put its needs into one row")
    return RuleSet(
        name=sheet.fields["rules"],
        scope=sheet.fields["scope"],
        importer=sheet.fields["importer"],
        exporters=tuple(sheet.fields.get("for", "").split()),
        valid_from=sheet.day("from"),
        valid_until=until,
        renewal=renewal,
        premises=premises,
        source=sheet.fields["source"],
        rules=rules,
    )


def rules_in_force(sets: Iterable[RuleSet], *, importer: str, exporter: str, day: str) -> tuple[RuleSet, ...]:
    """Return the sets that hold for goods of ``exporter`` on ``day``: of two of one scope the later one."""
    newest: dict[str, RuleSet] = {}
    for each in sorted(sets, key=lambda one: one.valid_from):
        meant = not each.exporters or exporter in each.exporters
        if each.importer == importer and meant and each.in_force(day):
            newest[each.scope] = each
    return tuple(newest[scope] for scope in sorted(newest))


def _rule(sheet: Sheet, line: Line) -> Rule:
    if len(line.cells) != 2 or not _HS.fullmatch(line.cells[0]):
        raise sheet.fault("a row is an HS code of 2 to 10 digits and what the goods need, parted by a tab", line)
    needs: list[tuple[str, str]] = []
    for word in line.cells[1].split():
        need, begin = _dated(word)
        if need not in set(Need) and not _TEST.fullmatch(need):
            raise sheet.fault(f"{need!r} is none of {', '.join(Need)} or test:substance", line)
        needs.append((need, begin))
    return Rule(line.cells[0], tuple(needs))


def _dated(word: str) -> tuple[str, str]:
    """Return the word and the day after its ``@``, empty where it has none."""
    dated = _DAY.fullmatch(word)
    return (dated[1], dated[2]) if dated else (word, "")
