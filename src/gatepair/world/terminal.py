"""Terminals at one gate: they keep what was answered, and give it again when the post comes back restored.

What is done here is what ``docs/guides/restore.md`` asks of every real terminal: the same commands
under the same ids, in the order of the old positions, with the instants at which they were done; the
calls that the board showed, by the board; and what is refused for want of something once more later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from typing_extensions import override

from gatepair.base.duties import Duty
from gatepair.world.posts import Answer, FeedEvent, HttpPost, Order, Recovery

SHOWN: Final = {"PlaceCalled": "CallForward", "CallMissed": "MissCall"}
"""What the board shows of the post's own acts, and the command by which it gives it again."""
MISSED: Final = "missed"
"""Cause of a place that was lost after its last recall: a missed call too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One act with the position that its answer told."""

    position: int
    duty: Duty
    order: Order


@dataclass(slots=True)
class GivenAgain:
    """What came of giving again."""

    lost: int = 0
    """Acts answered beyond the backup's end."""
    done: int = 0
    calls: int = 0
    rounds: int = 0
    left: list[tuple[Kept, str]] = field(default_factory=list)
    """Acts that were refused to the end, with the code of what stood against them."""


class Terminal(HttpPost):
    """The door to a post whose users keep what they were answered."""

    def __init__(self, base_url: str, keys: Mapping[str, str]) -> None:
        """Take the address and the keys as :class:`HttpPost` does."""
        super().__init__(base_url, keys)
        self._kept: list[Kept] = []
        self._heard: list[FeedEvent] = []
        self._waiting: list[Kept] = []
        self._refused: dict[str, str] = {}
        self._lost: Counter[tuple[str, str]] = Counter()
        self._again = GivenAgain()

    @override
    async def commands(self, orders: Sequence[tuple[Duty, Order]]) -> list[Answer]:
        """Send ``orders`` and keep those that were done."""
        answers = await super().commands(orders)
        for (duty, order), answer in zip(orders, answers, strict=True):
            if answer.status == "done":
                self._kept.append(Kept(answer.position, duty, order))
        return answers

    @override
    async def events(self) -> list[FeedEvent]:
        """Return the events since the last call, and keep the calls that the board shows."""
        events = await super().events()
        for event in events:
            self._heard.append(event)
            command = shown(event)
            if command is not None:
                self._kept.append(Kept(event.position, Duty.GATE_BOARD, command))
        return events

    # --- after a restore ---------------------------------------------------------------------------

    async def recovery(self) -> Recovery | None:
        """Return what the post says of its recovery, None when it has all that it recorded."""
        return (await self.health()).recovery

    def forget_answers(self, recovery: Recovery) -> None:
        """Count everything answered beyond the backup's end as not done; it waits to be given again."""
        self._waiting = sorted((one for one in self._kept if one.position > recovery.position), key=_position)
        self._kept = [one for one in self._kept if one.position <= recovery.position]
        self._again = GivenAgain(lost=len(self._waiting))
        self._lost = Counter(_fact(event) for event in self._heard if event.position > recovery.position)
        self._heard = [event for event in self._heard if event.position <= recovery.position]
        self._after = recovery.position

    async def give_again(self) -> GivenAgain:
        """Give what waits once more, all of it in its old order; what is refused goes on waiting."""
        waiting, self._waiting = self._waiting, []
        self._again.rounds += 1
        answers = await super().commands([(one.duty, one.order) for one in waiting])
        for one, answer in zip(waiting, answers, strict=True):
            if answer.status == "done":
                self._again.done += 1
                self._again.calls += one.order.command["type"] in SHOWN.values()
                self._kept.append(Kept(answer.position, one.duty, one.order))
                self._refused.pop(one.order.id, None)
            else:
                self._waiting.append(one)
                self._refused[one.order.id] = answer.error or _code(answer)
        self._again.left = [(one, self._refused[one.order.id]) for one in self._waiting]
        return self._again

    async def news(self) -> list[FeedEvent]:
        """Return the events since the restore that nobody had heard before it, and take up the feed after them."""
        fresh = []
        for event in await super().events():
            self._heard.append(event)
            if self._lost[_fact(event)]:
                self._lost[_fact(event)] -= 1
            else:
                fresh.append(event)
        return fresh


def shown(event: FeedEvent) -> Order | None:
    """Return the command by which the board gives ``event`` again, None for what is no call."""
    name = event.type.partition("/")[0]
    if name == "PlaceLost" and msgspec.json.decode(event.payload, type=_Shown).cause == MISSED:
        kind = "MissCall"
    elif name in SHOWN:
        kind = SHOWN[name]
    else:
        return None
    at_ms = msgspec.json.decode(event.payload, type=_Shown).at_ms
    command = {"type": kind, "crossing": event.stream.partition("/")[2], "at_ms": at_ms}
    return Order(event.command, command)


class _Shown(msgspec.Struct):
    at_ms: int
    cause: str = ""


class _Coded(msgspec.Struct):
    code: str


def _code(answer: Answer) -> str:
    return str(msgspec.json.decode(answer.findings[0], type=_Coded).code) if answer.findings else answer.status


def _position(kept: Kept) -> int:
    return kept.position


def _fact(event: FeedEvent) -> tuple[str, str]:
    return event.stream, event.type
