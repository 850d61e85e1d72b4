"""A rule: a class with one stable code, a version, the days on which it holds, and its limits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding, FindingKind
from gatepair.clearance.checking.case import Case, Day


class Dated(ABC):
    """What every rule has; a subclass states what it finds and since when it holds.

    ``kind`` is what it finds: code, severity, texts and source. ``version`` grows with every change of its
    meaning. ``since`` and ``until`` are the first and the last day on which it holds. ``limits`` are the numbers
    it decides by, so that a change of one can be tried over a corpus before it holds.
    """

    kind: ClassVar[FindingKind]
    version: ClassVar[int] = 1
    since: ClassVar[date] = date.min
    until: ClassVar[date] = date.max
    limits: ClassVar[Mapping[str, int]] = MappingProxyType({})

    def __init__(self, **limits: int) -> None:
        """Make the rule with some of its ``limits`` changed.

        Raises:
            Malformed: a limit that the rule has not.
        """
        strange = sorted(set(limits) - set(self.limits))
        if strange:
            raise Malformed(
                f"{self.kind.code} has no limit {', '.join(strange)}; it has {', '.join(self.limits) or 'none'}"
            )
        self.limit = {**self.limits, **limits}


class Rule(Dated):
    """A rule about one declaration."""

    @abstractmethod
    def find(self, case: Case) -> Iterator[Finding]:
        """Return what is wrong with the declaration by this rule, in the order of its fields."""


class DayRule(Dated):
    """A rule about all declarations of a day together."""

    @abstractmethod
    def find(self, day: Day) -> Iterator[Finding]:
        """Return what is wrong in the order of lodging; a path begins with the place of the declaration in the day."""
