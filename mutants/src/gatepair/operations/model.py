"""Small things that orders and facts about the gate are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gatepair.crossing.model import Code
from gatepair.plan.model import Direction


class RoadState(StrEnum):
    """How a road runs without being stopped."""

    NORMAL = "normal"
    SLOW = "slow"
    LIMITED = "limited"
    """Something is out, such as a laboratory or a system: what needs it waits."""


class AlertKind(StrEnum):
    """What an alert warns of."""

    CRIME = "crime"
    DISEASE = "disease"
    DISASTER = "disaster"
    SAFETY = "safety"


class Figure(Struct, frozen=True, forbid_unknown_fields=True):
    """One count of a day: what, of which vehicles, in which direction."""

    direction: Direction
    load: Literal["loaded", "empty"]
    figure: Code
    count: Annotated[int, Meta(ge=0)]
