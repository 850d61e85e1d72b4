"""Designs compared under common random numbers: paired differences, and intervals that hold together.

Replication k of every design uses the same draws, so the difference of two designs in replication k
holds little but the effect of the change.  A table of many differences invites picking the one
that looks significant; therefore the intervals of a table hold all together with the level asked
for, by Bonferroni's inequality.

Source: Law, *Simulation Modeling and Analysis*, 5th ed. (2015), §10.2 and §10.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from gatepair.twin.study.experiment import Experiment
from gatepair.twin.study.statistics import LEVEL, Interval, bonferroni, paired, student

Family = Literal["table", "measure", "each"]
"""Which differences hold together: the whole table's, those of one measure, or each alone."""

Pairs = Literal["base", "all"]
"""Which designs are compared: each with the base, or each with each."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the table: how ``design`` differs from ``base`` in ``measure``.

    ``base_mean`` and ``design_mean`` are intervals of the two means, each alone at the level asked
    for; ``difference`` is the interval of design less base at the level the family needs.
    ``replications`` is the number of pairs, ``correlation`` and ``variance_ratio`` tell what the
    common random numbers gave.
    """

    measure: str
    base: str
    design: str
    base_mean: Interval
    design_mean: Interval
    difference: Interval
    replications: int
    correlation: float
    variance_ratio: float

    @property
    def decided(self) -> bool:
        """Whether the interval of the difference leaves out 0: the direction of the effect is known."""
        return not self.difference.holds(0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table of differences, in order of measure and then of design.

    ``level`` holds for all differences of one ``family`` together.  ``left_out`` names, as
    (measure, base, design), the pairs that have no replication in common with a value of the measure.
    """

    level: float
    family: Family
    differences: tuple[Difference, ...]
    left_out: tuple[tuple[str, str, str], ...]

    def of(self, measure: str, design: str, base: str | None = None) -> Difference:
        """Return the line of ``measure`` and ``design``, against ``base`` where several are in the table.

        Raises:
            KeyError: when the table has no such line.
        """
        for line in self.differences:
            if line.measure == measure and line.design == design and base in {None, line.base}:
                return line
        raise KeyError((measure, design, base))


def compare(
    experiments: Mapping[str, Experiment],
    *,
    base: str | None = None,
    measures: Sequence[str] | None = None,
    level: float = LEVEL,
    family: Family = "table",
    pairs: Pairs = "base",
) -> Comparison:
    """Return the paired differences of designs that ran under the same seed.

    ``experiments`` are named by their designs; ``base`` is the first of them unless named.
    ``measures`` are all that the base has unless named: name the few that matter, for a larger
    family makes wider intervals.  Replications are paired by their number; one that is missing in a
    design, or has no value of the measure, is left out of that pair.

    Raises:
        ValueError: when fewer than two designs are given, or the base is not among them.
    """
    names = list(experiments)
    if len(names) < 2 or (base is not None and base not in experiments):
        raise ValueError("at least two designs are compared, the base among them")
    base = names[0] if base is None else base
    chosen = list(experiments[base].names if measures is None else measures)
    couples = _couples(names, base, pairs)
    present = [
        (measure, one, other)
        for measure in chosen
        for one, other in couples
        if _common(experiments[one], experiments[other], measure)
    ]
    sizes = {"table": len(present), "each": 1}
    lines = []
    for measure, one, other in present:
        together = sizes.get(family) or sum(1 for row in present if row[0] == measure)
        lines.append(
            _difference(measure, (one, experiments[one]), (other, experiments[other]), level=level, together=together)
        )
    every = [(measure, one, other) for measure in chosen for one, other in couples]
    return Comparison(level, family, tuple(lines), tuple(row for row in every if row not in present))


def _couples(names: Sequence[str], base: str, pairs: Pairs) -> list[tuple[str, str]]:
    ordered = [base, *(name for name in names if name != base)]
    return list(combinations(ordered, 2)) if pairs == "all" else [(base, name) for name in ordered[1:]]


def _common(one: Experiment, other: Experiment, measure: str) -> list[int]:
    theirs = other.by_number(measure)
    return [number for number in one.by_number(measure) if number in theirs]


def _difference(
    measure: str, base: tuple[str, Experiment], design: tuple[str, Experiment], *, level: float, together: int
) -> Difference:
    numbers = _common(base[1], design[1], measure)
    one = [base[1].by_number(measure)[number] for number in numbers]
    other = [design[1].by_number(measure)[number] for number in numbers]
    pair = paired(one, other, level=bonferroni(level, together))
    return Difference(
        measure=measure,
        base=base[0],
        design=design[0],
        base_mean=student(one, level=level),
        design_mean=student(other, level=level),
        difference=pair.interval,
        replications=len(numbers),
        correlation=pair.correlation,
        variance_ratio=pair.variance_ratio,
    )
