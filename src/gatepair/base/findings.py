"""Findings: typed statements about data, with one stable code and a text in every language.

A package declares its kinds once, at module level, with :func:`kind`; the registry lets
the documentation tests find each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Language = Literal["vi", "zh", "en", "fr"]
LANGUAGES: tuple[Language, ...] = ("vi", "zh", "en", "fr")

Words = Mapping[str, Mapping[Language, str]]
"""Texts by key and language."""


def words_of(*rows: tuple[str, str, str, str, str]) -> Words:
    """Return a table of texts from rows of key, English, Vietnamese, Chinese and French.

    Raises:
        ValueError: a key stands twice; a programming error.
    """
    table: dict[str, Mapping[Language, str]] = {
        key: {"en": en, "vi": vi, "zh": zh, "fr": fr} for key, en, vi, zh, fr in rows
    }
    if len(table) != len(rows):
        raise ValueError("a key of a table of texts stands twice")
    return table


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Nothing is done until it is mended."""
    WARNING = "warning"
    """Done, and somebody should look."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one place in some data.

    ``path`` is a dotted path into the data (``binding.tractor``), ``params`` fill the text.
    """

    kind: FindingKind
    path: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the stable code, such as ``crossing.not_released``."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """Return the severity of its kind."""
        return self.kind.severity

    def text(self, language: Language) -> str:
        """Return the sentence in ``language`` with the parameters filled in."""
        return self.kind.texts[language].format_map(_Shown(self.params))

    def to_wire(self) -> dict[str, Any]:
        """Return the published form: code, severity, path, params, all four texts, and the source where it has one."""
        wire: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity.value,
            "path": self.path,
            "params": dict(self.params),
            "text": {language: self.text(language) for language in LANGUAGES},
        }
        return {**wire, "source": self.kind.source} if self.kind.source else wire


class _Shown(dict[str, Any]):
    """Show a missing parameter by its name instead of failing while an error is reported."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What a finding with this ``code`` means, in every language, and the law or standard that it rests on."""

    code: str
    severity: Severity
    texts: Mapping[Language, str]
    source: str = ""

    def at(self, path: str = "", **params: Any) -> Finding:
        """Return a finding of this kind at ``path``."""
        return Finding(self, path, params)


REGISTRY: dict[str, FindingKind] = {}


def kind(code: str, severity: Severity = Severity.ERROR, *, source: str = "", **texts: str) -> FindingKind:
    """Declare a kind of finding with its texts ``vi zh en fr`` and the law or standard that it rests on.

    Raises:
        ValueError: when the code is taken or a language is missing; a programming error.
    """
    missing = [language for language in LANGUAGES if not texts.get(language)]
    if missing:
        raise ValueError(f"finding {code} lacks its text in {', '.join(missing)}")
    if code in REGISTRY:
        raise ValueError(f"finding code {code} is declared twice")
    declared = FindingKind(code, severity, {language: texts[language] for language in LANGUAGES}, source)
    REGISTRY[code] = declared
    return declared


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that says no, with at least one finding; nothing changes."""

    findings: tuple[Finding, ...]
