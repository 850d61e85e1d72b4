"""Each class of the queue on the public board: who waits, since when, and what a new place of it would wait."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from gatepair.base.time import SECOND_MS
from gatepair.insight.board import Forecast, forecast
from gatepair.operations.queue import WAITING_STATES, QueueBook
from gatepair.operations.rule import class_key
from gatepair.plan.rules import callable_now

METHOD: Final = "places_called_first_over_rate_of_last_2_h"
"""Counts who goes first if nobody of a better class comes after; so it is the least that a place waits."""


def class_rows(book: QueueBook, departed_ms: Sequence[int] | None, now_ms: int) -> list[dict[str, Any]]:
    """Return one row for each class of the rule in its order, then one for places that no class fits, if any wait.

    ``departed_ms`` are the departures of the direction; None while nothing can be said of the next hours.
    """
    rule = book.rule
    number = book.next_number
    waiting = [place for place in book.places() if place.state in WAITING_STATES]
    before = sorted(place.key for place in waiting if callable_now(rule, place.facts))
    rows = []
    for rank in sorted({*range(len(rule.priorities)), *(place.rank for place in waiting)}):
        waited = sorted((now_ms - place.taken_at_ms) // SECOND_MS for place in waiting if place.rank == rank)
        first = bisect_left(before, (1, rank, number))
        rows.append(
            {
                "class": class_key(rule, rank),
                "name": msgspec.to_builtins(rule.priorities[rank].name) if rank < len(rule.priorities) else None,
                "waiting": len(waited),
                "median_wait_s": waited[len(waited) // 2] if waited else None,
                "longest_wait_s": waited[-1] if waited else None,
                "forecast_new_place": told(_least(first, departed_ms, now_ms)),
            }
        )
    return rows


def _least(first: int, departed_ms: Sequence[int] | None, now_ms: int) -> Forecast:
    found = Forecast(None, METHOD, None) if departed_ms is None else forecast(first, departed_ms, now_ms)
    return dataclasses.replace(found, method=METHOD)


def told(found: Forecast) -> dict[str, Any]:
    """Return a forecast as every public figure is told: with its unit, its method and its age."""
    return {"value": found.minutes, "unit": "min", "method": found.method, "age_s": found.age_s}
