"""What a run leaves: flat arrays (:class:`RawRun`) and the figures read from them (:class:`Run`)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gatepair.base.errors import NotFound
from gatepair.base.findings import Finding
from gatepair.twin.program import Ints, Program, Reals

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


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """How long something took, over all who ended it since the warm-up; all times in ticks."""

    n: int
    total: int
    squares: float
    longest: int
    over: int
    """How many took longer than the limit, where there is one."""
    bins: Ints
    """Counts by HISTOGRAM_BOUNDS."""

    @property
    def mean(self) -> float:
        """Return the mean; not a number when nobody ended."""
        return self.total / self.n if self.n else math.nan

    @property
    def deviation(self) -> float:
        """Return the standard deviation between entities (they are not independent: no error of the mean)."""
        if self.n < 2:
            return math.nan
        return math.sqrt(max(0.0, (self.squares - self.n * self.mean**2) / (self.n - 1)))

    @property
    def over_share(self) -> float:
        """Return the share of those over the limit."""
        return self.over / self.n if self.n else math.nan

    def quantile(self, share: float, /) -> float:
        """Return the time within which ``share`` of all ended, from the histogram.

        Within a bin of a quarter octave (19 %) the values are taken as evenly spread; the greatest is exact.
        """
        return quantile_of(self.bins, share, longest=self.longest)


@dataclass(frozen=True, slots=True, eq=False)
class ResourceFigures:
    """What happened at one resource since the warm-up; times in ticks, queues and units as means over time."""

    name: str
    joins: int
    starts: int
    waited: int
    reneged: int
    left_waiting: int
    suspended: int
    queue_max: int
    waits: Durations
    """Of those who were granted; 0 for those who did not wait."""
    delays_total: int
    """Waits of those who were granted and of those who gave up."""
    queue_mean: float
    busy_mean: float
    """Units in use, without those that breakdowns and turns hold."""
    capacity_mean: float
    out_mean: float
    """Units that breakdowns and turns hold."""
    suspended_mean: float

    @property
    def wait_mean(self) -> float:
        """Return the mean wait of those who were granted."""
        return self.waits.mean

    @property
    def wait_max(self) -> int:
        """Return the longest wait of those who were granted."""
        return self.waits.longest

    @property
    def delay_mean(self) -> float:
        """Return the mean wait of those who were granted or gave up."""
        settled = self.starts + self.reneged
        return self.delays_total / settled if settled else math.nan

    @property
    def utilisation(self) -> float:
        """Return units in use over units there, breakdowns and turns taken away; 0 when there are none."""
        there = self.capacity_mean - self.out_mean
        return self.busy_mean / there if there > 0 else 0.0

    @property
    def reneged_share(self) -> float:
        """Return the share of those who gave up among those who were granted or gave up."""
        settled = self.starts + self.reneged
        return self.reneged / settled if settled else math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """State at the ticks of ``at``, just before what happens then."""

    at: Ints
    queues: Ints
    in_use: Ints
    presents: Ints
    counters: Ints
    program: Program

    def queue(self, resource: str, /) -> Ints:
        """Return how many waited at ``resource``."""
        return self.queues[:, place_of(resource, self.program.resource_names, "resource")]

    def used(self, resource: str, /) -> Ints:
        """Return how many units of ``resource`` were in use."""
        return self.in_use[:, place_of(resource, self.program.resource_names, "resource")]

    def present(self, cls: str | None = None, /) -> Ints:
        """Return how many of ``cls`` (None: of all) were there."""
        if cls is None:
            return np.asarray(self.presents[:, : self.program.visible_classes].sum(axis=1), dtype=np.int64)
        return self.presents[:, place_of(cls, self.program.class_names, "class")]

    def counter(self, name: str, /) -> Ints:
        """Return what was counted since tick 0."""
        return self.counters[:, place_of(name, self.program.counter_names, "counter")]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One replication, read by name.  Figures are since the warm-up; series and records are of the whole run."""

    program: Program
    raw: RawRun
    findings: tuple[Finding, ...] = field(default=())
    """What was seen in the run: who is stuck at the end, and where."""

    @property
    def span(self) -> int:
        """Return the ticks that the figures are about."""
        return self.raw.until - (self.raw.warm_up if self.raw.warm_up <= self.raw.until else 0)

    @property
    def events(self) -> int:
        """Return the model events: arrivals and ends of timed activities, of the whole run."""
        return self.raw.events

    @property
    def present(self) -> int:
        """Return how many are there at the end."""
        return int(self.raw.classes[: self.program.visible_classes, CLASS_FIGURES.index("present")].sum())

    @property
    def visits(self) -> Records:
        """Return the recorded visits: VISIT_DTYPE."""
        return self.raw.visits

    @property
    def crossings(self) -> Records:
        """Return the recorded crossings: CROSSING_DTYPE."""
        return self.raw.crossings

    @property
    def standing(self) -> Records:
        """Return who is there at the end: STANDING_DTYPE."""
        return self.raw.standing

    @property
    def series(self) -> Series:
        """Return the snapshots; empty unless ``snapshot_every`` was given."""
        raw = self.raw
        at = np.arange(1, len(raw.series_queue) + 1, dtype=np.int64) * raw.snapshot_every
        return Series(
            at, raw.series_queue, raw.series_in_use, raw.series_present, raw.series_counters, program=self.program
        )

    def resource(self, name: str, /) -> ResourceFigures:
        """Return the figures of a resource.  Raises NotFound."""
        index = place_of(name, self.program.resource_names, "resource")
        row = dict(zip(RESOURCE_FIGURES, self.raw.resources[index].tolist(), strict=True))
        span = self.span or 1
        waits = Durations(
            row["starts"], row["wait_sum"], float(self.raw.wait_squares[index]), row["wait_max"], 0,
            self.raw.wait_histogram[index],
        )  # fmt: skip
        return ResourceFigures(
            name, row["joins"], row["starts"], row["waited"], row["reneged"], row["left_waiting"], row["suspended"],
            row["queue_max"], waits, row["wait_sum"] + row["reneged_wait_sum"], row["queue_area"] / span,
            row["busy_area"] / span, row["capacity_area"] / span, row["out_area"] / span, row["suspended_area"] / span,
        )  # fmt: skip

    def tally(self, name: str, /, *, cls: str | None = None) -> Durations:
        """Return what was read into a tally, of one class or of all.  Raises NotFound."""
        index = place_of(name, self.program.tally_names, "tally")
        raw = self.raw
        return self._durations(raw.tallies[index], raw.tally_squares[index], raw.tally_histogram[index], cls)

    def outcome(self, name: str, /, *, cls: str | None = None) -> Durations:
        """Return the sojourns of those who ended under an outcome, of one class or of all.  Raises NotFound."""
        index = place_of(name, self.program.outcome_names, "outcome")
        raw = self.raw
        return self._durations(raw.outcomes[index], raw.outcome_squares[index], raw.outcome_histogram[index], cls)

    def counter(self, name: str, /, *, cls: str | None = None) -> int:
        """Return what was counted, of one class or of all.  Raises NotFound."""
        row = self.raw.counters[place_of(name, self.program.counter_names, "counter")]
        return int(row[self._classes(cls)].sum())

    def created(self, cls: str | None = None, /) -> int:
        """Return how many began, children too, of one class or of all."""
        return int(self.raw.classes[self._classes(cls), CLASS_FIGURES.index("created")].sum())

    def ended(self, cls: str | None = None, /) -> int:
        """Return how many ended, of one class or of all."""
        return int(self.raw.classes[self._classes(cls), CLASS_FIGURES.index("ended")].sum())

    def _classes(self, cls: str | None) -> slice:
        if cls is None:
            return slice(0, self.program.visible_classes)
        index = place_of(cls, self.program.class_names, "class")
        return slice(index, index + 1)

    def _durations(self, figures: Ints, squares: Reals, bins: Ints, cls: str | None, /) -> Durations:
        chosen = self._classes(cls)
        rows = figures[chosen]
        return Durations(
            int(rows[:, 0].sum()),
            int(rows[:, 1].sum()),
            float(squares[chosen].sum()),
            int(rows[:, 2].max(initial=0)),
            int(rows[:, 3].sum()) if rows.shape[1] > 3 else 0,
            np.asarray(bins[chosen].sum(axis=0), dtype=np.int64),
        )


def place_of(name: str, names: tuple[str, ...], subject: str, /) -> int:
    """Return the number of ``name`` among ``names``.  Raises NotFound, naming those there are."""
    if name not in names:
        raise NotFound(f"There is no {subject} {name}; there are: {', '.join(names)}.", name=name)
    return names.index(name)


def quantile_of(bins: Ints, share: float, /, *, longest: int) -> float:
    """Return the value below which ``share`` of the counts of HISTOGRAM_BOUNDS lie, evenly spread in a bin."""
    total = int(bins.sum())
    if total == 0:
        return math.nan
    rank = share * total
    below = 0
    for index, count in enumerate(bins.tolist()):
        if count and below + count >= rank:
            low = float(HISTOGRAM_BOUNDS[index - 1]) if index else 0.0
            high = float(HISTOGRAM_BOUNDS[index]) if index < len(HISTOGRAM_BOUNDS) else float(longest)
            high = min(high, float(longest))
            return low if index == 0 else low + (high - low) * max(0.0, rank - below) / count
        below += count
    return float(longest)
