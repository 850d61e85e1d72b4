"""The messages of a gate pair: types with version, lane, sections, purpose, retention.

Values of sections are plain canonical JSON: what they mean is the node's affair (it may know
crossings, this package may not).  An agreement chooses from this catalogue and never adds to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DRIVER_DAYS: Final = 90
"""Retention of bodies that name persons. Source: exchange notes §3.10."""
GOODS_DAYS: Final = 5 * 365
"""Retention of goods bodies: the five years customs keeps declarations. Source: exchange notes §3.10."""


class Lane(StrEnum):
    """Which log an entry goes to, so that a backlog never delays a stop."""

    URGENT = "urgent"
    """Stops, quotas, key events."""
    NORMAL = "normal"
    """The life of crossings, outcomes."""
    BULK = "bulk"
    """Statistics, lists of attachments."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """What one type of message is for and what it is made of."""

    kind: str
    lane: Lane
    sections: tuple[str, ...]
    purpose: str
    retention_days: int = GOODS_DAYS
    outcome_deadline_s: int | None = None
    """Within which the receiver answers with an outcome; None when none is asked for."""


ANNOUNCED: Final = "crossing.announced/1"
CORRECTED: Final = "crossing.corrected/1"
ACCEPTED: Final = "crossing.accepted/1"
DECLINED: Final = "crossing.declined/1"
RELEASED: Final = "crossing.released/1"
DEPARTED: Final = "crossing.departed/1"
RECEIVED: Final = "crossing.received/1"
DISPUTED: Final = "crossing.disputed/1"
REFUSED: Final = "crossing.refused/1"
CANCELLED: Final = "crossing.cancelled/1"
CLOSED: Final = "crossing.closed/1"
ROUTE_STOPPED: Final = "route.stopped/1"
ROUTE_REOPENED: Final = "route.reopened/1"
QUOTA_ANNOUNCED: Final = "quota.announced/1"
OUTCOME: Final = "outcome/1"

_ALL: Final = (
    MessageKind(
        ANNOUNCED,
        Lane.NORMAL,
        ("binding", "documents", "driver", "goods", "parties", "route"),
        "Announce a crossing before it comes, so that the entry post can accept it and prepare.",
        retention_days=DRIVER_DAYS,
        outcome_deadline_s=900,
    ),
    MessageKind(CORRECTED, Lane.NORMAL, ("correction",), "Correct one field of an announced crossing.", DRIVER_DAYS),
    MessageKind(ACCEPTED, Lane.NORMAL, (), "Say that the entry post will take the crossing."),
    MessageKind(DECLINED, Lane.NORMAL, ("reasons",), "Say that the entry post will not take the crossing, and why."),
    MessageKind(RELEASED, Lane.NORMAL, (), "Say that customs of the exit post released the crossing."),
    MessageKind(DEPARTED, Lane.NORMAL, ("departure", "seals"), "Say that the load unit is on its way over the line."),
    MessageKind(RECEIVED, Lane.NORMAL, ("handover",), "Say that the load unit arrived and custody passed."),
    MessageKind(DISPUTED, Lane.NORMAL, ("dispute",), "Say that what came is not what was announced."),
    MessageKind(REFUSED, Lane.NORMAL, ("refusal",), "Say that an agency of the entry post refused the goods."),
    MessageKind(CANCELLED, Lane.NORMAL, ("reason",), "Withdraw an announced crossing before it departs."),
    MessageKind(CLOSED, Lane.NORMAL, (), "Say that the goods left the entry post inland."),
    MessageKind(ROUTE_STOPPED, Lane.URGENT, ("stop",), "Say that a direction stands still, why and until when."),
    MessageKind(ROUTE_REOPENED, Lane.URGENT, ("stop",), "Say that a direction runs again."),
    MessageKind(QUOTA_ANNOUNCED, Lane.URGENT, ("quota",), "Announce how many vehicles an hour are taken in."),
    MessageKind(OUTCOME, Lane.NORMAL, ("outcome",), "Answer an entry: accepted, or refused with finding codes."),
)

CATALOGUE: Final[Mapping[str, MessageKind]] = {message.kind: message for message in _ALL}
"""Every message this software reads and writes, by type with version."""
