"""The published rule beside ``plan.rules``: the line a place competes in, its class by key, its delays, its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gatepair.base.canonical import encode
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing.model import PlaceFacts
from gatepair.plan.model import LaneKind, Plan, QueueRule

UNCLASSED = "unclassed"
"""Class of facts that no class of the rule fits; ranked after the last one."""


@dataclass(frozen=True, slots=True, order=True)
class CallLine:
    """The places that compete with one another: one road and one kind of lane."""

    route: str
    lane_kind: LaneKind

    @classmethod
    def of(cls, facts: PlaceFacts) -> CallLine:
        """Return the line in which a place with ``facts`` stands."""
        return cls(facts.route, facts.lane_kind)


def class_key(rule: QueueRule, rank: int) -> str:
    """Return the key of the class with ``rank``."""
    return rule.priorities[rank].key if rank < len(rule.priorities) else UNCLASSED


def grace_ms(rule: QueueRule) -> int:
    """Return how long after the call the vehicle may take to arrive, in milliseconds."""
    return rule.grace_min * MINUTE_MS


def promote_after_ms(rule: QueueRule) -> int:
    """Return after how long a place counts as of the first class, in milliseconds."""
    return rule.promote_after_h * HOUR_MS


def judged(plan: Plan, post: str) -> bytes:
    """Return all that an order is judged by, as canonical JSON: the queue rule of ``post``, the roads and the hours."""
    return encode({"queue": plan.queues[post], "routes": plan.routes, "calendars": plan.calendars})


def rule_digest(plan: Plan, post: str) -> str:
    """Return SHA-256 hex over what :func:`judged` gives."""
    return hashlib.sha256(judged(plan, post)).hexdigest()
