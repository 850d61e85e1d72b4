"""Problems of plan files: a finding with the line and column it stands at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gatepair.base.findings import Finding, FindingKind, Language

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]
"""Where a value stands in a document: mapping keys and sequence indexes from the root."""

CHOICES_SHOWN_MAX = 8
"""How many known names a mend lists before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Where each path of a document stands."""

    places: Mapping[Path, Mark] = field(default_factory=dict)

    def of(self, path: Path) -> Mark:
        """Return the place of ``path``, or of the nearest thing around it that has one."""
        for length in range(len(path), -1, -1):
            mark = self.places.get(path[:length])
            if mark is not None:
                return mark
        return Mark(1, 1)

    def problem(self, fault: Fault) -> Problem:
        """Return ``fault`` with its place."""
        mark = self.of(fault.path)
        return Problem(mark.line, mark.column, fault.finding)


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding at a path, before anybody knows its line."""

    path: Path
    finding: Finding


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file: where, what, and how to mend it. ``line`` and ``column`` count from 1."""

    line: int
    column: int
    finding: Finding

    @property
    def path(self) -> str:
        """Return the dotted path of the value (``routes.r1119-1120.lanes.hn-1``)."""
        return self.finding.path

    @property
    def code(self) -> str:
        """Return the stable code of the finding."""
        return self.finding.code

    @property
    def message(self) -> str:
        """Return what is wrong, in English, without a full stop."""
        return self.halves("en")[0]

    @property
    def mend(self) -> str:
        """Return how to mend it, in English, as a sentence."""
        return self.halves("en")[1]

    def halves(self, language: Language) -> tuple[str, str]:
        """Return what is wrong (without full stop) and how to mend it, in ``language``."""
        stop = "。" if language == "zh" else ". "
        wrong, _, mend = self.finding.kind.texts[language].partition(stop)
        params = dict(self.finding.params)
        return wrong.format_map(params), mend.format_map(params)

    def shown(self, name: str) -> str:
        """Return ``name:line:col path: message. mend``."""
        return f"{name}:{self.line}:{self.column} {self.path or 'the file'}: {self.message}. {self.mend}"


def fault(kind: FindingKind, path: Path, /, **params: object) -> Fault:
    """Return a fault of ``kind`` at ``path``."""
    return Fault(path, kind.at(dotted(path), **params))


def dotted(path: Path) -> str:
    """Return ``path`` in the form of an override: parts joined by dots."""
    return ".".join(str(part) for part in path)


def suggestion(found: object, known: Iterable[str]) -> str:
    """Return the nearest of ``known`` to ``found``, or a short list of them."""
    names = sorted(known)
    near = get_close_matches(str(found)[:80], names, n=1, cutoff=0.6)
    if near:
        return near[0]
    if not names:
        return "nothing"
    if len(names) == 1:
        return names[0]
    listed = ", ".join(names[:CHOICES_SHOWN_MAX])
    more = len(names) - CHOICES_SHOWN_MAX
    return f"one of {listed}" + (f" and {more} more" if more > 0 else "")
