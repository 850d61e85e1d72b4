"""Distributions of times: the right law, by inversion, to the tick."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gatepair.twin.distributions import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Recorded,
    Shifted,
    Table,
    Uniform,
    greatest,
    inverse_normal,
    octave_value,
    to_ticks,
    value_at,
)
from gatepair.twin.network.network import Network
from gatepair.twin.plain.draws import RateClock, WorkingHours
from gatepair.twin.units import NEVER, TICKS_MAX, days, hours, minutes, seconds

SPREAD = np.concatenate(
    [10.0 ** np.linspace(-9, -1, 81), np.linspace(0.1, 0.9, 81), 1 - 10.0 ** np.linspace(-1, -9, 81)]
)
LEVELS = np.round(SPREAD * 2**53) / 2**53
"""On the grid of the engine's units, where 1 - u is exact."""


def at(distribution, u: float) -> float:
    form = distribution.form()
    return value_at(form.kind, u, reals=(form.p0, form.p1, form.shift), table=form.quantiles, cells=form.cells)


def worst(distribution, law) -> float:
    """Return the greatest relative error against the quantiles of ``law`` at LEVELS."""
    exact = law.ppf(LEVELS)
    found = np.array([at(distribution, float(u)) for u in LEVELS])
    return float(np.max(np.abs(found - exact) / np.maximum(exact, 1e-300)))


def lognormal(mean: float, cv: float):
    variance = math.log1p(cv * cv)
    return stats.lognorm(s=math.sqrt(variance), scale=mean * math.exp(-variance / 2))


def test_the_inverse_normal_is_exact_to_the_last_digits() -> None:
    """AS241 agrees with the normal quantiles to 1e-14 from 1e-15 up to 1 - 1e-15."""
    levels = [10.0**-power for power in range(1, 16)] + [0.075, 0.3, 0.5, 0.7, 0.925] + [1 - 1e-9, 1 - 1e-15]
    for u in levels:
        assert stats.norm.ppf(u) == pytest.approx(inverse_normal(u), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("distribution", "law", "error"),
    [
        (Exponential(minutes(3)), stats.expon(scale=minutes(3)), 1e-12),
        (Uniform(100, 700), stats.uniform(100, 600), 1e-12),
        (Lognormal(minutes(5), 0.6), lognormal(minutes(5), 0.6), 1e-11),
        (Lognormal(minutes(5), 0.0), stats.uniform(minutes(5), 1e-9), 1e-9),
        *((Gamma(1e6, cv), stats.gamma(cv**-2, scale=1e6 * cv**2), 1e-4) for cv in (0.1, 0.35, 0.6, 1, 1.7, 3, 5)),
    ],
)
def test_quantiles_are_those_of_the_law(distribution, law, error) -> None:
    """Each distribution has the quantiles of its law, the gamma within 1e-4 from 1e-9 to 1 - 1e-9."""
    assert worst(distribution, law) < error


@pytest.mark.parametrize(
    "distribution",
    [
        Exponential(1000),
        Uniform(5, 25),
        Lognormal(1000, 1.2),
        Gamma(1000, 0.5),
        Gamma(1000, 2),
        Table([0, 10, 40]),
        Empirical([1, 2, 9]),
    ],
)
def test_the_mean_is_the_integral_of_the_quantiles(distribution) -> None:
    """The stated mean is what drawing gives: the midpoint integral over u agrees within one permille."""
    u = (np.arange(40_000) + 0.5) / 40_000
    assert distribution.mean == pytest.approx(np.mean([at(distribution, float(level)) for level in u]), rel=4e-3)


@pytest.mark.parametrize(
    ("distribution", "mean"),
    [
        (Constant(7), 7), (Uniform(10, 20), 15), (Exponential(3), 3), (Lognormal(4, 0.5), 4), (Gamma(6, 2), 6),
        (Empirical([1, 2, 6]), 3), (Table([0, 10, 40]), 15), (Shifted(Exponential(3), 4), 7),
    ],
)  # fmt: skip
def test_means_are_stated(distribution, mean) -> None:
    """A distribution knows its mean in ticks."""
    assert mean == pytest.approx(distribution.mean)


def test_an_empirical_draw_is_one_of_the_values() -> None:
    """Each of the values comes for an equal part of the unit interval, in order."""
    assert [2, 2, 5, 5, 9, 9] == [at(Empirical([9, 2, 5]), u) for u in (0.01, 0.33, 0.34, 0.66, 0.67, 0.999999)]


def test_a_table_is_linear_between_its_quantiles() -> None:
    """Quantiles at 0, 1/2 and 1: halfway to the middle one is half of it."""
    assert [5, 10, 25] == [at(Table([0, 10, 40]), u) for u in (0.25, 0.5, 0.75)]


def test_a_shift_adds_ticks() -> None:
    """A shifted distribution is its base and so many ticks more, also twice."""
    assert 19 == at(Shifted(Shifted(Constant(10), 4), 5), 0.5)


@pytest.mark.parametrize(("value", "ticks"), [(-3.0, 0), (0.49, 0), (0.5, 1), (2.5, 3), (1e300, TICKS_MAX)])
def test_draws_are_rounded_and_kept_in_range(value, ticks) -> None:
    """A draw is the nearest whole tick, halves upwards, from 0 to the longest delay."""
    assert ticks == to_ticks(value)


@given(st.floats(min_value=2**-53, max_value=1 - 2**-53), st.floats(min_value=2**-53, max_value=1 - 2**-53))
def test_a_greater_number_is_never_a_shorter_time(one, other) -> None:
    """Inversion keeps the order, which common random numbers rest on."""
    low, high = sorted((one, other))
    for distribution in (Gamma(1000, 0.6), Gamma(1000, 3), Lognormal(10, 1), Exponential(5), Table([0, 1, 1, 8])):
        assert at(distribution, low) <= at(distribution, high)


def test_the_ends_of_the_unit_interval_are_finite() -> None:
    """The least and the greatest unit give finite times."""
    for distribution in (Gamma(1000, 5), Gamma(1000, 0.1), Lognormal(1000, 3), Exponential(1000)):
        for u in (2**-53, 1 - 2**-53):
            assert 0 <= at(distribution, u) < math.inf


def test_the_node_of_one_half_is_the_median() -> None:
    """Both halves of a table meet at the median."""
    form = Gamma(1.0, 0.5).form()
    assert stats.gamma(4, scale=0.25).median() == pytest.approx(
        octave_value(0.5, form.quantiles, form.cells), rel=1e-12
    )


@pytest.mark.parametrize(
    "distribution",
    [
        Constant(-1), Constant(math.nan), Uniform(5, 4), Uniform(-1, 4), Exponential(-2), Exponential(math.inf), Lognormal(0, 1),
        Lognormal(5, -1), Gamma(5, 0), Gamma(5, 6), Empirical([]), Empirical([1, -1]), Table([1]), Table([3, 1]),
        Recorded(-1), Shifted(Constant(3), -4), Shifted(Recorded(0), 1),
    ],
)  # fmt: skip
def test_times_that_mean_nothing_are_seen(distribution) -> None:
    """A distribution with times below zero or without meaning says so by its least value."""
    assert not distribution.low >= 0


def test_the_greatest_value_bounds_the_draws() -> None:
    """The bound that appointments use is exact where there is one and far out where there is none."""
    assert 20 == greatest(Uniform(10, 20))
    assert 20 * 1000 < greatest(Exponential(1000)) < 22 * 1000


# Clocks of the plain engine ------------------------------------------------------------------------


def test_units_of_time() -> None:
    """A tick is a microsecond."""
    assert (1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000) == (seconds(1), minutes(1), hours(1), days(1))
    assert 1 == seconds(0.0000006)


def exponential_unit(need: float) -> float:
    """Return the draw whose unit exponential is ``need``."""
    return 1 - math.exp(-need)


def test_a_rate_is_inverted_across_its_segments() -> None:
    """Two a tick until 10, none until 20, one a tick after: a need of 25 is met at tick 25."""
    clock = RateClock([[10.0, 2.0], [20.0, 0.0], [math.inf, 1.0]], 0)
    assert 25 == clock.next(exponential_unit(25.5))


def test_a_profile_repeats() -> None:
    """One a tick for 10 of 100 ticks: a need of 15 is met in the second period."""
    clock = RateClock([[10.0, 1.0], [100.0, 0.0]], 100)
    assert 105 == clock.next(exponential_unit(15.5))
    assert 107 == clock.next(exponential_unit(2.0))


def test_a_rate_that_ends_brings_nobody_more() -> None:
    """After the last segment nobody comes."""
    assert NEVER == RateClock([[10.0, 1.0], [math.inf, 0.0]], 0).next(exponential_unit(10.5))


def working(spans, every: int = 0) -> WorkingHours:
    net = Network("hours")
    open_hours = net.calendar("hours", spans, every=every)
    net.route("r").wait_open(open_hours)
    net.arrivals("a", net._routes[0], at=[0])
    return WorkingHours(net.compile())


@pytest.mark.parametrize(
    ("now", "work", "end"),
    [
        (0, 0, 10), (12, 0, 12), (20, 0, 40), (20, 5, 45), (5, 10, 20), (5, 11, 41), (15, 0, 15), (15, 6, 41), (15, 5, 20),
        (55, 0, NEVER), (12, 100, NEVER), (45, 5, 50),
    ],
)  # fmt: skip
def test_working_time_passes_only_while_open(now, work, end) -> None:
    """Open from 10 to 20 and from 40 to 50: work counts only there, and what ends at closing is done."""
    assert end == working([(10, 20), (40, 50)]).end(0, now, work)


@pytest.mark.parametrize(
    ("now", "work", "end"),
    [(0, 20, 30), (0, 21, 111), (115, 5, 120), (115, 16, 211), (130, 0, 210), (10, 200, 930), (0, 20 * 50, 4930)],
)
def test_working_hours_repeat(now, work, end) -> None:
    """Open from 10 to 30 of every 100 ticks: work goes on in the next period."""
    assert end == working([(10, 30)], 100).end(0, now, work)
