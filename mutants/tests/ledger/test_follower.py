"""Copies for the country: each entry once, in order, whatever becomes of the broker; the gate never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import pytest

from gatepair.adapters.follower import PAGE, PAUSE_S_MAX, PAUSE_S_MIN, Broker, End, Follower
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.entries import Draft
from gatepair.base.errors import BrokerUnreachable, StorageUnavailable
from gatepair.base.time import Instant
from gatepair.node.copies import Choice, Copy
from gatepair.node.ports import Ledger, Stamp

POST = "north"


class Done(Exception):
    """The test has seen enough."""


def record(
    ledger: Ledger, count: int, *, note: int = 0, kind: str = "CallMissed/1", stream: str = "crossing/X1"
) -> None:
    """Record ``count`` events; ``note`` tells two histories apart."""
    with ledger.begin() as unit:
        version = unit.version(stream)
        drafts = [
            Draft(stream, kind, msgspec.json.encode({"at_ms": note, "number": version + one})) for one in range(count)
        ]
        unit.append(drafts, expected={stream: version}, stamp=Stamp(Instant(1), "test", ""))


class Stream:
    """A stream that survives its connections; ``fails`` calls fail before they do anything."""

    def __init__(self) -> None:
        self.kept: dict[int, Copy] = {}
        self.last = 0
        self.fails = 0
        self.closed = 0
        self.most = 0
        self.loses_answer = False

    async def open(self) -> End:
        self._may_fail()
        return End(self.last, min(self.kept, default=self.last + 1))

    async def at(self, sequence: int) -> Copy | None:
        return self.kept.get(sequence)

    async def publish(self, copies: Sequence[Copy], *, sequence: int) -> int:
        self._may_fail()
        if sequence != self.last:
            raise BrokerUnreachable("wrong last sequence")
        self.most = max(self.most, len(copies))
        for copy in copies:
            self.last += 1
            self.kept[self.last] = copy
        if self.loses_answer:
            self.loses_answer = False
            raise BrokerUnreachable("no answer")
        return self.last

    async def close(self) -> None:
        self.closed += 1

    def _may_fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise BrokerUnreachable("no answer")

    def positions(self) -> list[int]:
        return [copy.position for copy in self.kept.values()]

    def lose(self, count: int) -> None:
        """Forget the newest copies although they were acknowledged."""
        for _ in range(count):
            self.kept.pop(self.last)
            self.last -= 1


def follower(ledger: Ledger, broker: Broker, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Follower:
    return Follower(ledger, broker, Choice.of({}), POST, pause)


def copy_all(ledger: Ledger, stream: Stream) -> None:
    asyncio.run(follower(ledger, stream).catch_up())


def test_every_entry_is_copied_once_in_order() -> None:
    """Over several pages each listed entry is in the stream once, and memory holds one page."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 2 * PAGE + 1)
    copy_all(ledger, stream)
    assert list(range(1, 2 * PAGE + 2)) == stream.positions()
    assert PAGE == stream.most


def test_a_follower_goes_on_where_the_stream_ends() -> None:
    """A new follower copies what is new and nothing again."""
    ledger, stream = MemoryLedger(), Stream()
    for _ in range(3):
        record(ledger, 2)
        copy_all(ledger, stream)
    assert [1, 2, 3, 4, 5, 6] == stream.positions()


def test_a_lost_acknowledgement_copies_nothing_twice() -> None:
    """The stream took the copies and the answer was lost: the next connection sees that they are there."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 3)
    stream.loses_answer = True
    with pytest.raises(BrokerUnreachable):
        copy_all(ledger, stream)
    copy_all(ledger, stream)
    assert [1, 2, 3] == stream.positions()


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_what_the_broker_lost_is_sent_again(lost: int) -> None:
    """A broker that acknowledged and lost its newest copies gets them again: no gap remains."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 3)
    copy_all(ledger, stream)
    stream.lose(lost)
    record(ledger, 1)
    copy_all(ledger, stream)
    assert [1, 2, 3, 4] == stream.positions()


def test_a_copy_taken_out_of_the_stream_stops_nothing() -> None:
    """An operator who deletes the newest message makes the follower copy from the one before it."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 3)
    copy_all(ledger, stream)
    del stream.kept[3]
    copy_all(ledger, stream)
    assert [1, 2, 3] == stream.positions()
    assert 4 == stream.last


def test_a_copy_names_the_one_before_it() -> None:
    """Entries that are not copied leave a gap in the positions, which ``after`` tells from a missing copy."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 1)
    record(ledger, 2, kind="KeyCreated/1", stream="audit/north")
    record(ledger, 1)
    copy_all(ledger, stream)
    assert [(1, 0), (4, 1)] == [(copy.position, copy.after) for copy in stream.kept.values()]


def test_a_restored_ledger_copies_what_stands_at_the_positions_now() -> None:
    """After a restore from a backup positions are given again: the copies of the new history follow the old ones."""
    ledger, restored, stream = MemoryLedger(), MemoryLedger(), Stream()
    for one in (ledger, restored):
        record(one, 2)
    record(ledger, 3, note=1)
    copy_all(ledger, stream)
    record(restored, 2, note=2)
    copy_all(restored, stream)
    assert [1, 2, 3, 4, 5, 3, 4] == stream.positions()
    assert [0, 0, 1, 1, 1, 2, 2] == [copy.payload["at_ms"] for copy in stream.kept.values()]
    assert 2 == list(stream.kept.values())[5].after


def test_a_stream_of_another_post_is_not_written_to() -> None:
    """Two posts that share a stream would each take the other's end for its own: it is refused."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 1)
    copy_all(ledger, stream)
    record(ledger, 1)
    with pytest.raises(BrokerUnreachable, match="own"):
        asyncio.run(Follower(ledger, stream, Choice.of({}), "south").catch_up())
    assert [1] == stream.positions()


def test_two_followers_leave_no_gap_and_nothing_twice() -> None:
    """The broker refuses what was made for another end of the stream; the follower that lost begins again."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 3)

    class Raced(Stream):
        async def open(self) -> End:
            self.__dict__ = stream.__dict__
            end = await stream.open()
            await follower(ledger, stream).catch_up()
            return end

    with pytest.raises(BrokerUnreachable, match="sequence"):
        asyncio.run(follower(ledger, Raced()).catch_up())
    assert [1, 2, 3] == stream.positions()


def test_failures_are_tried_again_with_growing_pauses() -> None:
    """Pauses double up to a limit, the state says why it waits, and success makes them short again."""
    ledger, stream = MemoryLedger(), Stream()
    record(ledger, 1)
    stream.fails = 8
    pauses: list[float] = []
    states: list[Any] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        states.append(one.progress())
        if len(pauses) == 9:
            raise Done

    one = follower(ledger, stream, pause)
    with pytest.raises(Done):
        asyncio.run(one.run())
    assert [PAUSE_S_MIN * 2**step for step in range(6)] == pauses[:6]
    assert [PAUSE_S_MAX] * 2 == pauses[6:8]
    assert {"state": "waiting", "position": 0, "behind": 0, "error": "no answer"} == states[0]
    assert {"state": "following", "position": 1, "behind": 0, "error": ""} == states[8]
    assert [1] == stream.positions()


def test_a_ledger_that_cannot_be_read_is_tried_again() -> None:
    """The follower outlives the ledger's engine."""
    pauses: list[float] = []

    class Away(MemoryLedger):
        def read(self) -> Any:
            raise StorageUnavailable("away")

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise Done

    stream = Stream()
    with pytest.raises(Done):
        asyncio.run(follower(Away(), stream, pause).run())
    assert [PAUSE_S_MIN, 2 * PAUSE_S_MIN] == pauses
    assert 2 == stream.closed
