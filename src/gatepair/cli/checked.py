"""What the checks find in a declaration that a command has read, as text and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import click

from gatepair.adapters.codelists import shipped_codes
from gatepair.adapters.formats.reading import Content
from gatepair.base.errors import BadInput
from gatepair.base.findings import Finding, Language, Severity, words_of
from gatepair.clearance.checking.check import check
from gatepair.clearance.declaration.model import Declaration

WORDS: Final = words_of(
    ("refused", "refused", "bị từ chối", "被拒绝", "refusé"),
    ("items", ", {count} goods items", ", {count} mặt hàng", ",{count} 项商品", ", {count} articles"),
    ("counted", ", {count} values taken over", ", đã nhận {count} giá trị", ",采用 {count} 个值", ", {count} valeurs reprises"),
    ("told", ", {count} told below", ", {count} điều nêu dưới đây", ",下列 {count} 条", ", {count} signalées ci-dessous"),
    ("at", "{severity} at {path}", "{severity} tại {path}", "{severity},位置 {path}", "{severity} à {path}"),
    ("error", "error", "lỗi", "错误", "erreur"),
    ("warning", "warning", "cảnh báo", "警告", "avertissement"),
    ("note", "note", "ghi chú", "提示", "note"),
)  # fmt: skip
"""What stands around the findings of a file, by key and language."""


def say(key: str, language: Language, **words: object) -> str:
    """Return the words of ``key`` in ``language``."""
    return WORDS[key][language].format(**words)


def checked(content: Content, on: date) -> tuple[Finding, ...]:
    """Return what the rules in force on ``on`` find; of what is no declaration, nothing."""
    return check(content, on=on, codes=shipped_codes()) if isinstance(content, Declaration) else ()


def cause(error: BadInput, language: Language) -> str:
    """Return why a file was refused: in ``language`` where its reader says it so."""
    return " ".join(finding.text(language) for finding in error.findings) or error.message


class Misuse(click.ClickException):
    """A command was asked for what it cannot do: one line and exit status 2."""

    exit_code = 2


@contextmanager
def told_in(language: Language) -> Iterator[None]:
    """Let a file that is refused within be told in ``language``."""
    try:
        yield
    except BadInput as error:
        error.message = cause(error, language)
        raise


def checks_wire(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Return the published form of ``findings``."""
    return [finding.to_wire() for finding in findings]


def checks_told(findings: tuple[Finding, ...], language: Language) -> Iterator[str]:
    """Return a line for each of ``findings``, with those that keep a declaration out before the others."""
    order = list(Severity)
    for finding in sorted(findings, key=lambda each: order.index(each.severity)):
        source = f" [{finding.code}; {finding.kind.source}]" if finding.kind.source else f" [{finding.code}]"
        place = say("at", language, severity=say(finding.severity.value, language), path=finding.path or ".")
        yield f"  {place}: {finding.text(language)}{source}"
