"""How a model is put to the proof: independent replications, Student's interval, and a second look by a fixed rule.

A measure is *proved* when the value of theory lies inside the 99 % interval over the replications of seed 1.  Of some
two hundred measures two or so would fall outside by chance alone.  Such a measure is looked at a second time, with four
times as many replications that were not used before, and must then lie inside; that rule was fixed before the first run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from gatepair.twin.draws import name_hash
from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network
from gatepair.twin.results import Run

MINUTE = 60_000_000
LEVEL = 0.99
SEED = 1
BLOCK = 1_000_000
"""Replications that are kept for one case, so that cases share no draws and their errors are independent."""
SECOND_LOOK = 4
"""How many times the replications of the first look a second look takes."""


@dataclass(frozen=True)
class Case:
    """One model with exact answers; times are in minutes of the model."""

    name: str
    source: str
    build: Callable[[], Network]
    truth: Mapping[str, float]
    observe: Callable[[Run], Mapping[str, float]]
    until: float
    warm_up: float = 0.0
    replications: int = 20
    snapshot_every: float = 0.0
    tags: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Proof:
    """One measure of a case: what theory says and what was simulated."""

    case: str
    measure: str
    exact: float
    mean: float
    half_width: float
    z: float
    replications: int

    @property
    def inside(self) -> bool:
        """Tell whether the exact value lies inside the interval."""
        return abs(self.mean - self.exact) <= self.half_width + 1e-12 * abs(self.exact)


def runs(case: Case, *, first: int, number: int, engine: str = "auto") -> list[Run]:
    """Return ``number`` replications of ``case``, from number ``first`` of its own block on."""
    program = case.build().compile()
    begin = BLOCK * (name_hash(case.name) % BLOCK) + first
    return [
        simulate(
            program,
            seed=SEED,
            replication=replication,
            until=round(case.until * MINUTE),
            warm_up=round(case.warm_up * MINUTE),
            snapshot_every=round(case.snapshot_every * MINUTE),
            engine=engine,
        )
        for replication in range(begin, begin + number)
    ]


def judged(case: Case, samples: Mapping[str, list[float]]) -> list[Proof]:
    """Return the proof of each measure from its values over replications."""
    proofs = []
    for measure, exact in case.truth.items():
        values = np.asarray(samples[measure])
        number = len(values)
        error = float(values.std(ddof=1)) / math.sqrt(number)
        mean = float(values.mean())
        z = (mean - exact) / error if error > 0 else math.copysign(0.0 if mean == exact else math.inf, mean - exact)
        half = float(stats.t.ppf((1 + LEVEL) / 2, number - 1)) * error
        proofs.append(Proof(case.name, measure, exact, mean, half, z, number))
    return proofs


def studied(case: Case, *, first: int = 0, number: int | None = None) -> list[Proof]:
    """Return the proofs of ``case`` over its replications."""
    samples: dict[str, list[float]] = {}
    for run in runs(case, first=first, number=number or case.replications):
        for measure, value in case.observe(run).items():
            samples.setdefault(measure, []).append(value)
    return judged(case, samples)


def proved(case: Case, *, times: int = 1) -> tuple[list[Proof], list[Proof]]:
    """Return all proofs of the first look and those of the second, which is taken where the first fell outside.

    ``times`` as many replications as the case names are taken for both.
    """
    number = times * case.replications
    first = studied(case, number=number)
    outside = {proof.measure for proof in first if not proof.inside}
    if not outside:
        return first, []
    again = studied(case, first=number, number=SECOND_LOOK * number)
    return first, [proof for proof in again if proof.measure in outside]
