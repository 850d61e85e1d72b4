"""One replication of a compiled gate with what a report needs beside its measures; picklable, for any executor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatepair.insight.twin_summary import BOTTLENECK
from gatepair.plan.model import Direction
from gatepair.twin.engine import Engine
from gatepair.twin.gate.gate import Gate, GateTask
from gatepair.twin.gate.measures import bottleneck_of
from gatepair.twin.program import Program
from gatepair.twin.results import TALLY_FIGURES, Run
from gatepair.twin.study.experiment import Observed
from gatepair.twin.units import TICKS_PER_S, days

RECORDED_DAYS_MAX: Final = 31
"""Up to so many days each visit is recorded, for waiting over the day; beyond, memory would be spent on it."""
STUCK: Final = "stuck"
"""A measure of this task: at how many places somebody waits for ever at the end of a run."""
NO_BOTTLENECK: Final = "none"


@dataclass(frozen=True, slots=True)
class ReportTask:
    """Makes one replication from its number; the same number and sign give the same outcome anywhere."""

    gate: Gate
    seed: int
    engine: Engine
    series: bool = True
    """Whether series over time are kept; a search needs none."""

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        """Run one replication; keep its measures, its series and what limited each direction."""
        short = self.series and self.gate.until <= days(RECORDED_DAYS_MAX)
        program = self.gate.program_for(self.seed, replication)
        run = self.run(replication, antithetic=antithetic, records=short, program=program)
        measures = {**self.gate.measures(run), STUCK: float(len(run.findings))}
        measures |= self._limiting(run, measures)
        if not self.series:
            return Observed(measures, {}, run.events)
        measures |= self._called(run)
        series = {name: np.asarray(values, dtype=np.float64) for name, values in self.gate.series(run).items()}
        if short:
            series |= {f"wait_s.{way.value}": self._waits(run, program, way) for way in Direction}
        return Observed(measures, series, run.events)

    def run(
        self,
        replication: int,
        *,
        antithetic: bool = False,
        records: bool = False,
        program: Program | None = None,
    ) -> Run:
        """Return one replication whole, with what each vehicle did when ``records`` are asked for."""
        task = GateTask(self.gate, self.seed, self.engine)
        whole = program or self.gate.program_for(self.seed, replication)
        return task.run(whole, replication, antithetic=antithetic, records=records)

    def _limiting(self, run: Run, measures: dict[str, float]) -> dict[str, float]:
        """Return 1 for the place that limited each direction in this run, 0 for the others."""
        found: dict[str, float] = {}
        for way, kinds in self.gate.reading.directions:
            if not kinds:
                continue
            places = [name.partition(".")[2] for name in measures if name.startswith("utilisation.")]
            found |= {f"{BOTTLENECK}.{way.value}.{place}": 0.0 for place in places}
            limit = bottleneck_of(self.gate.reading, run.raw, way)
            if limit.kind != NO_BOTTLENECK:
                found[f"{BOTTLENECK}.{way.value}.{limit.name}"] = 1.0
        return found

    def _called(self, run: Run) -> dict[str, float]:
        """Return how many waits each direction and group of goods had."""
        reading = self.gate.reading
        counts = TALLY_FIGURES.index("n")
        found: dict[str, float] = {}
        for way, kinds in reading.directions:
            tally = reading.tallies.get(f"wait.{way.value}")
            if tally is None:
                continue
            found[f"called.{way.value}"] = float(run.raw.tallies[tally, :, counts].sum())
            for commodity in dict.fromkeys(name for _, name in kinds):
                numbers = [number for number, name in kinds if name == commodity]
                found[f"called.{way.value}.{commodity}"] = float(run.raw.tallies[tally, numbers, counts].sum())
        return found

    def _waits(self, run: Run, program: Program, way: Direction) -> NDArray[np.float64]:
        """Return the median wait, in seconds, of those called since the point before; not a number for nobody."""
        every, points = self.gate.snapshot_every, self.gate.until // self.gate.snapshot_every
        found = np.full(points, np.nan)
        name = f"queue.{way.value}"
        if name not in program.resource_names:
            return found
        rows = run.visits[run.visits["resource"] == program.resource_names.index(name)]
        rows = rows[rows["started"] >= 0]
        waits = (rows["started"] - rows["asked"]) / TICKS_PER_S
        buckets = np.minimum(rows["started"] // every, points - 1)
        for at in np.unique(buckets).tolist():
            found[at] = float(np.median(waits[buckets == at]))
        return found
