"""What became of the places in the queue: taken, called, missed, lost and why.

A stop must cost nobody the place, and only a count of places lost by cause shows that it did not.
For every window ``opening + taken - lost = closing``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatepair.plan.model import Direction

DEPARTED: Final = "departed"
"""The cause under which a place ends as it should: its vehicle went over the line."""
_KINDS: Final = frozenset({"PlaceTaken", "PlaceCalled", "CallMissed", "PlaceLost"})


@dataclass(frozen=True, slots=True)
class PlaceMove:
    """One event of one place: ``name`` is the event's, ``cause`` why a place was lost (else empty)."""

    at_ms: int
    direction: Direction
    name: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """One direction's places in a window; ``opening`` and ``closing`` are the places held at its ends."""

    direction: Direction
    opening: int
    taken: int
    called: int
    """Calls, a second call of the same place included."""
    missed: int
    """Calls that nobody followed; the place stands by and is called again."""
    lost: Mapping[str, int]
    """Places that ended, by cause, ``departed`` among them."""
    closing: int

    def to_wire(self) -> dict[str, Any]:
        """Return the published form; ``lost`` leaves out those that departed, which have a figure of their own."""
        return {
            "opening": self.opening,
            "taken": self.taken,
            "called": self.called,
            "missed_calls": self.missed,
            "departed": self.lost.get(DEPARTED, 0),
            "lost": {cause: count for cause, count in self.lost.items() if cause != DEPARTED},
            "closing": self.closing,
        }


def moves(events: Iterable[tuple[str, str, Mapping[str, Any], int]]) -> list[PlaceMove]:
    """Return what happened to places, of ``(crossing, event name, payload, at_ms)`` in ledger order."""
    found: list[PlaceMove] = []
    ways: dict[str, Direction] = {}
    for crossing, full_name, payload, at_ms in events:
        name = full_name.partition("/")[0]
        if name == "CrossingDeclared":
            ways.setdefault(crossing, Direction(payload["direction"]))
        elif name in _KINDS and crossing in ways:
            found.append(PlaceMove(at_ms, ways[crossing], name, str(payload.get("cause", ""))))
    return found


def places(known: Iterable[PlaceMove], *, first_ms: int, until_ms: int) -> tuple[PlaceDay, ...]:
    """Return the window ``first_ms`` (inclusive) to ``until_ms`` (exclusive) of each direction; causes sorted."""
    before = [move for move in known if move.at_ms < until_ms]
    return tuple(
        _direction([move for move in before if move.direction is direction], direction, first_ms)
        for direction in Direction
    )


def _direction(until: list[PlaceMove], direction: Direction, first_ms: int) -> PlaceDay:
    within = [move for move in until if move.at_ms >= first_ms]
    counts = Counter(move.name for move in within)
    lost = Counter(move.cause for move in within if move.name == "PlaceLost")
    closing = sum(1 for move in until if move.name == "PlaceTaken") - sum(
        1 for move in until if move.name == "PlaceLost"
    )
    return PlaceDay(
        direction=direction,
        opening=closing - counts["PlaceTaken"] + counts["PlaceLost"],
        taken=counts["PlaceTaken"],
        called=counts["PlaceCalled"],
        missed=counts["CallMissed"],
        lost=dict(sorted(lost.items())),
        closing=closing,
    )
