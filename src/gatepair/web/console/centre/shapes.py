"""What the drawing of the gate is made of: marks, places, lanes and signs, all at whole coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatepair.web.console.catalogue import say

MARK_WIDTH: Final = 18
MARK_HEIGHT: Final = 14
PITCH_X: Final = 22
PITCH_Y: Final = 19
KINDS: Final[Mapping[str, str]] = {
    "plain": say("no channel yet"),
    "green": say("green channel"),
    "yellow": say("yellow channel"),
    "red": say("red channel"),
    "held": say("held by an agency"),
    "released": say("released by customs"),
}
"""How a vehicle is drawn, and what that means; what a colour says, a shape and a letter say too."""
URGENT: Final = ("held", "red")
"""Drawn first where there are more vehicles than room for marks."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One vehicle: the middle of its mark, which crossing it leads to, and how it is drawn."""

    x: int
    y: int
    crossing: str
    tractor: str
    kind: str


@dataclass(frozen=True, slots=True)
class Slots:
    """Where marks stand at a place: the middle of the first one, and how many in a row and in rows."""

    x: int
    y: int
    columns: int
    rows: int

    @property
    def size(self) -> int:
        """Return how many marks there is room for."""
        return self.columns * self.rows

    def at(self, number: int) -> tuple[int, int]:
        """Return the middle of slot ``number``, from 0."""
        row, column = divmod(number, self.columns)
        return self.x + column * PITCH_X, self.y + row * PITCH_Y


@dataclass(frozen=True, slots=True)
class Standing:
    """The vehicles of one place as they are drawn: how many, the marks, and how many are not drawn one by one."""

    count: int
    marks: Sequence[Mark]
    more: int
    more_x: int
    more_y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A yard, a station, or a place that is none; ``fill`` is how much of its bar is full, ``over`` that it is too full."""

    key: str
    """Where its vehicles are, as the scene names it, with the direction where the scene has one place for both."""
    x: int
    y: int
    width: int
    height: int
    kind: str
    title: str
    lines: Sequence[str]
    room: int
    bar: int
    """Length of the bar that shows how full it is; 0 for a place without a number of places."""
    fill: int
    over: bool
    slots: Slots
    here: Standing


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of a road: how it runs and why nothing may use it."""

    key: str
    place: str
    x: int
    y: int
    width: int
    height: int
    kind: str
    leads: str
    """The direction by the plan, or ``tidal``."""
    state: str
    """``open``, or the reason why it is not (:func:`gatepair.operations.lanes.lane_view`)."""
    arrow: str
    label: str
    word: str
    note: str
    """What stands under a lane that is turned: which way it runs, or what its turning waits for."""
    title: str
    slots: Slots
    here: Standing


@dataclass(frozen=True, slots=True)
class Road:
    """A road over the line; ``lines`` are its name, wrapped."""

    key: str
    y: int
    title: str
    lines: Sequence[str]
    lanes: Sequence[Lane]


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of text; ``kind`` is its style."""

    x: int
    y: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Far:
    """A station or yard of the other side, of which the plan is known and nothing else."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    title: str
    lines: Sequence[str]
    room: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the template draws."""

    width: int
    height: int
    ground_y: int
    """Where the ground ends; the legend stands below."""
    border_x: int
    boxes: Sequence[Box]
    roads: Sequence[Road]
    far: Sequence[Far]
    signs: Sequence[Sign]
    legend: Sequence[tuple[int, int, str, str]]
    """Middle of the mark, its kind and what it means."""
    lanes_key: Sequence[tuple[int, int, str, str]]
    """Left end of a sample of each kind of lane, the kind and its name."""

    @property
    def kinds(self) -> dict[str, str]:
        """Return what each kind of mark means."""
        return {kind: text for _, _, kind, text in self.legend}


def kind_of(vehicle: Mapping[str, Any]) -> str:
    """Return how ``vehicle`` of a scene is drawn: held before released, released before its channel."""
    if vehicle["held"]:
        return "held"
    if vehicle["released"]:
        return "released"
    return vehicle["channel"] or "plain"


def standing(vehicles: Sequence[Mapping[str, Any]], count: int, slots: Slots) -> Standing:
    """Return the marks of ``vehicles`` in ``slots``; of a crowd the urgent ones are drawn and the rest is a number."""
    crowd = count > slots.size
    # The number of the others stands to the left from the end of the last slot: two slots for two digits.
    room = slots.size - (2 if count < 100 else 3) if crowd else slots.size
    kinds = [(kind_of(one), one) for one in vehicles]
    if crowd:
        kinds.sort(key=lambda pair: pair[0] not in URGENT)
    drawn = kinds[: max(room, 0)]
    marks = [Mark(*slots.at(number), one["crossing"], one["tractor"], kind) for number, (kind, one) in enumerate(drawn)]
    x, y = slots.at(slots.size - 1)
    return Standing(count, marks, count - len(marks), x + MARK_WIDTH // 2, y)
