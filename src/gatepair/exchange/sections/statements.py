"""Sections of what a link says of itself."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from gatepair.exchange.checkpoint import EPOCH_MAX, FIRST_EPOCH
from gatepair.exchange.sections.words import Natural, Sha256, Shape

Epoch = Annotated[int, Meta(ge=FIRST_EPOCH, le=EPOCH_MAX)]


class Fenced(Shape, frozen=True):
    """From where a log goes on: epochs up to ``closed`` are closed, and the reader holds ``size`` entries of ``epoch``."""

    closed: Epoch
    epoch: Epoch
    root: Sha256
    size: Natural


class AnnouncedVersion(Shape, frozen=True):
    """A version of the agreement, the object itself, and the note in which the roots of both sides signed it."""

    agreement: dict[str, Any]
    note: Annotated[str, Meta(max_length=131_072)]
