"""Steps of a working: which rule was applied, whence it comes, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gatepair.base.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the key of the rule, its source (empty where the rule is our own), and what was found."""

    rule: str
    source: str
    finding: Finding

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {"rule": self.rule, "source": self.source, **self.finding.to_wire()}


def findings_of(steps: Iterable[Step]) -> tuple[Finding, ...]:
    """Return what is to be mended or looked at: the findings of ``steps`` that are more than a note."""
    return tuple(step.finding for step in steps if step.finding.severity is not Severity.NOTE)
