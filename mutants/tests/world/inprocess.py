"""Two posts in this process behind the doors the world uses: for tests of the world without HTTP."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gatepair import wiring
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import Instant, SteppedClock
from gatepair.node.post import Post
from gatepair.node.requests import COMMANDS, Actor, Request
from gatepair.plan.model import Plan
from gatepair.world.posts import Answer, FeedEvent, Order

_COMMAND = msgspec.json.Decoder(functools.reduce(operator.or_, COMMANDS))
_ANSWERS = msgspec.json.Decoder(list[Answer])
_FEED = msgspec.json.Decoder(list[FeedEvent])


class InProcessPost:
    """One post called directly; the partner is another of these."""

    def __init__(self, post: Post, clock: SteppedClock) -> None:
        self.post = post
        self.stepped = clock
        self.partner: InProcessPost | None = None
        self.after = 0

    async def commands(self, orders: Sequence[tuple[Duty, Order]]) -> list[Answer]:
        requests = [
            Request(
                order.id,
                _COMMAND.decode(msgspec.json.encode(order.command)),
                Actor(f"{duty.value}-1", duty, self.post.post),
            )
            for duty, order in orders
        ]
        return _ANSWERS.decode(msgspec.json.encode(self.post.execute(requests)))

    async def clock(self, now_ms: int) -> None:
        self.stepped.set(Instant(now_ms))
        self.post.advance()

    async def flush(self) -> bool:
        if self.partner is None:
            return False
        for lane in self.post.link.lanes:
            while (batch := self.post.outgoing(lane)) is not None:
                reply = self.partner.post.receive(lane.value, batch)
                if not self.post.accept_receipt(lane, reply).more:
                    break
        return True

    async def events(self) -> list[FeedEvent]:
        actor = Actor("centre-1", Duty.COMMAND_CENTRE, self.post.post)
        found: list[FeedEvent] = []
        while page := self.post.events(self.after, 1_000, actor):
            found.extend(_FEED.decode(msgspec.json.encode(page)))
            self.after = page[-1]["position"]
        return found

    async def close(self) -> None:
        """Nothing is held."""


@contextmanager
def in_memory() -> Iterator[None]:
    """Let posts that are opened meanwhile keep their ledger in memory."""
    kept = wiring.open_ledger
    wiring.open_ledger = lambda *_args, **_fields: MemoryLedger()
    try:
        yield
    finally:
        wiring.open_ledger = kept


def pair(out: Path, plan: Plan, *, start_ms: int, seed: int = 1) -> dict[str, InProcessPost]:
    """Return both posts of ``plan`` on ledgers in memory, with stepped clocks at ``start_ms``."""
    settings = {
        post: wiring.Settings(post=post, clock="stepped", start_ms=start_ms, entropy_seed=str(seed), synthetic=True)
        for post in plan.posts
    }
    wiring.make_pair(out, plan, settings)
    doors: dict[str, InProcessPost] = {}
    with in_memory():
        for key in plan.posts:
            opened = wiring.open_post(out / key)
            doors[key] = InProcessPost(opened.post, opened.clock)
    first, second = doors.values()
    first.partner, second.partner = second, first
    return doors
