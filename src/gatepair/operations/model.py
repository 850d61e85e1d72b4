"""Small things that orders and facts about the gate are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gatepair.crossing.model import Code
from gatepair.plan.alarms import AlarmKind
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


class Level(StrEnum):
    """How urgent an alarm is."""

    NOTICE = "notice"
    """Somebody should know."""
    WARNING = "warning"
    """Somebody should act."""
    CRISIS = "crisis"
    """Everybody who can should act now."""

    @property
    def rank(self) -> int:
        """Return 0 for the least urgent, and one more for each level above it."""
        return list(Level).index(self)


class Answerer(StrEnum):
    """Duties that an alarm may be given to; a test holds them against the table of permissions."""

    YARD = "yard"
    GATE_BOARD = "gate_board"
    BORDER_GUARD = "border_guard"
    HEALTH = "health"
    QUARANTINE = "quarantine"
    CUSTOMS = "customs"
    COMMAND_CENTRE = "command_centre"


class Condition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds at an instant and asks for a person; ``value`` is past ``limit`` in the unit of its kind.

    ``since_ms`` is since when it holds, as far as the facts tell: else the instant at which it was computed.
    """

    kind: AlarmKind
    subject: Code
    """What it is about: a direction, a lane, a road, a yard, a laboratory, or the post."""
    level: Level
    since_ms: int
    value: int = 0
    limit: int = 0

    @property
    def key(self) -> str:
        """Return the name by which people speak of the alarm: its kind and its subject."""
        return f"{self.kind.value}.{self.subject}"[:48]
