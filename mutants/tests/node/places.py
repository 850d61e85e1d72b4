"""Two posts in directories of their own, made once, and opened for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gatepair import wiring
from gatepair.wiring import Settings
from node.pair import HOME, OPENING, OTHER, Pair, plan


def fresh(out: Path) -> dict[str, Path]:
    """Make two posts below ``out`` and return their directories by post."""
    settings = {
        post: Settings(post=post, clock="stepped", start_ms=OPENING, entropy_seed="places", synthetic=True)
        for post in (HOME, OTHER)
    }
    return wiring.make_pair(out, plan(), settings)


@contextmanager
def running(places: Mapping[str, Path]) -> Iterator[Pair]:
    """Let both posts run on their own ledgers; afterwards they are stopped."""
    opened = {key: wiring.open_post(place) for key, place in places.items()}
    try:
        yield Pair.around(
            {key: one.post for key, one in opened.items()}, {key: one.clock for key, one in opened.items()}
        )
    finally:
        for one in opened.values():
            one.post.ledger.close()
