"""The stream by which a page learns that it is out of date: that something changed, never what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from gatepair.base.errors import Unauthenticated
from gatepair.web.auth import Services
from gatepair.web.routes.events import Seat

TURN_S: Final = 0.02
"""How long the page before has for its answer. Measured: a work list takes 5 to 20 ms."""


async def changes(
    services: Services,
    seat: Seat,
    state: Callable[[], Any],
    *,
    calm_s: float,
    since: Any = None,
    holds: Callable[[], bool] = lambda: True,
) -> AsyncIterator[bytes]:
    """Yield ``changed`` when ``state`` answers something else than before, and ``here`` when it has been quiet for long.

    A gate where others come and go all the time is no silence: what was said is counted from this reader's side.
    ``since`` is the state that the page was made of: what happened before its stream was open is told at once.
    ``calm_s`` is the least time between two looks; the stream ends when ``holds`` says no, or with the post.
    Each page's ``seat`` has its turn: were fifty told at one instant, the last would wait for the answers to all others.
    """
    runtime, post, silence_s = services.runtime, services.post, services.settings.follow_heartbeat_s
    clock = asyncio.get_running_loop().time
    try:
        seen, known = runtime.changes, await runtime.query(state)
        yield b"event: here\ndata: %d\n\n" % post.now()
        if since is not None and known != since:
            yield b"event: changed\ndata: %d\n\n" % post.now()
        said_at = clock()
        while not runtime.ended and holds():
            await runtime.changed(seen, within_s=silence_s)
            await asyncio.sleep(seat.turn * TURN_S)
            # Read before the state: what happens while we are calm is looked at right after.
            seen, before = runtime.changes, known
            known = await runtime.query(state)
            if known != before or clock() - said_at >= silence_s:
                yield b"event: %b\ndata: %d\n\n" % (b"changed" if known != before else b"here", post.now())
                said_at = clock()
            await asyncio.sleep(calm_s)
    finally:
        seat.leave()


def session_holds(services: Services, session: str) -> bool:
    """Tell whether the session is still good; a stream that a key opened has none to end."""
    if not session:
        return True
    try:
        services.post.accounts.actor_of(session, services.post.now())
    except Unauthenticated:
        return False
    return True
