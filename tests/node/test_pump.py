"""Pushing: lanes do not wait for one another, and a drill pushes them in one order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.peer.local import LocalPeerTransport
from gatepair.adapters.pump import LinkPump
from gatepair.base.errors import PartnerUnreachable
from gatepair.exchange.calls import Call
from gatepair.exchange.messages import Lane
from gatepair.node.post import Post
from node.pair import HOME, Pair, post_on

T = TypeVar("T")


class Wire:
    """A line to the other post on which single lanes can be stuck."""

    def __init__(self, partner: Post, *stuck: Lane) -> None:
        """Bring batches to ``partner``, except in lanes that are stuck."""
        self._partner = partner
        self._stuck = {lane.value for lane in stuck}
        self.asked: list[str] = []
        self.waiting = asyncio.Event()

    async def send(self, lane: str, call: Call, raw: bytes) -> bytes:
        """Answer at once, or never."""
        self.asked.append(lane)
        if lane in self._stuck:
            self.waiting.set()
            await asyncio.Event().wait()
        return self._partner.serve(lane, call, raw)

    async def fetch(self, lane: str, ask: bytes) -> tuple[Call, bytes] | None:
        """Not asked here."""
        raise PartnerUnreachable("nothing to fetch")

    async def state(self, proof: str) -> bytes:
        """Not asked here."""
        raise PartnerUnreachable("no state")

    async def probe(self, proof: str) -> bytes:
        """Not asked here."""
        raise PartnerUnreachable("no probe")

    async def close(self) -> None:
        """Nothing is held."""


async def at_once(job: Callable[[], T]) -> T:
    """Run a job as the writer's thread would."""
    return job()


def said(pair: Pair) -> None:
    """Have something wait in the urgent and in the normal lane of the home post."""
    pair.declare()
    pair.do(pair.home, "command_centre", "StopIntake", direction="in", reason="fog")
    pair.home.advance()


def pump(pair: Pair, *stuck: Lane) -> tuple[LinkPump, Wire]:
    """Return a pump of the home post over a line on which ``stuck`` lanes get no answer."""
    wire = Wire(pair.other, *stuck)
    made = LinkPump(pair.home, wire)
    made.submit = at_once
    return made, wire


def confirmed(pair: Pair) -> dict[str, int]:
    """Return how much of each lane of the home post is confirmed."""
    return {lane["lane"]: lane["confirmed"] for lane in pair.home.status()["lanes"] if lane["size"]}


def test_a_stuck_lane_holds_no_other_lane() -> None:
    """While the normal lane waits for an answer that does not come, a stop goes out and is confirmed."""
    pair = Pair()
    said(pair)

    async def run() -> None:
        made, wire = pump(pair, Lane.NORMAL)
        stuck = asyncio.create_task(made.flush_lane(Lane.NORMAL))
        await wire.waiting.wait()
        await made.flush_lane(Lane.URGENT)
        stuck.cancel()

    asyncio.run(run())
    assert {"urgent": 1, "normal": 0} == confirmed(pair)


def test_a_drill_pushes_the_urgent_lane_first() -> None:
    """All lanes go in the order of the agreement, so that two runs of a drill are one."""
    pair = Pair()
    said(pair)

    async def run() -> list[str]:
        made, wire = pump(pair)
        await made.flush()
        return wire.asked

    asked = asyncio.run(run())
    assert sorted(asked, key=[lane.value for lane in pair.home.link.lanes].index) == asked
    assert {"urgent": 1, "normal": 1} == confirmed(pair)


def test_a_cut_line_carries_nothing() -> None:
    """Cut in a drill, neither way of pushing reaches the partner; mended, all goes."""
    pair = Pair()
    said(pair)

    async def run() -> list[str]:
        made, wire = pump(pair)
        made.cut(cut=True)
        assert {"lanes": {}, "reachable": False} == await made.flush()
        await made.flush_lane(Lane.NORMAL)
        assert [] == wire.asked
        made.cut(cut=False)
        await made.flush()
        return wire.asked

    assert asyncio.run(run())
    assert {"urgent": 1, "normal": 1} == confirmed(pair)


def test_a_restored_post_asks_at_once_for_what_its_partner_said() -> None:
    """What the partner holds as receipted comes back with the first push, not with its next heartbeat."""
    pair = Pair()
    marks = MemoryMarks({})
    ledger = MemoryLedger()
    pair.posts[HOME] = post_on(ledger, HOME, clock=pair.clocks[HOME], terms=pair.terms, marks=marks)
    backup = ledger._kept
    pair.declare(pair.other, direction="in", route="r1119-1120")
    for _ in range(2):
        pair.pass_time()
    with pair.other.ledger.read() as reader:
        said = reader.own_size("normal")
    assert said
    restored = MemoryLedger()
    restored._kept = backup
    marks = MemoryMarks(marks.kept)
    pair.posts[HOME] = post_on(restored, HOME, clock=pair.clocks[HOME], terms=pair.terms, marks=marks)
    line = LocalPeerTransport(
        pair.other.serve,
        hand_over=pair.other.hand_over,
        state=lambda _: b"",
        probe=lambda _: b"",
        attachment=lambda *_: b"",
        disclose=lambda *_: b"",
    )

    async def run() -> None:
        made = LinkPump(pair.home, line)
        made.submit = at_once
        await made.flush_lane(Lane.NORMAL)

    asyncio.run(run())
    with pair.home.ledger.read() as reader:
        assert said == reader.mirror_size("normal")
    assert not pair.home.lacks(Lane.NORMAL)
