"""Duties: the closed set of roles that act at a gate."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """What a person or a system is there for; permissions hang on it, never on names."""

    TRADER = "trader"
    DRIVER = "driver"
    YARD = "yard"
    GATE_BOARD = "gate_board"
    BORDER_GUARD = "border_guard"
    HEALTH = "health"
    QUARANTINE = "quarantine"
    """Plant and animal quarantine."""
    CUSTOMS = "customs"
    COMMAND_CENTRE = "command_centre"
    PLANNER = "planner"
    """Asks the twin what a change of the gate would do; gives no command."""
    AUDITOR = "auditor"
    PARTNER = "partner"
    """The neighbouring post, over the exchange."""
    PUBLIC = "public"
    NODE = "node"
    """The post's own clockwork: call-forward, no-show, stay clocks."""


AGENCIES: tuple[Duty, ...] = (Duty.BORDER_GUARD, Duty.HEALTH, Duty.QUARANTINE, Duty.CUSTOMS, Duty.GATE_BOARD)
"""Duties that give a decision of their own; customs' is last and is the release."""
