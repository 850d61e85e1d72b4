"""The rulebook: the rules that are known, and which of them hold on a day.

Rules are discovered: a class in a module of rules is one by being a :class:`Rule` with a kind of its own.
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
    rules_figures,
    rules_numbers,
    rules_regimes,
)
from gatepair.clearance.checking.rule import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of a book: its class, the days on which it holds, and its limits where they are changed."""

    rule: type[Rule]
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
        self._rules_on = lru_cache(maxsize=64)(self._made)

    def on(self, day: date) -> tuple[Rule, ...]:
        """Return the rules in force on ``day``, in the order of the book."""
        return self._rules_on(day)

    def _made(self, day: date) -> tuple[Rule, ...]:
        return tuple(entry.rule(**entry.limits) for entry in self.entries if entry.since <= day <= entry.until)


def discovered(modules: Iterable[ModuleType]) -> Iterator[Entry]:
    """Return an entry for each rule that one of ``modules`` defines, in the order in which it defines them."""
    for module in modules:
        for found in vars(module).values():
            if (
                inspect.isclass(found)
                and issubclass(found, Rule)
                and found.__module__ == module.__name__
                and "kind" in vars(found)
            ):
                yield Entry(found, found.since, found.until, MappingProxyType({}))


MODULES: Final = (rules_codes, rules_numbers, rules_figures, rules_regimes, rules_crossing)
RULEBOOK: Final = Rulebook(discovered(MODULES))
"""All rules that we ship."""
