"""What a seed decides: how long a run is, how busy, and which faults may happen how often.

Swarm testing: each seed leaves out about half of the faults altogether, so that rare ones are not
always drowned by frequent ones.  Source: Groce et al., Swarm Testing, ISSTA 2012.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, fields
from typing import Final

from gatepair.node.link_state import RECENT_TREES_MAX

TICK_MS: Final = 20_000
"""Simulated time between two looks at the world: a third of the interval of heartbeats."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The rates are per tick and post, per flight where they are the line's; all as shares of one."""

    seed: int
    ticks: int
    burst_max: int
    """Most messages that one command makes."""
    beat_ticks: int
    talk: float
    """How often a post says something."""
    one_lane: float
    """Share of what is said that goes into one and the same lane: logs grow long only when they are few."""
    recent_trees: int
    """Past ends of a mirror that are kept: with few of them an old batch is judged from the rows."""
    # The line
    lose: float
    double: float
    delay_ticks_max: int
    """Reordering comes from this: each flight takes its own time."""
    garble: float
    cut: float
    """How often a direction of the line is cut."""
    cut_ticks_max: int
    clog: float
    """How often a direction holds back all flights, to let them go at once."""
    echo: float
    """How often something that was asked long ago arrives once more, and how much of it after a restore or damage."""
    # The posts
    crash: float
    crash_unsynced: float
    """Share of crashes before the flush, which lose the open transaction."""
    down_ticks_max: int
    full: float
    full_ticks_max: int
    rot: float
    """How often a bit flips in a stored row."""
    back_up: float
    restore: float
    marks_lost: float
    """Share of restores in which the second medium is lost too."""
    marks_full: float
    """How often the second medium has no room, or has it again."""
    erase: float
    odd: float
    """How often a post says what its partner must take and not act on."""
    # People
    courier: float
    """How often a post hands a bundle to a courier."""
    courier_ticks_max: int
    freeze: float
    """How often somebody stops a lane; as often two let one go on that stands still."""
    declare: float
    """Share of restores in which the second medium is put back too, and a person says so."""
    # The clocks
    skew_ms_max: int
    drift_ppm_max: int
    wobble_ms_max: int
    step: float
    # Others
    intrude: float
    """How often a stranger sends something in the name of a post."""
    fork: float
    """How often somebody with a post's true key signs a second history."""

    @classmethod
    def drawn(cls, seed: int) -> Parameters:
        """Return the parameters of ``seed``."""
        dice = random.Random(seed)

        def some(most: float) -> float:
            return dice.choice((0.0, dice.uniform(0, most)))

        def up_to(most: int) -> int:
            return dice.choice((0, dice.randint(1, most)))

        return cls(
            seed=seed,
            ticks=dice.randint(12, 36),
            burst_max=dice.choice((2, 6, 20, 40)),
            beat_ticks=dice.randint(6, 40),
            talk=dice.uniform(0.05, 0.4),
            lose=some(0.4),
            double=some(0.4),
            delay_ticks_max=up_to(8),
            garble=some(0.3),
            cut=some(0.1),
            cut_ticks_max=dice.randint(1, 15),
            clog=some(0.08),
            crash=some(0.15),
            crash_unsynced=dice.random(),
            down_ticks_max=dice.randint(0, 5),
            full=some(0.08),
            full_ticks_max=dice.randint(1, 5),
            rot=dice.choice((0.0, 0.0, dice.uniform(0, 0.03), dice.uniform(0.03, 0.15))),
            back_up=dice.uniform(0.02, 0.2),
            restore=dice.choice((0.0, 0.0, dice.uniform(0, 0.05), dice.uniform(0.05, 0.15))),
            marks_lost=some(1.0),
            marks_full=some(0.1),
            erase=some(0.2),
            odd=some(0.15),
            skew_ms_max=up_to(600_000),
            drift_ppm_max=up_to(2_000),
            wobble_ms_max=up_to(5_000),
            step=some(0.05),
            intrude=some(0.1),
            fork=dice.choice((0.0, 0.0, 0.0, 0.03)),
            echo=some(0.8),
            one_lane=some(1.0),
            recent_trees=dice.choice((1, RECENT_TREES_MAX)),
            courier=some(0.15),
            courier_ticks_max=dice.randint(1, 8),
            freeze=dice.choice((0.0, 0.0, dice.uniform(0.01, 0.1))),
            declare=some(0.6),
        )

    @classmethod
    def calm(cls, seed: int = 0) -> Parameters:
        """Return parameters under which nothing happens by itself."""
        return cls(**{each.name: 0 for each in fields(cls)} | {"seed": seed, "recent_trees": RECENT_TREES_MAX})

    def described(self) -> str:
        """Return what is not nothing, for the report of a failure."""
        shown = {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
            if value
        }
        return " ".join(f"{name}={value}" for name, value in shown.items())
