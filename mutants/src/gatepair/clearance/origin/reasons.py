"""Steps of the working: a statement in four languages with the article that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gatepair.base.findings import Finding


@dataclass(frozen=True, slots=True)
class Reason:
    """One step: what was found, and where the treaty or table says so (empty for a premise of the bill)."""

    article: str
    finding: Finding

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {"article": self.article, **self.finding.to_wire()}


def amount(minor: int, currency: str) -> str:
    """Return ``minor`` units as people read them, with two decimals for every currency but those that have none.

    Source: ISO 4217, minor units of the currencies of both treaties' Parties.
    """
    if currency in {"VND", "JPY", "KRW"}:
        return f"{minor} {currency}"
    return f"{minor // 100}.{minor % 100:02d} {currency}"


def percent(basis_points: int) -> str:
    """Return basis points as a percentage with two decimals."""
    sign, size = ("-", -basis_points) if basis_points < 0 else ("", basis_points)
    return f"{sign}{size // 100}.{size % 100:02d} %"
