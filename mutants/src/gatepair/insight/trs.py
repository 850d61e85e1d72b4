"""The time-release study: how long each stage of a crossing takes.

Source: WCO, Guide to Measure the Time Required for the Release of Goods, version 3 (2018):
stages from arrival to departure, by channel, with medians beside means because the
distributions are skewed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import Channel, LoadUnit
from gatepair.insight.quantiles import mean, quantile
from gatepair.insight.timeline import Step, Timeline
from gatepair.plan.model import Direction

MEDIAN: Final = 50
HIGH: Final = 90


class Stage(StrEnum):
    """A stage between two steps, in the order of the way."""

    DECLARE_TO_PLACE = "declare_to_place"
    WAIT_FOR_CALL = "wait_for_call"
    CALL_TO_ARRIVAL = "call_to_arrival"
    ARRIVAL_TO_RELEASE = "arrival_to_release"
    RELEASE_TO_DEPARTURE = "release_to_departure"
    DEPARTURE_TO_RECEIPT = "departure_to_receipt"
    RECEIPT_TO_RELEASE = "receipt_to_release"
    RELEASE_TO_EXIT = "release_to_exit"
    WHOLE = "whole"
    """From the declaration at the exit post to the way inland from the entry post."""


BOUNDS: Final[dict[Stage, tuple[Step, Step]]] = {
    Stage.DECLARE_TO_PLACE: (Step.DECLARED, Step.PLACED),
    Stage.WAIT_FOR_CALL: (Step.PLACED, Step.CALLED),
    Stage.CALL_TO_ARRIVAL: (Step.CALLED, Step.ARRIVED),
    Stage.ARRIVAL_TO_RELEASE: (Step.ARRIVED, Step.RELEASED),
    Stage.RELEASE_TO_DEPARTURE: (Step.RELEASED, Step.DEPARTED),
    Stage.DEPARTURE_TO_RECEIPT: (Step.DEPARTED, Step.RECEIVED),
    Stage.RECEIPT_TO_RELEASE: (Step.RECEIVED, Step.CLEARED),
    Stage.RELEASE_TO_EXIT: (Step.CLEARED, Step.GONE),
    Stage.WHOLE: (Step.DECLARED, Step.GONE),
}
"""First and last step of each stage."""

_AT_ENTRY: Final = frozenset({Stage.RECEIPT_TO_RELEASE, Stage.RELEASE_TO_EXIT, Stage.WHOLE})


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long one stage took, in whole seconds; ``channel`` None is all channels together."""

    stage: Stage
    direction: Direction
    channel: Channel | None
    count: int
    median_s: int
    p90_s: int
    mean_s: int

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "stage": self.stage.value,
            "direction": self.direction.value,
            "channel": self.channel.value if self.channel else "all",
            "count": self.count,
            "median_s": self.median_s,
            "p90_s": self.p90_s,
            "mean_s": self.mean_s,
        }


@dataclass(frozen=True, slots=True)
class Study:
    """The stage times of the window ``first_ms`` (inclusive) to ``until_ms`` (exclusive)."""

    first_ms: int
    until_ms: int
    rows: tuple[StageTime, ...]

    def of(self, stage: Stage, direction: Direction, channel: Channel | None = None) -> StageTime | None:
        """Return one row, or None when nothing ended that stage in the window."""
        wanted = (stage, direction, channel)
        return next((row for row in self.rows if (row.stage, row.direction, row.channel) == wanted), None)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "first_ms": self.first_ms,
            "until_ms": self.until_ms,
            "rows": [row.to_wire() for row in self.rows],
        }


def study(
    timelines: Iterable[Timeline],
    *,
    first_ms: int,
    until_ms: int,
    loads: frozenset[LoadUnit] = frozenset({LoadUnit.TRUCK, LoadUnit.CONTAINER, LoadUnit.WAGON}),
) -> Study:
    """Return the study of ``timelines`` whose stages ended in the window.

    A stage counts in the window in which it ended, whenever it began.  Stages at the exit post go
    by the exit post's channel, those at the entry post and the whole by the entry post's.  Empty
    vehicles are left out unless ``loads`` names them.  Quantiles are nearest-rank.
    """
    seconds: dict[tuple[Stage, Direction, Channel | None], list[int]] = {}
    for timeline in timelines:
        if timeline.load not in loads:
            continue
        for stage in BOUNDS:
            lasted = _lasted_s(timeline, stage, first_ms, until_ms)
            if lasted is None:
                continue
            channel = timeline.entry_channel if stage in _AT_ENTRY else timeline.channel
            seconds.setdefault((stage, timeline.direction, None), []).append(lasted)
            if channel is not None:
                seconds.setdefault((stage, timeline.direction, channel), []).append(lasted)
    rows = [
        _row(stage, direction, channel, seconds[stage, direction, channel])
        for direction in Direction
        for stage in Stage
        for channel in (None, *Channel)
        if (stage, direction, channel) in seconds
    ]
    return Study(first_ms, until_ms, tuple(rows))


def _lasted_s(timeline: Timeline, stage: Stage, first_ms: int, until_ms: int) -> int | None:
    begun, ended = (timeline.at(step) for step in BOUNDS[stage])
    if begun is None or ended is None or not first_ms <= ended < until_ms or ended < begun:
        return None
    return (ended - begun) // SECOND_MS


def _row(stage: Stage, direction: Direction, channel: Channel | None, seconds: list[int]) -> StageTime:
    return StageTime(
        stage=stage,
        direction=direction,
        channel=channel,
        count=len(seconds),
        median_s=quantile(seconds, MEDIAN),
        p90_s=quantile(seconds, HIGH),
        mean_s=mean(seconds),
    )
