"""The board as open data: one figure a line, each with its unit, its method and its age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gatepair.web import tables

COLUMNS: Final = ("at_ms", "direction", "figure", "class", "value", "unit", "method", "age_s")
"""The header of ``board.csv``; a value that is not known is empty."""
_UNITS: Final[Mapping[str, str]] = {
    "waiting": "vehicles",
    "called": "vehicles",
    "inside": "vehicles",
    "stock": "vehicles",
    "cleared_today": "vehicles",
    "stock_per_cleared_day_permille": "permille",
    "forecast_new_place": "min",
}
_CLASS_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("vehicles", "places in the public order not yet called"),
    "median_wait_s": ("s", "since the place was taken, of those that wait now"),
    "longest_wait_s": ("s", "since the place was taken, of those that wait now"),
}

Row = tuple[int, str, str, str, int | str | None, str, str, int | None]


def rows(board: Mapping[str, Any]) -> Iterator[Row]:
    """Yield every figure of the board in the columns of :data:`COLUMNS`."""
    for direction, facts in board["directions"].items():
        for figure, class_key, value, unit, method, age_s in _figures(facts):
            yield board["at_ms"], direction, figure, class_key, value, unit, method, age_s


def _figures(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, int | str | None, str, str, int | None]]:
    state = "open" if facts["open"] else "stopped" if facts["stops"] else "closed"
    yield "state", "", state, "state", "stops and hours that stand now", 0
    for figure, unit in _UNITS.items():
        if figure in facts:
            found = facts[figure]
            yield figure, "", found["value"], unit, found["method"], found["age_s"]
    if "alarm" in facts:
        method = "stock over cleared in the last 24 h: warning from 1700, crisis from 5000 permille"
        yield "alarm", "", facts["alarm"], "level", method, 0
    for row in facts.get("classes", ()):
        for figure, (unit, method) in _CLASS_UNITS.items():
            yield figure, row["class"], row[figure], unit, method, 0
        found = row["forecast_new_place"]
        yield "forecast_new_place", row["class"], found["value"], found["unit"], found["method"], found["age_s"]


def as_csv(board: Mapping[str, Any]) -> str:
    """Return the board as CSV (RFC 4180): a header, then one figure a line."""
    return tables.as_csv([COLUMNS, *rows(board)])
