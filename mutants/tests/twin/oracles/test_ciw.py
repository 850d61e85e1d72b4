"""What Ciw can express has the same means in the twin."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from scipy import stats

from twin.oracles import ciw_models, ciw_twin

COMPILED = importlib.util.find_spec("numba") is not None
compiled = pytest.mark.skipif(not COMPILED, reason="numba is not installed; the plain engine would take minutes")
Measured = Callable[[int], Mapping[str, float]]


def differing(one: Measured, other: Measured, *, ones: int, others: int) -> list[str]:
    """Return each measure whose means differ by more than Welch's 99 % interval over all measures together."""
    twin = [one(number) for number in range(ones)]
    ciw = [other(number + 1) for number in range(others)]
    found = []
    for name in ciw[0]:
        here, there = (np.array([run[name] for run in runs]) for runs in (twin, ciw))
        spreads = here.var(ddof=1) / len(here), there.var(ddof=1) / len(there)
        free = sum(spreads) ** 2 / (spreads[0] ** 2 / (len(here) - 1) + spreads[1] ** 2 / (len(there) - 1))
        half = float(stats.t.ppf(1 - 0.005 / len(ciw[0]), free)) * math.sqrt(sum(spreads))
        if abs(here.mean() - there.mean()) > half:
            found.append(f"{name}: {here.mean():.4g} against {there.mean():.4g}, ± {half:.2g}")
    return found


@compiled
def test_priorities_agree() -> None:
    """Two classes at three servers with lognormal service wait as long as in Ciw."""
    assert [] == differing(ciw_twin.priorities, ciw_models.priorities, ones=200, others=20)


@compiled
def test_g12_agrees() -> None:
    """The first hours of G12, from empty, have the same mean waits at all twelve stations."""
    assert [] == differing(ciw_twin.g12, ciw_models.g12, ones=80, others=8)


@compiled
@pytest.mark.parametrize("closing", ["finish", "pause"])
def test_a_line_with_all_that_ciw_has_agrees(closing: str) -> None:
    """Leavers, a station that closes, and (where it pauses) a room that blocks give the same waits."""
    ours = lambda number: ciw_twin.line(number, closing=closing)  # noqa: E731
    theirs = lambda seed: ciw_models.line(seed, closing=closing)  # noqa: E731
    assert [] == differing(ours, theirs, ones=150, others=15)


@pytest.mark.nightly
@pytest.mark.parametrize("closing", ["finish", "pause"])
def test_many_lines_agree(closing: str) -> None:
    """The same over many more days."""
    ours = lambda number: ciw_twin.line(number, closing=closing)  # noqa: E731
    theirs = lambda seed: ciw_models.line(seed, closing=closing)  # noqa: E731
    assert [] == differing(ours, theirs, ones=4000, others=600)
