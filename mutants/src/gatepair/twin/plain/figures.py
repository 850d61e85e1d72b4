"""The plain engine's account: counts, sums and histograms since the warm-up, series and records of the whole run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from gatepair.twin.plain.state import Entity, ResourceState
from gatepair.twin.program import Program
from gatepair.twin.results import (
    BINS,
    CLASS_FIGURES,
    CROSSING_DTYPE,
    HISTOGRAM_BOUNDS,
    OUTCOME_FIGURES,
    RESOURCE_FIGURES,
    TALLY_FIGURES,
    VISIT_DTYPE,
)

BOUNDS = HISTOGRAM_BOUNDS.tolist()


def bin_of(ticks: int, /) -> int:
    """Return the bin of the histogram into which ``ticks`` falls."""
    return bisect_right(BOUNDS, ticks)


class Account:
    """What is counted in a run."""

    def __init__(self, program: Program, /, *, records: bool) -> None:
        self.program = program
        self.records = records
        classes, resources = program.classes, len(program.resources)
        self.present = [0] * classes
        self.counter_totals = [0] * program.counters
        self.events = 0
        self.steps = 0
        self.visits: list[tuple[int, ...]] = []
        self.crossings: list[tuple[int, ...]] = []
        self.series: list[tuple[list[int], ...]] = []
        self.waits = np.zeros((resources, BINS), dtype=np.int64)
        self._clear()

    def _clear(self) -> None:
        program = self.program
        classes = program.classes
        self.waits[:] = 0
        self.classes = np.zeros((classes, len(CLASS_FIGURES)), dtype=np.int64)
        self.tallies = np.zeros((program.tallies, classes, len(TALLY_FIGURES)), dtype=np.int64)
        self.tally_squares = np.zeros((program.tallies, classes))
        self.tally_bins = np.zeros((program.tallies, classes, BINS), dtype=np.int64)
        self.outcomes = np.zeros((program.outcomes, classes, len(OUTCOME_FIGURES)), dtype=np.int64)
        self.outcome_squares = np.zeros((program.outcomes, classes))
        self.outcome_bins = np.zeros((program.outcomes, classes, BINS), dtype=np.int64)
        self.counters = np.zeros((program.counters, classes), dtype=np.int64)

    def reset(self) -> None:
        """Forget everything but who is present; records and series stay."""
        self._clear()
        self.classes[:, CLASS_FIGURES.index("carried")] = self.present

    # Entities ------------------------------------------------------------------------------------

    def created(self, cls: int, /) -> None:
        """Count an entity that begins."""
        self.classes[cls, 0] += 1
        self.present[cls] += 1

    def ended(self, entity: Entity, outcome: int, now: int, /) -> None:
        """Count an entity that ends under ``outcome``, with its sojourn."""
        sojourn, cls = now - entity.born, entity.cls
        self.classes[cls, 1] += 1
        self.present[cls] -= 1
        figures = self.outcomes[outcome, cls]
        figures[0] += 1
        figures[1] += sojourn
        figures[2] = max(figures[2], sojourn)
        self.outcome_squares[outcome, cls] += float(sojourn) * float(sojourn)
        self.outcome_bins[outcome, cls, bin_of(sojourn)] += 1
        if self.records and entity.prio > 0:
            self.crossings.append((entity.key, entity.ordinal, entity.born, now, entity.source, cls, outcome))

    def switched(self, entity: Entity, cls: int, /) -> None:
        """Count an entity that changes to ``cls``."""
        if cls != entity.cls:
            self.classes[entity.cls, CLASS_FIGURES.index("switched_out")] += 1
            self.classes[cls, CLASS_FIGURES.index("switched_in")] += 1
            self.present[entity.cls] -= 1
            self.present[cls] += 1
            entity.cls = cls

    # Marks ---------------------------------------------------------------------------------------

    def read(self, tally: int, cls: int, passed: int, /, *, limit: int) -> None:
        """Record ``passed`` ticks in a tally."""
        figures = self.tallies[tally, cls]
        figures[0] += 1
        figures[1] += passed
        figures[2] = max(figures[2], passed)
        figures[3] += passed > limit
        self.tally_squares[tally, cls] += float(passed) * float(passed)
        self.tally_bins[tally, cls, bin_of(passed)] += 1

    def count(self, counter: int, cls: int, /) -> None:
        """Count one."""
        self.counters[counter, cls] += 1
        self.counter_totals[counter] += 1

    # Waits ---------------------------------------------------------------------------------------

    def started(self, resource: ResourceState, wait: int, /) -> None:
        """Count an ordinary entity that is granted its units after ``wait``."""
        figures = resource.figures
        figures["starts"] += 1
        figures["waited"] += wait > 0
        figures["wait_sum"] += wait
        figures["wait_max"] = max(figures["wait_max"], wait)
        resource.squares += float(wait) * float(wait)
        self.waits[resource.index, bin_of(wait)] += 1

    def visit(self, entity: Entity, now: int, /, *, resource: int, flag: int) -> None:
        """Record a visit that ends: see VISIT_DTYPE for the flags; control is not recorded."""
        if not self.records or entity.prio == 0:
            return
        asked, started, ended = entity.asked, entity.started, now
        if flag == 1:
            started, ended = now, -1
        elif flag == 2:
            started = -1
        elif flag > 2:
            asked = started
        station = int(self.program.code[entity.pc, 7])
        self.visits.append((
            entity.key, entity.ordinal, asked, started, ended,
            entity.source, entity.cls, resource, station, entity.prio, flag,
        ))  # fmt: skip

    # Series and results --------------------------------------------------------------------------

    def snapshot(self, resources: Sequence[ResourceState], /) -> None:
        """Add a row to the series."""
        self.series.append((
            [resource.waiting for resource in resources],
            [resource.in_use - resource.out for resource in resources],
            list(self.present),
            list(self.counter_totals),
        ))  # fmt: skip

    def series_of(self, part: int, width: int, /) -> np.ndarray:
        """Return one part of the series as an array."""
        return np.array([row[part] for row in self.series], dtype=np.int64).reshape(len(self.series), width)

    def visit_rows(self) -> np.ndarray:
        """Return the recorded visits."""
        return np.array(self.visits, dtype=VISIT_DTYPE)

    def crossing_rows(self) -> np.ndarray:
        """Return the recorded crossings."""
        return np.array(self.crossings, dtype=CROSSING_DTYPE)


def resource_rows(resources: Sequence[ResourceState], /) -> np.ndarray:
    """Return the figures of all resources as RESOURCE_FIGURES columns."""
    rows = [[resource.figures[name] for name in RESOURCE_FIGURES] for resource in resources]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(RESOURCE_FIGURES))
