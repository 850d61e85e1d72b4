"""Ladders of random lives: every state that walks through the rules reach, as a trader would see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crossing.ground import PLAN
from crossing.life import walk
from gatepair.crossing import events as ev
from gatepair.crossing import guards
from gatepair.crossing.fold import apply
from gatepair.crossing.queueing import needs_place
from gatepair.crossing.state import Crossing
from gatepair.insight.steps import Around, Ended, Ladder, ladder
from gatepair.insight.timeline import Timeline, begin


def around(crossing: Crossing, post: str, events: Sequence[ev.CrossingEvent]) -> Around:
    """Return plain surroundings: nothing stopped, nothing lacking, the queue empty."""
    lost = [event.cause for event in events if isinstance(event, ev.PlaceLost)]
    natural = crossing.outcome in {"", "delivered", "received", "departed"} and crossing.stage.value == "closed"
    ended = (
        Ended(crossing.outcome or crossing.stage.value, events[-1].at_ms) if crossing.closed and not natural else None
    )
    return Around(
        now_ms=events[-1].at_ms,
        alone=False,
        queues=needs_place(PLAN, post, crossing),
        required=guards.required_duties(PLAN, post, crossing),
        ahead=0,
        place_lost=lost[-1] if lost and crossing.place is None else "",
        ended=ended,
    )


def reached(seeds: range) -> Iterator[tuple[Crossing, Ladder]]:
    """Yield each state that the walks of ``seeds`` reach, with its ladder."""
    for seed in seeds:
        for post, desk in walk(seed).pair.desks.items():
            for crossing_id, stream in desk.streams.items():
                yield from _story(crossing_id, post, stream)


def _story(crossing_id: str, post: str, stream: Sequence[ev.CrossingEvent]) -> Iterator[tuple[Crossing, Ladder]]:
    crossing: Crossing | None = None
    timeline: Timeline | None = None
    for count, event in enumerate(stream, start=1):
        crossing = apply(crossing, event, crossing_id)
        if timeline is None:
            timeline = begin(crossing_id, event, event.at_ms)
        else:
            timeline = timeline.apply(type(event).__name__, event, event.at_ms)
        yield crossing, ladder(crossing, timeline, around(crossing, post, stream[:count]))
