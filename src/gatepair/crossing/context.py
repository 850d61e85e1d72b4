"""What a decision may know besides the crossing itself; the node fills it in before it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gatepair.base.duties import Duty
from gatepair.crossing.model import Channel, Fee, Lodged
from gatepair.plan.model import Direction, LaneKind, Plan

if TYPE_CHECKING:
    from gatepair.crossing.state import Crossing

Mode = Literal["alone", "mirrored", "paired"]


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane as it stands now: ``direction`` is the way it is open (None while it is turned), ``why`` a code."""

    key: str
    route: str
    kind: LaneKind
    direction: Direction | None
    open: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class PartnerWord:
    """How fresh the partner's word is: its age in seconds (None: never heard) and the size of its log known here."""

    mode: Mode = "paired"
    age_s: int | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Tolerated:
    """One line of the agreement's staleness table for the step ``release_for_exit``; the first that covers the age holds.

    Up to ``max_age_s`` (None: any age, also never heard) the ``clause`` allows departure; ``officer`` asks
    for a named officer, who by confirming also answers for an acceptance that did not reach this post.
    """

    clause: str
    max_age_s: int | None = None
    officer: bool = False


@dataclass(frozen=True, slots=True)
class QueueView:
    """The next place number of the direction, and whether it stands still for this crossing (``why`` a code)."""

    next_number: int = 1
    stopped: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class ChannelDraw:
    """The channel that the profile gives this crossing, computed by ``clearance.channel``."""

    channel: Channel
    profile: int
    draw_permille: int
    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a decision rests on besides the crossing and the command.

    ``holders`` names the open crossing that holds each claim the command touches
    (:func:`gatepair.crossing.claims.claims_touched`); a claim that is free is absent.
    ``origin`` is the crossing that a declaration returns from, as this post knows it.
    ``batch`` holds the other open crossings of this post's role under the same trip batch number; it is looked up
    for ``DeclareCrossing``, ``CancelCrossing`` and ``Depart``.
    ``lane`` is looked up for ``Depart``, ``channel`` for ``AssignChannel``, ``fee`` for ``AssessFee``, ``lodged`` for ``LodgeDeclaration``.
    ``binding_salt`` is the crossing's own salt in hex and the same for every command about it.
    ``recovering``: acts that a restore lost are given again, with the times at which they were done.
    ``call_until_ms`` is the end of the grace that the queue gives with a call; absent means the plan's.
    """

    plan: Plan
    post: str
    now_ms: int
    actor: str
    duty: Duty
    crossing_id: str
    holders: Mapping[str, str] = field(default_factory=dict)
    origin: Crossing | None = None
    batch: tuple[Crossing, ...] = ()
    queue: QueueView = QueueView()
    lane: LaneView | None = None
    partner: PartnerWord = PartnerWord()
    tolerances: tuple[Tolerated, ...] = ()
    channel: ChannelDraw | None = None
    fee: Fee | None = None
    lodged: Lodged | None = None
    binding_salt: str = ""
    call_until_ms: int | None = None
    recovering: bool = False

    @property
    def alone(self) -> bool:
        """Tell whether this post runs without a partner."""
        return self.partner.mode == "alone"
