"""From when on the gate asks for a person, and what that person does: thresholds and playbooks of a plan.

A plan that says nothing has the thresholds below; each says where it comes from.  The playbooks that
we ship are in :mod:`gatepair.insight.playbooks`; a plan may put its own in their place.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from gatepair.plan.text import Text

Positive = Annotated[int, Meta(ge=1)]
Share = Annotated[int, Meta(ge=1, le=1000)]

ActName = Literal[
    "",
    "StopIntake", "ReopenIntake", "TurnLane", "AgreeHours", "AnnounceHours", "AnnounceQuota", "AnnounceCapacity",
    "ReportCondition", "RaiseAlert", "NoteHotline", "NoteShift",
]  # fmt: skip
"""The order that a step of a playbook leads to; empty for a step that is done by hand."""


class AlarmKind(StrEnum):
    """What an alarm is about."""

    STOCK = "stock"
    """What waits, over what a day clears."""
    PERISHABLES = "perishables"
    """Perishable goods that have waited long."""
    STAY = "stay"
    """Stays of foreign vehicles that end soon or are over."""
    PARTNER_SILENT = "partner_silent"
    """The other side's last word is old."""
    LANE_FROZEN = "lane_frozen"
    """A lane of the link stands still until two persons let it go on."""
    CLOCK = "clock"
    """The clocks of the two posts differ."""
    PARKED = "parked"
    """Entries of the other side wait for what this post lost."""
    LABORATORY = "laboratory"
    """A laboratory is closed or out."""
    STOP = "stop"
    """A stop has no expected end, or is past it."""
    QUOTA = "quota"
    """This hour's quota is nearly used up."""
    YARD = "yard"
    """A yard holds as many vehicles as it has room for, or more."""
    RECOVERY = "recovery"
    """This post is being given again what it lost."""
    MISSED_CALLS = "missed_calls"
    """Many who were called did not come."""


class PlayStep(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a playbook: what to do, and the order that does it."""

    text: Text
    act: ActName = ""


class AlarmRules(Struct, frozen=True, forbid_unknown_fields=True):
    """From when on a condition is an alarm; limits in permille, hours, minutes, seconds and vehicles."""

    stock_warning_permille: Positive = 1_700
    """Stock over what a day clears. Source: the peak of the 2023 durian season (domain notes §4.1, computed)."""
    stock_crisis_permille: Positive = 5_000
    """Proposed; no jam below it is documented as one that needed help from outside (domain notes §9 row 35, assumed)."""
    perishable_warning_h: Positive = 24
    """Assumed: as long as the shipped plans let a place wait before it counts as of the first class."""
    perishable_crisis_h: Positive = 72
    """Assumed: three days in the cab; drivers complained of ten and more (domain notes §7)."""
    partner_silent_warning_s: Positive = 600
    """Assumed: ten beats of the link's normal lane, which beats every minute."""
    partner_silent_crisis_s: Positive = 3_600
    """Assumed: an hour's quota has passed without a word."""
    stop_open_min: Positive = 30
    """How long a stop may stand without an expected end. Assumed: time to ask over the hotline."""
    quota_spent_permille: Share = 900
    """Assumed: with a tenth of the hour's quota left the next calls are the last."""
    yard_full_permille: Positive = 1_000
    """Vehicles over places: full is full."""
    missed_permille: Share = 200
    """Missed calls over calls of the last three hours. Assumed: twenty times the share of the shipped plans' traffic."""
    missed_calls_min: Positive = 10
    """Calls below which the share says nothing. Assumed."""
    note: str = ""
    """Whence the plan's own limits are."""
    playbooks: dict[AlarmKind, tuple[PlayStep, ...]] = field(default_factory=dict)
    """A playbook here replaces the shipped one of its kind."""
