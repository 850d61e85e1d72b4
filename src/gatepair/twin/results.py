"""What a run leaves: flat arrays (:class:`RawRun`) and the figures read from them (:class:`Run`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gatepair.twin.program import Ints, Reals

Records = npt.NDArray[np.void]

HISTOGRAM_OCTAVES = 24


def histogram_bounds() -> Ints:
    """Return the lower bounds in ticks of bins 1, 2, ...: one tick, one second, then quarter octaves of a second.

    A duration falls into bin ``searchsorted(bounds, ticks, side="right")``: bin 0 is exactly zero, bin 1 less than a
    second, the last 2**24 s (194 days) and more.
    """
    quarters = [1_000_000 * 2.0 ** (step / 4) for step in range(4 * HISTOGRAM_OCTAVES + 1)]
    return np.array([1, *(int(np.ceil(bound)) for bound in quarters)], dtype=np.int64)


HISTOGRAM_BOUNDS = histogram_bounds()
BINS = len(HISTOGRAM_BOUNDS) + 1

RESOURCE_FIGURES = (
    "joins",  # asked for the resource (as the primary); control does not count
    "starts",  # granted
    "waited",  # granted after a wait of more than 0
    "wait_sum",  # full waits of those granted
    "wait_max",
    "reneged",  # gave up, or were turned away by TRY
    "reneged_wait_sum",
    "left_waiting",  # still waiting at the end
    "left_wait_sum",  # their waits until the end
    "carried_wait_sum",  # waits before the reset at warm-up of those who waited then
    "queue_area",  # integral of the number waiting; suspended ones and control do not count
    "queue_max",
    "busy_area",  # integral of units in use (spent ones too) that control does not hold
    "capacity_area",  # integral of the capacity
    "out_area",  # integral of units that control holds
    "suspended",  # how often a service was suspended
    "suspended_area",
)
CLASS_FIGURES = ("created", "ended", "carried", "switched_in", "switched_out", "present")
TALLY_FIGURES = ("n", "sum", "max", "over")
OUTCOME_FIGURES = ("n", "sum", "max")

VISIT_DTYPE = np.dtype([
    ("key", "u8"), ("ordinal", "i8"), ("asked", "i8"), ("started", "i8"), ("ended", "i8"),
    ("source", "i4"), ("cls", "i4"), ("resource", "i4"), ("station", "i4"), ("level", "i4"), ("flag", "i4"),
])  # fmt: skip
"""One row a visit, written when it ends; flag: 0 VISIT ended, 1 SEIZE or SEIZE_SET granted (``ended`` = -1: the units
are given back elsewhere), 2 reneged (``started`` = -1), 3 DELAY ended (``resource`` is the one it was under, or -1;
``asked`` = ``started``), 4 WORK ended (``resource`` = -1)."""
CROSSING_DTYPE = np.dtype([
    ("key", "u8"), ("ordinal", "i8"), ("born", "i8"), ("ended", "i8"), ("source", "i4"), ("cls", "i4"), ("outcome", "i4"),
])  # fmt: skip
STANDING_DTYPE = np.dtype([
    ("key", "u8"), ("ordinal", "i8"), ("born", "i8"), ("since", "i8"), ("remaining", "i8"), ("ticket", "i8"),
    ("row", "i8"), ("source", "i4"), ("cls", "i4"), ("prio", "i4"), ("pc", "i4"), ("state", "i4"), ("resource", "i4"),
])  # fmt: skip
"""Who is there at the end, by row of the entity table.  ``state``: :class:`State`; ``since``: when it began to wait or
to be served; ``remaining``: ticks left of a delay or of a suspended one, else -1; ``resource``: waited for or under, or -1."""

STATE_WAITING = 1
STATE_TIMED = 2
STATE_SUSPENDED = 3
STATE_JOINING = 4
STATE_GATHERED = 5
"""In a batch, waiting for it to fill."""
STATE_LED = 6
"""Hangs on a leader."""


@dataclass(frozen=True, slots=True, eq=False)
class RawRun:
    """What an engine fills in; both engines give equal arrays, bit for bit.

    Shapes: R resources, C classes (control last), T tallies, O outcomes, K counters, B bins, S snapshots.
    """

    seed: int
    replication: int
    until: int
    warm_up: int
    antithetic: bool
    snapshot_every: int
    events: int
    """Model events: entities that came from a source plus ends of DELAY, VISIT and WORK; the whole run."""
    steps: int
    """Queue events executed, those of cancelled timers not counted; the whole run."""
    scheduled: int
    """The last seq given."""
    resources: Ints
    """(R, len(RESOURCE_FIGURES))"""
    wait_squares: Reals
    """(R,): sum of squares of the waits of those granted, added in order of grant as float(wait) * float(wait)."""
    wait_histogram: Ints
    """(R, B)"""
    classes: Ints
    """(C, len(CLASS_FIGURES))"""
    tallies: Ints
    """(T, C, len(TALLY_FIGURES))"""
    tally_squares: Reals
    """(T, C)"""
    tally_histogram: Ints
    """(T, C, B)"""
    outcomes: Ints
    """(O, C, len(OUTCOME_FIGURES)): sojourns, from birth to the end."""
    outcome_squares: Reals
    """(O, C)"""
    outcome_histogram: Ints
    """(O, C, B)"""
    counters: Ints
    """(K, C): since warm-up."""
    series_queue: Ints
    """(S, R): waiting (not suspended) just before the events of tick every, 2 * every, ... until (included)."""
    series_in_use: Ints
    """(S, R): units in use, spent ones too, without those that control holds."""
    series_present: Ints
    """(S, C)"""
    series_counters: Ints
    """(S, K): totals over classes since tick 0; not reset by the warm-up."""
    visits: Records
    """VISIT_DTYPE; empty unless records were asked for.  From tick 0 on, whatever the warm-up."""
    crossings: Records
    """CROSSING_DTYPE; likewise."""
    standing: Records
    """STANDING_DTYPE"""
