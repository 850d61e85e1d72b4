"""Events: the ledger as a feed, by page or as a stream, masked for the reader's duty."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import Struct

from gatepair.base.errors import Malformed, Overloaded
from gatepair.node.requests import Actor
from gatepair.web.auth import FOLLOWERS, Services, actor_of, services_of
from gatepair.web.errors import JSON
from gatepair.web.routes.exchange import VIEWERS

After = Annotated[int, QueryParameter(ge=0, le=9_007_199_254_740_991, description="last position already read")]
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="most rows to return")]
PAGE: Final = 500
"""Events read at once for a stream."""


class Feed(Struct, frozen=True, omit_defaults=True):
    """One entry of the ledger as shown to a follower; ``masked`` lists what was taken out.

    ``command`` is the id of the command that caused it: under it the act is given again after a restore.
    """

    position: int
    stream: str
    version: int
    type: str
    recorded_at_ms: int
    actor: str
    command: str
    payload: dict[str, Any]
    masked: tuple[str, ...] = ()


class Events(Struct, frozen=True):
    """A page of events; ``next`` is the position to ask after next."""

    events: list[Feed]
    next: int


def _page(services: Services, actor: Actor, *, after: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return what the actor may see of the next ``limit`` entries, and the position to ask after next.

    Positions have no gaps, so the position follows from the head, also when the whole page was
    not for this reader.  The head is read first: what comes in between is told the next time.
    """
    head = services.post.head_position()
    rows = services.post.events(after, limit, actor)
    return rows, max(after, min(head, after + limit), int(rows[-1]["position"]) if rows else 0)


@get(
    "/v1/events",
    opt={"permits": FOLLOWERS, "returns": Events},
    summary="Events after a position, in ledger order",
)
async def list_events(request: Request[Any, Any, Any], after: After = 0, limit: Limit = 200) -> Response[bytes]:
    """Names of persons never stand in the feed; firms only for duties that need them."""
    services, actor = services_of(request), actor_of(request)

    def page() -> bytes:
        rows, following = _page(services, actor, after=after, limit=limit)
        return msgspec.json.encode({"events": rows, "next": following})

    return Response(await services.runtime.query(page), media_type=JSON)


TURNS: Final = 50
"""So many pages are told of a change one after the other, not all at the same instant."""


class Seat:
    """One open event stream; its place is free again when it is left or, never begun, when it is forgotten."""

    def __init__(self, turn: int, leave: Callable[[], None]) -> None:
        """Take the ``turn``; ``leave`` is called once."""
        self.turn = turn
        """Which among those that are told of a change one after the other."""
        self.leave: Callable[[], object] = weakref.finalize(self, leave)


class Followers:
    """How many event streams are open at once: in all, and for one person, so that nobody takes the others' places."""

    def __init__(self, most: int, *, per_person: int) -> None:
        """Allow ``most``, and ``per_person`` of them to one account or key."""
        self._most, self._per_person = most, per_person
        self._open: Counter[str] = Counter()
        self._entered = 0

    def enter(self, actor: str) -> Seat:
        """Count one more of ``actor``. Raises Overloaded: there are too many."""
        if self._open[actor] >= self._per_person:
            raise Overloaded("you have too many event streams open; close some or ask by page instead")
        if self._open.total() >= self._most:
            raise Overloaded("too many event streams are open; ask by page instead")
        self._open[actor] += 1
        self._entered += 1
        return Seat((self._entered - 1) % TURNS, partial(self._leave, actor))

    def _leave(self, actor: str) -> None:
        self._open[actor] -= 1
        if not self._open[actor]:
            del self._open[actor]


@get(
    "/v1/events/stream",
    opt={"permits": FOLLOWERS, "returns": "text/event-stream", "streams": True},
    summary="The same events as they come (server-sent events; id is the position)",
)
async def follow_events(request: Request[Any, Any, Any], after: After = 0) -> Stream:
    """Begins after ``after`` or, when a browser comes back, after ``Last-Event-ID``.

    Those who may see the exchange also get events named ``lane``, at first and whenever a lane stops, goes on,
    recovers or moves to another epoch.
    """
    services, actor = services_of(request), actor_of(request)
    last = request.headers.get("last-event-id", "")
    if last and not (last.isascii() and last.isdigit() and len(last) <= 15):
        raise Malformed("the header Last-Event-ID is not a position")
    followers: Followers = request.app.state["followers"]
    return Stream(
        _following(services, actor, int(last) if last else after, followers.enter(actor.id)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _lanes(services: Services, actor: Actor) -> dict[str, Any]:
    """Return how the lanes of the exchange stand, for those who may see it; told at first and at each change."""
    return await services.runtime.query(services.post.desk.signals) if actor.duty in VIEWERS else {}


async def _following(services: Services, actor: Actor, after: int, seat: Seat) -> AsyncIterator[bytes]:
    runtime = services.runtime
    position = after
    lanes: dict[str, Any] = {}
    try:
        yield b": gatepair\n\n"
        while not runtime.ended:
            seen = runtime.changes
            rows, following = await runtime.query(partial(_page, services, actor, after=position, limit=PAGE))
            before, lanes = lanes, await _lanes(services, actor)
            for lane, signal in lanes.items():
                if before.get(lane) != signal:
                    yield b"event: lane\ndata: %b\n\n" % msgspec.json.encode({"lane": lane, **signal})
            if following > position:
                position = following
                for row in rows:
                    yield b"id: %d\nevent: entry\ndata: %b\n\n" % (row["position"], msgspec.json.encode(row))
                continue
            await runtime.changed(seen, within_s=services.settings.follow_heartbeat_s)
            if runtime.changes == seen:
                yield b": still here\n\n"
    finally:
        seat.leave()


ROUTES: Final = (list_events, follow_events)
