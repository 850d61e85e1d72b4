"""What goes into a post and what comes out: actors, requests and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.crossing import commands as crossing_commands
from gatepair.operations import commands as gate_commands

COMMANDS: tuple[type[Struct], ...] = (*crossing_commands.ALL, *gate_commands.ALL)
"""Every command a post answers."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person or a system, with one duty at one post.

    ``id`` is the account (never a person's name); ``drill`` marks the system that may set a
    stepped clock.  ``licence`` is that of a person who drives, by which crossings are his; None for
    systems, which speak for many drivers and answer for whom they let in.
    """

    id: str
    duty: Duty
    post: str
    drill: bool = False
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One command with its id and, optionally, the stream version the caller has read."""

    command_id: str
    command: Struct
    actor: Actor
    expected_version: int | None = None


class Happened(Struct, frozen=True):
    """One event that a command caused, as shown to the caller."""

    type: str
    payload: dict[str, Any]


class Answer(Struct, frozen=True, omit_defaults=True):
    """What became of one command. The same command id gets the same answer for ever.

    ``done``: the events were recorded durably.  ``refused``: nothing was recorded, ``findings``
    say why.  ``failed``: nothing was recorded, ``error`` is the stable code of an error.
    """

    id: str
    status: Literal["done", "refused", "failed"]
    crossing: str = ""
    version: int = 0
    position: int = 0
    events: tuple[Happened, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()
    error: str = ""
    message: str = ""
    place_token: str = ""
