"""Truths of the count of places: nothing appears, nothing vanishes, each end has its cause."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatepair.insight.places import PlaceDay, moves, places
from gatepair.plan.model import Direction

CAUSES = ("departed", "missed", "rebound", "cancelled", "diverted", "refused")


def life(
    crossing: str, taken_ms: int, ends: tuple[str, int] | None = None
) -> list[tuple[str, str, dict[str, Any], int]]:
    """Return the events of one place that is called at once and ends by a cause, or not."""
    found: list[tuple[str, str, dict[str, Any], int]] = [
        (crossing, "CrossingDeclared/1", {"direction": "out"}, taken_ms),
        (crossing, "PlaceTaken/1", {"number": 1}, taken_ms),
        (crossing, "PlaceCalled/1", {"number": 1}, taken_ms),
    ]
    if ends is not None:
        found.append((crossing, "PlaceLost/1", {"number": 1, "cause": ends[0]}, ends[1]))
    return found


def out_of(days: tuple[PlaceDay, ...]) -> PlaceDay:
    """Return the direction out."""
    return next(one for one in days if one.direction is Direction.OUT)


def test_each_end_is_counted_under_its_cause() -> None:
    """Departed apart from lost; a missed call is no lost place."""
    events = [
        *life("a", 5, ("departed", 15)),
        *life("b", 12, ("cancelled", 16)),
        *life("c", 13),
        ("c", "CallMissed/1", {"number": 1, "misses": 1}, 17),
        *life("d", 25),
    ]
    day = out_of(places(moves(events), first_ms=10, until_ms=20))
    expected = {
        "opening": 1,
        "taken": 2,
        "called": 2,
        "missed_calls": 1,
        "departed": 1,
        "lost": {"cancelled": 1},
        "closing": 1,
    }
    assert expected == day.to_wire()


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.sampled_from((*CAUSES, "")))), st.integers(0, 99))
def test_opening_and_taken_less_lost_is_closing(lives: list[tuple[int, int, str]], first_ms: int) -> None:
    """The balance holds for every window over any lives."""
    events = [
        event
        for index, (taken, lasts, cause) in enumerate(lives)
        for event in life(f"x{index}", taken, (cause, taken + lasts) if cause else None)
    ]
    day = out_of(places(moves(events), first_ms=first_ms, until_ms=first_ms + 30))
    assert day.closing == day.opening + day.taken - sum(day.lost.values())
    assert 0 <= min(day.opening, day.closing)
