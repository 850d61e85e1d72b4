"""Sections of key statements."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from gatepair.exchange.sections.words import Shape


class KeyNote(Shape, frozen=True):
    """A statement of a side's roots about a key, as the signed note that they made (clause 13.6)."""

    note: Annotated[str, Meta(max_length=8_192)]
