"""The process around a post: its one writing thread, its reading threads, its clock and its link.

All that changes the post goes through one thread in the order in which it came
(:class:`gatepair.adapters.writer.Writer`).  Commands that wait at the same time share one
transaction, and so one flush to the disk; nobody gets an answer before that flush.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Final, TypeVar

from gatepair.adapters.writer import Writer
from gatepair.base.errors import InvariantBroken, Malformed, NotFound, Overloaded, RateLimited, StorageError
from gatepair.base.time import Clock, Instant, SteppedClock
from gatepair.exchange import clock
from gatepair.node.requests import Answer, Request
from gatepair.web.ports import Follower, PostPort, Pump, StudyPort

T = TypeVar("T")
LOG: Final = logging.getLogger("gatepair.runtime")
GROUP_MAX: Final = 200
"""Commands in one transaction (design §8): more would make the first of them wait too long."""
READERS: Final = 4
"""Reading threads."""
TICK_S: Final = 1.0
"""How often a post on its own clock looks for what is due."""
FLUSH_S: Final = 1.0
"""How often a post on its own clock pushes its logs to the partner."""
FLUSH_S_MAX: Final = 30.0
"""Longest pause between pushes of a lane that get no good answer; each is twice the one before."""
PROBE_S: Final = clock.PROBE_MS / 1_000
"""How often a post on its own clock compares it with the partner's."""
FOLLOW_S: Final = 1.0
"""Pause before the follower begins, and before it begins again should it ever end."""


@dataclass(frozen=True, slots=True)
class _Commands:
    """Commands of one caller; merged with those of others."""

    requests: list[Request]


@dataclass(frozen=True, slots=True)
class _Work:
    """A function with a transaction of its own."""

    act: Callable[[], Any]


_Job = _Commands | _Work


@dataclass(frozen=True, slots=True)
class _Failed:
    """What became of a job that raised; the writer hands it back as a value, so that no job runs twice."""

    error: Exception


class WriterRuntime:
    """Runs one post. Made outside, started and stopped inside the event loop."""

    def __init__(
        self,
        post: PostPort,
        *,
        clock: Clock,
        pump: Pump | None = None,
        follower: Follower | None = None,
        studies: StudyPort | None = None,
        on_broken: Callable[[InvariantBroken], None] | None = None,
    ) -> None:
        """Run ``post`` on ``clock``; ``on_broken`` is called once when a rule that must hold is broken."""
        self._post = post
        self._clock = clock
        self._pump = pump
        self._follower = follower
        self._studies = studies
        self._on_broken = on_broken
        self._broken: InvariantBroken | None = None
        self._writer: Writer[_Job, Any] | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._timers: list[asyncio.Task[None]] = []
        self._ended = False
        self._changes = 0
        self._changed = asyncio.Event()

    # --- life -----------------------------------------------------------------------------

    @property
    def stepped(self) -> bool:
        """Tell whether the clock is set from outside."""
        return isinstance(self._clock, SteppedClock)

    @property
    def ended(self) -> bool:
        """Tell whether the writer has ended or is about to."""
        return self._ended

    async def start(self) -> None:
        """Start the threads and, on a clock of its own, the timers."""
        self._ended = False
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="gatepair-reader")
        self._writer = Writer(self._run, max_rows=GROUP_MAX)
        if self._studies is not None:
            self._studies.start()
        if not self.stepped:
            self._timers.append(asyncio.create_task(self._every(TICK_S, self._tick)))
            if self._pump is not None:
                for lane in self._pump.lanes:
                    self._timers.append(asyncio.create_task(self._pushing(partial(self._pump.flush_lane, lane))))
                # A drill's clock is set by hand: to compare it with another says nothing.
                self._timers.append(asyncio.create_task(self._every(PROBE_S, self._pump.probe, first_s=0.0)))
        if self._follower is not None:
            self._timers.append(asyncio.create_task(self._every(FOLLOW_S, self._follower.run)))

    async def stop(self) -> None:
        """Finish what waits, then end the threads."""
        self._ended = True
        for timer in self._timers:
            timer.cancel()
        for timer in self._timers:
            with contextlib.suppress(asyncio.CancelledError):
                await timer
        self._timers.clear()
        # Followers wait for a change; this one tells them that no other will come.
        self._finished()
        if self._studies is not None:
            await asyncio.to_thread(self._studies.stop)
        if self._writer is not None:
            await asyncio.to_thread(self._writer.close)
            self._writer = None
        if self._readers is not None:
            self._readers.shutdown(wait=True)
            self._readers = None

    async def _every(
        self, pause_s: float, act: Callable[[], Coroutine[Any, Any, Any]], *, first_s: float | None = None
    ) -> None:
        """Call ``act`` for ever with pauses, the first one of ``first_s`` when it is another."""
        await asyncio.sleep(pause_s if first_s is None else first_s)
        while True:
            try:
                await act()
            except Exception:
                # A timer that died would stop calls and pushes for good; the next turn tries again.
                LOG.exception("a timer's turn failed")
            await asyncio.sleep(pause_s)

    @property
    def copies(self) -> Mapping[str, Any] | None:
        """Return how far the copies for the country are; None when none are made."""
        return None if self._follower is None else self._follower.progress()

    @property
    def studies(self) -> StudyPort | None:
        """Return the studies of the twin; None where none are run."""
        return self._studies

    async def _pushing(self, push: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        """Push for ever, more rarely while no good answer comes: a partner that is down is not besieged."""
        pause_s = FLUSH_S
        while True:
            await asyncio.sleep(pause_s)
            answered = False
            try:
                answered = await push()
            except Exception:
                LOG.exception("a push to the partner failed")
            pause_s = next_pause_s(pause_s, answered=answered)

    async def _tick(self) -> None:
        await self.submit(self._post.advance)

    # --- work -----------------------------------------------------------------------------

    async def execute(self, requests: list[Request]) -> list[Answer]:
        """Hand ``requests`` to the writer and return their answers after the flush.

        Raises:
            Overloaded: when too much waits; nothing was done.
        """
        answers: list[Answer] = await self._put(_Commands(requests))
        return answers

    async def submit(self, job: Callable[[], T]) -> T:
        """Run ``job`` in the writer's thread, in its turn.

        Raises:
            Overloaded: when too much waits; nothing was done.
        """
        result: T = await self._put(_Work(job))
        return result

    async def query(self, question: Callable[[], T]) -> T:
        """Run ``question`` in a reading thread."""
        if self._readers is None:
            raise Overloaded("the node is not running")
        return await asyncio.get_running_loop().run_in_executor(self._readers, question)

    @property
    def changes(self) -> int:
        """Return how often the writer has finished something."""
        return self._changes

    async def changed(self, seen: int, *, within_s: float) -> None:
        """Wait until :attr:`changes` is no longer ``seen``, or for ``within_s`` seconds."""
        event = self._changed
        if self._changes != seen or self._ended:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), within_s)

    async def _put(self, job: _Job) -> Any:
        if self._broken is not None:
            raise self._broken
        if self._writer is None:
            raise Overloaded("the node is not running")
        try:
            future = self._writer.submit(job)
        except RateLimited as full:
            # Not this caller's fault: the whole node is behind.
            raise Overloaded(full.message, **full.fields) from full
        outcome = await asyncio.wrap_future(future)
        self._finished()
        if isinstance(outcome, _Failed):
            raise outcome.error
        return outcome

    def _finished(self) -> None:
        self._changes += 1
        self._changed.set()
        self._changed = asyncio.Event()

    # --- drills ---------------------------------------------------------------------------

    async def set_clock(self, now_ms: Instant) -> Instant:
        """Set the stepped clock and run what is due.

        Raises:
            NotFound: when the post runs on its own clock.
            Malformed: when the time lies before the present one.
        """
        clock = self._clock
        if not isinstance(clock, SteppedClock):
            raise NotFound("this post runs on its own clock")
        return await self.submit(lambda: self._step(clock, now_ms))

    def _step(self, clock: SteppedClock, now_ms: Instant) -> Instant:
        try:
            clock.set(now_ms)
        except ValueError as exc:
            raise Malformed(str(exc), path="$.now_ms") from exc
        self._post.advance()
        return clock.now()

    async def flush_link(self) -> dict[str, Any]:
        """Push the outgoing logs; without a partner there is nothing to push."""
        if self._pump is None:
            return {"lanes": {}, "reachable": False}
        return await self._pump.flush()

    async def cut_link(self, *, cut: bool) -> dict[str, Any]:
        """Cut or mend the line."""
        if self._pump is not None:
            self._pump.cut(cut=cut)
        return {"cut": cut}

    # --- the writer's thread --------------------------------------------------------------

    def _run(self, jobs: Sequence[_Job]) -> list[Any]:
        """Do ``jobs`` in order and return what became of each; never raises."""
        outcomes: list[Any] = []
        for kind, run in groupby(jobs, key=type):
            if kind is _Work:
                outcomes.extend(self._act(job) for job in run if isinstance(job, _Work))
            else:
                for group in _groups(job for job in run if isinstance(job, _Commands)):
                    outcomes.extend(self._execute(group))
        return outcomes

    def _act(self, job: _Work) -> Any:
        try:
            self._refuse_broken()
            return job.act()
        except Exception as error:  # noqa: BLE001 - whatever it is, its caller gets it and the writer goes on
            return self._failed(error)

    def _execute(self, group: list[_Commands]) -> list[Any]:
        try:
            self._refuse_broken()
            answers = self._post.execute([request for job in group for request in job.requests])
        except (InvariantBroken, StorageError) as error:
            return [self._failed(error)] * len(group)
        except Exception as error:  # noqa: BLE001 - the same
            if len(group) == 1:
                return [self._failed(error)]
            # One caller's command must not fail those that happened to wait with it. Nothing of
            # the group was kept, so each may be tried for itself.
            return [outcome for job in group for outcome in self._execute([job])]
        outcomes: list[Any] = []
        start = 0
        for job in group:
            end = start + len(job.requests)
            outcomes.append(answers[start:end])
            start = end
        return outcomes

    def _refuse_broken(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _failed(self, error: Exception) -> _Failed:
        if isinstance(error, InvariantBroken) and self._broken is None:
            LOG.critical("a rule that must always hold was broken; the writer stops", exc_info=error)
            self._broken = error
            if self._on_broken is not None:
                self._on_broken(error)
        return _Failed(error)


def next_pause_s(pause_s: float, *, answered: bool) -> float:
    """Return the pause after a push that followed a pause of ``pause_s``: short again, or doubled up to the limit."""
    return FLUSH_S if answered else min(2 * pause_s, FLUSH_S_MAX)


def _groups(jobs: Any) -> list[list[_Commands]]:
    """Return ``jobs`` in groups of at most :data:`GROUP_MAX` commands, a larger job alone."""
    groups: list[list[_Commands]] = []
    size = GROUP_MAX
    for job in jobs:
        if size + len(job.requests) > GROUP_MAX:
            groups.append([])
            size = 0
        groups[-1].append(job)
        size += len(job.requests)
    return groups
