"""A file with its policy, and what a verifier must say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exchange.proofs import policy_text

PROVED, CONTRADICTED, INCOMPLETE, UNREADABLE = 0, 1, 2, 3


@dataclass(frozen=True)
class Way:
    """One file with its policy, the exit code, and each finding as its path and code."""

    name: str
    raw: bytes
    exit: int
    findings: tuple[str, ...] = ()
    rules: Sequence[str] = ()
    policy: str = ""

    def policy_text(self) -> str:
        return self.policy or policy_text(*self.rules)


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Return what sets the value at ``path`` of a document; numbers are places in lists."""

    def spoil(document: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        place: Any = document
        for part in way:
            place = place[part]
        place[last] = value

    return spoil
