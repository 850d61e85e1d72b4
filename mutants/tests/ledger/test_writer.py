"""Group commit: every caller is answered once, in order, after its own job is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from gatepair.adapters.writer import Writer
from gatepair.base.errors import InvariantBroken, RateLimited, StaleVersion, StorageFull, StorageUnavailable


class Desk:
    """Doubles numbers and notes the groups; waits at a gate before the first group."""

    def __init__(self, *, bad: Sequence[int] = ()) -> None:
        self.groups: list[list[int]] = []
        self.gate = threading.Event()
        self.entered = threading.Event()
        self._bad = set(bad)

    def run(self, jobs: Sequence[int]) -> list[int]:
        """Take a group; a bad number makes it fail as a whole."""
        self.entered.set()
        assert self.gate.wait(30)
        self.groups.append(list(jobs))
        if self._bad.intersection(jobs):
            raise StaleVersion("somebody was first")
        return [2 * job for job in jobs]


def submitted_while_busy(desk: Desk, writer: Writer[int, int], jobs: Sequence[int]) -> list[Future[int]]:
    """Submit 0, wait until it is being written, submit ``jobs`` and let the desk work."""
    first = writer.submit(0)
    assert desk.entered.wait(30)
    futures = [first, *(writer.submit(job) for job in jobs)]
    desk.gate.set()
    return futures


def test_all_that_waits_is_one_group() -> None:
    """While one group is written the next one gathers, up to the limit, in the order of submission."""
    desk = Desk()
    writer = Writer(desk.run, max_rows=4, linger_ms=0)
    futures = submitted_while_busy(desk, writer, range(1, 10))
    assert [2 * job for job in range(10)] == [future.result(30) for future in futures]
    writer.close()
    assert [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]] == desk.groups


def test_one_bad_job_fails_alone() -> None:
    """When a group fails each of its jobs is run alone: only the bad one gets the error."""
    desk = Desk(bad=[2])
    writer = Writer(desk.run, linger_ms=0)
    futures = submitted_while_busy(desk, writer, [1, 2, 3])
    assert [0, 2, 6] == [futures[place].result(30) for place in (0, 1, 3)]
    with pytest.raises(StaleVersion):
        futures[2].result(30)
    writer.close()
    assert [[0], [1, 2, 3], [1], [2], [3]] == desk.groups


def test_failing_storage_fails_the_group_once() -> None:
    """When the storage fails nobody waits for tries one by one: all of the group get the error after one try."""
    tries: list[int] = []
    desk = Desk()

    def run(jobs: Sequence[int]) -> list[int]:
        desk.run(jobs)
        tries.append(len(jobs))
        raise StorageFull("no room")

    writer = Writer(run, linger_ms=0)
    futures = submitted_while_busy(desk, writer, [1, 2, 3])
    for future in futures:
        with pytest.raises(StorageFull):
            future.result(30)
    writer.close()
    assert [1, 3] == tries


def test_closing_finishes_what_was_submitted() -> None:
    """Closing answers every job that was taken and refuses later ones; closing again is no change."""
    desk = Desk()
    writer = Writer(desk.run)
    futures = submitted_while_busy(desk, writer, [1, 2])
    writer.close()
    writer.close()
    assert [0, 2, 4] == [future.result(0) for future in futures]
    with pytest.raises(StorageUnavailable):
        writer.submit(3)


def test_waiting_has_a_bound() -> None:
    """Beyond the bound a caller is told when to come back, and nothing is queued."""
    desk = Desk()
    writer = Writer(desk.run, max_waiting=2)
    first = writer.submit(0)
    assert desk.entered.wait(30)
    waiting = [writer.submit(1), writer.submit(2)]
    with pytest.raises(RateLimited) as caught:
        writer.submit(3)
    assert 1 == caught.value.fields["retry_after_s"]
    desk.gate.set()
    assert [0, 2, 4] == [future.result(30) for future in (first, *waiting)]
    writer.close()


def test_a_caller_that_gave_up_is_left_out() -> None:
    """A job cancelled before its group began is not run."""
    desk = Desk()
    writer = Writer(desk.run, linger_ms=0)
    first = writer.submit(0)
    assert desk.entered.wait(30)
    gone, kept = writer.submit(1), writer.submit(2)
    assert gone.cancel()
    desk.gate.set()
    assert [0, 4] == [first.result(30), kept.result(30)]
    writer.close()
    assert [[0], [2]] == desk.groups


def test_too_few_results_are_a_fault() -> None:
    """A run that answers fewer jobs than it took is a broken invariant for each caller, never a silent wait."""
    writer: Writer[int, int] = Writer(lambda _: [])
    with pytest.raises(InvariantBroken):
        writer.submit(1).result(30)
    writer.close()


def test_it_can_be_awaited() -> None:
    """Coroutines await their jobs; those that come together may share a group, and each gets its own answer."""
    desk = Desk()
    desk.gate.set()
    writer = Writer(desk.run)

    async def ask() -> list[int]:
        return await asyncio.gather(*(asyncio.wrap_future(writer.submit(job)) for job in range(50)))

    assert [2 * job for job in range(50)] == asyncio.run(ask())
    writer.close()


def test_many_threads() -> None:
    """Under many callers at once each job is run exactly once and groups keep to the limit."""
    desk = Desk()
    desk.gate.set()
    writer = Writer(desk.run, max_rows=16, linger_ms=1)
    answers: dict[int, int] = {}

    def call(start: int) -> None:
        for job in range(start, start + 50):
            answers[job] = writer.submit(job).result(30)

    threads = [threading.Thread(target=call, args=(start,)) for start in range(0, 400, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert {job: 2 * job for job in range(400)} == answers
    assert list(range(400)) == sorted(job for group in desk.groups for job in group)
    assert max(len(group) for group in desk.groups) <= 16
