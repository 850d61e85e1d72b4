"""The one writer: order, group commit, isolation of failures, the end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import InvariantBroken, Overloaded, StorageFull
from gatepair.base.time import SystemClock
from gatepair.crossing.commands import Release
from gatepair.node.requests import Actor, Answer, Request
from gatepair.web import runtime as runtime_module
from gatepair.web.runtime import FLUSH_S, FLUSH_S_MAX, GROUP_MAX, WriterRuntime, next_pause_s
from web.stand_in import CROSSING, StandInPost

ACTOR = Actor("customs-1", Duty.CUSTOMS, "huu-nghi")


def asked(name, count=1):
    return [Request(f"{name}-{n:06d}", Release(crossing=CROSSING), ACTOR) for n in range(count)]


class Held(StandInPost):
    """A post whose first group waits until it is let go, so that others gather behind it."""

    def __init__(self):
        super().__init__()
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.order = []
        self.answer = lambda request: Answer(id=request.command_id, status="done")

    def execute(self, requests):
        if not self.groups:
            self.groups.append(len(requests))
            self.entered.set()
            assert self.gate.wait(30)
            return [self.answer(request) for request in requests]
        self.order.extend(request.command_id for request in requests)
        return super().execute(requests)


def run(post, scenario, **more):
    """Run ``scenario`` with a started runtime of ``post``."""

    async def whole():
        runtime = WriterRuntime(post, clock=post.clock, **more)
        await runtime.start()
        try:
            return await asyncio.wait_for(scenario(runtime), 60)
        finally:
            await runtime.stop()

    return asyncio.run(whole())


async def gathered(runtime, post, calls):
    """Let ``calls`` gather behind a first command, then let them go; return what became of each."""
    first = asyncio.create_task(runtime.execute(asked("first")))
    await asyncio.to_thread(post.entered.wait, 30)
    waiting = [asyncio.create_task(call()) for call in calls]
    for _ in range(5):
        await asyncio.sleep(0)
    post.gate.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_commands_that_wait_share_a_transaction():
    """Ten callers that wait together are answered from one transaction, each with its own answers, in order."""
    post = Held()

    async def scenario(runtime):
        calls = [lambda n=n: runtime.execute(asked(f"c{n}", 3)) for n in range(10)]
        return await gathered(runtime, post, calls)

    answers = run(post, scenario)
    assert [[f"c{n}-{k:06d}" for k in range(3)] for n in range(10)] == [[a.id for a in group] for group in answers]
    assert 30 == sum(post.groups[1:])
    assert len(post.groups[1:]) < 10
    assert [f"c{n}-{k:06d}" for n in range(10) for k in range(3)] == post.order


def test_a_group_has_a_bound():
    """No transaction holds more commands than the bound, save one caller's own batch."""
    post = Held()

    async def scenario(runtime):
        calls = [lambda n=n: runtime.execute(asked(f"c{n}", 90)) for n in range(5)]
        return await gathered(runtime, post, calls)

    run(post, scenario)
    assert 450 == sum(post.groups[1:])
    assert max(post.groups[1:]) <= GROUP_MAX


def test_work_keeps_its_turn_among_commands():
    """A function runs after the commands before it and before those after it."""
    post = Held()

    async def scenario(runtime):
        return await gathered(
            runtime,
            post,
            [
                lambda: runtime.execute(asked("before")),
                lambda: runtime.submit(lambda: post.order.append("work")),
                lambda: runtime.execute(asked("after")),
            ],
        )

    run(post, scenario)
    assert ["before-000000", "work", "after-000000"] == post.order


def test_one_callers_fault_fails_only_that_caller():
    """A command that breaks the decision does not take those with it that happened to wait beside it."""
    post = Held()

    def answer(request):
        if request.command_id.startswith("bad"):
            raise ZeroDivisionError
        return Answer(id=request.command_id, status="done")

    post.answer = answer

    async def scenario(runtime):
        calls = [lambda name=name: runtime.execute(asked(name)) for name in ("good-a", "bad", "good-b")]
        return await gathered(runtime, post, calls)

    first, second, third = run(post, scenario)
    assert ["good-a-000000"] == [answer.id for answer in first]
    assert isinstance(second, ZeroDivisionError)
    assert ["good-b-000000"] == [answer.id for answer in third]


def test_a_full_disk_fails_the_whole_group_once():
    """What the engine refuses is not tried again one by one: everybody is told, and the next call may go well."""
    post = StandInPost()
    post.fail_with = StorageFull("no space")

    async def scenario(runtime):
        with pytest.raises(StorageFull):
            await runtime.execute(asked("x"))
        post.fail_with = None
        return await runtime.execute(asked("y"))

    assert "done" == run(post, scenario)[0].status


def test_a_broken_rule_ends_the_writing():
    """After InvariantBroken nothing more is executed, and the process is told once."""
    post = StandInPost()
    post.fail_with = InvariantBroken("released by nobody")
    told = []

    async def scenario(runtime):
        for _ in range(2):
            with pytest.raises(InvariantBroken):
                await runtime.execute(asked("x"))
        post.fail_with = None
        with pytest.raises(InvariantBroken):
            await runtime.submit(post.head_position)

    run(post, scenario, on_broken=told.append)
    assert 1 == len(told)
    assert [] == post.groups


def test_nothing_is_taken_before_the_start_and_after_the_end():
    """A runtime that does not run says so."""
    post = StandInPost()

    async def whole():
        runtime = WriterRuntime(post, clock=post.clock)
        with pytest.raises(Overloaded):
            await runtime.execute(asked("x"))
        await runtime.start()
        await runtime.execute(asked("x"))
        await runtime.stop()
        assert runtime.ended
        for call in (lambda: runtime.execute(asked("y")), lambda: runtime.query(post.now)):
            with pytest.raises(Overloaded):
                await call()

    asyncio.run(whole())


def test_what_was_taken_is_finished_at_the_end():
    """A stop answers everybody who was let in."""
    post = Held()

    async def whole():
        runtime = WriterRuntime(post, clock=post.clock)
        await runtime.start()
        calls = [asyncio.create_task(runtime.execute(asked(f"c{n}"))) for n in range(20)]
        for _ in range(5):
            await asyncio.sleep(0)
        post.gate.set()
        await runtime.stop()
        return await asyncio.gather(*calls)

    assert 20 == len(asyncio.run(whole()))


def test_a_caller_that_gave_up_leaves_the_others(monkeypatch):
    """A cancelled call neither stops the writer nor keeps others from their answers."""
    post = Held()

    async def scenario(runtime):
        first = asyncio.create_task(runtime.execute(asked("first")))
        await asyncio.to_thread(post.entered.wait, 30)
        gone = asyncio.create_task(runtime.execute(asked("gone")))
        stays = asyncio.create_task(runtime.execute(asked("stays")))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        post.gate.set()
        await first
        return await stays

    assert ["stays-000000"] == [answer.id for answer in run(post, scenario)]


def test_a_post_on_its_own_clock_advances_by_itself(monkeypatch):
    """Without a drill the timers run what is due, also after a turn that failed."""
    monkeypatch.setattr(runtime_module, "TICK_S", 0.001)
    post = StandInPost()
    post.clock = SystemClock()
    turns = []
    enough = threading.Event()

    def advance():
        turns.append(len(turns))
        if len(turns) == 3:
            enough.set()
        if len(turns) == 1:
            raise ZeroDivisionError

    post.advance = advance

    async def scenario(_):
        assert await asyncio.to_thread(enough.wait, 30)

    run(post, scenario)
    assert [0, 1, 2] == turns[:3]


def test_waiting_for_a_change():
    """Who saw the last state waits; who saw an older one does not; the time limit ends the wait."""
    post = StandInPost()

    async def scenario(runtime):
        seen = runtime.changes
        waiting = asyncio.create_task(runtime.changed(seen, within_s=30))
        await runtime.execute(asked("x"))
        await waiting
        await runtime.changed(seen, within_s=30)
        await runtime.changed(runtime.changes, within_s=0.001)

    run(post, scenario)


@pytest.mark.parametrize(
    ("pause_s", "answered", "following_s"),
    [
        (FLUSH_S, False, 2 * FLUSH_S),
        (16.0, False, FLUSH_S_MAX),
        (FLUSH_S_MAX, False, FLUSH_S_MAX),
        (16.0, True, FLUSH_S),
    ],
)
def test_pushes_without_answer_become_rare(pause_s: float, following_s: float, *, answered: bool) -> None:
    """Each pause is twice the one before, up to a limit, and short again after a good answer."""
    assert following_s == next_pause_s(pause_s, answered=answered)
