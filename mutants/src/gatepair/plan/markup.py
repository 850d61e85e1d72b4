"""YAML text into plain values with a place for each, in the narrow profile of plan files.

The profile is YAML 1.2 core without anchors, aliases and tags: ``07:30`` and ``NO`` stay text,
which YAML 1.1 would read as 27,000 and false.  Duplicate keys, depth and size are limited, so
that no file can make the reader run away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from gatepair.base.findings import FindingKind
from gatepair.plan import findings
from gatepair.plan.problems import Fault, Mark, Marks, Path, Problem, fault

CHARACTERS_MAX: Final = 512 * 1024
"""Longest text that is read at all; a shipped plan has about 40,000 characters."""
DEPTH_MAX: Final = 24
"""Deepest nesting; the plan's own types need 8."""
VALUES_MAX: Final = 20_000
"""Most values of one file; a shipped plan has about 3,000."""
DIGITS_MAX: Final = 15
"""Longest number: whole numbers stay within the exact range of JSON readers (2^53)."""

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Marked:
    """A document as plain values with the place of each path, and what was wrong with its form."""

    value: Any
    marks: Marks
    problems: tuple[Problem, ...]


class _Broken(Exception):
    """Reading cannot go on; carries the last fault."""

    def __init__(self, broken: Fault, mark: Mark) -> None:
        super().__init__()
        self.fault = broken
        self.mark = mark


@dataclass(slots=True)
class _Reader:
    """Builds values from events; holds what was found on the way."""

    events: Iterator[Any]
    places: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    values: int = 0

    def note(self, kind: FindingKind, path: Path, mark: Mark, /, **params: object) -> None:
        self.problems.append(Problem(mark.line, mark.column, fault(kind, path, **params).finding))

    def next(self) -> Any:
        return next(self.events)

    def node(self, event: Any, path: Path) -> Any:
        """Return the value that begins with ``event``."""
        mark = _mark(event)
        self.places.setdefault(path, mark)
        self.values += 1
        if self.values > VALUES_MAX:
            raise _Broken(fault(findings.TOO_MANY, path, limit=VALUES_MAX), mark)
        if len(path) > DEPTH_MAX:
            raise _Broken(fault(findings.TOO_DEEP, path[:DEPTH_MAX], limit=DEPTH_MAX), mark)
        self.refuse_marks(event, path, mark)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path, mark)
        return None

    def refuse_marks(self, event: Any, path: Path, mark: Mark) -> None:
        tag = getattr(event, "tag", None)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            self.note(findings.NO_ALIASES, path, mark, mark=f"{sign}{anchor}")
        elif tag is not None:
            self.note(findings.NO_ALIASES, path, mark, mark=tag)

    def mapping(self, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        first: dict[str, int] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            mark = _mark(event)
            key = self.key(event, path, mark)
            inner = (*path, key)
            if key in first:
                self.note(findings.DUPLICATE_KEY, inner, mark, key=key, line=first[key])
            first.setdefault(key, mark.line)
            self.places.setdefault(inner, mark)
            built[key] = self.node(self.next(), inner)
        return built

    def key(self, event: Any, path: Path, mark: Mark) -> str:
        self.refuse_marks(event, path, mark)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        raise _Broken(fault(findings.NOT_YAML, path, why="a key must be a word"), mark)

    def sequence(self, path: Path) -> list[Any]:
        built: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            built.append(self.node(event, (*path, len(built))))
        return built

    def scalar(self, event: Any, path: Path, mark: Mark) -> object:
        text = str(event.value)
        if not event.implicit[0]:
            return text
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text):
            return True
        if _FALSE.fullmatch(text):
            return False
        if _INTEGER.fullmatch(text):
            if len(text) <= DIGITS_MAX:
                return int(text)
            wanted = f"of at most {DIGITS_MAX} digits"
            self.note(findings.OUT_OF_RANGE, path, mark, found=text[:20] + "…", wanted=wanted)
            return 0
        if len(text) <= DIGITS_MAX and _FLOAT.fullmatch(text):
            return float(text)
        return text


def read(text: str) -> Marked:
    """Return ``text`` as plain values (dict, list, str, int, bool, None, float) with their places.

    Never raises for any text: what is wrong with its form stands in ``problems``, and the value is
    None when nothing could be read.
    """
    if len(text) > CHARACTERS_MAX:
        finding = findings.TOO_LARGE.at(limit=CHARACTERS_MAX)
        return Marked(None, Marks(), (Problem(1, 1, finding),))
    reader = _Reader(iter(()))
    value: Any = None
    try:
        reader.events = iter(yaml.parse(text, Loader=_LOADER))
        value = _document(reader)
    except _Broken as broken:
        reader.problems.append(Problem(broken.mark.line, broken.mark.column, broken.fault.finding))
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        line, column = (at.line + 1, at.column + 1) if at else (1, 1)
        why = " ".join(part for part in (error.context, error.problem) if part)
        reader.problems.append(Problem(line, column, findings.NOT_YAML.at(why=why)))
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as error:
        why = str(error).partition("\n")[0]
        reader.problems.append(Problem(1, 1, findings.NOT_YAML.at(why=why)))
    return Marked(value, Marks(reader.places), tuple(reader.problems))


def _document(reader: _Reader) -> Any:
    value: Any = None
    seen = False
    for event in reader.events:
        if isinstance(event, yaml.DocumentStartEvent):
            if seen:
                why = "a second document begins here"
                raise _Broken(fault(findings.NOT_YAML, (), why=why), _mark(event))
            seen = True
        elif isinstance(event, yaml.NodeEvent):
            value = reader.node(event, ())
    return value


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)
