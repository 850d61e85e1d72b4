"""Group commit: one thread that takes all jobs that wait and runs them in one transaction.

A flush costs the same for one row as for two hundred, and it is the dearest thing a post does.
So while one group is being flushed the next one gathers, and every caller is answered only when
its own job is on the disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, Generic, TypeVar

from gatepair.base.errors import InvariantBroken, RateLimited, StorageError, StorageUnavailable

Job = TypeVar("Job")
Result = TypeVar("Result")

ROWS_MAX: Final = 200
LINGER_MS: Final = 5
"""Source: the measured cost of one flush, 0.14 to 3.5 ms (docs/concepts/ledger.md)."""
WAITING_MAX: Final = 10_000
"""Jobs that may wait; beyond it a caller is told to come back, so that memory has a bound."""


class Writer(Generic[Job, Result]):
    """Runs jobs in groups through ``run``, in the order they were submitted.

    ``run`` takes the jobs of a group, does them in one transaction and returns their results in
    the same order once they are durable.  When it raises for a group, each job is run alone, so
    that one bad job fails only itself; ``run`` must therefore leave nothing behind when it raises.
    When the storage fails all of the group get its error at once; each may be sent again under its id.
    A lone caller never waits for company: the writer lingers only when the group before was
    larger than one.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Job]], Sequence[Result]],
        *,
        max_rows: int = ROWS_MAX,
        linger_ms: int = LINGER_MS,
        max_waiting: int = WAITING_MAX,
    ) -> None:
        """Start the thread; ``max_rows`` bounds a group, ``linger_ms`` how long one may gather."""
        self._run = run
        self._max_rows = max_rows
        self._linger_s = linger_ms / 1000
        self._max_waiting = max_waiting
        self._waiting: queue.SimpleQueue[tuple[Job, Future[Result]] | None] = queue.SimpleQueue()
        self._entrance = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> Future[Result]:
        """Queue ``job`` and return its future; await it with ``asyncio.wrap_future``.

        Raises:
            RateLimited: when too many jobs wait; nothing was queued.
            StorageUnavailable: when the writer is closed.
        """
        if self._waiting.qsize() >= self._max_waiting:
            raise RateLimited("the ledger is behind: send it again in a second", retry_after_s=1)
        future: Future[Result] = Future()
        # The lock orders a submission against closing: nothing may be queued after the last mark,
        # where nobody would answer it.
        with self._entrance:
            if self._closed:
                raise StorageUnavailable("the post is closing; send it again when it is back")
            self._waiting.put((job, future))
        return future

    def close(self) -> None:
        """Finish all that was submitted, then end the thread; again is no change."""
        with self._entrance:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        crowded = False
        while True:
            first = self._waiting.get()
            if first is None:
                return
            group, last = self._gather(first, self._linger_s if crowded else 0.0)
            crowded = len(group) > 1
            self._answer(group)
            if last:
                return

    def _gather(
        self, first: tuple[Job, Future[Result]], linger_s: float
    ) -> tuple[list[tuple[Job, Future[Result]]], bool]:
        """Return ``first`` with all that waits or comes within ``linger_s``, and whether the end was marked."""
        group = [first]
        until = time.monotonic() + linger_s
        while len(group) < self._max_rows:
            try:
                left_s = until - time.monotonic()
                item = self._waiting.get(timeout=left_s) if left_s > 0 else self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return group, True
            group.append(item)
        return group, False

    def _answer(self, group: list[tuple[Job, Future[Result]]]) -> None:
        # A caller that gave up before the group began is left out; after this line nobody can.
        group = [item for item in group if item[1].set_running_or_notify_cancel()]
        if not group:
            return
        try:
            results = self._results([job for job, _ in group])
        except StorageError as error:
            # The storage failed, not a job: trying two hundred times more would only keep everybody waiting.
            for _, future in group:
                future.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, it belongs to the jobs' callers
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for job, future in group:
                self._answer_alone(job, future)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)

    def _answer_alone(self, job: Job, future: Future[Result]) -> None:
        try:
            future.set_result(self._results([job])[0])
        except Exception as error:  # noqa: BLE001 - the same
            future.set_exception(error)

    def _results(self, jobs: list[Job]) -> Sequence[Result]:
        results = self._run(jobs)
        if len(results) != len(jobs):
            raise InvariantBroken(f"a group of {len(jobs)} jobs gave {len(results)} results")
        return results
