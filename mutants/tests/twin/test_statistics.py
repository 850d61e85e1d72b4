"""Intervals hold what they promise: checked by hand, against tables, and by coverage over many seeds."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal, stats

from gatepair.twin.study.statistics import (
    antithetic,
    batch_means,
    bonferroni,
    order_quantile,
    paired,
    ratio_interval,
    replications_for,
    share_interval,
    simultaneous,
    student,
    student_quantile,
    von_neumann,
)

FINITE = st.floats(-1e6, 1e6)


def random(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def test_student_by_hand() -> None:
    """For 1, 2, 3 the mean is 2 and the half-width t(2) · 1/√3, with t(2) = 4.302653 from the tables."""
    interval = student([1, 2, 3])
    assert near(2.0) == interval.mean
    assert near(4.302652729911275 / math.sqrt(3)) == interval.half_width
    assert (3, 0.95, "student") == (interval.n, interval.level, interval.method)


def test_student_agrees_with_a_textbook_table() -> None:
    """The two-sided quantiles are those printed in every table: t(9, 90 %) = 1.833, t(29, 95 %) = 2.045."""
    assert [1.833, 2.045, 2.797] == [
        round(student_quantile(9, level=0.90), 3),
        round(student_quantile(29, level=0.95), 3),
        round(student_quantile(24, level=0.99), 3),
    ]


def test_one_value_is_no_knowledge() -> None:
    """One replication gives infinite bounds, and JSON shows them as null."""
    interval = student([7.0])
    assert not interval.known
    assert interval.holds(-1e300)
    assert [7.0, None, None, None] == [interval.row()[name] for name in ("mean", "half_width", "low", "high")]
    assert "Infinity" not in json.dumps(interval.row())


def test_equal_values_leave_no_doubt() -> None:
    """Values that are all the same give an interval of length 0."""
    interval = student([4.0] * 5)
    assert (4.0, 0.0, 4.0, 4.0, 0.0) == (
        interval.mean,
        interval.half_width,
        interval.low,
        interval.high,
        interval.relative,
    )


def test_student_covers_as_promised() -> None:
    """Of 4,000 90 % intervals of 8 normal values 90 % hold the true mean, within 3 standard errors."""
    held = sum(student(row, level=0.9).holds(3.0) for row in random(1).normal(3.0, 2.0, (4000, 8)))
    assert 0.9 == pytest.approx(held / 4000, abs=3 * math.sqrt(0.9 * 0.1 / 4000))


@given(st.lists(FINITE, min_size=2, max_size=30), st.floats(0.5, 0.9), st.floats(0.01, 0.09))
def test_a_higher_level_is_a_wider_interval(values: list[float], level: float, more: float) -> None:
    """An interval holds its mean, and one of a higher level holds the lower one."""
    low, high = student(values, level=level), student(values, level=level + more)
    assert low.holds(low.mean)
    assert high.low <= low.low <= low.high <= high.high


def test_scaling_changes_the_unit_only() -> None:
    """Minutes times 60 are seconds: mean, bounds and half-width alike."""
    minutes = student([1.0, 2.0, 4.0])
    seconds = minutes.scaled(60)
    expected = student([60.0, 120.0, 240.0])
    assert near(expected.low) == seconds.low
    assert near(expected.high) == seconds.high
    assert minutes.relative == pytest.approx(seconds.relative)


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf], [[1.0], [2.0]]])
def test_what_is_no_sample_is_refused(values: list[float]) -> None:
    """No value, a value that is not finite and a table are refused."""
    with pytest.raises(ValueError, match="interval needs"):
        student(values)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, math.nan])
def test_a_level_is_a_probability(level: float) -> None:
    """Levels of 0, 1 and beyond are refused."""
    with pytest.raises(ValueError, match="level"):
        student([1.0], level=level)
    with pytest.raises(ValueError, match="level"):
        student([1.0, 2.0], level=level)


def autoregressive(seeds: int, length: int, phi: float) -> np.ndarray:
    """Return synthetic stationary AR(1) rows of mean 0 whose values correlate by ``phi``."""
    noise = random(2).normal(size=(seeds, length + 200))
    return signal.lfilter([1.0], [1.0, -phi], noise, axis=1)[:, 200:]


def test_batch_means_cover_a_correlated_run() -> None:
    """Over 600 AR(1) runs (correlation 0.8) about 95 % of the batch intervals hold the mean; naive ones do not."""
    rows = autoregressive(600, 6000, 0.8)
    held = sum(batch_means(row).interval.holds(0.0) for row in rows) / 600
    naive = sum(student(row).holds(0.0) for row in rows) / 600
    assert 0.95 == pytest.approx(held, abs=0.03)
    assert naive < 0.6


def test_batches_that_correlate_are_reported() -> None:
    """A run far too short for its correlation is not called independent."""
    rows = autoregressive(40, 300, 0.99)
    flagged = sum(not batch_means(row).independent for row in rows)
    assert flagged >= 30


def test_batches_by_hand() -> None:
    """Seven values in three batches leave out the first: (2+3)/2, (4+5)/2, (6+7)/2."""
    made = batch_means([99, 2, 3, 4, 5, 6, 7], batches=3)
    assert (4.5, 3, 2) == (made.interval.mean, made.batches, made.batch_size)
    assert made.interval.half_width == pytest.approx(student_quantile(2) * 2 / math.sqrt(3))


@pytest.mark.parametrize(("values", "batches"), [(range(19), None), (range(10), 2), (range(7), 4)])
def test_too_short_a_run_has_no_batches(values: range, batches: int | None) -> None:
    """Fewer than three batches, or batches of one value, are refused."""
    with pytest.raises(ValueError, match="batch"):
        batch_means(list(values), batches=batches)


def test_von_neumann_by_hand() -> None:
    """For 1, 2, 3, 4: 1 - 3/(2·5) = 0.7; a constant row has nothing to test."""
    measure, p_value = von_neumann([1, 2, 3, 4])
    assert near(0.7) == measure
    assert near(stats.norm.sf(0.7 / math.sqrt(2 / 15))) == p_value
    assert (0.0, 1.0) == von_neumann([5, 5, 5])


def test_von_neumann_rejects_as_often_as_it_says() -> None:
    """Of 3,000 independent rows a tenth has a p-value below 0.1."""
    below = sum(von_neumann(row)[1] < 0.1 for row in random(3).normal(size=(3000, 20))) / 3000
    assert 0.1 == pytest.approx(below, abs=0.02)


def test_order_statistics_by_hand() -> None:
    """For the median of 10 values the ranks are 2 and 9: the exact level is 97.85 % (Conover, table A3)."""
    interval = order_quantile([float(value) for value in range(10, 0, -1)], 0.5)
    assert (5.0, 2.0, 9.0, 10) == (interval.mean, interval.low, interval.high, interval.n)


def test_a_far_quantile_of_few_values_is_unbounded() -> None:
    """Ten values say nothing about how high the 99 % quantile may be."""
    interval = order_quantile(list(range(10)), 0.99)
    assert math.inf == interval.high
    assert 9.0 == interval.mean


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_order_statistics_cover_any_distribution(share: float) -> None:
    """Of 2,000 intervals for a quantile of exponential values at least 95 % hold it."""
    truth = -math.log(1 - share)
    held = sum(order_quantile(row, share).holds(truth) for row in random(4).exponential(size=(2000, 60))) / 2000
    assert 0.95 - 0.01 <= held <= 0.99


@given(st.lists(FINITE, min_size=1, max_size=40), st.floats(0.05, 0.95))
def test_a_quantile_is_one_of_the_values(values: list[float], share: float) -> None:
    """The estimate is a value of the sample and lies in its interval."""
    interval = order_quantile(values, share)
    assert interval.mean in values
    assert interval.holds(interval.mean)


def test_shares_agree_with_the_exact_test() -> None:
    """Clopper-Pearson as SciPy's exact binomial test has it, with its ends at no and at all hits."""
    for hits, n in ((0, 10), (3, 10), (10, 10), (250, 1000)):
        expected = stats.binomtest(hits, n).proportion_ci(0.95, method="exact")
        interval = share_interval(hits, n)
        assert near(expected.low) == interval.low
        assert near(expected.high) == interval.high
    with pytest.raises(ValueError, match="trial"):
        share_interval(2, 1)


def test_a_ratio_weighs_each_vehicle_alike() -> None:
    """Days of 10 and 90 vehicles waiting 1 and 2 hours wait 1.9 hours a vehicle, whatever the mean of days."""
    interval = ratio_interval([10.0, 180.0] * 20, [10.0, 90.0] * 20)
    assert 1.9 == pytest.approx(interval.mean, rel=0.005)
    assert interval.known


def test_ratios_cover() -> None:
    """Of 1,500 jackknife intervals for a ratio of correlated sums about 95 % hold it."""
    chance = random(5)
    wholes = chance.gamma(20, 5, size=(1500, 25))
    parts = wholes * chance.normal(3, 0.5, size=(1500, 25))
    held = sum(ratio_interval(a, b).holds(3.0) for a, b in zip(parts, wholes, strict=True)) / 1500
    assert 0.95 == pytest.approx(held, abs=0.025)


@pytest.mark.parametrize(("parts", "wholes"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([1.0, 2.0], [0.0, 3.0])])
def test_a_ratio_needs_wholes(parts: list[float], wholes: list[float]) -> None:
    """One replication, unequal rows, and wholes that vanish are refused."""
    with pytest.raises(ValueError, match="ratio"):
        ratio_interval(parts, wholes)


def test_pairs_by_hand() -> None:
    """Differences 1, 1, 4 have the mean 2 and the deviation √3; the ratio compares with (s₁² + s₂²)."""
    found = paired([1, 2, 3], [2, 3, 7])
    assert near(2.0) == found.interval.mean
    assert near(student_quantile(2)) == found.interval.half_width
    assert near((1 + 7) / 3) == found.variance_ratio
    assert near(np.corrcoef([1, 2, 3], [2, 3, 7])[0, 1]) == found.correlation


def test_common_draws_narrow_the_difference() -> None:
    """Two designs that share most of their noise differ with a much narrower interval than independent ones."""
    chance = random(6)
    shared, own = chance.normal(size=200), chance.normal(size=(2, 200)) / 10
    together = paired(shared + own[0], shared + own[1] + 0.5)
    apart = paired(shared, chance.normal(size=200) + 0.5)
    assert together.interval.holds(0.5)
    assert 50 < together.variance_ratio < 200
    assert together.interval.half_width < apart.interval.half_width / 5


def test_a_constant_difference_is_certain() -> None:
    """Designs that always differ by 2 give an interval of length 0 and an infinite gain; constants give none."""
    found = paired([1.0, 5.0, 2.0], [3.0, 7.0, 4.0])
    assert (2.0, 0.0, math.inf) == (found.interval.mean, found.interval.half_width, found.variance_ratio)
    assert math.isnan(paired([1.0, 1.0], [2.0, 2.0]).variance_ratio)


def test_one_pair_is_no_knowledge() -> None:
    """A single pair gives infinite bounds and no ratio; rows of unequal length are refused."""
    found = paired([1.0], [2.0])
    assert not found.interval.known
    assert math.isnan(found.variance_ratio)
    with pytest.raises(ValueError, match="same replications"):
        paired([1.0], [2.0, 3.0])


def test_the_average_of_an_antithetic_pair_is_the_unit() -> None:
    """Exponential means from u and 1 - u correlate by 1 - π²/6 = -0.645, and the interval counts pairs."""
    draws = random(7).random(4000)
    found = antithetic(-np.log(draws), -np.log1p(-draws))
    assert found.interval.holds(1.0)
    assert 4000 == found.interval.n
    assert 1 - math.pi**2 / 6 == pytest.approx(found.correlation, abs=0.03)
    assert 1 / (2 - math.pi**2 / 6) == pytest.approx(found.variance_ratio, rel=0.08)


def test_antithetic_intervals_cover() -> None:
    """Of 1,500 antithetic 95 % intervals of 20 pairs about 95 % hold the mean."""
    draws = random(8).random((1500, 20))
    held = sum(antithetic(np.sqrt(row), np.sqrt(1 - row)).interval.holds(2 / 3) for row in draws) / 1500
    assert 0.95 == pytest.approx(held, abs=0.02)


def test_bonferroni_holds_all_at_once() -> None:
    """Ten intervals of 95 % together take 99.5 % each, and over 1,500 tables all hold in at least 95 %."""
    assert near(0.995) == bonferroni(0.95, 10)
    tables = random(9).normal(size=(1500, 6, 10))
    held = 0
    for table in tables:
        intervals = simultaneous({f"m{i}": row for i, row in enumerate(table)})
        held += all(interval.holds(0.0) for interval in intervals.values())
    assert 0.94 <= held / 1500 <= 0.97


def test_no_interval_is_no_table() -> None:
    """A table of nothing is refused."""
    with pytest.raises(ValueError, match="at least one"):
        simultaneous({})


def test_replications_that_will_be_needed() -> None:
    """The count is the least whose half-width is small enough, and never below what there is."""
    pilot = [1.0, 2.0, 3.0, 4.0, 5.0]
    needed = replications_for(pilot, 0.5)
    deviation = float(np.std(pilot, ddof=1))
    assert student_quantile(needed - 1) * deviation / math.sqrt(needed) <= 0.5
    assert student_quantile(needed - 2) * deviation / math.sqrt(needed - 1) > 0.5
    assert 5 == replications_for(pilot, 100.0)
    with pytest.raises(ValueError, match="half-width"):
        replications_for(pilot, 0.0)
