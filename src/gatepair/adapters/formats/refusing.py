"""Refusing a file: an error that stops the reading, with a finding that says why in every language."""

from __future__ import annotations

from typing import TypeVar

from gatepair.base.errors import BadInput, Refused
from gatepair.base.findings import Finding

_Error = TypeVar("_Error", bound=BadInput)


def refusal(error: type[_Error], finding: Finding) -> _Error:
    """Return an ``error`` that says what ``finding`` says and carries it; its parameters are the machine fields."""
    if issubclass(error, Refused):
        return error([finding])
    made = error(finding.text("en"), **finding.params)
    made.findings = (finding,)
    return made
