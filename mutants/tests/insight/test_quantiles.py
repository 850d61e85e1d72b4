"""Truths of the order statistics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.insight.quantiles import mean, permille, quantile

VALUES = st.lists(st.integers(0, 10**9), min_size=1, max_size=60)


def test_nearest_rank_gives_a_value_of_the_list() -> None:
    """Of five values the median is the third and the 90th percentile the fifth: no interpolation."""
    assert 3 == quantile([5, 1, 4, 2, 3], 50)
    assert 5 == quantile([5, 1, 4, 2, 3], 90)


def test_even_counts_take_the_lower_middle() -> None:
    """Rank ceil(4 · 50 / 100) is 2, so the median of four values is the second."""
    assert 20 == quantile([10, 20, 30, 40], 50)


def test_ends_of_the_scale_are_least_and_greatest() -> None:
    """0 per cent is the least value, 100 per cent the greatest."""
    assert (1, 9) == (quantile([9, 1, 5], 0), quantile([9, 1, 5], 100))


@given(VALUES, st.integers(0, 100))
def test_at_least_that_share_lies_at_or_below(values: list[int], percent: int) -> None:
    """At least the asked share of the values is not above the quantile."""
    found = quantile(values, percent)
    assert found in values
    assert sum(1 for value in values if value <= found) * 100 >= percent * len(values)


@given(VALUES)
def test_quantiles_rise_with_the_share(values: list[int]) -> None:
    """A higher share never gives a lower value."""
    found = [quantile(values, percent) for percent in range(0, 101, 5)]
    assert sorted(found) == found


@given(VALUES)
def test_mean_is_within_half_of_the_exact_mean(values: list[int]) -> None:
    """Rounding half up leaves the mean within one half of the exact one."""
    difference = 2 * (mean(values) * len(values) - sum(values))
    assert -len(values) < difference <= len(values)


def test_permille_rounds_half_up_and_knows_no_division_by_nothing() -> None:
    """168 over 123 is 1,366 permille; of nothing there is no share."""
    assert 1_366 == permille(168, 123)
    assert permille(5, 0) is None


@pytest.mark.parametrize("call", [lambda: quantile([], 50), lambda: quantile([1], 101), lambda: mean([])])
def test_nothing_has_no_quantile(call) -> None:
    """An empty list and a share above the whole are programming errors."""
    with pytest.raises(ValueError, match=r"needs at least one|lies between"):
        call()
