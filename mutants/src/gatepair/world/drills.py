"""Drills of a day: the line is cut for some hours, or one post is killed and restored from a backup.

A drill acts between two steps of the day and uses what an operator has: the line's switch, the
commands ``gatepair ledger backup`` and ``restore``, a kill, a start, and the terminals' memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

from gatepair.base.duties import Duty
from gatepair.base.errors import PostAnswered
from gatepair.base.time import SECOND_MS
from gatepair.world.posts import FeedEvent, Order, Recovery
from gatepair.world.processes import PostProcess, run_command
from gatepair.world.terminal import GivenAgain, Terminal

ROUNDS_MAX: Final = 12
"""Rounds of giving again; each cures what the one before it made possible."""
STEP_MS: Final = 15 * SECOND_MS
STEPS_MAX: Final = 7
"""Steps within one tick of the day in which the restored post must find out, and be told again, what it lost.

An idle lane beats every minute, and at the next beat the partner learns how little of its log is held.
"""


@dataclass(slots=True)
class Courier:
    """Carries what waits at each post to the other in files, with the commands that a person would type."""

    addresses: Mapping[str, tuple[str, str]]
    """By post: where it answers, and the key of its command centre."""
    bag: Path
    """Where the files are kept; one directory a trip and post."""
    trips: int = 0
    bundles: int = 0

    async def go(self) -> None:
        """Export at both posts, then import at the other: what was said meanwhile goes with the next trip."""
        self.trips += 1
        exported = await asyncio.gather(*(asyncio.to_thread(self._fetch, post) for post in self.addresses))
        files = dict(zip(self.addresses, exported, strict=True))
        for post, (url, key) in self.addresses.items():
            brought = [file for other, found in files.items() if other != post for file in found]
            if brought:
                await asyncio.to_thread(run_command, "exchange", "import", url, *brought, "--key", key)
                self.bundles += len(brought)

    def _fetch(self, post: str) -> list[str]:
        url, key = self.addresses[post]
        room = self.bag / f"{self.trips:02d}-{post}"
        room.mkdir(parents=True)
        run_command("exchange", "export", url, "--key", key, "--out", str(room))
        return sorted(str(path) for path in room.iterdir())


@dataclass(slots=True)
class CutDrill:
    """Both ends of the line are cut between two instants; a courier may carry files meanwhile."""

    doors: Mapping[str, Terminal]
    start_ms: int
    until_ms: int
    courier: Courier | None = None
    every_ms: int = 0
    """How often the courier goes."""
    _is_cut: bool = False
    _courier_ms: int = 0

    def next_ms(self) -> int | None:
        """Return when the line is cut, the courier goes next, or the line is mended."""
        if not self._is_cut:
            return self.start_ms if self.start_ms < self.until_ms else None
        return min(self._courier_ms, self.until_ms) if self.courier is not None else self.until_ms

    async def act(self, now_ms: int) -> None:
        """Cut, carry or mend."""
        if not self._is_cut:
            await self._switch(cut=True)
            self._courier_ms = self.start_ms + self.every_ms
            return
        if self.courier is not None and now_ms >= self._courier_ms:
            await self.courier.go()
            self._courier_ms += self.every_ms
        if now_ms >= self.until_ms:
            await self._switch(cut=False)
            self.start_ms = self.until_ms

    def passed_on(self, post: str) -> Sequence[FeedEvent]:
        """Return nothing: what a bundle brings stands in the feed."""
        del post
        return ()

    async def _switch(self, *, cut: bool) -> None:
        for door in self.doors.values():
            await door.cut(cut=cut)
        self._is_cut = cut


@dataclass(slots=True)
class RestoreDrill:
    """One post is killed, its ledger replaced by an older backup, and what it lost is given again."""

    doors: Mapping[str, Terminal]
    process: PostProcess
    post: str
    backup_ms: int
    kill_ms: int
    backup: Path
    result: GivenAgain | None = None
    recovery: Recovery | None = None
    _backed_up: bool = False
    _news: list[FeedEvent] = field(default_factory=list)

    def next_ms(self) -> int | None:
        """Return when the backup is taken or the post is killed."""
        if not self._backed_up:
            return self.backup_ms
        return self.kill_ms if self.result is None else None

    async def act(self, now_ms: int) -> None:
        """Take the backup, or kill, restore, start and give again."""
        if not self._backed_up:
            run_command("ledger", "backup", str(self.process.directory), str(self.backup))
            self._backed_up = True
            return
        self.process.kill()
        run_command("ledger", "restore", str(self.process.directory), str(self.backup))
        self.process.start()
        await self.process.ready()
        self.recovery = await self._recovering(now_ms)
        self._door.forget_answers(self.recovery)
        self.result = await self._given_again()
        await self._finish()
        self._news = await self._door.news()

    def passed_on(self, post: str) -> Sequence[FeedEvent]:
        """Return what the restored post recorded for the first time while it recovered."""
        if post != self.post:
            return ()
        news, self._news = self._news, []
        return news

    @property
    def _door(self) -> Terminal:
        return self.doors[self.post]

    async def _recovering(self, now_ms: int) -> Recovery:
        """Let the posts talk until the restored one says what it lost and holds again what its partner had said."""
        for step in range(STEPS_MAX):
            for door in self.doors.values():
                await door.clock(now_ms + step * STEP_MS)
            await self._talk()
            recovery = await self._door.recovery()
            if recovery is not None and await self._holds_all():
                return recovery
        raise PostAnswered(f"{self.post} did not come back into the exchange", status=HTTPStatus.OK)

    async def _holds_all(self) -> bool:
        """Tell whether the restored post's mirrors are as long as the logs of its partner."""
        held = {lane.lane: lane.mirror_size for lane in await self._door.lanes()}
        (partner,) = (door for post, door in self.doors.items() if post != self.post)
        return all(held[lane.lane] >= lane.size for lane in await partner.lanes())

    async def _given_again(self) -> GivenAgain:
        """Give again, round after round, until nothing is left or nothing more is taken."""
        done = -1
        given = await self._door.give_again()
        while given.left and given.done > done and given.rounds < ROUNDS_MAX:
            done = given.done
            await self._talk()
            given = await self._door.give_again()
        return given

    async def _finish(self) -> None:
        await self._talk()
        finish = Order(f"drill.{self.post}.finish-recovery", {"type": "FinishRecovery"})
        (answer,) = await self._door.commands([(Duty.COMMAND_CENTRE, finish)])
        if answer.status != "done":
            raise PostAnswered(f"{self.post} did not finish its recovery: {answer.message}", status=HTTPStatus.OK)

    async def _talk(self) -> None:
        """Let both posts push what they have, twice, so that each hears the answer to what it said."""
        for _ in range(2):
            for door in self.doors.values():
                await door.flush()
