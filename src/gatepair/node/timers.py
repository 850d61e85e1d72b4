"""What a post does by itself at an instant: lanes turned, calls missed, vehicles called, stays warned, alarms.

Everything goes through the same decisions as a person's command, given by the duty ``node``; the
command ids derive from what they are about, so a repeated run has one effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from gatepair.base.ids import derived
from gatepair.base.time import MINUTE_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing.timers import due
from gatepair.node import channels
from gatepair.node.handling import handle
from gatepair.node.ports import Stamp
from gatepair.node.requests import Request
from gatepair.node.steering import conditions
from gatepair.operations import alarms as alarm_rules
from gatepair.operations import gate as gate_rules
from gatepair.operations.queue import QueueBook, calls, misses

WATCH_MS: Final = MINUTE_MS
"""How often the clockwork looks for alarms; a page that is opened looks by itself."""

if TYPE_CHECKING:
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder


def run(post: Post, recorder: Recorder) -> None:
    """Do all that is due at the post's present instant, in a fixed order.

    While the post recovers it does nothing by itself: whom it would call may have come in the lost time,
    and whom it would call a miss may have been there.
    """
    if post.recovering:
        return
    channels.commit(post, recorder)
    _turn_lanes(post, recorder)
    for book in post.standing.books.values():
        for missed in misses(book, post.now()):
            _order(post, recorder, cmd.MissCall(crossing=missed.crossing), missed.number, missed.misses)
        _call_forward(post, recorder, book)
    _warn_stays(post, recorder)
    _watch_alarms(post, recorder)


def _turn_lanes(post: Post, recorder: Recorder) -> None:
    turned = gate_rules.lane_turns(post.standing.gate, post.gate_context(post.me, post.now()))
    if turned:
        command_id = derived("T", post.post, *(f"{event.lane}@{event.at_ms}" for event in turned))
        recorder.gate(turned, Stamp(post.now(), post.me.id, command_id))


def _call_forward(post: Post, recorder: Recorder, book: QueueBook) -> None:
    capacity = post.capacity(book)
    for call in calls(book, capacity, post.now()):
        _order(post, recorder, cmd.CallForward(crossing=call.crossing), call.number, post.now())


def _warn_stays(post: Post, recorder: Recorder) -> None:
    for crossing in post.standing.staying(post.now()):
        for order in due(crossing, post.plan, post.now()):
            if isinstance(order, cmd.WarnStay):
                _order(post, recorder, order, crossing.version, 0)


def _watch_alarms(post: Post, recorder: Recorder) -> None:
    """Record which alarms begin, change and are over: once a minute, since it looks at everything that is open."""
    if post.now() < post.watch_next_ms:
        return
    changed = alarm_rules.watch(post.standing.gate.alarms, conditions(post, recorder.unit), post.now())
    if changed:
        command_id = derived("T", post.post, "alarms", str(post.now()), str(post.standing.gate_version))
        recorder.gate(changed, Stamp(post.now(), post.me.id, command_id))
    post.watch_next_ms = post.now() + WATCH_MS


def _order(post: Post, recorder: Recorder, command: Struct, *marks: int) -> None:
    crossing_id: str = command.crossing  # type: ignore[attr-defined]  # all three commands have it
    command_id = derived("T", type(command).__name__, crossing_id, *(str(mark) for mark in marks))
    handle(post, recorder, Request(command_id, command, post.me))
