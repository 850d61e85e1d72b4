"""What the actors want to do at one post, and in which order it is said.

A tick's commands are passed on together, each with the credential of its principal, in the fixed
order of :data:`SLOTS`.  Acts of one vehicle keep their order: an act whose slot lies before
that of an earlier act in the same tick waits for the next tick.  It still carries the instant at
which it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from gatepair.base.duties import Duty
from gatepair.world.posts import Answer, Order

SLOTS: Final[tuple[tuple[Duty, str], ...]] = (
    (Duty.TRADER, ""),
    (Duty.DRIVER, ""),
    (Duty.YARD, "in"),
    (Duty.GATE_BOARD, ""),
    (Duty.BORDER_GUARD, ""),
    (Duty.HEALTH, ""),
    (Duty.QUARANTINE, ""),
    (Duty.CUSTOMS, ""),
    (Duty.YARD, "out"),
)
"""Principals in the order in which they speak within a tick; the yard speaks at the barrier and at the way out."""

Answered = Callable[[Answer, int], None]
"""Called with the answer and the instant at which it is known."""


@dataclass(frozen=True, slots=True)
class Act:
    """One command of an actor at ``at_ms`` about ``entity`` (the vehicle)."""

    at_ms: int
    sequence: int
    slot: int
    entity: str
    order: Order
    answered: Answered | None


@dataclass(slots=True)
class Outbox:
    """Acts waiting to be said at one post."""

    waiting: list[Act] = field(default_factory=list)
    _sequence: int = 0

    def put(self, slot: int, entity: str, command: dict[str, Any], *, id_: str, answered: Answered | None) -> None:
        """Add an act; ``command`` carries its ``at_ms``."""
        self._sequence += 1
        self.waiting.append(Act(command["at_ms"], self._sequence, slot, entity, Order(id_, command), answered))

    def next_ms(self) -> int | None:
        """Return the instant of the earliest act that waits."""
        return min((act.at_ms for act in self.waiting), default=None)

    def take(self, until_ms: int) -> list[list[Act]]:
        """Return, for each slot, the acts to say now: those before ``until_ms``, by instant, then sequence."""
        chosen: list[list[Act]] = [[] for _ in SLOTS]
        reached: dict[str, int] = {}
        kept: list[Act] = []
        for act in sorted(self.waiting, key=lambda one: (one.at_ms, one.sequence)):
            if act.at_ms >= until_ms or act.slot < reached.get(act.entity, 0):
                reached[act.entity] = len(SLOTS)
                kept.append(act)
                continue
            reached[act.entity] = act.slot
            chosen[act.slot].append(act)
        self.waiting = kept
        return chosen


def slot_of(duty: Duty, end: str = "") -> int:
    """Return the slot of ``duty``; the yard's ``in`` unless ``out`` is named."""
    if duty is Duty.YARD:
        return SLOTS.index((duty, end or "in"))
    return SLOTS.index((duty, ""))
