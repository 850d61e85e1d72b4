"""The queue of studies: one at a time, ended when asked or late, kept as files, and nobody's but its owner's to delete."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from threading import Thread

import pytest

from gatepair.adapters import planfiles
from gatepair.adapters.studies import LISTED_MAX, WAITING_MAX, StudyQueue, write_result
from gatepair.base.errors import Malformed, NotFound, NotPermitted, Overloaded
from gatepair.insight.studies import Kept, Result, Stage
from gatepair.insight.what_if import Asked

PLAN = planfiles.shipped_plan("tan-thanh-puzhai")
RESULT = Result(plan_hash="", engine="slow", seconds=1, hours_ms=[], findings=[], versions={})
WRITES = "import pathlib, sys; pathlib.Path(sys.argv[2], 'result.json').write_bytes(pathlib.Path(sys.argv[1], 'r').read_bytes())"
SLEEPS = "import time; time.sleep(60)"
PATIENCE_S = 30


def asked(seed: int) -> Asked:
    return Asked("as-planned", {}, days=1, replications=5, seed=seed)


@pytest.fixture
def queue(tmp_path) -> Callable[..., StudyQueue]:
    """Return how to make a queue whose studies run ``code``; all are stopped in the end."""
    made: list[StudyQueue] = []
    write_result(tmp_path, RESULT)
    (tmp_path / "result.json").rename(tmp_path / "r")

    def make(code: str, *, started: bool = True, **more) -> StudyQueue:
        found = StudyQueue(tmp_path, PLAN, command=(sys.executable, "-c", code), **more)
        if started:
            found.start()
            made.append(found)
        return found

    yield make
    for one in made:
        one.stop()


def ended(queue: StudyQueue, name: str) -> Stage:
    """Wait until a study has ended, and return how."""
    until = time.monotonic() + PATIENCE_S
    while queue.study(name).stage in (Stage.WAITING, Stage.RUNNING):
        assert time.monotonic() < until, "it never ends"
        time.sleep(0.02)
    return queue.study(name).stage


def running(queue: StudyQueue, name: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while queue.study(name).stage is not Stage.RUNNING:
        assert time.monotonic() < until, "it never begins"
        time.sleep(0.02)


def test_a_study_is_run_once_and_stays(queue):
    """The same question by somebody else finds the result that is there; another queue over the folder reads it too."""
    first = queue(WRITES)
    name = first.ask(asked(1), by="planner.1", at_ms=5)
    assert Stage.DONE is ended(first, name)
    assert name == first.ask(asked(1), by="planner.2", at_ms=9)
    again = queue(WRITES, started=False)
    assert ("planner.1", 5, Stage.DONE) == (again.study(name).by, again.study(name).at_ms, again.study(name).stage)
    assert RESULT == again.result(name)


def test_what_a_program_says_is_told_and_what_it_lets_slip_is_not(queue):
    """A deliberate sentence is shown; a traceback is for the log alone."""
    told = queue("import sys; sys.exit('gatepair: the plan has no demand')")
    name = told.ask(asked(1), by="p", at_ms=1)
    assert (Stage.FAILED, "the plan has no demand") == (ended(told, name), told.study(name).why)
    slipped = queue("raise RuntimeError('/secret/path')")
    name = slipped.ask(asked(2), by="p", at_ms=1)
    assert Stage.FAILED is ended(slipped, name)
    assert "secret" not in slipped.study(name).why


def test_a_study_that_begins_is_at_no_time_in_neither_place(queue):
    """Whoever looks while it goes from those that wait to the one that runs is not told that it was ended."""
    found = queue(SLEEPS, started=False)
    seen: list[Stage] = []

    class Watched(deque):
        def popleft(self):
            name = super().popleft()
            looks = Thread(target=lambda: seen.append(found.study(name).stage))
            looks.start()
            looks.join(0.3)
            return name

    found._waiting = Watched()
    name = found.ask(asked(1), by="p", at_ms=1)
    found.start()
    try:
        running(found, name)
        until = time.monotonic() + PATIENCE_S
        while not seen and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        found.stop()
    assert [Stage.RUNNING] == seen


def test_a_study_is_cancelled_by_who_asked_it_alone(queue):
    """One that runs is ended at once, one that waits is never begun, and the next one's turn comes."""
    found = queue(SLEEPS)
    first, second = (found.ask(asked(seed), by="planner.1", at_ms=seed) for seed in (1, 2))
    running(found, first)
    assert Stage.WAITING is found.study(second).stage
    with pytest.raises(NotPermitted):
        found.cancel(first, by="planner.2")
    found.cancel(second, by="planner.1")
    found.cancel(first, by="planner.1")
    assert [Stage.STOPPED, Stage.STOPPED] == [ended(found, first), ended(found, second)]


def test_a_study_that_takes_too_long_is_ended(queue):
    """It fails with what to do about it."""
    found = queue(SLEEPS, seconds_max=0.2)
    name = found.ask(asked(1), by="p", at_ms=1)
    assert Stage.FAILED is ended(found, name)
    assert "fewer" in found.study(name).why


def test_the_queue_has_an_end(queue):
    """One more than may wait is refused, and leaves no study behind."""
    found = queue(SLEEPS, started=False)
    for seed in range(WAITING_MAX):
        found.ask(asked(seed), by="p", at_ms=seed)
    with pytest.raises(Overloaded):
        found.ask(asked(WAITING_MAX), by="p", at_ms=99)
    assert WAITING_MAX == len(found.listed())


def test_the_post_that_stops_ends_what_runs(queue):
    """What waited or ran when the post ended can be asked again."""
    found = queue(SLEEPS)
    name = found.ask(asked(1), by="p", at_ms=1)
    running(found, name)
    found.stop()
    assert Stage.STOPPED is found.study(name).stage
    anew = queue(WRITES)
    anew.ask(asked(1), by="p", at_ms=2)
    assert Stage.DONE is ended(anew, name)


def test_a_kept_study_is_its_keepers(queue):
    """Somebody else neither renames nor deletes it; its keeper does."""
    found = queue(WRITES)
    name = found.ask(asked(1), by="planner.1", at_ms=1)
    ended(found, name)
    found.keep(name, Kept("Two more bays", "board.1", 2))
    with pytest.raises(NotPermitted):
        found.keep(name, Kept("Mine", "planner.1", 3))
    with pytest.raises(NotPermitted):
        found.forget(name, by="planner.1")
    assert "Two more bays" == found.study(name).kept.name
    found.forget(name, by="board.1")
    with pytest.raises(NotFound):
        found.study(name)


def test_nothing_is_kept_that_is_not_done(queue):
    """A study that waits has nothing to be kept."""
    found = queue(SLEEPS, started=False)
    name = found.ask(asked(1), by="p", at_ms=1)
    with pytest.raises(Malformed):
        found.keep(name, Kept("Early", "p", 2))


def test_studies_that_nobody_keeps_are_forgotten_in_time(queue, tmp_path):
    """The oldest go first, a kept one never."""
    found = queue(WRITES, started=False)
    for seed in range(LISTED_MAX + 3):
        found._waiting.clear()
        name = found.ask(asked(seed), by="p", at_ms=seed)
        write_result(tmp_path / "studies" / name, RESULT)
        if not seed:
            found._waiting.clear()
            found.keep(name, Kept("First", "p", 0))
    kept = found.listed()
    assert LISTED_MAX + 1 == len(kept)
    assert [3, 0] == [one.at_ms for one in kept[-2:]]


@pytest.mark.parametrize("name", ["../../x", "ABCDEF0123456789", "", "0" * 17])
def test_no_name_leads_out_of_the_folder(queue, name):
    """Only what looks like a study's name is looked for."""
    with pytest.raises(NotFound):
        queue(WRITES, started=False).study(name)
