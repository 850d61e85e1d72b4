"""What a page's stream says: of its own state alone, and never so little that its reader believes himself cut off."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from types import SimpleNamespace

import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import Overloaded
from gatepair.web.console.following import changes
from gatepair.web.routes.events import Followers
from web.console.desks import desk_at

STEPS = 12
GIVE_UP_S = 60
"""When a test gives up; nothing is measured against it."""


class BusyGate:
    """A post at which something happens all the time, to others; from the fifth look on once to this reader."""

    def __init__(self, *, moves_him: bool) -> None:
        self.moves_him = moves_him
        self.changes = self.looks = 0
        self.ended = False

    async def query(self, question):
        return question()

    async def changed(self, _seen, *, within_s):
        self.changes += 1
        await asyncio.sleep(0)
        self.ended = self.looks >= STEPS

    def marks(self):
        self.looks += 1
        return b"moved" if self.moves_him and self.looks >= 5 else b"here"

    def now(self):
        return 1


def said(gate: BusyGate, *, silence_s: float, since: bytes | None = None) -> list[str]:
    """Return the names of the events that the stream says until the gate ends."""
    services = SimpleNamespace(runtime=gate, post=gate, settings=SimpleNamespace(follow_heartbeat_s=silence_s))

    async def listen() -> list[bytes]:
        seat = Followers(1, per_person=1).enter("driver-1")
        return [one async for one in changes(services, seat, gate.marks, calm_s=0, since=since)]

    return [one.decode().splitlines()[0].removeprefix("event: ") for one in asyncio.run(listen())]


def test_nobody_takes_the_places_of_others():
    """One person's tabs have their own limit, below that of all; whoever is turned away is told what to do."""
    followers = Followers(3, per_person=2)
    seats = [followers.enter("driver-1"), followers.enter("driver-1")]
    with pytest.raises(Overloaded, match="close some"):
        followers.enter("driver-1")
    seats.append(followers.enter("driver-2"))
    with pytest.raises(Overloaded, match="ask by page"):
        followers.enter("driver-3")
    seats[0].leave()
    seats[0].leave()
    followers.enter("driver-3")


def test_a_stream_that_never_began_keeps_no_place():
    """A browser that is gone before the first word never runs the stream; its place is free all the same."""
    followers = Followers(1, per_person=1)
    gate = BusyGate(moves_him=False)
    stream = changes(SimpleNamespace(runtime=gate), followers.enter("driver-1"), gate.marks, calm_s=0)
    with pytest.raises(Overloaded):
        followers.enter("driver-2")
    del stream
    gc.collect()
    followers.enter("driver-2")


def test_what_happens_to_others_is_not_told_him():
    """At a busy gate a page loads nothing for what is not its own."""
    assert ["here"] == said(BusyGate(moves_him=False), silence_s=3_600)


def test_a_busy_gate_does_not_make_the_line_look_dead():
    """The sign of life comes by the clock, also when something happens to others all the time."""
    assert ["here"] * (STEPS + 1) == said(BusyGate(moves_him=False), silence_s=0)


def test_what_happened_before_the_stream_was_open_is_told_at_once():
    """A page is made, then its stream is opened: a change between the two is not lost, and none is made up."""
    assert ["here", "changed"] == said(BusyGate(moves_him=False), silence_s=3_600, since=b"before")
    assert ["here"] == said(BusyGate(moves_him=False), silence_s=3_600, since=b"here")


def test_what_happens_to_him_is_told_once():
    """One change is one word."""
    assert ["here", "changed"] == said(BusyGate(moves_him=True), silence_s=3_600)


def test_every_page_that_follows_says_what_it_shows(tmp_path):
    """The position of the ledger, or the version of its crossing, as of the page; its stream goes on from there."""
    with desk_at(tmp_path) as desk, desk.client() as client:
        crossing = desk.arrived(1)
        for duty, path in (
            (Duty.CUSTOMS, "/desk"),
            (Duty.CUSTOMS, "/desk/inspections"),
            (Duty.COMMAND_CENTRE, "/centre"),
            (Duty.COMMAND_CENTRE, "/centre/wall"),
            (Duty.COMMAND_CENTRE, "/centre/alarms"),
            (Duty.COMMAND_CENTRE, "/centre/calendar"),
            (Duty.COMMAND_CENTRE, "/centre/log"),
            (Duty.TRADER, "/trade"),
        ):
            desk.enter(client, duty)
            assert f'data-live="/desk/changes?at={desk.post.head_position()}"' in client.get(path).text, path
        version = desk.post.version_of(crossing)
        for duty, path in ((Duty.CUSTOMS, "/desk/crossings/"), (Duty.TRADER, "/trade/crossings/")):
            desk.enter(client, duty)
            follows = f'data-live="/desk/changes?crossing={crossing}&amp;at={version}"'
            assert follows in client.get(path + crossing).text, path


def test_the_stream_of_a_desk_ends_with_its_session(tmp_path):
    """Whoever has logged out is told nothing more, and his browser keeps no line of the post's taken."""
    with desk_at(tmp_path) as desk, desk.client() as client:
        desk.enter(client, Duty.CUSTOMS)
        listener = threading.Thread(target=client.get, args=["/desk/changes"], daemon=True)
        listener.start()
        seats, until = desk.app.state["followers"], time.monotonic() + GIVE_UP_S
        while not seats._open.total():
            assert listener.is_alive()
            assert time.monotonic() < until, "the stream never opens"
            time.sleep(0.01)
        token, accounts = desk.session(Duty.CUSTOMS), desk.post.accounts
        desk.post.transact(lambda unit: accounts.close_session(unit, token))
        listener.join(GIVE_UP_S)
        assert not listener.is_alive()
