"""The rulebook: the rules that are known, and which of them hold on a day.

Rules are discovered: a class in a module of rules is one by being :class:`Dated` with a kind of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Final

from gatepair.base.errors import Malformed
from gatepair.clearance.checking import (
    rules_codes,
    rules_crossing,
    rules_day,
    rules_figures,
    rules_header,
    rules_numbers,
    rules_regimes,
)
from gatepair.clearance.checking.rule import Dated, DayRule, Rule

DAYS_KEPT: Final = 64
"""Days of which the rules are kept ready: a month of lodging and some looking back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of a book: its class, the days on which it holds, and its limits where they are changed."""

    rule: type[Dated]
    since: date
    until: date
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the code of what the rule finds."""
        return self.rule.kind.code


class Rulebook:
    """Rules with their days; one that is changed is another book."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Make a book of ``entries``.

        Raises:
            Malformed: two rules with one code hold on one day, or a rule ends before it begins.
        """
        self.entries: Final = tuple(entries)
        for index, entry in enumerate(self.entries):
            if entry.until < entry.since:
                raise Malformed(f"{entry.code} ends on {entry.until}, before it begins on {entry.since}")
            for other in self.entries[:index]:
                if other.code == entry.code and other.since <= entry.until and entry.since <= other.until:
                    raise Malformed(f"two rules {entry.code} hold on {max(other.since, entry.since)}")
        self._on = lru_cache(maxsize=DAYS_KEPT)(self._made)

    def on(self, day: date) -> tuple[Rule, ...]:
        """Return the rules about one declaration that are in force on ``day``, in the order of the book."""
        return self._on(day)[0]

    def of_day(self, day: date) -> tuple[DayRule, ...]:
        """Return the rules about a whole day that are in force on ``day``, in the order of the book."""
        return self._on(day)[1]

    def _made(self, day: date) -> tuple[tuple[Rule, ...], tuple[DayRule, ...]]:
        made = [entry.rule(**entry.limits) for entry in self.entries if entry.since <= day <= entry.until]
        return (
            tuple(rule for rule in made if isinstance(rule, Rule)),
            tuple(rule for rule in made if isinstance(rule, DayRule)),
        )


def discovered(modules: Iterable[ModuleType]) -> Iterator[Entry]:
    """Return an entry for each rule that one of ``modules`` defines, in the order in which it defines them."""
    for module in modules:
        for found in vars(module).values():
            if (
                inspect.isclass(found)
                and issubclass(found, Dated)
                and found.__module__ == module.__name__
                and "kind" in vars(found)
            ):
                yield Entry(found, found.since, found.until, MappingProxyType({}))


MODULES: Final = (rules_header, rules_codes, rules_numbers, rules_figures, rules_regimes, rules_crossing, rules_day)
RULEBOOK: Final = Rulebook(discovered(MODULES))
"""All rules that we ship."""
