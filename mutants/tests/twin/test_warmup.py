"""The warm-up is found where it is, not found where there is none, and too short a run is said to be so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from gatepair.twin.study.warmup import longest, moving_average, mser5


def steady(rows: int, length: int, seed: int) -> np.ndarray:
    """Return synthetic rows of AR(1) noise around 10, in their steady state."""
    noise = np.random.Generator(np.random.Philox(seed)).normal(size=(rows, length + 100))
    return 10 + signal.lfilter([1.0], [1.0, -0.5], noise, axis=1)[:, 100:]


def warming(rows: int, length: int, seed: int) -> np.ndarray:
    """Return the same rows, which rise from 0 within about 150 observations."""
    return steady(rows, length, seed) - 10 * np.exp(-np.arange(length) / 50)


def by_definition(line: np.ndarray) -> int:
    """Return the MSER-5 cut by its definition, in batches: slowly, with a loop for each cut."""
    means = [float(np.mean(line[5 * i : 5 * i + 5])) for i in range(len(line) // 5)]
    statistics = []
    for cut in range(len(means) - 4):
        rest = np.array(means[cut:])
        statistics.append(float(((rest - rest.mean()) ** 2).sum()) / len(rest) ** 2)
    return int(np.argmin(statistics))


def test_the_cut_is_that_of_the_definition() -> None:
    """On 30 synthetic runs the cut is where the definition, computed slowly, has its least value."""
    for row in warming(30, 403, 1):
        assert 5 * by_definition(row) == mser5(row).observations


def test_a_steady_run_loses_little() -> None:
    """Where nothing warms up, hardly anything is cut."""
    cut = mser5(steady(20, 2000, 2))
    assert cut.enough
    assert cut.observations <= 100


def test_a_rise_is_cut_off() -> None:
    """The rise from empty is cut, and what remains has no bias beyond its noise."""
    rows = warming(40, 2000, 3)
    cut = mser5(rows, every=60)
    assert cut.enough
    assert 100 <= cut.observations <= 400
    assert 60 * cut.observations == cut.length
    assert cut.statistic < cut.whole
    assert 10 == pytest.approx(rows[:, cut.observations :].mean(), abs=0.03)
    assert 10 - 0.2 > rows.mean()


def test_a_run_that_never_settles_is_too_short() -> None:
    """A queue that grows for the whole run has no steady state to be found."""
    growing = np.arange(1000.0) + steady(1, 1000, 4)[0]
    assert not mser5(growing).enough


def test_the_longest_warm_up_counts() -> None:
    """Of several series the slowest decides, and one that never settles before all others."""
    series = {"steady": steady(20, 1000, 5), "rising": warming(20, 1000, 6)}
    assert "rising" == longest(series)[0]
    series["growing"] = np.arange(1000.0) + steady(1, 1000, 7)
    assert "growing" == longest(series)[0]
    with pytest.raises(ValueError, match="at least one series"):
        longest({})


@pytest.mark.parametrize("observations", [[1.0] * 49, [np.nan] * 60])
def test_too_little_is_refused(observations: list[float]) -> None:
    """Fewer than 50 observations, or one that is not a number, are refused."""
    with pytest.raises(ValueError, match="MSER-5"):
        mser5(observations)


def test_constant_runs_are_not_cut() -> None:
    """A series that never changes keeps its beginning."""
    assert (0, True) == (mser5([3.0] * 100).observations, mser5([3.0] * 100).enough)


def test_welch_by_hand() -> None:
    """The window shrinks towards the beginning: 1; (1+2+3)/3; (1+...+5)/5; ... and stops before the end."""
    assert [1.0, 2.0, 3.0, 4.0] == list(moving_average([1, 2, 3, 4, 5, 6], 2))
    assert [2.0, 3.0] == list(moving_average([[1, 2, 3], [3, 4, 5]], 1))
    with pytest.raises(ValueError, match="window"):
        moving_average([1, 2, 3], 2)
