"""A stretch of the past as the browser plays it: compact rows, with what each lane says in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gatepair.web.console.centre.roads import roads_of
from gatepair.web.console.centre.shapes import kind_of
from gatepair.web.console.centre.situation import board_then, view_of
from gatepair.web.console.pages import Reader


def film(reader: Reader, past: Mapping[str, Any]) -> dict[str, Any]:
    """Return a replay in rows of (milliseconds after the beginning, vehicle, spot, direction, lane, kind).

    Vehicles and spots are numbers into the lists beside; a vehicle that left has the empty spot.
    """
    vehicles: dict[str, int] = {}
    spots: dict[str, int] = {}
    tractors: list[str] = []

    def row(one: Mapping[str, Any], after_ms: int) -> list[Any]:
        number = vehicles.setdefault(one["crossing"], len(vehicles))
        if number == len(tractors):
            tractors.append(one["tractor"])
        spot = spots.setdefault(one["at"], len(spots))
        return [after_ms, number, spot, one["direction"], one["lane"], kind_of(one)]

    first = [row(one, 0) for one in past["scene"]["vehicles"]]
    moves = [row(one, one["at_ms"] - past["from_ms"]) for one in past["moves"]]
    return {
        "from_ms": past["from_ms"],
        "until_ms": past["until_ms"],
        "first": first,
        "moves": moves,
        "crossings": list(vehicles),
        "tractors": tractors,
        "spots": list(spots),
        "lanes": [
            [one["at_ms"] - past["from_ms"], _said(reader, past["scene"], one["lanes"])] for one in past["lanes"]
        ],
    }


def _said(reader: Reader, scene: Mapping[str, Any], lanes: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return state, arrow, word and note of each lane; the browser writes the number of vehicles for ``{n}``."""
    empty = {"vehicles": [], "counts": {}, "lanes": lanes}
    view = replace(view_of(reader, board_then(scene), empty), number=lambda _: "{n}")
    roads, _ = roads_of(view)
    return {lane.key: [lane.state, lane.arrow, lane.word, lane.note] for road in roads for lane in road.lanes}
