"""What a scenario is: what the kit does, what the specification then asks for, and in which clauses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gatepair.base.errors import InvariantBroken

if TYPE_CHECKING:
    from gatepair.conformance.peer import Peer


class Role(StrEnum):
    """Which half of the protocol the post under test is tried in."""

    RECEIVER = "receiver"
    SENDER = "sender"


class Verdict(StrEnum):
    """What came of a scenario."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"
    """It could not be played; the reason is told, and the trial is not passed."""


Act = Callable[["Peer"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One numbered scenario."""

    number: str
    name: str
    role: Role
    clauses: tuple[str, ...]
    does: str
    """What the kit does, one sentence."""
    expects: str
    """What it expects on the wire, one sentence."""
    act: Act
    waits: bool = False
    """Whether it takes minutes, because the specification does."""


SCENARIOS: Final[dict[str, Scenario]] = {}
"""Every scenario by number, in the order in which a trial plays them: those that end a lane stand last."""


def scenario(number: str, *clauses: str, waits: bool = False) -> Callable[[Act], Act]:
    """Declare the decorated function as the scenario ``number``; ``R`` tries a receiver, ``S`` a sender.

    Its docstring says in one sentence what the kit does and in another, which begins with "Expect", what then
    has to come over the wire.
    """

    def declare(act: Act) -> Act:
        role = Role.RECEIVER if number.startswith("R") else Role.SENDER
        does, found, expects = " ".join((act.__doc__ or "").split()).partition(" Expect ")
        if number in SCENARIOS or not found:
            raise InvariantBroken(f"the scenario {number} is declared twice, or does not say what it expects")
        SCENARIOS[number] = Scenario(number, act.__name__, role, clauses, does, f"Expect {expects}", act, waits)
        return act

    return declare
