"""Sections about entries themselves."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from gatepair.exchange.sections.words import Code, Shape

Place = Annotated[str, Meta(max_length=200)]
"""A place in the entry that is answered, dotted: section, field, index."""


class Fault(Shape, frozen=True):
    """One finding: its code, and where in the entry."""

    code: Code
    path: Place = ""


class Outcome(Shape, frozen=True):
    """What became of the entry that the header names in ``re``."""

    verdict: Literal["accepted", "refused"]
    codes: Annotated[tuple[Code, ...], Meta(max_length=200)] = ()
    """The codes of the findings, each once, in order."""
    findings: Annotated[tuple[Fault, ...], Meta(max_length=200)] = ()
    """The findings with their places; absent when none has a place."""
