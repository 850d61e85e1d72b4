"""Orders about the gate itself: stops, lanes, hours, quotas. They write to ``gate/<post>``."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled
from gatepair.crossing.model import Code, Line
from gatepair.plan.model import CommodityGroup, Direction, LocalDate, LocalTime


class GateCommand(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Base of every order about the gate."""

    at_ms: int | None = None


class StopIntake(GateCommand, frozen=True):
    """Stop one direction (or one route of it), with the reason and what is still allowed."""

    direction: Direction
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: Code = ""
    allows: tuple[CommodityGroup, ...] = ()


class ReopenIntake(GateCommand, frozen=True):
    """End a stop."""

    direction: Direction
    route: Code = ""


class TurnLane(GateCommand, frozen=True):
    """Turn a tidal lane: it closes, must be empty for its clear time, then opens the other way."""

    lane: Code
    direction: Direction


class AgreeHours(GateCommand, frozen=True):
    """Record hours agreed with the other side for one date and lane calendar."""

    calendar: Code
    date: LocalDate
    start: LocalTime
    until: LocalTime
    only: tuple[CommodityGroup, ...] = ()


class AnnounceQuota(GateCommand, frozen=True):
    """Tell the partner how many vehicles an hour this post takes in."""

    direction: Direction
    per_hour: Annotated[int, Meta(ge=0, le=10_000)]


class BeginRecovery(GateCommand, frozen=True):
    """Say that the ledger was restored from a backup that ended at ``position``, recorded at ``lost_from_ms``.

    A post with a partner finds it out by itself; a post that works alone is told.
    """

    position: Annotated[int, Meta(ge=0)]
    lost_from_ms: Annotated[int, Meta(ge=0)]


class FinishRecovery(GateCommand, frozen=True):
    """Say that what was lost has been given again: the post calls and warns by itself again."""


class PartnerGateCommand(GateCommand, frozen=True):
    """Base of orders made from a mirrored entry of the partner."""

    leaf: Annotated[str, spelled("[0-9a-f]{64}")]
    partner_at_ms: int


class RecordPartnerStop(PartnerGateCommand, frozen=True):
    """The partner stopped taking in."""

    direction: Direction
    reason: Code
    text: Line = ""
    expected_end_ms: int | None = None
    route: Code = ""
    allows: tuple[CommodityGroup, ...] = ()


class RecordPartnerReopening(PartnerGateCommand, frozen=True):
    """The partner takes in again."""

    direction: Direction
    route: Code = ""


class RecordPartnerQuota(PartnerGateCommand, frozen=True):
    """The partner's announced quota."""

    direction: Direction
    per_hour: Annotated[int, Meta(ge=0, le=10_000)]


ALL: tuple[type[GateCommand], ...] = (
    StopIntake, ReopenIntake, TurnLane, AgreeHours, AnnounceQuota, BeginRecovery, FinishRecovery,
    RecordPartnerStop, RecordPartnerReopening, RecordPartnerQuota,
)  # fmt: skip
