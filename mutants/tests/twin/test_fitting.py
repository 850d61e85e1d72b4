"""Truths of fitting: parameters are recovered, intervals cover, tests hold their level, censoring is used."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gatepair.twin.ledgers.fitting import Bounds, Family, choose, fitted, goodness, moments, rate_bounds, share

NONE_CENSORED = np.array([])


def drawn(family: Family, count: int, seed: int):
    """Return times of a known family in seconds: mean 60, cv 0.4 where it has one."""
    rng = np.random.Generator(np.random.Philox(seed))
    match family:
        case Family.LOGNORMAL:
            variance = math.log1p(0.4**2)
            return np.exp(rng.normal(math.log(60) - variance / 2, math.sqrt(variance), count))
        case Family.GAMMA:
            return rng.gamma(1 / 0.16, 60 * 0.16, count)
        case Family.EXPONENTIAL:
            return rng.exponential(60, count)
        case _:
            half = 60 * 0.4 * math.sqrt(3)
            return rng.uniform(60 - half, 60 + half, count)


KNOWN = {
    Family.LOGNORMAL: (60.0, 0.4),
    Family.GAMMA: (60.0, 0.4),
    Family.EXPONENTIAL: (60.0, 1.0),
    Family.UNIFORM: (60.0, 0.4),
}


@pytest.mark.parametrize("family", KNOWN)
def test_many_times_show_their_family_and_its_parameters(family: Family) -> None:
    """From 3,000 times the family is found and mean and cv are right within 4 percent."""
    found = choose(drawn(family, 3_000, 7))
    assert family is found.family
    mean_s, cv = KNOWN[family]
    assert found.mean_s == pytest.approx(mean_s, rel=0.04)
    assert found.cv == pytest.approx(cv, rel=0.04)
    assert found.p_value > 0.01


@pytest.mark.parametrize("family", KNOWN)
@pytest.mark.parametrize("count", [12, 60])
def test_intervals_cover_as_often_as_they_say(family: Family, count: int) -> None:
    """Of 100 samples the 95 % intervals of mean and cv miss the truth in at most 13, whatever family was chosen.

    At 95 % more than 13 misses in 100 have a chance below 0.1 %.
    """
    mean_s, cv = KNOWN[family]
    fits = [_hull_without_test(drawn(family, count, 100 + seed)) for seed in range(100)]
    assert sum(1 for mean, _ in fits if not mean.holds(mean_s)) <= 13
    assert sum(1 for _, spread in fits if not spread.holds(cv)) <= 13


def _hull_without_test(times) -> tuple[Bounds, Bounds]:
    """Return the intervals of :func:`choose` without the cost of its test."""
    ordered = np.sort(times)
    fits = [fitted(one, ordered, NONE_CENSORED) for one in KNOWN]
    least = min(one.aicc for one in fits)
    kept = [one for one in fits if one.aicc <= least + 4]
    return (
        Bounds(min(one.mean_bounds.low for one in kept), max(one.mean_bounds.high for one in kept)),
        Bounds(min(one.cv_bounds.low for one in kept), max(one.cv_bounds.high for one in kept)),
    )


@pytest.mark.parametrize("family", KNOWN)
def test_the_test_of_fit_holds_its_level(family: Family) -> None:
    """Of 40 samples of the family itself at most 7 are rejected at 5 percent; the chance of more is below 0.2 %."""
    rejected = 0
    for seed in range(40):
        times = np.sort(drawn(family, 50, 500 + seed))
        rejected += goodness(fitted(family, times, NONE_CENSORED), times)[1] < 0.05
    assert rejected <= 7


def test_the_test_of_fit_rejects_what_does_not_fit() -> None:
    """Times with two humps are no lognormal, and the p-value says so."""
    times = np.sort(np.concatenate([drawn(Family.LOGNORMAL, 150, 1), 20 * drawn(Family.LOGNORMAL, 150, 2)]))
    found = choose(times)
    assert found.p_value <= 0.01


def test_censored_times_take_part() -> None:
    """Cut at 70 s, the mean of a lognormal of 60 s is still found; without the cut times it comes out far too small."""
    times = drawn(Family.LOGNORMAL, 2_000, 3)
    ended, cut = times[times <= 70], np.full((times > 70).sum(), 70.0)
    found = choose(ended, censored_s=cut, families=[Family.LOGNORMAL, Family.EXPONENTIAL])
    assert Family.LOGNORMAL is found.family
    assert found.mean_bounds.holds(60.0)
    assert found.cv_bounds.holds(0.4)
    assert choose(ended).mean_s < 50


def test_intervals_of_censored_samples_cover() -> None:
    """Of 60 samples with a third cut off, the intervals of the mean miss at most 9."""
    misses = 0
    for seed in range(60):
        times = drawn(Family.LOGNORMAL, 60, 900 + seed)
        found = fitted(Family.LOGNORMAL, np.sort(times[times <= 68]), np.full((times > 68).sum(), 68.0))
        misses += not found.mean_bounds.holds(60.0)
    assert misses <= 9


def test_one_constant_is_deterministic() -> None:
    """Times that are all the same are a constant, whatever families were asked for."""
    found = choose([90.0] * 8)
    assert Family.DETERMINISTIC is found.family
    assert (90.0, 0.0) == (found.mean_s, found.cv)


def test_too_few_times_are_not_fitted() -> None:
    """Four times give no fit; five do, and are called a small sample."""
    times = list(drawn(Family.LOGNORMAL, 5, 4))
    assert choose(times[:4]) is None
    assert choose(times).small


def test_a_preferred_family_is_kept_unless_the_times_speak_against_it() -> None:
    """Forty lognormal times may be a gamma as well: the plan's shape decides; a uniform they are not."""
    times = drawn(Family.LOGNORMAL, 40, 11)
    assert Family.GAMMA is choose(times, prefer=Family.GAMMA).family
    many = drawn(Family.LOGNORMAL, 400, 11)
    assert Family.LOGNORMAL is choose(many, prefer=Family.UNIFORM).family


def test_the_same_times_give_the_same_figures() -> None:
    """Bootstrap and pivots are seeded, and the order of the times does not matter."""
    times = list(drawn(Family.GAMMA, 50, 5))
    assert choose(times) == choose(times[::-1])


@pytest.mark.parametrize(("family", "first", "second"), [(Family.UNIFORM, 10, 15), (Family.GAMMA, 4, 15)])
def test_moments_are_those_of_the_family(family: Family, first: float, second: float) -> None:
    """Mean and cv follow from the parameters: (10, 15) has 12.5 s, shape 4 has cv one half."""
    expected = {Family.UNIFORM: (12.5, 5 / math.sqrt(12) / 12.5), Family.GAMMA: (60.0, 0.5)}[family]
    assert expected == pytest.approx(moments(family, first, second))


def test_shares_have_wilson_intervals() -> None:
    """15 of 50 lie between 19.1 and 43.8 percent (Brown, Cai and DasGupta's example form); none of 20 is not nought."""
    seen = share(15, 50)
    assert (0.1910, 0.4375) == pytest.approx((seen.bounds.low, seen.bounds.high), abs=5e-4)
    assert share(0, 20).bounds.low == 0.0
    assert 0.1 < share(0, 20).bounds.high < 0.2
    with pytest.raises(ValueError, match="trials"):
        share(3, 2)


def test_counts_have_exact_poisson_intervals() -> None:
    """Ten seen lie between 4.795 and 18.39 (Garwood); none seen may still be 3.69."""
    assert (4.7954, 18.3904) == pytest.approx((rate_bounds(10).low, rate_bounds(10).high), abs=1e-3)
    assert (0.0, 3.6889) == pytest.approx((rate_bounds(0).low, rate_bounds(0).high), abs=1e-3)
