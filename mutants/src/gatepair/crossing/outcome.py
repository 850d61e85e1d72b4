"""What a decision gives: events in order, or a refusal; never half of each."""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Finding, Refusal
from gatepair.crossing import commands as cmd
from gatepair.crossing.events import CrossingEvent

Events = tuple[CrossingEvent, ...]
Outcome = Events | Refusal
Order = cmd.DeclareCrossing | cmd.CrossingCommand
NO_FINDINGS: Final[tuple[Finding, ...]] = ()


def refuse(*findings: Finding) -> Refusal:
    """Return a refusal with ``findings``."""
    return Refusal(findings)
